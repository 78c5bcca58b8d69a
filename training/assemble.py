"""The trained pipeline as it is shipped: with remembered lemmas, a name and a version."""

import shutil
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import DocBin

from claims.lemmatizer import Lemmatizer
from claims.tokenizer import set_rules
from training import lemmas

META = {
    "name": "news",
    "version": "1.1.0",
    "spacy_version": ">=3.8.0,<3.9.0",
    "description": "French for news: parts of speech, features, lemmas, dependencies, entities.",
    "author": "The authors of claims",
    "license": "LGPL-LR, CC BY-SA 4.0, CC BY-SA 3.0, CC BY 4.0, CC BY 2.5: see README.md",
}
LEMMATIZER = "trainable_lemmatizer"
TREES = 100
"""Trees that are tried of a word: with thirty, some verbs (*promettent*) find none that makes one."""


def assemble(trained: Path, treebanks: list[Path], raw: Path) -> Language:
    """A trained pipeline with the lemmas it remembers and the tokenizer's rules as they are now.

    Args:
        trained: folder of the pipeline.
        treebanks: DocBins whose lemmas are remembered.
        raw: text whose words may be lemmas.
    """
    ours = {"factory": "claims_lemmatizer", "top_k": TREES}
    nlp = spacy.load(trained, config={"components": {LEMMATIZER: ours}})
    gold = (doc for path in treebanks for doc in DocBin().from_disk(path).get_docs(nlp.vocab))
    lemmatizer = nlp.get_pipe(LEMMATIZER)
    assert isinstance(lemmatizer, Lemmatizer)
    memory = lemmas.memory(gold)
    lemmatizer.remember(memory, lemmas.words(raw, memory))
    set_rules(nlp, "fr")
    nlp.meta.update(META)
    nlp.config["paths"] = dict.fromkeys(nlp.config["paths"])
    return nlp


def write(nlp: Language, out: Path) -> None:
    """Write a pipeline to a folder where no older file stays."""
    new = out.with_name(out.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    nlp.to_disk(new)
    shutil.rmtree(out, ignore_errors=True)
    new.rename(out)
