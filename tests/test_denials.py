"""A denial of what a claim before it says is a claim of its own, with the same words."""

import pytest

import claims
from claims.components.denials import DenialRow
from claims.language import WordsRow, rows
from claims.model import Claim, LinkKind, claim_id

CHARGE = "Léa Blanc a accusé Paul Roux d’avoir vendu le pont"


def told(text):
    return [
        (c.stance.value, c.text, [s.name for s in c.speakers], c.cue and c.cue.text)
        for c in claims.extract(text)
    ]


@pytest.mark.parametrize("row", rows("fr", "denials", DenialRow), ids=lambda row: row.id)
def test_a_denying_word_makes_a_claim_of_the_content_that_it_points_back_to(row):
    (denial,) = (c for c in claims.extract(row.example) if c.rule == "denial")
    assert (denial.stance.value, denial.text) == ("denies", "avoir vendu le pont")
    assert not [c for c in claims.extract(row.counterexample) if c.rule == "denial"]


@pytest.mark.parametrize(
    ("end", "names", "cue"),
    [
        (", des accusations démenties par la mairie.", ["mairie"], "démenties"),
        (", ce que dément Paul Roux.", ["Paul Roux"], "dément"),
        (", ce qu’ont nié Jean Morel et Anne Petit.", ["Jean Morel", "Anne Petit"], "nié"),
        (", une version fermement démentie par la mairie.", ["mairie"], "démentie"),
        (". Des accusations rejetées par la mairie.", ["mairie"], "rejetées"),
        (". La mairie dément.", ["mairie"], "dément"),
        (". La mairie a démenti lundi soir.", ["mairie"], "démenti"),
        (". La mairie le conteste.", ["mairie"], "conteste"),
        (". Ce que la mairie a toujours nié.", ["mairie"], "nié"),
    ],
)
def test_whoever_denies_is_its_source(end, names, cue):
    denial = told(CHARGE + end)[-1]
    assert denial[2:] == (names, cue)


def test_a_denial_has_an_id_of_its_own_and_says_what_it_denies():
    charge, denial = claims.extract(CHARGE + ", ce que dément Paul Roux.")
    assert charge.id == claim_id(charge.article_id, charge.content)
    cue = denial.cue
    assert cue is not None
    assert denial.id == claim_id(denial.article_id, denial.content, cue.start) != charge.id
    assert [(k.kind, k.claim_id) for k in denial.links] == [(LinkKind.DENIES, charge.id)]


def test_an_id_of_neither_kind_is_refused():
    charge, denial = claims.extract(CHARGE + ", ce que dément Paul Roux.")
    text = CHARGE + ", ce que dément Paul Roux."
    article = claims.model.Article.make(text)
    wrong = claim_id(denial.article_id, denial.content, 0)
    with pytest.raises(ValueError, match="id is not that"):
        Claim.model_validate({**denial.model_dump(), "id": wrong}, context={"article": article})
    assert Claim.model_validate(charge.model_dump(), context={"article": article}) == charge


def test_whoever_denies_did_not_say_it():
    first, denial = told("Le pont a coûté 3 millions, selon des chiffres contestés par la mairie.")
    assert first[2] == []
    assert denial[2] == ["mairie"]


@pytest.mark.parametrize(
    ("text", "said", "names"),
    [
        (
            "Le pont a coûté 3 millions, selon le ministère, dont les chiffres sont contestés par la mairie.",
            "Le pont a coûté 3 millions",
            ["ministère"],
        ),
        (
            "Selon les chiffres du ministère, contestés par la mairie, le pont a coûté 3 millions.",
            "le pont a coûté 3 millions",
            ["ministère"],
        ),
    ],
)
def test_figures_that_are_denied_stay_those_of_whoever_gave_them(text, said, names):
    first, denial = told(text)
    assert first[:3] == ("affirms", said, names)
    assert denial[:3] == ("denies", said, ["mairie"])


def test_what_points_back_is_no_part_of_what_it_points_to():
    text = "La police assure que Paul Roux a vendu le pont, une version démentie par des habitants."
    assert [c[:2] for c in told(text)] == [
        ("affirms", "Paul Roux a vendu le pont"),
        ("denies", "Paul Roux a vendu le pont"),
    ]


@pytest.mark.parametrize("row", rows("fr", "contraries", WordsRow), ids=lambda row: row.id)
def test_who_is_contradicted_denies(row):
    said, denial = told(row.example)
    assert said[:3] == ("affirms", "Le pont n’a pas été vendu", ["Léa Blanc"])
    assert denial == ("denies", "Le pont n’a pas été vendu", ["maire"], "affirme")
    assert "denies" not in [stance for stance, *_ in told(row.counterexample)]


@pytest.mark.parametrize(
    ("text", "denials"),
    [
        (
            "« Contrairement à ce que prétend le ministre Jean Morel, le pont est sûr », a dit Léa Blanc.",
            [("denies", "le pont est sûr", ["Jean Morel"], "prétend")],
        ),
        (
            "« Le pont, contrairement à ce que dit la mairie, est sûr », a dit Léa Blanc.",
            [("denies", "Le pont […] est sûr", ["mairie"], "dit")],
        ),
        (
            "Léa Blanc a dit que le pont est sûr, contrairement à ce qu’a affirmé Jean Morel mardi, à Valmire.",
            [("denies", "le pont est sûr", ["Jean Morel"], "affirmé")],
        ),
        # What nobody, or anybody, says is not denied by anybody, nor what somebody wants.
        ("« Contrairement à ce que souhaite la mairie, le pont est sûr », a dit Léa Blanc.", []),
        ("Léa Blanc déplore la vente du pont, contrairement à ce que la mairie a annoncé.", []),
        ("« Contrairement à ce qu’on dit, le pont est sûr », a dit Léa Blanc.", []),
        ("« Contrairement à ce qui était prévu, le pont est sûr », a dit Léa Blanc.", []),
        ("« Contrairement à la mairie, le pont est sûr », a dit Léa Blanc.", []),
        ("Contrairement à ce que dit la mairie, le pont est sûr.", []),
    ],
)
def test_what_contradicts_is_no_part_of_what_is_denied(text, denials):
    assert [c for c in told(text) if c[0] == "denies"] == denials


@pytest.mark.parametrize(
    "text",
    [
        CHARGE + ". Il a vendu la mairie, ce que dément Jean Morel.",
        CHARGE + " à une entreprise qui a démenti son rachat.",
        CHARGE + ", ce que Paul Roux n’a pas nié.",
        CHARGE + ", ce qu’il ne conteste pas.",
        CHARGE + ", ce que personne ne nie.",
        CHARGE + ", ce que le tribunal a rejeté.",
        "Léa Blanc dément avoir vendu le pont, ce que conteste Paul Roux.",
        CHARGE + ", des accusations démenties dans la presse.",
        CHARGE + ". La mairie dément toute vente.",
        CHARGE + ". La ville a un budget. Le conseil l’a voté. La mairie dément.",
        CHARGE + ". Léa Blanc dément.",
        CHARGE + ", un chiffre voté par la mairie.",
    ],
)
def test_a_denial_of_something_else_denies_no_charge(text):
    assert not [c for c in claims.extract(text) if c.rule == "denial"]
