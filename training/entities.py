"""WiNER-fr to Docs with PER, ORG, LOC and MISC.

Entities of the corpus may nest and overlap; spaCy's may not. Of two that overlap the longer
stays (*Université de Lyon*, not *Lyon*), of two with one span the one whose label stands
first in `LABELS`. Dates and hours are dropped, and entities whose ends are no token's.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span
from spacy.util import filter_spans

from claims.tokenizer import ArticleTokenizer, plain_word, set_rules

LABELS = {
    "Person": "PER",
    "Organization": "ORG",
    "Location": "LOC",
    "Product": "MISC",
    "Event": "MISC",
}
PARTS = {0: "entities-test", 1: "entities-dev"}
"""Of ten parts of the articles, by a hash of their ids: one to report on, one to choose on."""


def docs(articles: list[dict[str, Any]], nlp: Language) -> Iterator[Doc]:
    """One Doc a paragraph, its words plain; paragraphs without a word are left out."""
    rank = {label: number for number, label in enumerate(LABELS)}
    tokenizer = ArticleTokenizer(nlp.tokenizer, nlp.vocab, "fr")
    for article in articles:
        entities = sorted(
            (e for e in article["entities"] if e[2] in LABELS), key=lambda e: rank[e[2]]
        )
        start = 0
        for line in article["text"].split("\n"):
            end = start + len(line)
            if line.strip():
                yield _doc(
                    line,
                    [
                        (s - start, e - start, label)
                        for s, e, label in entities
                        if start <= s and e <= end
                    ],
                    tokenizer,
                    nlp,
                )
            start = end + 1


def _doc(
    line: str, entities: list[tuple[int, int, str]], tokenizer: ArticleTokenizer, nlp: Language
) -> Doc:
    printed = tokenizer(line)
    kept = [token.i for token in printed if not token.is_space]
    at = {i: number for number, i in enumerate(kept)}
    doc = Doc(
        nlp.vocab,
        words=[plain_word(printed[i].text, "fr") for i in kept],
        spaces=[
            bool(printed[i].whitespace_) or (i + 1 < len(printed) and printed[i + 1].is_space)
            for i in kept
        ],
    )
    spans = []
    for start, end, label in entities:
        span = printed.char_span(start, end, alignment_mode="contract")
        inside = [at[token.i] for token in span or () if token.i in at]
        if inside:
            spans.append(Span(doc, inside[0], inside[-1] + 1, label=LABELS[label]))
    doc.set_ents(filter_spans(spans), default="outside")
    return doc


def part(identifier: str) -> str:
    """Which part an article is in: `entities`, `entities-dev` or `entities-test`."""
    tenth = int(hashlib.sha256(identifier.encode()).hexdigest(), 16) % 10
    return PARTS.get(tenth, "entities")


def write(path: Path, out: Path) -> None:
    """Write each part as a DocBin."""
    nlp = spacy.blank("fr")
    set_rules(nlp, "fr")
    with path.open(encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    for split in ("entities", *PARTS.values()):
        chosen = [a for a in articles if part(a["id"]) == split]
        DocBin(docs=docs(chosen, nlp), store_user_data=False).to_disk(out / f"{split}.spacy")
