"""One network that answers as several do: `python -m training.distilled DATA OUT [--only MODEL]`.

Several networks learned from the same rows answer better than each alone, and cost as much more.
One can be taught what they answer together, if it is asked about enough rows that nobody need have
annotated (Bucilă, Caruana and Niculescu-Mizil 2006, Model Compression; Hinton, Vinyals and Dean 2015,
Distilling the Knowledge in a Neural Network). The rows are what the pipeline asks its models while it
reads DATA's corpora, less the articles that the models were learned from and those that they are
measured on. The folders of models in OUT have one network afterwards; run it once.
"""

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from thinc.api import Adam, fix_random_seed, set_dropout_rate
from thinc.model import Model as Network

from claims.backend import backend, one_core
from claims.components.models import Blocks, Model, Scores, Sheet, chances
from claims.components.networks import Matrix, network
from claims.extraction import Extractor
from claims.model import Article
from training import annotations

MODELS = ("decisions", "sources", "mentions", "outlets", "stances", "targets")
EPOCHS = 10
BATCH = 512
RATE = 0.002
TEMPERATURE = 2.0
"""What log-odds are divided by before they are compared, so that much and very much still differ."""
HOPELESS, KEPT = -6.0, 3
"""Of the rows whose log-odds are lower than this, one in so many is learned from."""


class Rows(NamedTuple):
    """Rows of a matrix of which most is 0."""

    lengths: NDArray[numpy.int32]
    """How many places of each row are not 0."""
    columns: NDArray[numpy.uint16]
    values: NDArray[numpy.float16]
    odds: Matrix
    """The mean log-odds of each answer; shape (rows, answers)."""

    @classmethod
    def of(cls, matrix: Matrix, odds: Matrix) -> "Rows":
        """The rows of a matrix that are learned from."""
        hopeless = (odds < HOPELESS).all(axis=1)
        kept = ~hopeless | (numpy.cumsum(hopeless) % KEPT == 0)
        rows, columns = numpy.nonzero(matrix[kept])
        return cls(
            numpy.bincount(rows, minlength=int(kept.sum())).astype(numpy.int32),
            columns.astype(numpy.uint16),
            matrix[kept][rows, columns].astype(numpy.float16),
            odds[kept],
        )

    @classmethod
    def joined(cls, parts: "Sequence[Rows]") -> "Rows":
        """The rows of all parts."""
        return cls(*map(numpy.concatenate, zip(*parts, strict=True)))


class Asked(Model):
    """A model that keeps what it is asked, and what it answers."""

    def __init__(self, model: Model) -> None:
        super().__init__(model.tables, model.networks)
        self.kept: list[Rows] = []

    def odds(self, rows: Sequence[Blocks]) -> Matrix:
        """As a model does."""
        found = super().odds(rows)
        if len(found):
            self.kept.append(Rows.of(self.tables.matrix(rows), found.mean(axis=1)))
        return found

    def staged(self, sheet: Sheet, unlikely: float) -> Scores:
        """As a model does, but all networks see all rows."""
        matrix = self.tables.matrix(sheet)
        odds = self._stack.odds(matrix @ self._stack.weights)
        self.kept.append(Rows.of(matrix, odds.mean(axis=0)))
        every: Scores = numpy.mean([chances(one, [1] * len(matrix)) for one in odds], axis=0)
        return every


def unseen(data: Path) -> Iterator[Article]:
    """The articles of the corpora that no model was learned from, and none is measured on."""
    known = {json.loads(line)["id"] for line in _lines(annotations.FILE)}
    texts = set()
    for path in sorted((data / "gold").glob("*.jsonl")):
        texts |= {_start(json.loads(line)["text"]) for line in _lines(path)}
    for path in sorted((data / "corpora").glob("*.jsonl")):
        for record in map(json.loads, _lines(path)):
            if record["id"] not in known and _start(record["text"]) not in texts:
                yield Article.model_validate(record)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _start(text: str) -> str:
    return " ".join(text.split())[:200]


def asked(articles: Iterable[Article], names: Iterable[str]) -> dict[str, Asked]:
    """The models of these names after the pipeline has read articles."""
    extractor = Extractor("fr", forget=True)
    models = {}
    for name in names:
        component: Any = extractor.nlp.get_pipe(f"claims_{name}")
        models[name] = component.model = Asked(component.model)
    for _ in extractor.extract(articles):
        pass
    return models


def distilled(model: Asked, seed: int = 0) -> Model:
    """The model with one network, which answers what its networks answered in the mean."""
    rows = Rows.joined(model.kept)
    with one_core(), backend():
        return Model(model.tables, [_fit(rows, model.tables.width, seed)])


def _fit(rows: Rows, width: int, seed: int) -> Network[Any, Any]:
    fix_random_seed(seed)
    order = numpy.random.default_rng(seed)
    starts = numpy.cumsum(rows.lengths) - rows.lengths
    learned = network(rows.odds.shape[1])
    learned.initialize(X=numpy.zeros((1, width), "f4"), Y=rows.odds[:1])
    optimizer = Adam(RATE)
    goals = _chance(rows.odds)
    for epoch in range(EPOCHS):
        shuffled = order.permutation(len(goals))
        for start in range(0, len(goals), BATCH):
            optimizer.learn_rate = RATE * (1 - (epoch + start / len(goals)) / EPOCHS)
            own = shuffled[start : start + BATCH]
            lengths = rows.lengths[own]
            at = numpy.arange(lengths.sum()) + (
                starts[own] - numpy.cumsum(lengths) + lengths
            ).repeat(lengths)
            matrix = numpy.zeros((len(own), width), numpy.float32)
            matrix[numpy.arange(len(own)).repeat(lengths), rows.columns[at]] = rows.values[at]
            odds, back = learned.begin_update(matrix)
            back((_chance(odds) - goals[own]) * numpy.float32(32 / len(own)))
            learned.finish_update(optimizer)
    set_dropout_rate(learned, 0)
    return learned


def _chance(odds: Matrix) -> Matrix:
    found: Matrix = 1 / (1 + numpy.exp(-odds / TEMPERATURE))
    return found


def main() -> None:
    """Teach one network a model from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with gold/ and corpora/")
    parser.add_argument("out", type=Path, help="folder for the models' folders")
    parser.add_argument("--only", choices=MODELS, help="teach this model alone")
    arguments = parser.parse_args()
    names = [name for name in MODELS if arguments.only in (None, name)]
    articles = list(unseen(arguments.data))
    console = Console(stderr=True)
    models = asked(track(articles, "Articles", console=console), names)
    for name in track(names, "Models", console=console):
        distilled(models[name]).write(arguments.out / name)


if __name__ == "__main__":
    main()
