"""JSON Lines to articles: one object a line, with `text` and what else is known (`records.py`).

A line that cannot be used is reported, and the next one is read.
"""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from claims.errors import InputError
from claims.model import Article
from claims.reading import records
from claims.reading.encoding import decoded, wide_encoding
from claims.reading.parts import Document, Found, too_large


def read(document: Document) -> Iterator[Found]:
    """Place and article, or place and what is wrong, line by line."""
    empty = True
    columns = document.settings.columns
    unseen = set(columns.values())
    for number, line in enumerate(_lines(document.stream, document.settings.largest), start=1):
        if number == 1 and line and (wide := wide_encoding(line)):
            yield "", f"not UTF-8 but {wide}; convert it: iconv -f {wide} -t UTF-8 OLD > NEW"
            return
        if line is None or line.strip(b" \t\r\n\xef\xbb\xbf" if number == 1 else None):
            empty = False
            try:
                if line is None:
                    raise InputError(too_large(document.settings.largest))
                value = _object(line)
                unseen -= {name for name in unseen if records.at(value, name) is not None}
                found: list[Article | str] = list(records.read(value, columns))
            except InputError as error:
                found = [str(error)]
            yield from ((f"line {number}", item) for item in found)
    if empty:
        yield "", "it is empty; give it one JSON object a line, with a `text` in each"
    elif unseen:
        names = " and ".join(f"`{name}`" for name in sorted(unseen))
        yield "", f"no line has {names}; see what --map says"


def _lines(stream: BinaryIO, largest: int) -> Iterator[bytes | None]:
    """The lines; None for one that is too long to be held."""
    while line := stream.readline(largest + 1):
        if len(line) <= largest:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(largest + 1)
        yield None


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(decoded(line))
    except json.JSONDecodeError as error:
        reason = f"not JSON ({error.msg} at character {error.colno}); write one object a line"
        raise InputError(reason) from error
    except (ValueError, RecursionError) as error:
        raise InputError("JSON with a number too long or lists too deep; simplify it") from error
    if not isinstance(value, dict):
        raise InputError("not a JSON object; for a list, write each of its items on a line")
    return value
