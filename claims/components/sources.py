"""Sources: which noun phrase or pronoun is the speaker's mention, by a small learned model.

What rules over the parse say (`attributions.spoken`) is one feature of a candidate among others.
A candidate is the head of a phrase in the cue's sentence, outside the content, or the source of
the claim before. The model is files of a language's folder `sources/`.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span

from claims.components import attributions, phrases, profiles, trees
from claims.components.candidates import NO_CUE, Words
from claims.components.chunks import COORDINATION, Chunker, chunker_of
from claims.components.cue_features import subject
from claims.components.models import Model, best, bundled, sums, told
from claims.components.phrases import INNER
from claims.components.relations import Attribution, Place
from claims.components.sheets import Blocks, Features
from claims.components.trees import Tree
from claims.parser import PERSON

FOLDER = "sources"
NOBODY = -1
"""The head of no source."""
PAUSES = frozenset(",;:()–—")
LONGEST_PATH = 5
"""Relations between a cue and a candidate that are told one by one."""
FAR = 9.0
"""Stands for what is too far to be told, or is not there."""
REMEMBERED = 8
"""Sentences after which the source of the claim before is no candidate any more."""
PART_OF_SOURCE = 0.05
"""Of coordinated phrases one that scores less than this share of the best is no part of the source."""
BESIDE = 0.1
"""Of phrases with a conjunction between them that the parse does not join, one that scores at least this
share of the best is part of the source."""
LISTING = frozenset({"DET", "ADV"})
"""Parts of speech of words between the names of a list, beside conjunctions."""
LONGEST_NAME = 8
"""Tokens of the longest quotation that can be a name."""
AT_ONCE = 50
"""Claims whose candidates are weighed at once, at most."""
LONGEST = 300
"""Tokens of a sentence all of which is weighed; of 98,580 of the press 13 are longer, and have the same sources."""
FARTHEST = 60
"""Tokens from a cue to a candidate in a longer one, at most."""


class Claimed(NamedTuple):
    """A claim in tokens, and the head of its source as far as it is known."""

    words: Words
    cue: int
    head: int = NOBODY

    @property
    def at(self) -> int:
        """The cue, or where a content without one starts."""
        return self.cue if self.cue != NO_CUE else min(self.words)


def claimed(tree: Tree, attribution: Attribution) -> Claimed:
    """An attribution in tokens."""
    cue = tree.within(*attribution.cue)[-1] if attribution.cue else NO_CUE
    return Claimed(tree.words_at(attribution.content), cue)


def candidates(tree: Tree, claim: Claimed, before: Claimed | None) -> list[int]:
    """The heads of what can be the source, in text order.

    A content without a cue can have its source in the sentence before.
    """
    numbers = {tree.sentence[claim.at]}
    if claim.cue == NO_CUE:
        numbers |= {tree.sentence[claim.at] - 1, tree.sentence[max(claim.words)]}
    found = {
        i
        for number in numbers
        if number >= 0
        for i in phrase_heads(tree, _near(tree.sentences[number], claim.at), claim.cue)
        if i not in claim.words and i != claim.cue
    }
    if before is not None and before.head >= 0 and before.head not in claim.words:
        gap = tree.sentence[claim.at] - tree.sentence[before.head]
        found |= {before.head} if gap < REMEMBERED else set()
    return sorted(found)


def _near(sentence: tuple[int, int], at: int) -> range:
    """The tokens of a sentence; of one that has no end, those that are near."""
    first, end = sentence
    if end - first <= LONGEST:
        return range(first, end)
    return range(max(first, at - FARTHEST), min(end, at + FARTHEST))


def phrase_heads(tree: Tree, tokens: range, cue: int) -> list[int]:
    """Those of some tokens that head phrases of their own, ascending.

    A possessive that hangs on the cue is one too (*à leurs yeux*).
    """
    start, end = (bisect_left(tree.heads, at) for at in (tokens.start, tokens.stop))
    possessive = [
        k
        for k in (tree.children[cue] if cue != NO_CUE else ())
        if k in tokens and tree.pos[k] == "DET" and tree.morph[k].get("Poss")
    ]
    return sorted({*tree.heads[start:end], *possessive})


class Seen(NamedTuple):
    """What all candidates of a claim are seen from."""

    claim: Claimed
    at: int
    first: int
    last: int
    """The first and the last word of the content."""
    quotations: tuple[int, int]
    """The numbers of the quotations that these stand in."""
    cue: str
    """Of a cue that is a preposition *p*."""
    finite: int
    """The token that has the form of the cue."""
    subject: int
    """The subject of the cue as the parse has it."""

    @classmethod
    def of(cls, tree: Tree, claim: Claimed) -> "Seen":
        """A claim as candidates are seen from it."""
        cue, first, last = claim.cue, min(claim.words), max(claim.words)
        quotations = tree.quotation[first], tree.quotation[last]
        if cue == NO_CUE:
            return cls(claim, first, first, last, quotations, "", NO_CUE, NOBODY)
        kind = "p" if tree.is_preposition(cue) else ""
        finite = next((k for k in tree.children[cue] if tree.rel[k] == "aux"), cue)
        return cls(claim, cue, first, last, quotations, kind, finite, subject(tree, cue)[0])


class Describer:
    """The features of candidates of one text."""

    def __init__(
        self, tree: Tree, claims: Iterable[Claimed], ruled: Iterable[Iterable[Place]]
    ) -> None:
        """Read a text.

        Args:
            tree: the text.
            claims: its claims.
            ruled: the mentions that rules find for each.
        """
        self.tree = tree
        self.cues = {claim.cue for claim in claims}
        self.speaking = Counter(
            form
            for mentions in ruled
            for form in {tree.lower[i] for place in mentions for i in tree.within(*place)}
        )
        self.profiles = profiles.bundled(tree.code)
        self._phrases: dict[int, Features] = {}
        self._ways: Ways | None = None

    @cached_property
    def pauses(self) -> list[int]:
        """How many pauses stand before each token, and before the end."""
        return list(accumulate((text in PAUSES for text in self.tree.text), initial=0))

    def way(self, start: int, end: int) -> tuple[str, int, int]:
        """The relations from a token to another, how many lead up, and how many down."""
        if self._ways is None or self._ways.start != start:
            self._ways = Ways(self.tree, start)
        return self._ways.to(end)

    def rows(
        self,
        claim: Claimed,
        heads: Sequence[int],
        ruled: Iterable[Place],
        before: Claimed | None,
    ) -> list[Blocks]:
        """The features of the candidates of a claim.

        Args:
            claim: the claim.
            heads: its candidates.
            ruled: the mentions that rules find.
            before: the claim before it.
        """
        proposed = {i for place in ruled for i in self.tree.within(*place)}
        seen, placed = Seen.of(self.tree, claim), sorted(heads)
        near = sorted(heads, key=lambda i: (abs(i - seen.at), i))
        ranks = {head: rank for rank, head in reversed([*enumerate(near)])}
        shared = self._claim(claim, before)
        shared |= {"ruled_any": bool(proposed), "candidates": len(heads)}
        found: list[Blocks] = []
        for head in heads:
            if head not in self._phrases:
                self._phrases[head] = self._phrase(head)
            own = self._place(seen, head) | self._governed(seen, head)
            low, high = min(seen.at, head), max(seen.at, head)
            between = bisect_left(placed, high) - bisect_right(placed, low)
            own["ruled"] = head in proposed
            own["rank"] = ranks[head]
            own["rivals_between"] = max(0, between)
            own["said_before"] = before is not None and head == before.head
            found.append((shared, self._phrases[head], own))
        return found

    def _claim(self, claim: Claimed, before: Claimed | None) -> Features:
        tree, cue, at = self.tree, claim.cue, claim.at
        first, last = min(claim.words), max(claim.words)
        gap = tree.sentence[at] - tree.sentence[max(before.words)] if before else FAR
        features: Features = {
            "quoted_ends": (tree.quotation[first] > 0) + (tree.quotation[last] > 0),
            "before_gap": gap,
            "before_quoted": before is not None and tree.quotation[min(before.words)] > 0,
            "before_cue": tree.key(before.cue) if before and before.cue != NO_CUE else "",
            "mark_before": tree.text[first - 1] if first else "",
            "mark_after": tree.text[last + 1] if last + 1 < len(tree.text) else "",
        }
        if cue == NO_CUE:
            return features
        children = tree.children[cue]
        form = tree.morph[cue]
        return features | {
            "cue_pos": tree.pos[cue],
            "cue_form": form.get("VerbForm", "") + form.get("Tense", ""),
            "cue_dep": tree.dep[cue],
            "cue": tree.key(cue),
            "cue_preposition": tree.is_preposition(cue),
            "cue_passive": any(tree.dep[k] in ("aux:pass", "nsubj:pass") for k in children),
            "cue_subject": any(tree.rel[k] == "nsubj" for k in children),
            "cue_object": any(tree.rel[k] == "obj" for k in children),
            "cue_quoted": tree.quotation[cue] > 0,
            "content_side": "before" if last < cue else "after" if first > cue else "around",
            "cue_to_content": min(abs(first - cue), abs(last - cue)),
            "cue_first": cue - tree.sentences[tree.sentence[cue]][0],
        }

    def _place(self, seen: Seen, head: int) -> Features:
        """Where a candidate stands, seen from the cue and the content."""
        tree, at, first, last = self.tree, seen.at, seen.first, seen.last
        low, high = min(at, head) + 1, max(at, head)
        way, up, down = self.way(at, head)
        governor = "cue" if tree.head[head] == seen.claim.cue else ""
        side = "after" if head > at else "before"
        return {
            "path": way,
            "path_up": up,
            "path_down": down,
            "distance": head - at,
            "words_between": tree.words(low, high),
            "pauses_between": max(0, self.pauses[high] - self.pauses[low]),
            "across_content": low <= first < high or low <= last < high,
            "to_content": min(abs(head - first), abs(head - last)),
            "beside_content": "before" if head < first else "after" if head > last else "in",
            "sentences_away": tree.sentence[head] - tree.sentence[at],
            "lines_away": tree.line[head] - tree.line[at],
            "from_start": head - tree.sentences[tree.sentence[head]][0],
            "quoted": self._quoted(seen, head),
            "place": f"{tree.dep[head]} {side} {governor}{seen.cue}",
        }

    def _quoted(self, seen: Seen, head: int) -> str:
        """Which quotation a candidate stands in."""
        tree, cue = self.tree, seen.claim.cue
        number = tree.quotation[head]
        if not number:
            return "none"
        if number in seen.quotations:
            return "content"
        if cue != NO_CUE and number == tree.quotation[cue]:
            return "cue"
        start, end = tree.quotations[number - 1]
        return "name" if end - start < LONGEST_NAME else "other"

    def _phrase(self, head: int) -> Features:
        """What a candidate is."""
        tree = self.tree
        children = tree.children[head]
        determiner = next((k for k in children if tree.rel[k] == "det"), None)
        article = tree.morph[determiner] if determiner is not None else {}
        features: Features = {
            "pos": tree.pos[head],
            "dep": tree.dep[head],
            "speaks_elsewhere": self.speaking[tree.lower[head]],
            "entity": tree.entity[head],
            "symbol": tree.symbol[head],
            "pronoun": tree.morph[head].get("PronType", ""),
            "form": tree.lower[head] if tree.pos[head] in ("PRON", "DET") else "",
            "case": next((tree.lower[k] for k in children if tree.rel[k] == "case"), ""),
            "determiner": "".join(article.get(k, "") for k in ("Definite", "PronType", "Poss")),
            "capital": tree.text[head][0].isupper(),
            "medium": head in tree.media,
            "below": tree.right[head] - tree.left[head],
            "apposition": any(tree.rel[k] == "appos" for k in children),
            "clause": any(tree.rel[k] == "acl" for k in children),
        }
        features |= self._beside(head)
        if tree.pos[head] not in ("PRON", "DET"):
            features |= self.profiles.subject(tree, head)
        return features

    def _beside(self, head: int) -> Features:
        """What stands right before and after a candidate's words: a mark, a closed class, a name."""
        tree = self.tree
        start, end = head, head + 1
        while start and tree.head[start - 1] == head and tree.rel[start - 1] in phrases.LEFT:
            start -= 1
        while end < len(tree.text) and head <= tree.head[end] < end and tree.rel[end] in INNER:
            end += 1
        first, last = tree.sentences[tree.sentence[head]]
        found: Features = {
            "word_before": self._class(start - 1) if start > first else "",
            "word_after": self._class(end) if end < last else "",
        }
        if start - 1 > first and tree.text[start - 1] in PAUSES:
            found["paused_before"] = self._class(start - 2)
        if end + 1 < last and tree.text[end] in PAUSES:
            found["paused_after"] = self._class(end + 1)
        return found

    def _class(self, at: int) -> str:
        """A mark as it is; of a word its entity, its closed class or its part of speech."""
        tree = self.tree
        if not tree.word[at]:
            return tree.text[at]
        return tree.entity[at] or tree.symbol[at] or tree.pos[at]

    def _governed(self, seen: Seen, head: int) -> Features:
        """What a candidate hangs on, and whether it agrees with the cue."""
        tree, cue = self.tree, seen.claim.cue
        governor = tree.head[head]
        features: Features = {
            "governor": tree.pos[governor],
            "governor_rel": tree.rel[governor],
            "governor_other_cue": governor in self.cues and governor != cue,
            "of_preposition": any(k in self.cues and k != cue for k in tree.children[head]),
            "governor_in_content": governor in seen.claim.words,
            "holds_cue": tree.left[head] <= seen.at <= tree.right[head] != head,
        }
        if cue == NO_CUE:
            return features
        one, other = tree.morph[seen.finite], tree.morph[head]
        return features | {
            "subject": seen.subject == head,
            "of_cue": governor == cue,
            "same_number": _same(one.get("Number"), other.get("Number")),
            "same_gender": _same(tree.morph[cue].get("Gender"), other.get("Gender")),
            "same_person": _same(one.get("Person"), other.get("Person", "3")),
        }


def first(tree: Tree, head: int, heads: Container[int]) -> int:
    """Of coordinated candidates the first, which the others are told from."""
    while tree.rel[head] == "conj" and tree.head[head] in heads and tree.head[head] < head:
        head = tree.head[head]
    beside = (h for h in tree.children[tree.head[head]] if h < head and h in heads)
    if tree.rel[head] == "nsubj" and tree.entity[head] == PERSON:  # a list taken for subjects
        return next((h for h in beside if tree.dep[h] == tree.dep[head]), head)
    return head


def _same(one: str | None, other: str | None) -> str:
    return str(one == other) if one and other else ""


class Ways:
    """The relations from a token up to what is above both it and another, and down to that."""

    def __init__(self, tree: Tree, start: int) -> None:
        self.tree, self.start = tree, start
        self.above = {start: 0}
        """What a token hangs on, and how far up that is."""
        at = start
        while tree.head[at] != at:
            at = tree.head[at]
            self.above[at] = len(self.above)
        self.up = [tree.rel[i] for i in self.above]
        self.shared: dict[int, tuple[int, int] | None] = {}
        """Another token to what is above both, and how far down it is; None where nothing is."""

    def to(self, end: int) -> tuple[str, int, int]:
        """The relations to a token, how many lead up, and how many down."""
        found = self._shared(end)
        if found is None:
            return "apart", int(FAR), int(FAR)
        top, down = found
        up = self.above[top]
        if up + down > LONGEST_PATH:
            return "long", up, down
        below, at = [], end
        while at != top:
            below.append(self.tree.rel[at])
            at = self.tree.head[at]
        return "^".join(self.up[:up]) + "|" + "v".join(reversed(below)), up, down

    def _shared(self, end: int) -> tuple[int, int] | None:
        """What is above the start and another token, and how far down from there that is."""
        passed, at = [], end
        while at not in self.above and at not in self.shared:
            passed.append(at)
            if self.tree.head[at] == at:
                self.shared[at] = None
                break
            at = self.tree.head[at]
        found = (at, 0) if at in self.above else self.shared[at]
        for below in reversed(passed):
            found = None if found is None else (found[0], found[1] + 1)
            self.shared[below] = found
        return found


@Language.factory(
    "claims_sources",
    requires=["doc.spans", "doc._.attributions"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_sources(nlp: Language, name: str, language: str) -> "Sources":
    """The component that finds the speakers' mentions of `doc._.attributions`."""
    return Sources(language)


class Sources:
    """Gives each attribution the mention of its speaker."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.model = bundled(code, FOLDER)

    def __call__(self, doc: Doc) -> Doc:
        """Find the mentions of one document; without a model those that rules found stay."""
        if self.model is not None:
            doc._.attributions = tuple(self.match(doc, self.model))
        return doc

    def match(self, doc: Doc, model: Model) -> Iterator[Attribution]:
        """The attributions of one document with their mentions."""
        found: tuple[Attribution, ...] = doc._.attributions
        tree = trees.tree(doc, self.code)
        claims = [claimed(tree, attribution) for attribution in found]
        ruled = [attribution.mentions for attribution in found]
        chunker = chunker_of(doc, self.code)
        before, last = NOBODY, None
        for attribution, one in zip(found, weighed(tree, claims, ruled, model), strict=True):
            if last is not None and one.head == before:
                mentions = last.mentions
            else:
                mentions = _with_beside(
                    tree,
                    mentioned(chunker, one.head, attribution.content, one.silent),
                    (
                        mentioned(chunker, other, attribution.content, one.silent)
                        for other in _sharing(one)
                    ),
                )
            speaker = (mentions[0][0], mentions[-1][1]) if mentions else None
            last = replace(attribution, speaker=speaker, mentions=mentions)
            if doc._.explain:
                words = {
                    f: _words(tree, mentioned(chunker, f, attribution.content, one.silent))
                    for f in dict.fromkeys(one.firsts)
                }
                last = last.explained(
                    speaker=told(one.firsts, one.scores, words.__getitem__),
                    speaker_reasons=()
                    if one.row is None
                    else model.reasons(model.encoded([one.row]), {0: 0})[0],
                )
            before = one.head
            yield last


class Weighed(NamedTuple):
    """The candidates of a claim with what they score, and the head that is chosen."""

    heads: list[int]
    scores: list[float]
    firsts: list[int]
    """Of each head the first that it is coordinated with."""
    silent: frozenset[int]
    head: int
    row: Blocks | None
    """The features of the head; None of nobody."""


def weighed(
    tree: Tree, claims: Sequence[Claimed], ruled: Sequence[Iterable[Place]], model: Model
) -> list[Weighed]:
    """What can be the source of each claim, and what is.

    That depends on the source of the claim before. What rules find is taken for it first, so that
    many claims are weighed at once, and then again those before which another source was found.
    """
    describer = Describer(tree, claims, ruled)
    before = [NOBODY, *_supposed(tree, claims, ruled)][: len(claims)]
    found: dict[int, Weighed] = {}
    asked = list(range(len(claims)))
    while asked:
        for at in range(0, len(asked), AT_ONCE):
            part, heads, rows = asked[at : at + AT_ONCE], [], []
            for n in part:
                last = claims[n - 1]._replace(head=before[n]) if n else None
                heads.append(candidates(tree, claims[n], last))
                rows.append(describer.rows(claims[n], heads[-1], ruled[n], last))
            for n, own, seen, scores in zip(part, heads, rows, model.rivals(rows), strict=True):
                found[n] = _weighed(tree, own, seen, scores, model.tables.threshold)
        changed = [n for n in range(1, len(claims)) if found[n - 1].head != before[n]]
        asked = []
        for n in changed:
            those = (before[n], found[n - 1].head)
            before[n] = found[n - 1].head
            last = claims[n - 1]._replace(head=before[n])
            if candidates(tree, claims[n], last) != found[n].heads or any(
                head in found[n].heads for head in those
            ):
                asked.append(n)
    return [found[n] for n in range(len(claims))]


def _supposed(
    tree: Tree, claims: Iterable[Claimed], ruled: Iterable[Iterable[Place]]
) -> Iterator[int]:
    """The heads of what rules find; a claim without a cue goes on with the one before."""
    head = NOBODY
    for claim, mentions in zip(claims, ruled, strict=True):
        tokens = tree.tokens_at(mentions)
        if tokens or claim.cue != NO_CUE:
            head = tree.tops(tokens)[0] if tokens else NOBODY
        yield head


def _weighed(
    tree: Tree, heads: list[int], rows: list[Blocks], scores: list[float], least: float
) -> Weighed:
    known = frozenset(heads)
    firsts = [first(tree, head, known) for head in heads]
    silent = _silent(tree, heads, firsts, scores)
    firsts = _begun(heads, firsts, silent)
    head = best(firsts, scores, least)
    if head is None:
        return Weighed(heads, scores, firsts, silent, NOBODY, None)
    return Weighed(heads, scores, firsts, silent, head, rows[heads.index(head)])


def _silent(
    tree: Tree, heads: Sequence[int], firsts: Sequence[int], scores: Sequence[float]
) -> frozenset[int]:
    """The heads that do not speak, though the parse joins them to one that does.

    A name does where another in its list speaks (*Attac, la CGT ou encore la FSU*).
    """
    most: dict[int, float] = {}
    for head, score in zip(firsts, scores, strict=True):
        most[head] = max(score, most.get(head, 0))
    told_apart = list(zip(heads, firsts, scores, strict=True))
    silent = {h for h, f, score in told_apart if score < PART_OF_SOURCE * most[f]}
    pairs = [
        (one, other)
        for (one, f, _), (other, g, _) in pairwise(told_apart)
        if f == g and _is_listed(tree, one, other)
    ]
    for one, other in (*pairs, *reversed(pairs)):
        if one not in silent or other not in silent:
            silent -= {one, other}
    return frozenset(silent)


def _is_listed(tree: Tree, one: int, other: int) -> bool:
    """Whether nothing but commas, conjunctions and determiners stands between two names of a kind.

    Or a conjunction and no comma between a person and whatever follows (*Léa Roux et d'autres élus*).
    """
    end = one + 1
    while end < other and tree.doc[end].ent_iob_ == "I":
        end += 1
    between = range(end, other)
    listing = all(
        tree.text[i] == "," or (_is_listing(tree, i, other) and tree.text[i].islower())
        for i in between
    )
    commas = any(tree.text[i] == "," for i in between)
    joined = any(tree.symbol[i] == COORDINATION for i in between)
    alike = bool(tree.entity[one]) and tree.entity[one] == tree.entity[other]
    beside = tree.entity[one] == PERSON and joined and not commas
    return listing and ((alike and (joined or commas)) or beside)


def _is_listing(tree: Tree, at: int, other: int) -> bool:
    """Whether a word can stand between two names of a list (*ou encore la*), or begins the other."""
    begins = tree.head[at] == other and tree.rel[at] in phrases.LEFT
    return tree.symbol[at] == COORDINATION or tree.pos[at] in LISTING or begins


def _begun(heads: Sequence[int], firsts: Sequence[int], silent: Container[int]) -> list[int]:
    """The firsts of heads anew, where the parse begins a list with what does not speak."""
    begin: dict[int, int] = {}
    for head, of in zip(heads, firsts, strict=True):
        if head not in silent:
            begin.setdefault(of, head)
    return [begin[of] for of in firsts]


def _sharing(one: Weighed) -> list[int]:
    """The heads that can be part of the source whose head is known, in text order.

    They score enough themselves, or are of its list.
    """
    most = sums(one.firsts, one.scores)
    if one.head not in most:
        return []
    others = {f for f, score in most.items() if score >= BESIDE * most[one.head]}
    pairs = zip(one.heads, one.firsts, strict=True)
    listed = {h for h, f in pairs if f == one.head and h not in one.silent}
    return sorted((others | listed) - {one.head})


def _with_beside(
    tree: Tree, mentions: Sequence[Place], others: Iterable[Sequence[Place]]
) -> tuple[Place, ...]:
    """Mentions, and before and after them those of others with nothing but a conjunction between."""
    found = list(mentions)
    for other in others:
        if not found or not other or not set(other).isdisjoint(found):
            continue
        if _is_joined(tree, other[-1], found[0]):
            found = [*other, *found]
        elif _is_joined(tree, found[-1], other[0]):
            found = [*found, *other]
    return tuple(found)


def _is_joined(tree: Tree, one: Place, other: Place) -> bool:
    """Whether a conjunction stands between two places, and at most a comma with it."""
    if one[1] >= other[0]:
        return False
    between = tree.within(one[1], other[0])
    return any(tree.symbol[i] == COORDINATION for i in between) and all(
        tree.symbol[i] == COORDINATION or tree.text[i].isspace() or tree.text[i] == ","
        for i in between
    )


def _words(tree: Tree, mentions: Sequence[Place]) -> str:
    """The words of a source's mentions."""
    return tree.string[mentions[0][0] : mentions[-1][1]] if mentions else ""


def mentioned(
    chunker: Chunker, head: int, content: Iterable[Place], silent: Container[int] = ()
) -> tuple[Place, ...]:
    """The mentions of a source and of those coordinated with it, less what is content.

    Args:
        chunker: the chunks of the text.
        head: the first of the heads; negative if there is none.
        content: what the source said.
        silent: heads that do not speak, though the parse joins them to one that does.
    """
    joining, media = chunker.words.joining, chunker.media
    content = list(content)
    found: list[Place] = []
    for each in phrases.coordinated(chunker.doc[head]) if head >= 0 else ():
        if each.i in silent:
            continue
        span = _outside(phrases.phrase(each, joining, media), content)
        if span is not None:
            found.append(attributions.mention(chunker, span))
    return tuple(found)


def _outside(span: Span, content: Iterable[Place]) -> Span | None:
    """A phrase up to the content that it runs into; None where it begins in there."""
    for start, end in content:
        if start <= span.start_char < end:
            return None
        if span.start_char < start < span.end_char:
            kept = [token for token in span if token.idx < start]
            while len(kept) > 1 and phrases.relation(kept[-1]) in ("case", "mark", "punct"):
                kept.pop()
            span = span.doc[span.start : kept[-1].i + 1]
    return span
