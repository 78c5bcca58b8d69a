"""The bundled parser, run over paragraphs: what its spaCy pipeline says, for less.

Three of spaCy's ways to run a network cost more than the network:

- what stands for a word before its neighbours are looked at is computed at each occurrence; here
  it is remembered;
- the loop that chooses one action after the other gives the interpreter's lock away and takes it
  back several times for each (in the wheels for Python 3.11); here that loop keeps it;
- an action of the entity recognizer outside an entity depends on the words alone; here those of
  all words are chosen at once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from threading import Lock
from typing import Any

import numpy
from numpy.typing import NDArray
from spacy.attrs import ORTH, SENT_START
from spacy.language import Language
from spacy.pipeline import DependencyParser, EntityRecognizer, Tok2Vec
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab
from thinc.api import Model

from claims import columns

MAX_WORDS = 1 << 14
"""Words whose embeddings are remembered, at most; then it begins anew. No batch has as many."""
BLOCK = 64
"""Words that are embedded at once, always as many: in products of one shape no row is rounded
otherwise for what the others are."""
MAX_BATCH = 10_000
"""Tokens that are parsed at once, but for a longer paragraph: each takes 12 kB."""
NONE = -1
"""What the networks take for no token."""
BEGIN, INSIDE, LAST, UNIT, OUTSIDE = "BILUO"

Floats = NDArray[numpy.float32]
Flags = NDArray[numpy.bool_]
Scores = Callable[[NDArray[numpy.int32]], Floats]
"""Tells the scores of all actions, by the tokens that each is chosen by."""


class Inference:
    """Runs a pipeline over Docs of plain words: some, and no spaces and no entities yet.

    It may have a `Tok2Vec` that the others listen to, a greedy parser and entity recognizer, and
    whatever else predicts and then sets annotations.
    """

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self.steps: list[Callable[[list[Doc]], None]] = [
            _step(pipe, nlp.vocab) for _, pipe in nlp.pipeline
        ]

    def __call__(self, docs: Iterable[Doc]) -> Iterator[Doc]:
        """The Docs, annotated."""
        for batch in _batches(docs):
            for step in self.steps:
                step(batch)
            yield from batch

    def __reduce__(self) -> tuple[type["Inference"], tuple[Language]]:
        return Inference, (self.nlp,)


def _batches(docs: Iterable[Doc]) -> Iterator[list[Doc]]:
    batch: list[Doc] = []
    size = 0
    for doc in docs:
        if batch and size + len(doc) > MAX_BATCH:
            yield batch
            batch, size = [], 0
        batch.append(doc)
        size += len(doc)
    if batch:
        yield batch


def _step(pipe: Any, vocab: Vocab) -> Callable[[list[Doc]], None]:  # noqa: ANN401
    if isinstance(pipe, Tok2Vec):
        predict: Callable[[list[Doc]], Any] = Encoder(pipe.model, vocab)
    elif isinstance(pipe, DependencyParser):
        predict = Transitions(pipe)
    elif isinstance(pipe, EntityRecognizer):
        return Entities(pipe)
    else:
        predict = pipe.predict
    return lambda docs: pipe.set_annotations(docs, predict(docs))


class Encoder:
    """The vectors of tokens; those of words, which they are made from, are remembered."""

    def __init__(self, model: Model, vocab: Vocab) -> None:  # type: ignore[type-arg]
        self.embed, self.encode = model.get_ref("embed"), model.get_ref("encode")
        self.vocab = vocab
        self.places: dict[int, int] = {}
        """Word to its row in `rows`."""
        self.rows: Floats = numpy.empty((MAX_WORDS, model.get_dim("nO")), dtype="float32")
        self.lock = Lock()
        """Held while words are looked up, for what one thread remembers another may forget."""

    def __call__(self, docs: Sequence[Doc]) -> list[Floats]:
        """The vectors of the tokens of each Doc."""
        words = [columns.numbers(doc, ORTH) for doc in docs]
        with self.lock:
            self._remember(dict.fromkeys(word for row in words for word in row))
            embedded = [self.rows[[self.places[word] for word in row]] for row in words]
        vectors: list[Floats] = self.encode.predict(embedded)
        return vectors

    def _remember(self, words: Collection[int]) -> None:
        new = [word for word in words if word not in self.places]
        if len(self.places) + len(new) > len(self.rows):
            self.places, new = {}, list(words)
        for at in range(0, len(new), BLOCK):
            block = new[at : at + BLOCK]
            strings = [self.vocab.strings[word] for word in block]
            filled = strings + strings[:1] * (BLOCK - len(block))
            (rows,) = self.embed.predict([Doc(self.vocab, words=filled)])
            first = len(self.places)
            self.rows[first : first + len(block)] = rows[: len(block)]
            self.places.update(zip(block, range(first, first + len(block)), strict=True))


class Transitions:
    """The greedy parses of Docs, as spaCy's states."""

    def __init__(self, pipe: DependencyParser) -> None:
        self.pipe = pipe

    def __call__(self, docs: Sequence[Doc]) -> list[Any]:
        """The state of each Doc after its last action."""
        pipe = self.pipe
        batch: list[Any] = pipe.moves.init_batch(docs)
        network = pipe.model.predict(docs)
        scores = _scores(network)
        states = [state for state in batch if not state.is_final()]
        while states:
            states = pipe.transition_states(states, scores(network.get_token_ids(states)))
        return batch


class Entities:
    """Sets the entities of Docs."""

    def __init__(self, pipe: EntityRecognizer) -> None:
        self.pipe = pipe
        moves = pipe.moves
        named = (moves.get_class_name(number) for number in range(moves.n_moves))
        actions = [(name[:1], name[2:]) for name in named]
        numbers = {action: number for number, action in enumerate(actions)}
        self.labels = [label for _, label in actions]
        self.begins = numpy.array([kind == BEGIN for kind, _ in actions])
        self.ends = numpy.array([kind == LAST for kind, _ in actions])
        units = numpy.array([kind == UNIT and label != "" for kind, label in actions])
        self.opens = self.begins | units
        """Actions that are the first of an entity."""
        self.barred = ~(self.opens | numpy.array([kind == OUTSIDE for kind, _ in actions]))
        """Actions that are none outside an entity."""
        self.following = numpy.array(
            [
                sorted((numbers[INSIDE, label], numbers[LAST, label])) if kind == BEGIN else [0, 0]
                for kind, label in actions
            ]
        )
        """The two actions that may follow a first one."""

    def __call__(self, docs: Sequence[Doc]) -> None:
        """Write the entities of each Doc."""
        bounds = numpy.cumsum([0, *map(len, docs)])
        starts = [doc.to_array([SENT_START]).reshape(-1) == 1 for doc in docs]
        last = numpy.concatenate([*starts, [True]])[1:]
        last[bounds[1:] - 1] = True
        scores = _scores(self.pipe.model.predict(docs))
        first = self._first(scores, last)
        places = numpy.flatnonzero(self.opens[first])
        ends = self._ends(scores, last, first)
        found: list[list[Span]] = [[] for _ in docs]
        end = 0
        numbers = numpy.searchsorted(bounds, places, side="right") - 1
        for at, number in zip(places.tolist(), numbers.tolist(), strict=True):
            if at >= end:
                end, start = int(ends[at]), int(bounds[number])
                label = self.labels[first[at]]
                found[number].append(Span(docs[number], at - start, end - start, label=label))
        for doc, spans in zip(docs, found, strict=True):
            doc.set_ents(spans)

    def _first(self, scores: Scores, last: Flags) -> NDArray[numpy.int64]:
        """The action at each token, if no entity is open there; none begins one at a `last` token."""
        tokens = numpy.full((len(last), 3), NONE, dtype="int32")
        tokens[:, 0] = numpy.arange(len(last))
        found = scores(tokens)
        found[:, self.barred] = -numpy.inf
        found[last[:, None] & self.begins] = -numpy.inf
        chosen: NDArray[numpy.int64] = found.argmax(axis=1)
        return chosen

    def _ends(
        self, scores: Scores, last: Flags, first: NDArray[numpy.int64]
    ) -> NDArray[numpy.int64]:
        """Where an entity ends that the action at a token begins."""
        ends = numpy.arange(1, len(first) + 1)
        start = numpy.flatnonzero(self.begins[first])
        at = start + 1
        while len(at):
            pair = self.following[first[start]]
            tokens = numpy.column_stack([at, start, at - 1]).astype("int32")
            two = numpy.take_along_axis(scores(tokens), pair, axis=1)
            chosen = numpy.where(two[:, 1] > two[:, 0], pair[:, 1], pair[:, 0])
            ended = last[at] | self.ends[chosen]
            ends[start[ended]] = at[ended] + 1
            start, at = start[~ended], at[~ended] + 1
        return ends


def _scores(network: Any) -> Scores:  # noqa: ANN401
    upper, hidden = network.vec2scores, network.state2vec.predict
    weights, bias = numpy.ascontiguousarray(upper.get_param("W").T), upper.get_param("b")

    def scores(tokens: NDArray[numpy.int32]) -> Floats:
        found: Floats = numpy.dot(hidden(tokens), weights)
        found += bias
        return found

    return scores
