"""The model that tells which media are in a claim's chain: what it is learned from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy

from claims.components.encodings import Tables
from claims.components.models import Model
from claims.components.outlets import Chains, Medium, away
from claims.components.relations import Attribution, Source
from claims.components.sheets import Blocks
from claims.components.sources import Claimed, claimed
from claims.evaluation.judgements import folded_name
from claims.registry import Registry
from training.annotated import Annotated, Wanted, speakers_known
from training.learning import columns, fitted
from training.sources import annotated

THRESHOLD = 0.4
NETWORKS = 3
FREQUENT = 12
"""How often a category must occur to be one of its own."""
EPOCHS, BATCH, RATE = 10, 128, 0.002


@dataclass
class Prepared:
    """The media near the claims of an article, with whether each is in the claim's chain."""

    id: str
    rows: list[Blocks] = field(default_factory=list)
    goals: list[float] = field(default_factory=list)


def prepare(articles: Sequence[Annotated]) -> list[Prepared]:
    """Annotated articles whose chains are known."""
    registry = Registry.bundled()
    return [_prepared(article, registry) for article in articles if speakers_known(article)]


def _prepared(article: Annotated, registry: Registry) -> Prepared:
    tree, prepared = article.tree, Prepared(article.id)
    told = [(wanted, _told(article, wanted, found)) for wanted, found in annotated(article)]
    claims = [claimed(tree, attribution) for _, attribution in told]
    chains = Chains(tree, claims, [attribution for _, attribution in told])
    for number, (wanted, _) in enumerate(told):
        near = chains.near(number)
        right = [_key(name, registry) for name in wanted.claim.outlets]
        goals = list(_goals(near, right, claims[number], registry))
        for row, goal in zip(chains.rows(number, near), goals, strict=True):
            if goal is not None:
                prepared.rows.append((*row, article.convention))
                prepared.goals.append(goal)
    return prepared


def _told(article: Annotated, wanted: Wanted, found: Attribution) -> Attribution:
    """An attribution with the annotated mention and sources."""
    sources = tuple(Source(name) for name in wanted.claim.speakers)
    if not wanted.mention:
        return replace(found, speaker=None, mentions=(), sources=sources)
    span = article.tree.doc[min(wanted.mention) : max(wanted.mention) + 1]
    place = (span.start_char, span.end_char)
    return replace(found, speaker=place, mentions=(place,), sources=sources)


def _key(name: str, registry: Registry) -> frozenset[str]:
    entry = registry.outlet(name)
    return folded_name(entry.name if entry else name)


def _goals(
    near: Sequence[Medium], right: Sequence[frozenset[str]], claim: Claimed, registry: Registry
) -> Iterator[float | None]:
    """Whether each medium is in the chain; of one that is named several times the nearest is.

    The others are None, and nothing is learned from them.
    """
    keys = [_key(medium.name, registry) for medium in near]
    same = [[i for i, key in enumerate(keys) if key <= name or name <= key] for name in right]
    nearest = {min(those, key=lambda i: (away(claim, near[i]), i)) for those in same if those}
    others = {i for those in same for i in those} - nearest
    for i in range(len(near)):
        yield None if i in others else float(i in nearest)


def learn(articles: Sequence[Prepared]) -> Model:
    """The model that is learned from annotated articles."""
    rows = [row for article in articles for row in article.rows]
    goals = numpy.array([[goal] for article in articles for goal in article.goals])
    tables = Tables(*columns(rows, FREQUENT), threshold=THRESHOLD)
    return fitted(tables, rows, goals, networks=NETWORKS, epochs=EPOCHS, batch=BATCH, rate=RATE)
