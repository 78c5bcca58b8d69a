"""Several processes read as one does, whatever becomes of one of them."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import pytest

from claims import jobs
from claims.jobs import Jobs, cores
from claims.model import Article, Claim, Problem
from claims.registry import Registry
from tests.quotes import Quotes

ROOT = Path(__file__).parents[1]
ARTICLES = [
    Article.make(f"Paul Roux dit : « {n} ponts » à AFP. Léa Blanc dit : « Non »", id=str(n))
    for n in range(40)
]
Result = tuple[Article, tuple[Claim, ...] | Problem]


class Mortal:
    """An extractor that ends its process at some articles, but not the process of the test."""

    registry = Registry([])
    configuration: ClassVar[dict[str, Any]] = {}

    def __init__(self, deadly: frozenset[str], parent: int) -> None:
        self.deadly, self.parent = deadly, parent

    def extract(self, articles: Iterable[Article]) -> Iterator[Result]:
        for article in articles:
            if article.id in self.deadly and os.getpid() != self.parent:
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(0.002)
            yield from Quotes().extract([article])


class Settings(NamedTuple):
    deadly: frozenset[str] = frozenset()
    parent: int = 0

    def build(self) -> Mortal:
        return Mortal(self.deadly, self.parent)


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(jobs, "FIRST", 3)


def made(deadly: Iterable[str] = (), number: int = 2) -> Jobs:
    settings: Any = Settings(frozenset(deadly), os.getpid())
    return Jobs(settings, number)


def told(results: Iterable[Result]) -> list[tuple[str, list[str] | str]]:
    return [
        (a.id, r.reason if isinstance(r, Problem) else [c.model_dump_json() for c in r])
        for a, r in results
    ]


EXPECTED = told(Quotes().extract(ARTICLES))


def test_the_results_are_those_of_one_process_in_their_order():
    assert told(made().extract(ARTICLES)) == EXPECTED


def test_few_articles_start_no_process_that_builds_a_pipeline(monkeypatch):
    monkeypatch.setattr(Jobs, "_pool", None)
    monkeypatch.setattr(jobs, "_can_be_copied", lambda: False)
    assert told(made().extract(ARTICLES[:3])) == EXPECTED[:3]
    assert told(made(number=1).extract(ARTICLES)) == EXPECTED


def test_where_no_process_can_be_started_one_reads_all(monkeypatch):
    def refused(self: Jobs, size: int) -> None:
        raise OSError("Function not implemented")

    monkeypatch.setattr(Jobs, "_pool", refused)
    assert told(made().extract(ARTICLES)) == EXPECTED


def test_articles_are_read_as_they_come():
    """What is there is given before all is read."""
    asked: list[str] = []

    def coming() -> Iterator[Article]:
        for article in ARTICLES:
            asked.append(article.id)
            yield article

    results = made().extract(coming())
    for _ in range(4):
        next(results)
    assert len(asked) <= 3 + 1 + 2 * jobs.AHEAD
    results.close()


def test_a_process_that_is_killed_costs_nothing():
    results = made().extract(ARTICLES)
    found = [next(results) for _ in range(8)]
    for child in multiprocessing.active_children():
        child.kill()
    assert told([*found, *results]) == EXPECTED


@pytest.mark.parametrize("deadly", [["7"], ["3", "4"], ["39"]])
def test_an_article_that_ends_its_process_is_a_problem_and_the_others_are_read(deadly):
    results = told(made(deadly).extract(ARTICLES))
    assert [id for id, _ in results] == [article.id for article in ARTICLES]
    assert [r for r in results if r[0] not in deadly] == [e for e in EXPECTED if e[0] not in deadly]
    for id, reason in results:
        if id in deadly:
            assert "the process that read it ended" in reason


def test_no_process_stays():
    results = made().extract(ARTICLES)
    for _ in range(8):
        next(results)
    results.close()
    deadline = time.monotonic() + 20
    while multiprocessing.active_children() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert multiprocessing.active_children() == []


def test_there_is_a_core():
    assert cores() >= 1


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        ({"cpu.max": "100000 100000"}, 1),
        ({"cpu.max": "150000 100000"}, 2),
        ({"memory.max": "1073741824"}, 2),
        ({"memory.max": "1000"}, 1),
        ({"cpu.max": "max 100000", "memory.max": "max"}, 64),
        ({}, 64),
    ],
)
def test_a_container_has_its_share_of_cores_and_memory(tmp_path, monkeypatch, limits, most):
    monkeypatch.setattr(jobs, "CGROUP", tmp_path)
    monkeypatch.setattr(jobs, "_memory", lambda: [1 << 40])
    monkeypatch.setattr("os.sched_getaffinity", lambda _: range(64), raising=False)
    for name, limit in limits.items():
        (tmp_path / name).write_text(f"{limit}\n")
    assert cores() == most


COPIED = """
import multiprocessing, os, sys
from claims.jobs import Jobs
from tests.test_jobs import ARTICLES, EXPECTED, Once, Settings, told
case = sys.argv[1]
deadly = frozenset(["9"] if case == "deadly" else [])
settings = Once() if case == "fine" else Settings(deadly, os.getpid())
results = Jobs(settings, 2).extract(ARTICLES)
found = [next(results) for _ in range(4)]
if case == "killed":
    for child in multiprocessing.active_children():
        child.kill()
told = told([*found, *results])
if case == "deadly":
    assert "ended" in told.pop(9)[1], told
    del EXPECTED[9]
assert told == EXPECTED
"""


class Once(NamedTuple):
    """Settings that only the first process builds with."""

    parent: int = os.getpid()

    def build(self) -> Mortal:
        assert os.getpid() == self.parent
        return Mortal(frozenset(), 0)


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")
@pytest.mark.parametrize("case", ["fine", "killed", "deadly"])
def test_copies_of_a_process_read_as_it_does(case):
    """In a process of its own, which has no other threads."""
    command = [sys.executable, "-c", COPIED, case]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


KILLED = """
import os
from multiprocessing import active_children
from claims import jobs
from tests.test_jobs import ARTICLES, Settings
jobs.FIRST = 3
found = jobs.Jobs(Settings(), 2).extract(ARTICLES * 100)
for _ in range(20):
    next(found)
print(*(child.pid for child in active_children()), flush=True)
os.kill(os.getpid(), 9)
"""


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # In a container nobody may wait for what has ended.
    status = Path(f"/proc/{pid}/stat")
    return not (status.is_file() and status.read_text().rpartition(")")[2].split()[0] == "Z")


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signal")
def test_a_process_that_is_killed_leaves_none_behind(tmp_path):
    told = tmp_path / "told"
    with told.open("w") as file:
        done = subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, stdout=file, check=False)
    assert done.returncode == -signal.SIGKILL
    pids = [int(pid) for pid in told.read_text().split()]
    assert len(pids) == 2
    for _ in range(100):
        if not any(map(is_running, pids)):
            return
        time.sleep(0.1)
    raise AssertionError("they are still there")
