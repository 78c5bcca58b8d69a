"""A text file to an article: the whole file is the text; title and date are read off it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from claims.calendar import number
from claims.errors import InputError
from claims.language import Row, codes, rows
from claims.model import Article, ZoneKind
from claims.reading.encoding import decoded
from claims.reading.languages import detected
from claims.reading.parts import Document, Found
from claims.zones import zones

LANGUAGE = "fr"
"""That of a text whose language is not certain."""


class DateRow(Row):
    """A way to write the date: of the article, or any full date, which can lend its year."""

    use: Literal["article", "year"] = Field(description="Whose date it is.")
    pattern: re.Pattern[str] = Field(
        description="Groups `year`, `month` (number or name), `day`, `weekday`; all optional."
    )


def read(document: Document) -> Iterator[Found]:
    """The one article of a UTF-8 text file, verbatim, or what is wrong with it.

    Without an id of its own the article gets one that is made of its text. Title and date are
    read off a text in a language that there is data for.
    """
    try:
        text = decoded(document.data())
    except InputError as error:
        yield "", str(error)
        return
    if not text.strip():
        yield "", "the file is empty; give it the article's text, or remove it"
        return
    language = detected(text) or LANGUAGE
    known = language in codes()
    yield (
        "",
        Article.make(
            text,
            title=title(text, language) if known else None,
            published=published(text, language) if known else None,
            language=language,
        ),
    )


def title(text: str, language: str = LANGUAGE) -> str | None:
    r"""The headline above the text; None where the text begins at once.

    >>> title("Un sommet à Pyongyang\n\nIls se sont vus mercredi.")
    'Un sommet à Pyongyang'
    """
    for zone in zones(text, language):
        if zone.kind is ZoneKind.HEADLINE:
            return text[zone.start : zone.end]
        if zone.kind is ZoneKind.BODY:
            return None
    return None


def published(text: str, language: str = LANGUAGE) -> str | None:
    """The ISO day or month that the page itself gives as its date, or None.

    A date without a year takes that of the full dates in the text which fall on the same
    day, month and weekday, where they agree on one year. Reader comments may lend their
    year and never their date.
    """
    patterns = rows(language, "dates", DateRow)
    comments = (z.start for z in zones(text, language) if z.kind is ZoneKind.COMMENT)
    page = text[: next(comments, len(text))]
    years = _years(text, patterns)
    for row in patterns:
        if row.use == "article":
            found = {_iso(match, years) for match in row.pattern.finditer(page)} - {None}
            if len(found) == 1:
                return found.pop()
    return None


def _iso(match: re.Match[str], years_of: dict[tuple[int | None, int], set[int]]) -> str | None:
    parts = match.groupdict()
    month = number(LANGUAGE, "month", parts["month"])
    if not parts.get("day"):
        return f"{parts['year']}-{month:02}" if month and 1 <= month <= 12 else None
    day, weekday = int(parts["day"]), number(LANGUAGE, "weekday", parts.get("weekday") or "")
    years = [int(parts["year"])] if parts.get("year") else years_of.get((month, day), set())
    days = {_day(year, month, day) for year in years} - {None}
    fitting = [d for d in days if d and (weekday is None or d.weekday() == weekday)]
    return fitting[0].isoformat() if len(fitting) == 1 else None


def _years(text: str, patterns: tuple[DateRow, ...]) -> dict[tuple[int | None, int], set[int]]:
    """The years of the full dates of the text, by month and day."""
    years: dict[tuple[int | None, int], set[int]] = defaultdict(set)
    for row in patterns:
        if row.use == "year":
            for match in row.pattern.finditer(text):
                day = number(LANGUAGE, "month", match["month"]), int(match["day"])
                years[day].add(int(match["year"]))
    return years


def _day(year: int, month: int | None, day: int) -> date | None:
    try:
        return date(year, month or 0, day)
    except ValueError:
        return None
