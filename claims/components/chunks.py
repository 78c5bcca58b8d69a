"""A sentence as a row of chunks, each with a one-letter symbol that frames are written in.

    Q quotation   M name   N noun phrase   p subject pronoun   i inverted pronoun
    V finite cue  P participle  G gerund  I infinitive of a cue  S preposition (selon)
    A avoir  E être  s reflexive  r other clitic  n negation  u euphonic t  f infinitive
    q que  D de  B des  b leur  g par  t preposition  h preposition of time  c conjunction  e et, ou  k qui  R other relative  a adverb  j je, tu
    , : ; ( ) - .  as printed   w any other word

The word classes are data (`words.csv`); the cues are those of `doc.spans["cues"]`.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from pydantic import Field
from spacy.attrs import IS_PUNCT, IS_SPACE
from spacy.tokens import Doc, Span

from claims import columns, language
from claims.components import cues, media, quotations
from claims.components.cues import Cue
from claims.components.relations import group
from claims.model import fold

CUE_SYMBOLS = {"finite": "V", "participle": "P", "gerund": "G", "infinitive": "I"}
HYPHENS = frozenset("-‑")
FRONT = frozenset(",;:.ce-")
"""What stands before a phrase at the front of its clause."""
INTRODUCING = frozenset("qD")
"""The classes of *que* and *de*, which are no part of what they introduce."""
NEGATION = "n"
"""The class of *ne* and *pas*: who did not affirm something has made no claim."""
AGENT = "g"
"""The class of the preposition of who does what a passive tells."""
TITLE = "T"
"""The class of titles before names (*M.*)."""
DETERMINERS = frozenset("lBb")
COORDINATION = "e"
"""The class of conjunctions that join alike words (*et*)."""
CONTRACTED = frozenset("B")
"""*du* and *des*: a determiner, or a preposition with one."""
JOINERS = frozenset("DB")
"""*de* and *des* go on with a noun phrase."""
PUNCTUATION = {",": ",", ":": ":", ";": ";", "(": "(", "[": "(", ")": ")", "]": ")"}
DASHES = frozenset({"-", "–", "—", "--"})
APOSTROPHES = frozenset("'’")
"""Tokens of their own where a quotation mark follows (*qu’« il »*); they belong to no chunk."""
MIN_INFINITIVE = 4
"""Letters of the shortest word that an ending makes an infinitive."""
VERB_GROUP = 6
"""Chunks before a cue in which its auxiliary and its clitics stand."""
LONGEST_NAME_IN_QUOTES = 4
"""Tokens, marks included, of a quotation that can be part of a name (*les « gilets jaunes »*)."""


class WordRow(language.Row):
    """A closed class of words; in a form of several words these are joined by `~`."""

    symbol: str = Field(pattern="^[a-zA-Z]$", description="The symbol of the class.")
    forms: str = Field(description="The forms in lower case; `*er` is an ending.")
    features: str = Field(
        default="",
        pattern=r"^([A-Z]\w+=\w+(\|[A-Z]\w+=\w+)*)?$",
        description="What all forms have in common, as in Universal Dependencies.",
    )


class Chunk(NamedTuple):
    """Tokens `[start, end)` of a Doc under one symbol."""

    symbol: str
    start: int
    end: int
    cue: Cue | None = None


class Words(NamedTuple):
    """The closed classes of a language."""

    single: dict[str, str]
    """Form to symbol."""
    several: dict[str, list[tuple[tuple[str, ...], str]]]
    """First word to the forms of several words and their symbols, the longest first."""
    infinitives: tuple[str, ...]
    """What the infinitive of a verb ends in."""
    features: dict[str, dict[str, str]]
    """Form to its features; the words of a form of several are joined by a space."""
    joining: dict[str, bool]
    """The prepositions that join a complement to a noun, and whether they do nothing else."""

    def feature(self, form: str, name: str) -> str:
        """The value of a feature of a form; else empty."""
        return self.features.get(form, {}).get(name, "")

    def is_open(self, form: str) -> bool:
        """Whether a form in lower case is of no closed class."""
        return self.single.get(form, "w") == "w"

    def pronoun(self, text: str) -> dict[str, str] | None:
        """The features of a subject pronoun (*il*, *ce dernier*, *-t-il*); else None."""
        for form in (text.lower(), "-" + text.lower()):
            if form in self.features and "Person" in self.features[form]:
                return self.features[form]
        return None


@cache
def words(code: str) -> Words:
    """The closed classes of the language `code`."""
    single: dict[str, str] = {}
    several: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    endings: list[str] = []
    features: dict[str, dict[str, str]] = {}
    for row in language.rows(code, "words", WordRow):
        values = dict(pair.split("=") for pair in row.features.split("|") if pair)
        for form in row.forms.split():
            features[form.replace("~", " ")] = values
            first, *rest = form.split("~")
            if form.startswith("*"):
                endings.append(form[1:])
            elif rest:
                several.setdefault(first, []).append(((first, *rest), row.symbol))
            else:
                single[form] = row.symbol
    for forms in several.values():
        forms.sort(key=lambda form: -len(form[0]))
    joining = {f: values["Nmod"] == "Only" for f, values in features.items() if "Nmod" in values}
    return Words(single, several, tuple(endings), features, joining)


@lru_cache(maxsize=1)
def chunker_of(doc: Doc, code: str) -> "Chunker":
    """The chunker of a Doc whose quotations, cues and media are there; that of the last is kept."""
    return Chunker(doc, code)


class Chunker:
    """Cuts the sentences of one Doc into chunks."""

    def __init__(self, doc: Doc, code: str) -> None:
        self.doc = doc
        self.text = columns.text(doc)
        self.forms, self.lower = columns.texts(doc), columns.lowers(doc)
        self.spaces, self.marks = columns.flags(doc, IS_SPACE), columns.flags(doc, IS_PUNCT)
        self.words = words(code)
        self.classes = [self.words.single.get(form, "") for form in self.lower]
        """The symbol of the closed class that each token is of; else empty."""
        self.cues = cues.by_token(doc, code)
        found = list(group(doc, quotations.GROUP))
        self.quotations: dict[int, Span] = {span.start: span for span in found}
        short = (fold(q.text) for q in found if len(q) <= LONGEST_NAME_IN_QUOTES)
        self.names_in_quotes = {words for words, count in Counter(short).items() if count > 1}
        self.quoted: dict[int, Span] = {t: q for q in found for t in range(q.start, q.end)}
        self.media = {span.start: span.end for span in group(doc, media.GROUP)}

    def is_name(self, quotation: Span) -> bool:
        """Whether a quotation is a name that the article quotes again (*« gilets jaunes »*)."""
        return fold(quotation.text) in self.names_in_quotes

    def chunks(self, sentence: Span) -> list[Chunk]:
        """The chunks of a sentence, in order; spaces belong to none."""
        row: list[Chunk] = []
        at = sentence.start
        while at < sentence.end:
            if self.spaces[at] or self.lower[at] in APOSTROPHES:
                at += 1
                continue
            if at in self.quotations:
                row.extend(self._quotation(self.quotations[at]))
            else:
                row.append(self._chunk(at, sentence.end, row))
            at = row[-1].end
        return row

    def _quotation(self, span: Span) -> Iterator[Chunk]:
        """A quotation, in three parts where a cue interrupts it (*« A, dit-il, B »*)."""
        cut = self._interruption(span)
        if cut is None:
            yield Chunk("Q", span.start, span.end)
            return
        left, right = cut
        yield Chunk("Q", span.start, left)
        yield from self.chunks(self.doc[left : right + 1])
        yield Chunk("Q", right + 1, span.end)

    def _interruption(self, span: Span) -> tuple[int, int] | None:
        """The commas around a cue with an inverted pronoun inside a quotation."""
        for at in range(span.start + 3, span.end - 3):
            if self.classes[at] != "i":
                continue
            left = next(
                (k for k in range(at, max(span.start, at - 6), -1) if self.lower[k] == ","), 0
            )
            right = next(
                (k for k in range(at, min(span.end - 1, at + 6)) if self.lower[k] == ","), 0
            )
            if left and right and any(k in self.cues for k in range(left, right)):
                return left, right
        return None

    def _chunk(self, at: int, limit: int, before: list[Chunk]) -> Chunk:
        several = self._several(at, limit)
        if several:
            return several
        cue = self._cue(at, before)
        if cue:
            return cue
        symbol, text = self.classes[at], self.lower[at]
        if symbol in ("l", "b") and at + 1 < limit and self._verbal(at + 1, before):
            return Chunk("r", at, at + 1)
        if symbol in DETERMINERS:
            return Chunk("N", at, self._noun_phrase(at, limit))
        if symbol and symbol != TITLE:
            return Chunk(symbol, at, at + 1)
        if text in PUNCTUATION:
            return Chunk(PUNCTUATION[text], at, at + 1)
        if text in DASHES:
            return Chunk("-", at, at + 1)
        if self.marks[at]:
            return Chunk(".", at, at + 1)
        if symbol == TITLE or any(c.isupper() for c in self.forms[at]):
            return Chunk("M", at, self._name(at, limit))
        if self._infinitive(at):
            return Chunk("f", at, at + 1)
        return Chunk("w", at, at + 1)

    def _several(self, at: int, limit: int) -> Chunk | None:
        several = self.words.several
        for form, symbol in several.get(self.lower[at], ()):
            if at + len(form) <= limit and tuple(self.lower[at : at + len(form)]) == form:
                return Chunk(symbol, at, at + len(form))
        return None

    def _cue(self, at: int, before: list[Chunk]) -> Chunk | None:
        """The cue that starts here, in the reading that the words before it allow."""
        readings = self.cues.get(at)
        if not readings:
            return None
        nearby = "".join(chunk.symbol for chunk in before[-VERB_GROUP:])
        group = re.search(r"[nrasiw,AE]*$", nearby)
        reflexive = group is not None and "s" in group[0]
        fitting = [c for c in readings if c.row.reflexive == reflexive] or [
            c for c in readings if not c.row.reflexive
        ]
        if not fitting:
            return None
        compound = re.search(r"[AE][nrasiw,]*$", nearby)
        wanted = "participle" if compound else "finite"
        cue = next((c for c in fitting if c.form == wanted), fitting[0])
        if cue.form == "preposition":
            fronted = not before or before[-1].symbol in FRONT
            return Chunk("S", at, cue.end, cue) if fronted or "s" in cue.row.takes else None
        return Chunk(CUE_SYMBOLS[cue.form], at, cue.end, cue)

    def _verbal(self, at: int, before: list[Chunk]) -> bool:
        """Whether a verb stands here, so that *le, la, l', leur* before it are pronouns."""
        if self.classes[at] in ("A", "E"):
            return True
        forms = {cue.form for cue in self.cues.get(at, ())}
        after_subject = bool(before) and before[-1].symbol in "pnsrRMi"
        return "finite" in forms and after_subject

    def _name(self, at: int, limit: int) -> int:
        """Where a name that starts here ends: capitals, joined by *de* and the like."""
        end = at + 1
        while end < limit and end not in self.quotations:
            if self._space(end):
                end += 1
                continue
            if self.media.get(at) == end and not self._capital(end):
                break
            if (
                self._capital(end) and (end not in self.cues or not self.forms[end].islower())
            ) or self.hyphenated(end):
                end += 1
            elif (
                self.classes[end] in ("D", "l", "B")
                and end + 1 < limit
                and self._capital(end + 1)
                and (self.classes[end] in JOINERS or self.classes[end - 1] == "D")
            ):
                end += 2
            else:
                break
        return end - 1 if self._space(end - 1) else end

    def _space(self, at: int) -> bool:
        """Whether a no-break or double space stands here: it does not end a name."""
        return self.spaces[at] and "\n" not in self.forms[at]

    def hyphenated(self, at: int) -> bool:
        """Whether what looks like an inverted pronoun ends a name (*An Chan-il*)."""
        before = self.doc[at - 1]
        return self.classes[at] == "i" and not before.whitespace_ and at - 1 not in self.cues

    def _capital(self, at: int) -> bool:
        text = self.forms[at]
        return text[:1].isupper() or (len(text) > 2 and any(c.isupper() for c in text))

    def _noun_phrase(self, at: int, limit: int) -> int:
        """Where a noun phrase whose determiner stands here ends, *de* phrases included."""
        end = at + 1
        while end < limit:
            if self.media.get(at + 1) == end and self._capital(end - 1):
                break
            quotation = self.quotations.get(end)
            if quotation is not None:
                if len(quotation) > LONGEST_NAME_IN_QUOTES or quotation.end > limit:
                    break
                end = quotation.end
            elif self._continues(end, at, limit):
                end += 1
            elif self._acronym(end, limit):
                end += 3
            else:
                break
        return end

    def _acronym(self, at: int, limit: int) -> bool:
        """Whether *(NSC)* stands here."""
        return (
            at + 2 < limit
            and self.forms[at] == "("
            and self.forms[at + 1].isupper()
            and self.forms[at + 2] == ")"
        )

    def _continues(self, at: int, start: int, limit: int) -> bool:
        """Whether the token belongs to the noun phrase that started at `start`."""
        symbol = self.classes[at]
        following = self.classes[at + 1] if at + 1 < limit else ""
        if self.spaces[at] or self.marks[at] or self._several(at, limit):
            return False
        if symbol in JOINERS:
            quoted = symbol == "D" and at + 1 in self.quotations
            return at + 1 < limit and not quoted and not self._infinitive(at + 1)
        if symbol == "l":
            return at == start + 1 or self.classes[at - 1] in ("D", "l")
        if symbol == COORDINATION:
            return following in JOINERS
        if symbol and symbol not in "Tw":
            return False
        if at in self.cues:
            forms = {cue.form for cue in self.cues[at]}
            noun = self.classes[at - 1] in ("l", "D")
            return noun and forms <= {"finite", "infinitive", "participle"}
        return True

    def _infinitive(self, at: int) -> bool:
        """Whether an infinitive stands here, or what comes before one (*ne pas*, *se*)."""
        symbol, text = self.classes[at], self.lower[at]
        if symbol:
            return symbol in "ns"
        if at in self.cues:
            return any(cue.form == "infinitive" for cue in self.cues[at])
        return (
            len(text) >= MIN_INFINITIVE
            and self.forms[at].islower()
            and text.endswith(self.words.infinitives)
        )
