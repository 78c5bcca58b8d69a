"""Syntax and entities: a spaCy pipeline of the language, run over plain paragraphs.

A pipeline is taught on clean sentences. So it is given one paragraph at a time, without line
breaks and double spaces, in plain words (`claims.tokenizer`), and with the sentence ends that
are sure (`claims.components.sentences`); what it says is written onto the article's tokens.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

import numpy
from numpy.typing import NDArray
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, IS_SPACE, LEMMA, MORPH, POS, SPACY
from spacy.language import Language
from spacy.symbols import SPACE
from spacy.tokens import Doc

from claims import columns, parser
from claims.components import lists, people, quotations
from claims.components.relations import group
from claims.components.sentences import ENDINGS, GROUP
from claims.inference import Inference
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
    loaded = parser.load(language, model, nlp.vocab)
    return Syntax(language, loaded, Inference(loaded) if model is None else loaded.pipe)


class Syntax:
    """Writes what a spaCy pipeline says of each paragraph."""

    def __init__(
        self, code: str, model: Language, read: Callable[[Iterable[Doc]], Iterator[Doc]]
    ) -> None:
        self.code = code
        self.model = model
        self.read = read
        """What runs the pipeline over Docs."""

    def __call__(self, doc: Doc) -> Doc:
        """Write lemma, part of speech, features, head, relation and entities of each token."""
        values = numpy.zeros((len(doc), len(ATTRIBUTES)), dtype="uint64")
        values[:, ATTRIBUTES.index(ENT_IOB)] = OUTSIDE
        values[:, ATTRIBUTES.index(POS)] = SPACE
        # A space hangs on the token before it, whatever that is.
        heads = numpy.full(len(doc), -1, dtype="int64")
        heads[:1] = 0
        paragraphs = list(self.paragraphs(doc))
        parsed = self.read(paragraph.doc for paragraph in paragraphs)
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
        texts, spaces = columns.texts(doc), columns.flags(doc, IS_SPACE)
        plain = columns.each(partial(plain_word, code=self.code), texts)
        words = [QUOTE if i in marks else word for i, word in enumerate(plain)]
        own = columns.flags(doc, SPACY)
        spaced = [own[i] or any(spaces[i + 1 : i + 2]) for i in range(len(doc))]
        row: list[int] = []
        for i, (text, space) in enumerate(zip(texts, spaces, strict=True)):
            new = i in starts and len(row) >= MAX_TOKENS
            if new or (space and "\n" in text) or len(row) >= 2 * MAX_TOKENS:
                if row:
                    yield self._paragraph(row, words, spaced, starts)
                row = []
            if not space:
                row.append(i)
        if row:
            yield self._paragraph(row, words, spaced, starts)

    def _paragraph(
        self, row: list[int], every: list[str], spaced: list[bool], starts: set[int]
    ) -> Paragraph:
        words, spaces = [every[i] for i in row], [spaced[i] for i in row]
        sent_starts: list[bool | int | None] = [True]
        ends = [word in ENDINGS for word in words]
        for at in range(1, len(row)):
            if row[at] in starts:
                sent_starts.append(True)
            else:  # inside a quotation only the parser can tell
                sent_starts.append(None if any(ends[max(0, at - 2) : at]) else False)
        plain = Doc(self.model.vocab, words=words, spaces=spaces, sent_starts=sent_starts)
        return Paragraph(plain, numpy.array(row, dtype="int64"))


def _join(iob: NDArray[numpy.uint64], kinds: NDArray[numpy.uint64]) -> None:
    """Make the spaces inside an entity part of it (*Marine  Le Pen*), in place."""
    for at in numpy.flatnonzero(iob == INSIDE)[::-1]:
        before = at - 1
        while iob[before] == OUTSIDE:
            iob[before], kinds[before] = INSIDE, kinds[at]
            before -= 1
