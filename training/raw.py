"""Raw French text as plain words, a paragraph a line.

Word vectors and the word encoder are taught on it. It holds the press articles, the entity
corpus and the training treebanks; no text that anything is reported on: of the entity corpus
only the articles that are not held out, of the treebanks neither dev nor test.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import spacy
from spacy.tokens import DocBin

from claims.tokenizer import ArticleTokenizer, plain_word, set_rules
from training.entities import part

MIN_WORDS = 4
"""A shorter line (a credit, a byline) teaches nothing of words in their sentence."""


def lines(data: Path) -> Iterator[str]:
    """The paragraphs of the articles, verbatim, each once."""
    seen: set[str] = set()
    for path in [*sorted((data / "corpora").glob("*.jsonl")), data / "ner" / "winer-fr.jsonl"]:
        with path.open(encoding="utf-8") as rows:
            for row in map(json.loads, rows):
                if path.parent.name == "ner" and part(row["id"]) != "entities":
                    continue
                for line in row["text"].split("\n"):
                    if line.strip() and line not in seen:
                        seen.add(line)
                        yield line


def plain_lines(data: Path, treebanks: list[Path]) -> Iterator[str]:
    """The paragraphs and the treebanks' sentences as plain words joined by single spaces."""
    nlp = spacy.blank("fr")
    set_rules(nlp, "fr")
    tokenizer = ArticleTokenizer(nlp.tokenizer, nlp.vocab, "fr")
    for line in lines(data):
        words = [plain_word(t.text, "fr") for t in tokenizer(line) if not t.is_space]
        if len(words) >= MIN_WORDS:
            yield " ".join(words)
    for path in treebanks:
        for doc in DocBin().from_disk(path).get_docs(nlp.vocab):
            yield " ".join(token.text for token in doc)


def write(data: Path, treebanks: list[Path], out: Path) -> None:
    """Write the lines of the data and of treebanks that are DocBins already."""
    with out.open("w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in plain_lines(data, treebanks))
