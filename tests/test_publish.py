"""Pages that others may see: nothing writes, texts stay text, odd addresses are answered, who may see what."""

import asyncio
import csv
import io
import json
import re
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit
from xml.etree import ElementTree

import httpx
import markdown_it
import pytest
from click.testing import CliRunner
from datasette.app import Datasette
from sqlite_utils import Database

from claims.cli import main
from claims.datasette import guard, ours, serving, views
from claims.datasette.renderers import EXTENSIONS
from claims.errors import ClaimsError
from claims.model import Article, Claim, LinkKind, Stance
from claims.reviews import Action, Review
from claims.store import Store
from tests.quotes import Quotes, readings

EVIL = (
    "<script>pwned()</script></script><!--<img src=x onerror=pwned()>--><img src=x onerror=pwned()>"
    "<svg/onload=pwned()></svg></textarea></title></style></template><pwned-tag>"
    "\" pwned-attr=\"1\" ' pwned-attr='1' onmouseover='pwned()' ]]>&lt;pwned-tag&gt;"
    " javascript:pwned() [a](javascript:pwned()) `${pwned}` {{ 7191*7 }} {% raw %} \\input{pwned} \\end{x}"
    " \u202epwned\u2066 \u200f [-<pwned-tag>-] {+<pwned-tag>+} ';DROP TABLE claims;-- \U0001f600"
)
"""What would be an element, an attribute, a script or a command where it is not taken as text."""
FORMULA = '=HYPERLINK("http://pwned.example","x")'
PATTERN = r"(?m)^(?P<speaker>[=+].*?) (?P<cue>dit) : «(?P<words>[^»]+)» à (?P<to>[^¤\n]+)¤"
BRIDGE = "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre"


DENIER = "+Léa <pwned-tag>"


class Hostile(Quotes):
    """Who says a formula affirms, the other denies."""

    def claims(self, article: Article) -> Iterator[Claim]:
        for claim in super().claims(article):
            if claim.speakers[0].name == DENIER and claim.cue:
                cue = claim.cue.model_copy(update={"lemma": "nier"})
                yield claim.model_copy(update={"stance": Stance.DENIES, "cue": cue})
            else:
                yield claim


EXTRACTOR = Hostile(pattern=PATTERN, link=LinkKind.DENIES)


def article(id: str, words: str, *speakers: str) -> Article:
    told = "\n".join(
        f"{who} dit : «{FORMULA} {EVIL} {words}» à +KCNA {EVIL}¤"
        for who in speakers or (f"{FORMULA} {EVIL}",)
    )
    return Article.make(
        f"Un mot {EVIL}.\n{told}\n",
        id=f'{id}/"><pwned-tag> {EVIL}?x=1#y',
        title=f"@SUM(1) {EVIL}",
        publisher=f"-1+1 {EVIL}",
        published="2024-06-20",
        url=f"javascript:pwned()//https://pwned.example/{quote(EVIL)}\"'<pwned-tag>",
    )


def loaded(path: Path) -> Path:
    """A database in which every field that others write is hostile."""
    with Store.open(path, write=True) as store:
        store.load(
            readings(
                article("a", f"{BRIDGE} <pwned-tag>"),
                article("b", f"{BRIDGE} <pwned-tag> {EVIL}"),
                article("c", f"{BRIDGE} <pwned-tag>", FORMULA, DENIER),
            ),
            EXTRACTOR,
        )
        for (id,) in store.db.execute("SELECT id FROM claims").fetchall():
            store.review(
                [
                    Review.make(
                        f"=Ada {EVIL}",
                        Action.VERDICT,
                        id,
                        f"=Faux {EVIL}",
                        url=f"https://pwned.example/{EVIL}",
                        note=EVIL,
                        date="2024-08-01",
                    )
                ]
            )
    with sqlite3.connect(path) as connection:
        for table, columns in (
            ("speakers", ("metonym_of", "country", "wikidata")),
            ("outlets", ("kind", "country")),
            ("claims", ("link",)),
        ):
            for column in columns:
                connection.execute(
                    f"UPDATE {table} SET {column} = ?", [f"javascript:pwned() {EVIL}"]
                )
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return loaded(tmp_path_factory.mktemp("publish") / "claims.db")


def fetched(datasette: Datasette, *urls: str, **options: Any) -> dict[str, httpx.Response]:
    """The answers to addresses."""

    async def all_of_them() -> dict[str, httpx.Response]:
        await datasette.invoke_startup()
        return {url: await datasette.client.get(url, **options) for url in urls}

    return asyncio.run(all_of_them())


def status(datasette: Datasette, url: str) -> int:
    return fetched(datasette, url)[url].status_code


ANYTHING = (
    "/",
    "/claims",
    "/claims/claims",
    "/claims/-/contested",
    "/nowhere",
    "/-/static/app.css",
)


@pytest.mark.parametrize(
    "url", [*ANYTHING, "/claims/claims.json", "/claims/claims.atom", "/robots.txt"]
)
def test_every_answer_tells_browsers_what_a_page_may_do(path, url):
    headers = fetched(serving.application(path), url)[url].headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-robots-tag"] == "noindex, nofollow, noarchive"
    assert headers["tdm-reservation"] == "1"
    allowed = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert allowed["default-src"] == allowed["base-uri"] == allowed["frame-ancestors"] == "'none'"
    assert "unsafe" not in allowed["script-src"]
    assert allowed["form-action"] == allowed["connect-src"] == "'self'"


def test_robots_are_kept_out_unless_they_are_let_in(path):
    answer = fetched(serving.application(path), "/robots.txt")["/robots.txt"]
    assert answer.text == "User-agent: *\nDisallow: /\n"
    answers = fetched(serving.application(path, serving.Options(index=True)), "/robots.txt", "/")
    assert answers["/robots.txt"].text == "User-agent: *\nDisallow: /*?\n"
    for answer in answers.values():
        assert "x-robots-tag" not in answer.headers
        assert "tdm-reservation" not in answer.headers
        assert "content-security-policy" in answer.headers


def test_datasette_by_hand_is_guarded_where_the_metadata_say_so(path):
    bare: dict[str, Any] = {"databases": {"claims": {}}}
    assert "x-robots-tag" not in fetched(Datasette([str(path)], metadata=bare), "/")["/"].headers
    own = Datasette([str(path)], metadata=serving.metadata())
    assert fetched(own, "/")["/"].headers["x-content-type-options"] == "nosniff"
    under = Datasette([str(path)], metadata=serving.metadata(), settings={"base_url": "/p/"})
    assert fetched(under, "/robots.txt")["/robots.txt"].text == guard.NO_ROBOTS


SQL = ("/claims?sql=select+1", "/claims/claims?_where=1", "/claims.json?sql=select+1")


@pytest.mark.parametrize("url", SQL)
def test_sql_of_visitors_is_run_only_where_it_is_allowed(path, url):
    assert status(serving.application(path), url) == 403
    assert status(serving.application(path, serving.Options(sql=True)), url) == 200


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("DELETE FROM claims", "Statement must be a SELECT"),
        ("ATTACH 'other.db' AS o", "Statement must be a SELECT"),
        (f"{ENDLESS} count(*) FROM n", "SQL query took too long"),
        ("SELECT hex(zeroblob(90000000))", "too big"),
        ("SELECT load_extension('x')", "not authorized"),
        ("PRAGMA writable_schema = 1", "Statement must be a SELECT"),
    ],
)
def test_sql_of_visitors_only_reads_and_has_bounds(path, sql, told, monkeypatch):
    monkeypatch.setitem(serving.SETTINGS, "sql_time_limit_ms", 100)
    datasette = serving.application(path, serving.Options(sql=True))
    url = f"/claims.json?sql={quote(sql)}"
    answer = fetched(datasette, url)[url]
    assert answer.status_code == 400
    assert told in answer.text


def test_sql_of_visitors_is_not_run_on_when_its_time_is_over(path, monkeypatch):
    monkeypatch.setitem(serving.SETTINGS, "sql_time_limit_ms", 100)
    datasette = serving.application(path, serving.Options(sql=True))
    url = f"/claims.json?sql={quote(f'SELECT count(*) FROM ({ENDLESS} i FROM n)')}"
    assert status(datasette, url) == 400
    names = {thread.name for thread in threading.enumerate()}
    assert [name for name in names if "_count" in name] == []


def test_no_more_rows_are_given_than_datasette_allows(path):
    url = f"/claims.json?_shape=array&sql={quote(f'{ENDLESS} i FROM n LIMIT 5000')}"
    answer = fetched(serving.application(path, serving.Options(sql=True)), url)[url]
    assert len(answer.json()) == 1000


@pytest.mark.parametrize("immutable", [True, False])
def test_nothing_can_write_not_even_a_plugin(path, immutable):
    before = path.read_bytes()
    datasette = serving.application(path, serving.Options(sql=True, immutable=immutable))
    database = datasette.get_database("claims")
    for write in (True, False):
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            database.connect(write=write).execute("DELETE FROM claims")
        with pytest.raises(sqlite3.OperationalError, match="too many attached"):
            database.connect(write=write).execute("ATTACH ':memory:' AS other")
    database.close()
    assert path.read_bytes() == before


def test_what_is_loaded_while_pages_are_served_is_there_at_the_next_page(tmp_path):
    path = loaded(tmp_path / "claims.db")
    datasette = serving.application(path)
    url = "/claims/articles.json?_shape=array"
    assert len(fetched(datasette, url)[url].json()) == 3
    with Store.open(path, write=True) as store:
        # Another connection writes and has not ended: readers see what is done.
        store.load(readings(article("new", "Oui")), EXTRACTOR)
        assert len(fetched(datasette, url)[url].json()) == 4
        with pytest.raises(
            ClaimsError, match=r"claims\.db-wal lies beside .* leave out --immutable"
        ):
            serving.application(path, serving.Options(immutable=True))


def test_an_immutable_file_is_counted_once(path):
    datasette = serving.application(path, serving.Options(immutable=True))
    counted = datasette.inspect_data["claims"]["tables"]
    assert counted["claims"] == {"count": 4}
    answers = fetched(datasette, "/claims/claims.json", "/-/databases.json", "/claims.db")
    assert answers["/claims/claims.json"].json()["filtered_table_rows_count"] == 4
    assert answers["/claims.db"].status_code == 403
    (told,) = answers["/-/databases.json"].json()
    assert (told["is_mutable"], told["path"], told["size"]) == (
        False,
        "claims.db",
        path.stat().st_size,
    )
    assert str(path.parent) not in answers["/-/databases.json"].text
    assert {code for code, _ in serving.check(path, serving.Options(immutable=True))} == {200}


def test_the_command_has_an_option_for_each(path):
    told = CliRunner().invoke(
        main, ["serve", str(path), "--check", "--sql", "--immutable", "--index"]
    )
    assert told.exit_code == 0
    assert "200 /claims/who_said_what" in told.stdout.splitlines()


# Who may see what


def denied(path: Path, *where: str) -> Datasette:
    """Datasette with our metadata, in which one thing is for nobody."""
    metadata = serving.metadata()
    at = metadata
    for key in where:
        at = at.setdefault(key, {})
    at["allow"] = {"id": "nobody"}
    return Datasette([str(path)], metadata=metadata, settings={"default_allow_sql": False})


def told_by_us(path: Path) -> list[str]:
    """Addresses of what only we show: pages, files, feeds."""
    db = Database(path)
    pages = [f"/claims/-/{page}" for page in ("compare?name=KCNA", "contested", "same-words")]
    files = [f"/claims/claims.{ending}" for ending in (*EXTENSIONS, "atom?_sort_desc=published")]
    rows = []
    for table in views.ROWS:
        id = next(iter(db.query(f"SELECT id FROM {table}")))["id"]
        rows.append(f"/claims/{table}/{_tilde(id)}")
    return [*pages, *files, *rows, "/"]


def _tilde(text: str) -> str:
    from datasette.utils import tilde_encode

    encoded: str = tilde_encode(text)
    return encoded


OURS = (
    "claims-front",
    'class="card',
    'class="facts"',
    'class="chain',
    'class="ranks"',
    "claim-words",
)


def shows_ours(answer: httpx.Response) -> bool:
    """Whether an answer has what only our pages and files have."""
    if answer.status_code != 200:
        return False
    html = "text/html" in answer.headers["content-type"]
    return not html or any(mark in answer.text for mark in OURS)


@pytest.mark.parametrize("table", ["articles", "claims", "relays", "reviewed"])
def test_who_may_not_see_a_table_sees_none_of_our_pages(path, table):
    addresses = told_by_us(path)
    datasette = denied(path, "databases", "claims", "tables", table)
    answers = fetched(datasette, *addresses, follow_redirects=True)
    assert [url for url, answer in answers.items() if shows_ours(answer)] == []
    pages = [url for url in addresses if "/-/" in url or "/claims/claims." in url]
    assert {answers[url].status_code for url in pages} == {403}


@pytest.mark.parametrize("where", [("databases", "claims"), ()])
def test_who_may_not_see_the_database_is_told_nothing_of_it(path, where):
    answers = fetched(denied(path, *where), *told_by_us(path), "/claims", "/claims/claims.json")
    front = answers.pop("/")
    assert {answer.status_code for answer in answers.values()} == {403}
    assert front.status_code == (200 if where else 403)
    assert "pwned" not in front.text


def test_our_pages_are_shown_where_nothing_is_denied(path):
    addresses = told_by_us(path)
    answers = fetched(serving.application(path), *addresses, follow_redirects=True)
    assert [url for url, answer in answers.items() if not shows_ours(answer)] == [
        "/claims/-/compare?name=KCNA"
    ]


def test_a_headline_is_not_shown_in_a_cell_to_who_may_not_see_the_articles(path):
    id = next(Database(path).query("SELECT id FROM claims"))["id"]
    url = f"/claims/claims/{id}"
    datasette = denied(path, "databases", "claims", "tables", "articles")
    assert "@SUM(1)" not in fetched(datasette, url)[url].text
    assert "@SUM(1)" in fetched(serving.application(path), url)[url].text


def test_the_permissions_that_are_asked_for_are_of_all_tables_that_are_read(path, monkeypatch):
    read: set[str] = set()

    def note(
        action: int, table: str | None, _column: object, _database: object, view: str | None
    ) -> int:
        if action == sqlite3.SQLITE_READ and table:
            read.add(view or table)
        return sqlite3.SQLITE_OK

    async def watched(self: Any, name: str, page: Callable[[sqlite3.Connection], Any]) -> Any:
        def run(connection: sqlite3.Connection) -> Any:
            connection.set_authorizer(note)
            try:
                return page(connection)
            finally:
                connection.set_authorizer(None)

        return await self.get_database(name).execute_fn(run)

    monkeypatch.setattr(views, "_read", watched)
    addresses = [url for url in told_by_us(path) if not url.endswith("atom")]
    ids = [row["id"] for row in Database(path).query("SELECT id FROM speakers")]
    addresses.append("/claims/-/compare?" + "&".join(f"id={id}" for id in ids))
    fetched(serving.application(path), *addresses)
    assert "speaker_stances" in read
    db = Database(path)
    assert read & {thing.name for thing in [*db.tables, *db.views]} <= {*ours.SEEN}


# Hostile articles


def test_a_text_with_nul_characters_is_refused(tmp_path):
    with Store.open(tmp_path / "claims.db", write=True) as store:
        summary = store.load(
            readings(Article.make("Ali dit : « Non\0 »"), Article.make("x", title="\0")), Quotes()
        )
    assert (summary.articles, summary.problems) == (0, 2)


def test_the_copy_without_texts_keeps_the_claims_and_no_other_word(path, tmp_path):
    told = Path(__file__).parents[1] / "docs" / "publish.md"
    found = re.search(r"```python\n(.*?)```", told.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    source, target = tmp_path / "claims.db", tmp_path / "copy.db"
    with Store.open(source, write=True) as store:
        words = "Une phrase introuvable. Ali dit : « Le pont est beau » à AFP. Rien dehors."
        store.load(readings(Article.make(words, title="Un titre", id="a")), Quotes())
    subprocess.run([sys.executable, "-c", found[1], source, target], check=True)
    assert b"introuvable" in source.read_bytes()
    assert b"introuvable" not in target.read_bytes()
    assert b"dehors" not in target.read_bytes()
    runner = CliRunner()
    assert runner.invoke(main, ["check", str(target)]).exit_code == 0
    assert {code for code, _ in serving.check(target)} == {200}
    kept, whole = (list(Database(file).query("SELECT * FROM claims")) for file in (target, source))
    assert kept == whole


class Elements(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.scripts: list[str] = []
        self.records: list[str] = []
        self.comments = ""
        self.data = False
        self._script: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag == "script":
            self._script = ""
            self.data = dict(attrs).get("type") == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self._script is not None:
            self._script += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._script is not None:
            (self.records if self.data else self.scripts).append(self._script)
            self._script = None

    def handle_comment(self, data: str) -> None:
        self.comments += data

    def links(self) -> list[str]:
        return [value for _, name, value in self.attributes if name == "href"]


MAY_HAVE_TEXT = {
    "alt",
    "aria-label",
    "content",
    "data-column",
    "href",
    "id",
    "name",
    "title",
    "value",
}
"""Attributes that may have words of an article; also `for`, `data-*` and the like of our templates."""
NEVER = {"applet", "base", "embed", "frame", "iframe", "img", "math", "object", "style-x"}


def faults(html: str, hashes: str) -> list[str]:
    """What of a page came out of an article, and is more than text."""
    page = Elements(html)
    found = [f"<{tag}>" for tag in page.tags if tag in NEVER or "pwned" in tag]
    for tag, name, value in page.attributes:
        scheme = re.match(r"[\s\x00-\x1f]*([a-zA-Z][a-zA-Z0-9+.-]*):", value)
        wrong = (
            name.startswith("on")
            or "pwned" in name
            or (name not in MAY_HAVE_TEXT and not name.startswith("data-") and "pwned" in value)
            or (
                name in {"action", "formaction", "href", "src", "xlink:href"}
                and scheme is not None
                and scheme[1].lower() not in {"http", "https"}
            )
        )
        if wrong:
            found.append(f"{tag} {name}={value[:80]}")
    found += [
        f"<script>{script[:80]}"
        for script in page.scripts
        if script and guard.hashed(script) not in hashes
    ]
    for record in page.records:
        json.loads(record)
    if "pwned" in page.comments:
        found.append(f"<!--{page.comments[:80]}")
    if "50337" in html:
        found.append("a template within a text was computed")
    return found


def test_the_check_of_pages_finds_what_it_is_for():
    for wrong in (
        "<img src=x onerror=pwned()>",
        "<script>pwned()</script>",
        "<a href=' javascript:pwned()'>",
        '<p class="x" pwned-attr="1">',
        '<p class="pwned">',
        "<p onclick='x'>",
        "<pwned-tag>",
        "<!-- pwned -->",
        "50337",
    ):
        assert faults(wrong, "") != [], wrong
    assert faults(f"<p title='pwned'>{'&lt;img onerror=pwned()&gt;'}<a href='/x?pwned'>", "") == []


def kind(url: str) -> tuple[str, tuple[str, ...]]:
    """What sort of page an address leads to: its path without ids, and what its query is about."""
    parts = urlsplit(url)
    folder = parts.path.split("/")
    # The row of a table, in whichever format.
    if len(folder) > 3 and folder[2] != "-":
        folder[3] = re.sub(r"^[^.]*", "ID", folder[3])
    keys = sorted({key.split("__")[0] for key, _ in parse_qsl(parts.query)})
    return "/".join(folder), tuple(keys)


async def crawl(
    datasette: Datasette, look: Callable[[str, httpx.Response], None], *, each: int, most: int
) -> Counter[str]:
    """Follow all links from the front page, some of each kind; how many of each path were seen."""
    await datasette.invoke_startup()
    client = datasette.client
    queue, asked = ["/"], {"/"}
    kinds: Counter[tuple[str, tuple[str, ...]]] = Counter()
    seen: Counter[str] = Counter()
    while queue and sum(seen.values()) < most:
        url = queue.pop(0)
        response = await client.get(url)
        seen[kind(url)[0]] += 1
        look(url, response)
        if "location" in response.headers:
            links = [response.headers["location"]]
        elif "text/html" in response.headers.get("content-type", ""):
            links = Elements(response.text).links()
        else:
            continue
        for link in links:
            # What a browser does: from where it is, without the part after the #.
            to = str(httpx.URL(f"http://localhost{url}").join(link).copy_with(fragment=None))
            if not to.startswith("http://localhost/"):
                continue
            to = to.removeprefix("http://localhost")
            path, keys = kind(to)
            # Not the tables that SQLite keeps for its search.
            if (
                "_fts" not in path
                and to not in asked
                and len(keys) <= 1
                and kinds[path, keys] < each
            ):
                asked.add(to)
                kinds[path, keys] += 1
                queue.append(to)
    return seen


def _atom(text: str) -> None:
    for element in ElementTree.fromstring(text).iter():
        assert element.tag.startswith("{http://www.w3.org/2005/Atom}"), element.tag
        assert not any("javascript:" in value[:40] for value in element.attrib.values())


def _csv(text: str) -> None:
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))):
        assert not any(cell.lstrip()[:1] in tuple("=+-@") for cell in row if cell), row


def _jsonld(text: str) -> None:
    json.loads(text)
    assert not re.search("[<>&]", text)


def _markdown(text: str) -> None:
    shown = markdown_it.MarkdownIt("commonmark", {"html": True}).render(text)
    assert faults(shown, "") == []


MOST_PAGES = 260
FILES: dict[str, Callable[[str], Any]] = {
    "annotation": json.loads,
    "atom": _atom,
    "csljson": json.loads,
    "jsonld": _jsonld,
    "md": _markdown,
    "safecsv": _csv,
}


def test_nothing_of_an_article_is_more_than_text_on_any_page(path):
    datasette = serving.application(path)
    wrong: list[str] = []

    def look(url: str, response: httpx.Response) -> None:
        kind = response.headers.get("content-type", "")
        # Datasette's links from an article to what belongs to it do not encode the id.
        assert response.status_code < 400 or "?article_id=" in url, url
        if "text/html" in kind:
            hashes = response.headers["content-security-policy"]
            wrong.extend(f"{url[:90]}: {fault}" for fault in faults(response.text, hashes))
        elif response.status_code == 200:
            check = FILES.get(urlsplit(url).path.rsplit(".", 1)[-1])
            if check:
                check(response.text)

    seen = asyncio.run(crawl(datasette, look, each=1, most=MOST_PAGES))
    assert wrong == []
    reached = {*seen}
    tables = serving.metadata()["databases"]["claims"]["tables"]
    expected = {"/", "/claims", *(f"/claims/-/{p}" for p in ("compare", "contested", "same-words"))}
    expected |= {f"/claims/{name}" for name, table in tables.items() if not table.get("hidden")}
    expected |= {f"/claims/{name}/ID" for name in views.ROWS}
    endings = [*EXTENSIONS, "atom", "json"]
    expected |= {
        f"/claims/{name}.{ending}" for name in ("claims", "same_words") for ending in endings
    }
    expected |= {f"/claims/claims/ID.{ending}" for ending in EXTENSIONS}
    assert sorted(expected - reached) == []


# Odd addresses

ODD = [
    "",
    "0",
    "-1",
    "99999999999",
    "x" * 3000,
    "é—\u202e😀",
    "%00",
    "%FF%FE",
    "';--",
    "<script>",
    "~~~2F~zz",
    "٣",
    "²",
    "foo-bar-baz",
    "0000-00",
    "9999-99-99",
]
OPTIONS = {
    "/claims/-/compare": ["id", "name", "since", "until", "what"],
    "/claims/-/contested": ["page"],
    "/claims/-/same-words": ["page"],
}


def odd_addresses(path: Path) -> Iterator[str]:
    """Addresses that nobody's link has."""
    db = Database(path)
    one = {table: next(db.query(f"SELECT id FROM {table}"))["id"] for table in views.ROWS}
    pages = {
        **OPTIONS,
        **{
            f"/claims/{table}/{_tilde(one[table])}": [*page.options]
            for table, page in views.ROWS.items()
        },
    }
    for page, options in pages.items():
        for option in options:
            yield from (f"{page}?{option}={odd if '%' in odd else quote(odd)}" for odd in ODD)
            yield f"{page}?{option}=1&{option}=2&{option}=x"
    both = "&".join(f"id={id}" for id in (one["speakers"], one["outlets"], "0" * 16))
    yield f"/claims/-/compare?{both}&since=2024-13&until=0"
    yield "/claims/-/compare?" + "id=x&" * 50
    yield "/claims/-/compare?" + f"id={one['speakers']}&" * 50
    yield "/claims/-/compare?what=outlets&name=%25&name=_&name=%5C"
    for table, some in zip(views.ROWS, (ODD[1:], ODD[1:], *[ODD[6:9]] * 4), strict=True):
        yield from (f"/claims/{table}/{odd if '%' in odd else quote(odd)}" for odd in some)
    for odd in ("nope", "é", "~20", "%00", "-", "_internal"):
        yield from (f"/{quote(odd)}/-/{page}" for page in ("compare", "contested", "same-words"))
    queries = [
        "_size=max",
        "_size=0",
        "_size=-1",
        "_size=foo",
        "_sort=nope",
        "_sort_desc=nope",
        "_next=nope",
        "_next=%00,,,",
        "_search=%22%00",
        "_searchmode=raw&_search=%22",
        "_facet=nope",
        "_facet_array=text",
        "_col=nope",
        "stance__in=%5B",
        "id__gt=%FF",
        "_shape=nope",
        "_timelimit=nope",
        "_nocount=1",
        "_json=text",
        "text__nope=1",
        "x=y",
    ]
    for ending in (*EXTENSIONS, "atom", "json", "csv", "nope"):
        # All go one way to the rows: what is odd about a query is tried in some.
        for query in queries if ending in {"ris", "atom", "csv"} else queries[:3]:
            yield f"/claims/claims.{ending}?{query}"
        for table in ("same_words", "speakers", "who_relays_whom"):
            yield f"/claims/{table}.{ending}"
        yield f"/claims/claims/{one['claims']}.{ending}"
        yield f"/claims/claims/nope.{ending}"
        yield f"/claims.{ending}"
    yield from (f"/claims/claims?{query}" for query in queries)
    yield from (f"/claims/who_said_what?{query}" for query in queries)


# Datasette makes facets that it does not wait for where one of them fails.
@pytest.mark.filterwarnings("ignore:coroutine .*[Ff]acet.* was never awaited:RuntimeWarning")
def test_odd_addresses_never_fail(path):
    answers = fetched(serving.application(path), *dict.fromkeys(odd_addresses(path)))
    assert len(answers) > 400
    assert [url for url, answer in answers.items() if answer.status_code >= 500] == []


def test_what_fails_in_this_package_is_told_as_a_failure(path, monkeypatch):
    def broken(*_args: Any) -> None:
        raise ValueError("x")

    monkeypatch.setattr(ours, "_may_see_all", broken)
    assert status(serving.application(path), "/claims/-/contested") == 500
