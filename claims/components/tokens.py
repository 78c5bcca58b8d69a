"""The tokens of a tree as arrays: what is asked of many tokens, or of many runs, at once."""

from collections.abc import Iterable
from functools import cached_property
from itertools import chain
from typing import Any

import numpy

from claims.components.arrays import Rows, numbered
from claims.components.models import Labels
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
        self.flags = numpy.array(list(flags), bool)
        self.before = numpy.concatenate([[0], numpy.cumsum(self.flags)])
        """How many have it before each token, and before the end."""

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

    def __init__(self, values: Iterable[str], beyond: str = "") -> None:
        self.values, of = numbered(chain([beyond], values))
        self.of = numpy.pad(of[1:], BEYOND)

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
        self.quoted = Runs(number > 0 for number in tree.quotation)
        self.cues = Runs(i in tree.readings for i in range(self.size))

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
            EDGE,
        )

    @cached_property
    def opening(self) -> TokenLabels:
        """Tokens of a closed class as they are; of others the part of speech."""
        pairs = zip(self.tree.lower, self.tree.pos, strict=True)
        return TokenLabels(lower if pos in CLOSED else pos for lower, pos in pairs)

    @cached_property
    def moods(self) -> list[str]:
        """The form of each verb: whether it is finite, its mood and its tense."""
        return [
            f"{form.get('VerbForm', '')}{form.get('Mood', '')}{form.get('Tense', '')}"
            for form in self.tree.morph
        ]

    @cached_property
    def mood(self) -> TokenLabels:
        """As `moods`."""
        return TokenLabels(self.moods)

    @cached_property
    def dep(self) -> TokenLabels:
        """The relation of each token to its head."""
        return TokenLabels(self.tree.dep)
