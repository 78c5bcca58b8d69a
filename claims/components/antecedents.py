"""Antecedents: what a speaker's mention can stand for, and the features of each choice.

A mention (*il*, *le ministre*, *M. Roux*, *la CGT*) can stand for whom or what the article
names, for the source of an earlier claim, or for itself. Features say how far away a candidate
is, how it agrees in gender and number, which of its roles the mention's words tell, and who
spoke last (as in the rankers of mentions after Ng and Cardie 2002, Improving Machine
Learning Approaches to Coreference Resolution).
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, takewhile
from typing import NamedTuple

from claims.components import phrases, profiles
from claims.components.candidates import Words
from claims.components.chunks import DETERMINERS, HYPHENS, JOINERS, TITLE, words
from claims.components.entities import (
    LONGEST_ACRONYM,
    MANY,
    PEOPLE,
    SOURCE,
    Entity,
    Named,
    Region,
    before,
    entities,
    several,
    telling,
    together,
)
from claims.components.given_names import given_names
from claims.components.meanings import Meanings
from claims.components.models import Blocks, Counts, Features
from claims.components.quotations import marks
from claims.components.trees import Tree
from claims.language import numeral, word_set
from claims.model import SpeakerKind, fold
from claims.parser import PERSON
from claims.registry import Registry, SpeakerEntry

PRIOR = (0.3, 2)
"""How often right, of how many, is taken before anything is counted."""
FAR = 99.0
"""Stands for what is not there."""
ROLE_WORD = re.compile(r"\w+['’]|[\w-]+")
"""A word of a role."""
FIRST_WORD = re.compile(r"(\w+['’]|\w+\.?(?=\s))\s*(?=\S)")
"""The first word of several."""
PRONOUN, INDEFINITE = "pronoun", "indefinite"
ISSUER = "issuer"
"""The kind of what a mention's own complement names (*un bilan fourni par la mairie*), or *on*'s verb."""
NEUTRAL = "o"
"""The class of *on* and *cela*."""
ITSELF = "itself"
"""The kind of the candidate that stands for nothing but itself."""
NOUN = "noun"
"""The kind of what a noun phrase names that has not spoken (*les manifestants*)."""
COLLECTIVE = ("organization", "place", "other")
"""The kinds of names that *ils* can stand for though they are singular."""
NO_PERSON = frozenset({SpeakerKind.GOVERNMENT, SpeakerKind.ORGANISATION})
"""Kinds of entries that nobody with a title or a first name is."""
SPEAKING = 0.2
"""How often a noun must be the subject of a cue, where it is one, to be such a one as no subject."""
NEAR = 3
"""Sentences before a pronoun in which the nouns stand that it can stand for."""
FARTHEST = 1000
"""Tokens before a pronoun to such a noun, at most; no three sentences of the press are so long."""
MOST = 250
"""Names of which all are weighed; no article has as many. Of more those named nearest are."""
MOST_HEARD = 60
"""The same of sources that nothing names: of more the last are weighed."""
BEFORE, AFTER = 60, 20
"""How many names before a mention and after it are near then, and how many sources before it."""


class Mention(NamedTuple):
    """A speaker's mention."""

    tokens: tuple[int, ...]
    head: int
    text: str
    """Its words without determiners and title."""
    folded: str
    determiner: str
    """The first of its determiners, in lower case; else empty."""
    kind: str

    @property
    def is_noun(self) -> bool:
        """Whether it is neither a name nor a pronoun."""
        return self.kind.startswith("noun")


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


def counted(choices: Iterable[Choice], counts: Counts) -> list[Blocks]:
    """The features of choices, with how often a noun like the mention's stood for such a one."""
    found = []
    for choice in choices:
        seen = [counts[key] for key in choice.keys if key in counts]
        rates = sorted(((right + PRIOR[0]) / (times + PRIOR[1]), times) for right, times in seen)
        own: Features = {"said_rate": rates[-1][0], "said_times": rates[-1][1]} if rates else {}
        found.append((*choice.blocks, own))
    return found


@dataclass
class Spoken:
    """The source of an earlier claim."""

    names: frozenset[str]
    """Folded."""
    tokens: tuple[int, ...]


class Sight:
    """Where a text names an entity, and as what: what does not depend on the mention."""

    def __init__(self, tree: Tree, entity: Entity, reported: Words, speaking: Words) -> None:
        places = entity.places
        self.entity, self.places = entity, places
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


class State(NamedTuple):
    """How much one article has named so far."""

    spoken: int
    entities: int
    meant: int
    named: frozenset[int] | None


@dataclass
class Discourse:
    """What one article has named so far; `history` grows with each claim."""

    tree: Tree
    registry: Registry
    reported: Words = frozenset()
    """The tokens of all contents."""
    speaking: Words = frozenset()
    """The tokens of the mentions of all claims."""
    history: list[Spoken] = field(default_factory=list)
    meant: dict[str, frozenset[str]] = field(default_factory=dict)
    """Mention, folded, to whom it last stood for."""
    spoke_at: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """A name, folded, to the numbers in `history` of what it is a source of."""
    named: frozenset[int] | None = None
    """The tokens of all that was known when the first pronoun was read; None before that."""

    def __post_init__(self) -> None:
        self._replaced: list[tuple[str, frozenset[str] | None]] = []
        self._nouns_known: dict[int, Entity | None] = {}
        self._joined: dict[tuple[int, ...], Entity] = {}
        self._met: dict[tuple[object, ...], Entity] = {}
        self._sights: dict[Entity, Sight] = {}
        self._scenes: dict[tuple[tuple[int, ...], Words], Scene] = {}
        self._meanings: dict[tuple[str, Entity], Features] = {}
        self._mentions: dict[tuple[int, ...], Mention] = {}
        self.words, self.text = words(self.tree.code), self.tree.string
        self.documents = word_set(self.tree.code, "documents")
        """The lemmas of nouns that resolve to whoever issued what they name."""
        self.pronouns = word_set(self.tree.code, "pronouns")
        """Words that are no name of anybody where they stand alone."""
        self.meanings = Meanings(self.tree)
        self.entities = self._entered(entities(self.tree).values())
        self.profiles = profiles.bundled(self.tree.code)
        for entity in self.entities.values():
            self._register(entity)
        for listed in together(self.tree, list(self.entities.values())):
            known = self.entities.setdefault(listed.folded, listed)
            if known is not listed:
                known.join(listed)
        self._first = len(self.entities)
        styles = marks(self.tree.code).closes
        apart = sorted({*styles, *styles.values()} - {"’"})
        self.marks = re.compile("|".join(map(re.escape, apart)))

    @property
    def state(self) -> State:
        """What is known by now, to come back to."""
        return State(len(self.history), len(self.entities), len(self._replaced), self.named)

    def forget(self) -> None:
        """Forget the mentions that were read; they are read anew if they are asked for again."""
        self._scenes.clear()

    def back(self, state: State) -> None:
        """Forget who has spoken since."""
        while len(self.history) > state.spoken:
            for name in self.history.pop().names:
                self.spoke_at[name].pop()
        while len(self.entities) > state.entities:
            self.entities.popitem()
        while len(self._replaced) > state.meant:
            folded, meant = self._replaced.pop()
            if meant is None:
                del self.meant[folded]
            else:
                self.meant[folded] = meant
        self.named = state.named

    def entry(self, name: str, mention: Mention) -> SpeakerEntry | None:
        """The registry's entry of a name that a mention stands for, with its article (*Le Monde*)."""
        own = f"{mention.determiner} {name}" if name == mention.text else name
        entry = self.registry.speaker(own) or self.registry.speaker(name)
        titled = any(self.tree.symbol[i] == TITLE for i in mention.tokens)
        known = self.entities.get(fold(name))
        given = known is not None and self._is_given(known)
        return None if entry and (titled or given) and entry.kind in NO_PERSON else entry

    def _is_given(self, entity: Entity) -> bool:
        """Whether somebody is called by a first name, be it a country's too (*Maurice*)."""
        return entity.kind in PEOPLE and entity.folded in given_names(self.tree.code)

    def known(self, name: str) -> str:
        """The registry's name of somebody; the name itself where it has none."""
        entry = self.registry.speaker(name)
        return entry.name if entry else name

    def _entered(self, entities: Iterable[Entity]) -> dict[str, Entity]:
        """Entities under the registry's names, those of one name together (*ONU*)."""
        found: dict[str, Entity] = {}
        for entity in entities:
            name = entity.name if self._is_given(entity) else self.known(entity.name)
            same = found.get(fold(name))
            if same is not None:
                same.join(entity)
            elif fold(name) == entity.folded:
                found[entity.folded] = entity
            else:
                found[fold(name)] = replace(
                    entity, name=name, aliases={*entity.aliases, entity.folded}
                )
        return found

    def _register(self, entity: Entity) -> None:
        """Add the roles that the registry knows of somebody at the time of the article.

        Of a surname alone, those of the one person who bears it, unless it is a first name too.
        """
        outlet, entry = self.registry.outlet(entity.name), self.registry.speaker(entity.name)
        surname = entity.kind == "name" and entity.folded not in given_names(self.tree.code)
        if entry is None and surname:
            entry = self.registry.bearer(entity.name)
        if entry and entry.kind in NO_PERSON and self._is_given(entity):
            return
        kinds = (outlet.kind if outlet else None, entry.kind if entry else None)
        entity.heads |= {f"={kind.value}" for kind in kinds if kind}
        for role in entry.roles if entry and entity.kind in PEOPLE else ():
            if role.at(self.tree.doc._.published):
                told = filter(self._is_open, ROLE_WORD.findall(role.text.lower()))
                entity.roles.add(frozenset(w for word in told for w in fold(word).split()))
                entity.heads.update(takewhile(self._is_open, role.text.lower().split()))

    def _is_open(self, word: str) -> bool:
        """Whether a word is of no closed class; one with an elided word before it is not."""
        return self.words.is_open(word) and not re.match(r"\w+['’]", word)

    def mention(self, tokens: Sequence[int]) -> Mention:
        """A mention of these tokens, in text order."""
        place = tuple(tokens)
        if place not in self._mentions:
            self._mentions[place] = self._mention(place)
        return self._mentions[place]

    def _mention(self, tokens: tuple[int, ...]) -> Mention:
        tree = self.tree
        head = tree.tops(tokens)[0]
        start, end = tree.starts[tokens[0]], tree.starts[tokens[-1]] + len(tree.text[tokens[-1]])
        text = " ".join(self.text[start:end].split())
        bare, determiner = self._bare(self._plain(text))
        if self._is_part_of_name(tokens[0]):
            bare, determiner = self._plain(text), ""
        form = tree.lower[head].lstrip("".join(HYPHENS))
        closed = not self.words.is_open(bare.lower())
        itself = tree.pos[head] in ("PRON", "DET") and form in bare.lower()
        pronoun = (closed or itself) and " " not in bare
        if pronoun or self.words.pronoun(text) is not None:
            kind = PRONOUN
        elif tree.pos[head] == "PRON" or bare.lower() in self.pronouns:  # l'un d'entre eux
            kind = INDEFINITE
        elif tree.entity[head]:
            kind = "person" if tree.entity[head] == PERSON else "named"
        else:
            kind = "noun with name" if any(w[0].isupper() for w in text.split()[1:]) else "noun"
        words = form if kind == PRONOUN else bare
        return Mention(tokens, head, words, fold(words), determiner, kind)

    def _is_part_of_name(self, token: int) -> bool:
        """Whether a determiner begins a person's name: *a dit Le Pen*."""
        tree = self.tree
        within = token > tree.sentences[tree.sentence[token]][0]
        capital = tree.symbol[token] in DETERMINERS and tree.text[token][0].isupper()
        return within and capital and tree.entity[token] == PERSON

    def _bare(self, text: str) -> tuple[str, str]:
        """A mention without its determiners and title, and the first determiner.

        *L’un de ses amis* is *un de ses amis*, and of *certains de ses amis* the *amis* are meant.
        """
        first = ""
        while match := FIRST_WORD.match(text):
            word, rest = match.group(1).lower(), text[match.end() :]
            symbol = self.words.single.get(word) or self.words.single.get(word.rstrip("."))
            if symbol not in (*DETERMINERS, TITLE) and not (first and symbol in JOINERS):
                break
            if self.words.feature(word, "Definite") == "Ind" and self._is_part(rest):
                return word + text[len(word) :], first or word
            first = first or word
            text = rest
        return text, first

    def _is_part(self, text: str) -> bool:
        """Whether a text tells what something is a part of: *de ses amis*, but not *d’eux*."""
        following = FIRST_WORD.match(text)
        joined = following and self.words.single.get(following.group(1).lower()) in JOINERS
        return bool(joined) and any(self.words.is_open(w) for w in re.findall(r"\w+", text.lower()))

    def spoke(self, names: Sequence[str], tokens: Iterable[int]) -> None:
        """Note the source of a claim, which later mentions can stand for."""
        place = tuple(sorted(tokens))
        names = [self.known(name) for name in names]
        spoken = Spoken(frozenset(map(fold, names)), place)
        for name in spoken.names:
            self.spoke_at[name].append(len(self.history))
        self.history.append(spoken)
        if place:
            mention = self.mention(place)
            if mention.kind != PRONOUN:
                self._replaced.append((mention.folded, self.meant.get(mention.folded)))
                self.meant[mention.folded] = spoken.names
        for name in names:
            if fold(name):
                self._meet(fold(name), (name,), place, agrees=len(names) == 1)
        if len(names) > 1:
            self._meet(fold("; ".join(names)), tuple(names), place)

    def _meet(
        self, folded: str, names: tuple[str, ...], place: tuple[int, ...], *, agrees: bool = False
    ) -> None:
        """Make a source known; one alone has the gender and number of its mention."""
        key = (names, place, agrees)
        if folded not in self.entities:
            if key not in self._met:
                self._met[key] = self._source(names, place, agrees=agrees)
            self.entities[folded] = self._met[key]

    def _source(self, names: tuple[str, ...], place: tuple[int, ...], *, agrees: bool) -> Entity:
        """A source as an entity, or several as one."""
        if len(names) > 1:
            entity = Entity("; ".join(names), MANY, names=names)
        else:
            entity = Entity(names[0], SOURCE)
        if place:
            tree = self.tree
            mention = self.mention(place)
            if agrees and mention.kind != PRONOUN:
                entity.gender, entity.number = self._gender(mention), self._number(mention)
            entity.places = [(place[0], place[-1] + 1, place[0])]
            entity.heads = {tree.lemma[i] for i in place if tree.pos[i] == "NOUN"}
            entity.roles = {telling(tree, place)}
        return entity

    def choices(self, mention: Mention, content: Words = frozenset()) -> list[Choice]:
        """What the mention of a claim with this content can stand for, with features."""
        scene = self._scene(mention, content)
        people = self._people(scene)
        described = [self._described(scene, entity) for entity in people]
        holding = sum(one.role["role_holds"] for one in described)
        headed = sum(one.role["role_head"] for one in described)
        most = max((one.around for one in described), default=0)
        ranks = _ranks(one.last for one in described)
        is_people = [entity.kind in PEOPLE for entity in people]
        ranks_of_people = _ranks(
            one.last if is_one else None for one, is_one in zip(described, is_people, strict=True)
        )
        told_ranks = _ranks(one.told for one in described)
        claims: Features = {"claims_before": float(len(self.history))}
        found = []
        for n, (entity, one) in enumerate(zip(people, described, strict=True)):
            own = self._history(mention, entity)
            if scene.counted and self._counts(mention, entity):
                own["numeral"] = str(len(entity.names or (entity.name,)) == scene.counted)
            if (rank := ranks[n]) is not None:
                own["rank"] = rank
            if (rank := ranks_of_people[n]) is not None:
                own["rank_of_people"] = rank
            own["told_rank"] = FAR if (rank := told_ranks[n]) is None else rank
            own["role_alone"] = float(one.role["role_holds"] and holding == 1)
            own["head_alone"] = float(one.role["role_head"] and headed == 1)
            own["around_most"] = float(0 < one.around == most)
            blocks = (scene.shared, claims, *one.blocks, own)
            found.append(
                Choice(entity.names or (entity.name,), entity.kind, blocks, one.keys, entity)
            )
        found += (
            choice._replace(blocks=(scene.shared, claims, *choice.blocks)) for choice in scene.apart
        )
        if scene.itself is not None:
            own = self._meant(mention) | {
                "roles_holding": holding,
                "roles_headed": headed,
                "best_role": max((one.role["role"] for one in described), default=0.0),
            }
            keys = (f"{scene.lemma} {ITSELF}",) if scene.lemma else ()
            blocks = (scene.shared, claims, scene.itself, own)
            found.append(Choice((mention.text,), ITSELF, blocks, keys))
        return found

    def _people(self, scene: Scene) -> list[Entity]:
        """Whom a mention can stand for by now."""
        mention = scene.mention
        if scene.own:
            many = (self.entities.get(each.folded, each) for each in scene.own)
            return [
                one if one.kind == MANY else each for one, each in zip(many, scene.own, strict=True)
            ]
        counted_out = (e for e in scene.numbered if e.folded not in self.entities)
        found = [*scene.named]
        for entity in (*self._heard(mention), *self._nouns(mention), *counted_out):
            if entity not in scene.fitting:
                scene.fitting[entity] = self._fits(scene, entity)
            if scene.fitting[entity]:
                found.append(entity)
        return found

    def _scene(self, mention: Mention, content: Words) -> Scene:
        """What a mention can stand for, as far as that does not depend on who has spoken."""
        key = (mention.tokens, content)
        if key not in self._scenes:
            self._scenes[key] = self._read(Scene(self.tree, mention, content))
        return self._scenes[key]

    def _read(self, scene: Scene) -> Scene:
        mention = scene.mention
        scene.gender, scene.number = self._gender(mention), self._number(mention)
        scene.near = self._near(mention)
        scene.counted = self._numeral(mention)
        scene.entry = self.registry.speaker(mention.text) if mention.kind != PRONOUN else None
        scene.shared = self._features(scene)
        scene.own = self._own_names(mention)
        if not scene.own:
            scene.named = [e for e in self._nearest(scene) if self._fits(scene, e)]
            scene.numbered = self._numbered(mention, scene.counted) if scene.counted > 1 else []
        scene.apart = self._issuers(scene)
        if scene.told and mention.kind != PRONOUN and mention.text.lower() not in self.pronouns:
            scene.itself = self._itself(scene)
        return scene

    def _nearest(self, scene: Scene) -> Iterable[Entity]:
        """All that the article names; of very many, those named nearest or with a word of a mention."""
        every = islice(self.entities.values(), self._first)
        if self._first <= MOST:
            return every
        at = bisect_left(self._places, scene.mention.tokens[0], key=lambda named: named[0][0])
        near = {entity for _, entity in self._places[max(0, at - BEFORE) : at + AFTER]}
        for word in scene.capitals:
            near.update(self._having.get(word, ()))
        return (entity for entity in every if entity in near)

    def _heard(self, mention: Mention) -> Iterable[Entity]:
        """The sources that nothing names; of very many, the last and one that a mention names."""
        known, first = self.entities.values(), self._first
        if len(known) - first <= MOST_HEARD:
            return islice(known, first, None)
        last = islice(known, len(known) - BEFORE, None)
        same = self.entities.get(mention.folded)
        return dict.fromkeys([*([same] if same else []), *last])

    @cached_property
    def _places(self) -> list[Named]:
        """Where each entity is named, in text order."""
        every = islice(self.entities.values(), self._first)
        places = [(place, entity) for entity in every for place in entity.places]
        return sorted(places, key=lambda named: named[0][0])

    def _named_in(self, start: int, end: int) -> list[Named]:
        """What is named from a token up to another."""
        first, last = (
            bisect_left(self._places, at, key=lambda named: named[0][0]) for at in (start, end)
        )
        return self._places[first:last]

    @cached_property
    def _having(self) -> dict[str, list[Entity]]:
        """Word to what is named with it."""
        found: dict[str, list[Entity]] = defaultdict(list)
        for entity in islice(self.entities.values(), self._first):
            for word in {*entity.words, *entity.aliases}:
                found[word].append(entity)
        return found

    def _fits(self, scene: Scene, entity: Entity) -> bool:
        """Whether nothing speaks against an entity."""
        return (
            self._can_be(scene, entity)
            and not self._is_governed(scene.mention, entity)
            and not self._is_told_of(scene, entity)
        )

    def _sight(self, entity: Entity) -> Sight:
        if entity not in self._sights:
            self._sights[entity] = Sight(self.tree, entity, self.reported, self.speaking)
        return self._sights[entity]

    def _described(self, scene: Scene, entity: Entity) -> Described:
        """An entity as a mention sees it."""
        if entity not in scene.described:
            scene.described[entity] = self._describe(scene, entity)
        return scene.described[entity]

    def _describe(self, scene: Scene, entity: Entity) -> Described:
        mention, lemma, told = scene.mention, scene.lemma, scene.told
        at, sight = mention.tokens[0], self._sight(entity)
        last, article = before(sight.places, at), before(sight.told, at)
        role = _roles(self.tree, sight, told, mention.head)
        around = sum(word in entity.around for word in told) if entity.around else 0
        own = self._distance(scene, sight, last) | self._reported(scene, sight, last, article)
        own |= self._agreement(scene, entity)
        own |= role
        own["around"] = around / len(told) if told else 0.0
        keys: tuple[str, ...] = ()
        if lemma:
            said = sorted({*entity.heads, f"={entity.kind}"})
            if entity.kind not in PEOPLE:
                said.append(f"@{entity.folded}")
            keys = tuple(f"{lemma} {word}" for word in said)
        blocks = (sight.features, own, *self._meaning(lemma, entity))
        last_at, told_at = last[0] if last else None, article[0] if article else None
        return Described(blocks, role, last_at, told_at, around, keys)

    def _meaning(self, lemma: str, entity: Entity) -> Blocks:
        """What a noun and an entity have in common."""
        if not lemma:
            return ()
        if (lemma, entity) not in self._meanings:
            found = self.meanings.alike(lemma, entity) | self.meanings.shared(lemma, entity)
            self._meanings[lemma, entity] = found
        found = self._meanings[lemma, entity]
        return (found,) if found else ()

    def _issuers(self, scene: Scene) -> list[Choice]:
        """Who issued the document that a mention is, or is asked where a verb of *on* says."""
        mention, near = scene.mention, scene.near
        document = mention.is_noun and self._is_document(mention.head)
        if not document and not self._is_impersonal(mention):
            return []
        asked = [at for at in near if self.tree.pos[at] in ("NOUN", "PROPN")]
        found = []
        for at in self._complements(mention.head) if document else asked:
            own: Features = {"entity": ISSUER, "complement": near[at]}
            name = self._bare(phrases.phrase(self.tree.doc[at], self.words.joining).text)[0]
            found.append(Choice((self._plain(name),), ISSUER, (own,)))
        return found

    def _own_names(self, mention: Mention) -> list[Entity]:
        """Whom a mention names itself (*le ministre Paul Durand*); several as one.

        That is people whose names hang on its noun or follow a comma, without a preposition.
        """
        tree, first, last = self.tree, mention.tokens[0], mention.tokens[-1]
        inside = (
            (start, head, entity)
            for (start, end, head), entity in self._named_in(first + 1, last + 1)
            if entity.kind in PEOPLE and mention.is_noun
            if end <= last + 1 and not self._is_complement(head)
        )
        own: dict[int, Entity] = {}
        for start, head, entity in sorted(inside, key=lambda place: place[:2]):
            listed = tree.rel[head] == "conj" and tree.head[head] in own
            if listed or tree.head[head] == mention.head or tree.text[start - 1] == ",":
                own[head] = entity
        if len(own) < 2:
            return list(own.values())
        head = min(own)
        return [several(list(own.values()), (head, max(own) + 1, head))]

    def _numbered(self, mention: Mention, number: int) -> list[Entity]:
        """As many as a mention counts (*les deux ministres*): those whom a sentence before names.

        For people and for bodies that is the last sentence that names so many of them.
        """
        tree, at = self.tree, mention.tokens[0]
        first = tree.sentence[at] - NEAR
        named: dict[tuple[int, bool], dict[str, Named]] = defaultdict(dict)
        for place, entity in self._named_in(tree.sentences[max(0, first)][0], at):
            person = entity.kind in PEOPLE
            if place[1] <= at and (person or entity.kind == "organization"):
                those = named[tree.sentence[place[0]], person]
                those.setdefault(entity.folded, (place, entity))
        found: dict[bool, Entity] = {}
        for (_, person), those in sorted(named.items(), key=lambda pair: pair[0]):
            if len(those) == number and self._is_of_kind(mention, person):
                run = sorted(those.values(), key=lambda pair: pair[0])
                (start, _, head), (_, end, _) = run[0][0], run[-1][0]
                found[person] = several([entity for _, entity in run], (start, end, head))
        return list(found.values())

    def _counts(self, mention: Mention, entity: Entity) -> bool:
        """Whether what a mention counts can be such as an entity is, of several each."""
        names = (self.entities.get(fold(name)) for name in entity.names)
        members = [each for each in names if each is not None] or [entity]
        return all(self._is_of_kind(mention, each.kind in PEOPLE) for each in members)

    def _is_of_kind(self, mention: Mention, person: bool) -> bool:
        """Whether a mention's noun can be of people, or of bodies: one of no class is of people."""
        if not mention.is_noun:
            return True
        return self.meanings.can_be(self.tree.lemma[mention.head], people=person)

    def _numeral(self, mention: Mention) -> int:
        """How many are meant (*les deux ministres*, *tous deux*); 0 where it does not say.

        Of *deux ministres* nobody has been told before, and *les deux mille* are not two.
        """
        tree = self.tree
        if numeral(tree.code, mention.determiner) or self._is_document(mention.head):
            return 0
        told = (
            numeral(tree.code, tree.lower[i])
            for i in mention.tokens
            if mention.head in (i, tree.head[i]) and tree.pos[i + 1 : i + 2] != ["NUM"]
        )
        return next(filter(None, told), 0)

    def _nouns(self, mention: Mention) -> list[Entity]:
        """What the nouns shortly before a pronoun name that is neither a name nor a source yet."""
        if mention.kind != PRONOUN:
            return []
        at = mention.tokens[0]
        first = self.tree.sentences[max(0, self.tree.sentence[at] - NEAR)][0]
        first = bisect_left(self._noun_tokens, max(first, at - FARTHEST))
        found: dict[str, list[int]] = {}
        for head in self._noun_tokens[first : bisect_left(self._noun_tokens, at)]:
            noun = None if self._is_named(head) else self._noun(head)
            if noun is not None and noun.folded not in self.entities:
                found.setdefault(noun.folded, []).append(head)
        return [self._together(tuple(heads)) for heads in found.values()]

    @cached_property
    def _noun_tokens(self) -> list[int]:
        tree = self.tree
        return [i for i in tree.word_tokens if tree.pos[i] == "NOUN"]

    def _together(self, heads: tuple[int, ...]) -> Entity:
        """What noun phrases of one name name."""
        if heads not in self._joined:
            nouns = [noun for head in heads if (noun := self._noun(head))]
            places = [place for noun in nouns for place in noun.places]
            self._joined[heads] = replace(nouns[0], places=places)
        return self._joined[heads]

    def _is_named(self, head: int) -> bool:
        """Whether a noun, or a word that hangs on it, is of a name that is known."""
        if self.named is None:
            places = (place for entity in self.entities.values() for place in entity.places)
            self.named = frozenset(i for start, end, _ in places for i in range(start, end))
        beside = (k for k in self.tree.children[head] if k in self.named)
        # la maire Léa Roux is she
        return head in self.named or any(not self._is_complement(k) for k in beside)

    def _noun(self, head: int) -> Entity | None:
        """What a noun phrase that can speak names, by its head; None for any other."""
        if head not in self._nouns_known:
            self._nouns_known[head] = self._noun_phrase(head)
        return self._nouns_known[head]

    def _noun_phrase(self, head: int) -> Entity | None:
        tree = self.tree
        uses = self.profiles.subject(tree, head)
        if tree.rel[head] != "nsubj" and uses["speaking_of_cue"] < SPEAKING:
            return None
        span = phrases.phrase(tree.doc[head], self.words.joining, tree.media)
        name = self._bare(self._plain(span.text))[0]
        if not fold(name):
            return None
        form = tree.morph[head]
        return Entity(
            name,
            NOUN,
            places=[(span.start, span.end, head)],
            roles={telling(tree, range(span.start, span.end))},
            heads={tree.lemma[head]},
            gender=form.get("Gender", ""),
            number=form.get("Number", ""),
            speaking=uses["speaking_of_cue"],
        )

    def _is_complement(self, token: int) -> bool:
        return any(self.tree.rel[k] == "case" for k in self.tree.children[token])

    def _is_document(self, head: int) -> bool:
        """Whether a noun speaks for whoever issued what it names."""
        return self.tree.lemma[head] in self.documents

    def _reported(
        self, scene: Scene, sight: Sight, last: Region | None, told: Region | None
    ) -> Features:
        """Whether an entity is spoken of by others, and when the article last told of it."""
        tree, at = self.tree, scene.mention.tokens[0]
        subject = before(sight.subjects, at)
        features: Features = {
            "in_content": float(not sight.numbers.keys().isdisjoint(scene.content)),
            "last_reported": float(last is not None and last[2] in self.reported),
            "told_times": float(bisect_right(sight.told_ends, at)),
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

    def _can_be(self, scene: Scene, entity: Entity) -> bool:
        """Whether nothing speaks against a choice: another name, gender or number."""
        mention = scene.mention
        if mention.kind == "person":
            return bool(entity.words & scene.capitals) or mention.folded in entity.aliases
        if mention.kind != PRONOUN:
            man = entity.kind in PEOPLE and entity.gender == "Masc"
            return not (man and self._tells_a_woman(mention))
        gender, number = scene.gender, scene.number
        collective = number == "Plur" and entity.kind in COLLECTIVE  # la CGT …, ils
        if entity.number and number and entity.number != number and not collective:
            return False
        if number == "Plur":
            return entity.kind not in PEOPLE
        return entity.kind != MANY and not (gender and entity.gender and gender != entity.gender)

    def _tells_a_woman(self, mention: Mention) -> bool:
        """Whether a mention's noun is one of people and feminine (*la ministre*); *le* can be either."""
        article = self.words.feature(mention.determiner, "Gender")
        if not mention.is_noun or (article or self._gender(mention)) != "Fem":
            return False
        return self.meanings.is_of_people(self.tree.lemma[mention.head])

    def _is_governed(self, mention: Mention, entity: Entity) -> bool:
        """Whether a mention tells whose somebody is: *le fils de Marie Curie* is not she."""
        tree, tokens = self.tree, mention.tokens
        return (
            entity.kind in PEOPLE
            and not self._is_document(mention.head)
            and any(
                tokens[0] < start <= tokens[-1]
                and tree.head[head] == mention.head
                and tree.rel[start - 1] == "case"
                for start, _, head in entity.places
            )
        )

    def _is_told_of(self, scene: Scene, entity: Entity) -> bool:
        """Whether somebody is one of whom a noun tells something, and so not who it stands for.

        *Selon le procureur, Léa Roux a menti* names her in what the procurator said for the first
        time, and *le maire, accusé d'avoir frappé Léa Roux, nie* in a clause of the mayor.
        """
        mention = scene.mention
        if not mention.is_noun or entity.kind not in PEOPLE:
            return False
        if scene.below and any(head in scene.below for *_, head in entity.places):
            return True
        if before(entity.places, mention.tokens[0]) is not None:
            return False
        following = entity.after(mention.tokens[-1] + 1)
        return following is not None and following[2] in scene.content

    def _complements(self, head: int) -> list[int]:
        """The nouns that a noun's complements name, an agent of its participle too."""
        tree = self.tree
        below = tree.children[head]
        agents = [k for p in below if tree.rel[p] == "acl" for k in tree.children[p]]
        found = [k for k in below if tree.rel[k] == "nmod"]
        found += [k for k in agents if tree.dep[k] == "obl:agent"]
        return [k for k in found if tree.pos[k] in ("NOUN", "PROPN")]

    def _near(self, mention: Mention) -> dict[int, str]:
        """How each word hangs on a mention's head, or on a participle of it.

        Of *on* that are the adjuncts of its verb (*indique-t-on à la mairie*).
        """
        tree = self.tree
        if self._is_impersonal(mention):
            verb = tree.head[mention.head]
            below = [k for k in tree.children[verb] if tree.rel[k] == "obl" and k != mention.head]
        else:
            below = tree.children[mention.head]
            below = [*below, *(k for p in below if tree.rel[p] == "acl" for k in tree.children[p])]
        cases = (
            next((tree.lower[k] for k in tree.children[at] if tree.rel[k] == "case"), "")
            for at in below
        )
        return {at: f"{tree.dep[at]} {case}" for at, case in zip(below, cases, strict=True)}

    def _is_impersonal(self, mention: Mention) -> bool:
        """Whether a mention is *on*, which stands for whoever is asked where its verb says."""
        if mention.kind != PRONOUN or self.tree.rel[mention.head] != "nsubj":
            return False
        told = self.words.pronoun(mention.text) or {}
        return told.get("PronType") == "Ind" or self.words.single.get(mention.text) == NEUTRAL

    def _plain(self, name: str) -> str:
        """A name without quotation marks."""
        return " ".join(self.marks.sub(" ", name).split())

    def _features(self, scene: Scene) -> Features:
        """What a mention is."""
        tree, mention, head = self.tree, scene.mention, scene.mention.head
        children = tree.children[head]
        features: Features = {
            "kind": mention.kind,
            "form": mention.text if mention.kind == PRONOUN else "",
            "number": scene.number,
            "gender": scene.gender,
            "definite": self.words.feature(mention.determiner, "Definite") or mention.determiner,
            "length": float(len(scene.told)),
            "capitals": float(len(scene.capitals)),
            "head": tree.lemma[head] if mention.kind != PRONOUN else "",
            "document": float(self._is_document(head)),
            "modifier": next((tree.lemma[k] for k in children if tree.rel[k] == "amod"), ""),
            "possessive": float(any(tree.morph[k].get("Poss") == "Yes" for k in children)),
            "demonstrative": float(any(tree.morph[k].get("PronType") == "Dem" for k in children)),
            "relative": float(tree.morph[head].get("PronType") == "Rel"),
            "from_start": float(
                mention.tokens[0] - tree.sentences[tree.sentence[mention.tokens[0]]][0]
            ),
            "dep": tree.dep[head],
        }
        if mention.is_noun:
            features |= self.profiles.subject(tree, head)
        return features

    def _number(self, mention: Mention) -> str:
        """Its number; of a possessive (*à ses yeux*) that of whose it is."""
        if mention.kind == PRONOUN and (owners := self.words.feature(mention.text, "Possessor")):
            return owners
        own = self.words.feature(mention.determiner, "Number")
        return own or self.tree.morph[mention.head].get("Number", "")

    def _gender(self, mention: Mention) -> str:
        """Its gender; a possessive does not tell that of whose it is."""
        if mention.kind == PRONOUN and self.words.feature(mention.text, "Possessor"):
            return ""
        told = self.words.pronoun(mention.text) if mention.kind == PRONOUN else None
        return (told or self.tree.morph[mention.head]).get("Gender", "")

    def _distance(self, scene: Scene, sight: Sight, last: Region | None) -> Features:
        """How far away an entity is named, before and after the mention."""
        tree, mention, near = self.tree, scene.mention, scene.near
        at, end = mention.tokens[0], mention.tokens[-1] + 1
        following, places = sight.entity.after(end), sight.places
        first, stop = bisect_left(places, (at,)), bisect_left(places, (end,))
        governed = [sight.numbers[head] for head in near if head in sight.numbers]
        speaking = sight.speaking
        elsewhere = len(speaking) - bisect_left(speaking, end) + bisect_left(speaking, at)
        features: Features = {
            "named_before": float(last is not None),
            "inside": float(any(e <= end for _, e, _ in places[first:stop])),
            "complement": near[places[min(governed)][2]] if governed else "",
            "times_before": float(first),
            "times_as_source": float(elsewhere),
            "kinds": f"{mention.kind} {sight.entity.kind} {scene.number}",
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

    def _meant(self, mention: Mention) -> Features:
        """Whom a mention stood for last."""
        meant = self.meant.get(mention.folded)
        return {
            "meant": float(meant == frozenset({mention.folded})),
            "meant_other": float(meant is not None),
        }

    def _history(self, mention: Mention, entity: Entity) -> Features:
        """When an entity last spoke."""
        tree, at = self.tree, mention.tokens[0]
        spoken = [self.spoke_at.get(name, []) for name in entity.all_names]
        times = spoken[0]
        if len(spoken) > 1:
            times = sorted(set(times).intersection(*spoken[1:])) if all(spoken) else []
        features: Features = {
            "spoke": float(len(times)),
            "claims_since": FAR,
            "meant": float(self.meant.get(mention.folded) == entity.all_names),
        }
        if times:
            claim = self.history[times[-1]]
            features["claims_since"] = float(len(self.history) - 1 - times[-1])
            if claim.tokens:
                features["spoke_tokens_since"] = float(at - claim.tokens[0])
                number = tree.sentence[claim.tokens[0]]
                features["spoke_sentences_since"] = float(tree.sentence[at] - number)
                features["spoke_lines_since"] = float(tree.line[at] - tree.line[claim.tokens[0]])
        return features

    def _agreement(self, scene: Scene, entity: Entity) -> Features:
        """How the words of a mention agree with an entity."""
        mention, gender, entry = scene.mention, scene.gender, scene.entry
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
                and mention.folded == fold(self._initials(entity))
            ),
        }
        if entry is not None:
            features["registered"] = float(fold(entry.name) == entity.folded)
        return features

    def _initials(self, entity: Entity) -> str:
        """The first letters of the words of a name that are of no closed class."""
        words = re.findall(r"\w+", entity.name)
        return "".join(word[0] for word in words if self.words.is_open(word.lower()))

    def _itself(self, scene: Scene) -> Features:
        """What tells of a mention's own words."""
        mention = scene.mention
        return {
            "entity": ITSELF,
            "kinds": f"{mention.kind} {ITSELF} {scene.number}",
            "registered_itself": float(scene.entry is not None),
            "times": float(self._lemmas[self.tree.lemma[mention.head]]),
            "name_length": float(len(scene.told)),
        }

    @cached_property
    def _lemmas(self) -> Counter[str]:
        return Counter(self.tree.lemma)


def _roles(tree: Tree, sight: Sight, told: frozenset[str], head: int) -> dict[str, float]:
    """How well the words of a mention tell what is said of an entity."""
    found = {"role": 0.0, "role_holds": 0.0}
    if not told.isdisjoint(sight.role_words):
        roles = sight.entity.roles
        found["role"] = max(len(told & role) / len(told | role) for role in roles if role)
        found["role_holds"] = float(any(told <= role for role in roles))
    return found | {"role_head": float(tree.lemma[head] in sight.entity.heads)}


def _ranks(last: Iterable[int | None]) -> list[float | None]:
    """How many others were named since each, from where each was named last."""
    places = list(last)
    named = [n for n, place in enumerate(places) if place is not None]
    found: list[float | None] = [None] * len(places)
    for rank, n in enumerate(sorted(named, key=lambda n: -(places[n] or 0))):
        found[n] = float(rank)
    return found
