"""Matters: claims of different speakers on one proposition, and who takes which side."""

from enum import StrEnum

from claims.grouping.comparing import SHARED_NAME, Compared, together
from claims.grouping.terms import Wording
from claims.model import Stance

TOLD = 5
"""How many of the words that two claims share are told."""


class Side(StrEnum):
    """What a claim does with the proposition of its matter."""

    ASSERTS = "asserts"
    DENIES = "denies"
    DOUBTS = "doubts"
    OTHER = "other"


SIDES = {
    Stance.AFFIRMS: Side.ASSERTS,
    Stance.ACCUSES: Side.ASSERTS,
    Stance.WARNS: Side.ASSERTS,
    Stance.JUDGES: Side.ASSERTS,
    Stance.CONCEDES: Side.ASSERTS,
    Stance.DENIES: Side.DENIES,
    Stance.QUESTIONS: Side.DOUBTS,
}
"""The side of a stance; of those that are not here, such as a demand, none."""


def side_of(claim: Compared) -> Side:
    """The side that a claim takes of what its content says."""
    return SIDES.get(claim.stance, Side.OTHER)


def is_denied(one: Compared, by: Compared) -> bool:
    """Whether a claim asserts what another denies.

    Who asserts that something is not so (*il n'y a pas de pénurie*) says what the other says
    (*écarte tout risque de pénurie*), where the two have words in common.
    """
    agree = one.wording.negations and not one.wording.weights.keys().isdisjoint(by.wording.weights)
    return side_of(one) is Side.ASSERTS and side_of(by) is Side.DENIES and not agree


def is_against(charge: Compared, whom: Compared) -> bool:
    """Whether a charge is against the speakers of another claim: by name, or by country."""
    against = {term.stem for term in charge.about.terms}
    spoken = {term.stem for term in whom.spoken.terms}
    return together(charge, whom) != SHARED_NAME and not against.isdisjoint(spoken)


def shared(one: Wording, other: Wording) -> str:
    """The words that two contents share and that tell most, as the first has them."""
    common = one.weights.keys() & other.weights.keys()
    words = {term.stem: term.word for term in reversed(one.terms) if term.stem in common}
    weights = one.weights
    telling = sorted(words, key=lambda stem: (-weights[stem], stem))
    return ", ".join(words[stem] for stem in telling[:TOLD])
