"""What a run tells of itself, and feeds that are watched until somebody says stop."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from click.testing import CliRunner

from claims import cli, progress
from claims.model import Article, Problem
from claims.reading import Reading
from claims.reading.parts import Mark, Meter, Settings
from claims.store import Store
from claims.store.feeds import Feeds
from claims.watching import watch
from tests.quotes import Quotes, readings

ROOT = Path(__file__).parents[1]
SCRIPT = (
    "from claims import cli; from tests.quotes import Quotes; "
    "cli._jobs = lambda *settings, **options: Quotes(); cli.main()"
)
"""The command line with an extractor that starts at once."""


def line(number: int) -> str:
    return json.dumps({"id": str(number), "text": f"Kim dit : « {number} »"}) + "\n"


def until(holds: Callable[[], bool]) -> None:
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it never holds")


def stored(path: Path) -> int:
    if not path.exists():
        return 0
    with sqlite3.connect(path) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM claims").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def test_what_comes_while_it_is_watched_is_loaded(tmp_path):
    source, path = tmp_path / "a.jsonl", tmp_path / "claims.db"
    source.write_text(line(1))
    told: list[int] = []
    stop = Event()
    thread = Thread(
        target=watch,
        args=(path, [str(source)], Quotes(), Settings()),
        kwargs={
            "every": 0.05,
            "stop": stop,
            "report": lambda problem: None,
            "tell": lambda summary: told.append(summary.claims),
        },
    )
    thread.start()
    until(lambda: 1 in told)
    source.write_text(line(1) + line(2))
    until(lambda: 2 in told)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert sorted(set(told)) == [1, 2]


def test_it_stops_between_articles_and_keeps_what_is_begun(tmp_path):
    stop = Event()

    class Stopping(Quotes):
        def extract(self, articles):
            for article, found in super().extract(articles):
                if article.id == "1":
                    stop.set()
                yield article, found

    (tmp_path / "a.jsonl").write_text(line(0) + line(1) + line(2))
    fine = watch(
        tmp_path / "claims.db",
        [str(tmp_path / "a.jsonl")],
        Stopping(),
        Settings(),
        every=60,
        stop=stop,
        report=lambda problem: None,
        tell=lambda summary: None,
    )
    assert fine
    assert stored(tmp_path / "claims.db") == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_well(tmp_path, number):
    (tmp_path / "a.jsonl").write_text(line(1))
    arguments = ["watch", tmp_path / "claims.db", tmp_path / "a.jsonl", "--every", "1h"]
    command = [sys.executable, "-c", SCRIPT, *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        os.kill(process.pid, number)
        assert process.wait(20) == 0
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d: 1 new articles, .*1 claims in all", told)
    assert stored(tmp_path / "claims.db") == 1


def test_a_problem_while_it_is_watched_is_told_in_the_end(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("{\n" + line(1))
    command = [sys.executable, "-c", SCRIPT, "watch", str(tmp_path / "claims.db"), str(path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(20) == 1
        assert "line 1: not JSON" in process.stderr.read()


@pytest.mark.parametrize("given", ["15", "0m", "-1s", "1.5h", "m", "1w"])
def test_a_time_that_is_none_is_wrong_usage(given):
    done = CliRunner().invoke(cli.main, ["watch", "c.db", "f", "--every", given])
    assert done.exit_code == 2
    assert "write 90s, 15m, 2h or 1d" in done.output


@pytest.mark.parametrize("given", ["text", "text=", "=body", "body=text", "text=a,foo=b"])
def test_a_map_that_is_none_is_wrong_usage(given):
    done = CliRunner().invoke(cli.main, ["load", "c.db", "f", "--map", given])
    assert done.exit_code == 2
    assert "write FIELD=NAME" in done.output


def test_the_options_reach_the_readers(tmp_path, monkeypatch):
    monkeypatch.setattr(cli, "_jobs", lambda *settings, **options: Quotes())
    seen: list[Settings] = []

    def read(inputs, settings):
        seen.append(settings)
        return readings()

    monkeypatch.setattr("claims.reading.read", read)
    options = [
        "--map",
        "text=body,url=link",
        "--map",
        "publisher=source",
        "--table",
        "t",
        "--archive",
        "pages",
        "--max-size",
        "0.5",
        "--pause",
        "0",
        "--timeout",
        "3",
        "--contact",
        "a@b.fr",
        "--allow-private",
    ]
    for command in (["extract", "x"], ["load", str(tmp_path / "c.db"), "x"]):
        assert CliRunner().invoke(cli.main, [*command, *options]).exit_code == 0
    for settings in seen:
        assert settings.columns == {"text": "body", "url": "link", "publisher": "source"}
        assert (settings.table, settings.archive) == ("t", Path("pages"))
        assert (settings.largest, settings.pages) == (500_000, 500_000)
        assert settings.network == (True, 3.0, 0.0, "a@b.fr")
    assert type(seen[1].memory) is Feeds


def test_lines_tell_how_far_a_run_is_where_there_is_no_terminal(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "EVERY", 0.0)
    told: list[str] = []
    found = [Reading("a", "", Article.make("x")) for _ in range(3)]
    assert [*progress.shown(found, [], Meter(), told.append)] == found
    assert [line.split(",")[0] for line in told] == ["1 read", "2 read", "3 read"]


@pytest.mark.parametrize(
    ("read", "total", "seconds", "told"),
    [
        (0, 100, 10, "20 read, 2.0 a second"),
        (50, None, 10, "20 read, 2.0 a second"),
        (50, 100, 10, "20 read, 2.0 a second, 50 %, about 10 s left"),
        (1, 100, 40, "20 read, 0.5 a second, 1 %, about 1.1 h left"),
        (1, 1000, 40, "20 read, 0.5 a second, 0 %, about 11.1 h left"),
        (150, 100, 10, "20 read, 2.0 a second, 100 %, about 0 s left"),
    ],
)
def test_what_is_told_of_a_run(read, total, seconds, told):
    assert progress.line(20, read, total, seconds) == told


def test_what_was_read_of_a_feed_is_remembered_with_its_articles(tmp_path):
    path = tmp_path / "claims.db"
    feed = "https://exemple.org/feed"

    def found(fail: bool) -> list[Reading]:
        article = Article.make("Kim dit : « 1 »", id="1")
        return [
            Reading(feed, "p1", article, Mark(feed, "e1")),
            Reading(feed, "p2", "there is no such page", Mark(feed, "e2")),
            Reading(feed, "", None, Mark(feed, None, '"tag"', "Mon")),
        ]

    class Failing(Quotes):
        def extract(self, articles):
            next(iter(articles))
            raise ZeroDivisionError

    with Store.open(path, write=True) as store, pytest.raises(ZeroDivisionError):
        store.load(found(True), Failing())
    with Store.open(path, write=True) as store:
        assert not store.feeds.knows(feed, "e1")
        store.load(found(False), Quotes())
        assert store.feeds.knows(feed, "e1")
        assert store.feeds.knows(feed, "e2")
        assert not store.feeds.knows("https://exemple.org/other", "e1")
        assert store.feeds.validators(feed) == ('"tag"', "Mon")


def test_a_problem_of_an_address_goes_once_it_is_read(tmp_path):
    path = tmp_path / "claims.db"
    page = "https://exemple.org/a"
    problems = []
    for found in ("it cannot be reached", Article.make("Kim dit : « 1 »", id="1")):
        with Store.open(path, write=True) as store:
            store.load([Reading(page, "", found)], Quotes(), sources=[page])
            problems.append(store.db.table("problems").count)
    assert problems == [1, 0]


def test_a_database_that_another_writes_to_costs_a_round(tmp_path, monkeypatch):
    monkeypatch.setattr("claims.store.tables.WAITING", 0.2)
    (tmp_path / "a.jsonl").write_text(line(1))
    path, stop = tmp_path / "claims.db", Event()
    Store.open(path, write=True).close()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    reported: list[str] = []

    def report(problem: Problem) -> None:
        reported.append(problem.reason)
        other.rollback()

    fine = watch(
        path, [str(tmp_path / "a.jsonl")], Quotes(), Settings(),
        every=0.05, stop=stop, report=report, tell=lambda summary: stop.set(),
    )  # fmt: skip
    other.close()
    assert not fine
    assert "another program has been writing" in reported[0]
    assert stored(path) == 1


@pytest.mark.parametrize("option", ["--max-size", "--pause", "--timeout"])
@pytest.mark.parametrize("value", ["nan", "inf", "-1", "1e300", "x"])
def test_a_number_that_is_none_is_wrong_usage(option, value):
    done = CliRunner().invoke(cli.main, ["load", "c.db", "f", option, value])
    assert done.exit_code == 2
    assert option in done.output
