"""The pages: a Datasette plugin that shows claims as a reader wants to see them.

labels.py names values, charts.py draws, site.py has addresses and dates; ours.py tells which databases are of
claims and who may see them; pages/ reads what a page shows, views.py shows it with the templates; cells.py
shows the cells of Datasette's own tables, renderers.py writes files of citations; guard.py adds headers that keep
visitors safe, serving.py serves all.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from datasette import hookimpl

from claims.datasette.cells import render_cell
from claims.datasette.guard import asgi_wrapper, handle_exception
from claims.datasette.ours import is_ours, shown
from claims.datasette.renderers import register_output_renderer
from claims.datasette.views import extra_template_vars, register_routes

if TYPE_CHECKING:
    # Not at run time: it loads all plugins, and would find this module half read.
    from datasette.app import Datasette

__all__ = [
    "asgi_wrapper",
    "extra_css_urls",
    "extra_js_urls",
    "extra_template_vars",
    "handle_exception",
    "register_output_renderer",
    "register_routes",
    "render_cell",
]

STATIC = "/-/static-plugins/claims"


@hookimpl  # type: ignore[untyped-decorator]
def extra_css_urls(
    database: str | None, datasette: "Datasette"
) -> Callable[[], Awaitable[list[str]]]:
    """One stylesheet, which we serve ourselves, where all that a page shows is ours."""
    return _static(database, datasette, "claims.css")


@hookimpl  # type: ignore[untyped-decorator]
def extra_js_urls(
    database: str | None, datasette: "Datasette"
) -> Callable[[], Awaitable[list[str]]]:
    """One script, for buttons that copy; without it all pages work."""
    return _static(database, datasette, "claims.js")


def _static(
    database: str | None, datasette: "Datasette", name: str
) -> Callable[[], Awaitable[list[str]]]:
    async def urls() -> list[str]:
        ours = await is_ours(datasette, database) if database else await shown(datasette)
        return [datasette.urls.path(f"{STATIC}/{name}")] if ours else []

    return urls
