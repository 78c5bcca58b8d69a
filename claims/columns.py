"""The tokens of a Doc as plain lists: what is told of a string is told once of each.

To read attributes from one token after the other takes several times as long.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import TypeVar

import numpy
from numpy.typing import NDArray
from spacy.attrs import DEP, HEAD, LENGTH, LOWER, ORTH, SPACY
from spacy.tokens import Doc

T = TypeVar("T")
V = TypeVar("V", bound=Hashable)


def numbers(doc: Doc, attribute: int) -> list[int]:
    """An attribute of each token, as spaCy numbers it."""
    found: list[int] = doc.to_array([attribute]).reshape(-1).tolist()  # type: ignore[assignment]
    return found


def each(told: Callable[[V], T], row: Sequence[V]) -> list[T]:
    """What is told of each value of a row, of equal ones once.

    >>> each(len, ["Il", "a", "dit"])
    [2, 1, 3]
    """
    known = {value: told(value) for value in set(row)}
    return [known[value] for value in row]


def strings(doc: Doc, attribute: int) -> list[str]:
    """An attribute of each token that is a string."""
    return each(doc.vocab.strings.__getitem__, numbers(doc, attribute))


def flags(doc: Doc, attribute: int) -> list[bool]:
    """Whether each token is what an attribute such as `IS_SPACE` says."""
    found: list[bool] = doc.to_array([attribute]).reshape(-1).astype(bool).tolist()
    return found


def texts(doc: Doc) -> list[str]:
    """The text of each token, as the article has it."""
    return strings(doc, ORTH)


@lru_cache(maxsize=1)
def text(doc: Doc) -> str:
    """The text of a Doc, which puts it together anew at each call; that of the last is kept."""
    found: str = doc.text
    return found


def lowers(doc: Doc) -> list[str]:
    """The text of each token in lower case."""
    return strings(doc, LOWER)


def heads(doc: Doc) -> list[int]:
    """The head of each token; a root, and what has no relation, is its own."""
    related = doc.to_array([DEP]).reshape(-1) != 0
    found: list[int] = numpy.where(related, _above(doc), numpy.arange(len(doc))).tolist()
    return found


def edges(doc: Doc) -> tuple[list[int], list[int]]:
    """The first and the last token of each and all below it, a space below the token before it."""
    heads = _above(doc)
    above: list[int] = heads.tolist()
    left, right = list(range(len(above))), list(range(len(above)))
    while True:
        for i, head in enumerate(above):
            if left[i] < left[head]:
                left[head] = left[i]
        for i in range(len(above) - 1, -1, -1):
            if right[i] > right[above[i]]:
                right[above[i]] = right[i]
        # Once will do, unless branches cross.
        low, high = numpy.array(left, int), numpy.array(right, int)
        if (low[heads] <= low).all() and (high[heads] >= high).all():
            return left, right


def _above(doc: Doc) -> NDArray[numpy.int64]:
    return doc.to_array([HEAD]).reshape(-1).astype("int64") + numpy.arange(len(doc))


def starts(doc: Doc) -> list[int]:
    """Where each token starts, in characters."""
    sizes = doc.to_array([LENGTH, SPACY]).astype("int64").sum(axis=1)
    found: list[int] = (numpy.cumsum(sizes) - sizes).tolist()
    return found
