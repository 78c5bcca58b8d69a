"""Sentences as the article has them: a quotation is never cut, however many it holds."""

from collections.abc import Iterator
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from claims.components import quotations
from claims.components.relations import ZONES, group

GROUP = "sentences"
ENDINGS = frozenset(".!?…") | {"...", "?!", "!?", "!!", "...."}
PAUSES = frozenset(",;:")


@Language.factory("claims_sentences", requires=["doc.spans"], assigns=["doc.spans"])
def make_sentences(nlp: Language, name: str) -> "Sentences":
    """The component that writes `doc.spans["sentences"]`."""
    return Sentences()


class Sentences:
    """Starts a sentence on every new line, and after a full stop outside quotation marks.

    A quotation that ends with a full stop ends its sentence too. After either, a word in
    lower case goes on with the sentence (*« Oui ! », a dit la ministre*). So does a
    quotation on a new line after a colon.
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
            token.i: span for span in group(doc, quotations.GROUP) for token in span
        }
        edges = {edge for zone in doc.spans.get(ZONES, ()) for edge in (zone.start, zone.end)}
        line = stop = True
        colon = False
        for token in doc:
            span = quoted.get(token.i)
            inside = span is not None and token.i > span.start
            first = not inside and not token.is_space
            goes_on = token.text[0].islower() or (token.is_punct and span is None)
            starts = token.i == 0 or (
                first
                and (
                    (line and not (colon and span))
                    or (stop and not goes_on)
                    or (not line and token.i in edges)
                )
            )
            if starts:
                yield token.i
            if first:
                ends = token.text in ENDINGS
                closes = token.is_punct and token.text not in PAUSES
                stop = ends or (stop and goes_on and closes and not starts)
                line, colon = False, token.text == ":"
            elif span is not None and token.i == span.end - 1:
                stop = any(t.text in ENDINGS for t in doc[max(span.start, token.i - 2) : token.i])
            elif not inside:
                line = line or "\n" in token.text
