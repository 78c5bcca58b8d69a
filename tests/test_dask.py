"""A cluster reads as one process does, whatever becomes of its workers."""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

import psutil
import pytest
from click.testing import CliRunner
from distributed import Client, LocalCluster

from claims import cli, engines, jobs
from claims.engines import Answer, Piece, dask
from claims.engines.processes import Processes
from claims.errors import ClaimsError
from claims.jobs import Jobs
from claims.model import Article, Claim, Problem
from claims.registry import Registry
from tests.quotes import Quotes

ROOT = Path(__file__).parents[1]
ARTICLES = [
    Article.make(f"Paul Roux dit : « {n} ponts » à AFP. Léa Blanc dit : « Non »", id=str(n))
    for n in range(40)
]
Result = tuple[Article, tuple[Claim, ...] | Problem]


class Mortal(Quotes):
    """An extractor that takes its time, and ends its process at some articles."""

    def __init__(self, settings: "Settings") -> None:
        super().__init__(version="0" if settings.is_old and settings.is_elsewhere else "1")
        self.settings = settings

    @property
    def configuration(self) -> dict[str, Any]:
        return super().configuration | {
            "deadly": self.settings.deadly,
            "pause": self.settings.pause,
        }

    def extract(self, articles: Iterable[Article]) -> Iterator[Result]:
        for article in articles:
            if article.id in self.settings.deadly and self.settings.is_elsewhere:
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(self.settings.pause)
            yield from super().extract([article])


class Settings(NamedTuple):
    deadly: tuple[str, ...] = ()
    pause: float = 0.0
    is_old: bool = False
    """Whether other processes have another version."""
    language: str = "fr"
    explain: bool = False
    parent: int = os.getpid()

    @property
    def is_elsewhere(self) -> bool:
        return os.getpid() != self.parent

    def build(self) -> Mortal:
        return Mortal(self)


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        memory_limit=None,
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
        scheduler_kwargs={"allowed_failures": 1},
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(autouse=True)
def collected():
    """A client that could not connect would be collected by the next one's thread, and keep it waiting."""
    yield
    gc.collect()


def made(address: str | None, told: list[str] | None = None, **settings: Any) -> engines.Engine:
    given: Any = Settings(**settings)
    return engines.on_dask(Jobs(given, 2), address, (told if told is not None else []).append)


def pieces(size: int = 2) -> Iterator[Piece]:
    return engines.pieces(ARTICLES, size)


def found(done: Iterable[tuple[Piece, list[Answer]]]) -> list[tuple[str, Answer]]:
    return [
        (article.id, answer)
        for piece, answers in done
        for article, answer in zip(piece.articles, answers, strict=True)
    ]


EXPECTED = found(Processes(Quotes()).read(pieces(), ordered=True))


def workers(address: str) -> list[int]:
    with Client(address, set_as_default=False) as client:
        return list(client.run(os.getpid).values())


def test_the_results_are_those_of_one_process_in_their_order(cluster):
    assert found(made(cluster).read(pieces(), ordered=True)) == EXPECTED


def test_pieces_come_as_they_are_done_and_each_once(cluster):
    assert sorted(found(made(cluster).read(pieces(), ordered=False))) == sorted(EXPECTED)


def test_reading_does_not_run_ahead(cluster):
    taken: list[int] = []

    def coming() -> Iterator[Piece]:
        for piece in pieces(1):
            taken.append(piece.number)
            yield piece

    results = made(cluster).read(coming(), ordered=True)
    next(results)
    results.close()
    assert len(taken) <= 2 * dask.AHEAD + 1


def test_a_worker_that_is_killed_costs_nothing(cluster):
    results = made(cluster, pause=0.05).read(pieces(), ordered=False)
    done = [next(results) for _ in range(3)]
    os.kill(workers(cluster)[0], signal.SIGKILL)
    assert sorted(found([*done, *results])) == sorted(EXPECTED)


def test_only_an_article_that_ends_worker_after_worker_is_a_problem(cluster):
    results = found(made(cluster, deadly=("7",)).read(pieces(), ordered=True))
    assert [id for id, _ in results] == [article.id for article in ARTICLES]
    assert [r for r in results if r[0] != "7"] == [e for e in EXPECTED if e[0] != "7"]
    (problem,) = (answer for id, answer in results if id == "7")
    assert isinstance(problem, Problem)
    assert problem.reason.startswith(jobs.ENDED)


def test_workers_with_another_version_are_refused(cluster):
    with pytest.raises(ClaimsError, match="install the same claims"):
        list(made(cluster, is_old=True).read(pieces(), ordered=True))


def test_a_scheduler_that_is_not_there_is_told_soon(monkeypatch):
    assert dask.CONNECTING <= 10
    monkeypatch.setattr(dask, "CONNECTING", 1.0)
    start = time.monotonic()
    with pytest.raises(ClaimsError, match=r"the scheduler tcp://127\.0\.0\.1:9 cannot be reached"):
        list(made("tcp://127.0.0.1:9").read(pieces(), ordered=True))
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("address", ["nowhere", "ftp://x:1", "tcp://"])
def test_what_is_no_address_is_told(address):
    with pytest.raises(ClaimsError, match="cannot be reached"):
        list(made(address).read(pieces(), ordered=True))


def small(workers: int) -> LocalCluster:
    """A cluster within this process, which starts at once."""
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=2,
        processes=False,
        protocol="tcp",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    )


def test_one_waits_for_workers_and_says_so(monkeypatch):
    monkeypatch.setattr(dask, "SILENT", 0.1)
    told: list[str] = []
    with small(0) as cluster:
        timer = Timer(0.6, cluster.scale, [1])
        timer.start()
        results = found(made(cluster.scheduler_address, told).read(pieces(), ordered=True))
        timer.join()
    assert results == EXPECTED
    assert told == [f"no worker at {cluster.scheduler_address}: waiting for one"]


BARE = """
import asyncio, sys
from distributed import Scheduler, Worker
sys.modules["claims"] = None

async def main():
    options = {"dashboard_address": "127.0.0.1:0", "host": "127.0.0.1", "port": 0}
    async with Worker(sys.argv[1]) if sys.argv[1:] else Scheduler(**options) as server:
        print(server.address, flush=True)
        await server.finished()

asyncio.run(main())
"""
"""A worker, or else a scheduler, on a machine that lacks this package."""


@pytest.mark.parametrize("is_scheduler", [False, True])
def test_machines_without_this_package_are_told_of_and_stay_alive(is_scheduler):
    with small(0) as cluster:
        address = [] if is_scheduler else [cluster.scheduler_address]
        command = [sys.executable, "-c", BARE, *address]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as bare:
            assert bare.stdout is not None
            itself = bare.stdout.readline().strip()
            scheduler = itself if is_scheduler else cluster.scheduler_address
            with pytest.raises(
                ClaimsError, match=r"No module named.*install the same claims\[dask\]"
            ):
                list(made(scheduler).read(pieces(), ordered=True))
            assert bare.poll() is None
            bare.kill()


def test_without_dask_one_is_told_how_to_install_it(monkeypatch):
    monkeypatch.delitem(sys.modules, "claims.engines.dask")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClaimsError, match=r"pip install 'claims\[dask\]'"):
        made(None)


QUICK = """
import os
import signal
from claims import cli
from claims.jobs import Jobs
from tests.test_dask import Settings

def jobs(registry, model, jobs, **options):
    return Jobs(Settings(pause=float(os.environ["PAUSE"])), jobs or 2)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from claims.engines import dask
    dask.CONNECTING = 1.0
    cli._jobs = jobs
    cli.main()
"""
"""The command line with an extractor that takes as long as is said."""


def started(folder: Path, *arguments: object, pause: float = 0.0) -> "subprocess.Popen[str]":
    script = folder / "script.py"
    script.write_text(QUICK, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-W", "error", str(script), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PAUSE": str(pause)},
        start_new_session=True,
    )


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "corpus.jsonl"
    lines = (json.dumps({"id": a.id, "text": a.text}) + "\n" for a in ARTICLES)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_a_scheduler_that_goes_away_is_told_in_one_line(tmp_path, corpus):
    folder = tmp_path / "shards"
    with small(1) as cluster:
        process = started(
            tmp_path,
            *("extract", corpus, "--shards", folder, "--shard-size", 2, "--engine", "dask"),
            *("--scheduler", cluster.scheduler_address),
            pause=0.2,
        )
        wait_for(folder)
    out, err = process.communicate(timeout=30)
    line = "Error: the scheduler went away; start it, and run the same again\n"
    assert (process.returncode, out, err) == (1, "", line)


def wait_for(folder: Path) -> None:
    """Wait until something is done."""
    deadline = time.monotonic() + 30
    while not list(folder.glob("*.claims.jsonl")) and time.monotonic() < deadline:
        time.sleep(0.05)


def alive(group: int) -> list[str]:
    """The processes of a group."""
    found = []
    for process in psutil.process_iter(["status", "cmdline"]):
        with suppress(ProcessLookupError):
            if os.getpgid(process.pid) == group and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.info["cmdline"] or ()))
    return found


def test_an_interrupt_ends_all_of_a_cluster_quietly(tmp_path, corpus):
    folder = tmp_path / "shards"
    process = started(
        tmp_path,
        *("extract", corpus, "--shards", folder, "--shard-size", 2, "--engine", "dask"),
        pause=1.0,
    )
    wait_for(folder)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "")
    deadline = time.monotonic() + 10
    while alive(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive(process.pid) == []


def test_the_real_extractor_writes_the_same_bytes(tmp_path, monkeypatch):
    real = Jobs(jobs.Settings(registry=Registry.bundled()), 1)
    monkeypatch.setattr(cli, "_jobs", lambda *settings, **options: real)
    seeds, folder = ROOT / "seeds" / "articles", tmp_path / "shards"
    shards = ["--shards", str(folder), "--shard-size", "1", "--engine", "dask"]
    one = CliRunner().invoke(cli.main, ["extract", str(seeds)])
    many = CliRunner().invoke(cli.main, ["extract", str(seeds), *shards])
    assert (one.exit_code, many.exit_code, many.output) == (0, 0, "")
    written = b"".join(path.read_bytes() for path in sorted(folder.glob("*.claims.jsonl")))
    assert written == one.stdout_bytes
    assert written


def test_records_go_to_the_output_in_the_order_of_the_input(tmp_path, corpus, cluster):
    process = started(tmp_path, "extract", corpus, "--engine", "dask", "--scheduler", cluster)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert out == "".join(line for _, lines in EXPECTED for line in lines if isinstance(line, str))
