"""The model card: README.md beside a pipeline, from what its meta.json says."""

from pathlib import Path
from typing import Any

import srsly  # type: ignore[import-untyped]

SOURCES = (
    ("UD French-Sequoia, train", "f5b0496", "LGPL-LR", "words, syntax, lemmas"),
    ("UD French-GSD, dev", "830e278", "CC BY-SA 4.0", "words, syntax, lemmas"),
    ("UD French-PUD", "c245786", "CC BY-SA 3.0", "words, syntax, lemmas"),
    ("UD French-FQB", "d585d0f", "LGPL-LR", "words, syntax, lemmas"),
    (
        "WiNER-fr (YoannDupont/WiNER-fr)",
        "0fe35f0",
        "texts CC BY 2.5, annotation CC BY 4.0",
        "entities, word vectors",
    ),
    (
        "4,052 press articles, 2018 and 2019 (feryah/gilets_jaunes)",
        "69d1049",
        "their publishers'; not contained",
        "word vectors",
    ),
)
"""What the pipeline learned from: name, commit, licence, what for."""

HEAD = """# {lang}_{name} {version}

{description} A spaCy pipeline for {spacy_version}, made for news in French: its words are
those of Universal Dependencies, but contracted words (*du*, *aux*) are one token.

| part | component |
|---|---|
| words, sentences | tokenizer with rules of its own; sentence ends by the parser |
| parts of speech (UPOS) and features | `morphologizer` |
| dependencies (UD) | `parser` |
| lemmas | `claims_lemmatizer` under the name `trainable_lemmatizer`: edit trees and a memory |
| entities: PER, ORG, LOC, MISC | `ner` |

It wants plain text: " for every quotation mark, ' for every apostrophe, no line breaks and
no no-break spaces. `claims.components.syntax` sees to that and keeps the places.
"""

LIMITS = """## Limits

- The treebanks are small (130,000 words) and mostly Wikipedia, parliament, regional press and
  questions; the names are those of 2016 to 2019.
- Sentence ends are sure only where the text is: in headings without a full stop, in lists and
  in chat they are not.
- Entities do not nest: of two that overlap the longer was learned. Streets, buildings and
  works of art named after persons are the commonest errors of PER.
- Questions with an inverted subject, ellipsis and spoken French are parsed worse than news.
"""


def render(meta: dict[str, Any]) -> str:
    """The card of a pipeline from its meta.json."""
    parts = [HEAD.format(**meta), "## Learned from\n", _sources(), "## Figures, in per cent\n"]
    for name, rows in meta["performance"].items():
        parts += [_table(name, rows)]
    return "\n".join([*parts, LIMITS])


def write(folder: Path) -> None:
    """Write the card of the pipeline in a folder."""
    text = render(srsly.read_json(folder / "meta.json"))
    (folder / "README.md").write_text(text, encoding="utf-8")


def _sources() -> str:
    rows = [f"| {' | '.join(source)} |" for source in SOURCES]
    return "\n".join(["| corpus | commit | licence | for |", "|---|---|---|---|", *rows, ""])


def _table(name: str, rows: dict[str, dict[str, float]]) -> str:
    columns = list(next(iter(rows.values())))
    lines = [f"| {name} | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for row, figures in rows.items():
        lines.append(f"| {row} | {' | '.join(f'{figures[c]:.1f}' for c in columns)} |")
    return "\n".join([*lines, ""])
