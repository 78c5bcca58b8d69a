"""Which articles are copies of one another: a wire that several papers print, with small changes.

Articles are compared by their runs of words; those that could be copies are found by a sketch of a few
of these (Broder, *On the resemblance and containment of documents*, 1997).
"""

import re
from heapq import nsmallest
from zlib import crc32

RUN = 5
"""Words of a run."""
KEPT = 16
"""Runs that a sketch keeps: those of the least hashes, which are a random choice and the same in copies."""
LEAST_SHARED = 4
"""Runs that two sketches share, at least, for their articles to be compared."""
COPY = 0.5
"""The least share of runs, of all that either has, that two copies have in common."""


def runs(text: str) -> frozenset[int]:
    """The hashes of all runs of words of a text, whatever its case and punctuation."""
    words = " ".join(re.findall(r"\w+", text.casefold())).encode("utf-8", "replace").split()
    shifted = (words[start:] for start in range(RUN))
    return frozenset(map(crc32, map(b" ".join, zip(*shifted, strict=False))))


def sketch(runs: frozenset[int]) -> list[int]:
    """The runs that an article is looked up by."""
    return nsmallest(KEPT, runs)


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """The share of runs that two articles have in common, of all that either has.

    >>> text = "Le pont de la ville est fermé depuis hier soir."
    >>> likeness(runs(text), runs(text.upper()))
    1.0
    """
    return len(one & other) / len(one | other) if one or other else 0.0
