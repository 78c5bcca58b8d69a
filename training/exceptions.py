"""Lemmas that the lemmatizer gets wrong on its own treebanks, as patterns of an attribute ruler.

An edit tree learns how endings change; what a single word does (*ayant*: *avoir*, *ceux*:
*celui*) is better remembered.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

MIN_COUNT = 2
"""How often a word occurs at least; rarer ones gain 0.1 points and cost a tenth of the speed."""


def patterns(nlp: Language, gold: Iterable[Doc]) -> list[dict[str, Any]]:
    """A pattern for each word and part of speech whose usual lemma `nlp` misses somewhere."""
    right: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    wrong: set[tuple[str, str]] = set()
    for doc in gold:
        example = Example(nlp(doc.text), doc)
        lemmas = example.get_aligned("LEMMA", as_string=True)
        classes = example.get_aligned("POS", as_string=True)
        for token, lemma, pos in zip(example.predicted, lemmas, classes, strict=True):
            if lemma and pos == token.pos_:
                right[token.lower_, pos][lemma] += 1
                if lemma != token.lemma_:
                    wrong.add((token.lower_, pos))
    return [
        {
            "patterns": [[{"LOWER": form, "POS": pos}]],
            "attrs": {"LEMMA": right[form, pos].most_common(1)[0][0]},
        }
        for form, pos in sorted(wrong)
        if right[form, pos].total() >= MIN_COUNT
    ]
