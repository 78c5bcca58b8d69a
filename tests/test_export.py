"""Citations of any number of claims: what is asked for, all of it, nothing twice, little memory."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
import rispy
from bibtexparser.entrypoint import parse_string as read_bibtex
from click.testing import CliRunner

from claims import cli
from claims.citations import FORMATS
from claims.errors import StoreError
from claims.model import Article, OutletRole, Stance
from claims.reviews import Action, Review
from claims.store import Store
from claims.store.selecting import BATCH, Selection, number, of_ids, selected
from tests.quotes import Quotes, readings

SCRIPT = "from claims.cli import main; main()"
SHARED = "Le vieux pont de bois de Valmire sera démonté pièce par pièce avant les crues de novembre"
ARTICLES = [
    Article.make(
        f"Vladimir Poutine dit : « L’école brûle » à KCNA. Ali dit : « {SHARED} »",
        id="a",
        url="https://e.fr/a",
        published="2024-06-20",
        publisher="Le Journal",
    ),
    Article.make(
        f"Élise Roy dit : « Non » à AFP. Ali dit : « {SHARED} »",
        id="b",
        url="https://e.fr/b",
        published="2024-07",
        publisher="L’Écho",
    ),
    Article.make("Moscou dit : « Rien »", id="c"),
]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "claims.db"
    with Store.open(path, write=True) as store:
        store.load(readings(*ARTICLES), Quotes())
    return path


@pytest.fixture
def store(database):
    with Store.open(database) as store:
        yield store


def run(*arguments: object):
    return CliRunner().invoke(cli.main, ["export", *(str(a) for a in arguments)])


def exported(*arguments: object) -> list[tuple[str, str]]:
    """The article and the words of what is exported."""
    result = run(*arguments, "-f", "annotation")
    assert (result.exit_code, result.stderr) == (0, "")
    targets = [found["target"][0] for found in json.loads(result.stdout)]
    return [(t["source"][-1], t["selector"][0]["exact"]) for t in targets]


SCHOOL, FIRST, NO, SECOND = (
    ("a", "L’école brûle"),
    ("a", SHARED),
    ("b", "Non"),
    ("b", SHARED),
)


def test_all_is_exported_where_nothing_is_asked(database):
    assert [words for _, words in exported(database)] == [
        "L’école brûle",
        SHARED,
        "Non",
        SHARED,
        "Rien",
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (["--speaker", "vladimir poutine"], [SCHOOL]),
        (["--speaker", "elise roy", "--speaker", "Vladimir Poutine"], [SCHOOL, NO]),
        (["--outlet", "kcna"], [SCHOOL]),
        (["--publisher", "l'echo"], [NO, SECOND]),
        (["--publisher", "Le Journal", "--speaker", "Ali"], [FIRST]),
        (["--search", "ecole"], [SCHOOL]),
        (["--search", "l'ecole AND"], []),
        (["--search", "BRULE ecole"], [SCHOOL]),
        (["--since", "2024-07"], [NO, SECOND]),
        (["--since", "2024-06-21"], [NO, SECOND]),
        (["--until", "2024-06"], [SCHOOL, FIRST]),
        (["--until", "2024-06-20"], [SCHOOL, FIRST]),
        (["--until", "2024-06-19"], []),
        (["--since", "2024", "--until", "2024"], [SCHOOL, FIRST, NO, SECOND]),
        (["--stance", "affirms", "--outlet", "AFP"], [NO]),
        (["--stance", "denies"], []),
        (["--contested"], []),
    ],
)
def test_what_is_asked_is_exported(database, asked, expected):
    if expected:
        assert exported(database, *asked) == expected
    else:
        result = run(database, "-f", "csljson", *asked)
        assert (result.exit_code, result.stderr) == (0, "no claim matches\n")
        assert json.loads(result.stdout) == []


def test_the_claims_of_a_country_are_those_of_its_government(tmp_path):
    path = tmp_path / "claims.db"
    with Store.open(path, write=True) as store:
        store.load(readings(*ARTICLES), Quotes())
        store.db.execute(
            "UPDATE speakers SET kind = 'government', country = 'RU' WHERE name = 'Moscou'"
        )
    (found,) = json.loads(run(path, "-f", "csljson", "--speaker", "Russie").stdout)
    assert "Moscou" in found["note"]


def test_the_claims_of_a_group_are_exported_by_the_start_of_its_id(database, store):
    (group,) = [row["id"] for row in store.db.query("SELECT id FROM groups WHERE claims = 2")]
    assert exported(database, "--group", group[:9]) == [FIRST, SECOND]


FIRST_TWO = "SELECT id FROM claims ORDER BY rowid LIMIT 2"


def test_the_claims_of_contested_matters_are_exported(tmp_path):
    path = tmp_path / "claims.db"
    with Store.open(path, write=True) as store:
        store.load(readings(*ARTICLES), Quotes())
        id, other = [row["id"] for row in store.db.query(FIRST_TWO)]
        store.db.execute("DELETE FROM claim_matters")
        store.db.execute("DELETE FROM matters")
        row = {"text": "t", "asserted_by": "[]", "denied_by": "[]", "doubted_by": "[]"}
        for matter, contested, claim in (("b1", 1, id), ("b2", 0, other)):
            counts = {"contested": contested, "claims": 1, "articles": 1}
            store.db.table("matters").insert({"id": matter, **row, **counts})
            store.db.table("claim_matters").insert(
                {"claim_id": claim, "matter_id": matter, "side": "x", "reason": "test"}
            )
    assert exported(path, "--contested") == [SCHOOL]
    assert exported(path, "--matter", "b2") == [FIRST]
    assert run(path, "--matter", "b").stderr.startswith("Error: several matters start with 'b'")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["--speaker", "Roy"], "nobody called 'Roy' .* near names: “Élise Roy”"),
        (["--speaker", "Zzz"], "nobody called 'Zzz' .* see its table speakers"),
        (["--outlet", "AF"], "no outlet 'AF' .*near names: “AFP”"),
        (["--publisher", "Journal"], "no publisher 'Journal' .*near names: “Le Journal”"),
        (["--matter", "ffff"], "no row 'ffff' in the table matters"),
        (["--group", "*"], "no row '\\*' in the table groups"),
        (["--search", " - "], "--search needs a word"),
    ],
)
def test_what_is_not_there_is_told_with_what_to_do(database, tmp_path, asked, message):
    out = tmp_path / "out.ris"
    result = run(database, *asked, "-o", out)
    assert result.exit_code == 1
    assert re.match(f"Error: {message}.*\n$", result.stderr)
    assert not out.exists()


@pytest.mark.parametrize(
    "asked",
    [
        ["--since", "20 juin"],
        ["--until", "2024-13"],
        ["--since", "2024-W25-1"],
        ["--since", "20240620"],
        ["--stance", "likes"],
        ["-f", "word"],
    ],
)
def test_wrong_usage_ends_with_status_2(database, asked):
    assert run(database, *asked).exit_code == 2


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_written_to_a_file_as_to_the_standard_output(database, tmp_path, name):
    out = tmp_path / "out"
    assert run(database, "-f", name, "-o", out).exit_code == 0
    assert out.read_bytes() == run(database, "-f", name).stdout_bytes
    with Store.open(database) as store:
        ids = [row["id"] for row in store.db.query("SELECT id FROM claims ORDER BY rowid")]
    cite = CliRunner().invoke(cli.main, ["cite", str(database), *ids, "-f", name])
    assert cite.stdout_bytes == out.read_bytes()
    assert list(tmp_path.iterdir()) == [out]


def test_a_file_of_an_export_has_every_claim_for_others_to_read(database):
    assert len(rispy.loads(run(database, "-f", "ris").stdout)) == 5
    assert len(read_bibtex(run(database, "-f", "bibtex").stdout).entries) == 5
    text = run(database, "-f", "csv").stdout.removeprefix("\ufeff")
    assert len(list(csv.DictReader(io.StringIO(text, newline="")))) == 5
    assert len(json.loads(run(database, "-f", "jsonld").stdout)["@graph"]) == 5


def test_a_claim_is_read_as_the_store_reads_it(store):
    ids = [row["id"] for row in store.db.query("SELECT id FROM claims ORDER BY id")]
    found = list(store.cited(ids))
    assert [cited.claim.id for cited in found] == ids
    assert [(cited.article, cited.claim) for cited in found] == [store.claim(id) for id in ids]
    expected = {c.id: (a, c) for a in ARTICLES for c in Quotes().claims(a)}
    for cited in found:
        article, claim = expected[cited.claim.id]
        assert (cited.article, cited.claim.content) == (article, claim.content)
        assert cited.claim.links == claim.links
        assert [o.role for o in cited.claim.outlets] == [OutletRole.TOLD_TO] * len(claim.outlets)


def test_the_first_article_of_the_same_words_is_known(store):
    found = {(c.article.id, c.claim.text): c.known.first for c in selected(store.db.conn, EVERY)}
    first = found["b", SHARED]
    assert first == found["a", SHARED]
    assert first
    assert (first.id, first.url, first.published) == ("a", "https://e.fr/a", "2024-06-20")
    assert found["b", "Non"] is None


EVERY = Selection()


def test_the_verdicts_of_people_are_known_and_those_taken_back_are_not(tmp_path):
    path = tmp_path / "claims.db"
    with Store.open(path, write=True) as store:
        store.load(readings(*ARTICLES), Quotes())
        id = next(store.db.query("SELECT id FROM claims WHERE text = 'Non'"))["id"]
        more = {"url": "https://f.fr", "date": "2024-08-01"}
        told = [Review.make("Ada", Action.VERDICT, id, words, **more) for words in ("Vrai", "Faux")]
        store.review([*told, Review.make("Ada", Action.STANCE, id, "denies")])
        store.review([told[0].model_copy(update={"undone": "2025-01-01"})])
        # What was judged has other boundaries now, and so another id.
        store.review([Review.make("Ada", Action.CONTENT, id, [[19, 21]])])
        known = {c.claim.text: c for c in selected(store.db.conn, EVERY) if c.known.verdicts}
    (text,) = known
    assert text == ARTICLES[1].text[19:21]
    assert [v.value for v in known[text].known.verdicts] == ["Faux"]
    assert known[text].claim.stance is Stance.DENIES
    graph = json.loads(run(path, "-f", "jsonld").stdout)["@graph"]
    assert [n["url"] for n in graph if n["@type"] == "ClaimReview"] == ["https://f.fr"]


def test_a_claim_that_cannot_be_read_is_told_and_the_rest_is_done(tmp_path):
    path = tmp_path / "claims.db"
    with Store.open(path, write=True) as store:
        store.load(readings(*ARTICLES), Quotes())
        id = next(store.db.query("SELECT id FROM claims WHERE text = 'Non'"))["id"]
        store.db.execute("UPDATE claims SET content = '[]' WHERE id = ?", [id])
    result = run(path, "-f", "csljson")
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)) == 4
    assert result.stderr.startswith(f"{id}: ")
    assert result.stderr.endswith(f"see: claims check {path}\n")
    assert len(result.stderr.splitlines()) == 1
    with Store.open(path) as store, pytest.raises(StoreError, match="claims check"):
        store.claim(id)


def test_ids_that_are_not_there_are_passed_over(store):
    assert list(of_ids(store.db.conn, ["0" * 16])) == []
    assert list(of_ids(store.db.conn, [])) == []


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    path = tmp_path_factory.mktemp("many") / "claims.db"
    articles = [
        Article.make("".join(f"Ali dit : « Non {k} {n} ». " for k in range(9)), id=f"{n:04}")
        for n in range(BATCH)
    ]
    with Store.open(path, write=True) as store:
        store.load(readings(*articles), Quotes())
    return path


def test_any_number_is_exported_each_once_in_little_memory(many):
    with Store.open(many) as store:
        assert number(store.db.conn, EVERY) == 9 * BATCH
        next(iter(store.cited(EVERY)))
        tracemalloc.start()
        ids = {cited.claim.id for cited in store.cited(EVERY)}
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert len(ids) == 9 * BATCH
    with Store.open(many) as store:
        tracemalloc.start()
        held = list(store.cited(EVERY))
        _, all_of_it = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert len(held) == 9 * BATCH
    assert most < all_of_it / 2


def test_queries_are_not_one_a_claim(many):
    queries: list[str] = []
    with Store.open(many) as store:
        store.db.conn.set_trace_callback(queries.append)
        list(store.cited(EVERY))
        store.db.conn.set_trace_callback(None)
    assert len(queries) < 100


def piped(path: Path, *arguments: str, reader: str) -> "subprocess.CompletedProcess[str]":
    export = f'"{sys.executable}" -c "{SCRIPT}" export "{path}" {" ".join(arguments)}'
    return subprocess.run(
        ["bash", "-c", f"{export} | {reader}"], capture_output=True, text=True, check=False
    )


def test_a_reader_that_goes_away_ends_it_quietly(many):
    done = piped(many, "-f", "csv", reader="head -n 2")
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals")
def test_a_terminal_shows_how_far_it_is(many, tmp_path):
    import pty

    lead, terminal = pty.openpty()
    arguments = [sys.executable, "-c", SCRIPT, "export", many, "-o", tmp_path / "out.ris"]
    subprocess.run(arguments, stderr=terminal, check=True)
    os.close(terminal)
    assert f"/{9 * BATCH}" in os.read(lead, 100_000).decode()
    os.close(lead)
    assert len(rispy.loads((tmp_path / "out.ris").read_text(encoding="utf-8"))) == 9 * BATCH


def test_an_export_that_is_interrupted_leaves_what_was_there(database, tmp_path, monkeypatch):
    out = tmp_path / "out.ris"
    out.write_text("before")

    def stopped(*arguments: object):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(Store, "cited", stopped)
    assert run(database, "-o", out).exit_code == 130
    assert out.read_text() == "before"
    assert list(tmp_path.iterdir()) == [out]
