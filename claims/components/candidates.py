"""Candidates: every content that a cue could have, so many that the right one is among them.

A candidate is a cue with a set of words. Where a frame proposes one it is a candidate, and so
is what hangs below the cue, what the cue hangs below, what stands beside it, and what is
quoted near it; each as it is, less its introducing word, from its first quotation on, and up
to each part that may not belong to it (a relative clause at its end, a second clause).
A choice among them is `claims.components.decisions`.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator
from itertools import accumulate, pairwise
from typing import NamedTuple

from claims.components.chunks import HYPHENS
from claims.components.trees import Tree

Words = frozenset[int]

FUNCTION = frozenset({"aux", "cop", "punct", "det", "case", "mark", "cc", "expl", "fixed", "flat"})
"""Relations of children that hold no content."""
AT_THE_END = frozenset(
    {
        *("acl", "acl:relcl", "advcl", "parataxis", "parataxis:insert", "conj", "ccomp", "xcomp"),
        *("obl", "obl:mod", "obl:arg", "obl:agent", "advmod", "nmod", "appos"),
    }
)
"""Relations of what may stand at the end of a content and not belong to it."""
CLAUSES = frozenset({"acl", "acl:relcl", "advcl", "conj", "parataxis", "parataxis:insert"})
"""Those of clauses."""
NOMINAL = frozenset({"obj", "nsubj", "nsubj:pass", "obl:arg"})
"""Relations to the cue of phrases that are cut before any of `AT_THE_END`."""
BEFORE_ADJUNCTS = CLAUSES | {"obl:mod", "advmod"}
"""What other contents below a cue are cut before; cuts elsewhere were never the only right ones."""
BEFORE_ADVERBIALS = frozenset({"advcl", "parataxis"})
"""What the clauses above a cue are cut before."""
INTRODUCING = "qDBt"
"""Classes of words that introduce a content and are not of it: *que, de, du, à*."""
PAUSES = frozenset(",;:–—-()")
MOST_BESIDE, MOST_PAIRED = 10, 20
"""Quotations on each side of a cue, and what hangs right of it, that are tried; a sentence of the press has
five, and a cue twelve, at most. Without an end a page of five thousand characters takes a minute."""
MOST_IN_SENTENCE = 2000
"""Candidates of a sentence, many of them made twice, after which its next cues get none; a sentence
of the press has some five hundred at most when each is counted once."""
MAX_WORDS = 140
"""Words of a content, at most."""
MAX_UP = 4
"""Heads above a cue whose clause may be its content."""
TAGGING = frozenset({"aux", "expl", "punct", "advmod", "nsubj", "dep"})
"""Relations of what stands between a quotation and the verb that tells who speaks."""
CLOSING = frozenset(",.!?…")
TAG, TO_COLON = 6, 16
"""Tokens from a quotation to its verb, and from a verb to its colon, at most."""
INTERRUPTED, PARTED = "quote-interrupted", "quotes-interrupted"
"""The ways of a quotation less what tells in it, or between its marks, who speaks."""
LONGEST_INSERTION = 12
"""Tokens of what interrupts a quotation, at most."""
GROUP_LEFT, GROUP_SUBJECT = 8, 40
"""Tokens from a cue to its auxiliary, and to its subject, at most."""
QUE = "q"
"""The class of *que*."""
CLAUSE = "q"
"""In what a verb takes: a clause after *que*."""
ANYWHERE = "s"
"""In what a preposition takes: a source, wherever it stands."""
LONGEST_FIGURE = 8
"""Tokens of a figure with what it counts, at most."""
NO_CUE = -1


class Candidate(NamedTuple):
    """A content that a cue could have."""

    cue: int
    """Token of the cue; `NO_CUE` for a quotation that follows on."""
    words: Words
    way: str
    """How it was made: a path, then `>` where it starts, then `<` where it ends."""
    head: int
    """The content's head in the parse, or -1."""


class Proposal(NamedTuple):
    """What a frame found, in tokens."""

    cue: int
    words: Words
    rule: str


def candidates(
    tree: Tree, lemmas: Container[str], proposals: Iterable[Proposal] = ()
) -> list[Candidate]:
    """The candidates of a text, each pair of cue and words once, in order of their cues.

    Args:
        tree: the text.
        lemmas: lemmas that are tried as cues beside those of the lexicon.
        proposals: what frames found.
    """
    found: dict[tuple[int, Words], Candidate] = {}
    spans = _Spans(tree)
    joined = frozenset(i for i in tree.readings if _joined(tree, i))
    for candidate in _all(spans, lemmas, proposals):
        cue, words = candidate.cue, candidate.words
        if not words or len(words) > MAX_WORDS or cue in words or (cue, words) in found:
            continue
        if not any(_alike(tree, i, cue) for i in joined & words):
            found[cue, words] = candidate
    return list(found.values())


class _Spans:
    """The words of runs of tokens that can be of a content, each run's once."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        can_be = [
            is_word and claims for is_word, claims in zip(tree.word, tree.claims, strict=True)
        ]
        self.ids = [i for i, can in enumerate(can_be) if can]
        self.words = frozenset(self.ids)
        self.before = list(accumulate(can_be, initial=0))
        """How many stand before each token, and before the end."""
        self.known: dict[tuple[int, int], Words] = {}

    def between(self, start: int, end: int) -> Words:
        """Those of `[start, end)`."""
        first, last = run = self.before[start], self.before[end]
        found = self.known.get(run)
        if found is None:
            found = frozenset(self.ids[first:last])
            if last - first <= MAX_WORDS:  # no content is longer, and those of a list would be many
                self.known[run] = found
        return found


def _all(
    spans: _Spans, lemmas: Container[str], proposals: Iterable[Proposal]
) -> Iterator[Candidate]:
    tree = spans.tree
    made: Counter[int] = Counter()
    for cue in range(len(tree.text)):
        if not tree.claims[cue] or made[tree.sentence[cue]] >= MOST_IN_SENTENCE:
            continue
        if (
            cue in tree.readings
            or (tree.pos[cue] in ("VERB", "NOUN") and tree.lemma[cue] in lemmas)
            or (tree.pos[cue] == "VERB" and _beside_quotation(tree, cue))
        ):
            found = _Maker(spans, cue).all()
            made[tree.sentence[cue]] += len(found)
            yield from found
    yield from _without_cue(spans)
    for proposal in proposals:
        yield Candidate(proposal.cue, proposal.words & spans.words, "frame", -1)


def _joined(tree: Tree, cue: int) -> bool:
    """Whether a cue with a *que* clause is joined to a verb, without subject and auxiliary."""
    row = tree.cue(cue)
    own = any(tree.rel[k] in ("nsubj", "aux") for k in tree.children[cue])
    return (
        tree.rel[cue] == "conj"
        and QUE in tree.symbol[cue + 1 : cue + 2]
        and not own
        and not tree.quotation[cue]
        and row is not None
        and CLAUSE in row.takes
    )


def _alike(tree: Tree, cue: int, other: int) -> bool:
    """Whether a cue goes on with one before it: *a annoncé que … et précisé que …*."""
    forms = ("VerbForm", "Tense", "Number")
    one, before = tree.morph[cue], tree.morph[other]
    if not NO_CUE < other < cue or one.get("VerbForm") not in ("Part", "Fin"):
        return False
    compared = forms[:1] if one["VerbForm"] == "Part" else forms
    return all(one.get(name) == before.get(name) for name in compared)


def _beside_quotation(tree: Tree, verb: int) -> bool:
    """Whether a verb stands where that of saying stands: « … », *a tonné X*; *X tonne* : « … »."""
    if tree.quotation[verb]:
        return False
    at = verb - 1
    while at >= 0 and not tree.quotation[at] and at > verb - TAG and tree.rel[at] in TAGGING:
        at -= 1
    if at >= 0 and tree.quotation[at]:
        end = tree.quotations[tree.quotation[at] - 1][1]
        return any(tree.text[i] in CLOSING for i in range(max(0, end - 2), end + 1))
    start, end = verb + 1, min(verb + TO_COLON, len(tree.text) - 2)
    colon = next((i for i in range(start, end) if tree.text[i] == ":"), None)
    if colon is None or any(i in tree.readings or tree.quotation[i] for i in range(start, colon)):
        return False
    return any(tree.quotation[colon + 1 : colon + 3])


class _Maker:
    """Makes the candidates of one cue."""

    def __init__(self, spans: _Spans, cue: int) -> None:
        self.spans, self.tree, self.cue = spans, spans.tree, cue
        self.found: list[Candidate] = []
        tree = self.tree
        self.start, self.end = tree.sentences[tree.sentence[cue]]
        first = bisect_left(tree.quotations, (self.start, 0))
        last = bisect_left(tree.quotations, (self.end, 0))
        middle = bisect_left(tree.quotations, (cue, 0))
        first, last = max(first, middle - MOST_BESIDE), min(last, middle + MOST_BESIDE)
        self.near = tree.quotations[first:last]
        """The quotations that begin in the cue's sentence, the nearest ones."""
        children = tree.children[cue]
        self.subjects = [k for k in children if tree.rel[k] in ("nsubj", "csubj")]
        group = {cue} | {
            k
            for k in children
            if tree.rel[k] in ("aux", "expl", "iobj", "advmod", "punct")
            and abs(k - cue) < GROUP_LEFT
        }
        group |= {i for k in self.subjects for i in tree.subtree(k) if abs(i - cue) < GROUP_SUBJECT}
        self.first, self.last = min(group), max(group)

    def all(self) -> list[Candidate]:
        """All candidates of the cue; some of them have the same words."""
        if self.tree.quotation[self.cue]:  # what is told inside a quotation is its speaker's
            self.interrupted()
            return self.found
        if self.tree.is_preposition(self.cue):
            self.figure()
            self.around_preposition()
        self.parted()
        self.below()
        self.above()
        self.beside()
        self.quoted()
        return self.found

    def add(self, words: Words, way: str, head: int) -> None:
        """A candidate with those of some tokens that can be of a content."""
        self.found.append(Candidate(self.cue, words & self.spans.words, way, head))

    def run(
        self, start: int, end: int, way: str, head: int = -1, holes: Collection[int] = ()
    ) -> None:
        """The words from `start` to `end`, less `holes`, less marks at both ends."""
        start, end = _trim(self.tree, start, end)
        if start < end:
            words = self.spans.between(start, end)
            words = words.difference(holes) if holes else words
            self.found.append(Candidate(self.cue, words, way, head))

    def inside(self, top: int, without: frozenset[int] = frozenset()) -> list[int]:
        """What hangs below a token in the cue's sentence."""
        return [i for i in self.tree.subtree(top, without) if self.start <= i < self.end]

    def below(self) -> None:
        """What hangs below the cue: its clauses, infinitives, objects, and pairs of them."""
        tree = self.tree
        kids = [k for k in tree.children[self.cue] if tree.rel[k] not in FUNCTION]
        for kid in kids:
            self._below(kid)
        rights = [k for k in kids if k > self.cue and k not in self.subjects]
        rights = rights[:MOST_PAIRED]
        for number, kid in enumerate(rights):
            for other in rights[number + 1 :]:
                start, end = tree.left[kid], min(tree.right[other] + 1, self.end)
                if start <= self.cue:
                    continue
                way = f"pair-{tree.rel[kid]}-{tree.rel[other]}"
                for at, name in _starts(tree, start, end):
                    self.run(at, end, way + name, kid)
                for at, name in _ends(tree, other, start, end, CLAUSES):
                    if name:
                        self.run(start, at, way + name, kid)

    def _below(self, kid: int) -> None:
        tree = self.tree
        whole = self.inside(kid)
        if not whole:
            return
        way = f"kid-{tree.dep[kid]}"
        start, end = min(whole), max(whole) + 1
        if kid > self.cue:
            start = max(start, self.cue + 1)
        own = set(whole)
        holes = [i for i in range(start, end) if i not in own and tree.word[i]]
        if holes:
            self.add(frozenset(whole), way, kid)
        before = AT_THE_END if tree.dep[kid] in NOMINAL else BEFORE_ADJUNCTS
        ends = list(_ends(tree, kid, start, end, before))
        for at, name in _starts(tree, start, end):
            for to, last in ends:
                self.run(at, to, way + name + last, kid, holes)
            if kid > self.cue:
                self.run(at, self.end, f"{way}{name}<sentence", kid)

    def above(self) -> None:
        """The clause that the cue hangs below, less the cue's own (*…, estime X*)."""
        tree = self.tree
        mine = set(tree.subtree(self.cue))
        at, head = self.cue, tree.head[self.cue]
        for up in range(MAX_UP - 1):
            if head == at or not self.start <= head < self.end:
                return
            whole = [i for i in self.inside(head, frozenset({self.cue})) if i not in mine]
            if whole:
                way = f"up{up}-{tree.dep[self.cue]}"
                self.add(frozenset(whole), way, head)
                self._cut(head, whole, way, mine)
            at, head = head, tree.head[head]

    def _cut(self, head: int, whole: list[int], way: str, hole: Collection[int]) -> None:
        """A clause above the cue from each of its starts, and to each of its ends."""
        start, end = min(whole), max(whole) + 1
        holes = hole if start < min(hole) < end else ()
        for at, name in _starts(self.tree, start, end):
            if name:
                self.run(at, end, way + name, head, holes)
        for to, name in _ends(self.tree, head, start, end, BEFORE_ADVERBIALS):
            if name:
                self.run(start, to, way + name, head, holes)

    def around_preposition(self) -> None:
        """The clause that *selon X* stands in, less that phrase."""
        tree, cue = self.tree, self.cue
        top = tree.head[cue] if tree.rel[cue] in ("case", "mark", "fixed") else cue
        while tree.rel[top] in ("fixed", "case", "flat", "conj", "amod") and (
            tree.head[top] != top and self.start <= tree.head[top] < self.end
        ):
            top = tree.head[top]
        phrase = self.inside(top) or [cue]
        end = max([i for i in phrase if i >= cue] or [cue]) + 1
        head, at = tree.head[top], top
        for up in range(MAX_UP):
            if not self.start <= head < self.end:
                break
            whole = self.inside(head, frozenset({top}))
            if whole:
                way = f"selon-up{up}"
                self.add(frozenset(whole), way, head)
                self._cut(head, whole, way, range(cue, end))
            at, head = head, tree.head[head]
            if at == head:
                break
        pauses = [i for i in range(cue + 2, self.end) if tree.text[i] in PAUSES][:3]
        for stop in dict.fromkeys([end, *pauses]):
            self._beside_phrase(stop)

    def figure(self) -> None:
        """A figure right before the cue, with what it counts (*8 000 grévistes selon X*).

        Its way tells whether it stands apart (*…, 8 000 selon X*) or in the clause.
        """
        tree, cue, row = self.tree, self.tree.cue_start[self.cue], self.tree.cue(self.cue)
        if row is None or ANYWHERE not in row.takes:
            return
        for first in range(cue - 1, max(self.start, cue - LONGEST_FIGURE) - 1, -1):
            if tree.pos[first] in ("VERB", "AUX", "SCONJ", "PUNCT"):
                return
            if tree.pos[first] == "NUM":
                start = _with_adverbs(tree, first, self.start)
                before = start - 1
                apart = (
                    start == self.start or tree.text[before] in PAUSES or tree.rel[before] == "cc"
                )
                self.run(start, cue, "selon-figure" if apart else "selon-count", first)
                return

    def _beside_phrase(self, stop: int) -> None:
        """What stands before and after a *selon* phrase that ends before `stop`."""
        tree, cue = self.tree, self.cue
        self.run(self.start, self.end, "selon-sentence", -1, range(cue, stop))
        self.run(self.start, cue, "selon-left")
        self.run(stop, self.end, "selon-right")
        for at in range(cue - 2, self.start, -1):
            if tree.text[at] in PAUSES:
                self.run(at + 1, cue, f"selon-back{tree.text[at]}")
                break
        for at in range(stop + 2, self.end):
            if tree.text[at] in PAUSES:
                self.run(stop, at, f"selon-on{tree.text[at]}")
                break

    def beside(self) -> None:
        """What stands left and right of the cue with its subject, to the sentence's ends."""
        tree, start, end = self.tree, self.start, self.end
        first, last = self.first, self.last
        self.run(start, first, "left")
        for at in range(start, min(first, start + 6)):
            if tree.text[at] == ",":
                self.run(at + 1, first, "left,")
                break
        for at in range(first - 3, start, -1):
            if tree.text[at] in PAUSES - {","}:
                self.run(at + 1, first, "left:")
                break
        for at, name in _starts(tree, last + 1, end):
            self.run(at, end, "right" + name)
        for stop in range(last + 3, end):
            if tree.text[stop] in PAUSES:
                for at, name in _starts(tree, last + 1, stop):
                    self.run(at, stop, f"right{name}<,")
                break
        self.run(start, end, "less-clause", -1, set(tree.subtree(self.cue)))
        self.run(start, end, "less-group", -1, range(first, last + 1))

    def quoted(self) -> None:
        """What is quoted in the cue's sentence, and after it."""
        tree, near = self.tree, self.near
        for start, end in near:
            self._with_determiner(start, end, "quote", start)
        for (start, end), (again, stop) in pairwise(near):
            both = frozenset([*range(start, end), *range(again, stop)])
            self.add(both, "quotes", start)
            self._with_determiner(start, stop, "quote-to-quote", start)
        if len(near) > 1:
            every = frozenset(i for start, end in near for i in range(start, end))
            self.add(every, "quotes", near[0][0])
        after = next(iter(_quotations(tree, self.end, self.end + 4)), None)
        if after is not None and self._goes_on(after[0]):
            self.run(*after, "quote-next", after[0])

    def _goes_on(self, at: int) -> bool:
        """Whether what starts at a token stands in the cue's line, or after a colon."""
        tree = self.tree
        return tree.line[at] == tree.line[self.cue] or ":" in tree.text[max(0, at - 3) : at]

    def parted(self) -> None:
        """Two quotations that are one, where nothing but who speaks stands between.

        They are all of a sentence: of more quotations in it each can be another's.
        """
        tree = self.tree
        if len(self.near) != 2 or not self.near[0][1] <= self.cue < self.near[1][0]:
            return
        (start, end), (again, stop) = self.near
        inserted = insertion(tree, self.cue, end, again)
        if inserted is None or tree.text[inserted.stop] != ",":
            return
        both = frozenset([*range(start, end), *range(again, stop)])
        if both.union(inserted).issuperset(tree.words_in(self.start, self.end)):
            self.add(both, PARTED, start)

    def _with_determiner(self, start: int, end: int, way: str, head: int) -> None:
        self.run(start, end, way, head)
        if start > self.start and self.tree.pos[start - 1] == "DET":
            self.run(start - 1, end, f"{way}-det", head)

    def interrupted(self) -> None:
        """A quotation with the cue inside it (*« A, dit X, B »*)."""
        tree, first, last = self.tree, self.first, self.last
        start, end = tree.quotations[tree.quotation[self.cue] - 1]
        inserted = insertion(tree, self.cue, start, end)
        if inserted:
            self.run(start, end, INTERRUPTED, start, inserted)
        clause = set(tree.subtree(self.cue))
        self.run(start, end, "quote-less-clause", start, clause)
        self.run(start, end, "quote-less-group", start, range(first, last + 1))
        self.run(start, first, "quote-before", start)
        for stop in range(last + 1, end - 1):
            if tree.text[stop] in ",.?!":
                self.run(start, end, "quote-less-part", start, range(first, stop))
                break


def _with_adverbs(tree: Tree, figure: int, least: int) -> int:
    """The start of a figure with what bounds it (*près de 2 000*, *plus de 2 000*)."""
    start = figure
    while start > least and tree.pos[start - 1] in ("ADV", "NUM", "SPACE", "ADP"):
        if tree.pos[start - 1] == "ADP" and tree.pos[max(least, start - 2)] != "ADV":
            break
        start -= 1
    return start


def insertion(tree: Tree, cue: int, start: int, end: int) -> range | None:
    """What tells from `start` to `end` who speaks, if `cue` does (*« A, a dit X, B »*).

    Between two pauses there stands nothing but the verb and then whoever speaks.
    """
    first = cue
    while first > start and (
        tree.pos[first - 1] == "AUX"
        or tree.rel[first - 1] == "expl"
        or (tree.rel[first - 1] == "nsubj" and tree.text[first - 1][0] in HYPHENS)
    ):
        first -= 1
    stop = next((i for i in range(cue + 1, end) if tree.text[i] in CLOSING), end)
    speaking = [i for i in range(first, stop) if (i < cue and tree.rel[i] == "nsubj") or i > cue]
    if (
        stop == end
        or stop - first > LONGEST_INSERTION
        or not first
        or tree.text[first - 1] not in CLOSING - {"."}
        or tree.morph[cue].get("VerbForm") == "Inf"
        or (tree.morph[cue].get("VerbForm") == "Part" and first == cue)
        or tree.pos[cue + 1] == "ADP"
        or not any(tree.pos[i] in ("NOUN", "PROPN", "PRON") for i in speaking)
        or any(tree.pos[i] in ("VERB", "AUX", "SCONJ", "PUNCT") for i in speaking)
    ):
        return None
    return range(first, stop)


def _without_cue(spans: _Spans) -> Iterator[Candidate]:
    """Quotations, and sentences with one, that may follow on."""
    tree = spans.tree

    def run(start: int, end: int, way: str) -> Iterator[Candidate]:
        start, end = _trim(tree, start, end)
        if start < end:
            yield Candidate(NO_CUE, spans.between(start, end), way, -1)

    for start, end in tree.quotations:
        if tree.claims[start]:
            yield from run(start, end, "quote-alone")
            if start and tree.pos[start - 1] == "DET":
                yield from run(start - 1, end, "quote-alone-det")
    for start, end in tree.sentences:
        if tree.claims[start] and any(tree.quotation[start:end]):
            yield from run(start, end, "sentence-alone")
            for at in range(start, min(start + 6, end)):
                if tree.text[at] == ",":
                    yield from run(at + 1, end, "sentence-alone,")
                    break


def _trim(tree: Tree, start: int, end: int) -> tuple[int, int]:
    """`[start, end)` less what is no word at its ends, but for a closing bracket."""
    while start < end and not tree.word[start]:
        start += 1
    while end > start and not tree.word[end - 1] and tree.text[end - 1] != ")":
        end -= 1
    return start, end


def _starts(tree: Tree, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Where a content may start in `[start, end)`, and a name for it."""
    start, end = _trim(tree, start, end)
    yield start, ""
    at, passed = start, 0
    while at < end - 1 and passed < 2 and _introduces(tree, at):
        passed += tree.word[at]
        at += 1
        while at < end - 1 and not tree.word[at]:
            at += 1
        yield at, ">intro"
    near = _quotations(tree, start + 1, end)
    quotation = next((s for s, e in near if e <= end + 1), None)
    if quotation is not None:
        yield quotation, ">quote"
        if quotation - 1 > start and tree.pos[quotation - 1] == "DET":
            yield quotation - 1, ">det"
    for at in range(start + 1, min(end, start + 26)):
        if tree.rel[at] == "mark" and tree.symbol[at] in INTRODUCING:  # the addressee goes before
            yield at + 1, ">mark"
            break


def _introduces(tree: Tree, at: int) -> bool:
    return (
        tree.pos[at] in ("ADP", "SCONJ")
        or tree.symbol[at] in tuple(INTRODUCING)
        or not tree.word[at]
    )


def _ends(
    tree: Tree, top: int, start: int, end: int, relations: Container[str]
) -> Iterator[tuple[int, str]]:
    """Where a content `[start, end)` with the head `top` may end, and a name for it.

    That is before one of `relations` at its end, and at the end of a quotation.
    """
    yield end, ""
    seen = {end}
    last = end - 1
    for at in _reaching(tree, top, last):
        if at == top or not start <= tree.left[at] < end or tree.dep[at] not in relations:
            continue
        to = tree.left[at]
        while to - 1 > start and (not tree.word[to - 1] or tree.rel[to - 1] == "cc"):
            to -= 1
        if to > start and to not in seen:
            seen.add(to)
            yield to, f"<{tree.dep[at]}"
        for other in tree.children[tree.head[at]]:
            before = tree.left[other]
            if (
                tree.head[at] < other != at
                and tree.right[other] >= to - 1
                and tree.dep[other] in relations
                and before > start
                and before not in seen
            ):
                seen.add(before)
                yield before, f"<<{tree.dep[other]}"
    for _, closes in _quotations(tree, start, end):
        if closes < end and closes not in seen:
            seen.add(closes)
            yield closes, "<quote"


def _reaching(tree: Tree, top: int, last: int) -> Iterator[int]:
    """A token and those below it whose subtree goes up to `last`, or on from there."""
    open_ = [top]
    while open_:
        at = open_.pop()
        if tree.right[at] >= last:
            yield at
            open_.extend(tree.children[at])


def _quotations(tree: Tree, start: int, end: int) -> list[tuple[int, int]]:
    """The quotations that begin in `[start, end)`."""
    first = bisect_left(tree.quotations, (start, 0))
    return tree.quotations[first : bisect_left(tree.quotations, (end, 0))]
