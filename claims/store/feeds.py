"""What was read of feeds: their entries, and what tells whether they have changed."""

from collections.abc import Iterable

from sqlite_utils import Database

from claims.reading.parts import Mark


class Feeds:
    """The feeds that a database was loaded from."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def validators(self, feed: str) -> tuple[str | None, str | None]:
        """ETag and Last-Modified of when the feed was last read to its end."""
        query = "SELECT etag, modified FROM feeds WHERE url = ?"
        etag, modified = self.db.execute(query, [feed]).fetchone() or (None, None)
        return etag, modified

    def knows(self, feed: str, entry: str) -> bool:
        """Whether an entry was read before."""
        query = "SELECT 1 FROM feed_entries WHERE feed = ? AND entry = ?"
        return self.db.execute(query, [feed, entry]).fetchone() is not None

    def remember(self, marks: Iterable[Mark]) -> None:
        """Keep what was read, within a transaction."""
        for mark in marks:
            if mark.entry is None:
                row = {"url": mark.feed, "etag": mark.etag, "modified": mark.modified}
                self.db.table("feeds").upsert(row, pk="url")
            else:
                row = {"feed": mark.feed, "entry": mark.entry}
                self.db.table("feed_entries").insert(row, pk=("feed", "entry"), ignore=True)
