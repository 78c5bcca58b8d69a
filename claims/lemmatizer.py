"""Words to lemmas: what is remembered of a word, else what its ending makes likely.

spaCy's edit trees say how an ending changes, and of an unseen verb's several ways at times one
that makes no word (*jugent*: *jugeer*). So of the likely ones the first is taken that makes a
word somebody has used; and words that were seen with their lemma keep it (*ayant*: *avoir*).
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy
import srsly  # type: ignore[import-untyped]
from numpy.typing import NDArray
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


class Lemmatizer(EditTreeLemmatizer):
    """spaCy's edit tree lemmatizer, with a memory; it is trained as that is."""

    def __init__(self, *args: Any, **settings: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **settings)
        self.memory: Memory = {}
        self.words: frozenset[str] = frozenset()
        self.endings: dict[str, frozenset[str]] = {}

    def remember(self, memory: Memory, words: Iterable[str]) -> None:
        """Set the lemmas of single words, and the known words, inflected forms among them.

        A known word is a lemma only where it ends as one of its part of speech (*dormir*, not
        *dort*).
        """
        self.memory = memory
        self.words = frozenset(words)
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

    def predict(  # type: ignore[override]  # scores instead of chosen trees
        self, docs: Iterable[Doc]
    ) -> list[NDArray[numpy.float32]]:
        """The scores of the trees: shape (tokens, trees) for each Doc."""
        docs = list(docs)
        if not any(len(doc) for doc in docs):
            return [numpy.zeros((0, len(self.labels)), dtype="float32") for _ in docs]
        return [self.numpy_ops.asarray(scores) for scores in self.model.predict(docs)]

    def set_annotations(
        self, docs: Iterable[Doc], scored: Sequence[NDArray[numpy.float32]]
    ) -> None:
        """Write the lemma of each token."""
        for doc, scores in zip(docs, scored, strict=True):
            likeliest = scores.argmax(axis=1) if len(doc) else ()
            for token, row, label in zip(doc, scores, likeliest, strict=True):
                if self.overwrite or not token.lemma:
                    self._write(token, self._lemma(token, row, int(label)))

    def _lemma(self, token: Token, scores: NDArray[numpy.float32], likeliest: int) -> str:
        """The lemma of a token; empty if no tree that is tried fits."""
        remembered = self.memory.get(token.pos_, {}).get(token.lower_)
        if remembered is not None:
            return remembered
        first = self._apply(likeliest, token.text)
        if self._is_lemma(first, token.pos_):
            return first
        for label in numpy.argsort(-scores, kind="stable")[: self.top_k]:
            lemma = self._apply(int(label), token.text)
            if self._is_lemma(lemma, token.pos_):
                return lemma
            first = first or lemma
        return first

    def _apply(self, label: int, word: str) -> str:
        """What a tree makes of a word; empty where it does not fit."""
        return self.trees.apply(self.cfg["labels"][label], word) or ""

    def _write(self, token: Token, lemma: str) -> None:
        if lemma:
            token.lemma_ = lemma
        elif self.backoff is not None:
            token.lemma = getattr(token, self.backoff)

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
