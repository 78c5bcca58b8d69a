"""The model that decides which candidates are claims, learned from annotated articles.

`python -m training.decisions DATA OUT` learns it from DATA's articles, the seeds and the sentences
that were written for it. Without OUT it shows what it reaches on DATA's articles by
cross-validation over articles, five folds: each is read by the whole pipeline, with a model that
has not seen it.
"""

import argparse
import hashlib
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from thinc.api import Adam, fix_random_seed, set_dropout_rate
from thinc.model import Model as Network

from claims.backend import one_core
from claims.components.candidates import NO_CUE, Candidate, Words, candidates
from claims.components.decisions import (
    Matrix,
    Model,
    Tables,
    network,
    proposals,
)
from claims.components.features import (
    Blocks,
    Described,
    all_features,
    describe,
)
from claims.components.trees import Tree
from claims.errors import InputError
from claims.evaluation import evaluate
from claims.evaluation.gold import GoldArticle, predict, read_gold
from claims.evaluation.judgements import gold_places
from claims.evaluation.reports import table
from claims.extraction import Extractor
from claims.model import Article
from training import sentences

AFTER = ("claims_decisions", "claims_mentions", "claims_outlets")
"""Components that run after what is decided on is there."""
SEEN = 2
"""How often a lemma that the lexicon lacks must be a cue to be tried as one."""
GOOD = 0.7
"""The least share of common words of a candidate that counts as right."""
LEAST = 0.5
"""The least share of common words of a candidate that is worth anything."""
OTHER_CUE = 0.85
"""What a right content with the wrong cue is worth."""
COUNTED_APART = 6
"""Parts that counts are made of: each part's features are counted on the others."""
FREQUENT = 100
"""How often a category must occur to be one of its own."""
MOST_CATEGORIES = 60
LEAST_DEVIATION = 1e-3
THRESHOLD = 0.3
NETWORKS = 5
EPOCHS = 8
BATCH = 256
RATE = 0.001
"""The learning rate of Adam at the start; it falls to nothing evenly."""
DECAY = 1e-5
DROPOUT = 0.3
STRENGTH = 32
"""What the mean gradient of a batch is multiplied by, before it is clipped to a norm of 1."""

Numbers = NDArray[numpy.float64]


class Wanted(NamedTuple):
    """An annotated claim, in tokens."""

    cue: int
    words: Words


@dataclass
class Annotated:
    """An article with its candidates and what they are worth."""

    id: str
    tree: Tree
    wanted: list[Wanted]
    described: list[Described]
    worth: Numbers
    scored: NDArray[numpy.bool_]
    """Whether a candidate is not among what is too doubtful to be scored."""
    counts: dict[str, tuple[int, int]]


def read(data: Path) -> list[Annotated]:
    """The articles of `data/gold`, the seeds and our own sentences, with their candidates.

    Raises:
        InputError: if a file cannot be read.
    """
    extractor = Extractor("fr")
    for name in AFTER:
        extractor.nlp.remove_pipe(name)
    found = [
        (GoldArticle.model_validate(record), record.get("title"))
        for name in ("train", "seeds")
        for record in read_gold(data / "gold" / f"{name}.jsonl")
    ]
    found += [(article, None) for article in sentences.read()]
    parsed = []
    for article, title in found:
        doc = extractor.doc(Article.make(article.text, title=title))
        with one_core():
            tree = Tree(extractor.nlp(doc), "fr")
        parsed.append((article, tree, _wanted(article, tree)))
    tried = frozenset(cue_lemmas((tree, wanted) for _, tree, wanted in parsed))
    return [_annotated(article, tree, wanted, tried) for article, tree, wanted in parsed]


def cue_lemmas(annotated: Iterable[tuple[Tree, list[Wanted]]]) -> list[str]:
    """The lemmas of verbs and nouns that are cues, as often as `SEEN` says."""
    found = Counter(
        tree.lemma[w.cue] for tree, wanted in annotated for w in wanted if w.cue != NO_CUE
    )
    return sorted(lemma for lemma, times in found.items() if times >= SEEN)


def _annotated(
    article: GoldArticle, tree: Tree, wanted: list[Wanted], lemmas: frozenset[str]
) -> Annotated:
    proposed = proposals(tree, tree.doc._.attributions)
    described = describe(tree, candidates(tree, lemmas, proposed), proposed)
    doubtful: set[int] = set()
    for passage in article.ignore or ():
        start = article.text.find(passage)
        doubtful |= _tokens(tree, start, start + len(passage))
    worth = numpy.array([_worth(d.candidate, wanted) for d in described])
    scored = numpy.array(
        [2 * len(d.candidate.words & doubtful) <= len(d.candidate.words) for d in described]
    )
    counts = _counts(described, worth)
    return Annotated(article.id, tree, wanted, described, worth, scored, counts)


def _tokens(tree: Tree, start: int, end: int) -> set[int]:
    span = tree.doc.char_span(start, end, alignment_mode="expand")
    return {t.i for t in span if tree.word[t.i]} if span else set()


def _wanted(article: GoldArticle, tree: Tree) -> list[Wanted]:
    found = []
    for claim, places in zip(article.claims, gold_places(article), strict=True):
        words = frozenset(i for place in places for i in _tokens(tree, *place))
        found.append(Wanted(_cue(tree, claim.cue, words), words))
    return found


def _cue(tree: Tree, cue: str | None, words: Words) -> int:
    """The token of a cue: of those of its form, the nearest to the content."""
    same = [i for i, text in enumerate(tree.text) if text == cue and i not in words]
    return min(same, key=lambda i: min(abs(i - min(words)), abs(i - max(words))), default=NO_CUE)


def _worth(candidate: Candidate, wanted: Iterable[Wanted]) -> float:
    best = 0.0
    for claim in wanted:
        shared = len(claim.words & candidate.words)
        if shared:
            same = shared / len(claim.words | candidate.words)
            best = max(best, same if claim.cue == candidate.cue else OTHER_CUE * same)
    return best


def _counts(described: Sequence[Described], worth: Numbers) -> dict[str, tuple[int, int]]:
    """For each key in how many places it was there, and in how many it was right."""
    places: dict[tuple[Any, ...], bool] = {}
    for (candidate, _, keys), value in zip(described, worth.tolist(), strict=True):
        for kind, key in keys.items():
            place: tuple[Any, ...] = (key, candidate.cue)
            if kind in ("words", "head"):
                place = (*place, candidate.head, min(candidate.words))
            elif kind == "way":
                place = (*place, candidate.words)
            places[place] = places.get(place, False) or value >= GOOD
    total: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for place, right in places.items():
        total[place[0]][0] += right
        total[place[0]][1] += 1
    return {key: (right, times) for key, (right, times) in total.items()}


def sum_counts(articles: Iterable[Annotated]) -> dict[str, tuple[int, int]]:
    """The counts of several articles."""
    total: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for article in articles:
        for key, (right, times) in article.counts.items():
            total[key][0] += right
            total[key][1] += times
    return {key: (right, times) for key, (right, times) in sorted(total.items())}


def part(name: str, parts: int, salt: str = "") -> int:
    """Which of so many parts an article belongs to, the same on any machine."""
    return int(hashlib.sha256((salt + name).encode()).hexdigest(), 16) % parts


def learn(articles: Sequence[Annotated]) -> Model:
    """The model that is learned from annotated articles."""
    rows: list[Blocks] = []
    worth: list[float] = []
    for number in range(COUNTED_APART):
        others = sum_counts(a for a in articles if part(a.id, COUNTED_APART, "c") != number)
        for article in articles:
            if part(article.id, COUNTED_APART, "c") == number:
                kept = numpy.flatnonzero(article.scored).tolist()
                every = all_features(article.tree, article.described, others)
                rows += [every[i] for i in kept]
                worth += [float(article.worth[i]) for i in kept]
    counts = {k: c for k, c in sum_counts(articles).items() if c[1] > 1}
    lemmas = cue_lemmas((a.tree, a.wanted) for a in articles)
    tables = Tables(*_columns(rows), counts, lemmas, THRESHOLD, [])
    goal = numpy.array(worth)
    goal = numpy.where(goal >= LEAST, goal, 0) ** 2
    matrix = tables.matrix(rows)
    tables = replace(tables, means=[round(float(mean), 4) for mean in matrix.mean(axis=0)])
    return Model(tables, [_fit(matrix, goal, seed) for seed in range(NETWORKS)])


def _columns(
    rows: Sequence[Blocks],
) -> tuple[dict[str, tuple[float, float]], dict[str, list[str]]]:
    """Each number with the mean and the standard deviation of its logarithm; the categories."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0])
    values: dict[str, Counter[str]] = defaultdict(Counter)
    for block in chain.from_iterable(rows):
        for name, value in block.items():
            if isinstance(value, str):
                values[name][value] += 1
            else:
                number, row = math.copysign(math.log1p(abs(value)), value), sums[name]
                row[0] += 1
                row[1] += number
                row[2] += number * number
    categories = {
        name: sorted(
            v
            for v, n in sorted(c.items(), key=lambda p: (-p[1], p[0]))[:MOST_CATEGORIES]
            if n >= FREQUENT
        )
        for name, c in sorted(values.items())
    }
    scales = {}
    for name, (times, total, squares) in sorted(sums.items()):
        mean = total / times
        deviation = max(0, squares / times - mean * mean) ** 0.5
        scales[name] = (mean, deviation + LEAST_DEVIATION)
    return scales, categories


def _fit(matrix: Matrix, goal: Numbers, seed: int) -> Network[Any, Any]:
    """A network that tells a candidate's worth, by logistic loss."""
    fix_random_seed(seed)
    order = numpy.random.default_rng(seed)
    learned = network(DROPOUT)
    learned.initialize(X=matrix[:1], Y=goal[:1, None].astype("f4"))
    optimizer = Adam(RATE, L2=DECAY)
    for epoch in range(EPOCHS):
        optimizer.learn_rate = RATE * (1 - epoch / EPOCHS)
        shuffled = order.permutation(len(goal))
        for start in range(0, len(goal), BATCH):
            batch = shuffled[start : start + BATCH]
            odds, back = learned.begin_update(matrix[batch])
            wrong = 1 / (1 + numpy.exp(-odds)) - goal[batch, None]
            back((wrong * STRENGTH / len(batch)).astype("f4"))
            learned.finish_update(optimizer)
    set_dropout_rate(learned, 0)
    return learned


def cross_validate(
    data: Path, articles: Sequence[Annotated], folds: int = 5
) -> Iterator[dict[str, Any]]:
    """The claims of `data/gold/train.jsonl`, each article's by a model that has not seen it."""
    extractor = Extractor("fr")
    decisions = extractor.nlp.get_pipe("claims_decisions")
    records = read_gold(data / "gold" / "train.jsonl")
    for fold in track(range(folds), "Folds", console=Console(stderr=True)):
        model = learn([a for a in articles if part(a.id, folds) != fold])
        decisions.model = model  # type: ignore[attr-defined]
        unseen = (record for record in records if part(record["id"], folds) == fold)
        yield from predict(unseen, extractor.extract)


def main() -> None:
    """Learn the model from the command line, or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with gold/")
    parser.add_argument("out", type=Path, nargs="?", help="folder for the model")
    parser.add_argument("--claims", type=Path, help="file for the claims found by cross-validation")
    arguments = parser.parse_args()
    if arguments.out and arguments.claims:
        parser.error("--claims is of cross-validation: leave out the folder of the model")
    try:
        articles = read(arguments.data)
        if arguments.out is not None:
            learn(articles).write(arguments.out)
            return
        claims = list(cross_validate(arguments.data, articles))
        gold = read_gold(arguments.data / "gold" / "train.jsonl")
        Console().print(table(evaluate(gold, claims).result))
    except InputError as error:
        sys.exit(f"Error: {error}")
    if arguments.claims is not None:
        lines = (json.dumps(claim, ensure_ascii=False) for claim in claims)
        arguments.claims.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
