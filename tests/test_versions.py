"""The same article twice is one, a corrected one supersedes the old, and copies are linked."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.model import Article
from claims.reading import Reading
from claims.store import Store, Summary
from claims.store.versions import STUB
from tests.quotes import Quotes, readings

URL = "https://www.exemple.org/2024/06/pont"
OLD = "Paul Roux dit : « Le vieux pont de Valmire sera fermé lundi »"
NEW = "Paul Roux dit : « Le vieux pont de Valmire sera fermé mardi »"
WIRE = (
    "La vieille gare de Valmire va fermer ses portes à la fin de l’année, après un siècle de service. "
    "Paul Roux dit : « Nous avons tout essayé pour la garder ouverte, et nous avons échoué ». "
    "Les habitants du bourg se réuniront samedi sur le quai pour une dernière photographie de groupe."
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "claims.db"


def load(path: Path, *articles: Article, extractor: Quotes | None = None) -> Summary:
    with Store.open(path, write=True) as store:
        return store.load(readings(*articles), extractor or Quotes())


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        return list(connection.execute(sql))


def wrong(path: Path) -> list[str]:
    with Store.open(path, write=True, as_is=True) as store:
        return [finding.name for finding in store.check() if finding.wrong]


def dump(path: Path) -> list[str]:
    """All that a database holds, but for when its tables were made."""
    with sqlite3.connect(path) as connection:
        return [line for line in connection.iterdump() if "_sqlite_migrations" not in line]


MARKED = (
    "SELECT a.text = claims.context, a.superseded_by IS NOT NULL, claims.superseded, claims.text"
    " FROM claims JOIN articles a ON a.id = article_id ORDER BY claims.rowid"
)


def test_a_corrected_article_supersedes_the_old_whose_claims_stay(path):
    load(path, Article.make(OLD, url=URL))
    load(path, Article.make(NEW, url=URL))
    assert rows(path, "SELECT text, superseded FROM claims ORDER BY superseded") == [
        ("Le vieux pont de Valmire sera fermé mardi", 0),
        ("Le vieux pont de Valmire sera fermé lundi", 1),
    ]
    (old, new), (last, none) = rows(path, "SELECT id, superseded_by FROM articles ORDER BY rowid")
    assert (new, none) == (last, None)
    assert old != new
    assert rows(path, "SELECT sum(claims) FROM claim_kinds") == [(1,)]
    assert rows(path, "SELECT sum(claims) FROM speaker_stances") == [(1,)]
    assert rows(path, "SELECT * FROM article_copies") == []
    assert wrong(path) == []


def test_claims_of_an_old_version_are_in_no_group(path):
    words = "Paul Roux dit : « Le vieux pont de bois de Valmire sera démonté avant les crues »"
    load(path, Article.make(words, url=URL, publisher="Le Journal"))
    load(path, Article.make(words, id="b", publisher="La Gazette"))
    assert rows(path, "SELECT claims FROM groups") == [(2,)]
    load(path, Article.make(f"{words}\nCorrigé.", url=URL, publisher="Le Journal"))
    assert rows(path, "SELECT claims, articles FROM groups") == [(2, 2)]
    grouped = "SELECT superseded FROM claims JOIN claim_groups ON claim_id = claims.id"
    assert rows(path, grouped) == [(0,), (0,)]
    assert wrong(path) == []


def test_versions_read_again_change_nothing(path):
    both = Article.make(OLD, url=URL), Article.make(NEW, url=URL)
    load(path, *both)
    before = dump(path)
    assert load(path, *both).unchanged == 2
    assert load(path, both[0]).unchanged == 1
    assert dump(path) == before


def test_another_configuration_leaves_the_old_version_superseded(path):
    load(path, Article.make(OLD, url=URL), Article.make(NEW, url=URL))
    load(path, Article.make(OLD, url=URL), Article.make(NEW, url=URL), extractor=Quotes("2"))
    assert [row[1:3] for row in rows(path, MARKED)] == [(1, 1), (0, 0)]
    assert wrong(path) == []


def test_three_versions_are_a_chain(path):
    texts = [OLD, NEW, f"{NEW}\nCorrigé."]
    load(path, *(Article.make(text, url=URL) for text in texts))
    newer = dict(rows(path, "SELECT id, superseded_by FROM articles"))
    (first, *_) = (id for (id,) in rows(path, "SELECT id FROM articles ORDER BY rowid"))
    assert newer[newer[newer[first]]] is None


def test_an_own_id_that_comes_back_with_a_corrected_text_is_a_version(path):
    summary = load(path, Article.make(OLD, id="x", url=URL), Article.make(NEW, id="x", url=URL))
    assert (summary.new, summary.problems) == (2, 0)
    assert rows(path, "SELECT id = 'x', superseded_by IS NULL FROM articles ORDER BY rowid") == [
        (1, 0),
        (0, 1),
    ]


def test_what_was_corrected_before_is_the_older_version_whenever_it_is_read(path):
    load(path, Article.make(NEW, url=URL, modified="2024-06-21T10:00:00"))
    load(path, Article.make(OLD, url=URL, modified="2024-06-20"))
    assert [row[1:] for row in rows(path, MARKED)] == [
        (0, 0, "Le vieux pont de Valmire sera fermé mardi"),
        (1, 1, "Le vieux pont de Valmire sera fermé lundi"),
    ]
    assert wrong(path) == []


@pytest.mark.parametrize(
    ("first", "then", "is_older"),
    [
        ("2024-06-20T10:00:00+02:00", "2024-06-20T09:00:00Z", False),
        ("2024-06-20T10:00:00+02:00", "2024-06-20T07:00:00Z", True),
        ("2024-06-20T10:00:00", "2024-06-20", False),
        ("2024-06-20T10:00:00", "2024-06-19", True),
        ("2024-06-20", None, False),
    ],
)
def test_moments_of_correction_are_compared_as_moments(path, first, then, is_older):
    load(path, Article.make(OLD, url=URL, modified=first))
    load(path, Article.make(NEW, url=URL, modified=then))
    superseded = [row[1] for row in rows(path, MARKED)]
    assert superseded == ([0, 1] if is_older else [1, 0])


@pytest.mark.parametrize(
    "url",
    [
        f"{URL}/",
        f"{URL}#haut",
        f"{URL}?utm_source=x&xtor=1",
        URL.replace("https://www.", "http://"),
    ],
)
def test_an_address_is_the_same_however_it_is_written(path, url):
    load(path, Article.make(OLD, url=URL), Article.make(NEW, url=url))
    assert rows(path, "SELECT count(*) FROM claims WHERE superseded") == [(1,)]


def test_articles_that_a_database_gives_one_address_are_no_versions(path):
    url = "https://www.base.example/Search/Reading"
    load(
        path,
        Article.make(OLD, id="a", url=url, title="Le pont"),
        Article.make(WIRE, id="b", url=url, title="La gare"),
        Article.make(NEW, id="c", url=url, title="Le pont", publisher="Le Journal"),
        Article.make(NEW, id="d", url=url, title="Le pont", publisher="La Gazette"),
    )
    assert rows(path, "SELECT id FROM articles WHERE superseded_by IS NOT NULL") == [("a",)]


def test_a_notice_that_is_the_text_of_many_addresses_is_many_articles(path):
    load(path, *(Article.make(OLD, url=f"{URL}/{n}") for n in range(3)))
    assert rows(path, "SELECT count(*) FROM articles") == [(3,)]
    assert len(OLD) < STUB


def test_a_corrected_version_is_completed_by_another_reading(path):
    load(path, Article.make(OLD, id="x", url=URL), Article.make(NEW, id="x", url=URL))
    load(path, Article.make(NEW, id="x", url=URL, author="Léa Roux"))
    assert rows(path, "SELECT author FROM articles ORDER BY rowid") == [(None,), ("Léa Roux",)]


def test_the_address_of_a_site_is_that_of_many_articles(path):
    load(path, *(Article.make(text, url="https://www.exemple.org/") for text in (OLD, NEW)))
    assert rows(path, "SELECT count(*) FROM claims WHERE superseded = 0") == [(2,)]


def test_an_article_that_cannot_be_read_supersedes_nothing_until_it_can(path):
    old, new = Article.make(OLD, id="a", url=URL), Article.make(NEW, id="b", url=URL)
    load(path, old, new, extractor=Quotes(failing=frozenset("b")))
    assert rows(path, "SELECT superseded FROM claims") == [(0,)]
    load(path, new)
    assert rows(path, "SELECT superseded FROM claims ORDER BY rowid") == [(1,), (0,)]


@pytest.mark.parametrize("together", [True, False])
def test_the_same_text_is_one_article_with_what_is_known_of_it(path, together):
    bare = Article.make(OLD)
    full = Article.make(OLD, url=URL, publisher="Le Journal", published="2024-06-20")
    if together:
        load(path, bare, full)
    else:
        load(path, bare)
        load(path, full)
    assert rows(path, "SELECT url, publisher FROM articles") == [(URL, "Le Journal")]
    assert rows(path, "SELECT published FROM claims") == [("2024-06-20",)]
    assert rows(path, "SELECT id FROM articles") == [(bare.id,)]
    assert rows(path, "SELECT count(*) FROM claims") == [(1,)]
    assert wrong(path) == []


def test_the_same_text_on_two_sites_is_two_articles(path):
    load(path, *(Article.make(OLD, url=f"https://{host}/pont") for host in ("a.org", "b.org")))
    assert rows(path, "SELECT count(*) FROM articles") == [(2,)]


def test_a_wire_in_two_papers_is_two_articles_that_are_linked(path):
    load(
        path,
        Article.make(WIRE, id="a", publisher="Le Journal", agency="AFP"),
        Article.make(WIRE, id="b", publisher="La Gazette"),
        Article.make(WIRE.replace("samedi", "dimanche"), id="c", publisher="Le Matin"),
        Article.make(OLD, id="d", publisher="Le Matin"),
    )
    assert rows(path, "SELECT count(*) FROM articles") == [(4,)]
    copies = rows(path, "SELECT article_id, copy_id, likeness FROM article_copies ORDER BY 1, 2")
    assert [pair[:2] for pair in copies] == [
        ("a", "b"), ("a", "c"), ("b", "a"), ("b", "c"), ("c", "a"), ("c", "b"),
    ]  # fmt: skip
    assert copies[0][2] == 1.0
    assert 0.5 < copies[1][2] < 1.0
    assert wrong(path) == []


def test_links_that_are_lost_are_found_and_mended(path):
    load(path, *(Article.make(WIRE, id=id, publisher=id) for id in "ab"))
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM article_copies WHERE article_id = 'a'")
    assert wrong(path) == ["Copies of articles are linked as their texts are"]
    with Store.open(path, write=True) as store:
        store.mend()
    assert wrong(path) == []
    assert rows(path, "SELECT count(*) FROM article_copies") == [(2,)]


TEXTS = [OLD, NEW, WIRE, WIRE.replace("samedi", "dimanche"), f"{OLD}\n{NEW}"]


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """An article; ids are of one text, or of one address."""
    number = draw(st.integers(0, len(TEXTS) - 1))
    id = draw(st.sampled_from([None, "x", f"y{number}", f"z{number}"]))
    url = draw(st.sampled_from([None, URL, f"{URL}2", "https://www.exemple.org"]))
    fields = {
        "id": id,
        "url": URL if id == "x" else url,
        "publisher": draw(st.sampled_from([None, "Le Journal", "La Gazette"])),
        "published": draw(st.sampled_from([None, "2024-06", "2024-06-19", "2024-06-20"])),
        "modified": draw(st.sampled_from([None, "2024-06-19", "2024-06-21"])),
    }
    return Article.make(TEXTS[number], **{k: v for k, v in fields.items() if v})


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(articles(), max_size=9), st.lists(st.integers(0, 9), max_size=2), st.booleans())
def test_wherever_a_load_is_stopped_it_ends_with_what_one_that_was_not_has(
    tmp_path_factory, monkeypatch, articles, stops, is_patient
):
    monkeypatch.setattr("claims.store.loading.ARTICLES_A_BATCH", 2)
    monkeypatch.setattr("claims.store.loading.BATCHES_A_TRANSACTION", 3)
    folder = tmp_path_factory.mktemp("stopped")

    def stopped(after: int) -> Iterator[Reading]:
        yield from readings(*articles[:after])
        raise KeyboardInterrupt

    load(folder / "whole.db", *articles)
    monkeypatch.setattr("claims.store.loading.PATIENCE", 99 if is_patient else 0)
    for stop in stops:
        with (
            Store.open(folder / "torn.db", write=True) as store,
            pytest.raises(KeyboardInterrupt),
        ):
            store.load(stopped(stop), Quotes())
    load(folder / "torn.db", *articles)
    assert dump(folder / "torn.db") == dump(folder / "whole.db")
    assert wrong(folder / "whole.db") == []
    before = dump(folder / "whole.db")
    load(folder / "whole.db", *articles)
    assert dump(folder / "whole.db") == before


SLOW = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
import claims.store.loading
from claims.model import Article
from claims.store import Store
from tests.quotes import Quotes, readings
claims.store.loading.ARTICLES_A_BATCH = 2
claims.store.loading.BATCHES_A_TRANSACTION = 2
class Slow(Quotes):
    def extract(self, articles):
        for found in super().extract(articles):
            print("another", flush=True)
            time.sleep(float(sys.argv[2]))
            yield found
with Store.open(Path(sys.argv[1]), write=True) as store:
    store.load(readings(*(
        Article.make(f"Kim dit : « Le pont {n} de Valmire fermera, selon la mairie et le préfet »", id=str(n))
        for n in range(40)
    )), Slow())
"""


def test_a_load_that_is_killed_ends_with_what_one_that_was_not_has(tmp_path):
    root = Path(__file__).parents[1]

    def start(name: str, pause: float) -> subprocess.Popen[bytes]:
        arguments = [sys.executable, "-c", SLOW, str(tmp_path / name), str(pause)]
        return subprocess.Popen(arguments, cwd=root, stdout=subprocess.PIPE)

    for articles, number in ((3, signal.SIGKILL), (9, signal.SIGINT), (6, signal.SIGKILL)):
        with start("torn.db", 0.1) as process:
            assert process.stdout is not None
            for _ in range(articles):
                process.stdout.readline()
            os.kill(process.pid, number)
            assert process.wait() != 0
    for name in ("torn.db", "whole.db"):
        with start(name, 0) as process:
            assert process.wait() == 0
    assert rows(tmp_path / "whole.db", "SELECT count(*) FROM articles") == [(40,)]
    assert dump(tmp_path / "torn.db") == dump(tmp_path / "whole.db")


def test_an_id_that_turned_out_to_be_another_article_is_that_one_for_the_rest_of_the_load(path):
    read = [
        Article.make(OLD, published="2024-06-19"),
        Article.make(OLD, id="z"),
        Article.make(OLD, id="z", published="2024-06-20", modified="2024-06-21"),
        Article.make(OLD, url=URL, published="2024-06-20"),
    ]
    load(path, *read)
    before = dump(path)
    assert rows(path, "SELECT published, modified FROM articles ORDER BY 1") == [
        ("2024-06-19", "2024-06-21"),
        ("2024-06-20", None),
    ]
    load(path, *read)
    assert dump(path) == before
