"""Scenes: a mention, what it can stand for, and how it sees each, whoever has spoken before."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from claims.components.candidates import Words
from claims.components.chunks import words
from claims.components.entities import (
    LONGEST_ACRONYM,
    MANY,
    PEOPLE,
    Entity,
    Region,
    before,
    telling,
)
from claims.components.mention_features import PRONOUN, Mention
from claims.components.sheets import Blocks, Features
from claims.components.trees import Tree
from claims.model import fold
from claims.registry import SpeakerEntry

FAR = 99.0
"""Stands for what is not there."""


class Choice(NamedTuple):
    """What a mention can stand for."""

    names: tuple[str, ...]
    """The name; of several, that of each."""
    kind: str
    blocks: Blocks
    keys: tuple[str, ...] = ()
    """What it is counted by: the mention's noun with each that is said of the choice."""
    entity: Entity | None = None
    """Whom the article names; None where that is the mention's own words."""

    @property
    def folded(self) -> tuple[str, ...]:
        """The names, folded."""
        return self.entity.folded_names if self.entity else tuple(map(fold, self.names))


class Likeness(NamedTuple):
    """What the words of a mention and an entity have in common, wherever they stand."""

    features: Features
    holds: bool
    """Whether all words of the mention are in one of its roles."""
    headed: bool
    """Whether the mention's noun is said of it."""
    share: float
    """How much of one of its roles the mention tells."""
    around: int
    """How many words of the mention stand around its names."""
    keys: tuple[str, ...]
    meaning: Blocks


class Described(NamedTuple):
    """An entity as a mention sees it, whoever has spoken."""

    blocks: Blocks
    like: Likeness
    last: int | None
    """Where it was named last before the mention."""
    told: int | None
    """Where the article itself named it last before the mention."""


class Sight:
    """Where a text names an entity and as what, and how a mention sees it."""

    def __init__(self, tree: Tree, entity: Entity, reported: Words, speaking: Words) -> None:
        places = entity.places
        self.tree, self.entity, self.places, self.reported = tree, entity, places, reported
        self.told = [place for place in places if place[2] not in reported]
        """The places where the article itself, not a source, names it."""
        self.told_ends = sorted(end for _, end, _ in self.told)
        self.subjects = [place for place in self.told if tree.rel[place[2]] == "nsubj"]
        self.numbers = {head: number for number, (*_, head) in reversed([*enumerate(places)])}
        """Its heads, and which of its places is the first that has each."""
        self.speaking = sorted(head for *_, head in places if head in speaking)
        self.role_words = frozenset().union(*entity.roles)
        self.features: Features = {
            "entity": entity.kind,
            "times": len(places),
            "in_headline": any(tree.headline[start] for start, *_ in places),
            "speaking": entity.speaking,
            "own_number": entity.number,
            "name_length": len(entity.words),
        }
        self._lasts: dict[Region | None, Features] = {}

    def described(self, scene: "Scene", like: Likeness) -> Described:
        """The entity as a mention sees it that is as like it as that."""
        at = scene.at
        last, told = before(self.places, at), before(self.told, at)
        own = self._distance(scene, last) | self._told(scene, told)
        blocks = (self.features, like.features, self._last(last), own, *like.meaning)
        return Described(blocks, like, last[0] if last else None, told[0] if told else None)

    def _last(self, place: Region | None) -> Features:
        """What it was where it was named last."""
        if place not in self._lasts:
            self._lasts[place] = self._at(place)
        return self._lasts[place]

    def _at(self, place: Region | None) -> Features:
        if place is None:
            return {"named_before": 0, "last_reported": 0}
        tree, (start, _, head) = self.tree, place
        cases = (tree.lower[k] for k in tree.children[head] if tree.rel[k] == "case")
        return {
            "named_before": 1,
            "last_reported": head in self.reported,
            "last_dep": tree.dep[head],
            "last_quoted": tree.quotation[head] > 0,
            "last_from_start": start - tree.sentences[tree.sentence[start]][0],
            "last_case": next(cases, ""),
        }

    def _distance(self, scene: "Scene", last: Region | None) -> Features:
        """How far away it is named, before and after the mention."""
        tree, near, places, numbers = self.tree, scene.near, self.places, self.numbers
        at, end, speaking = scene.at, scene.end, self.speaking
        first, stop = bisect_left(places, (at,)), bisect_left(places, (end,))
        governed = [numbers[head] for head in near if head in numbers]
        elsewhere = len(speaking) - bisect_left(speaking, end) + bisect_left(speaking, at)
        features: Features = {
            "inside": any(e <= end for _, e, _ in places[first:stop]),
            "complement": near[places[min(governed)][2]] if governed else "",
            "times_before": first,
            "times_as_source": elsewhere,
            "in_content": not numbers.keys().isdisjoint(scene.content),
        }
        if last is not None:
            start = last[0]
            features["tokens_since"] = at - start
            features["sentences_since"] = tree.sentence[at] - tree.sentence[start]
            features["lines_since"] = tree.line[at] - tree.line[start]
        if stop < len(places):
            following = places[stop][0]
            features["tokens_to"] = following - end
            features["sentences_to"] = tree.sentence[following] - tree.sentence[at]
        return features

    def _told(self, scene: "Scene", told: Region | None) -> Features:
        """When the article last told of it."""
        tree, at = self.tree, scene.at
        subject = before(self.subjects, at)
        features: Features = {
            "told_times": bisect_right(self.told_ends, at),
            "told_since": at - told[0] if told else FAR,
        }
        if told:
            start, _, head = told
            features["told_dep"] = tree.dep[head]
            features["told_sentences_since"] = tree.sentence[at] - tree.sentence[start]
        if subject:
            number = tree.sentence[subject[0]]
            features["subject_sentences_since"] = tree.sentence[at] - number
        return features

    def like(
        self, scene: "Scene", meaning: Blocks, same: Callable[[Features], Features]
    ) -> Likeness:
        """What it has in common with a mention.

        Args:
            scene: the mention.
            meaning: what their words mean.
            same: tells the first block that was the same as one.
        """
        entity, told, head = self.entity, scene.told, self.tree.lemma[scene.mention.head]
        share, holds, headed = 0.0, False, head in entity.heads
        if not told.isdisjoint(self.role_words):
            share = max(len(told & role) / len(told | role) for role in entity.roles if role)
            holds = any(told <= role for role in entity.roles)
        around = sum(word in entity.around for word in told) if entity.around else 0
        features = self._agreement(scene)
        features["role"], features["role_holds"], features["role_head"] = share, holds, headed
        features["around"] = around / len(told) if told else 0.0
        keys = tuple([f"{scene.lemma} {word}" for word in self._said]) if scene.lemma else ()
        return Likeness(same(features), holds, headed, share, around, keys, meaning)

    @cached_property
    def _said(self) -> list[str]:
        """What it is counted by."""
        entity = self.entity
        said = sorted({*entity.heads, f"={entity.kind}"})
        return said if entity.kind in PEOPLE else [*said, f"@{entity.folded}"]

    def _agreement(self, scene: "Scene") -> Features:
        """How the words of a mention agree with it."""
        entity, mention, gender, entry = self.entity, scene.mention, scene.gender, scene.entry
        capitals, shared = scene.capitals, len(scene.capitals & entity.words)
        features: Features = {
            "kinds": f"{mention.kind} {entity.kind} {scene.number}",
            "same_gender": str(gender == entity.gender) if gender and entity.gender else "",
            "same_number": f"{scene.number == 'Plur'} {entity.kind == MANY}",
            "capitals_shared": shared / len(capitals) if capitals else -1.0,
            "name_shared": shared / len(entity.words) if capitals and entity.words else -1.0,
            "same": mention.folded == entity.folded or mention.folded in entity.aliases,
            "acronym": scene.is_acronym and mention.folded == self._initials,
        }
        if entry is not None:
            features["registered"] = fold(entry.name) == entity.folded
        return features

    @cached_property
    def _initials(self) -> str:
        """The first letters of the words of its name that are of no closed class, folded."""
        is_open = words(self.tree.code).is_open
        named = re.findall(r"\w+", self.entity.name)
        return fold("".join(word[0] for word in named if is_open(word.lower())))


class Scene:
    """A mention and what it can stand for, as far as that does not depend on who has spoken."""

    def __init__(self, tree: Tree, mention: Mention, content: Words) -> None:
        self.mention, self.content = mention, content
        self.at, self.end = mention.tokens[0], mention.tokens[-1] + 1
        self.told = telling(tree, mention.tokens)
        pronoun = mention.kind == PRONOUN
        words = () if pronoun else re.findall(r"\w+", mention.text)
        self.capitals = frozenset(fold(word) for word in words if word[0].isupper())
        letters = len(mention.text)
        self.is_acronym = mention.text.isupper() and 1 < letters <= LONGEST_ACRONYM
        self.lemma = tree.lemma[mention.head] if mention.is_noun else ""
        clauses = [k for k in tree.children[mention.head] if tree.rel[k] == "acl"]
        below = (i for k in clauses for i in tree.subtree(k)) if mention.is_noun else ()
        self.below = frozenset(below) - {*mention.tokens}
        """What tells something of a noun."""
        self.gender = self.number = ""
        self.near: dict[int, str] = {}
        self.counted = 0
        """How many are meant; 0 where it does not say."""
        self.entry: SpeakerEntry | None = None
        self.shared: Features = {}
        self.own: list[Entity] = []
        """Whom the mention names itself."""
        self.named: list[Entity] = []
        """What the article names and the mention can stand for."""
        self.numbered: list[Entity] = []
        """As many as the mention counts, of whom the article names each."""
        self.apart: list[Choice] = []
        """Those that issued what is said."""
        self.itself: Features | None = None
        """What tells of the mention's own words, where it can stand for them."""
        self.governed: frozenset[Entity] = frozenset()
        """The people of whom the mention tells who somebody else is."""
        self.is_woman = False
        """Whether the mention's noun is one of people and feminine."""
        self.like: dict[Entity, Likeness] = {}
        """What others have in common with the words of the mention."""
        self.described: dict[Entity, Described] = {}
        self.fitting: dict[Entity, bool] = {}
        """Whether those that are known by now can be meant."""
