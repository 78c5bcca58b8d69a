"""Decisions: which candidates are claims, by a small learned model.

Frames propose, the model decides; of candidates that share a word the best is taken. The model
is files of a language's folder `decisions/`.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy
from spacy.language import Language
from spacy.tokens import Doc

from claims import language
from claims.components import attributions, chunks, trees
from claims.components.candidates import (
    INTERRUPTED,
    NO_CUE,
    PARTED,
    Candidate,
    Proposal,
    Words,
    candidates,
)
from claims.components.chunks import INTRODUCING, NEGATION, chunker_of
from claims.components.cue_features import subject
from claims.components.cues import CueRow
from claims.components.features import Description
from claims.components.models import Model, Scores, bundled
from claims.components.phrases import NOMINAL
from claims.components.relations import FOLLOW_ON, Attribution, Place
from claims.components.trees import Tree
from claims.model import ClaimType, Stance

FOLDER = "decisions"
FIRST_PERSON = "j"
"""The class of *je* and *tu*, who are no source of an article."""

CONJUNCTION = "c"
"""The class of *si* and *quand*, which are part of what is asked."""

DASH = "—"
"""What opens the words of somebody at the start of a line; other dashes open items of a list."""
SURE = 0.95
"""The least score of what needs no model."""

UNLIKELY = 0.002
"""A candidate that one network finds less likely is not weighed by the others: of 4,052 articles no
claim is another one for that, and more than half of the candidates are so."""

DIRECT = "d"
"""In what a cue takes: direct speech."""


def choose(found: Sequence[Candidate], scores: Scores, threshold: float) -> list[int]:
    """The numbers of the candidates that are claims, the best first; no two share word or cue.

    Of 3,774 cues in 350 annotated articles 15 have two claims.
    """
    used: set[int] = set()
    cues: set[int] = set()
    chosen = []
    for number in numpy.argsort(-scores, kind="stable").tolist():
        if scores[number] < threshold:
            break
        words, cue = found[number].words, found[number].cue
        if used.isdisjoint(words) and (cue == NO_CUE or cue not in cues):
            used |= words
            cues.add(cue)
            chosen.append(number)
    return chosen


def is_sure(tree: Tree, candidate: Candidate) -> bool:
    """Whether it is a quotation that a verb of saying interrupts (*« A, a dit X, B »*, *« A », …*).

    There are 30 in 345 annotated articles, too few to learn them, and 29 are so.
    """
    row = tree.cue(candidate.cue) if candidate.way in (INTERRUPTED, PARTED) else None
    return row is not None and DIRECT in row.takes


def proposals(tree: Tree, found: Iterable[Attribution]) -> list[Proposal]:
    """What frames found, in tokens."""
    return [
        Proposal(
            cue=tree.within(*attribution.cue)[-1] if attribution.cue else NO_CUE,
            words=tree.words_at(attribution.content),
            rule=attribution.rule,
        )
        for attribution in found
    ]


def frames_by_cue(tree: Tree, found: Sequence[Attribution]) -> dict[int, Attribution]:
    """What frames found, by the token of the cue."""
    pairs = zip(proposals(tree, found), found, strict=True)
    return {proposal.cue: attribution for proposal, attribution in pairs if proposal.cue != NO_CUE}


@Language.factory(
    "claims_decisions",
    requires=["doc.spans", "doc._.attributions"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_decisions(nlp: Language, name: str, language: str) -> "Decisions":
    """The component that decides which attributions there are; it needs their proposals."""
    return Decisions(language)


class Decisions:
    """Replaces what frames propose by what the model decides."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.model = bundled(code, FOLDER)
        self.nobody = language.word_set(code, "nobody")
        self.words = chunks.words(code)

    def __call__(self, doc: Doc) -> Doc:
        """Decide on the attributions of one document."""
        if self.model is not None:
            doc._.attributions = tuple(self.match(doc, self.model))
        return doc

    def candidates(self, doc: Doc) -> list[tuple[Place, ...]]:
        """The contents that are decided on, in characters, each once."""
        tree = trees.tree(doc, self.code)
        lemmas = self.model.tables.lemmas if self.model else ()
        found = candidates(tree, frozenset(lemmas), proposals(tree, doc._.attributions))
        return [
            tuple((doc[i].idx, doc[i].idx + len(doc[i])) for i in sorted(words))
            for words in dict.fromkeys(candidate.words for candidate in found)
        ]

    def match(self, doc: Doc, model: Model) -> list[Attribution]:
        """The attributions of one document, in text order, with disjoint contents."""
        tree = trees.tree(doc, self.code)
        proposed = list(doc._.attributions)
        tokens = proposals(tree, proposed)
        found = candidates(tree, frozenset(model.tables.lemmas), tokens)
        if not found:
            return []
        rows = model.encoded(Description(tree, found, tokens).sheet(model.tables.counts))
        scores = model.staged(rows, UNLIKELY)[:, 0]
        builder = Builder(tree, frames_by_cue(tree, proposed))
        for i in numpy.flatnonzero(scores >= model.tables.threshold).tolist():
            if scores[i] < model.tables.thresholds.get(builder.type(found[i]), 0):
                scores[i] = 0
        sure = [is_sure(tree, candidate) for candidate in found]
        chosen = [
            i
            for i in choose(found, numpy.where(sure, 1, scores), model.tables.threshold)
            if not self._is_none(tree, found[i].cue)
        ]
        scores[sure] = numpy.maximum(scores[sure], SURE)
        chosen.sort(key=lambda i: min(found[i].words))
        built = []
        told = model.reasons(rows, dict.fromkeys(chosen, 0))
        for i, reasons in zip(chosen, told, strict=True):
            attribution = builder.build(found[i])
            if attribution is not None:
                score = round(float(scores[i]), 3)
                built.append(replace(attribution, score=score, reasons=reasons))
        return built

    def _is_none(self, tree: Tree, cue: int) -> bool:
        """Whether a cue is the writer's own, or its preposition governs no source."""
        if cue == NO_CUE:
            return False
        children = tree.children[cue]
        if tree.is_preposition(cue):
            head = tree.head[cue]
            ours = any(self.words.feature(tree.lower[k], "Poss") for k in tree.children[head])
            return ours or tree.lower[head] in self.nobody
        row = tree.cue(cue)
        negated = any(tree.symbol[k] == NEGATION and k < cue for k in children)
        if negated and row is not None and row.stance is Stance.AFFIRMS:
            return True
        return any(tree.symbol[k] == FIRST_PERSON for k in children if tree.rel[k] == "nsubj")


class Builder:
    """Makes attributions of the candidates of one text, in text order."""

    def __init__(self, tree: Tree, frames: Mapping[int, Attribution]) -> None:
        self.tree, self.frames = tree, frames
        self.chunker = chunker_of(tree.doc, tree.code)
        self.last: Attribution | None = None
        self.sentence = -1
        """The sentence that the last attribution ends in."""

    def build(self, candidate: Candidate) -> Attribution | None:
        """The attribution of a candidate; None if nothing is left of its content."""
        tree = self.tree
        cue = range(tree.cue_start.get(candidate.cue, candidate.cue), candidate.cue + 1)
        candidate = candidate._replace(words=self._bounded(candidate.words - set(cue), cue.stop))
        places = tuple(self._places(candidate.words)) if candidate.words else ()
        if not places:
            return None
        first = tree.sentence[min(candidate.words)]
        found = self._attribution(candidate, places)
        if candidate.cue == NO_CUE and self.last is not None and first - self.sentence <= 1:
            found = _spoken_by(found, self.last)
        self.last, self.sentence = found, tree.sentence[max(candidate.words)]
        return found

    def _bounded(self, words: Words, after_cue: int) -> Words:
        """A content after its cue less the *que* or *de* that introduces it, and with its *si*."""
        tree, first = self.tree, min(words, default=-1)
        if not first >= after_cue > 0:
            return words
        if tree.rel[first] == "mark" and tree.symbol[first] in INTRODUCING:
            return words - {first}
        asks = (
            first > after_cue
            and tree.rel[first - 1] == "mark"
            and tree.symbol[first - 1] == CONJUNCTION
            and tree.head[first - 1] in words
            and tree.rel[tree.head[first - 1]] == "ccomp"
        )
        return words | {first - 1} if asks else words

    def _attribution(self, candidate: Candidate, places: tuple[Place, ...]) -> Attribution:
        tree, cue = self.tree, candidate.cue
        doc = tree.doc
        at = {tree.sentence[i] for i in candidate.words} | (
            {tree.sentence[cue]} if cue >= 0 else set()
        )
        start, last = tree.sentences[min(at)][0], tree.sentences[max(at)][1] - 1
        begin, stop = tree.starts[start], tree.starts[last] + len(tree.text[last])
        context = tree.string[begin:stop]
        begin, stop = stop - len(context.lstrip()), begin + len(context.rstrip())
        if cue == NO_CUE:
            return Attribution(
                rule=FOLLOW_ON,
                type=self.type(candidate),
                content=places,
                context=(begin, stop),
            )
        row, frame, token = tree.cue(cue), self.frames.get(cue), doc[cue]
        preposition = tree.is_preposition(cue)
        mentions = attributions.spoken(self.chunker, token, preposition, places)
        if not mentions and frame is not None:
            mentions = tuple(m for m in frame.mentions if not _touches(places, m))
        elif not mentions and not preposition:
            head, _ = subject(tree, cue)
            if head >= 0 and tree.pos[head] in NOMINAL:
                mentions = attributions.mentioned(self.chunker, doc[head], token, places)
        target = frame.target if frame else None
        return Attribution(
            rule=candidate.way.partition("<")[0].partition(">")[0],
            type=self.type(candidate),
            content=places,
            context=(begin, stop),
            stance=row.stance if row else Stance.AFFIRMS,
            cue=(token.idx, token.idx + len(token)),
            lemma=row.lemma if row else tree.lemma[cue],
            hedged=_is_hedged(tree, candidate, row),
            speaker=(mentions[0][0], mentions[-1][1]) if mentions else None,
            mentions=mentions,
            target=None if target is None or _touches(places, target) else target,
        )

    def _places(self, words: Words) -> Iterator[Place]:
        """The fragments of a content: runs of its words, with the marks that belong to them."""
        tree, ids = self.tree, sorted(words)
        start = ids[0]
        for at, following in zip(ids, [*ids[1:], len(tree.text)], strict=True):
            if following == len(tree.text) or tree.words(at + 1, following):
                place = attributions.trim(self.chunker, *self._marked(start, at + 1))
                if place is not None:
                    yield place
                start = following

    def _marked(self, start: int, end: int) -> tuple[int, int]:
        """A run of words with the quotation marks and brackets at its ends that it opens or closes."""
        tree, quoted = self.tree, self.chunker.quoted
        first, last = quoted.get(start), quoted.get(end - 1)
        if last is not None and last.start >= start and not tree.words(end, last.end):
            end = last.end
        if (
            first is not None
            and first.end <= end
            and first is not last
            and not tree.words(first.start, start)
        ):
            start = first.start
        if tree.text[start:end].count("(") > tree.text[start:end].count(")") and tree.text[
            end : end + 1
        ] == [")"]:
            end += 1
        return start, end

    def type(self, candidate: Candidate) -> ClaimType:
        """Direct if all words are quoted, indirect if none is; quoted names do not count."""
        over = [self.chunker.quoted.get(i) for i in candidate.words]
        if all(q is not None for q in over) or self._is_dialogue(candidate):
            return ClaimType.DIRECT
        quotations = {q.start: q for q in over if q is not None}
        if not all(map(self.chunker.is_name, quotations.values())):
            return ClaimType.MIXED
        return ClaimType.INDIRECT

    def _is_dialogue(self, candidate: Candidate) -> bool:
        """Whether a dash before a line opens the words (*— A, dit X*)."""
        tree, first = self.tree, min(candidate.words)
        line = bisect_left(tree.line, tree.line[first])
        opens = tree.text[line] == DASH and not tree.words(line, first)
        return opens and candidate.cue > first and not tree.is_preposition(candidate.cue)


def _is_hedged(tree: Tree, candidate: Candidate, row: CueRow | None) -> bool:
    """Whether the article keeps its distance: *prétend*, *aurait dit*, *selon X, il serait parti*.

    A demand in the conditional (*aurait souhaité*) is only more polite.
    """
    if row is not None and row.hedged:
        return True
    if tree.is_preposition(candidate.cue):
        distant = list(candidate.words)
    elif row is not None and row.stance is Stance.DEMANDS:
        distant = []
    else:
        distant = [k for k in tree.children[candidate.cue] if tree.rel[k] == "aux"]
    return any(tree.morph[i].get("Mood") == "Cnd" for i in distant)


def _touches(places: Iterable[Place], other: Place) -> bool:
    return any(start < other[1] and other[0] < end for start, end in places)


def _spoken_by(found: Attribution, last: Attribution) -> Attribution:
    """A quotation that follows on, with the speaker of the claim before it."""
    return replace(found, speaker=last.speaker, mentions=last.mentions)
