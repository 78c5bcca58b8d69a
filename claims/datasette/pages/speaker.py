"""A speaker: what they say month by month, who relays them, and with whom they agree or not."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from claims.datasette.pages.query import FEW, Shown, Whose, claims_of, first, rows
from claims.model import Stance

PAGE = 40
"""Claims that are listed at once."""
MOST = 12
"""Media, targets and opponents that are listed."""


def speaker(
    conn: sqlite3.Connection, id: str, *, stance: str = "", month: str = "", page: int = 1
) -> Shown | None:
    """What the page of a speaker shows.

    Args:
        conn: the connection.
        id: the speaker's.
        stance: the only stance to list.
        month: the only month to list.
        page: the page of the claims, from 1.
    """
    row = first(conn, "SELECT * FROM speakers WHERE id = ?", id)
    if row is None:
        return None
    counted = rows(
        conn, "SELECT stance, month, claims FROM speaker_stances WHERE speaker_id = ?", id
    )
    months = by_month(counted)
    total = sum(n["claims"] for n in counted)
    few = total <= FEW
    stances = [stance] if stance in set(Stance) else []
    whose = Whose("claim_speakers", "speaker_id", id)
    since = month if few or month else first_month(months, stances, page * PAGE)
    said = claims_of(
        conn,
        whose,
        since=since,
        until=month,
        stances=stances,
        few=few,
        most=PAGE + 1,
        start=(page - 1) * PAGE,
    )
    return {
        "speaker": row,
        "names": rows(
            conn,
            "SELECT name, sum(claims) AS claims FROM speaker_names WHERE speaker_id = ?"
            " GROUP BY name ORDER BY 2 DESC, 1 LIMIT ?",
            id,
            MOST,
        ),
        "total": total,
        "months": months,
        "stances": totals(counted, "stance"),
        "claims": said[:PAGE],
        "chosen": {"stance": stance, "month": month},
        "page": page,
        "more": len(said) > PAGE,
        "outlets": rows(
            conn,
            "SELECT o.id, o.name, r.role, r.claims FROM relays r JOIN outlets o ON o.id = r.outlet_id"
            " WHERE r.speaker_id = ? ORDER BY r.claims DESC, o.name LIMIT ?",
            id,
            MOST,
        ),
        "targets": _targets(conn, whose) if few else {},
        "others": _others(conn, id) if few else [],
    }


def by_month(counted: Iterable[Mapping[str, object]]) -> dict[str, dict[str, int]]:
    """Claims of each stance by month, the oldest first; those without a date under an empty one."""
    months: dict[str, dict[str, int]] = defaultdict(dict)
    for row in sorted(counted, key=lambda row: str(row["month"])):
        months[str(row["month"])][str(row["stance"])] = int(str(row["claims"]))
    return dict(months)


def totals(counted: Iterable[Mapping[str, object]], by: str) -> list[tuple[str, int]]:
    """Claims by a column, the most first."""
    sums: dict[str, int] = defaultdict(int)
    for row in counted:
        sums[str(row[by])] += int(str(row["claims"]))
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))


def first_month(
    months: Mapping[str, Mapping[str, int]], stances: Sequence[str], number: int
) -> str:
    """The first of the latest months that hold more than a number of claims; empty if all do not.

    >>> first_month({"": {"a": 9}, "2023-01": {"a": 1}, "2023-02": {"a": 2}, "2023-03": {"a": 2}}, [], 3)
    '2023-02'
    """
    held = 0
    for month in sorted(filter(None, months), reverse=True):
        held += sum(n for stance, n in months[month].items() if not stances or stance in stances)
        if held > number:
            return month
    return ""


def _targets(conn: sqlite3.Connection, whose: Whose) -> dict[str, list[Shown]]:
    """Whom a speaker accuses, supports and opposes, in the words of the articles."""
    found: dict[str, list[Shown]] = {}
    for row in conn.execute(
        "SELECT c.stance, c.target, count(*) AS claims FROM claim_speakers l JOIN claims c"
        " ON c.id = l.claim_id WHERE l.speaker_id = ? AND c.target IS NOT NULL AND c.superseded = 0"
        " GROUP BY c.stance, c.target ORDER BY 3 DESC, 2",
        [whose.id],
    ):
        targets = found.setdefault(row["stance"], [])
        if len(targets) < MOST:
            targets.append(dict(row))
    wanted = (Stance.ACCUSES, Stance.SUPPORTS, Stance.OPPOSES, Stance.DEMANDS)
    return {stance.value: found[stance.value] for stance in wanted if stance.value in found}


def _others(conn: sqlite3.Connection, id: str) -> list[Shown]:
    """Who takes another side of a matter than a speaker, or answers or denies them."""
    return rows(
        conn,
        "WITH own AS (SELECT m.matter_id, m.side FROM claim_speakers s JOIN claim_matters m"
        " ON m.claim_id = s.claim_id WHERE s.speaker_id = ?1 AND m.side IN ('asserts', 'denies'))"
        " SELECT p.id, p.name, count(DISTINCT own.matter_id) AS matters FROM own"
        " JOIN claim_matters m ON m.matter_id = own.matter_id AND m.side IN ('asserts', 'denies')"
        " AND m.side != own.side JOIN claim_speakers o ON o.claim_id = m.claim_id"
        " AND o.speaker_id != ?1 JOIN speakers p ON p.id = o.speaker_id"
        " GROUP BY p.id ORDER BY 3 DESC, 2 LIMIT ?2",
        id,
        MOST,
    )
