"""What the pages tell: the words in their place, who says and relays them, who answers, what differs."""

import asyncio
import json
import re
import sqlite3
from html import unescape
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest
from datasette.app import Datasette

from claims.datasette import charts, serving
from claims.datasette.pages import lists, speaker
from claims.datasette.pages.passages import Mark, around, parts
from claims.model import Article, LinkKind, Stance
from claims.reviews import Action, Review
from claims.store import Store
from tests.quotes import Quotes, readings

BRIDGE = "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre"
TEXTS = {
    "a": (
        "2024-06-19",
        "Le Journal",
        f"La vallée attend. Paul Roux dit : « {BRIDGE} » à KCNA. Elle écoute.",
    ),
    "b": (
        "2024-07-01",
        "Le Matin",
        f"Paul Roux dit : « {BRIDGE} et personne ne le regrettera » à AFP. Anne Petit dit : « Bien »",
    ),
    "c": ("2024", None, "Anne Petit dit : « Le lycée agricole accueillera deux cents internes »"),
    "d": (None, None, "Anne Petit dit : « Rien de plus ne sera fait à la gare cette année » à AFP"),
}


def article(id: str, text: str, day: str | None, publisher: str | None) -> Article:
    return Article.make(
        text,
        id=id,
        title=f"Titre {id}",
        published=day,
        publisher=publisher,
        url=f"https://exemple.fr/{id}",
    )


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("pages") / "claims.db"
    with Store.open(path, write=True) as store:
        for id, (day, publisher, text) in TEXTS.items():
            store.load(readings(article(id, text, day, publisher)), Quotes())
        # The same words, denied by somebody else in the same article.
        denied = f"Léa Blanc dit : « {BRIDGE} »"
        store.load(
            readings(article("e", denied, "2024-07-02", "Le Matin")),
            Quotes(stance=Stance.DENIES, link=LinkKind.DENIES),
        )
        claim = store.db.execute("SELECT id FROM claims WHERE article_id = 'a'").fetchone()[0]
        store.review(
            [
                Review.make(
                    "Ada",
                    Action.VERDICT,
                    claim,
                    "Faux",
                    url="https://verif.exemple/1",
                    date="2024-08-01",
                )
            ]
        )
    return path


class Page(HTMLParser):
    """The words of a page, its links and what is marked."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.links: list[str] = []
        self.marked: list[tuple[str, str]] = []
        self.inside: list[str] = []
        self.feed(html)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and (address := found.get("href")):
            self.links.append(address)
        if tag == "mark":
            self.inside.append(found.get("class") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        self.words += data + " "
        if self.inside:
            self.marked.append((self.inside[-1], data))


@pytest.fixture(scope="module")
def datasette(path) -> Datasette:
    return serving.application(path)


def page(datasette: Datasette, url: str) -> Page:
    response = asyncio.run(datasette.client.get(url, follow_redirects=True))
    assert response.status_code == 200, url
    return Page(response.text)


@pytest.fixture(scope="module")
def ids(path) -> dict[str, Any]:
    with Store.open(path) as store:

        def found(sql: str) -> dict[str, str]:
            return dict(store.db.execute(sql).fetchall())

        return {
            "claims": found("SELECT article_id, id FROM claims ORDER BY context_start DESC"),
            "speakers": found("SELECT name, id FROM speakers"),
            "outlets": found("SELECT name, id FROM outlets"),
            "group": store.db.execute("SELECT id FROM groups").fetchone()[0],
        }


def test_the_front_page_tells_what_is_in_here_and_where_to_begin(datasette, ids):
    front = page(datasette, "/")
    assert "6 propos" in front.words
    assert "5 articles" in front.words
    assert "du 2024 au 2 juillet 2024" in front.words
    for link in (
        f"/claims/speakers/{ids['speakers']['Paul Roux']}",
        f"/claims/outlets/{ids['outlets']['AFP']}",
        f"/claims/groups/{ids['group']}",
        "/claims/who_said_what?stance=denies",
        "/claims/-/contested",
        "/claims/-/compare",
    ):
        assert link in front.links
    assert "Léa Blanc nie Le Matin, 2 juillet 2024" in front.words


def test_a_claim_stands_in_its_place_with_what_is_what(datasette, ids):
    shown = page(datasette, f"/claims/claims/{ids['claims']['a']}")
    told = dict(shown.marked)
    assert told["hl hl-content"] == BRIDGE
    assert told["hl hl-cue"] == "dit"
    assert told["hl hl-speaker hl-target"] == "Paul Roux"
    assert told["hl hl-outlet"] == "KCNA"
    assert f"Paul Roux dit : « {BRIDGE} » à KCNA . Elle écoute." in shown.words.replace("  ", " ")
    assert "Position affirme" in shown.words
    assert "Dit juin 2024" in shown.words


def test_a_claim_tells_its_way_its_like_its_verdict_and_how_to_cite_it(datasette, ids):
    shown = page(datasette, f"/claims/claims/{ids['claims']['a']}")
    way = shown.words[shown.words.index("Par où ces mots") :]
    assert re.match(r".*?dit par Paul Roux .*?dit à KCNA .*?publié par Le Journal", way)
    assert "et personne ne le regrettera" in shown.words
    assert "verdict → Faux , 1 août 2024" in shown.words
    assert "https://verif.exemple/1" in shown.links
    assert any(link.startswith("https://exemple.fr/a#:~:text=Le%20vieux") for link in shown.links)
    for name in ("RIS", "BibTeX", "CSL-JSON", "Web Annotation", "Markdown", "ISO 690, français"):
        assert name in shown.words
    assert f"/claims/claims/{ids['claims']['a']}.ris" in shown.links
    assert f"claims review claims.db {ids['claims']['a']} --stance denies" in shown.words


def test_a_claim_is_told_to_machines_too(datasette, ids):
    html = asyncio.run(datasette.client.get(f"/claims/claims/{ids['claims']['a']}")).text
    told = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert told is not None
    assert "ClaimReview" in [node["@type"] for node in json.loads(told[1])["@graph"]]


def test_who_answers_a_claim_is_told_on_both(datasette, ids):
    answer = page(datasette, f"/claims/claims/{ids['claims']['b']}")
    assert "Ce propos a pour réponse" in answer.words
    other = next(link for link in answer.links if "/claims/claims/" in link)
    assert "Ce propos" in page(datasette, other).words


def test_an_article_is_there_whole_with_each_claim_marked(datasette, ids):
    shown = page(datasette, "/claims/articles/b")
    assert [text for _, text in shown.marked] == [f"{BRIDGE} et personne ne le regrettera", "Bien"]
    assert shown.links.count(f"/claims/claims/{ids['claims']['b']}") >= 2
    assert "Le Matin, 1 juillet 2024" in shown.words


def test_a_speaker_has_months_media_and_claims_that_can_be_filtered(datasette, ids):
    address = f"/claims/speakers/{ids['speakers']['Anne Petit']}"
    shown = page(datasette, address)
    assert "3 propos" in shown.words
    assert f"{address}?month=2024-07" in shown.links
    assert "Rien de plus" in shown.words
    assert f"/claims/outlets/{ids['outlets']['AFP']}" in shown.links
    july = page(datasette, f"{address}?month=2024-07")
    assert "Bien" in july.words
    assert "Rien de plus" not in july.words
    none = page(datasette, f"{address}?stance=accuses")
    assert "Aucun." in none.words


@pytest.mark.parametrize("few", [3000, 0])
def test_every_claim_of_a_speaker_can_be_reached(tmp_path, monkeypatch, few):
    """However many they are, in one month or without a date."""
    path = tmp_path / "claims.db"
    days = [f"2024-06-{1 + n % 28:02}" for n in range(60)] + ["2023-01-02"] * 30 + [None] * 5
    articles = (
        article(str(n), f"Paul Roux dit : « Le propos {n} »", day, None)
        for n, day in enumerate(days)
    )
    with Store.open(path, write=True) as store:
        store.load(readings(*articles), Quotes())
        (id,) = store.db.execute("SELECT id FROM speakers").fetchone()
    monkeypatch.setattr(speaker, "FEW", few)
    datasette = serving.application(path)
    for query, number in (("", 95), ("&month=2024-06", 60), ("&stance=affirms", 95)):
        found: list[str] = []
        for turn in range(1, 9):
            shown = page(datasette, f"/claims/speakers/{id}?page={turn}{query}")
            found += re.findall(r"Le propos \d+", shown.words)
            if "Page suivante" not in shown.words:
                break
        assert len(found) == len(set(found)) == number


def test_feeds_are_announced_and_give_claims(datasette, ids):
    for address, title in (
        ("/", "Bien"),
        (f"/claims/speakers/{ids['speakers']['Anne Petit']}", "Rien de plus"),
    ):
        html = asyncio.run(datasette.client.get(address)).text
        feed = re.search(r'application/atom\+xml"[^>]*href="([^"]+)"', html)
        assert feed is not None
        told = asyncio.run(datasette.client.get(unescape(feed[1]), follow_redirects=True))
        assert told.status_code == 200
        assert title in told.text


def test_a_page_has_its_name(datasette, ids):
    html = asyncio.run(datasette.client.get(f"/claims/outlets/{ids['outlets']['AFP']}")).text
    assert "<title>AFP</title>" in html


def test_an_outlet_tells_whom_it_relays_in_which_role(datasette, ids):
    address = f"/claims/outlets/{ids['outlets']['AFP']}"
    shown = page(datasette, address)
    assert re.search(r"Qui il relaie .*Anne Petit dit à 1", shown.words)
    other = page(datasette, f"{address}?role=relay")
    assert "Qui il relaie Ce que" in other.words


def test_a_group_shows_word_by_word_what_differs(datasette, ids):
    for address in (f"/claims/groups/{ids['group']}", "/claims/-/same-words"):
        html = asyncio.run(datasette.client.get(address)).text
        assert "<del>et personne ne le regrettera</del>" in html


def test_two_are_compared_by_name_and_the_address_can_be_shared(datasette, ids):
    shown = page(datasette, "/claims/-/compare?name=anne+petit&name=PAUL%20ROUX")
    assert "Chacun de son côté" in shown.words
    paul, anne = ids["speakers"]["Paul Roux"], ids["speakers"]["Anne Petit"]
    assert f"/claims/-/compare?what=speakers&id={paul}" in shown.links  # to take Anne Petit out
    same = page(datasette, f"/claims/-/compare?id={anne}&id={paul}")
    assert same.words == shown.words
    june = page(datasette, f"/claims/-/compare?id={anne}&id={paul}&since=2024-06&until=2024-06")
    assert "lycée" not in june.words
    assert BRIDGE in june.words


def test_a_name_that_several_have_or_nobody_is_asked_about(datasette):
    assert "qui voulez-vous dire ?" in page(datasette, "/claims/-/compare?name=a").words
    assert "Personne ne s’appelle « zzz »" in page(datasette, "/claims/-/compare?name=zzz").words
    percent = page(datasette, "/claims/-/compare?name=%25").words
    assert "Personne ne s’appelle « % »" in percent


def test_outlets_are_compared_too(datasette, ids):
    outlets = "".join(f"&id={ids['outlets'][name]}" for name in ("AFP", "KCNA"))
    shown = page(datasette, f"/claims/-/compare?what=outlets{outlets}")
    assert "Chacun de son côté" in shown.words
    assert BRIDGE in shown.words


def test_a_page_that_takes_too_long_says_so(path, monkeypatch):
    """Its row is there still."""
    datasette = serving.application(path)
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    def never(conn: Any, *args: Any, **more: Any) -> Any:
        return conn.execute(slow).fetchone()

    monkeypatch.setattr(datasette, "_settings", {**datasette._settings, "sql_time_limit_ms": 20})
    monkeypatch.setattr(lists, "contested", never)
    assert "trop de temps" in page(datasette, "/claims/-/contested").words


def test_without_claims_the_pages_say_so(tmp_path):
    path = tmp_path / "empty.db"
    Store.open(path, write=True).close()
    datasette = serving.application(path)
    assert "claims load" in page(datasette, "/").words
    assert "Rien n’est contesté" in page(datasette, "/claims/-/contested").words
    assert "Aucune citation" in page(datasette, "/claims/-/same-words").words
    assert "Comparer" in page(datasette, "/claims/-/compare").words


def test_another_database_keeps_its_own_pages(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE claims (id TEXT PRIMARY KEY, claim TEXT)")
        db.execute("INSERT INTO claims VALUES ('a', 'b')")
    datasette = Datasette([str(path)])
    row = asyncio.run(datasette.client.get("/other/claims/a"))
    assert row.status_code == 200
    assert "claims-" not in row.text
    assert asyncio.run(datasette.client.get("/other/-/compare")).status_code == 404
    assert "site-name" not in asyncio.run(datasette.client.get("/")).text


def test_a_text_is_cut_where_marks_begin_and_end():
    text = "un deux trois"
    marks = [Mark(3, 7, "cue"), Mark(0, 13, "content"), Mark(5, 99, "target"), Mark(4, 4, "x")]
    found = parts(text, marks)
    assert "".join(part.text for part in found) == text
    assert [(p.text, [m.kind for m in p.marks]) for p in found] == [
        ("un ", ["content"]),
        ("de", ["content", "cue"]),
        ("ux", ["target", "content", "cue"]),
        (" trois", ["target", "content"]),
    ]
    assert [m.kind for p in found for m in p.begins] == ["content", "cue", "target"]
    assert around("abc", 0, 3, 10) == (0, 3)
    assert around("abcdef", 2, 4, 1) == (2, 4)


def test_every_stance_has_a_bar_and_a_colour_that_the_legend_tells():
    css = (files("claims.datasette") / "static" / "claims.css").read_text(encoding="utf-8")
    assert {kind for kind, _ in charts.stance_kinds()} == {stance.value for stance in Stance}
    assert all(f".bar-{stance.value}" in css for stance in Stance)
    assert sum(len(names.split(", ")) for _, names in charts.legend()) == len(Stance)


def test_a_chart_has_a_bar_for_each_month_that_is_known():
    kinds = [("affirms", "affirme"), ("denies", "nie")]
    months = {"": {"affirms": 3}, "2023-12": {"affirms": 1, "denies": 2}, "2024-02": {"denies": 1}}
    drawn = charts.by_month(months, kinds, "/x?a=1&month={}", "Un <titre>")
    assert drawn.count("<a ") == 2
    assert 'href="/x?a=1&amp;month=2023-12"' in drawn
    assert "2023-12 : affirme 1, nie 2" in drawn
    assert "Un &lt;titre&gt;" in drawn
    assert charts.by_month({"": {"affirms": 1}}, kinds, "", "x") == ""


@pytest.fixture(scope="module")
def versions(tmp_path_factory) -> Datasette:
    """An article, a correction of it, and a copy of that in another paper."""
    path = tmp_path_factory.mktemp("versions") / "claims.db"
    wire = f"La vallée attend toujours, dit-on. Paul Roux dit : « {BRIDGE} » à KCNA. Elle écoute."
    url, told = "https://exemple.fr/pont", {"licence": "javascript:alert(1)", "author": "Léa Roux"}
    found = [
        Article.make(wire, id="old", url=url, publisher="Le Journal", title="Ancien titre"),
        Article.make(
            wire.replace("novembre", "mars"), id="new", url=url, publisher="Le Journal",
            title="Nouveau titre", modified="2024-06-21", agency="AFP", tdm_reservation=True, **told,
        ),
        Article.make(wire, id="copy", publisher="La Gazette", title="Une copie"),
    ]  # fmt: skip
    with Store.open(path, write=True) as store:
        store.load(readings(*found), Quotes())
    return serving.application(path)


def test_an_article_tells_its_versions_and_copies(versions):
    old, new, copied = (page(versions, f"/claims/articles/{id}") for id in ("old", "new", "copy"))
    assert "Une version plus récente a remplacé cet article : Nouveau titre" in old.words
    assert "/claims/articles/new" in old.links
    assert "Versions antérieures : Ancien titre" in new.words
    assert "corrigé le 21 juin 2024" in new.words
    assert "Léa Roux , Le Journal (dépêche AFP)" in new.words
    assert "L’éditeur réserve la fouille de textes" in new.words
    assert "Le même texte, ou presque, dans 2 autres articles" in copied.words
    assert {"/claims/articles/old", "/claims/articles/new"} <= {*copied.links}
    for shown in (old, new, copied):
        assert not [link for link in shown.links if link.startswith("javascript")]


def test_a_claim_tells_that_its_article_was_corrected_and_whose_wire_it_is(versions):
    rows = asyncio.run(
        versions.client.get("/claims/claims.json?_shape=array&_col=article_id&_col=superseded")
    ).json()
    pages = {row["article_id"]: page(versions, f"/claims/claims/{row['id']}") for row in rows}
    assert "une version de l’article qui a été corrigée depuis" in pages["old"].words
    assert "corrigée depuis" not in pages["new"].words
    assert "dépêche de AFP publié par Le Journal" in pages["new"].words
    front = page(versions, "/")
    assert "2 propos" in front.words
    assert "mars" in front.words
