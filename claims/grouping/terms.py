"""The words of a content, as contents are compared: stems, how much each tells, pairs of them.

Stems and not lemmas: *livrer des munitions* and *la livraison de munitions* are of one matter, and
what is stored already can be compared without parsing it again. Names of countries, their capitals
and adjectives are one term (*Moscou*, *la Russie*, *russe*).
"""

import json
import math
import re
import runpy
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

import snowballstemmer
import spacy
from babel import Locale
from pydantic import Field
from text_to_num import alpha2digit

from claims import language
from claims.calendar import CalendarRow
from claims.model import FRAGMENT_JOINT, fold
from claims.registry import Registry

TELLING = 4
"""How many of the terms that tell most are paired with one another."""
COMMON, VERY_COMMON, LEAST_PAIRS = 11.0, 7.0, 6
"""Weight under which a pair is not looked up, for too many claims have it; of the six that tell most one may
be as light as the second."""
WORD = re.compile(
    r"\d{1,3}(?:[ .\u00a0\u202f']\d{3})+(?![\d.,])|\d{1,3}(?:,\d{3}){2,}|\d+(?:[.,]\d+)?|[^\W\d_]+"
)
LONGEST_WORD = 40
"""Characters that a word before a name is looked for in."""
BEFORE = re.compile(r"\b([^\W\d_a-zà-ÿ]\w*)[ -]$")
"""A word with a capital at the end of what stands before."""
AFTER = re.compile(r"[ -][^\W\d_a-zà-ÿ]")
"""A capital at the start of what stands after."""
LIGATURES = str.maketrans({"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae"})
GROUPED = re.compile(r"\d{1,3}(?:\D\d{3})+")
NO_DIGIT = re.compile(r"\D")
JOINT = FRAGMENT_JOINT.strip()
STARTS = re.compile(r"(?:^|[.!?:«»“”\"\[])\W*$")
"""What a sentence begins after."""
ONE_NEGATION = 4
"""Words apart up to which two words that negate are one negation (*ne … pas*)."""
NUMBER = "#"
"""What the term of a number begins with."""
NATION = "@"
"""What the term of a country begins with."""
LONGEST_NATION = 4
"""Words of the longest name of a country that is looked for."""


class SpellingRow(language.Row):
    """Something that is written in several ways, and the one way that is compared."""

    pattern: re.Pattern[str] = Field(description="The other ways.")
    plain: str = Field(description="What stands for it.")


class Term(NamedTuple):
    """A word of a content that tells something."""

    stem: str
    """`munit`, `#7000` for a number, `#month-3` for a date, `@RU` for a country."""
    weight: float
    """How much it tells: the logarithm of how rare it is among claims."""
    at: int
    """Its place among the words."""
    is_name: bool
    """Whether it has a capital that no sentence begins with."""
    word: str
    """The word as the text has it."""

    @property
    def is_number(self) -> bool:
        """Whether it is a number or a date, in figures or letters."""
        return self.stem.startswith(NUMBER)


class Wording(NamedTuple):
    """A text as it is compared."""

    words: tuple[str, ...]
    """All its words, folded."""
    terms: tuple[Term, ...]
    """Those that tell something."""
    negations: tuple[int, ...]
    """The places of the words that negate; *ne … pas* is one."""
    is_torn: bool
    """Whether it is of several fragments."""

    @property
    def weights(self) -> dict[str, float]:
        """Each stem that it has, to its weight."""
        return {term.stem: term.weight for term in self.terms}

    @property
    def pairs(self) -> frozenset[int]:
        """The pairs of terms by which claims that are like it are looked for.

        Neighbours, in whatever order, for the same words, and those that tell most with one
        another for the same matter; each as a number of 40 bits. Pairs that many claims have are left
        out where there are others.
        """
        weights = self.weights
        telling = sorted(weights, key=lambda stem: (-weights[stem], stem))[:TELLING]
        near = pairwise(term.stem for term in self.terms)
        found = {(min(pair), max(pair)) for pair in (*near, *combinations(telling, 2))}
        weighed = sorted(
            ((-weights[one] - weights[other], one, other) for one, other in found if one != other)
        )
        kept = [
            (one, other)
            for number, (weight, one, other) in enumerate(weighed)
            if -weight >= COMMON or (number < LEAST_PAIRS and -weight >= VERY_COMMON)
        ]
        return frozenset(_number(*pair) for pair in kept)


def _number(one: str, other: str) -> int:
    return int.from_bytes(blake2b(f"{one} {other}".encode(), digest_size=5).digest(), "big")


def _stop_words(code: str) -> frozenset[str]:
    """Spacy's words of closed classes; the rules of its language, which load slowly, are not read."""
    path = Path(spacy.__file__).parent / "lang" / code / "stop_words.py"
    return frozenset(map(fold, runpy.run_path(str(path))["STOP_WORDS"]))


class Terms:
    """Reads texts of a language as contents are compared."""

    def __init__(self, code: str, registry: Registry) -> None:
        name = Locale.parse(code).english_name or ""
        self.code = code
        self.nations = registry.nation_words
        self.counts = counts(code)
        self.negations = frozenset(map(fold, language.word_set(code, "negations")))
        self.spellings = language.rows(code, "spellings", SpellingRow)
        self.stops = _stop_words(code) | self.negations
        self.dates = {
            fold(form): f"{NUMBER}{row.kind}-{row.number}"
            for row in language.rows(code, "calendar", CalendarRow)
            for form in row.forms.split()
        }
        self._stem = cache(snowballstemmer.stemmer(name.lower()).stemWord)

    def plain(self, text: str) -> str:
        """A text with numbers in figures, and spelt in one way."""
        for row in self.spellings:
            text = row.pattern.sub(row.plain, text)
        return str(alpha2digit(text.translate(LIGATURES), self.code))

    def wording(self, text: str) -> Wording:
        """A text as it is compared: no term is of a closed class."""
        plain = self.plain(text)
        marks = list(WORD.finditer(plain))
        words = [m[0] if m[0][0].isdecimal() else fold(m[0]) for m in marks]
        terms: list[Term] = []
        negations: list[int] = []
        at = 0
        while at < len(marks):
            code, size = self._nation(plain, marks, words, at)
            start, word = marks[at].start(), words[at]
            if code:
                stem = NATION + code
            elif word in self.negations:
                if not negations or at - negations[-1] > ONE_NEGATION:
                    negations.append(at)
                stem = ""
            else:
                stem = self.stem(word)
            if stem:
                named = bool(code) or (
                    plain[start].isupper() and not STARTS.search(plain[:start][-3:])
                )
                weight = self.counts.weight(stem)
                terms.append(Term(stem, weight, at, named, marks[at][0]))
            at += size
        return Wording(tuple(words), tuple(terms), tuple(negations), JOINT in text)

    def stem(self, word: str) -> str:
        """The term of a folded word; empty where it tells nothing."""
        if not word:
            return ""
        if word[0].isdecimal():
            grouped = GROUPED.fullmatch(word)
            return NUMBER + (NO_DIGIT.sub("", word) if grouped else word.replace(",", "."))
        if number := language.numeral(self.code, word):
            return f"{NUMBER}{number}"
        if word in self.dates:
            return self.dates[word]
        if word in self.stops or len(word) == 1:
            return ""
        return str(self._stem(word))

    def _nation(
        self, text: str, marks: Sequence[re.Match[str]], words: Sequence[str], at: int
    ) -> tuple[str, int]:
        """The country that is named at a word, and how many words name it; at least one.

        A name has its capital, and none stands beside it, or it is somebody's (*Maurice Ravel*).
        """
        for size in range(min(LONGEST_NATION, len(marks) - at), 0, -1):
            code, is_name = self.nations.get(" ".join(words[at : at + size]), ("", False))
            if code:
                start, end = marks[at].start(), marks[at + size - 1].end()
                if not (is_name and self._is_of_somebody(text, start, end)):
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
