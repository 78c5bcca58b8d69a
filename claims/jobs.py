"""Extraction on several cores: processes that build the pipeline once and give records back."""

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cached_property
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread, active_count
from typing import Any, NamedTuple

from claims.extraction import Extractor
from claims.model import Article, Claim, Problem
from claims.registry import Registry

Extracted = tuple[Article, tuple[Claim, ...] | Problem]

FIRST = 16
"""Articles that one process reads before others are started, where these build a pipeline of their own:
that takes as long as to read these."""
_ENDING = frozenset({signal.SIGINT, signal.SIGTERM})
ENDED = "the process that read it ended"
"""How the reason starts where a process that reads an article dies, and not the article is at fault."""
THREADS = "OPENBLAS_NUM_THREADS"
"""Where OpenBLAS reads how many threads to start."""
AHEAD = 4
"""Articles for each process that are waited for at once."""


CGROUP = Path("/sys/fs/cgroup")
"""Where Linux tells what a container may use."""
MEGABYTES = 500
"""Memory that a process is reckoned to take."""


def cores() -> int:
    """The cores that this process may use, a container's share of them, and no more than memory is there for."""
    if hasattr(os, "sched_getaffinity"):
        found = len(os.sched_getaffinity(0))
    else:
        found = os.cpu_count() or 1
    quota, period, *_ = [*_limits("cpu.max"), 0, 0]
    if quota and period:
        found = min(found, -(-quota // period))
    for memory in (*_limits("memory.max"), *_memory()):
        found = min(found, memory // (MEGABYTES << 20))
    return max(1, found)


def _limits(name: str) -> list[int]:
    """The numbers of a file of the container; none where it sets no limit."""
    try:
        words = (CGROUP / name).read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return []
    return [] if "max" in words else [int(word) for word in words if word.isdecimal()]


def _memory() -> list[int]:
    try:
        return [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    except (AttributeError, OSError, ValueError):  # not on every system
        return []


class Settings(NamedTuple):
    """What an extractor is built with."""

    language: str = "fr"
    registry: Registry | None = None
    model: str | None = None
    explain: bool = False

    def build(self) -> Extractor:
        """The extractor, which the process keeps: its garbage collector looks at it no more."""
        gc.unfreeze()  # one that was kept before may go
        extractor = Extractor(
            self.language, self.registry, self.model, explain=self.explain, forget=True
        )
        gc.collect()
        gc.freeze()
        return extractor


class Jobs:
    """An extractor that reads several articles at once, as `claims.extraction.Extractor` reads one."""

    def __init__(self, settings: Settings, jobs: int) -> None:
        """Build the pipeline of this process; others are started when they are needed.

        Args:
            settings: what each process builds its extractor with.
            jobs: how many processes read, at most; 1 for this one alone.

        Raises:
            LanguageError, PipelineError: as `Extractor` does.
        """
        self.settings = settings
        self.jobs = jobs
        self.own = settings.build()

    @property
    def registry(self) -> Registry:
        """Where kind, country and identifier of a name come from."""
        return self.own.registry

    @cached_property
    def configuration(self) -> dict[str, Any]:
        """What decides the result beside the text, as JSON values."""
        return self.own.configuration

    def extract(self, articles: Iterable[Article]) -> Generator[Extracted, None, None]:
        """Each article, in order, with its claims, or with why it could not be done.

        An article whose process dies is read once more, alone; then it is a problem.
        """
        waiting = iter(articles)
        if self.jobs == 1:
            yield from self.own.extract(waiting)
            return
        if not _can_be_copied():
            yield from self.own.extract(islice(waiting, FIRST))
            if (following := next(waiting, None)) is None:
                return
            waiting = chain([following], waiting)
        try:
            # The first article may start threads, of those who read it.
            pool = self._pool(self.jobs)
        except (ImportError, OSError):  # a system that lets processes share no locks
            yield from self.own.extract(waiting)
        else:
            yield from self._together(pool, waiting)

    def _together(
        self, pool: ProcessPoolExecutor, articles: Iterator[Article]
    ) -> Iterator[Extracted]:
        ahead = self.jobs * AHEAD
        open_: deque[tuple[Article, Future[Extracted]]] = deque()
        try:
            while True:
                for article in islice(articles, ahead - len(open_)):
                    open_.append((article, _submitted(pool, article)))
                if not open_:
                    return
                article, future = open_.popleft()
                try:
                    yield future.result()
                except BrokenProcessPool:
                    pool.shutdown(wait=False, cancel_futures=True)
                    alone = [article, *(article for article, _ in open_)]
                    open_.clear()
                    yield from self._alone(alone)
                    pool = self._pool(self.jobs)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _alone(self, articles: Iterable[Article]) -> Iterator[Extracted]:
        """Articles one after the other, for one of them ends the process that reads it."""
        pool = self._pool(1)
        try:
            for article in articles:
                try:
                    yield _submitted(pool, article).result()
                except BrokenProcessPool:
                    pool = self._pool(1)
                    reason = f"{ENDED}; see that there is memory enough, and try again"
                    yield article, Problem(source=article.id, reason=reason)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _pool(self, size: int) -> ProcessPoolExecutor:
        """Processes that have the pipeline of this one, or build their own."""
        global _extractor
        copied = _can_be_copied()
        _extractor = self.own if copied else None
        context = get_context("fork" if copied else "spawn")
        pool = ProcessPoolExecutor(size, context, _start, (self.settings,))
        if copied:
            with _starting():
                pool.submit(os.getpid)
        return pool


def _can_be_copied() -> bool:
    """Whether the processes can be copies of this one.

    A copy has the locks of all threads and none of the threads; Apple's libraries do not bear it.
    """
    return sys.platform == "linux" and active_count() == 1


@contextmanager
def _starting() -> Iterator[None]:
    """A while in which processes are started: a signal that ends one then would leave us waiting.

    They begin with these signals held back, and take them once they know what to do. Each
    multiplies on one core, so that its threads are not started either.
    """
    own = os.environ.get(THREADS)
    os.environ[THREADS] = own or "1"
    try:
        with _held_back():
            yield
    finally:
        if own is None:
            del os.environ[THREADS]


@contextmanager
def _held_back() -> Iterator[None]:
    """A while in which signals that end a process wait."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _submitted(pool: ProcessPoolExecutor, article: Article) -> Future[Extracted]:
    try:
        with _starting():
            return pool.submit(_read, article)
    except BrokenProcessPool as error:
        future: Future[Extracted] = Future()
        future.set_exception(error)
        return future


_extractor: Extractor | None = None
"""That of a process of the pool; it is there already in a copy of a process that has one."""


def _start(settings: Settings) -> None:
    global _extractor
    # Whoever started it ends it: an interrupt of the terminal reaches all processes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    Thread(target=_end_with_parent, daemon=True).start()
    if _extractor is None:
        _extractor = settings.build()


def _end_with_parent() -> None:
    """End when the process that started this one is gone: nobody would ever take its results."""
    if (parent := parent_process()) is not None:
        wait([parent.sentinel])
        os._exit(1)


def _read(article: Article) -> Extracted:
    assert _extractor is not None
    (extracted,) = _extractor.extract([article])
    return extracted
