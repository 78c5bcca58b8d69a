"""Claims in SQLite.

tallies.py counts, tables.py has tables and views, rows.py records as rows, names.py speakers and
outlets, reviewing.py what people said, groups.py the same words and one matter, found by what index.py
and recent.py keep; writing.py writes a batch with all of that, versions.py and copies.py tell which
articles are one or alike, feeds.py what was read of feeds, loading.py reads and extracts, selecting.py
reads claims for citations, checks.py looks whether all holds.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlite_utils import Database

from claims.citations.parts import Cited
from claims.errors import ClaimsError, StoreError
from claims.model import Article, Claim, ClaimType, Problem, Stance
from claims.reading import Reading, file_of
from claims.registry import Registry
from claims.reviews import OF_GROUPS, Review
from claims.store import tallies
from claims.store.checks import Finding, check
from claims.store.feeds import Feeds
from claims.store.groups import group_again, refresh_rules, regroup
from claims.store.loading import Extracts, Load
from claims.store.names import NAMED
from claims.store.reviewing import AT_ONCE, Reviews, stored_article
from claims.store.selecting import Selection, number, of_ids, selected
from claims.store.tables import (
    WAITING,
    atomic,
    explained,
    make_views,
    migrations,
    refuse_what_is_not_ours,
    update_schema,
)
from claims.store.writing import Writer

_USED = {table: f"SELECT {key} FROM {link}" for table, (link, key, _) in NAMED.items()}
_COUNTED = ("articles", "claims", "speakers", "outlets")


@dataclass(frozen=True)
class Summary:
    """What one load did, and what the database holds after it."""

    new: int
    updated: int
    unchanged: int
    problems: int
    articles: int
    claims: int
    speakers: int
    outlets: int
    superseded: int
    """Claims of older versions of articles, which `claims` leaves out."""
    by_type: dict[str, int]
    by_stance: dict[str, int]


class Store:
    """A database of claims. Use it as a context manager, or call `close`."""

    def __init__(self, db: Database, path: Path) -> None:
        self.db = db
        self.path = path

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        write: bool = False,
        as_is: bool = False,
        announce: Callable[[str], None] = lambda line: None,
        embeddings: str | None = None,
    ) -> Self:
        """The database in the file `path`; with `write`, made or brought up to date if need be.

        Args:
            path: the file.
            write: whether it is to be written to.
            as_is: whether nothing is to be brought up to date; of an older version it is refused.
            announce: is called with a line before work that takes long.
            embeddings: with `write`, those to compare claims with from now on: a folder or a name,
                empty for none, None for those that it has.

        Raises:
            EmbeddingsError: if they cannot be read.
            StoreError: if there is none, it is not one of ours, a newer version of this
                program made it, or it cannot be written to.
        """
        if path.is_dir():
            raise StoreError(f"{path} is a folder; give the path of a database file")
        if (as_is or not write) and not path.exists():
            raise StoreError(f"{path}: no such database; make it with: claims load {path} INPUT…")
        mode = "rw" if as_is and write else "rwc" if write else "ro"
        with explained(path):
            uri = f"{path.resolve().as_uri()}?mode={mode}"
            connection = sqlite3.connect(uri, timeout=WAITING, uri=True)
        try:
            with explained(path):
                db = Database(connection)
                refuse_what_is_not_ours(db, path)
                if write and not as_is:
                    update_schema(db)
                    refresh_rules(db, announce, embeddings)
                elif migrations.pending(db):
                    raise StoreError(
                        f"{path} is empty or of an older version; first run: "
                        f"claims load {path} INPUT…"
                    )
        except BaseException:
            connection.close()
            raise
        return cls(db, path)

    def close(self) -> None:
        """Let go of the file, with all that was written in it; the last to do so leaves one file."""
        with suppress(sqlite3.OperationalError):
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.db.execute("PRAGMA journal_mode = DELETE")
        self.db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def feeds(self) -> Feeds:
        """What was read of feeds."""
        return Feeds(self.db)

    def claim(self, id: str) -> tuple[Article, Claim]:
        """The claim with this id, or the only one whose id starts so, and its article.

        Raises:
            ClaimsError: if there is none, or several.
        """
        found = (
            list(self.db.table("claims").rows_where("id glob ?", [f"{id}*"], limit=2))
            if re.fullmatch("[0-9a-f]+", id)
            else []
        )
        if not found:
            raise ClaimsError(f"no claim {id!r} in {self.path}; ids stand in the table claims")
        if len(found) > 1:
            raise ClaimsError(f"several claims start with {id!r}; give more of the id")
        problems: list[str] = []
        for article, claim, _ in self.cited([found[0]["id"]], lambda *told: problems.extend(told)):
            return article, claim
        raise StoreError(f"{self.path}: {': '.join(problems)}; see: claims check {self.path}")

    def cited(
        self,
        wanted: Selection | Iterable[str],
        report: Callable[[str, str], None] = lambda id, reason: None,
    ) -> Iterator[Cited]:
        """Claims with what citations tell of them, however many: little is held at once.

        Args:
            wanted: which claims; or the ids of some, each once.
            report: is called with the id of a claim that cannot be read, and why; it is passed over.
        """
        with explained(self.path):
            if isinstance(wanted, Selection):
                yield from selected(self.db.conn, wanted, report)
            else:
                yield from of_ids(self.db.conn, wanted, report)

    def number(self, wanted: Selection) -> int:
        """How many claims are wanted."""
        with explained(self.path):
            return number(self.db.conn, wanted)

    def load(
        self,
        readings: Iterable[Reading],
        extractor: Extracts,
        *,
        sources: Iterable[str] = (),
        report: Callable[[Problem], None] = lambda problem: None,
    ) -> Summary:
        """Extract and store the claims of articles that are not stored yet.

        An article that is stored as it is, read by the same configuration of the extractor,
        is passed over, so that a load can be repeated or taken up again: what was done when it
        stopped, for whatever reason, stays. Under another configuration it is read again:
        changed claims are updated in place, and those that are found no more are removed.
        An article whose id is stored with another text is a problem; what is stored stays.
        What is known of an article stays where a new reading of it is silent.

        A problem that is stored goes once its file is read again without it, or is no longer
        there. Problems of the standard input stay, but for those of an article that is read
        again: nobody can tell what else other data mends.

        Args:
            readings: articles and what could not be read, as `claims.reading.read` gives them.
            extractor: what reads the claims.
            sources: the inputs that `readings` come from, as the user gave them: a file that
                is gone from below one of them has no problems any more.
            report: is called with every problem as it occurs.

        Raises:
            StoreError: if the database cannot be written to.
        """
        with explained(self.path):
            load = Load(self.db, extractor, report)
            for article, result in extractor.extract(load.wanted(readings)):
                load.add(article, result)
            load.write()
            load.forget_solved([file for source in sources if (file := file_of(source))])
            return self._summary(load.counts)

    def review(self, reviews: Sequence[Review], registry: Registry | None = None) -> list[Review]:
        """Store what people said, and make the claims what they are with it.

        What is stored already is passed over, so that a file can be imported again. A review of a
        claim that is not there is kept, and counts once the claim is.

        Args:
            reviews: what they said; one that is `undone` takes back the one of its id.
            registry: where kind and country of a name come from; the bundled one by default.

        Returns:
            The reviews that are new.

        Raises:
            StoreError: if the database cannot be written to.
        """
        with explained(self.path), atomic(self.db):
            new = Reviews(self.db).add(reviews)
            self._say_again(new, registry or Registry.bundled())
            again = [id for r in new if r.action in OF_GROUPS for id in (r.subject, r.value or "")]
            group_again(self.db, again)
            return new

    def check(self) -> Iterator[Finding]:
        """Look whether all that a database promises holds."""
        with explained(self.path):
            yield from check(self.db)

    def mend(self) -> None:
        """Make anew what follows from articles, claims and reviews: names, counts, search, groups.

        Raises:
            StoreError: if the database cannot be written to, or not be read.
        """
        try:
            with explained(self.path), atomic(self.db):
                make_views(self.db)
                self._say_again(Reviews(self.db).all(), Registry.bundled())
                tallies.recount(self.db)
                for table in NAMED:
                    self.db.execute(f"DELETE FROM {table} WHERE id NOT IN ({_USED[table]})")
                for table in ("articles", "claims"):
                    self.db.table(table).rebuild_fts()
                regroup(self.db)
        except (ValueError, TypeError) as error:
            reason = " ".join(str(error).split())[:200]
            raise StoreError(
                f"{self.path} cannot be mended: {reason}; load the articles again from where they "
                "came from, into a new file"
            ) from error

    def _say_again(self, reviews: Sequence[Review], registry: Registry) -> None:
        """Write the articles anew that reviews are of."""
        reviewing, writer = Reviews(self.db), Writer(self.db, registry)
        articles = reviewing.articles(reviews)
        for start in range(0, len(articles), AT_ONCE):
            done = [
                (stored_article(self.db, id), reviewing.machine(id))
                for id in articles[start : start + AT_ONCE]
            ]
            writer.write(done, None)

    def reviews(self) -> list[Review]:
        """All that people said, the oldest first."""
        return Reviews(self.db).all()

    def article(self, id: str) -> Article:
        """The article with this id.

        Raises:
            ClaimsError: if there is none.
        """
        if not self.db.execute("SELECT 1 FROM articles WHERE id = ?", [id]).fetchone():
            raise ClaimsError(f"no article {id!r} in {self.path}; ids stand in the table articles")
        return stored_article(self.db, id)

    def _summary(self, counts: Counter[str]) -> Summary:
        def grouped(column: str, order: Iterable[str]) -> dict[str, int]:
            counted = f"SELECT {column}, sum(claims) FROM claim_kinds GROUP BY {column}"
            found = dict(self.db.execute(counted).fetchall())
            return {value: found[value] for value in order if value in found}

        held = {name: self.db.table(name).count for name in _COUNTED}
        by_type = grouped("type", ClaimType)
        superseded = held["claims"] - sum(by_type.values())
        return Summary(
            **{key: counts[key] for key in ("new", "updated", "unchanged", "problems")},
            **{**held, "claims": held["claims"] - superseded},
            superseded=superseded,
            by_type=by_type,
            by_stance=grouped("stance", Stance),
        )
