"""Which claims are in which group or matter, as the tables have it and as a batch changes it."""

import json
from collections.abc import Sequence

from sqlite_utils import Database

from claims.model import digest

_EMPTY = {
    "groups": "INSERT INTO groups (id, text, speakers, claims, articles, publishers)"
    " VALUES (?, '', '[]', 0, 0, 0) ON CONFLICT (id) DO UPDATE SET merged_into = NULL",
    "matters": "INSERT OR IGNORE INTO matters (id, text, asserted_by, denied_by, doubted_by, contested,"
    " claims, articles) VALUES (?, '', '[]', '[]', '[]', 0, 0, 0)",
}
_OF_IDS = "IN (SELECT value FROM json_each(?))"


class Members:
    """Which claims are in which group, as the tables have it and as a batch changes it."""

    def __init__(self, db: Database, table: str, key: str) -> None:
        self.db, self.table, self.key = db, table, key
        self.owner = table.removeprefix("claim_")
        self.place: dict[str, str | None] = {}
        self.within: dict[str, list[str]] = {}
        self.made: dict[str, str] = {}
        """New group to its first claim."""
        self.before: dict[str, str] = {}
        """Claim that was taken out to the group that it was in."""
        self.touched: set[str] = set()
        self.fresh: set[str] = set()
        """Claims that were put in a group, or moved."""

    def look_up(self, claims: Sequence[str]) -> None:
        """Read at once which groups some claims are in."""
        query = f"SELECT claim_id, {self.key} FROM {self.table} WHERE claim_id {_OF_IDS}"
        found = dict(self.db.conn.execute(query, [json.dumps(claims)]).fetchall())
        for claim in claims:
            self.place.setdefault(claim, found.get(claim))

    def of(self, claim: str) -> str | None:
        """The group of a claim; None if it is in none."""
        if claim not in self.place:
            row = self.db.conn.execute(
                f"SELECT {self.key} FROM {self.table} WHERE claim_id = ?", [claim]
            ).fetchone()
            self.place[claim] = row[0] if row else None
        return self.place[claim]

    def members(self, group: str) -> list[str]:
        """The claims of a group, those that are there longest first."""
        if group not in self.within:
            rows = self.db.conn.execute(
                f"SELECT claim_id FROM {self.table} WHERE {self.key} = ? ORDER BY rowid", [group]
            )
            self.within[group] = [id for (id,) in rows]
        return self.within[group]

    def first(self, group: str) -> str:
        """The claim that a group began with, or that is there longest of those left."""
        members = self.members(group)
        if group in self.made or not members:
            return self.made.get(group, "")
        return members[0]

    def make(self, kind: str, claim: str, other: str) -> str:
        """A new group, which begins with a claim, under the id that it or another had before."""
        before = (self.before.get(id) for id in (claim, other))
        group = next((g for g in before if g and not self._is_taken(g)), digest(kind, claim))
        number = 1
        while self._is_taken(group):
            number += 1
            group = digest(kind, claim, number)
        self.made[group] = claim
        self.within[group] = []
        self.db.conn.execute(_EMPTY[self.owner], [group])
        if kind == "group":
            self.put(claim, group, None, None)
        return group

    def _is_taken(self, group: str) -> bool:
        """Whether an id is that of a group; one whose claims are gone begins again under its id."""
        return group in self.made or bool(self.members(group))

    def put(
        self, claim: str, group: str, like: str | None, score: float | None, **other: str
    ) -> None:
        """Put a claim into a group."""
        values = {"claim_id": claim, self.key: group, "like_id": like, "score": score, **other}
        if self.table == "claim_groups":
            values["changes"] = ""
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        self.db.conn.execute(
            f"INSERT OR REPLACE INTO {self.table} ({columns}) VALUES ({marks})", [*values.values()]
        )
        if self.place.get(claim) is not None:
            self.members(self.place[claim] or "").remove(claim)
        self.members(group)
        if claim not in self.within[group]:
            self.within[group].append(claim)
        self.place[claim] = group
        self.touched.add(group)
        self.fresh.add(claim)

    def merge(self, one: str, other: str) -> None:
        """Make two groups one, under the id of the older."""
        kept, lost = sorted((one, other), key=self._age)
        for claim in [*self.members(lost)]:
            self.db.conn.execute(
                f"UPDATE {self.table} SET {self.key} = ? WHERE claim_id = ?", [kept, claim]
            )
            self.members(kept).append(claim)
            self.place[claim] = kept
            self.fresh.add(claim)
        self.within[lost] = []
        self.db.conn.execute(
            "UPDATE groups SET merged_into = ? WHERE merged_into = ?", [kept, lost]
        )
        self.db.conn.execute("UPDATE groups SET merged_into = ? WHERE id = ?", [kept, lost])
        self.touched |= {kept, lost}

    def _age(self, group: str) -> int:
        row = self.db.conn.execute("SELECT rowid FROM groups WHERE id = ?", [group]).fetchone()
        return int(row[0])

    def take_out(self, claims: set[str]) -> list[str]:
        """Take the groups of some claims apart; all that were in them, in order."""
        groups = {group for claim in sorted(claims) if (group := self.of(claim)) is not None}
        left = []
        for group in sorted(groups):
            left += self.members(group)
            self.db.conn.execute(f"DELETE FROM {self.table} WHERE {self.key} = ?", [group])
            for claim in self.members(group):
                self.place[claim] = None
                self.before[claim] = group
            self.within[group] = []
        self.touched |= groups
        return left
