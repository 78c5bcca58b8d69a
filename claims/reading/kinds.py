"""The registry of readers: what a file's suffix says that it is."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import PurePath
from typing import cast

from claims.errors import InputError
from claims.reading.parts import Document, Found, Reader

READERS = {
    ".txt": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonfile",
    ".csv": "csvfile",
    ".tsv": "csvfile",
    ".xml": "feedfile",
    ".rss": "feedfile",
    ".atom": "feedfile",
    ".warc": "warc",
    ".gz": "gzipped",
    ".zip": "zipped",
    ".db": "sqlitefile",
    ".sqlite": "sqlitefile",
    ".sqlite3": "sqlitefile",
    ".parquet": "parquet",
}
"""Suffix to the module of this folder whose `read` reads such files; it is loaded when needed."""


def suffix(name: str) -> str:
    """The part of a file's name that tells its kind, in lower case.

    >>> suffix("pages/A.HTML"), suffix("a.jsonl.gz")
    ('.html', '.gz')
    """
    return PurePath(name).suffix.lower()


def is_known(name: str) -> bool:
    """Whether there is a reader for files of this name."""
    return suffix(name) in READERS


def is_looked_for(name: str) -> bool:
    """Whether a folder is looked through for files of this name.

    Databases are read only where they are named: the one that is written to can lie in the folder.
    """
    return is_known(name) and READERS[suffix(name)] != "sqlitefile"


def reader(name: str) -> Reader:
    """The reader for files of this name.

    Raises:
        InputError: if there is none.
    """
    if not is_known(name):
        raise InputError(f"no reader for this kind of file; there is one for {', '.join(READERS)}")
    return cast(Reader, import_module(f"claims.reading.{READERS[suffix(name)]}").read)


def read(document: Document) -> Iterator[Found]:
    """What a document holds, by the reader that its name asks for."""
    try:
        chosen = reader(document.name)
    except InputError as error:
        yield "", str(error)
        return
    yield from chosen(document)
