"""JSON files to articles: a list of objects, one object, a list within one, or a JSON Feed.

A list is read item by item, however long it is.
"""

import codecs
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from typing import Any, BinaryIO, NamedTuple

import ijson

from claims.errors import InputError
from claims.reading import tables
from claims.reading.encoding import wide_encoding
from claims.reading.parts import Document, Found, too_large
from claims.reading.records import at

FEED = "https://jsonfeed.org/"
DEEPEST = 100
"""How many lists and objects may lie in each other."""
_BLOCK = 1 << 16
# A number that Python refuses to make, from 640 digits on, crashes the process in ijson.
_LONGEST_NUMBER = 600
_TOO_LONG = b"0" * (_LONGEST_NUMBER + 1)
_DIGITS = bytes(
    ord("0") if chr(byte).isascii() and chr(byte).isdigit() else byte for byte in range(256)
)
_WANTED = "give a list of objects, or one object, each with its `text`"

Event = tuple[str, Any]


def read(document: Document) -> Iterator[Found]:
    """The articles up to where the file breaks, if it does, and what is wrong with it."""
    try:
        yield from _read(document)
    except InputError as error:
        yield "", str(error)


def _read(document: Document) -> Iterator[Found]:
    stream, largest = document.stream, document.settings.largest
    head = stream.read(4096)
    if wide := wide_encoding(head):
        raise InputError(f"not UTF-8 but {wide}; convert it: iconv -f {wide} -t UTF-8 OLD > NEW")
    head = head.removeprefix(b"\xef\xbb\xbf")
    first = head.lstrip(b" \t\r\n")[:1]
    if first == b"{":
        if not stream.seekable():
            stream, head = io.BytesIO(head + stream.read(largest + 1)), b""
            if stream.seek(0, io.SEEK_END) > largest:
                raise InputError(too_large(largest))
            stream.seek(0)
        else:
            stream.seek(-len(head), io.SEEK_CUR)
        yield from _in_object(document, stream)
        return
    source = _Source(stream, largest, head)
    events = _events(source)
    if next(events)[0] != "start_array":
        raise InputError(f"a single value; {_WANTED}")
    yield from _in_list(document, _values(events, source))
    for _ in events:  # what follows the list is an error
        pass


def _in_list(document: Document, items: Iterator[object]) -> Iterator[Found]:
    """The articles of the items. One reason for all items without a text that stand first."""
    columns, largest = document.settings.columns, document.settings.largest
    text = columns.get("text", "text")
    absent = set(columns) - {"text"}
    names: list[str] = []
    bare, number = 0, 0
    for number, item in enumerate(items, start=1):
        keys = item if isinstance(item, Mapping) else {}
        absent = {key for key in absent if at(keys, columns[key]) is None}
        if bare == number - 1 and at(keys, text) is None and not isinstance(item, InputError):
            bare = number
            names = names or list(keys)
            continue
        if bare and bare == number - 1:
            yield _items(bare), tables.no_column([("text", text)], names, "key")
        if isinstance(item, InputError):
            yield f"item {number}", str(item)
        elif not isinstance(item, Mapping):
            yield f"item {number}", f"not an object; {_WANTED}"
        else:
            for found in tables.articles(item, columns, largest):
                yield f"item {number}", found
    if bare and bare == number:
        missing = [("text", text), *((key, columns[key]) for key in sorted(absent))]
        yield (
            "",
            tables.no_column(missing, names, "key") if names else f"no object in it; {_WANTED}",
        )
    elif absent and number:
        missing = [(key, columns[key]) for key in sorted(absent)]
        lacks = " and ".join(f"`{name}`" for _, name in missing)
        say = ",".join(f"{key}=NAME" for key, _ in missing)
        yield "", f"no item has {lacks}; say which key it is: --map {say}"
    elif not number:
        yield "", f"the list is empty; {_WANTED}"


def _items(number: int) -> str:
    return "item 1" if number == 1 else f"items 1 to {number}"


class _Shape(NamedTuple):
    """What an object is, told from its keys."""

    is_article: bool
    is_feed: bool
    lists: list[str]
    """The keys that hold lists of objects."""
    keys: list[str]
    error: InputError | None
    """Where it breaks."""


def _in_object(document: Document, stream: BinaryIO) -> Iterator[Found]:
    largest, columns = document.settings.largest, document.settings.columns
    start = stream.tell()
    shape = _shape(_Source(stream, largest), columns.get("text", "text"))
    stream.seek(start)
    source = _Source(stream, largest)
    events = _events(source)
    next(events)
    if shape.is_article:
        value = _value(("start_map", None), events)
        if isinstance(value, InputError):
            raise value
        yield from (("", found) for found in tables.articles(value, columns, largest))
        for _ in events:  # what follows the object is an error
            pass
    elif shape.is_feed:
        stream.seek(start)
        data = stream.read(largest + 1)
        if len(data) > largest:
            raise InputError(too_large(largest))
        feeds = import_module("claims.reading.feedfile")
        yield from feeds.read(replace(document, stream=io.BytesIO(data)))
    elif len(shape.lists) == 1:
        _skip(events, source, shape.lists[0])
        yield from _in_list(document, _values(events, source))
        for _ in events:
            source.held = 0
    elif shape.error:
        raise shape.error
    else:
        there = ", ".join(tables.shown(key) for key in shape.keys) or "none"
        which = "no list of objects" if not shape.lists else "several lists of objects"
        raise InputError(f"no `text` and {which} in it (its keys: {there}); {_WANTED}")


def _shape(source: "_Source", text: str) -> _Shape:
    """What the keys of an object say, up to where it breaks."""
    is_article, is_feed = False, False
    lists: list[str] = []
    keys: list[str] = []
    error = None
    ways = [[text], text.split(".")]
    path: list[str | None] = []
    before = ""
    try:
        for event, value in _events(source):
            source.held = 0
            if event == "map_key":
                path[-1] = value
                if len(path) == 1 and len(keys) < 30:
                    keys.append(value)
            elif event in ("start_map", "start_array"):
                if event == "start_map" and before == "start_array" and len(path) == 2:
                    lists.append(path[0] or "")
                path.append(None)
            elif event in ("end_map", "end_array"):
                path.pop()
            elif event != "null":
                is_article = is_article or (len(path) <= len(ways[1]) and path in ways)
                is_feed = is_feed or (path == ["version"] and str(value).startswith(FEED))
            before = event
    except InputError as broken:
        error = broken
    return _Shape(is_article, is_feed, list(dict.fromkeys(lists)), keys, error)


def _skip(events: Iterator[Event], source: "_Source", key: str) -> None:
    """Goes on to where the list of objects of a top-level key begins."""
    depth = 0
    at_key = False
    for event, value in events:
        source.held = 0
        if depth == 0 and event == "start_array" and at_key:
            return
        if event.startswith("start"):
            depth += 1
        elif event.startswith("end"):
            depth -= 1
        elif event == "map_key" and depth == 0:
            at_key = value == key


def _events(source: "_Source") -> Iterator[Event]:
    """What ijson finds.

    Raises:
        InputError: where the file breaks.
    """
    try:
        yield from ijson.basic_parse(source)
    except (InputError, OSError):
        raise
    except Exception as error:
        # Its backends raise errors of their own.
        raise InputError(_broken(error)) from error


def _values(events: Iterator[Event], source: "_Source") -> Iterator[object]:
    """The items of a list that was begun; an error for one that is broken or too deep."""
    try:
        for event in events:
            if event[0] == "end_array":
                return
            yield _value(event, events)
            source.held = 0
    except InputError as error:
        yield error


def _value(first: Event, events: Iterator[Event]) -> Any:  # noqa: ANN401
    """The value that begins with an event; an error instead of one that is too deep."""
    builder = ijson.ObjectBuilder()
    depth = deepest = 0
    event, value = first
    while True:
        if event in ("start_map", "start_array"):
            depth += 1
            deepest = max(deepest, depth)
        elif event in ("end_map", "end_array"):
            depth -= 1
        elif isinstance(value, Decimal):
            value = float(value)
        builder.event(event, value)
        if depth == 0:
            break
        event, value = next(events)
    if deepest > DEEPEST:
        return InputError("JSON with lists too deep; simplify it")
    return builder.value


class _Source:
    """A file for ijson: UTF-8, and never more of it at once than an item may have."""

    def __init__(self, stream: BinaryIO, largest: int, head: bytes = b"") -> None:
        self._stream = stream
        self._largest = largest
        self._head = head
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._read = 0
        self._tail = b""
        self._wrong: str | None = None
        self.held = 0
        """Bytes that were read since the last item."""

    def read(self, size: int = -1) -> bytes:
        if size == 0:
            return b""
        if self._wrong:
            raise InputError(self._wrong)
        # What is good is wanted even where the next bytes cannot be unpacked.
        some = getattr(self._stream, "read1", self._stream.read)
        data: bytes = self._head or some(_BLOCK)
        self._head = b""
        self.held += len(data)
        if self.held > self._largest + _BLOCK:
            raise InputError(f"{too_large(self._largest)}; what follows is not read")
        try:
            self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            good = len(data) - len(error.object) + error.start
            self._wrong = (
                f"not UTF-8 at byte {self._read + good}; if it is Latin-1 (Windows-1252), "
                "convert it: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW"
            )
            data = data[: max(0, good)]
            if not data:
                raise InputError(self._wrong) from error
        digits = (self._tail + data).translate(_DIGITS)
        self._tail = data[-_LONGEST_NUMBER:]
        if _TOO_LONG in digits:
            raise InputError("a number in it is too long; what follows is not read")
        self._read += len(data)
        return data


def _broken(error: Exception) -> str:
    # A backend quotes what it read below its first line, at times as the repr of bytes.
    what = str(error).removeprefix("b'").split("\n")[0].split("\\n")[0].strip()[:80]
    if "trailing garbage" in what or "Additional data" in what:
        return "more than one value in it; if it has one object a line, name it .jsonl"
    if "EOF" in what or "Incomplete" in what:
        return "not JSON: it ends too early; fetch it again, or mend its end"
    return f"not JSON ({what!a}); mend it there, what follows is not read"
