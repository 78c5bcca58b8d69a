"""Sentence starts that respect quotations: a sentence never ends inside one."""

import numpy
from spacy.language import Language
from spacy.tokens import Doc

from claims.components.quotations import GROUP
from claims.components.relations import group

ENDINGS = frozenset(".!?…") | {"...", "?!", "!?", "!!", "...."}

NO_START = 2**64 - 1
"""-1 as spaCy keeps it; 0 would mean that it is not known."""
PAUSES = frozenset(",;:")


@Language.factory(
    "claims_sentences", requires=["doc.spans"], assigns=["token.is_sent_start", "doc.sents"]
)
def make_sentences(nlp: Language, name: str) -> "Sentences":
    """The component that sets `token.is_sent_start`."""
    return Sentences()


class Sentences:
    """Starts a sentence on every new line, and after a full stop outside quotation marks.

    A quotation that ends with a full stop ends its sentence too. After either, a word in
    lower case goes on with the sentence (*« Oui ! », a dit la ministre*). So does a
    quotation on a new line after a colon.
    """

    def __call__(self, doc: Doc) -> Doc:
        """Set the sentence starts of one document."""
        quoted = {token.i: span for span in group(doc, GROUP) for token in span}
        starts = numpy.full((len(doc), 1), NO_START, dtype="uint64")
        line = stop = True
        colon = False
        for token in doc:
            span = quoted.get(token.i)
            inside = span is not None and token.i > span.start
            first = not inside and not token.is_space
            goes_on = token.text[0].islower() or (token.is_punct and span is None)
            if token.i == 0 or (
                first and ((line and not (colon and span)) or (stop and not goes_on))
            ):
                starts[token.i, 0] = 1
            if first:
                ends = token.text in ENDINGS
                stop = ends or (stop and goes_on and token.text not in PAUSES)
                line, colon = False, token.text == ":"
            elif span is not None and token.i == span.end - 1:
                stop = any(t.text in ENDINGS for t in doc[max(span.start, token.i - 2) : token.i])
            elif not inside:
                line = line or "\n" in token.text
        # At once: spaCy looks at the whole Doc whenever a single token is set.
        doc.from_array(["SENT_START"], starts)  # type: ignore[arg-type]
        return doc
