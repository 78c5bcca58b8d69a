"""Whatever a text, a page, JSON Lines or a feed holds: an article, a reason or nothing."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.errors import FetchError
from claims.model import Article
from claims.reading import kinds, read
from claims.reading.parts import Document, Settings
from tests.mutations import fuzzed, mutated

TEXT = "Un pont ferme\nPublié le 20 juin 2024\nLe maire a dit : « Il rouvrira en mai. » (AFP)\n"
PAGE = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Un pont ferme</title>
<link rel="canonical" href="https://exemple.org/pont?x=1"><meta name="tdm-reservation" content="1">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle",
"headline": "Un pont ferme", "datePublished": "2024-06-20T08:00:00+02:00", "author": [{"name": "Léa Roux"}],
"publisher": {"name": "La Gazette"}}]}</script></head><body><nav><a href="/">Accueil</a></nav><article>
<h1>Un pont ferme</h1><p>Le vieux pont de Valmire est fermé depuis hier, a annoncé la mairie de la ville.</p>
<p>Le maire a déclaré : <q>Nous le rouvrirons au mois de mai, quand les travaux seront finis</q>.</p>
<blockquote><p>Personne n’a été prévenu de cette fermeture, ni les écoles ni les commerces.</p></blockquote>
<figure><img src="a.jpg" alt="x"><figcaption>Le pont. © Photo</figcaption></figure></article>
<section id="comments"><p>Bravo !</p></section></body></html>"""
LINES = '{"text": "Un texte.", "id": 1, "published": "2024-06-20"}\n{"body": "Deux.", "url": "x"}\n'
FEED = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Fil</title><item><title>Un pont</title>
<link>https://exemple.org/a</link><guid>a1</guid><pubDate>Thu, 20 Jun 2024 08:00:00 +0200</pubDate>
<content:encoded><![CDATA[<p>%s</p>]]></content:encoded></item></channel></rss>""" % (TEXT * 15)
INPUTS = {"a.txt": TEXT, "a.html": PAGE, "a.jsonl": LINES, "a.xml": FEED}


@pytest.fixture(autouse=True)
def _offline(monkeypatch):
    def refuse(*arguments: object, **options: object) -> None:
        raise FetchError("there is no network", again=False)

    monkeypatch.setattr("claims.reading.fetching.Fetcher.fetch", refuse)


def look(data: bytes, name: str) -> int:
    """How many articles a file holds, all of whose findings are sound."""
    document = Document(
        stream=io.BytesIO(data), name=name, settings=Settings(largest=200_000, pages=200_000)
    )
    articles = 0
    for place, found in kinds.read(document):
        assert isinstance(place, str)
        assert isinstance(found, Article | str)
        assert found
        articles += isinstance(found, Article)
    return articles


@pytest.mark.parametrize("name", INPUTS)
def test_what_is_damaged_below_is_read_whole(name):
    assert look(INPUTS[name].encode(), name) == 1


@pytest.mark.parametrize("name", INPUTS)
@fuzzed
@given(random=st.randoms(use_true_random=False))
def test_any_damaged_file(name, random):
    look(mutated(INPUTS[name].encode(), random), name)


@pytest.mark.parametrize("name", INPUTS)
@fuzzed
@given(data=st.binary(max_size=400) | st.text(max_size=200).map(lambda t: t.encode("utf-16")))
def test_any_bytes(name, data):
    look(data, name)


def test_a_folder_of_damaged_files_is_gone_through(tmp_path: Path):
    for number, (name, text) in enumerate(INPUTS.items()):
        (tmp_path / f"{number}{Path(name).suffix}").write_bytes(text.encode()[:-40])
        (tmp_path / f"{number}x{Path(name).suffix}").write_bytes(b"\xff\x00\xfe" * 9)
    found = list(read([str(tmp_path)]))
    assert len({reading.source for reading in found}) == 2 * len(INPUTS)
