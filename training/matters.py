"""Learns which claims are of one matter: `python -m training.matters CLAIMS claims/languages/fr`.

From 1,000 pairs of claims of the corpora that a reader judged (`same_matter.jsonl` has their ids and no
word of them). CLAIMS are those that `claims extract` finds in the corpora; what it does not find is
left out, and so are pairs of one article, where links tell what belongs together.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy

from claims.components.encodings import Tables
from claims.components.models import Model
from claims.components.sheets import Features
from claims.grouping.comparing import MATTERS, Compared, Comparer, in_common
from claims.registry import Registry
from training.learning import columns, fitted, part

PAIRS = Path(__file__).parent / "same_matter.jsonl"
EPOCHS, BATCH, RATE = 12, 32, 0.003
FREQUENT = 15
PARTS = 5


def row_of(claim: dict[str, Any]) -> dict[str, str | None]:
    """A claim as the table of claims has what is compared."""
    cue, target = claim.get("cue") or {}, claim.get("target") or {}
    return {
        "id": claim["id"],
        "article_id": claim["article_id"],
        "stance": claim["stance"],
        "cue_lemma": cue.get("lemma"),
        "rule": claim["rule"],
        "speakers": json.dumps([speaker["name"] for speaker in claim["speakers"]]),
        "text": claim["text"],
        "target": target.get("text"),
        "published": None,
    }


def read(claims: Path, comparer: Comparer) -> list[tuple[Compared, Compared, bool]]:
    """The judged pairs of several articles whose claims are there."""
    with PAIRS.open(encoding="utf-8") as file:
        pairs = [json.loads(line) for line in file]
    wanted = {pair[side] for pair in pairs for side in "ab"}
    known: dict[str, Compared] = {}
    with claims.open(encoding="utf-8") as file:
        for line in file:
            claim = json.loads(line)
            if claim["id"] in wanted:
                known[claim["id"]] = comparer.compared(row_of(claim))
    there = [(known.get(p["a"]), known.get(p["b"]), p["same"]) for p in pairs]
    return [(a, b, same) for a, b, same in there if a and b and a.article_id != b.article_id]


def learned(rows: Sequence[Features], same: Iterable[bool]) -> Model:
    """The model that tells whether two claims are of one matter."""
    blocks = [(row,) for row in rows]
    goals = numpy.array([[float(s)] for s in same])
    tables = Tables(*columns(blocks, FREQUENT))
    return fitted(tables, blocks, goals, epochs=EPOCHS, batch=BATCH, rate=RATE)


def crossed(pairs: Sequence[tuple[Compared, Compared, bool]]) -> list[float]:
    """The score of each pair by a model that has not seen the second claim's article."""
    rows = [in_common(a, b) for a, b, _ in pairs]
    of = [part(b.article_id, PARTS) for _, b, _ in pairs]
    found = [0.0] * len(pairs)
    for number in range(PARTS):
        seen = [i for i, other in enumerate(of) if other != number]
        model = learned([rows[i] for i in seen], [pairs[i][2] for i in seen])
        for i in (i for i, other in enumerate(of) if other == number):
            found[i] = float(model.scores([(rows[i],)])[0, 0])
    return found


def main() -> None:
    """Learn, write the model, and tell what it reaches on articles that it has not seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", type=Path, help="claims of the corpora, as claims extract writes")
    parser.add_argument("language", type=Path, help="folder of the language's data")
    options = parser.parse_args()
    comparer = Comparer(options.language.name, Registry.bundled())
    pairs = read(options.claims, comparer)
    scores = crossed(pairs)
    for least in (0.5, 0.7, 0.8, 0.9):
        told = [same for (_, _, same), score in zip(pairs, scores, strict=True) if score >= least]
        right, all_ = sum(told), sum(same for _, _, same in pairs)
        print(
            f"{least}: {len(told)} of {len(pairs)}, precision {right / max(len(told), 1):.2f}, "
            f"recall {right / all_:.2f}"
        )
    model = learned([in_common(a, b) for a, b, _ in pairs], [same for _, _, same in pairs])
    model.write(options.language / MATTERS)


if __name__ == "__main__":
    main()
