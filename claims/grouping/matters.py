"""Matters: claims of different speakers on one proposition, and who takes which side."""

from enum import StrEnum
from functools import cache

from claims import language
from claims.components.cues import FORMS, CueRow
from claims.components.denials import DenialRow
from claims.components.relations import DENIAL
from claims.grouping.comparing import SHARED_NAME, Compared, comparer, together
from claims.grouping.terms import NATION, Wording
from claims.model import Stance, fold

LEAST_TERMS = 2
"""Terms of a denial that says what it denies, at least."""
TELLING = 5.0
"""Weight of a word that two claims share by which one is taken to answer the other, at least."""
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
    """Whether a claim asserts what another denies; who opposes something says that it is.

    Only a plain denial counts. Who asserts that something is not so (*il n'y a pas de pénurie*), or tells
    of a denial (*Léa Blanc a dit que Paul Roux avait nié*), says what the other says, where the two have
    words in common.
    """
    asserts = side_of(one) is Side.ASSERTS or one.stance is Stance.OPPOSES
    if not asserts or side_of(by) is not Side.DENIES or not is_plain(by):
        return False
    if by.rule == DENIAL:  # its content is what the other says, whatever that is
        return True
    stems = one.wording.weights.keys()
    agree = one.wording.negations or not stems.isdisjoint(_denying_stems(one.code))
    return not (agree and not stems.isdisjoint(by.wording.weights))


def is_plain(denial: Compared) -> bool:
    """Whether a denial is one beyond doubt: by its word (*dément*), or for it negates or says *c'est faux*.

    Who *rejette une requête* or *écarte un recours* denies no fact.
    """
    by_rule = denial.rule == DENIAL
    refutes = denial.wording.weights.keys() <= _refuting_stems(denial.code)
    return by_rule or refutes or is_denied_by_word(denial) or bool(denial.wording.negations)


def is_denied_by_word(denial: Compared) -> bool:
    """Whether the verb of a denial denies a fact, whatever its object."""
    return bool({denial.lemma, *denial.lemma.split()[-1:]} & denying(denial.code))


@cache
def _refuting_stems(code: str) -> frozenset[str]:
    compare = comparer(code)
    assert compare is not None
    return frozenset(map(compare.terms.stem, language.word_set(code, "refutations")))


@cache
def _denying_stems(code: str) -> frozenset[str]:
    rows = language.rows(code, "cues", CueRow)
    told = (row for row in rows if row.lemma.split()[-1] in denying(code))
    forms = (word for row in told for form in FORMS for word in row.forms(form))
    compare = comparer(code)
    assert compare is not None
    return frozenset(compare.terms.stem(word) for word in forms) - {""}


@cache
def denying(code: str) -> frozenset[str]:
    """The verbs of a language that deny a fact, whatever their object (*nier*, *se défendre de*)."""
    rows = language.rows(code, "denials", DenialRow)
    cues = language.rows(code, "cues", CueRow)
    reflexive = (row.lemma for row in cues if row.reflexive and row.stance is Stance.DENIES)
    plain = {word for row in rows if not row.deeds for word in row.words.split()}
    return frozenset(plain).union(reflexive)


def is_against(charge: Compared, denial: Compared, context: str) -> bool:
    """Whether a charge is what somebody denies: it is against them, and the two share a word.

    They need share none where the denial says nothing in particular, or its verb is plain and the
    charge's target is whoever denies and nobody else. Where nobody is told to make the charge, it is
    against whom its sentence names.

    Args:
        charge: the charge.
        denial: a denial shortly after it.
        context: the sentence of the charge.
    """
    if together(charge, denial) == SHARED_NAME:
        return False
    by_word = is_denied_by_word(denial)
    target = frozenset(charge.about.words)
    stems = {term.stem for term in charge.about.terms}
    whole = any(name <= target for name in denial.named) or not stems.isdisjoint(
        NATION + nation for nation in denial.nations
    )
    apart = charge.wording.weights.keys().isdisjoint(denial.wording.weights)
    if apart and not is_general(denial) and not (whole and by_word):
        return False
    if not stems.isdisjoint(term.stem for term in denial.spoken.terms):
        return True
    words = frozenset(fold(context).split())
    named = any(not name.isdisjoint(words) for name in denial.named)
    return named and not charge.speakers and by_word


def is_answered(one: Compared, denial: Compared) -> bool:
    """Whether a denial answers what another says shortly before: by a plain verb, with a telling word of it."""
    if together(one, denial) == SHARED_NAME or is_general(denial) or not is_denied_by_word(denial):
        return False
    both = one.wording.weights.keys() & denial.wording.weights.keys()
    telling = (s for s in both if not s.startswith(NATION) and one.weight([s]) >= TELLING)
    return is_denied(one, denial) and any(telling)


def is_general(denial: Compared) -> bool:
    """Whether a denial says of no thing in particular what it denies (*toute implication*)."""
    return len(denial.wording.weights) < LEAST_TERMS


def shared(one: Wording, other: Wording) -> str:
    """The words that two contents share and that tell most, as the first has them."""
    common = one.weights.keys() & other.weights.keys()
    words = {term.stem: term.word for term in reversed(one.terms) if term.stem in common}
    weights = one.weights
    telling = sorted(words, key=lambda stem: (-weights[stem], stem))
    return ", ".join(words[stem] for stem in telling[:TOLD])
