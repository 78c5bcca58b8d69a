"""The chain of media between the speaker and the article, where the clause names them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from pydantic import Field
from spacy.language import Language
from spacy.tokens import Doc, Span

from claims import language
from claims.components.attributions import Attribution, Relay, outside
from claims.components.media import GROUP
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
        chains: dict[int, list[Relay]] = {}
        attributions: tuple[Attribution, ...] = doc._.attributions
        for medium in doc.spans[GROUP]:
            for index, role in self._owner(doc, medium, attributions):
                place = (medium.start_char, medium.end_char)
                chains.setdefault(index, []).append(Relay(medium.label_, role, place))
        doc._.attributions = tuple(
            replace(a, outlets=tuple(chains.get(i, ()))) for i, a in enumerate(attributions)
        )
        return doc

    def _owner(
        self, doc: Doc, medium: Span, attributions: tuple[Attribution, ...]
    ) -> Iterator[tuple[int, OutletRole]]:
        """The attribution of the clause that a mention stands in, and its role there."""
        place = (medium.start_char, medium.end_char)
        near = [
            (abs(a.cue[0] - place[0]), index)
            for index, a in enumerate(attributions)
            if a.cue
            and a.context[0] <= place[0] < a.context[1]
            and all(outside(place, other) for other in attributions if other.context == a.context)
        ]
        if not near:
            return
        index = min(near)[1]
        mention = attributions[index].speaker
        if mention and mention[0] < place[1] and place[0] < mention[1]:
            yield index, OutletRole.SOURCE
            return
        begin = max(attributions[index].context[0], place[0] - REACH)
        before = doc.text[begin : place[0]]
        role = next((rule.role for rule in self.rules if rule.pattern.search(before)), None)
        if role is not None:
            yield index, role
