"""Features of candidates: what a decision is made from, each with a name that can be shown.

A feature is a number or a category, and a column: it is told of all candidates of a text at once.
Those of the tables (`Counts`) say how often a cue, its subject or its first words were right in
other articles; they must be counted on other articles than the one that is learned from, or the
model trusts them too much.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy

from claims.components.arrays import Flags, Rows, first_of, last_of, listed, most_of, ragged
from claims.components.candidates import Candidate, Proposal
from claims.components.chunks import AGENT
from claims.components.contents import Contents
from claims.components.cue_features import CueFeatures
from claims.components.encodings import Counts
from claims.components.rates import Rates, way
from claims.components.sheets import Column, Labels, Part, Sheet
from claims.components.tokens import BEYOND, Runs, Tokens
from claims.components.trees import Tree

PAUSES = frozenset(",;:–—")
"""Marks that the tail of a content starts after."""
FIRST_PERSON, QUE, MARKS = "1", "q", ("t", "D")
"""The first person; the classes of *que*, and of *à* and *de* before an infinitive."""
DASHES = "-–—•"
"""What may open a line."""
BEFORE_COLON = 4
"""Tokens before a content in which a colon may stand."""
SHORT = 6
"""Tokens of a quotation, with its marks, that is looked for again in the text, at most."""
ALIKE = ["", "==", "=#", "#=", "##"]
"""In what the finite forms of two verbs differ: number, tense."""


class Description:
    """The candidates of one text, to be told the features of."""

    def __init__(
        self, tree: Tree, candidates: Sequence[Candidate], proposals: Sequence[Proposal] = ()
    ) -> None:
        self.tree, self.candidates, self.proposals = tree, candidates, proposals
        self.tokens = Tokens(tree)
        self.contents = Contents.of(self.tokens.size, [c.words for c in candidates])
        self.path = numpy.fromiter((c.head for c in candidates), int, len(candidates))
        """The head that each candidate was made from, or -1."""
        self.head = self._heads()
        self.rates = Rates(self.tokens, candidates, self.contents, self.head)
        self.cue = self.rates.cue

    def _heads(self) -> Rows:
        """The head of each content: what it was made from if it is in it, else its first top."""
        contents = self.contents
        is_top = ~contents.have(contents.rows, self.tokens.head[contents.ids])
        top = contents.first_with(is_top, contents.first)
        every = numpy.arange(contents.size)
        return numpy.where(contents.have(every, self.path), self.path, top)

    def sheet(self, counts: Counts) -> Sheet:
        """All features of all candidates.

        Args:
            counts: how often keys were right in other articles.
        """
        every = self.rates.every
        if not len(every):
            return Sheet(0, [])
        parts = [
            Part(every, self.tokens.sentence[self.contents.first], self._sentences),
            *self._neighbours(),
            Part(every, every, self._shape() | self._quoting() | self._edges() | self._content()),
            *self._beside(),
            *self._ending(),
            Part(every, every, self._proposed()),
            *self._cues(),
            *self._from_cue(),
            *self.rates.parts(counts),
        ]
        return Sheet.merged(len(every), parts)

    @cached_property
    def _first_person(self) -> Flags:
        return self._having("Person", FIRST_PERSON)

    def _having(self, name: str, value: str) -> Flags:
        """Which tokens have a grammatical feature."""
        return self.tokens.formed(lambda form: form.get(name, "")).within({value})

    @cached_property
    def _sentences(self) -> dict[str, Column]:
        """The features of each sentence, and of the article, which are the same of all."""
        tree, tokens = self.tree, self.tokens
        start, end, size = tokens.start, tokens.end, len(tokens.start)
        words = tokens.words(start, end)
        quoted = Runs(tokens.word.flags & tokens.quoted.flags).between(start, end)
        asked = numpy.array(["?" in tree.text[max(s, e - 2) : e] for s, e in tree.sentences], bool)
        lines = [s == 0 or tree.line[s] != tree.line[s - 1] for s, _ in tree.sentences]
        dashes = [
            next((t for t in tree.text[s : s + 2] if t in DASHES), "") for s, _ in tree.sentences
        ]
        every = max(1, tree.before[-1])
        ours = int((self._first_person & ~tokens.quoted.flags).sum())
        article = {
            "article_quoted": int(tokens.words(tokens.opens, tokens.closes).sum()) / every,
            "article_questions": float(asked.sum()) / max(1, size),
            "article_first_person": 100 * ours / every,
        }
        return {
            "sentence_words": words,
            "sentence_quoted": quoted / numpy.maximum(1, words),
            "sentence_cues": Runs(tokens.cues.flags & ~tokens.quoted.flags).between(start, end),
            "question": asked,
            "new_line": numpy.array(lines, bool),
            "headline": numpy.array([e > s and tree.headline[s] for s, e in tree.sentences], bool),
            "dash": Labels(dashes, numpy.arange(size)),
            **{name: numpy.full(size, value) for name, value in article.items()},
        }

    def _neighbours(self) -> Iterator[Part]:
        number = self.tokens.sentence[self.contents.first]
        size = len(self.tokens.start)
        for name, other in (("previous", number - 1), ("next", number + 1)):
            rows = numpy.flatnonzero((other >= 0) & (other < size))
            yield Part(
                rows,
                other[rows],
                {
                    f"{name}_{key}": self._sentences[key]
                    for key in ("sentence_quoted", "sentence_cues", "question", "new_line")
                },
            )

    def _shape(self) -> dict[str, Column]:
        tree, contents = self.tree, self.contents
        first, last, length = contents.first, contents.last, contents.length
        conditional = self._having("Mood", "Cnd")
        cues = self.tokens.cues.flags
        prepositions = numpy.zeros(len(cues), bool)
        prepositions[[i for i in tree.readings if tree.is_preposition(i)]] = True
        flags = {
            "verbs": self.tokens.pos.within({"VERB", "AUX"}),
            "finite_verbs": self._is_finite,
            "cues_inside": cues & ~self.tokens.quoted.flags,
            "prepositions_inside": prepositions,
        }
        rows, ids, before = contents.rows, contents.ids, self.tokens.word.before
        apart = (rows[1:] == rows[:-1]) & (before[ids[1:]] > before[ids[:-1] + 1])
        return {
            "length": length,
            "missing_words": self.tokens.words(first, last + 1) - length,
            "gaps": numpy.bincount(rows[1:][apart], minlength=contents.size),
            **{name: contents.with_flag(flag[ids]) for name, flag in flags.items()},
            "conditional": contents.with_flag(conditional[ids]) > 0,
            "first_person": contents.with_flag(self._first_person[ids]) > 0,
            "commas": self._marks[","].between(first, last),
            "colons": self._marks[":"].between(first, last),
            "lines": self.tokens.line[last] - self.tokens.line[first],
            "sentences": self.tokens.sentence[last] - self.tokens.sentence[first],
        }

    @cached_property
    def _is_finite(self) -> Flags:
        return self._having("VerbForm", "Fin")

    @cached_property
    def _marks(self) -> dict[str, Runs]:
        return {mark: Runs(self.tokens.text.within({mark})) for mark in ",:("}

    def _quoting(self) -> dict[str, Column]:
        contents, tokens, size = self.contents, self.tokens, self.contents.size
        first, last = contents.first, contents.last
        quoted = contents.with_flag(tokens.quoted.flags[contents.ids])
        before = numpy.searchsorted(tokens.closes, first, side="right")
        number = numpy.searchsorted(tokens.opens, last, side="right") - before
        rows, over = ragged(before, number)
        start, end = tokens.opens[over], tokens.closes[over]
        left = (start < first[rows]) & (tokens.words(start, first[rows]) > 0)
        right = (last[rows] < end - 1) & (tokens.words(last[rows] + 1, end) > 0)
        at_start = (start <= first[rows]) & (tokens.words(start, first[rows]) == 0)
        at_end = (last[rows] < end) & (tokens.words(last[rows] + 1, end) == 0)
        opens = first_of(rows, at_start, size, 0) > 0
        closes = last_of(rows, at_end, size, 0) > 0
        crossed = (left & (last[rows] >= end)) | ((first[rows] < start) & right)
        part = (start < first[rows]) & (last[rows] < end - 1) & (left | right)
        return {
            "quoted": quoted / contents.length,
            "all_quoted": quoted == contents.length,
            "quotations": number,
            "quotation_opens": opens,
            "quotation_closes": closes,
            "quotation_whole": opens & closes,
            "quotations_crossed": numpy.bincount(rows[crossed], minlength=size),
            "part_of_quotation": numpy.bincount(rows[part], minlength=size),
            "longest_quotation": most_of(rows, tokens.words(start, end), size),
            "quoted_again": most_of(rows, self._again[over], size),
        }

    @cached_property
    def _again(self) -> Rows:
        """How often what each quotation holds is quoted; 0 of long and of empty ones."""
        inner = [
            " ".join(self.tree.lower[start + 1 : end - 1]) if end - start <= SHORT else ""
            for start, end in self.tree.quotations
        ]
        times = Counter(inner)
        return numpy.array([times[words] if words else 0 for words in inner], int)

    def _edges(self) -> dict[str, Column]:
        tree, tokens, contents = self.tree, self.tokens, self.contents
        first, last, shown = contents.first, contents.last, tokens.shown
        number = tokens.sentence[first]
        start, end = tokens.start[number], tokens.end[number]
        left, right = tokens.words(start, first), tokens.words(last + 1, end)
        capital = tokens.text.having(lambda text: text[:1].isupper())
        return {
            "share": tokens.words(first, last + 1) / numpy.maximum(1, tokens.words(start, end)),
            "words_left": left,
            "words_right": right,
            "at_start": left == 0,
            "at_end": right == 0,
            "token_before": shown.at(first - 1),
            "token_before2": shown.at(first - 2),
            "token_after": shown.at(last + 1),
            "token_after2": shown.at(last + 2),
            "first_word": tokens.opening.at(first),
            "second_word": shown.at(first + 1),
            "last_pos": tokens.pos.at(last),
            "capital": capital[first],
            "after_colon": self._marks[":"].between(numpy.maximum(0, first - BEFORE_COLON), first)
            > 0,
            "place": number / max(1, len(tree.sentences)),
            "sentence_number": number,
        }

    def _beside(self) -> Iterator[Part]:
        """The word after a content and the one before it, in its sentence."""
        tree, tokens, contents = self.tree, self.tokens, self.contents
        first, last = contents.first, contents.last
        number, words = tokens.sentence[first], numpy.array(tree.word_tokens, int)
        place = tokens.word.before[last + 1]
        after = numpy.append(words, tokens.size)[place]
        rows = numpy.flatnonzero((after < tokens.end[number]) & (place < len(words)))
        tokens_after, of = numpy.unique(after[rows], return_inverse=True)
        top = numpy.array([self._top(at) for at in tokens_after.tolist()], int)[of]
        is_cue = numpy.array(
            [
                at in tree.readings or any(k in tree.readings for k in tree.children[at])
                for at in top.tolist()
            ],
            bool,
        )
        head = tokens.head[top]
        yield Part(
            rows,
            numpy.arange(len(rows)),
            {
                "next_word": tokens.opening.at(after[rows]),
                "next_relation": tokens.dep.at(top),
                "next_belongs": (first[rows] <= head) & (head <= last[rows]),
                "next_mood": tokens.mood.at(top),
                "next_is_cue": is_cue,
            },
        )
        place = tokens.word.before[first] - 1
        before = words[numpy.maximum(place, 0)]
        rows = numpy.flatnonzero((place >= 0) & (before >= tokens.start[number]))
        before, head = before[rows], tokens.head[before[rows]]
        yield Part(
            rows,
            numpy.arange(len(rows)),
            {
                "previous_word": tokens.opening.at(before),
                "previous_relation": tokens.dep.at(before),
                "previous_belongs": (first[rows] <= head) & (head <= last[rows]),
            },
        )

    def _top(self, after: int) -> int:
        """The highest token above one that has nothing before that one below it."""
        tree, top = self.tree, after
        while tree.head[top] != top and tree.left[tree.head[top]] >= after:
            top = tree.head[top]
        return top

    def _content(self) -> dict[str, Column]:
        tree, tokens, contents = self.tree, self.tokens, self.contents
        size, head, children = contents.size, self.head, tree.children
        ways = [way(name) for name in self.rates.ways]
        of_way = self.rates.way
        above = tokens.head[contents.ids]
        tops = ~contents.have(contents.rows, above) | (above == contents.ids)
        rows, cut = self._cut
        heads, of = numpy.unique(head, return_inverse=True)
        below = [children[at] for at in heads.tolist()]
        determiners = [
            next((tree.lower[k] for k in kids if tree.pos[k] == "DET"), "") for kids in below
        ]
        complements = [sum(tree.rel[k] in ("amod", "nmod", "acl") for k in kids) for kids in below]
        subjects = [any(tree.rel[k] == "nsubj" for k in kids) for kids in below]
        of_cue = tokens.head[head] == self.cue
        inside = contents.have(numpy.arange(size), tokens.head[head])
        return {
            "way": Labels([w.path for w in ways], of_way),
            "way_kind": Labels([w.kind for w in ways], of_way),
            "start": Labels([w.start for w in ways], of_way),
            "end": Labels([w.end for w in ways], of_way),
            "heads": contents.with_flag(tops),
            "head_relation": tokens.dep.at(head),
            "head_pos": tokens.pos.at(head),
            "head_mood": tokens.mood.at(head),
            "head_entity": Labels([tree.entity[at] for at in heads.tolist()], of),
            "head_determiner": Labels(determiners, of),
            "head_complements": numpy.array(complements, int)[of],
            "head_subject": numpy.array(subjects, bool)[of],
            "below_cue": numpy.where(of_cue, 2, inside),
            "branches_cut": numpy.bincount(rows, minlength=size),
            "first_cut": tokens.dep.at(first_of(rows, cut, size)),
            "last_cut": tokens.dep.at(last_of(rows, cut, size)),
        }

    @property
    def _cut(self) -> tuple[Rows, Rows]:
        """The words that hang on a content and are not of it, by candidate."""
        tree, contents = self.tree, self.contents
        places, below = listed(tree.children.__getitem__, contents.ids)
        rows = contents.rows[places]
        holds = self.tokens.word.flags & ~self.tokens.rel.within({"mark", "cc"})
        cut = holds[below] & (below != self.cue[rows]) & ~contents.have(rows, below)
        return rows[cut], below[cut]

    def _ending(self) -> Iterator[Part]:
        """What stands at the end of a content that could be cut off it."""
        tokens, contents = self.tokens, self.contents
        first, last, ids, rows = contents.first, contents.last, contents.ids, contents.rows
        at_end = (tokens.right[ids] >= last[rows]) & (tokens.left[ids] > first[rows])
        kinds = {
            "relatives": tokens.dep.within({"acl:relcl"}),
            "adverbials": tokens.rel.within({"advcl", "parataxis"}),
            "clauses": tokens.rel.within({"conj"}) & tokens.pos.within({"VERB", "AUX"}),
        }
        parts = {name: at_end & flags[ids] for name, flags in kinds.items()}
        in_tail = ids > numpy.maximum(first, self._last_pause[last])[rows]
        tail = contents.with_flag(in_tail)
        opening = contents.first_with(in_tail, first)
        every = self.rates.every
        features: dict[str, Column] = {
            **{f"{name}_end": contents.with_flag(flags) for name, flags in parts.items()},
            "tail_words": tail / contents.length,
            "tail_length": tail,
            "tail_first": tokens.opening.at(opening),
            "tail_second": tokens.shown.at(opening + 1),
            "tail_relation": tokens.dep.at(opening),
            "tail_mood": tokens.mood.at(contents.first_with(in_tail & self._is_finite[ids])),
            "tail_cue": contents.with_flag(in_tail & tokens.cues.flags[ids]) > 0,
        }
        yield Part(every, every, features)
        for name, told in (
            ("relatives", self._relative),
            ("adverbials", self._adverbial),
            ("clauses", self._clause),
        ):
            found = contents.first_with(parts[name])
            rows = numpy.flatnonzero(found >= 0)
            yield Part(rows, numpy.arange(len(rows)), told(found[rows]))

    @cached_property
    def _last_pause(self) -> Rows:
        """The last pause up to each token, or -1."""
        is_pause = self.tokens.text.within(PAUSES)
        return numpy.maximum.accumulate(numpy.where(is_pause, numpy.arange(len(is_pause)), -1))

    def _relative(self, at: Rows) -> dict[str, Column]:
        tokens = self.tokens
        return {
            "relative_mood": tokens.mood.at(at),
            "relative_comma": self._marks[","].flags[tokens.left[at] - 1],
        }

    def _adverbial(self, at: Rows) -> dict[str, Column]:
        forms = [self.tree.morph[i].get("VerbForm", "") for i in at.tolist()]
        return {
            "adverbial_form": Labels(forms, numpy.arange(len(forms))),
            "adverbial_first": self.tokens.opening.at(self.tokens.left[at]),
        }

    def _clause(self, at: Rows) -> dict[str, Column]:
        tree = self.tree
        subjects = [any(tree.rel[k] == "nsubj" for k in tree.children[i]) for i in at.tolist()]
        return {
            "clause_mood": self.tokens.mood.at(at),
            "clause_cue": self.tokens.cues.flags[at],
            "clause_subject": numpy.array(subjects, bool),
        }

    def _proposed(self) -> dict[str, Column]:
        """How far a frame's proposal is the same."""
        contents, size, number = self.contents, self.contents.size, max(1, len(self.proposals))
        at: dict[int, list[int]] = defaultdict(list)
        for n, proposal in enumerate(self.proposals):
            for i in proposal.words:
                at[i].append(n)
        places, proposed = listed(lambda token: at.get(token, ()), contents.ids)
        pairs, shared = numpy.unique(contents.rows[places] * number + proposed, return_counts=True)
        rows, proposed = pairs // number, pairs % number
        lengths = numpy.array([len(p.words) for p in self.proposals], int)
        cues = numpy.array([p.cue for p in self.proposals], int)
        same = shared / (contents.length[rows] + lengths[proposed] - shared)
        own = cues[proposed] == self.cue[rows]
        rows_own, same_own, of = rows[own], same[own], proposed[own]
        best = most_of(rows_own, same_own, size)
        is_best = same_own == best[rows_own]
        rule = first_of(rows_own[is_best], of[is_best] + 1, size, 0)
        return {
            "frame_agrees": best,
            "frame_words": most_of(rows, same, size),
            "frame": Labels(["", *(p.rule for p in self.proposals)], rule),
        }

    def _cues(self) -> Iterator[Part]:
        """The features of the cues, each told once."""
        rates, features = self.rates, CueFeatures(self.tokens)
        for part in Sheet.of([(features.of(cue),) for cue in rates.cues.tolist()]).parts:
            line = numpy.full(len(rates.cues), -1)
            line[part.rows] = part.of
            of = line[rates.place]
            yield Part(rates.with_cue[of >= 0], of[of >= 0], part.columns)

    def _from_cue(self) -> Iterator[Part]:
        """What stands between a content and its cue, and what the two have to do with each other."""
        tree, tokens, rows = self.tree, self.tokens, self.rates.with_cue
        if not len(rows):
            return
        contents, every = self.contents.take(rows), numpy.arange(len(rows))
        cue, path, of = self.cue[rows], self.path[rows], self.rates.place
        first, last = contents.first, contents.last
        side = numpy.where(cue < first, 1, numpy.where(cue > last, 2, 3))
        start = numpy.choose(side - 1, [cue + 1, last + 1, 0])
        end = numpy.choose(side - 1, [first, cue, 0])
        speaks = self.rates.subjects[of]
        objects = [
            [k for k in tree.children[at] if tree.rel[k] in ("obj", "ccomp", "xcomp")]
            for at in self.rates.cues.tolist()
        ]
        places, objects_of = listed(objects.__getitem__, of)
        inside = contents.have(places, objects_of)
        between = {name: runs.between(start, end) for name, runs in self._between.items()}
        features: dict[str, Column] = {
            "side": side,
            "distance": tokens.words(start, end),
            **{f"between_{name}": between[name] > 0 for name in ("que", "de", "a")},
            **{
                f"between_{name}": between[name]
                for name in ("commas", "colons", "brackets", "verbs", "names", "quoted")
            },
            "same_sentence": tokens.sentence[cue] == tokens.sentence[first],
            "subject_inside": contents.have(every, speaks),
            "subject_between": (start <= speaks) & (speaks < end),
            "siblings": numpy.bincount(of, minlength=len(self.rates.cues))[of],
            "path_inside": contents.have(every, path),
            "path_relation": tokens.dep.at(path),
            "path_child": (path >= 0) & (tokens.head[path] == cue),
            "objects_out": numpy.bincount(places[~inside], minlength=len(rows)),
            "objects_in": numpy.bincount(places[inside], minlength=len(rows)),
        }
        yield Part(rows, every, features | self._joined(cue, first, last))
        yield from self._verbs(rows, first, last)

    @cached_property
    def _between(self) -> dict[str, Runs]:
        symbol = self.tokens.symbol
        return {
            "que": Runs(symbol.within({QUE})),
            "de": Runs(symbol.within({"D", "B"})),
            "a": Runs(symbol.within({"t"})),
            "commas": self._marks[","],
            "colons": self._marks[":"],
            "brackets": self._marks["("],
            "verbs": Runs(self.tokens.pos.within({"VERB"})),
            "names": Runs(e == "PER" for e in self.tree.entity),
            "quoted": self.tokens.quoted,
        }

    def _joined(self, cue: Rows, first: Rows, last: Rows) -> dict[str, Column]:
        """What shows that a content goes on after its end, or into another clause."""
        tokens = self.tokens
        end = tokens.end[tokens.sentence[last]]
        marks = Runs(
            tokens.symbol.within(MARKS)
            & tokens.rel.within({"mark", "case"})
            & self._having("VerbForm", "Inf")[tokens.head]
        )
        joined = Runs(tokens.symbol.within({QUE}) & numpy.roll(tokens.rel.within({"cc"}), 1))
        agents = Runs(tokens.symbol.within({AGENT}))
        mark = marks.first(first, last + 1)
        start = numpy.maximum(first, cue + 1)
        number = agents.between(start, last + 1)
        rows, at = ragged(agents.before[start], number)
        agent = numpy.flatnonzero(agents.flags)[at]
        of_cue = tokens.head[tokens.head[agent]] == cue[rows]
        participle = self._having("VerbForm", "Part")
        return {
            "infinitive_mark": numpy.where(mark >= 0, tokens.words(first, mark), -1),
            "agents_inside": numpy.where(participle[cue], number, -1),
            "agent_of_cue": numpy.bincount(rows[of_cue], minlength=len(cue)) > 0,
            "que_joined": joined.between(first + 1, last + 1),
            "que_after": joined.first(last + 1, end) >= 0,
        }

    def _verbs(self, rows: Rows, first: Rows, last: Rows) -> Iterator[Part]:
        """The first finite verb of a content's tail, and the one after the content."""
        tokens = self.tokens
        finite = Runs(self._finite == numpy.arange(tokens.size))
        pause = numpy.maximum(first - 1, numpy.minimum(self._last_pause[last], last))
        verbs = {
            "tail": finite.first(numpy.maximum(first, pause + 1), last + 1),
            "after": finite.first(last + 1, tokens.end[tokens.sentence[last]]),
        }
        for name, verb in verbs.items():
            there = numpy.flatnonzero(verb >= 0)
            at = verb[there]
            subjects = [self._has_subject(i) for i in at.tolist()]
            yield Part(
                rows[there],
                numpy.arange(len(there)),
                {
                    f"{name}_as_cue": self._alike(at, self.cue[rows[there]]),
                    f"{name}_as_head": self._alike(at, self.path[rows[there]]),
                    f"{name}_verb_subject": numpy.array(subjects, bool),
                    f"{name}_verb_relation": tokens.dep.at(at),
                },
            )

    @cached_property
    def _finite(self) -> Rows:
        """The finite verb of each verb: its auxiliary or itself; -1 where there is none."""
        tokens, every = self.tokens, numpy.arange(self.tokens.size)
        helps = self._is_finite & tokens.rel.within({"aux", "cop"}) & (tokens.head != every)
        helping = numpy.flatnonzero(helps)
        first = first_of(tokens.head[helping], helping, tokens.size)
        verbal = tokens.pos.within({"VERB", "AUX", "ADJ", "NOUN"})
        return numpy.where(verbal, numpy.where(self._is_finite, every, first), -1)

    def _has_subject(self, verb: int) -> bool:
        tree, helps = self.tree, self.tree.rel[verb] in ("aux", "cop")
        below = [verb, tree.head[verb]] if helps else [verb]
        return any(tree.rel[k] == "nsubj" for i in below for k in tree.children[i])

    def _alike(self, one: Rows, other: Rows) -> Labels:
        """In what the finite forms of verbs differ; nothing where there is no other verb (-1)."""
        first = self._finite[one]
        second = numpy.where(other >= 0, self._finite[other], -1)
        number = (self._number[first] != self._number[second]).astype(int)
        mood = self.tokens.mood.at(first).of != self.tokens.mood.at(second).of
        compared = (first >= 0) & (second >= 0) & (first != second)
        return Labels(ALIKE, numpy.where(compared, 1 + 2 * number + mood, 0))

    @cached_property
    def _number(self) -> Rows:
        """The grammatical number of each token, as a number."""
        return self.tokens.formed(lambda form: form.get("Number", "")).of[BEYOND:-BEYOND]
