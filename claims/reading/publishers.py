"""Who published an article, and whose wire it is, by the names of the registry."""

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field

from claims import language
from claims.model import Article, MediumKind, ZoneKind
from claims.registry import OutletEntry, Registry
from claims.zones import zones

LONGEST_SIGNATURE = 100
"""Characters of the longest line, or start or end of one, that names the agency."""


class WireRow(language.Row):
    """A way in which an article names the agency that wrote it."""

    scope: Literal["line", "start", "end"] = Field(
        description="line: a line of its own, no caption. start: how the text begins. end: how it ends."
    )
    pattern: re.Pattern[str] = Field(description="The group `agency` holds one name or several.")


def settled(article: Article, registry: Registry) -> Article:
    """The article with publisher and agency under the names that the registry has for them.

    A publisher that the registry does not know stays as the article names it. A paper that is told
    from the address stands before an agency that is given as the publisher.
    """
    named = registry.outlet(article.publisher) if article.publisher else None
    if named is None and article.publisher:
        named = registry.host(article.publisher)
    by_host = registry.host(host_of(article.url))
    wires = [named] if named and named.kind is MediumKind.AGENCY else []
    if (wires and by_host) or not article.publisher:
        named = by_host
    agencies = article.agency or _joined([*wires, *_agencies(article, registry)], named)
    return article.model_copy(
        update={
            "publisher": named.name if named else article.publisher,
            "agency": agencies,
        }
    )


def host_of(url: str | None) -> str:
    """The host of an address; empty where there is none.

    >>> host_of("https://www.lemonde.fr/a"), host_of("http://[")
    ('www.lemonde.fr', '')
    """
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


def _joined(agencies: list[OutletEntry], publisher: OutletEntry | None) -> str | None:
    names = dict.fromkeys(entry.name for entry in agencies if entry != publisher)
    return ", ".join(names) or None


def _agencies(article: Article, registry: Registry) -> Iterator[OutletEntry]:
    yield from _named(article.author or "", registry)
    code = article.language.partition("-")[0]
    if code not in language.codes():
        return
    rows = language.rows(code, "wires", WireRow)
    for scope, line in _signatures(article, code):
        for row in rows:
            if row.scope == scope and (match := _find(row, line)):
                yield from _named(match["agency"], registry)


def _find(row: WireRow, line: str) -> re.Match[str] | None:
    """What a row says of a line, of its first or of its last characters."""
    if row.scope == "line":
        return row.pattern.fullmatch(line)
    if row.scope == "start":
        return row.pattern.match(line, 0, LONGEST_SIGNATURE)
    tail = line[-LONGEST_SIGNATURE:]
    starts = (match.start() for match in re.finditer(r"\(", tail))
    return next((found for at in starts if (found := row.pattern.fullmatch(tail, at))), None)


def _signatures(article: Article, code: str) -> Iterator[tuple[str, str]]:
    """The stretches of an article that can name its agency, each with what it is."""
    text = article.text
    parts = zones(text, code, article.title)
    # A text of one line can look like a headline.
    body = [zone for zone in parts if zone.kind is ZoneKind.BODY] or list(parts)
    for zone in parts:
        words = text[zone.start : zone.end]
        if zone.kind in (ZoneKind.CREDIT, ZoneKind.HEADLINE) and len(words) <= LONGEST_SIGNATURE:
            yield "line", words
        if zone.kind is ZoneKind.CREDIT:
            yield "end", words
    if body:
        # With the dateline before it and the signature behind it, which are zones of their own.
        begin = text.rfind("\n", 0, body[0].start) + 1
        end = text.find("\n", body[-1].end)
        last = text[body[-1].start : end if end >= 0 else len(text)].strip()
        yield "start", text[begin : begin + 2 * LONGEST_SIGNATURE].lstrip()
        yield "end", last
        if len(last) <= LONGEST_SIGNATURE:
            yield "line", last


def _named(text: str, registry: Registry) -> Iterator[OutletEntry]:
    """The agencies that some words name, in whatever capitals a code has (`afp/nxp`)."""
    for _, _, entry in registry.outlet_mentions(text):
        if entry.kind is MediumKind.AGENCY:
            yield entry
    for part in text.split("/"):
        known = registry.outlet(part.strip().upper()) if part.islower() else None
        if known is not None and known.kind is MediumKind.AGENCY:
            yield known
