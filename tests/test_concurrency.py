"""Two loads at once, readers during a load, and a full disk: no lost row, no half article."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from claims.errors import StoreError
from claims.model import Article
from claims.store import Store
from tests.quotes import Quotes, readings

WORDS = "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre"
LOAD = """
import sys
sys.path.insert(0, {root!r})
from claims.model import Article
from claims.store import Store, loading
from tests.quotes import Quotes, readings
loading.ARTICLES_A_BATCH, loading.BATCHES_A_TRANSACTION = 5, 1
def made():
    for n in range({start}, {end}):
        if {step} and n % {step} == 0:
            sys.stdin.readline()
        text = f"Paul Roux dit : « {words} » à AFP. Léa Blanc dit : « Numéro {{n}} »"
        yield Article.make(text, id=str(n))
with Store.open({path!r}, write=True) as store:
    print(store.load((one for article in made() for one in readings(article)), Quotes()).new)
"""
ROOT = Path(__file__).parents[1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "claims.db"


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        return list(connection.execute(sql))


def loading(path: Path, start: int, end: int, step: int = 0) -> "subprocess.Popen[str]":
    """A load in a process of its own; after every `step` articles it waits for a line."""
    code = LOAD.format(root=str(ROOT), words=WORDS, start=start, end=end, step=step, path=path)
    code = code.replace(repr(path), f"__import__('pathlib').Path({str(path)!r})")
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE if step else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def is_sound(path: Path) -> list[str]:
    with Store.open(path, write=True, as_is=True) as store:
        return [f"{finding.name}: {finding.wrong}" for finding in store.check() if finding.wrong]


def test_two_loads_at_once_lose_nothing(path):
    """They share half of their articles, and begin before there is a database."""
    loads = [loading(path, 0, 60), loading(path, 30, 90)]
    done = [load.communicate() for load in loads]
    assert [load.returncode for load in loads] == [0, 0], done
    assert rows(path, "SELECT count(*), count(DISTINCT article_id) FROM claims") == [(180, 90)]
    assert rows(path, "SELECT articles, claims FROM groups") == [(90, 90)]
    assert rows(path, "SELECT articles, claims FROM runs") == [(90, 180)]
    assert is_sound(path) == []
    assert [file.name for file in path.parent.iterdir()] == ["claims.db"]


def test_a_reader_sees_whole_articles_while_a_load_writes(path):
    Store.open(path, write=True).close()
    load = loading(path, 0, 120, step=40)
    for least in (30, 70, 110):
        assert load.stdin is not None
        load.stdin.write("\n")
        load.stdin.flush()
        articles = 0
        while articles < least:
            ended = load.poll() is not None
            with Store.open(path) as store:
                articles, claims, counted = store.db.execute(
                    "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM claims),"
                    " (SELECT sum(claims) FROM claim_kinds)"
                ).fetchone()
            assert claims == 2 * articles == (counted or 0)
            assert articles >= least or not ended, load.communicate()
    assert load.communicate()[1] == ""


def test_the_file_alone_has_all_though_somebody_reads_it(path):
    Store.open(path, write=True).close()
    with Store.open(path) as reader:
        reader.db.execute("SELECT count(*) FROM claims").fetchall()
        with Store.open(path, write=True) as store:
            store.load(readings(Article.make(f"Paul Roux dit : « {WORDS} »", id="a")), Quotes())
        copy = path.with_name("copy.db")
        copy.write_bytes(path.read_bytes())
    assert rows(copy, "SELECT count(*) FROM claims") == [(1,)]


def test_a_load_that_is_killed_leaves_whole_articles_and_can_be_taken_up_again(path):
    load = loading(path, 0, 2000)
    while not path.exists() or not _count(path):
        assert load.poll() is None, load.communicate()
    load.kill()
    load.communicate()
    articles = _count(path)
    assert 0 < articles < 2000
    assert rows(path, "SELECT count(*) FROM claims") == [(2 * articles,)]
    assert is_sound(path) == []
    again = loading(path, 0, articles + 5)
    assert again.communicate()[0].strip() == "5"


def _count(path: Path) -> int:
    try:
        return int(rows(path, "SELECT count(*) FROM articles")[0][0])
    except sqlite3.OperationalError:
        return 0


def test_a_full_disk_is_told_and_what_was_stored_stays(path, monkeypatch):
    """The limit of pages is to SQLite what a full disk is."""
    monkeypatch.setattr("claims.store.loading.ARTICLES_A_BATCH", 5)
    made = [Article.make(f"Paul Roux dit : « {WORDS} {n} » à AFP.", id=str(n)) for n in range(400)]
    with Store.open(path, write=True) as store:
        store.load(readings(*made[:10]), Quotes())
        (pages,) = store.db.execute("PRAGMA page_count").fetchone()
        store.db.execute(f"PRAGMA max_page_count = {pages + 40}")
        with pytest.raises(StoreError, match="the disk is full; free some space"):
            store.load(readings(*made), Quotes())
    stored = rows(path, "SELECT count(*) FROM articles")[0][0]
    assert 10 <= stored < 400
    assert rows(path, "SELECT count(*) FROM claims") == [(stored,)]
    assert is_sound(path) == []
    with Store.open(path, write=True) as store:
        assert store.load(readings(*made), Quotes()).new == 400 - stored
    assert is_sound(path) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A file system of a few megabytes, where one may be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_on_a_small_disk_the_load_ends_with_one_line_and_nothing_by_halves(small_disk):
    path = small_disk / "claims.db"
    made = (Article.make(f"Paul Roux dit : « {WORDS} {n} » à AFP.", id=str(n)) for n in range(9000))
    with (
        pytest.raises(StoreError, match="the disk is full; free some space") as caught,
        Store.open(path, write=True) as store,
    ):
        store.load(readings(*made), Quotes())
    assert "\n" not in str(caught.value)
    (articles,) = rows(path, "SELECT count(*) FROM articles")[0]
    assert articles
    assert articles % 100 == 0
    assert rows(path, "SELECT count(*) FROM claims") == [(articles,)]
