"""What a user of the database relies on: nothing lost, nothing twice, everything verbatim."""

import gc
import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from claims.errors import ClaimsError, StoreError
from claims.model import (
    Article,
    LinkKind,
    MediumKind,
    Problem,
    SpeakerKind,
    Stance,
)
from claims.reading import Reading, read
from claims.registry import OutletEntry, Registry, SpeakerEntry
from claims.store import Store
from tests.quotes import REGISTRY, Quotes, readings

TEXT = (
    "Été à l’école 😀. Vladimir Poutine dit : « Une école, à Moscou » à KCNA. "
    "Kim dit : « Non » à AFP."
)
ARTICLE = Article.make(
    TEXT, id="a", url="https://exemple.fr/a", published="2024-06-20T10:00", publisher="Le Journal"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "claims.db"


def dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return list(connection.iterdump())


def load(
    path: Path,
    *found: Article | Problem | Reading,
    extractor: Quotes | None = None,
    **options: Any,
):
    with Store.open(path, write=True) as store:
        return store.load(readings(*found), extractor or Quotes(), **options)


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        return list(connection.execute(sql))


def test_a_claim_comes_back_as_it_went_in(path):
    load(path, ARTICLE)
    expected = list(Quotes().claims(ARTICLE))
    assert len(expected) == 2
    with Store.open(path) as store:
        for claim in expected:
            assert store.claim(claim.id) == (ARTICLE, claim)


def test_a_claim_is_found_by_the_start_of_its_id_if_that_is_unique(path):
    load(path, Article.make(" ".join(f"Kim dit : « mot {n} »" for n in range(17)), id="a"))
    ids = [id for (id,) in rows(path, "SELECT id FROM claims")]
    twice = next(id[0] for id in ids if sum(other[0] == id[0] for other in ids) > 1)
    with Store.open(path) as store:
        assert store.claim(ids[0][:12])[1].id == ids[0]
        with pytest.raises(ClaimsError, match="several claims start with"):
            store.claim(twice)
        for unknown in ("0123456789abcdef", "*", "", "zz"):
            with pytest.raises(ClaimsError, match="no claim"):
                store.claim(unknown)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=4, unique=True))
def test_whatever_the_text_every_span_is_verbatim_in_sqlite(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("any") / "claims.db"
    load(
        path,
        *(
            Article.make(f"{text}\nKim dit : « {text} »", id=str(number))
            for number, text in enumerate(texts)
        ),
    )
    assert rows(path, "SELECT * FROM not_verbatim") == []
    stored = rows(path, "SELECT count(*) FROM articles") + rows(
        path, "SELECT count(*) FROM problems"
    )
    assert sum(n for (n,) in stored) >= len(texts)


@pytest.mark.parametrize("column", ["content", "cue_start", "speaker", "target_end", "context"])
def test_words_that_are_not_verbatim_are_shown(path, column):
    load(path, ARTICLE)
    assert rows(path, "SELECT * FROM not_verbatim") == []
    wrong = {"content": '[{"start": 0, "end": 3, "text": "été"}]', "cue_start": 0, "target_end": 99}
    with sqlite3.connect(path) as db:
        db.execute(f"UPDATE claims SET {column} = ?", [wrong.get(column, "autre")])
    assert len(rows(path, "SELECT * FROM not_verbatim")) == 2


def test_a_second_load_changes_nothing_and_extracts_nothing(path):
    other = Article.make("Kim dit : « Oui »", id="b", title="Titre")
    problem = Problem(source="dossier/x.txt", reason="empty")
    first = load(path, ARTICLE, other, problem, extractor=Quotes(), sources=["dossier"])
    before = dump(path)
    again = Quotes()
    second = load(path, ARTICLE, other, other, problem, extractor=again, sources=["dossier"])
    assert dump(path) == before
    assert again.read == []
    assert (first.new, first.updated, first.unchanged, first.problems) == (2, 0, 0, 1)
    assert (second.new, second.updated, second.unchanged, second.problems) == (0, 0, 3, 1)
    assert (second.articles, second.claims, second.speakers, second.outlets) == (2, 3, 2, 2)
    assert second.by_type == {"direct": 3}
    assert second.by_stance == {"affirms": 3}


@pytest.mark.parametrize("stop", [KeyboardInterrupt, ZeroDivisionError])
def test_a_load_that_is_stopped_keeps_what_it_did_and_goes_on_there(path, monkeypatch, stop):
    monkeypatch.setattr("claims.store.loading.ARTICLES_A_BATCH", 2)
    monkeypatch.setattr("claims.store.loading.PATIENCE", 0)
    articles = [Article.make(f"Kim dit : « {n} »", id=str(n)) for n in range(5)]

    def stopped() -> Iterator[Reading]:
        yield Reading("x", "", "not UTF-8")
        yield from readings(*articles[:4])
        raise stop

    with Store.open(path, write=True) as store, pytest.raises(stop):
        store.load(stopped(), Quotes(failing=frozenset("3")))
    assert rows(path, "SELECT count(*) FROM claims") == [(3,)]
    assert rows(path, "SELECT articles, claims FROM runs") == [(3, 3)]
    assert rows(path, "SELECT kind FROM speakers") == [("person",)]
    assert rows(path, "SELECT source, reason FROM problems") == [("x", "not UTF-8")]
    rest = Quotes()
    load(path, *articles, extractor=rest)
    assert rest.read == ["3", "4"]
    assert rows(path, "SELECT articles, claims FROM runs") == [(5, 5)]


@pytest.mark.parametrize("was_on", [True, False])
def test_a_load_leaves_the_garbage_collector_as_it_was(path, monkeypatch, was_on):

    def fail(*_: object) -> int:
        raise MemoryError

    before = gc.isenabled()
    try:
        (gc.enable if was_on else gc.disable)()
        load(path, ARTICLE)
        assert gc.isenabled() == was_on
        monkeypatch.setattr("claims.store.writing.Writer.write", fail)
        with pytest.raises(MemoryError):
            load(path, Article.make("Kim dit : « Oui »", id="b"))
        assert gc.isenabled() == was_on
    finally:
        (gc.enable if before else gc.disable)()


def test_better_rules_update_claims_in_place_and_remove_what_is_gone(path):
    untouched = Article.make("Ali dit : « Peut-être » à Reuters", id="b")
    load(path, ARTICLE, untouched)
    (poutine,), (kim,) = rows(
        path, "SELECT id FROM claims WHERE article_id = 'a' ORDER BY cue_start"
    )
    better = Quotes(
        version="2",
        stance=Stance.DENIES,
        pattern=r"(?P<speaker>Kim) (?P<cue>dit) : « (?P<words>[^»]+?) »(?P<to>X)?",
    )
    summary = load(path, ARTICLE, extractor=better)
    assert (summary.new, summary.updated, summary.unchanged) == (0, 1, 0)
    assert rows(path, "SELECT id, stance FROM claims WHERE article_id = 'a'") == [(kim, "denies")]
    assert rows(path, "SELECT name FROM speakers ORDER BY name") == [("Ali",), ("Kim",)]
    assert rows(path, "SELECT name FROM outlets") == [("Reuters",)]
    assert rows(path, "SELECT version, articles, claims FROM runs ORDER BY version") == [
        ("1", 1, 1),
        ("2", 1, 1),
    ]
    assert rows(path, "SELECT 1 FROM claims_fts WHERE claims_fts MATCH 'moscou'") == []
    assert rows(path, f"SELECT 1 FROM claim_speakers WHERE claim_id = '{poutine}'") == []
    assert rows(path, "SELECT * FROM claim_links") == []


def test_links_are_stored_by_kind_and_changed_in_place(path):
    load(path, ARTICLE)
    first, second = rows(path, "SELECT id FROM claims ORDER BY cue_start")
    links = "SELECT claim_id, linked_id, kind, reason FROM claim_links"
    assert rows(path, links) == [(*second, *first, "answers", "test")]
    load(path, ARTICLE, extractor=Quotes(version="2", link=LinkKind.DENIES))
    assert rows(path, links) == [(*second, *first, "denies", "test")]


def test_another_text_under_a_stored_id_is_a_problem_and_loses_nothing(path):
    load(path, ARTICLE)
    articles = "SELECT * FROM articles"
    before = rows(path, articles), rows(path, "SELECT * FROM claims")
    other = Article.make("Kim dit : « Autre »", id="a")
    reported: list[Problem] = []
    summary = load(path, Reading("b.jsonl", "line 3", other), ARTICLE, report=reported.append)
    assert (summary.problems, summary.unchanged) == (1, 1)
    assert [(p.source, p.place) for p in reported] == [("b.jsonl", "line 3")]
    assert "'a'" in reported[0].reason
    assert (rows(path, articles), rows(path, "SELECT * FROM claims")) == before
    assert rows(path, "SELECT source, place FROM problems") == [("b.jsonl", "line 3")]


def test_two_texts_under_one_id_in_one_load_keep_the_first(path):
    load(path, Article.make("Kim dit : « Un »", id="x"), Article.make("Kim dit : « 2 »", id="x"))
    assert rows(path, "SELECT text FROM claims") == [("Un",)]
    assert len(rows(path, "SELECT * FROM problems")) == 1


PROBLEMS = "SELECT source, place FROM problems ORDER BY 1, 2"


@pytest.fixture
def feed(path, tmp_path, monkeypatch):
    """Writes files below a folder that is made the current one, and loads what is named."""
    monkeypatch.chdir(tmp_path)

    def feed(*inputs: str, **files: str) -> list[tuple[Any, ...]]:
        for name, text in files.items():
            file = Path(name.replace("__", "/") + ".jsonl")
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        with Store.open(path, write=True) as store:
            store.load(read(inputs), Quotes(), sources=inputs)
        return rows(path, PROBLEMS)

    return feed


def line(id: str, words: str) -> str:
    return json.dumps({"id": id, "text": f"Kim dit : « {words} »"}) + "\n"


def test_a_conflict_is_a_problem_until_its_file_is_mended(feed):
    lost = [("b.jsonl", "line 2")]
    assert feed("a.jsonl", a=line("a", "un")) == []
    assert feed("b.jsonl", b=line("c", "trois") + line("a", "deux")) == lost
    assert feed("a.jsonl") == lost
    assert feed("b.jsonl") == lost
    assert feed(".", b=line("c", "trois") + line("b", "deux")) == []


def test_a_problem_goes_however_its_file_is_named_and_no_other_of_that_name(feed, tmp_path):
    assert feed("y.jsonl", y="{", in__y="{") == [("y.jsonl", "line 1")]
    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.chdir(tmp_path / "in")
        assert feed("y.jsonl") == [("y.jsonl", "line 1")] * 2
        assert feed(str(tmp_path / "in"), y=line("a", "un")) == [("y.jsonl", "line 1")]
        assert feed(".") == [("y.jsonl", "line 1")]
    assert feed("in/../y.jsonl", y=line("b", "deux")) == []


def test_a_problem_of_what_is_gone_from_a_folder_goes_with_it(feed, monkeypatch):
    Path("empty").mkdir()
    both = [("empty", ""), ("in/y.jsonl", "line 1")]
    assert feed("in", "empty", in__y="{", in__z=line("a", "un")) == both
    Path("in/y.jsonl").unlink()
    assert feed("in/z.jsonl") == both
    assert feed("in") == [("empty", "")]
    Path("empty/x.jsonl").write_text(line("b", "deux"))
    monkeypatch.chdir("in")
    assert feed("../empty") == []


def test_a_file_that_is_mended_to_a_copy_of_another_has_no_problem(feed):
    assert feed(".", a=line("a", "un"), b="{") == [("b.jsonl", "line 1")]
    assert feed(".", b=line("a", "un")) == []


def test_other_data_on_the_standard_input_do_not_mend_a_problem(path):
    bad = Reading("-", "line 1", "not JSON")
    failed = Reading("-", "line 2", ARTICLE)
    load(path, bad, failed, extractor=Quotes(failing=frozenset("a")), sources=["-"])
    assert rows(path, PROBLEMS) == [("-", "line 1"), ("-", "line 2")]
    other = Article.make("Kim dit : « Oui »", id="b")
    load(path, Reading("-", "line 1", other), Reading("-", "line 3", "no `text`"), sources=["-"])
    assert rows(path, PROBLEMS) == [("-", "line 1"), ("-", "line 2"), ("-", "line 3")]
    load(path, Reading("-", "line 1", ARTICLE), sources=["-"])
    assert rows(path, PROBLEMS) == [("-", "line 1"), ("-", "line 3")]


def test_an_id_that_looks_like_a_path_loses_no_problem(feed):
    lost = [("b.jsonl", "line 1")]
    assert feed("a.jsonl", a=line("in/a", "un")) == []
    assert feed("b.jsonl", b=line("in/a", "deux")) == lost
    assert feed("in", in__c=line("c", "trois")) == lost


def test_what_is_published_does_not_tell_of_folders(feed, path, tmp_path):
    feed("y.jsonl", y="{")
    assert not any(str(tmp_path) in row for row in dump(path))


def test_half_a_character_is_a_problem_and_no_crash(path):
    reading = Reading("a\ud800.txt", "", "not \udc00")
    half = Article.make("Kim dit : « Non »", id="half", title="\ud800")
    summary = load(path, reading, half, ARTICLE)
    assert (summary.new, summary.problems) == (1, 2)
    assert rows(path, "SELECT source FROM problems ORDER BY 1") == [("a?.txt",), ("half.txt",)]


@pytest.mark.parametrize("silent", [{}, {"published": None, "language": "en"}])
def test_what_is_known_of_an_article_stays_where_a_new_reading_is_silent(path, silent):
    load(path, Article.make(TEXT, id="a", url="u", published="2024-06-20", language="en"))
    before = dump(path)
    assert load(path, Article.make(TEXT, id="a", **silent)).unchanged == 1
    assert dump(path) == before
    assert load(path, Article.make(TEXT, id="a", url="v", title="Titre")).updated == 1
    known = "SELECT url, title, published, language FROM articles"
    assert rows(path, known) == [("v", "Titre", "2024-06-20", "en")]


MOSCOW = SpeakerEntry(name="Moscou", kind=SpeakerKind.GOVERNMENT, country="RU", wikidata="Q1")
OTHER_REGISTRY = Registry(
    [(MOSCOW, "test"), (OutletEntry(name="Afp", kind=MediumKind.AGENCY, state=False), "test")]
)
SPELT = [
    Article.make(f"{name} dit : « {n} » à {medium}", id=str(n))
    for n, (name, medium) in enumerate(
        [
            ("ÉLISE ROY", "AFP"),
            ("ÉLISE ROY", "AFP"),
            ("Elise Roy", "KCNA"),
            ("Élise Roy", "AFP"),
            ("Élise Roy", "Kcna"),
            ("VLADIMIR POUTINE", "AFP"),
            ("Moscou", "AFP"),
            ("ONU", "AFP"),
        ]
    )
]
MIXED = Article.make(
    "Élise Roy dit : « A ». Elise Roy dit : « B ». ÉLISE ROY dit : « C »", id="mixed"
)


def content(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows, whatever their order, but for the runs; and what search finds by."""
    links = ("claim_speakers", "claim_outlets", "claim_links")
    tables = ("articles", "claims", "speakers", "outlets", *links)
    found = {table: sorted(rows(path, f"SELECT * FROM {table}"), key=repr) for table in tables}
    with sqlite3.connect(path) as db:
        for table in ("articles", "claims"):
            db.execute(f"INSERT INTO {table}_fts({table}_fts) VALUES ('integrity-check')")
    return found


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from([*SPELT, MIXED]), max_size=5),
            st.sampled_from([REGISTRY, OTHER_REGISTRY, Registry([])]),
            st.sampled_from([Stance.AFFIRMS, Stance.DENIES]),
        ),
        max_size=3,
    ),
    st.permutations([*SPELT, MIXED]),
    st.sampled_from([REGISTRY, OTHER_REGISTRY, Registry([])]),
)
def test_whatever_was_loaded_before_the_last_load_decides(tmp_path_factory, before, last, registry):
    folder = tmp_path_factory.mktemp("loads")
    for articles, its_registry, stance in before:
        extractor = Quotes(registry=its_registry, stance=stance)
        load(folder / "after.db", *articles, extractor=extractor)
    load(folder / "after.db", *last, extractor=Quotes(registry=registry))
    load(folder / "fresh.db", *SPELT, MIXED, extractor=Quotes(registry=registry))
    assert content(folder / "after.db") == content(folder / "fresh.db")


def test_one_speaker_has_one_name_wherever_it_is_shown(path):
    def named(table: str) -> dict[str, list[tuple[Any, ...]]]:
        return {
            "table": rows(path, f"SELECT name FROM {table} ORDER BY name"),
            "claims": rows(
                path, f"SELECT DISTINCT value FROM claims, json_each({table}) ORDER BY 1"
            ),
        }

    def view(column: str) -> list[tuple[Any, ...]]:
        return rows(path, f"SELECT DISTINCT {column} FROM who_said_what ORDER BY 1")

    load(path, *SPELT[:3])
    assert view("speaker") == [("Elise Roy",)]
    load(path, *SPELT)
    speakers = [("Moscou",), ("ONU",), ("Vladimir Poutine",), ("Élise Roy",)]
    assert named("speakers") == {"table": speakers, "claims": speakers}
    assert named("outlets") == {"table": [("AFP",), ("KCNA",)], "claims": [("AFP",), ("KCNA",)]}
    assert view("speaker") == speakers
    assert view("outlet_chain") == [("AFP (told_to)",), ("KCNA (told_to)",)]
    with Store.open(path) as store:
        for (id,) in rows(path, "SELECT id FROM claims"):
            assert (store.claim(id)[1].speakers[0].name,) in speakers
    load(path, *SPELT, extractor=Quotes(registry=OTHER_REGISTRY))
    assert ("VLADIMIR POUTINE",) in named("speakers")["claims"]
    assert named("outlets") == {"table": [("Afp",), ("Kcna",)], "claims": [("Afp",), ("Kcna",)]}


def test_an_article_that_cannot_be_extracted_is_kept_reported_and_tried_again(path):
    summary = load(path, ARTICLE, extractor=Quotes(failing=frozenset("a")))
    assert (summary.articles, summary.claims, summary.problems) == (1, 0, 1)
    assert rows(path, "SELECT source, reason FROM problems") == [("a.txt", "the parser gave up")]
    load(path, ARTICLE)
    assert rows(path, "SELECT count(*) FROM claims") == [(2,)]
    assert rows(path, "SELECT * FROM problems") == []


def test_a_text_that_sqlite_cannot_count_in_is_a_problem(path):
    summary = load(path, Article.make("\0 Kim dit : « oui »", id="nul"), ARTICLE)
    assert (summary.new, summary.problems) == (1, 1)
    assert rows(path, "SELECT source FROM problems") == [("nul.txt",)]


def test_search_ignores_accents_and_follows_changes(path):
    load(path, ARTICLE)
    found = "SELECT rowid FROM {0}_fts WHERE {0}_fts MATCH 'ecole'"
    assert len(rows(path, found.format("claims"))) == 1
    assert len(rows(path, found.format("articles"))) == 1


def test_the_registry_gives_country_ownership_and_what_a_name_stands_for(path):
    load(path, ARTICLE, Article.make("Moscou dit : « Oui »", id="b"))
    assert rows(path, "SELECT name, kind, country, metonym_of FROM speakers ORDER BY name") == [
        ("Kim", "person", None, None),
        ("Moscou", "government", None, "la Russie"),
        ("Vladimir Poutine", "person", "RU", None),
    ]
    assert rows(path, "SELECT name, state_media, country FROM outlets ORDER BY name") == [
        ("AFP", None, None),
        ("KCNA", 1, "KP"),
    ]


def test_the_views_name_people_and_media(path):
    load(path, ARTICLE)
    said = rows(
        path,
        "SELECT date, speaker, claim, outlet_chain, publisher, link FROM who_said_what"
        " ORDER BY claim_id = (SELECT id FROM claims WHERE speaker = 'Kim')",
    )
    assert said[0] == (
        "2024-06-20",
        "Vladimir Poutine",
        "Une école, à Moscou",
        "KCNA (told_to)",
        "Le Journal",
        "https://exemple.fr/a#:~:text=Une%20%C3%A9cole%2C%20%C3%A0%20Moscou",
    )
    assert rows(path, "SELECT * FROM who_relays_whom ORDER BY outlet") == [
        ("AFP", "Kim", "told_to", 1, 1),
        ("KCNA", "Vladimir Poutine", "told_to", 1, 1),
    ]


def test_a_view_that_changed_is_made_again(path):
    load(path, ARTICLE)
    with sqlite3.connect(path) as db:
        db.execute("DROP VIEW who_relays_whom")
        db.execute("CREATE VIEW who_relays_whom AS SELECT 1")
    load(path)
    assert len(rows(path, "SELECT * FROM who_relays_whom")[0]) == 5


def test_tables_are_strict_with_indexes_and_foreign_keys(path):
    load(path, ARTICLE)
    db = Database(path)
    ours = [t for t in db.tables if "_fts" not in t.name and not t.name.startswith("_")]
    assert all(table.strict for table in ours)
    metadata = json.loads((Path(__file__).parents[1] / "datasette-metadata.json").read_text())
    described = metadata["databases"]["claims"]["tables"]
    for table in ours:
        indexed = {index.columns[0] for index in table.indexes} | {table.pks[0]}
        used = {key.column for key in table.foreign_keys}
        config = described[table.name]
        for facet in config.get("facets", []):
            used.add(facet if isinstance(facet, str) else next(iter(facet.values())))
        used |= {config[key] for key in ("sort", "sort_desc") if key in config}
        assert used <= indexed, table.name
    with (
        pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"),
        Store.open(path, write=True) as store,
    ):
        store.db.execute("DELETE FROM speakers")


@pytest.mark.parametrize("write", [True, False])
class TestFilesThatAreNoDatabaseOfOurs:
    def refused(self, path: Path, write: bool, match: str) -> None:
        before = path.read_bytes() if path.is_file() else None
        with pytest.raises(StoreError, match=match) as caught:
            Store.open(path, write=write)
        assert "\n" not in str(caught.value)
        assert (path.read_bytes() if path.is_file() else None) == before

    def test_text(self, path, write):
        path.write_text("Ceci n'est pas une base de données. " * 99)
        self.refused(path, write, "is not a SQLite database")

    def test_folder(self, tmp_path, write):
        self.refused(tmp_path, write, "is a folder")

    def test_missing_folder(self, tmp_path, write):
        self.refused(tmp_path / "none" / "claims.db", write, "none/claims.db")

    def test_of_something_else(self, path, write):
        Database(path).table("articles").insert({"id": 1})
        self.refused(path, write, "something else")

    def test_of_a_newer_version(self, path, write):
        load(path, ARTICLE)
        with sqlite3.connect(path) as db:
            db.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                " VALUES ('claims', 'reviews_002', '')"
            )
        self.refused(path, write, "newer version")


def test_a_database_of_the_version_before_reasons_keeps_its_claims(path):
    load(path, ARTICLE)
    with sqlite3.connect(path) as db:
        for column in ("score", "reasons"):
            db.execute(f"ALTER TABLE claims DROP COLUMN {column}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'reasons_002'")
        before = list(db.execute("SELECT id, text FROM claims ORDER BY id"))
    with pytest.raises(StoreError, match="older version"):
        Store.open(path)
    with Store.open(path, write=True) as store:
        claims = [store.claim(id) for id, _ in before]
    assert [(claim.id, claim.text, claim.reasons) for _, claim in claims] == [
        (id, text, ()) for id, text in before
    ]


def test_an_empty_file_becomes_a_database_but_only_when_loading(path):
    path.touch()
    with pytest.raises(StoreError, match="claims load"):
        Store.open(path)
    assert load(path, ARTICLE).claims == 2


def test_a_locked_database_is_one_clear_error(path, monkeypatch):
    monkeypatch.setattr("claims.store.WAITING", 0.1)
    load(path, ARTICLE)
    other = sqlite3.connect(path)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="no other program is writing"):
        Store.open(path)
    other.close()


def test_loading_does_not_slow_down_with_what_is_there(path):
    articles = [Article.make(f"Kim dit : « mot {n} » à AFP", id=str(n)) for n in range(4000)]
    start = time.perf_counter()
    load(path, *articles)
    middle = time.perf_counter()
    load(path, *articles)
    assert middle - start < 15
    assert time.perf_counter() - middle < 5


def test_a_registry_that_comes_back_names_all_again(path):
    """What a load of another registry called otherwise in between, too."""
    article, other = SPELT[5], SPELT[0]
    load(path, article, extractor=Quotes(registry=Registry([])))
    load(path, other, extractor=Quotes(registry=REGISTRY))
    assert ("Vladimir Poutine",) in rows(path, "SELECT name FROM speakers")
    load(path, article, other, extractor=Quotes(registry=Registry([])))
    assert ("VLADIMIR POUTINE",) in rows(path, "SELECT name FROM speakers")
