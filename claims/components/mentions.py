"""Mentions to sources: who a pronoun, a surname, a title or a role stands for.

A small learned model chooses among what the article names (`antecedents.py`); then the registry
tells the entry of a name. What no choice is good enough for stands for itself, and a pronoun for
nobody. The model is files of a language's folder `mentions/`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from claims.components import trees
from claims.components.antecedents import ITSELF, Choice, Discourse, Mention, counted
from claims.components.candidates import Words
from claims.components.entities import PEOPLE, SOURCE, Entity
from claims.components.models import Model, best, bundled, told
from claims.components.relations import DENIAL, Attribution, Place, Source
from claims.model import Range, Reason, Resolution, Rival, SpeakerKind, fold
from claims.registry import Registry

FOLDER = "mentions"
AGAIN = "the mention of the claim before"
"""The rule of a mention that has been resolved already."""
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
        for attribution, content in zip(found, contents, strict=True):
            last = resolved[-1] if resolved else None
            if last is not None and attribution.mentions == last.mentions:
                one = _again(attribution, last)
            else:
                others = _denied(attribution, resolved)
                one = self._resolved(attribution, content, discourse, others)
            resolved.append(one)
            discourse.spoke([source.name for source in one.sources], tree.tokens_at(one.mentions))
        doc._.attributions = tuple(resolved)
        return doc

    def _resolved(
        self,
        attribution: Attribution,
        content: Words,
        discourse: Discourse,
        others: frozenset[str],
    ) -> Attribution:
        """An attribution with its sources, and where it is asked for with their explanation."""
        found = self.weighed(attribution, content, discourse, others)
        one = replace(attribution, sources=self._sources(found, discourse))
        if not discourse.tree.doc._.explain:
            return one
        return one.explained(speakers=tuple(self._resolution(w, discourse) for w in found))

    def weighed(
        self,
        attribution: Attribution,
        content: Words,
        discourse: Discourse,
        others: frozenset[str] = frozenset(),
    ) -> list[Weighed]:
        """The mentions of an attribution with what they can stand for, and what they do.

        Args:
            attribution: the attribution.
            content: the words of its content.
            discourse: who is spoken of in the article.
            others: folded names of those whom the mentions do not stand for.
        """
        found = []
        for place in attribution.mentions:
            mention = discourse.mention(discourse.tree.within(*place))
            choices = [
                choice
                for choice in discourse.choices(mention, content)
                if choice.kind == ITSELF or others.isdisjoint(map(fold, choice.names))
            ]
            found.append(Weighed(place, mention, choices, chosen(choices, self.model)))
        return found

    def _sources(self, found: Iterable[Weighed], discourse: Discourse) -> tuple[Source, ...]:
        sources: dict[str, Source] = {}
        for each in found:
            for name in each.choice.names if each.choice else ():
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
            scores = self.model.scores(rows, rivals=True)[:, 0]
            names = [choice.names for choice in choices]
            candidates = told(names, scores.tolist(), " + ".join)
            if choice is not None:
                reasons = self.model.reasons([rows[choices.index(choice)]], [0])[0]
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


def chosen(choices: Sequence[Choice], model: Model | None) -> Choice | None:
    """What a mention stands for; None for a pronoun that nothing is good enough for."""
    itself = choices[-1] if choices and choices[-1].kind == ITSELF else None
    if not choices or model is None:
        return itself
    scores = model.scores(counted(choices, model.tables.counts), rivals=True)[:, 0]
    if itself is not None and itself.blocks[0].get("kind") != "person":
        scores[-1] += SURER  # a guess is worse than the words that stand there
    names = [tuple(map(fold, choice.names)) for choice in choices]
    name = best(names, scores.tolist(), model.tables.threshold)
    return itself if name is None else choices[names.index(name)]
