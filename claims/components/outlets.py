"""The chain of media between the speaker and the article, where the clause names them."""

import re
from bisect import bisect_right
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc, Span

from claims import language
from claims.components import phrases, trees
from claims.components.media import GROUP
from claims.components.relations import Attribution, Place, Relay, group
from claims.components.trees import Tree
from claims.language import word_set
from claims.model import OutletRole, fold

NAMING = frozenset({"appos", "nmod", "flat", "nsubj"})
"""Relations of a medium's name to the noun that tells what it is."""
REACH = 80
"""Characters before a mention in which the words that give its role stand."""


class RelayRow(language.Row):
    """Words before a medium that say what it did with the claim."""

    role: OutletRole = Field(description="The role.")
    pattern: str = Field(description="A regular expression that ends where the mention starts.")


class Rule(NamedTuple):
    """A relay row, ready for use."""

    role: OutletRole
    pattern: re.Pattern[str]


@cache
def rules(code: str) -> tuple[Rule, ...]:
    """The relay rules of the language `code`; the first that fits decides."""
    return tuple(
        Rule(row.role, re.compile(rf"(?:{row.pattern})$", re.IGNORECASE))
        for row in language.rows(code, "relays", RelayRow)
    )


@Language.factory(
    "claims_outlets",
    requires=["doc.spans", "doc._.attributions"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_outlets(nlp: Language, name: str, language: str) -> "Outlets":
    """The component that gives each of `doc._.attributions` its chain of media."""
    return Outlets(language)


class Outlets:
    """Gives each attribution the media of its own clause."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.rules = rules(code)
        self.reporters = word_set(code, "reporters") | word_set(code, "documents")
        """The lemmas of nouns that speak for the medium that they name."""

    def __call__(self, doc: Doc) -> Doc:
        """Add the chains of one document."""
        attributions: tuple[Attribution, ...] = doc._.attributions
        named = group(doc, GROUP)
        if not attributions:
            return doc
        tree = trees.tree(doc, self.code)
        by_context: dict[int, list[tuple[int, Attribution]]] = {}
        for index, attribution in enumerate(attributions):
            by_context.setdefault(attribution.context[0], []).append((index, attribution))
        starts = sorted(by_context)
        chains: dict[int, list[Relay]] = {}
        for medium in named:
            place = (medium.start_char, medium.end_char)
            context = bisect_right(starts, place[0]) - 1
            here = by_context[starts[context]] if context >= 0 else []
            near = _nearest(here, place)
            role = self._role(tree, medium, near[1]) if near else None
            if near and role:
                chains.setdefault(near[0], []).append(Relay(medium.label_, role, place))
        names = {fold(medium.label_) for medium in named}
        doc._.attributions = tuple(
            replace(a, outlets=_chain(a, chains.get(i, []), names))
            for i, a in enumerate(attributions)
        )
        return doc

    def _role(self, tree: Tree, medium: Span, attribution: Attribution) -> OutletRole | None:
        """What the medium did: it speaks, or the words before it say."""
        start, end = medium.start_char, medium.end_char
        mention = attribution.speaker
        if mention and mention[0] < end and start < mention[1]:
            return OutletRole.SOURCE if self._speaks(tree, medium, attribution) else None
        first = min(start, tree.starts[_described(tree, medium.root.i)])
        for at in sorted({start, first}, reverse=True):
            before = tree.string[max(attribution.context[0], at - REACH) : at]
            for rule in self.rules:
                if rule.pattern.search(before):
                    return rule.role
        return None

    def _speaks(self, tree: Tree, medium: Span, attribution: Attribution) -> bool:
        """Whether a medium in the mention is what speaks: *le journal X*, not *la direction de X*."""
        if any(fold(source.name) == fold(medium.label_) for source in attribution.sources):
            return True
        mention = tree.tokens_at(attribution.mentions)
        head = medium.root.i
        while tree.head[head] in mention and tree.head[head] != head:
            if tree.lemma[head] in self.reporters:
                return True
            head = tree.head[head]
        return tree.lemma[head] in self.reporters or medium.start <= head < medium.end


def _described(tree: Tree, head: int) -> int:
    """Where the phrase starts that a medium's name tells the name of: *le quotidien Le Soir*."""
    while tree.rel[head] in NAMING and tree.head[head] < head:
        if any(tree.rel[k] == "case" for k in tree.children[head]):
            break
        head = tree.head[head]
    lefts = (k for k in tree.children[head] if k < head and tree.rel[k] in phrases.LEFT)
    return min(lefts, default=head)


def _chain(attribution: Attribution, relays: list[Relay], named: set[str]) -> tuple[Relay, ...]:
    """The relays of a claim, with the medium that a mention stands for (*le journal*)."""
    known = {relay.name for relay in relays}
    speaking = [
        Relay(source.name, OutletRole.SOURCE, attribution.speaker)
        for source in attribution.sources
        if attribution.speaker and attribution.cue
        if source.name not in known and fold(source.name) in named
    ]
    return (*speaking, *relays)


def _nearest(here: list[tuple[int, Attribution]], place: Place) -> tuple[int, Attribution] | None:
    """Of a sentence's attributions, the one whose cue is nearest; none for quoted words."""
    if any(a.holds(place) for _, a in here):
        return None
    near = [
        (abs(a.cue[0] - place[0]), index, a)
        for index, a in here
        if a.cue and place[0] < a.context[1]
    ]
    return min(near, key=lambda entry: entry[:2])[1:] if near else None
