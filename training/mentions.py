"""The model that tells whom a mention stands for: what it is learned from."""

from collections.abc import Sequence

from claims.components.antecedents import PRONOUN, Choice, Discourse
from claims.components.models import Model
from claims.evaluation.judgements import folded_name, same_names
from claims.registry import Registry
from training.annotated import Annotated, speakers_known
from training.learning import Choices, chooser

THRESHOLD = 0.15
PART = 0.7
"""What a name is worth that has only some of the right one's words, where none has all."""


def prepare(articles: Sequence[Annotated]) -> list[Choices]:
    """Annotated articles with the choices of each mention."""
    return [_prepared(article) for article in articles if speakers_known(article)]


def _prepared(article: Annotated) -> Choices:
    prepared = Choices(article.id, [], [])
    discourse = Discourse(article.tree, Registry.bundled())
    for wanted in article.wanted:
        names, tokens = wanted.claim.speakers, sorted(wanted.mention)
        if tokens and names and wanted.claim.cue is not None:
            mention = discourse.mention(tokens)
            if len(names) == 1 or mention.kind == PRONOUN:
                choices = discourse.choices(mention)
                worth = [_worth(choice, names) for choice in choices]
                exact = max(worth, default=0) == 1
                prepared.rows += [choice.blocks for choice in choices]
                prepared.goals += [float(w == 1) if exact else w for w in worth]
        discourse.spoke(names, tokens)
    return prepared


def _worth(choice: Choice, names: Sequence[str]) -> float:
    if sorted(map(folded_name, names), key=sorted) == sorted(
        map(folded_name, choice.names), key=sorted
    ):
        return 1.0
    return PART * same_names(names, choice.names)


def learn(articles: Sequence[Choices]) -> Model:
    """The model that is learned from annotated articles."""
    return chooser(articles, THRESHOLD)
