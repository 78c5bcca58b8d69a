"""Claims with all that formats tell of them, some or any number, by ids or by what they are.

It works on any connection, that of a store and those of Datasette.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pydantic import ValidationError

from claims.citations.parts import Appearance, Cited, Known
from claims.model import Stance
from claims.reviews import Action, Review
from claims.store.rows import records
from claims.store.tables import Row

BATCH = 200
"""Claims that are read with a handful of queries, and held at once with their articles."""
_IN = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True)
class Selection:
    """Which claims are wanted: those that all of it fits; what is empty or None asks nothing."""

    speakers: tuple[str, ...] = ()
    """Ids; said by one of them."""
    outlets: tuple[str, ...] = ()
    """Ids; relayed by one of them."""
    publishers: tuple[str, ...] = ()
    """As they stand in the table articles."""
    stances: tuple[Stance, ...] = ()
    since: str | None = None
    """ISO day, month or year; published then or later."""
    until: str | None = None
    """ISO day, month or year; published then or earlier."""
    search: str | None = None
    """Words as FTS5 reads them; accents are ignored."""
    contested: bool = False
    """In a matter that somebody asserts and somebody else denies."""
    matters: tuple[str, ...] = ()
    """Ids; in one of these matters."""
    groups: tuple[str, ...] = ()
    """Ids; in one of these groups of the same words."""
    versions: bool = False
    """Whether claims of older versions of articles are wanted too."""


def selected(
    connection: sqlite3.Connection,
    selection: Selection,
    report: Callable[[str, str], None] = lambda id, reason: None,
) -> Iterator[Cited]:
    """The claims that are wanted, in the order in which they were stored.

    However many they are, little is held; what is written meanwhile is not seen.

    Args:
        connection: the database.
        selection: which claims are wanted.
        report: is called with the id of a claim that cannot be read, and why; it is passed over.
    """
    where, values = _where(selection)
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute(f"SELECT id FROM claims WHERE {where} ORDER BY rowid", values)
    yield from of_ids(connection, (id for (id,) in cursor), report)


def number(connection: sqlite3.Connection, selection: Selection) -> int:
    """How many claims are wanted."""
    where, values = _where(selection)
    (found,) = tuple(
        connection.execute(f"SELECT count(*) FROM claims WHERE {where}", values).fetchone()
    )
    return int(found)


def of_ids(
    connection: sqlite3.Connection,
    ids: Iterable[str],
    report: Callable[[str, str], None] = lambda id, reason: None,
) -> Iterator[Cited]:
    """The claims with these ids, in their order; what is not there is passed over.

    Args:
        connection: the database.
        ids: ids, each once.
        report: is called with the id of a claim that cannot be read, and why; it is passed over.
    """
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield from _batch(connection, batch, report)


def _batch(
    connection: sqlite3.Connection, ids: Sequence[str], report: Callable[[str, str], None]
) -> Iterator[Cited]:
    these = json.dumps(ids)
    claims = {row["id"]: row for row in _rows(connection, _CLAIMS, these)}
    wanted = json.dumps([*{row["article_id"] for row in claims.values()}])
    articles = {row["id"]: row for row in _rows(connection, _ARTICLES, wanted)}
    speakers, outlets, links, verdicts = (
        _by_claim(_rows(connection, query, these))
        for query in (_SPEAKERS, _OUTLETS, _LINKS, _VERDICTS)
    )
    firsts = {row.pop("claim_id"): Appearance(**row) for row in _rows(connection, _FIRSTS, these)}
    for id in ids:
        row = claims.get(id)
        if row is None:
            continue
        if row["article_id"] not in articles:
            report(id, "its article is gone")
            continue
        parts = (named.get(id, []) for named in (speakers, outlets, links))
        try:
            article, claim = records(articles[row["article_id"]], row, *parts)
            said = tuple(Review.model_validate(verdict) for verdict in verdicts.get(id, []))
        except (ValidationError, ValueError, TypeError) as error:
            report(id, " ".join(str(error).split())[:200])
            continue
        yield Cited(article, claim, Known(firsts.get(id), said))


_CLAIMS = f"SELECT * FROM claims WHERE id {_IN}"
_ARTICLES = f"SELECT * FROM articles WHERE id {_IN}"
_SPEAKERS = (
    "SELECT claim_id, s.id, s.kind FROM claim_speakers JOIN speakers s ON s.id = speaker_id"
    f" WHERE claim_id {_IN} ORDER BY claim_id, position"
)
_OUTLETS = (
    "SELECT claim_id, outlet_id AS id, role, start, end FROM claim_outlets"
    f" WHERE claim_id {_IN} ORDER BY claim_id, position"
)
_LINKS = (
    "SELECT claim_id AS of, kind, linked_id AS claim_id, reason FROM claim_links"
    f" WHERE claim_id {_IN} ORDER BY claim_id, position"
)
_VERDICTS = (
    "SELECT coalesce(f.now_id, r.subject) AS of, r.* FROM reviews r"
    " LEFT JOIN found_claims f ON f.claim_id = r.subject"
    f" WHERE r.action = '{Action.VERDICT.value}' AND r.undone IS NULL"
    f" AND coalesce(f.now_id, r.subject) {_IN} ORDER BY r.made, r.id"
)
_FIRSTS = (
    "SELECT m.claim_id, a.id, a.label AS headline, a.url, a.publisher, a.published, a.language"
    " FROM claim_groups m JOIN groups g ON g.id = m.group_id"
    " JOIN claims c ON c.id = g.first_claim JOIN articles a ON a.id = c.article_id"
    f" WHERE g.first_published IS NOT NULL AND m.claim_id {_IN}"
)


def _rows(connection: sqlite3.Connection, query: str, *values: object) -> Iterator[Row]:
    cursor = connection.cursor()
    cursor.row_factory = None
    names = [column for column, *_ in cursor.execute(query, values).description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def _by_claim(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by the claim that they are of, which they lose."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.pop("of" if "of" in row else "claim_id"), []).append(row)
    return found


def _where(wanted: Selection) -> tuple[str, list[str]]:
    """The condition, and the values of its question marks."""
    parts = ["1" if wanted.versions else "superseded = 0"]
    values: list[str] = []

    def need(condition: str, value: str) -> None:
        parts.append(condition)
        values.append(value)

    def need_one(column: str, query: str, ids: Sequence[str]) -> None:
        if ids:
            need(f"{column} IN ({query} {_IN})" if query else f"{column} {_IN}", json.dumps(ids))

    of_speakers = "SELECT claim_id FROM claim_speakers WHERE speaker_id"
    need_one("id", of_speakers, wanted.speakers)
    need_one("id", "SELECT claim_id FROM claim_outlets WHERE outlet_id", wanted.outlets)
    need_one("article_id", "SELECT id FROM articles WHERE publisher", wanted.publishers)
    need_one("id", "SELECT claim_id FROM claim_matters WHERE matter_id", wanted.matters)
    need_one("id", "SELECT claim_id FROM claim_groups WHERE group_id", wanted.groups)
    need_one("stance", "", wanted.stances)
    if wanted.since:
        need("published >= ?", wanted.since)
    if wanted.until:
        # A month is before its days, and after them with a letter behind it.
        need("published < ? || 'T'", wanted.until)
    if wanted.search is not None:
        need("rowid IN (SELECT rowid FROM claims_fts WHERE claims_fts MATCH ?)", wanted.search)
    if wanted.contested:
        parts.append(
            "id IN (SELECT claim_id FROM claim_matters JOIN matters ON matters.id = matter_id"
            " WHERE contested = 1)"
        )
    return " AND ".join(parts), values
