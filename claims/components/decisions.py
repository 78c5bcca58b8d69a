"""Decisions: which candidates are claims, by a small learned model.

Frames propose, the model decides. It is a few small neural networks (thinc) that were learned
from the same candidates and differ in where they started; a score is their mean. Of candidates
that share a word the best is taken. The model is files of a language's folder `decisions/`:
a file for each network, and `tables.json`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Linear, Mish, chain, set_dropout_rate
from thinc.model import Model as Network

from claims import language
from claims.backend import backend
from claims.components import attributions, chunks
from claims.components.candidates import (
    INTERRUPTED,
    NO_CUE,
    Candidate,
    Proposal,
    Words,
    candidates,
)
from claims.components.chunks import Chunker
from claims.components.features import (
    Blocks,
    Described,
    Features,
    Value,
    all_features,
    describe,
    subject,
)
from claims.components.phrases import NOMINAL
from claims.components.relations import FOLLOW_ON, Attribution, Place
from claims.components.trees import Tree
from claims.model import ClaimType, Reason, Stance

FOLDER = "decisions"
NETWORK = "network-{}.bin"
TABLES = "tables.json"
FIRST_PERSON = "j"
"""The class of *je* and *tu*, who are no source of an article."""

INTRODUCING = ("q", "D")
"""The classes of *que* and *de*, which are no part of what they introduce."""

CONJUNCTION = "c"
"""The class of *si* and *quand*, which are part of what is asked."""

NEGATION = "n"
"""The class of *ne* and *pas*: who did not affirm something has made no claim."""

WIDTH = 96
"""Numbers of the first hidden layer; the second has half as many."""
SURE = 0.95
"""The least score of what needs no model."""

DIRECT = "d"
"""In what a cue takes: direct speech."""

REASONS = 6
"""How many features of a choice are told."""

STEPS = 4
"""Places on the way from what is average to a candidate where the slope is taken."""

FARTHEST = 4.0
"""Standard deviations from its mean that a number is taken for at most."""

Scores = NDArray[numpy.float64]
Matrix = NDArray[numpy.float32]


def network(dropout: float = 0.0) -> Network[Any, Any]:
    """Two hidden layers (Mish, layer normalization) and the log-odds of a candidate."""
    with backend():
        return chain(
            Mish(WIDTH, normalize=True, dropout=dropout),
            Mish(WIDTH // 2, normalize=True, dropout=dropout),
            Linear(1),
        )


@dataclass(frozen=True)
class Tables:
    """What the model knows beside its networks."""

    numbers: dict[str, tuple[float, float]]
    """Feature that is a number, to the mean and the standard deviation of its logarithm."""
    categories: dict[str, list[str]]
    """Feature to its categories; one that is not there is counted as another."""
    counts: dict[str, tuple[int, int]]
    lemmas: list[str]
    """Lemmas that are tried as cues beside those of the lexicon."""
    threshold: float
    """The least score of a claim."""
    means: list[float]
    """The mean of each column over the candidates learned from."""

    @cached_property
    def places(self) -> dict[str, int]:
        """Feature to its first column, which is 1 where a candidate has not the feature.

        A number stands in the column after that; of a category each value has a column, and the
        last is any other's.
        """
        places, at = {}, 0
        for name in self.numbers:
            places[name], at = at, at + 2
        for name, values in self.categories.items():
            places[name], at = at, at + len(values) + 2
        return places

    @cached_property
    def width(self) -> int:
        """How many columns there are."""
        return 2 * len(self.numbers) + sum(len(values) + 2 for values in self.categories.values())

    @cached_property
    def _codes(self) -> dict[str, dict[str, int]]:
        return {
            name: {value: self.places[name] + 1 + i for i, value in enumerate(values)}
            for name, values in self.categories.items()
        }

    def encoded(self, rows: Sequence[Blocks]) -> "list[Encoded]":
        """Features as columns, by the kinds of blocks; a block that rows share is read once."""
        kinds: dict[tuple[str, ...], _Kind] = {}
        known: dict[int, tuple[_Kind, int]] = {}
        for number, row in enumerate(rows):
            for block in row:
                if id(block) not in known:
                    kind = kinds.setdefault(tuple(block), _Kind([], [], []))
                    known[id(block)] = kind, len(kind.blocks)
                    kind.blocks.append(block)
                kind, place = known[id(block)]
                kind.rows.append(number)
                kind.of.append(place)
        return [self._encode(names, kind) for names, kind in kinds.items()]

    def _encode(self, names: Sequence[str], kind: "_Kind") -> "Encoded":
        numbers = [name for name in names if name in self.numbers]
        categories = [name for name in names if name in self.categories]
        values = numpy.array([[block[n] for n in numbers] for block in kind.blocks], float)
        mean, deviation = numpy.array([self.numbers[n] for n in numbers]).reshape(-1, 2).T
        logarithms = numpy.copysign(numpy.log1p(abs(values)), values)
        scaled = numpy.clip((logarithms - mean) / deviation, -FARTHEST, FARTHEST)
        codes = [
            [self._codes[name].get(str(block[name]), other) for block in kind.blocks]
            for name in categories
            for other in [self.places[name] + 1 + len(self._codes[name])]
        ]
        return Encoded(
            rows=numpy.array(kind.rows),
            of=numpy.array(kind.of),
            there=[self.places[name] for name in (*numbers, *categories)],
            numbers=[self.places[name] + 1 for name in numbers],
            scaled=scaled.astype(numpy.float32),
            codes=numpy.array(codes, int).reshape(len(categories), len(kind.blocks)),
        )

    def matrix(self, rows: Sequence[Blocks]) -> Matrix:
        """Features as a matrix, one candidate a row."""
        empty = numpy.zeros(self.width, numpy.float32)
        empty[list(self.places.values())] = 1
        matrix = numpy.repeat(empty[None], len(rows), axis=0)
        for part in self.encoded(rows):
            at = part.rows[:, None]
            matrix[at, part.there] = 0
            matrix[at, part.numbers] = part.scaled[part.of]
            for columns in part.codes:
                matrix[part.rows, columns[part.of]] = 1
        return matrix

    def product(self, rows: Sequence[Blocks], weights: Matrix) -> Matrix:
        """The product of the matrix of `rows` and of weights, shape (columns, numbers).

        What rows share is multiplied once, and the matrix is never made.
        """
        empty = weights[list(self.places.values())].sum(axis=0)
        product = numpy.repeat(empty[None], len(rows), axis=0)
        for part in self.encoded(rows):
            change = part.scaled @ weights[part.numbers] - weights[part.there].sum(axis=0)
            for columns in part.codes:
                change += weights[columns]
            product[part.rows] += change[part.of]
        return product


class _Kind(NamedTuple):
    """Blocks of the same features."""

    blocks: list[Features]
    rows: list[int]
    """The rows that have one."""
    of: list[int]
    """The number of the block that each of these rows has."""


class Encoded(NamedTuple):
    """Blocks of the same features, as columns of the matrix."""

    rows: NDArray[numpy.int64]
    """The rows that have one."""
    of: NDArray[numpy.int64]
    """The number of the block that each of these rows has."""
    there: list[int]
    """Columns that are 1 where a feature is not there, of those that are."""
    numbers: list[int]
    """Columns of the numbers."""
    scaled: Matrix
    """The numbers, shape (blocks, numbers)."""
    codes: NDArray[numpy.int64]
    """Columns that are 1 for a category, shape (categories, blocks)."""


class Model:
    """The learned model of a language."""

    def __init__(self, tables: Tables, networks: Sequence[Network[Any, Any]]) -> None:
        self.tables, self.networks = tables, networks

    @cached_property
    def _weights(self) -> Matrix:
        """The weights of the first layers of all networks side by side, a column an input."""
        return numpy.concatenate([_layers(n)[0].get_param("W") for n in self.networks]).T.copy()

    @classmethod
    def read(cls, folder: Path) -> "Model":
        """The model that `write` has written to a folder."""
        tables = json.loads((folder / TABLES).read_text(encoding="utf-8"))
        for name in ("numbers", "counts"):
            tables[name] = {key: tuple(pair) for key, pair in tables[name].items()}
        networks: list[Network[Any, Any]] = []
        while (path := folder / NETWORK.format(len(networks))).is_file():
            networks.append(network().from_bytes(path.read_bytes()))
            set_dropout_rate(networks[-1], 0)
        return cls(Tables(**tables), networks)

    def write(self, folder: Path) -> None:
        """Write the model to a folder, made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob(NETWORK.format("*")):
            path.unlink()
        for number, one in enumerate(self.networks):
            (folder / NETWORK.format(number)).write_bytes(one.to_bytes())
        text = json.dumps(asdict(self.tables), ensure_ascii=False, sort_keys=True, indent=0)
        (folder / TABLES).write_text(text + "\n", encoding="utf-8")

    def rows(self, tree: Tree, described: Sequence[Described]) -> list[Blocks]:
        """All features of candidates."""
        return all_features(tree, described, self.tables.counts)

    def scores(self, rows: Sequence[Blocks]) -> Scores:
        """How good each candidate is, from 0 to 1."""
        if not rows:
            return numpy.zeros(0)
        firsts = self.tables.product(rows, self._weights)
        odds = [
            _after_first(one, first)
            for one, first in zip(
                self.networks, numpy.split(firsts, len(self.networks), axis=1), strict=True
            )
        ]
        mean: Scores = numpy.mean([_probability(o) for o in odds], axis=0)
        return mean

    def reasons(self, rows: Sequence[Blocks]) -> list[tuple[Reason, ...]]:
        """The features that each candidate was chosen for most, or in spite of.

        A feature weighs what it adds to the log-odds on the way from a candidate that is average in
        everything to this one, all features changing at once (integrated gradients: Sundararajan,
        Taly and Yan 2017, Axiomatic Attribution for Deep Networks).
        """
        if not rows:
            return []
        tables = self.tables
        means = numpy.array(tables.means, numpy.float32)
        away = tables.matrix(rows) - means
        parts = [(step + 0.5) / STEPS for step in range(STEPS)]
        on_the_way = numpy.concatenate([means + numpy.float32(part) * away for part in parts])
        slopes = numpy.mean([_slopes(one, on_the_way) for one in self.networks], axis=0)
        changes = away * slopes.reshape(STEPS, *away.shape).mean(axis=0)
        weights = numpy.add.reduceat(changes, list(tables.places.values()), axis=1)
        names = list(tables.places)
        found = []
        for row, weight in zip(rows, weights, strict=True):
            values: Features = {}
            for block in row:
                values.update(block)
            there = [i for i in numpy.argsort(-abs(weight), kind="stable") if names[i] in values]
            found.append(
                tuple(
                    Reason(
                        feature=names[i],
                        value=_rounded(values[names[i]]),
                        weight=round(float(weight[i]), 2),
                    )
                    for i in there[:REASONS]
                )
            )
        return found


def _rounded(value: Value) -> Value:
    return value if isinstance(value, str) else round(float(value), 3)


def _slopes(one: Network[Any, Any], matrix: Matrix) -> Matrix:
    """How fast the log-odds of each row grow with each column."""
    odds, back = one.begin_update(matrix)
    slopes: Matrix = back(numpy.ones_like(odds))
    return slopes


def _layers(one: Network[Any, Any]) -> list[Network[Any, Any]]:
    """The layers of a network that do something, in order."""
    return [n for n in one.walk(order="dfs_pre") if not n.layers and n.name != "dropout"]


def _after_first(one: Network[Any, Any], product: Matrix) -> Matrix:
    """The log-odds of rows, from their product with the weights of the first layer."""
    first, *others = _layers(one)
    values = first.ops.mish(product + first.get_param("b"))
    for layer in others:
        values = layer.predict(values)
    odds: Matrix = values
    return odds


def _probability(odds: Matrix) -> Scores:
    found: Scores = 1 / (1 + numpy.exp(-odds.astype(float)[:, 0]))
    return found


@cache
def bundled(code: str) -> Model | None:
    """The model of the language `code`; None where it has none, and frames alone decide."""
    folder: Traversable = language.folder(code) / FOLDER
    if not (folder / TABLES).is_file():
        return None
    with as_file(folder) as path:
        return Model.read(path)


def choose(found: Sequence[Candidate], scores: Scores, threshold: float) -> list[int]:
    """The numbers of the candidates that are claims, the best first; no two share word or cue.

    Of 3,774 cues in annotated articles 15 have two claims.
    """
    used: set[int] = set()
    cues: set[int] = set()
    chosen = []
    for number in numpy.argsort(-scores, kind="stable").tolist():
        if scores[number] < threshold:
            break
        words, cue = found[number].words, found[number].cue
        if used.isdisjoint(words) and (cue == NO_CUE or cue not in cues):
            used |= words
            cues.add(cue)
            chosen.append(number)
    return chosen


def is_sure(tree: Tree, candidate: Candidate) -> bool:
    """Whether it is a quotation that a verb of saying interrupts (*« A, a dit X, B »*).

    There are 24 in the 350 articles that are learned from, too few to learn them, and 23 are so.
    """
    row = tree.cue(candidate.cue) if candidate.way == INTERRUPTED else None
    return row is not None and DIRECT in row.takes


def proposals(tree: Tree, found: Iterable[Attribution]) -> list[Proposal]:
    """What frames found, in tokens."""
    doc = tree.doc
    rows = []
    for attribution in found:
        spans = [doc.char_span(*place, alignment_mode="expand") for place in attribution.content]
        words = frozenset(t.i for span in spans if span for t in span if tree.word[t.i])
        cue = NO_CUE
        if attribution.cue:
            span = doc.char_span(*attribution.cue, alignment_mode="expand")
            cue = span[-1].i if span else NO_CUE
        rows.append(Proposal(cue, words, attribution.rule))
    return rows


@Language.factory(
    "claims_decisions",
    requires=["doc.spans", "doc._.attributions"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_decisions(nlp: Language, name: str, language: str) -> "Decisions":
    """The component that decides which attributions there are; it needs their proposals."""
    return Decisions(language)


class Decisions:
    """Replaces what frames propose by what the model decides."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.model = bundled(code)
        self.nobody = attributions.nobody(code)
        self.words = chunks.words(code)

    def __call__(self, doc: Doc) -> Doc:
        """Decide on the attributions of one document."""
        if self.model is not None:
            doc._.attributions = tuple(self.match(doc, self.model))
        return doc

    def candidates(self, doc: Doc) -> list[tuple[Place, ...]]:
        """The contents that are decided on, in characters, each once."""
        tree = Tree(doc, self.code)
        lemmas = self.model.tables.lemmas if self.model else ()
        found = candidates(tree, frozenset(lemmas), proposals(tree, doc._.attributions))
        return [
            tuple((doc[i].idx, doc[i].idx + len(doc[i])) for i in sorted(words))
            for words in dict.fromkeys(candidate.words for candidate in found)
        ]

    def match(self, doc: Doc, model: Model) -> list[Attribution]:
        """The attributions of one document, in text order, with disjoint contents."""
        tree = Tree(doc, self.code)
        proposed = list(doc._.attributions)
        tokens = proposals(tree, proposed)
        found = candidates(tree, frozenset(model.tables.lemmas), tokens)
        if not found:
            return []
        rows = model.rows(tree, describe(tree, found, tokens))
        scores = model.scores(rows)
        sure = [is_sure(tree, candidate) for candidate in found]
        scores[sure] = numpy.maximum(scores[sure], SURE)
        chosen = [
            i
            for i in choose(found, scores, model.tables.threshold)
            if not self._is_none(tree, found[i].cue)
        ]
        chosen.sort(key=lambda i: min(found[i].words))
        frames = {p.cue: a for p, a in zip(tokens, proposed, strict=True) if p.cue != NO_CUE}
        builder = Builder(tree, frames)
        built = []
        for i, reasons in zip(chosen, model.reasons([rows[i] for i in chosen]), strict=True):
            attribution = builder.build(found[i])
            if attribution is not None:
                score = round(float(scores[i]), 3)
                built.append(replace(attribution, score=score, reasons=reasons))
        return built

    def _is_none(self, tree: Tree, cue: int) -> bool:
        """Whether a cue is the writer's own, or its preposition governs no source."""
        if cue == NO_CUE:
            return False
        children = tree.children[cue]
        if tree.is_preposition(cue):
            head = tree.head[cue]
            ours = any(self.words.feature(tree.lower[k], "Poss") for k in tree.children[head])
            return ours or tree.lower[head] in self.nobody
        row = tree.cue(cue)
        negated = any(tree.symbol[k] == NEGATION and k < cue for k in children)
        if negated and row is not None and row.stance is Stance.AFFIRMS:
            return True
        return any(tree.symbol[k] == FIRST_PERSON for k in children if tree.rel[k] == "nsubj")


class Builder:
    """Makes attributions of the candidates of one text, in text order."""

    def __init__(self, tree: Tree, frames: Mapping[int, Attribution]) -> None:
        self.tree, self.frames = tree, frames
        self.chunker = Chunker(tree.doc, tree.code)
        self.last: Attribution | None = None
        self.sentence = -1
        """The sentence that the last attribution ends in."""

    def build(self, candidate: Candidate) -> Attribution | None:
        """The attribution of a candidate; None if nothing is left of its content."""
        tree = self.tree
        cue = range(tree.cue_start.get(candidate.cue, candidate.cue), candidate.cue + 1)
        candidate = candidate._replace(words=self._bounded(candidate.words - set(cue), cue.stop))
        places = tuple(self._places(candidate.words)) if candidate.words else ()
        if not places:
            return None
        first = tree.sentence[min(candidate.words)]
        found = self._attribution(candidate, places)
        if candidate.cue == NO_CUE and self.last is not None and first - self.sentence <= 1:
            found = _spoken_by(found, self.last)
        self.last, self.sentence = found, tree.sentence[max(candidate.words)]
        return found

    def _bounded(self, words: Words, after_cue: int) -> Words:
        """A content after its cue less the *que* or *de* that introduces it, and with its *si*."""
        tree, first = self.tree, min(words, default=-1)
        if not first >= after_cue > 0:
            return words
        if tree.rel[first] == "mark" and tree.symbol[first] in INTRODUCING:
            return words - {first}
        asks = (
            first > after_cue
            and tree.rel[first - 1] == "mark"
            and tree.symbol[first - 1] == CONJUNCTION
            and tree.head[first - 1] in words
            and tree.rel[tree.head[first - 1]] == "ccomp"
        )
        return words | {first - 1} if asks else words

    def _attribution(self, candidate: Candidate, places: tuple[Place, ...]) -> Attribution:
        tree, cue = self.tree, candidate.cue
        doc = tree.doc
        at = {tree.sentence[i] for i in candidate.words} | (
            {tree.sentence[cue]} if cue >= 0 else set()
        )
        start, end = tree.sentences[min(at)][0], tree.sentences[max(at)][1]
        context = doc[start:end].text
        begin = doc[start].idx + len(context) - len(context.lstrip())
        stop = doc[start].idx + len(context.rstrip())
        if cue == NO_CUE:
            return Attribution(
                rule=FOLLOW_ON,
                type=self._type(candidate.words),
                content=places,
                context=(begin, stop),
            )
        row, frame, token = tree.cue(cue), self.frames.get(cue), doc[cue]
        preposition = tree.is_preposition(cue)
        mentions = attributions.spoken(self.chunker, token, preposition, places)
        if not mentions and frame is not None:
            mentions = tuple(m for m in frame.mentions if not _touches(places, m))
        elif not mentions and not preposition:
            head, _ = subject(tree, cue)
            if head >= 0 and tree.pos[head] in NOMINAL:
                mentions = attributions.mentioned(self.chunker, doc[head], token, places)
        target = frame.target if frame else None
        conditional = preposition and any(
            tree.morph[i].get("Mood") == "Cnd" for i in candidate.words
        )
        return Attribution(
            rule=candidate.way.partition("<")[0].partition(">")[0],
            type=self._type(candidate.words),
            content=places,
            context=(begin, stop),
            stance=row.stance if row else Stance.AFFIRMS,
            cue=(token.idx, token.idx + len(token)),
            lemma=row.lemma if row else tree.lemma[cue],
            hedged=conditional or bool(row and row.hedged),
            speaker=(mentions[0][0], mentions[-1][1]) if mentions else None,
            mentions=mentions,
            target=None if target is None or _touches(places, target) else target,
        )

    def _places(self, words: Words) -> Iterator[Place]:
        """The fragments of a content: runs of its words, with the marks that belong to them."""
        tree, ids = self.tree, sorted(words)
        start = ids[0]
        for at, following in zip(ids, [*ids[1:], len(tree.text)], strict=True):
            if following == len(tree.text) or tree.words(at + 1, following):
                place = attributions.trim(self.chunker, *self._marked(start, at + 1))
                if place is not None:
                    yield place
                start = following

    def _marked(self, start: int, end: int) -> tuple[int, int]:
        """A run of words with the quotation marks and brackets at its ends that it opens or closes."""
        tree, quoted = self.tree, self.chunker.quoted
        first, last = quoted.get(start), quoted.get(end - 1)
        if last is not None and last.start >= start and not tree.words(end, last.end):
            end = last.end
        if (
            first is not None
            and first.end <= end
            and first is not last
            and not tree.words(first.start, start)
        ):
            start = first.start
        if tree.text[start:end].count("(") > tree.text[start:end].count(")") and tree.text[
            end : end + 1
        ] == [")"]:
            end += 1
        return start, end

    def _type(self, words: Words) -> ClaimType:
        """Direct if all words are quoted, indirect if none is; quoted names do not count."""
        over = [self.chunker.quoted.get(i) for i in words]
        if all(q is not None for q in over):
            return ClaimType.DIRECT
        if any(q is not None and not self.chunker.is_name(q) for q in over):
            return ClaimType.MIXED
        return ClaimType.INDIRECT


def _touches(places: Iterable[Place], other: Place) -> bool:
    return any(start < other[1] and other[0] < end for start, end in places)


def _spoken_by(found: Attribution, last: Attribution) -> Attribution:
    """A quotation that follows on, with the speaker of the claim before it."""
    return replace(found, speaker=last.speaker, mentions=last.mentions)
