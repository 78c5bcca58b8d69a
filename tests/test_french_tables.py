"""Every row of the French tables fires on its example, and not on its counterexample."""

import re

import pytest

from claims.components import attributions, chunks, cues, media, outlets, quotations
from claims.language import rows

MARKUP = re.compile(r"</?[qcs]>")


def of(table, kind):
    return pytest.mark.parametrize("row", rows("fr", table, kind), ids=lambda row: row.id)


def symbols(doc):
    chunker = chunks.Chunker(doc, "fr")
    return ["".join(c.symbol for c in chunker.chunks(sentence)) for sentence in doc.sents]


@of("cues", cues.CueRow)
def test_a_cue_is_the_cue_of_its_example_only(nlp, row):
    found = [a.lemma for a in nlp(row.example)._.attributions]
    assert row.lemma in found
    assert row.lemma not in [a.lemma for a in nlp(row.counterexample)._.attributions]


@of("words", chunks.WordRow)
def test_a_word_class_stands_in_its_example_only(nlp, row):
    known = chunks.words("fr")

    def classes(text):
        doc = nlp(text)
        chunker = chunks.Chunker(doc, "fr")
        symbols = {known.single.get(token.lower_) for token in doc}
        several = {c.symbol for at in range(len(doc)) if (c := chunker._several(at, len(doc)))}
        ending = {"f" for at in range(len(doc)) if chunker._infinitive(at)}
        return symbols | several | ending

    assert row.symbol in classes(row.example)
    assert row.symbol not in classes(row.counterexample)


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
