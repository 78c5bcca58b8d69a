"""Rates of candidates: how often what they are made of was right in other articles."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple

import numpy
from numpy.typing import NDArray

from claims.components.arrays import Rows, most_of, numbered, ragged
from claims.components.candidates import Candidate
from claims.components.contents import Contents
from claims.components.cue_features import MAX_CLIMB, subject
from claims.components.encodings import Counts
from claims.components.sheets import Column, Labels, Part
from claims.components.tokens import Tokens
from claims.components.trees import Tree

PRIORS = {
    "lemma": (0.25, 3),
    "pair": (0.1, 3),
    "subject": (0.25, 5),
    "form": (0.25, 3),
    "words": (0.05, 3),
    "head": (0.1, 5),
    "way": (0.02, 10),
}
"""Kind of key to the rate that is taken before anything is counted, and its weight."""
AT_ONCE = 4096
"""Candidates that are held against all cues of their sentences at once, at most."""
IN_QUOTATION = 0.3
"""What the rate of a cue inside a quotation is multiplied by."""

Numbers = NDArray[numpy.float64]


class Way(NamedTuple):
    """The parts of a candidate's way."""

    path: str
    start: str
    end: str
    key: str
    """What it is counted by, less figures."""
    pair: str
    """What it is counted by together with a cue."""

    @property
    def kind(self) -> str:
        """The path's first part."""
        return self.path.split("-")[0]


@cache
def way(name: str) -> Way:
    """The parts of a way."""
    rest, _, end = name.partition("<")
    path, _, start = rest.partition(">")
    pair = path if path.startswith("kid") else path.split("-")[0]
    return Way(path, start, end, "".join(c for c in name if c not in "0123456789"), pair)


class Keyed(NamedTuple):
    """Candidates by a key."""

    rows: Rows
    """The candidates that have one."""
    keys: Labels


class Rates:
    """What the candidates of a text are counted by, and how often that was right."""

    def __init__(
        self, tokens: Tokens, candidates: Sequence[Candidate], contents: Contents, heads: Rows
    ) -> None:
        self.tokens, self.tree, self.contents = tokens, tokens.tree, contents
        self.heads = heads
        self.ways, self.way = numbered([candidate.way for candidate in candidates])
        self.cue = numpy.fromiter((candidate.cue for candidate in candidates), int, len(candidates))
        self.every = numpy.arange(len(candidates))
        self.with_cue = numpy.flatnonzero(self.cue >= 0)
        self.cues, self.place = numpy.unique(self.cue[self.with_cue], return_inverse=True)
        """The cues that have candidates, and which of them each candidate with a cue has."""

    @cached_property
    def subjects(self) -> Rows:
        """The token that speaks where each cue is one, or -1."""
        return numpy.array([subject(self.tree, cue)[0] for cue in self.cues.tolist()], int)

    @cached_property
    def keyed(self) -> dict[str, Keyed]:
        """Kind of key to the candidates by it."""
        tree, every = self.tree, self.every
        heads, of_head = numpy.unique(self.heads, return_inverse=True)
        found = {
            "head": Keyed(
                every,
                Labels([f"head {tree.lemma[h]} {tree.dep[h]}" for h in heads.tolist()], of_head),
            ),
            "way": Keyed(every, Labels([f"way {way(name).key}" for name in self.ways], self.way)),
        }
        return found | self._by_cue()

    def _by_cue(self) -> dict[str, Keyed]:
        tree, rows, cues = self.tree, self.with_cue, self.cues.tolist()
        lemmas = [tree.key(cue) for cue in cues]
        pairs, of_pair = numbered([way(name).pair for name in self.ways])
        first = self.contents.first[rows]
        before, opening = self.tokens.shown.at(first - 1), self.tokens.opening.at(first)
        speaking = numpy.flatnonzero(self.subjects[self.place] >= 0)
        return {
            "lemma": Keyed(rows, Labels([f"lemma {lemma}" for lemma in lemmas], self.place)),
            "form": Keyed(
                rows,
                Labels(
                    [f"form {m} {self._form(c)}" for m, c in zip(lemmas, cues, strict=True)],
                    self.place,
                ),
            ),
            "pair": _crossed(
                "pair", rows, Labels(lemmas, self.place), Labels(pairs, of_pair[self.way[rows]])
            ),
            "words": _crossed("words", rows, Labels(lemmas, self.place), before, opening),
            "subject": Keyed(
                rows[speaking],
                Labels(
                    [f"subject {self._name(s)}" for s in self.subjects.tolist()],
                    self.place[speaking],
                ),
            ),
        }

    def _form(self, cue: int) -> str:
        form = self.tree.morph[cue]
        passive = any(self.tree.dep[k] == "aux:pass" for k in self.tree.children[cue])
        return f"{form.get('VerbForm', '')}{form.get('Mood', '')}{passive}"

    def _name(self, token: int) -> str:
        tree = self.tree
        return tree.entity[token] if tree.pos[token] == "PROPN" else tree.lemma[token]

    def parts(self, counts: Counts) -> Iterator[Part]:
        """The features that come from counts: rates, alone and beside others'."""
        found = {kind: _rated(kind, keyed, counts) for kind, keyed in self.keyed.items()}
        for kind, keyed in self.keyed.items():
            yield Part(keyed.rows, keyed.keys.of, found[kind])
        beside: dict[str, Column] = {}
        for kind in ("pair", "words"):
            rate = found[kind][f"{kind}_rate"][self.keyed[kind].keys.of]
            best = most_of(self.place, rate, len(self.cues))
            beside[f"{kind}_relative"] = rate / best[self.place]
        rates = self._of_cues(counts)
        above = numpy.array([_above(self.tree, cue, rates) for cue in self.cues.tolist()])
        beside["above_rate"] = above[self.place]
        yield Part(self.with_cue, numpy.arange(len(self.with_cue)), beside)
        yield Part(self.every, self.every, self._near(rates))

    def _of_cues(self, counts: Counts) -> dict[int, float]:
        """How often each cue was one, in the order of the candidates."""
        rates = {}
        for cue in dict.fromkeys(self.cue[self.with_cue].tolist()):
            rate = _rate(counts.get(f"lemma {self.tree.key(cue)}", (0, 0)), "lemma")
            rates[cue] = rate * (IN_QUOTATION if self.tree.quotation[cue] else 1)
        return rates

    def _near(self, rates: Mapping[int, float]) -> dict[str, Column]:
        """The rates of the other cues of a content's sentence, and of those beside it."""
        by_sentence: dict[int, list[int]] = defaultdict(list)
        for cue in rates:
            by_sentence[self.tree.sentence[cue]].append(cue)
        size, sentences = self.contents.size, len(self.tree.sentences)
        number = self.tokens.sentence[self.contents.first]
        lengths = numpy.array([len(by_sentence[s]) for s in range(sentences)], int)
        cues = numpy.array([c for s in range(sentences) for c in by_sentence[s]], int)
        rate = numpy.array([rates[cue] for cue in cues.tolist()], float)
        most = numpy.zeros(sentences + 2)
        numpy.maximum.at(most, numpy.arange(sentences).repeat(lengths) + 1, rate)
        starts, found = numpy.cumsum(lengths) - lengths, numpy.zeros((3, size))
        for first in range(0, size, AT_ONCE):
            run = slice(first, first + AT_ONCE)
            rows, at = ragged(starts[number[run]], lengths[number[run]])
            inside = self.contents.have(rows + first, cues[at])
            others = cues[at] != self.cue[run][rows]
            apart = others & ~inside
            part = found[:, run]
            part[0] = most_of(rows[apart], rate[at][apart], part.shape[1])
            part[1] = most_of(rows[inside], rate[at][inside], part.shape[1])
            part[2] = numpy.bincount(rows[others], rate[at][others], part.shape[1])
        return {
            **dict(zip(("other_rate", "inside_rate", "others_rate"), found, strict=True)),
            "before_rate": most[number],
            "after_rate": most[number + 2],
        }


def _crossed(kind: str, rows: Rows, *labels: Labels) -> Keyed:
    """Candidates by several labels at once."""
    key = numpy.zeros(len(rows), int)
    for label in labels:
        key = key * len(label.values) + label.of
    _, first, of = numpy.unique(key, return_index=True, return_inverse=True)
    keys = [
        " ".join((kind, *(label.values[label.of[at]] for label in labels))) for at in first.tolist()
    ]
    return Keyed(rows, Labels(keys, of))


def _rated(kind: str, keyed: Keyed, counts: Counts) -> dict[str, Numbers]:
    """How often each key was right, and how often it was there."""
    found = [counts.get(key, (0, 0)) for key in keyed.keys.values]
    return {
        f"{kind}_rate": numpy.array([_rate(count, kind) for count in found], float),
        f"{kind}_seen": numpy.array([count[1] for count in found], float),
    }


def _rate(count: tuple[int, int], kind: str) -> float:
    prior, weight = PRIORS[kind]
    return (count[0] + prior * weight) / (count[1] + weight)


def _above(tree: Tree, cue: int, rates: Mapping[int, float]) -> float:
    """The rate of the nearest cue that a cue hangs below, a few heads up; else 0."""
    at = cue
    for _ in range(2 * MAX_CLIMB):
        if tree.head[at] == at:
            return 0
        at = tree.head[at]
        if at in rates:
            return rates[at]
    return 0
