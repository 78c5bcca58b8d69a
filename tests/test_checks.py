"""`claims check` sees each thing that can be wrong, and says what to do."""

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from claims.cli import main
from claims.model import Article
from claims.reviews import Action, Review
from claims.store import Store
from claims.store.checks import CHECKS
from tests.quotes import Quotes, readings

WORDS = "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "claims.db"
    with Store.open(path, write=True) as store:
        made = [
            Article.make(f"Paul Roux dit : « {WORDS} » à AFP.", id=id, publisher=id) for id in "ab"
        ]
        store.load(readings(*made), Quotes())
    return path


def check(path: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["check", str(path), *arguments], catch_exceptions=False)
    return result.exit_code, result.output


def break_it(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as db:
        for statement in statements:
            db.execute(statement)


def test_a_sound_database_is_said_to_be_sound(path):
    status, output = check(path)
    assert status == 0
    assert output.splitlines() == [f"ok: {each.name}" for each in CHECKS]


WRONG = {
    "Every reference leads somewhere": ("DELETE FROM articles WHERE id = 'a'",),
    "All words stand in their article": (
        "UPDATE articles SET text = replace(text, 'pont', 'port')",
    ),
    "Every claim is a valid record, its id the hash of its place": (
        "UPDATE claims SET id = '0000000000000000' WHERE article_id = 'a'",
        "UPDATE claim_speakers SET claim_id = '0000000000000000' WHERE claim_id NOT IN (SELECT id FROM claims)",
        "UPDATE claim_outlets SET claim_id = '0000000000000000' WHERE claim_id NOT IN (SELECT id FROM claims)",
    ),
    "Claims show the names that speakers and outlets have": ("UPDATE speakers SET name = 'Eve'",),
    "Search finds what is there": (
        "INSERT INTO claims_fts (claims_fts, rowid, text) VALUES ('delete', 1, 'Le vieux')",
    ),
    "What is counted is there": ("UPDATE speaker_stances SET claims = 9",),
    "Groups and matters are told as their claims are": ("UPDATE groups SET claims = 9",),
    "Every speaker and outlet has a claim": (
        "INSERT INTO speakers (id, name) VALUES ('0123456789abcdef', 'Eve')",
    ),
    "Claims are what people said of them": (
        "INSERT INTO reviews SELECT '0123456789abcdef', '2024-06-19', 'Ada', 'reject', id, NULL,"
        " NULL, NULL, NULL, NULL FROM claims LIMIT 1",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_what_to_do(path, name):
    break_it(path, *WRONG[name])
    status, output = check(path)
    assert status == 1
    lines = output.splitlines()
    assert f"wrong: {name}" in lines
    advice = next(each.advice for each in CHECKS if each.name == name)
    assert f"  {advice.replace('DATABASE', str(path))}" in lines


MENDED = [
    "Search finds what is there",
    "What is counted is there",
    "Groups and matters are told as their claims are",
    "Every speaker and outlet has a claim",
]


@pytest.mark.parametrize("name", MENDED)
def test_what_follows_from_the_rest_is_mended(path, name):
    break_it(path, *WRONG[name])
    status, output = check(path, "--mend")
    assert (status, "wrong" in output) == (0, False)


def test_a_torn_file_is_told(path):
    data = bytearray(path.read_bytes())
    page = 4096
    for at in range(20 * page, len(data), 7):
        data[at] ^= 0xFF
    path.write_bytes(bytes(data))
    status, output = check(path)
    assert status == 1
    assert "wrong: The file is sound" in output or "malformed" in output


def test_many_wrong_things_are_counted(tmp_path):
    path = tmp_path / "claims.db"
    with Store.open(path, write=True) as store:
        made = [Article.make(f"Paul Roux dit : « {n} ponts »", id=str(n)) for n in range(9)]
        store.load(readings(*made), Quotes())
    break_it(path, "UPDATE articles SET text = replace(text, 'pont', 'port')")
    assert "  … and 13 more" in check(path)[1] or "  … and 22 more" in check(path)[1]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE groups SET text = 'zzz'",
        "UPDATE groups SET merged_into = id",
        "DELETE FROM new_pairs",
        "UPDATE claims SET link = 'http://example.org'",
        "UPDATE claims SET stance = 'denies'",
        "UPDATE claims SET content = 'x'",
        "UPDATE claims SET speakers = 'x'",
        "DROP VIEW not_verbatim",
        "DROP TABLE claims_fts",
    ],
)
def test_whatever_is_broken_is_a_finding_and_no_traceback(path, statement):
    break_it(path, statement)
    status, output = check(path)
    assert status == 1
    assert "wrong: " in output


def test_what_cannot_be_mended_is_told(path):
    break_it(path, "UPDATE claims SET speakers = 'x'")
    result = CliRunner().invoke(main, ["check", str(path), "--mend"])
    assert result.exit_code == 1
    assert "cannot be mended" in result.output


def test_what_people_said_is_applied_again(path):
    with Store.open(path) as store:
        (id,) = store.db.execute("SELECT id FROM claims LIMIT 1").fetchone()
    review = Review.make("Ada", Action.STANCE, id, "denies")
    with Store.open(path, write=True) as store:
        store.db.table("reviews").insert(review.model_dump(mode="json"))
    name = "Claims are what people said of them"
    assert f"wrong: {name}" in check(path)[1]
    assert f"ok: {name}" in check(path, "--mend")[1]
    with Store.open(path) as store:
        assert store.claim(id)[1].stance == "denies"
