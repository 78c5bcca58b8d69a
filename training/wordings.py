"""Learns which contents are the same words: `python -m training.wordings claims/languages/fr`.

From 1,200 pairs of quotations that were written for it (`same_words.jsonl`; all of them are made
up): 600 that are one, cut, extended, marked otherwise or lightly reworded, and 600 of one speaker on one
theme that differ. `terms/counts.json` tells how rare a stem is; `--claims FILE`, claims as
`claims extract` writes them, counts anew.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy

from claims.components.encodings import Tables
from claims.components.models import Model
from claims.grouping.comparing import Compared, Comparer
from claims.grouping.likeness import Likeness, likeness
from claims.grouping.terms import Terms
from claims.registry import Registry
from training.learning import columns, fitted

PAIRS = Path(__file__).parent / "same_words.jsonl"
FOLDER = "wordings"
EPOCHS, BATCH, RATE = 20, 32, 0.003
FREQUENT = 15
COPIED = 4
"""One quotation in so many is learned from as its own copy too: papers print most unchanged."""
LEAST_COUNTED = 3
"""Claims that a stem must stand in to be counted."""


def read(path: Path) -> list[dict[str, Any]]:
    """Pairs: `a`, `b`, and whether they are the `same`."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def said(comparer: Comparer, id: str, text: str) -> Compared:
    """A content as one that somebody says, always the same, on one day."""
    told = {"article_id": id, "stance": "affirms", "cue_lemma": "dire", "rule": "left"}
    speakers = json.dumps(["Léa Blanc"])
    row = {"id": id, "text": text, "target": None, "published": "2024-06-19", "speakers": speakers}
    return comparer.compared(row | told)


def compared(comparer: Comparer, pairs: Iterable[dict[str, Any]]) -> Iterator[Likeness | None]:
    """How alike the two of each pair are; None where they would not be compared."""
    for pair in pairs:
        one, other = said(comparer, "a", pair["a"]), said(comparer, "b", pair["b"])
        yield likeness(one.wording, other.wording) if one.is_near(other) else None


def learned(found: Iterable[Likeness | None], same: Iterable[bool]) -> Model:
    """The model that tells whether two contents are the same words."""
    known = [(like.features, s) for like, s in zip(found, same, strict=True) if like]
    rows = [(features,) for features, _ in known]
    goals = numpy.array([[float(s)] for _, s in known])
    tables = Tables(*columns(rows, FREQUENT))
    return fitted(tables, rows, goals, epochs=EPOCHS, batch=BATCH, rate=RATE)


def counted(terms: Terms, texts: Iterable[str]) -> dict[str, Any]:
    """In how many different contents each stem stands."""
    different = dict.fromkeys(texts)
    counts: Counter[str] = Counter()
    for text in different:
        counts.update({term.stem for term in terms.wording(text).terms})
    kept = {stem: n for stem, n in sorted(counts.items()) if n >= LEAST_COUNTED}
    return {"claims": len(different), "counts": kept}


def main() -> None:
    """Learn, and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", type=Path, help="folder of the language's data")
    parser.add_argument("--claims", type=Path, help="count stems anew in these claims")
    options = parser.parse_args()
    comparer = Comparer(options.language.name, Registry.bundled())
    if options.claims:
        with options.claims.open(encoding="utf-8") as file:
            counts = counted(comparer.terms, (json.loads(line)["text"] for line in file))
        text = json.dumps(counts, ensure_ascii=False, indent=0)
        path = options.language / "terms" / "counts.json"
        path.write_text(text + "\n", encoding="utf-8")
        sys.exit(f"{path} is written; run this again without --claims")
    pairs = read(PAIRS)
    pairs += [{"a": pair["a"], "b": pair["a"], "same": True} for pair in pairs[::COPIED]]
    found = list(compared(comparer, pairs))
    model = learned(found, [pair["same"] for pair in pairs])
    model.write(options.language / FOLDER)


if __name__ == "__main__":
    main()
