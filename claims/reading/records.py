"""Records to articles: an object, a row of a table, whatever names its fields.

Fields: `text`; optional `id`, `url`, `title`, `published`, `publisher`, `language`, `author`,
`agency`, `modified`, `licence`, `tdm_reservation`. Any other is ignored.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from claims.errors import InputError
from claims.model import Article

OPTIONAL = (
    "url",
    "title",
    "published",
    "publisher",
    "language",
    "author",
    "agency",
    "modified",
    "licence",
    "tdm_reservation",
)
FIELDS = ("id", "text", *OPTIONAL)
_DATES = ("published", "modified")


def read(record: Mapping[str, Any], columns: Mapping[str, str]) -> Iterator[Article | str]:
    """The article of one record.

    A record that has its text but another field wrong gives both: the article without that
    field, and the reason.

    Args:
        record: the values by name.
        columns: our field to its name in the record, where that is another; a dot leads
            into an object: `source.name`.

    Raises:
        InputError: if the record has no text, or an id that cannot be used.
    """
    value = {key: at(record, columns.get(key, key)) for key in FIELDS}
    text = _text(value, columns)
    own_id = _own_id(value["id"])
    fields = {key: _plain(key, value[key]) for key in OPTIONAL if value[key] not in (None, "")}
    wrong = {key: found for key in fields if (found := _wrong(key, fields[key]))}
    yield from wrong.values()
    good = {key: field for key, field in fields.items() if key not in wrong}
    yield Article.make(text, id=own_id, **good)


def at(record: Mapping[str, Any], name: str) -> object:
    """A value by its name, or by the names that lead to it: `source.name`; None if there is none."""
    if name in record:
        return record[name]
    value: object = record
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _plain(key: str, value: object) -> object:
    """A field as it is meant, where it can be written in several ways."""
    if key == "language" and isinstance(value, str):
        first, *rest = value.strip().replace("_", "-").split("-")
        return "-".join([first.lower(), *rest])
    return value.isoformat() if isinstance(value, datetime) else value


def _text(value: Mapping[str, Any], columns: Mapping[str, str]) -> str:
    text, name = value["text"], columns.get("text", "text")
    if text is None:
        raise InputError(
            f"no `{name}`; give each article's text under that name, or name another: --map text=NAME"
        )
    if not isinstance(text, str):
        raise InputError(f"`{name}` is not a string; write the article's text as one string")
    if not text.strip():
        raise InputError(f"`{name}` is blank; give the article's text, or remove the record")
    if not _encodes(text) or "\0" in text:
        raise InputError(f"`{name}` holds half a character or a zero byte; write it anew in UTF-8")
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
        if key in _DATES:
            datetime.fromisoformat(f"{field}-01-01"[:10] if len(str(field)) < 10 else str(field))
        if _encodes(str(field)):
            return None
    except (ValidationError, ValueError):
        pass
    how = {
        **dict.fromkeys(_DATES, "an ISO 8601 date such as 2024-06-20"),
        "language": "a tag such as fr",
        "tdm_reservation": "true or false",
    }
    shown = ascii(field)[:60]
    return f"`{key}` is {shown}, not {how.get(key, 'a string')}; the article is read without it"


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
