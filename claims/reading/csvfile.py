"""Tables as text to articles: a header that names the columns, then one article a row."""

import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from claims.errors import InputError
from claims.reading import tables
from claims.reading.encoding import wide_encoding
from claims.reading.parts import Document, Found, too_large

DELIMITERS = ",;\t|"
_SEPARATOR = re.compile(rb"sep=([,;\t|])\s*", re.IGNORECASE)
_LINE = 50
_RETRIES = 10


def read(document: Document) -> Iterator[Found]:
    """Place and article, or place and what is wrong, row by row."""
    settings = document.settings
    # The limit is for the whole process; it is never lowered, since another may need it.
    csv.field_size_limit(max(csv.field_size_limit(), min(settings.largest, 2**31 - 1)))
    lines = _Lines(document.stream, settings.largest)
    try:
        header = lines.header()
        rows = _rows(lines, lines.separator or _delimiter(header, settings.columns))
        number, names = next(rows, (0, "it is empty; give it a header line, and a row an article"))
        if isinstance(names, str):
            raise InputError(names)
        chosen = tables.matched(names, settings.columns)
    except InputError as error:
        yield "", str(error)
        return
    empty = True
    for number, row in rows:
        empty = False
        if isinstance(row, str):
            yield f"line {number}", row
        elif len(row) != len(names):
            yield f"line {number}", _width(len(row), len(names))
        else:
            record = {settings.columns.get(key, key): row[column] for key, column in chosen.items()}
            for found in tables.articles(record, settings.columns, settings.largest):
                yield f"line {number}", found
    if empty:
        yield "", "it has a header and no row; give it a row an article"


class _Lines:
    """The lines of a table; those of one row are held, so that they can be read anew."""

    def __init__(self, stream: BinaryIO, largest: int) -> None:
        self._stream = stream
        self._largest = largest
        self._again: deque[bytes] = deque()
        self._row: list[bytes] = []
        self._size = 0
        self._read = 0
        self._repeated = 0
        self._is_utf8 = self._is_latin = False
        self.separator: str | None = None
        """What the file itself says that separates the cells, as Excel does: `sep=;`."""
        self.first = 1
        """The number of the row's first line."""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._next()
        if not line:
            raise StopIteration
        self._row.append(line)
        # A line of its own takes more memory than its bytes.
        self._size += len(line) + (_LINE if len(self._row) > 1 else 0)
        if self._size > self._largest:
            raise InputError(too_large(self._largest))
        return self._text(line)

    def _text(self, line: bytes) -> str:
        """A line in UTF-8, or else in Windows-1252, as the first one with an accent is."""
        if self._is_latin:
            return line.decode("cp1252", "replace")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            mended = line.decode("utf-8", "replace")
            broken = mended.count("\ufffd")
            damaged = sum(c > "\x7f" for c in mended) > 2 * broken
            if not (self._is_utf8 or damaged):
                self._is_latin = True
                return line.decode("cp1252", "replace")
            return line.decode("utf-8", "surrogateescape")
        self._is_utf8 = self._is_utf8 or not text.isascii()
        return text

    def header(self) -> str:
        """The first line that is not blank; it is read again as a row.

        Raises:
            InputError: if the file is in UTF-16.
        """
        head = self._next()
        if wide := wide_encoding(head):
            raise InputError(
                f"not UTF-8 but {wide}; convert it: iconv -f {wide} -t UTF-8 OLD > NEW"
            )
        head = head.removeprefix(b"\xef\xbb\xbf")
        while head and not head.strip():
            self.first += 1
            head = self._next()
        if match := _SEPARATOR.fullmatch(head):
            self.separator = match[1].decode()
            self.first += 1
            head = self._next()
        if head:
            self._again.append(head)
        return self._text(head)

    def begin(self) -> None:
        """The next line begins a row."""
        self.first += len(self._row)
        self._row, self._size = [], 0

    def retry(self) -> int:
        """Gives up the row's first line only; the others are read anew as rows of their own.

        Not for ever: hostile quotes could make every line a row that goes to the end.

        Returns:
            How many lines are given up.
        """
        rest = self._row[1:]
        size = sum(map(len, rest))
        if self._repeated + size <= _RETRIES * self._read:
            self._repeated += size
            self._again.extendleft(reversed(rest))
            del self._row[1:]
        return len(self._row)

    def _next(self) -> bytes:
        line = self._stream.readline(self._largest + 1)
        self._read += len(line)
        if len(line) > self._largest:
            end = line
            while end and not end.endswith(b"\n"):
                end = self._stream.readline(self._largest + 1)
        return line


def _rows(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """The number of the line where each row begins, and its cells or what is wrong with it."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin()
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lost = lines.retry()
            also = f"; nor are the {lost - 1} lines below it read" if lost > 1 else ""
            yield lines.first, f"{_quotes(error)}{also}"
        except InputError as error:
            lines.retry()
            yield lines.first, str(error)
        else:
            if row:
                yield lines.first, row


def _quotes(error: csv.Error) -> str:
    if "new-line" in str(error):
        return "a carriage return stands in the middle; end lines with a line feed"
    return "a quotation mark is not closed or not doubled; write those within a cell twice"


def _width(cells: int, columns: int) -> str:
    hint = "put cells that hold the separator in quotes" if cells > columns else "fill it up"
    return f"{cells} cells where the header has {columns}; {hint}"


def _delimiter(header: str, columns: Mapping[str, str]) -> str:
    """What separates the cells: what finds the text, then what makes the most cells."""
    text = tables.loose(columns.get("text", "text"))

    def score(delimiter: str) -> tuple[bool, int]:
        try:
            cells = next(csv.reader([header], delimiter=delimiter), [])
        except csv.Error:
            return False, 0
        return text in map(tables.loose, cells), len(cells)

    return max(DELIMITERS, key=score)
