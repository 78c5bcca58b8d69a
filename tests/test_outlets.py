"""Through whom: the media between the speaker and the article, and what each did."""

import pytest

import claims
from claims.language import WordsRow, rows


def chain(text):
    return [
        (outlet.name, outlet.role.value)
        for claim in claims.extract(text)
        for outlet in claim.outlets
    ]


@pytest.mark.parametrize(
    ("text", "outlets"),
    [
        ("« Le pont est sûr », a dit le maire, cité par les agences russes.", ["agences russes relay"]),
        ("« Le pont est sûr », a confirmé la mairie auprès de l’AFP.", ["AFP told_to"]),
        ("« Le pont est sûr », a dit le maire au micro de France Inter.", ["France Inter told_to"]),
        ("Dans un entretien au Monde, le maire affirme que le pont est sûr.", ["Le Monde told_to"]),
        ("Interrogé par l’AFP, le maire affirme que le pont est sûr.", ["AFP told_to"]),
        ("Contactée par Mediapart, la maire affirme que le pont est sûr.", ["Mediapart told_to"]),
        ("« Le pont est sûr », a dit le maire à l’agence Belga.", ["Belga told_to"]),
        ("« Le pont est sûr », a dit le maire sur la chaîne Fox News.", ["Fox News told_to"]),
        ("« Le pont est sûr », a dit le maire à la télévision d’État.", ["télévision d’État told_to"]),
        ("Selon les médias d’État, le pont est sûr.", ["médias d'État source"]),
        ("Selon RIA Novosti, le pont est sûr.", ["RIA Novosti source"]),
        ("Selon une source policière citée par Le Parisien, le pont est sûr.", ["Le Parisien relay"]),
        ("« Le pont est sûr », a dit le maire, dont les propos sont rapportés par l’agence Reuters.",
         ["Reuters relay"]),
        # A medium that the registry does not have, where the text says that it is one.
        ("« Le pont est sûr », a dit le maire au quotidien Le Réveil du Midi.",
         ["Le Réveil du Midi told_to"]),
        ("Sur Public Sénat, le président de la région explique que le pont est sûr.",
         ["Public Sénat told_to"]),
        ("« Le pont est sûr », témoigne pour l’AFP Paul Durand.", ["AFP told_to"]),
        ("« Le pont est sûr », a dit le maire à nos confrères du Parisien.", ["Le Parisien told_to"]),
        ("Invité du Grand Jury RTL/Le Figaro/LCI, le maire a affirmé que le pont est sûr.",
         ["RTL told_to", "Le Figaro told_to", "LCI told_to"]),
        ("« Le pont est sûr », a dit le maire à La Gazette de Nevers.",
         ["La Gazette de Nevers told_to"]),
        ("Le pont est sûr, selon l’agence de presse suisse ATS.", ["ATS source"]),
        ("Selon France Bleu, Paul Durand a reçu deux plaintes.", ["France Bleu source"]),
        ("Le pont est sûr, selon des médias locaux cités par Le Parisien.",
         ["médias locaux source", "Le Parisien relay"]),
        # Who works for a medium speaks for it where he reports, and not where he leads it.
        ("Selon un journaliste de Reuters, le pont est sûr.", ["Reuters source"]),
        ("La direction de Mediapart affirme que le pont est sûr.", []),
        ("Dans cette revue, Paul Durand a affirmé que le pont est sûr.", []),
        # Social networks and press conferences are none.
        ("« Le pont est sûr », a dit le maire sur Twitter.", []),
        ("« Le pont est sûr », a dit le maire en conférence de presse.", []),
    ],
)  # fmt: skip
def test_a_clause_names_its_media_with_their_roles(text, outlets):
    assert [f"{name} {role}" for name, role in chain(text)] == outlets


def test_a_medium_that_a_noun_stands_for_is_in_the_chain():
    text = "Le Monde paraît ce matin. Le pont est fermé, a indiqué le quotidien."
    (claim,) = claims.extract(text)
    assert [speaker.name for speaker in claim.speakers] == ["Le Monde"]
    assert [(outlet.name, outlet.role.value) for outlet in claim.outlets] == [
        ("Le Monde", "source")
    ]
    (outlet,) = claim.outlets
    assert text[outlet.start : outlet.end] == "le quotidien"


def test_a_medium_belongs_to_the_cue_that_it_hangs_on():
    text = "« Le pont est sûr », a-t-il déclaré à l’AFP, notant que les travaux sont finis."
    first, *_ = claims.extract(text)
    assert [(o.name, o.role.value) for o in first.outlets] == [("AFP", "told_to")]


@pytest.mark.parametrize("row", rows("fr", "media_nouns", WordsRow), ids=lambda row: row.id)
def test_each_row_of_media_nouns_fires_on_its_example_only(row):
    assert len(chain(row.example)) == 1
    assert chain(row.counterexample) == []


def test_a_noun_stands_for_the_medium_named_last():
    text = (
        "Léa Blanc s’est exprimée mercredi dans un entretien au Parisien.\n\n"
        "« Le pont est sûr », confie-t-elle au quotidien."
    )
    claim = claims.extract(text)[-1]
    assert [(o.name, o.role.value) for o in claim.outlets] == [("Le Parisien", "told_to")]
    (outlet,) = claim.outlets
    assert text[outlet.start : outlet.end] == "quotidien"


def test_no_outlet_is_a_person():
    text = "« Le pont est sûr », a dit le maire au quotidien de Paul Durand, selon Léa Blanc."
    assert chain(text) == []
    assert chain("« Le pont est sûr », expliquait à l’hebdomadaire Paul Durand.") == []
    assert chain("« Le pont est sûr », a indiqué à Reuters Rana Zaman.") == [("Reuters", "told_to")]
