"""Claims to SQLite, and back: tables, indexes, search, views, loading."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from pathlib import Path, PurePath
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
    Outlet,
    Problem,
    Speaker,
    Stance,
    digest,
)
from claims.registry import Registry

ARTICLES_A_TRANSACTION = 100

_SPANS = ("cue", "speaker", "target")
_COUNTED = ("articles", "claims", "speakers", "outlets")

Row = dict[str, Any]
Extracted = tuple[Article, tuple[Claim, ...] | Problem]

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
        {"id": str, "name": str, "kind": str, "country": str, "wikidata": str},
        pk="id",
        nullable=["kind", "country", "wikidata"],
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
        {"claim_id": str, "position": int, "speaker_id": str},
        pk=("claim_id", "position"),
        refer={"claim_id": "claims", "speaker_id": "speakers"},
        index=["speaker_id"],
    )
    create(
        "claim_outlets",
        {
            "claim_id": str,
            "position": int,
            "outlet_id": str,
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
        {"id": str, "source": str, "place": str, "reason": str},
        pk="id",
        index=["source"],
    )
    for name, columns in (("articles", ["title", "text"]), ("claims", ["text"])):
        db.table(name).enable_fts(
            columns, create_triggers=True, tokenize="unicode61 remove_diacritics 2"
        )


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
        return _records(article, row, list(speakers), list(outlets))

    def load(
        self,
        readings: Iterable[Article | Problem],
        extractor: Extracts,
        *,
        sources: Iterable[str] = (),
        report: Callable[[Problem], None] = lambda problem: None,
    ) -> Summary:
        """Extract and store the claims of articles that are not stored yet.

        An article that is stored as it is, read by the same configuration of the extractor,
        is passed over, so that a load can be repeated or taken up again: what was committed,
        a hundred articles at a time, stays. Under another configuration it is read again:
        changed claims are updated in place, and those that are found no more are removed.
        An article whose id is stored with another text is a problem; what is stored stays.

        Args:
            readings: articles and what could not be read, as `claims.reading.read` gives them.
            extractor: what reads the claims.
            sources: the inputs that `readings` come from, as the user gave them; problems
                that were stored for them and did not occur again are removed.
            report: is called with every problem as it occurs.

        Raises:
            StoreError: if the database cannot be written to.
        """
        with _explained(self.path):
            load = _Load(self.db, extractor, report)
            for batch in _batches(extractor.extract(load.wanted(readings))):
                load.write(batch)
            load.finish(tuple(sources))
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
        self.pending: list[Problem] = []
        self.noted: set[str] = set()

    def wanted(self, readings: Iterable[Article | Problem]) -> Iterator[Article]:
        """The articles that are to be read; problems are noted on the way."""
        for reading in readings:
            if isinstance(reading, Problem):
                self._note(reading)
            elif flaw := _unstorable(reading):
                self._note(Problem(source=reading.id, reason=flaw))
            elif self._is_new(reading):
                yield reading

    def _is_new(self, article: Article) -> bool:
        stored = _row(self.db, "articles", article.id)
        fingerprint = digest(article.text)
        known = digest(stored["text"]) if stored else self.seen.get(article.id, fingerprint)
        if known != fingerprint:
            reason = (
                "another text is stored under this article's id, and was kept; "
                "give the article an id of its own"
            )
            self._note(Problem(source=article.id, reason=reason))
            return False
        repeated = article.id in self.seen
        self.seen[article.id] = fingerprint
        if repeated or stored == _article_row(article, self.run_id):
            self.counts["unchanged"] += 1
            return False
        return True

    def _note(self, problem: Problem) -> None:
        self.counts["problems"] += 1
        self.pending.append(problem)
        self.report(problem)

    def write(self, batch: list[Extracted]) -> None:
        """Store some articles with their claims, and the problems so far, in one transaction."""
        done: list[tuple[Article, tuple[Claim, ...]]] = []
        failed: list[Article] = []
        for article, result in batch:
            if isinstance(result, Problem):
                failed.append(article)
                self._note(result.model_copy(update={"source": article.id}))
            else:
                done.append((article, result))
        with self.db.atomic():
            if done and not _row(self.db, "runs", self.run_id):
                self.db.table("runs").insert(self.run)
            self._write_articles(done, failed)
            self._write_names([claim for _, claims in done for claim in claims])
            self._write_claims(done)
            self._write_problems()

    def _write_articles(
        self, done: list[tuple[Article, tuple[Claim, ...]]], failed: list[Article]
    ) -> None:
        rows = [_article_row(article, self.run_id) for article, _ in done]
        stored = {row["id"]: _row(self.db, "articles", row["id"]) for row in rows}
        for old in stored.values():
            self.counts["updated" if old else "new"] += 1
        # Without a run: the next load tries it again. What an earlier run found stays.
        rows += [_article_row(a, None) for a in failed if not _row(self.db, "articles", a.id)]
        self.db.table("articles").upsert_all(rows, pk="id")

    def _write_names(self, claims: list[Claim]) -> None:
        speakers = {s.id: s for claim in claims for s in claim.speakers}
        outlets = {o.id: o for claim in claims for o in claim.outlets}
        rows = {
            "speakers": [_speaker_row(s, self.registry) for s in speakers.values()],
            "outlets": [_outlet_row(o, self.registry) for o in outlets.values()],
        }
        for table, named in rows.items():
            stored = {row["id"]: _row(self.db, table, row["id"]) for row in named}
            merged = [(stored[row["id"]], row) for row in named]
            self.db.table(table).upsert_all(
                [new for old, row in merged if (new := _with_what_is_known(row, old)) != old],
                pk="id",
            )

    def _write_claims(self, done: list[tuple[Article, tuple[Claim, ...]]]) -> None:
        articles = [article.id for article, _ in done]
        claims = {c.id: (article, c) for article, found in done for c in found}
        marks = ", ".join("?" * len(articles))
        of_articles = f"article_id IN ({marks})"
        of_claims = f"claim_id IN (SELECT id FROM claims WHERE {of_articles})"
        for table, pks, where, rows in (
            ("claims", ("id",), of_articles, [_claim_row(a, c) for a, c in claims.values()]),
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
        ):
            _replace(
                self.db, table, pks, list(self.db.table(table).rows_where(where, articles)), rows
            )

    def _write_problems(self) -> None:
        for row in map(_problem_row, self.pending):
            if row["id"] not in self.noted and not _row(self.db, "problems", row["id"]):
                self.db.table("problems").insert(row)
            self.noted.add(row["id"])
        self.pending.clear()

    def finish(self, sources: tuple[str, ...]) -> None:
        """Remove problems that are solved and names that no claim has; count the runs."""
        with self.db.atomic():
            self._write_problems()
            for row in list(self.db.table("problems").rows):
                source = row["source"]
                read = source in self.seen or any(map(PurePath(source).is_relative_to, sources))
                if read and row["id"] not in self.noted:
                    self.db.table("problems").delete(row["id"])
            self.db.execute(
                "DELETE FROM speakers WHERE id NOT IN (SELECT speaker_id FROM claim_speakers)"
            )
            self.db.execute(
                "DELETE FROM outlets WHERE id NOT IN (SELECT outlet_id FROM claim_outlets)"
            )
            counted = list(
                self.db.query(
                    "SELECT runs.id, version, model, configuration,"
                    " count(DISTINCT a.id) AS articles, count(c.id) AS claims"
                    " FROM runs LEFT JOIN articles a ON a.run_id = runs.id"
                    " LEFT JOIN claims c ON c.article_id = a.id GROUP BY runs.id"
                )
            )
            _replace(self.db, "runs", ("id",), list(self.db.table("runs").rows), counted)


def _batches(results: Iterator[Extracted]) -> Iterator[list[Extracted]]:
    while batch := list(islice(results, ARTICLES_A_TRANSACTION)):
        yield batch


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
    """Why SQLite could not count in the article's text as we do."""
    if any("\0" in value for value in article.model_dump().values() if value):
        return "it has a NUL character, at which SQLite stops to count; remove it"
    return None


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


def _claim_row(article: Article, claim: Claim) -> Row:
    row: Row = {
        "id": claim.id,
        "published": article.published[:10] if article.published else None,
        "speakers": _json([s.name for s in claim.speakers]),
        "stance": claim.stance.value,
        "text": claim.text,
        "outlets": _json([o.name for o in claim.outlets]),
        "article_id": article.id,
        "type": claim.type.value,
        "context": article.text[claim.context.start : claim.context.end],
        "cue_lemma": claim.cue.lemma if claim.cue else None,
        "hedged": int(claim.hedged),
        "said_on": claim.said_on,
        "rule": claim.rule,
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
        {"claim_id": claim.id, "position": n, "speaker_id": s.id}
        for n, s in enumerate(claim.speakers)
    ]


def _outlet_links(claim: Claim) -> list[Row]:
    return [
        {
            "claim_id": claim.id,
            "position": n,
            "outlet_id": o.id,
            "role": o.role.value,
            "start": o.start,
            "end": o.end,
        }
        for n, o in enumerate(claim.outlets)
    ]


def _speaker_row(speaker: Speaker, registry: Registry) -> Row:
    entry = registry.speaker(speaker.name)
    known = entry if entry and entry.id == speaker.id else None
    return {
        "id": speaker.id,
        "name": speaker.name,
        "kind": speaker.kind.value if speaker.kind else None,
        "country": known and known.country,
        "wikidata": known and known.wikidata,
    }


def _outlet_row(outlet: Outlet, registry: Registry) -> Row:
    entry = registry.outlet(outlet.name)
    known = entry if entry and entry.id == outlet.id else None
    return {
        "id": outlet.id,
        "name": outlet.name,
        "kind": known.kind.value if known and known.kind else None,
        "state_media": int(known.state) if known else None,
        "country": known and known.country,
        "wikidata": known and known.wikidata,
    }


def _with_what_is_known(row: Row, stored: Row | None) -> Row:
    """The new row; its name as first stored, and old values where it has none."""
    if not stored:
        return row
    kept = {key: stored[key] if value is None else value for key, value in row.items()}
    return {**kept, "name": stored["name"]}


def _problem_row(problem: Problem) -> Row:
    values = problem.model_dump()
    return {"id": digest("problem", *values.values()), **values}


def _records(
    article: Row, claim: Row, speakers: list[Row], outlets: list[Row]
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
        "speakers": names[0],
        "outlets": names[1],
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
