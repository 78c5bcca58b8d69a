"""What a person says on the command line → reviews."""

import getpass
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from claims.errors import ReviewError
from claims.model import Article, Claim, OutletRole, digest, fold
from claims.registry import Registry
from claims.reviews import Action, Review, from_csv, nearest, to_csv
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


class Target(NamedTuple):
    """A claim that something is said of."""

    id: str
    """Its id as the machine found it."""
    article: Article
    claim: Claim
    """As it is now; if it is rejected, as the machine found it."""


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
    of_claims = any(said[name] for name in OF_CLAIMS)
    _refuse_what_contradicts(ids, undo, said)
    found = [*_undone(store, undo)] if undo is not None else []
    author = said["author"] or getpass.getuser()
    more = {"note": said["note"] or None}
    targets = [_target(store, id) for id in ids] if of_claims else []
    for target in targets:
        for action, value, extra in _of_claim(store, target, said, registry):
            found.append(Review.make(author, action, target.id, value, **more, **extra))
    if said["same_words"]:
        first, *others = targets
        found += [
            Review.make(author, Action.SAME_WORDS, other.id, first.id, **more) for other in others
        ]
    for option, action, table in (
        ("same_speaker", Action.SAME_SPEAKER, "speakers"),
        ("same_outlet", Action.SAME_OUTLET, "outlets"),
    ):
        if said[option]:
            one, other = (_named(store, table, name, registry) for name in said[option])
            found.append(Review.make(author, action, one[0], [*other], **more))
    return [review if review.undone else checked(store.db, review) for review in found]


def _refuse_what_contradicts(ids: Sequence[str], undo: str | None, said: Mapping[str, Any]) -> None:
    of_claims = [name for name in OF_CLAIMS if said[name]]
    of_names = said["same_speaker"] or said["same_outlet"]
    if of_claims and not ids:
        raise ReviewError("say of which claims: give their ids, from the table claims")
    for one, other in (("speakers", "nobody"), ("outlets", "no_outlet"), ("same_words", "apart")):
        if said[one] and said[other]:
            told = " and ".join(f"--{name.rstrip('s').replace('_', '-')}" for name in (one, other))
            raise ReviewError(f"{told} contradict one another; give one of them")
    if undo is not None and (ids or of_claims or of_names):
        raise ReviewError("--undo takes back one review; give nothing else with it")
    if (said["note"] or said["url"] or said["date"]) and not (of_claims or of_names):
        raise ReviewError("nothing is said that --note, --url or --date could be of")
    if (said["url"] or said["date"]) and not said["verdict"]:
        raise ReviewError("--url and --date are of a --verdict; give its words")
    if said["same_words"] and len(ids) < 2:
        raise ReviewError("--same-words needs two claims or more")


def _of_claim(
    store: Store, target: Target, said: Mapping[str, Any], registry: Registry
) -> Iterator[tuple[Action, object, dict[str, str | None]]]:
    """What is said of one claim: action, value, and what a verdict needs."""
    if said["speakers"] or said["nobody"]:
        entries = (registry.speaker(name) for name in said["speakers"])
        names = zip(said["speakers"], entries, strict=True)
        yield Action.SPEAKER, [entry.name if entry else name for name, entry in names], {}
    if said["outlets"] or said["no_outlet"]:
        yield Action.OUTLET, [_outlet(target, one) for one in said["outlets"]], {}
    if said["stance"]:
        yield Action.STANCE, said["stance"], {}
    if said["contents"]:
        yield Action.CONTENT, _spans(store, target, said["contents"]), {}
    if said["reject"]:
        yield Action.REJECT, None, {}
    if said["apart"]:
        yield Action.APART, None, {}
    if said["verdict"]:
        yield Action.VERDICT, said["verdict"], {"url": said["url"], "date": said["date"]}


def _target(store: Store, id: str) -> Target:
    """A claim by the start of its id, as it is or as the machine found it."""
    rows = [*_found(store, id)]
    if len(rows) == 1:
        machine, now, article, record = rows[0]
        made = store.article(article)
        claim = (
            store.claim(now)[1]
            if now is not None
            else Claim.model_validate_json(record, context={"article": made})
        )
        return Target(machine, made, claim)
    made, claim = store.claim(id)
    return Target(claim.id, made, claim)


def _found(store: Store, id: str) -> Iterator[tuple[str, str | None, str, str]]:
    """The claims that the machine found otherwise, and whose id, now or then, starts so."""
    if set(id) <= set("0123456789abcdef") and id:
        yield from store.db.execute(
            "SELECT claim_id, now_id, article_id, record FROM found_claims"
            " WHERE claim_id GLOB ? OR now_id GLOB ?",
            [f"{id}*", f"{id}*"],
        )


def _outlet(target: Target, told: str) -> list[str]:
    name, _, role = told.rpartition(":")
    if role not in set(OutletRole) or not fold(name):
        roles = ", ".join(OutletRole)
        raise ReviewError(f"{told!r}: write the medium as NAME:ROLE; roles: {roles}")
    if nearest(target.article.text, name, 0) is None:
        raise ReviewError(f"the article does not name {name!r}; give the medium as it stands there")
    return [name, role]


def _spans(store: Store, target: Target, contents: Sequence[str]) -> list[list[int]]:
    """Where words stand in the article, nearest to the claim."""
    spans = []
    for words in contents:
        start = nearest(target.article.text, words, target.claim.content[0].start)
        if start is None:
            raise ReviewError(f"{words!r} does not stand in the article; give its exact words")
        spans.append([start, start + len(words)])
    id = digest("claim", target.article.id, sorted(spans))
    others = {target.id, target.claim.id}
    if id not in others and store.db.execute("SELECT 1 FROM claims WHERE id = ?", [id]).fetchone():
        raise ReviewError(f"these words are a claim of their own already, {id}; reject one of them")
    return spans


def _named(store: Store, table: str, name: str, registry: Registry) -> tuple[str, str]:
    """The id and the name of a speaker or outlet, from its name, an alias, or the id itself."""
    entry = registry.speaker(name) if table == "speakers" else registry.outlet(name)
    names = {fold(name), *([fold(entry.name)] if entry else [])}
    rows = list(store.db.query(f"SELECT id, name FROM {table}"))
    found = [row for row in rows if row["id"] == name or fold(row["name"]) in names]
    if len(found) != 1:
        many = "several rows" if found else "nothing"
        raise ReviewError(f"{many} called {name!r} in the table {table}; give the id from there")
    return found[0]["id"], found[0]["name"]


def _undone(store: Store, id: str) -> Iterator[Review]:
    found = [r for r in store.reviews() if id and r.id.startswith(id) and r.undone is None]
    if len(found) != 1:
        many = "several reviews start" if found else "no review that counts starts"
        raise ReviewError(f"{many} with {id!r}; see: claims review DATABASE")
    now = datetime.now(UTC).isoformat(timespec="microseconds")
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
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read()
    except UnicodeDecodeError as error:
        raise ReviewError(f"{path}: not UTF-8; save it as CSV in UTF-8") from error
    found = list(from_csv(text))
    new = store.review([one for one in found if isinstance(one, Review)], registry)
    return len(new), [f"{path}, {one}" for one in found if isinstance(one, str)]


def listed(store: Store, ids: Sequence[str]) -> Iterator[str]:
    """The reviews, of some claims or all, a few lines each, the oldest first."""
    claims = {id for each in ids for id in (_target(store, each).id, _target(store, each).claim.id)}
    for row in store.db.query("SELECT * FROM reviewed ORDER BY made, review_id"):
        if claims and row["claim_id"] not in claims:
            continue
        yield f"{row['review_id']}  {row['made']}  {row['author']}{'  undone' * bool(row['undone'])}"
        yield f"  {row['action']}: {row['person'] or 'yes'}"
        if row["machine"]:
            yield f"  the machine says: {row['machine']}"
        yield f"  of: {row['subject'] or row['claim_id']} ({row['claim_id']})"
        yield from (f"  {row[name]}" for name in ("note", "url", "date") if row[name])
