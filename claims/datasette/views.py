"""The pages of ours: what Datasette's row and front pages show more, and routes beside them."""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from datasette import hookimpl
from datasette.utils import sqlite_timelimit, tilde_decode
from datasette.utils.asgi import Forbidden, NotFound, Response

from claims.datasette.ours import is_ours, may_see, shown
from claims.datasette.pages import lists
from claims.datasette.pages.article import article
from claims.datasette.pages.claim import claim
from claims.datasette.pages.compared import KINDS, LEAST, MOST, compared, named
from claims.datasette.pages.front import front
from claims.datasette.pages.outlet import outlet
from claims.datasette.pages.speaker import speaker
from claims.datasette.site import Site

if TYPE_CHECKING:
    # Not at run time: it loads all plugins, and would find this module half read.
    from datasette.app import Datasette

Page = Callable[[sqlite3.Connection], dict[str, Any] | None]


class RowPage(NamedTuple):
    """The page of a row."""

    template: str
    read: Callable[..., dict[str, Any] | None]
    title: tuple[str, str]
    """Where what it shows has its title."""
    options: Mapping[str, type] = {}
    """What the address may say."""


ROWS = {
    "claims": RowPage("claims-claim.html", claim, ("claim", "text")),
    "articles": RowPage("claims-article.html", article, ("article", "label")),
    "speakers": RowPage(
        "claims-speaker.html",
        speaker,
        ("speaker", "name"),
        {"stance": str, "month": str, "page": int},
    ),
    "outlets": RowPage(
        "claims-outlet.html", outlet, ("outlet", "name"), {"role": str, "page": int}
    ),
    "matters": RowPage("claims-matter.html", lists.matter, ("matter", "text"), {"page": int}),
    "groups": RowPage("claims-group.html", lists.group, ("group", "text"), {"page": int}),
}
"""The tables whose rows have pages."""
PAGES = ("compare", "contested", "same-words")
"""The pages beside Datasette's."""
LATE = {"late": True}
"""What is told of a page that takes longer than a statement may."""
LAST = 1000
"""The last page that is asked for: to go further, one filters."""


@hookimpl  # type: ignore[untyped-decorator]
def extra_template_vars(
    database: str | None,
    table: str | None,
    view_name: str | None,
    request: Any,  # noqa: ANN401
    datasette: "Datasette",
) -> Callable[[], Awaitable[dict[str, Any]]]:
    """What our templates show: `claims_site` on every page of ours, `claims_page` on some."""

    async def found() -> dict[str, Any]:
        name = database if await is_ours(datasette, database) else None
        if name is None and database is None:
            name = await shown(datasette)
        if name is None or request is None or not await may_see(datasette, request, name):
            return {}
        told: dict[str, Any] = {"claims_site": Site(datasette, name)}
        if view_name == "index":
            told["claims_page"] = await _read(datasette, name, front)
        elif view_name == "row" and table in ROWS and "pks" in request.url_vars:
            page = ROWS[table]
            id = tilde_decode(request.url_vars["pks"])
            wanted = {key: _option(request, key, kind) for key, kind in page.options.items()}
            shows = await _read(datasette, name, partial(page.read, id=id, **wanted))
            told |= {"claims_template": page.template, "claims_page": shows}
            if shows is not None and shows is not LATE:
                what, column = page.title
                told["claims_title"] = told["claims_site"].short(shows[what][column])
        return told

    return found


@hookimpl  # type: ignore[untyped-decorator]
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    """The pages beside Datasette's."""
    return [
        (rf"^/(?P<database>[^/]+)/-/{name}$", page)
        for name, page in zip(PAGES, (compare_page, contested_page, same_words_page), strict=True)
    ]


async def contested_page(request: Any, datasette: "Datasette") -> Response:  # noqa: ANN401
    """The contested matters."""
    page = _option(request, "page", int)
    return await _response(
        request, datasette, "claims-contested.html", partial(lists.contested, page=page)
    )


async def same_words_page(request: Any, datasette: "Datasette") -> Response:  # noqa: ANN401
    """The quotations of several articles."""
    page = _option(request, "page", int)
    return await _response(
        request, datasette, "claims-same-words.html", partial(lists.same_words, page=page)
    )


async def compare_page(request: Any, datasette: "Datasette") -> Response:  # noqa: ANN401
    """Speakers or outlets side by side; names in the address lead to one with their ids."""
    what = request.args.get("what") if request.args.get("what") in KINDS else "speakers"
    kind = KINDS[what]
    ids = list(dict.fromkeys(id for id in request.args.getlist("id") if id))[: MOST + 1]
    names = [name.strip()[:200] for name in request.args.getlist("name") if name.strip()][:MOST]
    period = {key: _month(request.args.get(key)) for key in ("since", "until")}

    def read(conn: sqlite3.Connection) -> dict[str, Any]:
        found = {name: named(conn, kind, name) for name in names}
        sure = {name: rows[0]["id"] for name, rows in found.items() if len(rows) == 1}
        wanted = list(dict.fromkeys([*ids, *sure.values()]))
        return {
            **compared(conn, kind, wanted[:MOST], **period),
            "what": what,
            "kinds": list(KINDS),
            "open": {name: rows for name, rows in found.items() if name not in sure},
            "chosen": period,
            "ids": wanted[:MOST],
            "least": LEAST,
            "most": MOST,
            "left_out": len(wanted) > MOST,
        }

    return await _response(request, datasette, "claims-compare.html", read)


async def _response(
    request: Any,  # noqa: ANN401
    datasette: "Datasette",
    template: str,
    page: Page,
) -> Response:
    """A page of ours, for who may see it.

    Raises:
        Forbidden: if the tables that it tells of are not for whoever asks.
        NotFound: if the database is none of ours.
    """
    name = tilde_decode(request.url_vars["database"])
    if not await is_ours(datasette, name):
        raise NotFound("no such page")
    if not await may_see(datasette, request, name):
        raise Forbidden("these tables are not public")
    found = await _read(datasette, name, page)
    context = {"claims_site": Site(datasette, name), "claims_page": found, "database": name}
    return Response.html(await datasette.render_template(template, context, request=request))


async def _read(datasette: "Datasette", database: str, page: Page) -> dict[str, Any] | None:
    """What a page shows, within the time that a statement may take."""
    limit = datasette.setting("sql_time_limit_ms")

    def read(conn: sqlite3.Connection) -> dict[str, Any] | None:
        with sqlite_timelimit(conn, limit):
            try:
                return page(conn)
            except sqlite3.OperationalError as error:
                if str(error) != "interrupted":
                    raise
                return LATE

    found: dict[str, Any] | None = await datasette.get_database(database).execute_fn(read)
    return found


def _option(request: Any, name: str, kind: type) -> Any:  # noqa: ANN401
    """What the address says; the first page, or nothing, where it says nothing that can be meant."""
    value = (request.args.get(name) or "").strip()[:100]
    if kind is int:
        return (
            min(int(value), LAST) if value.isdecimal() and 0 < len(value) < 9 and int(value) else 1
        )
    return value


def _month(value: str | None) -> str:
    """A year, month or day; nothing where it is none."""
    parts = (value or "").strip()[:10].split("-")
    sizes = [len(part) for part in parts]
    return (
        "-".join(parts) if sizes in ([4], [4, 2], [4, 2, 2]) and "".join(parts).isdecimal() else ""
    )
