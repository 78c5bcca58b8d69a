"""Which articles are copies of one another: kept current by what is new."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from sqlite_utils import Database

from claims.grouping.copies import COPY, LEAST_SHARED, likeness, runs, sketch
from claims.store.tables import Row, queried

OF_A_RUN = 50
"""Articles of one run that are looked at, the latest: what more of them share is no article's own."""
CANDIDATES = 8
"""Articles that one is compared with, those that share most of its sketch."""
_KNOWN_RUNS = (
    "SELECT value FROM json_each(?)"
    " WHERE EXISTS (SELECT 1 FROM article_runs WHERE run = value) ORDER BY value"
)
_OF_RUN = "SELECT article FROM article_runs WHERE run = ? ORDER BY article DESC LIMIT ?"


class Copies:
    """The copies among the articles of a database."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def add(self, articles: Iterable[Row]) -> None:
        """Link new articles, which are stored, with those that they are copies of.

        Versions of one article, which have one address, are none. A text never changes, so an article
        is looked at once.
        """
        for row in articles:
            own = runs(row["text"])
            known = sketch(own)
            (key,) = self.db.conn.execute(
                "SELECT rowid FROM articles WHERE id = ?", [row["id"]]
            ).fetchone()
            shared: Counter[int] = Counter()
            for (run,) in self.db.conn.execute(_KNOWN_RUNS, [json.dumps(known)]):
                shared.update(a for (a,) in self.db.conn.execute(_OF_RUN, [run, OF_A_RUN]))
            near = [a for a, n in shared.most_common(CANDIDATES) if n >= LEAST_SHARED and a != key]
            for other in self._rows(near) if near else ():
                alike = likeness(own, runs(other["text"]))
                if alike >= COPY and not _is_version(row, other):
                    self._link(row["id"], other["id"], alike)
            self.db.conn.executemany(
                "INSERT OR IGNORE INTO article_runs VALUES (?, ?)",
                [(run, key) for run in known],
            )

    def again(self) -> None:
        """Link all articles whose claims were read anew, in the order in which they came."""
        for table in ("article_copies", "article_runs"):
            self.db.execute(f"DELETE FROM {table}")
        query = "SELECT id FROM articles WHERE run_id IS NOT NULL ORDER BY rowid"
        ids = [id for (id,) in self.db.execute(query)]
        for id in ids:
            self.add(self.db.table("articles").rows_where("id = ?", [id]))

    def wrong(self) -> Iterator[str]:
        """Links between articles that are no copies, or that are not told from both sides."""
        query = (
            "SELECT c.article_id, c.copy_id, c.likeness, a.text, b.text, r.likeness"
            " FROM article_copies c JOIN articles a ON a.id = c.article_id"
            " JOIN articles b ON b.id = c.copy_id LEFT JOIN article_copies r"
            " ON r.article_id = c.copy_id AND r.copy_id = c.article_id"
        )
        for one, other, told, text, its_text, back in self.db.execute(query):
            if told != back or told != round(likeness(runs(text), runs(its_text)), 3):
                yield f"articles {one} and {other}: they are not alike as it is told"

    def _rows(self, keys: list[int]) -> list[Row]:
        where = "rowid IN (SELECT value FROM json_each(?))"
        query = f"SELECT * FROM articles WHERE {where} ORDER BY rowid"
        return [*queried(self.db, query, [json.dumps(keys)])]

    def _link(self, one: str, other: str, alike: float) -> None:
        self.db.conn.executemany(
            "INSERT OR IGNORE INTO article_copies VALUES (?, ?, ?)",
            [(a, b, round(alike, 3)) for a, b in ((one, other), (other, one))],
        )


def _is_version(one: Row, other: Row) -> bool:
    return one["address"] is not None and one["address"] == other["address"]
