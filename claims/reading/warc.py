"""WARC files, what a crawler kept, to articles: one a page that was found and is HTML."""

import io
import logging
import re
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from importlib.util import find_spec
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from claims.errors import InputError
from claims.reading import kinds, sniffing
from claims.reading.gzipped import BLOCK, stream_of
from claims.reading.parts import Document, Found

HTML = ("text/html", "application/xhtml+xml")
HTTP = ["HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "HTTP/2", "HTTP/3"]
LARGEST_HEADER = 1_000_000
_LINE = 1 << 16
_SIZE = re.compile(rb"\s*([0-9A-Fa-f]{1,8})\s*(;.*)?\r?\n", re.DOTALL)
_CODINGS = 3

# What it says of an address is of no use to a reader.
logging.getLogger("warcio").setLevel(logging.CRITICAL + 1)


def read(document: Document) -> Iterator[Found]:
    """Page for page: its address, and the article or what is wrong with it."""
    source = _Source(document.stream)
    try:
        head = source.peek()
        if not head.startswith(b"WARC/"):
            packed = head.startswith(b"\x1f\x8b")
            raise InputError(
                "it is packed with gzip; name it .warc.gz" if packed
                else "not a WARC file; give what a crawler wrote as WARC"
            )  # fmt: skip
        for record in _records(source):
            if isinstance(record, str):
                yield "", record
            else:
                yield from _in_record(document, record)
    except InputError as error:
        yield "", str(error)


class _Source:
    """The file as warcio reads it: what it may hold of it at once is bounded."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._head = b""
        self.left: int | None = None
        """How many bytes may be read; None: any number."""

    def peek(self) -> bytes:
        self._head = self._stream.read(5)
        return self._head

    def read(self, size: int = -1) -> bytes:
        # What is good is wanted even where the next bytes cannot be unpacked.
        some = getattr(self._stream, "read1", self._stream.read)
        data: bytes = self._head or some(size)
        self._head = b""
        if self.left is not None:
            self.left -= len(data)
            if self.left < 0:
                raise InputError("a header in it has no end; what follows is not read")
        return data


def _records(source: _Source) -> Iterator[Any]:
    """The records, and what is wrong between them; each is read to its end before the next."""
    records = ArchiveIterator(source, no_record_parse=True)
    wrong = 0
    while True:
        source.left = LARGEST_HEADER
        try:
            # warcio writes what it finds odd to the standard error.
            with redirect_stderr(io.StringIO()):
                record = next(records, None)
        except (InputError, OSError):
            raise
        except Exception as error:
            # Whatever its parsers raise on damaged headers.
            what = ascii(str(error).strip().split("\n")[0])[1:101]
            raise InputError(f"damaged ({what}); what follows is not read") from error
        if records.err_count > wrong:
            wrong = records.err_count
            yield "a record is longer than it says, and what is too much is passed over"
        source.left = None
        if record is None:
            return
        if record.length is None:
            raise InputError("a record does not say its length; what follows is not read")
        yield record
        for _ in _body(record.raw_stream):
            pass


def _in_record(document: Document, record: Any) -> Iterator[Found]:  # noqa: ANN401
    """What a record holds, if it is a page."""
    url = record.rec_headers.get_header("WARC-Target-URI")
    place = url or record.rec_headers.get_header("WARC-Record-ID") or ""
    try:
        page = _page(document, record, url)
        if page is None:
            return
        for inner, found in kinds.read(page):
            yield f"{place}, {inner}" if inner and inner != place else place, found
        if record.rec_headers.get_header("WARC-Truncated"):
            yield place, "the crawler kept only its beginning; fetch the page again"
    except InputError as error:
        yield place, str(error)


def _page(document: Document, record: Any, url: str | None) -> Document | None:  # noqa: ANN401
    if record.rec_type == "response":
        if not (url or "").lower().startswith(("http:", "https:")):
            return None
        headers = _http_headers(record.raw_stream)
        if headers.get_statuscode() != "200":
            return None
    elif record.rec_type == "resource":
        headers = record.rec_headers
    else:
        return None
    kind, charset = sniffing.content_type(headers.get_header("Content-Type") or "")
    if kind not in HTML:
        return None
    blocks = _body(record.raw_stream)
    if record.rec_type == "response":
        if "chunked" in (headers.get_header("Transfer-Encoding") or "").lower():
            blocks = _dechunked(record.raw_stream)
        codings = (headers.get_header("Content-Encoding") or "").lower().split(",")
        blocks = _decoded(blocks, [c.strip() for c in codings if c.strip() not in ("", "identity")])
    return replace(
        document,
        stream=stream_of(blocks),
        name="page.html",
        path=None,
        url=url,
        charset=charset,
        reserved=sniffing.reserved(headers.get_header("tdm-reservation")),
    )


class _Lines:
    """The lines of a header, to its largest size."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401
        self._stream = stream
        self._left = LARGEST_HEADER

    def readline(self) -> bytes:
        line: bytes = self._stream.readline(_LINE)
        self._left -= len(line)
        if self._left < 0:
            raise InputError("its header has no end; leave the page out")
        return line


def _http_headers(stream: Any) -> Any:  # noqa: ANN401
    try:
        return StatusAndHeadersParser(HTTP).parse(_Lines(stream))
    except (EOFError, StatusAndHeadersParserException) as error:
        raise InputError("what the server sent does not begin as HTTP; fetch it again") from error


def _body(stream: Any) -> Generator[bytes, None, None]:  # noqa: ANN401
    """What is left of a record."""
    while block := stream.read(BLOCK):
        yield block
    if stream.limit:
        raise InputError("the file ends in the middle of this page; fetch it again")


def _dechunked(stream: Any) -> Generator[bytes, None, None]:  # noqa: ANN401
    """A body that was sent in chunks; one that was not, as it is."""
    line = stream.readline(_LINE)
    size = _SIZE.fullmatch(line)
    if size is None:
        yield line
        yield from _body(stream)
        return
    while size is not None:
        left = int(size[1], 16)
        if not left:
            return
        while left:
            block = stream.read(min(left, BLOCK))
            if not block:
                raise InputError("the page is cut off; fetch it again")
            left -= len(block)
            yield block
        stream.readline(2)
        size = _SIZE.fullmatch(stream.readline(_LINE))
    raise InputError("the page was sent in chunks, and one is broken; fetch it again")


def _decoded(
    blocks: Generator[bytes, None, None], codings: list[str]
) -> Generator[bytes, None, None]:
    """A body without its content encodings, the last of which was put on last.

    Raises:
        InputError: if there is none for one of them.
    """
    if len(codings) > _CODINGS:
        raise InputError("the page is packed more than three times; fetch it again")
    for coding in reversed(codings):
        if coding in ("gzip", "x-gzip", "deflate"):
            blocks = _inflated(blocks)
        elif coding == "br" and find_spec("brotli"):
            blocks = _unbrotlied(blocks)
        else:
            hint = "pip install brotli" if coding == "br" else "fetch it again without"
            raise InputError(f"the page is packed with {coding[:20]!a}; {hint}")
    return blocks


def _inflated(blocks: Iterable[bytes]) -> Generator[bytes, None, None]:
    """What zlib packed, in one of its three forms; what it did not pack, as it is."""
    blocks = iter(blocks)
    head = b""
    for block in blocks:
        head += block
        if len(head) >= 2:
            break
    is_gzip = head[:2] == b"\x1f\x8b"
    is_zlib = len(head) > 1 and head[0] & 0xF == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    engine = zlib.decompressobj(31 if is_gzip else 15 if is_zlib else -15)
    try:
        first = engine.decompress(head, BLOCK)
    except zlib.error as error:
        if is_gzip or is_zlib:
            raise InputError("the page is packed, and damaged; fetch it again") from error
        # Some servers say so of what they send as it is.
        yield head
        yield from blocks
        return
    yield first
    try:
        while not engine.eof:
            data = engine.unconsumed_tail or next(blocks, b"")
            more = engine.decompress(data, BLOCK)
            if not data and not more:
                raise InputError("the page is cut off; fetch it again")
            yield more
    except zlib.error as error:
        raise InputError("the page is packed, and damaged; fetch it again") from error


def _unbrotlied(blocks: Iterable[bytes]) -> Generator[bytes, None, None]:
    """What brotli packed; only the versions that can be bounded are used."""
    import brotli

    engine = brotli.Decompressor()
    try:
        for block in blocks:
            yield engine.process(block, output_buffer_limit=BLOCK)
            while not engine.can_accept_more_data():
                yield engine.process(b"", output_buffer_limit=BLOCK)
    except TypeError as error:
        raise InputError("the page is packed with br; pip install 'brotli>=1.2'") from error
    except brotli.error as error:
        raise InputError("the page is packed, and damaged; fetch it again") from error
    if not engine.is_finished():
        raise InputError("the page is cut off; fetch it again")
