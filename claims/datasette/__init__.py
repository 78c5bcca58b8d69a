"""The pages: a Datasette plugin that shows claims as a reader wants to see them."""

import json
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.utils import tilde_encode
from markupsafe import Markup, escape

if TYPE_CHECKING:
    # Not at run time: it loads all plugins, and would find this module half read.
    from datasette.app import Datasette

_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
]

_STANCES = {
    "affirms": "affirme",
    "denies": "nie",
    "accuses": "accuse",
    "supports": "soutient",
    "opposes": "s’oppose",
    "warns": "met en garde",
    "promises": "promet",
    "demands": "demande",
    "questions": "s’interroge",
    "concedes": "concède",
    "judges": "juge",
}

Asgi = Callable[..., Awaitable[None]]


@hookimpl  # type: ignore[untyped-decorator]
def extra_css_urls() -> list[str]:
    """One stylesheet, which we serve ourselves."""
    return ["/-/static-plugins/claims/claims.css"]


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper() -> Callable[[Asgi], Asgi]:
    """Headers that keep our pages out of foreign frames, and browsers from guessing types."""

    def wrap(app: Asgi) -> Asgi:
        async def wrapped(scope: Any, receive: Any, send: Asgi) -> None:  # noqa: ANN401
            async def send_with_headers(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    present = {name.lower() for name, _ in message.get("headers", [])}
                    added = [pair for pair in _HEADERS if pair[0] not in present]
                    message = {**message, "headers": [*message.get("headers", []), *added]}
                await send(message)

            await app(scope, receive, send_with_headers)

        return wrapped

    return wrap


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(
    row: Any,  # noqa: ANN401
    value: Any,  # noqa: ANN401
    column: str,
    table: str | None,
    database: str,
    datasette: "Datasette",
) -> Markup | Awaitable[Markup] | None:
    """The cells of claims and who_said_what; all others are left to Datasette."""
    if table not in ("claims", "who_said_what") or not isinstance(value, str):
        return None
    cells = dict(zip(row.keys(), tuple(row), strict=True))
    match column:
        case "text" | "claim":
            return _quotation(value, cells)
        case "stance":
            return _stance(value)
        case "speakers" | "outlets":
            return _names(value)
        case "context":
            return _highlighted(value, cells)
        case "link":
            return _link(value)
        case "claim_id":
            address = datasette.urls.row(database, "claims", tilde_encode(value))
            return Markup('<a href="{}">{}</a>').format(str(address), value)
        case "article_id":
            return _article(datasette, database, value)
    return None


async def _article(datasette: "Datasette", database: str, id: str) -> Markup:
    """The article by its headline. Datasette itself does so in tables, but not in a row."""
    sql = "SELECT label FROM articles WHERE id = ?"
    label = (await datasette.get_database(database).execute(sql, [id])).single_value()
    address = str(datasette.urls.row(database, "articles", tilde_encode(id)))
    return Markup('<a href="{}">{}</a>').format(address, label)


def _quotation(text: str, cells: dict[str, Any]) -> Markup:
    tag = "q" if cells.get("type") == "direct" else "span"
    return Markup('<{0} class="claim" lang="fr">{1}</{0}>').format(Markup(tag), text)


def _stance(value: str) -> Markup | None:
    if value not in _STANCES:
        return None
    return Markup('<span class="stance stance-{0}" title="{0}">{1}</span>').format(
        value, _STANCES[value]
    )


def _names(value: str) -> Markup | None:
    try:
        names = json.loads(value)
    except ValueError:
        return None
    # Datasette shows the bare value where a plugin gives an empty one.
    return Markup(", ").join(names) or Markup("&nbsp;") if isinstance(names, list) else None


def _highlighted(context: str, cells: dict[str, Any]) -> Markup | None:
    try:
        start = int(cells["context_start"])
        spans = [(s["start"] - start, s["end"] - start) for s in json.loads(cells["content"])]
    except (KeyError, TypeError, ValueError):
        return None
    return Markup('<span lang="fr">{}</span>').format(Markup("").join(_marked(context, spans)))


def _marked(text: str, spans: list[tuple[int, int]]) -> Iterator[Markup]:
    done = 0
    for start, end in spans:
        # A claim may go on beyond its context.
        start, end = max(start, done), min(end, len(text))
        if start < end:
            yield escape(text[done:start]) + Markup("<mark>{}</mark>").format(text[start:end])
            done = end
    yield escape(text[done:])


def _link(value: str) -> Markup | None:
    if not value.startswith(("http://", "https://")):
        return None
    return Markup('<a href="{}" rel="noopener noreferrer">lire dans l’article</a>').format(value)
