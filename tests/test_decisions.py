"""Candidates and the choice among them: is the right one there, and is it taken?"""

import json
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy
import pytest

import claims
from claims import pipeline
from claims.components import (
    decisions,
    encodings,
    mentions,
    models,
    profiles,
    rates,
    sources,
    stances,
    targets,
)
from claims.components.candidates import NO_CUE, Candidate, candidates
from claims.components.features import Description
from claims.components.sheets import Blocks, Sheet
from claims.components.trees import Tree
from claims.evaluation import among
from claims.evaluation.gold import read_gold
from claims.extraction import extractor
from training import learning
from training.annotated import LEARNED

HERE = Path(__file__).parent
DOCUMENTATION = HERE.parent / "docs" / "extraction.md"
PRESS = HERE.parent.parent / "shared" / "gold" / "press.jsonl"
GOLD = [
    pytest.param(HERE / "gold" / "seeds.jsonl", id="seeds"),
    pytest.param(
        PRESS,
        id="press",
        marks=pytest.mark.skipif(not PRESS.is_file(), reason="needs the gold beside the checkout"),
    ),
]


@pytest.fixture(scope="module")
def proposing():
    """The pipeline up to what the model decides on."""
    nlp = pipeline.load("fr")
    for name in LEARNED:
        nlp.remove_pipe(name)
    return nlp


@pytest.fixture(scope="module")
def model():
    found = models.bundled("fr", decisions.FOLDER)
    assert found is not None
    return found


@pytest.mark.parametrize("gold", GOLD)
def test_nearly_every_annotated_claim_is_among_the_candidates(gold):
    reached = among(read_gold(gold), extractor())
    assert reached.matched >= 0.96
    assert reached.strict >= 0.93


def contents(nlp, text, cue, lemmas=()):
    doc = nlp(text)
    tree = Tree(doc, "fr")
    at = next(token.i for token in doc if token.text == cue)
    words = (sorted(c.words) for c in candidates(tree, lemmas) if c.cue == at)
    return {" ".join(doc[i].text for i in ids) for ids in words}


@pytest.mark.parametrize(
    ("text", "cue", "content"),
    [
        ("La maire affirme que le pont est fermé.", "affirme", "le pont est fermé"),
        ("La maire affirme avoir fermé le pont.", "affirme", "avoir fermé le pont"),
        ("Le pont est fermé, estime la maire.", "estime", "Le pont est fermé"),
        ("Selon la maire, le pont est fermé.", "Selon", "le pont est fermé"),
        ("Le pont, selon la maire, est fermé.", "selon", "Le pont est fermé"),
        ("La maire a salué un accord « historique ».", "salué", "un accord historique"),
        (
            "La maire dit que le pont, qui a rouvert hier, est sûr.",
            "dit",
            "le pont qui a rouvert hier est sûr",
        ),
        (
            "La maire promet la réouverture du pont, qui est fermé depuis mai.",
            "promet",
            "la réouverture du pont",
        ),
    ],
)
def test_a_content_is_proposed_whatever_its_construction(proposing, text, cue, content):
    assert content in contents(proposing, text, cue)


def test_the_example_of_the_documentation_has_these_scores(proposing, model):
    shown = re.findall(r"([01]\.\d\d)  (\S+) +(\S.*)", DOCUMENTATION.read_text(encoding="utf-8"))
    doc = proposing("« Le budget est voté », a indiqué lundi à l’AFP la ministre Marie Curie.")
    tree = Tree(doc, "fr")
    proposed = decisions.proposals(tree, doc._.attributions)
    found = candidates(tree, model.tables.lemmas, proposed)
    rows = model.encoded(Description(tree, found, proposed).sheet(model.tables.counts))
    scores = model.staged(rows, 0)[:, 0]
    given = [
        (re.split("[<>]", c.way)[0], "".join(doc[i].text for i in sorted(c.words))) for c in found
    ]
    assert len(shown) == 4
    for score, way, words in shown:
        same = [s for g, s in zip(given, scores, strict=True) if g == (way, words.replace(" ", ""))]
        assert pytest.approx(float(score), abs=0.006) in same


def test_of_candidates_that_share_a_word_or_a_cue_the_best_is_taken():
    found = [
        Candidate(0, frozenset({1, 2, 3}), "a", 1),
        Candidate(0, frozenset({2, 3}), "b", 2),
        Candidate(5, frozenset({6}), "c", 6),
        Candidate(NO_CUE, frozenset({8}), "d", -1),
        Candidate(5, frozenset({7}), "e", 7),
        Candidate(NO_CUE, frozenset({9}), "f", -1),
        Candidate(NO_CUE, frozenset({10}), "g", -1),
    ]
    scores = numpy.array([0.5, 0.9, 0.6, 0.1, 0.55, 0.4, 0.35])
    assert decisions.choose(found, scores, 0.3) == [1, 2, 5, 6]


def test_a_model_that_is_written_and_read_again_decides_alike(proposing, model, tmp_path):
    doc = proposing("La maire affirme que le pont est fermé, selon l’AFP.")
    tree = Tree(doc, "fr")
    model.write(tmp_path)
    again = models.Model.read(tmp_path)
    assert again.tables == model.tables
    sheet = Description(tree, candidates(tree, ())).sheet(model.tables.counts)
    one, other = (each.encoded(sheet) for each in (model, again))
    assert again.staged(other, 0).tolist() == model.staged(one, 0).tolist()
    answers = dict.fromkeys(range(sheet.size), 0)
    assert again.reasons(other, answers) == model.reasons(one, answers)


def test_what_is_told_some_candidates_at_a_time_is_the_same(proposing, model, monkeypatch):
    doc = proposing(
        "Le pont est fermé, a dit la maire, qui affirme que la route rouvrira. « C’est faux », dit "
        "Paul Roux, selon qui le maire savait que le pont céderait et assure qu’il l’a dit."
    )
    tree = Tree(doc, "fr")
    described = Description(tree, candidates(tree, ()))
    sheet = described.sheet(model.tables.counts)
    answers = dict.fromkeys(range(sheet.size), 0)
    reasons = model.reasons(model.encoded(sheet), answers)
    monkeypatch.setattr(rates, "AT_ONCE", 3)
    monkeypatch.setattr(models, "EXPLAINED", 3)
    again = described.sheet(model.tables.counts)
    assert len(reasons) == sheet.size > 3
    assert (model.tables.matrix(again) == model.tables.matrix(sheet)).all()
    assert model.reasons(model.encoded(again), answers) == reasons


def test_parts_of_a_sheet_do_not_join_because_they_happen_to_have_the_same_rows(proposing, model):
    """What is remembered of each kind of part would grow with each article."""
    tree = Tree(proposing("La maire dit que oui."), "fr")  # all candidates have a cue
    sheet = Description(tree, candidates(tree, ())).sheet(model.tables.counts)
    (of_all,) = (part for part in sheet.parts if "way" in part.columns)
    (of_those_with_a_cue,) = (part for part in sheet.parts if "side" in part.columns)
    assert of_all.rows.tolist() == of_those_with_a_cue.rows.tolist()
    assert of_all is not of_those_with_a_cue


def test_weights_are_those_of_the_features_that_rows_have(model):
    weights = numpy.random.default_rng(0).normal(size=(model.tables.width, 3)).astype("f4")
    lasting = encodings.Weights(model.tables, weights)
    sheets = [Sheet.of([({name: 2.0},)]) for name in model.tables.numbers]
    expected = [model.tables.matrix(sheet) @ weights for sheet in sheets]
    for sheet, product in zip(sheets, expected, strict=True):
        # Tables that go with what they know, so that others come to stand where they stood.
        encoded = replace(model.tables).encoded(sheet)
        assert numpy.allclose(lasting.product(encoded, [0]), product, atol=1e-4)
        del encoded


def features(sheet, number):
    """The features of a row; those that it has not are left out."""
    value = sheet.values()
    names = [name for part in sheet.parts if number in part.rows for name in part.columns]
    return {name: value(number, name) for name in names}


def columns(tables, name):
    """The columns of a feature: that it is absent, then what it is."""
    following = [place for place in tables.places.values() if place > tables.places[name]]
    return slice(tables.places[name], min(following, default=tables.width))


def test_networks_say_the_same_block_by_block(proposing, model):
    doc = proposing("« Le pont est fermé », a dit la maire, qui promet de rouvrir la route en mai.")
    tree = Tree(doc, "fr")
    rows = Description(tree, candidates(tree, ())).sheet(model.tables.counts)
    weights = numpy.random.default_rng(0).normal(size=(model.tables.width, 3)).astype("f4")
    matrix = model.tables.matrix(rows)
    expected = matrix @ weights
    encoded = model.encoded(rows)
    for wanted in (numpy.arange(rows.size), numpy.array([0, 2, rows.size - 1])):
        product = encodings.Weights(model.tables, weights).product(encoded, wanted)
        assert numpy.allclose(product, expected[wanted], atol=1e-4)
        assert (model.tables.written(encoded, wanted[::-1]) == matrix[wanted[::-1]]).all()
    odds = [network.predict(matrix) for network in model.networks]
    alone = numpy.mean([1 / (1 + numpy.exp(-o)) for o in odds], axis=0)
    one_by_one = [(features(rows, number),) for number in range(rows.size)]
    for scores in (model.scores(one_by_one), model.staged(encoded, 0)):
        assert numpy.allclose(scores, alone, atol=1e-4)
    staged = model.staged(encoded, 0.1)
    first = 1 / (1 + numpy.exp(-odds[0]))
    assert numpy.allclose(staged, numpy.where(first < 0.1, first, alone), atol=1e-4)
    assert (first < 0.1).any()


@pytest.mark.parametrize("networks", [1, 2])
@pytest.mark.parametrize("values", [(1.0, 3.0), ("yes", "no")])
def test_a_row_without_features_is_scored_too(networks, values):
    rows = [*(({"one": value},) for value in values), ({},), ()]
    tables = encodings.Tables(*learning.columns(rows, 1))
    goals = numpy.array([[1.0], [0.0], [0.0], [1.0]])
    model = learning.fitted(tables, rows, goals, networks=networks, epochs=1)
    for some in (rows, rows[2:], []):
        encoded = model.encoded(some)
        assert numpy.allclose(model.staged(encoded, 0), model.scores(some), atol=1e-6)
        assert len(model.reasons(encoded, dict.fromkeys(range(len(some)), 0))) == len(some)


def test_rows_beyond_those_that_are_shown_at_once_are_scored_alike(model, monkeypatch):
    name = next(iter(model.tables.numbers))
    rows: list[Blocks] = [({name: float(number)},) for number in range(20)]
    together, staged = model.scores(rows), model.staged(model.encoded(rows), 0.1)
    filled, matrix = [], encodings.Tables.matrix

    def fill(tables, rows):
        filled.append(len(rows))
        return matrix(tables, rows)

    monkeypatch.setattr(models, "AT_ONCE", 3)
    monkeypatch.setattr(encodings.Tables, "matrix", fill)
    assert numpy.allclose(model.scores(rows), together, atol=1e-6)
    assert numpy.allclose(model.staged(model.encoded(rows), 0.1), staged, atol=1e-6)
    assert max(filled) == 3
    assert sum(filled) == len(rows)


def test_a_category_that_training_has_not_seen_is_another(model):
    name = next(iter(model.tables.categories))
    seen = model.tables.categories[name][0]
    rows = Sheet.of([({name: "never seen"},), ({name: seen},), ({},)])
    unknown, known, absent = model.tables.matrix(rows)[:, columns(model.tables, name)].tolist()
    assert unknown[-1] == known[1] == absent[0] == 1
    assert sum(unknown) == sum(known) == sum(absent) == 1


def test_a_number_is_scaled_and_none_is_too_far(model):
    tables = model.tables
    rows = Sheet.of([({"length": 10},), ({"length": 10.0**9},), ({},)])
    usual, huge, absent = tables.matrix(rows)[:, columns(tables, "length")].tolist()
    assert (usual[0], huge[0], absent[0]) == (0, 0, 1)
    assert abs(usual[1]) < 2
    assert huge[1] == encodings.FARTHEST


def test_rivals_and_none_of_them_share_one_chance():
    odds = numpy.array([[0.0], [0.0], [1000.0], [-1000.0], [2.0]])
    found = models.chances(odds, [2, 2, 1])[:, 0]
    assert found.tolist() == pytest.approx([1 / 3, 1 / 3, 1, 0, 1 / (1 + math.exp(-2))])


def test_what_a_choice_was_made_for_adds_up_to_its_odds(proposing, model, monkeypatch):
    monkeypatch.setattr(models, "REASONS", 1000)
    tree = Tree(proposing("« Le pont est fermé », a déclaré la maire de Lorient."), "fr")
    proposed = decisions.proposals(tree, tree.doc._.attributions)
    rows = Description(tree, candidates(tree, (), proposed), proposed).sheet(model.tables.counts)
    encoded = model.encoded(rows)
    best = int(model.staged(encoded, 0).argmax())
    average = numpy.array([model.tables.means], numpy.float32)
    far, near = (
        numpy.mean([one.predict(matrix)[0, 0] for one in model.networks])
        for matrix in (model.tables.written(encoded, [best]), average)
    )
    (reasons,) = model.reasons(encoded, {best: 0})
    there = set(features(rows, best))
    assert {reason.feature for reason in reasons} == there & set(model.tables.places)
    assert sum(reason.weight for reason in reasons) == pytest.approx(far - near, rel=0.15)


def test_a_claim_tells_what_it_was_chosen_for():
    claim, follower = claims.extract(
        "« Le pont est fermé », a déclaré la maire. « Il rouvrira mardi. »"
    )
    assert claim.score is not None
    assert claim.score > 0.8
    assert len(claim.reasons) == models.REASONS
    weights = [abs(reason.weight) for reason in claim.reasons]
    assert weights == sorted(weights, reverse=True)
    assert claim.reasons != follower.reasons


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "La ministre de la Santé a salué lundi un accord « historique ».",
            "un accord « historique »",
        ),
        ("Le ministre a déclaré : « Le pont (fermé) sera sûr. »", "Le pont (fermé) sera sûr"),
    ],
)
def test_a_content_keeps_the_marks_that_it_opens(text, words):
    (claim,) = claims.extract(text)
    assert claim.text == words


def test_no_word_of_the_cue_is_content(proposing):
    doc = proposing("D’après la maire, le pont est fermé.")
    cue = next(token.i for token in doc if token.text == "après")
    words = frozenset({doc[0].i, *(t.i for t in doc if t.is_alpha and t.idx > 17)})
    built = decisions.Builder(Tree(doc, "fr"), {}).build(Candidate(cue, words, "selon-up0", -1))
    assert built is not None
    assert [doc.text[slice(*place)] for place in built.content] == ["le pont est fermé"]


FRENCH = HERE.parent / "claims" / "languages" / "fr"


@pytest.mark.parametrize(
    ("part", "megabytes"),
    [
        (decisions.FOLDER, 7),
        (sources.FOLDER, 2),
        (mentions.FOLDER, 2),
        (stances.FOLDER, 4),
        (targets.FOLDER, 2),
    ],
)
def test_the_files_of_a_model_are_small_and_no_pickles(part, megabytes):
    learned = models.bundled("fr", part)
    assert learned is not None
    files = {path.name: path for path in (FRENCH / part).iterdir()}
    networks = {models.NETWORK.format(n) for n in range(len(learned.networks))}
    profiled = {profiles.CUES, profiles.SUBJECTS} if part == decisions.FOLDER else set()
    assert set(files) == {*networks, *profiled, models.TABLES}
    assert sum(path.stat().st_size for path in files.values()) < megabytes * 1_000_000
    json.loads(files[models.TABLES].read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "hedged"),
    [
        ("Selon la mairie, le pont serait fermé.", True),
        ("Selon la mairie, le pont est fermé.", False),
        ("Le maire aurait déclaré que le pont était fermé.", True),
        ("Le maire a déclaré que le pont serait fermé.", False),
        ("Le maire prétend que le pont est fermé.", True),
        ("Le maire aurait souhaité que le pont soit fermé.", False),
    ],
)
def test_a_claim_is_hedged_where_the_article_keeps_its_distance(text, hedged):
    assert [claim.hedged for claim in claims.extract(text)] == [hedged]
