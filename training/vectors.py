"""Word vectors by floret.

floret (https://github.com/explosion/floret, 0.10) keeps vectors of words and of their parts
in one small hashed table, so that every word has a vector, a misspelt or unseen one too.
One thread gives the same vectors again: floret seeds its generator itself.
"""

from pathlib import Path

import floret

SETTINGS = {
    "model": "skipgram",
    "mode": "floret",
    "dim": 96,
    "bucket": 20_000,
    "hashCount": 2,
    "minn": 3,
    "maxn": 5,
    "minCount": 3,
    "ws": 4,
    "epoch": 10,
    "thread": 1,
    "verbose": 1,
}


def train(raw: Path, out: Path, **settings: object) -> None:
    """Train the vectors and write them as a .floret table, for `spacy init vectors`."""
    model = floret.train_unsupervised(str(raw), **(SETTINGS | settings))
    model.save_floret_vectors(str(out))
