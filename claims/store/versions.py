"""Which articles are one: the same text, or versions of what stands at one address."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from sqlite_utils import Database

from claims.model import Article, digest
from claims.reading.publishers import host_of
from claims.store.tables import Row


class Versions:
    """Places new articles among those that are stored, or wait to be."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.waiting: dict[str, Article] = {}
        """Those that are to be stored, by id."""

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
            return _merged(twin, article) if twin else article
        if twin:
            return twin
        if not _is_address(article.url) or before.url != article.url:
            return None
        id = digest("version", article.id, article.text)
        return article.model_copy(update={"id": id})

    def wait(self, article: Article) -> None:
        """Count an article among those that are to be stored."""
        self.waiting[article.id] = article

    def superseded(self, done: Iterable[Article]) -> dict[str, str]:
        """Which articles are superseded now that some are done: each with its newer version, by id."""
        found: dict[str, str] = {}
        own = [article for article in done if _is_address(article.url)]
        for article in own:
            if (row := self._row(article.id)) is not None and row["run_id"] is not None:
                continue
            older = self._current(article, own, found)
            if older is None:
                continue
            if article.modified and older.modified and article.modified < older.modified:
                found[article.id] = older.id
            else:
                found[older.id] = article.id
        return found

    def written(self, articles: Iterable[Article]) -> None:
        """Forget articles that wait no more."""
        for article in articles:
            self.waiting.pop(article.id, None)

    def _current(
        self, article: Article, batch: Iterable[Article], superseded: dict[str, str]
    ) -> Article | None:
        """The version of an article that was the newest before it."""
        latest = None
        for row in self.db.table("articles").rows_where(
            "url = ? AND superseded_by IS NULL AND run_id IS NOT NULL",
            [article.url],
            order_by="rowid",
        ):
            latest = _article(row)
        if latest is not None and latest.id in superseded:
            latest = None
        for other in batch:
            if other.id == article.id:
                break
            if other.url == article.url and other.id not in superseded:
                latest = other
        return None if latest is None or latest.id == article.id else latest

    def _of_id(self, id: str) -> Article | None:
        if id in self.waiting:
            return self.waiting[id]
        row = self._row(id)
        return _article(row) if row else None

    def _row(self, id: str) -> Row | None:
        return next(self.db.table("articles").rows_where("id = ?", [id]), None)

    def _twin(self, article: Article) -> Article | None:
        """An article with the same text that can be the same."""
        rows = self.db.table("articles").rows_where(
            "text_hash = ?", [digest(article.text)], order_by="rowid"
        )
        others = (*map(_article, rows), *self.waiting.values())
        return next((other for other in others if _can_be_one(article, other)), None)


def _can_be_one(one: Article, other: Article) -> bool:
    """Whether two articles with one text are one: nobody tells two publishers, sites or days of them."""
    days = sorted((article.published or "")[:10] for article in (one, other))
    return (
        one.text == other.text
        and len({one.publisher, other.publisher} - {None}) < 2
        and len({_host(one.url), _host(other.url)} - {""}) < 2
        and days[1].startswith(days[0])
    )


def _merged(known: Article, new: Article) -> Article:
    """What is known, and what the new one tells where that is silent."""
    given = new.model_dump(exclude_unset=True, exclude_none=True, exclude={"id", "text"})
    told = known.model_dump(exclude_none=True)
    silent = {name: value for name, value in given.items() if name not in told}
    return known.model_copy(update=silent)


def _is_address(url: str | None) -> bool:
    """Whether an address can be that of one article: that of a site is that of many."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return False
    return bool(parts.netloc and (parts.path.strip("/") or parts.query))


def _host(url: str | None) -> str:
    return host_of(url).removeprefix("www.")


def _article(row: Row) -> Article:
    return Article.model_validate({key: row[key] for key in Article.model_fields})
