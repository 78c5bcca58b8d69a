import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner

import claims
from claims.cli import main

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "claims"
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.name != "__init__.py"
}
PARTS = {name.split(".")[0] for name in MODULES} | {
    path.parent.name for path in PACKAGE.glob("*/__init__.py")
}
HEAVY = {"datasette", "numpy", "pydantic", "rich", "spacy", "sqlite_utils", "thinc"}
COMMANDS = main.commands


@pytest.mark.parametrize("module", ["claims", "claims.cli"])
def test_importing_loads_nothing_heavy(module):
    code = f"import sys, {module}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()


def described() -> dict[str, str]:
    """What the package's docstring says of each file and folder, in its order."""
    found: dict[str, str] = {}
    part = None
    for line in (claims.__doc__ or "").splitlines():
        head = re.match(r"\W*(?:claims[./])?(\w+)(?:\.py\b|/|\s{2,})", line)
        if head and head[1] in PARTS:
            part = head[1]
        if part:
            found[part] = found.get(part, "") + line + "\n"
    return found


@pytest.mark.parametrize("part", sorted(PARTS))
def test_every_file_and_folder_is_described_where_a_reader_starts(part):
    assert part in described(), f"name {part} in the docstring of claims/__init__.py"


@pytest.mark.parametrize("name", [name for name in MODULES if "." in name])
def test_every_file_of_a_folder_is_named_beside_it(name):
    folder, *parts = name.split(".")
    assert all(re.search(rf"\b{part}\b", described().get(folder, "")) for part in parts)


def imports(path: Path) -> Iterator[str]:
    """The parts of the package that a file needs to be imported."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module == "claims":
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("claims."):
            yield (node.module or "").split(".")[1]


@pytest.mark.parametrize("name", sorted(MODULES.keys() - {"cli"}))
def test_the_description_runs_from_what_is_needed_to_what_needs_it(name):
    order = list(described())
    part = name.split(".")[0]
    for needed in set(imports(MODULES[name])) & set(order):
        assert order.index(needed) <= order.index(part), f"{part} needs {needed}"


def test_there_are_commands():
    assert {"extract", "load", "serve", "compare", "cite", "evaluate", "schema"} <= set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_says_what_it_does_and_shows_an_example(name):
    done = CliRunner().invoke(main, [name, "--help"])
    assert done.exit_code == 0
    assert COMMANDS[name].get_short_help_str()
    assert re.search(rf"Examples?:.*\bclaims {name}\b", done.output, re.DOTALL)


def test_the_version_stands_in_one_place():
    number = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    assert version("claims") == number, "run `make` so that the package is installed again"
    named = [path for path in MODULES.values() if number in path.read_text(encoding="utf-8")]
    assert named == []


def test_no_file_names_a_folder_of_one_machine():
    places = re.compile(r"(?<![\w.~])(/home/\w|/Users/\w|/root/|/work/|/tmp/\w)|[A-Z]:\\Users")
    kinds = {".py", ".cfg", ".md", ".toml", ".csv", ".json", ".sql", ".html", ".css", ".yml", ""}
    tops = ["claims", "tests", "training", "docs", "schemas", ".ci", "README.md", "CHANGELOG.md"]
    files = [
        path
        for top in [*tops, "Makefile", "pyproject.toml", "datasette-metadata.json"]
        for path in [ROOT / top, *(ROOT / top).rglob("*")]
        if path.is_file() and path.suffix in kinds and path != Path(__file__)
        if "model" not in path.parts or path.suffix in {".cfg", ".json", ".md"}
        if not path.is_relative_to(ROOT / "training" / "work")
    ]
    assert len(files) > len(MODULES)
    found = {p.name: hit[0] for p in files if (hit := places.search(p.read_text("utf-8")))}
    assert found == {}
