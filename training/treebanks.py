"""Universal Dependencies treebanks to Docs.

Words are plain (`claims.tokenizer.plain_word`), as the parser is given them. A multiword token
(*du* = *de* + *le*) is one token with the lemma and the part of speech of its head and the
features of all its parts, as in spaCy's French pipelines. A figure printed with a space
(*10 000*) is one token in the treebanks and two to any tokenizer: it is cut, the later parts
`flat` under the first.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, DocBin, Token
from spacy.training.converters import conllu_to_docs  # type: ignore[attr-defined]
from spacy.vocab import Vocab

from claims.tokenizer import plain_word

SPLITS = {
    "train": ("sequoia-ud-train", "gsd-ud-dev", "pud-ud-test"),
    "questions": ("fqb-ud-test",),
    "dev": ("sequoia-ud-dev",),
    "sequoia-test": ("sequoia-ud-test",),
    "gsd-test": ("gsd-ud-test",),
}
"""Split to treebank files. The tests are read by the evaluation alone."""

OTHER_PRONOUNS = ("pud", "fqb")
"""Treebanks that lemmatize pronouns otherwise (*elle*: *il*) than Sequoia and GSD (*lui*); the
lemmas of their pronouns are left out."""

SENTENCES = 5
"""Sentences of a Doc, about a paragraph: the parser learns where a sentence ends."""


def docs(path: Path, code: str = "fr") -> Iterator[Doc]:
    """The sentences of one CoNLL-U file, `SENTENCES` to a Doc, in the file's order."""
    text = path.read_text(encoding="utf-8")
    vocab = spacy.blank(code).vocab
    pronouns = not any(name in path.name for name in OTHER_PRONOUNS)
    converted = conllu_to_docs(  # type: ignore[no-untyped-call]
        text, n_sents=SENTENCES, merge_subtokens=True, no_print=True
    )
    for doc in converted:
        yield _plain(doc, vocab, code, pronouns=pronouns)


def _plain(doc: Doc, vocab: Vocab, code: str, *, pronouns: bool) -> Doc:
    """The Doc with plain words, none of them with a space."""
    parts = [token.text.split() for token in doc]
    first = [sum(map(len, parts[:i])) for i in range(len(parts))]
    columns: dict[str, list[Any]] = {
        k: [] for k in ("words", "spaces", "pos", "morphs", "lemmas", "heads", "deps")
    }
    for token, words, at in zip(doc, parts, first, strict=True):
        for offset, word in enumerate(words):
            last = offset == len(words) - 1
            columns["words"].append(plain_word(word, code))
            columns["spaces"].append(bool(token.whitespace_) if last else True)
            columns["pos"].append(token.pos_)
            columns["morphs"].append(str(token.morph))
            columns["lemmas"].append(word if offset else _lemma(token))
            if token.pos_ == "PRON" and not pronouns:
                columns["lemmas"][-1] = ""
            columns["heads"].append(at if offset else first[token.head.i])
            columns["deps"].append("flat" if offset else token.dep_)
    starts: list[bool | int | None] = [
        bool(token.is_sent_start) and not offset
        for token, words in zip(doc, parts, strict=True)
        for offset in range(len(words))
    ]
    return Doc(vocab, sent_starts=starts, **columns)  # type: ignore[arg-type]


def _lemma(token: Token) -> str:
    """The lemma; of a multiword token (*de le*) that of the part whose class it has.

    Where the treebank has none (`_`), or that of a fixed phrase (*à_partir_de*), the word.
    """
    if token.text[0].isdigit():
        return token.text.split()[0]
    parts = token.lemma_.split()
    chosen = parts[-1] if token.pos_ == "PRON" and len(parts) > 1 else parts[0]
    return plain_word(token.text.lower() if "_" in chosen else chosen, "fr")


def write(folder: Path, out: Path) -> None:
    """Write each split as a DocBin."""
    for split, names in SPLITS.items():
        found = (doc for name in names for doc in docs(folder / f"fr_{name}.conllu"))
        DocBin(docs=found, store_user_data=False).to_disk(out / f"{split}.spacy")
