"""Tables: JSON, CSV, SQLite and Parquet files to articles."""

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
import time
import tracemalloc
import types
from contextlib import closing
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.model import Article
from claims.reading import kinds, parquet
from claims.reading.parts import MEGABYTE, Document, Settings
from tests.mutations import fuzzed, mutated

SMALL = Settings(largest=20_000)


class Unseekable(io.RawIOBase):
    """A stream as a server or an archive gives it."""

    def __init__(self, data):
        self._data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._data.readinto(buffer)


def found(data, name, *, path=None, seekable=True, **said):
    stream = io.BytesIO(data) if seekable else io.BufferedReader(Unseekable(data))
    document = Document(stream=stream, name=name, path=path, settings=Settings(**said))
    return list(kinds.read(document))


def of_path(path, **said):
    with path.open("rb") as stream:
        document = Document(stream=stream, name=path.name, path=path, settings=Settings(**said))
        return list(kinds.read(document))


def texts(results):
    return [(place, item.text) for place, item in results if isinstance(item, Article)]


def reasons(results):
    return [(place, item) for place, item in results if isinstance(item, str)]


def written(data):
    return json.dumps(data).encode()


def only_findings(results):
    """An article, a reason or nothing: no other thing, and each in one line."""
    for place, item in results:
        assert isinstance(item, Article | str)
        assert "\n" not in place
        assert isinstance(item, Article) or item


def fuzz(data, name, random, **said):
    only_findings(found(mutated(data, random), name, largest=20_000, **said))


# JSON


@pytest.mark.parametrize("seekable", [True, False])
@pytest.mark.parametrize(
    ("value", "places"),
    [
        ([{"text": "Un."}, {"text": "Deux."}], ["item 1", "item 2"]),
        ({"total": 2, "articles": [{"text": "Un."}, {"text": "Deux."}]}, ["item 1", "item 2"]),
        ({"a": [1], "b": {"c": [{}]}, "d.e": [{"text": "Un."}]}, ["item 1"]),
        ({"text": "Un.", "tags": [{"name": "x"}]}, [""]),
    ],
)
def test_json_files_are_read_in_their_usual_shapes(value, places, seekable):
    data = b"\xef\xbb\xbf \n" + written(value)
    results = found(data, "a.json", seekable=seekable)
    assert [place for place, _ in texts(results)] == places
    assert reasons(results) == []


def test_json_fields_are_found_under_other_names_and_within_objects():
    value = [{"content": {"body": "Le texte."}, "source": "Le Monde", "id": 7, "n": 1.5}]
    columns = {"text": "content.body", "publisher": "source"}
    (article,) = [item for _, item in found(written(value), "a.json", columns=columns)]
    assert (article.text, article.publisher, article.id) == ("Le texte.", "Le Monde", "7")
    ((_, item),) = found(written(value[0]), "a.json", columns=columns)
    assert item == article


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "ends too early"),
        (b"[]", "the list is empty"),
        (b'"texte"', "a single value"),
        (b"{}", r"no `text` and no list of objects in it (its keys: none)"),
        (b'{"a": [{}], "b": [{}]}', "several lists of objects in it (its keys: a, b)"),
        (b'{"text": "Un."}\n{"text": "Deux."}', "name it .jsonl"),
        (b'[{"text": "Un."}] [1]', "name it .jsonl"),
        (b"[1, 2, 3]", "no object in it"),
        ('[{"text": "Un été"}]'.encode("utf-16"), "UTF-16; convert it: iconv -f UTF-16 "),
        ('[{"text": "Un été"}]'.encode("latin-1"), "byte 14; if it is Latin-1 (Windows-1252)"),
        (b'[{"text": "Un \xc3', "not UTF-8 at byte 14"),
        (b"[" + b" " * 65_000 + b"9" * 5000 + b"]", "a number in it is too long"),
        (b'{"text": ["a"]}', "no `text`"),
        (b'{"text": "  "}', "is blank"),
    ],
)
def test_a_json_file_that_is_not_wanted_says_what_is(data, wanted):
    results = found(data, "a.json")
    assert len(reasons(results)) == 1
    assert wanted in reasons(results)[0][1]


def test_json_is_read_up_to_where_it_breaks():
    data = written([{"text": f"Texte {n}."} for n in range(5000)])
    cut = found(data[:-3], "a.json")
    assert len(texts(cut)) == 4999
    assert reasons(cut) == [
        ("item 5000", "not JSON: it ends too early; fetch it again, or mend its end")
    ]
    odd = found(data.replace(b'"Texte 4000."', b"NaN"), "a.json")
    assert len(texts(odd)) == 4000
    assert reasons(odd)[0][0] == "item 4001"
    latin = found(data.replace(b"4000", "é".encode("latin-1")), "a.json")
    assert len(texts(latin)) == 4000
    assert "not UTF-8" in reasons(latin)[0][1]
    inner = found(b'{"articles": ' + data[:-3], "a.json")
    assert len(texts(inner)) == 4999
    assert reasons(inner)[0][0] == "item 5000"


def test_items_that_cannot_be_used_are_named_and_the_rest_is_read():
    value = [{"text": "Un."}, {"text": " "}, 3, {"x": 1}, {"text": "Deux.", "published": "hier"}]
    results = found(written(value), "a.json")
    assert texts(results) == [("item 1", "Un."), ("item 5", "Deux.")]
    assert [place for place, _ in reasons(results)] == ["item 2", "item 3", "item 4", "item 5"]


def test_numbers_of_any_size_are_no_hindrance():
    data = b'[{"text": "Un.", "id": 123456789012345678901234567890, "x": 1e999}]'
    ((_, article),) = found(data, "a.json")
    assert article.id == "123456789012345678901234567890"
    assert found(b'[{"text": "Un.", "id": 1.5}]', "a.json")[0][1].id == "1.5"


def test_one_reason_for_a_json_list_without_texts():
    value = [{"body": "Un.", "titre": "T"}] * 500
    ((place, reason),) = found(written(value), "a.json")
    assert place == ""
    assert reason == ("no key `text`; there are: body, titre; say which it is: --map text=NAME")
    assert len(texts(found(written(value), "a.json", columns={"text": "body"}))) == 500
    results = found(written([*value, {"text": "Fin."}]), "a.json")
    assert texts(results) == [("item 501", "Fin.")]
    assert [place for place, _ in reasons(results)] == ["items 1 to 500"]


def test_a_mapped_key_that_no_item_has_is_reported_once():
    results = found(written([{"text": "Un."}] * 3), "a.json", columns={"publisher": "source"})
    assert len(texts(results)) == 3
    assert reasons(results) == [
        ("", "no item has `source`; say which key it is: --map publisher=NAME")
    ]


def test_a_json_feed_goes_to_the_reader_of_feeds(monkeypatch):
    fake = types.ModuleType("feedfile")

    def reader(document):
        yield "entry 1", document.data().decode()

    monkeypatch.setattr(fake, "read", reader, raising=False)
    monkeypatch.setitem(sys.modules, "claims.reading.feedfile", fake)
    value = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"}]}
    assert found(b"\xef\xbb\xbf" + written(value), "a.json") == [
        ("entry 1", written(value).decode())
    ]


def test_a_deep_or_large_item_is_reported_and_costs_little():
    deep = b"[" * 200_000 + b"]" * 200_000
    start = time.process_time()
    results = found(b'[{"text": "Un."}, %b, {"text": "Deux."}]' % deep, "a.json")
    assert texts(results) == [("item 1", "Un."), ("item 3", "Deux.")]
    assert "too deep" in reasons(results)[0][1]
    assert "too deep" in found(b'{"text": "a", "x": %b}' % deep, "a.json")[0][1]
    assert found(b'{"a":' * 100_000, "a.json")
    assert time.process_time() - start < 10
    results = found(written([{"text": "Un."}, {"text": "x" * 200_000}]), "a.json", largest=20_000)
    assert texts(results) == [("item 1", "Un.")]
    assert "larger than 0.02 MB" in reasons(results)[0][1]
    results = found(written({"text": "x" * 200_000}), "a.json", largest=20_000)
    assert "larger than 0.02 MB" in reasons(results)[0][1]


def test_an_item_that_is_too_large_is_not_held():
    data = b'[{"text": "' + b"x" * 30 * MEGABYTE + b'"}]'
    tracemalloc.start()
    results = found(data, "a.json", largest=MEGABYTE)
    assert tracemalloc.get_traced_memory()[1] < 5 * MEGABYTE
    tracemalloc.stop()
    assert reasons(results)[0][0] == "item 1"
    assert "what follows is not read" in reasons(results)[0][1]


def memory_of(code, *arguments):
    """Megabytes that reading takes above what the imports do, in a process of its own."""
    program = (
        "import resource, sys, io\nfrom claims.reading import kinds, csvfile, jsonfile, sqlitefile\n"
        "from claims.reading.parts import Document, Settings\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        f"{code}\n"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1000)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return float(done.stdout)


COUNT = """
from pathlib import Path
path = Path(sys.argv[1])
with path.open("rb") as stream:
    document = Document(stream=stream, name=path.name, path=path, settings=Settings(largest=1_000_000))
    n = sum(not isinstance(item, str) for _, item in kinds.read(document))
assert n == int(sys.argv[2]), n
"""


@pytest.mark.parametrize("kind", ["list", "object", "csv", "db"])
def test_a_long_table_is_streamed(tmp_path, kind):
    text, rows = "Il l'a dit mardi. " * 500, 6000
    path = tmp_path / {"csv": "a.csv", "db": "a.db"}.get(kind, "a.json")
    if kind == "db":
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, text TEXT)")
            database.executemany("INSERT INTO a VALUES (?, ?)", ((n, text) for n in range(rows)))
    else:
        before, between, after = {
            "list": ("[", ", ", "]"),
            "object": ('{"n": 1, "articles": [', ", ", "]}"),
            "csv": ("id,text\n", "\n", ""),
        }[kind]
        with path.open("w") as file:
            file.write(before)
            for n in range(rows):
                row = f'{n},"{text}"' if kind == "csv" else json.dumps({"id": n, "text": text})
                file.write((between if n else "") + row)
            file.write(after)
    assert path.stat().st_size > 50 * MEGABYTE
    assert memory_of(COUNT, path, rows) < 25


# CSV


def test_csv_is_read_as_spreadsheets_write_it():
    rows = [
        ["ID", " Title", "text ", "published", "autre"],
        ["1", "Un « titre »", 'Il l\'a dit; "oui",\r\ndit-il.\nFin.', "2024-06-20", ""],
        ["2", "", "Deux\tmots | ici.", "", "x"],
    ]
    for delimiter, name in ((",", "a.csv"), (";", "a.csv"), ("\t", "a.tsv"), ("|", "a.CSV")):
        file = io.StringIO()
        csv.writer(file, delimiter=delimiter).writerows(rows)
        data = b"\xef\xbb\xbf\r\n" + file.getvalue().encode()
        results = found(data, name, seekable=False)
        assert texts(results) == [("line 3", rows[1][2]), ("line 6", rows[2][2])]
        assert results[0][1].title == "Un « titre »"
        assert (results[0][1].id, results[0][1].published) == ("1", "2024-06-20")


def test_the_text_decides_what_separates_the_cells():
    results = found(b"a,b,c;text\n1,2,3;Un texte, ici.\n", "a.csv")
    assert texts(results) == [("line 2", "Un texte, ici.")]


def test_an_export_of_a_spreadsheet_in_windows_1252_is_read():
    text = "sep=;\r\nid;texte\r\n1;Sans accent\r\n2;Un été à Séoul : « oui »\r\n3;Œuvre à 5 €\r\n"
    results = found(text.encode("cp1252"), "a.csv", columns={"text": "texte"})
    assert reasons(results) == []
    assert texts(results) == [
        ("line 3", "Sans accent"),
        ("line 4", "Un été à Séoul : « oui »"),
        ("line 5", "Œuvre à 5 €"),
    ]


def test_damaged_utf_8_is_not_taken_for_windows_1252():
    rows = "text\nUn été à Séoul, là-bas\n".encode()[:-8] + b"\xc3\n" + "L’été.\n".encode()
    results = found(rows, "a.csv")
    assert [text for _, text in texts(results)] == ["L’été."]
    assert len(reasons(results)) == 1


def test_rows_that_cannot_be_used_are_named_and_the_rest_is_read():
    lines = {
        "1,Été.,x".encode(): None,
        b"2,Deux.": "2 cells where the header has 3; fill it up",
        b"3,Trois,ou,4": "4 cells where the header has 3; put",
        b"4,Un \xe9t\xe9.,x": "Latin-1",
        b"5,Un z\0ro.,x": "binary",
        b"6, ,x": "blank",
        b'7,"Sans fin,x': "quotation mark",
        b'8,"Le "grand" soir",x': "quotation mark",
        b"9,Neuf.,x": None,
        b"10,retour\rici,x": "carriage return",
        b'11,"Onze\nlignes.",x': None,
    }
    data = b"id,text,other\n" + b"\n".join(lines)
    results = found(data, "a.csv")
    assert [text for _, text in texts(results)] == ["Été.", "Neuf.", "Onze\nlignes."]
    wanted = [(f"line {n}", why) for n, why in enumerate(lines.values(), start=2) if why]
    for (place, reason), (line, why) in zip(reasons(results), wanted, strict=True):
        assert place == line
        assert why in reason


@pytest.mark.parametrize(
    ("data", "columns", "wanted"),
    [
        (b"", {}, "it is empty"),
        (b"\n \n", {}, "it is empty"),
        (b"text,id\n", {}, "a header and no row"),
        (b"body,id\nUn.,1\nDeux.,2\n", {}, "no column `text`; there are: body, id; say which it is: --map text=NAME"),
        (b"body,id\nUn.,1\n", {"text": "body", "publisher": "src", "title": "t"}, "no column `t` and `src`; there are: body, id; say which it is: --map title=NAME,publisher=NAME"),
        (b"text,Text , TEXT\na,b,c\n", {"text": "TEXT"}, "3 columns are named `TEXT`"),
        ("text\nÉté\n".encode("utf-16"), {}, "not UTF-8 but UTF-16; convert it"),
    ],
)  # fmt: skip
def test_one_reason_for_a_table_that_cannot_be_read(data, columns, wanted):
    ((place, reason),) = found(data, "a.csv", columns=columns)
    assert place == ""
    assert wanted in reason


def test_columns_under_other_names():
    data = b"Corps,Journal,text\nUn.,Le Monde,non\n"
    ((_, article),) = found(data, "a.csv", columns={"text": "corps ", "publisher": "Journal"})
    assert (article.text, article.publisher) == ("Un.", "Le Monde")


def test_a_large_cell_is_read_and_one_that_is_too_large_is_reported():
    data = b"text,id\n" + b"a" * 300_000 + b",1\n" + b"b" * 400_000 + b",2\nFin.,3\n"
    results = found(data, "a.csv", largest=350_000)
    assert [len(text) for _, text in texts(results)] == [300_000, 4]
    ((place, reason),) = reasons(results)
    assert place == "line 3"
    assert "larger than 0.35 MB" in reason


def test_a_quotation_mark_without_its_end_costs_one_row():
    rows = [f"{n},Texte {n}." for n in range(3000)]
    rows[10] = '10,"Texte sans fin.'
    results = found("\n".join(["id,text", *rows]).encode(), "a.csv", largest=20_000)
    assert len(texts(results)) == 2999
    ((place, reason),) = reasons(results)
    assert place == "line 12"
    assert "larger" in reason or "quotation mark" in reason


def test_hostile_quotes_take_no_quadratic_time():
    start = time.process_time()
    results = found(b"x,text\n" + b'x","\n' * 300_000, "a.csv")
    assert time.process_time() - start < 20
    assert "lines below it" in reasons(results)[-1][1]


# SQLite


def database(path, *statements):
    with closing(sqlite3.connect(path)) as opened, opened:
        for statement in statements:
            opened.execute(*([statement] if isinstance(statement, str) else statement))
    return path


ARTICLES = (
    "CREATE TABLE articles (id INTEGER PRIMARY KEY, Title, text TEXT, published)",
    "CREATE INDEX backwards ON articles (text DESC, title, id, published)",
    "INSERT INTO articles VALUES (3, 'T', 'Un.', '2024-06-20'), (7, NULL, 'Deux.', NULL)",
    "CREATE TABLE tags (name)",
)


def test_the_one_table_with_a_text_is_read_in_its_order(tmp_path):
    index = "CREATE VIRTUAL TABLE search USING fts5(text, content=articles)"
    results = of_path(database(tmp_path / "a b?#%é.db", *ARTICLES, index))
    assert texts(results) == [("table articles, row 1", "Un."), ("table articles, row 2", "Deux.")]
    assert results[0][1].model_dump(exclude_none=True) == {
        "id": "3", "text": "Un.", "title": "T", "published": "2024-06-20", "language": "fr",
    }  # fmt: skip
    data = (tmp_path / "a b?#%é.db").read_bytes()
    assert found(data, "b.sqlite", seekable=False) == results


WRITER = """
import sqlite3, sys
writer = sqlite3.connect(sys.argv[1])
writer.execute("PRAGMA journal_mode=WAL")
for statement in sys.argv[2:]:
    writer.execute(statement)
writer.commit()
print("written", flush=True)
sys.stdin.read()
writer.close()
"""


def files_of(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_a_database_is_never_written_to_nor_anything_beside_it(tmp_path):
    path = tmp_path / "a.sqlite3"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), *ARTICLES],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "written\n"
        before = files_of(tmp_path)
        assert [len(before), len(before["a.sqlite3"])] == [3, 4096]  # all is in the log yet
        assert len(texts(of_path(path))) == 2
        assert files_of(tmp_path) == before
        link = tmp_path / "link"
        link.mkdir()
        (link / "b.db").symlink_to(path)
        assert len(texts(of_path(link / "b.db"))) == 2
        crashed = tmp_path / "crashed"
        crashed.mkdir()
        for name in ("a.sqlite3", "a.sqlite3-wal"):
            (crashed / name).write_bytes(before[name])
        writer.communicate("")
    for folder, names in ((crashed, ["a.sqlite3", "a.sqlite3-wal"]), (tmp_path, ["a.sqlite3"])):
        before = files_of(folder)
        assert sorted(before) == names
        assert len(texts(of_path(folder / "a.sqlite3"))) == 2
        assert files_of(folder) == before


@pytest.mark.parametrize(
    ("statements", "said", "wanted"),
    [
        ([], {}, "there are: none"),
        (["CREATE TABLE a (body, n)"], {}, "no column `text`; there are: body, n; say which"),
        (["CREATE TABLE a (text)"], {}, "the table a is empty"),
        (
            ["CREATE TABLE a (body)", "CREATE TABLE b (x)"],
            {},
            "no table has a column `text`; there are: a (body); b (x); name the table",
        ),
        (
            ["CREATE TABLE a (text)", "CREATE VIEW b AS SELECT text FROM a"],
            {},
            "several tables have `text`: a, b; name one: --table NAME",
        ),
        (["CREATE TABLE a (text)"], {"table": "b"}, "no table `b`; there are: a (text)"),
        (
            ["CREATE TABLE a (text)", "INSERT INTO a VALUES ('Un.')"],
            {"columns": {"url": "link"}},
            "no column `link`",
        ),
    ],
)
def test_one_reason_for_a_database_that_cannot_be_read(tmp_path, statements, said, wanted):
    ((place, reason),) = of_path(database(tmp_path / "a.db", *statements), **said)
    assert place == ""
    assert wanted in reason


def test_a_table_a_view_and_a_search_index_can_be_named(tmp_path):
    path = database(
        tmp_path / "a.db",
        *ARTICLES,
        "CREATE TABLE second (text PRIMARY KEY, rowid) WITHOUT ROWID",
        "INSERT INTO second VALUES ('B.', 1), ('A.', 2)",
        "CREATE VIEW short AS SELECT text FROM articles WHERE id > 3",
        "CREATE VIEW broken AS SELECT text FROM nowhere",
        "CREATE VIRTUAL TABLE search USING fts5(text)",
        "INSERT INTO search VALUES ('Cherché.')",
    )
    for name, wanted in {
        "SECOND": ["A.", "B."],
        "short": ["Deux."],
        "search": ["Cherché."],
        "articles": ["Un.", "Deux."],
    }.items():
        assert [text for _, text in texts(of_path(path, table=name))] == wanted
    assert (
        "damaged" in of_path(path, table="broken")[0][1]
        or "no column" in of_path(path, table="broken")[0][1]
    )


def test_odd_cells_are_reported_and_the_rest_is_read(tmp_path):
    path = database(
        tmp_path / "a.db",
        'CREATE TABLE "l\'art\n""" (text, id)',
        *(
            ('INSERT INTO "l\'art\n""" VALUES (CAST(? AS TEXT), ?)', [value, n])
            for n, value in enumerate(
                [b"Un.", b"\xe9t\xe9 froid", b"un z\0ro froid", b"x" * 30_000, b"Fin."]
            )
        ),
        'INSERT INTO "l\'art\n""" VALUES (x\'00ff\', 7), (12, 8), (NULL, 9)',
        ('INSERT INTO "l\'art\n""" VALUES (?, 10)', ["y" * 500_000]),
        'INSERT INTO "l\'art\n""" VALUES (\'Tout à la fin.\', 11)',
    )
    results = of_path(path, largest=20_000)
    assert [text for _, text in texts(results)] == ["Un.", "Fin.", "Tout à la fin."]
    assert [place.rpartition(" ")[2] for place, _ in reasons(results)] == [*"2346789"]
    for (_, reason), wanted in zip(
        reasons(results),
        [
            "Latin-1",
            "binary",
            "larger",
            "not a string",
            "not a string",
            "no `text`",
            "far too large",
        ],
        strict=True,
    ):
        assert wanted in reason


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "no table"),
        (b"Pas une base.", "not an SQLite database"),
        (os.urandom(8192), "not an SQLite database, or an encrypted one"),
    ],
)
def test_what_is_no_database_is_reported(tmp_path, data, wanted):
    path = tmp_path / "a.db"
    path.write_bytes(data)
    ((_, reason),) = of_path(path)
    assert wanted in reason


def test_a_damaged_database_is_read_as_far_as_it_goes(tmp_path):
    path = database(
        tmp_path / "a.db",
        "CREATE TABLE a (text)",
        *(("INSERT INTO a VALUES (?)", [f"Texte {n}. " * 50]) for n in range(2000)),
    )
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    results = of_path(path)
    assert 500 < len(texts(results)) < 1500
    assert ".recover" in reasons(results)[-1][1]


def test_an_unfinished_transaction_is_not_rolled_back_by_us(tmp_path):
    path = database(tmp_path / "a.db", *ARTICLES)
    code = (
        "import os, sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size=1')\nc.execute('BEGIN')\n"
        "c.executemany('INSERT INTO tags VALUES (?)', [['x' * 5000]] * 100)\nos._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert len(before) == 2
    ((_, reason),) = of_path(path)
    assert "open it once with sqlite3" in reason
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_view_without_an_end_is_left(tmp_path):
    path = database(
        tmp_path / "a.db",
        "CREATE VIEW a AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)"
        " SELECT 'Texte' AS text FROM c WHERE n < 0",
    )
    start = time.process_time()
    ((_, reason),) = of_path(path)
    assert "takes too long" in reason
    assert time.process_time() - start < 60


def test_a_database_in_an_archive_must_not_be_larger_than_is_copied():
    ((_, reason),) = found(b"x" * 500_000, "a.db", seekable=False, largest=20_000)
    assert "larger than 0.4 MB" in reason


# Parquet


def table_of(rows, **said):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, **said), file)
    return file.getvalue()


PARQUET_ROWS = [
    {"id": 1, "text": "Un.", "published": date(2024, 6, 20), "source": {"name": "Le Monde"}},
    {"id": 2, "text": None, "published": None, "source": None},
    {"id": 3, "text": "Trois.", "published": date(2024, 6, 21), "source": {"name": None}},
]


@pytest.mark.parametrize("seekable", [True, False])
def test_parquet_is_read_with_its_dates_and_structures(seekable):
    data = table_of(PARQUET_ROWS)
    results = found(data, "a.parquet", columns={"publisher": "source.name"}, seekable=seekable)
    assert texts(results) == [("row 1", "Un."), ("row 3", "Trois.")]
    assert (results[0][1].publisher, results[0][1].published) == ("Le Monde", "2024-06-20")
    ((place, reason),) = reasons(results)
    assert place == "row 2"
    assert "no `text`" in reason


def test_parquet_moments_become_iso_whatever_their_unit():
    pa = pytest.importorskip("pyarrow")
    moment = datetime(2024, 6, 20, 10, 30)  # noqa: DTZ001
    for unit in ("s", "ms", "us", "ns"):
        for zone in (None, "UTC", "Europe/Paris"):
            schema = pa.schema(
                [("text", pa.large_string()), ("published", pa.timestamp(unit, zone))]
            )
            data = table_of([{"text": "Un.", "published": moment}], schema=schema)
            ((_, article),) = found(data, "a.parquet")
            assert article.published.startswith("2024-06-20T1")
    schema = pa.schema([("text", pa.string()), ("published", pa.timestamp("ns"))])
    data = table_of([{"text": "Un.", "published": 1718879400123456789}], schema=schema)
    assert found(data, "a.parquet")[0][1].published == "2024-06-20T10:30:00.123456"


def test_parquet_columns_of_other_kinds():
    pa = pytest.importorskip("pyarrow")
    schema = pa.schema([("Text", pa.dictionary(pa.int32(), pa.string())), ("a.b", pa.string())])
    data = table_of([{"Text": "Un.", "a.b": "T"}] * 2, schema=schema)
    results = found(data, "a.parquet", columns={"title": "a.b"})
    assert [(a.text, a.title) for _, a in results] == [("Un.", "T")] * 2
    binary = table_of([{"text": "Été.".encode()}, {"text": b"\xe9t\xe9"}])
    results = found(binary, "a.parquet")
    assert texts(results) == [("row 1", "Été.")]
    assert "Latin-1" in reasons(results)[0][1]
    assert "not a string" in found(table_of([{"text": 5}]), "a.parquet")[0][1]


@pytest.mark.parametrize(
    ("make", "said", "wanted"),
    [
        (lambda: b"", {}, "not Parquet, or damaged"),
        (lambda: b"PAR1" + b"x" * 100 + b"PAR1", {}, "not Parquet, or damaged"),
        (lambda: table_of(PARQUET_ROWS)[:-40], {}, "not Parquet, or damaged"),
        (lambda: table_of([{"body": "Un."}]), {}, "no column `text`; there are: body"),
        (
            lambda: table_of(PARQUET_ROWS),
            {"columns": {"url": "link"}},
            "no column `link`; there are: id, text, published, source, source.name",
        ),
        (lambda: table_of([{"text": "a"}])[:0] or table_of([{"text": "a"}][:0] or [{"text": "a"}]), {"columns": {"text": "b"}}, "no column `b`"),
    ],
)  # fmt: skip
def test_one_reason_for_a_parquet_file_that_cannot_be_read(make, said, wanted):
    ((_, reason),) = found(make(), "a.parquet", **said)
    assert wanted in reason


def test_a_parquet_text_that_unpacks_to_too_much_is_left():
    rows = [{"text": "Le même texte. " * 1000}] * 3000
    results = found(table_of(rows), "a.parquet", largest=100_000)
    assert 0 < len(texts(results)) < 3000
    assert "unpacks to over" in reasons(results)[0][1]


def test_without_pyarrow_the_reason_says_what_to_install(monkeypatch):
    monkeypatch.setattr(parquet, "pq", None)
    ((_, reason),) = found(b"PAR1", "a.parquet")
    assert "pip install 'claims[parquet]'" in reason


# Whatever the bytes are


@fuzzed
@given(st.randoms(use_true_random=False), st.booleans())
def test_any_json(random, seekable):
    value = [{"text": "Un été.", "n": [1.5, {"a": None}]}, {"text": "B", "id": 3, "url": "\ud800"}]
    data = written(random.choice([value, {"a": value, "b": 1}, value[0], {"version": 1}]))
    fuzz(data, "a.json", random)
    only_findings(found(mutated(data, random), "a.json", seekable=seekable, largest=100))


@fuzzed
@given(st.randoms(use_true_random=False), st.binary(max_size=60))
def test_any_csv(random, other):
    data = 'id,text,title\n1,"Un, ""deux""\nlà",x\n2,Été,"y"\n3,Fin,\n'.encode() + other
    fuzz(data, "a.csv", random)
    only_findings(found(mutated(data, random), "a.tsv", largest=30))


DATABASE: list[bytes] = []


@fuzzed
@given(st.randoms(use_true_random=False))
def test_any_database(tmp_path_factory, random):
    if not DATABASE:
        path = database(tmp_path_factory.mktemp("fuzz") / "a.db", "PRAGMA page_size=512", *ARTICLES)
        DATABASE.append(path.read_bytes())
    fuzz(DATABASE[0], "a.db", random)


@fuzzed
@given(st.randoms(use_true_random=False))
def test_any_parquet(random):
    fuzz(table_of(PARQUET_ROWS), "a.parquet", random)


def test_the_limits_of_this_machine_are_left_alone():
    """The field limit of the csv module is raised, and never lowered."""
    found(b"text\nUn.\n", "a.csv", largest=1000)
    assert csv.field_size_limit() >= 131_072
