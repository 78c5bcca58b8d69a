import itertools
import json
import os
import re

import pytest

from benchmarks import extraction, texts
from benchmarks.measuring import alternating, apart, ratio
from claims.extraction import extractor as cached
from claims.model import Article

WORDS = "Le maire de Velaux a dit lundi que le pont serait fermé. "


@pytest.fixture(scope="module")
def extractor():
    return cached()


@pytest.fixture
def corpora(tmp_path):
    folder = tmp_path / "corpora"
    folder.mkdir()
    for name in ("a", "b"):
        articles = [{"id": f"{name}{n}", "text": WORDS * 3} for n in range(4)]
        lines = "".join(json.dumps(article) + "\n" for article in articles)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder


def test_what_is_compared_is_done_in_turn():
    done = []
    alternating([lambda: done.append("a"), lambda: done.append("b")], 3)
    assert "".join(done) == "ababab"


def _calls(_seen=itertools.count()):  # noqa: B008
    """How often this process has called it before, and which process it is."""
    return next(_seen), os.getpid()


def test_what_is_compared_apart_has_a_process_of_its_own_and_tells_the_second_of_each_two_times():
    one, other = apart([_calls, _calls], 2)
    assert [n for n, _ in one] == [n for n, _ in other] == [2, 4]
    assert len({pid for _, pid in [*one, *other]} | {os.getpid()}) == 3


def test_a_ratio_is_of_what_was_measured_in_one_round():
    assert ratio([10, 2, 6], [5, 1, 2]) == (2, 2, 3)


def test_articles_are_drawn_evenly_and_each_once():
    assert texts.drawn([b"%d" % n for n in range(10)], 5) == [b"0", b"2", b"4", b"6", b"8"]
    assert texts.drawn([b"a", b"b"], 5) == [b"a", b"b"]


def test_pieces_of_a_text_are_short_enough_and_lose_no_word():
    text = WORDS * 20
    found = texts.pieces(text, 100)
    assert max(map(len, found)) <= 100
    assert " ".join(found).split() == text.split()


@pytest.mark.parametrize("name", texts.HOSTILE)
@pytest.mark.parametrize("length", [2_000, 100_000])
def test_a_hostile_text_is_as_long_as_it_is_wanted(name, length):
    assert 0.9 * length <= len(texts.HOSTILE[name](length)) <= length


@pytest.mark.parametrize("name", texts.HOSTILE)
def test_a_hostile_text_is_read_without_a_problem(name, extractor):
    [(_, found)] = extractor.extract([Article.make(texts.HOSTILE[name](400))])
    assert isinstance(found, tuple)


def test_tables_are_printed_as_markdown(corpora, capsys):
    wanted = ["whole", "components", "storing"]
    only = [word for name in wanted for word in ("--only", name)]
    extraction.main([str(corpora), "--articles", "3", "--repetitions", "1", *only])
    told = capsys.readouterr().out
    assert f"3 articles of {3 * 3 * len(WORDS.split())} words" in told
    for end in ("records in a file", "a new database"):
        assert re.search(
            rf"[\d.]+ articles and [\d,]+ words a second .* from a file to {end}", told
        )
    for step in ("reading", "zones", "claims_syntax", "records", "storing"):
        assert re.search(rf"\| `{step}` \| [\d.]+ to [\d.]+ to [\d.]+ \|", told)
    against = ["the parser as we run it", *extraction.PARSERS, *extraction.PARSERS]
    for name in against:
        assert told.count(f"| {name} | ") == against.count(name)
        assert re.search(rf"\| {re.escape(name)} \| \d+\.\d\d \(", told)
    assert re.search(r"\d+ claims of 3 articles, .*: [\d,]+ claims a second", told)


def test_claims_that_are_known_are_stored_with_their_articles(
    corpora, tmp_path, extractor, monkeypatch, capsys
):
    article = next(texts.articles_of(texts.lines(corpora)[0]))
    [(_, claims)] = extractor.extract([article])
    assert isinstance(claims, tuple)
    file = tmp_path / "claims.jsonl"
    file.write_text("".join(c.model_dump_json() + "\n" for c in claims), encoding="utf-8")
    options = f"--articles 1 --repetitions 1 --only storing --claims {file.name}".split()
    monkeypatch.chdir(tmp_path)
    extraction.main([str(corpora), *options])
    assert f"{len(claims)} claims of 1 articles" in capsys.readouterr().out
