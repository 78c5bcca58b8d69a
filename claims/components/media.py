"""Mentions of media: those of the registry by name, and classes of media by pattern."""

import re
from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from functools import cache

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import filter_spans

from claims import columns, language
from claims.components.given_names import given_names
from claims.components.parting import parted
from claims.components.relations import Place
from claims.model import fold
from claims.parser import ORGANIZATION, PERSON
from claims.registry import Registry

GROUP = "media"
DESCRIBING = re.compile(r"(?: [a-zà-ÿ-]{5,})? [«\"“]?\s?")
"""What stands between the words for a class of media and the name of the medium that they describe."""
CONJUNCT, COMPLEMENT = "conj", "nmod"
NAME = "name"
"""The group that has a medium's own name."""


class MediaRow(language.Row):
    """A class of media that articles name as one, such as *les médias locaux*."""

    pattern: re.Pattern[str] = Field(
        description="A regular expression for its mention; what its group `name` has, if there is"
        " one, is a medium's own name (*le quotidien Le Soir*)."
    )


@cache
def generic(code: str) -> tuple[re.Pattern[str], ...]:
    """The classes of media of a language."""
    rows = language.rows(code, "media", MediaRow)
    return tuple(re.compile(rf"\b(?:{row.pattern.pattern})(?!\w)") for row in rows)


def unregistered(text: str, code: str, known: Sequence[tuple[int, int]]) -> Iterator[Place]:
    """The media of a text that are none of those at `known` places: classes, and by their name."""
    taken = {i for start, end in known for i in range(start, end)}
    starts = sorted(start for start, _ in known)
    for pattern in generic(code):
        for match in pattern.finditer(text):
            named = NAME in pattern.groupindex
            start, end = match.span(NAME if named else 0)
            if named:
                found = taken.isdisjoint(range(start, end))
            else:  # l’agence de presse suisse ATS is one medium
                following = starts[bisect_left(starts, end) :][:1]
                found = not any(DESCRIBING.fullmatch(text, end, at) for at in following)
            if found:
                yield start, end


@Language.factory(
    "claims_media", assigns=["doc.spans", "doc.ents"], default_config={"language": "fr"}
)
def make_media(nlp: Language, name: str, language: str) -> "Media":
    """The component that writes `doc.spans["media"]`, with the bundled registry.

    For another, set the component's `registry`.
    """
    return Media(language, Registry.bundled())


class Media:
    """Writes the mentions of media as `doc.spans["media"]`, labelled by name.

    Where the parser took a medium and a person after it for one name, it parts them.
    """

    def __init__(self, code: str, registry: Registry) -> None:
        self.registry = registry
        self.code = code

    def __call__(self, doc: Doc) -> Doc:
        """Add the media that one document names."""
        text = columns.text(doc)
        found = [
            (start, end, entry.name) for start, end, entry in self.registry.outlet_mentions(text)
        ]
        places = [(start, end) for start, end, _ in found]
        _part(doc, places)
        _name(doc, places, language.word_set(self.code, "media_nouns"))
        found += [
            (start, end, text[start:end])
            for start, end in unregistered(text, self.code, places)
            if not self._is_person(doc.char_span(start, end))
        ]
        spans = (doc.char_span(start, end, label=name) for start, end, name in found)
        kept = filter_spans([s for s in spans if s is not None and not _is_surname(s)])
        doc.spans[GROUP] = SpanGroup(doc, name=GROUP, spans=kept)
        return doc

    def _is_person(self, span: Span | None) -> bool:
        """Whether a name is a person's: *a confié à l’hebdomadaire Paul Durand*."""
        if span is None or span[0].ent_type_ != PERSON:
            return False
        return fold(span[0].text) in given_names(self.code)


def _part(doc: Doc, places: Sequence[Place]) -> None:
    """Part the name of a person from that of the medium before it: *a dit à Reuters Rana Zaman*."""
    ends = dict(places)
    found: list[Span] = []
    for entity in doc.ents:
        end = ends.get(entity.start_char, 0)
        after = (t.i for t in entity if t.idx > end > 0 and not t.is_space)
        at = next(after, entity.end)
        if entity.label_ == PERSON and at + 1 < entity.end:
            found += parted(entity, at, ORGANIZATION)
        else:
            found.append(entity)
    doc.set_ents(found)


def _name(doc: Doc, places: Sequence[Place], nouns: Container[str]) -> None:
    """Make the media at `places` entities, where the parser saw none, or only a part.

    Where one of the `nouns` stands before one, it is that noun's name (*le quotidien L’Est
    Républicain*).
    """
    spans = (doc.char_span(start, end, label=ORGANIZATION) for start, end in places)
    missed = [span for span in spans if span is not None and _is_missed(span)]
    for span in missed:
        root, before = span.root, doc[max(0, span.start - 1) : span.start]
        free = not any(t.dep_ == CONJUNCT for t in root.children)
        for noun in before if free else ():
            apart = not noun.is_ancestor(root) and not root.is_ancestor(noun)
            if apart and noun.lemma_ in nouns:
                root.head, root.dep_ = noun, COMPLEMENT
    if missed:
        doc.set_ents(filter_spans([*missed, *doc.ents]))


def _is_missed(span: Span) -> bool:
    """Whether a name with a capital is no entity, or only holds some, none of them a person."""
    inside = {token.ent_type_ for token in span}
    following = span.doc[span.end : span.end + 1]
    begun = span[0].ent_iob_ == "I" or any(t.ent_iob_ == "I" for t in following)
    capital = any(c.isupper() for c in span.text)
    return capital and "" in inside and PERSON not in inside and not begun


def _is_surname(span: Span) -> bool:
    """Whether a name ends a longer name of a person: *Rana Zaman* is no newspaper."""
    inside = all(t.ent_iob_ == "I" and t.ent_type_ == PERSON for t in span)
    return inside and all(t.ent_iob_ != "I" for t in span.doc[span.end : span.end + 1])
