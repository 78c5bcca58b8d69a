"""Names and lists that a parser joins, cuts or tears apart: on Docs made by hand."""

import pytest
import spacy
from spacy.tokens import Doc, Span

from claims.components import lists, people
from claims.language import WordsRow, rows
from claims.model import fold

VOCAB = spacy.blank("fr").vocab


def doc(text, *entities, pos=None, heads=None, deps=None):
    """A Doc of words apart by spaces; entities are `(start, end, label)`, capitals proper nouns."""
    words = text.split()
    made = Doc(
        VOCAB,
        words=words,
        pos=pos or ["PROPN" if word[0].isupper() else "NOUN" for word in words],
        heads=heads or [0] * len(words),
        deps=deps or ["ROOT", *["dep"] * (len(words) - 1)],
    )
    made.set_ents([Span(made, start, end, label=label) for start, end, label in entities])
    return made


def entities(made):
    return [(entity.text, entity.label_) for entity in made.ents]


def mended(text, *found, **parse):
    made = doc(text, *found, **parse)
    people.mend(made, "fr")
    return made


@pytest.mark.parametrize("label", ["PER", "ORG", "LOC", "MISC"])
def test_a_place_that_runs_into_a_name_is_parted_from_it(label):
    made = mended("procureur de Nevers Paul-Édouard Durand", (2, 5, label))
    assert [text for text, _ in entities(made)] == ["Nevers", "Paul-Édouard Durand"]
    assert [kind for _, kind in entities(made)] == ["LOC" if label == "PER" else label, "PER"]
    assert (made[3].head.text, made[3].dep_) == ("procureur", "appos")


def test_the_name_after_a_medium_is_the_subject_of_the_verb():
    made = mended(
        "affirmé sur Facebook Léa Roux",
        (2, 5, "PER"),
        pos=["VERB", "ADP", "PROPN", "PROPN", "PROPN"],
        heads=[0, 2, 0, 2, 2],
        deps=["ROOT", "case", "obl", "flat:name", "flat:name"],
    )
    assert entities(made) == [("Facebook", "LOC"), ("Léa Roux", "PER")]
    assert [(t.head.text, t.dep_) for t in made[3:]] == [("affirmé", "nsubj"), ("Léa", "flat:name")]


@pytest.mark.parametrize("row", rows("fr", people.NAMESAKES, WordsRow), ids=lambda row: row.id)
def test_what_is_named_after_somebody_is_not_parted(row):
    def parted(sentence):
        words = sentence.split()
        end = words.index("est")
        made = mended(" ".join(words[:end]), (3, end, "ORG"))
        return len(made.ents) > 1

    assert {fold(word) for word in row.example.split()} & set(row.words.split())
    assert not parted(row.example)
    assert parted(row.counterexample.replace("du maire", "de Lyon"))


@pytest.mark.parametrize("row", rows("fr", people.HOMONYMS, WordsRow), ids=lambda row: row.id)
def test_a_first_name_that_names_something_else_does_not_begin_a_person(row):
    for word in row.words.split():
        made = mended(f"budget de Radio {word.title()} Roux", (2, 5, "ORG"))
        assert len(made.ents) == 1
    assert {fold(word) for word in row.example.split()} & set(row.words.split())


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        # A first name alone is somebody, and then wherever it stands.
        ("Nina sourit . lettre à Nina", [(0, 1, "LOC"), (5, 6, "LOC")], ["Nina", "Nina"]),
        ("Pierrot rit", [], ["Pierrot"]),
        ("députée Lorraine Durand", [(2, 3, "PER")], ["Lorraine Durand"]),
        ("capitaine Laurent de Roux", [(3, 4, "LOC")], ["Laurent de Roux"]),
        ("fulmine Farès", [(0, 2, "PER")], ["Farès"]),
        # No person: a place, what an article stands before, a preposition that no name has.
        ("France gagne", [(0, 1, "LOC")], []),
        ("le Paul", [(1, 2, "LOC")], []),
        ("Corine sur Mer", [(2, 3, "LOC")], ["Corine"]),
    ],
)
def test_a_first_name_tells_a_person(text, found, expected):
    pos = ["PROPN" if w[0].isupper() else "ADP" if len(w) < 4 else "NOUN" for w in text.split()]
    made = mended(text, *found, pos=pos)
    assert [entity.text for entity in made.ents if entity.label_ == "PER"] == expected


def test_names_in_a_row_that_a_conjunction_ends_are_a_list():
    made = doc(
        "appellent Attac , la CGT ou encore Solidaires",
        (1, 2, "ORG"), (4, 5, "ORG"), (7, 8, "ORG"),
        pos=["VERB", "PROPN", "PUNCT", "DET", "PROPN", "CCONJ", "ADV", "PROPN"],
        heads=[0, 0, 4, 4, 0, 7, 7, 0],
        deps=["ROOT", "nsubj", "punct", "det", "obl:mod", "cc", "advmod", "obl:mod"],
    )  # fmt: skip
    lists.mend(made, "fr")
    assert [(made[i].head.text, made[i].dep_) for i in (4, 7)] == [("Attac", "conj")] * 2


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("appellent Attac , la CGT , et", ("ORG", "ORG")),  # no name ends it
        ("appellent Paris , Léa et", ("LOC", "PER")),
    ],
)
def test_names_of_two_kinds_or_without_a_conjunction_are_none(text, labels):
    words = text.split()
    at = [i for i, word in enumerate(words) if word[0].isupper()]
    made = doc(text, *((i, i + 1, label) for i, label in zip(at, labels, strict=True)))
    lists.mend(made, "fr")
    assert not any(token.dep_ == "conj" for token in made)


def test_two_subjects_with_a_conjunction_between_are_coordinated():
    made = doc(
        "Les autorités et les médias parlent",
        pos=["DET", "NOUN", "CCONJ", "DET", "NOUN", "VERB"],
        heads=[1, 5, 4, 4, 5, 5],
        deps=["det", "nsubj", "cc", "det", "nsubj", "ROOT"],
    )
    lists.mend(made, "fr")
    assert (made[4].head.text, made[4].dep_) == ("autorités", "conj")


def test_a_name_that_another_clause_begins_with_is_not_in_a_list():
    made = doc(
        "entendu Durand et Roux assure",
        (1, 2, "PER"), (3, 4, "PER"),
        pos=["VERB", "PROPN", "CCONJ", "PROPN", "VERB"],
        heads=[0, 0, 4, 4, 0],
        deps=["ROOT", "obj", "cc", "nsubj", "conj"],
    )  # fmt: skip
    lists.mend(made, "fr")
    assert [(t.head.text, t.dep_) for t in (made[1], made[3])] == [
        ("entendu", "obj"),
        ("assure", "nsubj"),
    ]


def test_names_are_never_hung_on_what_hangs_on_them():
    made = doc(
        "AFP , CGT et PS appelés",
        (0, 1, "ORG"), (2, 3, "ORG"), (4, 5, "ORG"),
        pos=["PROPN", "PUNCT", "PROPN", "CCONJ", "PROPN", "VERB"],
        heads=[0, 2, 5, 4, 5, 0],
        deps=["ROOT", "punct", "nsubj", "cc", "nsubj", "acl"],
    )  # fmt: skip
    lists.mend(made, "fr")
    assert made[0].head == made[0]
    made = mended(
        "procureur de Nevers Paul Durand",
        (2, 5, "PER"),
        pos=["NOUN", "ADP", "PROPN", "PROPN", "PROPN"],
        heads=[3, 2, 0, 3, 3],
        deps=["nmod", "case", "nmod", "ROOT", "flat:name"],
    )
    assert made[3].head == made[3]


def test_a_first_name_before_a_surname_does_not_stand_alone():
    made = mended("Paul Durand dort . le Paul", (0, 2, "PER"), (5, 6, "LOC"))
    assert entities(made) == [("Paul Durand", "PER"), ("Paul", "LOC")]
