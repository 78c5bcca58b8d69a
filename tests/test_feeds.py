import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.errors import InputError
from claims.model import Article
from claims.reading import Reading, fetching, read
from claims.reading.feeds import Entry, parse
from claims.reading.parts import Mark, Network, Settings
from tests.servers import Answer, Site

HERE = Network(allow_private=True, pause=0.0, timeout=5.0)
TEXT = "La ministre a affirmé lundi que le port rouvrirait avant la fin du mois. " * 8
FULL = f"<p>{TEXT}</p><p>{TEXT.replace('ministre', 'préfète')}</p>"


def page(title: str, date: str = "") -> bytes:
    meta = f"<meta property='article:published_time' content='{date}'>" if date else ""
    return (
        f"<!DOCTYPE html><html lang='fr'><head><meta charset='utf-8'><title>{title}</title>{meta}"
        f"</head><body><article><h1>{title}</h1>{FULL}</article></body></html>"
    ).encode()


class Memory:
    """What was marked so far, as a store would keep it."""

    def __init__(self) -> None:
        self.known: set[tuple[str, str]] = set()
        self.last: dict[str, tuple[str | None, str | None]] = {}

    def validators(self, feed: str) -> tuple[str | None, str | None]:
        return self.last.get(feed, (None, None))

    def knows(self, feed: str, entry: str) -> bool:
        return (feed, entry) in self.known

    def keep(self, mark: Mark | None) -> None:
        if mark and mark.entry is not None:
            self.known.add((mark.feed, mark.entry))
        elif mark:
            self.last[mark.feed] = (mark.etag, mark.modified)


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    fetching.shared.cache_clear()
    slept: list[float] = []
    monkeypatch.setattr(fetching, "sleep", slept.append)
    yield slept
    fetching.shared.cache_clear()


@pytest.fixture
def site():
    with Site() as site:
        yield site


@pytest.fixture
def run() -> Callable[..., list[Reading]]:
    """Reads an address again and again, with the memory of the runs before."""
    memory = Memory()

    def once(*urls: object) -> list[Reading]:
        found = []
        for reading in read(map(str, urls), Settings(network=HERE, memory=memory)):
            memory.keep(reading.mark)
            found.append(reading)
        return found

    return once


def rss(*items: str, more: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Le Phare</title>'
        f"<language>fr_FR</language>{more}{''.join(items)}</channel></rss>"
    ).encode()


def item(name: str, day: int = 0, content: str = "") -> str:
    date = f"<pubDate>{day:02} Jun 2024 00:30:00 +0200</pubDate>" if day else ""
    body = f"<content:encoded><![CDATA[{content}]]></content:encoded>" if content else ""
    return (
        f"<item><title>Titre {name}</title><link>/{name}</link>"
        f"<guid isPermaLink='false'>id-{name}</guid>{date}{body}</item>"
    )


# What a feed says

RSS20 = rss(
    """<item><title>Le port &amp;amp; la ville : &lt;b&gt;ouverture&lt;/b&gt;</title>
    <link>/2024/port?a=1&amp;b=2</link><guid isPermaLink="false">phare-1</guid>
    <pubDate>Thu, 20 Jun 2024 00:30:00 +0200</pubDate>
    <author>anne@phare.example (Anne Roux)</author><description>Court.</description>
    <content:encoded><![CDATA[<p>Un texte plus long.</p>]]></content:encoded></item>"""
)
RSS10 = b"""<?xml version="1.0" encoding="iso-8859-1"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://phare.example/"><title>Phare</title></channel>
<item rdf:about="https://phare.example/1"><title>L\xe9t\xe9</title>
<link>https://phare.example/1</link><dc:creator>Anne Roux</dc:creator>
<dc:date>2024-06-20T00:30:00+02:00</dc:date></item></rdf:RDF>"""
RSS091 = b"""<?xml version="1.0"?>
<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
 "http://127.0.0.1:9/rss-0.91.dtd">
<rss version="0.91"><channel><title>Phare</title><item><title>L&eacute;t&eacute;</title>
<link>https://phare.example/1</link></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://phare.example/b/">
<title>Phare</title><entry><title type="html">L&amp;eacute;t&amp;eacute; &lt;i&gt;ici&lt;/i&gt;</title>
<id>urn:1</id><link rel="enclosure" href="x.mp3"/><link href="1"/>
<published>2024-06-20T00:30:00.5+02:00</published><updated>2024-06-21T00:00:00Z</updated>
<author><name>Anne Roux</name></author><author><name>Luc Petit</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Un <b>texte</b>.</p></div></content>
</entry><entry><title>Deux</title><id>urn:2</id><link href="2"/><updated>2024-06-19</updated>
<summary>1 &lt; 2</summary></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Phare",
        "language": "fr",
        "authors": [{"name": "Anne Roux"}],
        "items": [
            {"id": 1, "url": "/1", "title": "L’été", "content_html": "<p>Un texte.</p>",
             "date_published": "2024-06-20T00:30:00+02:00"},
            {"id": "2", "external_url": "https://ailleurs.example/2", "author": {"name": "Luc"},
             "content_text": "a < b\n\nc", "language": "fr-CA"},
            "pas un objet",
        ],
    }
).encode()  # fmt: skip


def test_rss_2_is_read():
    feed = parse(RSS20, "https://phare.example/flux/rss")
    assert feed.title == "Le Phare"
    assert feed.entries == [
        Entry(
            id="phare-1",
            link="https://phare.example/2024/port?a=1&b=2",
            title="Le port & la ville : ouverture",
            published="2024-06-20T00:30:00+02:00",
            author="Anne Roux",
            content="<p>Un texte plus long.</p>",
            language="fr-FR",
        )
    ]


def test_rss_1_is_read():
    (entry,) = parse(RSS10, "https://phare.example/flux").entries
    assert entry == Entry(
        "https://phare.example/1", "https://phare.example/1", "Lété",
        "2024-06-20T00:30:00+02:00", "Anne Roux", None, None,
    )  # fmt: skip


def test_rss_of_old_is_read_and_its_definition_is_not_fetched():
    (entry,) = parse(RSS091).entries
    assert (entry.id, entry.title) == ("https://phare.example/1", "Lété")


def test_atom_is_read():
    first, second = parse(ATOM, "https://ailleurs.example/").entries
    assert first == Entry(
        "urn:1", "https://phare.example/b/1", "Lété ici", "2024-06-20T00:30:00+02:00",
        "Anne Roux, Luc Petit", "<p>Un <b>texte</b>.</p>", "fr",
    )  # fmt: skip
    assert (second.link, second.published) == ("https://phare.example/b/2", "2024-06-19")
    assert second.content == "<p>1 &lt; 2</p>"


def test_json_feed_is_read():
    first, second = parse(JSON_FEED, "https://phare.example/feed.json").entries
    assert first == Entry(
        "1", "https://phare.example/1", "L’été", "2024-06-20T00:30:00+02:00",
        "Anne Roux", "<p>Un texte.</p>", "fr",
    )  # fmt: skip
    assert second == Entry(
        "2", "https://ailleurs.example/2", None, None, "Luc", "<p>a &lt; b</p><p>c</p>", "fr-CA"
    )


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("Thu, 20 Jun 2024 22:30:00 GMT", "2024-06-20T22:30:00+00:00"),
        ("2024-06-20T10:00:00Z", "2024-06-20T10:00:00+00:00"),
        ("2024-06-20T10:00:00.123456+02:00", "2024-06-20T10:00:00+02:00"),
        ("2024-06-20", "2024-06-20"),
        ("20 Jun 2024", "2024-06-20"),
        ("jeu., 20 juin 2024 10:00:00 +0200", None),
        ("0001-01-01T00:00:00Z", None),
        ("2024-13-45", None),
        ("Thu, 20 Jun 99999 22:30:00 GMT", None),
        ("hier", None),
        ("2024-06-20T10:00:00+00:09:21", "2024-06-20T09:50:39+00:00"),
    ],
)
def test_a_date_is_iso_with_its_own_offset_or_nothing(written, iso):
    (entry,) = parse(rss(f"<item><guid>1</guid><pubDate>{written}</pubDate></item>")).entries
    assert entry.published == iso
    Article.make("x", published=entry.published)


def test_each_entry_comes_once_by_id_and_by_page():
    feed = parse(
        rss(
            "<item><guid>http://x.example/1</guid><title>A</title></item>",
            "<item><guid>http://x.example/1</guid><title>B</title></item>",
            "<item><guid isPermaLink='false'>2</guid><link>http://x.example/1</link></item>",
            "<item><title>Sans rien</title></item>",
            "<item><title>Sans rien</title></item>",
            "<item><title>Sans lien</title></item>",
        )
    )
    assert [entry.title for entry in feed.entries] == ["A", "Sans rien", "Sans lien"]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x"])
def test_a_link_that_is_no_page_is_none(link):
    (entry,) = parse(rss(f"<item><guid>1</guid><link>{link}</link></item>")).entries
    assert entry.link is None


@pytest.mark.parametrize(
    "charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-16", "iso-8859-15"]
)
def test_the_encoding_is_that_of_the_feed(charset):
    text = f'<?xml version="1.0" encoding="{charset}"?><rss version="2.0"><channel><item>'
    text += "<title>L’été" if charset not in ("iso-8859-1", "iso-8859-15") else "<title>L'été"
    data = (text + "</title></item></channel></rss>").encode(charset)
    assert parse(data).entries[0].title in ("L’été", "L'été")


def test_a_wrong_encoding_is_found_out():
    said_utf8 = (
        '<?xml version="1.0" encoding="utf-8"?><rss><channel><item><title>été</title></item>'
    )
    assert parse(said_utf8.encode("latin-1")).entries[0].title == "été"
    said_utf16 = said_utf8.replace("utf-8", "utf-16")
    assert parse(said_utf16.encode()).entries[0].title == "été"
    said_nothing = b"<rss><channel><item><title>\xe9t\xe9</title></item></channel></rss>"
    assert parse(said_nothing, charset="iso8859-15").entries[0].title == "été"


@pytest.mark.parametrize(
    "inside",
    [
        "<title>Un & deux</title><link>http://x.example/1?a=1&b=2</link>",
        "<title>Un &foo; deux</title><link>http://x.example/1?a=1&b=2</link>",
        "<media:x a:b='1'/><title>Un & deux</title><link>http://x.example/1?a=1&b=2</link>",
        "\x0b<title>Un &amp; deux</title><link>http://x.example/1?a=1&amp;b=2</link>",
    ],
)
def test_a_feed_that_is_not_well_formed_is_mended(inside):
    data = f"<rss version='2.0'><channel><item>{inside}<content:encoded>c</content:encoded></item>"
    (entry,) = parse(data.encode()).entries
    assert entry.title in ("Un & deux", "Un &foo; deux")
    assert entry.link == "http://x.example/1?a=1&b=2"
    assert entry.content == "c"


def test_mending_keeps_what_is_well_written():
    data = ATOM.replace(b"1 &lt; 2", b"1 &lt; 2 &amp; 3\x0b")
    assert parse(data).entries[1].content == "<p>1 &lt; 2 &amp; 3</p>"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"   ", b"<", b"<urlset/>", b"<html><body><p>Rien</p></body></html>", b"\0\0\0",
        b"%PDF-1.4", b"{", b"{}", b"[]", b'{"version": 1}', b'{"version": "1.0", "items": []}',
        b'{"a":' * 5_000, b"<?xml version='1.0' encoding='rot13'?>", b"<?xml version='1.0'",
    ],
)  # fmt: skip
def test_what_is_no_feed_is_told_so(data):
    with pytest.raises(InputError, match="; "):
        parse(data)


@pytest.mark.parametrize(
    "value",
    [
        {"items": None}, {"items": {"a": 1}}, {"items": [1, None, []]}, {"items": [{"id": {}}]},
        {"items": [{"id": 10**400, "url": 5, "title": ["x"], "authors": {"name": 1}}]},
        {"items": [{"id": "\ud800", "content_html": "\udfff", "title": "\ud800"}]},
        {"items": [{"authors": [None, {"name": None}, "x"], "language": "\n", "url": "http://["}]},
        {"items": [{"date_published": 5, "url": "a\0b", "tags": 1}], "title": {}, "authors": "x"},
    ],
)  # fmt: skip
def test_a_json_feed_with_odd_values_is_read_without_them(value):
    data = json.dumps({"version": "https://jsonfeed.org/version/1", **value}).encode()
    for entry in parse(data, "http://x.example/").entries:
        for text in (entry.id, entry.title, entry.content):
            (text or "").encode()


# What is hostile


def test_entities_of_a_feeds_own_are_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("mot de passe")
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    for declared in (f'<!ENTITY a9 SYSTEM "{secret.as_uri()}">', f'<!ENTITY a0 "ha">{laughs}'):
        text = f"<!DOCTYPE rss [{declared}]><rss><channel><item><title>&a9;</title></item></channel></rss>"
        for data in (text.encode(), text.encode("utf-16"), ("<!-- <a> -->" + text).encode()):
            with pytest.raises(InputError, match="entities"):
                parse(data)
    hidden = f"<?xml version='1.0' encoding='utf-7'?>{text}".encode("utf-7")
    with pytest.raises(InputError):
        parse(hidden)


HEAD = b'<?xml version="1.0"?><rss version="2.0"><channel>'
END = b"</channel></rss>"


@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"<" * 300_000,
        HEAD + b"<a " * 50_000,
        HEAD + b"<a>" * 100_000,
        HEAD + b"<item>" * 50_000 + END,
        HEAD + b"&" * 300_000,
        HEAD + b"&a;" * 100_000,
        HEAD + b"<!--" * 75_000,
        b"<?xml " * 50_000,
        b"<!DOCTYPE " * 30_000,
        HEAD + b"<item><author>" + b"a.a" * 100_000 + b"</author></item>" + END,
        HEAD + b"<item><author>" + b"a.a<b/>" * 40_000 + b"</author></item>" + END,
        HEAD + b"<item><author><name>" + b"a.a" * 100_000 + b"</name></author></item>" + END,
        HEAD + b"<item " + b" ".join(b"a%d='1'" % n for n in range(30_000)) + b"/>" + END,
        HEAD + b"<item><description>" + b"&lt;" * 75_000 + b"</description></item>" + END,
        HEAD + b"<item><title>" + b"&lt;" * 75_000 + b"</title></item>" + END,
        HEAD + b"<item><pubDate>" + b"1-" * 150_000 + b"</pubDate></item>" + END,
        b'{"version": "https://jsonfeed.org/version/1", "items": [{"content_html": "'
        + b"<" * 300_000 + b'"}]}',
    ],
)  # fmt: skip
def test_a_hostile_feed_takes_no_long_time(data):
    started = time.process_time()
    try:
        feed = parse(data)
    except InputError:
        feed = None
    for entry in feed.entries if feed else []:
        assert not entry.is_full or entry.content
    assert time.process_time() - started < 2.5


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_feed_is_read_or_told_so(data):
    whole = data.draw(st.sampled_from([RSS20, RSS10, RSS091, ATOM, JSON_FEED]))
    start, end = (data.draw(st.integers(0, len(whole))) for _ in range(2))
    put = data.draw(
        st.binary(max_size=8) | st.sampled_from([b"<", b">", b"&", b"]]>", b"<a:b>", b'"'])
    )
    try:
        entries = parse(whole[:start] + put + whole[end:], "https://phare.example/").entries
    except InputError:
        return
    for entry in entries:
        Article.make("x", published=entry.published, language=entry.language or "fr")
        assert entry.id
        assert entry.is_full in (True, False)


# Feeds in files


def test_an_entry_with_its_whole_text_is_an_article(tmp_path):
    path = tmp_path / "flux.xml"
    path.write_bytes(rss(item("un", 20, FULL)).replace(b"<link>/", b"<link>https://phare.example/"))
    (reading,) = read([str(path)])
    assert (reading.place, reading.mark) == ("entry https://phare.example/un", None)
    article = reading.found
    assert isinstance(article, Article)
    assert "La ministre a affirmé lundi" in article.text
    assert "La préfète a affirmé lundi" in article.text
    assert article.url == "https://phare.example/un"
    assert article.title == "Titre un"
    assert article.published == "2024-06-20T00:30:00+02:00"
    assert article.language.startswith("fr")
    assert article.id == Article.make(article.text, url=article.url).id


def test_an_entry_without_its_text_is_read_from_its_page(tmp_path, site):
    site.pages["/un"] = Answer(page("La page"))
    path = tmp_path / "flux.rss"
    link = f"<link>{site.url('/')}".encode()
    path.write_bytes(rss(item("un", 20), item("deux")).replace(b"<link>/", link))
    first, second = read([str(path)], Settings(network=HERE))
    assert first.place == f"entry {site.url('/un')}"
    assert isinstance(first.found, Article)
    assert first.found.title == "La page"
    assert first.found.published == "2024-06-20T00:30:00+02:00"
    assert "404" in str(second.found)


def test_a_file_that_is_no_feed_has_a_reason_and_the_rest_is_read(tmp_path):
    (tmp_path / "a.xml").write_text("<urlset/>")
    (tmp_path / "b.atom").write_bytes(rss("<item><title>Vide</title></item>"))
    (tmp_path / "c.rss").write_bytes(rss())
    (tmp_path / "d.txt").write_text("Un texte.")
    first, second, third, fourth = read([str(tmp_path)])
    assert "no feed" in str(first.found)
    assert "neither a link nor the whole text" in str(second.found)
    assert second.place.startswith("entry ")
    assert "without an entry" in str(third.found)
    assert isinstance(fourth.found, Article)


def test_a_json_feed_in_a_file_is_read(tmp_path):
    path = tmp_path / "feed.json"
    item = {"id": "1", "url": "https://phare.example/1", "title": "Un", "content_text": TEXT * 2}
    path.write_text(
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [item]}), "utf-8"
    )
    (reading,) = read([str(path)])
    assert isinstance(reading.found, Article)
    assert reading.found.url == "https://phare.example/1"


# Feeds at an address


def summary(readings: list[Reading]) -> list[tuple[str, str | None]]:
    """Places, and the title of an article, what is wrong, or None for the end of a feed."""
    return [
        (
            r.place.rpartition("/")[2],
            r.found.title if isinstance(r.found, Article) else r.found and r.found.split(";")[0],
        )
        for r in readings
    ]


def test_a_feed_gives_its_new_entries_oldest_first_and_then_its_end(site, run):
    site.pages["/flux"] = Answer(
        rss(item("trois", 23), item("un", 21), item("deux", 22)),
        "text/html",
        headers={"ETag": '"e1"', "Last-Modified": "Thu, 20 Jun 2024 10:00:00 GMT"},
    )
    for name in ("un", "deux", "trois", "quatre"):
        site.pages[f"/{name}"] = Answer(page(f"Page {name}"))
    url = site.url("/flux")
    readings = run(url)
    assert summary(readings) == [
        ("un", "Page un"), ("deux", "Page deux"), ("trois", "Page trois"), ("", None),
    ]  # fmt: skip
    assert {reading.source for reading in readings} == {url}
    assert [reading.mark for reading in readings] == [
        Mark(url, "id-un"),
        Mark(url, "id-deux"),
        Mark(url, "id-trois"),
        Mark(url, None, '"e1"', "Thu, 20 Jun 2024 10:00:00 GMT"),
    ]
    assert isinstance(readings[0].found, Article)
    assert readings[0].found.published == "2024-06-21T00:30:00+02:00"

    site.pages["/flux"] = Answer(rss(item("quatre", 24), item("trois", 23)), "application/rss+xml")
    assert summary(run(url)) == [("quatre", "Page quatre"), ("", None)]
    assert site.asked[-2][1]["If-None-Match"] == '"e1"'
    assert site.asked[-2][1]["If-Modified-Since"] == "Thu, 20 Jun 2024 10:00:00 GMT"


def test_a_feed_that_has_not_changed_gives_nothing(site, run):
    site.pages["/flux"] = [
        Answer(rss(), "text/xml", headers={"ETag": '"e1"'}),
        Answer(status=304, type=None),
    ]
    assert [r.mark for r in run(site.url("/flux"))] == [Mark(site.url("/flux"), None, '"e1"')]
    assert [(r.found, r.mark) for r in run(site.url("/flux"))] == [(None, None)]


def test_without_all_dates_the_last_of_a_feed_comes_first(site, run):
    site.pages["/flux"] = Answer(rss(item("trois"), item("deux", 1), item("un")), "text/xml")
    for name in ("un", "deux", "trois"):
        site.pages[f"/{name}"] = Answer(page(name))
    assert [place for place, _ in summary(run(site.url("/flux")))] == ["un", "deux", "trois", ""]


def test_what_fails_for_now_is_tried_again_and_what_fails_for_good_is_not(site, run, waits):
    url = site.url("/flux")
    site.pages["/flux"] = Answer(
        rss(item("un", 1), item("deux", 2), item("trois", 3)), "text/xml", headers={"ETag": '"e"'}
    )
    site.pages["/un"] = Answer(status=503)
    site.pages["/trois"] = Answer(page("Page trois"))
    first = run(url)
    assert [place for place, _ in summary(first)] == ["un", "deux", "trois"]
    assert [reading.mark for reading in first] == [
        None,
        Mark(url, "id-deux"),
        Mark(url, "id-trois"),
    ]
    assert "503" in str(first[0].found)
    assert "404" in str(first[1].found)

    site.pages["/un"] = Answer(page("Page un"))
    assert summary(run(url)) == [("un", "Page un"), ("", None)]
    assert "If-None-Match" not in site.asked[-2][1]
    assert summary(run(url)) == [("", None)]
    assert site.asked[-1][1]["If-None-Match"] == '"e"'


def test_a_feeds_own_text_is_used_where_the_page_cannot_be_read(site, run):
    site.pages["/flux"] = Answer(
        rss(item("un", 1, FULL), item("deux", 2, FULL), item("trois", 3, "<p>Court.</p>")),
        "text/xml",
        headers={"tdm-reservation": "1"},
    )
    site.pages["/deux"] = Answer(page("Page deux"))
    first, second, third, end = run(site.url("/flux"))
    assert isinstance(first.found, Article)
    assert (first.found.title, first.found.url) == ("Titre un", site.url("/un"))
    assert first.found.tdm_reservation is True
    assert first.mark == Mark(site.url("/flux"), "id-un")
    assert isinstance(second.found, Article)
    assert second.found.title == "Page deux"
    assert "404" in str(third.found)
    assert end.found is None


def test_a_redirected_feed_is_remembered_under_the_address_that_was_given(site, run):
    site.pages["/flux"] = Answer(status=301, headers={"Location": "/nouveau/flux"})
    site.pages["/nouveau/flux"] = Answer(rss(item("un")), "text/xml")
    site.pages["/un"] = Answer(page("Page un"))
    url = site.url("/flux")
    assert [reading.mark for reading in run(url)] == [Mark(url, "id-un"), Mark(url)]


def test_an_entry_that_leads_to_a_feed_or_to_nothing_to_read_is_a_problem(site, run):
    entries = [item("flux", 1), item("image", 2), item("vide", 3), item("rien", 4)]
    entries[3] = entries[3].replace("<link>/rien</link>", "")
    site.pages["/flux"] = Answer(rss(*entries), "text/xml")
    site.pages["/image"] = Answer(b"\x89PNG\r\n", "image/png")
    site.pages["/vide"] = Answer(b"<html><body></body></html>")
    readings = run(site.url("/flux"))
    reasons = [str(reading.found) for reading in readings]
    assert "leads to a feed" in reasons[0]
    assert "no reader" in reasons[1]
    assert "neither a link" in reasons[3]
    assert all(reading.mark and reading.mark.entry for reading in readings[:4])
    assert summary(run(site.url("/flux"))) == [("", None)]


def test_a_json_feed_at_an_address_is_read(site, run):
    data = json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "/un"}]}
    ).encode()
    site.pages["/feed"] = Answer(data, "application/json")
    site.pages["/un"] = Answer(page("Page un"))
    assert summary(run(site.url("/feed"))) == [("un", "Page un"), ("", None)]


def test_a_feed_that_cannot_be_read_is_a_problem_and_is_not_marked(site, run):
    site.pages["/flux"] = Answer(b"<rss><!ENTITY a 'b'>", "text/xml")
    (reading,) = run(site.url("/flux"))
    assert reading.mark is None
    assert "entities" in str(reading.found)


def test_a_date_of_the_page_itself_is_kept(site, run):
    site.pages["/flux"] = Answer(rss(item("un", 20)), "text/xml")
    site.pages["/un"] = Answer(page("Page un", "2024-06-19T08:00:00+02:00"))
    (reading, _) = run(site.url("/flux"))
    assert isinstance(reading.found, Article)
    assert (reading.found.published or "").startswith("2024-06-19")


def test_an_archive_keeps_the_pages_of_a_feed(site, tmp_path: Path):
    site.pages["/flux"] = Answer(rss(item("un", 20)), "text/xml")
    site.pages["/un"] = Answer(page("Page un"))
    readings = list(read([site.url("/flux")], Settings(network=HERE, archive=tmp_path)))
    assert isinstance(readings[0].found, Article)
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert kept == [page("Page un")]
