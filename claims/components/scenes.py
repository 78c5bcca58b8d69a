"""Scenes: a mention, what it can stand for, and how it sees each, whoever has spoken before."""

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from claims.components.candidates import Words
from claims.components.chunks import words
from claims.components.entities import LONGEST_ACRONYM, MANY, Entity, Region, before, telling
from claims.components.mention_features import PRONOUN, Mention
from claims.components.models import Blocks, Features
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


class Described(NamedTuple):
    """An entity as a mention sees it, whoever has spoken."""

    blocks: Blocks
    role: dict[str, float]
    last: int | None
    """Where it was named last before the mention."""
    told: int | None
    """Where the article itself named it last before the mention."""
    around: int
    """How many words of the mention stand around its names."""
    keys: tuple[str, ...]


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
            "times": float(len(places)),
            "in_headline": float(any(tree.headline[start] for start, *_ in places)),
            "speaking": entity.speaking,
            "own_number": entity.number,
            "name_length": float(len(entity.words)),
        }

    def distance(self, scene: "Scene", last: Region | None) -> Features:
        """How far away it is named, before and after the mention."""
        tree, mention, near = self.tree, scene.mention, scene.near
        at, end = mention.tokens[0], mention.tokens[-1] + 1
        following, places = self.entity.after(end), self.places
        first, stop = bisect_left(places, (at,)), bisect_left(places, (end,))
        governed = [self.numbers[head] for head in near if head in self.numbers]
        speaking = self.speaking
        elsewhere = len(speaking) - bisect_left(speaking, end) + bisect_left(speaking, at)
        features: Features = {
            "named_before": float(last is not None),
            "inside": float(any(e <= end for _, e, _ in places[first:stop])),
            "complement": near[places[min(governed)][2]] if governed else "",
            "times_before": float(first),
            "times_as_source": float(elsewhere),
            "kinds": f"{mention.kind} {self.entity.kind} {scene.number}",
        }
        if last is not None:
            start, _, head = last
            features |= {
                "tokens_since": float(at - start),
                "sentences_since": float(tree.sentence[at] - tree.sentence[start]),
                "lines_since": float(tree.line[at] - tree.line[start]),
                "last_dep": tree.dep[head],
                "last_quoted": float(tree.quotation[head] > 0),
                "last_from_start": float(start - tree.sentences[tree.sentence[start]][0]),
                "last_case": next(
                    (tree.lower[k] for k in tree.children[head] if tree.rel[k] == "case"), ""
                ),
            }
        if following is not None:
            features["tokens_to"] = float(following[0] - end)
            features["sentences_to"] = float(tree.sentence[following[0]] - tree.sentence[at])
        return features

    def reporting(self, scene: "Scene", last: Region | None, told: Region | None) -> Features:
        """Whether it is spoken of by others, and when the article last told of it."""
        tree, at = self.tree, scene.mention.tokens[0]
        subject = before(self.subjects, at)
        features: Features = {
            "in_content": float(not self.numbers.keys().isdisjoint(scene.content)),
            "last_reported": float(last is not None and last[2] in self.reported),
            "told_times": float(bisect_right(self.told_ends, at)),
            "told_since": float(at - told[0]) if told else FAR,
        }
        if told:
            start, _, head = told
            features["told_dep"] = tree.dep[head]
            features["told_sentences_since"] = float(tree.sentence[at] - tree.sentence[start])
        if subject:
            number = tree.sentence[subject[0]]
            features["subject_sentences_since"] = float(tree.sentence[at] - number)
        return features

    def role(self, scene: "Scene") -> dict[str, float]:
        """How well the words of a mention tell what is said of it."""
        told = scene.told
        found = {"role": 0.0, "role_holds": 0.0}
        if not told.isdisjoint(self.role_words):
            roles = self.entity.roles
            found["role"] = max(len(told & role) / len(told | role) for role in roles if role)
            found["role_holds"] = float(any(told <= role for role in roles))
        return found | {
            "role_head": float(self.tree.lemma[scene.mention.head] in self.entity.heads)
        }

    def agreement(self, scene: "Scene") -> Features:
        """How the words of a mention agree with it."""
        entity, mention, gender, entry = self.entity, scene.mention, scene.gender, scene.entry
        capitals, shared = scene.capitals, len(scene.capitals & entity.words)
        features: Features = {
            "same_gender": str(gender == entity.gender) if gender and entity.gender else "",
            "same_number": f"{scene.number == 'Plur'} {entity.kind == MANY}",
            "capitals_shared": shared / len(capitals) if capitals else -1.0,
            "name_shared": shared / len(entity.words) if capitals and entity.words else -1.0,
            "same": float(mention.folded == entity.folded or mention.folded in entity.aliases),
            "acronym": float(
                mention.text.isupper()
                and 1 < len(mention.text) <= LONGEST_ACRONYM
                and mention.folded == fold(self._initials())
            ),
        }
        if entry is not None:
            features["registered"] = float(fold(entry.name) == entity.folded)
        return features

    def _initials(self) -> str:
        """The first letters of the words of its name that are of no closed class."""
        is_open = words(self.tree.code).is_open
        named = re.findall(r"\w+", self.entity.name)
        return "".join(word[0] for word in named if is_open(word.lower()))


class Scene:
    """A mention and what it can stand for, as far as that does not depend on who has spoken."""

    def __init__(self, tree: Tree, mention: Mention, content: Words) -> None:
        self.mention, self.content = mention, content
        self.told = telling(tree, mention.tokens)
        pronoun = mention.kind == PRONOUN
        words = () if pronoun else re.findall(r"\w+", mention.text)
        self.capitals = frozenset(fold(word) for word in words if word[0].isupper())
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
        self.described: dict[Entity, Described] = {}
        self.fitting: dict[Entity, bool] = {}
        """Whether those that are known by now can be meant."""
