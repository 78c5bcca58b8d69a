"""Files, folders and streams to articles: one reader a format, chosen by the file's suffix."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from claims.model import Article, Problem, digest
from claims.reading import jsonl, text

Reader = Callable[[BinaryIO], Iterator[tuple[str, Article | str]]]
"""Yields a place in the file, and the article there or what is wrong there."""

READERS: dict[str, Reader] = {".txt": text.read, ".jsonl": jsonl.read, ".ndjson": jsonl.read}

STANDARD_INPUT = "-"


class Reading(NamedTuple):
    """What stands at one place of an input: an article, or what is wrong there."""

    source: str
    """The file, folder or address, as the user gave it; `-` for the standard input."""
    place: str
    """Where in it: `line 12`, or empty."""
    found: Article | str
    """The article, or what is wrong and what to do."""

    def problem(self, reason: str) -> Problem:
        """A problem at this place. What cannot be written in UTF-8 becomes `?`."""
        words = {"source": self.source, "place": self.place, "reason": reason}
        return Problem(**{key: w.encode("utf-8", "replace").decode() for key, w in words.items()})


def read(inputs: Iterable[str]) -> Iterator[Reading]:
    """All that the inputs hold, in order: articles, and what is not one.

    Lazy: one line or one text file is held at a time. Articles come as often as they are
    there; see `distinct`.

    Args:
        inputs: files (`.txt`, `.jsonl`, `.ndjson`), folders, or `-` for JSON Lines on the
            standard input. A folder is walked in the order of names; files whose suffix
            has no reader and hidden files are left out.
    """
    for given in inputs:
        for source, place, found in _found(given):
            yield Reading(source, place, found)


def distinct(readings: Iterable[Reading]) -> Iterator[Reading]:
    """The readings with each article once; a hash is held for each id.

    Of two articles with one id the first is kept: the second is dropped without a word if
    its text is the same, and becomes a problem if it is another.
    """
    seen: dict[str, str] = {}
    for reading in readings:
        if isinstance(reading.found, str):
            yield reading
            continue
        id, text_hash = reading.found.id, digest(reading.found.text)
        if id not in seen:
            seen[id] = text_hash
            yield reading
        elif seen[id] != text_hash:
            reason = f"the id {id!r} was read before with another text; give it its own"
            yield reading._replace(found=reason)


def file_of(source: str) -> str | None:
    """The absolute path of a source, links followed; None for an address or a stream."""
    if source == STANDARD_INPUT or _is_address(source):
        return None
    try:
        return os.path.realpath(source)
    except ValueError:  # no file can have this name
        return None


def _is_address(given: str) -> bool:
    return given.lower().startswith(("http://", "https://"))


def _found(given: str) -> Iterator[tuple[str, str, Article | str]]:
    """Source, place, and the article or what is wrong, for all that one input holds."""
    if given == STANDARD_INPUT:
        yield from _in_standard_input()
    elif not given:
        yield given, "", "the path is empty; name a file or folder"
    elif _is_address(given):
        yield given, "", "addresses cannot be read yet; save the article's text as a .txt file"
    elif Path(given).is_dir():
        yield from _in_folder(Path(given))
    elif not Path(given).exists():
        yield given, "", "there is no such file or folder; check the path"
    elif (reader := READERS.get(Path(given).suffix.lower())) is None:
        yield given, "", f"no reader for this kind of file; there is one for {', '.join(READERS)}"
    else:
        yield from _in_file(Path(given), reader)


def _in_standard_input() -> Iterator[tuple[str, str, Article | str]]:
    # Python has none where the shell closed it.
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        yield STANDARD_INPUT, "", "the standard input is closed; pass articles to it"
        return
    for place, found in jsonl.read(stream):
        yield STANDARD_INPUT, place, found


def _in_folder(folder: Path) -> Iterator[tuple[str, str, Article | str]]:
    empty = True
    unreadable: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            reader = READERS.get(path.suffix.lower())
            # A named pipe would be waited on for ever.
            if reader and not name.startswith(".") and path.is_file():
                empty = False
                yield from _in_file(path, reader)
    for error in unreadable:
        yield str(error.filename), "", f"cannot be opened ({error.strerror}); check its permissions"
    if empty and not unreadable:
        yield (
            str(folder),
            "",
            f"no file in it can be read; there are readers for {', '.join(READERS)}",
        )


def _in_file(path: Path, reader: Reader) -> Iterator[tuple[str, str, Article | str]]:
    try:
        with path.open("rb") as stream:
            for place, found in reader(stream):
                yield str(path), place, found
    except OSError as error:
        yield str(path), "", f"cannot be read ({error.strerror}); check the file"
