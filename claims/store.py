"""Claims to SQLite, and back: tables, indexes, search, views, loading."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from sqlite_utils import Database, Migrations
from sqlite_utils.db import ForeignKey

from claims.citations.parts import deep_link, headline
from claims.errors import ClaimsError, StoreError
from claims.model import (
    Article,
    Claim,
    ClaimType,
    Problem,
    SpeakerKind,
    Stance,
    digest,
)
from claims.reading import Reading, file_of
from claims.registry import Registry

ARTICLES_A_TRANSACTION = 100

_SPANS = ("cue", "speaker", "target")
_OF_COUNTRIES = (SpeakerKind.GOVERNMENT, SpeakerKind.ORGANISATION, SpeakerKind.GROUP)
_COUNTED = ("articles", "claims", "speakers", "outlets")
_NAMED = {"speakers": ("claim_speakers", "speaker_id"), "outlets": ("claim_outlets", "outlet_id")}
"""Each table of names, and what links a claim to it; `claims` has a column of its name."""

Row = dict[str, Any]
Extracted = tuple[Article, tuple[Claim, ...] | Problem]
NamedRow = Callable[[str, Counter[str], Counter[str]], Row]

_SURROGATE = re.compile("[\ud800-\udfff]")

migrations = Migrations("claims")


class Extracts(Protocol):
    """What loading needs of `claims.extraction.Extractor`."""

    @property
    def registry(self) -> Registry:
        """Where kind, country and identifier of a name come from."""

    @property
    def configuration(self) -> dict[str, Any]:
        """What decides the result beside the text."""

    def extract(self, articles: Iterable[Article]) -> Iterator[Extracted]:
        """Each article with its claims, or with what was wrong."""


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
    by_type: dict[str, int]
    by_stance: dict[str, int]


@migrations()
def tables_001(db: Database) -> None:
    """The tables of articles, claims, who said them and who relayed them."""

    def create(
        name: str,
        columns: Row,
        *,
        pk: str | tuple[str, ...],
        nullable: Iterable[str] = (),
        refer: dict[str, str] | None = None,
        index: Iterable[str] = (),
    ) -> None:
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
                    on_delete="CASCADE" if other == "claims" else "NO ACTION",
                )
                for column, other in (refer or {}).items()
            ],
            strict=True,
        )
        for column in index:
            table.create_index([column])

    create(
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
    create(
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
    create(
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
    create(
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
    create(
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
            *(f"{span}{end}" for span in _SPANS for end in ("", "_start", "_end")),
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
    create(
        "claim_speakers",
        {"claim_id": str, "position": int, "speaker_id": str, "name": str, "kind": str},
        pk=("claim_id", "position"),
        nullable=["kind"],
        refer={"claim_id": "claims", "speaker_id": "speakers"},
        index=["speaker_id"],
    )
    create(
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
    create(
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


class Store:
    """A database of claims. Use it as a context manager, or call `close`."""

    def __init__(self, db: Database, path: Path) -> None:
        self.db = db
        self.path = path

    @classmethod
    def open(cls, path: Path, *, write: bool = False) -> Self:
        """The database in the file `path`; with `write`, made or brought up to date if need be.

        Raises:
            StoreError: if there is none, it is not one of ours, a newer version of this
                program made it, or it cannot be written to.
        """
        if path.is_dir():
            raise StoreError(f"{path} is a folder; give the path of a database file")
        if not write and not path.exists():
            raise StoreError(f"{path}: no such database; make it with: claims load {path} INPUT…")
        mode = "rwc" if write else "ro"
        with _explained(path):
            connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True)
        try:
            with _explained(path):
                db = Database(connection)
                _refuse_what_is_not_ours(db, path)
                if write:
                    _update_schema(db)
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
        """Let go of the file."""
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
        row = found[0]
        article = self.db.table("articles").get(row["article_id"])
        speakers = self.db.query(
            "SELECT s.id, s.kind FROM claim_speakers JOIN speakers s ON s.id = speaker_id"
            " WHERE claim_id = ? ORDER BY position",
            [row["id"]],
        )
        outlets = self.db.query(
            "SELECT outlet_id AS id, role, start, end FROM claim_outlets"
            " WHERE claim_id = ? ORDER BY position",
            [row["id"]],
        )
        links = self.db.query(
            "SELECT kind, linked_id AS claim_id, reason FROM claim_links"
            " WHERE claim_id = ? ORDER BY position",
            [row["id"]],
        )
        return _records(article, row, list(speakers), list(outlets), list(links))

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
        with _explained(self.path):
            load = _Load(self.db, extractor, report)
            try:
                for article, result in extractor.extract(load.wanted(readings)):
                    load.add(article, result)
            finally:
                load.finish()
            load.forget_solved([file for source in sources if (file := file_of(source))])
            return self._summary(load.counts)

    def _summary(self, counts: Counter[str]) -> Summary:
        def grouped(column: str, order: Iterable[str]) -> dict[str, int]:
            found = dict(
                self.db.execute(f"SELECT {column}, count(*) FROM claims GROUP BY {column}")
            )
            return {value: found[value] for value in order if value in found}

        return Summary(
            **{key: counts[key] for key in ("new", "updated", "unchanged", "problems")},
            **{name: self.db.table(name).count for name in _COUNTED},
            by_type=grouped("type", ClaimType),
            by_stance=grouped("stance", Stance),
        )


class _Load:
    """One run over articles: what is wanted, what is written, what is cleared away."""

    def __init__(
        self, db: Database, extractor: Extracts, report: Callable[[Problem], None]
    ) -> None:
        configuration = extractor.configuration
        self.db = db
        self.registry = extractor.registry
        self.report = report
        self.run_id = digest("run", configuration)
        self.run: Row = {
            "id": self.run_id,
            "version": configuration.get("version"),
            "model": configuration.get("model"),
            "configuration": json.dumps(configuration, ensure_ascii=False, sort_keys=True),
            "articles": 0,
            "claims": 0,
        }
        self.counts: Counter[str] = Counter()
        self.seen: dict[str, str] = {}
        self.files: dict[str, str | None] = {}
        self.origins: set[str] = set()
        self.noted: set[str] = set()
        self.places: dict[str, Reading] = {}
        self.done: list[tuple[Article, tuple[Claim, ...]]] = []
        self.failed: list[Article] = []
        self.problems: list[Row] = []

    def wanted(self, readings: Iterable[Reading]) -> Iterator[Article]:
        """The articles that are to be read; problems are noted on the way."""
        for reading in readings:
            self.origins.add(self._origin(reading))
            if isinstance(reading.found, str):
                self._note(reading, reading.found)
            elif flaw := _unstorable(reading.found):
                self._note(reading, flaw)
            elif article := self._new(reading, reading.found):
                self.places[article.id] = reading
                yield article

    def _origin(self, reading: Reading) -> str:
        """What a problem is a problem of: the file; without one, the article or the words."""
        if reading.source not in self.files:
            self.files[reading.source] = file_of(reading.source)
        if file := self.files[reading.source]:
            return _file_origin(file)
        if isinstance(reading.found, Article):
            return digest("article", reading.found.id, reading.found.text)
        return digest("reading", *reading)

    def _new(self, reading: Reading, article: Article) -> Article | None:
        stored = _row(self.db, "articles", article.id)
        fingerprint = digest(article.text)
        known = digest(stored["text"]) if stored else self.seen.get(article.id, fingerprint)
        if known != fingerprint:
            reason = (
                f"another text is stored under the id {article.id!r}, and was kept; "
                "give the article an id of its own"
            )
            self._note(reading, reason)
            return None
        repeated = article.id in self.seen
        self.seen[article.id] = fingerprint
        article = _completed(article, stored) if stored else article
        if repeated or stored == _article_row(article, self.run_id):
            self.counts["unchanged"] += 1
            return None
        return article

    def _note(self, reading: Reading, reason: str) -> None:
        self.counts["problems"] += 1
        problem = reading.problem(reason)
        self.problems.append(_problem_row(problem, self._origin(reading)))
        self.report(problem)
        self._write_if_many()

    def add(self, article: Article, result: tuple[Claim, ...] | Problem) -> None:
        """Take the claims of an article, or why there are none; write when there are many."""
        reading = self.places.pop(article.id)
        if isinstance(result, Problem):
            self.failed.append(article)
            self._note(reading, result.reason)
        else:
            self.done.append((article, result))
            self._write_if_many()

    def _write_if_many(self) -> None:
        if len(self.done) + len(self.problems) >= ARTICLES_A_TRANSACTION:
            self.write()

    def write(self) -> None:
        """Store what was added since the last time, in one transaction."""
        with self.db.atomic():
            if self.done and not _row(self.db, "runs", self.run_id):
                self.db.table("runs").insert(self.run)
            new = self._write_articles()
            self._write_claims(self._write_names())
            self._write_problems()
        self.counts["new"] += new
        self.counts["updated"] += len(self.done) - new
        for written in (self.done, self.failed, self.problems):
            written.clear()

    def _write_articles(self) -> int:
        """How many of the articles that were read are new."""
        rows = [_article_row(article, self.run_id) for article, _ in self.done]
        new = sum(not _row(self.db, "articles", row["id"]) for row in rows)
        # Without a run: the next load tries it again. What an earlier run found stays.
        rows += [_article_row(a, None) for a in self.failed if not _row(self.db, "articles", a.id)]
        self.db.table("articles").upsert_all(rows, pk="id")
        return new

    def _write_names(self) -> dict[str, str]:
        """The name that is shown of each speaker and outlet, by id; new ones are added."""
        claims = [claim for _, found in self.done for claim in found]
        given = {
            "speakers": {s.id: s.name for claim in claims for s in claim.speakers},
            "outlets": {o.id: o.name for claim in claims for o in claim.outlets},
        }
        shown: dict[str, str] = {}
        for table, names in given.items():
            rows = [{"id": id, "name": name} for id, name in names.items()]
            self.db.table(table).insert_all(rows, pk="id", ignore=True)
            known = f"SELECT id, name FROM {table} WHERE id IN (SELECT value FROM json_each(?))"
            shown |= dict(self.db.execute(known, [_json([*names])]).fetchall())
        return shown

    def _write_claims(self, names: dict[str, str]) -> None:
        articles = _json([article.id for article, _ in self.done])
        claims = {c.id: (article, c) for article, found in self.done for c in found}
        of_articles = "article_id IN (SELECT value FROM json_each(?))"
        of_claims = f"claim_id IN (SELECT id FROM claims WHERE {of_articles})"
        for table, pks, where, rows in (
            (
                "claims",
                ("id",),
                of_articles,
                [_claim_row(article, c, names) for article, c in claims.values()],
            ),
            (
                "claim_speakers",
                ("claim_id", "position"),
                of_claims,
                [row for _, c in claims.values() for row in _speaker_links(c)],
            ),
            (
                "claim_outlets",
                ("claim_id", "position"),
                of_claims,
                [row for _, c in claims.values() for row in _outlet_links(c)],
            ),
            (
                "claim_links",
                ("claim_id", "position"),
                of_claims,
                [row for _, c in claims.values() for row in _links(c)],
            ),
        ):
            stored = list(self.db.table(table).rows_where(where, [articles]))
            _replace(self.db, table, pks, stored, rows)

    def _write_problems(self) -> None:
        self.db.table("problems").insert_all(self.problems, pk="id", ignore=True)
        self.noted.update(row["id"] for row in self.problems)

    def finish(self) -> None:
        """Write what is left, settle what names are shown, and count the runs."""
        self.write()
        with self.db.atomic():
            for table in _NAMED:
                self._settle_names(table)
            counted = list(
                self.db.query(
                    "SELECT runs.id, version, model, configuration,"
                    " count(DISTINCT a.id) AS articles, count(c.id) AS claims"
                    " FROM runs LEFT JOIN articles a ON a.run_id = runs.id"
                    " LEFT JOIN claims c ON c.article_id = a.id GROUP BY runs.id"
                )
            )
            _replace(self.db, "runs", ("id",), list(self.db.table("runs").rows), counted)

    def _settle_names(self, table: str) -> None:
        """Make a table of names what registry and claims say now, whatever was there before."""
        link, key = _NAMED[table]
        self.db.execute(f"DELETE FROM {table} WHERE id NOT IN (SELECT {key} FROM {link})")
        stored = {row["id"]: row for row in self.db.table(table).rows}
        row_of = (_speaker_rows if table == "speakers" else _outlet_rows)(self.registry)
        kind = "kind" if table == "speakers" else "NULL"
        forms = self.db.execute(
            f"SELECT {key}, name, {kind}, count(*) FROM {link} GROUP BY 1, 2, 3 ORDER BY 1"
        )
        changed = []
        for id, group in groupby(forms, itemgetter(0)):
            names: Counter[str] = Counter()
            kinds: Counter[str] = Counter()
            for _, name, its_kind, count in group:
                names[name] += count
                if its_kind:
                    kinds[its_kind] += count
            if (row := row_of(id, names, kinds)) != stored[id]:
                changed.append(row)
        self.db.table(table).upsert_all(changed, pk="id")
        for row in changed:
            if row["name"] != stored[row["id"]]["name"]:
                _show_name(self.db, table, row["id"])

    def forget_solved(self, sources: list[str]) -> None:
        """Remove the problems of what was read again, or is gone, and did not occur again."""
        read = self.origins.union(_file_origin(source) for source in sources)
        with self.db.atomic():
            for row in list(self.db.table("problems").rows):
                solved = row["origin"] in read or _is_gone(row, sources)
                if solved and row["id"] not in self.noted:
                    self.db.table("problems").delete(row["id"])


def _row(db: Database, table: str, id: str) -> Row | None:
    return next(db.table(table).rows_where("id = ?", [id]), None)


def _replace(
    db: Database, table: str, pks: tuple[str, ...], old: list[Row], new: list[Row]
) -> None:
    """Turn the rows `old` into `new`, touching those only that differ."""
    stored = {tuple(row[pk] for pk in pks): row for row in old}
    wanted = {tuple(row[pk] for pk in pks): row for row in new}
    for key in stored.keys() - wanted.keys():
        db.table(table).delete(key)
    db.table(table).upsert_all(
        [row for key, row in wanted.items() if row != stored.get(key)], pk=pks
    )


def _unstorable(article: Article) -> str | None:
    """Why SQLite could not hold the article, or not count in its text as we do."""
    values = [value for value in article.model_dump().values() if value]
    if any("\0" in value for value in values):
        return "it has a NUL character, at which SQLite stops to count; remove it"
    if any(_SURROGATE.search(value) for value in values):
        return "it has half a character (a surrogate); write it anew in UTF-8"
    return None


def _completed(article: Article, stored: Row) -> Article:
    """The article, with what is stored of it where the article is silent."""
    silent = Article.model_fields.keys() - article.model_dump(exclude_unset=True, exclude_none=True)
    known = {key: stored[key] for key in silent if stored[key] is not None}
    return article.model_copy(update=known)


def _article_row(article: Article, run_id: str | None) -> Row:
    return {
        "id": article.id,
        "label": headline(article),
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published,
        "url": article.url,
        "language": article.language,
        "text": article.text,
        "run_id": run_id,
    }


def _claim_row(article: Article, claim: Claim, names: dict[str, str]) -> Row:
    row: Row = {
        "id": claim.id,
        "published": article.published[:10] if article.published else None,
        "speakers": _json([names[s.id] for s in claim.speakers]),
        "stance": claim.stance.value,
        "text": claim.text,
        "outlets": _json([names[o.id] for o in claim.outlets]),
        "article_id": article.id,
        "type": claim.type.value,
        "context": article.text[claim.context.start : claim.context.end],
        "cue_lemma": claim.cue.lemma if claim.cue else None,
        "hedged": int(claim.hedged),
        "said_on": claim.said_on,
        "rule": claim.rule,
        "score": claim.score,
        "reasons": _json([r.model_dump() for r in claim.reasons]),
        "link": deep_link(article, claim),
        "content": _json([s.model_dump() for s in claim.content]),
        "context_start": claim.context.start,
        "context_end": claim.context.end,
    }
    for name in _SPANS:
        span = getattr(claim, name)
        row[name] = span.text if span else None
        row[f"{name}_start"] = span.start if span else None
        row[f"{name}_end"] = span.end if span else None
    return row


def _json(value: Any) -> str:  # noqa: ANN401
    return json.dumps(value, ensure_ascii=False)


def _speaker_links(claim: Claim) -> list[Row]:
    return [
        {
            "claim_id": claim.id,
            "position": n,
            "speaker_id": s.id,
            "name": s.name,
            "kind": s.kind.value if s.kind else None,
        }
        for n, s in enumerate(claim.speakers)
    ]


def _outlet_links(claim: Claim) -> list[Row]:
    return [
        {
            "claim_id": claim.id,
            "position": n,
            "outlet_id": o.id,
            "name": o.name,
            "role": o.role.value,
            "start": o.start,
            "end": o.end,
        }
        for n, o in enumerate(claim.outlets)
    ]


def _links(claim: Claim) -> list[Row]:
    return [
        {
            "claim_id": claim.id,
            "position": n,
            "linked_id": link.claim_id,
            "kind": link.kind.value,
            "reason": link.reason,
        }
        for n, link in enumerate(claim.links)
    ]


def _speaker_rows(registry: Registry) -> NamedRow:
    media = (outlet.as_speaker for outlet in registry.outlets)
    entries = {entry.id: entry for entry in (*registry.speakers, *media)}

    def row(id: str, names: Counter[str], kinds: Counter[str]) -> Row:
        known = entries.get(id)
        kind = known.kind.value if known else _usual(kinds)
        country = known.country if known else None
        name = known.name if known else _usual(names) or ""
        if known is None and (kind in _OF_COUNTRIES or name[:1].islower()):
            country = registry.country(name)  # Mme Allemand is of no country
        return {
            "id": id,
            "name": name,
            "kind": kind,
            "country": country,
            "metonym_of": known and known.metonym_of,
            "wikidata": known and known.wikidata,
        }

    return row


def _outlet_rows(registry: Registry) -> NamedRow:
    entries = {entry.id: entry for entry in registry.outlets}

    def row(id: str, names: Counter[str], kinds: Counter[str]) -> Row:
        known = entries.get(id)
        return {
            "id": id,
            "name": known.name if known else _usual(names),
            "kind": known.kind.value if known and known.kind else None,
            "state_media": int(known.state) if known else None,
            "country": known and known.country,
            "wikidata": known and known.wikidata,
        }

    return row


def _usual(forms: Counter[str]) -> str | None:
    """The most frequent form that is not all capitals; of several the first by code points."""
    return min(forms, key=lambda form: (form.isupper(), -forms[form], form), default=None)


def _show_name(db: Database, table: str, id: str) -> None:
    """Write the name of a speaker or outlet anew into the claims that it has a part in."""
    link, key = _NAMED[table]
    rows = db.execute(
        f"SELECT claim_id, {table}.name FROM {link} JOIN {table} ON {table}.id = {key}"
        f" WHERE claim_id IN (SELECT claim_id FROM {link} WHERE {key} = ?)"
        " ORDER BY claim_id, position",
        [id],
    ).fetchall()
    for claim, named in groupby(rows, itemgetter(0)):
        db.table("claims").update(claim, {table: _json([name for _, name in named])})


def _problem_row(problem: Problem, origin: str) -> Row:
    values = {**problem.model_dump(), "origin": origin}
    return {"id": digest("problem", *values.values()), **values}


def _file_origin(file: str) -> str:
    # A hash, for a database that is published must not tell of its maker's folders.
    return digest("file", file)


def _is_gone(problem: Row, sources: list[str]) -> bool:
    """Whether a problem's file lay below a source and is gone, or is a folder that opens now."""
    file = file_of(problem["source"])
    return (
        file is not None
        and _file_origin(file) == problem["origin"]
        and any(Path(file).is_relative_to(source) for source in sources)
        and not Path(file).is_file()
    )


def _records(
    article: Row, claim: Row, speakers: list[Row], outlets: list[Row], links: list[Row]
) -> tuple[Article, Claim]:
    """The records that the rows of one claim were made of."""
    made = Article.model_validate({key: article[key] for key in Article.model_fields})
    names = [
        [{**row, "name": name} for row, name in zip(rows, json.loads(given), strict=True)]
        for rows, given in ((speakers, claim["speakers"]), (outlets, claim["outlets"]))
    ]
    fields = {
        **{key: claim[key] for key in Claim.model_fields if key in claim},
        **{name: _span(claim, name) for name in _SPANS},
        "content": json.loads(claim["content"]),
        "reasons": json.loads(claim["reasons"] or "[]"),
        "speakers": names[0],
        "outlets": names[1],
        "links": links,
        "hedged": bool(claim["hedged"]),
        "context": {"start": claim["context_start"], "end": claim["context_end"]},
    }
    if fields["cue"]:
        fields["cue"]["lemma"] = claim["cue_lemma"]
    return made, Claim.model_validate(fields, context={"article": made})


def _span(row: Row, name: str) -> Row | None:
    if row[name] is None:
        return None
    return {"start": row[f"{name}_start"], "end": row[f"{name}_end"], "text": row[name]}


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """SQLite's errors as ours, each with what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if "not a database" in str(error):
            raise StoreError(f"{path} is not a SQLite database; give another path") from error
        raise StoreError(
            f"{path}: {error}; check that the folder is there, that you may write to it "
            "and that no other program is writing"
        ) from error


def _refuse_what_is_not_ours(db: Database, path: Path) -> None:
    applied = {migration.name for migration in migrations.applied(db)}
    unknown = applied - {migration.name for migration in migrations._migrations}
    if unknown:
        raise StoreError(
            f"{path} was made by a newer version of claims ({', '.join(sorted(unknown))}); "
            "update claims to use it"
        )
    if db.table_names() and not applied:
        raise StoreError(f"{path} is a database of something else; give another path")


def _update_schema(db: Database) -> None:
    db.execute("PRAGMA foreign_keys = ON")
    migrations.apply(db)
    with db.atomic():
        for name, select in _views().items():
            db.create_view(name, select, replace=True)


def _views() -> dict[str, str]:
    """The SELECT of each view in views.sql, by name."""
    text = (files("claims") / "views.sql").read_text(encoding="utf-8")
    return dict(re.findall(r"^CREATE VIEW (\w+) AS\n(.*?);$", text, re.MULTILINE | re.DOTALL))
