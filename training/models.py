"""The small models that make claims of a parsed article, learned from annotated articles.

`python -m training.models DATA OUT` learns them from DATA's annotated articles, the seeds, the
articles of its corpora that were annotated, and the sentences that were written for it. Without
OUT it shows what they reach on DATA's articles by cross-validation over articles, five folds: each
is read by the whole pipeline, with models that have not seen it.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.progress import track

from claims.components.models import Model
from claims.errors import InputError
from claims.evaluation import evaluate
from claims.evaluation.gold import predict, read_gold
from claims.evaluation.reports import table
from claims.extraction import Extractor
from training import annotated, decisions, mentions, outlets, sources, stances, targets
from training.annotated import Annotated
from training.learning import Prepared, part


class Learner(Protocol):
    """A module that learns a model."""

    def prepare(self, articles: Sequence[Annotated]) -> Sequence[Any]:
        """What the model is learned from, an article each."""

    def learn(self, articles: Sequence[Any]) -> Model:
        """The model."""


LEARNERS: Mapping[str, Learner] = {
    "decisions": decisions,
    "sources": sources,
    "mentions": mentions,
    "outlets": outlets,
    "stances": stances,
    "targets": targets,
}
"""Folder of a model, and name of its component less `claims_`, to what learns it."""


def cross_validate(
    data: Path, prepared: Mapping[str, Sequence[Prepared]], folds: int = 5
) -> Iterator[dict[str, Any]]:
    """The claims of `data/gold/train.jsonl`, each article's by models that have not seen it."""
    extractor = Extractor("fr")
    records = read_gold(data / "gold" / "train.jsonl")
    for fold in track(range(folds), "Folds", console=Console(stderr=True)):
        for name, articles in prepared.items():
            seen = [article for article in articles if part(article.id, folds) != fold]
            component: Any = extractor.nlp.get_pipe(f"claims_{name}")
            component.model = LEARNERS[name].learn(seen)
        unseen = (record for record in records if part(record["id"], folds) == fold)
        yield from predict(unseen, extractor.extract)


def main() -> None:
    """Learn the models from the command line, or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with gold/ and corpora/")
    parser.add_argument("out", type=Path, nargs="?", help="folder for the models' folders")
    parser.add_argument("--only", choices=LEARNERS, help="learn this model alone")
    parser.add_argument("--claims", type=Path, help="file for the claims found by cross-validation")
    arguments = parser.parse_args()
    if arguments.out and arguments.claims:
        parser.error("--claims is of cross-validation: leave out the folder of the models")
    if arguments.only and not arguments.out:
        parser.error("--only needs a folder: the other models have seen what would be validated on")
    names = [name for name in LEARNERS if arguments.only in (None, name)]
    try:
        articles = annotated.read(arguments.data)
        prepared = {name: LEARNERS[name].prepare(articles) for name in names}
        if arguments.out is not None:
            for name in names:
                LEARNERS[name].learn(prepared[name]).write(arguments.out / name)
            return
        claims = list(cross_validate(arguments.data, prepared))
        gold = read_gold(arguments.data / "gold" / "train.jsonl")
        Console().print(table(evaluate(gold, claims).result))
    except InputError as error:
        sys.exit(f"Error: {error}")
    if arguments.claims is not None:
        lines = (json.dumps(claim, ensure_ascii=False) for claim in claims)
        arguments.claims.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
