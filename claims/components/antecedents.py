"""Antecedents: what the mentions of one article can stand for, as its claims are told.

A mention (*il*, *le ministre*, *M. Roux*, *la CGT*) can stand for whom or what the article
names, for the source of an earlier claim, or for itself. Features say what the mention is
(`mention_features.py`), how far away a candidate is, how it agrees in gender and number, which of
its roles the mention's words tell (`scenes.py`), and who spoke last (as in the rankers of mentions
after Ng and Cardie 2002, Improving Machine Learning Approaches to Coreference Resolution).
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, takewhile
from typing import NamedTuple

from claims.components import phrases, profiles
from claims.components.candidates import Words
from claims.components.chunks import TITLE, words
from claims.components.encodings import Counts
from claims.components.entities import (
    MANY,
    PEOPLE,
    SOURCE,
    Entity,
    Named,
    before,
    entities,
    several,
    telling,
    together,
)
from claims.components.given_names import given_names
from claims.components.meanings import Meanings
from claims.components.mention_features import PRONOUN, Mention, MentionReader
from claims.components.scenes import FAR, Choice, Described, Likeness, Scene, Sight
from claims.components.sheets import Blocks, Features
from claims.components.trees import Tree
from claims.model import SpeakerKind, fold
from claims.registry import Registry, SpeakerEntry

PRIOR = (0.3, 2)
"""How often right, of how many, is taken before anything is counted."""
ROLE_WORD = re.compile(r"\w+['’]|[\w-]+")
"""A word of a role."""
ISSUER = "issuer"
"""The kind of what a mention's own complement names (*un bilan fourni par la mairie*), or *on*'s verb."""
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
MOST = 80
"""Names of which all are weighed; four of the 120 longest of 4,052 articles have more. Of more those
named nearest are."""
MOST_HEARD = 60
"""The same of sources that nothing names: of more the last are weighed."""
BEFORE, AFTER = 30, 10
"""How many names before a mention and after it are near then, and how many sources before it."""


def counted(choices: Iterable[Choice], counts: Counts) -> list[Blocks]:
    """The features of choices, with how often a noun like the mention's stood for such a one."""
    known: dict[tuple[str, ...], Features] = {}
    found = []
    for choice in choices:
        own = known.get(choice.keys)
        if own is None:
            own = known[choice.keys] = _rate(choice.keys, counts)
        found.append((*choice.blocks, own))
    return found


def _rate(keys: Iterable[str], counts: Counts) -> Features:
    """How often what is counted by some keys was right, by the key that it was most often of."""
    seen = [counts[key] for key in keys if key in counts]
    if not seen:
        return {}
    rate, times = max(((right + PRIOR[0]) / (times + PRIOR[1]), times) for right, times in seen)
    return {"said_rate": rate, "said_times": times}


@dataclass
class Spoken:
    """The source of an earlier claim."""

    names: frozenset[str]
    """Folded."""
    tokens: tuple[int, ...]


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
        self._unnamed: dict[int, Entity | None] = {}
        self._joined: dict[tuple[int, ...], Entity] = {}
        self._met: dict[tuple[object, ...], Entity] = {}
        self._sights: dict[Entity, Sight] = {}
        self._scenes: dict[tuple[tuple[int, ...], Words], Scene] = {}
        self._like: dict[tuple[object, ...], dict[Entity, Likeness]] = {}
        self._entries: dict[str, SpeakerEntry | None] = {}
        self._meanings: dict[tuple[str, Entity], Blocks] = {}
        self._blocks: dict[tuple[object, ...], Features] = {}
        self.words, self.reader = words(self.tree.code), MentionReader(self.tree)
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

    @property
    def state(self) -> State:
        """What is known by now, to come back to."""
        return State(len(self.history), len(self.entities), len(self._replaced), self.named)

    def forget(self) -> None:
        """Forget the mentions that were read; they are read anew if they are asked for again."""
        self._scenes.clear()
        self._like.clear()

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
        entry = self._registered(own) or self._registered(name)
        titled = any(self.tree.symbol[i] == TITLE for i in mention.tokens)
        known = self.entities.get(fold(name))
        given = known is not None and self._is_given(known)
        return None if entry and (titled or given) and entry.kind in NO_PERSON else entry

    def _is_given(self, entity: Entity) -> bool:
        """Whether somebody is called by a first name, be it a country's too (*Maurice*)."""
        return entity.kind in PEOPLE and entity.folded in given_names(self.tree.code)

    def known(self, name: str) -> str:
        """The registry's name of somebody; the name itself where it has none."""
        entry = self._registered(name)
        return entry.name if entry else name

    def _registered(self, name: str) -> SpeakerEntry | None:
        """The registry's entry of a name."""
        if name not in self._entries:
            self._entries[name] = self.registry.speaker(name)
        return self._entries[name]

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
        outlet, entry = self.registry.outlet(entity.name), self._registered(entity.name)
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

    def spoke(self, names: Sequence[str], tokens: Iterable[int]) -> None:
        """Note the source of a claim, which later mentions can stand for."""
        place = tuple(sorted(tokens))
        names = [self.known(name) for name in names]
        spoken = Spoken(frozenset(map(fold, names)), place)
        for name in spoken.names:
            self.spoke_at[name].append(len(self.history))
        self.history.append(spoken)
        if place:
            mention = self.reader.mention(place)
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
            mention = self.reader.mention(place)
            if agrees and mention.kind != PRONOUN:
                entity.gender, entity.number = (
                    self.reader.gender(mention),
                    self.reader.number(mention),
                )
            entity.places = [(place[0], place[-1] + 1, place[0])]
            entity.heads = {tree.lemma[i] for i in place if tree.pos[i] == "NOUN"}
            entity.roles = {telling(tree, place)}
        return entity

    def choices(self, mention: Mention, content: Words = frozenset()) -> list[Choice]:
        """What the mention of a claim with this content can stand for, with features."""
        scene = self._scene(mention, content)
        people = self._people(scene)
        known = scene.described
        described = [known.get(entity) or self._describe(scene, entity) for entity in people]
        likes = [one.like for one in described]
        holding = sum([like.holds for like in likes])
        headed = sum([like.headed for like in likes])
        most = max([like.around for like in likes], default=0)
        last = [one.last for one in described]
        ranks, told_ranks = _ranks(last), _ranks([one.told for one in described])
        ranks_of_people = _ranks(
            [at if entity.kind in PEOPLE else None for at, entity in zip(last, people, strict=True)]
        )
        claims: Features = {"claims_before": len(self.history)}
        meant = self.meant.get(mention.folded)
        found = []
        for n, (entity, one) in enumerate(zip(people, described, strict=True)):
            own, like = self._history(scene.at, entity), one.like
            own["meant"] = meant == entity.all_names
            if scene.counted and self._counts(mention, entity):
                own["numeral"] = str(len(entity.names or (entity.name,)) == scene.counted)
            if (rank := ranks[n]) is not None:
                own["rank"] = rank
            if (rank := ranks_of_people[n]) is not None:
                own["rank_of_people"] = rank
            own["told_rank"] = FAR if (rank := told_ranks[n]) is None else rank
            own["role_alone"] = like.holds and holding == 1
            own["head_alone"] = like.headed and headed == 1
            own["around_most"] = 0 < like.around == most
            blocks = (scene.shared, claims, *one.blocks, own)
            found.append(
                Choice(entity.names or (entity.name,), entity.kind, blocks, like.keys, entity)
            )
        found += (
            choice._replace(blocks=(scene.shared, claims, *choice.blocks)) for choice in scene.apart
        )
        if scene.itself is not None:
            own = self._meant(mention) | {
                "roles_holding": holding,
                "roles_headed": headed,
                "best_role": max([like.share for like in likes], default=0.0),
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
        scene.gender, scene.number = self.reader.gender(mention), self.reader.number(mention)
        scene.near = self.reader.near(mention)
        scene.counted = self.reader.numeral(mention)
        scene.entry = self._registered(mention.text) if mention.kind != PRONOUN else None
        scene.is_woman, scene.governed = self._is_woman(mention), self._governed(mention)
        key = (mention.kind, mention.text, scene.gender, scene.number, scene.told)
        scene.like = self._like.setdefault((*key, self.tree.lemma[mention.head]), {})
        told, capitals = len(scene.told), len(scene.capitals)
        scene.shared = self.reader.features(mention, told, capitals)
        scene.own = self._own_names(mention)
        if not scene.own:
            scene.named = [e for e in self._nearest(scene) if self._fits(scene, e)]
            scene.numbered = self._numbered(mention, scene.counted) if scene.counted > 1 else []
        scene.apart = self._issuers(scene)
        if (
            scene.told
            and mention.kind != PRONOUN
            and mention.text.lower() not in self.reader.pronouns
        ):
            scene.itself = self._itself(scene)
        return scene

    def _nearest(self, scene: Scene) -> Iterable[Entity]:
        """All that the article names; of very many, those named nearest or with a word of a mention."""
        if self._first <= MOST:
            return islice(self.entities.values(), self._first)
        at = bisect_left(self._places, scene.mention.tokens[0], key=lambda named: named[0][0])
        near = {entity for _, entity in self._places[max(0, at - BEFORE) : at + AFTER]}
        for word in scene.capitals:
            near.update(self._having.get(word, ()))
        return sorted(near, key=self._order.__getitem__)

    def _heard(self, mention: Mention) -> Iterable[Entity]:
        """The sources that nothing names; of very many, the last and one that a mention names."""
        number = len(self.entities) - self._first
        few = number <= MOST_HEARD
        last = [*islice(reversed(self.entities.values()), number if few else BEFORE)][::-1]
        same = None if few else self.entities.get(mention.folded)
        return last if same is None else dict.fromkeys([same, *last])

    @cached_property
    def _order(self) -> dict[Entity, int]:
        """What the article names, numbered."""
        return {entity: n for n, entity in enumerate(islice(self.entities.values(), self._first))}

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
            and entity not in scene.governed
            and not self._is_told_of(scene, entity)
        )

    def _sight(self, entity: Entity) -> Sight:
        if entity not in self._sights:
            self._sights[entity] = Sight(self.tree, entity, self.reported, self.speaking)
        return self._sights[entity]

    def _describe(self, scene: Scene, entity: Entity) -> Described:
        """An entity as a mention sees it."""
        sight = self._sight(entity)
        like = scene.like.get(entity)
        if like is None:
            meaning = self._meaning(scene.lemma, entity)
            like = scene.like[entity] = sight.like(scene, meaning, self._same)
        found = scene.described[entity] = sight.described(scene, like)
        return found

    def _same(self, block: Features) -> Features:
        """The first block that was the same: what many rows have is read once."""
        return self._blocks.setdefault((*block, *block.values()), block)

    def _meaning(self, lemma: str, entity: Entity) -> Blocks:
        """What a noun and an entity have in common."""
        if not lemma:
            return ()
        if (lemma, entity) not in self._meanings:
            shared = self._same(self.meanings.shared(lemma, entity))
            blocks = (self.meanings.alike(lemma, entity), shared)
            self._meanings[lemma, entity] = tuple(filter(None, blocks))
        return self._meanings[lemma, entity]

    def _issuers(self, scene: Scene) -> list[Choice]:
        """Who issued the document that a mention is, or is asked where a verb of *on* says."""
        mention, near = scene.mention, scene.near
        document = mention.is_noun and self.reader.is_document(mention.head)
        if not document and not self.reader.is_impersonal(mention):
            return []
        asked = [at for at in near if self.tree.pos[at] in ("NOUN", "PROPN")]
        found = []
        for at in self.reader.complements(mention.head) if document else asked:
            own: Features = {"entity": ISSUER, "complement": near[at]}
            name = self.reader.bare(phrases.phrase(self.tree.doc[at], self.words.joining).text)[0]
            found.append(Choice((self.reader.plain(name),), ISSUER, (own,)))
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
            if end <= last + 1 and not self.reader.is_complement(head)
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

    def _nouns(self, mention: Mention) -> list[Entity]:
        """What the nouns shortly before a pronoun name that is neither a name nor a source yet."""
        if mention.kind != PRONOUN:
            return []
        at = mention.tokens[0]
        first = self.tree.sentences[max(0, self.tree.sentence[at] - NEAR)][0]
        first = bisect_left(self._noun_tokens, max(first, at - FARTHEST))
        heads = self._noun_tokens[first : bisect_left(self._noun_tokens, at)]
        if heads and self.named is None:
            places = (place for entity in self.entities.values() for place in entity.places)
            self.named = frozenset(i for start, end, _ in places for i in range(start, end))
            self._unnamed.clear()
        found: dict[str, list[int]] = {}
        for head in heads:
            if head not in self._unnamed:
                self._unnamed[head] = None if self._is_named(head) else self._noun(head)
            noun = self._unnamed[head]
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
        named = self.named or frozenset()
        beside = (k for k in self.tree.children[head] if k in named)
        # la maire Léa Roux is she
        return head in named or any(not self.reader.is_complement(k) for k in beside)

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
        name = self.reader.bare(self.reader.plain(span.text))[0]
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

    def _can_be(self, scene: Scene, entity: Entity) -> bool:
        """Whether nothing speaks against a choice: another name, gender or number."""
        mention = scene.mention
        if mention.kind == "person":
            return bool(entity.words & scene.capitals) or mention.folded in entity.aliases
        if mention.kind != PRONOUN:
            man = entity.kind in PEOPLE and entity.gender == "Masc"
            return not (man and scene.is_woman)
        gender, number = scene.gender, scene.number
        collective = number == "Plur" and entity.kind in COLLECTIVE  # la CGT …, ils
        if entity.number and number and entity.number != number and not collective:
            return False
        if number == "Plur":
            return entity.kind not in PEOPLE
        return entity.kind != MANY and not (gender and entity.gender and gender != entity.gender)

    def _is_woman(self, mention: Mention) -> bool:
        """Whether a mention's noun is one of people and feminine (*la ministre*); *le* can be either."""
        article = self.words.feature(mention.determiner, "Gender")
        if not mention.is_noun or (article or self.reader.gender(mention)) != "Fem":
            return False
        return self.meanings.is_of_people(self.tree.lemma[mention.head])

    def _governed(self, mention: Mention) -> frozenset[Entity]:
        """Of whom a mention tells who somebody else is: *le fils de Marie Curie* is not she."""
        tree, tokens = self.tree, mention.tokens
        if tokens[0] == tokens[-1] or self.reader.is_document(mention.head):
            return frozenset()
        return frozenset(
            entity
            for (start, _, head), entity in self._named_in(tokens[0] + 1, tokens[-1] + 1)
            if entity.kind in PEOPLE
            and tree.head[head] == mention.head
            and tree.rel[start - 1] == "case"
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

    def _meant(self, mention: Mention) -> Features:
        """Whom a mention stood for last."""
        meant = self.meant.get(mention.folded)
        return {
            "meant": float(meant == frozenset({mention.folded})),
            "meant_other": float(meant is not None),
        }

    def _times(self, entity: Entity) -> Sequence[int]:
        """The numbers in `history` of what an entity is the source of; of several, all of them."""
        name, *others = entity.folded_names
        times = self.spoke_at.get(name, ())
        for other in others if times else ():
            times = sorted({*times}.intersection(self.spoke_at.get(other, ())))
        return times

    def _history(self, at: int, entity: Entity) -> Features:
        """When an entity last spoke before a token."""
        times = self._times(entity)
        if not times:
            return {"spoke": 0, "claims_since": FAR}
        tree, claim = self.tree, self.history[times[-1]]
        features: Features = {
            "spoke": len(times),
            "claims_since": len(self.history) - 1 - times[-1],
        }
        if claim.tokens:
            first = claim.tokens[0]
            features["spoke_tokens_since"] = at - first
            features["spoke_sentences_since"] = tree.sentence[at] - tree.sentence[first]
            features["spoke_lines_since"] = tree.line[at] - tree.line[first]
        return features

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


def _ranks(places: Sequence[int | None]) -> list[int | None]:
    """How many others were named since each, from where each was named last."""
    found: list[int | None] = [None] * len(places)
    named = [(-place, n) for n, place in enumerate(places) if place is not None]
    for rank, (_, n) in enumerate(sorted(named)):
        found[n] = rank
    return found
