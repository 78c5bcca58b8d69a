"""The command line: records alone on stdout, one line a problem, and the right exit status."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from claims import cli
from claims.model import Article, Claim
from claims.store import Store
from tests.quotes import Quotes, readings

ROOT = Path(__file__).parents[1]
SCRIPT = "from claims.cli import main; main()"
QUICK = (
    "from claims import cli; from tests.quotes import Quotes; "
    "cli._jobs = lambda *settings, **options: Quotes(); cli.main()"
)
"""The same with an extractor that starts at once; to be run in the folder above the tests."""
LINE = {"id": "a", "text": "Élise Roy dit : « L’été » à AFP.", "published": "2024-06"}


@pytest.fixture
def run(monkeypatch):
    monkeypatch.setattr(cli, "_jobs", lambda *settings, **options: Quotes())

    def run(*arguments: object, stdin: str | None = None):
        return CliRunner().invoke(cli.main, [str(a) for a in arguments], input=stdin)

    return run


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.jsonl"
    path.write_text(json.dumps(LINE) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def database(tmp_path):
    with Store.open(tmp_path / "claims.db", write=True) as store:
        store.load(readings(Article(**LINE), Article(id="b", text="Ali dit : « Non »")), Quotes())
    return tmp_path / "claims.db"


def ids(database: Path) -> list[str]:
    with Store.open(database) as store:
        return [row["id"] for row in store.db.query("SELECT id FROM claims ORDER BY article_id")]


def command(*arguments: object, **options) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        **options,
    )


def test_extract_writes_valid_records_and_nothing_else(run, good):
    result = run("extract", good)
    assert (result.exit_code, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    claim = Claim.model_validate_json(line, context={"article": Article(**LINE)})
    assert claim.text == "L’été"
    assert json.loads(line).keys() == Claim.model_fields.keys()


def test_extract_reads_standard_input(run):
    assert json.loads(run("extract", "-", stdin=json.dumps(LINE)).stdout)["article_id"] == "a"


def test_a_problem_is_one_line_on_stderr_and_the_rest_is_done(run, good, tmp_path):
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "x"}\n{', encoding="utf-8")
    result = run("extract", bad, tmp_path / "none.txt", good)
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 1
    problems = result.stderr.splitlines()
    assert len(problems) == 3
    assert problems[0].startswith(f"{bad}, line 1: ")


@pytest.mark.parametrize("name", ["extract", "load", "evaluate"])
def test_a_parser_that_cannot_be_used_is_one_clear_line(good, tmp_path, name):
    database = [tmp_path / "claims.db"] if name == "load" else []
    result = CliRunner().invoke(
        cli.main, [name, *map(str, [*database, good]), "--model", "fr_nowhere"]
    )
    assert (result.exit_code, result.stdout) == (1, "")
    assert re.fullmatch(r"Error: no spaCy pipeline 'fr_nowhere' .*\n", result.stderr)
    assert not (tmp_path / "claims.db").exists()


@pytest.mark.parametrize("name", ["extract", "load", "evaluate"])
def test_the_parser_that_is_named_is_the_one_that_parses(good, tmp_path, monkeypatch, name):
    named = []

    def extractor(registry, model, *jobs, **options):
        named.append(model)
        return Quotes()

    for built in ("_jobs", "_extractor"):
        monkeypatch.setattr(cli, built, extractor)
    database = [tmp_path / "claims.db"] if name == "load" else []
    CliRunner().invoke(cli.main, [name, *map(str, [*database, good]), "--model", "mine"])
    assert named == ["mine"]


def test_claims_that_are_read_from_a_file_need_no_parser(good, tmp_path):
    gold, predicted = tmp_path / "gold.jsonl", tmp_path / "predicted.jsonl"
    gold.write_text(json.dumps({**LINE, "claims": []}))
    predicted.write_text("")
    line = ["evaluate", str(gold), "--predicted", str(predicted), "--model", "fr_nowhere"]
    result = CliRunner().invoke(cli.main, line)
    assert result.exit_code == 0, result.output


def test_an_article_that_cannot_be_extracted_is_a_problem(run, good, monkeypatch):
    monkeypatch.setattr(cli, "_jobs", lambda *settings, **options: Quotes(failing=frozenset("a")))
    result = run("extract", good)
    assert (result.exit_code, result.stdout, result.stderr) == (
        1,
        "",
        f"{good}, line 1: the parser gave up\n",
    )


def test_output_is_replaced_only_when_all_is_done(run, good, tmp_path, monkeypatch):
    out = tmp_path / "out.jsonl"
    out.write_text("before")

    class Stopped(Quotes):
        def extract(self, articles):
            yield from super().extract(articles)
            raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_jobs", lambda *settings, **options: Stopped())
    result = run("extract", good, "-o", out)
    assert (result.exit_code, result.output, out.read_text()) == (130, "", "before")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["good.jsonl", "out.jsonl"]
    monkeypatch.setattr(cli, "_jobs", lambda *settings, **options: Quotes())
    assert run("extract", good, "-o", out).exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8"))["article_id"] == "a"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["good.jsonl", "out.jsonl"]


def test_output_to_a_place_that_is_not_there_is_one_clear_line(run, good, tmp_path):
    result = run("extract", good, "-o", tmp_path / "none" / "out.jsonl")
    assert result.exit_code == 1
    assert re.fullmatch(r"Error: .*out\.jsonl cannot be written .*\n", result.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is always full")
@pytest.mark.parametrize(
    "line",
    ["extract {good} -o /dev/full", "extract {good} > /dev/full", "compare {db} Ali > /dev/full"],
)
def test_a_full_disk_is_one_clear_line(good, database, line):
    line = f'"{sys.executable}" -c "{QUICK}" {line.format(good=good, db=database)}'
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, encoding="utf-8", check=False, cwd=ROOT
    )
    assert done.returncode == 1
    assert re.fullmatch(r"Error: .*cannot be written.*No space left on device.*\n", done.stderr)


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals")
def test_a_terminal_shows_what_is_worked_on(good, tmp_path):
    import pty

    lead, terminal = pty.openpty()
    arguments = [sys.executable, "-c", QUICK, "load", tmp_path / "claims.db", good]
    subprocess.run(arguments, stdout=subprocess.PIPE, stderr=terminal, cwd=ROOT, check=True)
    os.close(terminal)
    assert re.search(r"\b1 read[^:]*: good\.jsonl line 1", os.read(lead, 100_000).decode())
    os.close(lead)


def test_load_sums_up_and_can_be_repeated(run, good, tmp_path):
    database = tmp_path / "claims.db"
    first = run("load", database, good)
    assert first.exit_code == 0
    for line in (
        "Articles: 1 (1 new, 0 updated, 0 unchanged)",
        "Claims: 1",
        "by type: direct 1",
        "by stance: affirms 1",
        "Speakers: 1",
        "Outlets: 1",
        "Problems: 0",
    ):
        assert line in first.stdout
    again = run("load", database, good)
    assert "(0 new, 0 updated, 1 unchanged)" in again.stdout


def test_load_stores_problems_and_forgets_those_that_are_mended(run, tmp_path):
    database, file = tmp_path / "claims.db", tmp_path / "in" / "x.jsonl"
    file.parent.mkdir()
    file.write_text("{")
    result = run("load", database, file.parent)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{file}, line 1: ")
    with Store.open(database) as store:
        assert store.db.table("problems").count == 1
    file.write_text(json.dumps(LINE))
    assert run("load", database, file.parent).exit_code == 0
    with Store.open(database) as store:
        assert store.db.table("problems").count == 0


@pytest.mark.parametrize("arguments", [["load"], ["serve"], ["compare", "x"], ["cite", "x"]])
def test_a_file_that_is_no_database_is_one_clear_line(run, good, tmp_path, arguments):
    database = tmp_path / "text.db"
    database.write_text("no database " * 99)
    name, *rest = arguments
    result = run(name, database, *rest, *([good] if name == "load" else []))
    assert result.exit_code == 1
    assert result.stderr == f"Error: {database} is not a SQLite database; give another path\n"
    assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [[], ["nothing"], ["extract"], ["load", "x.db"], ["cite", "x.db", "1", "-f", "word"]],
)
def test_wrong_usage_ends_with_status_2(run, arguments):
    assert run(*arguments).exit_code == 2


def test_compare_prints_both_sides(run, database):
    result = run("compare", database, "elise roy", "Ali")
    assert result.exit_code == 0
    assert "Élise Roy (1)" in result.stdout
    assert "« Non »" in result.stdout
    sides = json.loads(run("compare", database, "Ali", "--json").stdout)["sides"]
    assert [(s["name"], [c["text"] for c in s["claims"]]) for s in sides] == [("Ali", ["Non"])]


def test_compare_suggests_a_near_name(run, database):
    result = run("compare", database, "Roy")
    assert result.exit_code == 1
    assert "“Élise Roy”" in result.stderr


def test_cite_cites_what_it_finds(run, database):
    first, second = ids(database)
    result = run("cite", database, first[:9], "ffff", second, "-f", "csljson")
    assert result.exit_code == 1
    assert [item["id"] for item in json.loads(result.stdout)] == [first, second]
    assert "no claim 'ffff'" in result.stderr
    assert run("cite", database, first, "-f", "ris").stdout.startswith("TY  - NEWS")
    assert run("cite", database, "ffff").stdout == ""


def test_cite_writes_the_line_ends_of_ris(database):
    (first, _) = ids(database)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "cite", database, first],
        capture_output=True,
        check=True,
    )
    assert done.stdout.endswith(b"\r\nER  - \r\n")
    assert b"\r\r" not in done.stdout


def test_serve_checks_every_page(run, database):
    result = run("serve", database, "--check")
    assert result.exit_code == 0
    assert "200 /claims/who_said_what" in result.stdout.splitlines()


def test_serve_says_where_it_serves_and_that_a_port_is_taken(run, database):
    server = subprocess.Popen(
        [sys.executable, "-uc", SCRIPT, "serve", database, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert server.stdout
        address = re.search(r"http://\S+", server.stdout.readline())
        assert address
        with urllib.request.urlopen(address[0], timeout=20) as page:
            assert "Qui a dit quoi" in page.read().decode()
    finally:
        server.send_signal(2)
        _, errors = server.communicate(timeout=20)
    assert errors == ""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", database, "--port", port)
    assert result.exit_code == 1
    assert result.stderr == f"Error: port {port} is in use; choose another with --port\n"


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path):
    many = tmp_path / "many.db"
    with Store.open(many, write=True) as store:
        store.load(readings(Article(id="a", text="Ali dit : « Non ». " * 3000)), Quotes())
    names = ["Ali"] * 9
    shell = " ".join(["compare", f'"{many}"', *names, "--json"])
    done = subprocess.run(
        [
            "bash",
            "-c",
            f'"{sys.executable}" -c "{SCRIPT}" {shell} | true',
        ],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    assert done.stderr == ""


@pytest.mark.parametrize("name", sorted(cli.main.commands))
def test_the_help_shows_an_example(run, name):
    text = run(name, "--help").stdout
    assert f"Example:\n    {'id=' if name in ('cite', 'review') else f'claims {name} '}" in text


def test_help_and_version_start_quickly():
    start = time.perf_counter()
    done = command("--help")
    assert done.returncode == 0
    assert time.perf_counter() - start < 1
    heavy = (
        "import sys, claims.cli; print({'spacy', 'datasette', 'pydantic', 'rich'} & {*sys.modules})"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", heavy], capture_output=True, text=True, check=True
    )
    assert loaded.stdout == "set()\n"


def test_schema_writes_and_checks(run, tmp_path):
    assert run("schema", tmp_path).exit_code == 0
    assert (tmp_path / "claim.schema.json").is_file()
    assert run("schema", "--check", tmp_path).exit_code == 0
    (tmp_path / "claim.schema.json").write_text("{}")
    result = run("schema", "--check", tmp_path)
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)


def test_evaluate_prints_the_figures(run, tmp_path):
    gold = tmp_path / "gold.jsonl"
    claim = {"content": ["L’été"], "type": "direct", "speaker": "Élise Roy", "cue": "dit"}
    rest = {"speakers": ["Élise Roy"], "outlets": ["AFP"], "stance": "affirms", "target": None}
    gold.write_text(json.dumps({**LINE, "claims": [{**claim, **rest}]}))
    result = run("evaluate", gold)
    assert result.exit_code == 0, result.output
    assert "1.000" in result.stdout
    assert json.loads(run("evaluate", gold, "--json").stdout)["detect"]["f1"] == 1
    earlier = tmp_path / "earlier.jsonl"
    earlier.write_text("")
    frozen = tmp_path / "frozen.txt"
    result = run("evaluate", gold, "--against", earlier, "--freeze", frozen)
    assert re.search(
        r"^gained: 1\na: missed: .* → right: .*L’été.*\nlost: 0$", result.stdout, re.MULTILINE
    )
    assert frozen.read_text(encoding="utf-8").startswith("detect: 1.000 1.000 1.000\n")
