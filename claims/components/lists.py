"""Lists as the article has them: what is coordinated, where a parser tears it apart.

Of *Attac, la CGT, la FSU ou encore Solidaires* parsers tend to take the first for the subject and
others for adjuncts of the verb. Names of one kind with nothing but commas, conjunctions and
determiners between them are one list where a conjunction ends it, and so are two subjects of one
verb with a comma between them.
"""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from itertools import pairwise

from spacy.attrs import DEP
from spacy.tokens import Doc, Span, Token

from claims import columns
from claims.components import phrases
from claims.components.chunks import COORDINATION, DETERMINERS, TITLE, Words, words
from claims.components.cues import prepositions

CONJUNCT = "conj"


def mend(doc: Doc, code: str) -> None:
    """Hang the members of each list on its first, in place."""
    known = words(code)
    for run in _names(doc, known, prepositions(code)):
        _join(run)
    for verb in _with_subjects(doc):
        subjects = [t for t in verb.lefts if _is_subject(t)]
        for one, other in pairwise(subjects):
            if _is_listed(one, other, known):
                _join([doc[one.i : one.i + 1], doc[other.i : other.i + 1]])


def _with_subjects(doc: Doc) -> list[Token]:
    """The words that have several subjects before them, in text order."""
    labels, heads = columns.strings(doc, DEP), columns.heads(doc)
    above = Counter(
        head
        for i, (label, head) in enumerate(zip(labels, heads, strict=True))
        if i < head and phrases.universal(label) == "nsubj"
    )
    return [doc[head] for head, count in sorted(above.items()) if count > 1]


def _names(doc: Doc, known: Words, asked: Container[str]) -> Iterator[list[Span]]:
    """The runs of names that are lists; before the first stands no preposition but one `asked` by."""
    run: list[Span] = []
    for name in doc.ents:
        if run and not (name.label_ == run[-1].label_ and _goes_on(run[-1], name, known)):
            if _is_list(run, known, asked):
                yield run
            run = []
        run.append(name)
    if _is_list(run, known, asked):
        yield run


def _goes_on(one: Span, other: Span, known: Words) -> bool:
    between = one.doc[one.end : other.start]
    return bool(between) and all(
        t.text == ","
        or t.pos_ == "ADV"
        or known.single.get(t.lower_, "") in (COORDINATION, TITLE, *DETERMINERS)
        for t in between
    )


def _is_list(run: Sequence[Span], known: Words, asked: Container[str]) -> bool:
    """Whether a conjunction joins the last of some names, and none but *selon* governs them."""
    if len(run) < 2 or not run[0].text[0].isupper():
        return False
    between = run[0].doc[run[-2].end : run[-1].start]
    joined = any(known.single.get(t.lower_) == COORDINATION for t in between)
    cases = [t for t in run[0].root.lefts if phrases.relation(t) == "case"]
    return joined and all(_form(t) in asked for t in cases)


def _form(preposition: Token) -> str:
    """A preposition as the lexicon of cues has it (*d'après*)."""
    fixed = (t.lower_ for t in preposition.rights if phrases.relation(t) == "fixed")
    return "".join([preposition.lower_, *fixed])


def _is_listed(one: Token, other: Token, known: Words) -> bool:
    """Whether nothing but a conjunction stands between two subjects, or a comma and one follows.

    The first tells of no clause, and neither is what the other is said to be.
    """
    kinds = {"NOUN", "PROPN"} >= {one.pos_, other.pos_} and one.ent_type_ == other.ent_type_
    governed = any(phrases.relation(t) == "case" for t in (*one.lefts, *other.lefts))
    if not kinds or governed or any(t.pos_ in ("VERB", "AUX") for t in one.subtree):
        return False
    between = [t for t in one.doc[one.right_edge.i + 1 : other.left_edge.i] if not t.is_space]
    inside = one.doc[other.left_edge.i : other.right_edge.i + 1]
    joined = any(known.single.get(t.lower_) == COORDINATION for t in inside)
    comma = [t.text for t in between] == [","] or (not between and other.left_edge.text == ",")
    conjunction = not between and known.single.get(other.left_edge.lower_) == COORDINATION
    return (comma and joined) or conjunction


def _join(members: Sequence[Span]) -> None:
    """Hang each member on the first, up to one that is a subject where the first is none.

    *Elle a vu Léa Roux et Paul Durand a ri* are two clauses.
    """
    first = members[0].root
    for number, member in enumerate(members[1:], start=1):
        head = member.root
        above = head.head
        if head.is_ancestor(first) or (_is_subject(head) and not _is_subject(first)):
            return
        known = any(above in one for one in members[:number]) or above.is_ancestor(first)
        if head.dep_ != CONJUNCT or not known:
            head.head, head.dep_ = first, CONJUNCT


def _is_subject(token: Token) -> bool:
    return phrases.relation(token) == "nsubj"
