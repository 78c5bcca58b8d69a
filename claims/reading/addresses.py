"""Addresses of pages and feeds to articles."""

import io
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

from claims.errors import FetchError, InputError
from claims.model import Article
from claims.reading import feeds, kinds
from claims.reading.feeds import Entry
from claims.reading.fetching import Fetcher, Page, shared
from claims.reading.parts import Document, Mark, Settings
from claims.reading.sniffing import FEED_JSON, FEED_PAGE

Item = tuple[str, str, Article | str | None, Mark | None]
"""Source, place, what is found there, and what is to be remembered."""


def read(url: str, settings: Settings) -> Iterator[Item]:
    """What stands at an address: a page, a feed's new entries (oldest first), or a file.

    An entry that cannot be read now is not marked, so that the next run tries it again.

    Args:
        url: the address, as the user gave it; a feed is remembered under it.
        settings: those of the run.
    """
    with fetcher(settings) as fetching:
        try:
            page = fetching.fetch(url, *settings.memory.validators(url))
            if page is None:  # nothing is new, and nothing is wrong
                yield url, "", None, None
                return
            if page.name not in (FEED_PAGE, FEED_JSON):
                for place, found in kinds.read(_document(page, settings)):
                    yield url, place, found, None
                return
            feed = feeds.parse(page.data, page.url, page.charset)
        except InputError as error:
            yield url, "", str(error), None
            return
        yield from _new(url, page, feed.entries, fetching, settings)


def fetcher(settings: Settings) -> closing[Fetcher]:
    """The fetcher of the run; its connections are closed at the end of the `with`."""
    return closing(shared(settings.network, settings.pages))


def _new(
    url: str, page: Page, entries: list[Entry], fetching: Fetcher, settings: Settings
) -> Iterator[Item]:
    """The entries of a feed that were not read before, and that it was read to its end."""
    complete = True
    for one in _oldest_first(entries):
        if settings.memory.knows(url, one.id):
            continue
        found, again = of_entry(one, page.reserved, fetching, settings)
        complete = complete and not again
        *first, last = found
        for item in first:
            yield url, one.link or one.id, item, None
        yield url, one.link or one.id, last, None if again else Mark(url, one.id)
    if complete:
        yield url, "", None, Mark(url, None, page.etag, page.modified)


def _oldest_first(entries: list[Entry]) -> list[Entry]:
    newest_last = entries[::-1]
    if all(entry.published for entry in entries):
        newest_last.sort(key=_moment)
    return newest_last


def _moment(entry: Entry) -> datetime:
    moment = datetime.fromisoformat(entry.published or "")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def of_entry(
    entry: Entry, reserved: bool | None, fetching: Fetcher, settings: Settings
) -> tuple[list[Article | str], bool]:
    """What an entry's page holds, or else its own content.

    Args:
        entry: the entry.
        reserved: whether the feed's server reserves text and data mining.
        fetching: what reads its page.
        settings: those of the run.

    Returns:
        What is found, at least one thing; and whether a later try can find more.
    """
    found: list[Article | str]
    try:
        found, again = _of_page(entry, fetching, settings), False
    except InputError as error:
        found, again = [str(error)], isinstance(error, FetchError) and error.again
    if entry.is_full and not any(isinstance(item, Article) for item in found):
        own = feeds.articles(entry, settings, reserved)
        if any(isinstance(item, Article) for item in own):
            return own, False
    return found, again


def _of_page(entry: Entry, fetching: Fetcher, settings: Settings) -> list[Article | str]:
    if entry.link is None:
        raise InputError("the entry has neither a link nor the whole text; give the article's page")
    page = fetching.fetch(entry.link)
    if page is None or page.name in (FEED_PAGE, FEED_JSON):
        raise InputError("it leads to a feed and not to a page; give the address of that feed")
    found = [item for _, item in kinds.read(_document(page, settings))]
    if len(found) == 1:
        return [feeds.completed(found[0], entry)]
    return found or ["nothing is in it; look at it in a browser"]


def _document(page: Page, settings: Settings) -> Document:
    return Document(
        stream=io.BytesIO(_in_utf8(page)),
        name=page.name,
        url=page.url,
        charset=page.charset,
        reserved=page.reserved,
        settings=settings,
    )


def _in_utf8(page: Page) -> bytes:
    """What a server sent; plain text in the encoding that our readers expect."""
    if page.charset and kinds.suffix(page.name) in (".txt", ".csv", ".tsv", ".json", ".jsonl"):
        for charset in ("utf-8", page.charset):
            try:
                return page.data.decode(charset).encode()
            except ValueError:
                continue
    return page.data
