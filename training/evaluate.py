"""The figures of a pipeline, on what it never learned from.

As `spacy evaluate` counts them: from raw text, so that a word cut otherwise than in the gold
is an error; punctuation left out of the attachment scores; labels with their subtypes.
"""

from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import DocBin
from spacy.training import Example

SYNTAX = {
    "words": "token_f",
    "sentences": "sents_f",
    "UPOS": "pos_acc",
    "features": "morph_acc",
    "lemma": "lemma_acc",
    "UAS": "dep_uas",
    "LAS": "dep_las",
}
"""Column to spaCy's name of a measure of syntax."""
TREEBANKS = {"Sequoia dev": "dev", "Sequoia test": "sequoia-test", "GSD test": "gsd-test"}
ENTITIES = {"a tenth to choose on": "entities-dev", "a tenth held out": "entities-test"}
LABELS = ("PER", "LOC", "ORG", "MISC")


def performance(nlp: Language, work: Path) -> dict[str, dict[str, dict[str, float]]]:
    """All figures in per cent: part (syntax, entities), split, measure."""
    found: dict[str, dict[str, dict[str, float]]] = {"syntax": {}, "entities": {}}
    for name, split in TREEBANKS.items():
        scores = score(nlp, work / "treebanks" / f"{split}.spacy")
        found["syntax"][name] = {column: _cent(scores[key]) for column, key in SYNTAX.items()}
    for name, split in ENTITIES.items():
        scores = score(nlp, work / "entities" / f"{split}.spacy")
        kinds = scores["ents_per_type"] or {}
        found["entities"][name] = {
            **{column: _cent(scores[f"ents_{column[0].lower()}"]) for column in ("P", "R", "F1")},
            **{label: _cent(kinds.get(label, {}).get("f")) for label in LABELS},
        }
    return found


def score(nlp: Language, docs: Path) -> dict[str, Any]:
    """All measures of spaCy of a pipeline on a DocBin, from raw text."""
    gold = DocBin().from_disk(docs).get_docs(nlp.vocab)
    return nlp.evaluate([Example(nlp.make_doc(doc.text), doc) for doc in gold])


def _cent(share: float | None) -> float:
    return round(100 * (share or 0.0), 1)
