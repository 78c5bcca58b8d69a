"""Times, ratios and tables: what the benchmarks measure with, and how they say it."""

import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from signal import SIGXCPU
from statistics import median
from typing import NamedTuple, TypeVar

LIBRARIES = ("claims", "spacy", "thinc", "numpy", "textacy")

T = TypeVar("T")
Clock = Callable[[], float]
"""Seconds, of which differences are taken; those of the processor are less disturbed by other work."""


class Ratio(NamedTuple):
    """How often one goes into another, over several repetitions."""

    low: float
    middle: float
    high: float

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f} to {self.high:.2f})"


def seconds(work: Callable[[], object], clock: Clock = time.process_time) -> float:
    """What some work takes."""
    start = clock()
    work()
    return clock() - start


def alternating(
    works: Sequence[Callable[[], object]], repetitions: int, clock: Clock = time.process_time
) -> list[list[float]]:
    """What each of several takes, done in turn, again and again: A B A B; one list for each."""
    rounds = [[seconds(work, clock) for work in works] for _ in range(repetitions)]
    return [list(taken) for taken in zip(*rounds, strict=True)]


def apart(works: Sequence[Callable[[], T]], repetitions: int) -> list[list[T]]:
    """What each of several tells, done in turn, again and again, each in a process of its own.

    In each turn it is done twice, and the second is told: a virtual machine takes memory that is not used, and who
    waited while others worked pays for having it again (the large batches of spaCy's `nlp.pipe` half as much as all
    their computing, after 15 seconds).

    Args:
        works: functions of a module, or `partial` of one, for they go to the processes.
        repetitions: rounds that are told of; before them is one in which each builds what it needs, all at once.
    """
    with ExitStack() as stack:
        pools = [
            stack.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
            for _ in works
        ]
        for first in [pool.submit(work) for pool, work in zip(pools, works, strict=True)]:
            first.result()
        rounds = [
            [pool.submit(_twice, work).result() for pool, work in zip(pools, works, strict=True)]
            for _ in range(repetitions)
        ]
    return [list(told) for told in zip(*rounds, strict=True)]


def _twice(work: Callable[[], T]) -> T:
    work()
    return work()


def ratio(over: Iterable[float], under: Iterable[float]) -> Ratio:
    """The first by the second, round by round.

    >>> str(ratio([2, 6, 4], [1, 2, 4]))
    '2.00 (1.00 to 3.00)'
    """
    found = sorted(a / b for a, b in zip(over, under, strict=True))
    return Ratio(found[0], median(found), found[-1])


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a table in Markdown, each as soon as its row is there."""
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


def processor() -> str:
    """The name of the processor, as far as the system tells it."""
    told = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.+)", told.read_text()) if told.is_file() else None
    return named[1] if named else platform.processor() or platform.machine()


def machine() -> Iterator[tuple[str, str]]:
    """What was measured on, and with what."""
    yield "processor", f"{processor()}, {os.cpu_count()} cores"
    if hasattr(os, "getloadavg"):
        yield "load when it began", f"{os.getloadavg()[0]:.1f}"
    yield "Python", f"{platform.python_version()}, {platform.system()}"
    for name in LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "not installed"


def ran(*arguments: str) -> str | None:
    """What a module of ours, run in a process of its own, writes; None if it was stopped for its time.

    Raises:
        subprocess.CalledProcessError: if it fails otherwise.
    """
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == -SIGXCPU:
        return None
    done.check_returncode()
    return done.stdout
