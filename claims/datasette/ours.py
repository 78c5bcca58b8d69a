"""Which databases are of claims, and who may see them."""

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from datasette.utils.asgi import Forbidden

if TYPE_CHECKING:
    # Not at run time: it loads all plugins, and would find this module half read.
    from datasette.app import Datasette
    from datasette.database import Database

NEEDED = {
    "claims": {"id", "article_id", "text", "content", "context", "context_start"},
    "articles": {"id", "label"},
}
"""The tables and columns that a database of ours has; others are left as they are."""
SEEN = (
    "articles",
    "claims",
    "claim_groups",
    "claim_links",
    "claim_matters",
    "claim_outlets",
    "claim_speakers",
    "groups",
    "matters",
    "outlets",
    "reviews",
    "speakers",
)
"""The tables that our pages tell of: who may not see one of them sees none of the pages."""

_known: WeakKeyDictionary["Database", bool] = WeakKeyDictionary()


async def is_ours(datasette: "Datasette", name: str | None) -> bool:
    """Whether a database is one of claims."""
    if name is None or name not in datasette.databases:
        return False
    database = datasette.get_database(name)
    if database not in _known:
        columns = {table: {*await database.table_columns(table)} for table in NEEDED}
        _known[database] = all(NEEDED[table] <= columns[table] for table in NEEDED)
    return _known[database]


async def may_see(datasette: "Datasette", actor: Any, database: str) -> bool:  # noqa: ANN401
    """Whether somebody may see all that our pages of a database tell of."""
    for table in SEEN:
        permissions = [("view-table", (database, table)), ("view-database", database), "view-instance"]
        try:
            await datasette.ensure_permissions(actor, permissions)
        except Forbidden:
            return False
    return True


async def shown(datasette: "Datasette") -> str | None:
    """The one database that the pages are of; None where there are others too, or it is not ours."""
    public = [name for name in datasette.databases if not name.startswith("_")]
    return public[0] if len(public) == 1 and await is_ours(datasette, public[0]) else None
