"""Mentions of media: those of the registry by name, and classes of media by pattern."""

import re
from functools import cache

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup
from spacy.util import filter_spans

from claims import language
from claims.registry import Registry

GROUP = "media"


class MediaRow(language.Row):
    """A class of media that articles name as one, such as *les médias locaux*."""

    pattern: re.Pattern[str] = Field(description="A regular expression for its mention.")


@cache
def generic(code: str) -> re.Pattern[str]:
    """All classes of media of a language as one pattern."""
    rows = language.rows(code, "media", MediaRow)
    return re.compile(rf"\b(?:{'|'.join(row.pattern.pattern for row in rows)})(?!\w)")


@Language.factory("claims_media", assigns=["doc.spans"], default_config={"language": "fr"})
def make_media(nlp: Language, name: str, language: str) -> "Media":
    """The component that writes `doc.spans["media"]`, with the bundled registry.

    For another, set the component's `registry`.
    """
    return Media(language, Registry.bundled())


class Media:
    """Writes the mentions of media as `doc.spans["media"]`, labelled by name."""

    def __init__(self, code: str, registry: Registry) -> None:
        self.registry = registry
        self.generic = generic(code)

    def __call__(self, doc: Doc) -> Doc:
        """Add the media that one document names."""
        found = [
            (start, end, entry.name)
            for start, end, entry in self.registry.outlet_mentions(doc.text)
        ]
        named = {start for start, *_ in found}
        found += [
            (match.start(), match.end(), match.group())
            for match in self.generic.finditer(doc.text)
            if match.end() + 1 not in named  # l’agence nord-coréenne KCNA is one medium
        ]
        spans = (doc.char_span(start, end, label=name) for start, end, name in found)
        kept = filter_spans([span for span in spans if span is not None])
        doc.spans[GROUP] = SpanGroup(doc, name=GROUP, spans=kept)
        return doc
