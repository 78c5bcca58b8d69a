"""A text in parts, each with what is marked in it."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple


class Mark(NamedTuple):
    """Something that is marked: characters `[start, end)` of the article."""

    start: int
    end: int
    kind: str
    """What it is: a key of `claims.datasette.labels.PARTS`."""
    label: str = ""
    claim: str = ""
    """The id of the claim that it belongs to."""


class Part(NamedTuple):
    """A stretch of text in which the same things are marked."""

    text: str
    marks: tuple[Mark, ...]
    """The longest first."""
    begins: tuple[Mark, ...]
    """Those of them that begin here."""


def parts(text: str, marks: Iterable[Mark], start: int = 0, end: int | None = None) -> list[Part]:
    """A text, or the characters `[start, end)` of it, cut where something that is marked begins or ends.

    Marks may overlap; what of them lies outside is dropped.

    >>> [(p.text, [m.kind for m in p.marks]) for p in parts("il dit oui", [Mark(7, 10, "content")])]
    [('il dit ', []), ('oui', ['content'])]
    """
    end = len(text) if end is None else min(end, len(text))
    start = max(0, start)
    within = sorted(
        (mark for mark in marks if mark.start < end and start < mark.end and mark.start < mark.end),
        key=lambda mark: (mark.start, -mark.end),
    )
    edges = {start, end, *_edges(within, start, end)}
    return list(_cut(text, within, sorted(edges)))


def _edges(marks: Iterable[Mark], start: int, end: int) -> Iterator[int]:
    for mark in marks:
        yield from (edge for edge in (mark.start, mark.end) if start < edge < end)


def _cut(text: str, marks: list[Mark], edges: list[int]) -> Iterator[Part]:
    open_: list[Mark] = []
    waiting = iter(marks)
    following = next(waiting, None)
    for start, end in pairwise(edges):
        open_ = [mark for mark in open_ if mark.end > start]
        begins = []
        while following is not None and following.start <= start:
            if following.end > start:
                open_.append(following)
                begins.append(following)
            following = next(waiting, None)
        longest = sorted(open_, key=lambda mark: (mark.start - mark.end, mark.start))
        yield Part(text[start:end], tuple(longest), tuple(begins))


def around(text: str, start: int, end: int, beside: int) -> tuple[int, int]:
    """`[start, end)` with up to `beside` characters on both sides, from and to a space or a line.

    >>> around("un deux trois quatre", 8, 13, 6)
    (3, 14)
    """
    before = max(0, start - beside)
    after = min(len(text), end + beside)
    if before:
        cut = next((i for i in range(before, start) if text[i].isspace()), start - 1)
        before = cut + 1
    if after < len(text):
        after = next((i for i in range(after, end, -1) if text[i - 1].isspace()), end)
    return before, after
