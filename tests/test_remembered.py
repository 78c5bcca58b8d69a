"""Counts of a page are made once, and anew after something was written."""

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted

from claims.datasette import serving
from claims.datasette.remembered import Memory, version
from claims.model import Article
from claims.store import Store
from tests.quotes import Quotes, readings


def load(path: Path, *ids: str) -> None:
    with Store.open(path, write=True) as store:
        articles = (Article.make(f"Paul Roux dit : « Pont {id} »", id=id) for id in ids)
        store.load(readings(*articles), Quotes())


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "claims.db"
    load(path, "a", "b")
    return path


def told(datasette: Datasette, query: str = "") -> dict[str, Any]:
    url = f"/claims/claims.json?_facet=stance{query}"
    found: dict[str, Any] = asyncio.run(datasette.client.get(url)).json()
    return found


def facet(datasette: Datasette) -> int:
    (value,) = told(datasette)["facet_results"]["stance"]["results"]
    count: int = value["count"]
    return count


def test_counts_and_facets_are_those_of_the_file_as_it_is(path):
    datasette = serving.application(path)
    assert told(datasette)["filtered_table_rows_count"] == facet(datasette) == 2
    load(path, "c")
    assert told(datasette)["filtered_table_rows_count"] == facet(datasette) == 3
    assert told(datasette, "&article_id=c")["filtered_table_rows_count"] == 1


def test_what_was_counted_is_not_counted_again(path, monkeypatch):
    datasette = serving.application(path)
    ran: list[str] = []
    execute = Database.execute

    async def recorded(self: Database, sql: str, *args: Any, **more: Any) -> Any:
        ran.append(sql)
        return await execute(self, sql, *args, **more)

    monkeypatch.setattr(Database, "execute", recorded)
    for _ in range(3):
        assert facet(datasette) == 2
    counted = [sql for sql in ran if "count(*)" in sql]
    assert counted
    assert len(counted) == len(set(counted))


def test_a_table_that_is_new_is_there(path):
    datasette = serving.application(path)
    assert asyncio.run(datasette.client.get("/claims/notes")).status_code == 404
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, note TEXT)")
        db.execute("INSERT INTO notes (note) VALUES ('mardi')")
    assert "mardi" in asyncio.run(datasette.client.get("/claims/notes")).text
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE notes ADD COLUMN author TEXT DEFAULT 'Ada'")
    assert "Ada" in asyncio.run(datasette.client.get("/claims/notes/1")).text


def test_what_takes_too_long_is_counted_beside_the_pages(path):
    datasette = serving.application(path)
    datasette._settings["facet_time_limit_ms"] = 1
    database = datasette.get_database("claims")
    slow = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)"
        " SELECT count(*) FROM n"
    )

    async def asked() -> Any:
        return await database.execute(slow, custom_time_limit=1, log_sql_errors=False)

    with pytest.raises(QueryInterrupted):
        asyncio.run(asked())
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            (row,) = asyncio.run(asked()).rows
            break
        except QueryInterrupted:
            time.sleep(0.05)
    assert tuple(row) == (300_000,)


def test_a_memory_keeps_what_was_asked_for_last(path):
    memory: Memory[int] = Memory(2)
    now = version(path)
    for key in ("a", "b"):
        memory.put(key, now, 1)
    assert memory.get("a", now) == 1
    memory.put("c", now, 1)
    assert [memory.get(key) for key in ("a", "b", "c")] == [1, None, 1]
    assert memory.get("a", ()) is None
