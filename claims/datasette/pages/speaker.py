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
    conn: sqlite3.Connection, id: str, *, stance: str = "", month: str = "", until: str = ""
) -> Shown | None:
    """What the page of a speaker shows.

    Args:
        conn: the connection.
        id: the speaker's.
        stance: the only stance to list.
        month: the only month to list.
        until: the last month to list.
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
    since, last = period(months, stances, month, until, few=few)
    said = claims_of(conn, whose, since=since, until=last, stances=stances, few=few, most=PAGE + 1)
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
        "chosen": {"stance": stance, "month": month, "until": until},
        "older": older(months, said, PAGE, few=few),
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


def period(
    months: Mapping[str, Mapping[str, int]],
    stances: Sequence[str],
    month: str,
    until: str,
    *,
    few: bool,
) -> tuple[str, str]:
    """The months whose claims are listed: one, or the latest that hold a page of them.

    Of few claims all months can be listed, and those without a date.
    """
    if month:
        return month, month
    if few:
        return "", until
    held = 0
    first_month = ""
    for name in sorted((m for m in months if m and (not until or m <= until)), reverse=True):
        first_month = name
        held += sum(n for stance, n in months[name].items() if not stances or stance in stances)
        if held > PAGE:
            break
    return first_month, until


def older(months: Mapping[str, object], said: Sequence[Shown], page: int, *, few: bool) -> str:
    """The month to go on at with older claims; empty where there are none, or all are listed."""
    if len(said) <= page:
        return ""
    last = said[page - 1]["published"]
    if not last:
        return ""
    before = [m for m in months if m and m < last[:7]]
    return max(before, default="")


def _targets(conn: sqlite3.Connection, whose: Whose) -> dict[str, list[Shown]]:
    """Whom a speaker accuses, supports and opposes, in the words of the articles."""
    found: dict[str, list[Shown]] = {}
    for row in conn.execute(
        "SELECT c.stance, c.target, count(*) AS claims FROM claim_speakers l JOIN claims c"
        " ON c.id = l.claim_id WHERE l.speaker_id = ? AND c.target IS NOT NULL"
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
