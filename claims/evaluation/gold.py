"""Files of annotated articles and of claims, and what an evaluation reads of them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from claims.errors import InputError
from claims.model import Article, Claim, Problem

Extract = Callable[[Iterable[Article]], Iterable[tuple[Article, tuple[Claim, ...] | Problem]]]
"""Makes claims of articles, such as `claims.extraction.Extractor.extract`."""


class _Read(BaseModel):
    """What an evaluation reads of a record; the rest is passed over."""

    model_config = ConfigDict(frozen=True)


class Place(_Read):
    """A span, `[start, end)` in characters of the article's text."""

    start: int
    end: int


class Named(_Read):
    """A speaker or an outlet."""

    name: str


class GoldClaim(_Read):
    """A claim as people annotated it; contents are substrings of the article's text."""

    content: tuple[str, ...] = Field(min_length=1)
    type: str
    speaker: str | None
    speakers: tuple[str, ...]
    cue: str | None
    outlets: tuple[str, ...]
    stance: str
    target: str | None = None
    spans: tuple[tuple[int, int], ...] | None = None
    """Where the contents are, if the annotation says so; so with the cue and the speaker."""
    cue_span: tuple[int, int] | None = None
    speaker_span: tuple[int, int] | None = None
    target_span: tuple[int, int] | None = None


class GoldArticle(_Read):
    """An annotated article."""

    id: str
    text: str
    claims: tuple[GoldClaim, ...]
    ignore: tuple[str, ...] | None = None


class PredictedCue(Place):
    """The cue of a predicted claim."""

    lemma: str | None = None


class PredictedClaim(_Read):
    """A claim as `claims extract` writes it."""

    article_id: str
    content: tuple[Place, ...]
    type: str | None = None
    speaker: Place | None = None
    speakers: tuple[Named, ...] | None = None
    cue: PredictedCue | None = None
    outlets: tuple[Named, ...] | None = None
    stance: str | None = None
    rule: str | None = None

    @property
    def names(self) -> list[str]:
        """The names of the speakers."""
        return [s.name for s in self.speakers or ()]

    @property
    def media(self) -> list[str]:
        """The names of the outlets."""
        return [o.name for o in self.outlets or ()]


R = TypeVar("R", bound=BaseModel)


def parsed(kind: type[R], record: object, name: str) -> R:
    """A record read as `kind`.

    Raises:
        InputError: if it lacks something; the message calls it `name`.
    """
    try:
        return kind.model_validate(record)
    except ValidationError as error:
        raise InputError(f"{name} {_name(record)}: {_first(error)}") from error


def read_gold(path: Path) -> list[dict[str, Any]]:
    """The annotated articles of a JSON Lines file.

    Raises:
        InputError: if the file cannot be read, has no article, or a line is not an object.
    """
    if articles := _read_lines(path):
        return articles
    raise InputError(f"{path}: there is no article in it; name a file of annotated articles")


def read_predictions(path: Path) -> list[dict[str, Any]]:
    """The claims of a JSON Lines file, as `claims extract` writes it.

    Raises:
        InputError: if the file cannot be read, or a line is not an object.
    """
    return _read_lines(path)


def predict(articles: Iterable[dict[str, Any]], extract: Extract) -> Iterator[dict[str, Any]]:
    """The claim records that `extract` finds in the articles of a gold.

    Raises:
        InputError: if an article cannot be read: without its claims the figures mean nothing.
    """
    for article, claims in extract(to_read(record) for record in articles):
        if isinstance(claims, Problem):
            raise InputError(f"article {article.id!r}: {claims.reason}")
        yield from (claim.model_dump(mode="json") for claim in claims)


def to_read(record: dict[str, Any]) -> Article:
    """A gold article without what was annotated.

    Raises:
        InputError: if it is no article.
    """
    try:
        return Article.model_validate({k: record[k] for k in Article.model_fields if k in record})
    except ValidationError as error:
        raise InputError(f"gold article {_name(record)}: {_first(error)}") from error


def _name(record: object) -> str:
    keys = ("id", "article_id")
    found = (record.get(k) for k in keys) if isinstance(record, Mapping) else iter(())
    return next((repr(name) for name in found if name), "without an id")


def _first(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"


def _read_lines(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: it is not UTF-8; convert it") from error
    return [_object(path, n, line) for n, line in enumerate(lines, start=1) if line.strip()]


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}, line {number}: not JSON ({error.msg})") from error
    if not isinstance(record, dict):
        raise InputError(f"{path}, line {number}: not a JSON object")
    return record
