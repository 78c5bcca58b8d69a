"""Dates: the day or month on which the article says that the words were said.

A moment (*mardi*, *hier soir*, *le 19 juin*, *en mars*) dates a claim where the parse hangs it on
the cue, on the source's own participle (*un communiqué publié mardi*), or where it stands right
beside the cue. It is told from the day of the article, or from the moment before (*la veille*).
Where the text does not settle a day or a month there is none.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal, NamedTuple

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc

from claims import calendar, columns
from claims.components import trees
from claims.components.relations import Attribution
from claims.components.trees import Tree
from claims.language import Row, numeral, rows

WEEK = 7
BESIDE = 2
"""Words between a cue and a moment that stands beside it, at most."""
DATE_LENGTH = 10


class MomentRow(Row):
    """A way to say when."""

    kind: Literal["day", "month", "weekday", "from_article", "from_before", "ago", "week"] = Field(
        description="What it tells: a calendar day or month, or days away from another day."
    )
    pattern: re.Pattern[str] = Field(
        description="Groups `day`, `month`, `year`, `weekday`, `count`, as far as the kind has them;"
        " `last` where it is one before the article's own (*mardi dernier*)."
    )
    days: int = Field(default=0, description="Days from the other day; with `count`, of each.")
    needs: str = Field(
        default="",
        description="What stands in every text that has it, in small letters. It is looked for first.",
    )


class Moment(NamedTuple):
    """A moment in a text, in characters, with its ISO day or month; None if not settled."""

    start: int
    end: int
    date: str | None


def moments(text: str, code: str, published: date | None) -> list[Moment]:
    """The moments of a text, in its order, disjoint; the first row that fits decides."""
    found: list[tuple[int, int, MomentRow, re.Match[str]]] = []
    lower = text.lower()
    for row in rows(code, "moments", MomentRow):
        if row.needs not in lower:
            continue
        for match in row.pattern.finditer(text):
            start, end = match.span()
            at = bisect_left(found, (start, end), key=lambda f: f[:2])
            free = at == 0 or found[at - 1][1] <= start
            if free and (at == len(found) or end <= found[at][0]):
                found.insert(at, (start, end, row, match))
    dated: list[Moment] = []
    before: date | None = None
    for start, end, row, match in found:
        try:
            told = _told(row, match, code, published, before)
        except OverflowError:  # before the year 1, or after 9999
            told = None
        dated.append(Moment(start, end, told))
        before = date.fromisoformat(told) if told and len(told) == DATE_LENGTH else before
    return dated


def _told(
    row: MomentRow, match: re.Match[str], code: str, published: date | None, before: date | None
) -> str | None:
    parts = match.groupdict()
    if row.kind in ("day", "month"):
        return _calendar_date(parts, code, published)
    anchor = (before or published) if row.kind == "from_before" else published
    if anchor is None:
        return None
    if row.kind == "weekday":
        weekday = calendar.number(code, "weekday", parts["weekday"])
        ago = (anchor.weekday() - (weekday or 0)) % WEEK
        ago = WEEK if parts.get("last") and not ago else ago
        return None if weekday is None else (anchor - timedelta(ago)).isoformat()
    if row.kind == "ago":
        count = numeral(code, parts["count"] or "") or 1  # une semaine
        return (anchor + timedelta(row.days * count)).isoformat()
    if row.kind == "week":
        monday = anchor - timedelta(anchor.weekday() + WEEK)
        sunday = monday + timedelta(WEEK - 1)
        return f"{monday:%Y-%m}" if monday.month == sunday.month else None
    return (anchor + timedelta(row.days)).isoformat()


def _calendar_date(
    parts: Mapping[str, str | None], code: str, published: date | None
) -> str | None:
    """A day or month as ISO; one without a year is the last before the article's day."""
    month = calendar.number(code, "month", parts["month"] or "")
    given, day = parts.get("year"), parts.get("day")
    year = int(given) if given else published.year if published else None
    if month is None or year is None:
        return None
    try:
        found = date(year, month, int(day or 1))
        if (
            not given
            and published is not None
            and (found > published or (parts.get("last") and month == published.month))
        ):
            found = date(year - 1, month, int(day or 1))
    except ValueError:
        return None
    return found.isoformat() if day else f"{found:%Y-%m}"


@Language.factory(
    "claims_dates",
    requires=["doc.spans", "doc._.attributions"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_dates(nlp: Language, name: str, language: str) -> "Dates":
    """The component that dates `doc._.attributions`, from `doc._.published`."""
    return Dates(language)


class Dates:
    """Gives each attribution the day or month that the text dates it to."""

    def __init__(self, code: str) -> None:
        self.code = code

    def __call__(self, doc: Doc) -> Doc:
        """Date the attributions of one document."""
        attributions, day = doc._.attributions, _day(doc._.published)
        if attributions and (found := moments(columns.text(doc), self.code, day)):
            doc._.attributions = tuple(self.match(doc, attributions, found))
        return doc

    def match(
        self, doc: Doc, attributions: Iterable[Attribution], found: list[Moment]
    ) -> Iterator[Attribution]:
        """The attributions of one document with their dates."""
        tree = trees.tree(doc, self.code)
        for attribution in attributions:
            first, last = (
                bisect_left(found, at, key=lambda moment: moment.start)
                for at in attribution.context
            )
            dates = {m.date for m in found[first:last] if self._dates(tree, attribution, m)}
            yield replace(attribution, said_on=dates.pop() if len(dates) == 1 else None)

    def _dates(self, tree: Tree, attribution: Attribution, moment: Moment) -> bool:
        """Whether a moment beside a claim is that of its cue."""
        place, cue = (moment.start, moment.end), attribution.cue
        if cue is None or attribution.holds(place):
            return False
        at, ids = tree.within(*cue)[-1], tree.within(*place)
        if any(tree.quotation[i] and tree.quotation[i] != tree.quotation[at] for i in ids):
            return False
        tops = {tree.head[i] for i in ids if tree.head[i] not in ids}
        mention = tree.tokens_at(attribution.mentions)
        governors = {at, *(k for k in tree.children[at] if tree.rel[k] == "aux")}
        governors |= mention | {
            k for i in mention for k in tree.children[i] if tree.rel[k] == "acl"
        }
        low, high = min(at, ids[0]), max(at, ids[-1])
        near = tree.words(low + 1, high) - (len(ids) - 1) <= BESIDE
        return bool(tops & governors) or (near and tree.line[low] == tree.line[high])


def _day(published: str | None) -> date | None:
    """The day of an ISO day or moment; None of a month or year."""
    try:
        return date.fromisoformat((published or "")[:DATE_LENGTH])
    except ValueError:
        return None
