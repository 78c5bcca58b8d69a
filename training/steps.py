"""What each step of resolving speakers adds: `python -m training.steps DATA [GOLD]`.

All rows are of the same claims and mentions; only whom a mention stands for differs. First every
mention stands for itself, then names, roles and pronouns are resolved in the article, then the
registry's names, short forms and offices are known too.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table
from spacy.language import Language

from claims.components.mention_features import INDEFINITE, PRONOUN
from claims.components.mentions import Mentions, Weighed, itself
from claims.components.scenes import Choice
from claims.errors import InputError
from claims.evaluation import evaluate
from claims.evaluation.gold import predict, read_gold
from claims.extraction import Extractor
from claims.registry import Registry

NAMES = frozenset({"person", "named", "noun with name"})
ROLES = NAMES | {"noun", INDEFINITE}
ALL = ROLES | {PRONOUN}
FIGURES = ("speaker", "attributed", "full")


class Step(NamedTuple):
    """A row of the table."""

    name: str
    kinds: frozenset[str]
    """The kinds of mentions that are resolved."""
    registered: bool = False
    """Whether the registry is asked."""


STEPS = (
    Step("the mention alone", frozenset()),
    Step("and names", NAMES),
    Step("and roles", ROLES),
    Step("and pronouns", ALL),
    Step("and the registry", ALL, registered=True),
)


@Language.factory("claims_mentions_of", default_config={"kinds": [], "registered": False})
def make_partly(nlp: Language, name: str, kinds: list[str], registered: bool) -> "Partly":
    """The component that resolves mentions of some kinds."""
    registry = Registry.bundled() if registered else Registry([])
    return Partly(nlp.lang or "fr", registry, frozenset(kinds))


class Partly(Mentions):
    """Resolves mentions of some kinds; the others stand for themselves."""

    def __init__(self, code: str, registry: Registry, kinds: frozenset[str]) -> None:
        super().__init__(code, registry)
        self.kinds = kinds

    def chosen(self, found: Sequence[Weighed]) -> list[Choice | None]:
        """What mentions stand for."""
        pairs = zip(found, super().chosen(found), strict=True)
        return [c if w.mention.kind in self.kinds else itself(w.choices) for w, c in pairs]


def figures(gold: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, float]]]:
    """Each step with what it reaches on annotated articles."""
    for step in STEPS:
        extractor = Extractor("fr")
        config = {"kinds": sorted(step.kinds), "registered": step.registered}
        extractor.nlp.replace_pipe("claims_mentions", "claims_mentions_of", config=config)
        result = evaluate(gold, predict(gold, extractor.extract)).result
        speaker = result.of_matched["speaker"]
        yield (
            step.name,
            dict(zip(FIGURES, (speaker, result.attributed.f1, result.full.f1), strict=True)),
        )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with gold/")
    parser.add_argument("gold", nargs="?", default="press", help="name of the file in gold/")
    arguments = parser.parse_args()
    table = Table("", *FIGURES)
    try:
        gold = read_gold(arguments.data / "gold" / f"{arguments.gold}.jsonl")
        for name, reached in figures(gold):
            table.add_row(name, *(f"{reached[key]:.3f}" for key in FIGURES))
    except InputError as error:
        sys.exit(f"Error: {error}")
    Console().print(table)


if __name__ == "__main__":
    main()
