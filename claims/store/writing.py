"""Writing: articles with their claims to rows, and all that follows from them.

One batch is one transaction: claims, who said and relayed them, what is counted, groups and matters.
"""

from collections.abc import Mapping, Sequence

from sqlite_utils import Database

from claims.model import Article, Claim
from claims.registry import Registry
from claims.reviews import Corrected, Names
from claims.store import tallies
from claims.store.copies import Copies
from claims.store.groups import Update
from claims.store.names import NameTables
from claims.store.reviewing import Reviews
from claims.store.rows import (
    article_row,
    claim_row,
    link_rows,
    outlet_rows,
    speaker_rows,
    to_json,
)
from claims.store.tables import Row, put, queried

Done = Sequence[tuple[Article, Sequence[Claim]]]
"""Articles with the claims that they are to have."""

OF_ARTICLES = "article_id IN (SELECT value FROM json_each(?))"
_OF_CLAIMS = f"claim_id IN (SELECT id FROM claims WHERE {OF_ARTICLES})"
_LINKED = ("claim_speakers", "claim_outlets", "claim_links")


class Writer:
    """Writes claims into one database, within transactions of whoever calls it."""

    def __init__(self, db: Database, registry: Registry) -> None:
        self.db = db
        self.names = NameTables(db, registry)
        self.reviews = Reviews(db)
        self.copies = Copies(db)
        self.kept: dict[str, tuple[list[Corrected], set[str]]] = {}

    def write(
        self, done: Done, run_id: str | None, superseded: Mapping[str, str] | None = None
    ) -> int:
        """Make these articles have these claims and no others, but for what people said of them.

        Args:
            done: articles with their claims, as the machine found them.
            run_id: the run that found them; None if it is that of before.
            superseded: articles of which another is a newer version, by id; one of the two is of these.

        Returns:
            How many of the articles are new.
        """
        if not done:
            return 0
        if self.reviews.any:
            names = self.reviews.names()
            done = [(article, self._reviewed(article, found, names)) for article, found in done]
        # Two new articles can be versions of one another, and the older one comes first.
        self.db.execute("PRAGMA defer_foreign_keys = ON")
        newer = dict(superseded or {})
        older = sorted(newer.keys() - {article.id for article, _ in done})
        ids = to_json([*(article.id for article, _ in done), *older])
        stored = {row["id"]: row for row in queried(self.db, _ARTICLES, [ids])}
        before = tallies.counts(self.db, to_json([*stored]))
        articles = [
            {
                **article_row(article, run_id or stored.get(article.id, {}).get("run_id")),
                "superseded_by": stored.get(article.id, {}).get("superseded_by"),
            }
            for article, _ in done
        ]
        articles += [dict(stored[id]) for id in older]
        for row in articles:
            row["superseded_by"] = newer.get(row["id"], row["superseded_by"])
        over = {row["id"] for row in articles if row["superseded_by"]}
        old = self._of_each(ids)
        shown = self.names.shown(claim for _, found in done for claim in found)
        rows = {a.id: _rows(a, found, shown, superseded=a.id in over) for a, found in done}
        rows |= {id: _superseded(old.get(id, {})) for id in older}
        changed = [
            row
            for row in articles
            if rows[row["id"]] != old.get(row["id"]) or _differs(stored.get(row["id"]), row)
        ]
        update = Update(self.db)
        update.take_out(
            [
                {**claim, "language": stored[row["id"]]["language"]}
                for row in changed
                for claim in old.get(row["id"], {}).get("claims", [])
                if not claim["superseded"]
            ]
        )
        put(self.db, "articles", [r for r in articles if r != stored.get(r["id"])], "id")
        self.copies.add(
            [row for row in articles if stored.get(row["id"], {}).get("run_id") is None]
        )
        for article_id, (pairs, there) in self.kept.items():
            self.reviews.keep(article_id, pairs, there)
        self.kept.clear()
        for table in ("claims", *_LINKED):
            pks = ("id",) if table == "claims" else ("claim_id", "position")
            self._replace(
                table,
                pks,
                [row for a in changed for row in old.get(a["id"], {}).get(table, [])],
                [row for a in changed for row in rows[a["id"]].get(table, [])],
            )
        after = tallies.counts(self.db, ids)
        tallies.add(self.db, before, after)
        self._count_runs(stored, articles, old, rows)
        update.run(row["id"] for a in changed for row in rows[a["id"]].get("claims", []))
        touched = self.names.settle(before, after)
        Update(self.db).refresh(touched)
        return len(articles) - len(stored)

    def _reviewed(self, article: Article, found: Sequence[Claim], names: Names) -> list[Claim]:
        """Claims as the machine found them, with what people said of them."""
        pairs = self.reviews.applied(article, found, names)
        self.kept[article.id] = (pairs, {claim.id for claim in found})
        now = [pair.now for pair in pairs if pair.now is not None]
        return sorted(now, key=lambda claim: (claim.content[0].start, claim.id))

    def _of_each(self, ids: str) -> dict[str, dict[str, list[Row]]]:
        """Article to the rows that it has in each table of claims."""
        found: dict[str, dict[str, list[Row]]] = {}
        of: dict[str, str] = {}
        claims = f"SELECT * FROM claims WHERE {OF_ARTICLES} ORDER BY rowid"
        for row in queried(self.db, claims, [ids]):
            of[row["id"]] = row["article_id"]
            found.setdefault(row["article_id"], {}).setdefault("claims", []).append(row)
        for table in _LINKED:
            linked = f"SELECT * FROM {table} WHERE {_OF_CLAIMS} ORDER BY rowid"
            for row in queried(self.db, linked, [ids]):
                found[of[row["claim_id"]]].setdefault(table, []).append(row)
        return found

    def _replace(
        self, table: str, pks: tuple[str, ...], old: Sequence[Row], new: Sequence[Row]
    ) -> None:
        """Turn the rows `old` into `new`, touching those only that differ."""
        stored = {tuple(row[pk] for pk in pks): row for row in old}
        wanted = {tuple(row[pk] for pk in pks): row for row in new}
        for key in stored.keys() - wanted.keys():
            where = " AND ".join(f"{pk} = ?" for pk in pks)
            self.db.execute(f"DELETE FROM {table} WHERE {where}", list(key))
        rows = [row for key, row in wanted.items() if row != stored.get(key)]
        put(self.db, table, rows, *pks)

    def _count_runs(
        self,
        stored: dict[str, Row],
        articles: Sequence[Row],
        old: dict[str, dict[str, list[Row]]],
        rows: dict[str, dict[str, list[Row]]],
    ) -> None:
        changes: dict[str, list[int]] = {}
        for row in articles:
            for run, sign, claims in (
                (stored.get(row["id"], {}).get("run_id"), -1, old),
                (row["run_id"], 1, rows),
            ):
                if run is not None:
                    change = changes.setdefault(run, [0, 0])
                    change[0] += sign
                    change[1] += sign * len(claims.get(row["id"], {}).get("claims", []))
        self.db.conn.executemany(
            "UPDATE runs SET articles = articles + ?, claims = claims + ? WHERE id = ?",
            [(*change, run) for run, change in changes.items() if any(change)],
        )


_ARTICLES = "SELECT * FROM articles WHERE id IN (SELECT value FROM json_each(?))"


def _rows(
    article: Article, found: Sequence[Claim], shown: dict[str, str], *, superseded: bool
) -> dict[str, list[Row]]:
    """The rows of an article's claims by table; tables without any are left out."""
    claims = list({claim.id: claim for claim in found}.values())
    tables = {
        "claims": [claim_row(article, claim, shown, superseded=superseded) for claim in claims],
        "claim_speakers": [row for claim in claims for row in speaker_rows(claim)],
        "claim_outlets": [row for claim in claims for row in outlet_rows(claim)],
        "claim_links": [row for claim in claims for row in link_rows(claim)],
    }
    return {table: rows for table, rows in tables.items() if rows}


def _superseded(old: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The rows of an article's claims, marked as those of an older version."""
    return {
        table: [{**row, "superseded": 1} for row in rows] if table == "claims" else rows
        for table, rows in old.items()
    }


def _differs(stored: Row | None, row: Row) -> bool:
    """Whether an article is new, or what groups say of it has changed."""
    return stored is None or any(
        stored[key] != row[key] for key in ("published", "publisher", "language")
    )
