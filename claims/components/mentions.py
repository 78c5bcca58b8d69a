"""Mentions to sources: who a pronoun, a surname, a title or a role stands for.

A small learned model chooses among what the article names (`antecedents.py`); then the registry
tells the entry of a name. What no choice is good enough for stands for itself, and a pronoun for
nobody. The model is files of a language's folder `mentions/`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy
from spacy.language import Language
from spacy.tokens import Doc

from claims.components import trees
from claims.components.antecedents import ITSELF, Discourse, counted
from claims.components.candidates import Words
from claims.components.entities import PEOPLE, SOURCE, Entity
from claims.components.mention_features import PRONOUN, Mention
from claims.components.models import Model, bundled, shared_out, sums, told
from claims.components.networks import Matrix
from claims.components.relations import DENIAL, Attribution, Place, Source
from claims.components.scenes import Choice
from claims.model import Range, Reason, Resolution, Rival, SpeakerKind, fold
from claims.registry import Registry

FOLDER = "mentions"
ALIKE = 1e-5
"""What equal scores can differ by: rows are rounded otherwise where others are multiplied with them."""
AGAIN = "the mention of the claim before"
"""The rule of a mention that has been resolved already."""
AT_ONCE = 10
"""Claims whose mentions are weighed at once, at most."""
SURER = 0.1
"""By how much another choice must be likelier than that a noun or another name stands for itself."""
NOBODY = "nobody"
"""What a mention stands for that no choice is good enough for."""


class Weighed(NamedTuple):
    """A mention with what it can stand for, and what it does."""

    place: Place
    mention: Mention
    choices: list[Choice]
    choice: Choice | None
    odds: list[Matrix | None]
    """Of each choice, where it was weighed."""


@Language.factory(
    "claims_mentions",
    requires=["doc.spans", "doc._.attributions"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_mentions(nlp: Language, name: str, language: str) -> "Mentions":
    """The component that resolves the speakers of `doc._.attributions`.

    It asks the bundled registry; for another, set the component's `registry`.
    """
    return Mentions(language, Registry.bundled())


class Mentions:
    """Gives each attribution its sources."""

    def __init__(self, code: str, registry: Registry) -> None:
        self.code, self.registry = code, registry
        self.model = bundled(code, FOLDER)

    def __call__(self, doc: Doc) -> Doc:
        """Resolve the speakers of one document."""
        tree, found = trees.tree(doc, self.code), doc._.attributions
        contents = [tree.words_at(attribution.content) for attribution in found]
        speaking = frozenset(i for one in found for i in tree.tokens_at(one.mentions))
        discourse = Discourse(tree, self.registry, frozenset().union(*contents), speaking)
        resolved: list[Attribution] = []
        for first in range(0, len(found), AT_ONCE):
            part = slice(first, first + AT_ONCE)
            self._resolve(found[part], contents[part], discourse, resolved)
            discourse.forget()
        doc._.attributions = tuple(resolved)
        return doc

    def _resolve(
        self,
        found: Sequence[Attribution],
        contents: Sequence[Words],
        discourse: Discourse,
        resolved: list[Attribution],
    ) -> None:
        """Add attributions with their sources to those before.

        Whom a mention stands for depends on who has spoken before. That is supposed first, so that
        all mentions are weighed at once, and then again those for which it was somebody else.
        """
        start, states = len(resolved), [discourse.state] * len(found)
        known: list[list[Weighed]] = [[] for _ in found]
        at = 0
        while at < len(found):
            asked: list[tuple[int, int]] = []
            for k in range(at, len(found)):
                states[k] = discourse.state
                attribution, last = found[k], resolved[-1] if resolved else None
                if last is not None and attribution.mentions == last.mentions:
                    one = replace(attribution, sources=last.sources)
                else:
                    now = self._weighed(attribution, contents[k], discourse, resolved)
                    asked += ((k, n) for n in _changed(known[k], now))
                    one = replace(attribution, sources=self._sources(known[k], discourse))
                resolved.append(one)
                names = [source.name for source in one.sources]
                discourse.spoke(names, discourse.tree.tokens_at(one.mentions))
            choices = self.chosen([known[k][n] for k, n in asked])
            others: set[int] = set()
            for (k, n), choice in zip(asked, choices, strict=True):
                supposed = known[k][n].choice
                if choice is not supposed:
                    known[k][n] = known[k][n]._replace(choice=choice)
                if _names(choice) != _names(supposed):
                    others.add(k)
            sources = ((k, self._sources(known[k], discourse)) for k in sorted(others))
            changed = (k for k, those in sources if those != resolved[start + k].sources)
            at = next(changed, len(found))
            if at < len(found):
                discourse.back(states[at])
                del resolved[start + at :]
        if discourse.tree.doc._.explain:
            for n, weighed in enumerate(known, start=start):
                one = resolved[n]
                speakers = tuple(self._resolution(each, discourse) for each in weighed)
                again = n and one.mentions == resolved[n - 1].mentions
                resolved[n] = (
                    _again(one, resolved[n - 1]) if again else one.explained(speakers=speakers)
                )

    def _weighed(
        self,
        attribution: Attribution,
        content: Words,
        discourse: Discourse,
        before: Sequence[Attribution],
    ) -> list[Weighed]:
        """The mentions of an attribution with what they can stand for, and nothing chosen yet."""
        others = _denied(attribution, before)
        found = []
        for place in attribution.mentions:
            mention = discourse.reader.mention(discourse.tree.within(*place))
            choices = [
                choice
                for choice in discourse.choices(mention, content)
                if choice.kind == ITSELF or others.isdisjoint(choice.folded)
            ]
            found.append(Weighed(place, mention, choices, None, [None] * len(choices)))
        return found

    def chosen(self, found: Sequence[Weighed]) -> list[Choice | None]:
        """What mentions stand for."""
        return chosen([each.choices for each in found], self.model, [each.odds for each in found])

    def _sources(self, found: Iterable[Weighed], discourse: Discourse) -> tuple[Source, ...]:
        sources: dict[str, Source] = {}
        for each in found:
            for name in _names(each.choice):
                source = self._source(name, each.mention, discourse)
                sources.setdefault(fold(source.name), source)
        return tuple(sources.values())

    def _resolution(self, found: Weighed, discourse: Discourse) -> Resolution:
        """What tells why a mention stands for whom it does."""
        choice, choices = found.choice, found.choices
        candidates: tuple[Rival, ...] = ()
        reasons: tuple[Reason, ...] = ()
        if self.model is not None and choices:
            rows = counted(choices, self.model.tables.counts)
            (scores,) = self.model.rivals([rows])
            names = [choice.names for choice in choices]
            candidates = told(names, scores, " + ".join)
            if choice is not None:
                chosen = self.model.encoded([rows[choices.index(choice)]])
                (reasons,) = self.model.reasons(chosen, {0: 0})
        antecedent, end = None, found.mention.tokens[-1] + 1
        entity = choice.entity if choice else None
        if entity is not None and (place := entity.before(end) or entity.after(end)):
            span = discourse.tree.doc[place[0] : place[1]]
            antecedent = Range(start=span.start_char, end=span.end_char)
        return Resolution(
            mention=Range(start=found.place[0], end=found.place[1]),
            rule=f"{found.mention.kind} → {choice.kind if choice else NOBODY}",
            antecedent=antecedent,
            candidates=candidates,
            reasons=reasons,
        )

    def _source(self, name: str, mention: Mention, discourse: Discourse) -> Source:
        """The registry's entry for a name, or the name as the article has it."""
        entity = discourse.entities.get(fold(name), Entity(name, SOURCE))
        if entry := discourse.entry(name, mention):
            return Source(entry.name, entry.kind, named=True)
        person = entity.kind in PEOPLE
        return Source(
            name,
            SpeakerKind.PERSON if person else None,
            named=any(c.isupper() for c in name) and (person or not self._is_office(name)),
        )

    def _is_office(self, name: str) -> bool:
        """Whether a name only tells an office, which another can hold elsewhere."""
        return name.split()[0] in self.registry.offices


def _denied(denial: Attribution, before: Sequence[Attribution]) -> frozenset[str]:
    """Who said what a denial has its content of; whoever denies it is somebody else."""
    if denial.rule != DENIAL:
        return frozenset()
    said = (one for one in before if one.rule != DENIAL and any(map(one.holds, denial.content)))
    return frozenset(fold(source.name) for one in said for source in one.sources)


def _again(attribution: Attribution, last: Attribution) -> Attribution:
    """An attribution with the sources of the one before it, whose mention it has."""
    one = replace(attribution, sources=last.sources)
    if last.explanation is None:
        return one
    known = last.explanation.speakers
    same = (each.model_copy(update={"rule": AGAIN}) for each in known)
    return one.explained(speakers=tuple(same))


def _changed(weighed: list[Weighed], now: Sequence[Weighed]) -> Iterator[int]:
    """The numbers of the mentions that can stand for others by now, or look otherwise; notes that."""
    for n, each in enumerate(now):
        if n == len(weighed):
            weighed.append(each._replace(choice=_supposed(each)))
        elif weighed[n].choices == each.choices:
            continue
        else:
            weighed[n] = _again_weighed(each, weighed[n])
        yield n


def _again_weighed(now: Weighed, before: Weighed) -> Weighed:
    """A mention with its choices of now, of which those that look as before have their odds."""
    known = {
        (choice.kind, choice.names, choice.entity): (choice, odds)
        for choice, odds in zip(before.choices, before.odds, strict=True)
    }
    same = (known.get((c.kind, c.names, c.entity), (None, None)) for c in now.choices)
    odds = [
        odds if choice == other else None
        for choice, (other, odds) in zip(now.choices, same, strict=True)
    ]
    return now._replace(choice=before.choice, odds=odds)


def _supposed(found: Weighed) -> Choice | None:
    """What a mention is taken for until it is weighed.

    That is who has its name, or a role that it tells; of a pronoun who spoke last or was named last.
    """
    mention, own = found.mention, itself(found.choices)
    named = [(c, c.entity, c.blocks[-1]) for c in found.choices if c.entity is not None]
    if mention.kind == PRONOUN:
        people = [pair for pair in named if pair[1].kind in PEOPLE]
        last = (c for c, _, seen in people if seen["claims_since"] == 0)
        near = (c for c, _, seen in people if seen.get("rank_of_people") == 0)
        return next(
            last, next(near, next((c for c, _, seen in named if seen["claims_since"] == 0), None))
        )
    if mention.kind == "person" or len(found.choices) == 2:
        return found.choices[0]
    same = (c for c, e, _ in named if mention.folded == e.folded or mention.folded in e.aliases)
    return next(same, next((c for c, _, seen in named if seen["role_alone"]), own))


def _names(choice: Choice | None) -> tuple[str, ...]:
    return choice.names if choice else ()


def itself(choices: Sequence[Choice]) -> Choice | None:
    """The choice that stands for nothing but the mention's own words, where there is one."""
    return choices[-1] if choices and choices[-1].kind == ITSELF else None


def chosen(
    groups: Sequence[Sequence[Choice]],
    model: Model | None,
    odds: Sequence[list[Matrix | None]] | None = None,
) -> list[Choice | None]:
    """What each mention stands for; None for a pronoun that nothing is good enough for.

    Args:
        groups: the choices of each mention.
        model: what chooses among them; without one, each mention stands for itself.
        odds: of each choice what is known of it; what is not is filled in.
    """
    if model is None:
        return [itself(choices) for choices in groups]
    odds = odds or [[None] * len(choices) for choices in groups]
    asked = [
        (own, n, choice)
        for choices, own in zip(groups, odds, strict=True)
        if not _is_settled(choices)
        for n, choice in enumerate(choices)
        if own[n] is None
    ]
    rows = counted((choice for *_, choice in asked), model.tables.counts)
    for (own, n, _), found in zip(asked, model.odds(rows), strict=True):
        own[n] = found
    sizes = [0 if _is_settled(choices) else len(choices) for choices in groups]
    known = [o for own, size in zip(odds, sizes, strict=True) for o in own[:size] if o is not None]
    scores = shared_out(numpy.array(known), sizes)
    return [
        _best(choices, scored, model.tables.threshold) if scored else next(iter(choices), None)
        for choices, scored in zip(groups, scores, strict=True)
    ]


def _is_settled(choices: Sequence[Choice]) -> bool:
    """Whether all that a mention can stand for has its own name."""
    return itself(choices) is not None and len({choice.names for choice in choices}) == 1


def _best(choices: Sequence[Choice], scores: list[float], least: float) -> Choice | None:
    own = itself(choices)
    if own is not None and own.blocks[0].get("kind") != "person":
        scores[-1] += SURER  # a guess is worse than the words that stand there
    names = [choice.folded for choice in choices]
    together = sums(names, scores)
    most = max(together.values(), default=0.0)
    if not choices or most < least:
        return own
    name = next(name for name, score in together.items() if score > most - ALIKE)
    return choices[names.index(name)]
