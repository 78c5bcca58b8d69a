"""The tokens of a tree as arrays: what is asked of many tokens, or of many runs, at once."""

from collections.abc import Callable, Container, Iterable, Mapping
from functools import cached_property
from itertools import chain
from typing import Any

import numpy

from claims.components.arrays import Flags, Rows, numbered
from claims.components.sheets import Labels
from claims.components.trees import Tree

BEYOND = 2
"""Tokens before the first and after the last that may be asked for."""
CLOSED = frozenset({"PRON", "DET", "ADP", "SCONJ", "CCONJ", "AUX", "ADV", "PUNCT"})
"""Parts of speech whose words are categories of their own."""
EDGE = "^"
"""What is shown before the first token and after the last."""


class Runs:
    """Which tokens have something, counted at once over runs of them."""

    def __init__(self, flags: Iterable[Any]) -> None:
        self.flags = flags if isinstance(flags, numpy.ndarray) else numpy.array([*flags], bool)
        self.before = numpy.zeros(len(self.flags) + 1, int)
        """How many have it before each token, and before the end."""
        numpy.cumsum(self.flags, out=self.before[1:])

    def between(self, start: Rows, end: Rows) -> Rows:
        """How many tokens of each run `[start, end)` have it; none where it ends before it starts."""
        found: Rows = numpy.maximum(self.before[end] - self.before[start], 0)
        return found

    def first(self, start: Rows, end: Rows) -> Rows:
        """The first token of each run `[start, end)` that has it; -1 where there is none."""
        places = numpy.append(numpy.flatnonzero(self.flags), len(self.flags))
        found = places[self.before[start]]
        return numpy.where(found < end, found, -1)


class TokenLabels:
    """A category of each token, and one of what lies beyond the text (token -1, too)."""

    def __init__(self, values: Iterable[str], of: Rows | None = None, beyond: str = "") -> None:
        """Number categories.

        Args:
            values: the category of each token.
            of: the number of each token's category, if `values` are not one for each.
            beyond: that of what lies beyond.
        """
        self.values, numbers = numbered(chain([beyond], values))
        each = numbers[1:] if of is None else numbers[1:][of]
        self.of = numpy.zeros(len(each) + 2 * BEYOND, int)
        self.of[BEYOND:-BEYOND] = each

    def within(self, values: Container[str]) -> Flags:
        """Which tokens are of some categories."""
        return self.having(lambda value: value in values)

    def having(self, told: Callable[[str], bool]) -> Flags:
        """Which tokens are of a category that something is told of."""
        own = numpy.array([told(value) for value in self.values], bool)
        found: Flags = own[self.of[BEYOND:-BEYOND]]
        return found

    def at(self, tokens: Rows) -> Labels:
        """The categories of some tokens."""
        return Labels(self.values, self.of[tokens + BEYOND])

    def one(self, token: int) -> str:
        """The category of a token."""
        return self.values[int(self.of[token + BEYOND])]


class Tokens:
    """The tokens of a text."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.size = tree, len(tree.text)
        self.head, self.left = numpy.array(tree.head, int), numpy.array(tree.left, int)
        self.right, self.line = numpy.array(tree.right, int), numpy.array(tree.line, int)
        self.sentence = numpy.array(tree.sentence, int)
        self.word = Runs(tree.word)
        """Which are words: only such are counted."""
        self.start, self.end = numpy.array(tree.sentences, int).reshape(-1, 2).T
        """Where each sentence starts, and where it ends."""
        self.opens, self.closes = numpy.array(tree.quotations, int).reshape(-1, 2).T
        """Where each quotation starts, and where it ends."""
        self.quoted = Runs(numpy.array(tree.quotation, int) > 0)
        cues = numpy.zeros(self.size, bool)
        cues[[*tree.readings]] = True
        self.cues = Runs(cues)

    def words(self, start: Rows, end: Rows) -> Rows:
        """How many words stand in each run `[start, end)`."""
        return self.word.between(start, end)

    @cached_property
    def shown(self) -> TokenLabels:
        """Tokens of a closed class and marks as they are; of others the part of speech."""
        tree, size = self.tree, self.size
        return TokenLabels(
            (
                tree.lower[i]
                if not tree.word[i] or tree.pos[i] in CLOSED or tree.symbol[i]
                else f"_{tree.pos[i]}"
                for i in range(size)
            ),
            beyond=EDGE,
        )

    @cached_property
    def opening(self) -> TokenLabels:
        """Tokens of a closed class as they are; of others the part of speech."""
        pairs = zip(self.tree.lower, self.tree.pos, strict=True)
        return TokenLabels(lower if pos in CLOSED else pos for lower, pos in pairs)

    @cached_property
    def mood(self) -> TokenLabels:
        """The form of each verb: whether it is finite, its mood and its tense."""
        return self.formed(
            lambda form: "".join(form.get(name, "") for name in ("VerbForm", "Mood", "Tense"))
        )

    def formed(self, told: Callable[[Mapping[str, str]], str]) -> TokenLabels:
        """What is told of the form of each token; of equal forms once."""
        forms, of = self._forms
        return TokenLabels(map(told, forms), of)

    @cached_property
    def _forms(self) -> tuple[list[dict[str, str]], Rows]:
        """The forms, and which of them each token has."""
        known = {id(form): form for form in self.tree.morph}
        numbers = dict(zip(known, range(len(known)), strict=True))
        of = [*map(numbers.__getitem__, map(id, self.tree.morph))]
        return list(known.values()), numpy.array(of, int)

    @cached_property
    def dep(self) -> TokenLabels:
        """The relation of each token to its head."""
        return TokenLabels(self.tree.dep)

    @cached_property
    def rel(self) -> TokenLabels:
        """The universal relation of each token to its head."""
        return TokenLabels(self.tree.rel)

    @cached_property
    def pos(self) -> TokenLabels:
        """The part of speech of each token."""
        return TokenLabels(self.tree.pos)

    @cached_property
    def symbol(self) -> TokenLabels:
        """The closed class of each token."""
        return TokenLabels(self.tree.symbol)

    @cached_property
    def text(self) -> TokenLabels:
        """Each token as the article has it."""
        return TokenLabels(self.tree.text)
