"""What a reader sees in the browser: every page opens, names not ids, search without accents."""

import asyncio
import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from sqlite_utils import Database

from claims.datasette import serving
from claims.model import Article, Problem
from claims.store import Store
from tests.quotes import Quotes, readings

ARTICLE = Article.make(
    "Vladimir Poutine dit : « L’école <b>brûle</b> » à KCNA.\nÉlise Roy dit : « Non » à AFP",
    id="a/1",
    url="https://exemple.fr/a",
    title="Un <i>titre</i>",
    published="2024-06-20",
    publisher="Le Journal",
)


def made(path: Path, *found: Article | Problem) -> Path:
    with Store.open(path, write=True) as store:
        store.load(readings(*found), Quotes())
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    return made(folder / "other name.db", ARTICLE, Problem(source="x", reason="y"))


def get(path: Path, url: str, datasette: Datasette | None = None) -> Any:
    response = asyncio.run((datasette or serving.application(path)).client.get(url))
    assert response.status_code == 200, url
    return response


class Text(HTMLParser):
    """The words of a page, without tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.words += data + " "


def described() -> dict[str, Any]:
    tables: dict[str, Any] = serving.metadata()["databases"]["claims"]["tables"]
    return tables


def test_every_table_and_column_is_described_and_every_description_is_of_one(path):
    db = Database(path)
    shown = {
        thing.name: set(thing.columns_dict)
        for thing in [*db.tables, *db.views]
        if "_fts" not in thing.name and not thing.name.startswith("sqlite_")
    }
    hidden = {name for name, table in described().items() if table.get("hidden")}
    assert hidden == {
        "_sqlite_migrations",
        "claim_kinds",
        "claim_pairs",
        "feed_entries",
        "feeds",
        "found_claims",
        "new_pairs",
        "outlet_names",
        "speaker_names",
        "states",
    }
    assert shown.keys() == described().keys()
    for name in shown.keys() - hidden:
        table = described()[name]
        assert shown[name] == table["columns"].keys(), name
        assert all([table["title"], table["description"], *table["columns"].values()])
        facets = table.get("facets", [])
        used = [next(iter(f.values())) if isinstance(f, dict) else f for f in facets]
        used += table.get("sortable_columns", [])
        used += [
            table[key] for key in ("sort", "sort_desc", "label_column", "fts_pk") if key in table
        ]
        assert set(used) <= shown[name], name


@pytest.mark.parametrize("filled", [True, False])
def test_every_page_opens_also_when_the_database_is_empty(path, tmp_path, filled):
    pages = serving.check(path if filled else made(tmp_path / "claims.db"))
    assert [page for page in pages if page[0] != 200] == []
    opened = {page for _, page in pages}
    names = {name for name, table in described().items() if not table.get("hidden")}
    assert {"/", "/claims", *(f"/claims/{name}" for name in names)} <= opened


def test_a_page_that_fails_is_told(path, tmp_path):
    broken = made(tmp_path / "claims.db")
    Database(broken).execute("DROP TABLE relays")
    assert 200 not in [s for s, page in serving.check(broken) if page == "/claims/who_relays_whom"]


@pytest.mark.parametrize("words", ["ecole", "ÉCOLE", "l'ecole", "l’école", '"ecole b"'])
@pytest.mark.parametrize("table", ["claims", "who_said_what", "articles"])
def test_search_ignores_accents_and_takes_apostrophes(path, table, words):
    rows = get(path, f"/claims/{table}.json?_shape=array&_search={words}").json()
    assert len(rows) == 1


@pytest.mark.parametrize("table", ["claims", "who_said_what", "articles"])
def test_search_finds_nothing_where_nothing_is(path, table):
    assert get(path, f"/claims/{table}.json?_shape=array&_search=lycee").json() == []


def test_claims_are_filtered_by_speaker_outlet_and_stance(path):
    filters = "speakers__arraycontains=Élise Roy&outlets__arraycontains=AFP&stance=affirms"
    (row,) = get(path, f"/claims/claims.json?_shape=objects&{filters}").json()["rows"]
    assert row["text"] == "Non"


def test_facets_are_offered_by_name(path):
    facets = get(path, "/claims/claims.json").json()["facet_results"]
    speakers = {result["value"] for result in facets["speakers"]["results"]}
    assert speakers == {"Vladimir Poutine", "Élise Roy"}


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("claims", ["Un <i>titre</i>", "Vladimir Poutine"]),
        ("claim_speakers", ["Vladimir Poutine", "L’école <b>brûle</b>"]),
        ("claim_outlets", ["KCNA", "L’école <b>brûle</b>"]),
        ("claim_links", ["L’école <b>brûle</b>", "Non"]),
        ("who_said_what", ["Vladimir Poutine", "KCNA (told_to)", "Le Journal", "Un <i>titre</i>"]),
        ("who_relays_whom", ["KCNA", "Vladimir Poutine"]),
    ],
)
def test_names_stand_where_ids_would(path, page, names):
    words = Text(get(path, f"/claims/{page}").text).words
    assert [name for name in names if name not in words] == []


def test_a_claim_is_shown_in_its_context_and_leads_to_its_article(path):
    id = next(Database(path).query("SELECT id FROM claims WHERE speaker LIKE 'Vla%'"))["id"]
    html = get(path, f"/claims/claims/{id}").text
    assert "<mark>L’école &lt;b&gt;brûle&lt;/b&gt;</mark>" in html
    assert '<q class="claim" lang="fr">L’école &lt;b&gt;brûle&lt;/b&gt;</q>' in html
    assert 'title="affirms">affirme</span>' in html
    assert "quoted = 1.0 (+0.50)" in html
    assert '<a href="/claims/articles/a~2F1">Un &lt;i&gt;titre&lt;/i&gt;</a>' in html
    assert "https://exemple.fr/a#:~:text=L%E2%80%99%C3%A9cole" in html
    assert f'href="/claims/claims/{id}"' in get(path, "/claims/who_said_what").text
    get(path, "/claims/articles/a~2F1")


WORDS = "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre"


def test_what_changes_in_a_wording_is_marked_and_leads_on(tmp_path):
    file = tmp_path / "claims.db"
    articles = [
        Article.make(f"Kim dit : « {words} »", id=id)
        for id, words in (("a", WORDS), ("b", f"{WORDS} <b>ou de mai</b>"))
    ]
    with Store.open(file, write=True) as store:
        store.load(readings(*articles), Quotes())
    html = get(file, "/claims/same_words").text
    assert "<del>b&gt;ou de mai&lt;/b</del>" in html
    group = next(Database(file).query("SELECT id FROM groups"))["id"]
    assert f'<a href="/claims/groups/{group}">' in html
    one = get(file, f"/claims/same_words.json?_shape=array&group_id={group}").json()
    assert len(one) == 2


STYLE = "/-/static-plugins/claims/claims.css"


@pytest.mark.parametrize("url", ["/", "/claims", "/claims/claims", "/claims/who_said_what"])
def test_every_page_has_our_style(path, url):
    assert STYLE in get(path, url).text
    assert "prefers-color-scheme: dark" in get(path, STYLE).text


@pytest.mark.parametrize("name", ["a?b.db", "a#b.db", "a%3Fb.db", "a b'é.db"])
def test_the_file_that_is_named_is_served_and_none_is_made(tmp_path, name):
    path = made(tmp_path / name, ARTICLE)
    (tmp_path / "a").mkdir()
    assert {status for status, _ in serving.check(path)} == {200}
    assert len(get(path, "/claims/claims.json?_shape=array").json()) == 2
    assert {p.name for p in tmp_path.iterdir()} == {name, "a"}


def test_datasette_by_hand_shows_the_same(tmp_path):
    path = made(tmp_path / "claims.db", ARTICLE)
    file = Path(__file__).parents[1] / "datasette-metadata.json"
    datasette = Datasette([str(path)], metadata=json.loads(file.read_text(encoding="utf-8")))
    assert "Qui a dit quoi" in get(path, "/claims/who_said_what?_search=ecole", datasette).text


def test_tables_that_are_not_ours_are_left_alone(tmp_path):
    path = tmp_path / "theirs.db"
    db = Database(path)
    db.table("claims").insert({"text": "a<b", "stance": "x", "speakers": "{", "context": "c"})
    db.table("other").insert({"stance": "denies", "text": "a<b"})
    datasette = Datasette([str(path)])
    assert "a&lt;b" in get(path, "/theirs/claims", datasette).text
    assert 'class="stance' not in get(path, "/theirs/other", datasette).text


@pytest.mark.parametrize("articles", [None, [], [{"id": "other", "label": "x"}], [{"id": "a"}]])
def test_the_claims_of_others_are_shown_as_datasette_shows_them(tmp_path, articles):
    path = tmp_path / "theirs.db"
    db = Database(path)
    row = {"id": "1", "article_id": "a", "text": "<p>", "stance": "denies", "speakers": '["Kim"]'}
    db.table("claims").insert(row, pk="id")
    if articles is not None:
        db.table("articles").create({"id": str, "label": str}, pk="id")
        db.table("articles").insert_all(articles)
    datasette = Datasette([str(path)])
    for url in ("/", "/theirs", "/theirs/claims", "/theirs/claims/1"):
        page = get(path, url, datasette)
        assert STYLE not in page.text
        assert "content-security-policy" not in page.headers
    assert "[&#34;Kim&#34;]" in page.text
    assert 'class="stance' not in page.text


def test_a_claim_without_its_article_is_shown_too(tmp_path):
    path = made(tmp_path / "claims.db", ARTICLE)
    db = Database(path)
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("DELETE FROM articles")
    id = next(db.query("SELECT id FROM claims"))["id"]
    db.conn.commit()
    assert "a/1" in get(path, f"/claims/claims/{id}").text


def test_an_unknown_address_is_not_found_and_no_word_of_an_article_is_logged(path):
    script = (
        "import asyncio, pathlib, sys\n"
        "from claims.datasette import serving\n"
        "client = serving.application(pathlib.Path(sys.argv[1])).client\n"
        "pages = ('/typo', '/claims/typo', '/claims/claims?_search=%22')\n"
        "print([asyncio.run(client.get(page)).status_code for page in pages])\n"
    )
    # In a process of its own: here Datasette was imported before, in another order.
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[404, 404, 400]"
    assert "locals" not in done.stdout + done.stderr
