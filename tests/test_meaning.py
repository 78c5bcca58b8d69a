"""Embeddings are an extra: they decide what words leave open, and are off unless asked for."""

import sqlite3
import sys
from pathlib import Path

import numpy
import pytest
from click.testing import CliRunner
from model2vec import StaticModel
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from claims.cli import main
from claims.errors import EmbeddingsError
from claims.grouping.comparing import ONE_MATTER, OPEN, Comparer
from claims.grouping.meaning import Vectors
from claims.registry import Registry
from claims.store import Store
from tests.test_grouping import FRENCH, claim, read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model in which *pont* and *ouvrage* are near, and *budget* is far."""
    words = ["[UNK]", "pont", "ouvrage", "budget"]
    tokenizer = Tokenizer(WordLevel({w: n for n, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    vectors = numpy.array([[0, 0], [1, 0], [1, 0.2], [0, 1]], dtype=numpy.float32)
    StaticModel(vectors, tokenizer).save_pretrained(tmp_path / "model")
    return tmp_path / "model"


class Always:
    def __init__(self, cosine: float) -> None:
        self.cosine = cosine

    def nearness(self, pairs):
        return [self.cosine for _ in pairs]


def test_they_tell_how_near_texts_are(folder):
    near, far, unknown = Vectors(str(folder)).nearness(
        [("pont", "ouvrage"), ("pont", "budget"), ("pont", "")]
    )
    assert near > 0.9 > 0.1 > far == pytest.approx(unknown, abs=0.1)


def test_they_decide_only_what_is_open():
    pairs = [
        tuple(
            claim(p[side]["text"], by=[p[side]["speaker"]], stance=p[side]["stance"])
            for side in "ab"
        )
        for p in read("same_matter.jsonl")
    ]
    alone = FRENCH.same_matter(pairs)
    near = Comparer("fr", Registry.bundled(), Always(1.0)).same_matter(pairs)
    far = Comparer("fr", Registry.bundled(), Always(0.0)).same_matter(pairs)
    is_open = [OPEN <= score < ONE_MATTER for score in alone]
    assert any(is_open)
    assert far == pytest.approx(alone)
    assert near == pytest.approx(
        [ONE_MATTER if o else score for o, score in zip(is_open, alone, strict=True)]
    )


def state(path: Path) -> str:
    with sqlite3.connect(path) as db:
        (value,) = db.execute("SELECT value FROM states WHERE name = 'embeddings'").fetchone()
    return str(value)


def test_a_database_keeps_them_until_they_are_turned_off(tmp_path, folder):
    path, article = tmp_path / "c.db", tmp_path / "a.txt"
    article.write_text("« Le pont est sûr », a dit Paul Roux.", encoding="utf-8")
    for option, kept in (([], ""), (["--embeddings", str(folder)], str(folder)), ([], str(folder)), (["--embeddings", "none"], "")):  # fmt: skip
        run = CliRunner().invoke(main, ["load", str(path), str(article), *option])
        assert (run.exit_code, state(path)) == (0, kept)


def test_what_is_no_model_is_refused_and_nothing_changes(tmp_path):
    path = tmp_path / "c.db"
    Store.open(path, write=True).close()
    (tmp_path / "empty").mkdir()
    with pytest.raises(EmbeddingsError, match="cannot be read as embeddings"):
        Store.open(path, write=True, embeddings=str(tmp_path / "empty"))
    assert state(path) == ""


def test_without_the_extra_the_error_says_how_to_install_it(monkeypatch, folder):
    monkeypatch.setitem(sys.modules, "model2vec", None)
    with pytest.raises(EmbeddingsError, match=r"pip install 'claims\[embeddings\]'"):
        Vectors(str(folder))
