"""The model that finds the speaker's mention: what it is learned from."""

from collections.abc import Iterator, Sequence

from claims.components.candidates import Candidate
from claims.components.decisions import Builder, frames_by_cue
from claims.components.models import Model
from claims.components.relations import Attribution
from claims.components.sources import NOBODY, Claimed, Describer, candidates, claimed, first
from training.annotated import Annotated, Wanted, speakers_known
from training.learning import Choice, Choices, chooser

THRESHOLD = 0.15
NETWORKS = 3


def prepare(articles: Sequence[Annotated]) -> list[Choices]:
    """Annotated articles with the candidates of each claim; what has no known speaker is left out."""
    return [_prepared(article) for article in articles if speakers_known(article)]


def annotated(article: Annotated) -> Iterator[tuple[Wanted, Attribution]]:
    """The claims of an article as attributions, as if they had been decided on."""
    tree = article.tree
    builder = Builder(tree, frames_by_cue(tree, tree.doc._.attributions))
    for wanted in article.wanted:
        built = builder.build(Candidate(wanted.cue, wanted.words, "annotated", -1))
        if built is not None:
            yield wanted, built


def _prepared(article: Annotated) -> Choices:
    tree, prepared = article.tree, Choices(article.id, [])
    pairs = list(annotated(article))
    claims = [claimed(tree, attribution) for _, attribution in pairs]
    describer = Describer(tree, claims, [attribution.mentions for _, attribution in pairs])
    before: Claimed | None = None
    for (wanted, attribution), claim in zip(pairs, claims, strict=True):
        heads = candidates(tree, claim, before)
        right = tree.tops(wanted.mention)
        rows = [
            (*row, article.convention)
            for row in describer.rows(claim, heads, attribution.mentions, before)
        ]
        told = [
            h in right or (h in wanted.mention and first(tree, h, heads) in right) for h in heads
        ]
        prepared.choices.append(Choice(rows, list(map(float, told))))
        before = claim._replace(head=min(right, default=NOBODY))
    return prepared


def learn(articles: Sequence[Choices]) -> Model:
    """The model that is learned from annotated articles."""
    choices = (choice for article in articles for choice in article.choices)
    return chooser(choices, THRESHOLD, {}, NETWORKS)
