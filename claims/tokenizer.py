"""Texts to tokens: cut alike, and spelt alike for the parser, however they are printed.

Papers print one sentence with « », “ ” or " ", with ’ or ', with no-break spaces or
without. A text is cut in its *plain* form, which has the same length, and the parser is
given plain words; so what it says does not depend on the printer. The Doc keeps the
text as it is.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple

from pydantic import Field, field_validator
from spacy.attrs import LENGTH
from spacy.lang.char_classes import ALPHA, ALPHA_LOWER, ALPHA_UPPER, HYPHENS
from spacy.language import Language
from spacy.symbols import ORTH
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex
from spacy.vocab import Vocab

from claims import columns, language

HOUR = r"(?<=\d)h"
GLUED = (
    rf"(?:^|(?<=[\)\]]))[.?!…](?=[{ALPHA_UPPER}])",
    rf"[\)\]](?=[.?!…][{ALPHA_UPPER}])",
    rf"(?<=[{ALPHA_UPPER}]{{2}})[.?!…](?=[{ALPHA_UPPER}][{ALPHA_LOWER}])",
    rf"(?<=[{ALPHA_LOWER}]{{4}})[.?!…](?=\d)",
)
"""The end of a sentence that no space parts from the next (*il part ».Dans*, *l'AFP.La police*, *deux mois.30 policiers*)."""
STRETCH = re.compile(r"\S{200}(?=\S)")
"""What spaCy's tokenizer is given at most without a space: it takes the square of the length."""

Words = tuple[tuple[int, int], ...]
"""The words of a chunk, `[start, end)` each."""
CHUNK = re.compile(r"\S+")
"""What spaCy's tokenizer looks at alone."""
MOST_KNOWN = 1 << 14
"""Chunks whose words are remembered at most, and as many of those before them: who occurs again stays."""


class PlainRow(language.Row):
    """A way of printing, and the plain one."""

    written: str = Field(min_length=1, description="What is printed; `U+00A0` is that character.")
    plain: str = Field(min_length=1, description="What the parser is given instead.")

    @field_validator("written", "plain")
    @classmethod
    def _character(cls, value: str) -> str:
        code = re.fullmatch(r"U\+([0-9A-F]{4})", value)
        return chr(int(code[1], 16)) if code else value


class TokenRow(language.Row):
    """Words that a hyphen, an apostrophe or a full stop does or does not cut."""

    kind: Literal["whole", "suffix", "elided"] = Field(
        description="`whole`: one token; `suffix`: cut off the word before it; `elided`: cut off "
        "the word or the quotation mark after it."
    )
    forms: str = Field(description="The forms in lower case.")


class Plain(NamedTuple):
    """The plain form of a language."""

    characters: dict[int, str]
    """Character to character, for `str.translate`."""
    words: dict[str, str]
    """A whole word, its characters plain, to another."""


@cache
def plain(code: str) -> Plain:
    """The plain form of the language `code`."""
    rows = [(row.written, row.plain) for row in language.rows(code, "plain", PlainRow)]
    characters = {ord(w): p for w, p in rows if len(w) == len(p) == 1}
    return Plain(characters, {w: p for w, p in rows if ord(w[0]) not in characters})


def plain_word(word: str, code: str) -> str:
    """A word as the parser knows it.

    >>> plain_word("«", "fr"), plain_word("L’", "fr"), plain_word("''", "fr")
    ('"', "L'", '"')
    """
    form = unicodedata.normalize("NFC", word).translate(plain(code).characters)
    return plain(code).words.get(form, form)


@cache
def _forms(code: str) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {"whole": [], "suffix": [], "elided": []}
    for row in language.rows(code, "tokens", TokenRow):
        kinds[row.kind].extend(row.forms.split())
    return kinds


def set_rules(nlp: Language, code: str) -> None:
    """Give `nlp` a tokenizer that cuts as Universal Dependencies does.

    Words with hyphens and figures (*2013-2014*) stay whole, but for what the table says is
    a suffix (*a-t-il* is *a*, *-t-il*); hours are cut (*18h30* is *18*, *h*, *30*).
    """
    forms, defaults = _forms(code), nlp.Defaults
    doubled = [re.escape(word) for word in plain(code).words if len(word) > 1]
    elided = [rf'(?i:{form})(?=["{ALPHA}])' for form in forms["elided"]]
    # The language's own pronouns after a hyphen stand in one of the defaults' suffixes.
    suffixes = [s for s in defaults.suffixes or () if "clés" not in str(s)]
    longest = sorted(forms["suffix"], key=len, reverse=True)
    cut_off = [rf"(?<=[{ALPHA}])(?i:{re.escape(form)})" for form in longest]
    figures = r"[+\-\*^]"
    infixes = [i for i in defaults.infixes or () if HYPHENS not in str(i) and figures not in str(i)]
    nlp.tokenizer = Tokenizer(
        nlp.vocab,
        rules={form: [{ORTH: form}] for whole in forms["whole"] for form in _cased(whole)},
        prefix_search=compile_prefix_regex(
            [*doubled, *elided, *(defaults.prefixes or ()), GLUED[0]],
        ).search,
        suffix_search=compile_suffix_regex([*doubled, *suffixes, *cut_off, HOUR]).search,
        infix_finditer=compile_infix_regex(
            [*infixes, '"', rf",(?=[{ALPHA}])", rf"{HOUR}(?=\d)", *GLUED]
        ).finditer,
        url_match=_address(defaults.url_match),
    )


def _address(match: Callable[[str], object] | None) -> Callable[[str], object] | None:
    """What tells addresses, less two sentences that no space parts (*AFP.La*)."""
    found: re.Pattern[str] | None = getattr(match, "__self__", None)
    if found is None:
        return match
    return re.compile(rf"(?u)(?!\S*?{GLUED[2]})(?:{found.pattern.removeprefix('(?u)')})").match


def _cased(form: str) -> Iterator[str]:
    """A form as it is written in the middle, at the front, and in a headline."""
    yield from dict.fromkeys((form, form[0].upper() + form[1:], form.upper()))


class ArticleTokenizer:
    """Cuts a text where a model's tokenizer cuts its plain form; the words stay as printed."""

    def __init__(self, tokenizer: Callable[[str], Doc], vocab: Vocab, code: str) -> None:
        self.tokenizer = tokenizer
        self.vocab = vocab
        self.characters = plain(code).characters
        self.known: dict[str, Words] = {}
        """The words of what was cut before: spaCy's own memory is off where words are forgotten."""
        self.before: dict[str, Words] = {}
        self.shapes: dict[Words, Words] = {}
        """Words by themselves, for most chunks have the same: one, of few letters."""

    def __call__(self, text: str) -> Doc:
        """The tokens of a text; what stands between two words, but one space, is a token."""
        words: list[str] = []
        spaces: list[bool] = []
        end = 0
        for start, stop in self._places(text):
            _gap(text[end:start], words, spaces)
            end = stop
            words.append(text[start:stop])
            spaces.append(False)
        _gap(text[end:], words, spaces)
        return Doc(self.vocab, words=words, spaces=spaces)

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """The words as `[start, end)`; a stretch without a space is read in parts."""
        simple = text.translate(self.characters)
        cuts = [0, *(found.end() for found in STRETCH.finditer(simple)), len(simple)]
        for part in pairwise(cuts):
            for chunk in CHUNK.finditer(simple, *part):
                begin = chunk.start()
                for start, end in self._words(chunk[0]):
                    yield begin + start, begin + end

    def _words(self, chunk: str) -> Words:
        """The words of what no space parts, which are the same wherever it stands."""
        found = self.known.get(chunk)
        if found is None:
            found = self.before.get(chunk) or self._cut(chunk)
            if len(self.known) >= MOST_KNOWN:
                self.before, self.known = self.known, {}
            self.known[chunk] = found
        return found

    def _cut(self, chunk: str) -> Words:
        doc = self.tokenizer(chunk)
        starts, lengths = columns.starts(doc), columns.numbers(doc, LENGTH)
        words = tuple((at, at + length) for at, length in zip(starts, lengths, strict=True))
        return self.shapes.setdefault(words, words) if len(words) == 1 else words


def _gap(between: str, words: list[str], spaces: list[bool]) -> None:
    """Add what stands between two words: a space to the word before, the rest as a token."""
    if between.startswith(" ") and spaces:
        spaces[-1] = True
        between = between[1:]
    if between:
        words.append(between)
        spaces.append(False)
