"""The data of a language: tables of rows with examples, read and checked.

A language is a folder `languages/<code>/`; a table is a CSV file in it. Every row has an
id and says what it fires on (`example`) and what it must not fire on (`counterexample`);
the tests run both. A second language is another folder, and no Python.
"""

import csv
import hashlib
import unicodedata
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from claims.errors import LanguageError
from claims.model import digest


class Row(BaseModel):
    """What every row of every table has. Empty cells are left to the defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9-]+$", description="Stable name of the row.")
    example: str = Field(min_length=1, description="A text that the row fires on.")
    counterexample: str = Field(min_length=1, description="A text that it must not fire on.")


class WordsRow(Row):
    """Words that have something in common."""

    words: str = Field(description="The words in lower case, apart by spaces.")


R = TypeVar("R", bound=Row)


def folder(code: str) -> Traversable:
    """The folder of the language `code`.

    Raises:
        LanguageError: if there is none.
    """
    place = files("claims") / "languages" / code
    if not place.is_dir():
        raise LanguageError(f"no data for the language {code!r}; there is: {', '.join(codes())}")
    return place


def codes() -> list[str]:
    """The languages that there is data for, in order."""
    return sorted(p.name for p in (files("claims") / "languages").iterdir() if p.is_dir())


@cache
def rows(code: str, table: str, kind: type[R]) -> tuple[R, ...]:
    """The rows of `languages/<code>/<table>.csv`, each validated as a `kind`.

    Raises:
        LanguageError: if there is no such table, a row is invalid, an id occurs twice, or a
            text is not NFC.
    """
    path = folder(code) / f"{table}.csv"
    if not path.is_file():
        raise LanguageError(f"{code}/{table}.csv is missing")
    found: dict[str, R] = {}
    text = path.read_text(encoding="utf-8")
    for number, cells in enumerate(csv.DictReader(text.splitlines()), start=2):
        where = f"{code}/{table}.csv, line {number}"
        try:
            row = kind.model_validate({k: v for k, v in cells.items() if v != ""})
        except ValidationError as error:
            raise LanguageError(f"{where}: {error}") from error
        if row.id in found:
            raise LanguageError(f"{where}: the id {row.id!r} is there twice")
        if any(v and not unicodedata.is_normalized("NFC", v) for v in cells.values()):
            raise LanguageError(f"{where}: the text is not in Unicode's form NFC")
        found[row.id] = row
    return tuple(found.values())


def numeral(code: str, word: str) -> int:
    """How many a numeral counts, in letters or in digits; 0 where a word is none.

    Raises:
        LanguageError: as `rows` does.
    """
    return int(word) if word.isdecimal() else _numerals(code).get(word.lower(), 0)


@cache
def _numerals(code: str) -> dict[str, int]:
    table = rows(code, "numerals", WordsRow)
    return {word: int(row.id) for row in table for word in row.words.split()}


@cache
def word_set(code: str, table: str) -> frozenset[str]:
    """The words of all rows of a table of `WordsRow`s.

    Raises:
        LanguageError: as `rows` does.
    """
    return frozenset(word for row in rows(code, table, WordsRow) for word in row.words.split())


def fingerprint(*places: Traversable) -> str:
    """A hash of some files and the files of some folders: of code and data, so that changed ones are run anew."""
    parts = [
        (path.name, hashlib.sha256(path.read_bytes()).hexdigest())
        for place in places
        for path in (sorted(place.iterdir(), key=lambda p: p.name) if place.is_dir() else [place])
        if path.is_file()
    ]
    return digest(*parts)
