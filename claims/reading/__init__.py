"""Files, folders, streams and addresses to articles: one reader a format, in one registry."""

import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from claims.model import Article, Problem, digest
from claims.reading import jsonl, kinds, publishers
from claims.reading.parts import DEFAULTS, Document, Found, Mark, Settings
from claims.registry import Registry

STANDARD_INPUT = "-"


class Reading(NamedTuple):
    """What stands at one place of an input: an article, or what is wrong there."""

    source: str
    """The file, folder or address, as the user gave it; `-` for the standard input."""
    place: str
    """Where in it: `line 12`, or empty."""
    found: Article | str | None
    """The article, or what is wrong and what to do; None where a feed ends."""
    mark: Mark | None = None
    """What is to be remembered of a feed once this is stored."""

    def problem(self, reason: str) -> Problem:
        """A problem at this place. What cannot be written in UTF-8 becomes `?`."""
        words = {"source": self.source, "place": self.place, "reason": reason}
        return Problem(**{key: w.encode("utf-8", "replace").decode() for key, w in words.items()})


def read(inputs: Iterable[str], settings: Settings = DEFAULTS) -> Iterator[Reading]:
    """All that the inputs hold, in order: articles, and what is not one.

    Lazy: one line or one text file is held at a time. Articles come as often as they are
    there; see `distinct`.

    Args:
        inputs: files of the kinds of `claims.reading.kinds`, folders, addresses (http, https)
            of pages and feeds, or `-` for JSON Lines on the standard input. A folder is walked
            in the order of names; files whose suffix has no reader and hidden files are left out.
        settings: what is said about all of them.

    Returns:
        Articles with the registry's names of publisher and agency, and with their language where it
        is not given: what is told from the text with certainty, else French.
    """
    registry = settings.registry or Registry.bundled()
    for given in inputs:
        for reading in _readings(given, settings):
            if isinstance(reading.found, Article):
                yield reading._replace(found=_settled(reading.found, registry))
            else:
                yield reading


def distinct(readings: Iterable[Reading]) -> Iterator[Reading]:
    """The readings with each article once; a hash is held for each id.

    Of two articles with one id the first is kept: the second is dropped without a word if
    its text is the same, and becomes a problem if it is another.
    """
    for reading, is_new, reason in told_apart(readings):
        if reason is not None:
            yield reading._replace(found=reason)
        elif is_new:
            yield reading


def told_apart(readings: Iterable[Reading]) -> Iterator[tuple[Reading, bool, str | None]]:
    """Each reading, whether it is the first of its article, and what is wrong where its id is another's.

    What is no article is always new.
    """
    seen: dict[str, str] = {}
    for reading in readings:
        if not isinstance(reading.found, Article):
            yield reading, True, None
            continue
        id, text = reading.found.id, digest(reading.found.text)
        is_new = id not in seen
        same = seen.setdefault(id, text) == text
        reason = f"the id {id!r} was read before with another text; give it its own"
        yield reading, is_new, None if same else reason


def file_of(source: str) -> str | None:
    """The absolute path of a source, links followed; None for an address or a stream."""
    if source == STANDARD_INPUT or is_address(source):
        return None
    try:
        return os.path.realpath(source)
    except ValueError:  # no file can have this name
        return None


def is_address(given: str) -> bool:
    """Whether an input is read from the network."""
    return given.lower().startswith(("http://", "https://"))


def _settled(article: Article, registry: Registry) -> Article:
    """The article with its language, publisher and agency, as far as they can be told."""
    if "language" not in article.model_fields_set:
        from claims.reading.languages import detected

        language = detected(article.text)
        article = article.model_copy(update={"language": language or article.language})
    return publishers.settled(article, registry)


def _readings(given: str, settings: Settings) -> Iterator[Reading]:
    """All that one input holds."""
    if given == STANDARD_INPUT:
        yield from _in_standard_input(settings)
    elif not given:
        yield Reading(given, "", "the path is empty; name a file or folder")
    elif is_address(given):
        from claims.reading import addresses

        for source, place, found, mark in addresses.read(given, settings):
            yield Reading(source, place, found, mark)
    elif Path(given).is_dir():
        yield from _in_folder(Path(given), settings)
    elif not Path(given).exists():
        yield Reading(given, "", "there is no such file or folder; check the path")
    else:
        yield from _in_file(Path(given), settings)


def _in_standard_input(settings: Settings) -> Iterator[Reading]:
    # Python has none where the shell closed it.
    stream = getattr(sys.stdin, "buffer", None)
    if stream is None:
        yield Reading(STANDARD_INPUT, "", "the standard input is closed; pass articles to it")
        return
    document = Document(stream=stream, name="-.jsonl", settings=settings)
    yield from _of(STANDARD_INPUT, jsonl.read(document))


def _in_folder(folder: Path, settings: Settings) -> Iterator[Reading]:
    empty = True
    left: list[tuple[str, str]] = []
    for path in _files(folder, left):
        empty = False
        yield from _in_file(path, settings)
    for place, reason in left:
        yield Reading(place, "", reason)
    if empty and not left:
        known = ", ".join(kinds.READERS)
        yield Reading(str(folder), "", f"no file in it can be read; there are readers for {known}")


def _files(folder: Path, left: list[tuple[str, str]]) -> Iterator[Path]:
    """The files below a folder that there are readers for, by name, however many they are.

    Names are put in order by a temporary database, which SQLite keeps in memory while it is small.

    Args:
        folder: the folder.
        left: is given what is left out, and why.
    """
    with closing(sqlite3.connect("")) as names:
        names.execute("CREATE TABLE names (name BLOB PRIMARY KEY, folder INTEGER) WITHOUT ROWID")
        try:
            with os.scandir(folder) as entries:
                names.executemany("INSERT INTO names VALUES (?, ?)", _wanted(entries, left))
        except OSError as error:
            reason = f"cannot be opened ({error.strerror}); check its permissions"
            left.append((str(error.filename or folder), reason))
        for name, is_folder in names.execute(
            "SELECT name, folder FROM names ORDER BY folder, name"
        ):
            path = folder / os.fsdecode(name)
            if is_folder:
                yield from _files(path, left)
            else:
                yield path


def _wanted(
    entries: Iterable["os.DirEntry[str]"], left: list[tuple[str, str]]
) -> Iterator[tuple[bytes, bool]]:
    """The names of a folder that are gone on with, and whether each is a folder itself."""
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name.startswith("."):
            continue
        # A named pipe would be waited on for ever.
        if is_folder or (kinds.is_looked_for(entry.name) and entry.is_file()):
            yield os.fsencode(entry.name), is_folder
        elif entry.is_symlink() and entry.is_dir():
            left.append((entry.path, "it is a link to a folder; name that folder to read it"))
        elif entry.is_symlink() and kinds.is_looked_for(entry.name) and not entry.is_file():
            left.append((entry.path, "it is a link that leads nowhere; mend it, or remove it"))


def _in_file(path: Path, settings: Settings) -> Iterator[Reading]:
    try:
        with path.open("rb") as stream:
            meter, before = settings.meter, settings.meter.read
            document = Document(stream=stream, name=path.name, path=path, settings=settings)
            for reading in _of(str(path), kinds.read(document)):
                meter.read = before + (stream.tell() if stream.seekable() else 0)
                yield reading
            meter.read = before + os.fstat(stream.fileno()).st_size
    except OSError as error:
        yield Reading(str(path), "", f"cannot be read ({error.strerror}); check the file")


def _of(source: str, found: Iterator[Found]) -> Iterator[Reading]:
    for place, item in found:
        yield Reading(source, place, item)
