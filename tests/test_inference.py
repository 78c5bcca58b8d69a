"""The bundled parser says the same, however many paragraphs it reads at once."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
from spacy.tokens import Doc

from claims import inference, parser
from claims.inference import Inference

TEXTS = (
    "Le maire de Lyon , Paul Durand , a dit que le pont serait fermé .",
    "Paris",
    "Selon Marie Curie , Jean-Luc Mélenchon et l' Organisation mondiale de la santé , il dort .",
    '" Nous reconnaissons une erreur " , jugent-ils . Elle est partie avec le Parti socialiste',
    "dit",
)


@pytest.fixture(scope="module")
def model():
    return parser.load("fr")


def paragraphs(model, texts=TEXTS):
    """Plain words, with what is sure of the ends of sentences."""
    for text in texts:
        words = text.split()
        starts: list[bool | int | None] = [
            not i or (None if words[i - 1] == "." else False) for i in range(len(words))
        ]
        yield Doc(model.vocab, words=words, sent_starts=starts)


def told(doc):
    return [
        (t.lemma_, t.pos_, str(t.morph), t.dep_, t.head.i, t.ent_iob_, t.ent_type_, t.is_sent_start)
        for t in doc
    ]


def test_it_says_what_the_pipeline_says(model):
    expected = [told(doc) for doc in model.pipe(paragraphs(model))]
    assert [told(doc) for doc in Inference(model)(paragraphs(model))] == expected
    assert sum(label == "B" for doc in expected for *_, label, _, _ in doc) > 5


def test_what_was_read_before_changes_nothing(model, monkeypatch):
    expected = [told(doc) for doc in Inference(model)(paragraphs(model))]
    monkeypatch.setattr(inference, "MAX_WORDS", 20)
    monkeypatch.setattr(inference, "MAX_BATCH", 10)
    again = Inference(model)
    for _ in range(2):
        assert [told(doc) for doc in again(paragraphs(model))] == expected


def test_threads_do_not_forget_what_another_reads(model, monkeypatch):
    texts = [text for text in TEXTS if len(text) > 10]
    expected = [told(doc) for doc in Inference(model)(paragraphs(model, texts))]
    monkeypatch.setattr(inference, "BLOCK", 4)
    monkeypatch.setattr(inference, "MAX_WORDS", 20)
    monkeypatch.setattr(inference, "MAX_BATCH", 1)
    again = Inference(model)

    def read(_):
        return [told(doc) for doc in again(paragraphs(model, texts))]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, range(8))) == [expected] * 8


def test_it_goes_to_another_process(nlp):
    fresh = pickle.loads(pickle.dumps(nlp))  # noqa: S301  # our own
    syntax = fresh.get_pipe("claims_syntax")
    assert syntax.read.nlp is syntax.model
    assert told(fresh(TEXTS[0])) == told(nlp(TEXTS[0]))


def test_no_paragraph_is_none(model):
    assert list(Inference(model)([])) == []
