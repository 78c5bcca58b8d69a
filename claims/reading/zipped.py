"""What lies in a zip archive: each member by the reader for its name; nothing is written."""

import io
import re
import stat
import zipfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from claims.errors import InputError
from claims.reading import kinds
from claims.reading.gzipped import BLOCK, Budget, Unpacked, budget_of, too_deep
from claims.reading.parts import Document, Found

LARGEST_DIRECTORY = 20_000_000
"""Bytes that the list of members may have: some 200,000 names."""
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]|^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


def read(document: Document) -> Iterator[Found]:
    """What the members hold, in the order of their names.

    Members that are hidden, folders, or of a kind without a reader are passed over.
    """
    if reason := too_deep(document):
        yield "", reason
        return
    try:
        stream = document.stream
        if not stream.seekable():
            stream = io.BytesIO(document.data())
        with _as_reason():
            archive = zipfile.ZipFile(cast(IO[bytes], _Bounded(stream)))
    except InputError as error:
        yield "", str(error)
        return
    budget = budget_of(document)
    if budget is None:
        budget = Budget(document.settings.largest, stream.seek(0, io.SEEK_END))
    nothing = True
    starts: set[int] = set()
    with archive:
        for info in sorted(archive.infolist(), key=lambda info: info.orig_filename):
            name = info.orig_filename
            reason = _refused(info)
            if reason is None and not _is_for_us(info):
                continue
            nothing = False
            place = (
                name if name.isprintable() and _UNSAFE.search(name) is None else ascii(name)[1:-1]
            )
            if reason:
                yield place, reason
                continue
            if info.header_offset in starts:
                yield "", "members of the archive share their bytes; fetch it again"
                return
            starts.add(info.header_offset)
            blocks = _blocks(archive, info)
            with closing(Unpacked(blocks, budget)) as stream:
                yield from _in_member(document, stream, name, place)
            if budget.exceeded:
                yield "", "what follows in the archive is not read; unpack it if you trust it"
                return
    if nothing:
        known = ", ".join(kinds.READERS)
        yield "", f"no file in it can be read; there are readers for {known}"


class _Bounded:
    """An archive's file, of which no long list of members can be read at once."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        if size > LARGEST_DIRECTORY:
            raise InputError("it has too many members; unpack it, and give the folder")
        return self._stream.read(size)


def _refused(info: zipfile.ZipInfo) -> str | None:
    """Why a member is not read, whatever it holds; None if it can be."""
    if _UNSAFE.search(info.orig_filename):
        return "its name leads out of the archive; rename it in the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "it is a link; put the file itself into the archive"
    if not _is_for_us(info):
        return None
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted; unpack the archive with its password, and give the folder"
    if info.compress_type not in _METHODS:
        return "it is packed in an unusual way; pack it anew with zip"
    return None


def _is_for_us(info: zipfile.ZipInfo) -> bool:
    # Old tools of Windows write backslashes.
    name = info.orig_filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    is_folder = name.endswith("/")
    return not is_folder and not hidden and kinds.is_known(name)


def _in_member(document: Document, stream: BinaryIO, name: str, place: str) -> Iterator[Found]:
    member = replace(document, stream=stream, name=name, path=None, depth=document.depth + 1)
    try:
        for inner, found in kinds.read(member):
            yield f"{place}, {inner}" if inner else place, found
    except InputError as error:
        yield place, str(error)


def _blocks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Generator[bytes, None, None]:
    with _as_reason(), archive.open(info) as member:
        while block := cast(zipfile.ZipExtFile, member).read1(BLOCK):
            yield block


@contextmanager
def _as_reason() -> Iterator[None]:
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        # zipfile raises whatever its parts do: struct.error, UnicodeDecodeError, zlib.error …
        what = str(error).split("\n")[0][:100] or type(error).__name__
        raise InputError(f"the zip archive is damaged ({what!a}); fetch it again") from error
