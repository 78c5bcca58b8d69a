"""Checks: whether all that a database promises holds, and what to do where it does not."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import NamedTuple

from pydantic import ValidationError
from sqlite_utils import Database

from claims.model import Claim
from claims.store import tallies
from claims.store.copies import Copies
from claims.store.groups import Update
from claims.store.names import NAMED
from claims.store.reviewing import Reviews, stored_article, stored_claims
from claims.store.rows import claim_row

SHOWN = 5
"""How many of what is wrong are shown."""
LOAD_AGAIN = "load the articles again from where they came from, into a new file"
AGAIN = "run: claims check DATABASE --mend"


class Check(NamedTuple):
    """Something that must hold."""

    name: str
    wrong: Callable[[Database], Iterator[str]]
    """What does not, a line each."""
    advice: str


class Finding(NamedTuple):
    """What a check found."""

    name: str
    wrong: tuple[str, ...]
    advice: str


def check(db: Database) -> Iterator[Finding]:
    """Look whether each invariant holds; it does where nothing is wrong."""
    for each in CHECKS:
        yield Finding(each.name, tuple(_what_is_wrong(each, db)), each.advice)


def _what_is_wrong(check: Check, db: Database) -> Iterator[str]:
    """What a check finds; what it cannot read is wrong too."""
    try:
        yield from check.wrong(db)
    except (sqlite3.Error, ValueError, TypeError, KeyError, AttributeError) as error:
        yield f"it cannot be looked at: {' '.join(str(error).split())[:200]}"


def _file(db: Database) -> Iterator[str]:
    yield from (row[0] for row in db.execute("PRAGMA integrity_check(20)") if row[0] != "ok")


def _foreign_keys(db: Database) -> Iterator[str]:
    for table, rowid, other, _ in db.execute("PRAGMA foreign_key_check"):
        yield f"{table}, row {rowid}: what it refers to in {other} is not there"


def _verbatim(db: Database) -> Iterator[str]:
    for claim, part, words, there in db.execute("SELECT * FROM not_verbatim"):
        yield f"claim {claim}: the {part} {words!r} is {there!r} in the article"


def _records(db: Database) -> Iterator[str]:
    """Claims that are no valid records, or whose columns do not follow from their record."""
    query = "SELECT id FROM articles WHERE superseded_by IS NOT NULL"
    superseded = {id for (id,) in db.execute(query)}
    for (id,) in db.execute("SELECT id FROM articles ORDER BY id").fetchall():
        try:
            article, claims = stored_article(db, id), stored_claims(db, id)
        except (ValidationError, ValueError, TypeError) as error:
            yield f"article {id}: {' '.join(str(error).split())[:200]}"
            continue
        shown = {s.id: s.name for c in claims for s in c.speakers}
        shown |= {o.id: o.name for c in claims for o in c.outlets}
        rows = {row["id"]: row for row in db.table("claims").rows_where("article_id = ?", [id])}
        for claim in claims:
            wanted = claim_row(article, claim, shown, superseded=id in superseded)
            stored = rows[claim.id]
            # Older versions did not tell reasons.
            untold = {"reasons"} if stored["reasons"] is None else set()
            wrong = [n for n, value in wanted.items() if stored[n] != value and n not in untold]
            if wrong:
                yield f"claim {claim.id}: {', '.join(wrong)} do not follow from the rest"


def _names(db: Database) -> Iterator[str]:
    """Names that claims show, and tables do not have so."""
    for table, link, key in (
        ("speakers", "claim_speakers", "speaker_id"),
        ("outlets", "claim_outlets", "outlet_id"),
    ):
        query = (
            f"SELECT c.id, c.{table}, coalesce((SELECT json_group_array(name) FROM ("
            f" SELECT n.name FROM {link} l JOIN {table} n ON n.id = l.{key}"
            f" WHERE l.claim_id = c.id ORDER BY l.position)), '[]') FROM claims c"
        )
        for claim, shown, named in db.execute(query):
            if json.loads(shown) != json.loads(named):
                yield f"claim {claim}: {table} are {shown}, and {named} in the table {table}"


def _search(db: Database) -> Iterator[str]:
    """Search tables that are not in step with what they search."""
    for table in ("articles", "claims"):
        try:
            db.conn.execute(
                f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('integrity-check', 1)"
            )
        except sqlite3.DatabaseError as error:
            yield f"{table}_fts: {error}"
        finally:
            if db.conn.in_transaction:
                db.conn.execute("ROLLBACK")


def _counts(db: Database) -> Iterator[str]:
    yield from (f"{table}: it does not count what is there" for table in tallies.wrong(db))
    query = (
        "SELECT runs.id FROM runs LEFT JOIN (SELECT run_id, count(*) AS n,"
        " sum((SELECT count(*) FROM claims WHERE article_id = articles.id)) AS m"
        " FROM articles GROUP BY run_id) ON run_id = runs.id"
        " WHERE runs.articles IS NOT coalesce(n, 0) OR runs.claims IS NOT coalesce(m, 0)"
    )
    yield from (f"run {run}: it does not count what it read" for (run,) in db.execute(query))


def _groups(db: Database) -> Iterator[str]:
    yield from Update(db).wrong()


def _copies(db: Database) -> Iterator[str]:
    yield from Copies(db).wrong()


def _orphans(db: Database) -> Iterator[str]:
    """Speakers and outlets of no claim."""
    for table, (link, key, _) in NAMED.items():
        query = f"SELECT id FROM {table} WHERE id NOT IN (SELECT {key} FROM {link})"
        yield from (f"{table}, {id}: no claim has it" for (id,) in db.execute(query))


def _reviews(db: Database) -> Iterator[str]:
    """Claims that are not what people said of them."""
    reviews = Reviews(db)
    try:
        said = reviews.all()
    except ValidationError as error:
        yield f"reviews: {error.errors()[0]['msg']}"
        return
    names = reviews.names()
    query = "SELECT DISTINCT article_id FROM found_claims"
    articles = {article for (article,) in db.execute(query).fetchall()}
    for article in sorted(articles.union(reviews.articles(r for r in said if not r.undone))):
        machine = reviews.machine(article)
        pairs = reviews.applied(stored_article(db, article), machine, names)
        wanted = {_told(pair.now) for pair in pairs if pair.now}
        if wanted != {_told(claim) for claim in stored_claims(db, article)}:
            yield f"article {article}: its claims are not those that people left"


def _told(claim: Claim) -> tuple[object, ...]:
    """What people can correct of a claim."""
    speakers = tuple(speaker.id for speaker in claim.speakers)
    outlets = tuple((outlet.id, outlet.role, outlet.start) for outlet in claim.outlets)
    return claim.id, claim.stance, speakers, outlets


CHECKS = (
    Check("The file is sound", _file, f"restore a copy, or {LOAD_AGAIN}"),
    Check("Every reference leads somewhere", _foreign_keys, LOAD_AGAIN),
    Check("All words stand in their article", _verbatim, LOAD_AGAIN),
    Check("Every claim is a valid record, its id the hash of its place", _records, LOAD_AGAIN),
    Check("Claims show the names that speakers and outlets have", _names, LOAD_AGAIN),
    Check("Search finds what is there", _search, AGAIN),
    Check("What is counted is there", _counts, AGAIN),
    Check("Groups and matters are told as their claims are", _groups, AGAIN),
    Check("Copies of articles are linked as their texts are", _copies, AGAIN),
    Check("Every speaker and outlet has a claim", _orphans, AGAIN),
    Check("Claims are what people said of them", _reviews, AGAIN),
)
"""In the order in which one rests on the other."""
