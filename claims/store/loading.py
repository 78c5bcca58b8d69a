"""Loading: readings to rows, one batch of articles after the other."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

from sqlite_utils import Database

from claims.model import Article, Claim, Problem, digest
from claims.reading import Reading, file_of
from claims.registry import Registry
from claims.store.groups import Update
from claims.store.rows import article_row, problem_row, unstorable
from claims.store.tables import Row, atomic
from claims.store.writing import Writer

ARTICLES_A_TRANSACTION = 100
NAMES = "names"
"""The state of a database that tells the run whose registry all names were settled by."""

Extracted = tuple[Article, tuple[Claim, ...] | Problem]


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


class Load:
    """One run over articles: what is wanted, what is written, what is cleared away."""

    def __init__(
        self, db: Database, extractor: Extracts, report: Callable[[Problem], None]
    ) -> None:
        configuration = extractor.configuration
        self.db = db
        self.writer = Writer(db, extractor.registry)
        self.is_noted = False
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
            elif flaw := unstorable(reading.found):
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
        if repeated or stored == article_row(article, self.run_id):
            self.counts["unchanged"] += 1
            return None
        return article

    def _note(self, reading: Reading, reason: str) -> None:
        self.counts["problems"] += 1
        problem = reading.problem(reason)
        self.problems.append(problem_row(problem, self._origin(reading)))
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
        with atomic(self.db):
            if self.done:
                self._note_run()
            new = self.writer.write(self.done, self.run_id)
            # Without a run: the next load tries it again. What an earlier run found stays.
            failed = (a for a in self.failed if not _row(self.db, "articles", a.id))
            self.db.table("articles").insert_all([article_row(a, None) for a in failed], pk="id")
            self.db.table("problems").insert_all(self.problems, pk="id", ignore=True)
        self.noted.update(row["id"] for row in self.problems)
        self.counts["new"] += new
        self.counts["updated"] += len(self.done) - new
        for written in (self.done, self.failed, self.problems):
            written.clear()

    def _note_run(self) -> None:
        """Note which configuration reads; under another than the last, names may be other ones."""
        if self.is_noted:
            return
        if not _row(self.db, "runs", self.run_id):
            self.db.table("runs").insert(self.run)
        last = self.db.execute("SELECT value FROM states WHERE name = ?", [NAMES]).fetchone()
        if last != (self.run_id,):
            self.db.table("states").upsert({"name": NAMES, "value": self.run_id}, pk="name")
            Update(self.db).refresh(self.writer.names.settle_all())
        self.is_noted = True

    def forget_solved(self, sources: list[str]) -> None:
        """Remove the problems of what was read again, or is gone, and did not occur again."""
        read = self.origins.union(_file_origin(source) for source in sources)
        with atomic(self.db):
            for row in list(self.db.table("problems").rows):
                solved = row["origin"] in read or _is_gone(row, sources)
                if solved and row["id"] not in self.noted:
                    self.db.table("problems").delete(row["id"])


def _row(db: Database, table: str, id: str) -> Row | None:
    return next(db.table(table).rows_where("id = ?", [id]), None)


def _completed(article: Article, stored: Row) -> Article:
    """The article, with what is stored of it where the article is silent."""
    silent = Article.model_fields.keys() - article.model_dump(exclude_unset=True, exclude_none=True)
    known = {key: stored[key] for key in silent if stored[key] is not None}
    return article.model_copy(update=known)


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
