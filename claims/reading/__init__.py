"""Files, folders and streams to articles: one reader a format, chosen by the file's suffix."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from claims.model import Article, Problem, digest
from claims.reading import jsonl, text

Reader = Callable[[BinaryIO], Iterator[tuple[str, Article | str]]]
"""Yields a place in the file, and the article there or what is wrong there."""

READERS: dict[str, Reader] = {".txt": text.read, ".jsonl": jsonl.read, ".ndjson": jsonl.read}

STANDARD_INPUT = "-"


def read(inputs: Iterable[str]) -> Iterator[Article | Problem]:
    """The articles of all inputs, in order, and a problem for each thing that is not one.

    Lazy: one line or one text file is held at a time, and a hash for each id.

    Args:
        inputs: files (`.txt`, `.jsonl`, `.ndjson`), folders, or `-` for JSON Lines on the
            standard input. A folder is walked in the order of names; files whose suffix
            has no reader and hidden files are left out.

    Yields:
        Articles and problems. Of two articles with one id the first is kept: the second is
        dropped without a word if its text is the same, and reported if it is another.
    """
    seen: dict[str, str] = {}
    for given in inputs:
        for path, place, found in _found(given):
            source = path.encode("utf-8", "replace").decode()
            if isinstance(found, str):
                yield Problem(source=source, place=place, reason=found)
                continue
            text_hash = digest(found.text)
            if found.id not in seen:
                seen[found.id] = text_hash
                yield found
            elif seen[found.id] != text_hash:
                reason = f"the id {found.id!r} was read before with another text; give it its own"
                yield Problem(source=source, place=place, reason=reason)


def _found(given: str) -> Iterator[tuple[str, str, Article | str]]:
    """Source, place, and the article or what is wrong, for all that one input holds."""
    if given == STANDARD_INPUT:
        for place, found in jsonl.read(sys.stdin.buffer):
            yield given, place, found
    elif given.lower().startswith(("http://", "https://")):
        yield given, "", "addresses cannot be read yet; save the article's text as a .txt file"
    elif Path(given).is_dir():
        yield from _in_folder(Path(given))
    elif not Path(given).exists():
        yield given, "", "there is no such file or folder; check the path"
    elif (reader := READERS.get(Path(given).suffix.lower())) is None:
        yield given, "", f"no reader for this kind of file; there is one for {', '.join(READERS)}"
    else:
        yield from _in_file(Path(given), reader)


def _in_folder(folder: Path) -> Iterator[tuple[str, str, Article | str]]:
    empty = True
    unreadable: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            reader = READERS.get(path.suffix.lower())
            if reader and not name.startswith("."):
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
