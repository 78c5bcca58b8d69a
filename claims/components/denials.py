"""Denials of a charge that the same sentence tells: *…, allégations que Moscou a démenties*.

What is denied stands there already, as the content of another claim; the denial is a claim of its
own, with the same content. It hangs on a word that points back to that content (`pointers.csv`, or a
pronoun), beside its end or as its source (*selon des chiffres officiels contestés par X*).
"""

from collections.abc import Iterator
from dataclasses import replace

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc

from claims import language
from claims.components import trees
from claims.components.chunks import AGENT, NEGATION, Chunker
from claims.components.relations import DENIAL, Attribution
from claims.components.sources import mentioned
from claims.components.trees import Tree
from claims.model import Stance

SAID_OF = frozenset({"acl", "amod"})
"""Relations of a verb to the word that it is said of."""
SUBJECTS = frozenset({"nsubj", "obj"})
"""Relations of a subject to a verb whose object is a relative pronoun; parsers mix them up."""


class DenialRow(language.WordsRow):
    """Verbs that deny what they are said of."""

    deeds: bool = Field(
        default=False,
        description="Whether they tell of deeds too (*rejeter une requête*): they deny a charge only "
        "where a noun names it.",
    )


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
        self.pointers = language.word_set(code, "pointers")

    def __call__(self, doc: Doc) -> Doc:
        """Add the denials of one document."""
        doc._.attributions = tuple(self.match(doc))
        return doc

    def match(self, doc: Doc) -> Iterator[Attribution]:
        """The attributions of one document with the denials among them."""
        found: tuple[Attribution, ...] = doc._.attributions
        tree = trees.tree(doc, self.code)
        cues = tree.tokens_at(a.cue for a in found if a.cue)
        denials = [(v, *self._pointing(tree, v)) for v in self._verbs(tree) if v not in cues]
        chunker = Chunker(doc, self.code)
        for attribution in found:
            pointing = [d for d in denials if d[2] >= 0 and _points_to(tree, d[1], attribution)]
            if attribution.cue and self._denies(tree, tree.within(*attribution.cue)[-1]):
                pointing = []  # a denial of a denial asserts
            added = [_denial(tree, chunker, attribution, v, source) for v, _, source in pointing]
            # Who denies it has not said it, nor have the figures: a blank is better than that.
            said = tree.tokens_at(attribution.mentions)
            wrong = any(head in said or source in said for _, head, source in pointing)
            yield replace(attribution, speaker=None, mentions=()) if wrong else attribution
            yield from added

    def _verbs(self, tree: Tree) -> Iterator[int]:
        """The verbs that deny, and are not themselves negated (*ce qu'il n'a pas nié*)."""
        for at in tree.readings:
            negated = any(tree.symbol[k] == NEGATION for k in tree.children[at])
            if tree.claims[at] and not negated and self._denies(tree, at) is not None:
                yield at

    def _denies(self, tree: Tree, at: int) -> DenialRow | None:
        rows = (self.denying.get(reading.row.lemma) for reading in tree.readings.get(at, ()))
        return next((row for row in rows if row is not None), None)

    def _pointing(self, tree: Tree, verb: int) -> tuple[int, int]:
        """The word that a denying verb is said of, and the head of who denies; -1 for none."""
        head = tree.head[verb]
        row = self._denies(tree, verb)
        pronoun = tree.pos[head] == "PRON" and not (row and row.deeds)
        points = tree.lower[head] in self.pointers or pronoun
        if head >= verb or not points or tree.rel[verb] not in SAID_OF:
            return head, -1
        below = tree.children[verb]
        if any(tree.morph[k].get("PronType") == "Rel" or tree.rel[k] == "aux" for k in below):
            told = (k for k in below if tree.rel[k] in SUBJECTS and k > head)
        else:
            beside = [k for k in tree.children[head] if tree.left[k] == verb + 1]
            told = (k for k in (*below, *beside) if _is_agent(tree, k))
        found = (k for k in told if tree.morph[k].get("PronType") != "Rel")
        return head, next(found, -1)


def _is_agent(tree: Tree, at: int) -> bool:
    return any(tree.symbol[k] == AGENT for k in tree.children[at])


def _points_to(tree: Tree, head: int, of: Attribution) -> bool:
    """Whether a word stands directly after a content, or is the source of a claim of its sentence."""
    words = sorted(tree.words_at(of.content))
    last = words[-1]
    if tree.sentence[last] != tree.sentence[head] or head <= last:
        return False
    between = [i for i in range(last + 1, head) if tree.word[i]]
    own = set(tree.subtree(head))
    return head in tree.tokens_at(of.mentions) or all(i in own for i in between)


def _denial(tree: Tree, chunker: Chunker, of: Attribution, verb: int, source: int) -> Attribution:
    token = tree.doc[verb]
    sentence = tree.sentences[tree.sentence[verb]]
    start, end = tree.doc[sentence[0]].idx, tree.doc[sentence[1] - 1 : sentence[1]].end_char
    mentions = mentioned(chunker, source, ())
    row = tree.cue(verb)
    return replace(
        of,
        rule=DENIAL,
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
