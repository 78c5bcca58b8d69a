"""Which articles are copies of one another: kept current by what is new."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from sqlite_utils import Database

from claims.grouping.copies import COPY, LEAST_SHARED, likeness, runs, sketch
from claims.store.index import RUNS, Index
from claims.store.tables import Row, queried

OF_A_RUN = 50
"""Articles of one run that are looked at, the latest: what more of them share is no article's own."""
CANDIDATES = 8
"""Articles that one is compared with, those that share most of its sketch."""
AT_ONCE = 100
"""Articles that are looked at together when all are linked anew."""


class Copies:
    """The copies among the articles of a database."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def add(self, articles: Iterable[Row]) -> None:
        """Link new articles, which are stored, with those that they are copies of.

        Versions of one article, which have one address, are none. A text never changes, so an article
        is looked at once.
        """
        rows = [*articles]
        keys = self._keys(rows)
        own = [runs(row["text"]) for row in rows]
        sketches = [[RUNS + run for run in sketch(each)] for each in own]
        have = self._have(sketches)
        for row, key, its, known in zip(rows, keys, own, sketches, strict=True):
            shared: Counter[int] = Counter()
            for run in known:
                shared.update(sorted(have[run], reverse=True)[:OF_A_RUN])
                have[run].add(key)
            near = [a for a, n in shared.most_common(CANDIDATES) if n >= LEAST_SHARED and a != key]
            for other in self._of_ids("rowid", near) if near else ():
                alike = likeness(its, runs(other["text"]))
                if alike >= COPY and not _is_version(row, other):
                    self._link(row["id"], other["id"], alike)
        each = zip(sketches, keys, strict=True)
        Index(self.db).add_runs([(run, key) for known, key in each for run in known])

    def _keys(self, rows: Sequence[Row]) -> list[int]:
        """The numbers of some articles."""
        query = "SELECT id, rowid FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        keys = dict(self.db.conn.execute(query, [json.dumps([row["id"] for row in rows])]))
        return [keys[row["id"]] for row in rows]

    def _have(self, sketches: Iterable[Iterable[int]]) -> dict[int, set[int]]:
        """The articles that have each run of some sketches, the latest of them."""
        wanted = {run for known in sketches for run in known}
        index = Index(self.db)
        looks = [(run, 1, 0) for run in index.shared(wanted, least=1)]
        found = index.found(looks, OF_A_RUN)
        articles = {run: {article for article, _, _ in its} for (run, _, _), its in found.items()}
        return {run: articles.get(run, set()) for run in wanted}

    def again(self) -> None:
        """Link all articles whose claims were read anew, in the order in which they came; none is indexed yet."""
        self.db.execute("DELETE FROM article_copies")
        query = "SELECT id FROM articles WHERE run_id IS NOT NULL ORDER BY rowid"
        ids = [id for (id,) in self.db.execute(query)]
        for start in range(0, len(ids), AT_ONCE):
            self.add(self._of_ids("id", ids[start : start + AT_ONCE]))

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

    def _of_ids(self, column: str, ids: Sequence[object]) -> list[Row]:
        where = f"{column} IN (SELECT value FROM json_each(?))"
        query = f"SELECT * FROM articles WHERE {where} ORDER BY rowid"
        return [*queried(self.db, query, [json.dumps(ids)])]

    def _link(self, one: str, other: str, alike: float) -> None:
        self.db.conn.executemany(
            "INSERT OR IGNORE INTO article_copies VALUES (?, ?, ?)",
            [(a, b, round(alike, 3)) for a, b in ((one, other), (other, one))],
        )


def _is_version(one: Row, other: Row) -> bool:
    return one["address"] is not None and one["address"] == other["address"]
