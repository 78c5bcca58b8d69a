"""Attributions: content, cue and speaker of each claim, found by frames over chunks.

A frame is a regular expression over the symbols of `claims.components.chunks`, with the
groups `content`, `more` (a second fragment), `verb` (its last chunk is the cue),
`speaker` and `target`. Frames are tried in the order of `frames.csv`; where two find
overlapping contents, the first one's stays.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc, Span

from claims import language
from claims.components import quotations
from claims.components.chunks import CONTRACTED, Chunk, Chunker
from claims.components.cues import CueRow
from claims.model import ClaimType, OutletRole, SpeakerKind, Stance, ZoneKind

ZONES = "zones"
"""The span group with the zones of a text, labelled by kind. Without it all is body."""

CLAIM_ZONES = frozenset({ZoneKind.HEADLINE.value, ZoneKind.BODY.value})
FOLLOW_ON = "follow-on"
MIN_FOLLOW_ON = 4
"""Tokens of the shortest quotation that can follow on without a cue of its own."""

Place = tuple[int, int]
"""Start and end in characters of the text."""


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


@dataclass(frozen=True)
class Source:
    """A speaker of an attribution, as far as it is resolved."""

    name: str
    kind: SpeakerKind | None = None
    named: bool = False
    """Whether the name is somebody's own, so that it means the same in every article."""


@dataclass(frozen=True)
class Relay:
    """A medium of an attribution's chain."""

    name: str
    role: OutletRole
    place: Place


@dataclass(frozen=True)
class Attribution:
    """One attribution relation; places are in characters of the text."""

    rule: str
    type: ClaimType
    content: tuple[Place, ...]
    context: Place
    stance: Stance = Stance.AFFIRMS
    cue: Place | None = None
    lemma: str = ""
    hedged: bool = False
    speaker: Place | None = None
    mentions: tuple[Place, ...] = ()
    """The parts of the speaker's mention, one a noun phrase."""
    target: Place | None = None
    sources: tuple[Source, ...] = field(default=())
    outlets: tuple[Relay, ...] = field(default=())


if not Doc.has_extension("attributions"):
    Doc.set_extension("attributions", default=())


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
    requires=["doc.spans", "doc.sents"],
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

    def __call__(self, doc: Doc) -> Doc:
        """Add the attributions of one document."""
        doc._.attributions = tuple(self.match(doc))
        return doc

    def match(self, doc: Doc) -> Iterator[Attribution]:
        """The attributions of one document, in text order."""
        chunker = Chunker(doc, self.code)
        last: Attribution | None = None
        for sentence in _claim_sentences(doc):
            chunks = chunker.chunks(sentence)
            found = sorted(self._sentence(chunker, sentence, chunks), key=lambda a: a.content)
            found += _follow_ons(doc, sentence, chunks, found, last)
            found.sort(key=lambda a: a.content)
            yield from found
            if found:
                last = found[-1]

    def _sentence(
        self, chunker: Chunker, sentence: Span, chunks: list[Chunk]
    ) -> Iterator[Attribution]:
        symbols = "".join(chunk.symbol for chunk in chunks)
        used: set[int] = set()
        cues: set[int] = set()
        speakers = [_first_subject(chunks, symbols)]
        for frame in self.frames:
            for match in frame.pattern.finditer(symbols):
                cue = _cue(match, chunks)
                if cue and (cue.start in cues or not _governs(frame, cue)):
                    continue
                content = [_governed(frame, chunks[slice(*match.span("content"))], chunker)]
                if match.groupdict().get("more"):
                    content.append(chunks[slice(*match.span("more"))])
                tokens = {t for part in content for c in part for t in range(c.start, c.end)}
                if not tokens or tokens & used or (cue and cue.start in used):
                    continue
                verb = _group(match, chunks, "verb") or _group(match, chunks, "verb2")
                own = _group(match, chunks, "speaker") or _group(match, chunks, "speaker2")
                if any(chunk.symbol == "j" for chunk in own):
                    continue
                attribution = _build(
                    chunker.doc,
                    sentence,
                    frame.id,
                    content,
                    cue or (verb[-1] if verb else None),
                    own or _nearest(speakers, chunks[match.start()].start),
                    _group(match, chunks, "target"),
                )
                if attribution is None:
                    continue
                used |= tokens
                if cue:
                    cues.add(cue.start)
                speakers.append(own)
                yield attribution


def _claim_sentences(doc: Doc) -> Iterator[Span]:
    """The sentences in headline and body."""
    zones = [(z.start, z.end, z.label_) for z in doc.spans.get(ZONES, ())]
    at = 0
    for sentence in doc.sents:
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
    return "-" in frame.takes or (
        cue.cue is not None and bool(frame.takes & set(cue.cue.row.takes))
    )


def _governed(frame: Frame, content: list[Chunk], chunker: Chunker) -> list[Chunk]:
    """A content less a contracted preposition: *rapprochement* in *s'inquiète du …*."""
    if content and "p" in frame.takes and chunker.word_class(content[0].start) in CONTRACTED:
        return [content[0]._replace(start=content[0].start + 1), *content[1:]]
    return content


def _first_subject(chunks: list[Chunk], symbols: str) -> tuple[Chunk, ...]:
    """The first noun phrase before a verb: whose the participles of a sentence are."""
    found = re.search(r"[MNp](?=(?:,[^,]*,)?[nrsa]*[AEVw])", symbols)
    return (chunks[found.start()],) if found else ()


def _nearest(speakers: list[tuple[Chunk, ...]], at: int) -> tuple[Chunk, ...]:
    """Of the speakers found so far, the last one before a token; else the first of all."""
    before = [s for s in speakers if s and s[0].start < at]
    return max(before, key=lambda s: s[0].start, default=speakers[0])


def _build(
    doc: Doc,
    sentence: Span,
    rule: str,
    content: list[list[Chunk]],
    cue: Chunk | None,
    speaker: tuple[Chunk, ...],
    target: tuple[Chunk, ...],
) -> Attribution | None:
    """The attribution of a match; None if nothing is left of its content."""
    parts = [_trim(doc, part[0].start, part[-1].end) for part in content]
    places = tuple(place for place in parts if place is not None)
    if not places:
        return None
    row: CueRow | None = cue.cue.row if cue and cue.cue else None
    mentions = tuple(_place(doc, c) for c in _noun_phrases(speaker))
    return Attribution(
        rule=rule,
        type=_type(doc, content),
        content=places,
        context=_context(sentence),
        stance=row.stance if row else Stance.AFFIRMS,
        cue=_cue_place(doc, cue) if cue else None,
        lemma=row.lemma if row else doc[cue.end - 1].lower_ if cue else "",
        hedged=row.hedged if row else False,
        speaker=(mentions[0][0], mentions[-1][1]) if mentions else None,
        mentions=mentions,
        target=_place(doc, target[0]) if target else None,
    )


def _noun_phrases(speaker: tuple[Chunk, ...]) -> list[Chunk]:
    """The noun phrases that speak: all that are coordinated, else the agent, else the first."""
    symbols = "".join(chunk.symbol for chunk in speaker)
    coordinated = re.match(r"[MNpiw](?:,?e?[MN])*", symbols)
    agent = re.search(r"g([MN])", symbols)
    if agent:  # un document publié par le Kremlin
        return [speaker[agent.start(1)]]
    return [c for c in speaker[: coordinated.end() if coordinated else 1] if c.symbol in "MNpiw"]


def _context(sentence: Span) -> Place:
    """The place of a sentence without the space after it."""
    return sentence.start_char, sentence.start_char + len(sentence.text.rstrip())


def _place(doc: Doc, chunk: Chunk) -> Place:
    span = doc[chunk.start : chunk.end]
    if chunk.symbol == "i":  # -t-il: the hyphen is not the pronoun's
        return span.end_char - len(span.text.lstrip("-‑")), span.end_char
    return span.start_char, span.end_char


def _cue_place(doc: Doc, cue: Chunk) -> Place:
    """A cue of several words is told by the one that is its lemma."""
    tokens = doc[cue.start : cue.end]
    lemma = cue.cue.row.lemma if cue.cue else ""
    chosen = next((t for t in tokens if t.lower_ == lemma), tokens[len(tokens) - 1])
    return chosen.idx, chosen.idx + len(chosen)


def _trim(doc: Doc, start: int, end: int) -> Place | None:
    """The place of tokens `[start, end)` less outer quotation marks and punctuation."""
    text = doc.text
    whole = next(
        (q for q in doc.spans[quotations.GROUP] if q.start <= start and end <= q.end), None
    )
    first, last = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
    if whole is not None:
        if start == whole.start:
            first += len(doc[start])
        if end == whole.end and whole.label_ == "closed":
            last -= len(doc[end - 1])
    words = text[first:last]
    kept = words.strip().rstrip(",;:.").rstrip().lstrip(",;:– -").lstrip()
    if not any(c.isalnum() for c in kept):
        return None
    first += words.index(kept)
    return first, first + len(kept)


def _type(doc: Doc, content: Iterable[list[Chunk]]) -> ClaimType:
    """Direct if all words are quoted, indirect if none is; names in quotes do not count."""
    quoted, plain = False, False
    starts = {q.start: q for q in doc.spans[quotations.GROUP]}
    for chunk in (c for part in content for c in part):
        if chunk.symbol == "Q":
            quoted = True
        elif any(doc[t].is_alpha for t in range(chunk.start, chunk.end)):
            plain = True
            inner = [starts[t] for t in range(chunk.start + 2, chunk.end) if t in starts]
            quoted = quoted or bool(inner)
    if quoted:
        return ClaimType.MIXED if plain else ClaimType.DIRECT
    return ClaimType.INDIRECT


def _follow_ons(
    doc: Doc,
    sentence: Span,
    chunks: list[Chunk],
    found: list[Attribution],
    last: Attribution | None,
) -> Iterator[Attribution]:
    """Quotations without a cue that go on with the words of the claim before them."""
    symbols = "".join(chunk.symbol for chunk in chunks)
    taken = [place for a in found for place in a.content]
    for match in re.finditer(r"^[ace]*(?:[^Q]{0,3}:)?(Q)\.*$", symbols):
        chunk = chunks[match.start(1)]
        place = _trim(doc, chunk.start, chunk.end)
        before = last
        if before is None or place is None or chunk.end - chunk.start < MIN_FOLLOW_ON:
            continue
        if any(s < place[1] and place[0] < e for s, e in taken):
            continue
        yield Attribution(
            rule=FOLLOW_ON,
            type=ClaimType.DIRECT,
            content=(place,),
            context=_context(sentence),
            speaker=before.speaker,
            mentions=before.mentions,
        )


def outside(place: Place, attribution: Attribution) -> bool:
    """Whether a place lies outside an attribution's content."""
    return all(place[1] <= start or end <= place[0] for start, end in attribution.content)


def as_spans(attributions: Iterable[Attribution]) -> list[dict[str, Any]]:
    """Attributions as plain values, for looking at them."""
    return [vars(a) for a in attributions]
