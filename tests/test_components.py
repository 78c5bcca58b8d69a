"""The spaCy components, one by one and together."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin

from claims import pipeline
from claims.components import quotations, stances
from claims.errors import PipelineError

MARKS = quotations.marks("fr")


def quoted(text):
    return [text[q.start : q.end] for q in quotations.find(text, MARKS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("« Oui », dit-il, « non ».", ["« Oui »", "« non »"]),
        ("«Oui», dit-il.", ["«Oui»"]),
        ("«\u202fOui\u202f», dit-il.", ["«\u202fOui\u202f»"]),
        ('"Oui", dit-il, "non".', ['"Oui"', '"non"']),
        ("“Oui”, dit-il.", ["“Oui”"]),
        ("„Oui“, dit-il.", ["„Oui“"]),
        ("‘Oui’, dit-il.", ["‘Oui’"]),
        ("“ Oui », dit-il.", ["“ Oui »"]),  # opened in one style, closed in another
        ("« Il a “dit” oui », dit-il.", ["« Il a “dit” oui »"]),
        ("« Je suis « prêt » », dit-il.", ["« Je suis « prêt » »"]),
        ("« Je suis « prêt », dit-il.", ["« Je suis « prêt »"]),  # one mark closes both
        ("« Oui. Il parle de « ceci » et « cela ».", ["« ceci »", "« cela »"]),
        (
            "« Un.\n« Deux.\n« Trois », dit-il. « Quatre »",
            ["« Un.\n« Deux.\n« Trois »", "« Quatre »"],
        ),
        ("« Un.\n\nDeux.", ["« Un."]),
        ('Il mesure 3" et "rien".', ['" et "']),
        ("L’avis d’un député n’y fait rien.", []),
        ("Oui » dit-il.", []),
        ("» LIRE AUSSI - Le budget", []),
    ],
)
def test_quotations_of_every_style(text, expected):
    assert quoted(text) == expected


@given(st.text(alphabet='ab .,\n«»“”"‘’„', max_size=80))
def test_quotations_are_disjoint_and_in_order(text):
    end = 0
    for quotation in quotations.find(text, MARKS):
        assert end <= quotation.start < quotation.end <= len(text)
        end = quotation.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Il dort. Elle lit.", ["Il dort.", "Elle lit."]),
        ("« Il dort. Elle lit », dit-on. Fin.", ["« Il dort. Elle lit », dit-on.", "Fin."]),
        ("« Il dort ! », dit-on.", ["« Il dort ! », dit-on."]),
        ("« Il dort ? » demande Léa Roux. Fin.", ["« Il dort ? » demande Léa Roux.", "Fin."]),
        ("« Il dort ! » lance-t-elle.", ["« Il dort ! » lance-t-elle."]),
        ("« Il dort. » La ministre lit.", ["« Il dort. »", "La ministre lit."]),
        ("M. Martin dort. Mme Curie lit.", ["M. Martin dort.", "Mme Curie lit."]),
        ("Un titre\nIl dort.", ["Un titre", "Il dort."]),
        ("Il dit :\n« Oui. »\nElle lit.", ["Il dit :\n« Oui. »", "Elle lit."]),
    ],
)
def test_sentences_respect_quotations(nlp, text, expected):
    doc = nlp(text)
    assert [sentence.text.strip() for sentence in doc.spans["sentences"]] == expected


def test_a_sentence_without_an_end_is_cut_but_in_no_quotation(nlp):
    doc = nlp("dit " * 2_500 + "« " + "oui " * 1_500 + "», dit-il")
    lengths = [len(sentence) for sentence in doc.spans["sentences"]]
    assert lengths[:2] == [1_000, 1_000]
    assert sum(lengths) == len(doc)
    (quotation,) = doc.spans["quotations"]
    assert any(
        s.start <= quotation.start and quotation.end <= s.end for s in doc.spans["sentences"]
    )


def test_the_pipeline_says_what_each_component_needs(nlp):
    assert nlp.analyze_pipes()["problems"] == {name: [] for name in nlp.pipe_names}


def test_the_components_are_found_by_name_in_any_french_pipeline():
    plain = spacy.blank("fr")
    plain.add_pipe("claims_quotations")
    plain.add_pipe("claims_sentences")
    doc = plain("« Il dort. Elle lit », dit-on. Fin.")
    assert [span.text for span in doc.spans["quotations"]] == ["« Il dort. Elle lit »"]
    assert len(doc.spans["sentences"]) == 2


def test_attributions_go_through_a_docbin(nlp):
    doc = nlp("« Le budget est voté », a déclaré la ministre à l’AFP.")
    (stored,) = DocBin(docs=[doc], store_user_data=True).get_docs(nlp.vocab)
    assert stored._.attributions == doc._.attributions
    assert stored._.attributions[0].outlets


@pytest.mark.parametrize(
    ("name", "missing"),
    [("claims_sentences", "quotations"), ("claims_outlets", "media")],
)
def test_a_component_says_which_other_it_needs(name, missing):
    plain = spacy.blank("fr")
    plain.add_pipe(name)
    with pytest.raises(PipelineError, match=f"claims_{missing}"):
        plain("« Oui », a dit la ministre.")


@pytest.mark.parametrize("name", pipeline.COMPONENTS)
def test_a_setting_of_the_wrong_type_is_refused(name):
    if name in pipeline.NEUTRAL:
        pytest.skip("has no settings")
    with pytest.raises(Exception, match="language"):
        spacy.blank("fr").add_pipe(name, config={"language": ["fr"]})


@given(st.text(alphabet="La ministre aditque,.:«»“” \n'’-Mé", max_size=120))
def test_any_text_gives_spans_inside_it(text):
    doc: Doc = NLP(text)
    for claim in doc._.attributions:
        places = [*claim.content, claim.context, *claim.mentions]
        places += [p for p in (claim.cue, claim.speaker, claim.target) if p]
        assert all(0 <= start < end <= len(text) for start, end in places)


NLP = pipeline.load("fr")


def test_what_is_told_of_the_counts_of_stances_is_remembered_for_few(monkeypatch):
    component = NLP.get_pipe("claims_stances")
    assert isinstance(component, stances.Stances)
    learned = component.tallies
    keys = sorted(learned.keys)[:40]
    expected = [(learned.of(key), learned.rates("cue", key)) for key in keys]
    monkeypatch.setattr(stances, "KEPT", 3)
    few = stances.Tallies(learned.counts)
    assert [(few.of(key), few.rates("cue", key)) for key in [*keys, *keys]] == [
        *expected,
        *expected,
    ]
    assert len(few._known) <= 3
    assert len(few._rates) <= 3
