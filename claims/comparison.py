"""What several speakers said, side by side."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import zip_longest

from pydantic import Field
from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from claims.model import Record, SpeakerKind, fold
from claims.registry import Registry
from claims.store import Store
from claims.store.tables import Row

_NARROWEST_COLUMN = 30


class Said(Record):
    """One claim of a speaker, as a reader of the comparison needs it."""

    id: str = Field(description="The claim's id.")
    date: str | None = Field(description="Day, month or year of publication.")
    stance: str = Field(description="What the speaker does with the words.")
    type: str = Field(description="Whether the words are quoted.")
    text: str = Field(description="The words.")
    outlets: tuple[str, ...] = Field(description="The media that relayed them, in text order.")
    publisher: str | None = Field(description="The medium that published the article.")
    article: str = Field(description="The article's headline.")
    link: str | None = Field(description="The words in the article on the web.")


class Side(Record):
    """What one speaker said."""

    name: str = Field(description="The speaker's name.")
    names: tuple[str, ...] = Field(description="Other names of the same side: Moscou, la Russie.")
    claims: tuple[Said, ...] = Field(description="The claims, the oldest first.")


class Matter(Record):
    """Something that several of the speakers speak about."""

    id: str = Field(description="The matter's id.")
    text: str = Field(description="The first claim of it.")
    contested: bool = Field(description="Whether somebody denies what somebody asserts.")
    sides: tuple[Side, ...] = Field(description="What each speaker said of it, in their order.")


class Comparison(Record):
    """What several speakers said, and what of it is about the same."""

    matters: tuple[Matter, ...] = Field(description="Contested ones first, then the oldest.")
    sides: tuple[Side, ...] = Field(description="All that each said.")


def compare(
    store: Store, names: Iterable[str], registry: Registry | None = None
) -> tuple[Comparison, list[str]]:
    """The claims of each named speaker, by date of publication and place in the article.

    A name is compared without case, accents and punctuation; it may be an alias that the
    registry has (by default the one that comes with the package). Of a country all names are
    one side: the country, its government, its capital.

    Returns:
        The comparison of those that are in the database, and a line for each that is not, with
        near names. A side that is named twice is there once.
    """
    known = Names(store, registry or Registry.bundled())
    sides, lines = [], []
    told: set[frozenset[str]] = set()
    for name in names:
        found = known.of(name)
        ids = frozenset(row["id"] for row in found)
        if found and ids in told:
            continue
        told.add(ids)
        if found:
            first, *others = dict.fromkeys(row["name"] for row in found)
            said = tuple(_said(store, [row["id"] for row in found]))
            sides.append(Side(name=first, names=tuple(others), claims=said))
        else:
            lines.append(unknown(name, known.shown))
    return Comparison(matters=tuple(_matters(store, sides)), sides=tuple(sides)), lines


class Names:
    """The speakers of a database by their names."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self.registry = registry
        self.rows: dict[str, list[Row]] = {}
        self.governments: dict[str, list[Row]] = {}
        self.shown: dict[str, str] = {}
        for row in store.db.query("SELECT id, name, kind, country FROM speakers ORDER BY name"):
            self.rows.setdefault(fold(row["name"]), []).append(row)
            self.shown.setdefault(fold(row["name"]), row["name"])
            if row["kind"] == SpeakerKind.GOVERNMENT and row["country"]:
                self.governments.setdefault(row["country"], []).append(row)

    def of(self, name: str) -> list[Row]:
        """Whom a name means: those called so, and where it is a government's all its names."""
        entry = self.registry.speaker(name)
        keys = dict.fromkeys(key for key in (entry and fold(entry.name), fold(name)) if key)
        found = [row for key in keys for row in self.rows.get(key, [])]
        nation = self.registry.nation_of(name)
        more = self.governments.get(nation, []) if nation else []
        return list({row["id"]: row for row in (*found, *more)}.values())


def _said(store: Store, speakers: list[str]) -> Iterator[Said]:
    for row in store.db.query(
        "SELECT c.id, c.published AS date, c.stance, c.type, c.text, c.outlets,"
        " a.publisher, a.label AS article, c.link"
        " FROM claims c JOIN articles a ON a.id = c.article_id"
        " WHERE c.superseded = 0 AND c.id IN (SELECT claim_id FROM claim_speakers"
        " WHERE speaker_id IN (SELECT value FROM json_each(?)))"
        " ORDER BY c.published, c.article_id, c.context_start, c.id",
        [json.dumps(speakers)],
    ):
        yield Said.model_validate({**row, "outlets": json.loads(row["outlets"])})


def _matters(store: Store, sides: Sequence[Side]) -> Iterator[Matter]:
    """The matters that two sides at least speak about, the contested first."""
    said = json.dumps([claim.id for side in sides for claim in side.claims])
    members: dict[str, set[str]] = {}
    for row in store.db.query(
        "SELECT matter_id, claim_id FROM claim_matters"
        " WHERE claim_id IN (SELECT value FROM json_each(?))",
        [said],
    ):
        members.setdefault(row["matter_id"], set()).add(row["claim_id"])
    for row in store.db.query(
        "SELECT id, text, contested FROM matters WHERE id IN (SELECT value FROM json_each(?))"
        " ORDER BY contested DESC, first_published, id",
        [json.dumps([*members])],
    ):
        parts = tuple(
            side.model_copy(
                update={"claims": tuple(c for c in side.claims if c.id in members[row["id"]])}
            )
            for side in sides
        )
        if sum(bool(part.claims) for part in parts) > 1:
            yield Matter(**row, sides=parts)


def near(name: str, shown: Mapping[str, str]) -> list[str]:
    """Up to five names that have the words of a name, or are spelt like it.

    Args:
        name: the name.
        shown: names by what `fold` makes of them.
    """
    words = fold(name).split()
    holding = [key for key in shown if words and all(word in key.split() for word in words)]
    found = dict.fromkeys([*holding, *get_close_matches(fold(name), shown, n=5)])
    return [shown[key] for key in [*found][:5]]


def unknown(name: str, shown: Mapping[str, str]) -> str:
    """A line that says that nobody is called so, with near names."""
    names = ", ".join(f"“{one}”" for one in near(name, shown))
    advice = f"near names: {names}" if names else "see its table speakers"
    return f"nobody called {name!r} says anything in this database; {advice}"


def table(comparison: Comparison, width: int) -> RenderableType:
    """The comparison for a terminal: a column a speaker, or one after the other if narrow."""
    parts: list[RenderableType] = []
    for matter in comparison.matters:
        contested = " (contested)" * matter.contested
        parts.append(Text(f"They speak of{contested}: {matter.text}", style="bold"))
        parts.append(_columns(matter.sides, width))
    if parts:
        parts.append(Text("All that they said:", style="bold"))
    return Group(*parts, _columns(comparison.sides, width))


def _columns(sides: Sequence[Side], width: int) -> RenderableType:
    if width // max(len(sides), 1) >= _NARROWEST_COLUMN:
        return _grid(sides)
    return Group(*(_grid([side]) for side in sides if side.claims))


def _grid(sides: Sequence[Side]) -> Table:
    headings = (Text(f"{_called(side)} ({len(side.claims)})") for side in sides)
    grid = Table(*(Column(heading, ratio=1) for heading in headings), expand=True, show_lines=True)
    for row in zip_longest(*(side.claims for side in sides)):
        grid.add_row(*(_cell(said) if said else "" for said in row))
    return grid


def _called(side: Side) -> str:
    return ", ".join((side.name, *side.names))


def _cell(said: Said) -> Text:
    words = f"« {said.text} »" if said.type == "direct" else said.text
    media = ", ".join([*said.outlets, *([said.publisher] if said.publisher else [])])
    head = " · ".join(part for part in (said.date, said.stance, media) if part)
    return Text.assemble((head, "bold"), "\n", words, "\n", (said.id, "dim"))
