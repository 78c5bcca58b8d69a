"""Lemmas are words, remembered where they were seen, and survive saving."""

from typing import Any

import pytest
import spacy

from claims import parser


@pytest.fixture
def nlp():
    return parser.load("fr")


def remembered(nlp: Any) -> tuple[Any, Any]:
    component = nlp.get_pipe("trainable_lemmatizer")
    return component.memory, component.words


def lemmas(nlp, text):
    return {token.text: token.lemma_ for token in nlp(text)}


@pytest.mark.parametrize(
    ("text", "form", "lemma"),
    [
        ("Ils jugent que la loi est bonne.", "jugent", "juger"),
        ("Elles promettent de voter la loi.", "promettent", "promettre"),
        ("Les élus craignent une hausse.", "craignent", "craindre"),
        ("Ils reconnaissent une erreur.", "reconnaissent", "reconnaître"),
        ("Elle dit ayant lu le rapport.", "ayant", "avoir"),
        ("Le rapport relève plusieurs erreurs.", "relève", "relever"),
    ],
)
def test_the_lemma_of_a_verb_is_a_word(nlp, text, form, lemma):
    assert lemmas(nlp, text)[form] == lemma


def test_what_is_remembered_is_the_lemma(nlp):
    component = nlp.get_pipe("trainable_lemmatizer")
    component.remember({"VERB": {"dort": "sommeiller"}}, component.words)
    assert lemmas(nlp, "Elle DORT.")["DORT"] == "sommeiller"
    assert lemmas(nlp, "Elle votait.")["votait"] == "voter"


def test_a_name_stays_as_it_is(nlp):
    component = nlp.get_pipe("trainable_lemmatizer")
    component.remember({}, ["macron", "marine", "il", "voter"])
    found = lemmas(nlp, "Emmanuel Macron et Marine votent.")
    assert (found["Macron"], found["Marine"], found["votent"]) == ("Macron", "Marine", "voter")


def test_the_memory_is_saved(nlp, tmp_path):
    component = nlp.get_pipe("trainable_lemmatizer")
    component.remember({"VERB": {"dort": "sommeiller"}}, ["dormir"])
    nlp.to_disk(tmp_path)
    fresh = parser.load("fr").from_bytes(nlp.to_bytes())
    assert remembered(spacy.load(tmp_path)) == remembered(fresh) == remembered(nlp)


def test_no_text_has_no_lemma(nlp):
    docs = nlp.pipe(["", "Elle votait.", ""])
    assert [[token.lemma_ for token in doc][1:2] for doc in docs] == [[], ["voter"], []]
    assert [len(doc) for doc in nlp.pipe(["", ""])] == [0, 0]
