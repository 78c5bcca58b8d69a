"""Extraction by the workers of a Dask cluster, on this machine or on many.

Each piece is one task. A worker that is lost costs nothing: the scheduler gives its pieces to another.
Of a piece that ends worker after worker each article is read alone, so that only the one that does
it is a problem. Nothing of extraction is loaded before it is needed: the scheduler imports this file too.
"""

import json
import logging
import pickle
import pkgutil
import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

from distributed import Client, Future, KilledWorker, LocalCluster, wait
from distributed.comm.core import CommClosedError

from claims.engines import Answer, Done, Piece, answer
from claims.errors import ClaimsError
from claims.jobs import ENDED
from claims.model import Article, Problem, digest

if TYPE_CHECKING:
    from claims.extraction import Extractor
    from claims.jobs import Jobs

AHEAD = 4
"""Pieces for each worker that are handed out at once."""
CONNECTING = 5.0
"""Seconds that a scheduler may take to answer."""
SILENT = 3.0
"""Seconds without an answer after which it is looked whether there are workers."""
TRIES = 2
"""Workers of a cluster of our own that a piece may end before its articles are read alone."""


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from writing to the standard error what is told in our own words."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _explained() -> Iterator[None]:
    """The end of the scheduler, in our words."""
    try:
        yield
    except (CancelledError, OSError) as error:
        raise ClaimsError("the scheduler went away; start it, and run the same again") from error


class Cluster:
    """The engine that hands pieces to the workers of a cluster."""

    size = 10

    def __init__(self, jobs: "Jobs", scheduler: str | None, tell: Callable[[str], None]) -> None:
        """See `claims.engines.on_dask`."""
        self.jobs = jobs
        self.scheduler = scheduler
        self.tell = tell
        settings = jobs.settings
        self.key = digest(settings.language, settings.explain, self.configuration)
        self.settings = pickle.dumps(settings)

    @property
    def configuration(self) -> dict[str, Any]:
        """What decides the result beside the text, as JSON values."""
        return self.jobs.configuration

    def read(self, pieces: Iterable[Piece], *, ordered: bool) -> Generator[Done, None, None]:
        """All pieces, `ordered` or as they are done.

        Raises:
            ClaimsError: if the scheduler cannot be reached or goes away, or if the workers have another
                version or other data than this process.
        """
        with _quiet(), self._client() as client:
            waiting = iter(pieces)
            pending: dict[Future[list[Answer]], Piece] = {}
            try:
                while True:
                    while len(pending) < AHEAD * max(1, _workers(client)):
                        if (piece := next(waiting, None)) is None:
                            break
                        pending[self._submitted(client, piece.articles)] = piece
                    if not pending:
                        return
                    for future in self._done(client, pending, ordered=ordered):
                        piece = pending.pop(future)
                        answers = _result(future)
                        if answers is None:
                            self._settle(client, list(pending))
                            answers = [self._alone(client, article) for article in piece.articles]
                        yield piece, answers
            finally:
                with suppress(OSError):  # nobody is there to be told
                    client.cancel(list(pending))

    @_explained()
    def _submitted(self, client: Client, articles: Iterable[Article]) -> "Future[list[Answer]]":
        lines = [json.dumps(a.model_dump(mode="json", exclude_unset=True)) for a in articles]
        return client.submit(_read, self.key, self.settings, lines, pure=False)

    def _done(
        self, client: Client, pending: "Iterable[Future[Any]]", *, ordered: bool
    ) -> "list[Future[Any]]":
        """The first future, or those that are done first."""
        if ordered:
            first = next(iter(pending))
            self._settle(client, [first])
            return [first]
        return self._settle(client, list(pending), "FIRST_COMPLETED")

    @_explained()
    def _settle(
        self, client: Client, futures: "list[Future[Any]]", when: str = "ALL_COMPLETED"
    ) -> "list[Future[Any]]":
        """Wait until one or all of them are done, and say so where no worker is there to do it."""
        told = False
        while True:
            try:
                with client.as_current():
                    done: list[Future[Any]] = list(wait(futures, SILENT, when).done)
            except TimeoutError:
                if not told and not _workers(client):
                    self.tell(f"no worker at {self.scheduler or 'this machine'}: waiting for one")
                    told = True
            else:
                return done

    def _alone(self, client: Client, article: Article) -> Answer:
        """The answer for an article while nothing else is read: whatever ends a worker then is in it."""
        future = self._submitted(client, [article])
        self._settle(client, [future])
        answers = _result(future)
        if answers is None:
            reason = f"{ENDED}, again and again; see that there is memory enough, and try again"
            return Problem(source=article.id, reason=reason)
        return answers[0]

    @contextmanager
    def _client(self) -> Iterator[Client]:
        if self.scheduler is None:
            with (
                LocalCluster(
                    n_workers=self.jobs.jobs,
                    threads_per_worker=1,
                    memory_limit=None,
                    preload=[__name__],
                    dashboard_address="127.0.0.1:0",
                    silence_logs=logging.CRITICAL,
                    scheduler_kwargs={"allowed_failures": TRIES - 1},
                ) as cluster,
                Client(cluster, set_as_default=False) as client,
            ):
                yield client
            return
        try:
            client = Client(self.scheduler, timeout=CONNECTING, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClaimsError(
                f"the scheduler {self.scheduler} cannot be reached; check the address, and that it runs"
            ) from error
        with client:
            self._check(client)
            yield client

    def _check(self, client: Client) -> None:
        """See that the scheduler and all workers can do it: a task that they cannot load ends them.

        Raises:
            ClaimsError: if one cannot.
        """
        needed = f"{__name__}:AHEAD"
        with _installed():
            with _explained():
                client.run_on_scheduler(pkgutil.resolve_name, needed)
            first = client.submit(pkgutil.resolve_name, needed, pure=False)
            self._settle(client, [first])
            first.result()
            with _explained():
                client.run(pkgutil.resolve_name, needed)


@_explained()
def _workers(client: Client) -> int:
    return len(client.nthreads())


def _result(future: "Future[list[Answer]]") -> list[Answer] | None:
    """The answers; None where worker after worker was lost over them.

    Raises:
        ClaimsError: if the scheduler went away, or the workers lack what they need.
        Exception: what the task raised.
    """
    try:
        with _installed():
            return future.result()
    except KilledWorker:
        return None
    except (CancelledError, CommClosedError):
        with _explained():
            raise


@contextmanager
def _installed() -> Iterator[None]:
    """What a machine of the cluster lacks, in our words."""
    try:
        yield
    except ImportError as error:
        raise ClaimsError(
            f"the cluster cannot read articles ({error}); install the same claims[dask] on its machines"
        ) from error


def dask_setup(worker: object) -> None:
    """What a worker of a cluster of our own begins with: whoever started it ends it.

    An interrupt of the terminal reaches all processes.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)


_lock = Lock()
"""A worker can have several threads, and an extractor reads one article at a time."""
_extractors: "dict[str, Extractor]" = {}
"""That of a worker, by what it was built with."""


def _read(key: str, settings: bytes, lines: list[str]) -> list[Answer]:
    """The task: what articles say, each a line of JSON."""
    articles = [Article.model_validate(json.loads(line)) for line in lines]
    with _lock:
        extractor = _extractors.get(key) or _built(key, settings)
        return [answer(result) for _, result in extractor.extract(articles)]


def _built(key: str, settings: bytes) -> "Extractor":
    given = pickle.loads(settings)  # noqa: S301 - as Dask does with all that it is sent
    _extractors.clear()
    extractor: Extractor = given.build()
    if digest(given.language, given.explain, extractor.configuration) != key:
        raise ClaimsError(
            "a worker has another version or other data than this machine: "
            "install the same claims, and the same model, on all of them"
        )
    _extractors[key] = extractor
    return extractor
