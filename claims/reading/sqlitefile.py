"""SQLite databases to articles: one a row of a table or view. Nothing is ever written."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

from claims.errors import InputError
from claims.reading import tables
from claims.reading.gzipped import Budget
from claims.reading.parts import MEGABYTE, Document, Found, Settings

COPIED = 20
"""How many times the largest page a database may have that must be copied to be read."""
_BLOCK = 1 << 20
_STEPS = 1_000_000
_ROWIDS = ("rowid", "_rowid_", "oid")
_FIRST, _LAST = -(2**63), 2**63 - 1


class Table(NamedTuple):
    """A table or view and its columns."""

    name: str
    is_table: bool
    """Whether it is a table of its own, with rows in the order of their rowid."""
    is_index: bool
    """Whether it is a virtual table, such as a search index: read only if it is named."""
    columns: list[str]


def read(document: Document) -> Iterator[Found]:
    """Place and article, or place and what is wrong, row by row in the table's own order."""
    try:
        with ExitStack() as stack:
            connection = stack.enter_context(closing(_opened(document, stack)))
            table = _table(connection, document.settings)
            yield from _rows(connection, table, document.settings)
    except InputError as error:
        yield "", str(error)
    except (sqlite3.Error, ValueError) as error:  # ValueError: a name with a zero byte
        yield "", _reason(error)


def _opened(document: Document, stack: ExitStack) -> sqlite3.Connection:
    """The database, open; a copy of it where reading it in place would write beside it."""
    most = COPIED * document.settings.largest
    path = document.path
    if path is None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="claims-")))
        path = folder / "a.db"
        _spool(document, path, most)
    path = path.resolve()  # the log lies beside the file, not beside a link to it
    uri = f"{path.as_uri()}?mode=ro"
    wal, shared = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    if _is_wal(path):
        unwritten = wal.exists() and wal.stat().st_size > 0
        if wal.exists() and shared.exists():
            uri += "&readonly_shm=1"
        elif unwritten:
            if path.stat().st_size + wal.stat().st_size > most:
                raise InputError("it was not closed; open it once with sqlite3, and close it")
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="claims-")))
            for end, old in (("", path), ("-wal", wal)):
                shutil.copyfile(old, folder / f"a.db{end}")
            uri = f"{(folder / 'a.db').as_uri()}?mode=ro"
        else:
            uri += "&immutable=1"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        _tame(connection, path.stat().st_size, most)
    except BaseException:
        connection.close()
        raise
    return connection


def _tame(connection: sqlite3.Connection, size: int, most: int) -> None:
    """Text that is not UTF-8 is kept; what a hostile schema can do is bounded."""
    connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, most)
    for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON"):
        connection.execute(f"PRAGMA {pragma}")
    steps = iter(range((200 * MEGABYTE + 100 * size) // _STEPS))
    connection.set_progress_handler(lambda: next(steps, None) is None, _STEPS)


def _spool(document: Document, path: Path, most: int) -> None:
    left = most
    with path.open("wb") as copy:
        while block := document.stream.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise InputError(
                    f"it is larger than {most / MEGABYTE:g} MB; take it out of the archive"
                )
            copy.write(block)


def _is_wal(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(20)[18:] == b"\2\2"


def _table(connection: sqlite3.Connection, settings: Settings) -> Table:
    """The table that was named, or the only one with a text."""
    found = list(_tables(connection))
    there = "; ".join(_described(table) for table in found[:20]) or "none"
    if settings.table is not None:
        named = [t for t in found if t.name == settings.table] or [
            t for t in found if t.name.lower() == settings.table.lower()
        ]
        if not named:
            raise InputError(
                f"no table `{settings.table}`; there are: {there}; name one: --table NAME"
            )
        return named[0]
    text = settings.columns.get("text", "text")
    fitting = [
        table
        for table in found
        if not table.is_index and text.strip().lower() in (c.strip().lower() for c in table.columns)
    ]
    if len(fitting) > 1:
        names = ", ".join(tables.shown(table.name) for table in fitting[:20])
        raise InputError(f"several tables have `{text}`: {names}; name one: --table NAME")
    if fitting or len(found) == 1:
        return (fitting or found)[0]
    raise InputError(
        f"no table has a column `{text}`; there are: {there}; "
        "name the table and its column: --table NAME --map text=NAME"
    )


def _described(table: Table) -> str:
    columns = ", ".join(tables.shown(name) for name in table.columns[:20])
    return f"{tables.shown(table.name)} ({columns})"


def _tables(connection: sqlite3.Connection) -> Iterator[Table]:
    """The tables and views; not what SQLite keeps for itself."""
    names = connection.execute(
        "SELECT name, type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%', type FROM sqlite_master"
        " WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " ORDER BY rowid"
    ).fetchall()
    for name, is_table, kind in names:
        try:
            info = connection.execute(f"PRAGMA table_xinfo({_quoted(name)})").fetchall()
        except sqlite3.OperationalError:  # a view of what is not there
            info = []
        columns = [row[1] for row in info if row[6] != 1]
        yield Table(name, bool(is_table), kind == "table" and not is_table, columns)


def _rows(connection: sqlite3.Connection, table: Table, settings: Settings) -> Iterator[Found]:
    chosen = tables.matched(table.columns, settings.columns)
    keys = [settings.columns.get(key, key) for key in chosen]
    wanted = [_quoted(table.columns[column]) for column in chosen.values()]
    budget = Budget(settings.largest, _size(connection))
    name = tables.shown(table.name)
    number = 0
    try:
        for number, row in enumerate(_cells(connection, table, wanted), start=1):
            place = f"table {name}, row {number}"
            if isinstance(row, str):
                yield place, row
                continue
            budget.spend(sum(len(cell) for cell in row if isinstance(cell, str | bytes)))
            record = dict(zip(keys, row, strict=True))
            for found in tables.articles(record, settings.columns, settings.largest):
                yield place, found
    except InputError as error:
        yield f"table {name}, row {number + 1}", str(error)
    except (sqlite3.Error, ValueError, OverflowError) as error:
        yield f"table {name}, row {number + 1}", _reason(error)
        return
    if not number:
        yield "", f"the table {name} is empty; give it a row an article"


def _cells(
    connection: sqlite3.Connection, table: Table, wanted: Sequence[str]
) -> Iterator[tuple[object, ...] | str]:
    """The wanted cells of each row, or what is wrong with it."""
    select, source = ", ".join(wanted), _quoted(table.name)
    rowid = _rowid(connection, table)
    if rowid is None:
        yield from connection.execute(f"SELECT {select} FROM {source}")
        return
    query = f"FROM {source} WHERE {rowid} >= ? ORDER BY {rowid} LIMIT ?"
    start, most = _FIRST, -1
    while start <= _LAST:
        try:
            empty = True
            for last, *cells in connection.execute(
                f"SELECT {rowid}, {select} {query}", (start, most)
            ):
                empty, start = False, last + 1
                yield tuple(cells)
            if empty or most < 0:
                return
        except sqlite3.DataError:
            # Python takes a row before it gives the one before it; which was it?
            if most < 0:
                most = 1
                continue
            yield "it is far too large; shorten its text"
            ((last,),) = connection.execute(f"SELECT {rowid} {query}", (start, 1))
            start = last + 1
        most = -1


def _rowid(connection: sqlite3.Connection, table: Table) -> str | None:
    """The name of the table's rowid; None for a view, and for a table without one."""
    names = {name.lower() for name in table.columns}
    free = next((name for name in _ROWIDS if name not in names), None)
    if not table.is_table or free is None:
        return None
    try:
        connection.execute(f"SELECT {free} FROM {_quoted(table.name)} LIMIT 0")
    except sqlite3.OperationalError:
        return None
    return free


def _size(connection: sqlite3.Connection) -> int:
    ((pages,),), ((size,),) = (
        connection.execute(f"PRAGMA {name}").fetchall() for name in ("page_count", "page_size")
    )
    return int(pages) * int(size)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _reason(error: Exception) -> str:
    what = ascii(str(error))[1:81]
    if "too big" in what:
        return "a row is far too large; shorten its text"
    if "not a database" in what:
        return "not an SQLite database, or an encrypted one; give it decrypted"
    if "interrupted" in what:
        return "its view takes too long; copy the rows into a table: CREATE TABLE t AS SELECT …"
    if "readonly" in what or "unable to open" in what:
        return "it was not closed, or cannot be opened; open it once with sqlite3, and close it"
    if "locked" in what or "busy" in what:
        return "another program is writing to it; read it when that is done"
    return f"the database is damaged ({what}); mend it: sqlite3 OLD .recover | sqlite3 NEW"
