"""Antecedents: what a speaker's mention can stand for, and the features of each choice.

A mention (*il*, *le ministre*, *M. Roux*, *la CGT*) can stand for whom or what the article
names, for the source of an earlier claim, or for itself. Features say how far away a candidate
is, how it agrees in gender and number, which of its roles the mention's words tell, and who
spoke last (as in the rankers of mentions after Ng and Cardie 2002, Improving Machine
Learning Approaches to Coreference Resolution).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import takewhile
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
    nouns: dict[int, Entity | None] = field(default_factory=dict)
    """Head of a noun phrase to what it names, as far as that was asked for."""

    def __post_init__(self) -> None:
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
        styles = marks(self.tree.code).closes
        apart = sorted({*styles, *styles.values()} - {"’"})
        self.marks = re.compile("|".join(map(re.escape, apart)))

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
        return Mention(tuple(tokens), head, words, fold(words), determiner, kind)

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
        self.history.append(Spoken(frozenset(map(fold, names)), place))
        if place:
            mention = self.mention(place)
            if mention.kind != PRONOUN:
                self.meant[mention.folded] = self.history[-1].names
        for name in names:
            if fold(name):
                self._meet(Entity(name, SOURCE), place, agrees=len(names) == 1)
        if len(names) > 1:
            self._meet(Entity("; ".join(names), MANY, names=tuple(names)), place)

    def _meet(self, entity: Entity, place: Sequence[int], *, agrees: bool = False) -> None:
        """Make a source known; one alone has the gender and number of its mention."""
        known = self.entities.setdefault(entity.folded, entity)
        if known is entity and place:
            tree = self.tree
            mention = self.mention(place)
            if agrees and mention.kind != PRONOUN:
                entity.gender, entity.number = self._gender(mention), self._number(mention)
            entity.places = [(place[0], place[-1] + 1, place[0])]
            entity.heads = {tree.lemma[i] for i in place if tree.pos[i] == "NOUN"}
            entity.roles = {telling(tree, place)}

    def choices(self, mention: Mention, content: Words = frozenset()) -> list[Choice]:
        """What the mention of a claim with this content can stand for, with features."""
        told = telling(self.tree, mention.tokens)
        capitals = (
            frozenset(fold(w) for w in re.findall(r"\w+", mention.text) if w[0].isupper())
            if mention.kind != PRONOUN
            else frozenset()
        )
        number = self._numeral(mention)
        counted_out = self._numbered(mention, number) if number > 1 else []
        people = [
            e
            for e in (*self.entities.values(), *self._nouns(mention), *counted_out)
            if self._can_be(mention, e, capitals)
            and not self._is_governed(mention, e)
            and not self._is_told_of(mention, e, content)
        ]
        if own_names := self._own_names(mention):
            people = own_names
        roles = {id(e): _roles(self.tree, e, told, mention.head) for e in people}
        shared = self._mention(mention, told, capitals)
        near = self._near(mention)
        entry = self.registry.speaker(mention.text) if mention.kind != PRONOUN else None
        last = {id(e): place[0] for e in people if (place := e.before(mention.tokens[0]))}
        ranks = _ranks(last)
        ranks_of_people = _ranks(
            {id(e): last[id(e)] for e in people if e.kind in PEOPLE and id(e) in last}
        )
        untold = {id(e): self._told(e, mention.tokens[0]) for e in people}
        told_ranks = _ranks({e: places[-1][0] for e, places in untold.items() if places})
        around = {id(e): sum(word in e.around for word in told) for e in people}
        most = max(around.values(), default=0)
        holding = sum(role["role_holds"] for role in roles.values())
        headed = sum(role["role_head"] for role in roles.values())
        lemma = self.tree.lemma[mention.head] if mention.is_noun else ""
        found = []
        for e, classed in zip(people, self.meanings.shared(lemma, people), strict=True):
            own = self._distance(mention, e, near) | self._history(mention, e)
            own |= self._reported(mention, e, content, untold[id(e)])
            own |= self.meanings.alike(lemma, e)
            own |= classed
            if number and self._counts(mention, e):
                own["numeral"] = str(len(e.names or (e.name,)) == number)
            own |= self._agreement(mention, e, entry, capitals) | roles[id(e)]
            if id(e) in ranks:
                own["rank"] = ranks[id(e)]
            if id(e) in ranks_of_people:
                own["rank_of_people"] = ranks_of_people[id(e)]
            own["told_rank"] = told_ranks.get(id(e), FAR)
            own["role_alone"] = float(roles[id(e)]["role_holds"] and holding == 1)
            own["head_alone"] = float(roles[id(e)]["role_head"] and headed == 1)
            own["around"] = around[id(e)] / len(told) if told else 0.0
            own["around_most"] = float(0 < around[id(e)] == most)
            said = sorted({*e.heads, f"={e.kind}"}) if lemma else []
            if lemma and e.kind not in PEOPLE:
                said.append(f"@{e.folded}")
            keys = tuple(f"{lemma} {word}" for word in said)
            found.append(Choice(e.names or (e.name,), e.kind, (shared, own), keys, e))
        document = mention.is_noun and self._is_document(mention.head)
        if document or self._is_impersonal(mention):
            asked = [at for at in near if self.tree.pos[at] in ("NOUN", "PROPN")]
            for at in self._complements(mention.head) if document else asked:
                own = {"entity": ISSUER, "complement": near[at]}
                name = self._bare(phrases.phrase(self.tree.doc[at], self.words.joining).text)[0]
                found.append(Choice((self._plain(name),), ISSUER, (shared, own)))
        if told and mention.kind != PRONOUN and mention.text.lower() not in self.pronouns:
            own = self._itself(mention, told, list(roles.values()))
            keys = (f"{lemma} {ITSELF}",) if lemma else ()
            found.append(Choice((mention.text,), ITSELF, (shared, own), keys))
        return found

    def _own_names(self, mention: Mention) -> list[Entity]:
        """Whom a mention names itself (*le ministre Paul Durand*); several as one.

        That is people whose names hang on its noun or follow a comma, without a preposition.
        """
        tree, first, last = self.tree, mention.tokens[0], mention.tokens[-1]
        inside = (
            (start, head, entity)
            for entity in self.entities.values()
            if entity.kind in PEOPLE and mention.is_noun
            for start, end, head in entity.places
            if first < start and end <= last + 1 and not self._is_complement(head)
        )
        own: dict[int, Entity] = {}
        for start, head, entity in sorted(inside, key=lambda place: place[:2]):
            listed = tree.rel[head] == "conj" and tree.head[head] in own
            if listed or tree.head[head] == mention.head or tree.text[start - 1] == ",":
                own[head] = entity
        if len(own) < 2:
            return list(own.values())
        head = min(own)
        whole = several(list(own.values()), (head, max(own) + 1, head))
        return [self.entities.get(whole.folded, whole)]

    def _numbered(self, mention: Mention, number: int) -> list[Entity]:
        """As many as a mention counts (*les deux ministres*): those whom a sentence before names.

        For people and for bodies that is the last sentence that names so many of them.
        """
        tree, at = self.tree, mention.tokens[0]
        first = tree.sentence[at] - NEAR
        named: dict[tuple[int, bool], dict[str, Named]] = defaultdict(dict)
        for entity in self.entities.values():
            person = entity.kind in PEOPLE
            for place in entity.places if person or entity.kind == "organization" else ():
                if place[1] <= at and tree.sentence[place[0]] >= first:
                    those = named[tree.sentence[place[0]], person]
                    those.setdefault(entity.folded, (place, entity))
        found: dict[bool, Entity] = {}
        for (_, person), those in sorted(named.items(), key=lambda pair: pair[0]):
            if len(those) == number and self._is_of_kind(mention, person):
                run = sorted(those.values(), key=lambda pair: pair[0])
                (start, _, head), (_, end, _) = run[0][0], run[-1][0]
                found[person] = several([entity for _, entity in run], (start, end, head))
        return [each for each in found.values() if each.folded not in self.entities]

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
        number = self.tree.sentence[mention.tokens[0]]
        first = self.tree.sentences[max(0, number - NEAR)][0]
        found: dict[str, Entity] = {}
        for at in range(first, mention.tokens[0]):
            if at not in self.nouns:
                self.nouns[at] = self._noun(at)
            noun = self.nouns[at]
            if noun is None or noun.folded in self.entities:
                continue
            if noun.folded in found:
                found[noun.folded].places += noun.places
            else:
                found[noun.folded] = replace(noun, places=[*noun.places])
        return list(found.values())

    @cached_property
    def named(self) -> frozenset[int]:
        """The tokens of all that was known when the first pronoun was read."""
        places = (place for entity in self.entities.values() for place in entity.places)
        return frozenset(i for start, end, _ in places for i in range(start, end))

    def _noun(self, head: int) -> Entity | None:
        """What a noun phrase that can speak names, by its head; None for any other and for names."""
        tree = self.tree
        if tree.pos[head] != "NOUN" or not tree.word[head]:
            return None
        if head in self.named:
            return None
        uses = self.profiles.subject(tree, head)
        if tree.rel[head] != "nsubj" and uses["speaking_of_cue"] < SPEAKING:
            return None
        if any(k in self.named and not self._is_complement(k) for k in tree.children[head]):
            return None  # la maire Léa Roux is she
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

    def _told(self, entity: Entity, at: int) -> list[tuple[int, int, int]]:
        """The places before a token where the article itself, not a source, names an entity."""
        return [p for p in entity.places if p[1] <= at and p[2] not in self.reported]

    def _reported(
        self,
        mention: Mention,
        entity: Entity,
        content: Words,
        told: Sequence[tuple[int, int, int]],
    ) -> Features:
        """Whether an entity is spoken of by others, and when the article last told of it."""
        tree, at = self.tree, mention.tokens[0]
        before = entity.before(at)
        features: Features = {
            "in_content": float(any(head in content for _, _, head in entity.places)),
            "last_reported": float(before is not None and before[2] in self.reported),
            "told_times": float(len(told)),
            "told_since": float(at - told[-1][0]) if told else FAR,
        }
        subjects = [place for place in told if tree.rel[place[2]] == "nsubj"]
        if told:
            start, _, head = told[-1]
            features["told_dep"] = tree.dep[head]
            features["told_sentences_since"] = float(tree.sentence[at] - tree.sentence[start])
        if subjects:
            number = tree.sentence[subjects[-1][0]]
            features["subject_sentences_since"] = float(tree.sentence[at] - number)
        return features

    def _can_be(self, mention: Mention, entity: Entity, capitals: frozenset[str]) -> bool:
        """Whether nothing speaks against a choice: another name, gender or number."""
        if mention.kind == "person":
            return bool(entity.words & capitals) or mention.folded in entity.aliases
        if mention.kind != PRONOUN:
            man = entity.kind in PEOPLE and entity.gender == "Masc"
            return not (man and self._tells_a_woman(mention))
        gender, number = self._gender(mention), self._number(mention)
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

    def _is_told_of(self, mention: Mention, entity: Entity, content: Words) -> bool:
        """Whether somebody is one of whom a noun tells something, and so not who it stands for.

        *Selon le procureur, Léa Roux a menti* names her in what the procurator said for the first
        time, and *le maire, accusé d'avoir frappé Léa Roux, nie* in a clause of the mayor.
        """
        tree = self.tree
        if not mention.is_noun or entity.kind not in PEOPLE:
            return False
        clauses = [k for k in tree.children[mention.head] if tree.rel[k] == "acl"]
        below = {i for k in clauses for i in tree.subtree(k)} - {*mention.tokens}
        if any(head in below for _, _, head in entity.places):
            return True
        new = entity.before(mention.tokens[0]) is None
        places = [head for start, _, head in entity.places if start > mention.tokens[-1]]
        return new and bool(places) and places[0] in content

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

    def _mention(
        self, mention: Mention, told: frozenset[str], capitals: frozenset[str]
    ) -> Features:
        tree, head = self.tree, mention.head
        children = tree.children[head]
        features: Features = {
            "kind": mention.kind,
            "form": mention.text if mention.kind == PRONOUN else "",
            "number": self._number(mention),
            "gender": self._gender(mention),
            "definite": self.words.feature(mention.determiner, "Definite") or mention.determiner,
            "length": float(len(told)),
            "capitals": float(len(capitals)),
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
            "claims_before": float(len(self.history)),
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

    def _distance(self, mention: Mention, entity: Entity, near: Mapping[int, str]) -> Features:
        """How far away an entity is named, before and after the mention."""
        tree, at = self.tree, mention.tokens[0]
        end = mention.tokens[-1] + 1
        last, following = entity.before(at), entity.after(end)
        features: Features = {
            "entity": entity.kind,
            "named_before": float(last is not None),
            "inside": float(any(at <= s and e <= end for s, e, _ in entity.places)),
            "complement": next((near[head] for _, _, head in entity.places if head in near), ""),
            "times": float(len(entity.places)),
            "times_before": float(sum(start < at for start, _, _ in entity.places)),
            "times_as_source": float(
                sum(h in self.speaking and not at <= h < end for _, _, h in entity.places)
            ),
            "in_headline": float(any(tree.headline[start] for start, _, _ in entity.places)),
            "kinds": f"{mention.kind} {entity.kind} {self._number(mention)}",
            "speaking": entity.speaking,
            "own_number": entity.number,
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

    def _history(self, mention: Mention, entity: Entity) -> Features:
        """When an entity last spoke."""
        tree, at = self.tree, mention.tokens[0]
        spoken = [
            (ago, claim)
            for ago, claim in enumerate(reversed(self.history))
            if entity.all_names <= claim.names
        ]
        features: Features = {
            "spoke": float(len(spoken)),
            "claims_since": FAR,
            "meant": float(self.meant.get(mention.folded) == entity.all_names),
        }
        if spoken:
            ago, claim = spoken[0]
            features["claims_since"] = float(ago)
            if claim.tokens:
                features["spoke_tokens_since"] = float(at - claim.tokens[0])
                number = tree.sentence[claim.tokens[0]]
                features["spoke_sentences_since"] = float(tree.sentence[at] - number)
                features["spoke_lines_since"] = float(tree.line[at] - tree.line[claim.tokens[0]])
        return features

    def _agreement(
        self,
        mention: Mention,
        entity: Entity,
        entry: SpeakerEntry | None,
        capitals: frozenset[str],
    ) -> Features:
        """How the words of a mention agree with an entity."""
        gender, plural = self._gender(mention), self._number(mention) == "Plur"
        letters = "".join(
            word[0] for word in re.findall(r"\w+", entity.name) if self.words.is_open(word.lower())
        )
        shared = len(capitals & entity.words)
        features: Features = {
            "same_gender": str(gender == entity.gender) if gender and entity.gender else "",
            "same_number": f"{plural} {entity.kind == MANY}",
            "capitals_shared": shared / len(capitals) if capitals else -1.0,
            "name_shared": shared / len(entity.words) if capitals and entity.words else -1.0,
            "same": float(mention.folded == entity.folded or mention.folded in entity.aliases),
            "acronym": float(
                mention.text.isupper()
                and 1 < len(mention.text) <= LONGEST_ACRONYM
                and mention.folded == fold(letters)
            ),
            "name_length": float(len(entity.words)),
        }
        if entry is not None:
            features["registered"] = float(fold(entry.name) == entity.folded)
        return features

    def _itself(
        self, mention: Mention, told: frozenset[str], roles: Sequence[dict[str, float]]
    ) -> Features:
        tree = self.tree
        lemma = tree.lemma[mention.head]
        return {
            "entity": ITSELF,
            "meant": float(self.meant.get(mention.folded) == frozenset({mention.folded})),
            "meant_other": float(mention.folded in self.meant),
            "kinds": f"{mention.kind} {ITSELF} {self._number(mention)}",
            "roles_holding": float(sum(r["role_holds"] for r in roles)),
            "roles_headed": float(sum(r["role_head"] for r in roles)),
            "best_role": max((r["role"] for r in roles), default=0.0),
            "registered_itself": float(self.registry.speaker(mention.text) is not None),
            "times": float(tree.lemma.count(lemma)),
            "name_length": float(len(told)),
        }


def _roles(tree: Tree, entity: Entity, told: frozenset[str], head: int) -> dict[str, float]:
    """How well the words of a mention tell what is said of an entity."""
    shared = [len(told & role) / len(told | role) for role in entity.roles if role and told]
    return {
        "role": max(shared, default=0.0),
        "role_holds": float(bool(told) and any(told <= role for role in entity.roles)),
        "role_head": float(tree.lemma[head] in entity.heads),
    }


def _ranks(last: Mapping[int, int]) -> dict[int, float]:
    """How many others were named since each, from where each was named last."""
    return {e: float(n) for n, e in enumerate(sorted(last, key=lambda e: -last[e]))}
