"""Attributions: content, cue and speaker of each claim, found by frames over chunks.

A frame is a regular expression over the symbols of `claims.components.chunks`, with the
groups `content`, `more` (a second fragment), `verb` (its last chunk is the cue),
`speaker` and `target`. Frames are tried in the order of `frames.csv`; where two find
overlapping contents, the first one's stays.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from claims import language
from claims.components import phrases, sentences
from claims.components.chunks import (
    CONTRACTED,
    DETERMINERS,
    HYPHENS,
    LONGEST_NAME_IN_QUOTES,
    Chunk,
    Chunker,
    chunker_of,
)
from claims.components.cues import CueRow
from claims.components.relations import (
    CLAIM_ZONES,
    FOLLOW_ON,
    ZONES,
    Attribution,
    Place,
    group,
)
from claims.model import ClaimType, Stance

CLAUSE = "q"
"""What a cue with a clause after *que* takes."""
ANY = "-"
"""What a frame takes whose cue can govern whatever there is, or is none."""
ADVERB = "a"
"""The class of adverbs and of the days of the week."""
MIN_FOLLOW_ON = 4
"""Tokens of the shortest quotation that can follow on without a cue of its own."""
ASSERTED = frozenset({Stance.AFFIRMS, Stance.JUDGES, Stance.DEMANDS, Stance.PROMISES})
"""Stances that a negated cue does not have; one may well not deny or not oppose."""
MAX_CHUNKS = 300
"""Chunks of the longest row that frames are tried on; a longer sentence is cut."""


class ShapeRow(language.Row):
    """A part of frames that has a name."""

    pattern: str = Field(description="A regular expression over symbols.")


class FrameRow(language.Row):
    """A frame. Its example is marked: <q> content, <c> cue, <s> speaker."""

    pattern: str = Field(description="A regular expression over symbols; {name} is a shape.")
    takes: str = Field(description="What the cue must govern, one of; `-` where no matter.")


class Frame(NamedTuple):
    """A frame, ready for use."""

    id: str
    pattern: re.Pattern[str]
    takes: frozenset[str]


@cache
def frames(code: str) -> tuple[Frame, ...]:
    """The frames of the language `code`, in the order they are tried."""
    shapes = {row.id: row.pattern for row in language.rows(code, "shapes", ShapeRow)}
    return tuple(
        Frame(row.id, re.compile(_fill(row.pattern, shapes)), frozenset(row.takes))
        for row in language.rows(code, "frames", FrameRow)
    )


def _fill(pattern: str, shapes: dict[str, str]) -> str:
    """A pattern with the shapes that it names in place; shapes may name others."""
    while (filled := re.sub(r"\{([a-z]+)\}", lambda m: shapes[m.group(1)], pattern)) != pattern:
        pattern = filled
    return pattern


@Language.factory(
    "claims_attributions",
    requires=["doc.spans"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_attributions(nlp: Language, name: str, language: str) -> "Attributions":
    """The component that writes `doc._.attributions`, a tuple of `Attribution`."""
    return Attributions(language)


class Attributions:
    """Writes what the frames find, in text order, with disjoint contents."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.frames = frames(code)
        self.nobody = language.word_set(code, "nobody")

    def __call__(self, doc: Doc) -> Doc:
        """Add the attributions of one document."""
        doc._.attributions = tuple(self.match(doc))
        return doc

    def match(self, doc: Doc) -> Iterator[Attribution]:
        """The attributions of one document, in text order."""
        chunker = chunker_of(doc, self.code)
        last: Attribution | None = None
        for sentence in _claim_sentences(doc):
            for chunks in _rows(chunker.chunks(sentence)):
                found = list(self._row(chunker, chunks))
                found += _follow_ons(chunker, chunks, found, last)
                found.sort(key=lambda a: a.content)
                yield from found
                last = found[-1] if found else last

    def _row(self, chunker: Chunker, chunks: list[Chunk]) -> Iterator[Attribution]:
        """What the frames find in a row of chunks; an earlier frame's content stays."""
        symbols = "".join(chunk.symbol for chunk in chunks)
        used: set[int] = set()
        cues: set[int] = set()
        speakers: list[tuple[Chunk, ...]] = []
        for frame, match in self._matches(symbols, chunks):
            cue = _cue(match, chunks)
            if cue and (cue.start in cues or cue.start in used or not _governs(frame, cue)):
                continue
            content = [_governed(frame, chunks[slice(*match.span("content"))], chunker)]
            if cue and CLAUSE in frame.takes:
                content[0] = _clause(chunker, cue, content[0])
            if match.groupdict().get("more"):
                content.append(chunks[slice(*match.span("more"))])
            tokens = {t for part in content for c in part for t in range(c.start, c.end)}
            if not tokens or tokens & used:
                continue
            verb = _group(match, chunks, "verb") or _group(match, chunks, "verb2")
            own = _group(match, chunks, "speaker") or _group(match, chunks, "speaker2")
            if self._is_none(chunker, verb, own):
                continue
            speakers = speakers or [_first_subject(chunks, symbols)]
            attribution = _build(
                chunker,
                _context(chunker, chunks),
                frame.id,
                content,
                cue or (verb[-1] if verb else None),
                own or _nearest(speakers, chunks[match.start()].start),
                _group(match, chunks, "target"),
            )
            if attribution is not None:
                used |= tokens
                cues |= {cue.start} if cue else set()
                speakers.append(own)
                yield attribution

    def _matches(
        self, symbols: str, chunks: Iterable[Chunk]
    ) -> Iterator[tuple[Frame, re.Match[str]]]:
        """The matches of all frames that a cue is there for, in the order of the frames."""
        taken = set(ANY).union(*(chunk.cue.row.takes for chunk in chunks if chunk.cue))
        return (
            (frame, match)
            for frame in self.frames
            if not taken.isdisjoint(frame.takes)
            for match in frame.pattern.finditer(symbols)
        )

    def _is_none(
        self, chunker: Chunker, verb: tuple[Chunk, ...], speaker: tuple[Chunk, ...]
    ) -> bool:
        """Whether what a frame found is no claim: the writer's own word, negated, nobody's."""
        if any(chunk.symbol == "j" for chunk in speaker) or _not_said(verb):
            return True
        preposition = any(chunk.symbol == "S" for chunk in verb)
        return preposition and self._is_nobody(chunker, speaker)

    def _is_nobody(self, chunker: Chunker, speaker: tuple[Chunk, ...]) -> bool:
        """Whether a preposition's object is no source: *selon les cas*, *selon nos informations*."""
        tokens = [t for c in speaker for t in range(c.start, c.end)]
        ours = any(chunker.words.feature(chunker.lower[t], "Poss") for t in tokens[:1])
        head = next((t for t in tokens if chunker.classes[t] not in DETERMINERS), None)
        return ours or (head is not None and chunker.lower[head] in self.nobody)


def _rows(chunks: list[Chunk]) -> Iterator[list[Chunk]]:
    """A sentence's chunks, cut where there are too many, after a pause if there is one."""
    while len(chunks) > MAX_CHUNKS:
        pauses = [i for i in range(MAX_CHUNKS // 2, MAX_CHUNKS) if chunks[i].symbol in ",;:."]
        cut = (pauses[-1] if pauses else MAX_CHUNKS - 1) + 1
        yield chunks[:cut]
        chunks = chunks[cut:]
    if chunks:
        yield chunks


def _claim_sentences(doc: Doc) -> Iterator[Span]:
    """The sentences in headline and body."""
    zones = [(z.start, z.end, z.label_) for z in doc.spans.get(ZONES, ())]
    at = 0
    for sentence in group(doc, sentences.GROUP):
        while at < len(zones) and zones[at][1] <= sentence.start:
            at += 1
        if not zones or (
            at < len(zones)
            and zones[at][0] < sentence.end
            and zones[at][2] in CLAIM_ZONES
            and zones[at][1] >= sentence.end - 1
        ):
            yield sentence


def _group(match: re.Match[str], chunks: list[Chunk], name: str) -> tuple[Chunk, ...]:
    if not match.groupdict().get(name):
        return ()
    return tuple(chunks[slice(*match.span(name))])


def _cue(match: re.Match[str], chunks: list[Chunk]) -> Chunk | None:
    """The last chunk of the verb group that is a cue."""
    return next((c for c in reversed(_group(match, chunks, "verb")) if c.cue), None)


def _governs(frame: Frame, cue: Chunk) -> bool:
    return ANY in frame.takes or (
        cue.cue is not None and not frame.takes.isdisjoint(cue.cue.row.takes)
    )


def _not_said(verb: tuple[Chunk, ...]) -> bool:
    """Whether a negation takes back what the cue would assert (*n’a pas dit que*)."""
    rows = [chunk.cue.row for chunk in verb if chunk.cue]
    return any(c.symbol == "n" for c in verb) and bool(rows) and rows[-1].stance in ASSERTED


def _governed(frame: Frame, content: list[Chunk], chunker: Chunker) -> list[Chunk]:
    """A content less a contracted preposition: *rapprochement* in *s'inquiète du …*."""
    if content and "p" in frame.takes and chunker.classes[content[0].start] in CONTRACTED:
        return [content[0]._replace(start=content[0].start + 1), *content[1:]]
    return content


def _clause(chunker: Chunker, cue: Chunk, content: list[Chunk]) -> list[Chunk]:
    """A content after *que* less what the parse says is no part of that clause."""
    verb = chunker.doc[_cue_token(chunker.doc, cue)]
    clause = next((t for t in verb.rights if phrases.relation(t) == "ccomp"), None)
    if clause is None or not content[0].start <= clause.i:
        return content
    end = clause.right_edge.i + 1
    return [c for c in content if c.start < end] or content


def _first_subject(chunks: list[Chunk], symbols: str) -> tuple[Chunk, ...]:
    """The first noun phrase before a verb: whose the participles of a sentence are."""
    found = re.search(r"[MNp](?=(?:,[^,]*,)?[nrsa]*[AEVw])", symbols)
    return (chunks[found.start()],) if found else ()


def _nearest(speakers: list[tuple[Chunk, ...]], at: int) -> tuple[Chunk, ...]:
    """Of the speakers found so far, the last one before a token; else the first of all."""
    before = [s for s in speakers if s and s[0].start < at]
    return max(before, key=lambda s: s[0].start, default=speakers[0])


def _build(
    chunker: Chunker,
    context: Place,
    rule: str,
    content: list[list[Chunk]],
    cue: Chunk | None,
    speaker: tuple[Chunk, ...],
    target: tuple[Chunk, ...],
) -> Attribution | None:
    """The attribution of a match; None if nothing is left of its content."""
    doc = chunker.doc
    parts = [trim(chunker, part[0].start, part[-1].end) for part in content]
    places = tuple(place for place in parts if place is not None)
    if not places:
        return None
    row: CueRow | None = cue.cue.row if cue and cue.cue else None
    mentions = _source_of(chunker, cue, places) or tuple(
        _place(doc, c) for c in _noun_phrases(speaker)
    )
    return Attribution(
        rule=rule,
        type=_type(chunker, content),
        content=places,
        context=context,
        stance=row.stance if row else Stance.AFFIRMS,
        cue=_cue_place(doc, cue) if cue else None,
        lemma=row.lemma if row else doc[cue.end - 1].lower_ if cue else "",
        hedged=row is not None and (row.hedged or _conditional(chunker, row, content)),
        speaker=(mentions[0][0], mentions[-1][1]) if mentions else None,
        mentions=mentions,
        target=_place(doc, target[0]) if target else None,
    )


def _source_of(
    chunker: Chunker, cue: Chunk | None, content: tuple[Place, ...]
) -> tuple[Place, ...]:
    if cue is None or cue.cue is None:
        return ()
    token = chunker.doc[_cue_token(chunker.doc, cue)]
    return spoken(chunker, token, cue.cue.form == "preposition", content)


def spoken(
    chunker: Chunker, verb: Token, preposition: bool, content: tuple[Place, ...]
) -> tuple[Place, ...]:
    """The mentions of whom the parse says is the source; none where it says nothing.

    Nor where it names somebody inside the content, or inside another quotation than the cue's.
    """
    head = phrases.source(verb) if preposition else phrases.subject(verb)
    return () if head is None else mentioned(chunker, head, verb, content)


def mentioned(
    chunker: Chunker, head: Token, verb: Token, content: tuple[Place, ...]
) -> tuple[Place, ...]:
    """The mentions of a source and of those coordinated with it; none inside the content."""
    if _quoted_apart(chunker, head, verb):
        return ()
    joining, told = chunker.words.joining, chunker.media
    heads = phrases.coordinated(head)
    found = tuple(mention(chunker, phrases.phrase(each, joining, told)) for each in heads)
    outside = all(e <= start or end <= s for s, e in found for start, end in content)
    return found if outside else ()


def _quoted_apart(chunker: Chunker, head: Token, verb: Token) -> bool:
    """Whether a noun stands in a quotation that is no name and that its verb is not in."""
    quotation = chunker.quoted.get(head.i)
    named = quotation is None or len(quotation) <= LONGEST_NAME_IN_QUOTES
    return not named and chunker.quoted.get(verb.i) is not quotation


def mention(chunker: Chunker, span: Span) -> Place:
    """The place of a mention, to the closing mark of a name in quotation marks at its end."""
    while len(span) > 1 and chunker.words.single.get(span[-1].text) == ADVERB:
        span = span[:-1]  # la CPI mardi
    if span[0].pos_ == "PRON" and span.text[0] in HYPHENS:
        return _pronoun(span.end_char, span.text), span.end_char
    quotation = chunker.quoted.get(span.end - 1)
    ends_in_name = quotation is not None and len(quotation) <= LONGEST_NAME_IN_QUOTES
    return span.start_char, quotation.end_char if quotation and ends_in_name else span.end_char


def _pronoun(end: int, text: str) -> int:
    """Where the pronoun of an inverted form starts: the hyphens of *-t-il* are not its own."""
    return end - len(re.split("[-‑]", text)[-1])


def _conditional(chunker: Chunker, row: CueRow, content: list[list[Chunk]]) -> bool:
    """Whether the article keeps its distance: *selon X* with a conditional."""
    return row.kind == "preposition" and any(
        chunker.words.feature(chunker.lower[t], "Mood") == "Cnd"
        for part in content
        for chunk in part
        if chunk.symbol in "AE"
        for t in range(chunk.start, chunk.end)
    )


def _noun_phrases(speaker: tuple[Chunk, ...]) -> list[Chunk]:
    """The noun phrases that speak: all that are coordinated, else the agent, else the first."""
    symbols = "".join(chunk.symbol for chunk in speaker)
    coordinated = re.match(r"[MNpiw](?:,?e?[MN])*", symbols)
    agent = re.search(r"(?<!P)g([MN])", symbols)
    if agent:  # un document publié par le Kremlin, but not une source citée par l’AFP
        return [speaker[agent.start(1)]]
    return [c for c in speaker[: coordinated.end() if coordinated else 1] if c.symbol in "MNpiw"]


def _context(chunker: Chunker, chunks: list[Chunk]) -> Place:
    """From the first to the last chunk of a row."""
    last = chunker.doc[chunks[-1].end - 1]
    return chunker.doc[chunks[0].start].idx, last.idx + len(last)


def _place(doc: Doc, chunk: Chunk) -> Place:
    first, last = doc[chunk.start], doc[chunk.end - 1]
    start, end = first.idx, last.idx + len(last)
    if chunk.symbol == "i":  # -t-il: the hyphen is not the pronoun's
        return _pronoun(end, last.text), end
    return start, end


def _cue_token(doc: Doc, cue: Chunk) -> int:
    """A cue of several words is told by the one that is its lemma, else by the first."""
    lemma = cue.cue.row.lemma if cue.cue else ""
    return next((t for t in range(cue.start, cue.end) if doc[t].lower_ == lemma), cue.start)


def _cue_place(doc: Doc, cue: Chunk) -> Place:
    token = doc[_cue_token(doc, cue)]
    return token.idx, token.idx + len(token)


def trim(chunker: Chunker, start: int, end: int) -> Place | None:
    """The place of tokens `[start, end)` less outer quotation marks and punctuation."""
    doc = chunker.doc
    first, last = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
    whole = chunker.quoted.get(start)
    if whole is not None and end <= whole.end:
        if start == whole.start:
            first += len(doc[start])
        if end == whole.end and whole.label_ == "closed":
            last -= len(doc[end - 1])
    words = chunker.text[first:last]
    kept = words.strip().rstrip(",;:.").rstrip().lstrip(",;:– -").lstrip()
    if not any(c.isalnum() for c in kept):
        return None
    first += words.index(kept)
    return first, first + len(kept)


def _type(chunker: Chunker, content: Iterable[list[Chunk]]) -> ClaimType:
    """Direct if all words are quoted, indirect if none is; quoted names do not count."""
    quoted, plain = False, False
    for chunk in (c for part in content for c in part):
        if chunk.symbol == "Q":
            quoted = True
        elif any(chunker.forms[t].isalpha() for t in range(chunk.start, chunk.end)):
            plain = True
            inner = (chunker.quotations.get(t) for t in range(chunk.start, chunk.end))
            quoted = quoted or any(q is not None and not chunker.is_name(q) for q in inner)
    if quoted:
        return ClaimType.MIXED if plain else ClaimType.DIRECT
    return ClaimType.INDIRECT


def _follow_ons(
    chunker: Chunker, chunks: list[Chunk], found: list[Attribution], last: Attribution | None
) -> Iterator[Attribution]:
    """The quotation without a cue that is all of a sentence and goes on with a claim's words.

    At most the end of a paragraph stands between the two, and no other paragraph.
    """
    symbols = "".join(chunk.symbol for chunk in chunks)
    match = re.fullmatch(r"[ace]*(?:[^Q]{0,3}:)?(Q)\.*", symbols)
    if match is None or last is None:
        return
    chunk = chunks[match.start(1)]
    place = trim(chunker, chunk.start, chunk.end)
    if place is None or chunk.end - chunk.start < MIN_FOLLOW_ON:
        return
    between = chunker.text[last.context[1] : place[0]].split("\n")
    if any(line.strip() for line in between[1:-1]) or any(a.holds(place) for a in found):
        return
    yield Attribution(
        rule=FOLLOW_ON,
        type=ClaimType.DIRECT,
        content=(place,),
        context=_context(chunker, chunks),
        speaker=last.speaker,
        mentions=last.mentions,
    )
