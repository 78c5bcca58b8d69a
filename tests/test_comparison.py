"""A reader compares what two speakers said, whatever the spelling of their names."""

import io

import pytest
from rich.console import Console

from claims.comparison import compare, table
from claims.model import Article, SpeakerKind, Stance
from claims.registry import Registry, SpeakerEntry
from claims.store import Store
from tests.quotes import Quotes, readings

REGISTRY = Registry(
    [
        (SpeakerEntry(name="Élise Roy", aliases=("Mme la Maire",), kind=SpeakerKind.PERSON), "a"),
        (SpeakerEntry(name="Ali", kind=SpeakerKind.PERSON), "b"),
    ]
)
NEW = Article.make(
    "Élise Roy dit : « Oui » à AFP. Ali Ben dit : « Non [bold] »",
    id="new",
    title="Deux [mots]",
    published="2024-06-20",
    publisher="Le Journal",
)
OLD = Article.make("Élise Roy dit : « Avant »", id="old", published="2023")


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "claims.db", write=True) as store:
        store.load(readings(NEW, OLD), Quotes(registry=REGISTRY))
        yield store


def test_each_side_has_the_claims_of_one_speaker_the_oldest_first(store):
    compared, unknown = compare(store, ["Élise Roy", "Ali Ben"], REGISTRY)
    assert not unknown
    roy, ali = compared.sides
    assert roy.name == "Élise Roy"
    assert [(c.date, c.text, c.outlets) for c in roy.claims] == [
        ("2023", "Avant", ()),
        ("2024-06-20", "Oui", ("AFP",)),
    ]
    assert [(c.stance, c.article, c.publisher) for c in ali.claims] == [
        ("affirms", "Deux [mots]", "Le Journal")
    ]


@pytest.mark.parametrize("name", ["elise roy", "ÉLISE  ROY", "Mme la maire"])
def test_a_name_is_found_without_case_and_accents_and_by_alias(store, name):
    (side,) = compare(store, [name], REGISTRY)[0].sides
    assert (side.name, len(side.claims)) == ("Élise Roy", 2)


@pytest.mark.parametrize("name", ["Roy", "Elise Roi", "roy elise"])
def test_an_unknown_name_is_told_with_near_ones_and_the_others_are_compared(store, name):
    compared, (unknown,) = compare(store, [name, "Ali Ben"], REGISTRY)
    (side,) = compared.sides
    assert side.name == "Ali Ben"
    assert "near names: “Élise Roy”" in unknown


@pytest.mark.parametrize("name", ["Zzz", ""])
def test_nothing_is_suggested_where_nothing_is_near(store, name):
    compared, (unknown,) = compare(store, [name], REGISTRY)
    assert not compared.sides
    assert unknown.startswith(f"nobody called {name!r}")
    assert "near names" not in unknown


@pytest.mark.parametrize(("width", "side_by_side"), [(80, True), (40, False)])
def test_columns_stand_side_by_side_where_there_is_room(store, width, side_by_side):
    file = io.StringIO()
    console = Console(file=file, width=width)
    compared, _ = compare(store, ["Élise Roy", "Ali Ben"], REGISTRY)
    console.print(table(compared, width))
    printed = file.getvalue()
    lines = printed.splitlines()
    assert any("Élise Roy" in line and "Ali Ben" in line for line in lines) is side_by_side
    assert max(map(len, lines)) <= width
    for words in ("« Avant »", "« Oui »", "« Non [bold] »", "2024-06-20 · affirms", "AFP"):
        assert words in printed


WORDS = "la mairie de Valmire a vendu le pont de bois à une entreprise étrangère de travaux publics"


def test_what_both_speak_of_comes_first_with_who_denies_it(tmp_path):
    class Trial(Quotes):
        def claims(self, article):
            for claim in super().claims(article):
                denies = claim.speakers[0].name == "Moscou"
                lemma = {"lemma": "nier" if denies else "dire"}
                cue = claim.cue and claim.cue.model_copy(update=lemma)
                stance = Stance.DENIES if denies else Stance.ACCUSES
                yield claim.model_copy(update={"stance": stance, "cue": cue})

    made = [
        Article.make(f"{who} dit : « {words} »", id=str(n), published="2024-06-19")
        for n, (who, words) in enumerate(
            [("Élise Roy", WORDS), ("Moscou", WORDS), ("Russie", "Autre chose"), ("Ali", "Rien")]
        )
    ]
    registry = Registry.bundled()
    with Store.open(tmp_path / "claims.db", write=True) as store:
        store.load(readings(*made), Trial(registry=registry))
        compared, _ = compare(store, ["Élise Roy", "la Russie"], registry)
    (matter,) = compared.matters
    assert matter.contested
    assert [(side.name, [c.stance for c in side.claims]) for side in matter.sides] == [
        ("Élise Roy", ["accuses"]),
        ("Russie", ["denies"]),
    ]
    assert [len(side.claims) for side in compared.sides] == [1, 2]
    assert compared.sides[1].names == ("Moscou",)
    file = io.StringIO()
    Console(file=file, width=80).print(table(compared, 80))
    printed = file.getvalue()
    assert printed.index("They speak of (contested)") < printed.index("All that they said")
