"""What people say holds over every re-run, stands beside what the machine says, and can be taken back."""

import csv
import io
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from claims.cli import main
from claims.errors import ReviewError
from claims.model import Article, Stance, named_speaker_id
from claims.registry import Registry
from claims.reviews import Action, Review, from_csv, to_csv
from claims.store import Store, recent
from tests.quotes import Quotes, readings

TEXT = "Paul Roux dit : « Le pont tient bon » à AFP.\nLéa Blanc dit : « Il faut le fermer vite » à KCNA."
ARTICLE = Article.make(TEXT, id="a", published="2024-06-19", publisher="Le Journal")
BUNDLED = Registry.bundled()
OTHER = Article.make("Roux dit : « Nous verrons bien » à AFP.", id="b")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "claims.db"
    load(path)
    return path


def load(path: Path, version: str = "1", **more: Any) -> None:
    with Store.open(path, write=True) as store:
        store.load(readings(ARTICLE, OTHER), Quotes(version=version, registry=BUNDLED, **more))


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        return list(connection.execute(sql))


def dump(path: Path) -> list[str]:
    """What a database holds; of the index its rows, and not what was written together."""
    with sqlite3.connect(path) as connection:
        lines = [line for line in connection.iterdump() if "_fts" not in line]
        index = map(repr, recent.recent(Database(connection)).all().tuples())
        return sorted([*(line for line in lines if 'INTO "new_pairs"' not in line), *index])


def claims(path: Path) -> dict[str, str]:
    return dict(rows(path, "SELECT text, id FROM claims"))


def said(path: Path, *arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, ["review", str(path), *arguments], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.output


def is_sound(path: Path) -> bool:
    with Store.open(path, write=True, as_is=True) as store:
        return not any(finding.wrong for finding in store.check())


PONT, FERMER = "Le pont tient bon", "Il faut le fermer vite"
CASES = {
    "speaker": (
        ["--speaker", "Anne Petit", "--speaker", "maire"],
        "SELECT speakers FROM claims WHERE text = 'Le pont tient bon'",
        [('["Anne Petit", "maire"]',)],
    ),
    "nobody": (
        ["--nobody"],
        "SELECT speakers FROM claims WHERE text = 'Le pont tient bon'",
        [("[]",)],
    ),
    "outlet": (
        ["--outlet", "KCNA:relay"],
        "SELECT name, role FROM claim_outlets JOIN claims ON id = claim_id WHERE text LIKE 'Le pont%'",
        [("KCNA", "relay")],
    ),
    "no outlet": (
        ["--no-outlet"],
        "SELECT outlets FROM claims WHERE text = 'Le pont tient bon'",
        [("[]",)],
    ),
    "stance": (
        ["--stance", "denies"],
        "SELECT stance FROM claims WHERE text = 'Le pont tient bon'",
        [("denies",)],
    ),
    "content": (
        ["--content", "pont tient"],
        "SELECT text FROM claims ORDER BY text",
        [(FERMER,), ("Nous verrons bien",), ("pont tient",)],
    ),
    "reject": (
        ["--reject"],
        "SELECT text FROM claims ORDER BY text",
        [(FERMER,), ("Nous verrons bien",)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_correction_is_shown_holds_over_a_re_run_and_can_be_taken_back(path, name):
    arguments, query, wanted = CASES[name]
    before = dump(path)
    said(path, claims(path)[PONT], *arguments, "--author", "Ada")
    assert rows(path, query) == wanted
    assert is_sound(path)
    load(path, version="2")
    assert rows(path, query) == wanted
    load(path, version="1")
    assert rows(path, query) == wanted
    assert is_sound(path)
    (review,) = rows(path, "SELECT id FROM reviews")
    said(path, "--undo", review[0][:6])
    (undone,) = rows(path, "SELECT undone FROM reviews")
    assert undone[0]
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM reviews")
        db.execute("DELETE FROM runs WHERE articles = 0")
    assert dump(path) == before


def test_a_correction_stands_beside_what_the_machine_says(path):
    said(path, claims(path)[PONT], "--stance", "denies", "--author", "Ada", "--note", "relu")
    assert rows(path, "SELECT author, action, subject, machine, person, note FROM reviewed") == [
        ("Ada", "stance", PONT, "affirms", "denies", "relu")
    ]
    load(path, version="2", stance=Stance.WARNS)
    assert rows(path, "SELECT machine, person FROM reviewed") == [("warns", "denies")]
    assert rows(path, "SELECT stance FROM claims WHERE text = 'Le pont tient bon'") == [("denies",)]


def test_a_claim_that_was_corrected_stays_when_the_machine_finds_it_no_more(path):
    id = claims(path)[PONT]
    said(path, id, "--stance", "denies", "--author", "Ada")
    none = r"(?P<speaker>Nobody) (?P<cue>dit) : « (?P<words>[^»]+?) »(?: à (?P<to>\w+))?"
    load(path, version="2", pattern=none)
    assert rows(path, "SELECT id, stance FROM claims") == [(id, "denies")]
    said(path, "--undo", rows(path, "SELECT id FROM reviews")[0][0])
    assert is_sound(path)


def test_what_is_counted_and_searched_follows(path):
    said(path, claims(path)[PONT], "--reject", "--author", "Ada")
    counted = rows(path, "SELECT speaker, sum(claims) FROM who_says_how GROUP BY 1 ORDER BY 1")
    assert counted == [("Léa Blanc", 1), ("Roux", 1)]
    assert rows(path, "SELECT * FROM claims_fts WHERE claims_fts MATCH 'pont'") == []
    assert rows(path, "SELECT count(*) FROM claim_links") == [(0,)]


def test_names_are_merged_everywhere_and_parted_again(path):
    said(path, "--same-speaker", "Roux", "Paul Roux", "--author", "Ada")
    shown = "SELECT speakers FROM claims ORDER BY text"
    assert rows(path, shown) == [('["Léa Blanc"]',), ('["Paul Roux"]',), ('["Paul Roux"]',)]
    assert ("Roux",) not in rows(path, "SELECT name FROM speakers")
    load(path, version="2")
    assert rows(path, shown)[1:] == [('["Paul Roux"]',)] * 2
    assert rows(path, "SELECT machine, person FROM reviewed") == [(None, "Paul Roux")]
    said(path, "--undo", rows(path, "SELECT id FROM reviews")[0][0])
    assert ('["Roux"]',) in rows(path, shown)
    said(path, "--same-outlet", "AFP", "KCNA", "--author", "Ada")
    assert rows(path, "SELECT name FROM outlets") == [("KCNA",)]
    assert is_sound(path)


def test_a_verdict_changes_nothing_and_needs_its_address_and_date(path):
    id = claims(path)[PONT]
    before = rows(path, "SELECT * FROM claims ORDER BY id")
    arguments = [id, "--verdict", "Faux", "--author", "Ada"]
    assert "needs its words, its address and its date" in said(path, *arguments, status=1)
    said(path, *arguments, "--url", "https://example.org/v", "--date", "2024-06-30")
    assert rows(path, "SELECT person, url, date FROM reviewed") == [
        ("Faux", "https://example.org/v", "2024-06-30")
    ]
    assert rows(path, "SELECT * FROM claims ORDER BY id") == before


def test_claims_are_put_together_and_apart(tmp_path):
    path = tmp_path / "claims.db"
    words = (
        "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre"
    )
    other = "La passerelle neuve ouvrira aux cyclistes et aux promeneurs le premier dimanche de mai"
    made = [
        Article.make(f"Paul Roux dit : « {text} »", id=id, publisher=id)
        for id, text in (("a", words), ("b", words), ("c", other))
    ]
    with Store.open(path, write=True) as store:
        store.load(readings(*made), Quotes())
    ids = dict(rows(path, "SELECT article_id, id FROM claims"))
    grouped = "SELECT article_id FROM claim_groups JOIN claims ON id = claim_id ORDER BY 1"
    assert rows(path, grouped) == [("a",), ("b",)]
    said(path, ids["a"], ids["c"], "--same-words", "--author", "Ada")
    assert rows(path, grouped) == [("a",), ("b",), ("c",)]
    said(path, ids["b"], "--apart", "--author", "Ada")
    assert rows(path, grouped) == [("a",), ("c",)]
    with Store.open(path, write=True) as store:
        store.mend()
    assert rows(path, grouped) == [("a",), ("c",)]
    for (review,) in rows(path, "SELECT id FROM reviews"):
        said(path, "--undo", review)
    assert rows(path, grouped) == [("a",), ("b",)]
    assert is_sound(path)


def test_reviews_go_to_a_spreadsheet_and_into_another_database(path, tmp_path):
    said(path, claims(path)[PONT], "--stance", "denies", "--author", "Ada", "--note", "=1+1")
    said(path, claims(path)[FERMER], "--reject", "--author", "=cmd()")
    file = tmp_path / "reviews.csv"
    said(path, "--export", str(file))
    cells = [cell for row in csv.reader(io.StringIO(file.read_text("utf-8"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    other = tmp_path / "other.db"
    load(other)
    assert "2 reviews are new" in said(other, "--import", str(file))
    shown = "SELECT text, stance FROM claims ORDER BY text"
    assert rows(other, shown) == rows(path, shown)
    assert rows(other, "SELECT * FROM reviews ORDER BY id") == rows(
        path, "SELECT * FROM reviews ORDER BY id"
    )
    assert "0 reviews are new" in said(other, "--import", str(file))


def test_a_review_can_come_before_the_claim_that_it_is_of(path, tmp_path):
    said(path, claims(path)[PONT], "--stance", "denies", "--author", "Ada")
    file, empty = tmp_path / "reviews.csv", tmp_path / "empty.db"
    said(path, "--export", str(file))
    Store.open(empty, write=True).close()
    said(empty, "--import", str(file))
    load(empty)
    assert rows(empty, "SELECT stance FROM claims WHERE text LIKE 'Le pont%'") == [("denies",)]


def test_wrong_rows_of_a_file_are_told_and_the_others_are_read(path, tmp_path):
    good = Review.make("Ada", Action.STANCE, claims(path)[PONT], "denies")
    bad = to_csv([good]).splitlines()
    file = tmp_path / "reviews.csv"
    file.write_text("\n".join([*bad, bad[1].replace("denies", "lies")]), encoding="utf-8")
    output = said(path, "--import", str(file), status=1)
    assert "line 3: 'lies' is no stance" in output
    assert "1 reviews are new" in output
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    assert "the columns id, made, author, action, subject are missing" in said(
        path, "--import", str(file), status=1
    )
    file.write_bytes(b"\xff\xfe")
    assert "not UTF-8" in said(path, "--import", str(file), status=1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["ffff", "--reject"], "no claim 'ffff'"),
        (["--reject"], "give their ids"),
        (["{id}", "--content", "Le pont tombe"], "does not stand in the article"),
        (["{id}", "--outlet", "TASS:relay"], "does not name 'TASS'"),
        (["{id}", "--outlet", "KCNA"], "write the medium as NAME:ROLE"),
        (["{id}", "--same-words"], "two claims or more"),
        (["--same-speaker", "Roux", "Personne"], "nothing called 'Personne'"),
        (["--same-speaker", "Roux", "Roux"], "the id and the name of another"),
        (
            ["--same-speaker", "Roux", "Paul Roux", "--note", "x", "--undo", "a"],
            "--undo takes back one",
        ),
        (["--note", "x"], "nothing is said that"),
        (["{id}", "--speaker", "Anne", "--nobody"], "contradict one another"),
        (["{id}", "--speaker", " "], "a JSON list of names"),
        (["{id}", "--content", " "], "does not stand in the article"),
        (["{id}", "--content", "Il faut le fermer vite"], "a claim of their own already"),
        (
            ["{id}", "--verdict", "Faux", "--url", "javascript:x", "--date", "2024"],
            "begins with https",
        ),
        (["--undo", ""], "no review that counts"),
        (["--undo", "abc"], "no review that counts"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(path, arguments, told):
    before = dump(path)
    filled = [argument.format(id=claims(path)[PONT]) for argument in arguments]
    assert told in said(path, *filled, "--author", "Ada", status=1)
    assert dump(path) == before


def test_a_new_boundary_that_overlaps_itself_is_left_out(path):
    id = claims(path)[PONT]
    with Store.open(path, write=True) as store:
        start = store.claim(id)[1].content[0].start
        wrong = Review.make("Ada", Action.CONTENT, id, [[start, start + 6], [start + 3, start + 9]])
        store.review([wrong])
    assert claims(path)[PONT] == id


def test_reviews_are_listed(path):
    assert "no reviews" in said(path)
    said(path, claims(path)[PONT], "--stance", "denies", "--author", "Ada")
    for listed in (said(path), said(path, claims(path)[PONT])):
        assert "stance: denies" in listed
        assert "the machine says: affirms" in listed
    assert "no reviews" in said(path, claims(path)[FERMER])


@pytest.mark.parametrize(
    ("action", "value"),
    [
        (Action.STANCE, "lies"),
        (Action.SPEAKER, "Paul"),
        (Action.SPEAKER, [""]),
        (Action.OUTLET, [["AFP", "friend"]]),
        (Action.CONTENT, []),
        (Action.CONTENT, [[3, 3]]),
        (Action.CONTENT, [[0, True]]),
        (Action.SAME_WORDS, "x"),
    ],
)
def test_a_review_that_means_nothing_is_refused(action, value):
    with pytest.raises(ReviewError):
        Review.make("Ada", action, named_speaker_id("x"), value)


def test_an_id_that_is_not_that_of_the_review_is_refused():
    review = Review.make("Ada", Action.REJECT, named_speaker_id("x"))
    (told,) = from_csv(to_csv([review]).replace("Ada", "Eve"))
    assert "the id is not that" in told


def reviews(path):
    return [id for (id,) in rows(path, "SELECT id FROM reviews ORDER BY made")]


def shown(path):
    return [s for (s,) in rows(path, "SELECT speakers FROM claims ORDER BY text DESC")]


def test_a_chain_of_merges_is_followed_and_its_first_can_be_undone(path):
    said(path, "--same-speaker", "Roux", "Paul Roux", "--author", "Ada")
    said(path, "--same-speaker", "Paul Roux", "Léa Blanc", "--author", "Ada")
    assert set(shown(path)) == {'["Léa Blanc"]'}
    said(path, "--undo", reviews(path)[0])
    assert shown(path) == ['["Roux"]', '["Léa Blanc"]', '["Léa Blanc"]']
    assert is_sound(path)


def test_names_that_are_each_other_are_one(path):
    with Store.open(path, write=True) as store:
        ids = dict(store.db.execute("SELECT name, id FROM speakers").fetchall())
        one, other = ([ids[name], name] for name in ("Roux", "Paul Roux"))
        pairs = ((one, other), (other, one))
        store.review([Review.make("Ada", Action.SAME_SPEAKER, a[0], b) for a, b in pairs])
    assert len(set(shown(path))) == 2
    assert is_sound(path)


def test_a_name_can_be_another_that_is_not_there_yet(tmp_path):
    path = tmp_path / "claims.db"
    roux, paul = ([named_speaker_id(name), name] for name in ("Roux", "Paul Roux"))
    with Store.open(path, write=True) as store:
        store.review([Review.make("Ada", Action.SAME_SPEAKER, roux[0], paul)])
        store.load(readings(OTHER), Quotes())
    assert shown(path) == ['["Paul Roux"]']


def test_a_claim_with_other_boundaries_can_be_corrected_again_by_either_id(path):
    old = claims(path)[PONT]
    said(path, old, "--content", "pont tient", "--author", "Ada")
    new = claims(path)["pont tient"]
    said(path, new[:8], "--stance", "denies", "--author", "Ada")
    said(path, old[:8], "--outlet", "KCNA:relay", "--author", "Ada")
    assert rows(path, "SELECT stance, outlets FROM claims WHERE text = 'pont tient'") == [
        ("denies", '["KCNA"]')
    ]
    said(path, old, "--content", "Le pont tient", "--author", "Ada")
    assert "Le pont tient" in claims(path)
    assert is_sound(path)


def test_two_claims_never_get_one_place(path):
    with Store.open(path, write=True) as store:
        start = store.claim(claims(path)[FERMER])[1].content[0]
        wrong = Review.make("Ada", Action.CONTENT, claims(path)[PONT], [[start.start, start.end]])
        store.review([wrong])
    assert len(claims(path)) == 3
    assert is_sound(path)


def test_of_two_reviews_the_last_counts_also_within_a_second(path):
    id = claims(path)[PONT]
    for stance in ("denies", "warns", "judges", "denies", "opposes"):
        said(path, id, "--stance", stance, "--author", "Ada")
    assert rows(path, "SELECT stance FROM claims WHERE text LIKE 'Le pont%'") == [("opposes",)]


def test_a_correction_after_a_rejection_takes_the_claim_back(path):
    id = claims(path)[PONT]
    said(path, id, "--reject", "--author", "Ada")
    said(path, id[:8], "--stance", "denies", "--author", "Ada")
    assert rows(path, "SELECT stance FROM claims WHERE text LIKE 'Le pont%'") == [("denies",)]
    said(path, id, "--reject", "--author", "Ada")
    assert PONT not in claims(path)


def test_undoing_does_not_bring_back_what_the_machine_finds_no_more(path):
    id = claims(path)[PONT]
    said(path, id, "--stance", "denies", "--author", "Ada")
    none = r"(?P<speaker>Nobody) (?P<cue>dit) : « (?P<words>[^»]+?) »(?: à (?P<to>\w+))?"
    load(path, version="2", pattern=none)
    said(path, "--undo", reviews(path)[0])
    assert claims(path) == {}
    assert is_sound(path)


def test_lines_in_cells_and_semicolons_go_round(path, tmp_path):
    verdict = ["--verdict", "Faux\r\net vieux", "--url", "https://example.org", "--date", "2024"]
    said(path, claims(path)[PONT], *verdict, "--author", "Ada", "--note", "a\r\nb")
    file = tmp_path / "reviews.csv"
    said(path, "--export", str(file))
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM reviews")
    assert "1 reviews are new" in said(path, "--import", str(file))
    assert rows(path, "SELECT value, note FROM reviews") == [("Faux\r\net vieux", "a\r\nb")]
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM reviews")
    said(path, claims(path)[PONT], "--stance", "denies", "--author", "Ada")
    said(path, "--export", str(file))
    file.write_text(file.read_text("utf-8").replace(",", ";"), encoding="utf-8")
    assert "0 reviews are new" in said(path, "--import", str(file))


@pytest.mark.parametrize(
    "value", ['[["AFP", ["x"]]]', '[[1, "relay"]]', "[" * 3000, '["\\ud800"]', '["x", 1]']
)
@pytest.mark.parametrize("action", [Action.OUTLET, Action.SPEAKER])
def test_a_value_that_is_none_is_told(action, value):
    with pytest.raises(ReviewError):
        Review.make("Ada", action, named_speaker_id("x"), value)
