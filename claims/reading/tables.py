"""What all tables share: which column holds which field, and what a row holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from claims.errors import InputError
from claims.model import Article
from claims.reading import records
from claims.reading.encoding import decoded
from claims.reading.parts import too_large

_SHOWN = 30
"""Columns that are named where one is missing."""


def matched(names: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Our fields to which of the columns hold them: `{"text": 2}`.

    Case and spaces around a name do not count, unless two names differ in nothing else.

    Args:
        names: the columns that are there.
        columns: our field to its column, where that has another name.

    Raises:
        InputError: if no column is the text, or one that was named is not there.
    """
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        places.setdefault(name, []).append(place)
        if loose(name) != name:
            places.setdefault(loose(name), []).append(place)
    chosen: dict[str, int] = {}
    missing = []
    for key in records.FIELDS:
        name = columns.get(key, key)
        found = [n for n in places.get(name, []) if names[n] == name]
        found = found or places.get(loose(name), [])
        if len(found) > 1:
            raise InputError(f"{len(found)} columns are named `{name}`; rename all but one")
        if found:
            chosen[key] = found[0]
        elif key == "text" or key in columns:
            missing.append((key, name))
    if missing:
        raise InputError(no_column(missing, names))
    return chosen


def no_column(
    missing: Sequence[tuple[str, str]], names: Sequence[str], what: str = "column"
) -> str:
    """What is wrong with a table that lacks columns: pairs of our field and the name."""
    there = ", ".join(shown(name) for name in names[:_SHOWN]) or "none"
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    lacks = " and ".join(f"`{name}`" for _, name in missing)
    say = ",".join(f"{key}=NAME" for key, _ in missing)
    return f"no {what} {lacks}; there are: {there}{more}; say which it is: --map {say}"


def shown(name: str) -> str:
    """A name as it can be printed in one line."""
    return name[:60] if name.isprintable() else ascii(name[:60])


def checked(text: str) -> str:
    """Text that was decoded with `surrogateescape`, if it was UTF-8.

    Raises:
        InputError: if it was not; the message names the likely encoding.
    """
    try:
        text.encode()
        if "\0" not in text:
            return text
    except UnicodeEncodeError:
        pass
    return decoded(text.encode("utf-8", "surrogateescape"))


def articles(
    record: Mapping[str, Any], columns: Mapping[str, str], largest: int
) -> list[Article | str]:
    """What `records.read` finds in a row, or what is wrong with it."""
    try:
        values = (value for value in record.values() if isinstance(value, str))
        for value in values:
            if len(value) > largest:
                raise InputError(too_large(largest))
            checked(value)
        return list(records.read(record, columns))
    except InputError as error:
        return [str(error)]


def loose(name: str) -> str:
    """A column's name without case and the spaces around it."""
    return name.strip().lower()
