"""The words of a language for months and days of the week."""

from typing import Literal

from pydantic import Field

from claims.language import Row, rows


class CalendarRow(Row):
    """A month or a day of the week, with its abbreviations."""

    kind: Literal["month", "weekday"] = Field(description="What it names.")
    number: int = Field(ge=0, le=12, description="January is 1; Monday is 0.")
    forms: str = Field(description="How it is written, in lower case, separated by spaces.")


def number(code: str, kind: str, word: str) -> int | None:
    """The number of a month or a day of the week, from a word or figures; else None."""
    if word.isdecimal():
        return int(word)
    calendar: tuple[CalendarRow, ...] = rows(code, "calendar", CalendarRow)
    named = (row for row in calendar if row.kind == kind and word.lower() in row.forms.split())
    return next((row.number for row in named), None)
