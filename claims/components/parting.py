"""Two names that a parser took for one, parted: their entities and what the second hangs on."""

from spacy.tokens import Span, Token

from claims.components import phrases
from claims.parser import PERSON


def parted(entity: Span, at: int, label: str) -> tuple[Span, Span]:
    """An entity in two, the second a person: what that hangs on is written anew.

    Args:
        entity: two names that a recognizer took for one.
        at: the token where the person's begins.
        label: what the first is.
    """
    doc = entity.doc
    end = next((t.i + 1 for t in reversed(doc[entity.start : at]) if not t.is_space), at)
    other, person = doc[entity.start : end], doc[at : entity.end]
    _hang(person, other.root)
    return (
        Span(doc, other.start, other.end, label=label),
        Span(doc, person.start, person.end, label=PERSON),
    )


def _hang(person: Span, other: Token) -> None:
    """Hang a person's name on what the name before it hangs on: on a verb as its subject."""
    name, above = person[0], other.head
    while above.pos_ == "PROPN" and above.head != above:
        above = above.head
    free = not any(phrases.relation(t) == "nsubj" for t in above.children)
    below = any(token.is_ancestor(above) for token in person)
    if below or above.i >= name.i or above.pos_ not in ("NOUN", "VERB", "AUX"):
        return
    if above.pos_ == "NOUN" or free:
        name.head, name.dep_ = above, "appos" if above.pos_ == "NOUN" else "nsubj"
        for token in person[1:]:
            if token.head not in person:
                token.head, token.dep_ = name, "flat:name"
