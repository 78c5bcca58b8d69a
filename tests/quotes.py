"""Readings, and an extractor that needs no language data, for tests of what comes after."""

import dataclasses
import re
from collections.abc import Iterable, Iterator
from typing import Any

from claims.model import (
    Article,
    Claim,
    Cue,
    Link,
    LinkKind,
    Outlet,
    OutletRole,
    Problem,
    Range,
    Reason,
    Span,
    Speaker,
    SpeakerKind,
    Stance,
    digest,
    named_speaker_id,
    outlet_id,
)
from claims.reading import Reading
from claims.registry import OutletEntry, Registry, SpeakerEntry

REGISTRY = Registry(
    [
        (SpeakerEntry(name="Vladimir Poutine", kind=SpeakerKind.PERSON, country="RU"), "test"),
        (SpeakerEntry(name="Moscou", kind=SpeakerKind.GOVERNMENT, metonym_of="la Russie"), "test"),
        (OutletEntry(name="KCNA", state=True, country="KP"), "test"),
    ]
)


def readings(*found: Article | Problem | Reading) -> Iterator[Reading]:
    """As `claims.reading.read` gives them; an article stands in a file of the name of its id."""
    for one in found:
        if isinstance(one, Article):
            yield Reading(f"{one.id}.txt", "", one)
        elif isinstance(one, Problem):
            yield Reading(one.source, one.place, one.reason)
        else:
            yield one


@dataclasses.dataclass
class Quotes:
    """An extractor of the test: each « … » is a claim of the speaker named before it.

    Each answers the one before it.
    """

    version: str = "1"
    stance: Stance = Stance.AFFIRMS
    link: LinkKind = LinkKind.ANSWERS
    pattern: str = (
        r"(?P<speaker>[A-ZÉ][\w ]*?) (?P<cue>dit) : « (?P<words>[^»]+?) »(?: à (?P<to>\w+))?"
    )
    failing: frozenset[str] = frozenset()
    read: list[str] = dataclasses.field(default_factory=list)
    registry: Registry = REGISTRY

    @property
    def configuration(self) -> dict[str, Any]:
        entries = [
            entry.model_dump() for entry in (*self.registry.speakers, *self.registry.outlets)
        ]
        registry = digest(entries)
        return {"version": self.version, "model": None, "stance": self.stance, "registry": registry}

    def extract(
        self, articles: Iterable[Article]
    ) -> Iterator[tuple[Article, tuple[Claim, ...] | Problem]]:
        for article in articles:
            self.read.append(article.id)
            if article.id in self.failing:
                yield article, Problem(source="x", reason="the parser gave up")
            else:
                yield article, tuple(self.claims(article))

    def claims(self, article: Article) -> Iterator[Claim]:
        before: Claim | None = None
        for match in re.finditer(self.pattern, article.text):

            def span(name: str, found: re.Match[str] = match) -> dict[str, Any]:
                return {"start": found.start(name), "end": found.end(name), "text": found[name]}

            name = match["speaker"]
            outlets = (
                [
                    Outlet(
                        id=outlet_id(match["to"]),
                        name=match["to"],
                        role=OutletRole.TOLD_TO,
                        start=match.start("to"),
                        end=match.end("to"),
                    )
                ]
                if match["to"]
                else []
            )
            links = [Link(kind=self.link, claim_id=before.id, reason="test")] if before else []
            before = Claim.of(
                article,
                [Span(**span("words"))],
                type="direct",
                cue=Cue(**span("cue"), lemma="dire"),
                speaker=Span(**span("speaker")),
                speakers=[Speaker(id=named_speaker_id(name), name=name, kind=SpeakerKind.PERSON)],
                outlets=outlets,
                stance=self.stance,
                target=Span(**span("speaker")),
                hedged=True,
                said_on="2024-06",
                rule="test",
                score=0.9,
                reasons=[Reason(feature="quoted", value=1, weight=0.5)],
                links=links,
                context=Range(start=match.start(), end=match.end()),
            )
            yield before
