"""Every row of the French tables fires on its example, and not on its counterexample."""

import re

import pytest

from claims import tokenizer
from claims.components import (
    attributions,
    chunks,
    cues,
    media,
    outlets,
    quotations,
    sentences,
)
from claims.language import WordsRow, rows
from claims.pipeline import load


@pytest.fixture(scope="module")
def nlp():
    """The pipeline as far as the tables go: what frames propose, before the model decides."""
    pipeline = load("fr")
    for learned in ("decisions", "sources", "stances"):
        pipeline.remove_pipe(f"claims_{learned}")
    return pipeline


MARKUP = re.compile(r"</?[qcs]>")


def of(table, kind):
    return pytest.mark.parametrize("row", rows("fr", table, kind), ids=lambda row: row.id)


def symbols(doc):
    chunker = chunks.Chunker(doc, "fr")
    return ["".join(c.symbol for c in chunker.chunks(s)) for s in doc.spans[sentences.GROUP]]


SENTENCES = {
    "d": "« Le budget est voté », {verb} la ministre.",
    "q": "La ministre {verb} que le budget sera voté.",
    "f": "La ministre {verb} avoir voté le budget.",
    "F": "La ministre {verb} de voter le budget.",
    "o": "La ministre {verb} la hausse des impôts.",
    "u": "La ministre {verb} un accord tout à fait « historique et sans appel ».",
    "Y": "La ministre {verb} Paul Durand de mentir.",
    "x": "La ministre {verb} Paul Durand à voter le budget.",
    "p": "La ministre {verb} de la hausse des impôts.",
    "v": "La ministre {verb} d’une trahison « odieuse et bien préparée ».",
}
"""A sentence for each government of a verb. Not all are idiomatic with every verb."""


@of("cues", cues.CueRow)
def test_a_cue_is_the_cue_of_its_example_only(nlp, row):
    def cues_of(text):
        return [(a.lemma, row.stance) for a in nlp(text)._.attributions]

    assert (row.lemma, row.stance) in cues_of(row.example)
    assert row.lemma not in [lemma for lemma, _ in cues_of(row.counterexample)]


@pytest.mark.parametrize(
    ("row", "government"),
    [
        pytest.param(row, letter, id=f"{row.id}-{letter}")
        for row in rows("fr", "cues", cues.CueRow)
        for letter in row.takes
        if row.kind == "verb"
    ],
)
def test_a_verb_takes_what_its_row_says(nlp, row, government):
    finite = row.forms("finite")[0]
    elided = finite[0] in "aeiouyéèêâîh" and finite != "hurle"
    reflexive = ("s’" if elided else "se ") if row.reflexive else ""
    text = SENTENCES[government].format(verb=reflexive + finite)
    found = [a for a in nlp(text)._.attributions if a.lemma == row.lemma]
    assert found, symbols(nlp(text))
    assert found[0].stance is row.stance
    assert text[slice(*found[0].speaker)] == "la ministre" or text.startswith("La ministre")


@of("nobody", WordsRow)
def test_a_noun_that_is_no_source_makes_no_claim(nlp, row):
    assert not nlp(row.example)._.attributions
    assert nlp(row.counterexample)._.attributions


@of("words", chunks.WordRow)
def test_a_word_class_stands_in_its_example_only(nlp, row):
    forms = {form.replace("~", " ") for form in row.forms.split()}
    endings = tuple(form[1:] for form in forms if form.startswith("*"))

    def fires(text):
        doc = nlp(text)
        lower = [token.lower_ for token in doc]
        chunker = chunks.Chunker(doc, "fr")
        found = [
            chunk
            for sentence in doc.spans[sentences.GROUP]
            for chunk in chunker.chunks(sentence)
            if chunk.symbol == row.symbol
        ]
        inside = {doc[c.start : c.end].text.lower() for c in found} | set(lower)
        return bool(inside & forms) or any(w.endswith(endings) for w in inside if endings and found)

    assert fires(row.example)
    assert not fires(row.counterexample)


@of("plain", tokenizer.PlainRow)
def test_a_way_of_printing_is_made_plain(nlp, row):
    def printed(text):
        return {row.written} & ({token.text for token in nlp(text)} | set(text))

    assert printed(row.example)
    assert not printed(row.counterexample)
    assert tokenizer.plain_word(row.written, "fr") == row.plain


@of("tokens", tokenizer.TokenRow)
def test_a_word_is_cut_as_its_row_says(nlp, row):
    def cut(text):
        words = {tokenizer.plain_word(token.text.lower(), "fr") for token in nlp(text)}
        return words & set(row.forms.split())

    assert cut(row.example)
    assert not cut(row.counterexample)


@of("marks", quotations.MarkRow)
def test_a_style_of_marks_makes_a_quotation(row):
    marks = quotations.marks("fr")
    (quotation,) = quotations.find(row.example, marks)
    quoted = row.example[quotation.start : quotation.end]
    assert quoted.startswith(row.open)
    assert quoted.endswith(row.close)
    assert not list(quotations.find(row.counterexample, marks))


@of("media", media.MediaRow)
def test_a_class_of_media_is_found(nlp, row):
    assert row.pattern.search(row.example)
    assert not row.pattern.search(row.counterexample)
    assert nlp(row.example).spans[media.GROUP]
    assert not nlp(row.counterexample).spans[media.GROUP]


@of("relays", outlets.RelayRow)
def test_a_relay_gives_its_medium_the_role(nlp, row):
    def roles(text):
        return [relay.role for a in nlp(text)._.attributions for relay in a.outlets]

    assert row.role in roles(row.example)
    assert row.role not in roles(row.counterexample)


@of("frames", attributions.FrameRow)
def test_a_frame_finds_what_its_example_marks(nlp, row):
    text = MARKUP.sub("", row.example)
    found = [a for a in nlp(text)._.attributions if a.rule == row.id]
    assert found, (row.id, symbols(nlp(text)), nlp(text)._.attributions)
    (claim,) = found
    marked = {tag: re.findall(rf"<{tag}>(.*?)</{tag}>", row.example) for tag in ("q", "c", "s")}
    assert [text[s:e] for s, e in claim.content] == [MARKUP.sub("", q) for q in marked["q"]]
    assert ([text[slice(*claim.cue)]] if claim.cue else []) == marked["c"]
    if marked["s"]:
        assert [text[slice(*claim.speaker)]] == marked["s"]
    other = nlp(row.counterexample)
    assert row.id not in [a.rule for a in other._.attributions]


@of("shapes", attributions.ShapeRow)
def test_a_shape_matches_its_example(nlp, row):
    pattern = re.compile(row.pattern)

    def longest(text):
        return max(
            (len(m.group()) for s in symbols(nlp(text)) for m in pattern.finditer(s)), default=0
        )

    assert longest(row.example) > longest(row.counterexample)


def test_no_form_is_of_two_word_classes():
    seen: dict[str, str] = {}
    for row in rows("fr", "words", chunks.WordRow):
        for form in row.forms.split():
            assert seen.setdefault(form, row.id) == row.id, form


def test_no_lemma_is_in_the_lexicon_twice():
    lemmas = [row.lemma for row in rows("fr", "cues", cues.CueRow) if row.kind == "verb"]
    assert len(lemmas) == len(set(lemmas))
