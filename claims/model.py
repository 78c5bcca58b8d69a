"""The records: what an article is, and what a claim attributed in it is.

All records are frozen and refuse unknown keys. Offsets count characters (Unicode code
points) of the article's one text, `start` included, `end` excluded.
"""

import hashlib
import json
import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

FRAGMENT_JOINT = " […] "
"""What stands between the fragments of a claim's content in `Claim.text`."""


class ClaimType(StrEnum):
    """Whether the content lies inside quotation marks."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class Stance(StrEnum):
    """What the speaker does with the content: never whether it is true."""

    AFFIRMS = "affirms"
    DENIES = "denies"
    ACCUSES = "accuses"
    SUPPORTS = "supports"
    OPPOSES = "opposes"
    WARNS = "warns"
    PROMISES = "promises"
    DEMANDS = "demands"
    QUESTIONS = "questions"
    CONCEDES = "concedes"
    JUDGES = "judges"


class SpeakerKind(StrEnum):
    """What sort of source a speaker is."""

    PERSON = "person"
    GOVERNMENT = "government"
    ORGANISATION = "organisation"
    MEDIUM = "medium"
    GROUP = "group"


class MediumKind(StrEnum):
    """What sort of medium an outlet is."""

    AGENCY = "agency"
    NEWSPAPER = "newspaper"
    BROADCASTER = "broadcaster"
    SITE = "site"


class OutletRole(StrEnum):
    """What an outlet did between the speaker and the article."""

    SOURCE = "source"
    RELAY = "relay"
    TOLD_TO = "told_to"
    CARRIED_BY = "carried_by"
    TRANSLATION = "translation"


class LinkKind(StrEnum):
    """What one claim does with another."""

    CONTINUES = "continues"
    ANSWERS = "answers"
    DENIES = "denies"


class ZoneKind(StrEnum):
    """What part of a page a stretch of text is. Claims come from headline and body."""

    HEADLINE = "headline"
    BODY = "body"
    CAPTION = "caption"
    CREDIT = "credit"
    RELATED = "related"
    COMMENT = "comment"
    FURNITURE = "furniture"


def digest(*parts: object) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a JSON list of `parts`.

    A list and not a joined string: `["a", "bc"]` and `["ab", "c"]` must differ.

    >>> digest("a", "bc") == digest("ab", "c")
    False
    >>> len(digest("claim", "x", [[0, 4]]))
    16
    """
    data = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate can stand in text that came from JSON; it must not stop an id.
    return hashlib.sha256(data.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@lru_cache(maxsize=1 << 13)
def fold(name: str) -> str:
    """A name without case, accents, punctuation and spare spaces, for comparing.

    >>> fold("L’Élysée"), fold("Kim  Jong-un")
    ('l elysee', 'kim jong un')
    """
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare))


_TRACKING = re.compile(r"(?:utm_\w+|xtor|fbclid|gclid|at_\w+)=")


def address(url: str | None) -> str | None:
    """What addresses of one article have in common; None for that of a site, which is of many.

    >>> address("http://www.exemple.org/pont/?utm_source=x&id=3#haut")
    'exemple.org/pont?id=3'
    >>> address("https://exemple.org/")
    """
    try:
        parts = urlsplit(url or "")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    pairs = (pair for pair in parts.query.split("&") if pair and not _TRACKING.match(pair))
    query = "&".join(pairs)
    path = parts.path.rstrip("/")
    return f"{host}{path}{'?' * bool(query)}{query}" if host and (path or query) else None


class Record(BaseModel):
    """The base of every record: frozen, and closed to unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_serialization_defaults_required=True
    )


Identifier = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_DAY = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01])%s)?)?"
_TIME = r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
IsoDate = Annotated[str, StringConstraints(pattern=f"^{_DAY % ''}$")]
IsoMoment = Annotated[str, StringConstraints(pattern=f"^{_DAY % _TIME}$")]


class Range(Record):
    """A stretch of an article's text without its words."""

    start: int = Field(ge=0, description="First character, counted from 0.")
    end: int = Field(ge=0, description="First character after the stretch.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"the span [{self.start}, {self.end}) is empty or reversed")
        return self


class Span(Range):
    """A stretch of an article's text with its words."""

    text: str = Field(description="The words, exactly as they stand in the article.")

    @model_validator(mode="after")
    def _as_long_as_its_words(self) -> Self:
        if self.end - self.start != len(self.text):
            raise ValueError(
                f"the span [{self.start}, {self.end}) is not as long as its text {self.text!r}"
            )
        return self


class Cue(Span):
    """The word that attributes the content to the speaker."""

    lemma: str = Field(description="The cue's dictionary form, such as `déclarer` or `selon`.")


class Reason(Record):
    """Something that the choice of a claim was made for, or in spite of."""

    feature: str = Field(min_length=1, description="Its name, such as `quoted`.")
    value: float | str = Field(description="What it is here.")
    weight: float = Field(description="What it adds to the log-odds; below 0: it spoke against.")


class Rival(Record):
    """Something that was weighed against others."""

    name: str = Field(description="What it is, in the words of the text or of the record.")
    chance: float = Field(ge=0, le=1, description="How likely it was found; what is left: none.")


class Resolution(Record):
    """Whom a mention of a speaker stands for, and why."""

    mention: Range = Field(description="The mention.")
    rule: str = Field(
        min_length=1, description="What it is and what it stands for: `pronoun → person`."
    )
    antecedent: Range | None = Field(description="Where what it stands for is named nearest.")
    candidates: tuple[Rival, ...] = Field(description="Whom it can stand for, the likeliest first.")
    reasons: tuple[Reason, ...] = Field(description="What the choice was made for most.")


class Explanation(Record):
    """Why a claim has its source, chain, stance and target: what each was chosen among."""

    speaker: tuple[Rival, ...] = Field(default=(), description="Phrases that could be the mention.")
    speaker_reasons: tuple[Reason, ...] = Field(default=(), description="What chose the mention.")
    speakers: tuple[Resolution, ...] = Field(default=(), description="One for each mention.")
    stance: tuple[Rival, ...] = Field(default=(), description="The likeliest stances.")
    stance_reasons: tuple[Reason, ...] = Field(default=(), description="What chose the stance.")
    outlets: tuple[Rival, ...] = Field(default=(), description="Media that could be in the chain.")
    target: tuple[Rival, ...] = Field(default=(), description="Phrases that could be the target.")


class Article(Record):
    """One article: its text is fixed once read, and every span counts in it."""

    id: Identifier = Field(description="The reader's own id, or a hash of the article.")
    text: str = Field(min_length=1, description="The text, verbatim.")
    url: str | None = Field(default=None, description="Where it was published.")
    title: str | None = Field(default=None, description="Its headline.")
    published: IsoMoment | None = Field(
        default=None, description="ISO 8601 year, month, day or moment of publication."
    )
    publisher: str | None = Field(default=None, description="The medium that published it.")
    language: str = Field(
        default="fr", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$", description="BCP 47 language tag."
    )
    author: str | None = Field(default=None, description="Who wrote it, as the page says.")
    agency: str | None = Field(default=None, description="The agency whose wire it is.")
    modified: IsoMoment | None = Field(
        default=None, description="ISO 8601 day or moment of its last correction."
    )
    licence: str | None = Field(default=None, description="The licence that the page names.")
    tdm_reservation: bool | None = Field(
        default=None, description="Whether its publisher reserves text and data mining (TDMRep)."
    )
    page: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 of the page that it was read from.",
    )

    @classmethod
    def make(cls, text: str, *, id: str | None = None, **fields: Any) -> Self:  # noqa: ANN401
        """An article whose id, where none is given, is made of its URL and text."""
        return cls(id=id or digest("article", fields.get("url"), text), text=text, **fields)


class Zone(Range):
    """A part of an article's page: where claims may be, and where not."""

    kind: ZoneKind = Field(description="What the part is.")


class Speaker(Record):
    """Whom a claim is attributed to."""

    id: Identifier = Field(description="Hash of the name; of article and name where unnamed.")
    name: str = Field(min_length=1, description="The fullest name known.")
    kind: SpeakerKind | None = Field(default=None, description="Null where it is not known.")


class Outlet(Record):
    """A medium that stands between the speaker and the article, where the text names it."""

    id: Identifier = Field(description="Hash of the name.")
    name: str = Field(min_length=1, description="The registry's name, else as in the text.")
    role: OutletRole = Field(description="What it did with the words.")
    start: int = Field(ge=0, description="Where its mention starts.")
    end: int = Field(ge=0, description="Where its mention ends.")


class Link(Record):
    """Another claim of the same article that a claim refers to."""

    kind: LinkKind = Field(description="What the claim does with the other.")
    claim_id: str = Field(pattern=r"^[0-9a-f]{16}$", description="The other claim.")
    reason: str = Field(min_length=1, description="What tells so, such as `points back`.")


class Claim(Record):
    """An attribution relation: content, cue and source, with its relays and its stance.

    A claim can only be built beside its article: every span is compared with the
    article's text. Use `Claim.of`, or pass `context={"article": article}` to
    `model_validate`.
    """

    id: str = Field(
        pattern=r"^[0-9a-f]{16}$",
        description="Hash of article id and content spans; of a denial that has its content in "
        "common with the charge, also of the place of its cue.",
    )
    article_id: Identifier = Field(description="The article it stands in.")
    type: ClaimType = Field(description="direct: all of the content is in quotation marks.")
    content: tuple[Span, ...] = Field(
        min_length=1, description="The attributed words, in text order, one fragment or more."
    )
    text: str = Field(description=f"The fragments joined by `{FRAGMENT_JOINT}`.")
    cue: Cue | None = Field(description="The attributing word; null in a follow-on quotation.")
    speaker: Span | None = Field(description="The mention at the cue; null where there is none.")
    speakers: tuple[Speaker, ...] = Field(description="The mention resolved, one per entity.")
    outlets: tuple[Outlet, ...] = Field(description="The media that relayed the words.")
    stance: Stance = Field(description="What the speaker does with the content.")
    target: Span | None = Field(default=None, description="Whom an accusation or demand is about.")
    hedged: bool = Field(default=False, description="True where the article keeps its distance.")
    said_on: IsoDate | None = Field(default=None, description="Day or month the text dates it to.")
    links: tuple[Link, ...] = Field(
        default=(), description="The claims of the article that it continues, answers or denies."
    )
    rule: str = Field(
        min_length=1, description="The path from the cue to the content that was taken."
    )
    score: float | None = Field(
        default=None, ge=0, le=1, description="How sure the choice is; null where a rule made it."
    )
    reasons: tuple[Reason, ...] = Field(
        default=(), description="What the choice was made for most, the weightiest first."
    )
    context: Range = Field(description="The sentence or sentences that it stands in.")
    explanation: Explanation | None = Field(
        default=None, description="Why it has its source, stance and target; only if asked for."
    )

    @classmethod
    def of(
        cls,
        article: Article,
        content: list[Span],
        *,
        shared: bool = False,
        **fields: Any,  # noqa: ANN401
    ) -> Self:
        """A claim of `article` with these fragments; id and text are derived.

        Args:
            article: the article.
            content: the fragments, in text order.
            shared: whether another claim has this content, so that the id needs the cue as well.
            fields: the other fields of the record.

        Raises:
            pydantic.ValidationError: if a span's words are not those of the article.
        """
        return cls.model_validate(
            {
                "id": claim_id(article.id, content, fields["cue"].start if shared else None),
                "article_id": article.id,
                "content": content,
                "text": FRAGMENT_JOINT.join(s.text for s in content),
                **fields,
            },
            context={"article": article},
        )

    @field_validator("content", mode="after")
    @classmethod
    def _fragments_in_order(cls, content: tuple[Span, ...]) -> tuple[Span, ...]:
        for left, right in pairwise(content):
            if right.start < left.end:
                raise ValueError("the fragments of the content overlap or are out of order")
        return content

    @model_validator(mode="after")
    def _verbatim(self, info: ValidationInfo) -> Self:
        article = (info.context or {}).get("article")
        if not isinstance(article, Article):
            raise ValueError(
                "a claim is checked against its article: "
                'use Claim.of(article, …) or context={"article": article}'
            )
        if self.article_id != article.id:
            raise ValueError(f"article_id {self.article_id!r} is not that of {article.id!r}")
        spans = [*self.content, *(s for s in (self.cue, self.speaker, self.target) if s)]
        for span in spans:
            if article.text[span.start : span.end] != span.text:
                raise ValueError(f"{span.text!r} does not stand at [{span.start}, {span.end})")
        places: list[Outlet | Range] = [*self.outlets, self.context]
        for place in places:
            if not place.start < place.end <= len(article.text):
                raise ValueError(f"[{place.start}, {place.end}) is outside the article")
        if self.text != FRAGMENT_JOINT.join(s.text for s in self.content):
            raise ValueError("text is not the fragments of the content, joined")
        cues = {None, self.cue.start if self.cue else None}
        if self.id not in {claim_id(self.article_id, self.content, cue) for cue in cues}:
            raise ValueError("id is not that of the article and the content")
        return self


def claim_id(
    article_id: str, content: tuple[Span, ...] | list[Span], cue: int | None = None
) -> str:
    """The id of a claim: the same on every machine, whatever rule found it.

    Args:
        article_id: the article.
        content: the fragments.
        cue: where the cue starts, of a claim that has its content in common with another.
    """
    return digest(
        "claim", article_id, [[s.start, s.end] for s in content], *[cue] * (cue is not None)
    )


def named_speaker_id(name: str) -> str:
    """The id of a speaker known by name, the same in every article."""
    return digest("speaker", fold(name))


def unnamed_speaker_id(article_id: str, name: str) -> str:
    """The id of a speaker without a name (*une source policière*), one article's own."""
    return digest("speaker", article_id, fold(name))


def outlet_id(name: str) -> str:
    """The id of an outlet."""
    return digest("outlet", fold(name))


class Problem(Record):
    """An input, or a record of one, that could not be used, and why."""

    source: str = Field(description="The file, folder or address, as the user gave it.")
    place: str = Field(default="", description="Where in it: `line 12`, or empty.")
    reason: str = Field(description="What is wrong and what to do.")
