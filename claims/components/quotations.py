"""Quotations: what stands between quotation marks of any style.

Marks are paired within a line, the unit that French papers print a paragraph in. What is
dropped: an unpaired closing mark, an unpaired straight mark (nobody can tell which side
it is), and the quotations inside a quotation, which belong to its words.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from claims import columns, language
from claims.components.relations import CLAIM_ZONES, ZONES

GROUP = "quotations"

MAX_DEPTH = 8
"""Marks open at once; what opens beyond is passed over."""

MAX_RESCANS = 6
"""How often a line is read again after a mark that nothing closes."""


class MarkRow(language.Row):
    """A style of quotation marks."""

    open: str = Field(min_length=1, description="The opening mark.")
    close: str = Field(min_length=1, description="The closing mark; may equal the opening one.")


class Marks(NamedTuple):
    """The marks of a language, ready for a scan."""

    pattern: re.Pattern[str]
    closes: dict[str, str]
    """Opening mark to its closing mark."""

    @property
    def closers(self) -> set[str]:
        """Every closing mark."""
        return set(self.closes.values())


class Quotation(NamedTuple):
    """A quotation in characters, its marks included."""

    start: int
    end: int
    closed: bool


@cache
def marks(code: str) -> Marks:
    """The quotation marks of the language `code`."""
    closes = {row.open: row.close for row in language.rows(code, "marks", MarkRow)}
    known = sorted({*closes, *closes.values()}, key=len, reverse=True)
    return Marks(re.compile("|".join(map(re.escape, known))), closes)


def find(text: str, styles: Marks) -> Iterator[Quotation]:
    """The outermost quotations of a text, in order and disjoint.

    A quotation whose paragraph ends without a closing mark goes on where the next
    paragraph opens with a mark of the same style, as papers print long quotations.

    >>> [text[q.start:q.end] for text in ["« A “b” c », dit-il “ Ah »."]
    ...  for q in find(text, marks("fr"))]
    ['« A “b” c »', '“ Ah »']
    """
    pending: Quotation | None = None
    for line in re.finditer(r"[^\n]*\S[^\n]*", text):
        skip = 0
        if pending is not None:
            opener = text[pending.start : line.end()]
            again = styles.pattern.match(text, _first_word(text, line.start()))
            if again and opener.startswith(again.group()):
                skip = again.end() - line.start()
                inner = list(_pair(line.group()[skip:], styles, depth=1))
                if inner and inner[0].start < 0:
                    yield Quotation(pending.start, line.start() + skip + inner[0].end, closed=True)
                    skip += inner[0].end
                    pending = None
                else:
                    pending = Quotation(pending.start, line.end(), closed=False)
                    continue
            else:
                yield pending
                pending = None
        for quotation in _pair(line.group()[skip:], styles):
            if pending is not None:
                yield pending
            base = line.start() + skip
            pending = Quotation(base + quotation.start, base + quotation.end, quotation.closed)
            if quotation.closed:
                yield pending
                pending = None
    if pending is not None:
        yield pending


def _first_word(text: str, start: int) -> int:
    found = re.compile(r"\S").search(text, start)
    return found.start() if found else start


def _pair(line: str, styles: Marks, depth: int = 0) -> Iterator[Quotation]:
    """The outermost pairs of one line; with `depth`, as if so many were open before it.

    A pair that was open before the line starts at -1. An outermost mark that nothing
    closes is passed over, and the rest read again, at most `MAX_RESCANS` times: a line
    of nothing but opening marks must not cost more than its length.
    """
    begin = 0
    for _ in range(MAX_RESCANS):
        opened, inner, pairs = _scan(line, styles, begin, depth)
        yield from pairs
        if not opened or opened[0][1] < 0:
            return
        mark, start = opened[0]
        if len(inner) == 1:  # « Je suis « prêt », dit-il: one closing mark does for both
            yield Quotation(start, inner[0], closed=True)
            begin = inner[0]
        elif inner or styles.closes.get(mark) == mark:
            begin = start + len(mark)
        else:
            if mark != "‘":
                yield Quotation(start, len(line), closed=False)
            return
        depth = 0


def _scan(
    line: str, styles: Marks, begin: int, depth: int
) -> tuple[list[tuple[str, int]], list[int], list[Quotation]]:
    """One pass over a line from `begin`.

    Returns:
        The marks left open with their places; where the pairs just inside the outermost
        of these end; and the outermost closed pairs.
    """
    opened: list[tuple[str, int]] = [("", -1)] * depth
    inner: list[int] = []
    pairs: list[Quotation] = []
    for found in styles.pattern.finditer(line, begin):
        mark, at = found.group(), found.start()
        after_word = at > 0 and not line[at - 1].isspace()
        before_word = found.end() < len(line) and line[found.end()].isalnum()
        if _opens(mark, opened, styles, after_word, before_word):
            if len(opened) < MAX_DEPTH:
                opened.append((mark, at))
            continue
        if not opened or (mark not in styles.closers and not after_word):
            continue
        if mark == "’" and (before_word or all(m != "‘" for m, _ in opened)):
            continue  # an apostrophe
        levels = [d for d, (m, _) in enumerate(opened) if styles.closes.get(m) == mark]
        level = levels[-1] if levels else len(opened) - 1
        start = opened[level][1]
        del opened[level:]
        if not opened:
            pairs.append(Quotation(start, found.end(), closed=True))
            inner = []
        elif len(opened) == 1:
            inner.append(found.end())
    return opened, inner, pairs


def _opens(
    mark: str, opened: list[tuple[str, int]], styles: Marks, after_word: bool, before_word: bool
) -> bool:
    """Whether a mark opens a quotation here rather than closing one."""
    top = opened[-1][0] if opened else None
    if styles.closes.get(mark) == mark:
        return all(m != mark for m, _ in opened)
    if mark in styles.closes:
        closing = top is not None and styles.closes.get(top) == mark
        turned = top is not None and after_word and not before_word
        return not (closing or turned) and (mark != "‘" or not after_word)
    return mark == "”" and top is None and not after_word and before_word


def _read(doc: Doc) -> str:
    """The text with as many blanks for what is not in the article's own words."""
    text, parts, at = columns.text(doc), list[str](), 0
    for zone in doc.spans.get(ZONES, ()):
        if zone.label_ not in CLAIM_ZONES:
            parts += [text[at : zone.start_char], " " * (zone.end_char - zone.start_char)]
            at = zone.end_char
    return "".join([*parts, text[at:]])


@Language.factory(
    "claims_quotations",
    assigns=["doc.spans"],
    default_config={"language": "fr"},
)
def make_quotations(nlp: Language, name: str, language: str) -> "Quotations":
    """The component that writes `doc.spans["quotations"]`, labelled closed or unclosed."""
    return Quotations(language)


class Quotations:
    """Writes the quotations of a Doc, marks included, as `doc.spans["quotations"]`."""

    def __init__(self, code: str) -> None:
        self.marks = marks(code)

    def __call__(self, doc: Doc) -> Doc:
        """Add the quotations of one document."""
        spans = (
            doc.char_span(
                q.start,
                q.end,
                label="closed" if q.closed else "unclosed",
                alignment_mode="expand",
            )
            for q in find(_read(doc), self.marks)
        )
        doc.spans[GROUP] = SpanGroup(doc, name=GROUP, spans=[s for s in spans if s is not None])
        return doc
