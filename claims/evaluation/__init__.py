"""Gold against predicted: how many of the annotated claims were found, and how well."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from claims.errors import InputError
from claims.evaluation.figures import Among, Result, result
from claims.evaluation.gold import (
    GoldArticle,
    PredictedClaim,
    parsed,
    predict,
    read_gold,
    read_predictions,
    to_read,
)
from claims.evaluation.judgements import MATCH, STRICT, Judgement, judge, nearest

if TYPE_CHECKING:
    from claims.extraction import Extractor

__all__ = ["Evaluation", "among", "evaluate", "evaluate_files"]


class Evaluation(NamedTuple):
    """Figures, and the judgements that they count."""

    result: Result
    judgements: list[Judgement]


def evaluate(gold: Iterable[dict[str, Any]], predicted: Iterable[dict[str, Any]]) -> Evaluation:
    """Compare predicted claims with the gold of the same articles.

    Args:
        gold: Articles with `id`, `text`, `claims` and, where there is one, `ignore`: passages
            of the text in which no prediction counts. Contents are substrings of the text;
            where the same words are claimed again, the next place they stand in is meant,
            unless `spans` (`[start, end)` in characters) says which.
        predicted: Claim records, of any article of `gold`.

    Raises:
        InputError: if a record lacks a key, two articles have one id, a gold passage is not in
            its text, or a prediction names an article that is not in `gold`.
    """
    articles = [parsed(GoldArticle, record, "gold article") for record in gold]
    if twice := [name for name, times in Counter(a.id for a in articles).items() if times > 1]:
        raise InputError(f"two gold articles have the id {twice[0]!r}; give each its own")
    by_article: dict[str, list[PredictedClaim]] = defaultdict(list)
    for record in predicted:
        claim = parsed(PredictedClaim, record, "predicted claim")
        by_article[claim.article_id].append(claim)
    if unknown := sorted(set(by_article) - {a.id for a in articles}):
        raise InputError(
            f"there are predicted claims of articles that the gold lacks: {', '.join(unknown[:3])};"
            " compare with the gold of the articles that were read"
        )
    judgements = [j for article in articles for j in judge(article, by_article[article.id])]
    return Evaluation(result(len(articles), judgements), judgements)


def evaluate_files(
    gold: Path,
    predicted: Path | None = None,
    extractor: "Extractor | None" = None,
    *,
    candidates: bool = False,
) -> Evaluation:
    """Compare a file of gold with a file of claims, or with what an extractor finds.

    Args:
        gold: JSON Lines, an annotated article each.
        predicted: JSON Lines, a claim each; by default the gold's texts are read anew.
        extractor: What reads them; by default the French one.
        candidates: Tell also how many gold claims are among what is decided on; every text
            is then parsed twice.

    Raises:
        InputError: if a file cannot be read, or as `evaluate` and `predict` say.
    """
    articles = read_gold(gold)
    if predicted is not None:
        try:
            return evaluate(articles, read_predictions(predicted))
        except InputError as error:
            raise InputError(f"{error} ({gold} with {predicted})") from error
    if extractor is None:
        from claims.extraction import Extractor  # slow to import, and not always needed

        extractor = Extractor()
    evaluation = evaluate(articles, predict(articles, extractor.extract))
    if not candidates:
        return evaluation
    told = {"candidates": among(articles, extractor)}
    return evaluation._replace(result=evaluation.result.model_copy(update=told))


def among(articles: Iterable[dict[str, Any]], extractor: "Extractor") -> Among:
    """How many gold claims are among what the extractor decides on."""
    overlaps = []
    for record in articles:
        article = parsed(GoldArticle, record, "gold article")
        overlaps += nearest(article, extractor.candidates(to_read(record)))
    gold = max(1, len(overlaps))
    return Among(
        matched=sum(overlap >= MATCH for overlap in overlaps) / gold,
        strict=sum(overlap >= STRICT for overlap in overlaps) / gold,
    )
