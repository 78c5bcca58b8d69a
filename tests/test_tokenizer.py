"""Words and parses do not depend on how a text is printed, and no text is changed."""

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from claims import tokenizer as tokenizer_module
from claims.tokenizer import ArticleTokenizer, plain_word, set_rules

PRINTED = [
    "« L'accord est signé », a dit M. Durand, cité par l'AFP.",
    "« L’accord est signé », a dit M. Durand, cité par l’AFP.",
    "«\u00a0L’accord est signé\u00a0», a dit M.\u00a0Durand, cité par l’AFP.",
    "«\u202fL’accord est signé\u202f», a dit M.\u202fDurand, cité par l’AFP.",
    "“L’accord est signé”, a dit M. Durand, cité par l’AFP.",
    "\"L'accord est signé\", a dit M. Durand, cité par l'AFP.",
    "„L’accord est signé“, a dit M. Durand, cité par l’AFP.",
    "''L’accord est signé'', a dit M.  Durand, cité par l’AFP.",
]
ODD = st.text(alphabet="ab. \n\t\u00a0\u202f'’«»\"“”-…MÉé,1", max_size=40)


@pytest.fixture(scope="module")
def tokenizer():
    nlp = spacy.blank("fr")
    set_rules(nlp, "fr")
    return ArticleTokenizer(nlp.tokenizer, nlp.vocab, "fr")


def test_our_parser_cuts_as_the_tables_say(nlp, tokenizer):
    """What it was saved with is what cuts: after a change of the tables it is made anew."""
    saved = nlp.get_pipe("claims_syntax").model.tokenizer
    made = tokenizer.tokenizer
    assert saved.rules == made.rules
    for name in ("prefix_search", "suffix_search", "infix_finditer"):
        assert getattr(saved, name).__self__.pattern == getattr(made, name).__self__.pattern


def words(doc):
    return [plain_word(token.text, "fr") for token in doc if not token.is_space]


@pytest.mark.parametrize("text", PRINTED[1:])
def test_a_sentence_has_the_same_words_however_it_is_printed(tokenizer, text):
    assert words(tokenizer(text)) == words(tokenizer(PRINTED[0]))


@pytest.mark.parametrize("text", PRINTED[1:])
def test_a_sentence_is_parsed_alike_however_it_is_printed(nlp, text):
    def parse(doc):
        tokens = [token for token in doc if not token.is_space]
        at = {token.i: number for number, token in enumerate(tokens)}
        return [(t.lemma_, t.pos_, str(t.morph), t.dep_, at[t.head.i], t.ent_type_) for t in tokens]

    assert parse(nlp(text)) == parse(nlp(PRINTED[0]))


@given(ODD)
def test_no_text_is_changed(tokenizer, text):
    assert tokenizer(text).text == text


@given(st.text())
def test_no_text_is_changed_whatever_its_characters(tokenizer, text):
    doc = tokenizer(text)
    assert doc.text == text
    assert all(token.text.strip() == token.text or token.is_space for token in doc)


@settings(max_examples=60, deadline=None)
@given(ODD)
def test_no_text_is_changed_by_the_parse(nlp, text):
    doc = nlp(text)
    assert doc.text == text
    assert all(not token.ent_type_ or token.ent_iob_ in "BI" for token in doc)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A-t-il dormi ?", ["A", "-t-il", "dormi", "?"]),
        ("estime-t-elle", ["estime", "-t-elle"]),
        ("n’a-t-on pas", ["n'", "a", "-t-on", "pas"]),
        ("dit-il, à 18h30", ["dit", "-il", ",", "à", "18", "h", "30"]),
        ("M. Roux, Mme Roux et MM. Roux", ["M.", "Roux", ",", "Mme", "Roux", "et", "MM.", "Roux"]),
        ("aujourd’hui, quelqu’un", ["aujourd'hui", ",", "quelqu'un"]),
        ("celui-ci a un rendez-vous", ["celui-ci", "a", "un", "rendez-vous"]),
        ("Kim Jong-il dort", ["Kim", "Jong-il", "dort"]),
        ("Saint-Denis en 2013-2014", ["Saint-Denis", "en", "2013-2014"]),
        ("dès 18h", ["dès", "18", "h"]),
        ("à 10 h 30", ["à", "10", "h", "30"]),
        ("en 50 av. J.-C.", ["en", "50", "av.", "J.-C."]),
        ("Dites-le-moi", ["Dites", "-le", "-moi"]),
        ("An Chan-il, dit-il", ["An", "Chan-il", ",", "dit", "-il"]),
        ("AUJOURD’HUI", ["AUJOURD'HUI"]),
        ("du pain aux noix", ["du", "pain", "aux", "noix"]),
        ("L’ÉTAT D’ALERTE", ["L'", "ÉTAT", "D'", "ALERTE"]),
        ("l’« avis »", ["l'", '"', "avis", '"']),
        ("«Non»,dit-elle", ['"', "Non", '"', ",", "dit", "-elle"]),
    ],
)
def test_words_are_those_of_the_treebanks(tokenizer, text, expected):
    assert words(tokenizer(text)) == expected


def test_an_entity_is_whole_in_odd_spaces_and_none_begins_or_ends_with_one(nlp):
    doc = nlp("\n La  ministre Marie\u00a0 Curie\n\nest allée à Paris \t avec Jean  Dupont. \n")
    assert [entity.text for entity in doc.ents] == ["Marie\u00a0 Curie", "Paris", "Jean  Dupont"]
    inside = {token.i for entity in doc.ents for token in entity}
    assert not [token for token in doc if token.ent_type_ and token.i not in inside]


def test_every_word_hangs_on_a_word_of_its_paragraph(nlp):
    doc = nlp("Un titre\u00a0\n\n La ministre  a démenti.\r\n\t Il dort. ")
    for token in doc:
        between = doc[min(token.i, token.head.i) : max(token.i, token.head.i) + 1]
        assert token.is_space or (not token.head.is_space and "\n" not in between.text)


def test_the_parser_is_given_plain_paragraphs(nlp):
    doc = nlp("Un titre\n\n\u00a0L’avis\u00a0:  «\u202foui\u202f»\t…\n \nIl dort.\n")
    given = nlp.get_pipe("claims_syntax").paragraphs(doc)
    assert [" ".join(token.text for token in paragraph.doc) for paragraph in given] == [
        "Un titre",
        'L\' avis : " oui " ...',
        "Il dort .",
    ]


def test_a_paragraph_is_parsed_alike_beside_any_other(nlp):
    def parse(doc):
        return [(t.lemma_, t.dep_, t.head.text, t.ent_type_) for t in doc if not t.is_space]

    alone = parse(nlp("La ministre Marie Curie a démenti."))
    after = parse(nlp("Un titre sans point\n\nLa ministre Marie Curie a démenti."))
    assert after[-len(alone) :] == alone


def test_what_the_parse_says_of_a_quotation_never_cuts_it(nlp):
    doc = nlp("« Il dort. Elle lit. Tout va bien », a dit la ministre. Elle est partie.")
    assert [span.text for span in doc.spans["sentences"]] == [
        "« Il dort. Elle lit. Tout va bien », a dit la ministre.",
        "Elle est partie.",
    ]


@pytest.mark.parametrize("end", ["»", ")", "]"])
def test_sentences_without_a_space_between_are_cut(tokenizer, end):
    start = {"»": "«", ")": "(", "]": "["}[end]
    found = words(tokenizer(f"Il dit {start} oui {end}.Dans la rue, elle rit."))
    assert found[4:7] == [plain_word(end, "fr"), ".", "Dans"]


def test_a_sentence_that_ends_in_an_acronym_is_cut_from_the_next(tokenizer):
    assert words(tokenizer("Il écrit à l'AFP.La police rit."))[4:7] == ["AFP", ".", "La"]
    assert words(tokenizer("Il dort deux mois.30 policiers rient."))[3:6] == ["mois", ".", "30"]
    assert words(tokenizer("Il lit l’art.27 du code."))[3] == "art.27"
    assert words(tokenizer("Il lit l'O.N.U et Reveil.info."))[2:] == [
        "l'", "O.N.U", "et", "Reveil.info", "."
    ]  # fmt: skip


def test_of_what_was_cut_the_last_is_remembered(tokenizer, monkeypatch):
    monkeypatch.setattr(tokenizer_module, "MOST_KNOWN", 10)
    for number in range(100):
        assert words(tokenizer(f"Toujours mot{number}."))[0] == "Toujours"
    assert "Toujours" in {*tokenizer.known, *tokenizer.before}
    assert "mot99." in tokenizer.known
    assert len(tokenizer.known) <= 10
    assert len(tokenizer.before) <= 10


@settings(max_examples=300)
@given(
    st.lists(
        st.text(st.sampled_from("aéZ19.,:;!?«»“”\"'’()[]-–…€%@/&#"), min_size=1, max_size=9)
        | st.sampled_from(["aujourd’hui", "c'est-à-dire", "18h30", "A.B.", "https://a.fr/b?c=1"]),
        max_size=8,
    ),
    st.sampled_from([" ", "  ", "\n", "\u202f"]),
)
def test_what_was_cut_before_is_cut_as_in_its_text(tokenizer, chunks, space):
    text = space.join(chunks)
    tokenizer.known.clear()
    tokenizer.before.clear()
    again = [words(tokenizer(text)) for _ in range(2)]
    plain = tokenizer.tokenizer(text.translate(tokenizer.characters))
    expected = [plain_word(text[t.idx : t.idx + len(t)], "fr") for t in plain if not t.is_space]
    assert again == [expected, expected]
