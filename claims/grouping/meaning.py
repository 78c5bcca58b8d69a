"""How near in meaning contents are, by word vectors of somebody else: an extra, off by default.

The model is a static one of `model2vec` (https://github.com/MinishLab/model2vec): a folder, or a name
on the Hugging Face Hub, which is downloaded once. It decides only where the words that two claims share
leave it open whether they are of one matter.
"""

from collections.abc import Sequence
from functools import cache
from typing import Protocol

import numpy

from claims.errors import EmbeddingsError

NEAR = 0.75
"""Least cosine of two contents that are near in meaning."""


class Meaning(Protocol):
    """What tells how near in meaning texts are."""

    def nearness(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The cosine of the two texts of each pair, from -1 to 1; 0 where one has no known word."""


class Vectors:
    """A static model of word vectors."""

    def __init__(self, name: str) -> None:
        try:
            from model2vec import StaticModel
        except ImportError as error:
            raise EmbeddingsError(
                f"the embeddings {name} need an extra: pip install 'claims[embeddings]'; "
                "or turn them off: claims load DATABASE --embeddings none"
            ) from error
        try:
            self._model = StaticModel.from_pretrained(name)
        except Exception as error:  # whatever its files, or the way to them, are wrong with
            reason = " ".join(str(error).split())[:200]
            raise EmbeddingsError(
                f"{name} cannot be read as embeddings ({reason}); give the folder of a model of "
                "model2vec or its name on the Hugging Face Hub"
            ) from error

    def nearness(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The cosine of the two texts of each pair, from -1 to 1; 0 where one has no known word."""
        texts = [*dict.fromkeys(text for pair in pairs for text in pair)]
        if not texts:
            return []
        vectors = numpy.asarray(self._model.encode(texts), dtype=numpy.float64)
        lengths = numpy.linalg.norm(vectors, axis=1, keepdims=True)
        units = dict(zip(texts, vectors / numpy.where(lengths > 0, lengths, 1.0), strict=True))
        return [float(units[one] @ units[other]) for one, other in pairs]


@cache
def vectors(name: str) -> Meaning:
    """The embeddings of this name.

    Raises:
        EmbeddingsError: if they cannot be read, or `model2vec` is not installed.
    """
    return Vectors(name)
