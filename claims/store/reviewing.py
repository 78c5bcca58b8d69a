"""Reviews in the database: what people said is applied to what the machine finds, and kept."""

import json
from collections.abc import Container, Iterable, Sequence

from sqlite_utils import Database

from claims.errors import ReviewError
from claims.model import Article, Claim
from claims.reviews import OF_GROUPS, OF_NAMES, Action, Corrected, Names, Review, corrected
from claims.store.rows import records, to_json
from claims.store.tables import Row

_OF = "IN (SELECT value FROM json_each(?))"
_CORRECTING = tuple(a.value for a in Action if a not in OF_GROUPS and a is not Action.VERDICT)
AT_ONCE = 100
"""Articles that are written anew in one go."""


def _led(pairs: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Each id with the last that it leads to, and that one's name."""
    known = dict(pairs.values())
    found = {}
    for id in pairs:
        way = [id]
        while (following := pairs.get(way[-1])) is not None and following[0] not in way:
            way.append(following[0])
        circle = way[way.index(following[0]) :] if following is not None else way[-1:]
        last = min(one for one in circle if one in known)
        if last != id:
            found[id] = (last, known[last])
    return found


class Reviews:
    """The reviews that a database holds, and what they make of claims."""

    def __init__(self, db: Database) -> None:
        self.db = db

    @property
    def any(self) -> bool:
        """Whether there is a review, or what one has corrected."""
        query = "SELECT EXISTS (SELECT 1 FROM reviews) OR EXISTS (SELECT 1 FROM found_claims)"
        return bool(self.db.execute(query).fetchone()[0])

    def all(self, subjects: Iterable[str] | None = None) -> list[Review]:
        """The reviews, the oldest first; those of some claims or names only, if these are given."""
        where, values = (
            ("1", []) if subjects is None else (f"subject {_OF}", [to_json([*subjects])])
        )
        rows = self.db.table("reviews").rows_where(where, values, order_by="made, id")
        return [Review.model_validate(row) for row in rows]

    def names(self) -> Names:
        """The speakers and outlets that are another, each with the last that it leads to.

        Of names that lead to one another in a circle all are the one with the least id.
        """
        pairs: dict[str, dict[str, tuple[str, str]]] = {action.value: {} for action in OF_NAMES}
        for action, subject, value in self.db.execute(
            "SELECT action, subject, value FROM reviews WHERE undone IS NULL"
            " AND action IN (?, ?) ORDER BY made, id",
            [*pairs],
        ):
            id, name = json.loads(value)
            pairs[action][subject] = (id, name)
        return Names(_led(pairs[Action.SAME_SPEAKER]), _led(pairs[Action.SAME_OUTLET]))

    def machine(self, article: str) -> list[Claim]:
        """The claims of an article as the machine found them when it last read it."""
        rows = list(self.db.table("found_claims").rows_where("article_id = ?", [article]))
        found_now = [row for row in rows if not row["gone"]]
        replaced = {row["claim_id"] for row in rows} | {row["now_id"] for row in rows}
        made = stored_article(self.db, article)
        kept = [claim for claim in stored_claims(self.db, article) if claim.id not in replaced]
        found = [
            Claim.model_validate_json(row["record"], context={"article": made}) for row in found_now
        ]
        return sorted([*kept, *found], key=lambda c: (c.content[0].start, c.id))

    def applied(self, article: Article, found: Sequence[Claim], names: Names) -> list[Corrected]:
        """What the machine found in an article, with what people said of it.

        A claim that a person corrected stays, though the machine finds it no more.

        Args:
            article: the article.
            found: the claims that the machine found.
            names: what `names` gives, once for many articles.
        """
        before = [
            Claim.model_validate_json(row["record"], context={"article": article})
            for row in self.db.table("found_claims").rows_where("article_id = ?", [article.id])
            if article.text == self._text(article.id)
        ]
        there = {claim.id for claim in found}
        subjects = there | {claim.id for claim in before}
        reviews = [r for r in self.all(subjects) if r.undone is None]
        said = {r.subject for r in reviews if r.action is not Action.REJECT}
        kept = [claim for claim in before if claim.id not in there and claim.id in said]
        return corrected(article, [*found, *kept], reviews, names)

    def _text(self, article: str) -> str | None:
        row = self.db.execute("SELECT text FROM articles WHERE id = ?", [article]).fetchone()
        return row[0] if row else None

    def keep(self, article: str, pairs: Iterable[Corrected], found: Container[str]) -> None:
        """Keep what the machine said where it is not what is shown, or said before, and no more.

        Args:
            article: the article.
            pairs: its claims, as they were found and as they are.
            found: the ids of those that the machine found when it last read it.
        """
        rows = [
            {
                "claim_id": pair.found.id,
                "article_id": article,
                "now_id": pair.now.id if pair.now else None,
                "record": pair.found.model_dump_json(),
                "gone": int(pair.found.id not in found),
            }
            for pair in pairs
            if pair.now != pair.found or pair.found.id not in found
        ]
        self.db.execute("DELETE FROM found_claims WHERE article_id = ?", [article])
        self.db.table("found_claims").insert_all(rows, pk="claim_id")

    def add(self, reviews: Sequence[Review]) -> list[Review]:
        """Store reviews; those that are there already are passed over, but for being undone."""
        new = []
        for review in reviews:
            row = review.model_dump(mode="json")
            stored = next(self.db.table("reviews").rows_where("id = ?", [review.id]), None)
            if stored is None or (stored["undone"] is None and review.undone is not None):
                self.db.table("reviews").upsert(row, pk="id")
                new.append(review)
        return new

    def articles(self, reviews: Iterable[Review]) -> list[str]:
        """The articles that have claims which reviews correct, in order."""
        of_claims: set[str] = set()
        names: dict[str, set[str]] = {"claim_speakers": set(), "claim_outlets": set()}
        for review in reviews:
            if review.action is Action.SAME_SPEAKER:
                names["claim_speakers"] |= {review.subject, review.parsed[0]}
            elif review.action is Action.SAME_OUTLET:
                names["claim_outlets"] |= {review.subject, review.parsed[0]}
            elif review.action in _CORRECTING:
                of_claims.add(review.subject)
        ids = to_json(sorted(of_claims))
        found = {
            id
            for (id,) in self.db.execute(
                f"SELECT article_id FROM claims WHERE id {_OF}"
                f" UNION SELECT article_id FROM found_claims WHERE claim_id {_OF} OR now_id {_OF}",
                [ids, ids, ids],
            )
        }
        for table, key, part in (
            ("claim_speakers", "speaker_id", "speakers"),
            ("claim_outlets", "outlet_id", "outlets"),
        ):
            found |= {
                id
                for (id,) in self.db.execute(
                    "SELECT DISTINCT article_id FROM found_claims,"
                    f" json_each(found_claims.record, '$.{part}') AS n"
                    f" WHERE json_extract(n.value, '$.id') {_OF}",
                    [to_json(sorted(names[table]))],
                )
            }
            found |= {
                id
                for (id,) in self.db.execute(
                    f"SELECT DISTINCT c.article_id FROM {table} n JOIN claims c"
                    f" ON c.id = n.claim_id WHERE n.{key} {_OF}",
                    [to_json(sorted(names[table]))],
                )
            }
        return sorted(found)


def stored_article(db: Database, id: str) -> Article:
    """An article as a record."""
    row = db.table("articles").get(id)
    return Article.model_validate({key: row[key] for key in Article.model_fields})


def stored_claims(db: Database, article: str) -> list[Claim]:
    """The claims of an article as records, as they are stored."""
    made = db.table("articles").get(article)
    tables = {
        "speakers": "SELECT claim_id, s.id, s.kind FROM claim_speakers JOIN speakers s"
        " ON s.id = speaker_id",
        "outlets": "SELECT claim_id, outlet_id AS id, role, start, end FROM claim_outlets",
        "links": "SELECT claim_id, kind, linked_id, reason FROM claim_links",
    }
    parts: dict[str, dict[str, list[Row]]] = {}
    for name, query in tables.items():
        for row in db.query(
            f"{query} WHERE claim_id IN (SELECT id FROM claims WHERE article_id = ?)"
            " ORDER BY claim_id, position",
            [article],
        ):
            parts.setdefault(name, {}).setdefault(row.pop("claim_id"), []).append(row)
    found = []
    for row in db.table("claims").rows_where("article_id = ?", [article], order_by="rowid"):
        links = [
            {"kind": k["kind"], "claim_id": k["linked_id"], "reason": k["reason"]}
            for k in parts.get("links", {}).get(row["id"], [])
        ]
        speakers = parts.get("speakers", {}).get(row["id"], [])
        outlets = parts.get("outlets", {}).get(row["id"], [])
        found.append(records(made, row, speakers, outlets, links)[1])
    return found


def checked(db: Database, review: Review) -> Review:
    """A review whose subject is there, and fits what it does.

    Raises:
        ReviewError: if not.
    """
    table = {Action.SAME_SPEAKER: "speakers", Action.SAME_OUTLET: "outlets"}.get(
        review.action, "claims"
    )
    others = [review.subject]
    if review.action in OF_NAMES:
        others.append(review.parsed[0])
    elif review.action is Action.SAME_WORDS:
        others.append(review.value or "")
    for id in others:
        known = db.execute(f"SELECT 1 FROM {table} WHERE id = ?", [id]).fetchone()
        found = (
            table == "claims"
            and db.execute("SELECT 1 FROM found_claims WHERE claim_id = ?", [id]).fetchone()
        )
        if not known and not found:
            raise ReviewError(f"no row {id!r} in the table {table}; nothing was changed")
    return review


def constraints(db: Database) -> tuple[set[str], list[tuple[str, str]]]:
    """What people say of groups: claims that are in none, and pairs that are the same words."""
    apart: set[str] = set()
    same: list[tuple[str, str]] = []
    for action, subject, value in db.execute(
        "SELECT action, coalesce(s.now_id, subject), coalesce(v.now_id, value) FROM reviews"
        " LEFT JOIN found_claims s ON s.claim_id = subject"
        " LEFT JOIN found_claims v ON v.claim_id = value"
        " WHERE undone IS NULL AND action IN (?, ?) ORDER BY made, reviews.id",
        [Action.APART.value, Action.SAME_WORDS.value],
    ):
        if action == Action.APART:
            apart.add(subject)
        else:
            same.append((subject, value))
    return apart, same
