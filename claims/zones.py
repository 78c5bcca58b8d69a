"""Which characters of a text are headline, body, caption, credit, related link or comment.

Nothing is deleted: a zone says what a stretch is, so that offsets stay. What marks a line
is data (`languages/<code>/zones.csv`); what follows from a line's place is here.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from pydantic import Field, field_validator

from claims.language import Row, rows
from claims.model import Zone, ZoneKind

# Marks stand in short lines or at the edges of long ones; looking no further keeps the time
# linear, whatever the pattern and however long the line.
LONGEST_MARKED_LINE = 400
LONGEST_TITLE = 200
LONGEST_HEADING = 100
LONGEST_BYLINE = 60

_SENTENCE_END = re.compile(r"[.!?…:;,][\s»”\"’')\]]*$")
_TITLE_OPEN_END = re.compile(r"[.:;,][\s»”\"’')\]]*$")
_NOT_A_HEADING = re.compile(r"[\W\d_]*$|[-–—•●*]|[a-zà-ÿ]")


class ZoneRow(Row):
    """A mark that says what a line, or a part of one, is. The first row that fires decides."""

    kind: ZoneKind = Field(description="What the marked part is.")
    scope: Literal["line", "start", "before_title", "tail", "to_end"] = Field(
        description="line: the whole line. start: what the line begins with; the rest is "
        "text. before_title: the same, and the rest is the headline. tail: from the mark "
        "to the end of its line. to_end: the line and all after it, but for furniture."
    )
    pattern: re.Pattern[str] = Field(
        description="A regular expression, tried on a line without the spaces around it."
    )

    @field_validator("pattern", mode="after")
    @classmethod
    def _never_empty(cls, pattern: re.Pattern[str]) -> re.Pattern[str]:
        if pattern.match(""):
            raise ValueError("the pattern matches nothing at all: it must need a character")
        return pattern

    def find(self, line: str) -> re.Match[str] | None:
        """Where the mark stands in a stripped line."""
        if self.scope in ("start", "before_title"):
            return self.pattern.match(line, 0, LONGEST_MARKED_LINE)
        if self.scope == "tail":
            return self.pattern.search(line, max(0, len(line) - LONGEST_MARKED_LINE))
        return self.pattern.fullmatch(line) if len(line) <= LONGEST_MARKED_LINE else None


class _Piece(NamedTuple):
    start: int
    end: int
    kind: ZoneKind | None


def zones(text: str, language: str = "fr", title: str | None = None) -> tuple[Zone, ...]:
    """The zones of a text: one a line, or several where a mark divides the line.

    Args:
        text: an article's text.
        language: whose marks to look for.
        title: the headline, where it is known; a line that repeats it is a headline.

    Returns:
        Disjoint zones in text order, without the spaces around them. Together they hold
        every character that is not white space. Body zones are paragraphs.
    """
    pieces = [p for p in _marked(text, rows(language, "zones", ZoneRow)) if p.start < p.end]
    pieces = list(_with_repeats(text, pieces))
    known = " ".join(title.split()) if title else None
    first = next((i for i, p in enumerate(pieces) if p.kind is None), len(pieces))
    prose = [
        p.kind is None and not _looks_like_heading(text[p.start : p.end], first=i == first)
        for i, p in enumerate(pieces)
    ]
    last_prose = max((i for i, is_prose in enumerate(prose) if is_prose), default=-1)
    return tuple(
        Zone(start=p.start, end=p.end, kind=p.kind or kind)
        for i, p in enumerate(pieces)
        for kind in [_kind(text[p.start : p.end], known, prose[i], i > last_prose >= 0)]
    )


def _kind(line: str, title: str | None, is_prose: bool, is_after_prose: bool) -> ZoneKind:
    if len(line) <= LONGEST_MARKED_LINE and " ".join(line.split()) == title:
        return ZoneKind.HEADLINE
    if is_prose:
        return ZoneKind.BODY
    if not is_after_prose:
        return ZoneKind.HEADLINE
    # No text follows to be the heading of: the author's name, unless it is too long for one.
    return ZoneKind.CREDIT if len(line) <= LONGEST_BYLINE else ZoneKind.BODY


def _looks_like_heading(line: str, *, first: bool) -> bool:
    longest = LONGEST_TITLE if first else LONGEST_HEADING
    ends = _TITLE_OPEN_END if first else _SENTENCE_END
    return len(line) <= longest and not ends.search(line) and not _NOT_A_HEADING.match(line)


def _marked(text: str, marks: tuple[ZoneRow, ...]) -> Iterator[_Piece]:
    """The lines of a text, divided at their marks; without a kind where there is none."""
    furniture = [m for m in marks if m.scope == "line" and m.kind is ZoneKind.FURNITURE]
    to_end: ZoneKind | None = None
    for start, end in _lines(text):
        line = text[start:end]
        if to_end:
            yield _Piece(start, end, ZoneKind.FURNITURE if _first(furniture, line) else to_end)
            continue
        row, found = _first(marks, line) or (None, None)
        if row is None or found is None:
            yield _Piece(start, end, None)
            continue
        if row.scope == "to_end":
            to_end = row.kind
        rest = ZoneKind.HEADLINE if row.scope == "before_title" else None
        yield _Piece(*_trimmed(text, start, start + found.start()), None)
        yield _Piece(*_trimmed(text, start + found.start(), start + found.end()), row.kind)
        yield _Piece(*_trimmed(text, start + found.end(), end), rest)


def _first(marks: Iterable[ZoneRow], line: str) -> tuple[ZoneRow, re.Match[str]] | None:
    return next(((mark, found) for mark in marks if (found := mark.find(line))), None)


def _with_repeats(text: str, pieces: list[_Piece]) -> Iterator[_Piece]:
    """A caption printed twice, a name below itself: the bare copy is what the marked one is."""
    for i, piece in enumerate(pieces):
        kind = piece.kind
        if kind is None and i > 0 and piece.end - piece.start <= LONGEST_MARKED_LINE:
            line = text[piece.start : piece.end]
            before, after = pieces[i - 1], pieces[i + 1] if i + 1 < len(pieces) else None
            if after and after.kind is ZoneKind.CAPTION and text.startswith(line, after.start):
                kind = ZoneKind.CAPTION
            elif before.kind is ZoneKind.FURNITURE and text.endswith(line, 0, before.end):
                kind = ZoneKind.FURNITURE
        yield piece._replace(kind=kind)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every line with something on it, spaces at its edges left out."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            yield _trimmed(text, start, end)
        start = end + 1


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    stretch = text[start:end]
    return start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip())
