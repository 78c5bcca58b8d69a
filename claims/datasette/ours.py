"""Which databases are of claims, and who may see them."""

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from datasette.utils.asgi import Forbidden

if TYPE_CHECKING:
    # Not at run time: it loads all plugins, and would find this module half read.
    from datasette.app import Datasette
    from datasette.database import Database

NEEDED = {
    "claims": {"id", "article_id", "text", "content", "context", "context_start", "superseded"},
    "articles": {"id", "label", "superseded_by"},
}
"""The tables and columns that a database of ours has; others are left as they are."""
SEEN = (
    "article_copies",
    "articles",
    "claims",
    "claim_groups",
    "claim_kinds",
    "claim_links",
    "claim_matters",
    "claim_outlets",
    "claim_speakers",
    "found_claims",
    "groups",
    "matters",
    "outlet_names",
    "outlet_stances",
    "outlets",
    "relays",
    "reviewed",
    "reviews",
    "speaker_names",
    "speaker_stances",
    "speakers",
)
"""The tables that our pages tell of: who may not see one of them sees none of the pages."""

_known: WeakKeyDictionary["Database", bool] = WeakKeyDictionary()
_seen: WeakKeyDictionary[Any, dict[str, bool]] = WeakKeyDictionary()
"""What each request was told: a page asks for each format that it may be cited in."""


async def is_ours(datasette: "Datasette", name: str | None) -> bool:
    """Whether a database is one of claims."""
    if name is None or name not in datasette.databases:
        return False
    database = datasette.get_database(name)
    if database not in _known:
        columns = {table: {*await database.table_columns(table)} for table in NEEDED}
        _known[database] = all(NEEDED[table] <= columns[table] for table in NEEDED)
    return _known[database]


async def may_see(datasette: "Datasette", request: Any, database: str) -> bool:  # noqa: ANN401
    """Whether who asks may see all that our pages of a database tell of."""
    told = _seen.setdefault(request, {})
    if database not in told:
        told[database] = await _may_see_all(datasette, request.actor, database)
    return told[database]


async def _may_see_all(datasette: "Datasette", actor: Any, database: str) -> bool:  # noqa: ANN401
    for table in SEEN:
        if not await _may_see(datasette, actor, database, table):
            return False
    return True


async def public(datasette: "Datasette", database: str, table: str) -> bool:
    """Whether everybody may see a table."""
    return await _may_see(datasette, None, database, table)


async def _may_see(
    datasette: "Datasette",
    actor: Any,  # noqa: ANN401
    database: str,
    table: str,
) -> bool:
    permissions = [("view-table", (database, table)), ("view-database", database), "view-instance"]
    try:
        await datasette.ensure_permissions(actor, permissions)
    except Forbidden:
        return False
    return True


async def shown(datasette: "Datasette") -> str | None:
    """The one database that the pages are of; None where there are others too, or it is not ours."""
    names = [name for name in datasette.databases if not name.startswith("_")]
    return names[0] if len(names) == 1 and await is_ours(datasette, names[0]) else None
