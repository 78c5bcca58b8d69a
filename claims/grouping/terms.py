"""The words of a content, as contents are compared: stems, how much each tells, pairs of them.

Stems and not lemmas: *livrer des munitions* and *la livraison de munitions* are of one matter, and
what is stored already can be compared without parsing it again. Names of countries, their capitals
and adjectives are one term (*Moscou*, *la Russie*, *russe*).
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations, pairwise
from typing import NamedTuple

import snowballstemmer
from babel import Locale
from spacy.util import get_lang_class

from claims import language
from claims.model import digest, fold
from claims.registry import Registry

TELLING = 5
"""How many of the terms that tell most are paired with one another."""
COMMON = 7.0
"""Weight under which a pair is not looked up: too many claims have it."""
WORD = re.compile(r"\d{1,3}(?:[ .\u00a0\u202f]\d{3})+(?!\d)|\d+|[^\W\d_]+")
LONGEST_WORD = 40
"""Characters that a word before a name is looked for in."""
BEFORE = re.compile(r"\b([^\W\d_a-zà-ÿ]\w*)[ -]$")
"""A word with a capital at the end of what stands before."""
AFTER = re.compile(r"[ -][^\W\d_a-zà-ÿ]")
"""A capital at the start of what stands after."""
LIGATURES = str.maketrans({"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae"})
NUMBER = "#"
"""What the term of a number begins with."""
NATION = "@"
"""What the term of a country begins with."""
LONGEST_NATION = 4
"""Words of the longest name of a country that is looked for."""


class Term(NamedTuple):
    """A word of a content that tells something."""

    stem: str
    """`munit`, `#7000` for a number, `@RU` for a country."""
    weight: float
    """How much it tells: the logarithm of how rare it is among claims."""
    start: int
    """Where it starts in the text."""
    end: int
    word: str
    """The word, folded."""

    @property
    def is_number(self) -> bool:
        """Whether it is a number, in figures or letters."""
        return self.stem.startswith(NUMBER)


class Wording(NamedTuple):
    """A text as it is compared."""

    text: str
    terms: tuple[Term, ...]
    negations: tuple[int, ...]
    """Where words that negate stand in the text."""

    @property
    def weights(self) -> dict[str, float]:
        """Each stem that it has, to its weight."""
        return {term.stem: term.weight for term in self.terms}

    @property
    def pairs(self) -> frozenset[int]:
        """The pairs of terms by which claims that are like it are looked for.

        Neighbours, in whatever order, for the same words, and those that tell most with one
        another for the same matter; each as a number of 63 bits. Pairs that very many claims have
        are left out.
        """
        weights = self.weights
        telling = sorted(weights, key=lambda stem: (-weights[stem], stem))[:TELLING]
        near = pairwise(term.stem for term in self.terms)
        found = {(min(pair), max(pair)) for pair in (*near, *combinations(telling, 2))}
        return frozenset(
            int(digest("pair", *pair), 16) >> 1
            for pair in found
            if pair[0] != pair[1] and weights[pair[0]] + weights[pair[1]] >= COMMON
        )


class Terms:
    """Reads texts of a language as contents are compared."""

    def __init__(self, code: str, registry: Registry) -> None:
        name = Locale.parse(code).english_name or ""
        self.code = code
        self.nations = registry.nation_words
        self.counts = counts(code)
        self.negations = language.word_set(code, "negations")
        self.stops = frozenset(map(fold, get_lang_class(code).Defaults.stop_words)) | self.negations
        self._stem = cache(snowballstemmer.stemmer(name.lower()).stemWord)

    def wording(self, text: str) -> Wording:
        """The terms of a text, in its order; words of closed classes are dropped."""
        marks = [(m.start(), m.end(), fold(m[0].translate(LIGATURES))) for m in WORD.finditer(text)]
        words = [word for _, _, word in marks]
        terms, negations, at = [], [], 0
        while at < len(marks):
            start, end, word = marks[at]
            code, size = self._nation(text, marks, words, at)
            if code:
                terms.append(self._term(NATION + code, start, marks[at + size - 1][1], word))
            elif word in self.negations:
                negations.append(start)
            elif stem := self.stem(word):
                terms.append(self._term(stem, start, end, word))
            at += size
        return Wording(text, tuple(terms), tuple(negations))

    def stem(self, word: str) -> str:
        """The term of a folded word; empty where it tells nothing."""
        if number := language.numeral(self.code, word.replace(" ", "")):
            return f"{NUMBER}{number}"
        if word in self.stops or len(word) == 1:
            return ""
        return str(self._stem(word))

    def _term(self, stem: str, start: int, end: int, word: str) -> Term:
        return Term(stem, self.counts.weight(stem), start, end, word)

    def _nation(
        self, text: str, marks: Sequence[tuple[int, int, str]], words: Sequence[str], at: int
    ) -> tuple[str, int]:
        """The country that is named at a word, and how many words name it; at least one.

        A name has its capital, and none stands beside it, or it is somebody's (*Maurice Ravel*).
        """
        for size in range(min(LONGEST_NATION, len(marks) - at), 0, -1):
            code, is_name = self.nations.get(" ".join(words[at : at + size]), ("", False))
            start, end = marks[at][0], marks[at + size - 1][1]
            if code and not (is_name and self._is_of_somebody(text, start, end)):
                return code, size
        return "", 1

    def _is_of_somebody(self, text: str, start: int, end: int) -> bool:
        before = BEFORE.search(text[max(0, start - LONGEST_WORD) : start])
        named = before and fold(before[1]) not in self.stops
        return text[start].islower() or bool(named or AFTER.match(text, end))


class Counts(NamedTuple):
    """In how many claims of a large collection each stem stands."""

    claims: int
    counts: Mapping[str, int]

    def weight(self, stem: str) -> float:
        """How much a stem tells: log(claims / claims that have it), more the rarer it is."""
        return math.log(self.claims / max(self.counts.get(stem, 1), 1))


@cache
def counts(code: str) -> Counts:
    """How often stems occur in claims of the language `code` (`terms/counts.json`)."""
    text = (language.folder(code) / "terms" / "counts.json").read_text(encoding="utf-8")
    found = json.loads(text)
    return Counts(found["claims"], found["counts"])
