"""Whether two contents are the same words, and how they differ.

The words that tell something are aligned by their longest common subsequence, so that a quotation
that is cut, extended or torn apart (`[…]`) is found in the longer one, and what tense and person
change (*je ne céderai pas*, *qu'il ne céderait pas*) stays alike. What stands in one alone was cut or
added; what stands in both at the same place, and differs, speaks against. A small model decides.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from math import fsum
from re import Match
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from claims.components.sheets import Features
from claims.grouping.terms import WORD, Term, Wording
from claims.model import fold

TYPO = 80
"""Likeness of two words, of 100, from which one is the other misspelt."""
BEFORE = 2
"""Words before what two contents have in common where a negation is of it (*je n'exclus*)."""
ADDED = 4
"""Words that one content has alone from which they are a remark of their own (*je dis bien aucun*)."""
LONGEST = 2000
"""Characters of a content that are compared letter by letter."""
BESIDE_CHANGE = 3
"""Words that are shown on each side of what changed."""
MOST = 80.0
"""Weight of what is alike above which more does not tell more."""


class Likeness(NamedTuple):
    """How alike two contents are; weights are of terms, shares from 0 to 1."""

    terms: int
    """Terms that both have, in the same order."""
    weight: float
    """Their weight."""
    covered: float
    """Their share of the shorter content."""
    longer: float
    """Their share of the longer content."""
    tight: float
    """Their share of the stretch of the longer content that they lie in."""
    replaced: float
    """Weight of what differs at the same place, as a share of theirs."""
    places: int
    """Places where something differs."""
    numbers: int
    """Those where numbers or dates do."""
    names: int
    """Those where names do."""
    opposed: int
    """Those where one says the contrary of the other (*la hausse*, *la baisse*)."""
    negations: int
    """How many more negations one has where both are alike."""
    words: float
    """Share of all words of the shorter, in the same order."""
    tight_words: float
    """The same of the longer's stretch that they lie in."""
    run: int
    """Words of the longest run that both have."""
    partial: float
    """Likeness of the shorter and the best stretch of the longer, letter by letter."""
    unordered: float
    """Likeness of their sets of words, letter by letter."""
    length: int
    """Words of the shorter."""
    bag: float
    """Share of the weight of the shorter that both have, in whatever order."""
    whole_bag: float
    """The same of the longer."""
    torn: bool
    """Whether one is of several fragments."""

    @property
    def features(self) -> Features:
        """It as a model reads it."""
        return {name: min(float(value), MOST) for name, value in self._asdict().items()}


def likeness(one: Wording, other: Wording, least: float = 0.0) -> Likeness | None:
    """How alike two contents are; None if no term is, or those that are weigh less than `least`."""
    a, b = one.terms, other.terms
    alike = _common([t.stem for t in a], [t.stem for t in b])
    if not alike:
        return None
    weight = fsum(a[i].weight for i, _ in alike)
    terms, replaced = len(alike), 0.0
    places = numbers = names = opposed = 0
    for left, right in _gaps(a, b, alike):
        apart, others, misspelt = _apart(left, right)
        weight += misspelt
        terms += misspelt > 0
        if apart and others:
            places += 1
            replaced += min(_weight(apart), _weight(others))
            numbers += any(t.is_number for t in apart) and any(t.is_number for t in others)
            names += any(t.is_name for t in apart) and any(t.is_name for t in others)
            stems = {t.stem for t in others}
            opposed += any(not t.against.isdisjoint(stems) for t in apart)
    if weight < least:
        return None
    (ai, bi), (aj, bj) = alike[0], alike[-1]
    stretch = max(_weight(a[ai : aj + 1]), _weight(b[bi : bj + 1]))
    whole = sorted((_weight(a), _weight(b)))
    return Likeness(
        terms,
        weight,
        min(1.0, weight / whole[0]),
        min(1.0, weight / whole[1]),
        min(1.0, weight / stretch),
        replaced / weight,
        places,
        numbers,
        names,
        opposed,
        *_of_all_words(one, other),
        *in_any_order(one, other),
        torn=one.is_torn or other.is_torn,
    )


def _of_all_words(one: Wording, other: Wording) -> tuple[int, float, float, int, float, float, int]:
    """The difference in negations, and what all words have in common, those of closed classes too."""
    alike = _common(one.words, other.words)
    shorter = min(len(one.words), len(other.words))
    texts = [" ".join(wording.words)[:LONGEST] for wording in (one, other)]
    ends = (alike[0], alike[-1]) if alike else ((0, 0), (-1, -1))
    stretch = max(ends[1][k] - ends[0][k] + 1 for k in (0, 1)) or 1
    left, right = [i for i, _ in alike], [i for _, i in alike]
    negations = (_negated(one, left, right), _negated(other, right, left))
    return (
        abs(negations[0] - negations[1]),
        len(alike) / shorter,
        len(alike) / stretch,
        _longest_run(alike),
        fuzz.partial_ratio(*texts) / 100,
        fuzz.token_set_ratio(*texts) / 100,
        shorter,
    )


def _negated(wording: Wording, own: Sequence[int], other: Sequence[int]) -> int:
    """The negations of a content where another is like it; none in what it adds, or before a mark."""
    found = 0
    for at in wording.negations:
        n = bisect_left(own, at)
        if n == len(own):
            continue
        if own[n] == at:
            found += 1
        elif n == 0:
            begins = wording.breaks.intersection(range(at + 1, own[0] + 1))
            found += own[0] - at <= BEFORE and not begins
        else:
            added = own[n] - own[n - 1] - 1
            found += added <= ADDED or other[n] - other[n - 1] > 1
    return found


def in_any_order(one: Wording, other: Wording) -> tuple[float, float]:
    """The share of the weight of the shorter and of the longer that both have, in whatever order."""
    a, b = one.weights, other.weights
    both = fsum(a[stem] for stem in a.keys() & b.keys())
    shorter, longer = sorted((one.weight, other.weight))
    return (both / shorter, both / longer) if shorter else (0.0, 0.0)


def _common(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """The places of the members of a longest common subsequence."""
    found: list[tuple[int, int]] = []
    for op in LCSseq.opcodes(a, b):
        if op.tag == "equal":
            found += zip(
                range(op.src_start, op.src_end), range(op.dest_start, op.dest_end), strict=True
            )
    return found


def _longest_run(alike: Sequence[tuple[int, int]]) -> int:
    longest = run = 1 if alike else 0
    for (ai, bi), (aj, bj) in pairwise(alike):
        run = run + 1 if (aj - ai, bj - bi) == (1, 1) else 1
        longest = max(longest, run)
    return longest


def _gaps(
    a: Sequence[Term], b: Sequence[Term], alike: Sequence[tuple[int, int]]
) -> Iterator[tuple[Sequence[Term], Sequence[Term]]]:
    """What stands in both between the terms that are alike, and before and after them."""
    ends = [(-1, -1), *alike, (len(a), len(b))]
    for (ai, bi), (aj, bj) in pairwise(ends):
        if ai + 1 < aj and bi + 1 < bj:
            yield a[ai + 1 : aj], b[bi + 1 : bj]


def _apart(left: Sequence[Term], right: Sequence[Term]) -> tuple[list[Term], list[Term], float]:
    """The terms of each that are not those of the other misspelt, and the weight of those that are."""
    apart, others, weight = list(left), list(right), 0.0
    for x in left:
        for y in others:
            if _is_misspelt(x, y):
                apart.remove(x)
                others.remove(y)
                weight += min(x.weight, y.weight)
                break
    return apart, others, weight


def _is_misspelt(one: Term, other: Term) -> bool:
    """Whether a word is another misspelt, and not it with a prefix (*légal*, *illégal*)."""
    a, b = fold(one.word), fold(other.word)
    is_prefixed = a != b and (a.endswith(b) or b.endswith(a))
    is_other = one.is_number or other.stem in one.against or is_prefixed
    return not is_other and fuzz.ratio(a, b) >= TYPO


def _weight(terms: Sequence[Term]) -> float:
    return fsum(term.weight for term in terms)


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


def _stretch(text: str, words: Sequence[Match[str]]) -> str:
    return text[words[0].start() : words[-1].end()] if words else ""


def told_changes(one: str, other: str) -> str:
    """How a wording differs from another: *le [-grand-] {+nouveau+} pont*; empty if it does not.

    What is alike and longer than a few words is cut short.
    """
    found = changes(one, other)
    if all(change.kind == "equal" for change in found):
        return ""
    parts = []
    for number, change in enumerate(found):
        if change.kind == "equal":
            parts.append(_short(change.after, first=number == 0, last=number == len(found) - 1))
        if change.kind in ("replace", "delete"):
            parts.append(f"[-{change.before}-]")
        if change.kind in ("replace", "insert"):
            parts.append(f"{{+{change.after}+}}")
    return " ".join(parts)


def _short(text: str, *, first: bool, last: bool) -> str:
    words = text.split()
    if len(words) <= 2 * BESIDE_CHANGE:
        return text
    before = [] if first else words[:BESIDE_CHANGE]
    after = [] if last else words[-BESIDE_CHANGE:]
    return " ".join([*before, "…", *after])
