"""Word vectors of what stands beside a word.

The words one and two places to the left and to the right are counted, each place apart (Levy
and Goldberg 2014, Dependency-Based Word Embeddings, section 3), weighted by positive pointwise
mutual information with contexts to the power of 0.75 (Levy, Goldberg and Dagan 2015, Improving
Distributional Similarity), and reduced by a singular value decomposition. Words of one kind
come to lie together, surnames beside surnames and towns beside towns, which is what entities
are found by; skip-grams over a window lay *Castaner* beside *Intérieur*.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy
import spacy
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, hstack
from scipy.sparse.linalg import svds
from spacy.vectors import Vectors

PLACES = {-1: 1.0, 1: 1.0, -2: 0.5, 2: 0.5}
"""Place of a neighbour to its weight."""
SMOOTHING = 0.75
LENGTH = 3.0
"""Length of each vector, about that of the vectors that spaCy learns beside it."""
NONE = -1


def train(
    raw: Path, out: Path, *, dim: int = 96, min_count: int = 3, contexts: int = 8_000
) -> None:
    """Make vectors from a text and write them as a spaCy pipeline without components.

    The same text gives the same vectors. Rarer words have none.

    Args:
        raw: plain words with single spaces, a paragraph a line.
        out: folder that is written.
        dim: numbers of a vector; fewer where there are fewer words.
        min_count: how often a word occurs at least.
        contexts: how many of the commonest words are counted as neighbours; all others are one.
    """
    lines = [line.split() for line in raw.read_text(encoding="utf-8").splitlines()]
    counts = Counter(word for line in lines for word in line)
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    words = [word for word in ranked if counts[word] >= min_count]
    table = _table(_associations(lines, words, ranked[:contexts]), dim)
    nlp = spacy.blank("fr")
    keys = [nlp.vocab.strings.add(word) for word in words]
    nlp.vocab.vectors = Vectors(strings=nlp.vocab.strings, data=table, keys=keys, name="neighbours")
    nlp.to_disk(out)


def _associations(lines: Iterable[list[str]], words: list[str], contexts: list[str]) -> csr_matrix:
    """Positive pointwise mutual information.

    Its shape is (words, places x (contexts + 2)): any rarer word and a paragraph's edge are
    contexts too.
    """
    rows, columns = _numbers(words), _numbers(contexts)
    rare, edge = len(columns), len(columns) + 1
    gap = max(map(abs, PLACES))
    said: list[int] = []
    beside: list[int] = []
    for line in lines:
        said += [*(rows.get(word, NONE) for word in line), *[NONE] * gap]
        beside += [*(columns.get(word, rare) for word in line), *[edge] * gap]
    at = numpy.array(said)
    known = at != NONE
    blocks = []
    for place, weight in PLACES.items():
        column = numpy.roll(numpy.array(beside), -place)[known]
        shape = (len(words), edge + 1)
        counted = coo_matrix((numpy.ones(len(column)), (at[known], column)), shape).tocsr()
        blocks.append(weight * _information(counted))
    return hstack(blocks).tocsr()


def _numbers(words: list[str]) -> Mapping[str, int]:
    return {word: number for number, word in enumerate(words)}


def _information(counted: Any) -> csr_matrix:  # noqa: ANN401
    """Counts to positive pointwise mutual information; small counts are believed less."""
    cells = counted.tocoo()
    row = numpy.asarray(counted.sum(axis=1)).ravel()
    column = numpy.asarray(counted.sum(axis=0)).ravel() ** SMOOTHING
    expected = row[cells.row] * column[cells.col] / column.sum()
    shrunk = cells.data / (cells.data + 1)
    values = numpy.maximum(numpy.log(cells.data / expected) * shrunk, 0)
    return csr_matrix((values, (cells.row, cells.col)), shape=counted.shape)


def _table(associations: csr_matrix, dim: int) -> NDArray[numpy.float32]:
    """Rows of equal length: shape (words, dim), or fewer columns where there are few words."""
    size = min(dim, min(associations.shape) - 1)
    start = numpy.random.default_rng(0).normal(size=min(associations.shape))
    left, strengths, _ = svds(associations, k=size, v0=start)
    table = left * numpy.sqrt(strengths)
    lengths = numpy.linalg.norm(table, axis=1, keepdims=True)
    scaled: NDArray[numpy.float32] = (LENGTH * table / numpy.maximum(lengths, 1e-9)).astype("f4")
    return scaled
