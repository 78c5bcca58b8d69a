"""Links inside an article: what a claim goes on with, answers, or denies.

A quotation without a cue goes on with the claim before of the same source. A claim answers where
its cue (*a rétorqué*) or words beside it (*en réponse à M. Roux*) say so. A denial denies the claim
of another that has most of its words, or, where its content only points back (*ces accusations*),
the last accusation before it; else the charge against whoever denies it, which can stand in the same
sentence (*Le maire, accusé d'avoir menti, nie*). Where nothing settles which claim is meant, there is no link.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc

from claims import language
from claims.components import trees
from claims.components.chunks import TITLE
from claims.components.denials import NAMING, TELLING, Denials
from claims.components.relations import DENIAL, Attribution, Linked
from claims.components.sources import Claimed, claimed
from claims.components.trees import Tree
from claims.model import ClaimType, LinkKind, Stance, fold

REACH = 3
"""Sentences back to the claim that another answers or goes on with, at most."""
DENIABLE = frozenset(
    {
        Stance.ACCUSES,
        Stance.AFFIRMS,
        Stance.JUDGES,
        Stance.WARNS,
        Stance.DENIES,
        Stance.OPPOSES,
    }
)
"""Stances of what can be denied."""
SHARED, LEAST_SHARED = 0.5, 2
"""Share and number of the words of a denial, or of what it denies, that both have, at least."""
TO_WHOM = frozenset({"obl", "iobj", "obj", "expl"})
"""Relations to an answering cue of whom is answered."""


class AnswerRow(language.Row):
    """Signs that a claim answers another."""

    words: str = Field(default="", description="Lemmas of cues that say so, apart by spaces.")
    pattern: re.Pattern[str] | None = Field(
        default=None, description="Words beside the content that say so, up to whom it answers."
    )


class Answers(NamedTuple):
    """The signs of a language."""

    cues: dict[str, str]
    """Lemma of a cue to the row that has it."""
    patterns: tuple[tuple[str, re.Pattern[str]], ...]


@cache
def answers(code: str) -> Answers:
    """The signs of the language `code` that a claim answers another."""
    rows = language.rows(code, "answers", AnswerRow)
    return Answers(
        {word: row.id for row in rows for word in row.words.split()},
        tuple((row.id, row.pattern) for row in rows if row.pattern is not None),
    )


@Language.factory(
    "claims_links",
    requires=["doc.spans", "doc._.attributions"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_links(nlp: Language, name: str, language: str) -> "Links":
    """The component that links `doc._.attributions` to one another."""
    return Links(language)


class Links:
    """Gives each attribution its links to others of the article."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.answers = answers(code)
        self.denials = Denials(code)

    def __call__(self, doc: Doc) -> Doc:
        """Link the attributions of one document."""
        doc._.attributions = tuple(self.match(doc))
        return doc

    def match(self, doc: Doc) -> Iterator[Attribution]:
        """The attributions of one document with their links."""
        tree = trees.tree(doc, self.code)
        found: tuple[Attribution, ...] = doc._.attributions
        claims = [Said.of(tree, attribution) for attribution in found]
        for number, said in enumerate(claims):
            links = (
                self._continued(number, claims),
                self._answered(tree, number, claims),
                *self._denied(tree, number, claims),
            )
            yield replace(said.attribution, links=tuple(link for link in links if link))

    def _continued(self, number: int, claims: Sequence["Said"]) -> Linked | None:
        said = claims[number]
        if said.attribution.cue is not None or not said.names:
            return None
        before = (n for n in _near(number, claims) if claims[n].names == said.names)
        to = next(before, None)
        return None if to is None else Linked(LinkKind.CONTINUES, to, "same source, no cue")

    def _answered(self, tree: Tree, number: int, claims: Sequence["Said"]) -> Linked | None:
        said = claims[number]
        sign, whom = self._sign(tree, said)
        if not sign or not said.names:
            return None
        others = [n for n in _near(number, claims) if claims[n].is_of_another(said)]
        if whom:
            others = [n for n in others if claims[n].is_of(whom)]
        return Linked(LinkKind.ANSWERS, others[0], sign) if others else None

    def _sign(self, tree: Tree, said: "Said") -> tuple[str, set[str]]:
        """What says that a claim answers another, and the words with a capital of whom it names."""
        cue, content = said.tokens.cue, said.tokens.words
        if sign := self.answers.cues.get(said.attribution.lemma):
            to = [
                i
                for k in tree.children[cue]
                if tree.rel[k] in TO_WHOM and k not in content and k not in said.mention
                for i in tree.subtree(k)
            ]
            return self._addressed(tree, sign, to)
        start, end = said.attribution.context
        for sign, pattern in self.answers.patterns:
            for match in pattern.finditer(tree.string, start, end):
                first = tree.within(*match.span())[0]
                if tree.quotation[first] or first in content:
                    continue
                head = tree.within(match.end() - 1, match.end())[-1]
                governed = max(head, tree.head[head])
                return self._addressed(tree, sign, tree.subtree(governed))
        return "", set()

    def _addressed(self, tree: Tree, sign: str, to: Sequence[int]) -> tuple[str, set[str]]:
        """A sign and whom it names; no sign where it is a medium or says nothing of a claim."""
        whom = _capitals(tree, to)
        points = any(tree.pos[i] == "PRON" or tree.lower[i] in self.denials.pointers for i in to)
        told = tree.media.isdisjoint(to) and (whom or points or not to)
        return (sign, whom) if told else ("", set())

    def _denied(self, tree: Tree, number: int, claims: Sequence["Said"]) -> list[Linked]:
        said = claims[number]
        if said.attribution.stance is not Stance.DENIES or not said.names:
            return []
        if said.attribution.rule == DENIAL:
            return [Linked(LinkKind.DENIES, _first_of(number, claims), "same content")]
        others = [
            n
            for n, other in enumerate(claims)
            if other.attribution.stance in DENIABLE
            and (other.is_of_another(said) or not other.names)
        ]
        before = [n for n in reversed(others) if n < number and said.follows(claims[n])]
        if self._points_back(tree, said.tokens.words):
            meant = self._meant(tree, said, [(n, claims[n]) for n in before])
            return [Linked(LinkKind.DENIES, n, "points back") for n in meant]
        like = sorted(
            (-said.shared(claims[n]), abs(n - number), n)
            for n in others
            if said.shared(claims[n]) >= SHARED
        )
        if like:
            return [Linked(LinkKind.DENIES, like[0][2], "same words")]
        charged = [
            n for n in before if claims[n].targets(said) or _hangs(tree, claims[n].tokens.cue, said)
        ]
        return [Linked(LinkKind.DENIES, n, "target of the charge") for n in charged[:1]]

    def _points_back(self, tree: Tree, words: Set[int]) -> bool:
        return self.denials.points_back(tree, words) or self.denials.refutes(tree, words)

    def _meant(
        self, tree: Tree, denial: "Said", before: Sequence[tuple[int, "Said"]]
    ) -> Iterator[int]:
        """The claims that a content points back to: the last accusation, or else the last.

        A plural (*ces allégations*) means all that its source says in that sentence.
        """
        top = tree.tops(denial.tokens.words)[0]
        row = self.denials.pointers.get(tree.lower[top])
        if row is not None and row.unquoted:
            before = [(n, s) for n, s in before if s.attribution.type is not ClaimType.DIRECT]
        charges = [(n, s) for n, s in before if s.attribution.stance is Stance.ACCUSES] or before
        is_plural = row is not None and tree.morph[top].get("Number") == "Plur"
        for n, said in charges:
            first = charges[0][1]
            if n == charges[0][0] or (
                is_plural and said.names == first.names and said.sentences == first.sentences
            ):
                yield n


class Said(NamedTuple):
    """A claim as it is compared with others."""

    attribution: Attribution
    tokens: Claimed
    mention: frozenset[int]
    names: frozenset[str]
    """Its sources, folded."""
    lemmas: frozenset[str]
    """What its content tells."""
    nouns: frozenset[str]
    """Those of them that are of nouns and names."""
    target: frozenset[str]
    """The words with a capital of its target."""
    sentences: tuple[int, int]

    @classmethod
    def of(cls, tree: Tree, attribution: Attribution) -> "Said":
        """A claim read for comparing."""
        tokens = claimed(tree, attribution)
        ids = sorted(tokens.words)
        target = tree.within(*attribution.target) if attribution.target else []
        return cls(
            attribution,
            tokens,
            tree.tokens_at(attribution.mentions),
            frozenset(fold(source.name) for source in attribution.sources),
            frozenset(tree.lemma[i] for i in ids if tree.pos[i] in TELLING),
            frozenset(tree.lemma[i] for i in ids if tree.pos[i] in NAMING),
            frozenset(_capitals(tree, target)),
            (tree.sentence[min(ids[0], tokens.at)], tree.sentence[max(ids[-1], tokens.at)]),
        )

    def is_of_another(self, other: "Said") -> bool:
        """Whether it has a source, and none that another claim has."""
        return bool(self.names) and self.names.isdisjoint(other.names)

    def is_of(self, whom: Set[str]) -> bool:
        """Whether one of its sources has all words of a name, or a name all of the source's."""
        words = [set(name.split()) for name in self.names]
        return bool(whom) and any(whom <= own or own <= whom for own in words if own)

    def follows(self, other: "Said") -> bool:
        """Whether it stands shortly after another claim."""
        return 0 <= self.sentences[0] - other.sentences[1] <= REACH

    def shared(self, other: "Said") -> float:
        """The share of the words of the shorter of two contents that both have, a noun among them."""
        both = len(self.lemmas & other.lemmas)
        if both < LEAST_SHARED or self.nouns.isdisjoint(other.nouns):
            return 0.0
        return both / min(len(self.lemmas), len(other.lemmas))

    def targets(self, other: "Said") -> bool:
        """Whether it is a charge against the source of another claim."""
        return self.attribution.stance is Stance.ACCUSES and other.is_of(self.target)


def _first_of(number: int, claims: Sequence[Said]) -> int:
    """The claim that a denial has its content in common with, or of whose it is the most part."""
    own = claims[number].attribution
    same = (n for n in range(number) if claims[n].attribution.content == own.content)
    holding = (n for n in range(number) if all(map(claims[n].attribution.holds, own.content)))
    return next(same, next(holding, 0))


def _hangs(tree: Tree, charge: int, said: Said) -> bool:
    """Whether the cue of a charge is a participle said of the source of a claim, or hangs on its cue."""
    if charge < 0 or tree.morph[charge].get("VerbForm") != "Part":
        return False
    return tree.head[charge] in said.mention or tree.head[charge] == said.tokens.cue


def _near(number: int, claims: Sequence[Said]) -> Iterator[int]:
    """The claims shortly before one, the nearest first."""
    said = claims[number]
    return (n for n in range(number - 1, -1, -1) if said.follows(claims[n]))


def _capitals(tree: Tree, tokens: Sequence[int]) -> set[str]:
    """The words with a capital among tokens, folded; titles (*M.*) are none."""
    named = (tree.text[i] for i in tokens if tree.text[i][0].isupper() and tree.symbol[i] != TITLE)
    return {word for text in named for word in fold(text).split()}
