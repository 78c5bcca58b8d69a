import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.language import codes, rows
from claims.model import ZoneKind
from claims.zones import ZoneRow, zones

SEEDS = sorted((Path(__file__).parents[1] / "seeds" / "articles").glob("*.txt"))
MARKS = [(code, row) for code in codes() for row in rows(code, "zones", ZoneRow)]


PROSE = " ".join(f"Le conseil a examiné le point {i} de son ordre du jour." for i in range(20))
"""More than a line of a page: a text that must have lost its line breaks."""


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
    text = f"{PROSE} {row.example}" if row.scope == "run_in" else f"{row.example}\nTexte."
    assert row.kind.value in [kind for kind, _ in kinds(text, language=code)]


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
        "Lire aussi: Un roi nu et " * 40_000,
        "La foule est là pic.twitter.com/AbCdEf1234 " * 23_000,
        "Il dort encore dans la grande maison bleue du port." * 20_000,
        "Il dort. Routes coupées et mots " * 31_000,
        "— a (@b) " * 110_000,
        "«a" * 500_000,
        "A. " * 330_000,
    ],
    ids=[
        *("prose", "lines", "slashes", "spaces", "marks", "blank"),
        *("teasers", "posts", "breaks", "headings", "signatures", "quotes", "initials"),
    ],
)
def test_the_time_is_linear_for_a_megabyte_of_any_kind(text):
    def seconds(part):
        started = time.process_time()
        zones(part)
        return time.process_time() - started

    # Four times if linear; the processor's own time swings where others use it.
    assert seconds(text) < 12 * seconds(text[: len(text) // 4]) + 0.5


def test_a_pattern_that_matches_nothing_is_refused():
    with pytest.raises(ValueError, match="must need a character"):
        ZoneRow(
            id="x", kind=ZoneKind.BODY, scope="line", pattern=re.compile("a*"), example="a",
            counterexample="b",
        )  # fmt: skip


def test_every_kind_has_a_mark():
    assert {row.kind for row in rows("fr", "zones", ZoneRow)} == set(ZoneKind)


LONG = "que le conseil municipal de la ville de Brume a examiné hier soir, sans rien en décider"


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("furniture", "{{2}}"),
        ("furniture", "14h05"),
        ("furniture", "Titre et chapeau sont de la rédaction."),
        ("furniture", "(Extrait de La Semaine, la lettre du service politique)"),
        ("furniture", "► Notre journal a été invité à Brest par le salon du livre."),
        ("furniture", "Inscrivez-vous à notre lettre du matin, c'est gratuit !"),
        ("related", "Lire encore : Le maire et son double"),
        ("related", "Notre dossier : une ville sans voitures"),
        ("related", "À ce sujet : Les vélos gagnent du terrain"),
        ("related", "» Ces villages «perdus» qui ne veulent pas mourir"),
        ("related", "S'ABONNER AU JOURNAL >"),
        ("related", "PUBLICITÉ"),
        ("related", "Pour suivre toute la saison, cliquez ici."),
        ("related", "Lire le rapport complet"),
        ("credit", "Un billet de Rose Tulipe."),
        ("credit", "Entretien réalisé par Rose Tulipe"),
        ("credit", "Par Rose Tulipe, juriste et conseillère communale."),
        ("credit", "De notre correspondant à Vienne"),
        ("credit", "Rose Tulipe, journaliste au Courrier"),
        ("credit", "Appel collectif."),
        ("credit", "- Avec la collaboration de l'Agence France-Presse"),
        ("credit", "crédit photo @rose du blog tulipe.example"),
        ("caption", "Une barricade en feu, rue du Port. Rose Tulipe pour Le Courrier"),
    ],
)
def test_what_stands_between_the_paragraphs_is_not_of_them(kind, line):
    before, after = "Le conseil s'est réuni.", "La séance a été levée."
    found = kinds(f"Un titre\n{before}\n{line}\n{after}")
    assert found == [("headline", "Un titre"), ("body", before), (kind, line), ("body", after)]


@pytest.mark.parametrize(
    "line",
    [
        "Par Rose Tulipe, il a appris la nouvelle.",
        "Entretien entre le maire et le préfet, par temps calme : rien n'est décidé.",
        "Notre enquête : elle montre que tout va mal, dit le ministre.",
        "» Nous tiendrons jusqu'au bout.",
        "Pour suivre la foule, il faut marcher.",
        "Le correspondant de guerre a été blessé.",
        "14h05 de retard au départ.",
        "Une barricade brûle, selon Rose Tulipe.",
    ],
)
def test_a_paragraph_that_resembles_such_a_line_stays_body(line):
    assert kinds(f"Un titre\nDébut du texte.\n{line}\nFin du texte.")[2] == ("body", line)


@pytest.mark.parametrize(
    ("kind", "mark", "words"),
    [
        ("furniture", "ENQUÊTE -", f"Le plan {LONG}."),
        ("furniture", "GRENOBLE |", f"Le plan {LONG}."),
        ("furniture", "Québec —", f"Le plan {LONG}."),
        ("furniture", "LENS, France –", f"Le plan {LONG}."),
        ("furniture", "Oran (APS) -", f"Le plan {LONG}."),
        ("headline", "Carnet rose", f"Une girafe est née au zoo {LONG}."),
    ],
)
def test_a_label_before_the_first_words_is_not_of_the_sentence(kind, mark, words):
    assert kinds(f"Un titre\n{mark} {words}\nFin.")[1:3] == [(kind, mark), ("body", words)]


def test_the_line_after_a_first_paragraph_with_a_label_is_no_title():
    slogan = f"Des marcheurs ont défilé contre le plan {LONG}, au cri de « Rendez-nous la mer ! »"
    assert kinds(f"LENS | {PROSE}\n{slogan}\nFin.")[2] == ("body", slogan)


@pytest.mark.parametrize(
    "line",
    [
        f"La CGT - Le syndicat est ici - refuse ce plan {LONG}.",
        f"Québec — qui l'avait promis — refuse ce plan {LONG}.",
        f"Selon Le monde d'hier, un roman, voici ce plan {LONG}.",
        f"Marine Le Goff refuse ce plan {LONG}.",
    ],
)
def test_a_sentence_that_begins_like_one_with_a_label_is_whole(line):
    assert kinds(f"Un titre\n{line}\nFin.")[1] == ("body", line)


@pytest.mark.parametrize(
    ("kind", "words", "mark"),
    [
        ("credit", "« Tout est dit », conclut le préfet.", "(afp/xyz/Le Courrier)"),
        ("credit", "« Tout est dit », conclut le préfet.", "(Le Courrier)"),
        ("credit", "« Tout est dit », conclut le préfet.", "P. Du."),
        ("credit", "« Tout est dit », conclut le préfet.", "(R.T.)"),
        ("credit", f"Voilà donc ce plan {LONG} !", "Rose Tulipe"),
        ("credit", "« Tout est dit », conclut le préfet.", "ROSE TULIPE (BOURG - AIN)"),
        ("credit", "« Tout est dit », conclut le préfet.", "Rose Tulipe, Associated Press"),
        ("credit", "Elle est historienne.", "Crédit : Paul Roy"),
        ("furniture", "« Tout est dit », conclut le préfet.", "(...)"),
        ("furniture", "Tout reste à faire !", "(à suivre)"),
        ("related", "Le préfet conclut.", "► LIRE AUSSI - Le maire et son double"),
    ],
)
def test_a_mark_after_the_last_words_is_not_of_the_sentence(kind, words, mark):
    found = kinds(f"Un titre\nDébut.\n{words} {mark}\nUne autre phrase.")
    assert found[2:4] == [("body", words), (kind, mark)]


@pytest.mark.parametrize(
    "line",
    [
        f"« Je refuse ce plan {LONG}. » Rose Tulipe",
        "Le gouvernement est contre, dit le député (PTB).",
        "Le plan plaît à M. De Crem.",
        "Elle lit un journal (Le Courrier).",
    ],
)
def test_who_speaks_after_a_quotation_is_no_byline(line):
    assert kinds(f"Un titre\nDébut.\n{line}\nFin.")[2] == ("body", line)


def test_a_headline_with_pictures_is_a_headline_without_their_label():
    text = "La fête a réuni mille personnes (PHOTOS + VIDÉOS)\n\nElle a duré trois jours."
    assert kinds(text) == [
        ("headline", "La fête a réuni mille personnes"),
        ("furniture", "(PHOTOS + VIDÉOS)"),
        ("body", "Elle a duré trois jours."),
    ]


def test_the_titles_under_a_label_are_links_and_the_next_paragraph_is_not():
    text = "Un titre\nUn texte.\nEn lien\n- le guide des marcheurs\nMarcher, mais où ?\nLa suite."
    assert of_kind(text, "related") == ["En lien", "- le guide des marcheurs", "Marcher, mais où ?"]
    assert of_kind(text, "body") == ["Un texte.", "La suite."]


def test_lines_below_the_text_are_links_or_an_author_with_an_office():
    text = "Un titre\nUn texte."
    office = "Directrice de recherche à l'Institut des hautes études de la Loire"
    links = ["Le marathon de la capitale aura bien lieu ce printemps, assure le maire", "La neige"]
    assert of_kind(f"{text}\nRose Tulipe\n{office}", "credit") == ["Rose Tulipe", office]
    assert of_kind("\n".join([text, *links]), "related") == links
    assert of_kind(f"{text}\n{office}", "body") == ["Un texte.", office]


def test_an_embedded_post_ends_with_its_copy():
    post = "La foule est là. Tout est calme pic.twitter.com/AbCdEf1234"
    signed = f"{post}— Radio Rivière (@riviere) 8 décembre 2018 {post}"
    text = f"Un titre\nLe préfet a parlé. {signed} « Tout va bien », a-t-il dit.\nFin."
    assert kinds(text)[1:4] == [
        ("body", "Le préfet a parlé."),
        ("related", signed),
        ("body", "« Tout va bien », a-t-il dit."),
    ]


def test_an_embedded_post_without_a_copy_is_the_sentence_it_closes():
    text = (
        "Un titre\nLe préfet a dit : « Non. » La foule est là https://t.co/AbCdEf1234 Il rit.\nFin."
    )
    assert of_kind(text, "related") == ["La foule est là https://t.co/AbCdEf1234"]
    assert of_kind(text, "body") == ["Le préfet a dit : « Non. »", "Il rit.", "Fin."]


def test_an_embedded_post_on_lines_of_its_own_leaves_the_paragraph_above_it():
    signature = "— Radio Rivière (@riviere) 8 décembre 2018"
    lines = ["Belle journée ! La foule est là #marche https://t.co/AbCdEf1234", signature]
    lines += [
        "Ma ville en fête",
        "Une publication partagée par Léa (@lea.b) le 15 Janv. 2019 à 10 :24 PST",
    ]
    text = "\n".join(["Un titre", "Le préfet a parlé.", *lines, "Il est parti."])
    assert of_kind(text, "related") == lines
    assert of_kind(text, "body") == ["Le préfet a parlé.", "Il est parti."]


LOST = (
    "Le conseil s'est réuni hier soir.Il a parlé des vélos, que « personne ne voit ».Trop cher"
    "Le maire a refusé le plan.« Trop tard »« Il fallait y penser », dit-il.Lire aussi: Le vélo "
    "en villePersonne n'y croyait, mais on n'avait jamais tant roulé.Sur YouTube, un film le montre. "
    + PROSE
)


def test_a_page_that_lost_its_line_breaks_has_its_paragraphs_and_headings_again():
    assert of_kind(LOST, "headline") == ["Trop cher", "« Trop tard »"]
    assert of_kind(LOST, "related") == ["Lire aussi: Le vélo en ville"]
    assert of_kind(LOST, "body")[:5] == [
        "Le conseil s'est réuni hier soir.",
        "Il a parlé des vélos, que « personne ne voit ».",
        "Le maire a refusé le plan.",
        "« Il fallait y penser », dit-il.",
        "Personne n'y croyait, mais on n'avait jamais tant roulé.",
    ]
    assert of_kind(LOST, "body")[5].startswith("Sur YouTube, un film le montre.")


def test_a_capital_after_a_full_stop_now_and_then_breaks_no_line():
    line = f"Il l'a dit.Elle aussi. {PROSE}"
    assert kinds(f"Un titre\n{line}\nFin.")[1] == ("body", line)


def test_a_heading_run_into_a_text_without_lines_is_a_heading():
    text = f"{PROSE} Routes coupées Dans la région, tout est sous l'eau. Il vient de lire Le temps."
    assert of_kind(text, "headline") == ["Routes coupées"]
    assert of_kind(f"Un titre\n{text}", "headline") == ["Un titre"]


def test_a_teaser_inside_a_paragraph_ends_where_the_text_goes_on():
    for teaser, rest in (
        ("Lire aussi: Le vélo en ville", "Le maire a refusé le plan."),
        ("À lire aussi : À vélo, ou pas ?", "La question reste posée."),
        ("» LIRE AUSSI - Rose Tulipe: «J'aime le vélo»", "Pourquoi tant de haine ?"),
    ):
        text = f"Un titre\nDébut du texte. {teaser} {rest} {PROSE}\nFin."
        assert of_kind(text, "related") == [teaser]
        assert of_kind(text, "body")[1].startswith(rest)
