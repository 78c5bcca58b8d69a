"""What people say of claims: corrections, verdicts, and what belongs together.

A review is a record of its own and is never changed, but for being undone. What the machine said
stays beside it; whatever it says at the next run, the review holds.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, Self, TypeVar

from pydantic import Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from claims.errors import ReviewError
from claims.model import (
    Article,
    Claim,
    IsoDate,
    IsoMoment,
    Outlet,
    OutletRole,
    Range,
    Record,
    Span,
    Speaker,
    Stance,
    claim_id,
    digest,
    fold,
    named_speaker_id,
    outlet_id,
    unnamed_speaker_id,
)

BY_PERSON = "review"
"""The rule of a claim whose boundaries a person drew."""
N = TypeVar("N", Speaker, Outlet)
LONGEST_CELL = 10_000_000
FORMULA = tuple("=+-@\t\r'")
"""What a cell begins with that a spreadsheet would compute, and the mark that keeps it from that."""


class Action(StrEnum):
    """What a review does. All but the last three are about one claim."""

    SPEAKER = "speaker"
    OUTLET = "outlet"
    STANCE = "stance"
    CONTENT = "content"
    REJECT = "reject"
    VERDICT = "verdict"
    APART = "apart"
    SAME_WORDS = "same words"
    SAME_SPEAKER = "same speaker"
    SAME_OUTLET = "same outlet"


OF_NAMES = frozenset({Action.SAME_SPEAKER, Action.SAME_OUTLET})
"""Actions whose subject is a speaker or an outlet, and whose value the one that it is too."""
SILENT = frozenset({Action.VERDICT, Action.APART, Action.SAME_WORDS})
"""Actions that do not take back that a claim is rejected."""
OF_GROUPS = frozenset({Action.APART, Action.SAME_WORDS})
ID = re.compile(r"[0-9a-f]{16}")
Identity = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class Review(Record):
    """One thing that a person said of a claim, a speaker or an outlet."""

    id: Identity = Field(description="Hash of what it says, by whom and when.")
    made: IsoMoment = Field(description="When, in UTC.")
    author: str = Field(min_length=1, description="Who says so.")
    action: Action = Field(description="What it does.")
    subject: Identity = Field(description="The claim; the speaker or outlet that is another.")
    value: str | None = Field(
        default=None,
        description="Speakers and outlets as JSON lists of names and of [name, role], boundaries as "
        "a JSON list of [start, end], a stance, the words of a verdict, or the other id.",
    )
    note: str | None = Field(default=None, description="Why.")
    url: str | None = Field(default=None, description="Where the verdict is published.")
    date: IsoDate | None = Field(default=None, description="The day of the verdict.")
    undone: IsoMoment | None = Field(default=None, description="When it was taken back.")

    @classmethod
    def make(
        cls,
        author: str,
        action: Action,
        subject: str,
        value: object = None,
        **more: str | None,
    ) -> Self:
        """A review that is made now.

        Raises:
            ReviewError: if it is not valid.
        """
        made = more.pop("made", None) or datetime.now(UTC).isoformat(timespec="microseconds")
        text = value if value is None or isinstance(value, str) else _json(value)
        return cls.of(
            {
                "id": digest("review", made, author, action, subject, text),
                "made": made,
                "author": author,
                "action": action,
                "subject": subject,
                "value": text,
                **more,
            },
        )

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Self:
        """A review from its values.

        Raises:
            ReviewError: if it is not valid.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ReviewError("; ".join(map(_told, error.errors()))) from error

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        value = self.value or ""
        match self.action:
            case Action.STANCE if value not in set(Stance):
                raise ValueError(f"{value!r} is no stance; one of: {', '.join(Stance)}")
            case Action.SPEAKER if not _is_list_of(value, _is_name):
                raise ValueError("the value is to be a JSON list of names")
            case Action.OUTLET if not _is_list_of(value, _is_outlet):
                roles = ", ".join(OutletRole)
                raise ValueError(f"the value is to be a JSON list of [name, role]; roles: {roles}")
            case Action.CONTENT if value == "[]" or not _is_list_of(value, _is_span):
                raise ValueError("the value is to be a JSON list of [start, end]")
            case Action.VERDICT if not (value.strip() and self.url and self.date):
                raise ValueError("a verdict needs its words, its address and its date")
            case Action.VERDICT if not (self.url or "").startswith(("https://", "http://")):
                raise ValueError("the address of a verdict begins with https:// or http://")
            case Action.SAME_WORDS if not _is_id(value) or value == self.subject:
                raise ValueError("the value is to be the id of another claim")
            case Action.SAME_SPEAKER | Action.SAME_OUTLET if not _is_other(value, self.subject):
                raise ValueError(
                    "the value is to be the JSON list of the id and the name of another"
                )
        if self.id != digest(
            "review", self.made, self.author, self.action, self.subject, self.value
        ):
            raise ValueError("the id is not that of what the review says")
        return self

    @property
    def parsed(self) -> Any:  # noqa: ANN401
        """The value as JSON."""
        return json.loads(self.value or "null")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _is_list_of(value: str, fits: Any) -> bool:  # noqa: ANN401
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, list) and all(fits(one) for one in found)


def _is_outlet(one: object) -> bool:
    if not isinstance(one, list) or len(one) != 2:
        return False
    name, role = one
    return _is_name(name) and isinstance(role, str) and role in [*OutletRole]


def _is_name(one: object) -> bool:
    """Whether something is a name: it has a letter or a figure, and no half character."""
    return isinstance(one, str) and bool(fold(one)) and one.isprintable()


def _is_id(one: object) -> bool:
    return isinstance(one, str) and ID.fullmatch(one) is not None


def _is_other(value: str, subject: str) -> bool:
    """Whether a value is the id and the name of somebody else."""
    if not _is_list_of(value, _is_name):
        return False
    found = json.loads(value)
    return len(found) == 2 and _is_id(found[0]) and found[0] != subject


def _is_span(one: object) -> bool:
    return (
        isinstance(one, list)
        and len(one) == 2
        and all(type(at) is int for at in one)
        and 0 <= one[0] < one[1]
    )


def _told(error: ErrorDetails) -> str:
    """What is wrong with a review."""
    where = ".".join(map(str, error["loc"]))
    return f"{where}: " * bool(where) + error["msg"].removeprefix("Value error, ")


class Names(NamedTuple):
    """Speakers and outlets that people say are another, by id; each the id and name of that."""

    speakers: Mapping[str, tuple[str, str]]
    outlets: Mapping[str, tuple[str, str]]


class Corrected(NamedTuple):
    """A claim as the machine found it, and as it is with people's reviews."""

    found: Claim
    now: Claim | None
    """None if it is rejected."""


def corrected(
    article: Article, found: Sequence[Claim], reviews: Iterable[Review], names: Names
) -> list[Corrected]:
    """The claims of an article with what people said of them.

    Reviews that are undone are left out; of several on one thing the last made counts, and a
    correction after a rejection takes the claim back. A correction that the article does not allow,
    for its text is another or another claim stands there, is left out too.

    Args:
        article: the article.
        found: its claims, as the machine found them.
        reviews: those of these claims, and others.
        names: speakers and outlets that are another.
    """
    by_claim: dict[str, list[Review]] = {}
    for review in sorted(reviews, key=lambda r: (r.made, r.id)):
        if review.undone is None:
            by_claim.setdefault(review.subject, []).append(review)
    taken = {claim.id for claim in found}
    pairs: list[Corrected] = []
    for claim in found:
        said = by_claim.get(claim.id, ())
        changed = _corrected(article, claim, said, names)
        if changed is not None and changed.id in taken - {claim.id}:
            # Another claim stands there: the boundaries stay as they were.
            others = [review for review in said if review.action is not Action.CONTENT]
            changed = _corrected(article, claim, others, names)
        taken |= {changed.id} if changed is not None else set()
        pairs.append(Corrected(claim, changed))
    now = {pair.found.id: pair.now.id if pair.now else None for pair in pairs}
    return [pair._replace(now=_relinked(article, pair.now, now)) for pair in pairs]


def _corrected(
    article: Article, claim: Claim, reviews: Iterable[Review], names: Names
) -> Claim | None:
    changes: dict[str, Any] = {}
    rejected = False
    for review in reviews:
        rejected = review.action is Action.REJECT or (rejected and review.action in SILENT)
        match review.action:
            case Action.STANCE:
                changes["stance"] = review.value
            case Action.SPEAKER:
                changes["speakers"] = [_speaker(article, claim, name) for name in review.parsed]
            case Action.OUTLET:
                placed = [_outlet(article, claim, *one) for one in review.parsed]
                changes["outlets"] = [outlet for outlet in placed if outlet]
            case Action.CONTENT:
                changes |= _content(article, claim, review.parsed)
    if rejected:
        return None
    said_by = changes.get("speakers", claim.speakers)
    changes["speakers"] = tuple(
        {s.id: s for s in (_renamed(s, names.speakers) for s in said_by)}.values()
    )
    relayed_by = changes.get("outlets", claim.outlets)
    changes["outlets"] = tuple(_renamed(o, names.outlets) for o in relayed_by)
    if all(getattr(claim, key) == value for key, value in changes.items()):
        return claim
    try:
        return _rebuilt(article, claim, changes)
    except ValidationError:
        return claim


def _renamed(one: N, names: Mapping[str, tuple[str, str]]) -> N:
    """A speaker or outlet as whoever people say that it is."""
    if one.id not in names:
        return one
    id, name = names[one.id]
    return one.model_copy(update={"id": id, "name": name})


def _rebuilt(article: Article, claim: Claim, changes: Mapping[str, Any]) -> Claim:
    fields = {name: getattr(claim, name) for name in Claim.model_fields} | dict(changes)
    content = fields.pop("content")
    was_shared = claim.id != claim_id(article.id, claim.content)
    for derived in ("id", "article_id", "text"):
        fields.pop(derived)
    return Claim.of(article, list(content), shared=was_shared, **fields)


def _speaker(article: Article, claim: Claim, name: str) -> Speaker:
    """A speaker that a person names; one that begins with a small letter is of this article only."""
    known = next((s for s in claim.speakers if s.name == name), None)
    if known is not None:
        return known
    named = name[:1].isupper()
    return Speaker(
        id=named_speaker_id(name) if named else unnamed_speaker_id(article.id, name), name=name
    )


def _outlet(article: Article, claim: Claim, name: str, role: str) -> Outlet | None:
    """A medium where the article names it nearest to the claim; None where it does not."""
    start = nearest(article.text, name, claim.context.start)
    if start is None:
        return None
    return Outlet(
        id=outlet_id(name), name=name, role=OutletRole(role), start=start, end=start + len(name)
    )


def nearest(text: str, words: str, near: int) -> int | None:
    """Where words stand in a text nearest to a place; None where they do not, or are none."""
    places = (
        [match.start() for match in re.finditer(re.escape(words), text)] if words.strip() else []
    )
    return min(places, key=lambda at: abs(at - near), default=None)


def _content(article: Article, claim: Claim, spans: Sequence[Sequence[int]]) -> dict[str, Any]:
    if any(end > len(article.text) for _, end in spans):
        return {}
    content = tuple(
        Span(start=start, end=end, text=article.text[start:end])
        for start, end in sorted(map(tuple, spans))
    )
    return {
        "content": content,
        "rule": BY_PERSON,
        "score": None,
        "reasons": (),
        "context": Range(
            start=min(claim.context.start, content[0].start),
            end=max(claim.context.end, content[-1].end),
        ),
    }


def _relinked(article: Article, claim: Claim | None, now: Mapping[str, str | None]) -> Claim | None:
    """A claim whose links lead to what the others are now; those to what is rejected or gone go."""
    if claim is None:
        return None
    links = tuple(
        link.model_copy(update={"claim_id": now[link.claim_id]})
        for link in claim.links
        if now.get(link.claim_id) is not None
    )
    return claim if links == claim.links else _rebuilt(article, claim, {"links": links})


def to_csv(reviews: Iterable[Review]) -> str:
    """Reviews as CSV, for a spreadsheet: no cell begins with what one would compute."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(Review.model_fields), lineterminator="\n")
    writer.writeheader()
    for review in reviews:
        cells = review.model_dump(mode="json")
        writer.writerow({key: _defused(value) for key, value in cells.items()})
    return file.getvalue()


def from_csv(text: str) -> Iterator[Review | str]:
    """The reviews of a CSV file that `to_csv` wrote, or what is wrong with a row."""
    bare = text.removeprefix("\ufeff")
    # A French spreadsheet parts cells by semicolons.
    parted = ";" if ";" in bare.partition("\n")[0] else ","
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.DictReader(io.StringIO(bare, newline=""), delimiter=parted)
    missing = [
        name
        for name in ("id", "made", "author", "action", "subject")
        if name not in (rows.fieldnames or ())
    ]
    if missing:
        yield f"line 1: the columns {', '.join(missing)} are missing; export reviews to see all"
        return
    while True:
        try:
            row = next(rows, None)
            if row is None:
                return
            yield Review.of({k: v.removeprefix("'") for k, v in row.items() if k and v})
        except (ReviewError, csv.Error, AttributeError) as error:
            yield f"line {rows.line_num}: {error}"


def _defused(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
