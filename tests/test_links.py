"""Which claim of an article another continues, answers or denies, and whom it is about."""

import pytest

import claims
from claims.components.denials import PointerRow
from claims.components.links import AnswerRow
from claims.language import WordsRow, rows
from claims.model import LinkKind

PAUL = "« Le pont est sûr », a dit Paul Roux. "
CHARGE = "Léa Blanc a accusé Paul Roux d’avoir vendu le pont de la ville. "


def links(text):
    """Of each claim: kind and words of what it refers to."""
    found = claims.extract(text)
    by_id = {claim.id: claim for claim in found}
    return [[(k.kind.value, by_id[k.claim_id].text) for k in claim.links] for claim in found]


@pytest.mark.parametrize("row", rows("fr", "answers", AnswerRow), ids=lambda row: row.id)
def test_a_sign_of_an_answer_links_it_to_what_it_answers(row):
    assert [kind for each in links(row.example) for kind, _ in each] == ["answers"]
    assert links(row.counterexample) == [[], []]


@pytest.mark.parametrize("row", rows("fr", "refutations", WordsRow), ids=lambda row: row.id)
def test_a_content_that_only_refutes_denies_what_it_answers(row):
    stances = [claim.stance.value for claim in claims.extract(row.example)]
    assert stances == ["accuses", "denies"]
    assert ("denies", "Paul Roux a volé la caisse") in links(row.example)[1]
    assert "denies" not in [kind for each in links(row.counterexample) for kind, _ in each]


@pytest.mark.parametrize("row", rows("fr", "pointers", PointerRow), ids=lambda row: row.id)
def test_a_word_that_points_back_links_a_denial_to_the_charge(row):
    said = "Paul Roux a volé la caisse"
    assert links(row.example) == [[], [("denies", said)]]
    assert [k.reason for c in claims.extract(row.example) for k in c.links] == ["points back"]
    reasons = [k.reason for c in claims.extract(row.counterexample) for k in c.links]
    assert "points back" not in reasons


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        (PAUL + "« Il tiendra encore longtemps. »", [[], [("continues", "Le pont est sûr")]]),
        (PAUL + "« Il est vieux », a rétorqué Léa Blanc.", [[], [("answers", "Le pont est sûr")]]),
        (
            PAUL + "« C’est faux », a rétorqué Léa Blanc.",
            [[], [("answers", "Le pont est sûr"), ("denies", "Le pont est sûr")]],
        ),
        # What is beside the words that point back is not of them, nor is that it was charged.
        (
            PAUL + "La mairie a démenti ces propos dans un communiqué.",
            [[], [("denies", "Le pont est sûr")]],
        ),
        (
            CHARGE + "Paul Roux nie les faits qui lui sont reprochés.",
            [[], [("denies", "avoir vendu le pont de la ville")]],
        ),
        (
            PAUL + "Cette version est contestée par la mairie.",
            [[], [("denies", "Le pont est sûr")]],
        ),
        (
            CHARGE + "Paul Roux dément avoir vendu le pont de la ville.",
            [[], [("denies", "avoir vendu le pont de la ville")]],
        ),
        # A plural points to all that a sentence says, and a rumour is no quotation.
        (
            "Léa Blanc affirme que le pont penche et assure que la caisse est vide. "
            "La mairie a démenti ces affirmations.",
            [[], [], [("denies", "la caisse est vide"), ("denies", "le pont penche")]],
        ),
        (PAUL + "La mairie a démenti la rumeur.", [[], []]),
        # A charge and its denial can stand in one sentence, and nobody need be told to charge.
        (
            "Le maire, accusé d’avoir vendu le pont, a nié les faits.",
            [[], [("denies", "avoir vendu le pont")]],
        ),
        (
            "Le maire, accusé d’avoir vendu le pont, a nié toute faute.",
            [[], [("denies", "avoir vendu le pont")]],
        ),
        # What answers a question, a medium or itself answers no claim.
        (PAUL + "« Il rouvrira », a répondu Léa Blanc à une question.", [[], []]),
        (PAUL + "« Il rouvrira », a répondu Léa Blanc aux journalistes.", [[], []]),
        (
            PAUL + "En réponse aux questions des élus, Léa Blanc a dit que le pont rouvrirait.",
            [[], []],
        ),
        (PAUL + "Réagissant aux inondations, Léa Blanc a dit que le pont était fermé.", [[], []]),
        (PAUL + "« Il rouvrira », a répondu Léa Blanc à Paul Petit.", [[], []]),
        (PAUL + "« Il rouvrira », a répondu à l’AFP Léa Blanc.", [[], []]),
        (PAUL + "« Il rouvrira mardi », a répondu Paul Roux.", [[], []]),
        # What denies something else denies none of what is there.
        (PAUL + "Léa Blanc a démenti toute démission de sa part.", [[], []]),
        (CHARGE + "L’armée dément les attaques de drones.", [[], []]),
        (CHARGE + "Anne Roux nie avoir menti à ses élus.", [[], []]),
    ],
)
def test_a_claim_is_linked_to_the_one_that_it_refers_to_or_to_none(text, linked):
    assert links(text) == linked


def test_an_answer_to_somebody_goes_past_others():
    text = (
        PAUL
        + "« Il est vieux », a dit Marc Petit. En réponse à Paul Roux, Léa Blanc a déclaré que "
        "le pont était fermé."
    )
    assert links(text)[2] == [("answers", "Le pont est sûr")]


def test_an_answer_to_somebody_who_has_said_nothing_has_no_link():
    text = PAUL + "En réponse à Marc Petit, Léa Blanc a déclaré que le pont était fermé."
    assert links(text) == [[], []]


def test_no_claim_is_linked_to_itself_or_to_one_of_another_article():
    text = PAUL + "« Il est vieux », a rétorqué Léa Blanc. « Il va tomber. »"
    found = claims.extract(text)
    ids = {claim.id for claim in found}
    for claim in found:
        assert {link.claim_id for link in claim.links} <= ids - {claim.id}
    assert {link.kind for claim in found for link in claim.links} == {
        LinkKind.ANSWERS,
        LinkKind.CONTINUES,
    }


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Léa Blanc a accusé Paul Roux d’avoir vendu le pont.", "Paul Roux"),
        ("Les habitants demandent au maire de fermer le pont.", "maire"),
        ("« Le maire doit démissionner », a exigé Léa Blanc.", "maire"),
        ("Léa Blanc reproche à l’État d’avoir abandonné le pont.", "État"),
        # These stances have none.
        ("Léa Blanc affirme que Paul Roux a vendu le pont.", None),
        ("Selon Léa Blanc, le maire a vendu le pont à l’État.", None),
    ],
)
def test_a_charge_or_a_demand_has_its_target(text, target):
    (claim,) = claims.extract(text)
    if target is None:
        assert claim.target is None
    else:
        assert claim.target is not None
        assert target in claim.target.text
        assert "Blanc" not in claim.target.text
