"""What every answer tells browsers and robots: what a page may load, and what is not for indexes."""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from http import HTTPStatus
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from datasette.utils.asgi import Response
from datasette.views.base import DatasetteError

if TYPE_CHECKING:
    # Not at run time: it loads all plugins, and would find this module half read.
    from datasette.app import Datasette

Asgi = Callable[..., Awaitable[None]]

NO_ROBOTS = "User-agent: *\nDisallow: /\n"
ROBOTS = "User-agent: *\nDisallow: /*?\n"
"""Where pages may be indexed: not each filter of each table, of which there is no end."""
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_FACETS = "{{ datasette_allow_facet }}"
"""The one value that Datasette writes into a script of its own."""


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper(datasette: "Datasette") -> Callable[[Asgi], Asgi]:
    """Our headers and `robots.txt`, where the metadata ask for them.

    They do by `"plugins": {"claims": {"guard": true}}`; `"index": true` beside it lets robots in.
    """
    config = datasette.plugin_config("claims") or {}
    if not config.get("guard"):
        return lambda app: app
    index = bool(config.get("index"))
    added = headers(policy(_sources(datasette)), index=index)
    names = {name for name, _ in added}
    robots = datasette.urls.path("/robots.txt")

    def wrapped(app: Asgi) -> Asgi:
        async def guarded(scope: Any, receive: Any, send: Asgi) -> None:  # noqa: ANN401
            async def sent(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    others = [h for h in message.get("headers", []) if h[0].lower() not in names]
                    message = {**message, "headers": [*others, *added]}
                await send(message)

            if scope["type"] == "http" and scope["path"] == robots:
                await Response.text(ROBOTS if index else NO_ROBOTS).asgi_send(sent)
            else:
                await app(scope, receive, sent)

        return guarded

    return wrapped


@hookimpl  # type: ignore[untyped-decorator]
def handle_exception(
    datasette: "Datasette",
    request: Any,  # noqa: ANN401
    exception: Exception,
) -> Callable[[], Awaitable[Response]] | None:
    """An address that Datasette cannot read (`_sort=nope`, `_next=x`) is the visitor's fault, not ours."""
    from datasette import handle_exception as datasettes

    if not (datasette.plugin_config("claims") or {}).get("guard") or not _is_odd(exception):
        return None
    told = DatasetteError(f"This address cannot be read: {exception}", status=400)
    answer: Callable[[], Awaitable[Response]] = datasettes.handle_exception(
        datasette, request, told
    )
    return answer


def _is_odd(exception: Exception) -> bool:
    """Whether Datasette failed over an address; what fails in this package fails."""
    if isinstance(exception, DatasetteError):
        return bool(exception.status == HTTPStatus.INTERNAL_SERVER_ERROR)
    frames = walk_tb(exception.__traceback__)
    modules = {str(frame.f_globals.get("__name__")).partition(".")[0] for frame, _ in frames}
    return isinstance(exception, KeyError | ValueError) and "claims" not in modules


def headers(content: str, *, index: bool = False) -> list[tuple[bytes, bytes]]:
    """The headers of every answer.

    Args:
        content: what a page may load.
        index: whether robots may index the pages, and texts be mined.
    """
    found = {
        "content-security-policy": content,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    if not index:
        found |= {"x-robots-tag": "noindex, nofollow, noarchive", "tdm-reservation": "1"}
    return [(name.encode(), value.encode()) for name, value in found.items()]


def policy(templates: Iterable[str]) -> str:
    """A Content-Security-Policy: our own files, and the scripts that stand in the templates.

    >>> policy(["<script>a()</script><script>b({{ c }})</script>"]).split("; ")[1]
    "script-src 'self' 'sha256-qVpDBgj7bpq5hMAcGp3AOc79J3Y1Z4HvySTwKrWDoy4='"
    """
    inline = sorted({hashed(script) for source in templates for script in constant(source)})
    told = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *inline],
        # Datasette hides and shows by attributes, and writes a style for narrow screens.
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(" ".join([name, *values]) for name, values in told.items())


def constant(source: str) -> Iterator[str]:
    """The scripts within a template that are the same on every page.

    A script into which something is written could be made of an article's words: it is left out.

    >>> list(constant("<script>a()</script> <script>b({{ c }})</script>"))
    ['a()']
    """
    for script in _INLINE.findall(source):
        for value in ("true", "false") if _FACETS in script else ("",):
            told = script.replace(_FACETS, value)
            if not re.search(r"\{[{%#]", told):
                yield told


def hashed(script: str) -> str:
    """A script as a policy names it."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _sources(datasette: "Datasette") -> Iterator[str]:
    """The templates, of Datasette and of the plugins that are installed."""
    env = datasette.jinja_env
    for name in env.list_templates(extensions=["html"]):
        yield env.loader.get_source(env, name)[0]
