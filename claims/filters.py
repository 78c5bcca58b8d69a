"""What a person asks for on the command line → which claims are wanted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from claims.comparison import Names, near, unknown
from claims.errors import ClaimsError
from claims.model import Stance, fold
from claims.registry import Registry
from claims.store import Store
from claims.store.selecting import Selection


def wanted(store: Store, asked: Mapping[str, Any], registry: Registry) -> Selection:
    """The claims that a person asks for.

    A name is compared without case, accents and punctuation; it may be an alias that the registry
    has, and a country's means its government and capital too.

    Args:
        store: the database.
        asked: what is asked for, by the name of the option; what is not asked is empty or None.
        registry: what aliases are resolved by.

    Raises:
        ClaimsError: if a name, a matter or a group is not there, with what to do.
    """
    search = asked["search"]
    if search is not None and not fold(search):
        raise ClaimsError("--search needs a word, with a letter or a figure")
    return Selection(
        speakers=tuple(_speakers(store, asked["speakers"], registry)),
        outlets=tuple(_outlets(store, asked["outlets"], registry)),
        publishers=tuple(_publishers(store, asked["publishers"])),
        stances=tuple(Stance(stance) for stance in asked["stances"]),
        since=asked["since"],
        until=asked["until"],
        search=store.db.quote_fts(search) if search is not None else None,
        contested=asked["contested"],
        matters=tuple(_in_full(store, "matters", asked["matters"])),
        groups=tuple(_in_full(store, "groups", asked["groups"])),
        versions=asked["versions"],
    )


def _speakers(store: Store, names: Sequence[str], registry: Registry) -> Iterator[str]:
    if not names:
        return
    known = Names(store, registry)
    for name in names:
        found = known.of(name)
        if not found:
            raise ClaimsError(unknown(name, known.shown))
        yield from (row["id"] for row in found)


def _outlets(store: Store, names: Sequence[str], registry: Registry) -> Iterator[str]:
    ids: dict[str, list[str]] = {}
    shown: dict[str, str] = {}
    for row in store.db.query("SELECT id, name FROM outlets ORDER BY name") if names else ():
        ids.setdefault(fold(row["name"]), []).append(row["id"])
        shown.setdefault(fold(row["name"]), row["name"])
    for name in names:
        entry = registry.outlet(name)
        keys = dict.fromkeys(key for key in (entry and fold(entry.name), fold(name)) if key)
        found = [id for key in keys for id in ids.get(key, [])]
        if not found:
            raise ClaimsError(_none("outlet", name, shown))
        yield from found


def _publishers(store: Store, names: Sequence[str]) -> Iterator[str]:
    spelt: dict[str, list[str]] = {}
    query = "SELECT DISTINCT publisher FROM articles WHERE publisher IS NOT NULL ORDER BY publisher"
    for (publisher,) in store.db.execute(query) if names else ():
        spelt.setdefault(fold(publisher), []).append(publisher)
    for name in names:
        if fold(name) not in spelt:
            first = {key: those[0] for key, those in spelt.items()}
            raise ClaimsError(_none("publisher", name, first))
        yield from spelt[fold(name)]


def _none(what: str, name: str, shown: Mapping[str, str]) -> str:
    """A line that says that no outlet or publisher is called so, with near names."""
    names = ", ".join(f"“{one}”" for one in near(name, shown))
    table = "outlets" if what == "outlet" else "articles"
    return f"no {what} {name!r} in this database; " + (
        f"near names: {names}" if names else f"see its table {table}"
    )


def _in_full(store: Store, table: str, ids: Sequence[str]) -> Iterator[str]:
    """The ids of matters or groups from their starts; of a group that is part of another, that."""
    part_of = "coalesce(merged_into, id)" if table == "groups" else "id"
    for start in ids:
        query = f"SELECT DISTINCT {part_of} FROM {table} WHERE id GLOB ? LIMIT 2"
        found = [id for (id,) in store.db.execute(query, [f"{start}*"]) if start.isalnum()]
        if len(found) != 1:
            several = f"several {table} start with {start!r}; give more of the id"
            none = f"no row {start!r} in the table {table}; ids stand there"
            raise ClaimsError(several if found else none)
        yield found[0]
