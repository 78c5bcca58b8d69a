"""A web page to an article: its main text by trafilatura, the rest from what the page says of itself.

What stands around the text is left out: comments, teasers, captions, credits, notices. A page
that holds no article is reported.
"""

import codecs
import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from copy import copy
from pathlib import Path
from typing import Any

import charset_normalizer
import trafilatura
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from claims.errors import InputError
from claims.model import Article, fold
from claims.reading import metadata, sniffing
from claims.reading.encoding import wide_encoding
from claims.reading.languages import detected
from claims.reading.metadata import Metadata
from claims.reading.parts import Document, Found, whole

MOST_ELEMENTS = 50_000
"""Elements of the largest page that is read; long ones of the press have some 5,000."""
MOST_PARTS = 5_000
"""Elements that may stand side by side in another; some 250 do in pages of the press."""
LONGEST_ATTRIBUTE = 1_000
"""Characters of an attribute that can say what its element is."""
LONGEST_SCRIPT = 1_000_000
"""Characters of JSON-LD that a text is looked for in, where the page itself shows none."""
MOST_COMPARED = 500
"""Paragraphs that are looked for anywhere in a text."""
LINKED_HEADINGS = 8
"""Headings with links that a list of articles has at least."""
LONGEST_TEASER = 200
"""Characters of the longest line that a list without paragraphs has."""
PROSE = 80
"""Characters that a paragraph has at least, where it counts as prose."""

_SAVE = "save the article's own page, as a browser shows it"


def read(document: Document) -> Iterator[Found]:
    """The one article of a page, or what is wrong with it; both where it cannot be archived."""
    try:
        data = whole(document.stream, document.settings.pages)
        article = _article(data, document)
    except InputError as error:
        yield "", str(error)
        return
    if document.settings.archive:
        try:
            keep(data, document.settings.archive)
        except OSError as error:
            reason = f"the page cannot be kept ({error.strerror}); check the folder"
            yield "", f"{document.settings.archive}: {reason}"
    yield "", article


def keep(data: bytes, archive: Path) -> Path:
    """The file of an archive that holds a page; it is written unless it is there."""
    name = hashlib.sha256(data).hexdigest()
    path = archive / name[:2] / f"{name}.html"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{name}.{secrets.token_hex(8)}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _article(data: bytes, document: Document) -> Article:
    tree = _parsed(_decoded(data, document.charset))
    try:
        said = metadata.read(tree, document.url, document.reserved)
        text = _text(tree, said)
    except InputError:
        raise
    # The parsers of others meet whatever a page may hold, and no page may stop the rest.
    except Exception as error:
        reason = f"its markup cannot be followed ({type(error).__name__}); {_SAVE}"
        raise InputError(reason) from error
    fields = said.fields
    # Pages often name the language that their template was made for.
    if (language := detected(text)) and language != (fields.get("language") or "")[:2].lower():
        fields = {**fields, "language": language}
    return Article.make(text, **fields, page=hashlib.sha256(data).hexdigest())


# --- Bytes to a tree

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_DECLARED_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})")
_CODECS = re.compile(r"iso|cp\d|koi8|mac-|big5|gb|euc_|shift|utf-(?:8|16|32)|tis|hz|ascii")
_SHIFTED = ("iso-2022", "iso2022", "hz", "csiso2022")
_PACKED = {b"PK\x03\x04": "a zip archive", b"\x1f\x8b": "gzipped data"}


def _decoded(data: bytes, charset: str | None) -> str:
    """The page as text: by its mark, then by what it and the server say and what decodes well."""
    packed = (what for start, what in _PACKED.items() if data.startswith(start))
    if what := sniffing.foreign(data) or next(packed, None):
        raise InputError(f"not a web page but {what}; {_SAVE}")
    if not data.strip():
        raise InputError(f"it is empty; {_SAVE}")
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if wide := wide_encoding(data):
        return data.decode(wide, "replace")
    declared = _declared(data, charset)
    shifted = [name for name in declared if name.lower().startswith(_SHIFTED)]
    for encoding in (*shifted, "utf-8", *declared):
        if (text := _strictly(data, encoding)) is not None:
            return text
    mended = data.decode("utf-8", "replace")
    broken = mended.count("\ufffd")
    if sum(c > "\x7f" for c in mended) - broken > 10 * broken:
        return mended
    best = charset_normalizer.from_bytes(data[:100_000]).best() if not declared else None
    if best is not None and (text := _strictly(data, best.encoding)) is not None:
        return text
    return data.decode("windows-1252", "replace")


def _declared(data: bytes, charset: str | None) -> list[str]:
    """The encodings that server and page name, the server's first."""
    matches = (pattern.search(data[:8_192]) for pattern in (_DECLARED, _DECLARED_XML))
    found = [charset or "", *(match[1].decode("ascii", "replace") for match in matches if match)]
    # Browsers read what calls itself Latin-1 or ASCII as its superset Windows-1252.
    latin = ("iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "us-ascii", "ascii")
    return ["windows-1252" if name.lower() in latin else name for name in found if name]


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        # Python knows codecs that no page is written in; some of them are very slow.
        if _CODECS.match(codecs.lookup(encoding).name):
            return data.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        pass
    return None


def _parsed(text: str) -> HtmlElement:
    """The tree of a page. No entity and no file outside it is ever read."""
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True
    )
    plain = text.replace("\0", "")
    if "<" not in plain:
        raise InputError(f"it holds no markup; {_SAVE}, or name a text .txt")
    try:
        tree = document_fromstring(plain.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise InputError(f"it holds no element of a web page; {_SAVE}") from error
    last = parser.error_log.last_error
    if last is not None and last.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        raise InputError(f"its elements are nested too deep to be read; {_SAVE}")
    # The time that a text is found in grows with their square where they stand side by side.
    if sum(1 for _ in tree.iter()) > MOST_ELEMENTS or max(map(len, tree.iter())) > MOST_PARTS:
        reason = f"it has more than {MOST_ELEMENTS} elements, or {MOST_PARTS} in one of them"
        raise InputError(f"{reason}; {_SAVE}")
    return tree


# --- A tree to the text

_HIDDEN = etree.XPath("//*[@hidden or contains(translate(@style, ' ', ''), 'display:none')]")
_BESIDE = etree.XPath(
    """
    //figcaption | //aside | //template | //dialog
    | //*[@itemprop='caption' or @itemprop='comment' or @itemprop='copyrightHolder']
    | //*[@role='complementary' or @role='navigation' or @role='dialog']
    | //*[re:test(@class, $tokens, 'i') or re:test(@id, $tokens, 'i')]
    """,
    namespaces={"re": "http://exslt.org/regular-expressions"},
)
_TOKENS = (
    r"(^|[\s_-])("
    r"(fig|image|photo|media|picture|img)[_-]*(caption|legend|credit|credits|copyright)s?"
    r"|caption|captions|wp-caption-text|legende|credits?"
    r"|related|related[_-]*(articles|links|posts|content|stories)|read-?also|lire-?aussi|a-lire"
    r"|recommend(ed|ations?)?|comments?[_-]*(list|section|area|thread|container|body|content|item)"
    r"|comments|commentaires?|disqus_thread|newsletter|newsletter[_-]*\w+"
    r"|cookie[_-]*(banner|notice|consent|wall)|outbrain|taboola"
    r")($|[\s_-])"
)
_QUOTES = {
    "fr": ("« ", " »"),
    "it": ("«", "»"),
    "es": ("«", "»"),
    "pt": ("«", "»"),
    "ru": ("«", "»"),
    "de": ("„", "“"),
}
_INNER = ("“", "”")
_HAS_QUOTE = re.compile(r"[\s(]*[«»“”„\"‹›]")


def _text(tree: HtmlElement, said: Metadata) -> str:
    """The article's text, a line for each paragraph, heading, item and row.

    Raises:
        InputError: if there is none.
    """
    tree = copy(tree)
    _prepare(tree, said.fields.get("language", "fr"))
    _prune(tree)
    text = _main(tree)
    if (whole := _rejoined(tree, text)) is not None:
        text = _main(whole) or text
    lines = _without_headlines(_lines(text), said)
    lead = _lead(tree, said, lines)
    text = "\n".join([*lead, *lines]).strip()
    if not text:
        raise InputError(f"no article text is found in it; {_SAVE}")
    if said.is_home or (said.is_list and not said.is_article):
        linked = [h for h in tree.iter("h2", "h3", "h4") if _is_linked(h)]
        if len(linked) >= LINKED_HEADINGS and (said.is_home or _is_all_teasers(tree, linked, text)):
            raise InputError("it lists articles and is none; give the pages of the articles")
    return text


def _main(tree: HtmlElement) -> str:
    found: Any = trafilatura.bare_extraction(tree, include_comments=False)
    return (found.text if found is not None else "") or ""


def _lines(text: str) -> list[str]:
    """The lines with a letter or digit in them, without the spaces around them."""
    return [line.strip() for line in text.split("\n") if re.search(r"\w", line)]


def _prepare(tree: HtmlElement, language: str) -> None:
    """Rid the tree of what no text is in, and put the marks of `<q>` into it."""
    for element in list(tree.iter("script", "style", "noscript")):
        is_data = "ld+json" in (element.get("type") or "").lower()
        if not is_data or len(element.text or "") > LONGEST_SCRIPT:
            element.drop_tree()
    for element in tree.iter(etree.Element):
        for name, value in element.items():
            if len(value) > LONGEST_ATTRIBUTE:
                del element.attrib[name]
    outer = _QUOTES.get(language.partition("-")[0], _INNER)
    for element in list(tree.iter("q")):
        words = element.text_content().strip()
        if words and not _HAS_QUOTE.match(words):
            opening, closing = _INNER if _is_below(element, "q") else outer
            element.text = opening + (element.text or "").lstrip()
            element.tail = closing + (element.tail or "")
    for element in list(tree.iter("q")):
        element.tag = "span"
        element.attrib.clear()
    for element in list(tree.iter("wbr")):
        element.drop_tag()


def _prune(tree: HtmlElement) -> None:
    """Take out what is known not to be the article.

    What holds the headline, or all but a little of the text, is named by mistake. A good part of a
    text can be hidden, until a script or a subscription shows it.
    """
    _take_out(tree, _HIDDEN(tree), 1 / 3)
    _take_out(tree, _BESIDE(tree, tokens=_TOKENS), 6 / 7)


def _take_out(tree: HtmlElement, elements: list[HtmlElement], most: float) -> None:
    weights = _weights(tree, _prose)
    if not weights[tree]:
        weights = _weights(tree, _length)
    headed = {above for heading in tree.iter("h1") for above in heading.iterancestors()}
    taken: set[HtmlElement] = set()
    for element in elements:
        if element.tag in ("html", "body", "main") or element in headed:
            continue
        if weights[element] <= most * weights[tree] and taken.isdisjoint(element.iterancestors()):
            element.drop_tree()
            taken.add(element)


def _weights(tree: HtmlElement, weight: Callable[[HtmlElement], int]) -> dict[HtmlElement, int]:
    """What each element weighs with all that is in it."""
    total: dict[HtmlElement, int] = {}
    for element in reversed(list(tree.iter())):
        total[element] = weight(element) + sum(total[inner] for inner in element)
    return total


def _length(element: HtmlElement) -> int:
    """The characters that stand in an element and in none that is in it."""
    return len(element.text or "") + sum(len(inner.tail or "") for inner in element)


def _prose(paragraph: HtmlElement) -> int:
    """The characters of a paragraph that are not in links; 0 if it is none, or too short."""
    length = len(paragraph.text_content()) if paragraph.tag == "p" else 0
    if length < PROSE:
        return 0
    linked = sum(len(link.text_content()) for link in paragraph.iter("a"))
    return length - linked if 2 * linked < length else 0


def _rejoined(tree: HtmlElement, text: str) -> HtmlElement | None:
    """A page with all parts of a text that is cut into several elements; None if none is missing.

    Parts are elements whose paragraphs are marked like those that were found.
    """
    starts = {_start(line) for line in text.split("\n")}
    prose = [p for p in tree.iter("p") if _prose(p)]
    # A line may hold several paragraphs; of a page with very many, each is looked for as a line.
    known = fold(text) if len(prose) <= MOST_COMPARED else ""
    found = [
        p for p in prose if _start(p.text_content()) in starts or fold(p.text_content()) in known
    ]
    marks = {mark for p in found for mark in _marks(p)}
    areas = {_area(p) for p in found}
    have = set(found)
    missing = [p for p in prose if p not in have and _area(p) in areas and _marks(p) & marks]
    if not missing or 10 * sum(map(_prose, missing)) < sum(map(_prose, found)):
        return None
    wanted = have.union(missing)
    parents = dict.fromkeys(p.getparent() for p in prose if p in wanted)
    outer = [e for e in parents if not any(above in parents for above in e.iterancestors())]
    page = document_fromstring("<html><body><article></article></body></html>")
    page.find(".//article").extend(copy(part) for part in outer)
    return page


def _start(text: str) -> str:
    """What a paragraph is known again by."""
    return " ".join(fold(text[:300]).split()[:8])


def _marks(paragraph: HtmlElement) -> set[tuple[str, str]]:
    parent = paragraph.getparent()
    given = {("own", paragraph.get("class") or ""), (parent.tag, parent.get("class") or "")}
    return {(of, name) for of, name in given if name.strip()}


def _area(element: HtmlElement) -> HtmlElement | None:
    return next(element.iterancestors("article", "main"), None)


def _without_headlines(lines: list[str], said: Metadata) -> list[str]:
    """The lines from the first that is not the headline, which is a field of its own."""
    heads = {fold(head) for head in (*said.headlines, said.fields.get("title", ""))}
    start = next((i for i, line in enumerate(lines) if fold(line.lstrip("- ")) not in heads), 0)
    return lines[start:]


def _lead(tree: HtmlElement, said: Metadata, lines: list[str]) -> list[str]:
    """The lead, where the page shows it and the lines lack it: what describes the article."""
    start = fold((said.description or "").rstrip(" .…["))
    if len(start) < PROSE or start[:200] in fold("\n".join(lines)):
        return []
    for element in tree.iter("p", "h2", "h3", "div", "span"):
        if len(element.text_content()) > 3 * len(said.description or ""):
            continue
        words = " ".join(element.text_content().split())
        if fold(words).startswith(start):
            return [words]
    return []


def _is_all_teasers(tree: HtmlElement, linked: list[HtmlElement], text: str) -> bool:
    """Whether each paragraph stands beside a heading that is a link, as teasers do."""
    headings = Counter(above for heading in linked for above in heading.iterancestors())
    prose = [p for p in tree.iter("p") if _prose(p) and not _is_below(p, "footer", "form", "nav")]
    # Of each paragraph the smallest part of the page that has such a heading as well.
    parts = [next(e for e in p.iterancestors() if e in headings) for p in prose]
    paragraphs = Counter(parts)
    if not prose:
        return max(map(len, text.split("\n"))) < LONGEST_TEASER
    return all(headings[part] <= 2 and paragraphs[part] <= 2 for part in parts)


def _is_below(element: HtmlElement, *tags: str) -> bool:
    return next(element.iterancestors(*tags), None) is not None


def _is_linked(heading: HtmlElement) -> bool:
    return next(heading.iter("a"), None) is not None or _is_below(heading, "a")
