"""Meanings: what a noun and an entity have in common, by classes of nouns and by vectors.

A noun can stand for whom or what is called by another of its class (*le monarque* is a ruler as
*le roi* is: `noun_classes.csv`), or by one whose vector is like its own.
"""

from collections import defaultdict
from functools import cache, lru_cache
from typing import Any

import numpy
from numpy.typing import NDArray
from spacy.vocab import Vocab

from claims.components.entities import PEOPLE, Entity
from claims.components.sheets import Features
from claims.components.trees import Tree
from claims.language import WordsRow, rows
from claims.model import MediumKind, SpeakerKind

Vector = NDArray[numpy.floating[Any]]
Classes = frozenset[str]
MOST = 5000
"""Words whose vectors are kept, at most."""
PERSONS = "person-"
"""How the classes begin whose nouns are of people, and of their gender."""
MEDIA, GOVERNMENTS = frozenset({"body-media"}), frozenset({"body-governments"})
CLASSES_OF_KINDS = {
    **{f"={kind.value}": MEDIA for kind in (*MediumKind, SpeakerKind.MEDIUM)},
    f"={SpeakerKind.GOVERNMENT.value}": GOVERNMENTS,
}
"""Kind of speaker or medium to its classes."""


@cache
def noun_classes(code: str) -> dict[str, Classes]:
    """Noun to the classes that it is of."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows(code, "noun_classes", WordsRow):
        for word in row.words.split():
            found[word].add(row.id)
    return {word: frozenset(ids) for word, ids in found.items()}


class Meanings:
    """What the nouns of one text mean."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.known = noun_classes(tree.code)
        self._classes: dict[Entity, Classes] = {}
        self._known: dict[tuple[str, str], float | None] = {}
        self._surroundings: dict[Entity, tuple[Vector, float]] = {}

    def classes(self, noun: str) -> Classes:
        """The classes of a noun, by its lemma, with or without a prefix (*ex-ministre*)."""
        return self.known.get(noun) or self.known.get(noun.rpartition("-")[2], frozenset())

    def is_of_people(self, noun: str) -> bool:
        """Whether a noun is known to be of people and of nothing else."""
        own = self.classes(noun)
        return bool(own) and all(name.startswith(PERSONS) for name in own)

    def can_be(self, noun: str, *, people: bool) -> bool:
        """Whether a noun can be of people, or of bodies; one of no class is of people."""
        own = self.classes(noun)
        return any(name.startswith(PERSONS) == people for name in own) or (people and not own)

    def shared(self, noun: str, entity: Entity) -> Features:
        """Whether a noun is of a class with what is said of an entity, or with its name."""
        own = self.classes(noun)
        if not own:
            return {}
        other = self._of_entity(entity)
        sorts = " ".join(sorted({name.partition("-")[0] for name in own}))
        return {
            "class_shared": float(bool(own & other)),
            "class_apart": float(bool(other) and not own & other),
            "sorts": f"{sorts} {entity.kind}",
        }

    def _of_entity(self, entity: Entity) -> Classes:
        """The classes of an entity: those of the nouns said of it and in its name, and of its kind."""
        if entity not in self._classes:
            named = (i for start, end, _ in entity.places for i in range(start, end))
            own = () if entity.kind in PEOPLE else {self.tree.lemma[i] for i in named}
            found = [self.classes(noun) for noun in (*entity.heads, *own)]
            kinds = (CLASSES_OF_KINDS.get(head, frozenset()) for head in entity.heads)
            self._classes[entity] = frozenset().union(*found, *kinds)
        return self._classes[entity]

    def alike(self, noun: str, entity: Entity) -> Features:
        """How like a noun what is said of an entity is, by the parser's vectors.

        That is the nouns said of it, the words of its name, and the words around it.
        """
        own = self._vector(noun)
        if own is None:
            return {}
        found: Features = {}
        told = {"alike": entity.heads, "name_alike": () if entity.kind in PEOPLE else entity.words}
        for name, those in told.items():
            like = [
                likeness for word in those if (likeness := self._likeness(noun, word)) is not None
            ]
            if like:
                found[name] = round(max(like), 3)
        around, length = self._around(entity)
        if length:
            found["around_alike"] = round(float(own @ around) / length, 3)
        return found

    def _likeness(self, noun: str, word: str) -> float | None:
        """How like a noun with a vector is a word; None where that has none."""
        if (noun, word) not in self._known:
            own, other = self._vector(noun), self._vector(word)
            alike = None if own is None or other is None else float(own @ other)
            self._known[noun, word] = alike
        return self._known[noun, word]

    def _around(self, entity: Entity) -> tuple[Vector, float]:
        """The sum of the vectors of the words around an entity, and its length; 0 if none has one."""
        if entity not in self._surroundings:
            vectors = [
                times * vector
                for word, times in entity.around.items()
                if (vector := self._vector(word)) is not None
            ]
            together = numpy.sum(vectors, axis=0) if vectors else numpy.zeros(0)
            self._surroundings[entity] = together, float(numpy.linalg.norm(together))
        return self._surroundings[entity]

    def _vector(self, word: str) -> Vector | None:
        """The vector of a word, of length 1; None where it has none."""
        return _unit(self.tree.doc.vocab, word)


@lru_cache(maxsize=MOST)
def _unit(vocab: Vocab, word: str) -> Vector | None:
    vector = numpy.asarray(vocab.get_vector(word))
    length = float(numpy.linalg.norm(vector))
    return vector / length if length else None
