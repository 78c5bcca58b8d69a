"""Decisions: which candidates are claims, by a small learned model.

Frames propose, the model decides. It is two sets of boosted trees (XGBoost): one learned from
all candidates, one from those of right cues alone, which knows boundaries better; a score is
their weighted geometric mean. Of candidates that share a word the best is taken.
The model is files of a language's folder `decisions/`: two of trees, and `tables.json`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from claims import language
from claims.components import attributions
from claims.components.candidates import NO_CUE, Candidate, Proposal, Words, candidates
from claims.components.chunks import Chunker
from claims.components.features import (
    Blocks,
    Described,
    all_features,
    describe,
    subject,
)
from claims.components.phrases import NOMINAL
from claims.components.relations import FOLLOW_ON, Attribution, Place
from claims.components.trees import Tree
from claims.model import ClaimType, Stance

FOLDER = "decisions"
TREES = {"all": "all.ubj", "right": "right.ubj"}
"""The files of trees: learned from all candidates, and from those of right cues."""
TABLES = "tables.json"
FIRST_PERSON = "j"
"""The class of *je* and *tu*, who are no source of an article."""

NEGATION = "n"
"""The class of *ne* and *pas*: who did not affirm something has made no claim."""

NOTHING = float("nan")
"""The value of a feature that a candidate has not."""

Scores = NDArray[numpy.float64]


@dataclass(frozen=True)
class Tables:
    """What the model knows beside its trees."""

    columns: list[str]
    """Names of the features, in the order of the matrix."""
    categories: dict[str, list[str]]
    """Feature to its categories; one that is not there is counted as another, the last."""
    counts: dict[str, tuple[int, int]]
    lemmas: list[str]
    """Lemmas that are tried as cues beside those of the lexicon."""
    threshold: float
    """The least score of a claim."""
    weight: float
    """The weight of the trees learned from all candidates."""

    def matrix(self, rows: Sequence[Blocks]) -> NDArray[numpy.float32]:
        """Features as a matrix, one candidate a row; what has no value is not a number."""
        width, empty = len(self.columns), dict.fromkeys(self.columns, NOTHING)
        matrix = []
        for row in rows:
            merged: dict[str, Any] = empty.copy()
            for block in row:
                merged.update(block)
            values = list(merged.values())[:width]  # what there is no column for comes last
            for place, codes, other in self.codes:
                value = values[place]
                if value is not NOTHING:
                    values[place] = codes.get(value, other)
            matrix.append(values)
        return numpy.array(matrix, dtype=numpy.float32).reshape(-1, width)

    @cached_property
    def codes(self) -> list[tuple[int, dict[str, float], float]]:
        """Of each category its column, the numbers of its values, and that of any other."""
        return [
            (place, {v: float(i) for i, v in enumerate(values)}, float(len(values)))
            for place, name in enumerate(self.columns)
            if (values := self.categories.get(name)) is not None
        ]

    @property
    def types(self) -> list[str]:
        """The kind of each column, as XGBoost names it: quantity or category."""
        return ["c" if name in self.categories else "q" for name in self.columns]


class Model:
    """The learned model of a language."""

    def __init__(self, tables: Tables, trees: Mapping[str, Any]) -> None:
        self.tables, self.trees = tables, trees

    @classmethod
    def read(cls, folder: Path) -> "Model":
        """The model that `write` has written to a folder."""
        import xgboost

        tables = json.loads((folder / TABLES).read_text(encoding="utf-8"))
        tables["counts"] = {key: tuple(count) for key, count in tables["counts"].items()}
        trees = {name: xgboost.Booster(model_file=folder / file) for name, file in TREES.items()}
        for booster in trees.values():
            booster.set_param({"nthread": 1})
        return cls(Tables(**tables), trees)

    def write(self, folder: Path) -> None:
        """Write the model to a folder, made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, file in TREES.items():
            self.trees[name].save_model(folder / file)
        text = json.dumps(asdict(self.tables), ensure_ascii=False, sort_keys=True, indent=0)
        (folder / TABLES).write_text(text + "\n", encoding="utf-8")

    def scores(self, tree: Tree, described: Sequence[Described]) -> Scores:
        """How good each candidate is, from 0 to 1."""
        rows = all_features(tree, described, self.tables.counts)
        matrix, weight = self.tables.matrix(rows), self.tables.weight
        scores: Scores = self._predicted("all", matrix) ** weight
        likely = scores >= self.tables.threshold  # the other factor is at most 1
        scores[likely] *= self._predicted("right", matrix[likely]) ** (1 - weight)
        return scores

    def _predicted(self, name: str, matrix: NDArray[numpy.float32]) -> Scores:
        if not len(matrix):
            return numpy.zeros(0)
        found: Scores = self.trees[name].inplace_predict(matrix, validate_features=False)
        return found.astype(float)


@cache
def bundled(code: str) -> Model | None:
    """The model of the language `code`; None where it has none, and frames alone decide."""
    folder: Traversable = language.folder(code) / FOLDER
    if not folder.is_dir():
        return None
    with as_file(folder) as path:
        return Model.read(path)


def choose(found: Sequence[Candidate], scores: Scores, threshold: float) -> list[int]:
    """The numbers of the candidates that are claims, the best first; no two share a word."""
    used: set[int] = set()
    chosen = []
    for number in numpy.argsort(-scores, kind="stable").tolist():
        if scores[number] < threshold:
            break
        if used.isdisjoint(found[number].words):
            used |= found[number].words
            chosen.append(number)
    return chosen


def proposals(tree: Tree, found: Iterable[Attribution]) -> list[Proposal]:
    """What frames found, in tokens."""
    doc = tree.doc
    rows = []
    for attribution in found:
        spans = [doc.char_span(*place, alignment_mode="expand") for place in attribution.content]
        words = frozenset(t.i for span in spans if span for t in span if tree.word[t.i])
        cue = NO_CUE
        if attribution.cue:
            span = doc.char_span(*attribution.cue, alignment_mode="expand")
            cue = span[-1].i if span else NO_CUE
        rows.append(Proposal(cue, words, attribution.rule))
    return rows


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
        self.model = bundled(code)
        self.nobody = attributions.nobody(code)

    def __call__(self, doc: Doc) -> Doc:
        """Decide on the attributions of one document."""
        if self.model is not None:
            doc._.attributions = tuple(self.match(doc, self.model))
        return doc

    def match(self, doc: Doc, model: Model) -> list[Attribution]:
        """The attributions of one document, in text order, with disjoint contents."""
        tree = Tree(doc, self.code)
        proposed = list(doc._.attributions)
        tokens = proposals(tree, proposed)
        found = candidates(tree, frozenset(model.tables.lemmas), tokens)
        if not found:
            return []
        scores = model.scores(tree, describe(tree, found, tokens))
        chosen = [found[i] for i in choose(found, scores, model.tables.threshold)]
        frames = {p.cue: a for p, a in zip(tokens, proposed, strict=True) if p.cue != NO_CUE}
        builder = Builder(tree, frames)
        chosen.sort(key=lambda candidate: min(candidate.words))
        built = (builder.build(c) for c in chosen if not self._is_none(tree, c.cue))
        return [attribution for attribution in built if attribution is not None]

    def _is_none(self, tree: Tree, cue: int) -> bool:
        """Whether a cue is the writer's own, or its preposition governs no source."""
        if cue == NO_CUE:
            return False
        children = tree.children[cue]
        if tree.is_preposition(cue):
            head = tree.head[cue]
            ours = any("Poss" in tree.morph[k] for k in tree.children[head])
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
        self.chunker = Chunker(tree.doc, tree.code)
        self.last: Attribution | None = None
        self.sentence = -1
        """The sentence that the last attribution ends in."""

    def build(self, candidate: Candidate) -> Attribution | None:
        """The attribution of a candidate; None if nothing is left of its content."""
        tree = self.tree
        cue = range(tree.cue_start.get(candidate.cue, candidate.cue), candidate.cue + 1)
        candidate = candidate._replace(words=candidate.words - set(cue))
        places = tuple(self._places(candidate.words)) if candidate.words else ()
        if not places:
            return None
        first = tree.sentence[min(candidate.words)]
        found = self._attribution(candidate, places)
        if candidate.cue == NO_CUE and self.last is not None and first - self.sentence <= 1:
            found = _spoken_by(found, self.last)
        self.last, self.sentence = found, tree.sentence[max(candidate.words)]
        return found

    def _attribution(self, candidate: Candidate, places: tuple[Place, ...]) -> Attribution:
        tree, cue = self.tree, candidate.cue
        doc = tree.doc
        at = {tree.sentence[i] for i in candidate.words} | (
            {tree.sentence[cue]} if cue >= 0 else set()
        )
        start, end = tree.sentences[min(at)][0], tree.sentences[max(at)][1]
        context = doc[start:end].text
        begin = doc[start].idx + len(context) - len(context.lstrip())
        stop = doc[start].idx + len(context.rstrip())
        if cue == NO_CUE:
            return Attribution(
                rule=FOLLOW_ON,
                type=self._type(candidate.words),
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
        conditional = preposition and any(
            tree.morph[i].get("Mood") == "Cnd" for i in candidate.words
        )
        return Attribution(
            rule=candidate.way.partition("<")[0].partition(">")[0],
            type=self._type(candidate.words),
            content=places,
            context=(begin, stop),
            stance=row.stance if row else Stance.AFFIRMS,
            cue=(token.idx, token.idx + len(token)),
            lemma=row.lemma if row else tree.lemma[cue],
            hedged=conditional or bool(row and row.hedged),
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

    def _type(self, words: Words) -> ClaimType:
        """Direct if all words are quoted, indirect if none is; quoted names do not count."""
        over = [self.chunker.quoted.get(i) for i in words]
        if all(q is not None for q in over):
            return ClaimType.DIRECT
        if any(q is not None and not self.chunker.is_name(q) for q in over):
            return ClaimType.MIXED
        return ClaimType.INDIRECT


def _touches(places: Iterable[Place], other: Place) -> bool:
    return any(start < other[1] and other[0] < end for start, end in places)


def _spoken_by(found: Attribution, last: Attribution) -> Attribution:
    """A quotation that follows on, with the speaker of the claim before it."""
    return replace(found, speaker=last.speaker, mentions=last.mentions)
