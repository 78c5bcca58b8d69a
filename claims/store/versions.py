"""Which articles are one: the same text, or versions of what stands at one address."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlite_utils import Database

from claims.grouping.copies import likeness, runs
from claims.model import Article, Claim, address, digest, fold
from claims.reading.publishers import host_of
from claims.store.reviewing import Reviews
from claims.store.tables import Row, queried

MOST = 100
"""Articles of one address, or of one text, that are looked at: a database can give all of its own one address."""
STUB = 400
"""Characters of the longest text that can be no more than a notice."""
LEAST_KEPT = 0.1
"""The least share of runs of words that a version under another headline has in common with the old."""

_OF_ID = "SELECT * FROM articles WHERE id = ?"
_OF_TEXT = "SELECT * FROM articles WHERE text_hash = ? ORDER BY rowid LIMIT ?"
_AT_ADDRESS = (
    "SELECT * FROM articles WHERE address = ? AND superseded_by IS NULL AND run_id IS NOT NULL"
    " ORDER BY rowid DESC LIMIT ?"
)


class Versions:
    """Places new articles among those that are stored, or wait to be."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.waiting: dict[str, Article] = {}
        """Those that are to be stored, by id."""
        self.texts: defaultdict[str, dict[str, Article]] = defaultdict(dict)
        """The same, by text and id."""
        self.fuller: dict[str, Article] = {}
        """Known articles with what another reading tells beside, until that is written."""

    def tell(self, article: Article) -> None:
        """Count what another reading of a known article tells, which is not written yet."""
        if (known := self._of_id(article.id)) is not None:
            self.fuller[article.id] = merged(known, article)

    def complete(self, article: Article) -> tuple[Article, list[Claim]] | None:
        """A stored article with what another reading of it tells beside, and its claims.

        None if that tells nothing new, or the article has no claims that were read.
        """
        row = self._row(article.id)
        if row is None or row["run_id"] is None:
            return None
        known = _article(row)
        full = merged(known, article)
        return None if full == known else (full, Reviews(self.db).machine(article.id))

    def knows(self, id: str) -> bool:
        """Whether an article of this id is stored, or waits to be."""
        return self._of_id(id) is not None

    def placed(self, article: Article) -> Article | None:
        """An article as it is to be stored.

        One whose text is there, and that does not contradict it in publisher, site and day, is that one, with
        what it tells where that one is silent. One whose id is there with another text is a
        version of it if the address is the same, with an id of its own.

        Returns:
            The article; None if its id is there with another text, and it is no version.
        """
        before = self._of_id(article.id)
        if before is not None and before.text == article.text:
            return article
        twin = self._twin(article)
        if before is None:
            return merged(twin, article) if twin else article
        is_version = bool(_key(article)) and _key(before) == _key(article)
        if twin:
            return merged(twin, article) if is_version else twin
        if not is_version:
            return None
        id = digest("version", article.id, article.text)
        return article.model_copy(update={"id": id})

    def wait(self, article: Article) -> None:
        """Count an article among those that are to be stored."""
        self.waiting[article.id] = self.texts[article.text][article.id] = article

    def superseded(self, done: Iterable[Article]) -> dict[str, str]:
        """Which articles are superseded now that some are done: each with its newer version, by id."""
        found: dict[str, str] = {}
        before: defaultdict[str, list[Article]] = defaultdict(list)
        """The articles of these that are before one, by address."""
        for article in done:
            if (key := _key(article)) is None:
                continue
            others = before[key]
            before[key] = [*others, article]
            if (row := self._row(article.id)) is not None and row["run_id"] is not None:
                continue
            older = self._current(article, key, others, found)
            if older is None:
                continue
            if _is_before(article.modified, older.modified):
                found[article.id] = older.id
            else:
                found[older.id] = article.id
        return found

    def written(self, articles: Iterable[Article]) -> None:
        """Forget articles that wait no more."""
        for article in articles:
            self.waiting.pop(article.id, None)
            self.texts[article.text].pop(article.id, None)
            if not self.texts[article.text]:
                del self.texts[article.text]

    def keep(self, told: Iterable[str]) -> None:
        """Forget what is told of known articles, but for those of some ids."""
        ids = set(told)
        self.fuller = {id: full for id, full in self.fuller.items() if id in ids}

    def _current(
        self, article: Article, key: str, before: Sequence[Article], superseded: dict[str, str]
    ) -> Article | None:
        """The version of an article that was the newest before it."""
        rows = queried(self.db, _AT_ADDRESS, [key, MOST])
        current = [*reversed([*map(_article, rows)]), *before]
        latest = None
        for other in current:
            if other.id not in {*superseded, article.id} and _is_version(article, other):
                latest = other
        return latest

    def _of_id(self, id: str) -> Article | None:
        if id in self.fuller:
            return self.fuller[id]
        if id in self.waiting:
            return self.waiting[id]
        row = self._row(id)
        return _article(row) if row else None

    def _row(self, id: str) -> Row | None:
        return next(queried(self.db, _OF_ID, [id]), None)

    def _twin(self, article: Article) -> Article | None:
        """An article with the same text that can be the same."""
        rows = queried(self.db, _OF_TEXT, [digest(article.text), MOST])
        waiting = self.texts.get(article.text, {}).values()
        others = (*map(_article, rows), *waiting)
        fullest = (self.fuller.get(other.id, other) for other in others)
        return next((other for other in fullest if _can_be_one(article, other)), None)


def _can_be_one(one: Article, other: Article) -> bool:
    """Whether two articles with one text are one: nobody tells two publishers, sites or days of them."""
    if one.text != other.text:
        return False
    days = sorted((article.published or "")[:10] for article in (one, other))
    addresses = {_key(one), _key(other)} - {None}
    return (
        # The sentence that stands before a paywall is the text of many articles.
        (len(addresses) < 2 or len(one.text) >= STUB)
        and len({one.publisher, other.publisher} - {None}) < 2
        and len({_host(one.url), _host(other.url)} - {""}) < 2
        and days[1].startswith(days[0])
    )


def merged(known: Article, new: Article) -> Article:
    """What is known, and what the new one tells where that is silent."""
    given = new.model_dump(exclude_unset=True, exclude_none=True, exclude={"id", "text"})
    told = known.model_dump(exclude_none=True)
    silent = {name: value for name, value in given.items() if name not in told}
    return known.model_copy(update=silent)


def _key(article: Article) -> str | None:
    return address(article.url)


def _is_version(article: Article, older: Article) -> bool:
    """Whether two texts at one address can be one article: not of two papers, nor two headlines and texts."""
    if len({article.publisher, older.publisher} - {None}) > 1:
        return False
    if not article.title or not older.title or fold(article.title) == fold(older.title):
        return True
    return likeness(runs(article.text), runs(older.text)) >= LEAST_KEPT


def _is_before(one: str | None, other: str | None) -> bool:
    """Whether an ISO moment is before another; a day is as early as any moment of it."""
    if not one or not other:
        return False
    moments = [
        datetime.fromisoformat(f"{given}-01-01"[:10] if len(given) < 10 else given)
        for given in (one, other)
    ]
    if (
        min(len(one), len(other)) <= len("2024-06-20")
        or len({m.tzinfo is None for m in moments}) > 1
    ):
        return one[:10] < other[:10]
    return moments[0] < moments[1]


def _host(url: str | None) -> str:
    return host_of(url).removeprefix("www.")


def _article(row: Row) -> Article:
    return Article.model_validate({key: row[key] for key in Article.model_fields})
