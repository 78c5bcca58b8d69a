"""The names that an article uses: full names, the roles beside them, and their gender."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc

from claims.components.chunks import DETERMINERS, JOINERS, Words
from claims.components.relations import Place
from claims.model import fold

DOMINANT = 3
"""How many times as often as any other a full name must occur to own a shared surname."""
HYPHENS = frozenset("-‑")
VERBAL = frozenset({"A", "E", "n", "s"})
"""Word classes that only a verb's subject stands right before."""
PLACED = frozenset({"t", "h", "r"})
"""Word classes of prepositions: *à New York* is nobody's name."""
MAX_NAME = 5
"""Words of the longest run of capitals that is taken for a name."""
MAX_ROLE = 12
"""Tokens of the longest role beside a name."""


@dataclass
class Cast:
    """The names of one article. Names and roles are folded, but for the values of `full`."""

    full: dict[str, str] = field(default_factory=dict)
    """Full name to the name as it is shown."""
    by_word: dict[str, Counter[str]] = field(default_factory=dict)
    """Word to the full names that have it, with their counts."""
    by_role: dict[str, set[str]] = field(default_factory=dict)
    """Role (*président russe*) to the full names that it stands beside."""
    by_head: dict[str, list[str]] = field(default_factory=dict)
    """First word of a role to the roles."""
    gender: dict[str, str] = field(default_factory=dict)
    """Full name to Masc or Fem, where a title or determiner tells."""
    places: list[tuple[int, str]] = field(default_factory=list)
    """Where full names end that no preposition stands before, in characters, in text order."""

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

    def holder(self, role: str) -> str | None:
        """The one full name beside which a role stands, or a longer one of the same head."""
        folded = fold(role)
        names = self.by_role.get(folded, set())
        wanted = set(folded.split())
        if not names:
            longer = self.by_head.get(folded.partition(" ")[0], [])
            names = {n for r in longer if wanted <= set(r.split()) for n in self.by_role[r]}
        return self.full[next(iter(names))] if len(names) == 1 else None

    def between(self, start: int, end: int) -> set[str]:
        """The full names that end in `[start, end)`."""
        left, right = (bisect_left(self.places, (at, "")) for at in (start, end))
        return {name for _, name in self.places[left:right]}


def cast(doc: Doc, words: Words) -> Cast:
    """The names of a Doc."""
    found = Cast()
    for start, end in _full_names(doc, words):
        name = " ".join(doc[start:end].text.split())
        folded = fold(name)
        shown = found.full.setdefault(folded, name)
        if shown.isupper():  # a byline or headline in capitals
            found.full[folded] = name
        for word in set(folded.split()):
            found.by_word.setdefault(word, Counter())[folded] += 1
        role, gender = _before(doc, start, end, words)
        for each in (role, _apposition(doc, end, words)):
            if each and folded not in found.by_role.setdefault(each, set()):
                found.by_role[each].add(folded)
                found.by_head.setdefault(each.partition(" ")[0], []).append(each)
        if gender:
            found.gender.setdefault(folded, gender)
        if start == 0 or words.single.get(doc[start - 1].lower_) not in PLACED:
            found.places.append((doc[end - 1].idx + len(doc[end - 1]), folded))
    return found


def _full_names(doc: Doc, words: Words) -> Iterator[Place]:
    """Token ranges of two to five capitalised words that are no function words.

    The first of three or more belongs to an office where a determiner stands before it
    (*le ministre de l’Intérieur Paul Durand*).
    """
    start = None
    for token in [*doc, None]:
        if token is not None:
            if start is not None and token.text[0] in HYPHENS and not doc[token.i - 1].whitespace_:
                continue  # An Chan-il
            capital = token.text[:1].isupper() and token.lower_ not in words.single
            if capital and token.text.replace("-", "").isalpha():
                start = token.i if start is None else start
                continue
        end = len(doc) if token is None else token.i
        if start is not None:
            office = start > 0 and words.single.get(doc[start - 1].lower_) in DETERMINERS
            first = start + 1 if office and end - start > 2 else start
            if 2 <= end - first <= MAX_NAME:
                yield first, end
        start = None


def _before(doc: Doc, start: int, end: int, words: Words) -> tuple[str, str]:
    """The role between a determiner and a name, folded, and the gender that stands before.

    Without a parse, *la police recherche Paul Durand* looks like *le président russe Paul
    Durand*: a role is taken only where a verb follows the name, or where the name stands in
    apposition, between two commas (*le maire, Paul Durand, …*).
    """
    at = start
    following = words.single.get(doc[end].lower_, "") if end < len(doc) else ""
    if at > 0 and words.single.get(doc[at - 1].lower_) == "T":
        return "", words.feature(doc[at - 1].lower_, "Gender")
    if at > 0 and doc[at - 1].text == ",":
        if end >= len(doc) or doc[end].text != ",":
            return "", ""
        at -= 1
    elif following not in VERBAL or words.single.get(doc[at - 1].lower_) in JOINERS:
        return "", ""
    stop = at
    while at > 0 and start - at < MAX_ROLE:
        token = doc[at - 1]
        symbol = words.single.get(token.lower_, "")
        inner = at > 1 and words.single.get(doc[at - 2].lower_) == "D"
        if symbol in DETERMINERS and not inner:
            return _definite(fold(doc[at:stop].text), token.lower_, words)
        if token.is_punct or token.is_space or (symbol and symbol not in "DlBw"):
            return "", ""
        at -= 1
    return "", ""


def _definite(role: str, determiner: str, words: Words) -> tuple[str, str]:
    """A role and its gender; without the role where it is not one definite person's."""
    definite = words.feature(determiner, "Definite") == "Def"
    return (role if definite else ""), words.feature(determiner, "Gender")


def _apposition(doc: Doc, at: int, words: Words) -> str:
    """The role after a name and a comma, folded and without determiner; else empty."""
    begin = at + 1
    if begin >= len(doc) or doc[at].text != ",":
        return ""
    if words.single.get(doc[begin].lower_) in DETERMINERS:
        begin += 1
    end = begin
    while end < len(doc) and end - begin < MAX_ROLE:
        token = doc[end]
        symbol = words.single.get(token.lower_, "")
        if token.is_space or token.is_punct or (symbol and symbol not in "DlBew"):
            break
        end += 1
    return fold(doc[begin:end].text) if end > begin and doc[begin].is_lower else ""
