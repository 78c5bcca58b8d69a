"""Features of candidates: what a decision is made from, each with a name that can be shown.

A feature is a number or a category. Those of the tables (`Counts`) say how often a cue, its
subject or its first words were right in other articles; they must be counted on other
articles than the one that is learned from, or the model trusts them too much.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from claims.components import profiles
from claims.components.candidates import Candidate, Proposal, Words
from claims.components.chunks import AGENT
from claims.components.models import Blocks, Counts, Features
from claims.components.trees import Tree

CLOSED = frozenset({"PRON", "DET", "ADP", "SCONJ", "CCONJ", "AUX", "ADV", "PUNCT"})
"""Parts of speech whose words are categories of their own."""
CLIMBS = frozenset({"conj", "advcl", "xcomp", "acl", "ccomp"})
"""Relations that a cue without a subject is climbed from, to find one."""
MAX_CLIMB = 4
PAUSES = frozenset(",;:–—")
"""Marks that the tail of a content starts after."""
PRIORS = {
    "lemma": (0.25, 3),
    "pair": (0.1, 3),
    "subject": (0.25, 5),
    "form": (0.25, 3),
    "words": (0.05, 3),
    "head": (0.1, 5),
    "way": (0.02, 10),
}
"""Kind of key to the rate that is taken before anything is counted, and its weight."""


class Described(NamedTuple):
    """A candidate with its features and the keys that it is counted by."""

    candidate: Candidate
    blocks: Blocks
    keys: dict[str, str]


def describe(
    tree: Tree, candidates: Sequence[Candidate], proposals: Sequence[Proposal] = ()
) -> list[Described]:
    """Candidates with the features that need no counting, and with their keys."""
    return _Describer(tree, candidates, proposals).all()


def counted(tree: Tree, described: Sequence[Described], counts: Counts) -> list[Features]:
    """The features of candidates that come from counts: rates, alone and beside others'."""
    rows = [_rates(d.keys, counts) for d in described]
    best: dict[int, float] = defaultdict(float)
    best_words: dict[int, float] = defaultdict(float)
    for d, row in zip(described, rows, strict=True):
        if d.candidate.cue >= 0:
            best[d.candidate.cue] = max(best[d.candidate.cue], row["pair_rate"])
            best_words[d.candidate.cue] = max(best_words[d.candidate.cue], row["words_rate"])
    cues: dict[int, list[tuple[float, int]]] = defaultdict(list)
    rates: dict[int, float] = {}
    for cue in best:
        rate = _rate(counts.get(f"lemma {tree.key(cue)}", (0, 0)), "lemma")
        rates[cue] = rate * (0.3 if tree.quotation[cue] else 1)
        cues[tree.sentence[cue]].append((rates[cue], cue))
    for d, row in zip(described, rows, strict=True):
        cue, words = d.candidate.cue, d.candidate.words
        number = tree.sentence[min(words)]
        here = cues[number]
        if cue >= 0:
            row["pair_relative"] = row["pair_rate"] / best[cue]
            row["words_relative"] = row["words_rate"] / best_words[cue]
            row["above_rate"] = _above(tree, cue, rates)
        row["other_rate"] = max((r for r, c in here if c != cue and c not in words), default=0)
        row["inside_rate"] = max((r for r, c in here if c in words), default=0)
        row["others_rate"] = sum(r for r, c in here if c != cue)
        row["before_rate"] = max((r for r, _ in cues[number - 1]), default=0)
        row["after_rate"] = max((r for r, _ in cues[number + 1]), default=0)
    return [dict(row) for row in rows]


def all_features(tree: Tree, described: Sequence[Described], counts: Counts) -> list[Blocks]:
    """The features of candidates, those that come from counts last."""
    rates = counted(tree, described, counts)
    return [(*d.blocks, row) for d, row in zip(described, rates, strict=True)]


def _rates(keys: Mapping[str, str], counts: Counts) -> dict[str, float]:
    row: dict[str, float] = {}
    for kind, key in keys.items():
        count = counts.get(key, (0, 0))
        row[f"{kind}_rate"], row[f"{kind}_seen"] = _rate(count, kind), count[1]
    return row


def _rate(count: tuple[int, int], kind: str) -> float:
    prior, weight = PRIORS[kind]
    return (count[0] + prior * weight) / (count[1] + weight)


def _above(tree: Tree, cue: int, rates: Mapping[int, float]) -> float:
    """The rate of the nearest cue that a cue hangs below, a few heads up; else 0."""
    at = cue
    for _ in range(2 * MAX_CLIMB):
        if tree.head[at] == at:
            return 0
        at = tree.head[at]
        if at in rates:
            return rates[at]
    return 0


class _Way(NamedTuple):
    """The parts of a candidate's way."""

    path: str
    start: str
    end: str
    key: str
    """What it is counted by, less figures."""
    pair: str
    """What it is counted by together with a cue."""

    @property
    def kind(self) -> str:
        """The path's first part."""
        return self.path.split("-")[0]


@cache
def _way(way: str) -> _Way:
    rest, _, end = way.partition("<")
    path, _, start = rest.partition(">")
    pair = path if path.startswith("kid") else path.split("-")[0]
    return _Way(path, start, end, re.sub("[0-9]", "", way), pair)


class _Flags:
    """Which tokens have something, counted at once over a run of them."""

    def __init__(self, flags: Iterable[bool]) -> None:
        self.flags = list(flags)
        self.before = list(accumulate(self.flags, initial=0))

    def between(self, start: int, end: int) -> int:
        """How many tokens of `[start, end)` have it."""
        return self.before[end] - self.before[start]

    def of(self, ids: Sequence[int], run: bool) -> int:
        """How many of the words `ids` have it; a run is all words from the first to the last."""
        if run:
            return self.between(ids[0], ids[-1] + 1)
        return sum(map(self.flags.__getitem__, ids))


class _Places:
    """Sorted tokens that have something, looked up in a run of tokens."""

    def __init__(self, places: Iterable[int]) -> None:
        self.places = list(places)

    def within(self, start: int, end: int) -> list[int]:
        """Those of `[start, end)`."""
        return self.places[bisect_left(self.places, start) : bisect_left(self.places, end)]

    def first(self, start: int, end: int) -> int:
        """The first of `[start, end)`; -1 where there is none."""
        return next(iter(self.within(start, end)), -1)


class _Describer:
    """Describes the candidates of one text."""

    def __init__(
        self, tree: Tree, candidates: Sequence[Candidate], proposals: Sequence[Proposal]
    ) -> None:
        self.tree, self.candidates, self.proposals = tree, candidates, proposals
        self.profiles = profiles.bundled(tree.code)
        self.proposed_at: dict[int, list[int]] = defaultdict(list)
        """The proposals that have a token."""
        for number, proposal in enumerate(proposals):
            for i in proposal.words:
                self.proposed_at[i].append(number)
        self.subjects: dict[int, int] = {}
        self.of_cue: dict[int, Features] = {}
        self.of_words: dict[Words, Features] = {}
        self.flags = self._flags()
        self.shown = [self._show(i) for i in range(len(tree.text))]
        self.opening = [self._open(i) for i in range(len(tree.text))]
        self.mood = [
            f"{form.get('VerbForm', '')}{form.get('Mood', '')}{form.get('Tense', '')}"
            for form in tree.morph
        ]
        self.finite = [self._finite(i) for i in range(len(tree.text))]
        """The finite verb of each verb: its auxiliary or itself; -1 where there is none."""
        self.finite_verbs = _Places(i for i, at in enumerate(self.finite) if at == i)
        self.has_subject = {i: self._has_subject(i) for i in self.finite_verbs.places}
        self.infinitive_marks = _Places(
            i
            for i, symbol in enumerate(tree.symbol)
            if symbol in ("t", "D")
            and tree.rel[i] in ("mark", "case")
            and tree.morph[tree.head[i]].get("VerbForm") == "Inf"
        )
        self.agents = _Places(i for i, symbol in enumerate(tree.symbol) if symbol == AGENT)
        self.joined_que = _Places(
            i for i, symbol in enumerate(tree.symbol) if symbol == "q" and tree.rel[i - 1] == "cc"
        )
        pauses = (i if text in PAUSES else -1 for i, text in enumerate(tree.text))
        self.last_pause = list(accumulate(pauses, max))
        """The last pause up to each token, or -1."""
        self.quotation_starts = [s for s, _ in tree.quotations]
        self.quotation_ends = [e for _, e in tree.quotations]
        self.siblings = Counter(c.cue for c in candidates)
        self.sentences = [self._sentence(s, e) for s, e in tree.sentences]
        self.surroundings: dict[int, Features] = {}
        self.again = Counter(self._inner(s, e) for s, e in tree.quotations)
        words = max(1, tree.before[-1])
        first = self.flags["first_person"].flags
        self.article: Features = {
            "article_quoted": sum(tree.words(s, e) for s, e in tree.quotations) / words,
            "article_questions": sum(float(s["question"]) for s in self.sentences)
            / max(1, len(self.sentences)),
            "article_first_person": 100
            * sum(f and not q for f, q in zip(first, tree.quotation, strict=True))
            / words,
        }

    def _flags(self) -> dict[str, _Flags]:
        """What is counted over contents, of words; over what stands between, of any token."""
        tree = self.tree
        cues = [i in tree.readings for i in range(len(tree.text))]
        of_words = {
            "quoted": [q > 0 for q in tree.quotation],
            "verbs": [p in ("VERB", "AUX") for p in tree.pos],
            "finite_verbs": [m.get("VerbForm") == "Fin" for m in tree.morph],
            "conditional": [m.get("Mood") == "Cnd" for m in tree.morph],
            "cues_inside": [c and not q for c, q in zip(cues, tree.quotation, strict=True)],
            "prepositions_inside": [c and tree.is_preposition(i) for i, c in enumerate(cues)],
        }
        of_all = {
            "first_person": [m.get("Person") == "1" for m in tree.morph],
            "que": [s == "q" for s in tree.symbol],
            "de": [s in ("D", "B") for s in tree.symbol],
            "a": [s == "t" for s in tree.symbol],
            "commas": [t == "," for t in tree.text],
            "colons": [t == ":" for t in tree.text],
            "brackets": [t == "(" for t in tree.text],
            "full_verbs": [p == "VERB" for p in tree.pos],
            "names": [e == "PER" for e in tree.entity],
            "tokens_quoted": [q > 0 for q in tree.quotation],
        }
        masked = {
            name: _Flags(f and w for f, w in zip(flags, tree.word, strict=True))
            for name, flags in of_words.items()
        }
        return masked | {name: _Flags(flags) for name, flags in of_all.items()}

    def all(self) -> list[Described]:
        """Every candidate, described."""
        return [self._one(candidate) for candidate in self.candidates]

    def _one(self, candidate: Candidate) -> Described:
        cue, ids = candidate.cue, sorted(candidate.words)
        head = self._head(candidate, ids)
        if candidate.words not in self.of_words:
            self.of_words[candidate.words] = self._words(ids)
        blocks: Blocks = (
            self._surroundings(self.tree.sentence[ids[0]]),
            self.of_words[candidate.words],
            self._content(candidate, ids, head),
            self._proposed(candidate),
        )
        if cue >= 0:
            if cue not in self.of_cue:
                self.of_cue[cue] = self._cue(cue)
            blocks += (self.of_cue[cue], self._between(candidate, ids))
        return Described(candidate, blocks, self._keys(candidate, ids[0], head))

    def _surroundings(self, number: int) -> Features:
        """The features of a sentence, of its neighbours and of the article."""
        if number not in self.surroundings:
            self.surroundings[number] = {
                **self.sentences[number],
                **self._neighbours(number),
                **self.article,
            }
        return self.surroundings[number]

    def _words(self, ids: list[int]) -> Features:
        """The features of a content whatever its cue."""
        number = self.tree.sentence[ids[0]]
        run = self.tree.words(ids[0], ids[-1] + 1) == len(ids)
        return {
            **self._shape(ids, run),
            **self._quoting(ids, run),
            **self._edges(ids[0], ids[-1], number),
            **self._ending(ids),
        }

    def _keys(self, candidate: Candidate, first: int, head: int) -> dict[str, str]:
        tree, cue = self.tree, candidate.cue
        way = _way(candidate.way)
        keys = {
            "head": f"head {tree.lemma[head]} {tree.dep[head]}",
            "way": f"way {way.key}",
        }
        if cue < 0:
            return keys
        lemma, subject = tree.key(cue), self.subjects[cue]
        passive = any(tree.dep[k] == "aux:pass" for k in tree.children[cue])
        form = tree.morph[cue]
        keys["lemma"] = f"lemma {lemma}"
        keys["pair"] = f"pair {lemma} {way.pair}"
        keys["form"] = f"form {lemma} {form.get('VerbForm', '')}{form.get('Mood', '')}{passive}"
        keys["words"] = f"words {lemma} {self._shown(first - 1)} {self.opening[first]}"
        if subject >= 0:
            name = tree.entity[subject] if tree.pos[subject] == "PROPN" else tree.lemma[subject]
            keys["subject"] = f"subject {name}"
        return keys

    def _head(self, candidate: Candidate, ids: list[int]) -> int:
        words = candidate.words
        if candidate.head in words:
            return candidate.head
        return next((i for i in ids if self.tree.head[i] not in words), ids[0])

    def _shown(self, at: int) -> str:
        return self.shown[at] if 0 <= at < len(self.shown) else "^"

    def _show(self, at: int) -> str:
        """A token of a closed class or a mark as it is; else its part of speech."""
        tree = self.tree
        shown = not tree.word[at] or tree.pos[at] in CLOSED or tree.symbol[at]
        return tree.lower[at] if shown else f"_{tree.pos[at]}"

    def _open(self, at: int) -> str:
        """A token of a closed class as it is; else its part of speech."""
        return self.tree.lower[at] if self.tree.pos[at] in CLOSED else self.tree.pos[at]

    def _shape(self, ids: list[int], run: bool) -> Features:
        tree, first, last, flags = self.tree, ids[0], ids[-1], self.flags
        inside = ("verbs", "finite_verbs", "cues_inside", "prepositions_inside")
        return {
            "length": len(ids),
            "missing_words": tree.words(first, last + 1) - len(ids),
            "gaps": 0
            if run
            else sum(tree.words(a + 1, b) > 0 for a, b in pairwise(ids) if b > a + 1),
            **{name: flags[name].of(ids, run) for name in inside},
            "conditional": flags["conditional"].of(ids, run) > 0,
            "first_person": any(map(flags["first_person"].flags.__getitem__, ids)),
            "commas": flags["commas"].between(first, last),
            "colons": flags["colons"].between(first, last),
            "lines": tree.line[last] - tree.line[first],
            "sentences": tree.sentence[last] - tree.sentence[first],
        }

    def _finite(self, at: int) -> int:
        tree = self.tree
        if tree.pos[at] not in ("VERB", "AUX", "ADJ", "NOUN"):
            return -1
        if tree.morph[at].get("VerbForm") == "Fin":
            return at
        helping = (k for k in tree.children[at] if tree.rel[k] in ("aux", "cop"))
        return next((k for k in helping if tree.morph[k].get("VerbForm") == "Fin"), -1)

    def _has_subject(self, verb: int) -> bool:
        tree, helps = self.tree, self.tree.rel[verb] in ("aux", "cop")
        below = [verb, tree.head[verb]] if helps else [verb]
        return any(tree.rel[k] == "nsubj" for i in below for k in tree.children[i])

    def _alike(self, one: int, other: int) -> str:
        """In what the finite forms of two verbs differ: number, tense."""
        first, second = self.finite[one], self.finite[other]
        if first < 0 or second < 0 or first == second:
            return ""
        a, b = self.tree.morph[first], self.tree.morph[second]
        number = "=" if a.get("Number") == b.get("Number") else "#"
        return number + ("=" if self.mood[first] == self.mood[second] else "#")

    def _inner(self, start: int, end: int) -> str:
        return " ".join(self.tree.lower[start + 1 : end - 1]) if end - start <= 6 else ""

    def _quoting(self, ids: list[int], run: bool) -> Features:
        tree, first, last = self.tree, ids[0], ids[-1]
        quoted = self.flags["quoted"].of(ids, run)
        before = bisect_right(self.quotation_ends, first)
        over = tree.quotations[before : bisect_right(self.quotation_starts, last)]
        opens = bool(over) and over[0][0] <= first and tree.words(over[0][0], first) == 0
        closes = bool(over) and last < over[-1][1] and tree.words(last + 1, over[-1][1]) == 0
        return {
            "quoted": quoted / len(ids),
            "all_quoted": quoted == len(ids),
            "quotations": len(over),
            "quotation_opens": opens,
            "quotation_closes": closes,
            "quotation_whole": opens and closes,
            "quotations_crossed": sum(
                (s < first and tree.words(s, first) > 0 and last >= e)
                or (first < s and last < e - 1 and tree.words(last + 1, e) > 0)
                for s, e in over
            ),
            "part_of_quotation": sum(
                s < first
                and last < e - 1
                and (tree.words(s, first) > 0 or tree.words(last + 1, e) > 0)
                for s, e in over
            ),
            "longest_quotation": max((tree.words(s, e) for s, e in over), default=0),
            "quoted_again": max(
                (self.again[inner] for s, e in over if (inner := self._inner(s, e))), default=0
            ),
        }

    def _edges(self, first: int, last: int, number: int) -> Features:
        tree = self.tree
        start, end = tree.sentences[number]
        words = max(1, tree.words(start, end))
        left, right = tree.words(start, first), tree.words(last + 1, end)
        features: Features = {
            "share": tree.words(first, last + 1) / words,
            "words_left": left,
            "words_right": right,
            "at_start": left == 0,
            "at_end": right == 0,
            "token_before": self._shown(first - 1),
            "token_before2": self._shown(first - 2),
            "token_after": self._shown(last + 1),
            "token_after2": self._shown(last + 2),
            "first_word": self.opening[first],
            "second_word": self._shown(first + 1),
            "last_pos": tree.pos[last],
            "capital": tree.text[first][0].isupper(),
            "after_colon": ":" in tree.text[max(0, first - 4) : first],
            "place": number / max(1, len(tree.sentences)),
            "sentence_number": number,
        }
        after = next((i for i in range(last + 1, end) if tree.word[i]), None)
        if after is not None:
            top = after
            while tree.head[top] != top and tree.left[tree.head[top]] >= after:
                top = tree.head[top]
            features |= {
                "next_word": self.opening[after],
                "next_relation": tree.dep[top],
                "next_belongs": first <= tree.head[top] <= last,
                "next_mood": self.mood[top],
                "next_is_cue": top in tree.readings
                or any(k in tree.readings for k in tree.children[top]),
            }
        before = next((i for i in range(first - 1, start - 1, -1) if tree.word[i]), None)
        if before is not None:
            features |= {
                "previous_word": self.opening[before],
                "previous_relation": tree.dep[before],
                "previous_belongs": first <= tree.head[before] <= last,
            }
        return features

    def _content(self, candidate: Candidate, ids: list[int], head: int) -> Features:
        tree, words = self.tree, candidate.words
        below, heads = tree.children, tree.head
        cut = [
            k
            for i in ids
            for k in below[i]
            if k not in words and tree.word[k] and tree.rel[k] not in ("mark", "cc")
            if k != candidate.cue
        ]
        children = below[head]
        way = _way(candidate.way)
        return {
            "way": way.path,
            "way_kind": way.kind,
            "start": way.start,
            "end": way.end,
            "heads": sum([heads[i] not in words or heads[i] == i for i in ids]),
            "head_relation": tree.dep[head],
            "head_pos": tree.pos[head],
            "head_mood": self.mood[head],
            "head_entity": tree.entity[head],
            "head_determiner": next((tree.lower[k] for k in children if tree.pos[k] == "DET"), ""),
            "head_complements": sum(tree.rel[k] in ("amod", "nmod", "acl") for k in children),
            "head_subject": any(tree.rel[k] == "nsubj" for k in children),
            "below_cue": 2 if tree.head[head] == candidate.cue else int(tree.head[head] in words),
            "branches_cut": len(cut),
            "first_cut": tree.dep[cut[0]] if cut else "",
            "last_cut": tree.dep[cut[-1]] if cut else "",
        }

    def _ending(self, ids: list[int]) -> Features:
        """What stands at the end of a content that could be cut off it."""
        tree, first, last = self.tree, ids[0], ids[-1]
        left, right = tree.left, tree.right
        parts = [i for i in ids if right[i] >= last and left[i] > first]
        relative = [i for i in parts if tree.dep[i] == "acl:relcl"]
        adverbial = [i for i in parts if tree.rel[i] in ("advcl", "parataxis")]
        joined = [i for i in parts if tree.rel[i] == "conj" and tree.pos[i] in ("VERB", "AUX")]
        comma = max(first, self.last_pause[last])
        tail = ids[bisect_right(ids, comma) :]
        verb = next((i for i in tail if tree.morph[i].get("VerbForm") == "Fin"), None)
        opening = next(iter(tail), first)
        features: Features = {
            "relatives_end": len(relative),
            "adverbials_end": len(adverbial),
            "clauses_end": len(joined),
            "tail_words": len(tail) / len(ids),
            "tail_length": len(tail),
            "tail_first": self.opening[opening],
            "tail_second": self._shown(opening + 1),
            "tail_relation": tree.dep[opening],
            "tail_mood": self.mood[verb] if verb is not None else "",
            "tail_cue": any(i in tree.readings for i in tail),
        }
        if relative:
            features["relative_mood"] = self.mood[relative[0]]
            features["relative_comma"] = tree.text[tree.left[relative[0]] - 1] == ","
        if adverbial:
            features["adverbial_form"] = tree.morph[adverbial[0]].get("VerbForm", "")
            features["adverbial_first"] = self.opening[tree.left[adverbial[0]]]
        if joined:
            features["clause_mood"] = self.mood[joined[0]]
            features["clause_cue"] = joined[0] in tree.readings
            features["clause_subject"] = any(
                tree.rel[k] == "nsubj" for k in tree.children[joined[0]]
            )
        return features

    def _sentence(self, start: int, end: int) -> Features:
        tree = self.tree
        words = tree.words(start, end)
        quoted = sum(tree.word[i] and tree.quotation[i] > 0 for i in range(start, end))
        return {
            "sentence_words": words,
            "sentence_quoted": quoted / max(1, words),
            "sentence_cues": sum(
                i in tree.readings and not tree.quotation[i] for i in range(start, end)
            ),
            "question": "?" in tree.text[max(start, end - 2) : end],
            "new_line": start == 0 or tree.line[start] != tree.line[start - 1],
            "headline": bool(end > start and tree.headline[start]),
            "dash": next((t for t in tree.text[start : start + 2] if t in "-–—•"), ""),
        }

    def _neighbours(self, number: int) -> Features:
        features: Features = {}
        for name, other in (("previous", number - 1), ("next", number + 1)):
            if 0 <= other < len(self.sentences):
                there = self.sentences[other]
                for key in ("sentence_quoted", "sentence_cues", "question", "new_line"):
                    features[f"{name}_{key}"] = there[key]
        return features

    def _proposed(self, candidate: Candidate) -> Features:
        """How far a frame's proposal is the same."""
        words, best, anywhere, rule = candidate.words, 0.0, 0.0, ""
        near = {number for i in words for number in self.proposed_at.get(i, ())}
        for number in sorted(near):
            proposal = self.proposals[number]
            shared = len(words & proposal.words)
            same = shared / len(words | proposal.words)
            anywhere = max(anywhere, same)
            if proposal.cue == candidate.cue and same > best:
                best, rule = same, proposal.rule
        return {"frame_agrees": best, "frame_words": anywhere, "frame": rule}

    def _cue(self, cue: int) -> Features:
        tree = self.tree
        children, row = tree.children[cue], tree.cue(cue)
        start, end = tree.sentences[tree.sentence[cue]]
        head = tree.head[cue]
        marks = [tree.lower[k] for k in children if tree.rel[k] in ("mark", "case") and k < cue]
        features: Features = {
            "known": row is not None,
            "cue_pos": tree.pos[cue],
            "cue_relation": tree.dep[cue],
            "cue_mood": self.mood[cue],
            "cue_quoted": tree.quotation[cue] > 0,
            "negated": any(tree.symbol[k] == "n" for k in children),
            "passive": any(tree.dep[k] in ("aux:pass", "nsubj:pass") for k in children),
            "agent": any(tree.dep[k] == "obl:agent" for k in children),
            "reflexive": any(tree.rel[k] == "expl" for k in children),
            "compound": any(tree.rel[k] == "aux" for k in children),
            "causative": any(tree.dep[k] == "aux:caus" for k in children),
            "cue_mark": marks[-1] if marks else "",
            "cue_head": "root" if head == cue else f"_{tree.pos[head]}",
            "token_after_cue": self._shown(cue + 1),
            "token_after_cue2": self._shown(cue + 2),
            "token_before_cue": self._shown(cue - 1),
            "other_cues": sum(i in tree.readings and i != cue for i in range(start, end)),
            "cues_below": sum(k in tree.readings for k in children),
            "cue_from_start": tree.words(start, cue),
            "cue_to_end": tree.words(cue + 1, end),
            "sentence_quotations": sum(start <= s < end for s, _ in tree.quotations),
            "colon_after": _nearest(tree, cue, [i for i in range(cue, end) if tree.text[i] == ":"]),
            "quotation_after": _nearest(
                tree, cue, [s for s, _ in tree.quotations if cue < s < end]
            ),
            "quotation_before": next(
                (
                    tree.words(e, cue)
                    for s, e in reversed(tree.quotations)
                    if e <= cue and s >= start
                ),
                -1,
            ),
        }
        if tree.rel[cue] in ("xcomp", "ccomp", "advcl", "acl") and head != cue:
            features["cue_head"] = tree.lemma[head]
        for relation in ("ccomp", "xcomp", "obj", "parataxis", "advcl", "conj", "iobj", "obl"):
            features[f"has_{relation}"] = sum(tree.rel[k] == relation for k in children)
        if row is not None:
            features["stance"] = row.stance.value
            for letter in "dqfFouYxpvsz":
                features[f"takes_{letter}"] = letter in row.takes
        features |= self.profiles.cue(tree, cue)
        self.subjects[cue], depth = subject(tree, cue)
        if self.subjects[cue] >= 0:
            features |= self._speaking(cue, self.subjects[cue], depth)
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
            "subject_comma": self._shown(last + 1),
        }

    def _between(self, candidate: Candidate, ids: list[int]) -> Features:
        tree, cue, words = self.tree, candidate.cue, candidate.words
        first, last = ids[0], ids[-1]
        if cue < first:
            side, start, end = 1, cue + 1, first
        elif cue > last:
            side, start, end = 2, last + 1, cue
        else:
            side, start, end = 3, 0, 0
        flags = self.flags
        subject, head = self.subjects[cue], candidate.head
        objects = [k for k in tree.children[cue] if tree.rel[k] in ("obj", "ccomp", "xcomp")]
        return {
            "side": side,
            "distance": tree.words(start, end),
            "between_que": flags["que"].between(start, end) > 0,
            "between_de": flags["de"].between(start, end) > 0,
            "between_a": flags["a"].between(start, end) > 0,
            "between_commas": flags["commas"].between(start, end),
            "between_colons": flags["colons"].between(start, end),
            "between_brackets": flags["brackets"].between(start, end),
            "between_verbs": flags["full_verbs"].between(start, end),
            "between_names": flags["names"].between(start, end),
            "between_quoted": flags["tokens_quoted"].between(start, end),
            "same_sentence": tree.sentence[cue] == tree.sentence[first],
            **self._closing(candidate, ids),
            "subject_inside": subject in words,
            "subject_between": start <= subject < end,
            "siblings": self.siblings[cue],
            "path_inside": head in words,
            "path_relation": tree.dep[head] if head >= 0 else "",
            "path_child": head >= 0 and tree.head[head] == cue,
            "objects_out": sum(k not in words for k in objects),
            "objects_in": sum(k in words for k in objects),
        }

    def _closing(self, candidate: Candidate, ids: list[int]) -> Features:
        """What shows that a content goes on after its end, or into another clause."""
        tree, cue, head = self.tree, candidate.cue, candidate.head
        first, last = ids[0], ids[-1]
        end = tree.sentences[tree.sentence[last]][1]
        mark = self.infinitive_marks.first(first, last + 1)
        agents = self.agents.within(max(first, cue + 1), last + 1)
        features: Features = {
            "infinitive_mark": tree.words(first, mark) if mark >= 0 else -1,
            "agents_inside": len(agents) if self.mood[cue].startswith("Part") else -1,
            "agent_of_cue": any(tree.head[tree.head[i]] == cue for i in agents),
            "que_joined": len(self.joined_que.within(first + 1, last + 1)),
            "que_after": self.joined_que.first(last + 1, end) >= 0,
        }
        pause = max(first - 1, min(self.last_pause[last], last))
        verbs = {
            "tail": self.finite_verbs.first(max(first, pause + 1), last + 1),
            "after": self.finite_verbs.first(last + 1, end),
        }
        for name, verb in verbs.items():
            if verb >= 0:
                features[f"{name}_as_cue"] = self._alike(verb, cue)
                features[f"{name}_as_head"] = self._alike(verb, head) if head >= 0 else ""
                features[f"{name}_verb_subject"] = self.has_subject[verb]
                features[f"{name}_verb_relation"] = tree.dep[verb]
        return features


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


def _nearest(tree: Tree, cue: int, places: Sequence[int]) -> int:
    """Words from a cue to the first of some places after it; -1 where there is none."""
    return tree.words(cue + 1, places[0]) if places else -1
