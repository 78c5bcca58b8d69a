"""Stances: what the speaker does with the content, by a small learned model.

The cue decides first, in its government (*demander que*, *demander si*), then the words of the
content, where the cue is neutral. How often a key came with a stance is counted in annotated
articles and kept in the model's counts, as `key stance`. The model is files of a language's
folder `stances/`.
"""

import math
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy
from spacy.language import Language
from spacy.tokens import Doc

from claims.components import trees
from claims.components.candidates import NO_CUE
from claims.components.chunks import INTRODUCING, NEGATION
from claims.components.denials import Denials
from claims.components.encodings import Counts
from claims.components.models import Model, bundled, told
from claims.components.relations import DENIAL, Attribution
from claims.components.sheets import Blocks, Features
from claims.components.sources import Claimed, claimed
from claims.components.trees import Tree
from claims.model import Stance

FOLDER = "stances"
STANCES = tuple(stance.value for stance in Stance)
FORM = "form "
"""The start of the keys of forms."""
ALL = "all"
"""The key that every claim has."""
PRIORS = {"cue": 3, "government": 3, "next": 3, "head": 3, "first": 6, "mood": 3}
"""Kind of key to the weight of what all claims have."""
WORD_PRIOR = 4
LEAST_SEEN, LEAST_SEEN_FORM = 3, 6
"""How often a word must be counted to tell anything, and how often a form or pair of forms."""
TELLING = frozenset({"VERB", "NOUN", "ADJ", "ADV", "AUX"})
"""Parts of speech of words that tell a stance."""
HEADS = frozenset({"VERB", "AUX", "NOUN", "ADJ"})
TO_CONTENT = 8
"""Tokens after a cue in which the word stands that introduces the content."""
AFTER_CUE = 4
FORMS = {
    ("Person", "1"): "first_person",
    ("Person", "2"): "second_person",
    ("Tense", "Fut"): "future",
    ("Mood", "Cnd"): "conditional",
    ("Mood", "Imp"): "imperative",
    ("Mood", "Sub"): "subjunctive",
    ("VerbForm", "Inf"): "infinitive",
}
"""What words of a content can be, to the feature that counts them."""
KEPT = 1 << 12
"""Keys whose counts are remembered, at most; then it begins anew."""
MOODS = ("VerbForm", "Tense", "Mood", "Person", "Number")


def keys(tree: Tree, claim: Claimed) -> dict[str, str]:
    """Kind of key to the key of a claim: what its stances are counted by."""
    ids, cue = sorted(claim.words), claim.cue
    head = _head(tree, claim)
    form = tree.morph[head]
    found = {
        "head": f"head {tree.lemma[head]}",
        "first": f"first {' '.join(tree.lower[i] for i in ids[:2])}",
        "mood": f"mood {' '.join(form.get(name, '') for name in MOODS)}",
    }
    if cue != NO_CUE:
        key = tree.key(cue) + "!" * _negated(tree, cue)
        found["cue"] = f"cue {key}"
        found["government"] = f"government {key} {_introducing(tree, claim)}"
        following = range(cue + 1, min(cue + AFTER_CUE, len(tree.text)))
        beside = (i for i in following if i not in claim.words and tree.pos[i] in HEADS)
        found["next"] = f"next {key} {next((tree.lemma[i] for i in beside), '')}"
    return found


def word_keys(tree: Tree, claim: Claimed) -> set[str]:
    """The keys of the words of a content."""
    return {f"word {tree.lemma[i]}" for i in claim.words if tree.pos[i] in TELLING}


def form_keys(tree: Tree, claim: Claimed) -> set[str]:
    """The keys of the forms of a content and of two that follow each other."""
    forms = [FORM + tree.lower[i] for i in sorted(claim.words)]
    pairs = (f"{one} {other[len(FORM) :]}" for one, other in pairwise(forms))
    return {*forms, *pairs}


def counted_keys(tree: Tree, claim: Claimed) -> list[str]:
    """All keys that the stances of a claim are counted by."""
    found = [ALL, *keys(tree, claim).values()]
    return [*found, *word_keys(tree, claim), *form_keys(tree, claim)]


class Tally(NamedTuple):
    """How often a key was counted."""

    times: int
    right: tuple[int, ...]
    """How often with each stance."""
    odds: tuple[float, ...]
    """What it adds to the log-odds of each stance."""


NEVER = Tally(0, (0,) * len(STANCES), (0.0,) * len(STANCES))


class Tallies:
    """The counts of keys with stances, by their keys."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts
        self.keys = frozenset(key.rpartition(" ")[0] for key in counts)
        self._known: dict[str, Tally] = {}
        self._rates: dict[tuple[str, str], Features] = {}

    @cached_property
    def shares(self) -> tuple[float, ...]:
        """The share of each stance among all claims."""
        found = [self.counts.get(f"{ALL} {stance}", (0, 0)) for stance in STANCES]
        return tuple((right + 1) / (times + len(STANCES)) for right, times in found)

    def of(self, key: str) -> Tally:
        """How often a key was counted."""
        if key not in self.keys:
            return NEVER
        if (found := self._known.get(key)) is None:
            if len(self._known) >= KEPT:
                self._known = {}
            found = self._known[key] = self._tally(key)
        return found

    def rates(self, kind: str, key: str) -> Features:
        """How often each stance came with a key of some kind."""
        known = (kind, key if key in self.keys else "")
        if (found := self._rates.get(known)) is None:
            tally, prior = self.of(key), PRIORS[kind]
            told = zip(STANCES, tally.right, self.shares, strict=True)
            rates = {
                f"{kind}_{stance}": (right + prior * share) / (tally.times + prior)
                for stance, right, share in told
            }
            if len(self._rates) >= KEPT:
                self._rates = {}
            found = self._rates[known] = {f"{kind}_seen": tally.times, **rates}
        return found

    def odds(self, keys: Set[str]) -> list[float]:
        """What some keys add to the log-odds of each stance."""
        seen = map(self.of, sorted(self.keys & keys))
        added = zip(*(tally.odds for tally in seen if tally.times >= LEAST_SEEN), strict=True)
        return [sum(each) for each in added] or [0.0] * len(STANCES)

    def _tally(self, key: str) -> Tally:
        found = [self.counts.get(f"{key} {stance}", (0, 0)) for stance in STANCES]
        times = max(count[1] for count in found)
        right = tuple(count[0] for count in found)
        odds = tuple(
            math.log(one + WORD_PRIOR * share) - math.log((times + WORD_PRIOR) * share)
            for one, share in zip(right, self.shares, strict=True)
        )
        return Tally(times, right, odds)


def features(tree: Tree, claim: Claimed, tallies: Tallies) -> Blocks:
    """The features of a claim."""
    told = {"words": word_keys(tree, claim), "forms": form_keys(tree, claim)}
    odds: Features = {
        f"{name}_{stance}": each
        for name, found in told.items()
        for stance, each in zip(STANCES, tallies.odds(found), strict=True)
    }
    rates = (tallies.rates(kind, key) for kind, key in keys(tree, claim).items())
    return (*rates, odds, _cue(tree, claim), _content(tree, claim))


def _negated(tree: Tree, cue: int) -> bool:
    return any(tree.symbol[k] == NEGATION for k in tree.children[cue])


def _introducing(tree: Tree, claim: Claimed) -> str:
    """The word between a cue and its content that introduces it."""
    first = min(claim.words)
    if first < claim.cue:
        return "before"
    between = range(claim.cue + 1, min(first, claim.cue + TO_CONTENT))
    marks = (i for i in between if tree.symbol[i] in INTRODUCING or tree.pos[i] == "ADP")
    return next((tree.lower[i] for i in marks), "")


def _head(tree: Tree, claim: Claimed) -> int:
    """The token of a content that the others hang on."""
    return min(tree.tops(claim.words), key=lambda i: (tree.pos[i] not in HEADS, i))


def _cue(tree: Tree, claim: Claimed) -> Features:
    cue = claim.cue
    if cue == NO_CUE:
        return {}
    row, children = tree.cue(cue), tree.children[cue]
    plain = ("VERB", "AUX", "ADV", "ADP", "PRON")
    return {
        "lexicon": row.stance.value if row else "",
        "cue": tree.key(cue),
        "cue_pos": tree.pos[cue],
        "cue_tense": tree.morph[cue].get("Tense", ""),
        "cue_preposition": float(tree.is_preposition(cue)),
        "cue_negated": float(_negated(tree, cue)),
        "cue_object": float(any(tree.rel[k] == "obj" for k in children)),
        "content_dep": next((tree.dep[k] for k in children if k in claim.words), ""),
        "introducing": _introducing(tree, claim),
        "before_cue": tree.lower[cue - 1] if cue and tree.pos[cue - 1] in plain else "",
        "side": "before" if max(claim.words) < cue else "after",
    }


def _content(tree: Tree, claim: Claimed) -> Features:
    ids = sorted(claim.words)
    head, last = _head(tree, claim), ids[-1]
    told = Counter(pair for i in ids for pair in tree.morph[i].items() if pair in FORMS)
    ending = tree.text[ids[0] : last + 3]
    form = tree.morph[head]
    return {
        "head_pos": tree.pos[head],
        **{f"head_{name}": form.get(name, "") for name in MOODS},
        "quoted": sum(tree.quotation[i] > 0 for i in ids) / len(ids),
        "length": len(ids),
        "negated": any(tree.symbol[i] == NEGATION for i in ids),
        "first_word": tree.lower[ids[0]],
        "first_pos": tree.pos[ids[0]],
        **{name: told[pair] for pair, name in FORMS.items()},
        "asks": "?" in ending,
        "exclaims": "!" in ending,
    }


@Language.factory(
    "claims_stances",
    requires=["doc.spans", "doc._.attributions"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_stances(nlp: Language, name: str, language: str) -> "Stances":
    """The component that tells the stances of `doc._.attributions`."""
    return Stances(language)


class Stances:
    """Gives each attribution its stance."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.model = bundled(code, FOLDER)
        self.denials = Denials(code)
        self.tallies = Tallies(self.model.tables.counts if self.model else {})

    def __call__(self, doc: Doc) -> Doc:
        """Tell the stances of one document; without a model those of the cues stay."""
        if self.model is not None:
            doc._.attributions = tuple(self.match(doc, self.model))
        return doc

    def match(self, doc: Doc, model: Model) -> Iterator[Attribution]:
        """The attributions of one document with their stances."""
        found: tuple[Attribution, ...] = doc._.attributions
        tree = trees.tree(doc, self.code)
        claims = [claimed(tree, one) for one in found]
        rows = [features(tree, claim, self.tallies) for claim in claims]
        scores = model.scores(rows)
        for attribution, claim, row, odds in zip(found, claims, rows, scores, strict=True):
            answer = int(numpy.argmax(odds))
            stance = Stance(model.tables.answers[answer])
            if attribution.rule == DENIAL or self.denials.is_one(tree, attribution, claim.words):
                stance = Stance.DENIES
            chosen = replace(attribution, stance=stance)
            if doc._.explain:
                chosen = chosen.explained(
                    stance=told(model.tables.answers, odds.tolist(), str),
                    stance_reasons=model.reasons(model.encoded([row]), {0: answer})[0],
                )
            yield chosen
