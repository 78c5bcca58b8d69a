"""The words of a content, as contents are compared: stems, and how much each tells.

A term is the stem of a word's lemma (*veulent*, *voulaient*), one for all words of a family (*le navire*, *le
bateau*; *livrer*, *la livraison*), so that what is stored already can be compared without parsing it again.
Names of countries, their capitals and adjectives are one term (*Moscou*, *la Russie*, *russe*).
"""

import json
import math
import re
import runpy
from bisect import bisect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import fsum
from pathlib import Path
from typing import NamedTuple

import simplemma
import spacy
from babel import Locale
from pydantic import Field
from Stemmer import Stemmer
from text_to_num import alpha2digit

from claims import language
from claims.calendar import CalendarRow
from claims.components.given_names import given_names
from claims.model import FRAGMENT_JOINT, fold
from claims.registry import Registry

WORD = re.compile(
    r"\d{1,3}(?:[ .\u00a0\u202f']\d{3})+(?![\d.,])|\d{1,3}(?:,\d{3}){2,}|\d+(?:[.,]\d+)?|[^\W\d_]+"
)
LONGEST_WORD = 40
"""Characters that a word before a name is looked for in."""
BEFORE = re.compile(r"\b([^\W\d_a-zà-ÿ]\w*)[ -]$")
"""A word with a capital at the end of what stands before."""
SURNAME = r" (?:(?:{}) )?[^\W\d_a-zà-ÿ]"
"""A surname at the start of what stands after, with one of some particles or none."""
AFTER = re.compile(r"[ -][^\W\d_a-zà-ÿ]")
"""A capital at the start of what stands after."""
LIGATURES = str.maketrans({"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae"})
LIGATURE = re.compile("[œŒæÆ]")
GROUPED = re.compile(r"\d{1,3}(?:\D\d{3})+")
NO_DIGIT = re.compile(r"\D")
ANY_DIGIT = re.compile(r"\d")
JOINT = FRAGMENT_JOINT.strip()
STARTS = re.compile(r"(?:^|[.!?:«»“”\"\[])\W*$")
"""What a sentence begins after."""
BREAK = re.compile(r"[.!?:;]")
"""What a clause begins after."""
ONE_NEGATION = 4
"""Words apart up to which two words that negate are one negation (*ne … pas*)."""
LEAST_LETTERS = 2
"""Letters of a word that tells something, at least."""
DIGIT = "0"
"""What stands for any digit."""
NUMBER = "#"
"""What the term of a number begins with."""
NATION = "@"
"""What the term of a country begins with."""
LONGEST_NATION = 4
"""Words of the longest name of a country that is looked for."""


class SpellingRow(language.Row):
    """Something that is written in several ways, and the one way that is compared."""

    pattern: re.Pattern[str] = Field(description="The other ways.")
    plain: str = Field("", description="What stands for it.")
    needs: str = Field(
        "",
        description="What stands in every text that has it, in lower case if its case does not matter; "
        "0 for any digit. It is looked for first.",
    )
    in_figures: bool = Field(
        default=False, description="Whether it is looked for once numbers stand in figures."
    )

    @cached_property
    def of_any_case(self) -> bool:
        """Whether its case does not matter."""
        return bool(self.pattern.flags & re.IGNORECASE)


class NegationRow(language.WordsRow):
    """Words that negate."""

    beside: str = Field("", description="What stands shortly before them, or after, where they do.")


class OppositesRow(language.WordsRow):
    """Words of which one says the contrary of the other."""

    against: str = Field(description="Those that say the contrary of `words`, apart by spaces.")


class Known(NamedTuple):
    """What is known of a word wherever it stands."""

    folded: str
    stem: str
    weight: float
    against: frozenset[str]
    is_capital: bool
    begins_nation: bool
    is_given: bool
    """Whether it is a first name, with its capital."""
    negates: bool
    """Whether it can negate."""
    is_mute: bool
    """Whether it is none of all that."""


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
    against: frozenset[str]
    """The stems that say the contrary."""

    @property
    def is_number(self) -> bool:
        """Whether it is a number or a date, in figures or letters."""
        return self.stem.startswith(NUMBER)


class Weights(dict[str, float]):
    """Stems, each to its weight."""

    @cached_property
    def squares(self) -> float:
        """The sum of the squares of the weights."""
        return fsum(weight * weight for weight in self.values())


@dataclass(frozen=True)
class Wording:
    """A text as it is compared."""

    words: tuple[str, ...]
    """All its words, folded."""
    terms: tuple[Term, ...]
    """Those that tell something."""
    negations: tuple[int, ...]
    """The places of the words that negate; *ne … pas* is one."""
    breaks: frozenset[int]
    """The places of the words that a clause begins with, after a mark."""
    is_torn: bool
    """Whether it is of several fragments."""

    @cached_property
    def weights(self) -> Weights:
        """Each stem that it has, to its weight."""
        return Weights({term.stem: term.weight for term in self.terms})

    @cached_property
    def weight(self) -> float:
        """What all its stems weigh."""
        return fsum(self.weights.values())


def _stop_words(code: str) -> frozenset[str]:
    """Spacy's words of closed classes; the rules of its language, which load slowly, are not read."""
    path = Path(spacy.__file__).parent / "lang" / code / "stop_words.py"
    return frozenset(map(fold, runpy.run_path(str(path))["STOP_WORDS"]))


def _spelt(text: str, rows: Iterable[SpellingRow]) -> str:
    lowered, has_digits = text.lower(), ANY_DIGIT.search(text) is not None
    for row in rows:
        if (
            has_digits
            if row.needs == DIGIT
            else row.needs in (lowered if row.of_any_case else text)
        ):
            before, text = text, row.pattern.sub(row.plain, text)
            if text != before:
                lowered, has_digits = text.lower(), ANY_DIGIT.search(text) is not None
    return text


class Terms:
    """Reads texts of a language as contents are compared."""

    def __init__(self, code: str, registry: Registry) -> None:
        name = Locale.parse(code).english_name or ""
        self.code = code
        self.nations = registry.nation_words
        self.nation_heads = {words.split()[0] for words in self.nations if words}
        self.counts = counts(code)
        self.given_names = given_names(code)
        particles = map(re.escape, sorted(language.word_set(code, "particles")))
        self.surname = re.compile(SURNAME.format("|".join(particles)))
        self.negations = {
            fold(word): frozenset(row.beside.split())
            for row in language.rows(code, "negations", NegationRow)
            for word in row.words.split()
        }
        spellings = language.rows(code, "spellings", SpellingRow)
        self.spellings = [row for row in spellings if not row.in_figures]
        self.late_spellings = [row for row in spellings if row.in_figures]
        self.stops = _stop_words(code) | {
            word for word, beside in self.negations.items() if not beside
        }
        self.dates = {
            fold(form): f"{NUMBER}{row.kind}-{row.number}"
            for row in language.rows(code, "calendar", CalendarRow)
            for form in row.forms.split()
        }
        self._stemmed: Callable[[str], str] = cache(Stemmer(name.lower()).stemWord)
        self.families = self._families()
        self.opposites = self._opposites()
        self._told = cache(self._tell)
        self._known = cache(self._know)

    def plain(self, text: str) -> str:
        """A text with numbers in figures, and spelt in one way."""
        text = _spelt(text, self.spellings)
        if LIGATURE.search(text):
            text = text.translate(LIGATURES)
        text = str(alpha2digit(text, self.code))
        return _spelt(text, self.late_spellings)

    def wording(self, text: str) -> Wording:
        """A text as it is compared: no term is of a closed class."""
        plain = self.plain(text)
        marks = list(WORD.finditer(plain))
        known = [self._known(mark[0]) for mark in marks]
        words = [word.folded for word in known]
        terms: list[Term] = []
        negations: list[int] = []
        after = 0
        for at, word in enumerate(known):
            if word.is_mute or at < after:
                continue
            code = ""
            if word.begins_nation:
                code, size = self._nation(plain, marks, words, at)
                after = at + size
            if (
                word.negates
                and self._negates(words, at)
                and (not negations or at - negations[-1] > ONE_NEGATION)
            ):
                negations.append(at)
            if code:
                weight, against = self._told(NATION + code)
                terms.append(Term(NATION + code, weight, at, True, marks[at][0], against))
            elif word.stem and not (word.is_given and self._is_before(plain, marks[at])):
                is_name = word.is_capital and not _starts(plain, marks[at].start())
                terms.append(Term(word.stem, word.weight, at, is_name, marks[at][0], word.against))
        return Wording(
            tuple(words), tuple(terms), tuple(negations), _breaks(plain, marks), JOINT in text
        )

    def _know(self, word: str) -> Known:
        folded = word if word[:1].isdecimal() else fold(word)
        stem, is_capital = self._stem(word), word[:1].isupper()
        begins_nation, negates = folded in self.nation_heads, folded in self.negations
        return Known(
            folded,
            stem,
            *self._told(stem),
            is_capital,
            begins_nation,
            is_capital and folded in self.given_names,
            negates,
            not (stem or begins_nation or negates),
        )

    def _tell(self, stem: str) -> tuple[float, frozenset[str]]:
        """How much a stem tells, and the stems that say the contrary."""
        return self.counts.weight(stem), self.opposites.get(stem, frozenset())

    def stem(self, word: str) -> str:
        """The term of a word; empty where it tells nothing."""
        return self._known(word).stem

    def _stem(self, word: str) -> str:
        if word[:1].isdecimal():
            grouped = GROUPED.fullmatch(word)
            return NUMBER + (NO_DIGIT.sub("", word) if grouped else word.replace(",", "."))
        plain = fold(word)
        if number := language.numeral(self.code, plain):
            return f"{NUMBER}{number}"
        if plain in self.dates:
            return self.dates[plain]
        if plain in self.stops or len(plain) < LEAST_LETTERS:
            return ""
        return self._term(word)

    def _term(self, word: str) -> str:
        stem = self._root(word)
        return self.families.get(stem, stem)

    def _root(self, word: str) -> str:
        """The stem of the lemma of a word, of any case; accents are not compared."""
        return self._stemmed(fold(simplemma.lemmatize(word.lower(), lang=self.code)))

    def _families(self) -> dict[str, str]:
        """The stem of each word of a family to that of the first; a stem is of the first that has it."""
        found: dict[str, str] = {}
        for row in language.rows(self.code, "families", language.WordsRow):
            stems = [self._root(word) for word in row.words.split()]
            for stem in stems:
                found.setdefault(stem, stems[0])
        return found

    def _opposites(self) -> Mapping[str, frozenset[str]]:
        """Each term to those that say the contrary."""
        found: dict[str, set[str]] = {}
        for row in language.rows(self.code, "opposites", OppositesRow):
            one, other = ({*map(self._term, w.split())} for w in (row.words, row.against))
            for stems, contrary in ((one, other), (other, one)):
                for stem in stems - contrary:
                    found.setdefault(stem, set()).update(contrary - stems)
        return {stem: frozenset(contrary) for stem, contrary in found.items()}

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

    def _is_before(self, text: str, given_name: re.Match[str]) -> bool:
        """Whether a first name stands before a surname, which tells the same without it."""
        return bool(self.surname.match(text, given_name.end()))

    def _negates(self, words: Sequence[str], at: int) -> bool:
        """Whether a word that can negate does."""
        beside = self.negations[words[at]]
        around = words[max(0, at - ONE_NEGATION) : at + 2]
        return not beside or not beside.isdisjoint(around)

    def _is_of_somebody(self, text: str, start: int, end: int) -> bool:
        before = BEFORE.search(text[max(0, start - LONGEST_WORD) : start])
        named = before and fold(before[1]) not in self.stops
        return text[start].islower() or bool(named or AFTER.match(text, end))


def _starts(text: str, at: int) -> bool:
    """Whether a sentence begins at a place."""
    return bool(STARTS.search(text[max(0, at - 3) : at]))


def _breaks(text: str, marks: Sequence[re.Match[str]]) -> frozenset[int]:
    """The places of the words that stand after a mark which ends a clause."""
    found = [mark.start() for mark in BREAK.finditer(text)]
    starts = [mark.start() for mark in marks] if found else []
    places = ((bisect(starts, at), at) for at in found)
    return frozenset(
        place
        for place, at in places
        if place < len(marks) and (place == 0 or marks[place - 1].end() <= at)
    )


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
