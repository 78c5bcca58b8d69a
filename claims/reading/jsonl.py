"""JSON Lines to articles: one object a line, with `text` and what else is known.

Keys: `text`; optional `id`, `url`, `title`, `published`, `publisher`, `language`. Any other
key is ignored. A line that cannot be used is reported, and the next one is read.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from pydantic import ValidationError

from claims.errors import InputError
from claims.model import Article
from claims.reading.encoding import decoded, wide_encoding

OPTIONAL = ("url", "title", "published", "publisher", "language")


def read(stream: BinaryIO) -> Iterator[tuple[str, Article | str]]:
    """Place and article, or place and what is wrong, line by line.

    A line that has its text but another field wrong gives both: the article without that
    field, and the reason.
    """
    empty = True
    for number, line in enumerate(stream, start=1):
        if number == 1 and (wide := wide_encoding(line)):
            yield "", f"not UTF-8 but {wide}; convert it: iconv -f {wide} -t UTF-8 OLD > NEW"
            return
        if line.strip(b" \t\r\n\xef\xbb\xbf" if number == 1 else None):
            empty = False
            try:
                found: list[Article | str] = list(_read_line(line))
            except InputError as error:
                found = [str(error)]
            yield from ((f"line {number}", item) for item in found)
    if empty:
        yield "", "it is empty; give it one JSON object a line, with a `text` in each"


def _read_line(line: bytes) -> Iterator[Article | str]:
    try:
        value = json.loads(decoded(line))
    except json.JSONDecodeError as error:
        reason = f"not JSON ({error.msg} at character {error.colno}); write one object a line"
        raise InputError(reason) from error
    except (ValueError, RecursionError) as error:
        raise InputError("JSON with a number too long or lists too deep; simplify it") from error
    if not isinstance(value, dict):
        raise InputError("not a JSON object; for a list, write each of its items on a line")
    text = _text(value)
    own_id = _own_id(value.get("id"))
    fields = {key: value[key] for key in OPTIONAL if value.get(key) not in (None, "")}
    wrong = {key: found for key in fields if (found := _wrong(key, fields[key]))}
    yield from wrong.values()
    good = {key: field for key, field in fields.items() if key not in wrong}
    yield Article.make(text, id=own_id, **good)


def _text(value: dict[str, Any]) -> str:
    if "text" not in value:
        raise InputError("no `text`; give each object the article's text under that key")
    text = value["text"]
    if not isinstance(text, str):
        raise InputError("`text` is not a string; write the article's text as one string")
    if not text.strip():
        raise InputError("`text` is blank; give the article's text, or remove the line")
    if not _encodes(text) or "\0" in text:
        raise InputError("`text` holds half a character or a zero byte; write it anew in UTF-8")
    return text


def _own_id(given: object) -> str | None:
    if given is None or given == "":
        return None
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise InputError("`id` is neither a string nor a number; make it one, or leave it out")
    own_id = str(given)
    if not own_id.strip() or len(own_id) > 500 or not _encodes(own_id):
        raise InputError("`id` is blank, broken or over 500 characters long; give a shorter one")
    return own_id


def _wrong(key: str, field: object) -> str | None:
    """What is wrong with an optional field of an article; None if nothing."""
    try:
        Article.make("x", id="x", **{key: field})
        if key == "published":
            datetime.fromisoformat(f"{field}-01-01"[:10] if len(str(field)) < 10 else str(field))
        if _encodes(str(field)):
            return None
    except (ValidationError, ValueError):
        pass
    how = {"published": "an ISO 8601 date such as 2024-06-20", "language": "a tag such as fr"}
    shown = ascii(field)[:60]
    return f"`{key}` is {shown}, not {how.get(key, 'a string')}; the article is read without it"


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
