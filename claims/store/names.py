"""Names: what each speaker and outlet is called in the database, and what is known of them."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import groupby
from operator import itemgetter

from sqlite_utils import Database

from claims.model import Claim, SpeakerKind
from claims.registry import Registry
from claims.store.rows import to_json
from claims.store.tables import Row, put, queried, set_columns
from claims.store.tallies import Counts

NamedRow = Callable[[str, Counter[str], Counter[str]], Row]

OF_COUNTRIES = (SpeakerKind.GOVERNMENT, SpeakerKind.ORGANISATION, SpeakerKind.GROUP)
NAMED = {
    "speakers": ("claim_speakers", "speaker_id", "speaker_names"),
    "outlets": ("claim_outlets", "outlet_id", "outlet_names"),
}
"""Each table of names, what links a claim to it (`claims` has a column of its name), and what counts
the forms of its names."""


class NameTables:
    """The tables of speakers and outlets, as the registry and the claims have them."""

    def __init__(self, db: Database, registry: Registry) -> None:
        self.db = db
        self.rows_of: dict[str, NamedRow] = {
            "speakers": _speaker_rows(registry),
            "outlets": _outlet_rows(registry),
        }

    def shown(self, claims: Iterable[Claim]) -> dict[str, str]:
        """The name that is shown of each speaker and outlet, by id; new ones are added."""
        found = list(claims)
        given = {
            "speakers": {s.id: s.name for claim in found for s in claim.speakers},
            "outlets": {o.id: o.name for claim in found for o in claim.outlets},
        }
        shown: dict[str, str] = {}
        for table, names in given.items():
            self.db.conn.executemany(
                f"INSERT OR IGNORE INTO {table} (id, name) VALUES (?, ?)", names.items()
            )
            known = f"SELECT id, name FROM {table} WHERE id IN (SELECT value FROM json_each(?))"
            shown |= dict(self.db.execute(known, [to_json([*names])]).fetchall())
        return shown

    def settle(self, before: Counts, after: Counts) -> list[str]:
        """Make the rows of all names that a batch counts what registry and claims say now.

        Returns:
            The claims in which another name is shown now.
        """
        changed = []
        for table, (_, _, counted) in NAMED.items():
            ids = {key[0] for counts in (before, after) for key in counts[counted]}
            changed += self._settle(table, sorted(ids))
        return changed

    def settle_all(self) -> list[str]:
        """Settle every name, for the registry may say otherwise than before."""
        changed = []
        for table in NAMED:
            ids = [id for (id,) in self.db.execute(f"SELECT id FROM {table} ORDER BY id")]
            changed += self._settle(table, ids)
        return changed

    def _settle(self, table: str, ids: list[str]) -> list[str]:
        _, key, counted = NAMED[table]
        wanted = to_json(ids)
        of_ids = "IN (SELECT value FROM json_each(?))"
        stored = {
            row["id"]: row
            for row in queried(self.db, f"SELECT * FROM {table} WHERE id {of_ids}", [wanted])
        }
        kind = "kind" if table == "speakers" else "''"
        forms = self.db.execute(
            f"SELECT {key}, name, {kind}, claims FROM {counted} WHERE {key} {of_ids} ORDER BY 1",
            [wanted],
        ).fetchall()
        changed, there = [], set()
        for id, group in groupby(forms, itemgetter(0)):
            there.add(id)
            names: Counter[str] = Counter()
            kinds: Counter[str] = Counter()
            for _, name, its_kind, count in group:
                names[name] += count
                if its_kind:
                    kinds[its_kind] += count
            if (row := self.rows_of[table](id, names, kinds)) != stored[id]:
                changed.append(row)
        self.db.conn.executemany(
            f"DELETE FROM {table} WHERE id = ?", [(id,) for id in stored.keys() - there]
        )
        put(self.db, table, changed, "id")
        renamed = [row["id"] for row in changed if row["name"] != stored[row["id"]]["name"]]
        return [claim for id in renamed for claim in _show_name(self.db, table, id)]


def _speaker_rows(registry: Registry) -> NamedRow:
    media = (outlet.as_speaker for outlet in registry.outlets)
    entries = {entry.id: entry for entry in (*registry.speakers, *media)}

    def row(id: str, names: Counter[str], kinds: Counter[str]) -> Row:
        known = entries.get(id)
        kind = known.kind.value if known else _usual(kinds)
        country = known.country if known else None
        name = known.name if known else _usual(names) or ""
        if known is None and (kind in OF_COUNTRIES or name[:1].islower()):
            country = registry.country(name)  # Mme Allemand is of no country
        return {
            "id": id,
            "name": name,
            "kind": kind,
            "country": country,
            "metonym_of": known and known.metonym_of,
            "wikidata": known and known.wikidata,
        }

    return row


def _outlet_rows(registry: Registry) -> NamedRow:
    entries = {entry.id: entry for entry in registry.outlets}

    def row(id: str, names: Counter[str], kinds: Counter[str]) -> Row:
        known = entries.get(id)
        return {
            "id": id,
            "name": known.name if known else _usual(names),
            "kind": known.kind.value if known and known.kind else None,
            "state_media": int(known.state) if known else None,
            "country": known and known.country,
            "wikidata": known and known.wikidata,
        }

    return row


def _usual(forms: Counter[str]) -> str | None:
    """The most frequent form that is not all capitals; of several the first by code points."""
    return min(forms, key=lambda form: (form.isupper(), -forms[form], form), default=None)


def _show_name(db: Database, table: str, id: str) -> list[str]:
    """Write the name of a speaker or outlet anew into the claims that it has a part in."""
    link, key, _ = NAMED[table]
    rows = db.execute(
        f"SELECT claim_id, {table}.name FROM {link} JOIN {table} ON {table}.id = {key}"
        f" WHERE claim_id IN (SELECT claim_id FROM {link} WHERE {key} = ?)"
        " ORDER BY claim_id, position",
        [id],
    ).fetchall()
    claims = []
    for claim, named in groupby(rows, itemgetter(0)):
        claims.append(claim)
        set_columns(db, "claims", claim, {table: to_json([name for _, name in named])})
    return claims
