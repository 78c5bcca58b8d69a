"""Words to lemmas: what is remembered of a word, else what its ending makes likely.

spaCy's edit trees say how an ending changes, and of an unseen verb's several ways at times one
that makes no word (*jugent*: *jugeer*). So of the likely ones the first is taken that makes a
word somebody has used; and words that were seen with their lemma keep it (*ayant*: *avoir*).
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy
import srsly  # type: ignore[import-untyped]
from numpy.typing import NDArray
from spacy.attrs import LEMMA, LOWER, POS
from spacy.language import Language
from spacy.pipeline.edit_tree_lemmatizer import (
    DEFAULT_EDIT_TREE_LEMMATIZER_MODEL,
    EditTreeLemmatizer,
)
from spacy.tokens import Doc, Token
from thinc.api import Model

INFLECTED = frozenset({"ADJ", "AUX", "NOUN", "VERB"})
"""Parts of speech whose lemma has to be a word; of a name it need not (*Macron*)."""
ENOUGH = 100
"""Lemmas of a part of speech that are remembered at least, for their endings to tell."""
ENDING = 2
"""Letters of an ending."""
FILE = "words"
NO_TREE = 2**32 - 1
"""What spaCy's trees have for a branch that is not there."""

Memory = dict[str, dict[str, str]]
"""Part of speech to word in lower case to lemma."""


@Language.factory(
    "claims_lemmatizer",
    assigns=["token.lemma"],
    requires=["token.pos"],
    default_config={
        "model": DEFAULT_EDIT_TREE_LEMMATIZER_MODEL,
        "backoff": "orth",
        "min_tree_freq": 3,
        "overwrite": False,
        "top_k": 30,
        "scorer": {"@scorers": "spacy.lemmatizer_scorer.v1"},
    },
    default_score_weights={"lemma_acc": 1.0},
)
def make_lemmatizer(
    nlp: Language,
    name: str,
    model: Model,  # type: ignore[type-arg]
    backoff: str | None,
    min_tree_freq: int,
    overwrite: bool,
    top_k: int,
    scorer: Callable[..., Any] | None,
) -> "Lemmatizer":
    """The component, with the settings of spaCy's `trainable_lemmatizer`.

    Of these `top_k` is how many trees are tried, the likeliest first, for one that fits and
    makes a word.
    """
    return Lemmatizer(
        nlp.vocab,
        model,
        name,
        backoff=backoff,
        min_tree_freq=min_tree_freq,
        overwrite=overwrite,
        top_k=top_k,
        scorer=scorer,
    )


class Scored(NamedTuple):
    """What the lemmas of a Doc are told by."""

    remembered: NDArray[numpy.uint64]
    """The lemma of each token, as its number in the vocabulary; 0 where none is remembered."""
    scores: NDArray[numpy.float32]
    """Those of the trees for each of the other tokens."""


class Lemmatizer(EditTreeLemmatizer):
    """spaCy's edit tree lemmatizer, with a memory; it is trained as that is."""

    def __init__(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **settings)
        self.memory: Memory = {}
        self.words: frozenset[str] = frozenset()
        self.endings: dict[str, frozenset[str]] = {}
        self._numbers: dict[tuple[int, int], int] = {}
        """Part of speech and word to lemma, as numbers of the vocabulary; filled as they occur."""
        self._needed: dict[int, str] = {}
        """Tree to what a word must end in for it to fit; filled as they occur."""

    def remember(self, memory: Memory, words: Iterable[str]) -> None:
        """Set the lemmas of single words, and the known words, inflected forms among them.

        A known word is a lemma only where it ends as one of its part of speech (*dormir*, not
        *dort*).
        """
        self.memory = memory
        for lemma in chain.from_iterable(lemmas.values() for lemmas in memory.values()):
            self.vocab.strings.add(lemma)  # to stay, where the words of a text do not
        self.words = frozenset(words)
        self._numbers, self._needed = {}, {}
        self.endings = {
            pos: frozenset(lemma[-ENDING:] for lemma in lemmas.values())
            for pos, lemmas in memory.items()
            if len(lemmas) >= ENOUGH
        }

    def _is_lemma(self, word: str, pos: str) -> bool:
        if pos not in INFLECTED:
            return bool(word)
        endings = self.endings.get(pos)
        return word in self.words and (endings is None or word[-ENDING:] in endings)

    def predict(  # type: ignore[override]  # lemmas and scores instead of chosen trees
        self, docs: Iterable[Doc]
    ) -> list[Scored]:
        """What is remembered of each Doc's tokens, and the scores of the trees for the others."""
        docs = list(docs)
        lemmas = [self._remembered_lemmas(doc) for doc in docs]
        others = [numpy.flatnonzero(row == 0) for row in lemmas]
        if not any(map(len, others)):
            none = numpy.zeros((0, len(self.labels)), dtype="float32")
            return [Scored(row, none) for row in lemmas]
        vectors = self.model.get_ref("tok2vec").predict(docs)
        asked = [rows[places] for rows, places in zip(vectors, others, strict=True)]
        layer = self.model.get_ref("softmax")
        scores = self.numpy_ops.asarray(layer.predict(self.model.ops.xp.concatenate(asked)))
        parts = numpy.split(scores, numpy.cumsum([len(places) for places in others])[:-1])
        return [Scored(*pair) for pair in zip(lemmas, parts, strict=True)]

    def set_annotations(self, docs: Iterable[Doc], scored: Sequence[Scored]) -> None:
        """Write the lemma of each token."""
        for doc, (lemmas, scores) in zip(docs, scored, strict=True):
            if not len(doc):
                continue
            written = doc.to_array([LEMMA]).reshape(-1)
            places = numpy.flatnonzero(lemmas == 0)
            values = lemmas.copy()
            likeliest = scores.argmax(axis=1) if len(places) else ()
            for at, row, label in zip(places.tolist(), scores, likeliest, strict=True):
                if self.overwrite or not written[at]:
                    values[at] = self._number(doc[at], self._lemma(doc[at], row, int(label)))
            kept = values if self.overwrite else numpy.where(written == 0, values, written)
            doc.from_array([LEMMA], kept)  # type: ignore[arg-type]

    def _remembered_lemmas(self, doc: Doc) -> NDArray[numpy.uint64]:
        """The remembered lemmas of a Doc's tokens, as the vocabulary's numbers; 0 where none is."""
        known = self._numbers
        lemmas = numpy.zeros(len(doc), dtype="uint64")
        for at, (pos, lower) in enumerate(doc.to_array([POS, LOWER]).tolist()):
            number = known.get((pos, lower))
            if number is None:
                strings = self.vocab.strings
                lemma = self.memory.get(strings[pos], {}).get(strings[lower])
                if lemma is None:
                    continue
                number = known[pos, lower] = strings.add(lemma)
            lemmas[at] = number
        return lemmas

    def _lemma(self, token: Token, scores: NDArray[numpy.float32], likeliest: int) -> str:
        """The lemma of a token that is not remembered; empty if no tree that is tried fits."""
        first = self._apply(likeliest, token.text)
        if self._is_lemma(first, token.pos_):
            return first
        for label in _likeliest(scores, self.top_k):
            lemma = self._apply(label, token.text)
            if self._is_lemma(lemma, token.pos_):
                return lemma
            first = first or lemma
        return first

    def _apply(self, label: int, word: str) -> str:
        """What a tree makes of a word; empty where it does not fit."""
        tree = self.cfg["labels"][label]
        ending = self._needed.get(tree)
        if ending is None:
            ending = self._needed[tree] = self._ending(tree)
        return (word.endswith(ending) and self.trees.apply(tree, word)) or ""

    def _ending(self, tree: int) -> str:
        """What a word must end in for a tree to fit."""
        node = self.trees[tree]
        if "orig" in node:
            return self.vocab.strings[node["orig"]] if node["orig"] else ""
        return "" if node["suffix_tree"] == NO_TREE else self._ending(node["suffix_tree"])

    def _number(self, token: Token, lemma: str) -> int:
        """The number of a lemma in the vocabulary; 0 where there is none and nothing to fall back on."""
        if lemma:
            return int(self.vocab.strings.add(lemma))
        return 0 if self.backoff is None else int(getattr(token, self.backoff))

    def _remembered(self) -> dict[str, Any]:
        return {"memory": self.memory, "words": sorted(self.words)}

    def to_disk(self, path: Path | str, exclude: Iterable[str] = ()) -> None:
        """Write the component into a folder; `exclude` is for the trained part of it."""
        super().to_disk(path, exclude=tuple(exclude))  # type: ignore[no-untyped-call]
        srsly.write_msgpack(Path(path) / FILE, self._remembered())

    def from_disk(self, path: Path | str, exclude: Iterable[str] = ()) -> "Lemmatizer":
        """Read the component from a folder; one of spaCy's `trainable_lemmatizer` has no memory."""
        super().from_disk(path, exclude=tuple(exclude))  # type: ignore[no-untyped-call]
        file = Path(path) / FILE
        self.remember(
            **(srsly.read_msgpack(file) if file.exists() else {"memory": {}, "words": ()})
        )
        return self

    def to_bytes(self, exclude: Iterable[str] = ()) -> bytes:
        """The component as bytes; `exclude` is for the trained part of it."""
        trained = super().to_bytes(exclude=tuple(exclude))  # type: ignore[no-untyped-call]
        data: bytes = srsly.msgpack_dumps({"trained": trained, FILE: self._remembered()})
        return data

    def from_bytes(self, data: bytes, exclude: Iterable[str] = ()) -> "Lemmatizer":
        """Read the component from what `to_bytes` gave."""
        read = srsly.msgpack_loads(data)
        super().from_bytes(read["trained"], exclude=tuple(exclude))  # type: ignore[no-untyped-call]
        self.remember(**read[FILE])
        return self


def _likeliest(scores: NDArray[numpy.float32], most: int) -> list[int]:
    """The trees with the highest scores, in falling order; of equal ones the first."""
    if most < len(scores):
        best = numpy.sort(numpy.argpartition(-scores, most)[:most])
    else:
        best = numpy.arange(len(scores))
    found: list[int] = best[numpy.argsort(-scores[best], kind="stable")].tolist()
    return found
