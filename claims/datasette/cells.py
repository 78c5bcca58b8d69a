"""The cells of Datasette's tables, as a reader wants to see them."""

import json
from collections.abc import Awaitable, Iterator
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.utils import tilde_encode
from markupsafe import Markup, escape

from claims.datasette.ours import is_ours, public
from claims.datasette.site import changes, stance
from claims.model import Stance

if TYPE_CHECKING:
    # Not at run time: it loads all plugins, and would find this module half read.
    from datasette.app import Datasette

_SHOWN = frozenset(
    {
        "claims",
        "contested",
        "first_to_report",
        "for_and_against",
        "reviewed",
        "same_words",
        "who_carries_what",
        "who_said_what",
        "who_says_how",
    }
)
"""The table and the views whose cells are shown as a reader wants to see them."""
_COLUMNS = frozenset(
    {
        "article_id",
        "changes",
        "claim",
        "claim_id",
        "context",
        "group_id",
        "link",
        "matter_id",
        "outlets",
        "reasons",
        "speakers",
        "stance",
        "text",
        "wording",
    }
)
"""Their columns that are shown otherwise than as they are."""
_ROWS = {"claim_id": "claims", "matter_id": "matters", "group_id": "groups"}
"""Columns with ids, and the tables whose rows they lead to."""


@hookimpl  # type: ignore[untyped-decorator]
def render_cell(
    row: Any,  # noqa: ANN401
    value: Any,  # noqa: ANN401
    column: str,
    table: str | None,
    database: str,
    datasette: "Datasette",
) -> Awaitable[Markup | None] | None:
    """The cells of claims and of the views for people; all others are left to Datasette."""
    if table not in _SHOWN or column not in _COLUMNS or not isinstance(value, str):
        return None
    cells = dict(zip(row.keys(), tuple(row), strict=True))
    return _cell(datasette, database, column, value, cells)


async def _cell(
    datasette: "Datasette", database: str, column: str, value: str, cells: dict[str, Any]
) -> Markup | None:
    if not await is_ours(datasette, database):
        return None
    match column:
        case "text" | "claim" | "wording":
            return _quotation(value, cells)
        case "changes":
            return _changes(value)
        case "stance":
            return stance(value) if value in set(Stance) else None
        case "speakers" | "outlets":
            return _names(value)
        case "reasons":
            return _reasons(value)
        case "context":
            return _highlighted(value, cells)
        case "link":
            return _link(value)
        case "claim_id" | "matter_id" | "group_id":
            address = datasette.urls.row(database, _ROWS[column], tilde_encode(value))
            return Markup('<a href="{}">{}</a>').format(str(address), value)
        case "article_id":
            return await _article(datasette, database, value)
    return None


async def _article(datasette: "Datasette", database: str, id: str) -> Markup | None:
    """The article by its headline. Datasette itself does so in tables, but not in a row.

    Whoever asks is not known here: a headline is for all, or for none.
    """
    if not await public(datasette, database, "articles"):
        return None
    sql = "SELECT label FROM articles WHERE id = ?"
    found = (await datasette.get_database(database).execute(sql, [id])).first()
    if found is None:
        return None
    address = str(datasette.urls.row(database, "articles", tilde_encode(id)))
    return Markup('<a href="{}">{}</a>').format(address, found["label"])


def _quotation(text: str, cells: dict[str, Any]) -> Markup:
    tag = "q" if cells.get("type") == "direct" else "span"
    return Markup('<{0} class="claim" lang="fr">{1}</{0}>').format(Markup(tag), text)


def _changes(value: str) -> Markup:
    # Datasette shows the bare value where a plugin gives an empty one.
    return Markup('<span lang="fr">{}</span>').format(changes(value) or Markup("&nbsp;"))


def _names(value: str) -> Markup | None:
    try:
        names = json.loads(value)
    except ValueError:
        return None
    # Datasette shows the bare value where a plugin gives an empty one.
    return Markup(", ").join(names) or Markup("&nbsp;") if isinstance(names, list) else None


def _reasons(value: str) -> Markup | None:
    """Each reason with its value and its weight, signed (*quoted = 1.0 (+0.56)*)."""
    try:
        told = [(r["feature"], r["value"], float(r["weight"])) for r in json.loads(value)]
    except (KeyError, TypeError, ValueError):
        return None
    lines = (Markup("{} = {} ({:+.2f})").format(*reason) for reason in told)
    return Markup("<br>").join(lines) or Markup("&nbsp;")


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
