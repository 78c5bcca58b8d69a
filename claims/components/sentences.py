"""Sentences as the article has them: a quotation is never cut, however many it holds."""

from collections.abc import Iterator
from itertools import pairwise

from spacy.attrs import IS_PUNCT, IS_SPACE
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from claims import columns
from claims.components import quotations
from claims.components.relations import ZONES, group

GROUP = "sentences"
ENDINGS = frozenset(".!?…") | {"...", "?!", "!?", "!!", "...."}
PAUSES = frozenset(",;:")
LONGEST = 1_000
"""Tokens of a sentence after which the next word outside a quotation starts another."""


@Language.factory("claims_sentences", requires=["doc.spans"], assigns=["doc.spans"])
def make_sentences(nlp: Language, name: str) -> "Sentences":
    """The component that writes `doc.spans["sentences"]`."""
    return Sentences()


class Sentences:
    """Starts a sentence on every new line, and after a full stop outside quotation marks.

    A quotation that ends with a full stop ends its sentence too. After either, a word in
    lower case goes on with the sentence (*« Oui ! », a dit la ministre*). So does a
    quotation on a new line after a colon. A list of names without an end is cut.
    """

    def __call__(self, doc: Doc) -> Doc:
        """Add the sentences of one document; together they hold every token."""
        starts = list(self.starts(doc))
        spans = [doc[a:b] for a, b in pairwise([*starts, len(doc)])]
        doc.spans[GROUP] = SpanGroup(doc, name=GROUP, spans=spans)
        return doc

    def starts(self, doc: Doc) -> Iterator[int]:
        """The tokens that sentences start at."""
        quoted: dict[int, Span] = {
            i: span for span in group(doc, quotations.GROUP) for i in range(span.start, span.end)
        }
        texts, spaces = columns.texts(doc), columns.flags(doc, IS_SPACE)
        marks = columns.flags(doc, IS_PUNCT)
        edges = {edge for zone in doc.spans.get(ZONES, ()) for edge in (zone.start, zone.end)}
        line = stop = True
        colon = False
        start = 0
        for i, text in enumerate(texts):
            span = quoted.get(i)
            inside = span is not None and i > span.start
            first = not inside and not spaces[i]
            goes_on = text[0].islower() or (marks[i] and span is None)
            starts = i == 0 or (
                first
                and (
                    (line and not (colon and span))
                    or (stop and not goes_on)
                    or (not line and i in edges)
                    or i - start >= LONGEST
                )
            )
            if starts:
                start = i
                yield i
            if first:
                ends = text in ENDINGS
                closes = marks[i] and text not in PAUSES
                stop = ends or (stop and goes_on and closes and not starts)
                line, colon = False, text == ":"
            elif span is not None and i == span.end - 1:
                stop = any(before in ENDINGS for before in texts[max(span.start, i - 2) : i])
            elif not inside:
                line = line or "\n" in text
