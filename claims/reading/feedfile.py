"""Feeds that lie in files to articles: from their own text, or from the pages of their entries."""

from collections.abc import Iterator

from claims.errors import InputError
from claims.reading import addresses, feeds
from claims.reading.parts import Document, Found


def read(document: Document) -> Iterator[Found]:
    """The articles of a feed in a file; the network is used for entries without their whole text."""
    try:
        feed = feeds.parse(document.data(), document.url or "", document.charset)
    except InputError as error:
        yield "", str(error)
        return
    if not feed.entries:
        yield "", "it is a feed without an entry; give one that has some"
    with addresses.fetcher(document.settings) as fetcher:
        for entry in feed.entries:
            if entry.is_full:
                items = feeds.articles(entry, document.settings)
            else:
                items, _ = addresses.of_entry(entry, None, fetcher, document.settings)
            yield from ((f"entry {entry.link or entry.id}", item) for item in items)
