"""What a reader finds of the same words and of one matter, and that it grows with what is new."""

import json
import re
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from claims.model import Article, LinkKind, Stance
from claims.store import Store, index, recent
from tests.quotes import Quotes, readings

BRIDGE = "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre"
LONGER = f"{BRIDGE} et personne ne le regrettera dans la vallée"
SCHOOL = (
    "Le lycée agricole accueillera deux cents internes supplémentaires dès la rentrée prochaine"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "claims.db"


def article(id: str, *said: str, **more: Any) -> Article:
    """An article of its own paper in which people say something: `Name: words`."""
    more.setdefault("publisher", f"Journal {id}")
    lines = (said_by.partition(": ") for said_by in said)
    text = "\n".join(f"{name} dit : « {words} »" for name, _, words in lines)
    return Article.make(text, id=id, **more)


def load(path: Path, *articles: Article, extractor: Quotes | None = None) -> None:
    with Store.open(path, write=True) as store:
        store.load(readings(*articles), extractor or Quotes(link=LinkKind.CONTINUES))


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        return list(connection.execute(sql))


def groups(path: Path) -> set[frozenset[str]]:
    """The articles of each group."""
    found: dict[str, set[str]] = {}
    for group, id in rows(
        path,
        "SELECT group_id, article_id FROM claim_groups JOIN claims ON id = claim_id",
    ):
        found.setdefault(group, set()).add(id)
    return {frozenset(ids) for ids in found.values()}


def test_a_quotation_in_two_articles_is_one_group_with_what_differs(path):
    load(
        path,
        article("a", f"Paul Roux: {BRIDGE}", published="2024-06-19", publisher="Le Journal"),
        article("b", f"Roux: {LONGER}", published="2024-06-20", publisher="Le Matin"),
        article("c", f"Paul Roux: {SCHOOL}"),
    )
    assert groups(path) == {frozenset("ab")}
    assert rows(path, "SELECT text, claims, articles, publishers FROM groups") == [
        (LONGER, 2, 2, 2)
    ]
    assert rows(path, "SELECT publisher, changes FROM same_words ORDER BY date") == [
        ("Le Journal", "… crues de novembre [-et personne ne le regrettera dans la vallée-]"),
        ("Le Matin", ""),
    ]
    assert rows(
        path, "SELECT date, first_publisher, publishers, last_date FROM first_to_report"
    ) == [("2024-06-19", "Le Journal", 2, "2024-06-20")]


def test_the_same_words_of_two_people_are_two_things(path):
    load(path, article("a", f"Paul Roux: {BRIDGE}"), article("b", f"Anne Petit: {BRIDGE}"))
    assert groups(path) == set()


def test_one_who_is_not_named_joins_but_does_not_make_two_people_one(path):
    load(
        path,
        article("a", f"Paul Roux: {LONGER}"),
        article("b", f"Anne Petit: {LONGER}"),
        article("c", f"Roux: {LONGER}"),
    )
    assert groups(path) == {frozenset("ac")}


def test_a_claim_that_is_like_two_groups_makes_them_one_under_the_id_of_the_older(path):
    start = "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues"
    end = "la passerelle neuve ouvrira aux cyclistes et aux promeneurs le premier dimanche de mai"
    load(path, *(article(f"s{n}", f"Paul Roux: {start}") for n in range(2)))
    (older,) = rows(path, "SELECT id FROM groups")
    load(path, *(article(f"e{n}", f"Paul Roux: {end}") for n in range(2)))
    assert len(groups(path)) == 2
    load(path, article("both", f"Paul Roux: {start} et {end}"))
    assert groups(path) == {frozenset(["s0", "s1", "e0", "e1", "both"])}
    assert rows(path, "SELECT id FROM groups WHERE merged_into IS NULL") == [older]
    assert rows(path, "SELECT merged_into FROM groups WHERE merged_into IS NOT NULL") == [older]


def test_ids_of_groups_stay_when_articles_are_added(path):
    load(path, *(article(id, f"Paul Roux: {BRIDGE}", f"Léa Blanc: {SCHOOL}") for id in "ab"))
    before = rows(path, "SELECT id FROM groups ORDER BY id")
    assert len(before) == 2
    for id in "cdef":
        load(path, article(id, f"Paul Roux: {LONGER}", f"Léa Blanc: {SCHOOL}"))
    assert rows(path, "SELECT id FROM groups ORDER BY id") == before
    assert groups(path) == {frozenset("abcdef")}


@pytest.mark.parametrize("order", ["abcd", "dcba", "bdac"])
def test_groups_are_the_same_in_whatever_order_articles_come(tmp_path, order):
    made = {
        "a": article("a", f"Paul Roux: {BRIDGE}"),
        "b": article("b", f"Roux: {LONGER}", f"Léa Blanc: {SCHOOL}"),
        "c": article("c", f"Léa Blanc: {SCHOOL}"),
        "d": article("d", f"Paul Roux: {LONGER}"),
    }
    load(tmp_path / "one.db", *(made[id] for id in order))
    for id in order:
        load(tmp_path / "each.db", made[id])
    wanted = {frozenset("abd"), frozenset("bc")}
    assert groups(tmp_path / "one.db") == groups(tmp_path / "each.db") == wanted


def test_what_is_found_no_more_leaves_its_group_which_keeps_its_id(path):
    load(path, *(article(id, f"Paul Roux: {BRIDGE}") for id in "abc"))
    before = rows(path, "SELECT id FROM groups")
    none = r"(?P<speaker>Nobody) (?P<cue>dit) : « (?P<words>[^»]+?) »(?: à (?P<to>\w+))?"
    load(path, article("a", f"Paul Roux: {BRIDGE}"), extractor=Quotes(version="2", pattern=none))
    assert groups(path) == {frozenset("bc")}
    assert rows(path, "SELECT id FROM groups") == before
    load(path, article("b", f"Paul Roux: {BRIDGE}"), extractor=Quotes(version="2", pattern=none))
    assert groups(path) == set()
    assert rows(path, "SELECT * FROM groups") == []
    with Store.open(path) as store:
        assert rows(path, "SELECT count(*) FROM claims") == [(1,)]
        assert store.path == path


def test_another_reading_of_the_same_articles_changes_no_group(path):
    made = [article(id, f"Paul Roux: {BRIDGE}", f"Léa Blanc: {SCHOOL}") for id in "abc"]
    load(path, *made)
    query = "SELECT group_id, claim_id, changes FROM claim_groups ORDER BY claim_id"
    before = rows(path, query)
    load(path, *made, extractor=Quotes(version="2", link=LinkKind.CONTINUES))
    assert rows(path, query) == before


def accused(
    id: str, *, charge: str = "Paul Roux a vendu le pont de Valmire à une entreprise étrangère"
) -> Article:
    return article(id, f"Léa Blanc: {charge}", "Paul Roux: Je nie tout", published="2024-06-19")


class Trial(Quotes):
    """What Paul Roux says denies what was said before it."""

    charge = Stance.ACCUSES

    def claims(self, article):
        for claim in super().claims(article):
            denies = claim.speakers[0].name == "Paul Roux"
            stance = Stance.DENIES if denies else self.charge
            cue = claim.cue and claim.cue.model_copy(update={"lemma": "nier" if denies else "dire"})
            yield claim.model_copy(update={"stance": stance, "cue": cue})


def test_a_charge_and_its_denial_are_a_contested_matter_across_articles(path):
    load(path, accused("a"), accused("b"), extractor=Trial(link=LinkKind.DENIES))
    assert rows(path, "SELECT asserted_by, denied_by, claims, articles FROM contested") == [
        ("Léa Blanc", "Paul Roux", 4, 2)
    ]
    sides = rows(path, "SELECT side, count(*) FROM for_and_against GROUP BY side ORDER BY side")
    assert sides == [("asserts", 2), ("denies", 2)]
    reasons = {reason for (reason,) in rows(path, "SELECT reason FROM for_and_against")}
    assert reasons == {"", "same words", "denial: test"}


class Opposed(Trial):
    """The others oppose something."""

    charge = Stance.OPPOSES


class Affirmed(Trial):
    """The others affirm something."""

    charge = Stance.AFFIRMS


def test_what_somebody_opposes_is_asserted_where_a_denial_is_linked_to_it(path):
    load(path, accused("a"), extractor=Opposed(link=LinkKind.DENIES))
    assert rows(path, "SELECT asserted_by, denied_by FROM contested") == [
        ("Léa Blanc", "Paul Roux")
    ]


@pytest.mark.parametrize(
    ("denied", "contested"),
    [
        ("Je nie la vente du vieux pont", [("Léa Blanc", "Paul Roux")]),
        ("Je nie la fermeture de la piscine", []),
    ],
)
def test_a_denial_without_a_link_answers_what_was_said_just_before(path, denied, contested):
    told = article("a", f"Léa Blanc: {BRIDGE}", f"Paul Roux: {denied}")
    load(path, told, extractor=Affirmed(link=LinkKind.CONTINUES))
    assert rows(path, "SELECT asserted_by, denied_by FROM contested") == contested


def test_who_denies_a_matter_of_another_article_is_set_against_it(path):
    charge = (
        "la mairie de Valmire a vendu le pont de bois à une entreprise étrangère de travaux publics"
    )
    load(path, article("a", f"Léa Blanc: {charge}"), extractor=Trial(link=LinkKind.CONTINUES))
    load(path, article("b", f"Paul Roux: {charge}"), extractor=Trial(link=LinkKind.CONTINUES))
    assert rows(path, "SELECT asserted_by, denied_by FROM contested") == [
        ("Léa Blanc", "Paul Roux")
    ]
    (reason,) = [r for (r,) in rows(path, "SELECT reason FROM claim_matters") if r]
    assert {"bois", "pont", "Valmire"} & set(reason.split(", "))
    (score,) = [s for (s,) in rows(path, "SELECT score FROM claim_matters") if s and s < 1]
    assert score > 0.9


def test_nothing_is_contested_where_all_agree(path):
    load(
        path,
        *(article(id, f"{who}: {BRIDGE}") for id, who in (("a", "Léa Blanc"), ("b", "Anne Petit"))),
    )
    assert rows(path, "SELECT count(*) FROM matters") == [(1,)]
    assert rows(path, "SELECT * FROM contested") == []


def test_counts_stay_those_of_the_claims(path):
    load(path, *(article(id, f"Paul Roux: {BRIDGE}", published="2024-06-19") for id in "ab"))
    load(path, article("c", f"Paul Roux: {BRIDGE}", published="2024-07-01"))
    counted = "SELECT speaker, month, stance, claims, articles FROM who_says_how ORDER BY month"
    assert rows(path, counted) == [
        ("Paul Roux", "2024-06", "affirms", 2, 2),
        ("Paul Roux", "2024-07", "affirms", 1, 1),
    ]
    load(
        path,
        article("c", f"Paul Roux: {BRIDGE}", published="2024-07-01"),
        extractor=Quotes(version="2", stance=Stance.DENIES),
    )
    assert rows(path, counted)[-1] == ("Paul Roux", "2024-07", "denies", 1, 1)


def test_articles_in_a_language_without_data_are_stored_and_not_compared(path):
    load(path, *(article(id, f"Paul Roux: {BRIDGE}", language="nl") for id in "ab"))
    assert rows(path, "SELECT count(*) FROM claims") == [(2,)]
    assert groups(path) == set()


def test_all_is_grouped_anew_where_the_rules_are_other_ones(path):
    load(path, *(article(id, f"Paul Roux: {BRIDGE}") for id in "ab"))
    before = rows(path, "SELECT * FROM claim_groups")
    with sqlite3.connect(path) as db:
        db.execute("UPDATE states SET value = 'older' WHERE name = 'grouping'")
        db.execute("DELETE FROM claim_groups")
        db.execute("DELETE FROM new_pairs")
    told: list[str] = []
    Store.open(path, write=True, announce=told.append).close()
    assert rows(path, "SELECT * FROM claim_groups") == before
    assert told == ["comparing the 2 claims with one another …"]


def test_adding_looks_at_what_is_new(path, monkeypatch):
    """The statements that a batch runs do not become more with what is there."""

    def statements(id: str) -> int:
        with Store.open(path, write=True) as store:
            ran: list[str] = []
            store.db.conn.set_trace_callback(ran.append)
            store.load(readings(article(id, f"Paul Roux: {BRIDGE}")), Quotes())
            store.db.conn.set_trace_callback(None)
            return len(ran)

    statements("first")
    few = statements("a")
    load(
        path,
        *(
            article(f"x{n}", f"Léa Blanc: Le numéro {n} de la revue paraît jeudi")
            for n in range(300)
        ),
    )
    assert statements("b") <= few + 20


@pytest.mark.parametrize("least", [1, 150, 10_000])
def test_it_is_the_same_however_often_the_index_is_settled(path, monkeypatch, least):
    """Claims are found, corrected, and taken out in the large table and in the small one."""
    monkeypatch.setattr(index, "LEAST", least)
    days = ("2024-06-19", "2024-06-20", "2024-06-21", None)
    for id, day in zip("abcd", days, strict=True):
        load(path, article(id, f"Paul Roux: {BRIDGE}", f"Léa Blanc: {SCHOOL}", published=day))
    assert groups(path) == {frozenset("abcd")}
    (large,), (small,) = rows(
        path, "SELECT count(*) FROM claim_pairs UNION ALL SELECT count(*) FROM new_pairs"
    )
    assert (large > 0, small > 0) == (least < 10_000, least > 1)
    with Store.open(path, write=True) as store:
        assert [finding.name for finding in store.check() if finding.wrong] == []
        store.load(readings(article("a", f"Anne Petit: {SCHOOL}", published=days[0])), Quotes())
        assert [finding.name for finding in store.check() if finding.wrong] == []


def held(store: Store) -> list[tuple[int, int, int, int]]:
    """The rows of the index that stand in the large table, and then those that are new."""
    large = store.db.execute("SELECT * FROM claim_pairs").fetchall()
    return [*large, *recent.recent(store.db).all().tuples()]


def test_the_latest_that_have_a_pair_are_found_in_both_tables(path, monkeypatch):
    days = [None, *(f"2024-06-{day}" for day in (19, 20, 21))]
    for id, day in zip("abcd", days, strict=True):
        monkeypatch.setattr(index, "LEAST", 1 if id == "b" else 10_000)
        load(path, article(id, f"Paul Roux: {BRIDGE}", published=day))
    with Store.open(path, write=True) as store:
        assert rows(path, "SELECT count(*) > 0 FROM claim_pairs") == [(1,)]
        pair = next(pair for pair, day, _, _ in held(store) if day and pair < index.RUNS)
        last = max(day for _, day, _, _ in held(store))

        def found(pair: int, first: int, last: int, most: int) -> list[int]:
            own = index.Index(store.db)
            shared = own.shared([pair], least=1)
            looks = [(pair, first, last)] if shared else []
            return [day for its in own.found(looks, most).values() for _, _, day in its]

        assert sorted(found(pair, 1, last, 2)) == [0, last - 1, last]
        assert sorted(found(pair, last - 2, last - 1, 9)) == [0, last - 2, last - 1]
        assert found(pair + 1, 1, last, 9) == []


@given(
    st.lists(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(-9, 9)))),
    st.sets(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(-9, 9))),
    st.integers(1, 3),
)
def test_what_is_new_is_found_whatever_was_written_together(batches, gone, most):
    with sqlite3.connect(":memory:") as connection:
        db = Database(connection)
        connection.execute("CREATE TABLE new_pairs (id INTEGER PRIMARY KEY, hash TEXT, rows BLOB)")
        for batch in batches:
            recent.recent(db).add(db, recent.Rows.of(columns(batch)))
        recent.recent(db).remove(db, recent.Rows.of(columns(gone)))
        left = set().union(*batches) - gone
        again = recent.Recent()
        again.follow(db)
        for new in (recent.recent(db), again):
            assert [row[:3] for row in new.all().tuples()] == sorted(left)
        looks = [(pair, 1, 3) for pair in range(4)]
        found: dict[int, set[tuple[int, int]]] = {pair: set() for pair in range(4)}
        for part in again.parts:
            for number, (claim, _, day) in part.latest(np.array(looks), most):
                found[number].add((day, claim))
        for pair in range(4):
            for days in ({0}, {1, 2, 3}):
                wanted = sorted((day, claim) for p, day, claim in left if p == pair and day in days)
                assert set(wanted[-most:]) <= found[pair]


def columns(rows: set[tuple[int, int, int]]) -> list[list[int]]:
    """Rows of the weight 1, as columns."""
    return [[row[n] for row in rows] for n in range(3)] + [[1] * len(rows)]


def test_what_another_writes_or_is_taken_back_is_followed(path):
    load(path, article("a", f"Paul Roux: {BRIDGE}"))
    with Store.open(path, write=True) as store, Store.open(path, write=True) as other:
        before = held(store)
        other.load(readings(article("b", f"Léa Blanc: {SCHOOL}")), Quotes())
        both = held(store)
        assert len(both) > len(before)
        store.db.execute("BEGIN")
        index.Index(store.db).clear()
        assert held(store) == []
        store.db.execute("ROLLBACK")
        assert sorted(held(store)) == sorted(both)


@pytest.mark.parametrize("least", [1, 10_000])
def test_pairs_that_several_claims_have_are_told_from_those_of_one(path, monkeypatch, least):
    load(path, article("a", f"Paul Roux: {BRIDGE}", published="2024-06-19"))
    monkeypatch.setattr(index, "LEAST", least)
    load(path, article("b", f"Paul Roux: {BRIDGE}", published="2024-06-19"))
    monkeypatch.setattr(index, "LEAST", 10_000)
    load(path, article("c", f"Paul Roux: {SCHOOL}", f"Léa Blanc: {BRIDGE}"))
    with Store.open(path, write=True) as store:
        number = Counter(pair for pair, _, _, _ in held(store))
        alone = {pair for pair, claims in number.items() if claims == 1}
        several = {pair for pair, claims in number.items() if claims > 1}
        assert alone
        assert several
        assert index.Index(store.db).shared([*alone, *several, 0]) == several


def test_the_seeds_have_their_quotations_and_their_contested_matter(tmp_path):
    from claims.extraction import extractor
    from claims.reading import read

    seeds = Path(__file__).parents[1] / "seeds" / "articles"
    with Store.open(tmp_path / "seeds.db", write=True) as store:
        store.load(read([str(seeds)]), extractor())
    (group,) = rows(
        tmp_path / "seeds.db",
        "SELECT articles, speakers FROM groups WHERE text LIKE '%apprécions%soutien systématique%'",
    )
    assert group == (2, json.dumps(["Vladimir Poutine"]))
    contested = rows(
        tmp_path / "seeds.db", "SELECT asserted_by, denied_by, articles FROM contested"
    )
    assert ("Occidentaux", "Moscou, Pyongyang", 2) in contested


def test_no_statement_of_a_load_goes_through_what_is_there(path):
    made = [
        article(f"x{n}", f"Léa Blanc: Le numéro {n} de la revue paraît jeudi") for n in range(50)
    ]
    load(path, *made, accused("t"), extractor=Trial(link=LinkKind.DENIES))
    ran: set[str] = set()
    with Store.open(path, write=True) as store:
        store.db.conn.set_trace_callback(ran.add)
        store.load(readings(accused("u"), article("v", f"Paul Roux: {BRIDGE}")), Trial())
        store.db.conn.set_trace_callback(None)
        whole = (
            r"SCAN (?!json_each|\(|CONSTANT)\w+(?! VIRTUAL)|idx_claims_stance|idx_claim_links_kind"
        )
        plans = {
            statement: [row[3] for row in store.db.conn.execute(f"EXPLAIN QUERY PLAN {statement}")]
            for statement in ran
            if statement.startswith(("SELECT", "UPDATE", "DELETE"))
        }
    small = (
        "problems",
        "runs",
        "reviews",
        "found_claims",
        "states",
        "claim_kinds",
        "sqlite_master",
        "new_pairs",
        "_sqlite",
    )
    assert len(plans) > 20
    slow = {
        statement: plan
        for statement, plan in plans.items()
        if any(re.search(whole, step) for step in plan)
        and not any(f"FROM {name}" in statement or f'FROM "{name}' in statement for name in small)
        and "count(*)" not in statement
        and "_fts" not in statement
    }
    assert slow == {}


def test_a_group_that_was_merged_can_be_read_again(path):
    start = "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues"
    end = "la passerelle neuve ouvrira aux cyclistes et aux promeneurs le premier dimanche de mai"
    made = [article(f"s{n}", f"Paul Roux: {start}") for n in range(2)]
    made += [article(f"e{n}", f"Paul Roux: {end}") for n in range(2)]
    made.append(article("both", f"Paul Roux: {start} et {end}"))
    for one in made:
        load(path, one)
    before = rows(path, "SELECT id FROM groups WHERE merged_into IS NULL")
    for version, one in enumerate(made):
        load(path, one, extractor=Quotes(version=f"v{version}", stance=Stance.WARNS))
    assert groups(path) == {frozenset(["s0", "s1", "e0", "e1", "both"])}
    assert rows(path, "SELECT id FROM groups WHERE merged_into IS NULL") == before
    none = r"(?P<speaker>Nobody) (?P<cue>dit) : « (?P<words>[^»]+?) »(?: à (?P<to>\w+))?"
    load(path, made[-1], extractor=Quotes(version="w", pattern=none))
    assert groups(path) == {frozenset(["s0", "s1"]), frozenset(["e0", "e1"])}
    assert is_sound(path)


def test_ids_stay_when_all_is_grouped_anew(path):
    load(path, article("b", f"Paul Roux: {BRIDGE}", published="2024-02-01"))
    load(path, article("a", f"Paul Roux: {BRIDGE}", published="2024-01-30"), accused("t"))
    load(path, accused("u"), extractor=Trial(link=LinkKind.DENIES))
    query = "SELECT group_id, claim_id FROM claim_groups UNION SELECT matter_id, claim_id FROM claim_matters"
    before = rows(path, query)
    assert len(before) >= 4
    with Store.open(path, write=True) as store:
        store.mend()
    assert rows(path, query) == before
    assert is_sound(path)


def is_sound(path: Path) -> bool:
    with Store.open(path, write=True, as_is=True) as store:
        wrong = [finding for finding in store.check() if finding.wrong]
    return wrong == []


def test_an_article_whose_language_changes_is_compared(path):
    load(path, *(article(id, f"Paul Roux: {BRIDGE}", language="nl") for id in "ab"))
    again = [article(id, f"Paul Roux: {BRIDGE}", language="fr") for id in "ab"]
    load(path, *again, extractor=Quotes(version="2"))
    assert groups(path) == {frozenset("ab")}


def test_a_claim_whose_speaker_is_written_otherwise_later_is_still_looked_up(path):
    anyone = Quotes(pattern=Quotes.pattern.replace("[A-ZÉ]", "[A-ZÉa-z]"))
    load(path, article("a", f"gilets jaunes: {BRIDGE}"), extractor=anyone)
    later = (article(id, f"Gilets jaunes: {SCHOOL}") for id in "bcd")
    load(path, *later, extractor=anyone)
    assert rows(path, "SELECT DISTINCT speakers FROM claims") == [('["Gilets jaunes"]',)]
    with Store.open(path, write=True, as_is=True) as store:
        assert [finding.name for finding in store.check() if finding.wrong] == []
