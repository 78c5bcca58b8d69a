"""Whether two contents are the same words, and how they differ.

The words that tell something are aligned by their longest common subsequence, so that a quotation
that is cut, extended or torn apart (`[…]`) is found in the longer one, and what tense and person
change (*je ne céderai pas*, *qu'il ne céderait pas*) stays alike. What stands in one alone is what
was cut; what stands in both at the same place, and differs, speaks against.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from claims.grouping.terms import WORD, Term, Wording
from claims.model import fold

LEAST_TERMS, LEAST_WEIGHT = 3, 13.0
"""Terms that both have, and their weight, at least."""
LEAST_COVERED = 0.72
"""Share of the weight of the shorter that the longer has too, at least."""
MOST_REPLACED = 0.34
"""Weight of what differs at the same place, as a share of what is alike, at most."""
LEAST_TIGHT = 0.45
"""Share of what is alike in the stretch of the longer that the shorter covers, at least."""
LONG = 60.0
"""Weight of what is alike from which one number or negation more or less is a slip."""
TYPO = 80
"""Likeness of two words, of 100, from which one is the other misspelt."""


class Likeness(NamedTuple):
    """How alike two contents are."""

    terms: int
    """Terms that both have, in the same order."""
    weight: float
    """Their weight."""
    covered: float
    """Their share of the weight of the shorter content."""
    tight: float
    """Their share of the weight of the stretch of the longer content that they lie in."""
    replaced: float
    """Weight of what differs at the same place, as a share of theirs."""
    numbers: int
    """Places where numbers differ."""
    negations: int
    """How many more negations one has where both are alike."""

    @property
    def is_same(self) -> bool:
        """Whether the contents are the same words."""
        slips = self.numbers + self.negations
        return (
            self.terms >= LEAST_TERMS
            and self.weight >= LEAST_WEIGHT
            and self.covered >= LEAST_COVERED
            and self.replaced <= MOST_REPLACED
            and self.tight >= LEAST_TIGHT
            and (not slips or (slips == 1 and self.weight >= LONG))
        )


def likeness(one: Wording, other: Wording) -> Likeness | None:
    """How alike two contents are; None if no term is."""
    a, b = one.terms, other.terms
    blocks = _common(a, b)
    if not blocks:
        return None
    weight = sum(a[i].weight for i, _ in blocks)
    replaced = 0.0
    numbers = 0
    count = len(blocks)
    for left, right in _gaps(a, b, blocks):
        misspelt = _misspelt(left, right)
        weight += misspelt
        count += misspelt > 0
        replaced += min(_weight(left), _weight(right)) - misspelt
        numbers += any(t.is_number for t in left) and any(t.is_number for t in right)
    (ai, bi), (aj, bj) = blocks[0], blocks[-1]
    stretches = a[ai : aj + 1], b[bi : bj + 1]
    shorter = min(_weight(a), _weight(b))
    negations = [
        sum(s[0].start - 12 <= at < s[-1].end + 12 for at in w.negations)
        for s, w in zip(stretches, (one, other), strict=True)
    ]
    return Likeness(
        count,
        weight,
        weight / shorter if shorter else 1.0,
        weight / max(max(map(_weight, stretches)), 1e-9),
        replaced / weight if weight else 1.0,
        numbers,
        abs(bool(negations[0]) - bool(negations[1])),
    )


def _common(a: Sequence[Term], b: Sequence[Term]) -> list[tuple[int, int]]:
    """The places of the terms of a longest common subsequence."""
    found: list[tuple[int, int]] = []
    for op in LCSseq.opcodes([t.stem for t in a], [t.stem for t in b]):
        if op.tag == "equal":
            found += zip(
                range(op.src_start, op.src_end), range(op.dest_start, op.dest_end), strict=True
            )
    return found


def _gaps(
    a: Sequence[Term], b: Sequence[Term], blocks: Sequence[tuple[int, int]]
) -> Iterator[tuple[Sequence[Term], Sequence[Term]]]:
    """What stands in both between the terms that are alike, and before and after them."""
    ends = [(-1, -1), *blocks, (len(a), len(b))]
    for (ai, bi), (aj, bj) in pairwise(ends):
        if ai + 1 < aj and bi + 1 < bj:
            yield a[ai + 1 : aj], b[bi + 1 : bj]


def _misspelt(left: Sequence[Term], right: Sequence[Term]) -> float:
    """The weight of the terms of one that are those of the other, spelt otherwise."""
    return sum(
        min(x.weight, y.weight)
        for x, y in zip(left, right, strict=False)
        if not x.is_number and fuzz.ratio(x.word, y.word) >= TYPO
    )


def _weight(terms: Sequence[Term]) -> float:
    return sum(term.weight for term in terms)


class Change(NamedTuple):
    """A stretch of two wordings, word by word."""

    kind: str
    """`equal`, `replace`, `delete` or `insert`."""
    before: str
    after: str


def changes(one: str, other: str) -> list[Change]:
    """How a wording becomes another, word by word; case, accents and marks are not compared."""
    a, b = list(WORD.finditer(one)), list(WORD.finditer(other))
    matcher = SequenceMatcher(None, [fold(m[0]) for m in a], [fold(m[0]) for m in b], False)
    return [
        Change(kind, _stretch(one, a[ai:aj]), _stretch(other, b[bi:bj]))
        for kind, ai, aj, bi, bj in matcher.get_opcodes()
    ]


def _stretch(text: str, words: Sequence[object]) -> str:
    return text[words[0].start() : words[-1].end()] if words else ""  # type: ignore[attr-defined]
