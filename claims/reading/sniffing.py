"""What kind of file a server sent: told from its first bytes and from what the server says."""

import codecs
import json
import re
import zlib
from collections.abc import Mapping
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from claims.errors import FetchError
from claims.reading import kinds
from claims.reading.encoding import wide_encoding

HEAD = 4096
FEED_PAGE = "feed.xml"
FEED_JSON = "feed.json"
"""The names of what is a feed."""

_MAGIC = {
    b"%PDF-": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"RIFF": "an image, a sound or a video",
    b"OggS": "a sound or a video",
    b"ID3": "a sound",
    b"\x1aE\xdf\xa3": "a video",
    b"\xd0\xcf\x11\xe0": "an Office document",
    b"{\\rtf": "an RTF document",
    b"\x7fELF": "a program",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
}
_BINARY = {
    b"PK\x03\x04": "data.zip",
    b"SQLite format 3\0": "data.sqlite",
    b"PAR1": "data.parquet",
    b"WARC/1.": "data.warc",
}
_TYPES = {
    "text/html": "page.html",
    "application/xhtml+xml": "page.html",
    "text/csv": "data.csv",
    "text/tab-separated-values": "data.tsv",
    "application/jsonl": "data.jsonl",
    "application/x-jsonlines": "data.jsonl",
    "application/jsonlines": "data.jsonl",
    "application/x-ndjson": "data.jsonl",
    "application/ndjson": "data.jsonl",
    "application/json": "data.json",
    "text/json": "data.json",
    "application/feed+json": FEED_JSON,
    "application/rss+xml": FEED_PAGE,
    "application/atom+xml": FEED_PAGE,
    "application/xml": "data.xml",
    "text/xml": "data.xml",
    "application/warc": "data.warc",
}
_ROOTS = {"html": "page.html", "rss": FEED_PAGE, "feed": FEED_PAGE, "rdf:rdf": FEED_PAGE}
_HTML = re.compile(
    "head|body|title|meta|link|script|style|div|p|span|a|article|main|section|header|h[1-3]|table|"
    "ul|ol|br|img|center|font|b|i|em|strong|blockquote|nav|form|noscript"
)
_NOT_FOR_TEXT = ("utf-7", "punycode", "idna", "unicode-escape", "raw-unicode-escape")
_PROLOGUE = re.compile(
    r"\s+|<\?[^>]*>|<!--.*?-->|<!doctype[^>\[]*(?:\[[^\]]*\]\s*)?>", re.DOTALL | re.IGNORECASE
)


def name(content_type: str, url: str, data: bytes) -> str:
    """A file name whose suffix tells what the data is (`claims.reading.kinds`).

    Args:
        content_type: what the server says, without parameters and in lower case; or empty.
        url: where it comes from.
        data: all of it.

    Raises:
        FetchError: if it is of a kind that has no reader.
    """
    if data.startswith(b"\x1f\x8b"):
        return _compressed(url, data)
    for magic, kind in _BINARY.items():
        if data.startswith(magic):
            return kind
    head = _head(data)
    what = foreign(data)
    if what is None and (head is None or data[4:8] == b"ftyp"):
        what = f"of the type {content_type}" if content_type else "of an unknown kind"
    if what is not None or head is None:
        raise FetchError(f"it is {what}, and there is no reader for that; give its text as .txt")
    return _text(content_type, url, head)


def content_type(value: str) -> tuple[str, str | None]:
    """The type that a header `Content-Type` names, empty without one, and the codec of its charset."""
    if not value.strip():
        return "", None
    message = Message()
    # A line end would be a header of its own.
    message["Content-Type"] = " ".join(value.split())[:1000]
    charset = message.get_param("charset")
    return message.get_content_type(), encoding(charset if isinstance(charset, str) else None)


def reserved(value: str | None) -> bool | None:
    """What a header `tdm-reservation` says; None for nothing."""
    return {"1": True, "0": False}.get((value or "").strip())


def foreign(data: bytes) -> str | None:
    """What something is that nobody reads, told from its first bytes: *a PDF*; None otherwise."""
    return next((what for magic, what in _MAGIC.items() if data.startswith(magic)), None)


def encoding(name: str | None) -> str | None:
    """The codec for an encoding that a server or a document names; None if none is to be used.

    What calls itself Latin-1 or ASCII is its superset Windows-1252, as browsers read it.
    """
    try:
        codec = codecs.lookup(name or "").name
    except (LookupError, ValueError):
        return None
    if codec in _NOT_FOR_TEXT:
        return None
    return "cp1252" if codec in ("iso8859-1", "ascii") else codec


def _head(data: bytes) -> str | None:
    """The start of a text; None if it is none. What is not ASCII may be read wrongly."""
    head = data[:HEAD]
    wide = wide_encoding(head)
    text = head.decode(wide, "replace") if wide else head.decode("latin-1")
    control = sum(char < " " and char not in "\t\n\r\f\v\x1b" for char in text)
    if "\0" in text or control > len(text) / 50:
        return None
    return text.removeprefix("\ufeff").removeprefix("\xef\xbb\xbf")


def _text(content_type: str, url: str, head: str) -> str:
    said = _TYPES.get(content_type)
    start = head.lstrip()
    if start.startswith("<"):
        return _markup(said, content_type, start)
    if start.startswith(("{", "[")) and said != "page.html":
        return _json(said, url, start)
    if said and said not in (FEED_PAGE, FEED_JSON, "data.xml", "data.json"):
        return said
    if content_type in ("", "text/plain", "application/octet-stream", "binary/octet-stream"):
        own = kinds.suffix(_file(url))
        return f"data{own}" if own in (".csv", ".tsv", ".jsonl", ".ndjson") else "page.txt"
    if content_type.startswith("text/"):
        return "page.txt"
    if said:
        return said
    raise FetchError(
        f"it is of the type {content_type}, and there is no reader for that; give its text as .txt"
    )


def _markup(said: str | None, content_type: str, start: str) -> str:
    place = 0
    while found := _PROLOGUE.match(start, place):
        place = found.end()
    is_html = "<!doctype html" in start[:place].lower()
    root = re.match(r"<([\w:.-]+)", start[place:])
    tag = root[1].lower() if root else ""
    if tag == "svg":
        raise FetchError("it is an image, and there is no reader for that; give its text as .txt")
    if tag in _ROOTS:
        return _ROOTS[tag]
    if is_html or _HTML.fullmatch(tag) or said == "page.html":
        return "page.html"
    if said in (FEED_PAGE, "data.xml") or content_type.endswith("+xml") or "<?xml" in start[:place]:
        return "data.xml"
    return "page.txt" if content_type == "text/plain" else "page.html"


def _json(said: str | None, url: str, start: str) -> str:
    if said == FEED_JSON or "jsonfeed.org/version/" in start:
        return FEED_JSON
    if said == "data.jsonl" or kinds.suffix(_file(url)) in (".jsonl", ".ndjson"):
        return "data.jsonl"
    line, _, rest = start.partition("\n")
    return "data.jsonl" if rest.strip() and _is_object(line) else "data.json"


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), Mapping)
    except (ValueError, RecursionError):
        return False


def _compressed(url: str, data: bytes) -> str:
    """The name of what is compressed by gzip; what is in it shows in its first bytes."""
    own = PurePosixPath(_file(url))
    if own.suffix.lower() == ".gz" and kinds.is_known(own.stem):
        return f"data{kinds.suffix(own.stem)}.gz"
    try:
        inner = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data, HEAD)
    except zlib.error as error:
        raise FetchError("it is a damaged gzip archive; look for a whole one") from error
    return f"{name('', url, inner)}.gz" if not inner.startswith(b"\x1f\x8b") else "data.gz"


def _file(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url).path)).name
