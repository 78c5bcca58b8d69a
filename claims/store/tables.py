"""The tables: migrations, indexes, search, views, and opening a database."""

import gc
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from itertools import chain
from operator import itemgetter
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlite_utils import Database, Migrations
from sqlite_utils.db import ForeignKey

from claims.errors import StoreError
from claims.model import address, digest
from claims.store.tallies import TALLIES, recount

Row = dict[str, Any]

SPANS = ("cue", "speaker", "target")
"""The spans of a claim that are columns of their own."""

migrations = Migrations("claims")


def _create(
    db: Database,
    name: str,
    columns: Row,
    *,
    pk: str | tuple[str, ...],
    nullable: Iterable[str] = (),
    refer: dict[str, str] | None = None,
    forget: Iterable[str] = (),
    index: Iterable[str | tuple[str, ...]] = (),
) -> None:
    """A strict table.

    Args:
        db: the database.
        name: the table's name.
        columns: each column with its type.
        pk: the primary key.
        nullable: columns that may be empty.
        refer: each foreign key with the table it refers to; rows go with the claims they are of.
        forget: foreign keys that are emptied where what they refer to goes.
        index: columns to index, alone or together.
    """
    forgotten = set(forget)
    table = db.table(name)
    table.create(
        columns,
        pk=pk,
        not_null=set(columns) - set(nullable),
        foreign_keys=[
            ForeignKey(
                name,
                column,
                other,
                "id",
                on_delete="SET NULL"
                if column in forgotten
                else "CASCADE"
                if other == "claims"
                else "NO ACTION",
            )
            for column, other in (refer or {}).items()
        ],
        strict=True,
    )
    for column in index:
        table.create_index([column] if isinstance(column, str) else list(column))


@migrations()
def tables_001(db: Database) -> None:
    """The tables of articles, claims, who said them and who relayed them."""
    _create(
        db,
        "runs",
        {
            "id": str,
            "version": str,
            "model": str,
            "configuration": str,
            "articles": int,
            "claims": int,
        },
        pk="id",
        nullable=["version", "model"],
    )
    _create(
        db,
        "articles",
        {
            "id": str,
            "label": str,
            "title": str,
            "publisher": str,
            "published": str,
            "url": str,
            "language": str,
            "text": str,
            "run_id": str,
        },
        pk="id",
        nullable=["title", "publisher", "published", "url", "run_id"],
        refer={"run_id": "runs"},
        index=["label", "publisher", "published", "language", "run_id"],
    )
    _create(
        db,
        "speakers",
        {
            "id": str,
            "name": str,
            "kind": str,
            "country": str,
            "metonym_of": str,
            "wikidata": str,
        },
        pk="id",
        nullable=["kind", "country", "metonym_of", "wikidata"],
        index=["name", "kind", "country"],
    )
    _create(
        db,
        "outlets",
        {
            "id": str,
            "name": str,
            "kind": str,
            "state_media": int,
            "country": str,
            "wikidata": str,
        },
        pk="id",
        nullable=["kind", "state_media", "country", "wikidata"],
        index=["name", "kind", "state_media", "country"],
    )
    _create(
        db,
        "claims",
        {
            "id": str,
            "published": str,
            "speakers": str,
            "stance": str,
            "text": str,
            "outlets": str,
            "article_id": str,
            "type": str,
            "context": str,
            "cue": str,
            "cue_lemma": str,
            "speaker": str,
            "target": str,
            "hedged": int,
            "said_on": str,
            "rule": str,
            "link": str,
            "content": str,
            "cue_start": int,
            "cue_end": int,
            "speaker_start": int,
            "speaker_end": int,
            "target_start": int,
            "target_end": int,
            "context_start": int,
            "context_end": int,
        },
        pk="id",
        nullable=[
            "published",
            "said_on",
            "link",
            "cue_lemma",
            *(f"{span}{end}" for span in SPANS for end in ("", "_start", "_end")),
        ],
        refer={"article_id": "articles"},
        index=[
            "published",
            "speakers",
            "stance",
            "outlets",
            "article_id",
            "type",
            "cue_lemma",
            "hedged",
            "said_on",
            "rule",
        ],
    )
    _create(
        db,
        "claim_speakers",
        {"claim_id": str, "position": int, "speaker_id": str, "name": str, "kind": str},
        pk=("claim_id", "position"),
        nullable=["kind"],
        refer={"claim_id": "claims", "speaker_id": "speakers"},
        index=["speaker_id"],
    )
    _create(
        db,
        "claim_outlets",
        {
            "claim_id": str,
            "position": int,
            "outlet_id": str,
            "name": str,
            "role": str,
            "start": int,
            "end": int,
        },
        pk=("claim_id", "position"),
        refer={"claim_id": "claims", "outlet_id": "outlets"},
        index=["outlet_id", "role"],
    )
    _create(
        db,
        "problems",
        {"id": str, "source": str, "place": str, "reason": str, "origin": str},
        pk="id",
        index=["source"],
    )
    for name, columns in (("articles", ["title", "text"]), ("claims", ["text"])):
        db.table(name).enable_fts(
            columns, create_triggers=True, tokenize="unicode61 remove_diacritics 2"
        )


@migrations()
def reasons_002(db: Database) -> None:
    """How sure the choice of a claim is, and why it was made."""
    db.table("claims").add_column("score", float)
    db.table("claims").add_column("reasons", str)


@migrations()
def links_003(db: Database) -> None:
    """Which claims of an article one continues, answers or denies."""
    table = db.table("claim_links")
    table.create(
        {"claim_id": str, "position": int, "linked_id": str, "kind": str, "reason": str},
        pk=("claim_id", "position"),
        not_null={"claim_id", "position", "linked_id", "kind", "reason"},
        foreign_keys=[
            ForeignKey("claim_links", column, "claims", "id", on_delete="CASCADE")
            for column in ("claim_id", "linked_id")
        ],
        strict=True,
    )
    for column in ("linked_id", "kind"):
        table.create_index([column])


@migrations()
def comparing_004(db: Database) -> None:
    """Groups of the same words, matters, people's reviews, and what is counted."""
    _create(
        db,
        "groups",
        {
            "id": str,
            "text": str,
            "speakers": str,
            "claims": int,
            "articles": int,
            "publishers": int,
            "first_published": str,
            "last_published": str,
            "first_claim": str,
            "merged_into": str,
        },
        pk="id",
        nullable=["first_published", "last_published", "first_claim", "merged_into"],
        refer={"first_claim": "claims", "merged_into": "groups"},
        forget=["first_claim"],
        index=["articles", "publishers", "claims", "first_published", "first_claim", "merged_into"],
    )
    _create(
        db,
        "claim_groups",
        {"claim_id": str, "group_id": str, "like_id": str, "score": float, "changes": str},
        pk="claim_id",
        nullable=["like_id", "score"],
        refer={"claim_id": "claims", "group_id": "groups", "like_id": "claims"},
        forget=["like_id"],
        index=["group_id", "like_id"],
    )
    _create(
        db,
        "matters",
        {
            "id": str,
            "text": str,
            "asserted_by": str,
            "denied_by": str,
            "doubted_by": str,
            "contested": int,
            "claims": int,
            "articles": int,
            "first_published": str,
            "last_published": str,
            "first_claim": str,
        },
        pk="id",
        nullable=["first_published", "last_published", "first_claim"],
        refer={"first_claim": "claims"},
        forget=["first_claim"],
        index=[("contested", "articles"), "articles", "claims", "first_published", "first_claim"],
    )
    _create(
        db,
        "claim_matters",
        {
            "claim_id": str,
            "matter_id": str,
            "side": str,
            "like_id": str,
            "score": float,
            "reason": str,
        },
        pk="claim_id",
        nullable=["like_id", "score"],
        refer={"claim_id": "claims", "matter_id": "matters", "like_id": "claims"},
        forget=["like_id"],
        index=["matter_id", "like_id", "side"],
    )
    # Numbers alone, and no rowid beside them: there are a dozen rows a claim.
    db.execute(
        "CREATE TABLE claim_pairs (pair INTEGER NOT NULL, claim INTEGER NOT NULL,"
        " PRIMARY KEY (pair, claim)) STRICT, WITHOUT ROWID"
    )
    _create(
        db,
        "reviews",
        {
            "id": str,
            "made": str,
            "author": str,
            "action": str,
            "subject": str,
            "value": str,
            "note": str,
            "url": str,
            "date": str,
            "undone": str,
        },
        pk="id",
        nullable=["value", "note", "url", "date", "undone"],
        index=["made", "author", "action", "subject", "undone"],
    )
    _create(
        db,
        "found_claims",
        {"claim_id": str, "article_id": str, "now_id": str, "record": str, "gone": int},
        pk="claim_id",
        nullable=["now_id"],
        refer={"article_id": "articles"},
        index=["article_id", "now_id"],
    )
    for tally in TALLIES:
        _create(
            db,
            tally.table,
            {**dict.fromkeys(tally.key, str), **dict.fromkeys(tally.counted, int)},
            pk=tally.key,
            index=[*tally.key[1:], *tally.counted],
        )
    _create(db, "states", {"name": str, "value": str}, pk="name")


@migrations()
def pairs_005(db: Database) -> None:
    """The day of a claim that is looked up, and how much the words weigh; all are indexed anew."""
    db.execute("DROP TABLE claim_pairs")
    db.execute(
        "CREATE TABLE claim_pairs (pair INTEGER NOT NULL, day INTEGER NOT NULL,"
        " claim INTEGER NOT NULL, weight INTEGER NOT NULL, PRIMARY KEY (pair, day, claim))"
        " STRICT, WITHOUT ROWID"
    )


@migrations()
def new_pairs_006(db: Database) -> None:
    """The pairs of new claims, until there are many."""
    db.execute(
        "CREATE TABLE new_pairs (pair INTEGER NOT NULL, day INTEGER NOT NULL,"
        " claim INTEGER NOT NULL, weight INTEGER NOT NULL, PRIMARY KEY (pair, day, claim))"
        " STRICT, WITHOUT ROWID"
    )


@migrations()
def versions_007(db: Database) -> None:
    """What pages tell of themselves, corrected versions, copies, and what was read of feeds."""
    for column in ("author", "agency", "modified", "licence", "page", "text_hash", "address"):
        db.table("articles").add_column(column, str)
    db.table("articles").add_column("tdm_reservation", int)
    db.execute("ALTER TABLE articles ADD COLUMN superseded_by TEXT REFERENCES articles(id)")
    db.execute("ALTER TABLE claims ADD COLUMN superseded INTEGER NOT NULL DEFAULT 0")
    recount(db)
    db.conn.create_function("text_hash", 1, digest, deterministic=True)
    db.conn.create_function("address_of", 1, address, deterministic=True)
    db.execute("UPDATE articles SET text_hash = text_hash(text), address = address_of(url)")
    for column in ("agency", "author", "modified", "text_hash", "superseded_by", "address"):
        db.table("articles").create_index([column])
    # The whole column as an index would be taken in the place of better ones.
    db.execute("CREATE INDEX idx_claims_superseded ON claims (superseded) WHERE superseded = 1")
    _create(
        db,
        "article_copies",
        {"article_id": str, "copy_id": str, "likeness": float},
        pk=("article_id", "copy_id"),
        refer={"article_id": "articles", "copy_id": "articles"},
        index=["copy_id"],
    )
    db.execute(
        "CREATE TABLE article_runs (run INTEGER NOT NULL, article INTEGER NOT NULL,"
        " PRIMARY KEY (run, article)) STRICT, WITHOUT ROWID"
    )
    _create(
        db,
        "feeds",
        {"url": str, "etag": str, "modified": str},
        pk="url",
        nullable=["etag", "modified"],
    )
    _create(db, "feed_entries", {"feed": str, "entry": str}, pk=("feed", "entry"))


@migrations()
def log_008(db: Database) -> None:
    """New pairs as a log, each row what one batch has; and with all pairs the runs of words of articles."""
    db.execute("INSERT OR IGNORE INTO claim_pairs SELECT * FROM new_pairs")
    db.execute(
        f"INSERT OR IGNORE INTO claim_pairs SELECT {1 << 47} + run, 0, article, 0 FROM article_runs"
    )
    for table in ("new_pairs", "article_runs"):
        db.execute(f"DROP TABLE {table}")
    db.execute("DELETE FROM states WHERE name = 'pairs'")
    db.execute(
        "CREATE TABLE new_pairs (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, rows BLOB NOT NULL) STRICT"
    )


WAL_PAGES = 60_000
"""Pages that are written before they are put in their places, all over the file: most are written again and again."""
CACHE_KIB = 262_144
"""Memory that a writer keeps pages in: what is looked up lies anywhere in the file."""
ROWS_AT_ONCE, VALUES_AT_ONCE = 250, 3000
"""Rows and values of one statement, at most: after each, the search writes what it has of new words, and
statements are kept in memory. SQLite takes 32,766 values."""
WAITING = 60.0
"""Seconds that a writer waits for another."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Inside, no garbage is looked for: what a batch makes stays or goes by itself, and there is much to look at."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def atomic(db: Database) -> Iterator[None]:
    """A transaction that is the only one that writes, from its start: all of it, or nothing."""
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # A full disk has rolled it back already.
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise
    db.conn.execute("COMMIT")


def queried(db: Database, query: str, parameters: Sequence[object] = ()) -> Iterator[Row]:
    """The rows that a statement finds; for what is asked of each article or claim."""
    cursor = db.conn.execute(query, parameters)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def put(db: Database, table: str, rows: Sequence[Row], *pk: str) -> None:
    """Insert rows of the same columns, or write them over those that have their primary key."""
    if not rows:
        return
    columns = [*rows[0]]
    names = ", ".join(f'"{column}"' for column in columns)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in pk)
    of_row = itemgetter(*columns)
    insert(
        db,
        f"INSERT INTO {table} ({names})",
        [*map(of_row, rows)],
        f"ON CONFLICT ({', '.join(pk)}) DO UPDATE SET {changes}",
    )


def insert(db: Database, into: str, rows: Sequence[tuple[object, ...]], then: str = "") -> None:
    """Insert rows, many with one statement; `then` is what it ends with."""
    if not rows:
        return
    row = f"({', '.join('?' * len(rows[0]))})"
    size = min(ROWS_AT_ONCE, VALUES_AT_ONCE // len(rows[0]))
    for start in range(0, len(rows), size):
        some = rows[start : start + size]
        marks = ", ".join([row] * len(some))
        db.conn.execute(f"{into} VALUES {marks} {then}", [*chain.from_iterable(some)])


def set_columns(db: Database, table: str, id: str, values: Row) -> None:
    """Write some columns of the row with this id."""
    changes = ", ".join(f"{column} = ?" for column in values)
    db.conn.execute(f"UPDATE {table} SET {changes} WHERE id = ?", [*values.values(), id])


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """SQLite's errors as ours, each with what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise StoreError(f"{path} is not a SQLite database; give another path") from error
        raise StoreError(f"{path}: {_advice(str(error))}") from error


def _advice(error: str) -> str:
    if "disk is full" in error:
        return (
            "the disk is full; free some space and run the same command again: what was stored "
            "stays, and nothing is stored by halves"
        )
    if "locked" in error:
        return (
            f"another program has been writing to it for more than {WAITING:.0f} seconds; "
            "see that no other program is writing, and run the same command again"
        )
    return (
        f"{error}; check that the folder is there, that you may write to it "
        "and that the disk is sound"
    )


def refuse_what_is_not_ours(db: Database, path: Path) -> None:
    """Refuse a database that something else made, or a newer version of this program.

    Raises:
        StoreError: if it is one.
    """
    applied = {migration.name for migration in migrations.applied(db)}
    unknown = applied - {migration.name for migration in migrations._migrations}
    if unknown:
        raise StoreError(
            f"{path} was made by a newer version of claims ({', '.join(sorted(unknown))}); "
            "update claims to use it"
        )
    if db.table_names() and not applied:
        raise StoreError(f"{path} is a database of something else; give another path")


def update_schema(db: Database) -> None:
    """Bring tables and views up to date; a reader is not disturbed, and no other writer."""
    db.execute("PRAGMA foreign_keys = ON")
    _write_ahead(db)
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"PRAGMA wal_autocheckpoint = {WAL_PAGES}")
    db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    if not _is_current(db):
        with atomic(db):
            migrations.apply(db)
            make_views(db)


def _write_ahead(db: Database) -> None:
    """Write into a log first; SQLite does not wait for another writer here, so we do."""
    until = monotonic() + WAITING
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if monotonic() > until:
                raise
            sleep(0.1)
        else:
            return


def make_views(db: Database) -> None:
    """Make the views of this version, and those that differ anew."""
    for name, select in _views().items():
        db.create_view(name, select, replace=True)


def _is_current(db: Database) -> bool:
    views = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
    wanted = _views()
    return not migrations.pending(db) and all(
        select in views.get(name, "") for name, select in wanted.items()
    )


def _views() -> dict[str, str]:
    """The SELECT of each view in views.sql, by name."""
    text = (files("claims.store") / "views.sql").read_text(encoding="utf-8")
    return dict(re.findall(r"^CREATE VIEW (\w+) AS\n(.*?);$", text, re.MULTILINE | re.DOTALL))
