"""Profiles: how words are used in much text that nobody has annotated.

That *stipuler* mostly has a *que* clause, that *tacler* follows a quotation with its subject after
it, that a *ministre* is the subject of cues and a *délai* is not, is seen without any annotation. It
tells the decisions about words that few annotated articles have (as distributional features tell
taggers: Turian, Ratinov and Bengio 2010, Word Representations). `training.profiles` counts them
over parsed articles; they are the files `cue_uses.csv` and `subject_uses.csv` of a language's
folder `decisions/`.
"""

import csv
import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from claims import language
from claims.components.trees import Tree

FOLDER = "decisions"
CUES, SUBJECTS = "cue_uses.csv", "subject_uses.csv"

Uses = dict[str, int]
"""What is counted to how often."""
Features = dict[str, float]

OF_SUBJECTS = ("name", "noun", "inverted")
"""What is counted of a word's subjects; everything else is of the word."""
CUE_USES = (
    *("subject", *OF_SUBJECTS, "que", "infinitive", "object", "inserted"),
    *("quoted_before", "quoted_after", "colon", "reflexive"),
)
"""What is counted of a verb or noun outside quotations, beside how often it is there."""
SUBJECT_USES = ("subject", "of_cue", "inverted", "source")
"""What is counted of a noun, name or pronoun, beside how often it is there."""
BEFORE, AFTER, TO_COLON = 5, 4, 13
"""Tokens from a word to a quotation before it, after it, and after a colon, at most."""
PRIOR = 10
"""The weight of the rate of all words when that of one is told."""
SPEAKING = {"of_cue": (0.15, 10), "inverted": (0.05, 10), "subject": (0.05, 10)}
"""Use of subjects to the rate that is taken before anything is counted, and its weight."""
SOURCE = (0.005, 20)
"""The rate of nouns that are sources of a preposition, and its weight."""


class Profiles(NamedTuple):
    """How the words of a language are used."""

    cues: Mapping[str, Uses]
    """Part of speech and lemma, to its uses."""
    subjects: Mapping[str, Uses]
    """Lemma, or form of a name, to its uses."""
    rates: Mapping[str, Mapping[str, float]]
    """Part of speech to the rate of each use over all its words."""

    def cue(self, tree: Tree, at: int) -> Features:
        """The rates of a token's uses as a cue; those of all words where it was not seen."""
        pos = "NOUN" if tree.pos[at] == "NOUN" else "VERB"
        uses = self.cues.get(f"{pos} {tree.lemma[at]}", {})
        times, subjects = uses.get("times", 0), uses.get("subject", 0)
        features = {"profile_seen": math.log1p(times)}
        for use, rate in self.rates.get(pos, {}).items():
            among = subjects if use in OF_SUBJECTS else times
            features[f"profile_{use}"] = (uses[use] if uses else 0) + PRIOR * rate
            features[f"profile_{use}"] /= among + PRIOR
        return features

    def subject(self, tree: Tree, at: int) -> Features:
        """The rates of a token's uses as a subject."""
        uses = self.subjects.get(subject_key(tree, at), {})
        times, subjects = uses.get("times", 0), uses.get("subject", 0)
        features = {"speaking_seen": math.log1p(times)}
        for use, (rate, weight) in SPEAKING.items():
            among = times if use == "subject" else subjects
            features[f"speaking_{use}"] = (uses.get(use, 0) + rate * weight) / (among + weight)
        rate, weight = SOURCE
        features["speaking_source"] = (uses.get("source", 0) + rate * weight) / (times + weight)
        return features


@cache
def bundled(code: str) -> Profiles:
    """The profiles of the language `code`; empty where it has none."""
    cues, subjects = _read(code, CUES), _read(code, SUBJECTS)
    return Profiles(cues, subjects, {pos: _rates(cues, pos) for pos in ("VERB", "NOUN")})


def _read(code: str, name: str) -> dict[str, Uses]:
    path = language.folder(code) / FOLDER / name
    if not path.is_file():
        return {}
    rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    names = next(rows)[1:]
    return {row[0]: dict(zip(names, map(int, row[1:]), strict=True)) for row in rows}


def _rates(cues: Mapping[str, Uses], pos: str) -> Mapping[str, float]:
    chosen = [uses for key, uses in cues.items() if key.startswith(pos)]
    total = {use: sum(uses[use] for uses in chosen) for use in ("times", *CUE_USES)}
    return {
        use: total[use] / max(1, total["subject" if use in OF_SUBJECTS else "times"])
        for use in CUE_USES
    }


def subject_key(tree: Tree, at: int) -> str:
    """What a subject is counted by: the form of a name, else the lemma."""
    return tree.lower[at] if tree.pos[at] == "PROPN" else tree.lemma[at]


def cue_uses(tree: Tree) -> Iterator[tuple[str, list[str]]]:
    """Each verb and noun of a text outside quotations, with its uses there."""
    starts = {start for start, _ in tree.quotations}
    for at, pos in enumerate(tree.pos):
        if pos in ("VERB", "NOUN") and not tree.quotation[at]:
            yield f"{pos} {tree.lemma[at]}", list(_cue_uses(tree, at, starts))


def _cue_uses(tree: Tree, at: int, starts: set[int]) -> Iterator[str]:
    children = tree.children[at]
    relations = {tree.rel[k] for k in children}
    subject = next((k for k in children if tree.rel[k] == "nsubj"), None)
    if subject is not None:
        yield "subject"
        if tree.entity[subject] in ("PER", "ORG"):
            yield "name"
        if tree.pos[subject] == "NOUN":
            yield "noun"
        if subject > at:
            yield "inverted"
    if any(
        tree.rel[k] == "ccomp" and any(tree.symbol[m] == "q" for m in tree.children[k])
        for k in children
    ):
        yield "que"
    for relation, use in (("xcomp", "infinitive"), ("obj", "object"), ("expl", "reflexive")):
        if relation in relations:
            yield use
    if tree.rel[at] == "parataxis":
        yield "inserted"
    yield from _quoting(tree, at, starts)


def _quoting(tree: Tree, at: int, starts: set[int]) -> Iterator[str]:
    size, before = len(tree.text), at - 1
    helping = ("AUX", "PRON", "ADV", "PUNCT", "SPACE")
    while before >= 0 and at - before <= BEFORE and not tree.quotation[before]:
        if tree.pos[before] not in helping:
            break
        before -= 1
    if before >= 0 and tree.quotation[before]:
        yield "quoted_before"
    if any(i in starts for i in range(at + 1, min(size, at + 1 + AFTER))):
        yield "quoted_after"
    if any(
        i in starts and ":" in tree.text[max(0, i - 3) : i]
        for i in range(at + 1, min(size, at + 1 + TO_COLON))
    ):
        yield "colon"


def subject_uses(tree: Tree) -> Iterator[tuple[str, list[str]]]:
    """Each noun, name and pronoun subject of a text outside quotations, with its uses there."""
    for at, pos in enumerate(tree.pos):
        if tree.quotation[at]:
            continue
        is_subject = tree.rel[at] == "nsubj"
        if pos in ("NOUN", "PROPN") or (is_subject and pos == "PRON"):
            uses, head = [], tree.head[at]
            if is_subject:
                uses.append("subject")
                if head in tree.readings:
                    uses += ["of_cue"] + ["inverted"] * (at > head)
            if any(tree.rel[k] == "case" and tree.is_preposition(k) for k in tree.children[at]):
                uses.append("source")
            yield subject_key(tree, at), uses
