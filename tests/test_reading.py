import io
import json
import os
import re
import sys
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from claims.calendar import CalendarRow, number
from claims.language import rows
from claims.model import Article, Problem
from claims.reading import Reading, distinct, read
from claims.reading.parts import Settings
from claims.reading.text import DateRow, published

SEEDS = Path(__file__).parents[1] / "seeds" / "articles"


def both(*inputs: object) -> tuple[list[Article], list[Problem]]:
    found = list(distinct(read(str(given) for given in inputs)))
    return (
        [r.found for r in found if isinstance(r.found, Article)],
        [r.problem(r.found) for r in found if isinstance(r.found, str)],
    )


def lines_of(path: Path, *values: object) -> Path:
    path.write_text("".join(json.dumps(value) + "\n" for value in values), "utf-8")
    return path


def test_the_five_articles_are_read_verbatim_with_title_and_date():
    articles, problems = both(SEEDS)
    assert problems == []
    assert [a.text.encode() for a in articles] == [p.read_bytes() for p in sorted(SEEDS.iterdir())]
    assert [a.published for a in articles] == [
        "2024-06",
        "2023-09-13",
        "2024-06-20",
        "2023-09",
        None,
    ]
    assert [(a.title or "")[:24] for a in articles] == [
        "Poutine en Corée du Nord",
        "Kim Jong-un en Russie\u00a0: ",
        "Corée du Nord/Russie: Ki",
        "Kim Jong Un se rendra pr",
        "",
    ]
    assert [a.id for a in articles] == [Article.make(a.text).id for a in articles]


def test_the_byte_order_mark_is_not_text_and_line_ends_stay(tmp_path):
    path = tmp_path / "a.TXT"
    path.write_bytes(b"\xef\xbb\xbfUn texte.\r\nFin.\r\n")
    assert both(path)[0][0].text == "Un texte.\r\nFin.\r\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        ("Un été à Séoul.".encode("latin-1"), r"Latin-1.*iconv -f WINDOWS-1252 -t UTF-8"),
        ("Un été à Séoul.".encode("utf-16"), r"UTF-16; convert it: iconv -f UTF-16 "),
        ("Un été à Séoul.".encode("utf-16-le"), "iconv -f UTF-16LE "),
        ("Un sommet.".encode("utf-16-be"), "iconv -f UTF-16BE "),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe\x00\x12", "binary"),
        ("Un été à Séoul".encode() + b"\xff", r"damaged at byte 18"),
    ],
)
def test_a_file_that_is_no_utf8_text_is_reported_with_what_to_do(tmp_path, data, reason):
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    articles, (problem,) = both(path, SEEDS)
    assert problem.source == str(path)
    assert re.search(reason, problem.reason)
    assert len(articles) == 5


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Titre\nPublié le 1er mars 2024 à 10h\nTexte.", "2024-03-01"),
        ("Titre\nPublié le 20/06/2024 à 10:15\nTexte.", "2024-06-20"),
        ("Titre\nmardi 5 sept. 2023\nTexte.", "2023-09-05"),
        ("Titre\nlundi 5 septembre 2023\nUn mardi.", None),
        ("Titre\n31 juin 2024\nTexte.", None),
        ("date 2024-13 Titre\nTexte.", None),
        (
            "[Publié le mercredi 13 septembre à 9h] Texte. Le 13 septembre 2023 et 2022.",
            "2023-09-13",
        ),
        ("[Publié le mercredi 13 septembre à 9h] Le 13/09/2023, le 13/09/2017.", None),
        ("[Publié le mercredi 13 septembre à 9h] Le 13/09/2022 était un mardi.", None),
        ("[Publié le mercredi 13 septembre à 9h] Sans année.", None),
        ("20 juin 2024\n21 juin 2024\nTexte.", None),
        ("Le 20 juin 2024, ils ont signé.", None),
        ("Titre\nTexte.\nCommentaires 1\n20 juin 2024\nBravo.", None),
    ],
)
def test_a_date_is_read_off_the_page_only_where_it_is_certain(text, day):
    assert published(text) == day


def test_date_rows():
    for row in rows("fr", "dates", DateRow):
        assert row.pattern.search(row.example), row.id
        assert not row.pattern.search(row.counterexample), row.id
    for row in rows("fr", "calendar", CalendarRow):
        assert number("fr", row.kind, row.example) == row.number
        assert number("fr", row.kind, row.counterexample) not in (None, row.number)


def test_json_lines_keep_what_they_say(tmp_path):
    given = {
        "id": "a-1", "text": "Un\u2028texte.\r\n", "url": "https://x.example/1", "title": "Un titre",
        "published": "2019-01-05T10:00:00+01:00", "publisher": "Le Monde", "language": "fr",
    }  # fmt: skip
    path = lines_of(tmp_path / "a.jsonl", {**given, "claims": [1]}, {"text": "B.", "title": None})
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"}\n", b"}\r\n\r\n"))
    (first, second), problems = both(path)
    assert problems == []
    assert first.model_dump(exclude_none=True) == given
    assert second == Article.make("B.")


def test_a_line_that_cannot_be_used_is_named_and_the_rest_is_read(tmp_path):
    bad = {
        b'{"text": "a"': "not JSON",
        b'["a"]': "not a JSON object",
        b'{"id": 1}': "no `text`",
        b'{"text": 5}': "`text` is not a string",
        b'{"text": " \\n"}': "`text` is blank",
        b'{"text": "a\\ud800"}': "half a character",
        b'{"text": "a\\u0000"}': "zero byte",
        b'{"text": "a", "id": ["x"]}': "`id` is neither",
        b'{"text": "a", "id": " "}': "`id` is blank",
        b"[" * 200_000: "too deep",
        b'{"text": "a", "id": ' + b"9" * 5000 + b"}": "too long",
        '{"text": "é"}'.encode("latin-1"): "Latin-1",
    }
    path = tmp_path / "a.ndjson"
    path.write_bytes(b'{"text": "un"}\n' + b"\n".join(bad) + b'\n{"id": 7, "text": "deux"}')
    articles, problems = both(path)
    assert [(a.text, a.id) for a in articles][1:] == [("deux", "7")]
    assert [p.place for p in problems] == [f"line {n}" for n in range(2, 2 + len(bad))]
    for problem, reason in zip(problems, bad.values(), strict=True):
        assert reason in problem.reason


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("published", "hier"),
        ("published", "2024-02-30"),
        ("published", 1546300800),
        ("language", "français"),
        ("title", ["x"]),
        ("url", "http://x/\ud800"),
    ],
)
def test_a_wrong_field_does_not_lose_the_article(tmp_path, key, value):
    articles, (problem,) = both(lines_of(tmp_path / "a.jsonl", {"text": "Un texte.", key: value}))
    assert articles == [Article.make("Un texte.")]
    assert problem.place == "line 1"
    assert f"`{key}`" in problem.reason


def test_an_id_belongs_to_one_text(tmp_path):
    path = lines_of(
        tmp_path / "a.jsonl",
        {"id": "1", "text": "A."},
        {"id": 1, "text": "A."},
        {"id": "1", "text": "B."},
        {"id": "2", "text": "B."},
    )
    articles, (problem,) = both(path, path)[0], both(path)[1]
    assert [(a.id, a.text) for a in articles] == [("1", "A."), ("2", "B.")]
    assert problem.place == "line 3"
    assert "another text" in problem.reason


def test_a_folder_is_walked_in_order_and_what_is_not_for_us_is_left_out(tmp_path):
    for name in ("b.txt", "a/z.txt", "a/b.pdf", ".hidden.txt", ".git/c.txt", "c.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"Texte de {name}.", "utf-8")
    assert [a.text for a in both(tmp_path)[0]] == [
        f"Texte de {n}." for n in ("b.txt", "c.txt", "a/z.txt")
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nowhere.txt", "no such file"),
        ("a.pdf", "no reader"),
        ("empty", "no file in it"),
        ("empty.jsonl", "is empty"),
        ("wide.jsonl", "iconv -f UTF-16 "),
    ],
)
def test_an_input_that_gives_nothing_is_reported(tmp_path, monkeypatch, name, reason):
    monkeypatch.chdir(tmp_path)
    Path("a.pdf").write_bytes(b"%PDF")
    Path("empty").mkdir()
    Path("empty/a.docx").touch()
    Path("empty.jsonl").write_text("\n \n")
    Path("wide.jsonl").write_text('{"text": "a"}\n{"text": "b"}\n', "utf-16")
    articles, (problem,) = both(name)
    assert articles == []
    assert problem.source == name
    assert reason in problem.reason


def test_standard_input_is_json_lines(monkeypatch):
    stream = io.BytesIO('{"text": "Été."}\n{}\n'.encode())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=stream))
    articles, (problem,) = both("-")
    assert [a.text for a in articles] == ["Été."]
    assert (problem.source, problem.place) == ("-", "line 2")


def test_a_line_of_ten_megabytes_is_read(tmp_path):
    text = "Il l'a dit mardi. " * 600_000
    (tmp_path / "a.txt").write_text(text, "utf-8")
    lines_of(tmp_path / "b.jsonl", {"id": "b", "text": text}, {"id": "c", "text": "Fin."})
    articles, problems = both(tmp_path)
    assert problems == []
    assert [len(a.text) for a in articles] == [len(text), len(text), 4]


def test_reading_is_lazy(tmp_path):
    path = lines_of(tmp_path / "a.jsonl", {"text": "A."})
    reading = distinct(read([str(path), str(tmp_path / "nowhere.txt")]))
    assert next(reading) == Reading(str(path), "line 1", Article.make("A."))


def test_an_empty_path_is_a_problem_and_not_this_folder():
    (reading,) = read([""])
    assert "empty" in str(reading.found)


def test_a_closed_standard_input_is_a_problem(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    (reading,) = read(["-"])
    assert "closed" in str(reading.found)


def test_a_named_pipe_in_a_folder_is_not_waited_on(tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    (reading,) = read([str(tmp_path)])
    assert "no file in it can be read" in str(reading.found)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_a_named_pipe_that_is_named_is_read(tmp_path):
    path = tmp_path / "a.jsonl"
    os.mkfifo(path)
    thread = Thread(target=lambda: lines_of(path, {"text": "A."}, {"text": "B."}))
    thread.start()
    articles, problems = both(path)
    thread.join()
    assert [a.text for a in articles] == ["A.", "B."]
    assert problems == []


def test_a_name_that_no_line_has_is_told(tmp_path):
    path = lines_of(tmp_path / "a.jsonl", {"body": "A.", "source": {"name": "Le Journal"}})
    columns = {"text": "body", "publisher": "source.name", "title": "titel"}
    first, told = [r.found for r in read([str(path)], Settings(columns=columns))]
    assert isinstance(first, Article)
    assert (first.text, first.publisher) == ("A.", "Le Journal")
    assert told == "no line has `titel`; see what --map says"


def test_links_of_a_folder_that_are_not_followed_are_told(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.txt").write_text("Ailleurs.")
    (tmp_path / "in" / "a.txt").write_text("Ici.")
    for name, target in (
        ("b.txt", "a.txt"),
        ("c", "../other"),
        ("d.txt", "nowhere"),
        ("e.jpg", "nowhere"),
    ):
        (tmp_path / "in" / name).symlink_to(target)
    articles, problems = both(tmp_path / "in")
    assert [a.text for a in articles] == ["Ici."]
    assert [(Path(p.source).name, p.reason.split(";")[0]) for p in problems] == [
        ("c", "it is a link to a folder"),
        ("d.txt", "it is a link that leads nowhere"),
    ]
