"""Every decision can be asked for its reason."""

import json

import pytest
from click.testing import CliRunner

from claims import cli
from claims.extraction import Extractor, extractor
from claims.model import Article, Claim

TEXT = (
    "La ministre Léa Blanc a accusé Paul Roux d’avoir vendu le pont. Il dément : « C’est faux. » "
    "Elle demande au maire de partir."
)


@pytest.fixture(scope="module")
def article():
    return Article.make(TEXT)


@pytest.fixture(scope="module")
def found(article):
    return Extractor(explain=True).claims(article)


def test_nothing_else_of_a_claim_changes(article, found):
    plain = extractor().claims(article)
    assert plain == tuple(claim.model_copy(update={"explanation": None}) for claim in found)
    assert len(plain) > 2


def test_each_speaker_is_named_with_its_rule_antecedent_and_rivals(found):
    for claim in found:
        told = claim.explanation
        assert claim.speaker is not None
        assert told.speaker[0].name == claim.speaker.text
        assert told.speaker_reasons
        (resolution,) = told.speakers
        assert resolution.candidates[0].name == claim.speakers[0].name
        assert resolution.reasons
        assert TEXT[slice(resolution.mention.start, resolution.mention.end)] == claim.speaker.text
        antecedent = resolution.antecedent
        assert TEXT[antecedent.start : antecedent.end] == claim.speakers[0].name
    rules = [claim.explanation.speakers[0].rule for claim in found]
    assert rules[0] == "noun with name → person"
    assert rules[-1] == "pronoun → person"


def test_stance_and_target_are_told_with_what_else_they_could_be(found):
    for claim in found:
        told = claim.explanation
        assert told.stance[0].name == claim.stance
        assert told.stance_reasons
        chances = [rival.chance for rival in told.stance]
        assert chances == sorted(chances, reverse=True)
    assert found[0].explanation.target[0].name == "Paul Roux"


def test_the_command_line_explains_where_asked_only(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    for options, explained in ([], False), (["--explain"], True):
        done = CliRunner().invoke(cli.main, ["extract", str(path), *options])
        assert done.exit_code == 0
        records = [json.loads(line) for line in done.stdout.splitlines()]
        assert {record["explanation"] is not None for record in records} == {explained}
        article = Article.make(path.read_text(encoding="utf-8"))
        for record in records:
            Claim.model_validate(record, context={"article": article})


def test_media_are_told_with_how_likely_they_are_in_the_chain():
    text = "« Le pont est sûr », a dit le maire à l’AFP. Le Monde paraît demain."
    (claim,) = Extractor(explain=True).claims(Article.make(text))
    told = claim.explanation
    assert told is not None
    first, second = told.outlets
    assert (first.name, second.name) == ("AFP", "Le Monde")
    assert first.chance > 0.9 > 0.1 > second.chance
