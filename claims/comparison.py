"""What several speakers said, side by side."""

import json
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import zip_longest

from pydantic import Field
from rich.console import Group, RenderableType
from rich.table import Column, Table
from rich.text import Text

from claims.model import Record, fold
from claims.registry import Registry
from claims.store import Store

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
    claims: tuple[Said, ...] = Field(description="The claims, the oldest first.")


def compare(
    store: Store, names: Iterable[str], registry: Registry | None = None
) -> tuple[list[Side], list[str]]:
    """The claims of each named speaker, by date of publication and place in the article.

    A name is compared without case, accents and punctuation; it may be an alias that the
    registry has (by default the one that comes with the package).

    Returns:
        A side for each name that is in the database, and a line for each that is not, with
        near names.
    """
    ids: dict[str, list[str]] = {}
    shown: dict[str, str] = {}
    for row in store.db.query("SELECT id, name FROM speakers ORDER BY name"):
        ids.setdefault(fold(row["name"]), []).append(row["id"])
        shown.setdefault(fold(row["name"]), row["name"])
    registry = registry or Registry.bundled()
    sides, unknown = [], []
    for name in names:
        entry = registry.speaker(name)
        known = [key for key in (fold(name), entry and fold(entry.name)) if key in ids]
        if known:
            ours = [id for key in dict.fromkeys(known) for id in ids[key or ""]]
            sides.append(Side(name=shown[known[-1] or ""], claims=tuple(_said(store, ours))))
        else:
            unknown.append(_unknown(name, shown))
    return sides, unknown


def _said(store: Store, speakers: list[str]) -> Iterator[Said]:
    marks = ", ".join("?" * len(speakers))
    for row in store.db.query(
        "SELECT c.id, c.published AS date, c.stance, c.type, c.text, c.outlets,"
        " a.publisher, a.label AS article, c.link"
        " FROM claims c JOIN articles a ON a.id = c.article_id"
        f" WHERE c.id IN (SELECT claim_id FROM claim_speakers WHERE speaker_id IN ({marks}))"
        " ORDER BY c.published, c.article_id, c.context_start, c.id",
        speakers,
    ):
        yield Said.model_validate({**row, "outlets": json.loads(row["outlets"])})


def _unknown(name: str, shown: dict[str, str]) -> str:
    words = fold(name).split()
    holding = [key for key in shown if words and all(word in key.split() for word in words)]
    near = dict.fromkeys([*holding, *get_close_matches(fold(name), shown, n=5)])
    if near:
        names = ", ".join(f"“{shown[key]}”" for key in [*near][:5])
        return f"nobody called {name!r} says anything in this database; near names: {names}"
    return f"nobody called {name!r} says anything in this database; see its table speakers"


def table(sides: list[Side], width: int) -> RenderableType:
    """The comparison for a terminal: a column a speaker, or one after the other if narrow."""
    if width // max(len(sides), 1) >= _NARROWEST_COLUMN:
        return _grid(sides)
    return Group(*(_grid([side]) for side in sides))


def _grid(sides: list[Side]) -> Table:
    headings = (Text(f"{side.name} ({len(side.claims)})") for side in sides)
    grid = Table(*(Column(heading, ratio=1) for heading in headings), expand=True, show_lines=True)
    for row in zip_longest(*(side.claims for side in sides)):
        grid.add_row(*(_cell(said) if said else "" for said in row))
    return grid


def _cell(said: Said) -> Text:
    words = f"« {said.text} »" if said.type == "direct" else said.text
    media = ", ".join([*said.outlets, *([said.publisher] if said.publisher else [])])
    head = " · ".join(part for part in (said.date, said.stance, media) if part)
    return Text.assemble((head, "bold"), "\n", words, "\n", (said.id, "dim"))
