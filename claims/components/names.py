"""The full names of people that an article uses, and their gender."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.attrs import DEP
from spacy.tokens import Doc, Span, Token

from claims import columns
from claims.components import phrases
from claims.components.chunks import DETERMINERS, TITLE, Words
from claims.model import fold
from claims.parser import PERSON

DOMINANT = 3
"""How many times as often as any other a full name must occur to own a shared surname."""
BESIDE = frozenset({"nmod", "appos", "flat", "compound"})
"""Relations of a name to the noun that says who it is."""
PLACED = frozenset("thrDBg")
"""Word classes of prepositions: neither *à Paul Durand* nor *la mère de Paul Durand* is he."""
MAX_PARTICLE = 3
"""Letters of the longest word in lower case inside a name (*de*, *ben*, *von*)."""


@dataclass
class Cast:
    """The full names of one article, folded, but for the values of `full`."""

    full: dict[str, str] = field(default_factory=dict)
    """Full name to the name as it is shown."""
    by_word: dict[str, Counter[str]] = field(default_factory=dict)
    """Word to the full names that have it, with their counts."""
    titled: dict[str, str] = field(default_factory=dict)
    """Full name to Masc or Fem, where a title tells."""
    genders: dict[str, Counter[str]] = field(default_factory=dict)
    """Full name to how often nouns beside it are Masc or Fem; *une figure* can be either."""
    ends: list[tuple[int, int, str]] = field(default_factory=list)
    """End, start and full name of those that no preposition stands before, in characters."""

    def fullest(self, name: str) -> str | None:
        """The one full name that has all words of `name`, or owns most of their mentions."""
        folded = fold(name)
        if not folded or not any(c.isupper() for c in name):
            return None
        if folded in self.full and len(folded.split()) > 1:
            return self.full[folded]
        counts: Counter[str] | None = None
        for word in folded.split():
            having = self.by_word.get(word, Counter())
            counts = (
                having
                if counts is None
                else Counter({k: v for k, v in counts.items() if k in having})
            )
        ranked = (counts or Counter()).most_common(2)
        if not ranked or (len(ranked) > 1 and ranked[0][1] < DOMINANT * ranked[1][1]):
            return None
        return self.full[ranked[0][0]]


def cast(doc: Doc, words: Words) -> Cast:
    """The names of a Doc: its entities of kind PER that have two words or more."""
    found = Cast()
    for entity in _full_names(doc, words):
        name = " ".join(entity.text.split())
        folded = fold(name)
        if words.single.get(entity[0].lower_) in DETERMINERS and len(folded.split()) == 2:
            found.ends.append((entity.end_char, entity.start_char, folded))
            continue  # Le Pen is a surname
        shown = found.full.setdefault(folded, name)
        if shown.isupper():  # a byline or headline in capitals
            found.full[folded] = name
        for word in set(folded.split()):
            found.by_word.setdefault(word, Counter())[folded] += 1
        noun = _noun(entity, words)
        gender = _gender(noun, words) if noun else ""
        if noun and gender and words.single.get(noun.lower_) == TITLE:
            found.titled.setdefault(folded, gender)
        elif gender:
            found.genders.setdefault(folded, Counter())[gender] += 1
        if entity.start == 0 or words.single.get(doc[entity.start - 1].lower_) not in PLACED:
            found.ends.append((entity.end_char, entity.start_char, folded))
    return found


def _full_names(doc: Doc, words: Words) -> Iterator[Span]:
    """The names of persons of two words or more, less a title (*M.*, *Mme*) before them.

    They are the entities, and where none stands what the parse says is one name, and words with
    capitals right after the noun that they hang on (*le chercheur An Chan-il*).
    """
    labels, heads = columns.strings(doc, DEP), columns.heads(doc)
    hung = [(i, head, label) for i, (head, label) in enumerate(zip(heads, labels, strict=True))]
    parts = {head: i for i, head, label in hung if label == "flat:name" and head < i}
    joined = (doc[head : i + 1] for head, i in parts.items() if doc[head].pos_ == "PROPN")
    hanging = (_capitals(doc[i]) for i, head, label in hung if label == "nmod" and head == i - 1)
    beside = (name for name in hanging if name.root.head.pos_ == "NOUN")
    unknown = {n.start: n for n in [*beside, *joined] if not any(t.ent_type_ for t in n)}
    persons = [entity for entity in doc.ents if entity.label_ == PERSON]
    for entity in sorted([*persons, *unknown.values()], key=lambda name: name.start):
        start = entity.start
        while start < entity.end and words.single.get(doc[start].lower_) == TITLE:
            start += 1
        name = [t for t in doc[start : entity.end] if not t.is_space]
        if len(name) > 1 and all(t.text[0].isupper() or len(t) <= MAX_PARTICLE for t in name):
            yield Span(doc, start, entity.end, label=PERSON)


def _capitals(first: Token) -> Span:
    """The words that begin with a capital, from a token on; at least the token."""
    end = first.i + 1
    while end < len(first.doc) and first.text[0].isupper() and first.doc[end].text[0].isupper():
        end += 1
    return first.doc[first.i : end]


def _noun(entity: Span, words: Words) -> Token | None:
    """The noun that a name stands beside: *maire* in *le maire Léa Roux*, *le maire, Léa Roux*."""
    root = entity.root
    head = root.head
    beside = phrases.relation(root) in BESIDE and head.i < entity.start and head.pos_ == "NOUN"
    governed = any(phrases.relation(t) == "case" for t in root.lefts)
    if beside and not governed:
        return head
    before = entity.doc[max(0, entity.start - 2) : entity.start]
    if before.text.endswith(",") and entity.doc[entity.end : entity.end + 1].text == ",":
        return _climb(before[0])
    if before and words.single.get(before[-1].lower_) == TITLE:
        return before[-1]
    return None


def _climb(token: Token) -> Token | None:
    """The noun whose phrase ends with a token; None if none does."""
    while phrases.relation(token) in phrases.INNER and token.head.i < token.i:
        token = token.head
    return token if token.pos_ == "NOUN" else None


def _gender(noun: Token, words: Words) -> str:
    """Masc or Fem, where a title or a determiner before a name tells; else empty."""
    determiner = next((t for t in noun.lefts if phrases.relation(t) == "det"), None)
    own = words.feature(noun.lower_, "Gender")
    return own or (words.feature(determiner.lower_, "Gender") if determiner is not None else "")
