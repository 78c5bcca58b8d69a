"""Features of cues: what a cue is, what hangs on it, who speaks, and what stands near it."""

from bisect import bisect_left
from collections.abc import Iterable
from functools import cache

from claims.components import profiles
from claims.components.sheets import Features
from claims.components.tokens import Tokens
from claims.components.trees import Tree

CLIMBS = frozenset({"conj", "advcl", "xcomp", "acl", "ccomp"})
"""Relations that a cue without a subject is climbed from, to find one."""
MAX_CLIMB = 4
COMPLEMENTS = {
    relation: f"has_{relation}"
    for relation in ("ccomp", "xcomp", "obj", "parataxis", "advcl", "conj", "iobj", "obl")
}
"""Relation of a child to the feature that tells how many children have it."""
TAKES = "dqfFouYxpvsz"
"""What the lexicon says that cues take, a letter each."""


class CueFeatures:
    """Tells the features of the cues of one text."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens, self.tree = tokens, tokens.tree
        self.profiles = profiles.bundled(self.tree.code)

    def of(self, cue: int) -> Features:
        """The features of a cue; those of its subject are left out where it has none."""
        tree = self.tree
        children, row = tree.children[cue], tree.cue(cue)
        shown, cues = self.tokens.shown, self.tokens.cues
        start, end = tree.sentences[tree.sentence[cue]]
        first, last = (bisect_left(tree.quotations, (at, 0)) for at in (start, end))
        near = tree.quotations[first:last]
        head = tree.head[cue]
        relations = [tree.rel[k] for k in children]
        exact = {tree.dep[k] for k in children}
        marks = [
            tree.lower[k]
            for k, relation in zip(children, relations, strict=True)
            if relation in ("mark", "case") and k < cue
        ]
        features: Features = {
            "known": row is not None,
            "cue_pos": tree.pos[cue],
            "cue_relation": tree.dep[cue],
            "cue_mood": self.tokens.mood.one(cue),
            "cue_quoted": tree.quotation[cue] > 0,
            "negated": any(tree.symbol[k] == "n" for k in children),
            "passive": not exact.isdisjoint(("aux:pass", "nsubj:pass")),
            "agent": "obl:agent" in exact,
            "reflexive": "expl" in relations,
            "compound": "aux" in relations,
            "causative": "aux:caus" in exact,
            "cue_mark": marks[-1] if marks else "",
            "cue_head": "root" if head == cue else f"_{tree.pos[head]}",
            "token_after_cue": shown.one(cue + 1),
            "token_after_cue2": shown.one(cue + 2),
            "token_before_cue": shown.one(cue - 1),
            "other_cues": int(cues.before[end] - cues.before[start] - cues.flags[cue]),
            "cues_below": sum(k in tree.readings for k in children),
            "cue_from_start": tree.words(start, cue),
            "cue_to_end": tree.words(cue + 1, end),
            "sentence_quotations": len(near),
            "colon_after": _distance(
                tree, cue, (i for i in range(cue, end) if tree.text[i] == ":")
            ),
            "quotation_after": _distance(tree, cue, (s for s, _ in near if cue < s)),
            "quotation_before": next(
                (tree.words(e, cue) for _, e in reversed(near) if e <= cue), -1
            ),
        }
        if tree.rel[cue] in ("xcomp", "ccomp", "advcl", "acl") and head != cue:
            features["cue_head"] = tree.lemma[head]
        for relation, name in COMPLEMENTS.items():
            features[name] = relations.count(relation)
        if row is not None:
            features["stance"] = row.stance.value
            features |= _takes(row.takes)
        features |= self.profiles.cue(tree, cue)
        speaks, depth = subject(tree, cue)
        if speaks >= 0:
            features |= self._speaking(cue, speaks, depth)
        return features

    def _speaking(self, cue: int, subject: int, depth: int) -> Features:
        tree = self.tree
        beside = {k for k in tree.children[subject] if tree.rel[k] in ("acl", "advcl")} | {cue}
        phrase = tree.subtree(subject, beside)
        kinds = {tree.entity[i] for i in phrase}
        form, last = tree.morph[subject], max(phrase)
        return {
            **self.profiles.subject(tree, subject),
            "subject_depth": depth,
            "subject_pos": tree.pos[subject],
            "subject_entity": tree.entity[subject],
            "subject_name": next((k for k in ("PER", "ORG", "LOC", "MISC") if k in kinds), ""),
            "subject_pronoun": tree.lower[subject] if tree.pos[subject] == "PRON" else "",
            "subject_number": form.get("Number", "") + form.get("Person", ""),
            "subject_determiner": next(
                (tree.lower[k] for k in tree.children[subject] if tree.pos[k] in ("DET", "NUM")), ""
            ),
            "subject_after": subject > cue,
            "subject_distance": abs(subject - cue),
            "subject_words": len(phrase),
            "subject_medium": any(i in tree.media for i in phrase),
            "subject_quoted": tree.quotation[subject] > 0,
            "subject_comma": self.tokens.shown.one(last + 1),
        }


def subject(tree: Tree, cue: int) -> tuple[int, int]:
    """The token that speaks where `cue` is one, or -1, and how far up it was found."""
    agents = [k for k in tree.children[cue] if tree.dep[k] == "obl:agent"]
    if agents:
        return agents[0], 0
    if tree.is_preposition(cue):
        head = tree.head[cue]
        return (head, 0) if head != cue and tree.rel[cue] in ("case", "mark") else (-1, 0)
    at = cue
    for depth in range(MAX_CLIMB + 1):
        own = [k for k in tree.children[at] if tree.rel[k] == "nsubj"]
        if own:
            return own[0], depth
        if tree.rel[at] not in CLIMBS or tree.head[at] == at:
            break
        nominal = tree.rel[at] == "acl" and tree.pos[tree.head[at]] == "NOUN"
        at = tree.head[at]
        if nominal:
            return at, depth + 1
    return -1, 0


@cache
def _takes(letters: str) -> Features:
    return {f"takes_{letter}": letter in letters for letter in TAKES}


def _distance(tree: Tree, cue: int, places: Iterable[int]) -> int:
    """Words from a cue to the first of some places after it; -1 where there is none."""
    place = next(iter(places), None)
    return -1 if place is None else tree.words(cue + 1, place)
