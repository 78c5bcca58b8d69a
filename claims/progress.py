"""How far a run is: a line that changes on a terminal, a line now and then elsewhere."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Thread
from time import monotonic

from claims.reading import Reading, kinds
from claims.reading.parts import Meter

EVERY = 30.0
"""Seconds between two lines where there is no terminal."""
MINUTE, HOUR = 60, 3600


def shown(
    readings: Iterable[Reading], inputs: Iterable[str], meter: Meter, tell: Callable[[str], None]
) -> Iterator[Reading]:
    """The readings; what is read, how fast and how long it will take is told on the standard error.

    Args:
        readings: what is read, from `inputs`.
        inputs: files, folders and others, as the user gave them.
        meter: how much of them is read.
        tell: writes a line, where the standard error is no terminal.
    """
    Thread(target=weigh, args=(meter, list(inputs)), daemon=True).start()
    if sys.stderr.isatty():
        yield from _on_terminal(readings, meter)
    else:
        yield from _in_lines(readings, meter, tell)


def weigh(meter: Meter, inputs: Iterable[str]) -> None:
    """Tell a meter how many bytes there are in what is read of files and folders."""
    meter.total = sum(_size(Path(given)) for given in inputs)


def _size(path: Path) -> int:
    try:
        if not path.is_dir():
            return path.stat().st_size
        with os.scandir(path) as entries:
            wanted = [
                Path(entry.path)
                for entry in entries
                if not entry.name.startswith(".")
                if entry.is_dir(follow_symlinks=False) or kinds.is_looked_for(entry.name)
            ]
    except (OSError, ValueError):
        return 0
    return sum(map(_size, wanted))


def _on_terminal(readings: Iterable[Reading], meter: Meter) -> Iterator[Reading]:
    from rich.console import Console
    from rich.markup import escape

    start = monotonic()
    with Console(stderr=True).status("reading …") as status:
        for number, reading in enumerate(readings, start=1):
            place = " ".join(part for part in (Path(reading.source).name, reading.place) if part)
            told = line(number, meter.read, meter.total, monotonic() - start)
            status.update(escape(f"{told}: {place}"))
            yield reading


def _in_lines(
    readings: Iterable[Reading], meter: Meter, tell: Callable[[str], None]
) -> Iterator[Reading]:
    start = last = monotonic()
    for number, reading in enumerate(readings, start=1):
        if monotonic() - last >= EVERY:
            last = monotonic()
            tell(line(number, meter.read, meter.total, last - start))
        yield reading


def line(number: int, read: int, total: int | None, seconds: float) -> str:
    """What is told of a run.

    Args:
        number: how many readings there were.
        read: the bytes that were read.
        total: the bytes that there are; None where that is not known.
        seconds: how long it took.

    >>> line(840, 500, 1000, 60)
    '840 read, 14.0 a second, 50 %, about 1 min left'
    >>> line(3, 10, None, 0.5)
    '3 read'
    """
    told = [f"{number:,} read"]
    if seconds >= 1:
        told.append(f"{number / seconds:.1f} a second")
        if total and read:
            told.append(f"{min(100, 100 * read // total)} %")
            told.append(f"about {_duration(seconds * max(0, total - read) / read)} left")
    return ", ".join(told)


def _duration(seconds: float) -> str:
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min"
    return f"{seconds / HOUR:.1f} h"
