"""The chain of media between the speaker and the article, where the clause names them."""

import re
from bisect import bisect_right
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc

from claims import language
from claims.components.media import GROUP
from claims.components.relations import Attribution, Place, Relay, group
from claims.model import OutletRole

REACH = 80
"""Characters before a mention in which the words that give its role stand."""


class RelayRow(language.Row):
    """Words before a medium that say what it did with the claim."""

    role: OutletRole = Field(description="The role.")
    pattern: str = Field(description="A regular expression that ends where the mention starts.")


class Rule(NamedTuple):
    """A relay row, ready for use."""

    role: OutletRole
    pattern: re.Pattern[str]


@cache
def rules(code: str) -> tuple[Rule, ...]:
    """The relay rules of the language `code`; the first that fits decides."""
    return tuple(
        Rule(row.role, re.compile(rf"(?:{row.pattern})$", re.IGNORECASE))
        for row in language.rows(code, "relays", RelayRow)
    )


@Language.factory(
    "claims_outlets",
    requires=["doc.spans", "doc._.attributions"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_outlets(nlp: Language, name: str, language: str) -> "Outlets":
    """The component that gives each of `doc._.attributions` its chain of media."""
    return Outlets(language)


class Outlets:
    """Gives each attribution the media of its own clause."""

    def __init__(self, code: str) -> None:
        self.rules = rules(code)

    def __call__(self, doc: Doc) -> Doc:
        """Add the chains of one document."""
        text = doc.text
        attributions: tuple[Attribution, ...] = doc._.attributions
        by_context: dict[int, list[tuple[int, Attribution]]] = {}
        for index, attribution in enumerate(attributions):
            by_context.setdefault(attribution.context[0], []).append((index, attribution))
        starts = sorted(by_context)
        chains: dict[int, list[Relay]] = {}
        for medium in group(doc, GROUP):
            place = (medium.start_char, medium.end_char)
            context = bisect_right(starts, place[0]) - 1
            here = by_context[starts[context]] if context >= 0 else []
            near = _nearest(here, place)
            role = self._role(text, place, near[1]) if near else None
            if near and role:
                chains.setdefault(near[0], []).append(Relay(medium.label_, role, place))
        doc._.attributions = tuple(
            replace(a, outlets=tuple(chains.get(i, ()))) for i, a in enumerate(attributions)
        )
        return doc

    def _role(self, text: str, place: Place, attribution: Attribution) -> OutletRole | None:
        """What the medium did: it speaks, or the words before it say."""
        mention = attribution.speaker
        if mention and mention[0] < place[1] and place[0] < mention[1]:
            return OutletRole.SOURCE
        before = text[max(attribution.context[0], place[0] - REACH) : place[0]]
        return next((rule.role for rule in self.rules if rule.pattern.search(before)), None)


def _nearest(here: list[tuple[int, Attribution]], place: Place) -> tuple[int, Attribution] | None:
    """Of a sentence's attributions, the one whose cue is nearest; none for quoted words."""
    if any(a.holds(place) for _, a in here):
        return None
    near = [
        (abs(a.cue[0] - place[0]), index, a)
        for index, a in here
        if a.cue and place[0] < a.context[1]
    ]
    return min(near, key=lambda entry: entry[:2])[1:] if near else None
