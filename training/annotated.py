"""Annotated articles as they are learned from: parsed, with what each claim is in tokens."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from claims.backend import one_core
from claims.components.candidates import NO_CUE, Words
from claims.components.sheets import Features
from claims.components.trees import Tree
from claims.evaluation.gold import GoldArticle, GoldClaim, read_gold
from claims.evaluation.judgements import gold_places
from claims.extraction import Extractor
from claims.model import Article
from training import annotations, sentences

LEARNED = (
    *("claims_decisions", "claims_sources", "claims_mentions", "claims_outlets"),
    *("claims_stances", "claims_targets", "claims_dates", "claims_links"),
)
"""Components that run after what is decided on is there."""
SENTENCES = "sentences"
"""The series of what was written to be learned from."""
OTHERWISE = frozenset({"2"})
"""Series of our annotations that decisions and stances are not learned from.

It has fewer claims that affirm than the gold (0.46 to 0.52). With it 0.820 of the gold's stances are
told by cross-validation, without 0.818; over two folds two networks of decisions reach a detect F1
of 0.859 with it (precision 0.866), 0.862 without (0.876).
"""
APART = 300
"""Characters that a cue or mention in another sentence counts as farther away."""


class Wanted(NamedTuple):
    """An annotated claim, in tokens."""

    claim: GoldClaim
    cue: int
    words: Words
    mention: Words
    """The tokens of the speaker's mention; none where there is none, or it is not found."""
    target: Words = frozenset()
    """Those of the target."""


@dataclass
class Annotated:
    """An annotated article, parsed, with its claims in text order."""

    id: str
    article: GoldArticle
    tree: Tree
    wanted: list[Wanted]
    series: str = ""
    """Which of our own annotations it is one of, whose annotators may take the guidelines otherwise
    than those of the gold; empty for the gold."""

    @property
    def convention(self) -> Features:
        """A feature that the gold and what is read later lack: what is our own way is learned as such.

        After Daumé 2007, Frustratingly Easy Domain Adaptation.
        """
        return {"convention": self.series} if self.series else {}


def read(data: Path) -> list[Annotated]:
    """All annotated articles, and the sentences that were written to be learned from.

    Raises:
        InputError: if a file cannot be read.
    """
    extractor = Extractor("fr")
    for name in LEARNED:
        extractor.nlp.remove_pipe(name)
    gold = (
        (
            GoldArticle.model_validate(record),
            Article.make(record["text"], title=record.get("title")),
        )
        for name in ("train", "seeds")
        for record in read_gold(data / "gold" / f"{name}.jsonl")
    )
    found = [(article, printed, "") for article, printed in gold]
    found += annotations.read(data)
    found += [(article, Article.make(article.text), SENTENCES) for article in sentences.read()]
    annotated = []
    for article, printed, series in found:
        doc = extractor.doc(printed)
        with one_core():
            tree = Tree(extractor.nlp(doc), "fr")
        annotated.append(Annotated(article.id, article, tree, wanted(article, tree), series))
    return annotated


def speakers_known(article: Annotated) -> bool:
    """Whether the speakers of an article's claims are annotated."""
    return any(wanted.claim.stance for wanted in article.wanted)


def wanted(article: GoldArticle, tree: Tree) -> list[Wanted]:
    """The claims of an article in tokens, in text order; one without a word is left out."""
    found: list[Wanted] = []
    placed = zip(article.claims, gold_places(article), strict=True)
    for claim, places in sorted(placed, key=lambda pair: pair[1][0]):
        content = tree.words_at(places)
        if not content:
            continue
        cue, mention = _relation(tree, claim, content)
        if cue == NO_CUE and found and found[-1].claim.speaker == claim.speaker:
            mention = found[-1].mention
        found.append(Wanted(claim, cue, content, mention, _target(tree, claim, cue, content)))
    return found


def _relation(tree: Tree, claim: GoldClaim, content: Words) -> tuple[int, Words]:
    """The cue and the tokens of the mention: where the claim says, or those nearest together.

    The cue is near the content and the mention near the cue, in the same sentence if there is one;
    of a preposition the mention stands after it.
    """
    ends = [tree.starts[i] for i in (min(content), max(content))]
    numbers = {tree.sentence[i] for i in content}

    def of_cue(cue: int) -> int:
        away = min(abs(tree.starts[cue] - end) for end in ends)
        return away + APART * (tree.sentence[cue] not in numbers)

    def of_mention(cue: int, words: Words) -> int:
        at, first = cue if cue != NO_CUE else min(content), min(words)
        away = min(abs(tree.starts[i] - tree.starts[at]) for i in (first, max(words)))
        behind = first > at if cue == NO_CUE else tree.is_preposition(cue) and first < cue
        apart = cue != NO_CUE and tree.sentence[first] != tree.sentence[cue]
        return away + APART * (behind + apart + 2 * bool(words & content))

    cues = _cues(tree, claim, content) or [NO_CUE]
    mentions = _mentions(tree, claim) or [frozenset()]
    pairs = [
        (
            (2 * of_cue(cue) if cue != NO_CUE else 0) + (of_mention(cue, words) if words else 0),
            cue,
            words,
        )
        for cue in cues
        for words in mentions
    ]
    _, cue, mention = min(pairs, key=lambda pair: pair[0])
    return cue, mention


def _cues(tree: Tree, claim: GoldClaim, content: Words) -> list[int]:
    """The tokens that can be a cue: where the claim says, or those of its form."""
    if claim.cue_span is not None:
        return sorted(tree.words_at([claim.cue_span]) - content)
    return [i for i, text in enumerate(tree.text) if text == claim.cue and i not in content]


def _mentions(tree: Tree, claim: GoldClaim) -> list[Words]:
    """The tokens of what can be a mention: where the claim says, or what reads so."""
    if claim.speaker is None:
        return []
    if claim.speaker_span is not None:
        return [words] if (words := tree.words_at([claim.speaker_span])) else []
    places = _places(tree, claim.speaker)
    return [words for place in places if (words := tree.words_at([place]))]


def _target(tree: Tree, claim: GoldClaim, cue: int, content: Words) -> Words:
    """The tokens of a target: where the claim says, or the nearest to cue and content."""
    if claim.target is None or not content:
        return frozenset()
    if claim.target_span is not None:
        return tree.words_at([claim.target_span])
    ends = [min(content), max(content), *([cue] if cue != NO_CUE else [])]
    around = [tree.doc[i].idx for i in (min(ends), max(ends))]

    def away(place: tuple[int, int]) -> tuple[int, int]:
        outside = max(0, around[0] - place[0], place[0] - around[1])
        return outside, place[0]

    places = _places(tree, claim.target)
    return tree.words_at([min(places, key=away)]) if places else frozenset()


def _places(tree: Tree, words: str) -> list[tuple[int, int]]:
    """Where some words stand, in characters."""
    pattern = rf"(?<!\w){re.escape(words)}(?!\w)"
    return [match.span() for match in re.finditer(pattern, tree.string)]
