"""A database that an older version made becomes one of this version, with all that is in it.

`schemas/` has each released schema, empty and with two articles, as that version wrote it.
"""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from claims.errors import StoreError
from claims.model import Article
from claims.store import Store
from tests.quotes import Quotes, readings

SCHEMAS = sorted((Path(__file__).parent / "schemas").glob("*.sql"))
FILLED = [path for path in SCHEMAS if "rows" in path.name]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "claims.db"


def made(path: Path, schema: Path) -> None:
    with sqlite3.connect(path) as db:
        db.executescript(schema.read_text(encoding="utf-8"))


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        return list(connection.execute(sql))


def schema_of(path: Path) -> list[tuple[Any, ...]]:
    query = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE '%fts%' ORDER BY name"
    tables = rows(path, query)
    return [(name, sql) for name, sql in tables if name != "claims"]


def articles() -> list[Article]:
    words = (
        "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre"
    )
    text = f"Paul Roux dit : « {words} » à AFP.\nLéa Blanc dit : « Non » à KCNA."
    return [
        Article.make(text, id=id, published=day, publisher=paper, title="Le pont")
        for id, day, paper in (
            ("a", "2024-06-19", "Le Journal"),
            ("b", "2024-06-20", "La Gazette"),
        )
    ]


def test_there_is_a_schema_of_each_version_empty_and_with_rows():
    assert [path.stem for path in SCHEMAS] == [
        f"{n:03}-{kind}" for n in (1, 2, 3, 4, 5, 6, 7) for kind in ("empty", "rows")
    ]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_an_older_database_becomes_what_a_new_one_is(path, tmp_path, schema):
    made(path, schema)
    Store.open(path, write=True).close()
    new = tmp_path / "new.db"
    Store.open(new, write=True).close()
    assert schema_of(path) == schema_of(new)
    columns = "SELECT name, type FROM pragma_table_info('claims') ORDER BY name"
    assert rows(path, columns) == rows(new, columns)
    with Store.open(path, write=True, as_is=True) as store:
        assert [finding.name for finding in store.check() if finding.wrong] == []


@pytest.mark.parametrize("schema", FILLED, ids=lambda path: path.stem)
def test_what_it_held_is_there_compared_and_counted(path, tmp_path, schema):
    made(path, schema)
    Store.open(path, write=True).close()
    new = tmp_path / "new.db"
    with Store.open(new, write=True) as store:
        store.load(readings(*articles()), Quotes())
    for query in (
        "SELECT id, text, speakers, outlets, stance FROM claims ORDER BY id",
        "SELECT group_id, claim_id, changes FROM claim_groups ORDER BY claim_id",
        "SELECT * FROM who_says_how ORDER BY speaker",
        "SELECT * FROM who_relays_whom ORDER BY outlet",
        "SELECT articles, claims FROM runs",
    ):
        assert rows(path, query) == rows(new, query), query
    assert rows(path, "SELECT count(*) FROM same_words") == [(2,)]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda path: path.stem)
def test_an_older_database_is_not_read_before_it_is_brought_up_to_date(path, schema):
    made(path, schema)
    for write in (False, True):
        with pytest.raises(StoreError, match="of an older version; first run: claims load"):
            Store.open(path, write=write, as_is=True)
