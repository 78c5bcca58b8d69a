"""The attribution relation that the components hand on, one after the other.

`doc._.attributions` is a tuple of `Attribution`. It is kept as plain values in
`doc.user_data`, so that it goes through `Doc.to_bytes` and `DocBin(store_user_data=True)`.
"""

from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter
from spacy.tokens import Doc

from claims.errors import PipelineError
from claims.model import (
    ClaimType,
    Explanation,
    LinkKind,
    OutletRole,
    Reason,
    SpeakerKind,
    Stance,
    ZoneKind,
)

ZONES = "zones"
"""The span group with the zones of a text, labelled by kind. Without it all is body."""
CLAIM_ZONES = frozenset({ZoneKind.HEADLINE.value, ZoneKind.BODY.value})
"""The zones that claims are read from."""

FOLLOW_ON = "follow-on"
"""The rule of a quotation that goes on with the words of the claim before it."""

DENIAL = "denial"
"""The rule of a denial that has its content in common with what it denies."""

Place = tuple[int, int]
"""Start and end in characters of the text."""


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
class Linked:
    """Another attribution of the document that one refers to."""

    kind: LinkKind
    to: int
    """Its number in `doc._.attributions`."""
    reason: str


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
    sources: tuple[Source, ...] = ()
    outlets: tuple[Relay, ...] = ()
    said_on: str | None = None
    """ISO day or month."""
    links: tuple[Linked, ...] = ()
    score: float | None = None
    reasons: tuple[Reason, ...] = ()
    explanation: Explanation | None = None
    """Only where `doc._.explain` asks for it."""

    def explained(self, **parts: Any) -> "Attribution":  # noqa: ANN401
        """It with more of its explanation."""
        known = self.explanation or Explanation()
        return replace(self, explanation=known.model_copy(update=parts))

    def holds(self, place: Place) -> bool:
        """Whether a place touches the content."""
        return any(start < place[1] and place[0] < end for start, end in self.content)


_KEY = "claims.attributions"
_VALUES = TypeAdapter(tuple[Attribution, ...])


class _Plain(list[Any]):
    """Attributions as plain values, and as they were; only the values are stored."""

    def __init__(self, attributions: tuple[Attribution, ...]) -> None:
        super().__init__(_VALUES.dump_python(attributions, mode="json"))
        self.attributions = attributions

    def __reduce__(self) -> tuple[type[list[Any]], tuple[list[Any]]]:
        return list, (list(self),)


def _get(doc: Doc) -> tuple[Attribution, ...]:
    values = doc.user_data.get(_KEY, ())
    if isinstance(values, _Plain):
        return values.attributions
    return _VALUES.validate_python(values)


def _set(doc: Doc, attributions: tuple[Attribution, ...]) -> None:
    doc.user_data[_KEY] = _Plain(tuple(attributions))


if not Doc.has_extension("attributions"):
    Doc.set_extension("attributions", getter=_get, setter=_set)

if not Doc.has_extension("explain"):
    Doc.set_extension("explain", default=False)
"""Whether the components keep what they chose among, and why."""

if not Doc.has_extension("published"):
    Doc.set_extension("published", default=None)
"""When the article was published, as its record says: an ISO day, month or moment; or None."""


def group(doc: Doc, name: str) -> Any:  # noqa: ANN401
    """The span group `name`, which an earlier component writes.

    Raises:
        PipelineError: if it is not there, naming the component to add.
    """
    if name not in doc.spans:
        raise PipelineError(
            f"doc.spans[{name!r}] is missing: add the component claims_{name} before this one, "
            'or take all of them with claims.pipeline.load("fr")'
        )
    return doc.spans[name]
