"""From an article to its claims: what a reader of the records counts on."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import claims
from claims.extraction import extractor
from claims.jobs import Settings
from claims.model import Article, OutletRole, Problem, Stance
from claims.reading import read

ROOT = Path(__file__).parent.parent
SEEDS = [r.found for r in read([str(ROOT / "seeds" / "articles")]) if isinstance(r.found, Article)]
CORPORA = ROOT.parent / "shared" / "corpora"

TEXT = """Un accord en vue

La ministre de la Santé, Marie Curie, a déclaré lundi que « le budget est voté ».
Mme Curie a salué un accord « historique », selon l’AFP.
« Le texte va plus loin », a-t-elle ajouté. « Et vite, sans attendre personne. »
Le maire de Lyon, Paul Durand, a démenti avoir menti.
D'après Reuters, le vote aura lieu mardi.

Marie Curie à Lyon, le 19 juin 2024. « La vie est belle », a déclaré Paul Durand. POOL/AFP
Lire aussi : « Le vote est acquis », a déclaré Paul Durand
Commentaires 2
« Tout est faux », a déclaré Paul Durand.
"""


@pytest.fixture(scope="module")
def found():
    return {claim.text: claim for claim in claims.extract(TEXT)}


def test_every_claim_has_speaker_cue_stance_and_rule(found):
    rows = [
        (c.text, c.speakers[0].name, c.cue and c.cue.lemma, c.stance.value, c.type.value)
        for c in found.values()
    ]
    assert rows == [
        ("le budget est voté", "Marie Curie", "déclarer", "affirms", "direct"),
        ("un accord « historique »", "Marie Curie", "saluer", "supports", "mixed"),
        ("Le texte va plus loin", "Marie Curie", "ajouter", "affirms", "direct"),
        ("Et vite, sans attendre personne", "Marie Curie", None, "affirms", "direct"),
        ("avoir menti", "Paul Durand", "démentir", "denies", "indirect"),
        ("le vote aura lieu mardi", "Reuters", "après", "affirms", "indirect"),
    ]


def test_the_chain_of_outlets_has_roles(found):
    chain = {c.text: [(o.name, o.role) for o in c.outlets] for c in found.values() if c.outlets}
    assert chain == {
        "un accord « historique »": [("AFP", OutletRole.RELAY)],
        "le vote aura lieu mardi": [("Reuters", OutletRole.SOURCE)],
    }


def test_a_medium_told_is_not_the_speaker():
    (claim,) = claims.extract("« Le budget est voté », a indiqué à l'AFP Koh Yu-hwan, professeur.")
    assert [s.name for s in claim.speakers] == ["Koh Yu-hwan"]
    assert [(o.name, o.role) for o in claim.outlets] == [("AFP", OutletRole.TOLD_TO)]


def test_a_relay_by_russian_agencies():
    text = "« Nous apprécions votre soutien », a déclaré M. Poutine, cité par les agences russes."
    (claim,) = claims.extract("Vladimir Poutine est arrivé.\n" + text)
    assert claim.text == "Nous apprécions votre soutien"
    assert [s.name for s in claim.speakers] == ["Vladimir Poutine"]
    assert [(o.name, o.role) for o in claim.outlets] == [("agences russes", OutletRole.RELAY)]


def test_a_medium_with_its_description_is_one_medium():
    (claim,) = claims.extract("« Le sommet est un succès », a déclaré l’agence de presse KCNA.")
    assert [s.name for s in claim.speakers] == ["KCNA"]
    assert [(o.name, o.role) for o in claim.outlets] == [("KCNA", OutletRole.SOURCE)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Le ministre de l’Intérieur Paul Durand parle. « Oui », dit M. Durand.", "Paul Durand"),
        ("Le chercheur An Chan-il parle. « Oui », dit M. An.", "An Chan-il"),
        ("La maire, Léa Roux, parle. « Oui », dit la maire.", "Léa Roux"),
        ("« Oui », disent les « gilets jaunes ».", "gilets jaunes"),
        ("« Oui », dit M.\u00a0Durand.", "Durand"),
    ],
)
def test_a_speaker_has_the_fullest_name_of_the_article(text, name):
    (claim,) = claims.extract(text)
    assert [s.name for s in claim.speakers] == [name]


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        ("Le fils de Marie Curie a", ["fils de Marie Curie"]),
        ("Jean Petit a été arrêté par la police et a", ["Jean Petit"]),
        ("Jean Petit, Paul Grand et Anne Roux ont", ["Jean Petit", "Paul Grand", "Anne Roux"]),
        ("L’avocat du suspect, Me Yassine Bouzrou, a", ["Yassine Bouzrou"]),
        ("Le maire (LR) de Nice, Christian Estrosi, a", ["Christian Estrosi"]),
        ("À Paris, Hugo Clément a", ["Hugo Clément"]),
        ("La ministre, qui a rencontré Jean Petit, a", ["ministre"]),
    ],
)
def test_the_speaker_is_the_subject_and_nobody_beside_it(subject, names):
    (claim,) = claims.extract(f"{subject} affirmé que la loi sera votée.")
    assert [speaker.name for speaker in claim.speakers] == names


def test_two_speakers_of_one_claim():
    (claim,) = claims.extract("Moscou et Pyongyang ont démenti l’envoi d’armes.")
    assert [s.name for s in claim.speakers] == ["Moscou", "Pyongyang"]
    assert claim.stance is Stance.DENIES


def test_a_pronoun_without_antecedent_stays_blank():
    (claim,) = claims.extract("« Le budget est voté », a-t-il déclaré.")
    assert claim.speaker is not None
    assert claim.speaker.text == "il"
    assert claim.speakers == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mme Léa Roux a reçu M. Paul Durand. Elle a déclaré que le vote est clos.", ["Léa Roux"]),
        ("Léa Roux a reçu Paul Durand. Il a déclaré que le vote est clos.", ["Paul Durand"]),
        ("« Oui », dit Paul Durand. Ils ont déclaré que le vote est clos.", ["Paul Durand"]),
        ("« Oui », dit la maire Léa Roux. Il a déclaré que le vote est clos.", ["Léa Roux"]),
    ],
)
def test_a_pronoun_agrees_with_whom_it_means(text, names):
    found = claims.extract(text)
    assert [s.name for c in found for s in c.speakers] == names


@pytest.mark.parametrize(
    ("text", "words", "speaker"),
    [
        ("Jean Martin, le maire, a dénoncé la hausse.", "la hausse", "Jean Martin"),
        ("Le maire, Jean Martin, a dénoncé la hausse.", "la hausse", "Jean Martin"),
        ("Le porte-parole du parti, Paul Roux, a dit que oui.", "oui", "Paul Roux"),
        ("La ministre, qui préside, affirme que tout va bien.", "tout va bien", "ministre"),
        ("D'après un document publié par le Kremlin, tout va bien.", "tout va bien", "Kremlin"),
    ],
)
def test_an_apposition_is_neither_content_nor_speaker(text, words, speaker):
    (claim,) = claims.extract(text)
    assert (claim.text, claim.speakers[0].name) == (words, speaker)


@pytest.mark.parametrize(
    "text",
    [
        "Le maire n'a pas dit que la route est sûre.",
        "Paul n'a jamais affirmé vouloir partir.",
        "Selon nos informations, la route est sûre.",
        "Selon les cas, la route est sûre.",
        "Il a lancé une pierre.",
        "Le médecin voit un patient.",
        "Sa femme, elle, pense le contraire.",
    ],
)
def test_what_is_not_said_is_no_claim(text):
    assert claims.extract(text) == ()


def test_a_denial_may_be_negated():
    (claim,) = claims.extract("Le maire ne nie pas que la route est dangereuse.")
    assert claim.text == "la route est dangereuse"


def test_a_bare_quotation_further_down_follows_on_nobody():
    text = (
        "« Le budget est voté », a dit Paul Durand.\n\nLa pluie est là.\n\n« Un choix de société »"
    )
    first, *others = claims.extract(text)
    assert (first.text, first.speakers[0].name) == ("Le budget est voté", "Paul Durand")
    assert all(claim.speakers == () for claim in others)


def test_hearsay_in_the_conditional_is_hedged():
    said, heard = claims.extract(
        "Selon Léa Roux, le suspect a fui. Selon Léa Roux, le suspect aurait fui."
    )
    assert (said.hedged, heard.hedged) == (False, True)


def test_first_person_is_not_a_speaker():
    assert claims.extract("J'ai déclaré que le budget est voté.") == ()


def test_captions_links_and_comments_hold_no_claims(found):
    body_ends = TEXT.index("Marie Curie à Lyon")
    assert max(c.context.end for c in found.values()) <= body_ends


def test_ids_are_the_same_again_and_differ(found):
    again = claims.extract(TEXT)
    assert [c.id for c in again] == [c.id for c in found.values()]
    assert len({c.id for c in again}) == len(again)


def test_contents_do_not_overlap(found):
    spans = sorted((s.start, s.end) for c in found.values() for s in c.content)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))


@pytest.mark.parametrize("article", SEEDS, ids=lambda a: a.id)
def test_the_seeds_hold_claims_and_every_span_is_verbatim(article):
    found = claims.extract(article)
    assert len(found) >= 5
    for claim in found:
        for span in [*claim.content, *filter(None, (claim.cue, claim.speaker, claim.target))]:
            assert article.text[span.start : span.end] == span.text


def test_another_language_is_reported_and_not_read_by_french_rules():
    article = Article.make("“The budget is voted”, said the minister.", language="en")
    ((_, result),) = extractor().extract([article])
    assert isinstance(result, Problem)
    assert "'en'" in result.reason


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=300))
def test_any_text_is_read_without_an_error(text):
    claims.extract(Article.make(text))


@pytest.mark.parametrize(
    "text",
    [
        "« " * 10_000,
        "« Il dort et il mange " * 3_000,
        "« Oui », dit " + "à Paul, " * 60 + ".",
        "Le ministre a dit que oui, selon l'AFP. " * 500,
        "Il dort.\n" * 3_000,
        "Jean, Paul, " * 1_000,
    ],
    ids=["open marks", "open words", "addressees", "one line", "short lines", "names"],
)
def test_odd_texts_take_no_more_than_their_length(text):
    claims.extract(text)  # each took minutes, or for ever, where a rule was not linear


def test_a_text_that_is_no_article_is_reported():
    article = Article.make("a" * 10_000_000)
    ((_, result),) = extractor().extract([article])
    assert isinstance(result, Problem)
    assert "10,000,000 characters" in result.reason


@pytest.mark.skipif(not CORPORA.is_dir(), reason="needs the corpora beside the checkout")
def test_a_sample_of_the_corpora_is_read_without_an_error():
    for path in sorted(CORPORA.glob("*.jsonl")):
        with path.open(encoding="utf-8") as file:
            records = [json.loads(line) for _, line in zip(range(8), file, strict=False)]
        articles = [Article.make(r["text"], id=str(r["id"])) for r in records]
        for _, result in extractor().extract(articles):
            assert not isinstance(result, Problem)


@pytest.mark.parametrize(
    "names", ["la CGT et le PS appelés à témoigner", "la FSU et la CFDT condamnés"]
)
def test_a_headline_that_is_no_sentence_costs_nothing(names):
    found = claims.extract(f"L'AFP, {names}\n\nLe maire affirme que le budget est voté.")
    assert "le budget est voté" in [claim.text for claim in found]


def test_what_reads_very_many_articles_keeps_the_words_of_few(monkeypatch):
    new = [
        Article.make(
            f"La ministre Zor{c}anne Krel{c}u a déclaré que « le blorp{c}eau est vlim{c} »"
        )
        for c in "abcdefgh"
    ]
    monkeypatch.setattr("claims.extraction.HELD", 200)
    reader = Settings().build()
    strings = reader.nlp.vocab.strings
    list(reader.extract(SEEDS[:1]))
    held = []
    found = []
    for one in reader.extract(new):
        found.append(one)
        held.append(len(strings))
    of_two = abs(held[2] - held[1])
    assert of_two > 0  # two articles are kept together
    assert max(held[3:]) < max(held[1:3]) + of_two
    assert found == list(extractor().extract(new))
    again = list(reader.extract([SEEDS[0], *new]))
    assert again == [*extractor().extract(SEEDS[:1]), *found]
