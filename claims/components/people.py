"""People's names as their first names tell them: where an entity recognizer joins or misses them.

*Le procureur de Nevers Paul Durand* and *a dit sur Facebook Léa Roux* have no mark between two
names, and recognizers tend to take them for one; a first name inside it begins the person's.
"""

from spacy.attrs import POS
from spacy.tokens import Doc, Span, Token
from spacy.util import filter_spans

from claims import columns
from claims.components.chunks import DETERMINERS, JOINERS, words
from claims.components.given_names import given_names
from claims.components.names import MAX_PARTICLE, PLACED
from claims.components.parting import parted
from claims.language import word_set
from claims.model import fold
from claims.parser import PERSON, PLACE

PROPER = "PROPN"
NAMING = frozenset({PROPER, "NOUN", "X"})
"""Parts of speech of surnames; recognizers take some for nouns."""
NAMESAKES = "namesakes"
"""The table of nouns for what is named after people (*la place Victor Hugo*)."""
HOMONYMS = "homonyms"
"""The table of first names that name something else as well (*France*)."""


def mend(doc: Doc, code: str) -> None:
    """Write the entities of people anew, and what their names hang on where one is parted."""
    names = Names(doc, code)
    found: list[Span] = []
    for entity in map(names.capital, doc.ents):
        at = names.begins(entity)
        if at:
            label = PLACE if entity.label_ == PERSON else entity.label_
            found += parted(entity, at, label)
        elif entity.text in names.alone:
            found.append(Span(doc, entity.start, entity.end, label=PERSON))
        else:
            found.append(entity)
    taken = {i for entity in found for i in range(entity.start, entity.end)}
    missed = [names.whole(t) for t in names.proper if t.i not in taken and names.opens(t)]
    doc.set_ents(filter_spans([*missed, *found]))


class Names:
    """Tells first names in a Doc, and where the names end that they begin."""

    def __init__(self, doc: Doc, code: str) -> None:
        self.doc, self.known, self.given = doc, words(code), given_names(code)
        self.homonyms, self.namesakes = word_set(code, HOMONYMS), word_set(code, NAMESAKES)
        self.proper = [doc[i] for i, pos in enumerate(columns.strings(doc, POS)) if pos == PROPER]
        self.alone = {t.text for t in self.proper if self.is_alone(t) and not self._goes_on(t)}
        """First names that stand alone somewhere, and so name a person wherever they do."""

    def is_given(self, token: Token) -> bool:
        """Whether a word is a first name, or several joined by hyphens."""
        text = token.text
        parts = fold(text).split() if text[0].isupper() else []
        return bool(parts) and all(part in self.given for part in parts)

    def capital(self, entity: Span) -> Span:
        """An entity, a person's less the words in lower case before it (*le président Roux*)."""
        start = entity.start
        while entity.label_ == PERSON and start < entity.end - 1 and self._is_common(start):
            start += 1
        return Span(self.doc, start, entity.end, label=entity.label_)

    def _is_common(self, at: int) -> bool:
        word = self.doc[at].text
        return word.isalpha() and word.islower() and len(word) > MAX_PARTICLE

    def begins(self, entity: Span) -> int:
        """Where a person's name begins inside an entity that begins with another; else 0."""
        doc, start = self.doc, entity.start
        at = next((t.i for t in entity if self.is_given(t)), start)
        own, other = [t for t in doc[at : entity.end] if not t.is_space], doc[start:at]
        if not other or len(own) < 2 or not start or self._symbol(doc[start - 1]) not in PLACED:
            return 0
        last = other[-1]
        sure = fold(doc[at].text) not in self.homonyms
        apart = last.text[0].isupper() and len(last) > 1 and last.text[-1].isalnum()
        bears = any(fold(t.text) in self.namesakes for t in other)
        is_name = all(t.text[0].isupper() or len(t) <= MAX_PARTICLE for t in own)
        return at if sure and apart and is_name and not bears and not self._symbol(last) else 0

    def is_alone(self, token: Token) -> bool:
        """Whether a name is a person's first, not a place's: nothing of a closed class before."""
        free = not token.i or not self._symbol(self.doc[token.i - 1])
        return free and self.is_given(token) and fold(token.text) not in self.homonyms

    def opens(self, token: Token) -> bool:
        """Whether a name that no entity has is the first of a person's."""
        named = self.is_given(token) and (self._is_person(token.i + 1) or self._has_manor(token))
        return named or token.text in self.alone

    def _has_manor(self, token: Token) -> bool:
        """Whether a surname of two particles follows a first name (*Léa de la Roche*)."""
        following = self.doc[token.i + 1 : token.i + 4]
        if fold(token.text) in self.homonyms or len(following) < 3:
            return False
        of, the, name = following
        particles = self._symbol(of) in JOINERS and self._symbol(the) in DETERMINERS
        return particles and name.text[0].isupper()

    def whole(self, first: Token) -> Span:
        """The name that a first name begins: the capitals after it, over particles (*Léa de Roux*)."""
        end = at = first.i + 1
        while at < len(self.doc):
            token = self.doc[at]
            symbol = self._symbol(token)
            particle = len(token) <= MAX_PARTICLE and token.pos_ in ("ADP", "DET")
            if token.text[0].isupper() and (token.pos_ in NAMING or self._is_person(at)):
                end = at + 1
            elif not particle or (symbol in PLACED and symbol not in JOINERS):
                break
            at += 1
        return Span(self.doc, first.i, end, label=PERSON)

    def _goes_on(self, token: Token) -> bool:
        """Whether a surname may follow."""
        following = self.doc[token.i + 1 : token.i + 2]
        return any(t.text[0].isupper() and t.pos_ in NAMING for t in following)

    def _is_person(self, at: int) -> bool:
        return at < len(self.doc) and self.doc[at].ent_type_ == PERSON

    def _symbol(self, token: Token) -> str:
        return self.known.single.get(token.lower_, "")
