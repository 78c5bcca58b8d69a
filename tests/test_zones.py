import re
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.language import codes, rows
from claims.model import ZoneKind
from claims.zones import ZoneRow, zones

SEEDS = sorted((Path(__file__).parents[1] / "seeds" / "articles").glob("*.txt"))
MARKS = [(code, row) for code in codes() for row in rows(code, "zones", ZoneRow)]


def seed(number: int) -> str:
    return SEEDS[number].read_bytes().decode()


def kinds(text: str, **options: str) -> list[tuple[str, str]]:
    return [(z.kind.value, text[z.start : z.end]) for z in zones(text, **options)]


def of_kind(text: str, kind: str) -> list[str]:
    return [words for k, words in kinds(text) if k == kind]


@pytest.mark.parametrize(("code", "row"), MARKS, ids=lambda v: getattr(v, "id", v))
def test_each_mark_fires_on_its_example_only(code, row):
    assert row.find(row.example)
    assert not row.find(row.counterexample)


@pytest.mark.parametrize(("code", "row"), MARKS, ids=lambda v: getattr(v, "id", v))
def test_the_example_ends_up_in_the_zone_of_its_row(code, row):
    assert row.kind.value in [kind for kind, _ in kinds(f"{row.example}\nTexte.", language=code)]


def test_the_five_articles():
    headlines = [of_kind(seed(i), "headline") for i in range(5)]
    assert headlines[0] == [
        "Poutine en Corée du Nord pour renforcer la coopération militaire",
        "Préoccupations occidentales",
    ]
    assert len(headlines[1]) == 4
    assert [h[:9] for h in headlines[2]] == ["Corée du ", "Un accord", "La guerre"]
    assert headlines[3][0].startswith("Kim Jong Un se rendra")
    assert headlines[4] == []
    assert [len(of_kind(seed(i), "caption")) for i in range(5)] == [3, 2, 0, 1, 0]
    assert [len(of_kind(seed(i), "related")) for i in range(5)] == [0, 3, 0, 1, 0]
    assert of_kind(seed(1), "credit") == ["(Avec agences)"]
    assert of_kind(seed(1), "comment")[0] == "Commentaires 6"
    assert of_kind(seed(1), "comment")[-1].endswith("demander la lune aux Russes")
    assert of_kind(seed(1), "furniture")[-1].startswith("Merci pour votre commentaire")
    assert of_kind(seed(2), "furniture") == [
        "top of page",
        "• Photo du rédacteur: Ludeny Phedjyna Eugene",
        "Ludeny Phedjyna Eugene",
        "• 20 juin 2024",
        "• 4 min de lecture",
        "bottom of page",
    ]


def test_a_mark_inside_a_line_divides_it():
    text = " date 2024-06 Un sommet.\n\nIls ont signé. » LIRE AUSSI - Trois questions"
    assert kinds(text) == [
        ("furniture", "date 2024-06"),
        ("headline", "Un sommet."),
        ("body", "Ils ont signé."),
        ("related", "» LIRE AUSSI - Trois questions"),
    ]


def test_prose_that_speaks_of_an_agency_is_body():
    for line in (
        "« Rien n'est sûr », a-t-il déclaré à l'AFP.",
        "Le procureur a parlé au correspondant de l'AFP",
        "Deux journalistes, dont un de Reuters, ont été agressés.",
        "Une source proche du dossier, citée par l'agence Belga, confirme.",
        "VIDÉO - Le président a annoncé mardi une hausse du smic.",
    ):
        kind, words = kinds(f"Titre\n{line}\nFin du texte.")[1]
        assert (kind in ("body", "headline"), words) == (True, line)


def test_a_short_line_heads_what_follows_and_signs_what_precedes():
    text = "Titre\nUn texte.\nUn intertitre\nUn autre texte.\nLyès Menacer"
    assert [kind for kind, _ in kinds(text)] == ["headline", "body", "headline", "body", "credit"]


def test_a_known_title_is_the_headline_whatever_its_end():
    text = "Il a tout dit.\nUn texte."
    assert [kind for kind, _ in kinds(text)] == ["body", "body"]
    assert [kind for kind, _ in kinds(text, title="Il a tout  dit.")] == ["headline", "body"]


PIECES = [row.example for _, row in MARKS] + [
    "\n",
    " ",
    "\u2028",
    "\r\n",
    "Il a dit.",
    "Titre",
    "»",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12).map("".join))
def test_zones_are_disjoint_ordered_and_hold_every_character_that_shows(text):
    at = 0
    for zone in zones(text):
        assert at <= zone.start < zone.end <= len(text)
        assert not text[at : zone.start].strip()
        at = zone.end
    assert not text[at:].strip()


@pytest.mark.parametrize(
    "text",
    [
        "Il a dit que oui, selon l'AFP. " * 35_000,
        "Une ligne de texte, et puis rien de plus à dire ce jour-là.\n" * 17_000,
        "A/" * 500_000,
        " " * 1_000_000 + "x",
        "» LIRE AUSSI " * 80_000,
        "\n\t" * 500_000,
    ],
    ids=["prose", "lines", "slashes", "spaces", "marks", "blank"],
)
def test_the_time_is_linear_for_a_megabyte_of_any_kind(text):
    def seconds(part):
        started = time.perf_counter()
        zones(part)
        return time.perf_counter() - started

    assert seconds(text) < 10 * seconds(text[: len(text) // 4]) + 0.3  # four times if linear


def test_a_pattern_that_matches_nothing_is_refused():
    with pytest.raises(ValueError, match="must need a character"):
        ZoneRow(
            id="x", kind=ZoneKind.BODY, scope="line", pattern=re.compile("a*"), example="a",
            counterexample="b",
        )  # fmt: skip


def test_every_kind_has_a_mark_but_headline_and_body():
    marked = Counter(row.kind for row in rows("fr", "zones", ZoneRow))
    assert set(ZoneKind) - set(marked) == {ZoneKind.HEADLINE, ZoneKind.BODY}
