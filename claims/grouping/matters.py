"""Matters: claims of different speakers on one proposition, and who takes which side."""

from enum import StrEnum
from functools import cache

from claims import language
from claims.components.cues import CueRow
from claims.grouping.comparing import SHARED_NAME, Compared, together
from claims.grouping.terms import Wording
from claims.model import Stance, fold

DEEDS = "rejeter"
"""The row of verbs that also tell of deeds (*rejeter une requête*)."""
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


def is_plain(denial: Compared) -> bool:
    """Whether a denial is one beyond doubt: by its word (*dément*), or for it negates.

    Who *rejette une requête* or *écarte un recours* denies no fact.
    """
    return _is_denied_by_word(denial) or bool(denial.wording.negations)


def _is_denied_by_word(denial: Compared) -> bool:
    return bool(denial.lemma) and denial.lemma.split()[-1] in denying(denial.code)


@cache
def denying(code: str) -> frozenset[str]:
    """The verbs of a language that deny a fact, whatever their object (*nier*, *se défendre de*)."""
    rows = language.rows(code, "denials", language.WordsRow)
    cues = language.rows(code, "cues", CueRow)
    reflexive = (row.lemma.split()[-1] for row in cues if row.reflexive)
    denied = {row.lemma.split()[-1] for row in cues if row.stance is Stance.DENIES}
    plain = {word for row in rows if row.id != DEEDS for word in row.words.split()}
    return frozenset(plain | denied.intersection(reflexive))


def is_against(charge: Compared, denial: Compared, context: str) -> bool:
    """Whether a charge is against whoever denies: its target is, or its sentence names them.

    Args:
        charge: the charge.
        denial: a denial shortly after it.
        context: the sentence of the charge.
    """
    if together(charge, denial) == SHARED_NAME:
        return False
    against = {term.stem for term in charge.about.terms}
    if not against.isdisjoint(term.stem for term in denial.spoken.terms):
        return True
    words = frozenset(fold(context).split())
    named = any(not name.isdisjoint(words) for name in denial.named)
    return named and not charge.speakers and _is_denied_by_word(denial)


def shared(one: Wording, other: Wording) -> str:
    """The words that two contents share and that tell most, as the first has them."""
    common = one.weights.keys() & other.weights.keys()
    words = {term.stem: term.word for term in reversed(one.terms) if term.stem in common}
    weights = one.weights
    telling = sorted(words, key=lambda stem: (-weights[stem], stem))
    return ", ".join(words[stem] for stem in telling[:TOLD])
