"""The model that tells whom a mention stands for: what it is learned from.

Who spoke before is the strongest sign, and when articles are read it is only what the model
found before. So it is learned from articles whose earlier sources were found by models that had
not seen them (as searches learn from what they do themselves: Ross, Gordon and Bagnell 2011, A
Reduction of Imitation Learning to No-Regret Online Learning).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from claims.components import scenes
from claims.components.antecedents import NOUN, Discourse, counted
from claims.components.encodings import Counts
from claims.components.mention_features import PRONOUN
from claims.components.mentions import chosen
from claims.components.models import Model
from claims.components.sheets import Features
from claims.evaluation.judgements import folded_name, same_names
from claims.registry import Registry
from training.annotated import Annotated, speakers_known
from training.learning import Choice, chooser, counted_apart, part

THRESHOLD = 0.15
PART = 0.7
"""What a name is worth that has only some of the right one's words, where none has all."""
NETWORKS = 3
APART = 3
"""Parts of the articles whose earlier sources the models learned from the other parts find."""
LEAST_SEEN = 2
"""How often a noun is there with another at least, for it to be counted."""


@dataclass
class Heard:
    """The choices of an article's mentions, with how right each is."""

    id: str
    choices: list[tuple[list[scenes.Choice], list[float]]]
    convention: Features = field(default_factory=dict)


def prepare(articles: Sequence[Annotated]) -> list[Annotated]:
    """The annotated articles whose speakers are known."""
    return [article for article in articles if speakers_known(article)]


def learn(articles: Sequence[Annotated]) -> Model:
    """The model that is learned from annotated articles."""
    registry = Registry.bundled()
    told = [_heard(article, registry, None) for article in articles]
    heard: list[Heard] = []
    for number in range(APART):
        own = {article.id for article in articles if part(article.id, APART, "h") == number}
        others = _learned([article for article in told if article.id not in own], 1)
        heard += [_heard(article, registry, others) for article in articles if article.id in own]
    return _learned(sorted(heard, key=lambda article: article.id), NETWORKS)


def _learned(articles: Sequence[Heard], networks: int) -> Model:
    choices = (
        Choice([(*row, article.convention) for row in counted(made, others)], goals)
        for article, others in counted_apart(articles, sum_counts)
        for made, goals in article.choices
    )
    return chooser(choices, THRESHOLD, sum_counts(articles), networks)


def sum_counts(articles: Iterable[Heard]) -> Counts:
    """For each noun with another, or alone, how often it stood for such a one, and could have."""
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    pairs = (
        pair for article in articles for each in article.choices for pair in zip(*each, strict=True)
    )
    for choice, goal in pairs:
        total.update(choice.keys)
        right.update(dict.fromkeys(choice.keys, int(goal == 1)))
    return {key: (right[key], n) for key, n in sorted(total.items()) if n >= LEAST_SEEN}


def _heard(article: Annotated, registry: Registry, model: Model | None) -> Heard:
    """The choices of an article; earlier sources are those that a model finds, or the right ones."""
    reported = frozenset().union(*(wanted.words for wanted in article.wanted))
    speaking = frozenset().union(*(wanted.mention for wanted in article.wanted))
    discourse = Discourse(article.tree, registry, reported, speaking)
    heard = Heard(article.id, [], article.convention)
    last: tuple[list[int], Sequence[str]] = ([], ())
    for wanted in article.wanted:
        right = [discourse.known(name) for name in wanted.claim.speakers]
        tokens = sorted(wanted.mention)
        names: Sequence[str] = right
        if model is not None and tokens == last[0]:
            names = last[1]
        elif tokens:
            mention = discourse.reader.mention(tokens)
            one = len(right) == 1 or mention.kind in (PRONOUN, NOUN)  # X and Y are two mentions
            choices = discourse.choices(mention, wanted.words) if one or not right else []
            goals = list(_goals(choices, right))
            known = len(right) == 1 or mention.kind == PRONOUN or 1 in goals
            if one and right and known and wanted.claim.cue is not None:
                heard.choices.append((choices, goals))
            if model is not None and choices:
                [best] = chosen([choices], model)
                told = [(n, discourse.entry(n, mention)) for n in (best.names if best else ())]
                names = [entry.name if entry else name for name, entry in told]
        elif model is not None:
            names = ()
        discourse.spoke(names, tokens)
        last = (tokens, names)
    return heard


def _goals(choices: Sequence[scenes.Choice], right: Sequence[str]) -> Iterator[float]:
    worth = [_worth(choice, right) for choice in choices]
    exact = max(worth, default=0) == 1
    yield from (float(w == 1) if exact else w for w in worth)


def _worth(choice: scenes.Choice, names: Sequence[str]) -> float:
    if sorted(map(folded_name, names), key=sorted) == sorted(
        map(folded_name, choice.names), key=sorted
    ):
        return 1.0
    return PART * same_names(names, choice.names)
