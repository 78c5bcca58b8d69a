"""The pairs by which claims that may be alike are looked up.

A pair is a speaker with a word, for the same words, or two words, for one matter and for what nobody is
named to say. Its number begins with what all the pairs of its first member begin with, so that
those of one claim lie in few places of an index, however large it is.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, combinations, pairwise, starmap
from math import fsum
from typing import NamedTuple

from claims.grouping.terms import Wording

BY_SPEAKER, SPEAKERS = 16, 4
"""How many of the terms that tell most are paired with each speaker; and how many speakers."""
TELLING = 4
"""How many of the terms that tell most are paired with one another."""
NEIGHBOURS = 5
"""How many pairs of neighbours are looked up, those that tell most."""
COMMON, VERY_COMMON, LEAST_PAIRS = 11.0, 7.0, 6
"""Weight under which two words are not looked up, for too many claims have them; of the six pairs that tell
most one may be as light as the second."""
LEAST_SAID, LEAST_WORDS, LEAST_FAR, LEAST_SHARE = 10.0, 8.0, 18.0, 0.4
"""What two claims that are compared share at least: weight of words where the speaker is one, else, and
where they are more than some days apart; and their share of all words that the one with less of them is
looked up by. Less is often there by chance, the more often the more claims there are."""
DAYS = 7
"""Days within which papers report one utterance; a phrase that comes back later can be another."""
FAR, SPEAKER = 12.0, 7.0
"""Weight of a pair under which only claims of these days, and of none, are looked up, so that what is
looked at does not grow with the years that a database holds; and what a speaker adds to a word's."""
WHOLE, FIRST, SECOND = 64, 24, 23
"""Bits of a hash, and those of it that a number has of the first member and of the second: 47 in all, which SQLite
keeps in six bytes."""
SPEAKS = ">"
"""What a speaker begins with, who can be a word of a content too."""
KEPT = 1 << 16

Light = tuple[float, str]
"""How little a stem tells, its weight below 0, and the stem."""


class Pairs(NamedTuple):
    """The pairs of one kind of a claim."""

    stems: Mapping[int, tuple[str, ...]]
    """Each as a number, to the stems that whoever shares it shares."""
    weight: int
    """The weight of all these stems."""
    far: frozenset[int]
    """Those that are looked up in claims of any day."""
    least: float
    """Weight of what claims share that are compared, at least."""

    def is_enough(self, weight: float, other: int, *, is_far: bool) -> bool:
        """Whether it is worth comparing two claims.

        Args:
            weight: of the stems of the pairs that they share.
            other: of all stems of the other's pairs of this kind.
            is_far: whether more than some days are between them.
        """
        least = LEAST_FAR if is_far else self.least
        return weight >= max(least, LEAST_SHARE * min(self.weight, other))


def pairs(wording: Wording, speakers: Iterable[str]) -> tuple[Pairs, Pairs]:
    """The pairs of a claim: of a speaker and a word, and of two words.

    Args:
        wording: its content.
        speakers: what each speaker who has a name is known by: the surname, or the country.
    """
    weights = wording.weights
    lights = {stem: (-weight, stem) for stem, weight in weights.items()}
    telling = sorted(lights.values())
    said = {
        first | _second(stem): (stem,)
        for first in [_first(SPEAKS + speaker) for speaker in [*speakers][:SPEAKERS]]
        for _, stem in telling[:BY_SPEAKER]
    }
    stems = [lights[term.stem] for term in wording.terms]
    near = {_both(one, other) for one, other in pairwise(stems) if one is not other}
    chosen = {*starmap(_both, combinations(telling[:TELLING], 2)), *sorted(near)[:NEIGHBOURS]}
    both = {
        _first(pair[0]) | _second(pair[1]): pair
        for number, (lightness, pair) in enumerate(sorted(chosen))
        if -lightness >= (COMMON if number >= LEAST_PAIRS else VERY_COMMON)
    }
    rare = (number for number, (stem,) in said.items() if weights[stem] >= FAR - SPEAKER)
    rare_both = (
        number for number, (one, other) in both.items() if weights[one] + weights[other] >= FAR
    )
    return (
        Pairs(said, _weight(said, weights), frozenset(rare), LEAST_SAID),
        Pairs(both, _weight(both, weights), frozenset(rare_both), LEAST_WORDS),
    )


def _both(one: Light, other: Light) -> tuple[float, tuple[str, str]]:
    """How light two stems are together, and the two, first the one that tells more."""
    first, second = (one, other) if one < other else (other, one)
    return first[0] + second[0], (first[1], second[1])


def _weight(stems: Mapping[int, Iterable[str]], weights: Mapping[str, float]) -> int:
    return round(fsum(weights[stem] for stem in {*chain.from_iterable(stems.values())}))


@lru_cache(KEPT)
def _first(member: str) -> int:
    """What the number of a pair has of its first member."""
    return (_hash(member) >> (WHOLE - FIRST)) << SECOND


@lru_cache(KEPT)
def _second(member: str) -> int:
    """What it has of its second."""
    return _hash(member) >> (WHOLE - SECOND)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=WHOLE // 8).digest(), "big")
