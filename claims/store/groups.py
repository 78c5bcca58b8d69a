"""Which claims are the same words, and which are of one matter, kept current by each batch.

A new claim is compared with those that share a pair of its words (`index.py`), at most
`CANDIDATES` of them: the work depends on what is new, not on what is there. What is alike is one
group: a claim that is like members of two groups makes them one, under the id of the older. A matter
is made of what is like its first claim, so that it does not drift from one proposition to the next.
Ids come from the first claim, and stay when others are added.
"""

import json
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from typing import NamedTuple

from sqlite_utils import Database

from claims import language
from claims.grouping.comparing import (
    LEAST_OVERLAP,
    ONE_MATTER,
    OTHERS,
    Compared,
    Comparer,
    can_be_one,
    comparer,
    together,
)
from claims.grouping.likeness import in_any_order, told_changes
from claims.grouping.matters import (
    Side,
    is_against,
    is_answered,
    is_denied,
    is_denied_by_word,
    shared,
    side_of,
)
from claims.grouping.meaning import vectors
from claims.grouping.pairs import DAYS, Pairs
from claims.language import fingerprint
from claims.model import Stance
from claims.reviews import BY_PERSON
from claims.store.copies import Copies
from claims.store.index import Index, Indexed, Look, id_of, key_of
from claims.store.members import Members
from claims.store.reviewing import constraints
from claims.store.tables import Row, atomic, queried, set_columns

OF_A_PAIR = 6
"""Claims of one pair that are looked at, the latest of some days and of all; and of no known day."""
CANDIDATES = 16
"""Claims that a claim is compared with, those that are found by the words that tell most."""
OF_A_GROUP = 8
"""Claims of a group that are asked who speaks."""
TARGET = "target of the charge"
"""The reason of a link from a denial to a charge whose words need not be those of the denial."""
LIKE = "same words"
"""The reason of a link from a denial to what it has words in common with: only a plain verb is enough then."""
SAME_WORDS, AGAINST = "same words", "the charge is against them"
ANSWERED = "said shortly before"
SHORTLY, NEXT = 600, 400
"""Characters between a charge against whoever denies and the denial, and between any other claim and it, at most."""
AT_ONCE = 1000
"""Claims that are grouped in one go when all are grouped anew."""
LEAST_MEMBERS = 2
"""Claims that make a group or a matter, at least."""
GROUPING, EMBEDDINGS = "grouping", "embeddings"
"""States of a database: the rules that grouped it, and the embeddings; none where it is empty."""
COMPARED_BY = (
    *("terms", "wordings", "matters", "families.csv", "opposites.csv", "negations.csv"),
    *("spellings.csv", "particles.csv", "calendar.csv", "numerals.csv", "given_names.csv"),
    *("cues.csv", "denials.csv", "refutations.csv"),
)
"""What decides what is alike in the folder of a language."""
UNDATED = "9999"
_COLUMNS = (
    "c.id, c.article_id, c.stance, c.cue_lemma, c.rule, c.speakers, c.text, c.target, a.published"
)
_OF_IDS = "IN (SELECT value FROM json_each(?))"


class Link(NamedTuple):
    """Two claims that are alike, and why."""

    one: str
    other: str
    score: float
    reason: str = ""


def regroup(db: Database) -> None:
    """Make all groups and matters anew, in the order in which claims came.

    A group keeps its id where its claims are a group still; the id of one whose claims are in another
    now leads there.
    """
    before = {
        link: dict(db.execute(f"SELECT claim_id, {key} FROM {link} ORDER BY rowid").fetchall())
        for link, key in (("claim_groups", "group_id"), ("claim_matters", "matter_id"))
    }
    for table in ("claim_groups", "claim_matters"):
        db.execute(f"DELETE FROM {table}")
    Index(db).clear()
    Copies(db).again()
    for _, ids in _portions(db):
        update = Update(db)
        update.groups.before, update.matters.before = (
            before["claim_groups"],
            before["claim_matters"],
        )
        update.run(ids)
    db.execute("DELETE FROM matters WHERE id NOT IN (SELECT matter_id FROM claim_matters)")
    now = dict(db.execute("SELECT claim_id, group_id FROM claim_groups").fetchall())
    leads = {old: now[claim] for claim, old in before["claim_groups"].items() if claim in now}
    empty = "id NOT IN (SELECT group_id FROM claim_groups)"
    for (group,) in db.execute(f"SELECT id FROM groups WHERE {empty}").fetchall():
        if group in leads:
            db.table("groups").update(group, {**_NOTHING, "merged_into": leads[group]})
    lost = f"{empty} AND (merged_into IS NULL OR merged_into NOT IN (SELECT group_id FROM claim_groups))"
    db.execute(f"UPDATE groups SET merged_into = NULL WHERE {lost}")
    db.execute(f"DELETE FROM groups WHERE {empty} AND merged_into IS NULL")


def refresh_rules(
    db: Database, announce: Callable[[str], None], embeddings: str | None = None
) -> None:
    """Make all groups anew where what made them is not what is to.

    Args:
        db: the database.
        announce: is called with a line before that.
        embeddings: those to compare with; empty for none, None for those that the database has.

    Raises:
        EmbeddingsError: if they cannot be read.
    """
    wanted = _state(db, EMBEDDINGS) if embeddings is None else embeddings
    rules = fingerprint(files("claims") / "grouping", *_data())
    if (_state(db, GROUPING), _state(db, EMBEDDINGS)) == (rules, wanted):
        return
    if wanted:
        vectors(wanted)
    with atomic(db):
        for name, value in ((GROUPING, rules), (EMBEDDINGS, wanted)):
            db.table("states").upsert({"name": name, "value": value}, pk="name")
        number = db.table("claims").count
        if number:
            announce(f"comparing the {number:,} claims with one another …")
        regroup(db)


def _state(db: Database, name: str) -> str:
    row = db.execute("SELECT value FROM states WHERE name = ?", [name]).fetchone()
    return row[0] if row else ""


def group_again(db: Database, claims: Iterable[str]) -> None:
    """Group some claims anew, with all that they are grouped with, for people said so."""
    wanted = json.dumps([*claims])
    rows = list(
        db.query(
            f"SELECT {_COLUMNS}, a.language FROM claims c JOIN articles a ON a.id = c.article_id"
            f" WHERE c.id {_OF_IDS} OR c.id IN (SELECT m.claim_id FROM claim_groups m"
            f" JOIN claim_groups o ON o.group_id = m.group_id WHERE o.claim_id {_OF_IDS})"
            " ORDER BY c.rowid",
            [wanted, wanted],
        )
    )
    if rows:
        update = Update(db)
        update.take_out(rows)
        update.run(row["id"] for row in rows)


def _data() -> Iterator[Traversable]:
    """The folders and tables of data that decide what is alike."""
    for code in language.codes():
        for part in COMPARED_BY:
            place = language.folder(code) / part
            if place.is_dir() or place.is_file():
                yield place


class Update:
    """One batch of claims that are grouped, within a transaction.

    First `take_out` what is no longer there or has changed, then write the claims, then `run`.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self.known: dict[str, Compared] = {}
        self.comparers: dict[str, Comparer] = {}
        self.embeddings = _state(db, EMBEDDINGS)
        self.index = Index(db)
        self.groups = Members(db, "claim_groups", "group_id")
        self.matters = Members(db, "claim_matters", "matter_id")
        self.left: list[str] = []
        self.denied: set[str] = set()
        """Claims that a link of their article says are denied."""
        self.apart, self.same = constraints(db)

    def run(self, new: Iterable[str]) -> None:
        """Group claims that are new or have changed, in the order of their articles."""
        fresh = self._read([*self.left, *new])
        self.index.add(self.known[id] for id in fresh)
        pairs = self._pairs(fresh)
        self._group(fresh, self._alike(fresh, pairs))
        self._settle(fresh, pairs)
        self._write()

    def _write(self) -> None:
        for group in sorted(self.groups.touched):
            self._write_group(group)
        for matter in sorted(self.matters.touched):
            self._write_matter(matter)
        self.index.settle()

    # what is compared

    def _read(self, ids: Iterable[str]) -> list[str]:
        """Read claims to compare; those of older versions and of languages without data are left out."""
        wanted = [id for id in dict.fromkeys(ids) if id not in self.known]
        if not wanted:
            return []
        query = (
            f"SELECT {_COLUMNS}, a.language FROM claims c JOIN articles a ON a.id = c.article_id"
            f" WHERE c.id {_OF_IDS} AND c.superseded = 0"
        )
        for row in queried(self.db, query, [json.dumps(wanted)]):
            found = self._comparer(row["language"])
            if found is not None:
                self.known[row["id"]] = found.compared(row)
        return [id for id in wanted if id in self.known]

    def _comparer(self, code: str) -> Comparer | None:
        if code not in self.comparers:
            if (found := comparer(code, self.embeddings)) is None:
                return None
            self.comparers[code] = found
        return self.comparers.get(code)

    def _pairs(self, fresh: Sequence[str]) -> list[tuple[str, str]]:
        """New claims with those that are worth comparing, each pair once."""
        known = [self.known[id] for id in fresh]
        shared = self.index.shared({pair for c in known for p in c.pairs for pair in p.stems})
        wanted = {look for c in known for p in c.pairs for look in _looks(p, c.day, shared)}
        seen = self.index.found(wanted, OF_A_PAIR)
        near = {claim.id: _near(claim, shared, seen) for claim in known}
        self._read(other for others in near.values() for other in others)
        pairs = {
            (min(id, other), max(id, other)): (id, other)
            for id, others in near.items()
            for other in others
            if other in self.known
        }
        return [
            (id, other)
            for id, other in pairs.values()
            if in_any_order(self.known[id].wording, self.known[other].wording)[0] >= LEAST_OVERLAP
        ]

    def refresh(self, claims: Iterable[str]) -> None:
        """Index claims whose speakers have another name now, and tell anew what they are in.

        Where they were indexed before they stay too: it costs a look, and where that was is not known.
        """
        renamed = [*dict.fromkeys(claims)]
        self.index.add(self.known[id] for id in self._read(renamed))
        for claim in renamed:
            for members in (self.groups, self.matters):
                if (group := members.of(claim)) is not None:
                    members.touched.add(group)
        self._write()

    def take_out(self, gone: Sequence[Row]) -> None:
        """Take claims out of what they are in; what is left of it will be grouped again.

        Args:
            gone: their rows as they are, with the `language` of the article.
        """
        self.index.remove(
            found.compared(row)
            for row in gone
            if (found := self._comparer(row["language"])) is not None
        )
        ids = {row["id"] for row in gone}
        left = [*self.groups.take_out(ids), *self.matters.take_out(ids)]
        self.left = [id for id in dict.fromkeys(left) if id not in ids]

    # the same words

    def _alike(
        self, fresh: Sequence[str], pairs: Sequence[tuple[str, str]]
    ) -> dict[str, list[Link]]:
        """Each claim with those that are the same words, the surest first."""
        told = [p for p in pairs if can_be_one(self.known[p[0]], self.known[p[1]])]
        found: dict[str, list[Link]] = {}
        for code, mine in self._by_language(told).items():
            both = [(self.known[one], self.known[other]) for one, other in mine]
            scores = self.comparers[code].same_words(both)
            for (one, other), score in zip(mine, scores, strict=True):
                if score:
                    found.setdefault(one, []).append(Link(one, other, score))
                    found.setdefault(other, []).append(Link(other, one, score))
        self._as_people_say(found, fresh)
        for links in found.values():
            links.sort(key=lambda link: (-link.score, link.other))
        return found

    def _as_people_say(self, found: dict[str, list[Link]], fresh: Sequence[str]) -> None:
        """Take out and add what people said of groups."""
        for id in found.keys() & self.apart:
            del found[id]
        for id, links in found.items():
            found[id] = [link for link in links if link.other not in self.apart]
        new = set(fresh)
        for one, other in self.same:
            if new.isdisjoint((one, other)):
                continue
            self._read([one, other])
            if one in self.known and other in self.known and not {one, other} & self.apart:
                found.setdefault(one, []).append(Link(one, other, 1.0, BY_PERSON))
                found.setdefault(other, []).append(Link(other, one, 1.0, BY_PERSON))

    def _by_language(self, pairs: Iterable[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = {}
        for one, other in pairs:
            if (code := self.known[one].code) == self.known[other].code:
                found.setdefault(code, []).append((one, other))
        return found

    def _group(self, fresh: Sequence[str], alike: Mapping[str, Sequence[Link]]) -> None:
        """Put each new claim into the group of what it is like."""
        self.groups.look_up(fresh)
        later = set(fresh)
        for id in fresh:
            later.discard(id)
            for link in alike.get(id, ()):
                if link.other not in later:
                    self._join(link)

    def _join(self, link: Link) -> None:
        own, others = self.groups.of(link.one), self.groups.of(link.other)
        if own is not None and own == others:
            return
        person = link.reason == BY_PERSON
        if not person and not self._of_one_speaker(own or link.one, others or link.other):
            return
        if own is not None and others is not None:
            self.groups.merge(own, others)
        elif own is not None:
            self.groups.put(link.other, own, link.one, link.score)
        else:
            group = others or self.groups.make("group", link.other, link.one)
            self.groups.put(link.one, group, link.other, link.score)

    def _of_one_speaker(self, one: str, other: str) -> bool:
        """Whether the named speakers of two groups, or claims, can be one."""
        return all(together(a, b) != OTHERS for a in self._named(one) for b in self._named(other))

    def _named(self, id: str) -> list[Compared]:
        """A claim, or a few of a group's, whose speaker is named."""
        members = self.groups.members(id) if id not in self.known else [id]
        some = members[:OF_A_GROUP]
        self._read(some)
        return [c for m in some if (c := self.known.get(m)) is not None and c.named]

    # one matter

    def _settle(self, fresh: Sequence[str], pairs: Sequence[tuple[str, str]]) -> None:
        """Put each new claim into the matter that it is of, and what it is linked to."""
        for id in fresh:
            group = self.groups.of(id)
            for member in self.groups.members(group) if group else ():
                if (matter := self.matters.of(member)) is not None:
                    self._add(id, matter, Link(id, member, 1.0, SAME_WORDS))
                    break
        for link in (*self._denials(fresh), *self._of_one_matter(pairs)):
            self._meet(link)

    def _denials(self, fresh: Sequence[str]) -> list[Link]:
        """What new claims deny in their articles, and is denied."""
        ids = json.dumps(fresh)
        linked = self.db.execute(
            "SELECT claim_id, linked_id, reason, position FROM claim_links"
            f" WHERE claim_id {_OF_IDS} AND +kind = 'denies'"
            " UNION SELECT claim_id, linked_id, reason, position FROM claim_links"
            f" WHERE linked_id {_OF_IDS} AND +kind = 'denies' ORDER BY claim_id, position",
            [ids, ids],
        ).fetchall()
        found = [(one, other, reason) for one, other, reason, _ in linked]
        found += self._answered(fresh, {one for one, _, _ in found})
        self._read(id for one, other, _ in found for id in (one, other))
        links = [
            Link(one, other, 1.0, f"denial: {reason}")
            for one, other, reason in found
            if one in self.known and other in self.known
            if is_denied(self.known[other], self.known[one])
            if LIKE not in reason or is_denied_by_word(self.known[one])
            if TARGET not in reason or is_against(self.known[other], self.known[one], "")
        ]
        self.denied.update(link.other for link in links)
        return links

    def _answered(self, fresh: Sequence[str], linked: set[str]) -> list[tuple[str, str, str]]:
        """New denials with what is said shortly before in their article, and is what they deny."""
        denials = [
            id
            for id in fresh
            if id not in linked
            and side_of(self.known[id]) is Side.DENIES
            and self.known[id].speakers
        ]
        before = self.db.execute(
            # CROSS keeps SQLite from turning the join.
            "SELECT d.id, c.id, c.context, d.context_start - c.context_start FROM claims d"
            f" CROSS JOIN claims c ON c.article_id = d.article_id WHERE d.id {_OF_IDS}"
            " AND c.id != d.id AND d.context_start - c.context_start BETWEEN 0 AND ?"
            " ORDER BY d.rowid, c.context_start DESC",
            [json.dumps(denials), SHORTLY],
        ).fetchall()
        self._read(charge for _, charge, _, _ in before)
        found: dict[str, tuple[str, str, str]] = {}
        for denial, charge, context, gap in before:
            said, denying = self.known.get(charge), self.known[denial]
            if said is None or denial in found:
                continue
            if said.stance is Stance.ACCUSES and is_against(said, denying, context):
                found[denial] = (denial, charge, AGAINST)
            elif gap <= NEXT and is_answered(said, denying):
                found[denial] = (denial, charge, ANSWERED)
        return [*found.values()]

    def _of_one_matter(self, pairs: Sequence[tuple[str, str]]) -> list[Link]:
        """Claims of different speakers on one matter, the surest first."""
        told = [p for p in pairs if together(self.known[p[0]], self.known[p[1]]) == OTHERS]
        found = []
        for code, mine in self._by_language(told).items():
            both = [(self.known[one], self.known[other]) for one, other in mine]
            scores = self.comparers[code].same_matter(both)
            found += [
                Link(one, other, score, self._shared(one, other))
                for (one, other), score in zip(mine, scores, strict=True)
                if score >= ONE_MATTER
            ]
        return sorted(found, key=lambda link: (-link.score, link))

    def _shared(self, one: str, other: str) -> str:
        return shared(self.known[one].wording, self.known[other].wording)

    def _meet(self, link: Link) -> None:
        """Put two claims into one matter, if one of them is of none yet."""
        one, other = self.matters.of(link.one), self.matters.of(link.other)
        if one is not None and other is not None:
            return
        if one is None and other is None:
            first, second = self._in_order(link.one, link.other)
            matter = self.matters.make("matter", first, second)
            self._add(first, matter, Link(first, first, 1.0))
            self._add(second, matter, link._replace(one=second, other=first))
        elif one is None:
            self._add_if_like_first(link, other or "")
        else:
            self._add_if_like_first(link._replace(one=link.other, other=link.one), one)

    def _in_order(self, one: str, other: str) -> tuple[str, str]:
        """Two claims, first the one that asserts or charges, else the one that is there longer."""
        sides = [side_of(self.known[id]) for id in (one, other)]
        if (sides[0] is Side.DENIES) != (sides[1] is Side.DENIES):
            return (one, other) if sides[1] is Side.DENIES else (other, one)
        return (other, one)

    def _add_if_like_first(self, link: Link, matter: str) -> None:
        """Add a claim to a matter if it denies a claim of it, or is like the first of it too."""
        first = self.matters.first(matter)
        self._read([first])
        linked = link.reason.startswith("denial")
        if first not in self.known or linked or first == link.other:
            self._add(link.one, matter, link)
            return
        one, two = self.known[link.one], self.known[first]
        same_words = self.groups.of(first) is not None and self.groups.of(first) == self.groups.of(
            link.other
        )
        if same_words or (
            one.code == two.code
            and self.comparers[one.code].same_matter([(one, two)])[0] >= ONE_MATTER
        ):
            self._add(link.one, matter, link)

    def _add(self, id: str, matter: str, link: Link) -> None:
        """Add a claim to a matter, and all that are the same words."""
        group = self.groups.of(id)
        self._put(id, matter, link)
        for member in self.groups.members(group) if group else ():
            if self.matters.of(member) is None:
                self._read([member])
                if member in self.known:
                    self._put(member, matter, Link(member, id, 1.0, SAME_WORDS))

    def _put(self, id: str, matter: str, link: Link) -> None:
        like = None if link.other == id else link.other
        claim = self.known[id]
        is_charge = id in self.denied and claim.stance is Stance.OPPOSES
        side = Side.ASSERTS if is_charge else side_of(claim)
        self.matters.put(id, matter, like, link.score, side=side.value, reason=link.reason)

    # what the tables of groups and matters say of each

    def _write_group(self, group: str) -> None:
        members = self._rows("claim_groups", "group_id", group)
        if len(members) < LEAST_MEMBERS:
            self._forget("groups", "claim_groups", "group_id", group)
            return
        fullest = min(members, key=lambda row: (-len(row["text"]), row["id"]))["text"]
        (before,) = self.db.execute("SELECT text FROM groups WHERE id = ?", [group]).fetchone()
        told = [
            (told_changes(fullest, row["text"]), row["id"])
            for row in members
            if row["id"] in self.groups.fresh or before != fullest
        ]
        self.db.conn.executemany("UPDATE claim_groups SET changes = ? WHERE claim_id = ?", told)
        set_columns(self.db, "groups", group, _of_group(members))

    def _write_matter(self, matter: str) -> None:
        members = self._rows("claim_matters", "matter_id", matter)
        if len(members) < LEAST_MEMBERS:
            self._forget("matters", "claim_matters", "matter_id", matter)
            return
        set_columns(self.db, "matters", matter, self._of_matter(members))

    def _of_matter(self, members: Sequence[Row]) -> Row:
        """What the table says of a matter, from its claims."""
        sides = {side: [r for r in members if r["side"] == side.value] for side in Side}
        return {
            "text": members[0]["text"],
            "asserted_by": _json(_names(sides[Side.ASSERTS])),
            "denied_by": _json(_names(sides[Side.DENIES])),
            "doubted_by": _json(_names(sides[Side.DOUBTS])),
            "contested": int(self._is_contested(sides[Side.ASSERTS], sides[Side.DENIES])),
            **_counted(members),
        }

    def wrong(self) -> Iterator[str]:
        """Groups and matters that are not told as their claims are, and claims that are not indexed."""
        for owner, link, key in (
            ("groups", "claim_groups", "group_id"),
            ("matters", "claim_matters", "matter_id"),
        ):
            for row in list(self.db.table(owner).rows):
                members = self._rows(link, key, row["id"])
                if owner == "groups" and row["merged_into"] is not None:
                    into = self._rows(link, key, row["merged_into"])
                    is_right = not members and bool(into)
                elif len(members) < LEAST_MEMBERS:
                    is_right = False
                else:
                    told = _of_group(members) if owner == "groups" else self._of_matter(members)
                    is_right = all(row[name] == value for name, value in told.items())
                if not is_right:
                    yield f"{owner}, {row['id']}: it is not told as its claims are"
        for start, ids in _portions(self.db):
            self.known.clear()
            self._read(ids)
            missing = sum(map(self.index.lacks, self.known.values()))
            if missing:
                yield f"claims from the {start:,}th on: {missing:,} pairs of words are not indexed"

    def _is_contested(self, asserted: Sequence[Row], denied: Sequence[Row]) -> bool:
        """Whether somebody asserts what somebody else, who is told of, denies."""
        self._read(row["id"] for row in (*asserted, *denied))
        known = self.known
        return any(
            json.loads(d["speakers"])
            and set(json.loads(a["speakers"])).isdisjoint(json.loads(d["speakers"]))
            and is_denied(known[a["id"]], known[d["id"]])
            for d in denied
            for a in asserted
        )

    def _rows(self, table: str, key: str, id: str) -> list[Row]:
        """The claims of a group or matter, those that are there longest first."""
        columns = "m.*, c.id, c.text, c.speakers, c.article_id, a.published, a.publisher"
        query = (
            f"SELECT {columns} FROM {table} m JOIN claims c ON c.id = m.claim_id"
            f" JOIN articles a ON a.id = c.article_id WHERE m.{key} = ? ORDER BY m.rowid"
        )
        return [*queried(self.db, query, [id])]

    def _forget(self, owner: str, table: str, key: str, id: str) -> None:
        """Drop a group of one, and of none; one that became part of another leads there still."""
        self.db.execute(f"DELETE FROM {table} WHERE {key} = ?", [id])
        if owner == "groups":
            row = self.db.execute("SELECT merged_into FROM groups WHERE id = ?", [id]).fetchone()
            if row is None:
                return
            if row[0] is not None:
                self.db.table("groups").update(id, _NOTHING)
                return
            self.db.execute("DELETE FROM groups WHERE merged_into = ?", [id])
        self.db.execute(f"DELETE FROM {owner} WHERE id = ?", [id])


def _looks(pairs: Pairs, day: int, shared: Container[int]) -> Iterator[Look]:
    """What a claim of a day is looked up by: those of its pairs that others have too."""
    always = (1, date.max.toordinal())
    near = (max(1, day - DAYS), day + DAYS) if day else always
    for pair in pairs.stems:
        if pair in shared:
            yield pair, *(always if pair in pairs.far else near)


def _near(
    claim: Compared, shared: Container[int], seen: Mapping[Look, Sequence[Indexed]]
) -> list[str]:
    """The claims that have most of the words by which a claim is looked up.

    Args:
        claim: the claim, which is indexed.
        shared: the pairs that others have too.
        seen: what was found by each that is looked up.
    """
    found: dict[int, float] = {}
    own, day = key_of(claim.id), claim.day
    for pairs in claim.pairs:
        both: dict[int, list[tuple[str, ...]]] = {}
        others: dict[int, Indexed] = {}
        alone: dict[tuple[str, ...], float] = {}
        for look in _looks(pairs, day, shared):
            stems = pairs.stems[look[0]]
            alone[stems] = claim.weight(stems)
            for row in seen[look]:
                if (key := row[0]) in both:
                    both[key].append(stems)
                else:
                    both[key] = [stems]
                    others[key] = row
        both.pop(own, None)
        for key, common in both.items():
            told = (
                alone[common[0]]
                if len(common) == 1
                else claim.weight({*chain.from_iterable(common)})
            )
            if told < pairs.least:
                continue
            _, weight, at = others[key]
            is_far = bool(day and at) and abs(day - at) > DAYS
            if pairs.is_enough(told, weight, is_far=is_far):
                found[key] = max(told, found.get(key, 0.0))
    likeliest = sorted(found, key=lambda key: (-found[key], key))
    return [id_of(key) for key in likeliest[:CANDIDATES]]


def _of_group(members: Sequence[Row]) -> Row:
    """What the table says of a group, from its claims."""
    publishers = {row["publisher"] for row in members if row["publisher"]}
    return {
        "text": min(members, key=lambda row: (-len(row["text"]), row["id"]))["text"],
        "speakers": _json(_names(members)),
        "publishers": len(publishers),
        **_counted(members),
    }


def _portions(db: Database) -> Iterator[tuple[int, list[str]]]:
    """The ids of all claims, so many at once, each with the number of the first."""
    ids = [id for (id,) in db.execute("SELECT id FROM claims ORDER BY rowid")]
    for start in range(0, len(ids), AT_ONCE):
        yield start, ids[start : start + AT_ONCE]


_NOTHING: Row = {
    "text": "",
    "speakers": "[]",
    "claims": 0,
    "articles": 0,
    "publishers": 0,
    "first_published": None,
    "last_published": None,
    "first_claim": None,
}
"""What the table says of a group that became part of another."""


def _counted(members: Sequence[Row]) -> Row:
    """How many claims and articles there are, from when to when, and which is the first."""
    dated = sorted(row["published"] for row in members if row["published"])
    first = min(
        members, key=lambda row: (row["published"] or UNDATED, row["article_id"]), default=None
    )
    return {
        "claims": len(members),
        "articles": len({row["article_id"] for row in members}),
        "first_published": dated[0] if dated else None,
        "last_published": dated[-1] if dated else None,
        "first_claim": first["id"] if first else None,
    }


def _names(members: Iterable[Row]) -> list[str]:
    """The names of the speakers of some claims, the most frequent first."""
    names = Counter(name for row in members for name in json.loads(row["speakers"]))
    return sorted(names, key=lambda name: (-names[name], name))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
