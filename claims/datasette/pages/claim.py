"""A claim: its words in their place, who relayed them, what is like it, and who answers it."""

import json
import sqlite3

from claims.citations import FORMATS
from claims.datasette.pages.passages import Mark, around, parts
from claims.datasette.pages.query import SHOWN, Shown, first, rows
from claims.errors import ReferencesError
from claims.model import OutletRole
from claims.store.selecting import of_ids

BESIDE = 400
"""Characters of the article on both sides of the claim that are shown."""
MOST = 20
"""Claims of a group, of a matter, and linked ones that are shown."""


def claim(conn: sqlite3.Connection, id: str) -> Shown | None:
    """What the page of a claim shows."""
    row = first(
        conn,
        "SELECT c.*, a.label AS article, a.publisher, a.agency, a.url, a.text AS full, a.language FROM claims c"
        " JOIN articles a ON a.id = c.article_id WHERE c.id = ?",
        id,
    )
    if row is None:
        return None
    speakers = rows(
        conn,
        "SELECT s.id, s.name, s.kind, s.metonym_of, s.country FROM claim_speakers c"
        " JOIN speakers s ON s.id = c.speaker_id WHERE c.claim_id = ? ORDER BY c.position",
        id,
    )
    outlets = rows(
        conn,
        "SELECT o.id, o.name, c.name AS said, c.role, c.start, c.end, o.state_media FROM claim_outlets c"
        " JOIN outlets o ON o.id = c.outlet_id WHERE c.claim_id = ? ORDER BY c.position",
        id,
    )
    marks = claim_marks(row)
    marks += [Mark(o["start"], o["end"], "outlet") for o in outlets]
    start = min(row["context_start"], *(m.start for m in marks))
    end = max(row["context_end"], *(m.end for m in marks))
    begin, last = around(row["full"], start, end, BESIDE)
    return {
        "claim": {name: value for name, value in row.items() if name != "full"},
        "speakers": speakers,
        "outlets": outlets,
        "chain": chain(speakers, row["speaker"], outlets, row["publisher"], row["agency"]),
        "passage": parts(row["full"], marks, begin, last),
        "cut": (begin > 0, last < len(row["full"])),
        "citations": citations(conn, id),
        "reasons": json.loads(row["reasons"] or "[]"),
        "links": _links(conn, id),
        "group": _group(conn, id),
        "matter": _matter(conn, id),
        "reviews": rows(
            conn,
            "SELECT * FROM reviewed WHERE claim_id = ? ORDER BY made DESC",
            id,
        ),
    }


def citations(conn: sqlite3.Connection, id: str) -> list[Shown]:
    """A claim in each format that the installation has, as a file of it alone."""
    found = list(of_ids(conn, [id]))
    told = []
    for key, form in FORMATS.items():
        try:
            told.append({"key": key, "name": form.name, "text": form.file(found)})
        except ReferencesError:
            continue
    return told


def claim_marks(row: Shown) -> list[Mark]:
    """What is marked of a row of `claims`: content, cue, speaker and target."""
    id = row["id"]
    content = [
        Mark(span["start"], span["end"], "content", claim=id) for span in json.loads(row["content"])
    ]
    spans = (
        Mark(row[f"{name}_start"], row[f"{name}_end"], name, claim=id)
        for name in ("cue", "speaker", "target")
        if row[f"{name}_start"] is not None
    )
    return [*content, *spans]


def chain(
    speakers: list[Shown],
    mention: str | None,
    outlets: list[Shown],
    publisher: str | None,
    agency: str | None = None,
) -> list[Shown]:
    """The way of the words, from who said them to who publishes them."""
    names = [s["name"] for s in speakers] or ([mention] if mention else [])
    first: Shown = {
        "name": ", ".join(names) or "sans auteur nommé",
        "speakers": speakers,
        "role": "",
    }
    roles = [role.value for role in (OutletRole.TOLD_TO, OutletRole.TRANSLATION, OutletRole.RELAY)]
    order = {role: number for number, role in enumerate([OutletRole.SOURCE.value, *roles])}
    between = sorted(outlets, key=lambda o: (order.get(o["role"], len(order)), o["start"]))
    told = {name.casefold() for name in names}
    steps = [{**o, "outlet": True} for o in between if o["name"].casefold() not in told]
    wire = [{"name": agency, "role": "dépêche de"}] if agency else []
    return [first, *steps, *wire, {"name": publisher or "éditeur inconnu", "role": "publié par"}]


def _links(conn: sqlite3.Connection, id: str) -> list[Shown]:
    """What the claim does with others, and others with it."""
    return rows(
        conn,
        f"SELECT 0 AS back, l.kind, l.reason, {SHOWN} FROM claim_links l JOIN claims c"
        " ON c.id = l.linked_id JOIN articles a ON a.id = c.article_id WHERE l.claim_id = ?1"
        f" UNION ALL SELECT 1, l.kind, l.reason, {SHOWN} FROM claim_links l JOIN claims c"
        " ON c.id = l.claim_id JOIN articles a ON a.id = c.article_id WHERE l.linked_id = ?1"
        f" LIMIT {MOST}",
        id,
    )


def _group(conn: sqlite3.Connection, id: str) -> Shown | None:
    """The same words in other articles."""
    group = first(
        conn,
        "SELECT g.* FROM claim_groups m JOIN groups g ON g.id = m.group_id WHERE m.claim_id = ?",
        id,
    )
    return group and {**group, "members": members(conn, group["id"], MOST)}


def members(conn: sqlite3.Connection, group: str, most: int, start: int = 0) -> list[Shown]:
    """The claims of a group with what differs, the first to be published first."""
    return rows(
        conn,
        f"SELECT {SHOWN}, m.changes FROM claim_groups m JOIN claims c ON c.id = m.claim_id"
        " JOIN articles a ON a.id = c.article_id WHERE m.group_id = ?"
        " ORDER BY c.published IS NULL, c.published, c.id LIMIT ? OFFSET ?",
        group,
        most,
        start,
    )


def _matter(conn: sqlite3.Connection, id: str) -> Shown | None:
    """What others say of the same."""
    matter = first(
        conn,
        "SELECT t.*, m.side AS own, m.reason FROM claim_matters m JOIN matters t ON t.id = m.matter_id"
        " WHERE m.claim_id = ?",
        id,
    )
    return matter and {**matter, "members": sides(conn, matter["id"], MOST)}


def sides(conn: sqlite3.Connection, matter: str, most: int, start: int = 0) -> list[Shown]:
    """The claims of a matter with the side that each takes."""
    return rows(
        conn,
        f"SELECT {SHOWN}, m.side, m.reason, m.score FROM claim_matters m JOIN claims c"
        " ON c.id = m.claim_id JOIN articles a ON a.id = c.article_id WHERE m.matter_id = ?"
        " ORDER BY m.rowid LIMIT ? OFFSET ?",
        matter,
        most,
        start,
    )
