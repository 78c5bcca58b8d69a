"""Phrases of a parse: whose subject a verb's is, and which words are its mention.

Relations are those of Universal Dependencies; a treebank's own subtypes (`nsubj:caus`) count
as the relation itself, but for those of a passive and of a relative clause.
"""

from collections.abc import Container, Iterator, Mapping
from functools import cache

from spacy.tokens import Doc, Span, Token

from claims.parser import ORGANIZATION, PERSON, PLACE

INNER = frozenset({"det", "amod", "nmod", "nummod", "flat", "fixed", "compound", "goeswith"})
"""Relations whose words are part of the mention of their head."""
LEFT = frozenset({"det", "amod", "nummod"})
"""Relations of words before their head that are part of its mention."""
NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ", "X"})
"""Parts of speech of what can speak; an adjective is one without its noun (*les Verts*)."""
SHARING = frozenset({"conj", "advcl", "xcomp", "aux", "cop"})
"""Relations of a verb that has its head's subject where it has none of its own."""
CUTS = frozenset(",;:()[]")
"""Marks that a mention does not go beyond."""
LONGEST_BRACKETS = 8
"""Tokens of the longest brackets that stand between names of a list."""
MAX_CLIMB = 4
"""Verbs between a cue and the one that has its subject."""


def relation(token: Token) -> str:
    """The universal relation of a token to its head."""
    return universal(token.dep_)


@cache
def universal(label: str) -> str:
    """A relation without the subtype that a treebank gives it."""
    return label.partition(":")[0]


def subject(verb: Token) -> Token | None:
    """The head of the noun phrase that speaks where `verb` is the cue; else None.

    That is its subject, the agent of a passive, the noun that *qui* stands for, or the subject
    of the verb that it depends on.
    """
    for climbed in range(MAX_CLIMB):
        if not climbed and _passive(verb):
            return next((t for t in verb.children if t.dep_ == "obl:agent"), None)
        own = [t for t in verb.children if relation(t) == "nsubj" and t.pos_ in NOMINAL]
        if own:  # Le ministre a-t-il menti ?
            chosen = next((t for t in own if t.pos_ != "PRON"), own[0])
            if "Rel" in chosen.morph.get("PronType", []):
                return _antecedent(verb)
            return chosen if _agree(verb, chosen) else None
        if verb.dep_ == "acl" and verb.head.pos_ in NOMINAL:
            return verb.head
        if relation(verb) not in SHARING or verb.head == verb:
            return None
        verb = verb.head
    return None


def source(preposition: Token) -> Token | None:
    """The head of the noun phrase that a preposition such as *selon* governs; else None."""
    head = preposition.head
    while relation(head) == "fixed":
        head = head.head
    if relation(preposition) in ("case", "mark") and head.i > preposition.i:
        return head if head.pos_ in NOMINAL else None
    return None


def _passive(verb: Token) -> bool:
    alone = verb.dep_ == "acl" and verb.morph.get("Tense", []) == ["Past"]
    return alone or any(t.dep_ in ("aux:pass", "nsubj:pass") for t in verb.children)


def _agree(verb: Token, noun: Token) -> bool:
    """Whether a subject is of its verb's number, as far as both are known."""
    finite = next((t for t in verb.children if relation(t) == "aux"), verb)
    numbers = finite.morph.get("Number", []), noun.morph.get("Number", [])
    return not all(numbers) or numbers[0] == numbers[1] or any(True for _ in noun.conjuncts)


def _antecedent(verb: Token) -> Token | None:
    """What a relative pronoun that is the subject of `verb` stands for."""
    while relation(verb) == "conj":
        verb = verb.head
    return verb.head if relation(verb) == "acl" else None


def phrase(head: Token, joining: Mapping[str, bool], apart: Container[int] = ()) -> Span:
    """The noun phrase of a head as it is mentioned, less what stands outside the mention.

    Determiner, title, adjectives and complements belong to it, and so does a person's name in
    apposition (*le maire, Léa Roux*); a preposition before it, relative clauses and whatever
    else follows a comma do not.

    Args:
        head: the head of the phrase.
        joining: the prepositions that join a complement to a noun, in lower case, and whether
            whatever follows is one (*de*), or not what is `apart` (*à*).
        apart: tokens of what is told rather than a complement (*la ministre à l’AFP*).
    """
    doc = head.doc
    lefts = [
        t for t in head.lefts if relation(t) in LEFT and "Rel" not in t.morph.get("PronType", [])
    ]
    determiners = [t.i for t in lefts if relation(t) == "det"]
    start = min(determiners or [head.i, *(t.left_edge.i for t in lefts)])
    end = head.i + 1
    for child in head.rights:
        if child.is_space:
            continue
        if not _inner(child, joining, apart) or _gap(head, end, child.left_edge.i):
            break
        limit = child.right_edge.i + 1
        first = next(iter(_joined(child)), None) if _is_own_name(child) else None
        if first is not None:  # MM. Roux et Blanc: of two
            limit = min(
                [t.i for t in first.lefts if relation(t) == "cc"], default=first.left_edge.i
            )
        end = next((t.i for t in doc[end:limit] if _leaves(t)), limit)
        if end < limit:
            break
    end = _past_own_name(head, _past_complement(doc, end, joining))
    comma = _past_acronym(doc, end)
    name = _past_title(doc, comma + 1)
    if doc[comma : comma + 1].text == "," and _named(doc, name):
        if not head.ent_type_ and "Plur" in head.morph.get("Number", []):
            if relation(doc[name]) != "nsubj":
                end = _names_end(doc, name)  # les ministres, Léa Roux et Paul Durand
        elif not head.ent_type_:
            end = _name_end(doc, name)
        elif head.ent_type_ == PLACE and not any(relation(t) == "conj" for t in head.rights):
            start, end = comma + 1, _name_end(doc, name)  # À Paris, Hugo Clément: no apposition
    while end - 1 > head.i and _is_loose(doc[end - 1]):
        end -= 1
    return doc[start:end]


def _is_loose(token: Token) -> bool:
    """Whether a token cannot be the last of a mention: a mark, or what joins it to a word after it."""
    return token.is_punct or token.is_space or relation(token) in ("case", "cc", "mark")


def _inner(child: Token, joining: Mapping[str, bool], apart: Container[int]) -> bool:
    """Whether a word after its head, with its own, can be part of the mention."""
    if _is_joined(child):
        return _is_one_with(child)
    if relation(child) == "appos":
        return True
    cases = [t.lower_ for t in child.lefts if relation(t) == "case"]
    quantity = child.head.pos_ == "ADV" and relation(child) == "obl"  # plus de 200 manifestants
    if not (quantity or relation(child) in INNER) or not cases:
        return relation(child) in INNER
    return cases[0] in joining and (joining[cases[0]] or child.i not in apart)


def _is_joined(token: Token) -> bool:
    """Whether a word is coordinated with its head: after *ainsi que*, it is a complement."""
    return relation(token) == "conj" or any(relation(t) == "cc" for t in token.lefts)


def _is_one_with(joined: Token) -> bool:
    """Whether a coordinated word tells of the same: *le député et porte-parole*, *Roux & Fils*."""
    if any(t.text == "&" for t in joined.lefts):
        return True
    own_name = joined.ent_iob_ == "B"
    several = any("Plur" in token.morph.get("Number", []) for token in (joined, joined.head))
    return joined.pos_ in ("NOUN", "ADJ") and not (_determined(joined) or own_name or several)


def _joined(head: Token) -> Iterator[Token]:
    """What is coordinated with a head and is another: not *18 000 selon la police*."""
    cases = {t.lemma_ for t in head.lefts if relation(t) == "case"}
    for child in head.rights:
        own = [t for t in child.lefts if relation(t) == "case"]
        other = _is_joined(child) and child.pos_ in NOMINAL and not _is_one_with(child)
        counted = any(t.pos_ == "NUM" and own and t.i < own[0].i for t in child.lefts)
        if other and not counted and {t.lemma_ for t in own} <= cases:
            yield child


def _is_own_name(child: Token) -> bool:
    """Whether a word is the name of what its head tells: *le maire Léa Roux*."""
    return child.ent_iob_ == "B" and not any(relation(t) == "case" for t in child.lefts)


def _determined(token: Token) -> bool:
    return any(relation(t) in ("det", "case") for t in token.lefts)


def _named(doc: Doc, at: int) -> bool:
    """Whether a person's name starts at a token."""
    return at < len(doc) and doc[at].ent_type_ == PERSON and doc[at].ent_iob_ == "B"


def _name_end(doc: Doc, at: int) -> int:
    """The end of a name that goes on or starts at a token; else the token."""
    if at < len(doc) and (_named(doc, at) or (doc[at].ent_iob_ == "I" and doc[at].ent_type_)):
        at += 1
        while at < len(doc) and doc[at].ent_iob_ == "I":
            at += 1
    return at


def _names_end(doc: Doc, at: int) -> int:
    """The end of the list of names that starts at a token."""
    end = _name_end(doc, at)
    while (after := past_brackets(doc, end)) < len(doc) and (
        doc[after].text == "," or relation(doc[after]) == "cc"
    ):
        at = after + 1
        while at < len(doc) and relation(doc[at]) in ("cc", "punct", "advmod"):
            at += 1
        if not _named(doc, at):
            break
        end = _name_end(doc, at)
    return end


def past_brackets(doc: Doc, at: int) -> int:
    """The token after the brackets that open at a token (*Léa Roux (Lyon)*); else the token."""
    if at == len(doc) or doc[at].text != "(":
        return at
    closed = next((t.i for t in doc[at : at + LONGEST_BRACKETS] if t.text == ")"), at - 1)
    return closed + 1


def _past_own_name(head: Token, at: int) -> int:
    """The end of the name that goes on at a token, or tells who its head is (*le quotidien Le Soir*)."""
    doc = head.doc
    follows = at < len(doc) and doc[at].ent_iob_ == "B" and doc[at].ent_type_ == ORGANIZATION
    if follows and not head.ent_type_ and doc[at].is_title and at > head.i:
        return next((t.i for t in doc[at + 1 :] if t.ent_iob_ != "I"), len(doc))
    return _name_end(doc, at)


def _past_acronym(doc: Doc, at: int) -> int:
    """The token after *(LFI)*, where that stands at a token; else the token."""
    is_one = at + 2 < len(doc) and doc[at].text == "(" and doc[at + 2].text == ")"
    return at + 3 if is_one else at


def _past_complement(doc: Doc, at: int, joining: Container[str]) -> int:
    """The end of a complement after an acronym: *(LR) de Nice*; else the token."""
    after = _past_acronym(doc, at)
    if after in (at, len(doc)) or doc[after].lower_ not in joining:
        return at
    return max(after, doc[after].head.i) + 1 if relation(doc[after]) == "case" else at


def _past_title(doc: Doc, at: int) -> int:
    """The token after *Mme* or *Me*, where a capitalised word stands before a name."""
    titled = _named(doc, at + 1) and doc[at].text[0].isupper() and not doc[at].ent_type_
    return at + 1 if titled else at


def _gap(head: Token, end: int, start: int) -> bool:
    """Whether more than *(LFI)* stands between the words so far and those of the next child."""
    end = _past_acronym(head.doc, end)
    return any(not head.doc[i].is_space for i in range(end, start))


def _leaves(token: Token) -> bool:
    """Whether the mention ends before a token that is inside one of its complements."""
    label, text, named = token.dep_, token.text, bool(token.ent_type_)
    if label == "acl:relcl" or universal(label) == "parataxis":
        return True
    if not named and text.islower():
        form = token.morph
        if "Fin" in form.get("VerbForm", []) or "Rel" in form.get("PronType", []):
            return True
    if not named and universal(label) == "case" and token.doc[token.i - 1].ent_type_ == PERSON:
        return True  # Marie Curie à l’AFP: a name has no complement
    return text in CUTS and token.ent_iob_ != "I"


def coordinated(head: Token) -> Iterator[Token]:
    """The heads of a noun phrase and of those joined to it: *Moscou et Pyongyang* are two."""
    yield head
    if head.ent_type_ == PERSON and relation(head) == "nsubj":
        # In a list of names the parser may take several for subjects of the verb.
        others = [t for t in head.head.children if relation(t) == "nsubj" and t.i > head.i]
        for other in others[:1]:
            if _named(head.doc, other.i):
                yield from coordinated(other)
    for child in head.rights:
        if _is_own_name(child) and relation(child) in INNER:
            for other in _joined(child):
                yield from coordinated(other)
        # Or the second for a part of the first.
        elif head.ent_type_ == PERSON and _named(head.doc, child.i) and child.i > head.i + 1:
            yield from coordinated(child)
    for other in _joined(head):
        if head.ent_type_ != PERSON or not _named(head.doc, other.i):
            yield from coordinated(other)
