import csv
import re
import unicodedata
from pathlib import Path

import pytest

from claims import language
from claims.errors import LanguageError
from claims.language import Row

TABLES = sorted((Path(language.__file__).parent / "languages").glob("*/*.csv"))
HEAD = "id,example,counterexample\n"


def test_there_are_tables():
    assert TABLES
    assert {path.parent.name for path in TABLES} == set(language.codes())


@pytest.mark.parametrize("path", TABLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_row_of_each_table_has_a_name_and_both_examples(path):
    text = path.read_bytes().decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text
    table = list(csv.DictReader(text.splitlines(), restkey="rest", restval=None))
    assert table
    ids = [row["id"] for row in table]
    assert sorted(set(ids)) == sorted(ids), "an id is there twice"
    for row in table:
        assert re.fullmatch(r"[a-z0-9-]+", row["id"])
        assert None not in row.values(), row["id"]
        assert "rest" not in row, row["id"]
        assert row["example"].strip(), row["id"]
        assert row["counterexample"].strip(), row["id"]
        assert row["example"] != row["counterexample"], row["id"]


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Writes a table of the language `xx`, and reads it."""
    (tmp_path / "languages" / "xx").mkdir(parents=True)
    monkeypatch.setattr(language, "files", lambda _: tmp_path)
    language.rows.cache_clear()
    yield lambda text: (
        (tmp_path / "languages" / "xx" / "table.csv").write_text(text, encoding="utf-8"),
        language.rows("xx", "table", Row),
    )[1]
    language.rows.cache_clear()


def test_a_table_of_another_language_needs_no_code(written):
    assert language.folder("xx").is_dir()
    assert written(f"{HEAD}a,oui,non\n") == (Row(id="a", example="oui", counterexample="non"),)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("a,oui,\n", ["line 2", "counterexample"]),
        ("a,oui\n", ["line 2", "counterexample"]),
        ("a,oui,non\nA b,oui,non\n", ["line 3", "id"]),
        ("a,oui,non\na,si,non\n", ["line 3", "'a' is there twice"]),
        ("a,oui,non,peut-être\n", ["line 2"]),
        ("a,e\u0301te\u0301,non\n", ["line 2", "NFC"]),
    ],
)
def test_a_row_that_breaks_the_rules_is_named(written, lines, words):
    with pytest.raises(LanguageError) as error:
        written(HEAD + lines)
    assert all(word in str(error.value) for word in ["xx/table.csv", *words])


def test_a_language_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(LanguageError, match=r"'tlh'.*fr"):
        language.folder("tlh")


@pytest.mark.parametrize(("word", "count"), [("deux", 2), ("Trois", 3), ("12", 12), ("chat", 0)])
def test_a_numeral_counts_in_letters_and_in_digits(word, count):
    assert language.numeral("fr", word) == count
