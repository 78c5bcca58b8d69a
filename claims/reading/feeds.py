"""Feeds (RSS, Atom, JSON Feed) to entries, and entries that hold the whole text to articles."""

import io
import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parseaddr, parsedate_to_datetime
from html import escape, unescape
from html.entities import html5
from typing import Any, NamedTuple
from urllib.parse import urljoin

import feedparser
from lxml import etree

from claims.errors import InputError
from claims.model import Article, digest
from claims.reading import kinds
from claims.reading.encoding import wide_encoding
from claims.reading.parts import Document, Settings
from claims.reading.sniffing import encoding

FULL = 1_000
"""Characters that the text of an entry has at least where it is the whole article."""
EARLIEST = 1900
"""The first year that a date can be of: some software writes the year 1 where it knows none."""

_CONTAINERS = ("rss", "rdf", "feed", "channel", "item", "entry")
_LONG = ("encoded", "description", "summary", "content", "body")
_LIMITS = dict.fromkeys(("title", "link", "id", "guid"), 8_000)
_SHORT = 500
_ATTRIBUTES = 50
_NAMESPACES = 50
_PREFIXES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "atom": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
_WIDE = ("utf-16", "utf-32")
_DECLARATION = re.compile(r"\A\s*<\?xml\b[^>]*\?>")
_ENCODING = re.compile(rb"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_ROOT = re.compile(r"<(rss|feed|rdf:RDF)\b")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
_PREDEFINED = re.compile(r"&(?:amp|lt|gt|quot|apos);")
_AMPERSAND = re.compile(r"&(?!#(?:[0-9]{1,7}|x[0-9A-Fa-f]{1,6});)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")


class Entry(NamedTuple):
    """What a feed says of one article."""

    id: str
    """The feed's own id of it, or else its link."""
    link: str | None
    title: str | None
    published: str | None
    """ISO 8601."""
    author: str | None
    content: str | None
    """The longest text that the feed has of it, in HTML."""
    language: str | None

    @property
    def is_full(self) -> bool:
        """Whether its content is long enough to be the whole article."""
        return self.content is not None and len(plain(self.content)) >= FULL


class Feed(NamedTuple):
    """A feed."""

    title: str | None
    entries: list[Entry]


def articles(entry: Entry, settings: Settings, reserved: bool | None = None) -> list[Article | str]:
    """What an entry's own content holds.

    Args:
        entry: an entry with content.
        settings: those of the run.
        reserved: whether the feed's server reserves text and data mining.
    """
    title, language = escape(entry.title or ""), escape(entry.language or "")
    page = (
        f'<!DOCTYPE html><html lang="{language}"><head>'
        f'<meta charset="utf-8"><title>{title}</title></head>'
        f"<body><article><h1>{title}</h1>{entry.content}</article></body></html>"
    )
    document = Document(
        stream=io.BytesIO(page.encode()),
        name="entry.html",
        url=entry.link,
        charset="utf-8",
        reserved=reserved,
        settings=settings,
    )
    return [completed(found, entry) for _, found in kinds.read(document)]


def completed(found: Article | str, entry: Entry) -> Article | str:
    """An article with what its entry says, where the page does not say it."""
    if isinstance(found, str):
        return found
    known = found.model_dump(exclude={"id", "text"}, exclude_unset=True)
    said = {
        "url": entry.link,
        "title": entry.title,
        "published": entry.published,
        "author": entry.author,
        "language": entry.language,
    }
    more = {key: value for key, value in said.items() if value and known.get(key) is None}
    own_id = None if "url" in more else found.id
    return Article.make(found.text, id=own_id, **{**known, **more}) if more else found


def plain(html: str) -> str:
    """The text of a piece of HTML.

    >>> plain("<b>Sommet</b> &agrave; Pyongyang")
    'Sommet à Pyongyang'
    """
    first, *rest = html.split("<")
    return " ".join(unescape(first + "".join(part.partition(">")[2] for part in rest)).split())


def parse(data: bytes, url: str = "", charset: str | None = None) -> Feed:
    """A feed: each entry once.

    Args:
        data: the feed.
        url: where it comes from; relative links are relative to it.
        charset: the encoding that its server named.

    Raises:
        InputError: if it is none.
    """
    text = _decoded(data, charset)
    is_json = text.lstrip().startswith("{")
    feed = _json_feed(text, url) if is_json else _xml_feed(text, url)
    return feed._replace(entries=list(_once(feed.entries)))


def _once(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries without those whose id came before; or their page, if it is all that they have."""
    seen: set[str] = set()
    for entry in entries:
        page = None if entry.is_full or entry.link is None else f"link {entry.link}"
        if f"id {entry.id}" not in seen and page not in seen:
            yield entry
        seen |= {f"id {entry.id}"} | ({page} if page else set())


def _decoded(data: bytes, charset: str | None) -> str:
    """The text of a feed, in the encoding that its mark, its server or its first line names."""
    marked = "utf-8" if data.startswith(b"\xef\xbb\xbf") else wide_encoding(data)
    declared = _ENCODING.match(data.lstrip()[:300])
    named = declared[1].decode() if declared else None
    for name in (marked, encoding(charset), encoding(named), "utf-8", "cp1252"):
        if name and (marked or not name.startswith(_WIDE)):
            try:
                return data.decode(name).removeprefix("\ufeff")
            except (LookupError, ValueError):
                continue
    return data.decode("utf-8", "replace")


def _xml_feed(text: str, url: str) -> Feed:
    root = _tree(text)
    _shorten(root)
    try:
        found = feedparser.parse(
            io.BytesIO(etree.tostring(root, encoding="utf-8")),
            response_headers={
                "content-type": "application/xml; charset=utf-8",
                "content-location": url,
            },
            sanitize_html=False,
            resolve_relative_uris=False,
        )
        language = found.feed.get("language")
        entries = [_xml_entry(entry, language) for entry in found.entries]
        return Feed(_title(found.feed), entries)
    # Its handlers meet whatever a feed may hold, and no feed may stop the rest.
    except Exception as error:
        reason = f"the feed cannot be read ({type(error).__name__}); give its articles' pages"
        raise InputError(reason) from error


def _tree(text: str) -> etree._Element:
    """The elements of a feed, mended where it is not well-formed.

    Raises:
        InputError: if it is no feed, or declares entities.
    """
    body = _NAMED.sub(_character, _DECLARATION.sub("", text, count=1))
    if "<!ENTITY" in body:
        raise InputError("it declares entities of its own, which are not read; leave them out")
    try:
        root = etree.fromstring(body.encode(), _parser(mending=False))
    except (etree.XMLSyntaxError, ValueError):
        root = _mended(body)
    if root is None or _local(root) not in ("rss", "feed", "rdf"):
        raise InputError("it is no feed; give articles as a page, a text, JSON Lines or a feed")
    return root


def _mended(body: str) -> etree._Element | None:
    """The elements of what is not well-formed; None if there is nothing to be had.

    After an error the parser drops names of characters, and keeps their numbers.
    """
    missing = "".join(
        f' xmlns:{prefix}="{space}"'
        for prefix, space in _PREFIXES.items()
        if f"xmlns:{prefix}=" not in body
    )
    body = _PREDEFINED.sub(lambda name: f"&#{ord(unescape(name[0]))};", body)
    body = _ROOT.sub(lambda root: root[0] + missing, _AMPERSAND.sub("&#38;", body), count=1)
    try:
        return etree.fromstring(body.encode(), _parser(mending=True))
    except (etree.XMLSyntaxError, ValueError):
        return None


def _parser(*, mending: bool) -> etree.XMLParser:
    return etree.XMLParser(
        recover=mending, encoding="utf-8", resolve_entities=False, no_network=True
    )


def _character(entity: re.Match[str]) -> str:
    """The character that HTML names so; XML does not know the name."""
    return html5.get(f"{entity[1]};", entity[0])


def _local(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2].lower()


def _shorten(root: etree._Element) -> None:
    """Cuts what is longer than it can mean: time would grow with the square of its length."""
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction, etree.Entity)
    _rename(root)
    todo = [root]
    while todo:
        element = todo.pop()
        name = _local(element)
        if name in _CONTAINERS:
            todo.extend(element)
        elif name not in _LONG:
            text = "".join(element.itertext())
            limit = _LIMITS.get(name, _SHORT)
            if len(text) > limit:
                del element[:]
                element.text = text[:limit]


def _rename(root: etree._Element) -> None:
    """Takes away names that cannot mean anything: of too many namespaces, or of none."""
    known: set[str] = set()

    def is_known(name: str) -> bool:
        space, _, local = name.rpartition("}")
        if len(known) < _NAMESPACES:
            known.add(space)
        return space in known and ":" not in local

    for element in root.iter():
        if not is_known(element.tag):
            element.tag = "unknown"
        names = list(element.attrib)
        for name in names[_ATTRIBUTES:] + [n for n in names[:_ATTRIBUTES] if not is_known(n)]:
            del element.attrib[name]
    etree.cleanup_namespaces(root)


def _xml_entry(entry: dict[str, Any], language: str | None) -> Entry:
    contents = [(c.get("value") or "", c.get("type")) for c in entry.get("content") or []]
    detail = entry.get("summary_detail") or {}
    contents.append((entry.get("summary") or "", detail.get("type")))
    text, kind = max(contents, key=lambda content: len(content[0]))
    html = _paragraphs(text) if kind == "text/plain" else text
    # The parser's own `get` warns where there is no `updated`.
    updated, updated_parsed = (dict.get(entry, f"updated{end}") for end in ("", "_parsed"))
    return _entry(
        id=entry.get("id"),
        link=entry.get("link"),
        title=_title(entry),
        published=_moment(entry.get("published"), entry.get("published_parsed"))
        or _moment(updated, updated_parsed),
        author=_author(entry),
        content=html,
        language=language,
    )


def _title(of: Mapping[str, Any]) -> str | None:
    title = of.get("title") or ""
    is_text = (of.get("title_detail") or {}).get("type") == "text/plain"
    return (" ".join(title.split()) if is_text else plain(title)) or None


def _author(entry: Mapping[str, Any]) -> str | None:
    """The names of those who wrote it; an address is none."""
    names = [person.get("name") for person in entry.get("authors") or []]
    given = entry.get("author") or ""
    if "@" in given:
        names = [parseaddr(given)[0]]
    return ", ".join(dict.fromkeys(" ".join(name.split()) for name in names if name)) or None


def _json_feed(text: str, url: str) -> Feed:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("it is not JSON; write it anew") from error
    if not isinstance(value, dict) or "jsonfeed.org/version/" not in str(value.get("version")):
        raise InputError("it is no JSON Feed: it has no `version`; give articles as JSON Lines")
    items = value.get("items")
    entries = [
        _json_entry(item, url, value)
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict)
    ]
    return Feed(_string(value.get("title")), entries)


def _json_entry(item: Mapping[str, Any], url: str, feed: Mapping[str, Any]) -> Entry:
    link = _string(item.get("url")) or _string(item.get("external_url"))
    people = item.get("authors") or [item.get("author")]
    if not isinstance(people, list) or not any(people):
        people = feed.get("authors") or [feed.get("author")]
    named = (
        [p.get("name") for p in people if isinstance(p, dict)] if isinstance(people, list) else []
    )
    html, text = _string(item.get("content_html")), _string(item.get("content_text"))
    return _entry(
        id=_string(item.get("id")),
        link=_joined(url, link) if link else None,
        title=_string(item.get("title")),
        published=_moment(_string(item.get("date_published"))),
        author=", ".join(filter(None, map(_string, named))) or None,
        content=html or _paragraphs(text or ""),
        language=_string(item.get("language")) or _string(feed.get("language")),
    )


def _joined(url: str, link: str) -> str | None:
    try:
        return urljoin(url, link)
    except ValueError:
        return None


def _entry(
    *,
    id: str | None,
    link: str | None,
    title: str | None,
    published: str | None,
    author: str | None,
    content: str,
    language: str | None,
) -> Entry:
    """An entry whose fields are what they must be."""
    page = link if link and link.lower().startswith(("http://", "https://")) else None
    tag = (language or "").strip().replace("_", "-")
    first, *rest = tag.split("-")
    tag = "-".join([first.lower(), *rest])
    return Entry(
        id=id or page or digest("entry", title, content),
        link=page,
        title=title,
        published=published,
        author=author,
        content=content or None,
        language=tag if _LANGUAGE.fullmatch(tag) else None,
    )


def _string(value: object) -> str | None:
    """A string of JSON without half characters; an id may be a number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).encode("utf-8", "replace").decode().strip() or None


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n") if part.strip())


def _moment(value: str | None, parsed: time.struct_time | None = None) -> str | None:
    """A date as ISO 8601, with the offset that it is written with.

    Args:
        value: the date as it is written.
        parsed: the same in UTC, where the parser understands it; it makes a month 13 the next
            year's first.
    """
    value = (value or "").strip()[:100]
    moment = None
    for read_date in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = moment or read_date(value)
        except (ValueError, TypeError, OverflowError):
            continue
    if moment is None and parsed is not None and str(parsed.tm_year) in value:
        try:
            moment = datetime(*parsed[:6], tzinfo=UTC)
        except ValueError:
            return None
    if moment is None or moment.year < EARLIEST:
        return None
    if ":" not in value:
        return moment.date().isoformat()
    offset = moment.utcoffset()
    if offset is not None and offset.total_seconds() % 60:
        moment = moment.astimezone(UTC)
    return moment.replace(microsecond=0).isoformat()
