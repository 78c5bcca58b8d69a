"""What takes long to count and is asked again and again: remembered until the file changes."""

import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

from datasette.database import Database, QueryInterrupted, Results
from datasette.utils import sqlite_timelimit
from datasette.utils.sqlite import sqlite3

T = TypeVar("T")
Version = tuple[tuple[int, int], ...]
Key = tuple[str, str]
"""A statement and its parameters."""

MOST = 256
"""Statements whose rows are remembered."""
WAITING = 16
"""Statements that may wait to be counted at leisure."""
LEISURE_MS = 30_000
"""What such a statement may take."""


def version(file: Path) -> Version:
    """Another one whenever something was written: size and time of the file and of the log beside it."""
    found = []
    for path in (file, file.with_name(f"{file.name}-wal")):
        with suppress(FileNotFoundError):
            told = path.stat()
            found.append((told.st_size, told.st_mtime_ns))
    return tuple(found)


class Memory(Generic[T]):
    """Values by key, each with the version of the file that it is of; what was asked for last stays."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, tuple[Version, T]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, version: Version | None = None) -> T | None:
        """The value of a version, or of any; None where there is none."""
        with self._lock:
            found = self._values.get(key)
            if found is None or version not in (None, found[0]):
                return None
            self._values.move_to_end(key)
            return found[1]

    def put(self, key: Hashable, version: Version, value: T) -> None:
        """Remember a value."""
        with self._lock:
            self._values[key] = (version, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)


class Counted(Database):  # type: ignore[misc]
    """A database that counts the rows and facets of a page once, and not for each visitor.

    What takes longer than a page may wait is counted on at leisure, one statement at a time: until
    then a page has what was counted before, or does without.
    """

    file: Path

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self._memory: Memory[Results] = Memory(MOST)
        self._begun: Memory[bool] = Memory(MOST)
        self._tables: Memory[tuple[Any]] = Memory(MOST)
        self._waiting = threading.Semaphore(WAITING)
        self._one = threading.Lock()

    async def execute(
        self,
        sql: str,
        params: Any = None,  # noqa: ANN401
        truncate: bool = False,
        custom_time_limit: int | None = None,
        page_size: int | None = None,
        log_sql_errors: bool = True,
    ) -> Results:
        """As Datasette's; what only counts is remembered."""
        asked = (sql, params, truncate, custom_time_limit, page_size, log_sql_errors)
        if not self._is_count(sql, custom_time_limit):
            return await super().execute(*asked)
        key, now = (sql, repr(params)), version(self.file)
        found = self._memory.get(key, now)
        if found is None and self._begun.get(key, now) is None:
            try:
                found = await super().execute(*asked)
                self._memory.put(key, now, found)
            except QueryInterrupted:
                self._begin(key, now, params)
        if found is None:
            found = self._memory.get(key)
        if found is None:
            raise QueryInterrupted("still counted", sql, params)
        return found

    def _is_count(self, sql: str, limit: int | None) -> bool:
        facet = limit is not None and limit == self.ds.setting("facet_time_limit_ms")
        words = " ".join(sql.split()).lower()
        # Whether a table is there is asked at each look at who may see it.
        return facet or words.startswith(("select count(*) ", "select name from sqlite_master "))

    async def table_columns(self, table: str) -> list[str]:
        """As Datasette's; remembered, as are the others."""
        return list(await self._of(table, super().table_columns))

    async def primary_keys(self, table: str) -> list[str]:
        """As Datasette's."""
        return list(await self._of(table, super().primary_keys))

    async def fts_table(self, table: str) -> str | None:
        """As Datasette's."""
        found: str | None = await self._of(table, super().fts_table)
        return found

    async def _of(self, table: str, ask: Callable[[str], Awaitable[Any]]) -> Any:  # noqa: ANN401
        """What is to be known of a table."""
        key, now = (ask.__name__, table), version(self.file)
        known = self._tables.get(key, now)
        if known is None:
            known = (await ask(table),)
            self._tables.put(key, now, known)
        return known[0]

    def _begin(self, key: Key, now: Version, params: Any) -> None:  # noqa: ANN401
        if self._begun.get(key, now) is None and self._waiting.acquire(blocking=False):
            self._begun.put(key, now, value=True)
            threading.Thread(target=self._count, args=(key, now, params), daemon=True).start()

    def _count(self, key: Key, now: Version, params: Any) -> None:  # noqa: ANN401
        try:
            with (
                self._one,
                suppress(sqlite3.OperationalError),
                closing(self.connect()) as connection,
                sqlite_timelimit(connection, LEISURE_MS),
            ):
                self._all_file_connections.remove(connection)
                self.ds._prepare_connection(connection, self.name)
                cursor = connection.execute(key[0], params or {})
                rows = cursor.fetchall()
                self._memory.put(key, now, Results(rows, False, cursor.description))
        finally:
            self._waiting.release()
