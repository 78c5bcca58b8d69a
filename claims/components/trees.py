"""A parsed text as plain lists, one value a token: what candidates and features are read from."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate

from spacy.attrs import DEP, ENT_TYPE, LEMMA, MORPH, POS
from spacy.tokens import Doc

from claims import columns
from claims.components import chunks, cues, media, quotations, sentences
from claims.components.cues import Cue, CueRow
from claims.components.phrases import NOMINAL, universal
from claims.components.relations import CLAIM_ZONES, ZONES, group
from claims.model import ZoneKind
from claims.parser import PERSON

Region = tuple[int, int]
"""Tokens `[start, end)`."""
INSIDE_NAMES = frozenset({"flat", "compound", "fixed", "goeswith"})
"""Relations of words that are no heads of their own, unless a person's name starts there."""


@dataclass
class Tree:
    """The tokens of a Doc, their heads and what stands over them."""

    doc: Doc
    code: str
    text: list[str] = field(init=False)
    lower: list[str] = field(init=False)
    lemma: list[str] = field(init=False)
    pos: list[str] = field(init=False)
    dep: list[str] = field(init=False)
    """Relation to the head, with its subtype."""
    rel: list[str] = field(init=False)
    """Universal relation to the head."""
    entity: list[str] = field(init=False)
    morph: list[dict[str, str]] = field(init=False)
    symbol: list[str] = field(init=False)
    """The closed class of the language that the token is of (`words.csv`); else empty."""
    word: list[bool] = field(init=False)
    """Whether it has a letter or a figure: only such tokens are counted."""
    head: list[int] = field(init=False)
    left: list[int] = field(init=False)
    right: list[int] = field(init=False)
    quotations: list[Region] = field(init=False)
    quotation: list[int] = field(init=False)
    """Number of the quotation from 1; 0 outside."""
    sentences: list[Region] = field(init=False)
    sentence: list[int] = field(init=False)
    line: list[int] = field(init=False)
    claims: list[bool] = field(init=False)
    """Whether the token stands in a zone that claims are read from."""
    headline: list[bool] = field(init=False)
    readings: dict[int, list[Cue]] = field(init=False)
    """The readings of a cue, by its last token."""
    cue_start: dict[int, int] = field(init=False)
    """The first token of a cue of several (*d’après*), by its last."""
    media: set[int] = field(init=False)

    def __post_init__(self) -> None:
        doc, size = self.doc, len(self.doc)
        single = chunks.words(self.code).single
        self.text = columns.texts(doc)
        self.lower = columns.lowers(doc)
        self.lemma = columns.each(str.lower, columns.strings(doc, LEMMA))
        self.pos = columns.strings(doc, POS)
        self.dep = columns.strings(doc, DEP)
        self.rel = columns.each(universal, self.dep)
        self.entity = columns.strings(doc, ENT_TYPE)
        self.morph = columns.each(_features, columns.strings(doc, MORPH))
        self.symbol = [single.get(form, "") for form in self.lower]
        self.word = columns.each(lambda text: any(c.isalnum() for c in text), self.text)
        self.head = columns.heads(doc)
        self.left, self.right = columns.edges(doc)
        self.quotations = [(s.start, s.end) for s in group(doc, quotations.GROUP)]
        self.quotation = _numbered(size, self.quotations, 1)
        self.sentences = [(s.start, s.end) for s in group(doc, sentences.GROUP)]
        self.sentence = _numbered(size, self.sentences, 0)
        self.line = list(accumulate(("\n" in text for text in self.text), initial=0))[:size]
        zones = list(doc.spans.get(ZONES, ()))
        self.claims, self.headline = [not zones] * size, [False] * size
        for zone in zones:
            at, length = slice(zone.start, zone.end), zone.end - zone.start
            self.claims[at] = [zone.label_ in CLAIM_ZONES] * length
            self.headline[at] = [zone.label_ == ZoneKind.HEADLINE.value] * length
        self.readings = {}
        self.cue_start = {}
        for start, found in cues.by_token(doc, self.code).items():
            for cue in found:
                self.readings.setdefault(cue.end - 1, []).append(cue)
                self.cue_start.setdefault(cue.end - 1, start)
        self.media = {i for s in group(doc, media.GROUP) for i in range(s.start, s.end)}

    @cached_property
    def children(self) -> list[list[int]]:
        """The children of each token, in text order."""
        found: list[list[int]] = [[] for _ in self.head]
        for i, head in enumerate(self.head):
            if head != i:
                found[head].append(i)
        return found

    @cached_property
    def heads(self) -> list[int]:
        """The tokens that head a phrase of their own, ascending."""
        return [i for i in self.word_tokens if self._is_head(i)]

    def _is_head(self, i: int) -> bool:
        rel, pos = self.rel[i], self.pos[i]
        if pos not in NOMINAL or (pos == "ADJ" and rel == "amod"):
            # plus de 200 manifestants ont dit; l’ancien protégé, cette dernière
            return rel == "nsubj" or any(self.rel[k] == "det" for k in self.children[i])
        begins = self.doc[i].ent_iob_ == "B" and self.entity[i] == PERSON
        of_verb = self.pos[self.head[i]] in ("VERB", "AUX")  # lâche Pierrot, taken for one name
        named = pos == "PRON" or self.symbol[i] == chunks.TITLE
        return rel not in INSIDE_NAMES or begins or of_verb or named

    @cached_property
    def starts(self) -> list[int]:
        """Where each token starts, in characters."""
        return columns.starts(self.doc)

    def within(self, start: int, end: int) -> list[int]:
        """The tokens that have a character in `[start, end)`."""
        first = max(0, bisect_right(self.starts, start) - 1)
        if self.starts and self.starts[first] + len(self.text[first]) <= start:
            first += 1
        return list(range(first, bisect_left(self.starts, end)))

    @cached_property
    def string(self) -> str:
        """The text."""
        return columns.text(self.doc)

    def tokens_at(self, places: Iterable[tuple[int, int]]) -> frozenset[int]:
        """The tokens that have a character in one of some places."""
        return frozenset(i for place in places for i in self.within(*place))

    def words_at(self, places: Iterable[tuple[int, int]]) -> frozenset[int]:
        """The words that have a character in one of some places."""
        return frozenset(i for i in self.tokens_at(places) if self.word[i])

    @cached_property
    def word_tokens(self) -> list[int]:
        """The tokens that are words."""
        return [i for i, is_word in enumerate(self.word) if is_word]

    def words_in(self, start: int, end: int) -> list[int]:
        """The words of `[start, end)`."""
        return self.word_tokens[self.before[start] : self.before[end]]

    @cached_property
    def before(self) -> list[int]:
        """How many words stand before each token, and before the end."""
        return list(accumulate(self.word, initial=0))

    def words(self, start: int, end: int) -> int:
        """How many words stand in `[start, end)`."""
        return self.before[end] - self.before[start] if end > start else 0

    def subtree(self, top: int, without: frozenset[int] | set[int] = frozenset()) -> list[int]:
        """A token and all below it, less the branches at `without`; in no order."""
        found, open_, children = [], [top], self.children
        while open_:
            at = open_.pop()
            found.append(at)
            below = children[at]
            open_ += [k for k in below if k not in without] if without else below
        return found

    def tops(self, tokens: Collection[int]) -> list[int]:
        """Those of some tokens that hang on none of them, in text order."""
        return sorted(i for i in tokens if self.head[i] == i or self.head[i] not in tokens)

    def cue(self, at: int) -> CueRow | None:
        """The lexicon's row of a cue that ends at a token, reflexive where *se* is there."""
        readings = self.readings.get(at)
        if not readings:
            return None
        reflexive = any(self.rel[k] == "expl" and self.symbol[k] == "s" for k in self.children[at])
        fitting = [c for c in readings if c.row.reflexive == reflexive]
        return (fitting or readings)[0].row

    def is_preposition(self, at: int) -> bool:
        """Whether a cue that ends at a token is a preposition (*selon*)."""
        return any(cue.form == "preposition" for cue in self.readings.get(at, ()))

    def key(self, at: int) -> str:
        """What a cue is counted by: its lemma, marked where it is reflexive."""
        row = self.cue(at)
        return self.lemma[at] if row is None else row.lemma + "~" * row.reflexive


@lru_cache(maxsize=1)
def tree(doc: Doc, code: str) -> Tree:
    """The tree of a Doc whose quotations, sentences, zones and cues are there.

    That of the last Doc is kept: each component after the frames asks for it.
    """
    return Tree(doc, code)


def _features(written: str) -> dict[str, str]:
    """What `Gender=Fem|Number=Sing` tells, as a table."""
    return dict(pair.split("=", 1) for pair in written.split("|") if "=" in pair)


def _numbered(size: int, regions: list[Region], first: int) -> list[int]:
    numbers = [0] * size
    for number, (start, end) in enumerate(regions, start=first):
        numbers[start:end] = [number] * (end - start)
    return numbers
