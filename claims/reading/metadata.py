"""What a web page says of its article: JSON-LD, meta elements, links, the visible headline."""

import json
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial
from html import unescape
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from htmldate import find_date
from lxml import etree
from lxml.html import HtmlElement
from pydantic import TypeAdapter, ValidationError
from trafilatura.metadata import extract_author, extract_license

from claims.model import IsoMoment, MediumKind, fold
from claims.registry import Registry

LONGEST = 1_000
"""Characters of the longest field that is believed."""
MOST_NODES = 20_000
"""Objects and lists of the JSON-LD that are looked at."""
FIRST_YEAR = 1600
"""Dates before the first newspaper are placeholders."""

ARTICLE_KINDS = frozenset(
    (
        *("AdvertiserContentArticle", "AnalysisNewsArticle", "Article", "AskPublicNewsArticle"),
        *("BackgroundNewsArticle", "BlogPosting", "LiveBlogPosting", "NewsArticle"),
        *("OpinionNewsArticle", "Report", "ReportageNewsArticle", "ReviewNewsArticle"),
        *("SatiricalArticle", "ScholarlyArticle", "TechArticle"),
    )
)
LIST_KINDS = frozenset(("CollectionPage", "ItemList", "SearchResultsPage"))

_DATE_METAS = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "article.published",
    "parsely-pub-date",
    "sailthru.date",
    "dcterms.created",
    "dc.date.issued",
    "dc.date",
    "pubdate",
    "publishdate",
    "date",
)
_CHANGE_METAS = ("article:modified_time", "og:article:modified_time", "datemodified")
_AUTHOR_METAS = ("author", "article:author", "og:article:author", "parsely-author", "dc.creator")
_SITE_METAS = ("og:site_name", "application-name", "dc.publisher", "publisher")
_LANGUAGE_TAG = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{1,8})*)")
_NO_LANGUAGE = frozenset(("und", "zxx", "mul", "mis", "xx"))
_TITLE_TAIL = re.compile(r"\s+[|•·–—-]\s+")
_COMMA_BEFORE_END = re.compile(r",(\s*[}\]])")
_AROUND_JSON = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)?|(?:-->|(?://)?\s*\]\]>|;)?\s*$"
)
_INLINE = frozenset(
    ("a", "abbr", "b", "cite", "em", "font", "i", "mark", "q", "s", "small", "strong")
)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_INVISIBLE = re.compile(r"[\xad\u200b\u2060\ufeff]")
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_MOMENT: TypeAdapter[str] = TypeAdapter(IsoMoment)


class Metadata(NamedTuple):
    """What a page says of itself."""

    fields: dict[str, Any]
    """The article's fields, but for text and page; what is not known is left out."""
    headlines: tuple[str, ...]
    """The title as it stands in the page and in its metadata."""
    description: str | None
    """The article in a sentence or two, which is often its lead."""
    is_article: bool
    """Whether the page says that it is an article."""
    is_list: bool
    """Whether something in the page says that it is a front page, a section or a list."""
    is_home: bool
    """Whether it was read from where a site begins."""


class _Page(NamedTuple):
    tree: HtmlElement
    url: str | None
    metas: Mapping[str, list[str]]
    node: Mapping[str, Any]
    """The JSON-LD object of the article; empty where there is none."""
    by_id: Mapping[str, Mapping[str, Any]]
    kinds: frozenset[str]
    """The kinds of all objects of the JSON-LD."""


def read(tree: HtmlElement, url: str | None = None, reserved: bool | None = None) -> Metadata:
    """What a page says of its article. The tree stays as it is.

    Args:
        tree: the parsed page.
        url: where it was read from, if that is known.
        reserved: whether the server reserves text and data mining; the page's word goes first.
    """
    page = _page(tree, url)
    address = _address(page)
    published = _published(page, address)
    fields = {
        "url": address,
        "title": _title(page),
        "published": published,
        "publisher": _publisher(page, address),
        "language": _language(page),
        "author": _author(page),
        "modified": _modified(page, published),
        "licence": _licence(page),
        "tdm_reservation": _reservation(page, reserved),
    }
    said = _first(
        _strings(page.node.get("description")), page.metas, ("og:description", "description")
    )
    kind = (page.metas.get("og:type") or [""])[0].lower()
    is_article = bool(page.node) or kind == "article" or "article:published_time" in page.metas
    return Metadata(
        fields={name: value for name, value in fields.items() if value is not None},
        headlines=tuple(dict.fromkeys(_headlines(page))),
        description=said,
        is_article=is_article,
        is_list=(
            kind == "website"
            or bool(page.kinds & LIST_KINDS)
            or any(map(_is_home, _addresses(page)))
        ),
        is_home=url is not None and _is_home(url),
    )


def _page(tree: HtmlElement, url: str | None) -> _Page:
    metas: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            name = meta.get(attribute)
            value = _clean(meta.get("content") or "") if name else ""
            if name and 0 < len(value) <= LONGEST:
                metas.setdefault(name.strip().lower(), []).append(value)
    nodes = list(_nodes(tree))
    by_id = {id: node for node in nodes if isinstance(id := node.get("@id"), str) and len(node) > 1}
    page = _Page(tree, url, metas, {}, by_id, frozenset(k for node in nodes for k in _kinds(node)))
    articles = [node for node in nodes if _kinds(node) & ARTICLE_KINDS]
    return page._replace(node=_best(page, articles)) if articles else page


def _best(page: _Page, articles: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Of several articles the one whose address or headline is the page's, else the first."""
    addresses = {_bare(address) for address in _addresses(page)} - {""}
    heads = {fold(head) for head in _headings(page)}
    return max(articles, key=lambda node: _fit(node, addresses, heads))


def _fit(node: Mapping[str, Any], addresses: set[str], heads: set[str]) -> int:
    pages = node.get("mainEntityOfPage")
    own = [node.get("url"), node.get("@id"), pages]
    if isinstance(pages, Mapping):
        own += [pages.get("@id"), pages.get("url")]
    own_addresses = {_bare(address) for address in own if isinstance(address, str)}
    named = {fold(head) for head in _strings(node.get("headline"), node.get("name"))}
    return 2 * bool(own_addresses & addresses) + bool(named & heads)


def _bare(address: str) -> str:
    """An address without what differs between two ways to write it."""
    return re.sub(r"^https?://(?:www\.)?|[?#].*$|/+$", "", address.strip().lower())


# --- JSON-LD


def _nodes(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    """The objects of the JSON-LD, the outer ones first."""
    queue: deque[Any] = deque()
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            queue.append(_json(script.text))
    for _ in range(MOST_NODES):
        if not queue:
            return
        value = queue.popleft()
        if isinstance(value, dict):
            yield value
        inner = value.values() if isinstance(value, dict) else value or ()
        queue.extend(item for item in inner if isinstance(item, dict | list))


def _json(text: str) -> Any:  # noqa: ANN401
    """A block of JSON-LD, mended where it is broken in one of the usual ways; None if it stays so."""
    text = _AROUND_JSON.sub("", text)
    for mend in (str, lambda broken: _COMMA_BEFORE_END.sub(r"\1", broken), unescape):
        with suppress(ValueError, RecursionError):
            value = json.loads(mend(text), strict=False)
            return value if isinstance(value, dict | list) else None
    return None


def _kinds(node: Mapping[str, Any]) -> frozenset[str]:
    found = node.get("@type")
    given = found if isinstance(found, list) else [found]
    return frozenset(re.split(r"[/#:]", kind)[-1] for kind in given if isinstance(kind, str))


def _names(page: _Page, value: object, *keys: str) -> Iterator[str]:
    """The names in a string, an object, a reference to one, or a list of any of them."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping):
            is_named = any(item.get(key) for key in keys)
            known = item if is_named else page.by_id.get(str(item.get("@id")), {})
            values = (known.get(key) for key in keys)
            yield from next((list(_strings(value)) for value in values if value), ())
        else:
            yield from _strings(item)


def _strings(*values: object) -> Iterator[str]:
    """Those of the values, and of the lists among them, that are strings with something in them."""
    for value in values:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str) and len(item) <= LONGEST and (plain := _clean(item)):
                yield plain


def _clean(text: str) -> str:
    """A string without entities, tags, control characters, halves of characters and spare spaces."""
    if "&" in text:
        text = unescape(unescape(text))
    if "<" in text:
        text = _TAG.sub("", text)
    return " ".join(_UNPRINTED.sub(" ", _INVISIBLE.sub("", text)).split())


def _first(
    known: Iterable[str], metas: Mapping[str, list[str]], names: Iterable[str]
) -> str | None:
    """The first of what is known; else of what the meta elements of these names say."""
    return next(chain(known, *(metas.get(name, ()) for name in names)), None)


def _guessed(guess: Callable[[HtmlElement], str | None], tree: HtmlElement) -> str:
    """What a library reads off a page; empty if that is nothing, or if it stumbles over it."""
    with suppress(Exception):
        return _clean(guess(tree) or "")
    return ""


# --- Title, author, publisher


def _headings(page: _Page) -> Iterator[str]:
    for heading in page.tree.iter("h1"):
        text = _clean("".join(_pieces(heading)))
        if text and len(text) <= LONGEST:
            yield text


def _pieces(element: HtmlElement) -> Iterator[str]:
    """The text of an element, with a space where a part of it stands apart."""
    for event, part in etree.iterwalk(element, events=("start", "end")):
        is_apart = part is not element and part.tag not in _INLINE
        text = part.text if event == "start" else part.tail if part is not element else None
        if text:
            yield " " + text if is_apart and text[0] not in ",.;:!?" else text


def _headlines(page: _Page) -> Iterator[str]:
    yield from _headings(page)
    yield from _strings(page.node.get("headline"))
    yield from page.metas.get("og:title", ())


def _title(page: _Page) -> str | None:
    """The headline: what two of page, JSON-LD and Open Graph agree on, else the first of them."""
    site = _sites(page)
    heads = list(_headings(page))
    said = [
        *list(_strings(page.node.get("headline")))[:1],
        *[_without_site(title, site) for title in page.metas.get("og:title", ())[:1]],
    ]
    shown = [head for head in heads if fold(head) in map(fold, said)] or heads
    # Of several headings that nothing else confirms, the first may be the site's own.
    given = [*shown[:1], *said] if len(shown) == 1 else [*said, *shown[:1]]
    given = [title for title in given if fold(title) not in site | {""}]
    if given:
        votes = Counter(map(fold, given))
        return max(given, key=lambda title: votes[fold(title)])
    title = next(page.tree.iter("title"), None)
    whole = _clean(title.text or "") if title is not None else ""
    return _without_site(whole, site) or None if len(whole) <= LONGEST else None


def _sites(page: _Page) -> set[str]:
    """The names of the site, folded; its host as well."""
    names = [*page.metas.get("og:site_name", ()), *page.metas.get("application-name", ())]
    names += _names(page, page.node.get("publisher"), "name")
    hosts = [_host(address) or "" for address in _addresses(page)]
    return {fold(name) for name in (*names, *hosts)} - {""}


def _host(address: str | None) -> str | None:
    """The host of an address, without the `www.` before it."""
    try:
        host = urlsplit(address or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def _without_site(title: str, site: set[str]) -> str:
    """A title without the site's name after it.

    >>> _without_site("Le pont est fermé - Le Phare", {"le phare"})
    'Le pont est fermé'
    >>> _without_site("Pont – la suite", {"le phare"})
    'Pont – la suite'
    """
    for mark in _TITLE_TAIL.finditer(title[:LONGEST]):
        if mark.start() and fold(title[mark.end() :]) in site:
            return title[: mark.start()]
    return title


def _author(page: _Page) -> str | None:
    """Who wrote it, several joined by commas; a page without a word of it: None."""
    names = list(_names(page, page.node.get("author"), "name", "alternateName"))
    names = names or [value for name in _AUTHOR_METAS for value in page.metas.get(name, ())]
    good = [name for name in names if not _is_address(name) and re.search(r"[^\W\d_]", name)]
    if not good:
        good = [_guessed(extract_author, page.tree).replace("; ", ", ")]
    credited = (
        name
        for key in ("sourceOrganization", "creditText", "copyrightHolder")
        for name in _names(page, page.node.get(key), "name")
    )
    good += [name for name in credited if fold(name) in _agencies()]
    return ", ".join(dict.fromkeys(name for name in good if name))[:LONGEST] or None


@cache
def _agencies() -> frozenset[str]:
    """The names of the agencies that the registry has, folded."""
    outlets = Registry.bundled().outlets
    agencies = (entry for entry in outlets if entry.kind is MediumKind.AGENCY)
    return frozenset(fold(name) for entry in agencies for name in (entry.name, *entry.aliases))


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://", "@", "/")) or "@" in text


def _publisher(page: _Page, address: str | None) -> str | None:
    """The site's name as it gives it, else its host."""
    named = _names(page, page.node.get("publisher"), "name", "legalName")
    if found := _first(named, page.metas, _SITE_METAS):
        return found
    return _host(address)


# --- Dates


def _published(page: _Page, address: str | None) -> str | None:
    """When it was published, as exactly as the page says it and on the day that it says."""
    given = [
        *_strings(page.node.get("datePublished")),
        *(value for name in _DATE_METAS for value in page.metas.get(name, ())),
        *_marked(page.tree, "datePublished"),
    ]
    if moment := _exactest(given):
        return moment
    times = page.tree.xpath("//*[self::article or self::main][.//h1]//time/@datetime")
    if moment := _exactest(times[:1]):
        return moment
    dated = partial(find_date, original_date=True, extensive_search=False, url=address)
    return _moment(_guessed(dated, page.tree))


def _exactest(given: Iterable[str]) -> str | None:
    """The first date; of those of the same day or moment the one that says the most."""
    moments = [moment for value in given if (moment := _moment(value))]
    same = [moment for moment in moments if _is_same(moment, moments[0])]
    return max(same, key=_exactness, default=None)


def _is_same(one: str, other: str) -> bool:
    if one[:10] == other[:10]:
        return True
    first, second = datetime.fromisoformat(one), datetime.fromisoformat(other)
    return first.tzinfo is not None and second.tzinfo is not None and first == second


def _exactness(moment: str) -> tuple[bool, bool, bool]:
    """Whether it has a time, with its offset, which is that of the place."""
    offset = re.search(r"(?:Z|[+-]\d\d:?\d\d)$", moment[10:])
    return len(moment) > 10, offset is not None, bool(offset and re.search("[1-9]", offset[0]))


def _modified(page: _Page, published: str | None) -> str | None:
    """When it was last changed, where that is after its publication."""
    given = [
        *_strings(page.node.get("dateModified")),
        *(value for name in _CHANGE_METAS for value in page.metas.get(name, ())),
        *_marked(page.tree, "dateModified"),
    ]
    modified = _exactest(given)
    return modified if modified and published and _is_after(modified, published) else None


def _marked(tree: HtmlElement, name: str) -> list[str]:
    """The dates of elements that microdata mark as such."""
    found = tree.xpath("//*[@itemprop=$name]", name=name)
    return [e.get("content") or e.get("datetime") or (e.text or "") for e in found[:5]]


def _moment(value: str | None) -> str | None:
    """A date as the model wants it, with the same day and hour; None if it is none.

    >>> _moment("2024-06-20T10:00:00+02:00"), _moment("2024-06-20 08:30 +0200")
    ('2024-06-20T10:00:00+02:00', '2024-06-20 08:30+0200')
    >>> _moment("Thu, 20 Jun 2024 10:00:00 +0200"), _moment("20240620T100000Z")
    ('2024-06-20T10:00:00+02:00', '2024-06-20T10:00:00+00:00')
    >>> _moment("20240620"), _moment("2024-06-20T18")
    ('2024-06-20', '2024-06-20T18:00:00')
    >>> _moment("2024-02-31"), _moment("0001-01-01T00:00:00"), _moment("hier")
    (None, None, None)
    """
    text = re.sub(r"\s+(?=Z|[+-]\d\d:?\d\d$)", "", (value or "").strip().upper())[:40]
    if not text:
        return None
    try:
        moment: date = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime((value or "")[:60])
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        text = moment.isoformat()
    if moment.year < FIRST_YEAR:
        return None
    try:
        return _MOMENT.validate_python(text)
    except ValidationError:
        has_time = re.search(r"[T ]", text)
        return moment.isoformat() if has_time else moment.isoformat()[:10]


def _is_after(later: str, earlier: str) -> bool:
    one, other = datetime.fromisoformat(later), datetime.fromisoformat(earlier)
    if len(later) > 10 and len(earlier) > 10 and bool(one.tzinfo) == bool(other.tzinfo):
        return one > other
    return later[:10] > earlier[:10]


# --- Address, language, rights


def _addresses(page: _Page) -> Iterator[str]:
    """The addresses that the page gives for itself, absolute where that can be told."""
    yield from _linked(page, "canonical")
    for given in page.metas.get("og:url", ()):
        yield _absolute(page, given)
    if page.url:
        yield page.url


def _absolute(page: _Page, given: str | None) -> str:
    """An address of the page as a whole; empty if it is none."""
    try:
        return urljoin(page.url or "", _clean(given or "")) if given else ""
    except ValueError:
        return ""


def _address(page: _Page) -> str | None:
    """Where it was published: the page's word, if it can be an article's address."""
    for address in _addresses(page):
        plain = _plain(address)
        if plain and (address == page.url or not _is_home(plain)):
            return plain
    return None


def _plain(address: str) -> str | None:
    """An address without fragment and campaign; None if it is none of the web."""
    try:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or len(address) > 2_000:
            return None
    except ValueError:
        return None
    query = parts.query
    if "utm_" in query:
        pairs = parse_qsl(query, keep_blank_values=True)
        query = urlencode([(name, value) for name, value in pairs if not name.startswith("utm_")])
    return parts._replace(query=query, fragment="").geturl()


def _is_home(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.path in ("", "/") and not parts.query


def _language(page: _Page) -> str | None:
    """The first language tag that is one."""
    root = page.tree.getroottree().getroot()
    given = [
        root.get("lang"),
        root.get("xml:lang"),
        *_names(page, page.node.get("inLanguage"), "alternateName", "name"),
        *page.metas.get("content-language", ()),
        *page.metas.get("og:locale", ()),
    ]
    for tag in given:
        match = _LANGUAGE_TAG.fullmatch((tag or "").strip())
        if match and match[1].lower() not in _NO_LANGUAGE:
            return match[1].lower() + match[2].replace("_", "-")
    return None


def _licence(page: _Page) -> str | None:
    """The licence by its address, else in words."""
    named = _names(page, page.node.get("license"), "url", "@id", "name")
    given = [*_linked(page, "license"), *named, *page.metas.get("dcterms.license", ())]
    return next(iter(given), None) or _guessed(extract_license, page.tree) or None


def _linked(page: _Page, relation: str) -> Iterator[str]:
    """Where the links of the page's head with a relation lead."""
    for link in page.tree.iter("link"):
        if relation in (link.get("rel") or "").lower().split():
            address = _absolute(page, link.get("href"))
            if 0 < len(address) <= LONGEST:
                yield address


def _reservation(page: _Page, reserved: bool | None) -> bool | None:
    """Whether text and data mining is reserved (TDMRep)."""
    given = page.metas.get("tdm-reservation", [""])[0]
    return given == "1" if given in ("0", "1") else reserved
