"""Gold against predicted: how many of the annotated claims were found, and how well.

A predicted claim matches a gold claim where their words overlap enough (Jaccard index of
at least 0.5; strict: 0.9). Pairs are taken one to one, best first.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rich.console import Group
from rich.table import Table

from claims.errors import InputError
from claims.language import Row, codes, rows
from claims.model import Article, Claim, Problem, Record, fold

if TYPE_CHECKING:
    from claims.extraction import Extractor

MATCH, STRICT, IGNORE = 0.5, 0.9, 0.5


class EmptyWord(Row):
    """A row of `empty_words.csv`: a word of names that does not tell whom they mean."""

    word: str = Field(pattern=r"^[a-z]+$", description="The word, without case and accents.")


class Rates(Record):
    """Precision, recall and their harmonic mean, each rounded to four digits."""

    p: float
    r: float
    f1: float


class Result(Record):
    """The figures over all gold articles; serialises to one JSON object of them."""

    model_config = ConfigDict(serialize_by_alias=True)

    articles: int = Field(description="Gold articles.")
    gold: int = Field(description="Gold claims.")
    predicted: int = Field(description="Predicted claims, without those in ignored passages.")
    detect: Rates = Field(description="Claims matched.")
    strict: Rates = Field(description="Claims matched word for word, or nearly so.")
    attributed: Rates = Field(description="Matched, and the resolved speakers agree.")
    full: Rates = Field(description="Matched, and speakers, outlets and stance agree.")
    of_matched: dict[str, float] = Field(
        serialization_alias="of matched",
        description="The share of matched pairs in which a field agrees.",
    )
    recall_by_type: dict[str, str] = Field(
        serialization_alias="recall by type",
        description="Of the gold claims of a type, `found/all`.",
    )
    differences: tuple[str, ...] = Field(
        exclude=True, description="A line for each claim that differs, is missed, or is false."
    )


Extract = Callable[[Iterable[Article]], Iterable[tuple[Article, tuple[Claim, ...] | Problem]]]
"""Makes claims of articles, such as `claims.extraction.Extractor.extract`."""


def evaluate(gold: Iterable[dict[str, Any]], predicted: Iterable[dict[str, Any]]) -> Result:
    """Compare predicted claims with the gold of the same articles.

    Args:
        gold: Articles with `id`, `text`, `claims` and, where there is one, `ignore`: passages
            of the text in which no prediction counts. Contents are substrings of the text;
            where the same words are claimed again, the next place they stand in is meant,
            unless `spans` (`[start, end)` in characters) says which.
        predicted: Claim records, of any article of `gold`.

    Raises:
        InputError: if a record lacks a key, a gold passage is not in its text, or a prediction
            names an article that is not in `gold`.
    """
    articles = [_parsed(_GoldArticle, record, "gold article") for record in gold]
    by_article: dict[str, list[_Predicted]] = defaultdict(list)
    for record in predicted:
        claim = _parsed(_Predicted, record, "predicted claim")
        by_article[claim.article_id].append(claim)
    if unknown := sorted(set(by_article) - {a.id for a in articles}):
        raise InputError(
            f"there are predicted claims of articles that the gold lacks: {', '.join(unknown[:3])};"
            " compare with the gold of the articles that were read"
        )
    return _result([_compared(a, by_article[a.id]) for a in articles])


def evaluate_files(
    gold: Path, predicted: Path | None = None, extractor: "Extractor | None" = None
) -> Result:
    """Compare a file of gold with a file of claims, or with what an extractor finds.

    Args:
        gold: JSON Lines, an annotated article each.
        predicted: JSON Lines, a claim each; by default the gold's texts are read anew.
        extractor: What reads them; by default the French one.

    Raises:
        InputError: if a file cannot be read, or as `evaluate` and `predict` say.
    """
    articles = read_gold(gold)
    if predicted is not None:
        return evaluate(articles, read_predictions(predicted))
    if extractor is None:
        from claims.extraction import Extractor  # slow to import, and not always needed

        extractor = Extractor()
    return evaluate(articles, predict(articles, extractor.extract))


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
    for article, claims in extract(_article(record) for record in articles):
        if isinstance(claims, Problem):
            raise InputError(f"article {article.id!r}: {claims.reason}")
        yield from (claim.model_dump(mode="json") for claim in claims)


def table(result: Result) -> Group:
    """The figures for people, to print with `rich`."""
    levels = Table("", "precision", "recall", "F1")
    for level in ("detect", "strict", "attributed", "full"):
        rates: Rates = getattr(result, level)
        levels.add_row(level, *(f"{value:.3f}" for value in (rates.p, rates.r, rates.f1)))
    types = Table("type", "found")
    for kind, found in result.recall_by_type.items():
        types.add_row(kind, found)
    fields = Table("field", "right where found")
    for field, share in result.of_matched.items():
        fields.add_row(field, f"{share:.1%}")
    counts = f"{result.articles} articles, {result.gold} gold claims, {result.predicted} predicted"
    return Group(counts, levels, types, fields)


# ── what is read of a record ──


class _Read(BaseModel):
    """What an evaluation reads of a record; the rest is passed over."""

    model_config = ConfigDict(frozen=True)


class _Place(_Read):
    start: int
    end: int


class _Named(_Read):
    name: str


class _GoldClaim(_Read):
    content: tuple[str, ...] = Field(min_length=1)
    type: str
    speaker: str | None
    speakers: tuple[str, ...]
    cue: str | None
    outlets: tuple[str, ...]
    stance: str
    spans: tuple[tuple[int, int], ...] | None = None


class _GoldArticle(_Read):
    id: str
    text: str
    claims: tuple[_GoldClaim, ...]
    ignore: tuple[str, ...] | None = None


class _Predicted(_Read):
    article_id: str
    content: tuple[_Place, ...]
    type: str | None = None
    speaker: _Place | None = None
    speakers: tuple[_Named, ...] | None = None
    cue: _Place | None = None
    outlets: tuple[_Named, ...] | None = None
    stance: str | None = None

    @property
    def names(self) -> list[str]:
        return [s.name for s in self.speakers or ()]

    @property
    def media(self) -> list[str]:
        return [o.name for o in self.outlets or ()]


R = TypeVar("R", bound=BaseModel)


def _parsed(kind: type[R], record: object, name: str) -> R:
    try:
        return kind.model_validate(record)
    except ValidationError as error:
        raise InputError(f"{name} {_name(record)}: {_first(error)}") from error


def _article(record: dict[str, Any]) -> Article:
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


# ── words, places and names ──

Places = Sequence[tuple[int, int]]
Name = frozenset[str]


def _words(text: str, places: Places) -> frozenset[int]:
    """Where the words that lie in `places` start."""
    word = re.compile(r"\w+")
    return frozenset(
        match.start() for start, end in places for match in word.finditer(text, start, end)
    )


def _jaccard(left: Collection[int], right: Collection[int]) -> float:
    both = len(set(left) & set(right))
    return both / (len(left) + len(right) - both) if both else 0.0


def _found(article: _GoldArticle, passages: Sequence[str], start: int = 0) -> Places:
    """Where the passages stand: each after the last, or else at its first place."""
    places: list[tuple[int, int]] = []
    for passage in passages:
        place = article.text.find(passage, places[-1][1] if places else start)
        if place < 0:
            place = article.text.find(passage)
        if place < 0:
            raise InputError(
                f"gold article {article.id!r}: {passage[:60]!r} is not in its text;"
                " copy the passage from the text as it stands there"
            )
        places.append((place, place + len(passage)))
    return places


def _gold_places(article: _GoldArticle) -> list[Places]:
    """Where each claim's content stands; words claimed again stand in the next place."""
    times: Counter[tuple[str, ...]] = Counter()
    found: list[Places] = []
    for claim in article.claims:
        start = 0
        for _ in range(times[claim.content]):
            start = article.text.find(claim.content[0], start) + 1
        times[claim.content] += 1
        found.append(_found(article, claim.content, start) if claim.spans is None else claim.spans)
    return found


def _folded(name: str) -> Name:
    """The words of a name without case, accents and, if others are left, empty words."""
    words = frozenset(fold(name).split())
    return words - _empty_words() or words


@cache
def _empty_words() -> Name:
    return frozenset(row.word for code in codes() for row in rows(code, "empty_words", EmptyWord))


def _same_names(gold: Sequence[str], predicted: Sequence[str]) -> bool:
    """Whether each name has a partner: its equal, else one that holds or is held by its words."""
    left = list(map(_folded, gold))
    right = list(map(_folded, predicted))
    tests: tuple[Callable[[Name, Name], bool], ...] = (
        lambda a, b: a == b,
        lambda a, b: bool(a and b) and (a <= b or b <= a),
    )
    for name in left:
        partner = next((other for same in tests for other in right if same(name, other)), None)
        if partner is None:
            return False
        right.remove(partner)
    return not right


def _same_mention(text: str, gold: str | None, predicted: _Place | None) -> bool:
    """Whether both are blank, or share a word that tells."""
    if gold is None or predicted is None:
        return gold is None and predicted is None
    return bool(_folded(text[predicted.start : predicted.end]) & _folded(gold))


# ── one article ──

FIELDS = ("speaker", "mention", "cue", "outlets", "stance", "type")


class _Pair(NamedTuple):
    overlap: float
    gold: int
    predicted: int


class _Compared(NamedTuple):
    """An article's counts."""

    types: Counter[str]
    types_found: Counter[str]
    predicted: int
    levels: Counter[str]
    agreeing: Counter[str]
    differences: list[str]


def _compared(article: _GoldArticle, predicted: Sequence[_Predicted]) -> _Compared:
    ignored = _words(article.text, _found(article, article.ignore or ()))
    wanted = [_words(article.text, places) for places in _gold_places(article)]
    given = [
        (claim, words)
        for claim in predicted
        for words in [_words(article.text, [(s.start, s.end) for s in claim.content])]
        if not words or len(words & ignored) / len(words) <= IGNORE
    ]
    pairs = _matched(wanted, [words for _, words in given])
    levels, agreeing, differences = Counter[str](), Counter[str](), list[str]()
    for pair in pairs:
        gold, claim = article.claims[pair.gold], given[pair.predicted][0]
        agree = _agreement(article.text, gold, claim)
        agreeing.update(field for field in FIELDS if agree[field])
        levels["detect"] += 1
        levels["strict"] += pair.overlap >= STRICT
        levels["attributed"] += agree["speaker"]
        levels["full"] += agree["speaker"] and agree["outlets"] and agree["stance"]
        wrong = [field for field in FIELDS if not agree[field]]
        if pair.overlap < STRICT:
            wrong.append("boundary")
        if wrong:
            differences.append(
                f"{article.id}: {', '.join(wrong)}: gold {_gold_line(gold)}"
                f" | got {_predicted_line(article.text, claim)}"
            )
    found = {pair.gold for pair in pairs}
    used = {pair.predicted for pair in pairs}
    differences += [
        f"{article.id}: missed: {_gold_line(claim)}"
        for number, claim in enumerate(article.claims)
        if number not in found
    ]
    differences += [
        f"{article.id}: false: {_predicted_line(article.text, claim)}"
        for number, (claim, _) in enumerate(given)
        if number not in used
    ]
    return _Compared(
        types=Counter(claim.type for claim in article.claims),
        types_found=Counter(article.claims[number].type for number in found),
        predicted=len(given),
        levels=levels,
        agreeing=agreeing,
        differences=differences,
    )


def _matched(wanted: Sequence[frozenset[int]], given: Sequence[frozenset[int]]) -> list[_Pair]:
    """The one-to-one pairs, best first; among equals the later claims first."""
    pairs = (
        _Pair(_jaccard(left, right), number, other)
        for number, left in enumerate(wanted)
        for other, right in enumerate(given)
    )
    matched: list[_Pair] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for pair in sorted((p for p in pairs if p.overlap >= MATCH), reverse=True):
        if pair.gold not in taken[0] and pair.predicted not in taken[1]:
            matched.append(pair)
            taken[0].add(pair.gold)
            taken[1].add(pair.predicted)
    return matched


def _agreement(text: str, gold: _GoldClaim, predicted: _Predicted) -> dict[str, bool]:
    return {
        "speaker": _same_names(gold.speakers, predicted.names),
        "mention": _same_mention(text, gold.speaker, predicted.speaker),
        "cue": _same_mention(text, gold.cue, predicted.cue),
        "outlets": _same_names(gold.outlets, predicted.media),
        "stance": gold.stance == predicted.stance,
        "type": gold.type == predicted.type,
    }


def _gold_line(claim: _GoldClaim) -> str:
    return _line(claim.type, claim.speakers, claim.cue, claim.outlets, claim.stance, claim.content)


def _predicted_line(text: str, claim: _Predicted) -> str:
    cue = text[claim.cue.start : claim.cue.end] if claim.cue else None
    content = [text[s.start : s.end] for s in claim.content]
    return _line(claim.type, claim.names, cue, claim.media, claim.stance, content)


def _line(
    kind: str | None,
    speakers: Sequence[str],
    cue: str | None,
    outlets: Sequence[str],
    stance: str | None,
    content: Sequence[str],
) -> str:
    words = " ".join(" … ".join(content).split())
    short = words if len(words) <= 90 else words[:89] + "…"
    via = f" via {', '.join(outlets)}" if outlets else ""
    return f"{kind} {stance} {', '.join(speakers) or '?'}{via} ({cue}) « {short} »"


# ── all articles ──


def _result(articles: Sequence[_Compared]) -> Result:
    levels = sum((a.levels for a in articles), Counter[str]())
    agreeing = sum((a.agreeing for a in articles), Counter[str]())
    types = sum((a.types for a in articles), Counter[str]())
    types_found = sum((a.types_found for a in articles), Counter[str]())
    gold, predicted, matched = types.total(), sum(a.predicted for a in articles), levels["detect"]
    return Result(
        articles=len(articles),
        gold=gold,
        predicted=predicted,
        detect=_rates(matched, gold, predicted),
        strict=_rates(levels["strict"], gold, predicted),
        attributed=_rates(levels["attributed"], gold, predicted),
        full=_rates(levels["full"], gold, predicted),
        of_matched={f: round(agreeing[f] / matched, 4) if matched else 0.0 for f in FIELDS},
        recall_by_type={kind: f"{types_found[kind]}/{n}" for kind, n in sorted(types.items())},
        differences=tuple(chain.from_iterable(a.differences for a in articles)),
    )


def _rates(hits: int, gold: int, predicted: int) -> Rates:
    precision = hits / predicted if predicted else 0.0
    recall = hits / gold if gold else 0.0
    total = precision + recall
    f1 = 2 * precision * recall / total if total else 0.0
    return Rates(p=round(precision, 4), r=round(recall, 4), f1=round(f1, 4))
