"""Loading: readings to rows, one batch of articles after the other."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple, Protocol

from sqlite_utils import Database

from claims.model import Article, Claim, Problem, digest
from claims.reading import Reading, file_of, is_address
from claims.reading.parts import Mark
from claims.registry import Registry
from claims.store.feeds import Feeds
from claims.store.groups import Update
from claims.store.rows import article_row, problem_row, unstorable
from claims.store.tables import Row, atomic, queried, uncollected
from claims.store.versions import Versions
from claims.store.writing import Writer

ARTICLES_A_BATCH, BATCHES_A_TRANSACTION = 100, 5
"""Articles whose claims are compared together, and how many times as many are written together at most: the more
claims there are, the more pages each transaction writes, most of them for one row."""
PATIENCE = 2.0
"""Seconds after which a batch is written by itself, for an interruption to lose little that took long to read."""
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


class _Place(NamedTuple):
    """Where an article that is being read stands."""

    number: int
    """Of its reading, counted from 0."""
    reading: Reading


@dataclass
class _Batch:
    """What became of so many readings that is not written yet."""

    done: list[tuple[Article, tuple[Claim, ...]]] = field(default_factory=list)
    failed: list[Article] = field(default_factory=list)
    problems: list[tuple[int, Row]] = field(default_factory=list)
    """Each with the number of its reading."""
    marks: list[Mark] = field(default_factory=list)
    again: list[Article] = field(default_factory=list)
    """Further readings of articles of this run."""


class Load:
    """One run over articles: what is wanted, what is written, what is cleared away.

    What is compared together depends on the place of a reading among all, whatever is stored already: so a run that
    was stopped and goes on ends with what one that was not has.
    """

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
        self.written = 0
        """Batches that are written."""
        self.since = monotonic()
        """When the last was."""
        self.seen: dict[str, str] = {}
        self.aliases: dict[tuple[str, str], str] = {}
        """An id that was given, with the hash of the text, to the id of the article that it turned out to be."""
        self.files: dict[str, str | None] = {}
        self.origins: set[str] = set()
        self.noted: set[str] = set()
        self.versions = Versions(db)
        self.places: dict[str, _Place] = {}
        self.batches: defaultdict[int, _Batch] = defaultdict(_Batch)

    def wanted(self, readings: Iterable[Reading]) -> Iterator[Article]:
        """The articles that are to be read; problems are noted on the way."""
        for number, reading in enumerate(readings):
            if not self.places:
                self._reach(number)
            self.origins.add(self._origin(reading))
            if reading.mark is not None:
                self._batch(number).marks.append(reading.mark)
            if reading.found is None:
                continue
            if isinstance(reading.found, str):
                self._note(number, reading, reading.found)
            elif flaw := unstorable(reading.found):
                self._note(number, reading, flaw)
            elif article := self._new(number, reading, reading.found):
                self.places[article.id] = _Place(number, reading)
                self.versions.wait(article)
                yield article

    def _origin(self, reading: Reading) -> str:
        """What a problem is a problem of: the file or address; without one, the article or the words."""
        if reading.source not in self.files:
            self.files[reading.source] = file_of(reading.source)
        if file := self.files[reading.source]:
            return _file_origin(file)
        if is_address(reading.source):
            return digest("address", reading.source, reading.place)
        if isinstance(reading.found, Article):
            return digest("article", reading.found.id, reading.found.text)
        return digest("reading", reading.source, reading.place, reading.found)

    def _new(self, number: int, reading: Reading, given: Article) -> Article | None:
        """The article that is to be read, as which it is to be stored; None where nothing is new."""
        text = digest(given.text)
        if other := self.aliases.get((given.id, text)):
            self._tell(number, given, other)
            return None
        # The id of what turned out to be another article is taken for the rest of the run.
        is_taken = self.seen.get(given.id, text) != text and not self.versions.knows(given.id)
        article = None if is_taken else self.versions.placed(given)
        if article is None:
            reason = (
                f"another text is stored under the id {given.id!r}, and was kept; "
                "give the article an id of its own"
            )
            self._note(number, reading, reason)
            return None
        stored = _row(self.db, "articles", article.id)
        repeated = article.id in self.seen
        self.seen.setdefault(given.id, text)
        self.seen[article.id] = text
        if article.id != given.id:
            self.aliases[given.id, text] = article.id
        article = _completed(article, stored) if stored else article
        if repeated:
            self._tell(number, given, article.id)
            return None
        if stored and _is_unchanged(article_row(article, self.run_id), stored):
            self.counts["unchanged"] += 1
            return None
        return article

    def _tell(self, number: int, given: Article, id: str) -> None:
        """Take what a further reading tells of the article that it turned out to be."""
        further = given.model_copy(update={"id": id})
        self.versions.tell(further)
        self._batch(number).again.append(further)
        self.counts["unchanged"] += 1

    def _note(self, number: int, reading: Reading, reason: str) -> None:
        self.counts["problems"] += 1
        problem = reading.problem(reason)
        row = problem_row(problem, self._origin(reading))
        self._batch(number).problems.append((number, row))
        self.report(problem)

    def add(self, article: Article, result: tuple[Claim, ...] | Problem) -> None:
        """Take the claims of an article, or why there are none; write when there are many."""
        number, reading = self.places.pop(article.id)
        self._reach(number)
        if isinstance(result, Problem):
            self._batch(number).failed.append(article)
            self._note(number, reading, result.reason)
        else:
            self._batch(number).done.append((article, result))

    def _batch(self, number: int) -> _Batch:
        """The batch of a reading."""
        return self.batches[number // ARTICLES_A_BATCH]

    def _reach(self, number: int) -> None:
        """Write what is before the batch of a reading, all of which is done, if it is much or has waited."""
        batch = number // ARTICLES_A_BATCH
        is_much = batch - self.written >= BATCHES_A_TRANSACTION
        if is_much or (batch > self.written and monotonic() - self.since > PATIENCE):
            self.write(batch)
            self.written, self.since = batch, monotonic()

    def write(self, before: int | None = None) -> None:
        """Store what is done, in one transaction.

        Args:
            before: the first batch that is not to be written yet.
        """
        numbers = sorted(n for n in self.batches if before is None or n < before)
        if not numbers:
            return
        batches = [self.batches.pop(number) for number in numbers]
        with atomic(self.db), uncollected():
            for batch in batches:
                self._write(batch)
        for batch in batches:
            self.noted.update(row["id"] for _, row in batch.problems)
            self.versions.written([*(article for article, _ in batch.done), *batch.failed])
        self.versions.keep(article.id for each in self.batches.values() for article in each.again)

    def _write(self, batch: _Batch) -> None:
        if batch.done:
            self._note_run()
        # Without a run: the next load tries it again. What an earlier run found stays.
        failed = (a for a in batch.failed if not _row(self.db, "articles", a.id))
        self.db.table("articles").insert_all([article_row(a, None) for a in failed], pk="id")
        newer = self.versions.superseded(article for article, _ in batch.done)
        new = self.writer.write(batch.done, self.run_id, newer)
        for article in batch.again:
            if (full := self.versions.complete(article)) is not None:
                self.writer.write([full], None)
        rows = [row for _, row in sorted(batch.problems, key=itemgetter(0))]
        self.db.table("problems").insert_all(rows, pk="id", ignore=True)
        Feeds(self.db).remember(batch.marks)
        self.counts["new"] += new
        self.counts["updated"] += len(batch.done) - new

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
    return next(queried(db, f"SELECT * FROM {table} WHERE id = ?", [id]), None)


def _is_unchanged(row: Row, stored: Row) -> bool:
    return all(stored[name] == value for name, value in row.items())


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
