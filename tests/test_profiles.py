"""How words are used in text that nobody annotated: counted, written, read, and told as rates."""

from collections import Counter
from itertools import repeat

import pytest

from claims import pipeline
from claims.components import profiles
from claims.components.trees import Tree
from training import profiles as training


@pytest.fixture(scope="module")
def parsing():
    nlp = pipeline.load("fr")
    for name in training.NOT_NEEDED:
        nlp.remove_pipe(name)
    return nlp


@pytest.fixture
def tree(parsing):
    def made(text):
        return Tree(parsing(text), "fr")

    return made


def test_the_uses_of_a_verb_are_seen(tree):
    uses = dict(profiles.cue_uses(tree("« Le pont est fermé », affirme la maire.")))
    assert {"subject", "noun", "inverted", "quoted_before"} <= set(uses["VERB affirmer"])
    uses = dict(profiles.cue_uses(tree("Léa Roux affirme que le pont est fermé.")))
    assert {"subject", "name", "que"} <= set(uses["VERB affirmer"])
    assert "inverted" not in uses["VERB affirmer"]


def test_what_stands_inside_a_quotation_is_not_counted(tree):
    keys = {key for key, _ in profiles.cue_uses(tree("Elle dit : « Le pont rouvre mardi. »"))}
    assert "VERB rouvrir" not in keys


def test_the_uses_of_a_subject_are_seen(tree):
    uses = dict(profiles.subject_uses(tree("« Le pont est fermé », affirme la maire.")))
    assert uses["maire"] == ["subject", "of_cue", "inverted"]
    uses = dict(profiles.subject_uses(tree("Selon la police, le pont est fermé.")))
    assert "source" in uses["police"]
    assert uses["pont"] == ["subject"]


def test_a_word_is_written_once_it_is_seen_often_enough(tree, tmp_path):
    rare = tree("La maire nage.")
    training.write([rare, *repeat(tree("La maire affirme."), training.LEAST)], tmp_path)
    words = {line.split(",")[0] for line in (tmp_path / profiles.CUES).read_text().splitlines()}
    assert words >= {"word", "VERB affirmer", "NOUN maire"}
    assert "VERB nager" not in words


def test_a_word_that_was_never_seen_has_the_rates_of_all(tree):
    text = tree("Le zigouinard dort.")
    known = profiles.bundled("fr")
    features = known.cue(text, 1)
    assert features["profile_seen"] == 0
    assert features["profile_object"] == pytest.approx(known.rates["NOUN"]["object"])


def test_who_speaks_and_what_tells_of_speech_is_seen_in_the_bundled_profiles(tree):
    known, text = profiles.bundled("fr"), tree("Le ministre a déclaré que le délai dure.")
    at = {word: i for i, word in enumerate(text.text)}
    minister, delay = known.subject(text, at["ministre"]), known.subject(text, at["délai"])
    assert minister["speaking_of_cue"] > 2 * delay["speaking_of_cue"]
    declared, lasts = known.cue(text, at["déclaré"]), known.cue(text, at["dure"])
    assert declared["profile_quoted_before"] > 3 * lasts["profile_quoted_before"]


def test_the_bundled_profiles_hold_what_is_counted():
    known = profiles.bundled("fr")
    for uses in known.cues.values():
        assert set(uses) == {"times", *profiles.CUE_USES}
        assert max(uses.values()) == uses["times"] >= training.LEAST
    assert Counter(key.split()[0] for key in known.cues).keys() == {"VERB", "NOUN"}
