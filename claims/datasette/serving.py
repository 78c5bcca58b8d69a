"""Datasette over a database of claims, with our metadata and safe settings."""

import asyncio
import errno
import json
import socket
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.inspect import inspect_hash
from datasette.plugins import pm
from datasette.utils import escape_sqlite, tilde_encode
from datasette.utils.sqlite import sqlite3

from claims.datasette.remembered import Counted
from claims.datasette.views import PAGES, ROWS
from claims.errors import ClaimsError

SETTINGS: dict[str, Any] = {
    "default_allow_sql": False,
    # The file has the articles whole.
    "allow_download": False,
    "suggest_facets": False,
    "sql_time_limit_ms": 2500,
    "facet_time_limit_ms": 200,
    "max_csv_mb": 100,
    "cache_size_kb": 200_000,
}
"""Nobody runs SQL of their own; a million claims still open quickly."""


MOST_BYTES = 100_000_000
"""The largest value that a statement may make."""


@dataclass(frozen=True)
class Options:
    """How a database is served."""

    sql: bool = False
    """Whether visitors may run SQL of their own."""
    immutable: bool = False
    """Whether nothing writes into the file as long as it is served."""
    index: bool = False
    """Whether robots may index the pages."""


DEFAULT = Options()


class _File(Counted):
    """A file that is only read; its path may hold what means something else in an address (`?`).

    Visitors are told its name, and not in which folder it lies. It is opened so that it cannot be
    written, but another process may: what `claims load` adds is there at the next page. Without locks and looks at
    the log beside the file (`immutable`) SQLite would give wrong rows then.
    """

    def __init__(self, datasette: Datasette, path: Path, *, immutable: bool) -> None:
        super().__init__(datasette, path=path.name, is_mutable=not immutable)
        self.file = path.resolve()

    def connect(self, write: bool = False) -> sqlite3.Connection:
        how = "mode=ro" if self.is_mutable else "mode=ro&immutable=1"
        address = f"{self.file.as_uri()}?{how}"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        self._all_file_connections.append(connection)
        return connection

    def _begin(self, *statement: Any) -> None:  # noqa: ANN401
        # What visitors write themselves ends when its time is over.
        if not self.ds.setting("default_allow_sql"):
            super()._begin(*statement)

    @property
    def size(self) -> int:
        return self.file.stat().st_size

    def inspected(self) -> dict[str, Any]:
        """What Datasette need not find out at each page of a file that stays as it is."""
        with self.connect() as connection:
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall()
            counts = {
                name: connection.execute(f"SELECT count(*) FROM {escape_sqlite(name)}").fetchone()[
                    0
                ]
                for (name,) in tables
            }
        return {
            "hash": inspect_hash(self.file),
            "size": self.size,
            "tables": {name: {"count": count} for name, count in counts.items()},
        }


class _Site(Datasette):  # type: ignore[misc]
    """Datasette that reads once from its metadata who may see a table.

    It copies all of them at each look, of which a page takes dozens: with that the front page took twice as long.
    They stay as they are, unless a plugin makes others.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        self._allows: dict[tuple[str, str], Any] = {}
        super().__init__(*args, **options)

    def _table_permission_allows(self, database: str, table: str) -> Any:  # noqa: ANN401
        if pm.hook.get_metadata.get_hookimpls():
            return super()._table_permission_allows(database, table)
        key = database, table
        if key not in self._allows:
            self._allows[key] = super()._table_permission_allows(database, table)
        return self._allows[key]


def metadata() -> dict[str, Any]:
    """Our `datasette-metadata.json`.

    It lies in the package where that was installed from a wheel, else at the top of the
    checkout.
    """
    name = "datasette-metadata.json"
    inside = files("claims") / name
    path = inside if inside.is_file() else Path(__file__).parents[2] / name
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def application(path: Path, options: Options = DEFAULT) -> Datasette:
    """Datasette over one database, as `claims serve` runs it.

    Its pages lie under `/claims`, whatever the file is called, as the metadata expect.

    Raises:
        ClaimsError: if the file is to be immutable and something writes into it.
    """
    # Not at the top: Datasette registers its plugins when its first module is imported, and
    # would find this one half read.
    from datasette import handle_exception

    # Where rich is installed, Datasette prints tracebacks with all local variables, and so
    # the articles' words, for every address that it does not know.
    handle_exception.rich = None
    told = metadata()
    told["plugins"]["claims"]["index"] = options.index
    settings = {**SETTINGS, "default_allow_sql": options.sql}
    datasette = _Site([], metadata=told, settings=settings)
    datasette.remove_database("_memory")
    if options.immutable and path.with_name(f"{path.name}-wal").exists():
        reason = (
            f"{path.name}-wal lies beside {path}: a load writes, or was cut off; wait for its end,"
            " run it again, or leave out --immutable"
        )
        raise ClaimsError(reason)
    file = _File(datasette, path, immutable=options.immutable)
    if options.immutable:
        datasette.inspect_data = {"claims": file.inspected()}
    datasette.add_database(file, name="claims")
    return datasette


def check(path: Path, options: Options = DEFAULT) -> list[tuple[int, str]]:
    """Open each kind of page, each table and view, and a search, in process: status and path."""
    return asyncio.run(_check(application(path, options)))


async def _check(datasette: Datasette) -> list[tuple[int, str]]:
    await datasette.invoke_startup()
    database = datasette.get_database("claims")
    hidden = await database.hidden_table_names()
    tables = [name for name in await database.table_names() if name not in hidden]
    paths = [
        datasette.urls.instance(),
        datasette.urls.database("claims"),
        *(datasette.urls.table("claims", t) for t in [*tables, *await database.view_names()]),
        datasette.urls.table("claims", "who_said_what") + "?_search=ecole",
        *(f"{datasette.urls.database('claims')}/-/{page}" for page in PAGES),
        *[
            datasette.urls.row("claims", table, tilde_encode(row["id"]))
            for table in ROWS
            for row in await database.execute(f"SELECT id FROM {table} LIMIT 1")
        ],
    ]
    return [((await datasette.client.get(path)).status_code, path) for path in paths]


def serve(
    path: Path,
    host: str,
    port: int,
    options: Options = DEFAULT,
    *,
    open_browser: bool = False,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve the database until the process is interrupted.

    Args:
        path: the database.
        host: name or address to listen on.
        port: port to listen on; 0 for any that is free.
        options: how it is served.
        open_browser: whether a web browser is to open the front page.
        announce: is called with one line that says where the pages are.

    Raises:
        ClaimsError: if host and port cannot be listened on, or the file is to be immutable and is not.
    """
    app = application(path, options).app()
    # Bound here and not by uvicorn: so we know that it works before we say that it does.
    listener = _listener(host, port)
    with listener:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listener.getsockname()[1]}/"
        announce(f"Serving {path} at {address} (Ctrl-C to stop)")
        if open_browser:
            webbrowser.open(address)
        config = uvicorn.Config(app, log_level="warning", lifespan="on")
        uvicorn.Server(config).run(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = f"port {port} is in use; choose another with --port"
        else:
            reason = f"cannot listen on {host}, port {port}: {error.strerror}"
        raise ClaimsError(reason) from error
