"""Datasette over a database of claims, with our metadata and safe settings."""

import asyncio
import errno
import json
import socket
import webbrowser
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.sqlite import sqlite3

from claims.errors import ClaimsError

Asgi = Callable[..., Awaitable[None]]

HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
]
"""They keep our pages out of foreign frames, and browsers from guessing types."""

SETTINGS: dict[str, Any] = {
    "default_allow_sql": False,
    "suggest_facets": False,
    "sql_time_limit_ms": 2500,
    "facet_time_limit_ms": 1500,
    "max_csv_mb": 100,
    "cache_size_kb": 200_000,
}
"""Nobody runs SQL of their own; a million claims still open quickly."""


class _File(Database):  # type: ignore[misc]
    """A database whose path may hold what means something else in an address: `?`, `#`, `%`."""

    def connect(self, write: bool = False) -> sqlite3.Connection:
        uri = f"{Path(self.path).resolve().as_uri()}?mode={'rw' if write else 'ro'}"
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._all_file_connections.append(connection)
        return connection


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


def application(path: Path) -> Datasette:
    """Datasette over one database, as `claims serve` runs it.

    Its pages lie under `/claims`, whatever the file is called, as the metadata expect.
    """
    # Not at the top: Datasette registers its plugins when its first module is imported, and
    # would find this one half read.
    from datasette import handle_exception

    # Where rich is installed, Datasette prints tracebacks with all local variables, and so
    # the articles' words, for every address that it does not know.
    handle_exception.rich = None
    datasette = Datasette([], metadata=metadata(), settings=SETTINGS)
    datasette.remove_database("_memory")
    datasette.add_database(_File(datasette, path=str(path), is_mutable=True), name="claims")
    return datasette


def pages(path: Path) -> Asgi:
    """The pages of a database as an ASGI application, with our headers."""
    app = application(path).app()

    async def with_headers(scope: Any, receive: Any, send: Asgi) -> None:  # noqa: ANN401
        async def sent(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *HEADERS]}
            await send(message)

        await app(scope, receive, sent)

    return with_headers


def check(path: Path) -> list[tuple[int, str]]:
    """Open the front page, each table and view, and a search, in process: status and path."""
    return asyncio.run(_check(application(path)))


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
    ]
    return [((await datasette.client.get(path)).status_code, path) for path in paths]


def serve(
    path: Path,
    host: str,
    port: int,
    *,
    open_browser: bool = False,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve the database until the process is interrupted.

    Args:
        path: the database.
        host: name or address to listen on.
        port: port to listen on; 0 for any that is free.
        open_browser: whether a web browser is to open the front page.
        announce: is called with one line that says where the pages are.

    Raises:
        ClaimsError: if host and port cannot be listened on.
    """
    # Bound here and not by uvicorn: so we know that it works before we say that it does.
    listener = _listener(host, port)
    with listener:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listener.getsockname()[1]}/"
        announce(f"Serving {path} at {address} (Ctrl-C to stop)")
        if open_browser:
            webbrowser.open(address)
        config = uvicorn.Config(pages(path), log_level="warning", lifespan="on")
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
