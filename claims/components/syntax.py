"""Syntax and entities: a spaCy pipeline of the language, run over plain paragraphs.

A pipeline is taught on clean sentences. So it is given one paragraph at a time, without line
breaks and double spaces, in plain words (`claims.tokenizer`), and with the sentence ends that
are sure (`claims.components.sentences`); what it says is written onto the article's tokens.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy
from numpy.typing import NDArray
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, MORPH, POS
from spacy.language import Language
from spacy.symbols import SPACE
from spacy.tokens import Doc

from claims import parser
from claims.components import lists, people, quotations
from claims.components.relations import group
from claims.components.sentences import ENDINGS, GROUP
from claims.tokenizer import plain_word

ATTRIBUTES = (POS, MORPH, LEMMA, DEP, ENT_IOB, ENT_TYPE)
QUOTE = '"'
"""What the parser is given for every mark of a quotation, single ones too."""
MAX_TOKENS = 2_000
"""Tokens of the longest part that is parsed at once; a longer paragraph is cut at a sentence."""
INSIDE, OUTSIDE = 1, 2
"""`ENT_IOB` of a token that goes on with an entity, and of one that is in none."""


class Paragraph(NamedTuple):
    """A paragraph as the parser is given it."""

    doc: Doc
    places: NDArray[numpy.int64]
    """The article's token of each of its tokens, ascending."""


@Language.factory(
    "claims_syntax",
    requires=["doc.spans"],
    assigns=["token.pos", "token.morph", "token.lemma", "token.dep", "token.head", "doc.ents"],
    default_config={"language": "fr", "model": None},
)
def make_syntax(nlp: Language, name: str, language: str, model: str | None) -> "Syntax":
    """The component that writes syntax and entities, by a pipeline's name or folder.

    Without one, the bundled pipeline of the language serves. It shares the vocabulary of `nlp`:
    word vectors that are there are replaced by its own.

    Raises:
        PipelineError: if the pipeline cannot be used.
    """
    return Syntax(language, parser.load(language, model, nlp.vocab))


class Syntax:
    """Writes what a spaCy pipeline says of each paragraph."""

    def __init__(self, code: str, model: Language) -> None:
        self.code = code
        self.model = model

    def __call__(self, doc: Doc) -> Doc:
        """Write lemma, part of speech, features, head, relation and entities of each token."""
        values = numpy.zeros((len(doc), len(ATTRIBUTES)), dtype="uint64")
        values[:, ATTRIBUTES.index(ENT_IOB)] = OUTSIDE
        values[:, ATTRIBUTES.index(POS)] = SPACE
        # A space hangs on the token before it, whatever that is.
        heads = numpy.full(len(doc), -1, dtype="int64")
        heads[:1] = 0
        paragraphs = list(self.paragraphs(doc))
        parsed = self.model.pipe(paragraph.doc for paragraph in paragraphs)
        for (_, places), read in zip(paragraphs, parsed, strict=True):
            values[places] = read.to_array(list(ATTRIBUTES))
            relative = read.to_array([HEAD]).astype("int64").reshape(-1)
            heads[places] = places[numpy.arange(len(places)) + relative] - places
        _join(values[:, ATTRIBUTES.index(ENT_IOB)], values[:, ATTRIBUTES.index(ENT_TYPE)])
        rows = numpy.column_stack([values, heads.astype("uint64")])
        doc.from_array([*ATTRIBUTES, HEAD], rows)  # type: ignore[arg-type]
        people.mend(doc, self.code)
        lists.mend(doc, self.code)
        return doc

    def paragraphs(self, doc: Doc) -> Iterator[Paragraph]:
        """The paragraphs of a Doc, those of nothing but spaces left out."""
        starts = {span.start for span in group(doc, GROUP)}
        quoted = list(group(doc, quotations.GROUP))
        marks = {span.start for span in quoted} | {
            span.end - 1 for span in quoted if span.label_ == "closed"
        }
        row: list[int] = []
        for token in doc:
            new = token.i in starts and len(row) >= MAX_TOKENS
            if new or (token.is_space and "\n" in token.text) or len(row) >= 2 * MAX_TOKENS:
                if row:
                    yield self._paragraph(doc, row, starts, marks)
                row = []
            if not token.is_space:
                row.append(token.i)
        if row:
            yield self._paragraph(doc, row, starts, marks)

    def _paragraph(self, doc: Doc, row: list[int], starts: set[int], marks: set[int]) -> Paragraph:
        words = [QUOTE if i in marks else plain_word(doc[i].text, self.code) for i in row]
        spaces = [
            bool(doc[i].whitespace_) or (i + 1 < len(doc) and doc[i + 1].is_space) for i in row
        ]
        sent_starts: list[bool | int | None] = [True]
        for at in range(1, len(row)):
            if row[at] in starts:
                sent_starts.append(True)
            else:  # inside a quotation only the parser can tell
                sent_starts.append(None if ENDINGS & set(words[max(0, at - 2) : at]) else False)
        plain = Doc(self.model.vocab, words=words, spaces=spaces, sent_starts=sent_starts)
        return Paragraph(plain, numpy.array(row, dtype="int64"))


def _join(iob: NDArray[numpy.uint64], kinds: NDArray[numpy.uint64]) -> None:
    """Make the spaces inside an entity part of it (*Marine  Le Pen*), in place."""
    for at in numpy.flatnonzero(iob == INSIDE)[::-1]:
        before = at - 1
        while iob[before] == OUTSIDE:
            iob[before], kinds[before] = INSIDE, kinds[at]
            before -= 1
