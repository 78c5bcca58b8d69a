"""Files of citations of the claims that a page shows: `.ris`, `.bib`, `.atom` and others."""

import re
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.utils import path_with_added_args, tilde_encode
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from claims.citations import FORMATS
from claims.citations.atom import MEDIA_TYPE, Feed, atom
from claims.citations.parts import Cited, web_address
from claims.datasette.ours import is_ours, may_see
from claims.store.selecting import of_ids

if TYPE_CHECKING:
    # Not at run time: it loads all plugins, and would find this module half read.
    from datasette.app import Datasette

EXTENSIONS = {
    "ris": "ris",
    "bib": "bibtex",
    "csljson": "csljson",
    "jsonld": "jsonld",
    "annotation": "annotation",
    "md": "markdown",
    "safecsv": "csv",
}
"""The formats by what they end an address with; Datasette's own CSV is no safe one."""
_NEWEST = {
    "claims": "published",
    "for_and_against": "date",
    "reviewed": "made",
    "same_words": "date",
    "who_said_what": "date",
}
"""The column that a table is sorted by for a feed."""
_ORDER = {"_sort", "_sort_desc", "_next"}


@hookimpl  # type: ignore[untyped-decorator]
def register_output_renderer() -> list[dict[str, Any]]:
    """A renderer for each format, and one for a feed, where rows have ids of claims."""
    renderers = [
        {"extension": extension, "render": _file(extension), "can_render": can_render}
        for extension in EXTENSIONS
    ]
    return [*renderers, {"extension": "atom", "render": render_feed, "can_render": can_render}]


async def can_render(
    datasette: "Datasette",
    columns: Sequence[str],
    database: str,
    table: str | None,
    request: Request,
) -> bool:
    """Whether rows have ids of claims, in a database of claims that the visitor may see."""
    return (
        _column(table, columns) is not None
        and await is_ours(datasette, database)
        and await may_see(datasette, request, database)
    )


def _file(extension: str) -> Any:  # noqa: ANN401
    form = FORMATS[EXTENSIONS[extension]]

    async def render(
        datasette: "Datasette",
        columns: Sequence[str],
        rows: Sequence[Any],
        database: str,
        table: str | None,
        query_name: str | None,
        request: Request,
        data: dict[str, Any],
    ) -> Response:
        claims = await _claims(datasette, columns, rows, database, table, request)
        remark = _remark(data, rows, claims)
        text = form.file(claims)
        if remark and form.remark:
            text += form.remark(remark)
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", table or query_name or "claims")
        if len(claims) == 1:
            name = f"claim-{claims[0].claim.id}"
        part = "-part" if _is_part(data) else ""
        ending = f"{name}{part}.{form.extension}"
        headers = {**_next(data), "Content-Disposition": f'attachment; filename="{ending}"'}
        return Response(text, headers=headers, content_type=form.media_type)

    return render


async def render_feed(
    datasette: "Datasette",
    columns: Sequence[str],
    rows: Sequence[Any],
    database: str,
    table: str | None,
    query_name: str | None,
    request: Request,
    view_name: str,
    data: dict[str, Any],
) -> Response:
    """The page's claims as an Atom feed; a table that is in no order is asked for by date first."""
    claims = await _claims(datasette, columns, rows, database, table, request)
    by = _NEWEST.get(table or "")
    if view_name == "table" and by and not _ORDER & {*request.args}:
        return Response.redirect(path_with_added_args(request, {"_sort_desc": by}))
    query = f"?{request.query_string}" if request.query_string else ""

    def absolute(path: object) -> str:
        address: str = datasette.absolute_url(request, str(path))
        return web_address(address) or address

    def row(id: str) -> str:
        return absolute(datasette.urls.row(database, "claims", tilde_encode(id)))

    told = (table or query_name or database, data.get("human_description_en"))
    feed = Feed(
        title=" ".join(part for part in told if part),
        self=absolute(request.path + query),
        page=absolute(request.path.removesuffix(".atom") + query),
        next=data.get("next_url"),
        remark=_remark(data, rows, claims),
    )
    return Response(atom(feed, claims, row), headers=_next(data), content_type=MEDIA_TYPE)


def _column(table: str | None, columns: Sequence[str]) -> str | None:
    """The column that has ids of claims."""
    if "claim_id" in columns:
        return "claim_id"
    return "id" if table == "claims" and "id" in columns else None


async def _claims(
    datasette: "Datasette",
    columns: Sequence[str],
    rows: Sequence[Any],
    database: str,
    table: str | None,
    request: Request,
) -> list[Cited]:
    """The claims of the rows, each once, in their order; those that are gone are left out.

    Raises:
        NotFound: if the rows have no ids of claims.
        Forbidden: if the visitor may not see what a citation tells of.
    """
    column = _column(table, columns)
    if column is None or not await is_ours(datasette, database):
        raise NotFound("These rows have no claim_id: there is nothing to cite")
    if not await may_see(datasette, request, database):
        raise Forbidden("You may not see all that a citation tells of")
    ids = dict.fromkeys(id for row in rows if isinstance(id := _bare(row[column]), str))

    def read(connection: sqlite3.Connection) -> list[Cited]:
        return list(of_ids(connection, ids))

    found: list[Cited] = await datasette.get_database(database).execute_fn(read)
    return found


def _bare(value: Any) -> Any:  # noqa: ANN401
    """A cell without the label that Datasette gives it."""
    return value["value"] if isinstance(value, dict) else value


def _is_part(data: dict[str, Any]) -> bool:
    return bool(data.get("next_url") or data.get("truncated"))


def _remark(data: dict[str, Any], rows: Sequence[Any], claims: Sequence[Cited]) -> str | None:
    """What a reader is told where the file has not all."""
    if not _is_part(data):
        return None
    count = data.get("filtered_table_rows_count")
    of_all = f" sur {count}" if isinstance(count, int) else ""
    following = web_address(data.get("next_url"))
    more = f" La suite : {following} ." if following else ""
    return (
        f"Une partie seulement : {len(rows)} lignes{of_all}, {len(claims)} citations.{more}"
        " Toutes : claims export."
    )


def _next(data: dict[str, Any]) -> dict[str, str]:
    following = web_address(data.get("next_url"))
    return {"Link": f'<{following}>; rel="next"'} if following else {}
