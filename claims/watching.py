"""Feeds to the database, again and again, until somebody says stop."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from types import FrameType

from claims.errors import StoreError
from claims.model import Problem
from claims.reading import Reading, read
from claims.reading.parts import Settings
from claims.store import Store, Summary
from claims.store.loading import Extracts


def watch(
    database: Path,
    feeds: Sequence[str],
    extractor: Extracts,
    settings: Settings,
    *,
    every: float,
    stop: Event,
    report: Callable[[Problem], None],
    tell: Callable[[Summary], None],
) -> bool:
    """Load what is new in feeds, every so many seconds, until `stop` is set.

    It is looked at between articles: what is begun is done and stored. The database is open only
    while something is loaded.

    Args:
        database: the file.
        feeds: addresses; anything else that can be read is read each time too.
        extractor: what reads the claims.
        settings: those of reading; the memory is that of the database.
        every: seconds from the end of one round to the start of the next.
        stop: is set by whoever wants it to end.
        report: is called with every problem.
        tell: is called with what each round did.

    Returns:
        Whether there was no problem.
    """
    fine = True
    while not stop.is_set():
        try:
            with Store.open(database, write=True) as store:
                readings = read(feeds, settings._replace(memory=store.feeds))
                summary = store.load(
                    _until(stop, readings), extractor, sources=feeds, report=report
                )
        except StoreError as error:  # in the next round it may be free, or the disk have room
            report(Problem(source=str(database), reason=str(error)))
            fine = False
        else:
            fine = fine and not summary.problems
            tell(summary)
        stop.wait(every)
    return fine


def _until(stop: Event, readings: Iterator[Reading]) -> Iterator[Reading]:
    while not stop.is_set() and (reading := next(readings, None)) is not None:
        yield reading


@contextmanager
def stopped_by_signals() -> Iterator[Event]:
    """An event that the first interrupt or request to end sets; a second one ends at once."""
    stop = Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()
        for each, handler in before.items():
            signal.signal(each, handler)

    for number in before:
        signal.signal(number, on_signal)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
