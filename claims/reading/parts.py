"""What every reader is given, and what it gives."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from claims.errors import InputError
from claims.model import Article
from claims.registry import Registry

MEGABYTE = 1_000_000

Found = tuple[str, Article | str]
"""A place in what is read (`line 12`, or empty), and the article there or what is wrong there."""


class Mark(NamedTuple):
    """What is to be remembered of a feed: an entry of it, or that it was read to its end."""

    feed: str
    """The feed's address, as it was given."""
    entry: str | None = None
    """The entry that was read; None for the feed as a whole."""
    etag: str | None = None
    """The ETag that the server gave."""
    modified: str | None = None
    """The Last-Modified that the server gave."""


class Network(NamedTuple):
    """How the network is used."""

    allow_private: bool = False
    """Whether addresses of this machine and of private networks may be read."""
    timeout: float = 30.0
    """Seconds that a server may be silent for."""
    pause: float = 1.0
    """Seconds between two requests to one host, at least; robots.txt can ask for more."""
    contact: str | None = None
    """An address or page that the user agent names, so that a site can reach who reads it."""


class Memory(Protocol):
    """What earlier runs read of feeds."""

    def validators(self, feed: str) -> tuple[str | None, str | None]:
        """ETag and Last-Modified of when the feed was last read to its end."""

    def knows(self, feed: str, entry: str) -> bool:
        """Whether an entry was read before."""


class Forgetful:
    """The memory of a run that begins anew."""

    def validators(self, feed: str) -> tuple[str | None, str | None]:
        """None."""
        return None, None

    def knows(self, feed: str, entry: str) -> bool:
        """Never."""
        return False


class Meter:
    """How many bytes of files a run has read, and how many there are."""

    def __init__(self) -> None:
        self.read = 0
        self.total: int | None = None
        """None until all are counted."""


class Settings(NamedTuple):
    """What a person says about all inputs of one run."""

    columns: Mapping[str, str] = {}
    """Our field to the column or key that holds it, where it has another name."""
    table: str | None = None
    """The table of a database that holds the articles."""
    archive: Path | None = None
    """The folder that pages are kept in, each under its hash."""
    largest: int = 100 * MEGABYTE
    """Bytes that a file that is read as a whole, or a line, may have."""
    pages: int = 10 * MEGABYTE
    """Bytes that a page may have, and what a server sends."""
    network: Network = Network()
    memory: Memory = Forgetful()
    meter: Meter = Meter()
    registry: Registry | None = None
    """What publishers and agencies are called by; the bundled one by default."""


DEFAULTS = Settings()


@dataclass(frozen=True, kw_only=True)
class Document:
    """Something to read: a file, a member of an archive, or what a server sent."""

    stream: BinaryIO
    name: str
    """What it is called; its suffix tells what it is."""
    path: Path | None = None
    """Where it lies; None for a member of an archive, a stream, or what a server sent."""
    url: str | None = None
    """The address that it was read from, after redirects."""
    charset: str | None = None
    """The encoding that the server named."""
    reserved: bool | None = None
    """Whether the server reserves text and data mining (the header `tdm-reservation`)."""
    depth: int = 0
    """How many archives it lies in."""
    settings: Settings = DEFAULTS

    def data(self) -> bytes:
        """All of it.

        Raises:
            InputError: if it is larger than the settings allow; no more than that is read.
        """
        return whole(self.stream, self.settings.largest)


def whole(stream: BinaryIO, largest: int) -> bytes:
    """All of a stream.

    Raises:
        InputError: if it has more bytes than `largest`; little more than that is read.
    """
    # To ask for much at once would take the memory for it, however little there is.
    found = bytearray()
    while data := stream.read(MEGABYTE):
        found += data
        if len(found) > largest:
            raise InputError(too_large(largest))
    return bytes(found)


Reader = Callable[[Document], Iterator[Found]]


def too_large(largest: int) -> str:
    """What is wrong with what has more bytes than `largest`, and what to do."""
    return f"it is larger than {largest / MEGABYTE:g} MB; allow more with --max-size"
