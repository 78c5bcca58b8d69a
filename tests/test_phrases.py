"""Whose subject, and which words are the mention: on parses made by hand, without a model."""

import pytest
import spacy
from spacy.tokens import Doc, Span

from claims.components import phrases

VOCAB = spacy.blank("fr").vocab
JOINING = {"de": True, "du": True, "à": False}


def parse(rows, person=None):
    """A Doc from `word head relation class [features]` lines; `person` is an entity's tokens."""
    cells = [row.split() for row in rows.strip().split("\n")]
    doc = Doc(
        VOCAB,
        words=[c[0] for c in cells],
        heads=[int(c[1]) for c in cells],
        deps=[c[2] for c in cells],
        pos=[c[3] for c in cells],
        morphs=[c[4] if len(c) > 4 else "" for c in cells],
    )
    if person:
        doc.set_ents([Span(doc, person[0], person[1], label="PER")])
    return doc


MINISTER = """
La         1 det   DET
ministre   4 nsubj NOUN Number=Sing
de         3 case  ADP
Lyon       1 nmod  PROPN
affirme    4 ROOT  VERB Number=Sing
"""
RELATIVE = """
Le         1 det       DET
maire      7 nsubj     NOUN Number=Sing
,          5 punct     PUNCT
qui        5 nsubj     PRON PronType=Rel
a          5 aux:tense AUX
affirmé    1 acl:relcl VERB
,          5 punct     PUNCT
part       7 ROOT      VERB Number=Sing
"""
PASSIVE = """
Il         2 nsubj:pass PRON
est        2 aux:pass   AUX
accusé     2 ROOT       VERB
par        5 case       ADP
le         5 det        DET
maire      2 obl:agent  NOUN
"""
GERUND = """
Léa        1 nsubj PROPN Number=Sing
part       1 ROOT  VERB Number=Sing
,          3 punct PUNCT
affirmant  1 advcl VERB VerbForm=Part
"""
SECOND = """
Léa        1 nsubj PROPN Number=Sing
part       1 ROOT  VERB Number=Sing
et         3 cc    CCONJ
affirme    1 conj  VERB Number=Sing
"""
INVERTED = """
Le         1 det   DET
maire      3 nsubj NOUN Number=Sing
-t-il      3 nsubj PRON Number=Sing
menti      3 ROOT  VERB
"""
WRONG = """
Les        1 det   DET
chiffres   2 nsubj NOUN Number=Plur
affirme    2 ROOT  VERB Number=Sing
"""


@pytest.mark.parametrize(
    ("rows", "verb", "expected"),
    [
        (MINISTER, 4, "ministre"),
        (RELATIVE, 5, "maire"),
        (PASSIVE, 2, "maire"),
        (GERUND, 3, "Léa"),
        (SECOND, 3, "Léa"),
        (INVERTED, 3, "maire"),
        (WRONG, 2, None),
    ],
)
def test_the_subject_of_a_verb(rows, verb, expected):
    found = phrases.subject(parse(rows)[verb])
    assert (found and found.text) == expected


APPOSITION = """
La         1 det   DET
maire      7 nsubj NOUN
de         3 case  ADP
Lyon       1 nmod  PROPN
,          5 punct PUNCT
Léa        1 appos PROPN
Roux       5 flat:name PROPN
affirme    7 ROOT  VERB
"""
TOLD = """
La         1 det   DET
maire      5 nsubj NOUN
à          4 case  ADP
l'         4 det   DET
AFP        1 nmod  PROPN
affirme    5 ROOT  VERB
"""
OFFICE = """
Le         1 det   DET
député     7 nsubj NOUN
et         3 cc    CCONJ
maire      1 conj  NOUN
,          6 punct PUNCT
qui        6 nsubj PRON PronType=Rel
part       1 acl:relcl VERB
affirme    7 ROOT  VERB
"""
MISREAD = """
La         1 det   DET
direction  6 nsubj NOUN
de         3 case  ADP
Mediapart  1 nmod  PROPN
relatait   3 nmod  VERB VerbForm=Fin
tout       4 obj   PRON
affirme    6 ROOT  VERB
"""
LOOSE = """
Le         1 det   DET
mot        5 nsubj NOUN
de         3 case  ADP
ordre      1 nmod  NOUN
de         3 case  ADP
affirme    5 ROOT  VERB
"""
TWO = """
Moscou     3 nsubj PROPN
et         2 cc    CCONJ
Pyongyang  0 conj  PROPN
affirment  3 ROOT  VERB
"""


@pytest.mark.parametrize(
    ("rows", "head", "person", "apart", "expected"),
    [
        (MINISTER, 1, None, (), "La ministre de Lyon"),
        (RELATIVE, 1, None, (), "Le maire"),
        (APPOSITION, 1, (5, 7), (), "La maire de Lyon , Léa Roux"),
        (APPOSITION, 1, None, (), "La maire de Lyon"),
        (TOLD, 1, None, {3, 4}, "La maire"),
        (TOLD, 1, None, (), "La maire à l' AFP"),
        (OFFICE, 1, None, (), "Le député et maire"),
        (LOOSE, 1, None, (), "Le mot de ordre"),
        (MISREAD, 1, None, (), "La direction de Mediapart"),
        (TWO, 0, None, (), "Moscou"),
    ],
)
def test_the_words_of_a_mention(rows, head, person, apart, expected):
    doc = parse(rows, person)
    assert phrases.phrase(doc[head], JOINING, apart).text == expected


@pytest.mark.parametrize(
    ("rows", "head", "expected"),
    [(TWO, 0, ["Moscou", "Pyongyang"]), (OFFICE, 1, ["député"]), (MINISTER, 1, ["ministre"])],
)
def test_two_who_are_joined_are_two_and_two_offices_are_one(rows, head, expected):
    assert [token.text for token in phrases.coordinated(parse(rows)[head])] == expected


def test_the_source_after_a_preposition():
    rows = """
    Selon      2 case ADP
    la         2 det  DET
    ministre   3 obl:mod NOUN
    part       3 ROOT VERB
    """
    doc = parse(rows)
    assert phrases.source(doc[0]) == doc[2]


OTHER_CASE = """
Le         1 det   DET
syndicat   5 nsubj NOUN Number=Sing
et         4 cc    CCONJ
selon      4 case  ADP
police     1 conj  NOUN
affirme    5 ROOT  VERB
"""
FIRM = """
Roux       3 nsubj PROPN
&          2 cc    CCONJ
Fils       0 conj  PROPN
affirment  3 ROOT  VERB
"""
SEVERAL = """
Les        1 det   DET
maires     4 nsubj NOUN Number=Plur
et         3 cc    CCONJ
ministres  1 conj  NOUN
affirment  4 ROOT  VERB
"""
ADJECTIVE = """
L'         1 det   DET
ancien     4 nsubj NOUN Number=Sing
et         3 cc    CCONJ
actuel     1 conj  ADJ
affirme    4 ROOT  VERB
"""
TITLED = """
MM.        4 nsubj NOUN Number=Plur
Roux       0 nmod  PROPN
et         3 cc    CCONJ
Blanc      1 conj  PROPN
affirment  4 ROOT  VERB
"""
AS_WELL = """
Le         1 det   DET
maire      6 nsubj NOUN Number=Sing
ainsi      4 cc    ADV
que        2 fixed SCONJ
Paris      1 nmod  PROPN
,          4 punct PUNCT
affirment  6 ROOT  VERB
"""

AND_OTHERS = """
Le         1 det   DET
ministre   5 nsubj NOUN Number=Sing
et         4 cc    CCONJ
plusieurs  4 amod  DET
experts    1 conj  NOUN Number=Plur
affirment  5 ROOT  VERB
"""
FIGURES = """
selon      1 case  ADP
Moscou     7 obl   PROPN
,          6 punct PUNCT
900        6 nummod NUM
selon      6 case  ADP
la         6 det   DET
police     1 conj  NOUN
défilent   7 ROOT  VERB
"""
MINISTERS = """
Les        1 det   DET
ministres  10 nsubj NOUN Number=Plur
,          3 punct PUNCT
Léa        1 appos PROPN
Roux       3 flat:name PROPN
,          6 punct PUNCT
Paul       3 conj  PROPN
et         8 cc    CCONJ
Marie      3 conj  PROPN
,          10 punct PUNCT
affirment  10 ROOT  VERB
"""


@pytest.mark.parametrize(
    ("rows", "head", "named", "expected"),
    [
        (AND_OTHERS, 1, [], ["Le ministre", "plusieurs experts"]),
        (FIGURES, 1, [], ["Moscou"]),
        (MINISTERS, 1, [(3, 5), (6, 7), (8, 9)], ["Les ministres , Léa Roux , Paul et Marie"]),
        (OTHER_CASE, 1, [], ["Le syndicat"]),
        (FIRM, 0, [], ["Roux & Fils"]),
        (OFFICE, 1, [], ["Le député et maire"]),
        (SEVERAL, 1, [], ["Les maires", "ministres"]),
        (ADJECTIVE, 1, [], ["L' ancien et actuel"]),
        (TITLED, 0, [(1, 2), (3, 4)], ["MM. Roux", "Blanc"]),
        (AS_WELL, 1, [], ["Le maire", "Paris"]),
        (TWO, 0, [], ["Moscou", "Pyongyang"]),
    ],
)
def test_what_is_coordinated_is_another_source_or_tells_of_the_same(rows, head, named, expected):
    doc = parse(rows)
    doc.set_ents([Span(doc, start, end, label="PER") for start, end in named])
    found = [phrases.phrase(each, JOINING).text for each in phrases.coordinated(doc[head])]
    assert found == expected
