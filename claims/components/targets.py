"""Targets: whom an accusation, a support, an opposition or a demand is about, by a small learned model.

A candidate is the head of a phrase in the claim's sentences that is not the source: the object of the
cue (*accuser le maire de*), or what the content itself names (*que le maire parte*). The model
chooses one of them, or none. It is files of a language's folder `targets/`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from claims.components import phrases, trees
from claims.components.candidates import NO_CUE
from claims.components.chunks import words
from claims.components.models import Model, best, bundled, told
from claims.components.relations import Attribution, Place
from claims.components.sheets import Blocks, Features
from claims.components.sources import Claimed, Describer, claimed, phrase_heads
from claims.components.trees import Tree
from claims.model import Stance

FOLDER = "targets"
TARGETED = frozenset({Stance.ACCUSES, Stance.SUPPORTS, Stance.OPPOSES, Stance.DEMANDS})
"""Stances that have a target."""
FARTHEST = 60
"""Tokens from the start of a content up to which what it names can be the target."""


def candidates(tree: Tree, claim: Claimed, mention: frozenset[int]) -> list[int]:
    """The heads of what can be the target, in text order."""
    start = min(claim.words)
    numbers = {tree.sentence[claim.at], tree.sentence[start]}
    return [
        i
        for number in sorted(numbers)
        for i in phrase_heads(tree, range(*tree.sentences[number]), claim.cue)
        if i not in mention and i != claim.cue and abs(i - start) <= FARTHEST
    ]


def rows(
    describer: Describer, claim: Claimed, heads: Sequence[int], stance: Stance
) -> list[Blocks]:
    """The features of the candidates of a claim with a stance."""
    tree = describer.tree
    top = tree.tops(claim.words)[0]
    shared: Features = {
        "stance": stance.value,
        "cue_stance": f"{tree.key(claim.cue)} {stance.value}" if claim.cue != NO_CUE else "",
    }
    found = []
    for blocks, head in zip(describer.rows(claim, heads, (), None), heads, strict=True):
        way, up, down = describer.way(top, head)
        inside = head in claim.words
        own: Features = {
            "in_content": float(inside),
            "content_path": way,
            "content_up": float(up),
            "content_down": float(down),
            "is_content_head": float(head == top),
            "stance_place": f"{stance.value} {tree.dep[head]} {inside} {tree.head[head] == claim.cue}",
            "after_cue": float(head > claim.at),
            "person": tree.morph[head].get("Person", ""),
            "stance_entity": f"{stance.value} {tree.entity[head]}",
        }
        found.append((*blocks, shared, own))
    return found


@Language.factory(
    "claims_targets",
    requires=["doc.spans", "doc._.attributions"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_targets(nlp: Language, name: str, language: str) -> "Targets":
    """The component that finds the targets of `doc._.attributions`; it needs their stances."""
    return Targets(language)


class Targets:
    """Gives attributions whose stance is against or for somebody their target."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.words = words(code)
        self.model = bundled(code, FOLDER)

    def __call__(self, doc: Doc) -> Doc:
        """Find the targets of one document; without a model those of frames stay."""
        if self.model is not None:
            doc._.attributions = tuple(self.match(doc, self.model))
        return doc

    def match(self, doc: Doc, model: Model) -> Iterator[Attribution]:
        """The attributions of one document with their targets."""
        tree = trees.tree(doc, self.code)
        found: tuple[Attribution, ...] = doc._.attributions
        claims = [claimed(tree, attribution) for attribution in found]
        describer = Describer(tree, claims, ())
        pairs = list(zip(found, claims, strict=True))
        heads = [
            candidates(tree, claim, tree.tokens_at(one.mentions)) if one.stance in TARGETED else []
            for one, claim in pairs
        ]
        described = [
            rows(describer, claim, own, one.stance) if own else []
            for (one, claim), own in zip(pairs, heads, strict=True)
        ]
        scores = model.rivals(described)
        for (attribution, claim), own, scored in zip(pairs, heads, scores, strict=True):
            head = best(own, scored, model.tables.threshold)
            target = None if head is None else self._place(tree, head, claim)
            if doc._.explain and attribution.stance in TARGETED:
                words = {h: tree.string[slice(*self._place(tree, h, claim))] for h in own}
                rivals = told(own, scored, words.__getitem__)
                attribution = attribution.explained(target=rivals)
            yield replace(attribution, target=target)

    def _place(self, tree: Tree, head: int, claim: Claimed) -> Place:
        """The phrase of a head; of one outside the content, what stands before the content."""
        span = phrases.phrase(tree.doc[head], self.words.joining, tree.media)
        first, last = span.start, span.end
        if head not in claim.words:
            last = min([i for i in range(head + 1, last) if i in claim.words], default=last)
        piece = tree.doc[first:last]
        return piece.start_char, piece.end_char
