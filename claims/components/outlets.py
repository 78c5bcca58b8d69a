"""The chain of media between the speaker and the article, by a small learned model.

Each medium that is named in or beside the sentences of a claim is weighed: whether it is in the claim's
chain depends on how it hangs on the cue and the mention, on the words around it (`relays.csv`)
and on the other claims that it could belong to. So are nouns that stand for the medium named
last (*au quotidien*, `media_nouns.csv`). What a medium did, the words before it tell. The model is files
of a language's folder `outlets/`.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc

from claims import language
from claims.components import media, phrases, trees
from claims.components.candidates import NO_CUE
from claims.components.chunks import COORDINATION, DETERMINERS
from claims.components.models import Model, bundled, told
from claims.components.relations import Attribution, Relay, group
from claims.components.sheets import Blocks, Features
from claims.components.sources import FAR, Claimed, Describer, claimed
from claims.components.trees import Tree
from claims.language import word_set
from claims.model import OutletRole, fold

FOLDER = "outlets"
NAMING = frozenset({"appos", "nmod", "flat", "nsubj"})
"""Relations of a medium's name to the noun that tells what it is."""
REACH = 80
"""Characters before a medium in which the words that tell what it did stand."""
AROUND = 1
"""Sentences before and after a claim whose media can be in its chain."""
MARKS = frozenset("/,&–-")
"""Marks between media that are named together (*RTL/Le Figaro/LCI*)."""
NAME, NOUN = "name", "noun"


class RelayRow(language.Row):
    """Words before a medium that say what it did with the claim."""

    role: OutletRole = Field(description="The role.")
    pattern: str = Field(description="A regular expression that ends where the mention starts.")


class Rule(NamedTuple):
    """A relay row, ready for use."""

    id: str
    role: OutletRole
    pattern: re.Pattern[str]


@cache
def rules(code: str) -> tuple[Rule, ...]:
    """The relay rules of the language `code`; the first that fits decides."""
    return tuple(
        Rule(row.id, row.role, re.compile(rf"(?:{row.pattern})$", re.IGNORECASE))
        for row in language.rows(code, "relays", RelayRow)
    )


class Medium(NamedTuple):
    """A medium that a text names, in tokens `[start, end)`."""

    name: str
    kind: str
    """Whether it is named, or a noun stands for it."""
    start: int
    end: int
    head: int
    described: int
    """The head of the phrase that it tells the name of (*le quotidien Le Soir*), or its own."""
    rule: Rule | None
    """The rule of the words before it, before that phrase, or before the media that it is named with."""


class Chains:
    """What is weighed of the media of one text."""

    def __init__(
        self, tree: Tree, claims: Sequence[Claimed], attributions: Sequence[Attribution]
    ) -> None:
        """Read a text.

        Args:
            tree: the text.
            claims: its claims, in tokens.
            attributions: the same as attributions, with their mentions and sources.
        """
        self.tree, self.claims, self.attributions = tree, claims, attributions
        self.describer = Describer(tree, claims, ())
        self.mentions = [tree.tokens_at(a.mentions) for a in attributions]
        self.sources = [{fold(s.name) for s in a.sources} for a in attributions]
        self.rules = rules(tree.code)
        self.nouns = word_set(tree.code, "media_nouns")
        self.speaking = word_set(tree.code, "reporters") | word_set(tree.code, "documents")
        self.media = sorted(self._media(), key=lambda medium: medium.start)
        self.starts = [medium.start for medium in self.media]
        self.cues = sorted(claim.cue for claim in claims)
        reaches = [reach(claim) for claim in claims]
        self.firsts, self.lasts = sorted(r[0] for r in reaches), sorted(r[1] for r in reaches)
        self.holding = Counter(i for claim in claims for i in claim.words)
        self.mentioning: dict[int, set[frozenset[int]]] = defaultdict(set)
        for mention in self.mentions:
            for i in mention:
                self.mentioning[i].add(mention)

    def _media(self) -> Iterator[Medium]:
        """The media of the text: those that are named, then the nouns that stand for one."""
        named: list[Medium] = []
        for span in group(self.tree.doc, media.GROUP):
            before = named[-1] if named else None
            named.append(self._medium(span.label_, NAME, span.start, span.end, before))
        yield from named
        for at, lemma in enumerate(self.tree.lemma):
            if named and lemma in self.nouns and self._points_back(at):
                own = [m.name for m in named if m.end <= at and not m.name.islower()]
                if own:
                    yield self._medium(own[-1], NOUN, at, at + 1)

    def _medium(
        self, name: str, kind: str, start: int, end: int, before: Medium | None = None
    ) -> Medium:
        tree = self.tree
        (head, *_) = tree.tops(range(start, end))
        described = _described(tree, head)
        rule = self._rule(start) or self._rule(_start(tree, described))
        if rule is None and before is not None and before.end <= start:
            rule = before.rule if _is_joined(tree, before.end, start) else None
        return Medium(name, kind, start, end, head, described, rule)

    def _points_back(self, at: int) -> bool:
        """Whether a noun has a definite determiner and no name of its own."""
        tree, children = self.tree, self.tree.children[at]
        definite = any(
            tree.rel[k] in ("det", "case") and tree.morph[k].get("Definite") == "Def"
            for k in children
        )
        named = any(k > at and tree.pos[k] == "PROPN" for k in children)
        return definite and not named and tree.media.isdisjoint((at, at + 1))

    def _rule(self, start: int) -> Rule | None:
        """The rule whose words end before a token of a sentence."""
        tree = self.tree
        at, first = tree.starts[start], tree.starts[tree.sentences[tree.sentence[start]][0]]
        before = tree.string[max(first, at - REACH) : at]
        return next((rule for rule in self.rules if rule.pattern.search(before)), None)

    def _stop(self, end: int) -> int:
        """Where the token before `end` ends, in characters."""
        return self.tree.starts[end - 1] + len(self.tree.text[end - 1])

    def _sentences(self, number: int) -> range:
        """The sentences whose media can be in the chain of a claim."""
        tree, claim = self.tree, self.claims[number]
        ends = (claim.at, min(claim.words), max(claim.words), *self.mentions[number])
        own = [tree.sentence[i] for i in ends]
        last = len(tree.sentences)
        return range(max(0, min(own) - AROUND), min(last, max(own) + AROUND + 1))

    def near(self, number: int) -> list[Medium]:
        """The media that can be in the chain of a claim, in text order."""
        reach, sentences = self._sentences(number), self.tree.sentences
        start, end = sentences[reach[0]][0], sentences[reach[-1]][1]
        first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
        return self.media[first:last]

    def rows(self, number: int, near: Sequence[Medium]) -> list[Blocks]:
        """The features of media for a claim."""
        if not near:
            return []
        heads = [medium.described for medium in near]
        mentions = self.attributions[number].mentions
        blocks = self.describer.rows(self.claims[number], heads, mentions, None)
        return [
            (*row, self._name(medium), self._relation(number, medium), self._rivals(number, medium))
            for row, medium in zip(blocks, near, strict=True)
        ]

    def _name(self, medium: Medium) -> Features:
        """What a medium is, and the words beside it."""
        tree, start, end = self.tree, medium.start, medium.end
        first = _start(tree, medium.described)
        governor = tree.head[medium.described]
        return {
            "kind": medium.kind,
            "class": float(medium.name[:1].islower()),
            "name_entity": tree.entity[medium.head],
            "rule": medium.rule.id if medium.rule else "",
            "noun": tree.lemma[medium.described] if medium.described != medium.head else "",
            "governor_lemma": tree.lemma[governor],
            "governor_speaks": float(tree.lemma[governor] in self.speaking),
            "before_1": tree.lower[start - 1] if start else "",
            "before_2": " ".join(tree.lower[max(0, start - 2) : start]),
            "before_phrase": tree.lower[first - 1] if first else "",
            "after_1": tree.lower[end] if end < len(tree.lower) else "",
            "name_from_start": float(start - tree.sentences[tree.sentence[start]][0]),
        }

    def _relation(self, number: int, medium: Medium) -> Features:
        """How a medium stands to a claim and to its mention."""
        tree, claim, mention = self.tree, self.claims[number], self.mentions[number]
        tokens = range(medium.start, medium.end)
        inside = any(i in mention for i in tokens)
        tops = tree.tops(mention)
        way, up, down = self.describer.way(claim.at, medium.head)
        ends = (claim.at, min(claim.words), max(claim.words))
        gaps = (min(abs(medium.start - i), abs(medium.end - 1 - i)) for i in mention)
        return {
            "name_path": way,
            "name_up": float(up),
            "name_down": float(down),
            "in_mention": float(inside),
            "rule_in_mention": f"{medium.rule.id if medium.rule else ''} {inside}",
            "is_mention": float(any(i in tops for i in tokens)),
            "mention_head": tree.lemma[tops[0]] if inside else "",
            "mention_share": len(tokens) / len(mention) if inside else 0.0,
            "speaks": float(inside and self.speaks(number, medium)),
            "is_source": float(fold(medium.name) in self.sources[number]),
            "to_mention": float(min(gaps, default=FAR)),
            "in_content": float(any(i in claim.words for i in tokens)),
            "sentence_gap": float(
                min(abs(tree.sentence[medium.start] - tree.sentence[i]) for i in ends)
            ),
            "after_claim": float(medium.start > max(ends)),
            "before_claim": float(medium.start < min(ends)),
        }

    def _rivals(self, number: int, medium: Medium) -> Features:
        """The other claims that a medium could belong to."""
        claim, mention = self.claims[number], self.mentions[number]
        tokens = range(medium.start, medium.end)
        low, high = sorted((claim.at, medium.start))
        between = bisect_left(self.cues, high) - bisect_right(self.cues, low)
        return {
            "others_nearer": float(self._nearer(medium, away(claim, medium))),
            "cues_between": float(max(0, between)),
            "in_other": float(any(self.holding[i] > (i in claim.words) for i in tokens)),
            "in_other_mention": float(
                any(self.mentioning.get(i, set()) - {mention} for i in tokens)
            ),
        }

    def _nearer(self, medium: Medium, than: int) -> int:
        """How many claims are nearer to a medium than so many tokens."""
        if not than:
            return 0
        before = bisect_right(self.lasts, medium.start - than)
        return bisect_left(self.firsts, medium.end - 1 + than) - before

    def speaks(self, number: int, medium: Medium) -> bool:
        """Whether a medium in a mention is what speaks: *le journal X*, not *la direction de X*."""
        tree, mention, head = self.tree, self.mentions[number], medium.head
        while tree.head[head] in mention and tree.head[head] != head:
            if tree.lemma[head] in self.speaking:
                return True
            head = tree.head[head]
        return tree.lemma[head] in self.speaking or medium.start <= head < medium.end

    def relay(self, number: int, medium: Medium) -> Relay:
        """A medium of a claim's chain, with what it did."""
        tree, mention = self.tree, self.mentions[number]
        inside = any(i in mention for i in range(medium.start, medium.end))
        is_source = fold(medium.name) in self.sources[number]
        if inside and (medium.rule is None or is_source or self.speaks(number, medium)):
            role = OutletRole.SOURCE
        else:
            role = medium.rule.role if medium.rule else OutletRole.RELAY
        start = _start(tree, medium.head) if medium.kind == NOUN else medium.start
        return Relay(medium.name, role, (tree.starts[start], self._stop(medium.end)))


def away(claim: Claimed, medium: Medium) -> int:
    """How many tokens are between a cue and a medium; or the content, where there is no cue."""
    first, last = reach(claim)
    return max(0, medium.start - last, first - medium.end + 1)


def reach(claim: Claimed) -> tuple[int, int]:
    """The first and the last token of what a medium is near to: of a cue, or else of a content."""
    return (claim.cue,) * 2 if claim.cue != NO_CUE else (min(claim.words), max(claim.words))


def _is_joined(tree: Tree, start: int, end: int) -> bool:
    """Whether nothing stands in `[start, end)` but what joins media that are named together."""
    joining = {COORDINATION, *DETERMINERS}
    return tree.sentence[start - 1] == tree.sentence[end] and all(
        tree.text[i] in MARKS or tree.symbol[i] in joining or tree.rel[i] == "case"
        for i in range(start, end)
        if not tree.text[i].isspace()
    )


def _start(tree: Tree, head: int) -> int:
    """Where the phrase of a head starts, less what stands after it."""
    lefts = (k for k in tree.children[head] if k < head and tree.rel[k] in phrases.LEFT)
    return min(lefts, default=head)


def _described(tree: Tree, head: int) -> int:
    """The head of the phrase that a medium's name tells the name of: *le quotidien Le Soir*."""
    while tree.rel[head] in NAMING and tree.head[head] < head:
        if any(tree.rel[k] == "case" for k in tree.children[head]):
            break
        head = tree.head[head]
    return head


@Language.factory(
    "claims_outlets",
    requires=["doc.spans", "doc._.attributions"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_outlets(nlp: Language, name: str, language: str) -> "Outlets":
    """The component that gives each of `doc._.attributions` its chain of media."""
    return Outlets(language)


class Outlets:
    """Gives each attribution its chain of media."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.model = bundled(code, FOLDER)

    def __call__(self, doc: Doc) -> Doc:
        """Add the chains of one document; without a model there are none."""
        if group(doc, media.GROUP) and self.model is not None and doc._.attributions:
            doc._.attributions = tuple(self.match(doc, self.model))
        return doc

    def match(self, doc: Doc, model: Model) -> Iterator[Attribution]:
        """The attributions of one document with their chains."""
        found: tuple[Attribution, ...] = doc._.attributions
        tree = trees.tree(doc, self.code)
        chains = Chains(tree, [claimed(tree, attribution) for attribution in found], found)
        named = {fold(medium.name) for medium in chains.media}
        nearby = [chains.near(number) for number in range(len(found))]
        rows = [row for number, near in enumerate(nearby) for row in chains.rows(number, near)]
        alone = iter(model.scores(rows)[:, 0].tolist())
        for number, (attribution, near) in enumerate(zip(found, nearby, strict=True)):
            scores = [next(alone) for _ in near]
            scored = sorted(zip(scores, near, strict=True), key=lambda pair: -pair[0])
            taken = [medium for score, medium in scored if score >= model.tables.threshold]
            relays = [chains.relay(number, medium) for medium in _once(taken)]
            one = replace(attribution, outlets=_chain(attribution, relays, named))
            if doc._.explain:
                one = one.explained(outlets=told(near, scores, attrgetter("name")))
            yield one


def _once(taken: Iterable[Medium]) -> list[Medium]:
    """Each medium where it is likeliest, in text order."""
    by_name: dict[str, Medium] = {}
    for medium in taken:
        by_name.setdefault(fold(medium.name), medium)
    return sorted(by_name.values(), key=lambda medium: medium.start)


def _chain(
    attribution: Attribution, relays: Sequence[Relay], named: Iterable[str]
) -> tuple[Relay, ...]:
    """The relays of a claim, with the medium that a mention stands for (*le journal*)."""
    known = {relay.name for relay in relays}
    speaking = [
        Relay(source.name, OutletRole.SOURCE, attribution.speaker)
        for source in attribution.sources
        if attribution.speaker and attribution.cue
        if source.name not in known and fold(source.name) in named
    ]
    return (*speaking, *relays)
