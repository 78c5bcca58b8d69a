"""Claims as an Atom feed, for feed readers and newsrooms that watch."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree import ElementTree as ET

from claims.citations.parts import (
    Cited,
    deep_link,
    headline,
    note,
    saying,
    shown,
    urn,
    web_address,
    who,
)

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
UNDATED = "1970-01-01T00:00:00Z"
"""The moment of what is not dated: Atom wants one."""
_TITLE = 160


class Feed(NamedTuple):
    """What a feed says of itself."""

    title: str
    self: str
    """The address that it is at; its id too."""
    page: str
    """The address of the page that shows the same."""
    next: str | None = None
    """The address of what follows, where it is only a part."""
    remark: str | None = None
    """What a reader of it should know."""


def atom(feed: Feed, claims: Iterable[Cited], address: Callable[[str], str]) -> str:
    """The claims as a feed, the newest first.

    An entry's id follows from the claim's alone. It is of the moment when its article was
    published, or when a person last judged it; a day or month counts from its beginning, and what
    is not dated is of 1970. What XML cannot hold is shown as �.

    Args:
        feed: what it says of itself.
        claims: the claims.
        address: gives the address of a claim's own page from its id.
    """
    entries = sorted(claims, key=_updated, reverse=True)
    ET.register_namespace("", ATOM)
    root = ET.Element(_tag("feed"))
    _add(root, "title", shown(feed.title))
    _add(root, "id", feed.self)
    _add(root, "updated", _updated(entries[0]) if entries else UNDATED)
    _add(root, "link", rel="self", href=feed.self, type="application/atom+xml")
    _add(root, "link", rel="alternate", href=feed.page, type="text/html")
    if feed.next:
        _add(root, "link", rel="next", href=feed.next, type="application/atom+xml")
    if feed.remark:
        _add(root, "subtitle", shown(feed.remark))
    _add(root, "generator", "claims")
    for cited in entries:
        root.append(_entry(cited, address(cited.claim.id)))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _entry(cited: Cited, page: str) -> ET.Element:
    article, claim, _ = cited
    entry = ET.Element(_tag("entry"))
    title = saying(claim)
    _add(entry, "title", title if len(title) <= _TITLE else shown(title[:_TITLE]) + " …")
    _add(entry, "id", urn("claim", claim.id))
    _add(entry, "updated", _updated(cited))
    if article.published:
        _add(entry, "published", _moment(article.published))
    for name in [shown(speaker.name) for speaker in claim.speakers] or [who(claim)]:
        _add(_add(entry, "author"), "name", name)
    _add(entry, "link", rel="alternate", href=page, type="text/html")
    source = web_address(deep_link(article, claim))
    if source:
        _add(entry, "link", rel="via", href=source, title=shown(headline(article)))
    _add(entry, "category", term=claim.stance.value)
    _add(entry, "content", "\n".join(_lines(cited)), type="text")
    return entry


def _lines(cited: Cited) -> Iterator[str]:
    article, claim, known = cited
    yield note(article, claim)
    from_where = (headline(article), article.publisher, (article.published or "")[:10])
    yield ", ".join(shown(part) for part in from_where if part)
    for verdict in known.verdicts:
        parts = (verdict.value, verdict.author, verdict.date, web_address(verdict.url))
        yield ", ".join(shown(part) for part in parts if part)


def _updated(cited: Cited) -> str:
    moments = [cited.article.published, *(verdict.made for verdict in cited.known.verdicts)]
    return max((_moment(moment) for moment in moments if moment), default=UNDATED)


def _moment(moment: str) -> str:
    """A year, month, day or moment of ISO 8601 as a moment of RFC 3339.

    >>> _moment("2024-06"), _moment("2024-06-20T08:30+0200")
    ('2024-06-01T00:00:00Z', '2024-06-20T06:30:00Z')
    """
    day = moment[:10] + "0000-01-01"[len(moment[:10]) :]
    try:
        read = datetime.fromisoformat(day + moment[10:])
        known = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return UNDATED
    return known.isoformat(timespec="seconds").replace("+00:00", "Z")


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, _tag(name), attributes)
    element.text = text
    return element
