"""Extraction in shards: the claims of one run, whatever stopped it, and a database that is the same."""

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from claims import cli, shards
from claims.model import Article, Claim, Problem, digest, unnamed_speaker_id
from claims.shards import claims_of, manifest
from claims.store import Store
from tests.quotes import REGISTRY, Quotes

ROOT = Path(__file__).parents[1]


class Reader(Quotes):
    """The extractor of the test, whose configuration tells of its registry as the real one's does."""

    @property
    def configuration(self) -> dict[str, Any]:
        entries = (
            e.model_dump(mode="json") for e in (*self.registry.speakers, *self.registry.outlets)
        )
        return super().configuration | {"registry": digest(*entries)}


def text(number: int) -> str:
    return f"Paul Roux dit : « {number} ponts » à AFP. Léa Blanc dit : « Non, {number} »"


def line(number: int, **fields: object) -> str:
    return json.dumps({"id": f"a{number}", "text": text(number), **fields}) + "\n"


LINES = [line(number) for number in range(10)]
OTHERS = [
    "{broken\n",
    line(3),
    line(4, text=text(40)),
    line(5, url="https://www.example.org/5"),
    line(10, url="https://www.example.org/10", title="Dix"),
    line(10, url="https://www.example.org/10", text=text(11)),
    line(12, text=text(2)),
    line(13, text="Personne."),
    line(14, language="de"),
]
"""What is wrong, comes again, is a version of another, has another's text, no claim, or another language."""


@pytest.fixture
def reader(monkeypatch):
    reader = Reader(failing=frozenset({"a14", "a7"}))
    monkeypatch.setattr(cli, "_jobs", lambda *settings, **options: reader)
    monkeypatch.setattr(cli, "_registry", lambda folder: reader.registry)
    return reader


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(LINES), encoding="utf-8")
    return path


@pytest.fixture
def mixed(tmp_path):
    """A folder with all that can be wrong."""
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a.jsonl").write_text("".join(LINES[:6]), encoding="utf-8")
    (folder / "b.jsonl").write_text("".join([*OTHERS, *LINES[6:]]), encoding="utf-8")
    (folder / "c.txt").write_text("Ali dit : « Oui »", encoding="utf-8")
    (folder / "d.txt").write_text("", encoding="utf-8")
    (folder / os.fsdecode(b"\xff.txt")).write_text("", encoding="utf-8")
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, [str(a) for a in arguments])


def extract(inputs: Path, folder: Path, size: int = 3) -> Result:
    return run("extract", inputs, "--shards", folder, "--shard-size", size)


def claims(folder: Path) -> str:
    return "".join(p.read_text(encoding="utf-8") for p in sorted(folder.glob("*.claims.jsonl")))


def dump(database: Path) -> dict[str, list[str]]:
    with Store.open(database) as store:
        return {
            table.name: [repr(row) for row in store.db.query(f"SELECT * FROM [{table.name}]")]
            for table in store.db.tables
            if "migrations" not in table.name
        }


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_claims_of_all_shards_are_those_of_one_run(reader, mixed, tmp_path, size):
    one = run("extract", mixed)
    many = extract(mixed, tmp_path / "shards", size)
    assert (many.exit_code, many.stdout) == (one.exit_code, "") == (1, "")
    assert claims(tmp_path / "shards") == one.stdout
    assert one.stdout
    assert sorted(many.stderr.splitlines()) == sorted(one.stderr.splitlines())


def test_shards_have_the_articles_each_once_and_are_counted(reader, mixed, tmp_path):
    folder = tmp_path / "shards"
    extract(mixed, folder)
    articles = [
        Article.model_validate_json(line).id
        for path in sorted(folder.glob("*.articles.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert [id for id in articles if re.fullmatch(r"a\d+", id)] == [
        *("a0", "a1", "a2", "a3", "a4", "a5"),
        *("a10", "a12", "a13", "a14"),
        *("a6", "a7", "a8", "a9"),
    ]
    told = manifest(folder)
    assert told.complete
    assert told.configuration == reader.configuration
    assert {shard.articles for shard in told.shards[:-1]} == {3}
    assert told.articles == len(articles)
    assert told.claims == len(claims(folder).splitlines())
    assert told.problems == len(run("extract", mixed).stderr.splitlines())


def test_what_is_done_is_not_done_again_and_says_the_same(reader, mixed, tmp_path):
    folder = tmp_path / "shards"
    first = extract(mixed, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    reader.read.clear()
    second = extract(mixed, folder)
    assert reader.read == []
    assert sorted(second.stderr.splitlines()) == sorted(first.stderr.splitlines())
    assert second.exit_code == first.exit_code
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_only_shards_whose_input_changed_are_done_again(reader, corpus, tmp_path):
    folder = tmp_path / "shards"
    extract(corpus, folder)
    changed = [*LINES[:4], line(4, text="Ali dit : « Oui »"), *LINES[5:]]
    corpus.write_text("".join(changed), encoding="utf-8")
    reader.read.clear()
    extract(corpus, folder)
    assert reader.read == ["a3", "a4", "a5"]
    assert claims(folder) == run("extract", corpus).stdout


def test_another_configuration_does_all_again(reader, corpus, tmp_path):
    folder = tmp_path / "shards"
    extract(corpus, folder)
    reader.version = "2"
    reader.read.clear()
    extract(corpus, folder)
    assert len(reader.read) == len(LINES)
    assert manifest(folder).configuration["version"] == "2"
    reader.read.clear()
    run("extract", corpus, "--shards", folder, "--shard-size", 3, "--explain")
    assert len(reader.read) == len(LINES)


def test_a_file_that_is_gone_or_changed_is_made_again(reader, corpus, tmp_path):
    folder = tmp_path / "shards"
    extract(corpus, folder)
    before = claims(folder)
    (folder / "000001.claims.jsonl").unlink()
    (folder / "000002.articles.jsonl").write_text("", encoding="utf-8")
    reader.read.clear()
    extract(corpus, folder)
    assert reader.read == ["a0", "a1", "a2", "a3", "a4", "a5"]
    assert claims(folder) == before


def test_an_article_whose_process_ended_is_read_again(reader, corpus, tmp_path, monkeypatch):
    def dying(articles):
        reason = "the process that read it ended; try again"
        yield from ((a, Problem(source=a.id, reason=reason)) for a in articles)

    folder = tmp_path / "shards"
    with monkeypatch.context() as context:
        context.setattr(reader, "extract", dying)
        assert extract(corpus, folder).exit_code == 1
    reader.failing = frozenset()
    assert extract(corpus, folder).exit_code == 0
    assert claims(folder) == run("extract", corpus).stdout


def test_nothing_stays_of_an_older_run_and_nothing_else_is_touched(reader, corpus, tmp_path):
    folder = tmp_path / "shards"
    extract(corpus, folder)
    (folder / ".000009.claims.jsonl.part").write_text("half", encoding="utf-8")
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    corpus.write_text("".join(LINES[:5]), encoding="utf-8")
    extract(corpus, folder)
    kinds = ("articles", "claims", "readings")
    assert {path.name for path in folder.iterdir()} == {
        *("manifest.json", "notes.txt"),
        *(f"00000{number}.{kind}.jsonl" for number in (1, 2) for kind in kinds),
    }
    assert [shard.name for shard in manifest(folder).shards] == ["000001", "000002"]


def test_a_shard_is_no_larger_than_can_be_held(reader, corpus, tmp_path, monkeypatch):
    corpus.write_text("".join([LINES[0] * 40, LINES[1]]), encoding="utf-8")
    extract(corpus, tmp_path / "again", 3)
    assert {shard.readings for shard in manifest(tmp_path / "again").shards[:-1]} == {15}
    monkeypatch.setattr(shards, "CHARACTERS", 2 * len(text(0)))
    long = [line(n) for n in range(5)]
    corpus.write_text("".join(long), encoding="utf-8")
    extract(corpus, tmp_path / "long", 3)
    assert [shard.articles for shard in manifest(tmp_path / "long").shards] == [2, 2, 1]


SLOW = """
import time
from claims import cli, shards
from tests.test_shards import Reader

class Slow(Reader):
    def extract(self, articles):
        for article in articles:
            time.sleep(0.1)
            yield from super().extract([article])

cli._jobs = lambda *settings, **options: Slow()
cli.main()
"""


def test_a_run_that_was_killed_is_gone_on_with(reader, corpus, tmp_path):
    reader.failing = frozenset()
    folder = tmp_path / "shards"
    arguments = ["extract", str(corpus), "--shards", str(folder), "--shard-size", "2"]
    process = subprocess.Popen([sys.executable, "-c", SLOW, *arguments], cwd=ROOT)
    deadline = time.monotonic() + 30
    while not (folder / "000002.readings.jsonl").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    told = manifest(folder)
    assert not told.complete
    assert told.shards[0].state == "done"
    extract(corpus, folder, 2)
    assert {"a0", "a1"}.isdisjoint(reader.read)
    assert {"a6", "a7", "a8", "a9"} <= set(reader.read)
    assert claims(folder) == run("extract", corpus).stdout
    assert manifest(folder).complete


def test_a_run_that_is_stopped_early_forgets_nothing_of_what_was_done(reader, corpus, tmp_path):
    folder = tmp_path / "shards"
    extract(corpus, folder)
    reader.read.clear()
    changed = corpus.read_text(encoding="utf-8").replace(" 0 ponts", " 0 quais")
    corpus.write_text(changed, encoding="utf-8")

    def stopped(articles):
        next(iter(articles))
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as context:
        context.setattr(reader, "extract", stopped)
        assert extract(corpus, folder).exit_code == 130
    assert [shard.state for shard in manifest(folder).shards] == ["waiting"] + 3 * ["done"]
    extract(corpus, folder)
    assert reader.read == ["a0", "a1", "a2"]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": "claims shards 9"}'])
def test_a_manifest_that_is_broken_is_told_and_nothing_is_touched(
    reader, corpus, tmp_path, content
):
    folder = tmp_path / "shards"
    extract(corpus, folder)
    (folder / "manifest.json").write_text(content, encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for done in (extract(corpus, folder), run("load", tmp_path / "x.db", folder)):
        assert done.exit_code == 1
        assert "manifest.json is broken, or not of this version" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_folder_of_something_else_is_refused(reader, corpus, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("", encoding="utf-8")
    done = extract(corpus, tmp_path / "mine")
    assert (done.exit_code, "thesis.tex" in done.stderr) == (1, True)
    inside = extract(tmp_path, tmp_path / "new" / "shards")
    assert (inside.exit_code, "lies in the input" in inside.stderr) == (1, True)
    assert not (tmp_path / "new").exists()


def test_two_runs_do_not_write_into_one_folder(reader, corpus, tmp_path):
    folder = tmp_path / "shards"
    extract(corpus, folder)
    opened = os.open(folder, os.O_RDONLY)
    fcntl.flock(opened, fcntl.LOCK_SH)
    done = extract(corpus, folder)
    os.close(opened)
    assert (done.exit_code, "another process" in done.stderr) == (1, True)
    assert extract(corpus, folder).exit_code == 1  # for what fails in the corpus
    assert manifest(folder).complete


@pytest.mark.parametrize(
    "options",
    [
        ["--shards", "x", "-o", "y"],
        ["--shard-size", "3"],
        ["--scheduler", "tcp://127.0.0.1:1"],
        ["--shards", "x", "--shard-size", "0"],
    ],
)
def test_options_that_say_nothing_together_are_wrong_usage(reader, corpus, options):
    assert run("extract", corpus, *options).exit_code == 2


@pytest.mark.parametrize("size", [1, 4, 100])
def test_a_database_of_shards_is_that_of_the_articles(reader, mixed, tmp_path, size):
    folder = tmp_path / "shards"
    extract(mixed, folder, size)
    one = run("load", tmp_path / "one.db", mixed)
    reader.read.clear()
    many = run("load", tmp_path / "many.db", folder)
    assert reader.read == []
    assert (many.exit_code, many.output) == (one.exit_code, one.output)
    expected = dump(tmp_path / "one.db")
    assert dump(tmp_path / "many.db") == expected
    assert len(expected["articles"]) == 15  # of a10 two versions; a12 is a2
    again = run("load", tmp_path / "many.db", folder)
    assert "0 new, 0 updated" in again.stdout
    assert dump(tmp_path / "many.db") == expected
    assert "0 new, 0 updated" in run("load", tmp_path / "many.db", mixed).stdout


def test_what_is_not_done_is_a_problem_until_it_is(reader, corpus, tmp_path):
    reader.failing = frozenset()
    folder = tmp_path / "shards"
    extract(corpus, folder)
    path = folder / "manifest.json"
    whole = path.read_text(encoding="utf-8")
    halted = json.loads(whole) | {"complete": False}
    halted["shards"][1]["state"] = "waiting"
    path.write_text(json.dumps(halted), encoding="utf-8")
    (folder / "000003.claims.jsonl").rename(tmp_path / "kept")
    done = run("load", tmp_path / "x.db", folder)
    assert done.exit_code == 1
    assert [line.split(";")[0] for line in done.stderr.splitlines()] == [
        f"{folder}, shard 000002: it is not done",
        f"{folder}, shard 000003: {folder / '000003.claims.jsonl'}: No such file or directory",
        f"{folder}: its extraction did not end",
    ]
    (tmp_path / "kept").rename(folder / "000003.claims.jsonl")
    path.write_text(whole, encoding="utf-8")
    assert run("load", tmp_path / "x.db", folder).exit_code == 0
    run("load", tmp_path / "y.db", corpus)
    found, expected = dump(tmp_path / "x.db"), dump(tmp_path / "y.db")
    assert found["problems"] == expected["problems"] == []
    assert len(found["claims"]) == len(expected["claims"])


BREAKS = {
    "articles": ("000001.articles.jsonl", 1),
    "claims": ("000001.claims.jsonl", 3),
    "readings": ("000001.readings.jsonl", 1),
}


@pytest.mark.parametrize("kind", BREAKS)
@pytest.mark.parametrize("broken", ["", "{}\n", "nonsense\n", "[]\n", "\udcff\n"])
def test_a_line_that_is_broken_is_a_problem_and_the_rest_is_stored(
    reader, corpus, tmp_path, kind, broken
):
    reader.failing = frozenset()
    folder = tmp_path / "shards"
    extract(corpus, folder, 5)
    name, number = BREAKS[kind]
    lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
    lines[number] = broken
    (folder / name).write_text("".join(lines), encoding="utf-8", errors="surrogateescape")
    done = run("load", tmp_path / "x.db", folder)
    assert done.exit_code == 1
    assert all("run the same claims extract again" in line for line in done.stderr.splitlines())
    with Store.open(tmp_path / "x.db") as store:
        stored = {row["id"] for row in store.db.query("SELECT id FROM articles WHERE run_id > ''")}
    assert {"a0", "a5", "a6", "a7", "a8", "a9"} <= stored
    assert "a1" not in stored
    extract(corpus, folder, 5)
    assert run("load", tmp_path / "x.db", folder).exit_code == 0
    run("load", tmp_path / "y.db", corpus)
    found, expected = dump(tmp_path / "x.db"), dump(tmp_path / "y.db")
    assert len(found["claims"]) == len(expected["claims"])
    assert found["problems"] == []


def test_lines_that_are_missing_at_the_end_are_a_problem(reader, corpus, tmp_path):
    reader.failing = frozenset()
    folder = tmp_path / "shards"
    extract(corpus, folder, 5)
    path = folder / "000001.readings.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    done = run("load", tmp_path / "x.db", folder)
    assert (done.exit_code, done.stderr.count("lines are missing")) == (1, 1)


def test_claims_are_checked_against_their_article(reader, corpus, tmp_path):
    folder = tmp_path / "shards"
    extract(corpus, folder)
    path = folder / "000001.claims.jsonl"
    path.write_text(
        path.read_text(encoding="utf-8").replace("1 ponts", "9 ponts"), encoding="utf-8"
    )
    done = run("load", tmp_path / "x.db", folder)
    assert f"one of its claims in {folder} is broken" in done.stderr
    with Store.open(tmp_path / "x.db") as store:
        assert "9 ponts" not in str(
            list(store.db.query("SELECT * FROM claims WHERE article_id = 'a1'"))
        )


def test_shards_are_loaded_alone_and_with_their_registry(reader, corpus, tmp_path, monkeypatch):
    folder = tmp_path / "shards"
    extract(corpus, folder)
    assert "loaded alone" in run("load", tmp_path / "x.db", folder, corpus).stderr
    assert run("load", tmp_path / "x.db", folder, "--model", "fr_core_news_md").exit_code == 2
    monkeypatch.setattr(cli, "_registry", lambda given: type(REGISTRY)([]))
    assert "another registry" in run("load", tmp_path / "x.db", folder).stderr
    assert not (tmp_path / "x.db").exists()


def test_a_folder_with_another_manifest_is_read_as_any_folder(reader, corpus, tmp_path):
    folder = tmp_path / "extension"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"id": "m", "text": "Ali dit : « Oui »"}', "utf-8")
    assert run("load", tmp_path / "x.db", folder).exit_code == 0


def test_claims_of_one_article_become_those_of_another_with_its_text():
    one = Article.make(text(1), id="one")
    other = Article.make(text(1), id="other")

    def of(article: Article) -> tuple[Claim, ...]:
        first, second = Quotes().claims(article)
        (speaker,) = second.speakers
        unnamed = speaker.model_copy(update={"id": unnamed_speaker_id(article.id, speaker.name)})
        return first, second.model_copy(update={"speakers": (unnamed,)})

    assert claims_of(other, one, of(one)) == of(other)
    assert claims_of(one, one, of(one)) == of(one)
