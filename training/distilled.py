"""One network that answers as several do: `python -m training.distilled DATA OUT [--only MODEL]`.

Several networks learned from the same rows answer better than each alone, and cost as much more.
One can be taught what they answer together, if it is asked about enough rows that nobody need have
annotated (Bucilă, Caruana and Niculescu-Mizil 2006, Model Compression; Hinton, Vinyals and Dean 2015,
Distilling the Knowledge in a Neural Network). The rows are what the pipeline asks its models while it
reads the articles of DATA, but for those of `gold/press.jsonl`, which figures are told of. The models
of the package that have several networks are read, and have one in OUT.
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
from claims.components.models import Blocks, Model, Sheet
from claims.components.networks import Matrix, network
from claims.extraction import Extractor
from claims.model import Article

MODELS = ("decisions", "sources")
"""Those that one network tells as well; the others are asked too little, or lose by it."""
EPOCHS = 14
BATCH = 512
RATE = 0.002
ALIKE = 200
"""Characters at the start of two texts that are the same article's."""
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

    def odds(self, rows: Sequence[Blocks] | Sheet) -> Matrix:
        """As a model does."""
        found = super().odds(rows)
        if len(found):
            self.kept.append(Rows.of(self.tables.matrix(rows), found.mean(axis=1)))
        return found


def articles(data: Path) -> Iterator[Article]:
    """All articles that there are, less those that the figures are told of; each once."""
    passed = {_start(record["text"]) for record in _records(data / "gold" / "press.jsonl")}
    gold = (data / "gold" / f"{name}.jsonl" for name in ("train", "seeds"))
    for path in (
        *sorted((data / "corpora").glob("*.jsonl")),
        data / "ner" / "winer-fr.jsonl",
        *gold,
    ):
        for record in _records(path):
            if (start := _start(record["text"])) not in passed:
                passed.add(start)
                yield Article.make(record["text"], id=record["id"], title=record.get("title"))


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _start(text: str) -> str:
    return " ".join(text.split())[:ALIKE]


def asked(read: Iterable[Article], names: Iterable[str]) -> dict[str, Asked]:
    """The models of these names after the pipeline has read articles; those of one network left out."""
    extractor = Extractor("fr", forget=True)
    models = {}
    for name in names:
        component: Any = extractor.nlp.get_pipe(f"claims_{name}")
        if len(component.model.networks) > 1:
            models[name] = component.model = Asked(component.model)
    for _ in extractor.extract(read) if models else ():
        pass
    return models


def distilled(model: Asked, *, epochs: int = EPOCHS, seed: int = 0) -> Model:
    """The model with one network, which answers what its networks answered in the mean."""
    rows = Rows.joined(model.kept)
    with one_core(), backend():
        return Model(model.tables, [_fit(rows, model.tables.width, epochs, seed)])


def _fit(rows: Rows, width: int, epochs: int, seed: int) -> Network[Any, Any]:
    fix_random_seed(seed)
    order = numpy.random.default_rng(seed)
    starts = numpy.cumsum(rows.lengths) - rows.lengths
    learned = network(rows.odds.shape[1])
    learned.initialize(X=numpy.zeros((1, width), "f4"), Y=rows.odds[:1])
    optimizer = Adam(RATE)
    goals = _chance(rows.odds)
    for epoch in range(epochs):
        shuffled = order.permutation(len(goals))
        for start in range(0, len(goals), BATCH):
            optimizer.learn_rate = RATE * (1 - (epoch + start / len(goals)) / epochs)
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
    return (1 / (1 + numpy.exp(-odds))).astype(numpy.float32)


def main() -> None:
    """Teach one network a model from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with gold/ and corpora/")
    parser.add_argument("out", type=Path, help="folder for the models' folders")
    parser.add_argument("--only", choices=MODELS, help="teach this model alone")
    arguments = parser.parse_args()
    names = [name for name in MODELS if arguments.only in (None, name)]
    console = Console(stderr=True)
    read = track(list(articles(arguments.data)), "Articles", console=console)
    for name, model in track(asked(read, names).items(), "Models", console=console):
        distilled(model).write(arguments.out / name)


if __name__ == "__main__":
    main()
