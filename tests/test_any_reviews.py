"""Whatever people say in whatever order: the database stays sound, and undoing all undoes all."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.model import Article, named_speaker_id
from claims.registry import Registry
from claims.reviews import Action, Review
from claims.store import Store
from tests.quotes import Quotes, readings

BUNDLED = Registry.bundled()
SAID = (
    "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre",
    "La passerelle neuve ouvrira aux cyclistes et aux promeneurs le premier dimanche de mai",
    "Nous verrons bien",
)
NAMES = ("Anna Roux", "Berta Petit", "Clara Blanc")
ONE_ONLY = r"(?P<speaker>Clara Blanc) (?P<cue>dit) : « (?P<words>[^»]+?) »(?: à (?P<to>\w+))?"
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*Action, "undo", "load", "load less"]),
        st.integers(0, 99),
        st.integers(0, 99),
    ),
    max_size=9,
)
ARTICLES = st.lists(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(SAID)), min_size=1, max_size=3),
    min_size=1,
    max_size=3,
)


def made(said: list[list[tuple[str, str]]]) -> list[Article]:
    texts = ("\n".join(f"{who} dit : « {words} »" for who, words in lines) for lines in said)
    return [Article.make(text, id=str(number)) for number, text in enumerate(texts)]


def value(action: Action, claim: dict[str, Any], one: int, other: dict[str, Any]) -> Any:
    """What a review of an action says."""
    name = NAMES[one % 3]
    first = json.loads(claim["content"])[0]
    return {
        Action.STANCE: ("denies", "warns")[one % 2],
        Action.SPEAKER: [name] if one % 4 else [],
        Action.CONTENT: [[first["start"], max(first["start"] + 4, first["end"] - one % 9)]],
        Action.OUTLET: [],
        Action.VERDICT: "Faux",
        Action.SAME_WORDS: other["id"],
        Action.SAME_SPEAKER: [named_speaker_id(name), name],
        Action.SAME_OUTLET: [named_speaker_id(name), name],
    }.get(action)


def step(store: Store, doing: Any, one: int, two: int, articles: list[Article]) -> None:
    claims = list(store.db.query("SELECT * FROM claims ORDER BY id"))
    if doing in ("load", "load less"):
        reader = Quotes(version=f"v{one}", registry=BUNDLED)
        if doing == "load less":
            reader.pattern = ONE_ONLY
        store.load(readings(*articles), reader)
    elif doing == "undo":
        left = [review for review in store.reviews() if review.undone is None]
        if left:
            store.review([left[one % len(left)].model_copy(update={"undone": "2024-06-19"})])
    elif claims:
        claim, other = claims[one % len(claims)], claims[two % len(claims)]
        subject = claim["id"]
        if doing in (Action.SAME_SPEAKER, Action.SAME_OUTLET):
            subject = named_speaker_id(NAMES[two % 3])
        said = value(doing, claim, one, other)
        if said == subject or (isinstance(said, list) and said and said[0] == subject):
            return
        more = {"url": "https://example.org", "date": "2024"} if doing is Action.VERDICT else {}
        store.review([Review.make("Ada", doing, subject, said, **more)])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ARTICLES, STEPS)
def test_it_stays_sound_and_undoing_all_undoes_all(tmp_path_factory, said, steps):
    path: Path = tmp_path_factory.mktemp("any") / "claims.db"
    articles = made(said)
    with Store.open(path, write=True) as store:
        store.load(readings(*articles), Quotes(registry=BUNDLED))
        for doing, one, two in steps:
            step(store, doing, one, two, articles)
            assert [(f.name, f.wrong) for f in store.check() if f.wrong] == []
        for review in store.reviews():
            if review.undone is None:
                store.review([review.model_copy(update={"undone": "2024-06-20"})])
        store.load(readings(*articles), Quotes(version="last", registry=BUNDLED))
    fresh = path.with_name("fresh.db")
    with Store.open(fresh, write=True) as store:
        store.load(readings(*articles), Quotes(version="last", registry=BUNDLED))
    for query in (
        "SELECT id, text, speakers, stance, outlets FROM claims ORDER BY id",
        "SELECT claim_id, linked_id FROM claim_links ORDER BY claim_id",
        "SELECT * FROM speakers ORDER BY id",
        "SELECT count(*) FROM found_claims",
    ):
        assert rows(path, query) == rows(fresh, query)
    assert groups(path) == groups(fresh)


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        return list(connection.execute(sql))


def groups(path: Path) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for claim, group in rows(path, "SELECT claim_id, group_id FROM claim_groups"):
        found.setdefault(group, set()).add(claim)
    return {frozenset(claims) for claims in found.values()}


@pytest.mark.parametrize("action", Action)
def test_every_action_can_be_taken(action, tmp_path):
    articles = made([[(NAMES[0], SAID[0])], [(NAMES[1], SAID[1])]])
    with Store.open(tmp_path / "claims.db", write=True) as store:
        store.load(readings(*articles), Quotes(registry=BUNDLED))
        step(store, action, 1, 0, articles)
        assert len(store.reviews()) == 1
