"""What a person says on the command line → reviews."""

import getpass
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from claims.errors import ReviewError
from claims.model import OutletRole, fold
from claims.registry import Registry
from claims.reviews import Action, Review, from_csv, to_csv
from claims.store import Store
from claims.store.reviewing import checked

OF_CLAIMS = (
    "speakers",
    "nobody",
    "outlets",
    "no_outlet",
    "stance",
    "contents",
    "reject",
    "verdict",
    "same_words",
    "apart",
)
"""What is said of claims, and needs their ids."""


def wanted(
    store: Store,
    ids: Sequence[str],
    undo: str | None,
    said: Mapping[str, Any],
    registry: Registry,
) -> list[Review]:
    """The reviews that a person makes; empty if nothing is said.

    Args:
        store: the database.
        ids: the claims that it is said of, or what their ids start with.
        undo: the review that is taken back, or what its id starts with.
        said: what is said, by the name of the option.
        registry: what aliases are resolved by.

    Raises:
        ClaimsError: if a claim, a name or a review is not there, or what is said does not fit.
    """
    found = [*_undone(store, undo)] if undo else []
    if ids and not any(said[name] for name in OF_CLAIMS):
        return found
    if not ids and any(said[name] for name in OF_CLAIMS):
        raise ReviewError("say of which claims: give their ids, from the table claims")
    author = said["author"] or getpass.getuser()
    more = {"note": said["note"]}
    claims = [_id(store, id) for id in ids]
    for claim in claims:
        for action, value, extra in _of_claim(store, claim, said, registry):
            found.append(Review.make(author, action, claim, value, **more, **extra))
    if said["same_words"]:
        if len(claims) < 2:
            raise ReviewError("--same-words needs two claims or more")
        found += [
            Review.make(author, Action.SAME_WORDS, claim, claims[0], **more) for claim in claims[1:]
        ]
    for option, action, table in (
        ("same_speaker", Action.SAME_SPEAKER, "speakers"),
        ("same_outlet", Action.SAME_OUTLET, "outlets"),
    ):
        if said[option]:
            one, other = (_name(store, table, name, registry) for name in said[option])
            found.append(Review.make(author, action, one, other, **more))
    return [review if review.undone else checked(store.db, review) for review in found]


def _of_claim(
    store: Store, claim: str, said: Mapping[str, Any], registry: Registry
) -> Iterator[tuple[Action, object, dict[str, str]]]:
    """What is said of one claim: action, value, and what a verdict needs."""
    if said["speakers"] or said["nobody"]:
        entries = (registry.speaker(name) for name in said["speakers"])
        names = zip(said["speakers"], entries, strict=True)
        yield Action.SPEAKER, [entry.name if entry else name for name, entry in names], {}
    if said["outlets"] or said["no_outlet"]:
        yield Action.OUTLET, [_outlet(store, claim, one) for one in said["outlets"]], {}
    if said["stance"]:
        yield Action.STANCE, said["stance"], {}
    if said["contents"]:
        yield Action.CONTENT, _spans(store, claim, said["contents"]), {}
    if said["reject"]:
        yield Action.REJECT, None, {}
    if said["apart"]:
        yield Action.APART, None, {}
    if said["verdict"]:
        yield Action.VERDICT, said["verdict"], {"url": said["url"], "date": said["date"]}


def _id(store: Store, id: str) -> str:
    """A claim's id, from its start; one that is rejected, or replaced, is found as well."""
    gone = store.db.execute(
        "SELECT claim_id FROM found_claims WHERE claim_id = ? OR now_id = ?", [id, id]
    ).fetchone()
    return str(gone[0]) if gone else store.claim(id)[1].id


def _outlet(store: Store, claim: str, told: str) -> list[str]:
    name, _, role = told.rpartition(":")
    if role not in set(OutletRole) or not name:
        roles = ", ".join(OutletRole)
        raise ReviewError(f"{told!r}: write the medium as NAME:ROLE; roles: {roles}")
    if name not in store.claim(claim)[0].text:
        raise ReviewError(f"the article does not name {name!r}; give the medium as it stands there")
    return [name, role]


def _spans(store: Store, claim: str, contents: Sequence[str]) -> list[list[int]]:
    """Where words stand in the article, nearest to the claim."""
    article, record = store.claim(claim)
    near = record.content[0].start
    spans = []
    for words in contents:
        places = [at for at in range(len(article.text)) if article.text.startswith(words, at)]
        if not words or not places:
            raise ReviewError(f"{words!r} does not stand in the article; give its exact words")
        start = min(places, key=lambda at: abs(at - near))
        spans.append([start, start + len(words)])
    return spans


def _name(store: Store, table: str, name: str, registry: Registry) -> str:
    """The id of a speaker or outlet, from its name, an alias, or the id itself."""
    entry = registry.speaker(name) if table == "speakers" else registry.outlet(name)
    names = {fold(name), *([fold(entry.name)] if entry else [])}
    rows = list(store.db.query(f"SELECT id, name FROM {table}"))
    found = [row["id"] for row in rows if row["id"] == name or fold(row["name"]) in names]
    if len(found) != 1:
        many = "several rows" if found else "nothing"
        raise ReviewError(f"{many} called {name!r} in the table {table}; give the id from there")
    return str(found[0])


def _undone(store: Store, id: str) -> Iterator[Review]:
    found = [r for r in store.reviews() if r.id.startswith(id) and r.undone is None]
    if len(found) != 1:
        many = "several reviews start" if found else "no review that counts starts"
        raise ReviewError(f"{many} with {id!r}; see: claims review DATABASE")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    yield found[0].model_copy(update={"undone": now})


def exported(store: Store) -> str:
    """All reviews as CSV."""
    return to_csv(store.reviews())


def imported(store: Store, path: Path, registry: Registry) -> tuple[int, list[str]]:
    """Store the reviews of a file; how many are new, and what is wrong with others.

    Raises:
        ReviewError: if the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ReviewError(f"{path}: not UTF-8; save it as CSV in UTF-8") from error
    found = list(from_csv(text))
    new = store.review([one for one in found if isinstance(one, Review)], registry)
    return len(new), [f"{path}, {one}" for one in found if isinstance(one, str)]


def listed(store: Store, ids: Sequence[str]) -> Iterator[str]:
    """The reviews, of some claims or all, a few lines each, the oldest first."""
    claims = {_id(store, id) for id in ids}
    for row in store.db.query("SELECT * FROM reviewed ORDER BY made, review_id"):
        if claims and row["claim_id"] not in claims:
            continue
        yield f"{row['review_id']}  {row['made']}  {row['author']}{'  undone' * bool(row['undone'])}"
        yield f"  {row['action']}: {row['person'] or 'yes'}"
        if row["machine"]:
            yield f"  the machine says: {row['machine']}"
        yield f"  of: {row['subject'] or row['claim_id']} ({row['claim_id']})"
        yield from (f"  {row[name]}" for name in ("note", "url", "date") if row[name])
