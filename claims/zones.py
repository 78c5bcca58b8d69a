"""Which characters of a text are headline, body, caption, credit, related link or comment.

Nothing is deleted: a zone says what a stretch is, so that offsets stay. What marks a line
is data (`languages/<code>/zones.csv`); what follows from a line's place is here.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
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
LONGEST_POST = 300
SHORTEST_ONE_LINE_TEXT = 800
"""Characters of a text that must have lost its line breaks if it has none."""
MAX_EDGE_MARKS = 3
"""Marks at either end of one line, at most."""
MIN_LOST_BREAKS = 3
"""So many sentences that begin right after the one before tell that line breaks were lost."""
SHORTEST_MEAN_LINE = 30
"""Characters between such sentences, at least on average."""
SURE_COPY = 24
"""Characters of an embedded post's text, at most, that are enough to know its copy by."""

_SENTENCE_END = re.compile(r"[.!?…:;,][\s»”\"’')\]]*$")
_TITLE_OPEN_END = re.compile(r"[.:;,][\s»”\"’')\]]*$")
_NOT_A_HEADING = re.compile(r"[\W\d_]*$|[-–—•●*]|[a-zà-ÿ]")
_NAME = re.compile(r"(?:(?:[A-ZÀ-Ý][\w’'.-]*|d[eu]|le|et)(?:\s|$)){2,6}")
_LOST_BREAK = re.compile(
    r"(?:(?<=[^\WA-ZÀ-Ý_][.!?…])|(?<=[»”)%][.!?…])|(?<=[\w.!?…][»”])|(?<=[.!?…]\s[»”]))"
    r"(?=[A-ZÀ-ÝŒ«“])|(?<=\w\s»)(?=«)"
)
_LAST_SENTENCE_END = re.compile(
    r".*[.!?…](?:\s?[»”\"])?\)?(?:\s|(?=[A-ZÀ-Ý]|[^\w\s.,;:!?…»”\"')\]]))", re.DOTALL
)


class ZoneRow(Row):
    """A mark that says what a line, or a part of one, is. The first row that fires decides."""

    kind: ZoneKind = Field(description="What the marked part is.")
    scope: Literal[
        "line",
        "label",
        "start",
        "before_title",
        "tail",
        "to_end",
        "inside",
        "embed",
        "break",
        "run_in",
    ] = Field(
        description="line: the whole line. label: the same, and the titles in the lines after "
        "it. start: what the line begins with; the rest is text. before_title: the same, and "
        "the rest is the headline. tail: from the mark to the end of its line. to_end: the "
        "line and all after it, but for furniture. inside: the mark, wherever it stands in a "
        "line. embed: the same, with the post that it closes: a copy of what follows it, or "
        "the line that it ends or stands alone below, or its sentence. break: a place where "
        "a new line begins, in a text that lost its line breaks. run_in: a heading in a "
        "text that is one long line."
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
        if self.scope in ("inside", "embed", "break", "run_in"):
            return self.pattern.search(line)
        return self.pattern.fullmatch(line) if len(line) <= LONGEST_MARKED_LINE else None

    def closes(self, line: str) -> bool:
        """Whether a line is nothing but what closes an embedded post."""
        return self.scope == "embed" and bool(self.pattern.fullmatch(line))


class _Piece(NamedTuple):
    start: int
    end: int
    kind: ZoneKind | None
    role: Literal["label", "post"] | None = None
    """Of a whole line: names the titles after it; closes the post above it."""


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
    known = " ".join(title.split()) if title else None
    return tuple(
        Zone(start=start, end=end, kind=marked or _kind(text[start:end], known, unmarked))
        for start, end, marked, unmarked in _parts(text, language)
    )


class _Part(NamedTuple):
    start: int
    end: int
    marked: ZoneKind | None
    """What a mark says that it is."""
    unmarked: ZoneKind
    """What it is else, unless it is the title."""


@lru_cache(maxsize=4)
def _parts(text: str, language: str) -> tuple[_Part, ...]:
    """The zones of a text whose title is not known."""
    pieces = [p for p in _marked(text, _Marks(language, text)) if p.start < p.end]
    pieces = list(_with_neighbours(text, pieces))
    texts = (None, ZoneKind.BODY)
    first = next((i for i, p in enumerate(pieces) if p.kind in texts), len(pieces))
    prose = [
        p.kind is ZoneKind.BODY
        or (p.kind is None and not _looks_like_heading(text[p.start : p.end], first=i == first))
        for i, p in enumerate(pieces)
    ]
    last_prose = max((i for i, is_prose in enumerate(prose) if is_prose), default=-1)
    closing = [p for p in pieces[last_prose + 1 :] if p.kind is None] if last_prose >= 0 else []
    after = _kind_of_closing([text[p.start : p.end] for p in closing])
    return tuple(
        _Part(p.start, p.end, p.kind, ZoneKind.BODY if prose[i] else other)
        for i, p in enumerate(pieces)
        for other in [after if i > last_prose >= 0 else ZoneKind.HEADLINE]
    )


def _kind(line: str, title: str | None, otherwise: ZoneKind) -> ZoneKind:
    is_title = len(line) <= LONGEST_MARKED_LINE and " ".join(line.split()) == title
    return ZoneKind.HEADLINE if is_title else otherwise


def _kind_of_closing(lines: Sequence[str]) -> ZoneKind:
    """What the heading-like lines are that no text follows for them to be the heading of.

    A name and what is below it are the author's, as are short lines. One line that is too
    long for that is a text's last; more of them are links to other articles.
    """
    if all(len(line) <= LONGEST_BYLINE for line in lines) or _NAME.fullmatch(lines[0]):
        return ZoneKind.CREDIT
    return ZoneKind.RELATED if len(lines) > 1 else ZoneKind.BODY


def _looks_like_heading(line: str, *, first: bool) -> bool:
    longest = LONGEST_TITLE if first else LONGEST_HEADING
    ends = _TITLE_OPEN_END if first else _SENTENCE_END
    return len(line) <= longest and not ends.search(line) and not _NOT_A_HEADING.match(line)


class _Marks:
    """The marks of a language by where they stand, as far as they hold for a text."""

    def __init__(self, language: str, text: str) -> None:
        self.rows = rows(language, "zones", ZoneRow)
        self.whole = self.of("line", "label", "to_end")
        self.furniture = [row for row in self.of("line") if row.kind is ZoneKind.FURNITURE]
        self.front, self.tail = self.of("start", "before_title"), self.of("tail")
        one_line = len(text) >= SHORTEST_ONE_LINE_TEXT and "\n" not in text.strip()
        self.inside = self.of("inside", "embed", *(["run_in"] if one_line else []))
        self.breaks = self.of("break")

    def of(self, *scopes: str) -> list[ZoneRow]:
        """The marks of some scopes, in order."""
        return [row for row in self.rows if row.scope in scopes]


def _marked(text: str, marks: _Marks) -> Iterator[_Piece]:
    """The lines of a text, divided at their marks; without a kind where there is none."""
    to_end: ZoneKind | None = None
    for start, end in _lines(text, marks.breaks):
        line = text[start:end]
        if to_end:
            kind = ZoneKind.FURNITURE if _first(marks.furniture, line) else to_end
            yield _Piece(start, end, kind)
        elif found := _first(marks.whole, line):
            row = found[0]
            to_end = row.kind if row.scope == "to_end" else None
            yield _Piece(start, end, row.kind, "label" if row.scope == "label" else None)
        else:
            yield from _divided(text, start, end, marks)


def _divided(text: str, start: int, end: int, marks: _Marks) -> Iterator[_Piece]:
    """A line as the marks at its edges, those in it, and what is left."""
    tails = list[_Piece]()
    role: Literal["post"] | None = None
    if end - start <= LONGEST_POST and any(m.closes(text[start:end]) for m in marks.inside):
        role = "post"
    rest = None if end - start <= LONGEST_TITLE else ZoneKind.BODY
    for _ in range(MAX_EDGE_MARKS):
        if not (found := _first(marks.front, text[start:end])):
            break
        row, at = found[0], start + found[1].end()
        yield _Piece(*_trimmed(text, start, at), row.kind)
        rest = ZoneKind.HEADLINE if row.scope == "before_title" else rest
        start = _trimmed(text, at, end)[0]
    for _ in range(MAX_EDGE_MARKS):
        if not (found := _first(marks.tail, text[start:end])):
            break
        at = start + found[1].start()
        tails.append(_Piece(*_trimmed(text, at, end), found[0].kind))
        end = _trimmed(text, start, at)[1]
    base = start
    for at, to, kind in _inside(text[start:end], marks.inside):
        yield _Piece(*_trimmed(text, start, base + at), rest)
        start = base + to
        yield _Piece(*_trimmed(text, base + at, start), kind, role)
    yield _Piece(*_trimmed(text, start, end), rest)
    yield from reversed(tails)


def _inside(line: str, marks: Iterable[ZoneRow]) -> list[tuple[int, int, ZoneKind]]:
    """Where marks stand in a line, with what they close; in order and disjoint."""
    places = sorted(
        (*(_post(line, m) if row.scope == "embed" else m.span()), row.kind)
        for row in marks
        for m in row.pattern.finditer(line)
    )
    found: list[tuple[int, int, ZoneKind]] = []
    for start, end, kind in places:
        if found and start <= found[-1][1]:
            start, before, kind = found.pop()
            end = max(before, end)
        found.append((start, end, kind))
    return found


def _post(line: str, mark: re.Match[str]) -> tuple[int, int]:
    """The embedded post that a mark closes, with the copy of its text that may follow."""
    first = max(0, mark.start() - LONGEST_MARKED_LINE)
    before, at = line[first : mark.start()], mark.end()
    at += len(line[at : at + 3]) - len(line[at : at + 3].lstrip())
    copy = before.rfind(line[at : at + SURE_COPY]) if len(line) >= at + SURE_COPY else -1
    if copy >= 0:
        words = before[copy:].rstrip()
        return first + copy, at + len(words) if line.startswith(words, at) else mark.end()
    if mark.start() <= LONGEST_POST and not line[mark.end() :].strip():
        return 0, mark.end()
    sentence = _LAST_SENTENCE_END.match(before)
    start = first + sentence.end() if sentence else mark.start() if first else 0
    return start, mark.end()


def _first(marks: Iterable[ZoneRow], line: str) -> tuple[ZoneRow, re.Match[str]] | None:
    return next(((mark, found) for mark in marks if (found := mark.find(line))), None)


def _with_neighbours(text: str, pieces: list[_Piece]) -> Iterator[_Piece]:
    """What a line is by the lines beside it: a copy, a title under a label, a post."""
    under_label = False
    for i, piece in enumerate(pieces):
        kind = piece.kind
        line = text[piece.start : piece.end] if _is_short(piece) else ""
        before, after = pieces[max(0, i - 1)], pieces[min(i + 1, len(pieces) - 1)]
        under_label = piece.role == "label" or (
            under_label and (kind is ZoneKind.RELATED or (kind is None and _looks_like_link(line)))
        )
        if kind is None and line:
            if under_label or after.role == "post":
                kind = ZoneKind.RELATED
            elif after.kind is ZoneKind.CAPTION and text.startswith(line, after.start):
                kind = ZoneKind.CAPTION  # printed twice, once with its credit
            elif before.kind is ZoneKind.FURNITURE and text.endswith(line, 0, before.end):
                kind = ZoneKind.FURNITURE  # a name below itself
        yield piece._replace(kind=kind)


def _is_short(piece: _Piece) -> bool:
    return piece.end - piece.start <= LONGEST_MARKED_LINE


def _looks_like_link(line: str) -> bool:
    """Whether a line under a label such as *Lire aussi* can be a title."""
    return (
        0 < len(line) <= LONGEST_TITLE
        and not _TITLE_OPEN_END.search(line)
        and not line[0].islower()
    )


def _lines(text: str, breaks: Sequence[ZoneRow]) -> Iterator[tuple[int, int]]:
    """Start and end of every line with something on it, spaces at its edges left out."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > LONGEST_MARKED_LINE:
            places = (start, *_lost_breaks(text[start:end], start, breaks), end)
        else:
            places = (start, end)
        for part in pairwise(places):
            if text[slice(*part)].strip():
                yield _trimmed(text, *part)
        start = end + 1


def _lost_breaks(line: str, offset: int, breaks: Sequence[ZoneRow]) -> list[int]:
    """Where the lines began that were put together without a space; none in a sound line."""
    sure = {match.start() for match in _LOST_BREAK.finditer(line)}
    if not MIN_LOST_BREAKS <= len(sure) <= len(line) / SHORTEST_MEAN_LINE:
        return []
    named = {match.end() for row in breaks for match in row.pattern.finditer(line)}
    return sorted(offset + place for place in sure | named)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    stretch = text[start:end]
    return start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip())
