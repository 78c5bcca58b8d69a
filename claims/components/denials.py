"""Denials of what a claim says: *…, allégations que Moscou a démenties*; *… La mairie dément*.

What is denied stands there already, as the content of another claim; the denial is a claim of its
own, with the same content. It hangs on a word that points back to that content (`pointers.csv`, or a
pronoun) after it, beside its source (*selon des chiffres officiels contestés par X*) or at its end, where it is
cut off; or it has no object, or *le*, and stands in the next sentence at most. Who is contradicted denies
too (`contraries.csv`): *contrairement à ce que X affirme, …*.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc

from claims import language
from claims.components import trees
from claims.components.chunks import AGENT, DETERMINERS, NEGATION, Chunker, chunker_of
from claims.components.relations import DENIAL, Attribution, Place
from claims.components.sources import mentioned
from claims.components.trees import Tree
from claims.model import Stance

SAID_OF = frozenset({"acl", "amod"})
"""Relations of a verb to the word that it is said of."""
SUBJECTS = frozenset({"nsubj", "obj"})
"""Relations of a subject to a verb whose object is a relative pronoun; parsers mix them up."""
SAID = frozenset({"obj", "ccomp", "xcomp", "parataxis", "iobj", "advcl"})
"""Relations of what a verb says, that denies something of its own then."""
SAYING = SUBJECTS | {"appos"}
"""Relations to a verb of whoever says it after a relative pronoun (*ce que dit X*)."""
ASSERTING = frozenset({Stance.AFFIRMS, Stance.JUDGES, Stance.PROMISES, Stance.WARNS})
"""Stances of verbs whose sources are contradicted: they say that something is or will be so."""
BESIDE = 8
"""Tokens between words of contradiction, the relative pronoun after them and its verb, at most."""
REACH = 1
"""Sentences back to what is denied, at most."""
GAP = 30
"""Tokens between a content and the noun that points back to it, at most."""
TELLING = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "NUM"})
"""Parts of speech of the words that tell two contents alike."""
NAMING = frozenset({"NOUN", "PROPN"})
"""Those of nouns and names."""
RELATIVES = frozenset("qkR")
"""The classes of relative pronouns."""
MARKS = " ,;:–—-"


class DenialRow(language.WordsRow):
    """Verbs that deny what they are said of."""

    deeds: bool = Field(
        default=False,
        description="Whether they tell of deeds too (*rejeter une requête*): they deny a charge only "
        "where a noun names it.",
    )
    alone: bool = Field(
        default=False, description="Whether they deny what was said where they have no object."
    )


class PointerRow(language.WordsRow):
    """Words that point back to what was said."""

    plans: bool = Field(
        default=False,
        description="Whether they name what is to come too (*un scénario*), which deeds are against.",
    )
    unquoted: bool = Field(
        default=False,
        description="Whether they never name what somebody is quoted with (*une rumeur*).",
    )


class Contrary(NamedTuple):
    """Words that tell that what somebody says is not so: *contrairement à ce qu'affirme X*."""

    verb: int
    source: int
    """The head of who says it."""
    start: int
    end: int
    """The tokens of it, `[start, end)`."""


class Denying(NamedTuple):
    """A verb that denies what stands before."""

    verb: int
    source: int
    """The head of who denies."""
    pointer: int
    """The word that points back; -1 where none does."""
    anchor: int
    """The word that the verb is said of."""
    is_noun: bool
    """Whether a noun points back."""
    is_far: bool
    """Whether what is denied can stand in the sentence before."""


@Language.factory(
    "claims_denials",
    requires=["doc.spans", "doc._.attributions"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_denials(nlp: Language, name: str, language: str) -> "Denials":
    """The component that adds denials to `doc._.attributions`."""
    return Denials(language)


class Denials:
    """Adds the denials of contents that are there, each after what it denies."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.denying = {
            word: row
            for row in language.rows(code, "denials", DenialRow)
            for word in row.words.split()
        }
        pointers = language.rows(code, "pointers", PointerRow)
        self.pointers = {word: row for row in pointers for word in row.words.split()}
        self.refuting = language.word_set(code, "refutations")
        self.contrary = language.word_set(code, "contraries")

    def __call__(self, doc: Doc) -> Doc:
        """Add the denials of one document."""
        doc._.attributions = tuple(self.match(doc))
        return doc

    def match(self, doc: Doc) -> Iterator[Attribution]:
        """The attributions of one document with the denials among them."""
        found: tuple[Attribution, ...] = doc._.attributions
        tree = trees.tree(doc, self.code)
        cues = tree.tokens_at(a.cue for a in found if a.cue)
        of: dict[int, list[Denying]] = {}
        for verb in self._verbs(tree):
            denying = self._denying(tree, verb) if verb not in cues else None
            if denying is None or tree.lower[denying.source] in self.pointers:
                continue
            if (n := self._denied(tree, denying, found)) is not None:
                of.setdefault(n, []).append(denying)
        contraries = list(self._contraries(tree, 0, len(tree.lower)))
        contrary: dict[int, list[Contrary]] = {}
        for by in contraries:
            if (n := _contradicted(tree, by, found)) is not None:
                contrary.setdefault(n, []).append(by)
        chunker = chunker_of(doc, self.code)
        for number, attribution in enumerate(found):
            own = next((by for by in contraries if _is_cued(tree, attribution, by)), None)
            if own is not None and (rest := _without(tree, attribution, own)):
                attribution = replace(attribution, content=rest)
            yield from _told(
                tree, chunker, attribution, contrary.get(number, []), of.get(number, [])
            )

    def is_one(self, tree: Tree, of: Attribution, words: Set[int]) -> bool:
        """Whether a claim whose content are these words denies beyond doubt.

        Its content only tells that (*conteste ces chiffres*, *« C'est faux »*), or is what is so contrary to
        what its source says (*contrairement à ce qu'il a dit, …*).
        """
        return (
            self.refutes(tree, words)
            or (self._is_denial(tree, of) and self.points_back(tree, words))
            or self._is_contrary(tree, of)
        )

    def refutes(self, tree: Tree, words: Set[int]) -> bool:
        """Whether a content tells nothing but that something else is not so: *c'est faux*."""
        telling = [i for i in words if tree.pos[i] in TELLING]
        return bool(telling) and all(tree.lower[i] in self.refuting for i in telling)

    def points_back(self, tree: Tree, words: Set[int]) -> bool:
        """Whether a content says nothing but what it points to: *ces graves accusations*.

        What is beside it (*dans un tweet*) is not of it, nor is that it was charged (*qui lui sont reprochées*).
        """
        own = sorted(words)
        top = tree.tops(words)[0]
        determined = (
            any(tree.symbol[i] in DETERMINERS for i in own[:2])
            or len(own) == 1
            or tree.pos[top] == "PRON"
        )
        below = [i for i in tree.subtree(top) if i in words and i != top]
        told = [i for i in below if tree.pos[i] in TELLING - {"ADJ"}]
        charged = all((row := tree.cue(i)) and row.stance is Stance.ACCUSES for i in told)
        return tree.lower[top] in self.pointers and determined and charged

    def _verbs(self, tree: Tree) -> Iterator[int]:
        """The verbs that deny, and are not themselves negated (*ce qu'il n'a pas nié*)."""
        for at in tree.readings:
            negated = any(tree.symbol[k] == NEGATION for k in tree.children[at])
            if tree.claims[at] and not negated and self._denies(tree, at) is not None:
                yield at

    def _denies(self, tree: Tree, at: int) -> DenialRow | None:
        rows = (self.denying.get(reading.row.lemma) for reading in tree.readings.get(at, ()))
        return next((row for row in rows if row is not None), None)

    def _denying(self, tree: Tree, verb: int) -> Denying | None:
        """What a denying verb says, and of what; None where that does not stand before."""
        row = self._denies(tree, verb)
        head, below = tree.head[verb], tree.children[verb]
        beside = [k for k in tree.children[head] if tree.left[k] == verb + 1]
        agent = next((k for k in (*below, *beside) if _is_agent(tree, k)), -1)
        if tree.rel[verb] in SAID_OF and head < verb:
            return self._said_of(tree, verb, agent)
        if agent >= 0 and (pointer := self._pointer_before(tree, verb)) >= 0:
            return Denying(verb, agent, pointer, pointer, is_noun=True, is_far=False)
        if row is None or row.deeds or head != verb:
            return None
        subject = next((k for k in below if tree.rel[k] in SUBJECTS and k < verb), -1)
        objects = [k for k in below if tree.rel[k] in SAID and k != subject]
        named = subject >= 0 and tree.pos[subject] in NAMING
        it = [k for k in objects if k < verb and _is_neuter(tree, k)]
        if named and (it or (row.alone and not objects)):
            return Denying(verb, subject, -1, verb, is_noun=False, is_far=True)
        return None

    def _said_of(self, tree: Tree, verb: int, agent: int) -> Denying | None:
        """What a verb denies that is said of a word before it."""
        row, head, below = self._denies(tree, verb), tree.head[verb], tree.children[verb]
        pronoun = tree.pos[head] == "PRON" and not (row and row.deeds)
        noun = next(
            (
                k
                for k in (head, tree.head[head], *below)
                if tree.lower[k] in self.pointers and tree.pos[k] == "NOUN"
            ),
            -1,
        )
        relative = any(
            tree.morph[k].get("PronType") == "Rel" or tree.rel[k] == "aux" for k in below
        )
        source = agent
        if agent < 0 and (relative or pronoun):
            told = (k for k in below if tree.rel[k] in SUBJECTS and k > head)
            source = next((k for k in told if not _is_relative(tree, k)), -1)
        if source < 0 or not (noun >= 0 or pronoun):
            return None
        if row and row.deeds and self.pointers[tree.lower[noun]].plans:
            return None
        is_far = head == tree.head[head]
        pointer = noun if noun >= 0 else head
        return Denying(verb, source, pointer, head, is_noun=noun >= 0, is_far=is_far)

    def _pointer_before(self, tree: Tree, verb: int) -> int:
        """The noun that points back, next before a participle that the parser hangs elsewhere."""
        if tree.morph[verb].get("VerbForm") != "Part" or tree.rel[verb] != "conj":
            return -1
        start = tree.sentences[tree.sentence[verb]][0]
        nouns = (k for k in range(verb - 1, max(start, verb - GAP), -1) if tree.pos[k] == "NOUN")
        return next((k for k in nouns if tree.lower[k] in self.pointers), -1)

    def _denied(self, tree: Tree, denying: Denying, found: Sequence[Attribution]) -> int | None:
        """The number of the claim that is denied: of whose end or source it hangs, or the last before."""
        last = [max(tree.words_at(a.content)) for a in found]
        at = denying.pointer if denying.pointer >= 0 else denying.verb
        here = [n for n in range(len(found)) if tree.sentence[last[n]] == tree.sentence[at]]
        hung = [n for n in here if _points_to(tree, denying, found[n])]
        if not hung and denying.is_noun:
            hung = [n for n in here if 0 < at - last[n] < GAP]
        if not hung and denying.is_far:
            near = tree.sentence[at] - REACH
            hung = [n for n in range(len(found)) if near <= tree.sentence[last[n]] and last[n] < at]
        hung.sort(key=lambda n: last[n])
        if not hung or self._is_denial(tree, found[hung[-1]]):
            return None  # a denial of a denial asserts
        said = tree.tokens_at(found[hung[-1]].mentions)
        known = {tree.lower[k] for k in said}
        return None if denying.is_far and tree.lower[denying.source] in known else hung[-1]

    def _contraries(self, tree: Tree, first: int, last: int) -> Iterator[Contrary]:
        """The words in `[first, last)` that tell that what somebody says is not so, and who says it."""
        for at in range(first, last):
            if tree.lower[at] not in self.contrary or not tree.claims[at]:
                continue
            end = tree.sentences[tree.sentence[at]][1]
            relative = _next(at, end, partial(_is_relative, tree))
            verb = _next(relative, end, tree.readings.__contains__)
            told = [k for k in tree.children[verb] if tree.rel[k] in SAYING] if verb < end else []
            source = next((k for k in told if relative < k and _is_somebody(tree, k)), -1)
            row = tree.cue(verb) if source >= 0 else None
            if row is None or row.stance not in ASSERTING:
                continue
            after = range(max(verb, source) + 1, end)
            stop = next((k for k in after if tree.rel[k] == "punct"), end)
            yield Contrary(verb, source, at, stop)

    def _is_contrary(self, tree: Tree, of: Attribution) -> bool:
        if of.cue is None:
            return False
        sentence = tree.sentences[tree.sentence[tree.within(*of.cue)[-1]]]
        return any(_is_cued(tree, of, by) for by in self._contraries(tree, *sentence))

    def _is_denial(self, tree: Tree, of: Attribution) -> bool:
        return bool(of.cue and self._denies(tree, tree.within(*of.cue)[-1]))


def _is_agent(tree: Tree, at: int) -> bool:
    return any(tree.symbol[k] == AGENT for k in tree.children[at])


def _is_relative(tree: Tree, at: int) -> bool:
    return tree.morph[at].get("PronType") == "Rel" or tree.symbol[at] in RELATIVES


def _is_neuter(tree: Tree, at: int) -> bool:
    """Whether a pronoun can stand for what was said (*le*)."""
    morph = tree.morph[at]
    is_other = morph.get("Gender") == "Fem" or morph.get("Number") == "Plur"
    is_word = tree.pos[at] in ("PRON", "DET") and not tree.children[at]
    return is_word and not is_other and morph.get("Reflex") != "Yes"


def _points_to(tree: Tree, denying: Denying, of: Attribution) -> bool:
    """Whether a denial hangs directly after a content, at its end, or on the source of a claim."""
    words = sorted(tree.words_at(of.content))
    pointer, last = denying.pointer, words[-1]
    if pointer < 0:
        return False
    if not tree.tokens_at(of.mentions).isdisjoint((pointer, denying.anchor)):
        cued = of.cue is not None and of.cue[1] <= tree.doc[pointer].idx
        return last < pointer or (cued and words[0] > denying.verb)
    own = set(tree.subtree(pointer))
    if last < pointer:
        return all(i in own for i in range(last + 1, pointer) if tree.word[i])
    return denying.is_noun and pointer in words and _is_end(tree, words, pointer)


def _next(at: int, end: int, fits: Callable[[int], bool]) -> int:
    """The next token that fits, of those beside one; `end` if there is none."""
    return next((k for k in range(at + 1, min(at + BESIDE, end)) if fits(k)), end)


def _is_somebody(tree: Tree, at: int) -> bool:
    """Whether a word can be a source: a noun, a name, or a pronoun of the third person (not *on*, *qui*)."""
    person = tree.pos[at] == "PRON" and bool(tree.morph[at].get("Gender"))
    return (tree.pos[at] in NAMING or person) and not _is_relative(tree, at)


def _contradicted(tree: Tree, by: Contrary, found: Sequence[Attribution]) -> int | None:
    """The number of the claim that says otherwise: it holds the words, or is the nearest of their sentence."""
    words = {n: tree.words_at(a.content) for n, a in enumerate(found)}
    here = [
        n
        for n, own in words.items()
        if tree.sentence[by.start] in {tree.sentence[k] for k in (min(own), max(own))}
        and by.source not in tree.tokens_at(found[n].mentions)
        and _is_clause(tree, own - {*range(by.start, by.end)})
    ]
    holding = [n for n in here if by.start in words[n]]
    before = [n for n in here if max(words[n]) < by.start]
    after = [n for n in here if min(words[n]) >= by.end]
    if holding:
        return min(holding, key=lambda n: (len(words[n]), n))
    return before[-1] if before else next(iter(after), None)


def _is_clause(tree: Tree, words: Set[int]) -> bool:
    """Whether words say something that can be so or not, and do not just name it."""
    finite = (k for k in words if tree.morph[k].get("VerbForm") == "Fin")
    return any(
        not any(
            k in words and _is_relative(tree, k)
            for at in (verb, tree.head[verb])
            for k in tree.children[at]
        )
        for verb in finite
    )


def _without(tree: Tree, of: Attribution, by: Contrary) -> tuple[Place, ...]:
    """The content of a claim without the words that tell who is contradicted, and the marks about them.

    After a clause they take along what hangs on them (*contrairement à ce qu'a dit X mardi*).
    """
    words = tree.words_at(of.content)
    end = by.end
    if _is_clause(tree, {k for k in words if k < by.start}):
        below = set(tree.subtree(by.start))
        while end < len(tree.word) and (end in below or not tree.word[end]):
            end += 1
    first, last = tree.doc[by.start].idx, tree.doc[end - 1 : end].end_char
    parts = [part for s, e in of.content for part in ((s, min(e, first)), (max(s, last), e))]
    return tuple(
        (start, start + len(text.rstrip(MARKS)))
        for s, e in parts
        if s < e
        and any(c.isalnum() for c in tree.string[s:e])
        and (text := tree.string[s:e].lstrip(MARKS))
        for start in (e - len(text),)
    )


def _is_end(tree: Tree, words: Sequence[int], pointer: int) -> bool:
    """Whether a content ends with a phrase that points back to the rest of it."""
    own = set(tree.subtree(pointer))
    first = min(own)
    return words[0] < first and all(i in own for i in words if i >= first)


def _cut(tree: Tree, of: Attribution, denying: Denying) -> Attribution:
    """A claim without the phrase that points back to it, where its content ends with that."""
    words = sorted(tree.words_at(of.content))
    if denying.pointer not in words:
        return of
    end = tree.doc[min(tree.subtree(denying.pointer))].idx
    before = [(s, min(e, end)) for s, e in of.content if s < end]
    bare = ((s, s + len(tree.string[s:e].rstrip(MARKS))) for s, e in before)
    return replace(of, content=tuple((s, e) for s, e in bare if s < e))


def _is_cued(tree: Tree, of: Attribution, by: Contrary) -> bool:
    """Whether the cue of a claim is that of who is contradicted."""
    return of.cue is not None and of.cue[0] == tree.doc[by.verb].idx


def _told(
    tree: Tree,
    chunker: Chunker,
    of: Attribution,
    contraries: Sequence[Contrary],
    denyings: Sequence[Denying],
) -> Iterator[Attribution]:
    """A claim, then the denials of it."""
    for denying in denyings:
        of = _cut(tree, of, denying)
    # Who denies it has not said it, nor have figures of nobody: a blank is better than that.
    said = tree.tokens_at(of.mentions)
    nobody = {i for i in said if tree.pos[i] in NAMING} <= {d.pointer for d in denyings}
    wrong = any(d.source in said or (d.pointer in said and nobody) for d in denyings)
    yield replace(of, speaker=None, mentions=()) if wrong else of
    for by in contraries:
        yield _denial(tree, chunker, of, by.verb, by.source, _without(tree, of, by))
    for denying in denyings:
        yield _denial(tree, chunker, of, denying.verb, denying.source, of.content)


def _denial(
    tree: Tree,
    chunker: Chunker,
    of: Attribution,
    verb: int,
    source: int,
    content: tuple[Place, ...],
) -> Attribution:
    token = tree.doc[verb]
    sentence = tree.sentences[tree.sentence[verb]]
    start, end = tree.doc[sentence[0]].idx, tree.doc[sentence[1] - 1 : sentence[1]].end_char
    mentions = mentioned(chunker, source, ())
    row = tree.cue(verb)
    return replace(
        of,
        rule=DENIAL,
        content=content,
        context=(min(of.context[0], start), max(of.context[1], end)),
        stance=Stance.DENIES,
        cue=(token.idx, token.idx + len(token)),
        lemma=row.lemma if row else tree.lemma[verb],
        hedged=False,
        speaker=(mentions[0][0], mentions[-1][1]) if mentions else None,
        mentions=mentions,
        score=None,
        reasons=(),
        explanation=None,
    )
