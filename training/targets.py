"""The model that finds the target of a claim: what it is learned from."""

from collections.abc import Sequence

from claims.components.models import Model
from claims.components.sources import Claimed, Describer
from claims.components.targets import TARGETED, candidates, rows
from claims.model import Stance
from training.annotated import Annotated, speakers_known
from training.learning import Choice, Choices, chooser

THRESHOLD = 0.45
NETWORKS = 3


def prepare(articles: Sequence[Annotated]) -> list[Choices]:
    """Annotated articles with the candidates of each claim whose stance can have a target."""
    return [_prepared(article) for article in articles if speakers_known(article)]


def _prepared(article: Annotated) -> Choices:
    tree, prepared = article.tree, Choices(article.id, [])
    claims = [Claimed(wanted.words, wanted.cue) for wanted in article.wanted]
    describer = Describer(tree, claims, ())
    for wanted, claim in zip(article.wanted, claims, strict=True):
        if wanted.claim.stance not in TARGETED:
            continue
        stance = Stance(wanted.claim.stance)
        heads = candidates(tree, claim, wanted.mention)
        right = tree.tops(wanted.target)
        own = [(*row, article.convention) for row in rows(describer, claim, heads, stance)]
        prepared.choices.append(Choice(own, [float(h in right) for h in heads]))
    return prepared


def learn(articles: Sequence[Choices]) -> Model:
    """The model that is learned from annotated articles."""
    choices = (choice for article in articles for choice in article.choices)
    return chooser(choices, THRESHOLD, {}, NETWORKS)
