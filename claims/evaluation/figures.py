"""Judgements to figures."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from pydantic import ConfigDict, Field

from claims.evaluation.judgements import FIELDS, Judgement
from claims.model import Record


class Rates(Record):
    """Precision, recall and their harmonic mean, each rounded to four digits."""

    p: float
    r: float
    f1: float


class RuleCounts(Record):
    """What a rule found."""

    predicted: int = Field(description="Claims that it made.")
    matched: int = Field(description="Those that match a gold claim.")
    strict: int = Field(description="Those that match one word for word, or nearly so.")


class CueCounts(Record):
    """What was found by a cue, and what was missed."""

    gold: int = Field(description="Gold claims with the cue.")
    found: int = Field(description="Those that are matched, by whatever cue.")
    predicted: int = Field(description="Predicted claims with the cue.")
    matched: int = Field(description="Those that match a gold claim.")

    @property
    def errors(self) -> int:
        """Claims missed and false claims."""
        return self.gold - self.found + self.predicted - self.matched


class Among(Record):
    """How many gold claims are among the candidates that are decided on."""

    matched: float = Field(description="The share of which one would match.")
    strict: float = Field(description="The share of which one would match word for word.")


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
    by_type: dict[str, Rates] = Field(
        serialization_alias="by type",
        description="Matching, precision over the claims predicted of a type, recall over the "
        "gold claims of it, whatever type the match has; claims without a type are left out.",
    )
    by_rule: dict[str, RuleCounts] = Field(
        serialization_alias="by rule",
        description="Rule to what it found, the busiest first; claims without one are left out.",
    )
    by_cue: dict[str, CueCounts] = Field(
        serialization_alias="by cue",
        description="Cue to what was found and missed, most errors first: a lemma, or the word "
        "itself where no claim was found by it; empty for claims without a cue.",
    )
    edges: dict[str, int] = Field(
        description="Matches that are not strict, by where their content is wrong; one may be "
        "wrong in several places."
    )
    candidates: Among | None = Field(
        default=None, description="Gold claims among the candidates, where that was asked for."
    )


def result(articles: int, judgements: Sequence[Judgement]) -> Result:
    """The figures of the judgements over so many articles."""
    gold = [j for j in judgements if j.gold]
    predicted = [j for j in judgements if j.predicted]
    pairs = [j for j in gold if j.predicted]

    def rates(hits: Iterable[object]) -> Rates:
        return _rates(sum(map(bool, hits)), len(gold), len(predicted))

    return Result(
        articles=articles,
        gold=len(gold),
        predicted=len(predicted),
        detect=rates(pairs),
        strict=rates(pair.strict for pair in pairs),
        attributed=rates("speaker" not in pair.wrong for pair in pairs),
        full=rates(not {"speaker", "outlets", "stance"} & set(pair.wrong) for pair in pairs),
        of_matched={field: _share(field, pairs) for field in FIELDS},
        recall_by_type={
            kind: f"{sum(bool(j.predicted) for j in of_kind)}/{len(of_kind)}"
            for kind, of_kind in sorted(_grouped(gold, _gold_type).items())
        },
        by_type=_by_type(gold, predicted),
        by_rule=_by_rule(predicted),
        by_cue=_by_cue(gold, predicted),
        edges=dict(Counter(edge for pair in pairs for edge in pair.edges).most_common()),
    )


def _by_type(gold: Sequence[Judgement], predicted: Sequence[Judgement]) -> dict[str, Rates]:
    wanted, given = _grouped(gold, _gold_type), _grouped(predicted, _predicted_type)
    return {
        kind: _rates_of(
            sum(bool(j.gold) for j in given.get(kind, ())),
            len(given.get(kind, ())),
            sum(bool(j.predicted) for j in wanted.get(kind, ())),
            len(wanted.get(kind, ())),
        )
        for kind in sorted({*wanted, *given} - {""})
    }


def _by_rule(predicted: Sequence[Judgement]) -> dict[str, RuleCounts]:
    rules = _grouped(predicted, lambda j: (j.predicted and j.predicted.rule) or "")
    return {
        rule: RuleCounts(
            predicted=len(made),
            matched=sum(bool(j.gold) for j in made),
            strict=sum(j.strict for j in made),
        )
        for rule, made in sorted(rules.items(), key=lambda item: (-len(item[1]), item[0]))
        if rule
    }


def _by_cue(gold: Sequence[Judgement], predicted: Sequence[Judgement]) -> dict[str, CueCounts]:
    lemmas = _lemmas(predicted)
    wanted = _grouped(gold, lambda j: _lemma(j.gold.cue if j.gold else None, lemmas))
    given = _grouped(predicted, lambda j: _lemma(_said(j), lemmas))
    counts = {
        cue: CueCounts(
            gold=len(wanted.get(cue, ())),
            found=sum(bool(j.predicted) for j in wanted.get(cue, ())),
            predicted=len(given.get(cue, ())),
            matched=sum(bool(j.gold) for j in given.get(cue, ())),
        )
        for cue in {*wanted, *given}
    }
    ranked = sorted(counts.items(), key=lambda item: (-item[1].errors, -item[1].gold, item[0]))
    return dict(ranked)


def _lemmas(predicted: Sequence[Judgement]) -> dict[str, str]:
    """Cue as printed to its usual lemma, as the predictions have them."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for judgement in predicted:
        cue = judgement.predicted and judgement.predicted.cue
        if cue and cue.lemma:
            counts[_said(judgement).lower()][cue.lemma] += 1
    return {word: found.most_common(1)[0][0] for word, found in counts.items()}


def _said(judgement: Judgement) -> str:
    """The cue of the predicted claim as printed; empty where it has none."""
    cue = judgement.predicted.cue if judgement.predicted else None
    return judgement.article.text[cue.start : cue.end] if cue else ""


def _lemma(cue: str | None, lemmas: dict[str, str]) -> str:
    word = (cue or "").lower()
    return lemmas.get(word, word)


K = TypeVar("K")


def _grouped(
    judgements: Iterable[Judgement], key: Callable[[Judgement], K]
) -> dict[K, list[Judgement]]:
    found: dict[K, list[Judgement]] = {}
    for judgement in judgements:
        found.setdefault(key(judgement), []).append(judgement)
    return found


def _gold_type(judgement: Judgement) -> str:
    return judgement.gold.type if judgement.gold else ""


def _predicted_type(judgement: Judgement) -> str:
    return (judgement.predicted and judgement.predicted.type) or ""


def _share(field: str, pairs: Sequence[Judgement]) -> float:
    return round(sum(field not in p.wrong for p in pairs) / len(pairs), 4) if pairs else 0.0


def _rates(hits: int, gold: int, predicted: int) -> Rates:
    return _rates_of(hits, predicted, hits, gold)


def _rates_of(right: int, predicted: int, found: int, gold: int) -> Rates:
    precision = right / predicted if predicted else 0.0
    recall = found / gold if gold else 0.0
    total = precision + recall
    f1 = 2 * precision * recall / total if total else 0.0
    return Rates(p=round(precision, 4), r=round(recall, 4), f1=round(f1, 4))
