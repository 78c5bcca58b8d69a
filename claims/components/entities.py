"""Who and what an article names, where, and as what: what a speaker's mention can stand for."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from spacy.tokens import Span

from claims.components import media, phrases
from claims.components.chunks import (
    COORDINATION,
    DETERMINERS,
    HYPHENS,
    TITLE,
    Words,
    words,
)
from claims.components.given_names import given_names
from claims.components.names import BESIDE, Cast, cast
from claims.components.relations import group
from claims.components.trees import Tree
from claims.model import fold
from claims.parser import ORGANIZATION, PERSON, PLACE

KINDS = {ORGANIZATION: "organization", PLACE: "place"}
MANY = "several"
"""The kind of the sources of one claim taken together."""
SOURCE = "source"
"""The kind of a source that is no name (*sa voisine*)."""
PEOPLE = ("person", "name")
"""The kinds of people: by a full name, and by one that may be a part of it."""
TOLD_BETWEEN = frozenset({"NOUN", "PROPN", "ADJ", "ADP", "DET", "NUM", "PUNCT", "CCONJ"})
"""Parts of speech of what is said of one of a list."""
CONTENT = frozenset({"NOUN", "PROPN", "ADJ", "VERB", "NUM", "X"})
"""Parts of speech of words that tell something."""
LONGEST_ROLE = 14
"""Words of what is beside a name that are read."""
AROUND = 10
"""Tokens before and after a name that are read as what it has to do with."""

NOMINAL = frozenset({"NOUN", "PROPN", "ADJ"})
"""Parts of speech of what an acronym stands for, where no capital marks it as a name."""
LONGEST_ACRONYM = 8
SAFE_ACRONYM = 3
"""Letters from which on an acronym is told from words that are not marked as a name."""
LONGEST_EXPANSION = 14
"""Tokens of the longest name that an acronym stands for."""

WordSet = frozenset[str]
Region = tuple[int, int, int]
"""A place: its first token, the one after its last, and its head."""


def before(places: Sequence[Region], at: int) -> Region | None:
    """The last of some places, in text order, that ends at or before a token."""
    found = bisect_left(places, (at, 0, 0)) - 1
    while found >= 0 and places[found][1] > at:
        found -= 1
    return places[found] if found >= 0 else None


@dataclass(eq=False)
class Entity:
    """Somebody or something; places are tokens `(start, end, head)` in text order."""

    name: str
    kind: str
    places: list[tuple[int, int, int]] = field(default_factory=list)
    roles: set[WordSet] = field(default_factory=set)
    """The words of each noun phrase that is said of it, folded."""
    heads: set[str] = field(default_factory=set)
    """The lemmas of the nouns that are said of it, and what kind of speaker it is (`=medium`)."""
    around: Counter[str] = field(default_factory=Counter)
    """The words around it, folded."""
    gender: str = ""
    number: str = ""
    speaking: float = 0.0
    """Of a noun: how often it is the subject of a cue, of how often it is a subject."""
    aliases: set[str] = field(default_factory=set)
    """Its acronyms and other names, folded."""
    names: tuple[str, ...] = ()
    """Of several: the name of each."""

    @cached_property
    def folded(self) -> str:
        """Its name, folded."""
        return fold(self.name)

    @cached_property
    def words(self) -> WordSet:
        """The words of its name, folded."""
        return frozenset(self.folded.split())

    @cached_property
    def folded_names(self) -> tuple[str, ...]:
        """Its name, or that of each of several, folded."""
        return tuple(map(fold, self.names or (self.name,)))

    @cached_property
    def all_names(self) -> frozenset[str]:
        """The same, each once."""
        return frozenset(self.folded_names)

    def join(self, other: "Entity") -> None:
        """Add what is known of another that is the same."""
        self.places = sorted({*self.places, *other.places})
        self.roles |= other.roles
        self.heads |= other.heads
        self.around += other.around
        self.aliases |= {*other.aliases, other.folded}
        self.gender = self.gender or other.gender

    def before(self, at: int) -> tuple[int, int, int] | None:
        """Its last place that ends at or before a token."""
        return before(self.places, at)

    def after(self, at: int) -> tuple[int, int, int] | None:
        """Its first place from a token on."""
        found = bisect_left(self.places, (at, 0, 0))
        return self.places[found] if found < len(self.places) else None


LONGEST_PART = 10
"""Words of a part of a name, at most: a line of nothing but names can be taken for one of thousands."""
Named = tuple[tuple[int, int, int], Entity]
"""A place of an entity, and the entity."""


def entities(tree: Tree) -> dict[str, Entity]:
    """The people, organizations and places of a text by their folded names.

    A surname or a part of a name is another place of the one full name that ends in it.
    """
    known = words(tree.code)
    names = cast(tree.doc, known)
    media_named = [medium for medium in group(tree.doc, media.GROUP) if medium.text[0].isupper()]
    titles = {fold(medium.label_) for medium in media_named}
    people = {folded: name for folded, name in names.full.items() if folded not in titles}
    found = {folded: Entity(name, "person") for folded, name in people.items()}
    endings: dict[str, list[str]] = defaultdict(list)
    for folded in people:
        parts = folded.split()
        for start in range(max(1, len(parts) - LONGEST_PART), len(parts)):
            endings[" ".join(parts[start:])].append(folded)
    listed = {i for medium in media_named for i in range(medium.start, medium.end)}
    taken = set(listed)
    for medium in media_named:
        entity = found.setdefault(fold(medium.label_), Entity(medium.label_, KINDS[ORGANIZATION]))
        entity.places.append((medium.start, medium.end, medium.root.i))
    for span in _spans(tree, names, listed):
        name = _untitled(span, known)
        key = fold(name.text)
        if span.label_ == PERSON:
            full = names.fullest(name.text)
            if key not in found and len(endings[key]) == 1:
                key = endings[key][0]
            elif key not in found and full is not None:
                key = fold(full)
            found.setdefault(key, Entity(name.text, "name"))
        elif key:
            found.setdefault(key, Entity(name.text, KINDS.get(span.label_, "other")))
        if key:
            found[key].places.append((span.start, span.end, span.root.i))
            taken.update(range(span.start, span.end))
    for i, text in enumerate(tree.text):  # a surname that the parser takes for no name
        if tree.pos[i] == "PROPN" and i not in taken and text[0].isupper():
            owners = endings.get(fold(text), [])
            if len(owners) == 1:
                found[owners[0]].places.append((i, i + 1, i))
    for alias, start, end in _acronyms(tree, known):
        full = " ".join(tree.doc[start:end].text.split())
        entity = found.setdefault(fold(full), Entity(full, KINDS[ORGANIZATION]))
        entity.aliases.add(alias)
        entity.places.append((start, end, tree.doc[start:end].root.i))
        for key in (alias, *_beginnings(found, entity, start, end)):
            if found.get(key, entity) is not entity:
                entity.places += found.pop(key).places
    for key, entity in found.items():
        entity.places = sorted(set(entity.places))
        entity.gender = names.titled.get(key, "")
        _describe(tree, entity, known)
        if entity.kind in PEOPLE and not entity.gender:
            given = fold(entity.name).partition(" ")[0]
            told = names.genders.get(key, Counter()).most_common(1)
            entity.gender = given_names(tree.code).get(given) or (told[0][0] if told else "")
    return found


def together(tree: Tree, known: Sequence[Entity]) -> Iterator[Entity]:
    """Those that a text names together: *Léa Roux et Paul Durand* are another that can be meant.

    Between two names stand a comma or a conjunction, and with it what is said of them
    (*Léa Roux, maire de Lyon, et Paul Durand*); their roles are those of each.
    """
    for kinds in (PEOPLE, (KINDS[ORGANIZATION],)):
        places = ((place, e) for e in known if e.kind in kinds for place in e.places)
        run: list[Named] = []
        for pair in sorted(places, key=lambda pair: pair[0]):
            if run and not _goes_on(tree, run[-1][0], pair[0], told=kinds is PEOPLE):
                yield from _several(tree, run)
                run = []
            run.append(pair)
        yield from _several(tree, run)


def _goes_on(
    tree: Tree, one: tuple[int, int, int], other: tuple[int, int, int], *, told: bool
) -> bool:
    """Whether a name goes on with the list that another is in; what is said of them may stand between."""
    between = range(phrases.past_brackets(tree.doc, one[1]), other[0])
    if tree.sentence[one[0]] != tree.sentence[other[0]] or not 0 < len(between) <= LONGEST_ROLE:
        return False
    joined = any(tree.symbol[i] == COORDINATION for i in between)
    if all(
        tree.text[i] == "," or tree.symbol[i] in (COORDINATION, TITLE, *DETERMINERS)
        for i in between
    ):
        return True
    role = all(tree.pos[i] in TOLD_BETWEEN for i in between)
    return told and joined and role and tree.pos[other[0] - 1] != "ADP"


def _several(tree: Tree, run: Sequence[tuple[tuple[int, int, int], Entity]]) -> Iterator[Entity]:
    """The names of a list as one, if it is one that ends in a conjunction and a name."""
    if len(run) < 2 or len({e.folded for _, e in run}) < len(run):
        return
    (start, _, head), (last, end, _) = run[0][0], run[-1][0]
    if any(tree.symbol[i] == COORDINATION for i in range(run[-2][0][1], last)):
        yield several([e for _, e in run], (start, end, head))


def several(members: Sequence[Entity], place: tuple[int, int, int]) -> Entity:
    """Some that are meant as one, with the roles of each; `place` is where they are named."""
    names = tuple(e.name for e in members)
    return Entity(
        "; ".join(names),
        MANY,
        places=[place],
        roles=set().union(*(e.roles for e in members)),
        heads=set().union(*(e.heads for e in members)),
        names=names,
    )


def _beginnings(found: dict[str, Entity], entity: Entity, start: int, end: int) -> list[str]:
    """The keys of entities that are the first words of a longer name at `[start, end)`."""
    return [
        key
        for key, other in found.items()
        if other is not entity
        and other.kind == KINDS[ORGANIZATION]
        and any(s == start and e < end for s, e, _ in other.places)
    ]


def _spans(tree: Tree, names: Cast, listed: set[int]) -> Iterator[Span]:
    """The entities with a capital, then the full names where none is, but for `listed` tokens."""
    capital = [
        entity
        for entity in tree.doc.ents
        if any(c.isupper() for c in entity.text)
        and not listed.issuperset(range(entity.start, entity.end))
    ]
    yield from capital
    taken = listed | {i for entity in capital for i in range(entity.start, entity.end)}
    for end, start, _ in names.ends:
        tokens = tree.within(start, end)
        if taken.isdisjoint(tokens):
            yield Span(tree.doc, tokens[0], tokens[-1] + 1, label=PERSON)


def _acronyms(tree: Tree, known: Words) -> Iterator[tuple[str, int, int]]:
    """Acronyms, folded, with the place of the words whose initials they are.

    Such words stand before the acronym in brackets, or anywhere where they begin a noun phrase;
    words of closed classes between them count or not (*Société des journalistes*, SDJ).
    """
    forms = {text for text in set(tree.text) if _is_acronym(text)}
    if not forms:
        return
    told: dict[str, tuple[int, int]] = {}
    for opening in range(1, len(tree.text) - 2):
        word = tree.text[opening + 1]
        if word in forms and tree.text[opening] == "(" and tree.text[opening + 2] == ")":
            first = max(opening - LONGEST_EXPANSION, tree.sentences[tree.sentence[opening]][0])
            starts = (s for s in range(opening - 1, first - 1, -1) if tree.text[s][0].isupper())
            begun = _beginnings_of([fold(word)])
            for start in starts:
                ends = _initials(tree, known, start, begun, commas=True)
                if (fold(word), opening) in ends and word not in tree.text[start:opening]:
                    told.setdefault(word, (start, opening))
    wanted: dict[str, list[str]] = defaultdict(list)
    for form in sorted(forms - told.keys()):
        wanted[fold(form)].append(form)
    begun = _beginnings_of(wanted)
    for start, text in enumerate(tree.text if wanted else ()):
        begins = tree.pos[start] in ("NOUN", "PROPN") and tree.entity[start] != PERSON
        if not begins or text in forms:
            continue
        initial = fold(text)[:1]
        if initial not in begun:
            continue
        named = bool(tree.entity[start]) or text[0].isupper()
        fitting = [
            (form, end)
            for letters, end in _initials(tree, known, start, begun)
            for form in wanted.get(letters, ())
            if letters[0] == initial and form not in tree.text[start:end]
        ]
        for form, end in sorted(fitting, key=lambda pair: pair[0]):
            if len(form) < SAFE_ACRONYM and not tree.entity[start]:
                continue
            if named or all(tree.pos[i] in NOMINAL for i in _open(tree, known, start, end)):
                told.setdefault(form, (start, _name_end(tree, start, end)))
    for form, (start, end) in told.items():
        yield fold(form), start, end


def _name_end(tree: Tree, start: int, end: int) -> int:
    """The end of the name that begins with some words."""
    while (
        tree.doc[start].ent_iob_ == "B" and end < len(tree.text) and tree.doc[end].ent_iob_ == "I"
    ):
        end += 1
    return end


def _is_acronym(text: str) -> bool:
    return text.isupper() and text.isalpha() and 1 < len(text) <= LONGEST_ACRONYM


def _open(tree: Tree, known: Words, start: int, end: int) -> list[int]:
    """The words of `[start, end)` that are of no closed class."""
    return [i for i in range(start, end) if tree.word[i] and known.is_open(tree.lower[i])]


def _beginnings_of(words: Iterable[str]) -> frozenset[str]:
    """All that some words begin with."""
    return frozenset(word[: end + 1] for word in words for end in range(len(word)))


def _initials(
    tree: Tree, known: Words, start: int, begun: Container[str], *, commas: bool = False
) -> Iterator[tuple[str, int]]:
    """The initials of the words that begin at a token, as long as they are `begun`, and their ends.

    Those of closed classes count where the first word has a capital and they have not counted.
    With `commas`, these may stand between them.
    """
    inside = {*HYPHENS, ","} if commas else HYPHENS
    for closed_count in (False, True) if tree.text[start][0].isupper() else (False,):
        letters = ""
        for at in range(start, min(len(tree.text), start + LONGEST_EXPANSION)):
            if not tree.word[at] and tree.text[at] not in inside:
                break
            if tree.word[at] and (closed_count or known.is_open(tree.lower[at])):
                initial = fold(tree.text[at])[:1]
                letters += initial
                if not initial or letters not in begun:
                    break
                yield letters, at + 1


def _untitled(span: Span, known: Words) -> Span:
    """A name less the titles before it."""
    start = span.start
    while start < span.end - 1 and known.single.get(span.doc[start].lower_) == TITLE:
        start += 1
    return span.doc[start : span.end]


def _describe(tree: Tree, entity: Entity, known: Words) -> None:
    """Fill in what is said of an entity where it is named."""
    for start, end, head in entity.places:
        after = _told_after(tree, end, known) if entity.kind in PEOPLE else ()
        for noun in {*_nouns(tree, start, head), *after}:
            entity.heads.add(tree.lemma[noun])
            others = {k for k in tree.children[noun] if tree.rel[k] == "conj"}
            own = sorted(i for i in tree.subtree(noun, others) if not start <= i < end)
            entity.roles.add(telling(tree, own[:LONGEST_ROLE]))
        titles = [tree.lower[k] for k in tree.children[head]] + tree.lower[start - 1 : start]
        told = (known.feature(word, "Gender") for word in titles if known.single.get(word) == TITLE)
        entity.gender = entity.gender or next(filter(None, told), "")
        first, last = tree.sentences[tree.sentence[start]]
        nearby = range(max(first, start - AROUND), min(last, end + AROUND))
        for word in telling(tree, (i for i in nearby if not start <= i < end)):
            entity.around[word] += 1
    if entity.kind not in PEOPLE:
        entity.gender, entity.number = _form(tree, entity)


def _form(tree: Tree, entity: Entity) -> tuple[str, str]:
    """Gender and number of what is no person, as its determiners most often tell; else empty."""
    told: Counter[tuple[str, str]] = Counter()
    for _, _, head in entity.places:
        for k in tree.children[head]:
            if k < head and (tree.rel[k] == "det" or tree.symbol[k] in DETERMINERS):
                form = tree.morph[k]
                told[form.get("Gender", ""), form.get("Number", "")] += 1
    return max(told, key=lambda form: told[form], default=("", ""))


def _nouns(tree: Tree, start: int, head: int) -> Iterator[int]:
    """The nouns that say what a name is: beside it, in apposition, or as a predicate."""
    above, governed = tree.head[head], any(tree.rel[k] == "case" for k in tree.children[head])
    beside = tree.rel[head] in ("appos", "nsubj") or (tree.rel[head] in BESIDE and not governed)
    if beside and tree.pos[above] == "NOUN" and above != head:
        yield above
    yield from (k for k in tree.children[head] if tree.rel[k] == "appos" and tree.pos[k] == "NOUN")
    if start > 1 and tree.text[start - 1] == ",":  # le maire de Lyon, Léa Roux
        at = start - 2
        while tree.rel[at] in phrases.INNER and tree.head[at] < at:
            at = tree.head[at]
        if tree.pos[at] == "NOUN":
            yield at


def _told_after(tree: Tree, end: int, known: Words) -> Iterator[int]:
    """The noun between commas after a person's name (*Léa Roux, la maire de Lyon, a dit*).

    One with a person's name of its own is another (*Léa Roux, le maire Paul Durand, …*).
    """
    at = end + 1
    while at < len(tree.text) and known.single.get(tree.lower[at], "") in DETERMINERS:
        at += 1
    if tree.text[end : end + 1] != [","] or at in (end + 1, len(tree.text)):
        return
    if tree.pos[at] != "NOUN" or tree.quotation[at]:
        return
    if any(tree.rel[k] == "case" for k in tree.children[at]):
        return
    own = tree.subtree(at, {k for k in tree.children[at] if tree.text[k] == ","})
    closed = tree.text[max(own) + 1 : max(own) + 2] == [","]
    if closed and not any(tree.entity[i] == PERSON for i in own):
        yield at


def telling(tree: Tree, tokens: Iterable[int]) -> WordSet:
    """The words among tokens that tell something, folded."""
    pos, text = tree.pos, tree.text
    return frozenset(w for i in tokens if pos[i] in CONTENT for w in fold(text[i]).split())
