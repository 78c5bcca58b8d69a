import gzip
import shutil
import socket
import ssl
import subprocess
import time
import zlib
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.metadata import version

import pytest

from claims.errors import FetchError, InputError
from claims.model import Article
from claims.reading import Reading, fetching, kinds, read
from claims.reading.connections import is_public
from claims.reading.fetching import Fetcher, Page
from claims.reading.parts import Network, Settings
from claims.reading.robots import Robots
from tests.servers import Answer, Site

HERE = Network(allow_private=True, pause=0.0, timeout=5.0)
TEXT = "Le ministre a déclaré mardi que le budget serait voté avant l’été. " * 12
PAGE = (
    f"<!DOCTYPE html><html lang='fr'><head><meta charset='utf-8'><title>Le budget</title></head>"
    f"<body><article><h1>Le budget</h1>"
    f"<p>{TEXT}</p><p>{TEXT.replace('ministre', 'président')}</p></article></body></html>"
).encode()


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """The seconds that would have been slept; nothing is known of any host."""
    fetching.shared.cache_clear()
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    slept: list[float] = []
    monkeypatch.setattr(fetching, "sleep", slept.append)
    yield slept
    fetching.shared.cache_clear()


@pytest.fixture
def site():
    with Site() as site:
        yield site


def fetch(url: str, network: Network = HERE, largest: int = 1_000_000, **validators) -> Page:
    with closing(Fetcher(network, largest)) as fetcher:
        page = fetcher.fetch(url, **validators)
    assert page is not None
    return page


def refused(url: str, network: Network = HERE, largest: int = 1_000_000) -> FetchError:
    with closing(Fetcher(network, largest)) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.fetch(url)
    assert "\n" not in str(caught.value)
    return caught.value


def names(monkeypatch, **hosts: str | list[str]) -> list[str]:
    """Lets names lead to addresses; a list: another one each time. Gives the names asked for."""
    real = socket.getaddrinfo
    asked: list[str] = []

    def lookup(host, port, *args, **kwargs):
        key = str(host).replace(".", "_").replace("-", "_")
        if key not in hosts:
            return real(host, port, *args, **kwargs)
        asked.append(host)
        address = hosts[key]
        if isinstance(address, list):
            address = address.pop(0) if len(address) > 1 else address[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    return asked


def connections(monkeypatch) -> list[socket.socket]:
    """The connections that are made from now on."""
    real = socket.socket.connect
    made: list[socket.socket] = []

    def connect(sock, address):
        made.append(sock)
        return real(sock, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return made


# What is sent and what comes


def test_a_page_is_read_with_what_its_server_says(site):
    site.pages["/a?b=1"] = Answer(
        PAGE,
        "text/html; charset=ISO-8859-15",
        headers={"ETag": '"e1"', "Last-Modified": "hier", "tdm-reservation": "1"},
    )
    page = fetch(site.url("/a?b=1#c"), largest=len(PAGE))
    assert page == Page(site.url("/a?b=1"), PAGE, "page.html", "iso8859-15", True, '"e1"', "hier")


def test_the_request_says_who_asks_and_nothing_of_who_they_are(site):
    site.pages["/"] = [
        Answer(PAGE, headers={"Set-Cookie": "suivi=1; Path=/"}),
        Answer(PAGE),
    ]
    network = HERE._replace(contact="https://labo.example/robots\r\nX-Evil: 1")
    with closing(Fetcher(network, 1_000_000)) as fetcher:
        fetcher.fetch(site.url().replace("127", "anne:secret@127"))
        fetcher.fetch(site.url())
    own = (
        f"claims/{version('claims')} (reads news articles; +https://labo.example/robots X-Evil: 1)"
    )
    assert len(site.asked) == 3
    for _, headers in site.asked:
        assert headers["User-Agent"] == own
        assert headers["Accept-Encoding"] == "gzip, deflate"
        assert headers["Accept"].startswith("text/html,")
        assert {"cookie", "authorization", "referer", "x-evil"} & {
            h.lower() for h in headers
        } == set()


def test_without_a_contact_the_user_agent_names_the_program_only(site):
    site.pages["/"] = Answer(PAGE)
    fetch(site.url())
    assert site.asked[-1][1]["User-Agent"] == f"claims/{version('claims')} (reads news articles)"


def test_an_unchanged_page_is_told_by_etag_or_date(site):
    site.pages["/"] = [Answer(PAGE, headers={"ETag": '"e1"'}), Answer(status=304, type=None)]
    with closing(Fetcher(HERE, 1_000_000)) as fetcher:
        page = fetcher.fetch(site.url())
        assert page is not None
        assert fetcher.fetch(site.url(), etag=page.etag, modified="Thu, 20 Jun 2024") is None
    assert site.asked[-1][1]["If-None-Match"] == '"e1"'
    assert site.asked[-1][1]["If-Modified-Since"] == "Thu, 20 Jun 2024"
    site.pages["/"] = Answer(status=304, type=None)
    assert "304" in str(refused(site.url()))


def test_one_connection_serves_all_pages_of_a_host_and_is_closed_at_the_end(site, monkeypatch):
    made = connections(monkeypatch)
    site.pages["/"] = Answer(PAGE)
    with closing(Fetcher(HERE, 1_000_000)) as fetcher:
        for _ in range(5):
            fetcher.fetch(site.url())
    assert len(made) == 1
    assert made[0].fileno() == -1


def test_an_accented_address_and_a_redirect_to_one_are_followed(site):
    site.pages["/caf%C3%A9?q=%C3%A9t%C3%A9"] = Answer(
        status=302, headers={"Location": "/été".encode().decode("latin-1")}
    )
    site.pages["/%C3%A9t%C3%A9"] = Answer(PAGE)
    assert fetch(site.url("/café?q=été")).url == site.url("/%C3%A9t%C3%A9")


def test_a_host_in_another_script_is_asked_for_by_its_ascii_name(site, monkeypatch):
    asked = names(monkeypatch, xn__caf_dma_example="127.0.0.1")
    site.pages["/"] = Answer(PAGE)
    assert fetch(site.url(host="café.example")).data == PAGE
    assert site.asked[-1][1]["Host"] == f"xn--caf-dma.example:{site.port}"
    assert set(asked) == {"xn--caf-dma.example"}


@pytest.mark.parametrize(
    "address",
    [
        "ftp://presse.example/a",
        "file:///etc/passwd",
        "http://",
        "http:///a",
        "http://presse.example:99999/",
        "http://[::1/",
        "javascript:alert(1)",
        "http://" + "a" * 300 + ".example/",
        "http://presse.example/" + "a" * 9_000,
        "http://a..example/",
        "http://①②⑦.0.0.1/",
    ],
)
def test_what_is_no_address_of_the_web_is_refused(address):
    error = refused(address, Network(pause=0.0))
    assert "check" in str(error) or "give" in str(error)


# What kind of thing it is


@pytest.mark.parametrize(
    ("type", "path", "body", "name"),
    [
        ("text/plain", "/", PAGE, "page.html"),
        ("application/octet-stream", "/", PAGE, "page.html"),
        (None, "/", b"\xef\xbb\xbf  <!-- a --><!DOCTYPE HTML PUBLIC 'x'>\n<HTML>", "page.html"),
        ("text/html", "/", "<html><p>é".encode("utf-16"), "page.html"),
        ("application/xhtml+xml", "/", b"<?xml version='1.0'?><html>", "page.html"),
        ("text/html", "/", b"<p>Un fragment.", "page.html"),
        ("text/html", "/", b"Sans balise.", "page.html"),
        ("text/html", "/", b"<?xml version='1.0'?><!-- x --><rss version='2.0'>", "feed.xml"),
        ("text/plain", "/", b"<feed xmlns='http://www.w3.org/2005/Atom'>", "feed.xml"),
        ("application/xml", "/", b"<rdf:RDF xmlns='http://purl.org/rss/1.0/'>", "feed.xml"),
        ("application/xml", "/", b"<urlset></urlset>", "data.xml"),
        ("text/plain", "/", b"<Dimanche> un texte", "page.txt"),
        ("text/plain; charset=utf-8", "/", b"Un texte.", "page.txt"),
        ("text/plain", "/a.csv", b"a,b\n1,2", "data.csv"),
        ("text/csv", "/", b"a,b\n1,2", "data.csv"),
        ("application/json", "/", b'{"text": "a"}', "data.json"),
        ("application/json", "/", b'[{"text": "a"}]', "data.json"),
        ("application/json", "/", b'{"text": "a"}\n{"text": "b"}\n', "data.jsonl"),
        ("text/plain", "/", b'{"text": "a"}\n{"text": "b"}\n', "data.jsonl"),
        ("application/x-ndjson", "/", b'{"text": "a"}', "data.jsonl"),
        ("application/json", "/", b'{"version": "https://jsonfeed.org/version/1.1"}', "feed.json"),
        ("application/feed+json", "/", b"{}", "feed.json"),
        ("application/gzip", "/a.jsonl.gz", gzip.compress(b"{}", mtime=0), "data.jsonl.gz"),
        ("application/octet-stream", "/", gzip.compress(PAGE, mtime=0), "page.html.gz"),
        ("application/octet-stream", "/", b"PK\x03\x04" + bytes(50), "data.zip"),
        ("application/warc", "/", b"WARC/1.0\r\n", "data.warc"),
        ("application/octet-stream", "/", b"PAR1" + bytes(20), "data.parquet"),
        ("application/pdf", "/", PAGE, "page.html"),
    ],
)
def test_its_kind_is_told_from_its_first_bytes_and_from_what_is_said(site, type, path, body, name):
    site.pages[path] = Answer(body, type)
    found = fetch(site.url(path)).name
    assert found == name
    assert kinds.is_known(found)


@pytest.mark.parametrize(
    ("type", "body", "what"),
    [
        ("application/pdf", b"%PDF-1.7", "a PDF"),
        ("text/html", b"%PDF-1.7", "a PDF"),
        ("image/png", b"\x89PNG\r\n\x1a\n\0", "an image"),
        ("image/svg+xml", b"<?xml version='1.0'?><svg>", "an image"),
        ("video/mp4", b"\0\0\0\x18ftypmp42", "video/mp4"),
        ("application/x-shockwave-flash", b"CWS\x01ab", "application/x-shockwave-flash"),
        (None, b"\x01\x02\0\x03", "unknown"),
    ],
)
def test_what_has_no_reader_is_refused_for_good(site, type, body, what):
    site.pages["/"] = Answer(body, type)
    error = refused(site.url())
    assert what in str(error)
    assert "no reader" in str(error)
    assert not error.again
    assert len(site.paths()) == 1


@pytest.mark.parametrize(
    ("type", "charset"),
    [
        ('text/html; charset="UTF-8"', "utf-8"),
        ("text/html; charset=iso-8859-1", "cp1252"),
        ("text/html; charset=punycode", None),
        ("text/html; charset=utf-7", None),
        ("text/html; charset=klingon", None),
        ("text/html; charset=a\x00b", None),
        ("text/html", None),
        ("; ; =", None),
    ],
)
def test_only_an_encoding_that_can_be_used_is_handed_on(site, type, charset):
    site.pages["/"] = Answer(PAGE, type)
    assert fetch(site.url()).charset == charset


def test_plain_text_in_another_encoding_is_read(site):
    site.pages["/a.txt"] = Answer("Un été.".encode("latin-1"), "text/plain; charset=latin-1")
    site.pages["/b.txt"] = Answer("Un été.".encode(), "text/plain; charset=latin-1")
    for path in ("/a.txt", "/b.txt"):
        (reading,) = read([site.url(path)], Settings(network=HERE))
        assert isinstance(reading.found, Article)
        assert reading.found.text == "Un été."


# How much, and how long


@pytest.mark.parametrize("packed", ["gzip", "deflate", "gzip, gzip", "chunked"])
def test_a_bomb_is_not_unpacked(site, packed):
    bomb = gzip.compress(bytes(60_000_000), mtime=0)
    if packed == "deflate":
        bomb = zlib.compress(bytes(60_000_000))
    if packed == "gzip, gzip":
        bomb = gzip.compress(bomb, mtime=0)

    def chunked(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(bomb), bomb))

    site.pages["/"] = Answer(bomb, headers={"Content-Encoding": packed})
    if packed == "chunked":
        site.pages["/"] = chunked
    started = time.process_time()
    error = refused(site.url(), largest=200_000)
    assert "larger than 0.2 MB" in str(error)
    assert not error.again
    assert time.process_time() - started < 1
    assert len(site.paths()) == 1


def test_a_packed_page_is_unpacked(site):
    site.pages["/"] = Answer(gzip.compress(PAGE, mtime=0), headers={"Content-Encoding": "gzip"})
    assert fetch(site.url()).data == PAGE


def test_a_page_packed_in_a_way_that_was_not_asked_for_is_told_so(site):
    site.pages["/"] = Answer(b"xyz", headers={"Content-Encoding": "rot13"})
    assert "rot13" in str(refused(site.url()))


def test_a_page_that_never_ends_is_left_at_the_limit(site):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"<p>encore</p>" * 1_000)

    site.pages["/"] = endless
    assert "larger than" in str(refused(site.url()))


def test_a_page_at_the_limit_is_read_and_one_byte_more_is_not(site):
    site.pages["/"] = Answer(PAGE)
    assert fetch(site.url(), largest=len(PAGE)).data == PAGE
    refused(site.url(), largest=len(PAGE) - 1)


def test_a_silent_server_is_given_up(site, waits):
    site.pages["/"] = lambda handler: time.sleep(0.4)
    error = refused(site.url(), HERE._replace(timeout=0.1))
    assert "too long" in str(error)
    assert error.again
    assert waits == [1.0, 5.0]


@pytest.mark.parametrize("where", ["head", "body"])
def test_a_server_that_trickles_is_given_up(site, where):
    def trickles(handler):
        if where == "body":
            handler.send_response(200)
            handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n"[:1] if where == "head" else b"<")
            time.sleep(0.015)

    site.pages["/"] = trickles
    started = time.monotonic()
    error = refused(site.url(), HERE._replace(timeout=0.03))
    assert error.again
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("how", ["length", "chunks"])
def test_a_page_cut_short_is_asked_for_again(site, how, waits):
    def chunks(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"%x\r\n%s" % (len(PAGE), PAGE[:100]))

    short = Answer(PAGE[:100], length=len(PAGE)) if how == "length" else chunks
    site.pages["/"] = [short, Answer(PAGE)]
    assert fetch(site.url()).data == PAGE
    assert waits == [1.0]
    site.pages["/"] = short
    assert refused(site.url()).again
    assert len(site.paths()) == 5


def test_an_interrupt_passes_through_at_once(site, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    site.pages["/"] = Answer(status=503)
    monkeypatch.setattr(fetching, "sleep", interrupted)
    with closing(Fetcher(HERE, 1_000)) as fetcher, pytest.raises(KeyboardInterrupt):
        fetcher.fetch(site.url())
    assert len(site.paths()) == 1


# What a server answers


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418, 451])
def test_a_refusal_is_for_good_and_says_what_to_do(site, status):
    site.pages["/"] = Answer(b"non", status=status)
    error = refused(site.url())
    assert f"status {status}: " in str(error)
    assert not error.again
    assert len(site.paths()) == 1


def test_a_server_that_is_busy_is_asked_again_when_it_says(site, waits):
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    site.pages["/"] = [
        Answer(status=429, headers={"Retry-After": "7"}),
        Answer(status=503, headers={"Retry-After": soon}),
        Answer(PAGE),
    ]
    assert fetch(site.url()).data == PAGE
    assert waits[0] == 7.0
    assert 25 < waits[1] <= 30


def test_a_server_that_stays_broken_is_left_after_three_tries(site, waits):
    site.pages["/"] = Answer(status=502, headers={"Retry-After": "bientôt"})
    error = refused(site.url())
    assert error.again
    assert "502" in str(error)
    assert waits == [1.0, 5.0]
    assert len(site.paths()) == 3


def test_a_long_wait_is_told_and_the_host_left_alone(site, waits):
    site.pages["/"] = Answer(status=429, headers={"Retry-After": "7200"})
    site.pages["/b"] = Answer(PAGE)
    with closing(Fetcher(HERE, 1_000_000)) as fetcher:
        for path in ("/", "/b"):
            with pytest.raises(FetchError, match=r"try after 20\d\d-.* UTC") as caught:
                fetcher.fetch(site.url(path))
            assert caught.value.again
    assert site.paths() == ["/"]
    assert waits == []


def test_a_host_that_does_not_answer_is_not_tried_for_each_of_its_pages(waits):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        with closing(Fetcher(HERE, 1_000)) as fetcher:
            for path in "abc":
                with pytest.raises(FetchError, match="cannot be reached") as caught:
                    fetcher.fetch(url + path)
                assert caught.value.again
    assert waits == [1.0, 5.0]


def test_a_host_that_goes_away_is_not_tried_for_each_of_its_pages(waits):
    with Site() as site:
        site.pages["/"] = Answer(PAGE)
        fetcher = Fetcher(HERE, 1_000_000)
        assert fetcher.fetch(site.url())
    fetcher.close()
    for path in "abc":
        with pytest.raises(FetchError, match="cannot be reached"):
            fetcher.fetch(site.url(f"/{path}"))
    assert waits == [1.0, 5.0]
    with Site() as other:
        other.pages["/"] = Answer(PAGE)
        assert fetcher.fetch(other.url())
    fetcher.close()


def test_a_host_that_is_not_known_is_told_so(monkeypatch, waits):
    def unknown(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = refused("http://presse.example/", Network(pause=0.0))
    assert "presse.example cannot be found" in str(error)
    assert error.again
    assert waits == []


def test_an_empty_page_is_told_so(site):
    site.pages["/"] = Answer(b"")
    error = refused(site.url())
    assert "nothing" in str(error)
    assert error.again


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/", "circle"),
        ("", "nowhere"),
        ("ftp://presse.example/", "http or https"),
        ("file:///etc/passwd", "http or https"),
        ("http://[::1", "no address"),
        ("http://a b:c/", "no address"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_told_so(site, location, reason):
    site.pages["/"] = Answer(status=301, headers={"Location": location})
    error = refused(site.url())
    assert reason in str(error)
    assert not error.again
    assert len(site.paths()) == 1


def test_redirects_are_followed_as_far_as_ten(site):
    for number in range(12):
        site.pages[f"/{number}"] = Answer(status=307, headers={"Location": f"/{number + 1}#x"})
    assert "more than 10" in str(refused(site.url("/0")))
    site.pages["/10"] = Answer(PAGE)
    assert fetch(site.url("/0")).url == site.url("/10")


def test_a_redirect_does_not_carry_a_name_or_password(site):
    site.pages["/"] = Answer(
        status=302, headers={"Location": f"http://anne:secret@127.0.0.1:{site.port}/b#c"}
    )
    site.pages["/b"] = Answer(PAGE)
    assert fetch(site.url()).url == site.url("/b")
    assert "Authorization" not in site.asked[-1][1]


# Which addresses


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", "localhost", "localhost.",
        "LOCALHOST", "0.0.0.0", "0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::127.0.0.1]",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "192.168.1.1", "172.16.0.1",
        "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fd00::1]", "[fec0::1]", "224.0.0.1",
        "255.255.255.255", "[ff02::1]", "127.0.0.1.",
    ],
)  # fmt: skip
def test_addresses_of_this_machine_and_of_private_networks_are_not_read(site, host, monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *args: pytest.fail("connected"))
    error = refused(site.url(host=host), Network(pause=0.0))
    assert "private" in str(error)
    assert "--allow-private" in str(error)
    assert not error.again
    assert site.asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2a00:1450:4007::200e", True),
        ("64:ff9b::8.8.8.8", True),
        ("2002:808:808::1", True),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b:1::8.8.8.8", False),
        ("2002:a00:1::1", False),
        ("2001:db8::1", False),
        ("::ffff:169.254.169.254", False),
        ("fe80::1%1", False),
        ("240.0.0.1", False),
        ("198.18.0.1", False),
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public


def test_a_public_name_that_leads_to_a_private_address_is_not_read(site, monkeypatch):
    names(monkeypatch, presse_example="127.0.0.1")
    assert "private" in str(refused(site.url(host="presse.example"), Network(pause=0.0)))
    assert site.asked == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    found = [(2, 1, 6, "", (address, 80)) for address in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    assert "private" in str(refused("http://presse.example/", Network(pause=0.0)))


def lets_loopback_pass_as(monkeypatch, public: str) -> None:
    """Connections to a public address end here; the check of addresses stays as it is."""
    real = socket.socket.connect

    def connect(sock, address):
        return real(sock, ("127.0.0.1", *address[1:]) if address[0] == public else address)

    monkeypatch.setattr(socket.socket, "connect", connect)


def test_the_connection_goes_to_the_very_address_that_was_checked(site, monkeypatch):
    lets_loopback_pass_as(monkeypatch, "93.184.215.14")
    asked = names(monkeypatch, presse_example=["93.184.215.14", "127.0.0.1"])
    site.pages["/"] = Answer(PAGE)
    assert fetch(site.url(host="presse.example"), Network(pause=0.0)).data == PAGE
    assert asked == ["presse.example"]
    assert site.asked[-1][1]["Host"] == f"presse.example:{site.port}"


def test_a_redirect_into_a_private_network_is_not_followed(site, monkeypatch):
    lets_loopback_pass_as(monkeypatch, "93.184.215.14")
    names(monkeypatch, presse_example="93.184.215.14", interne_example="127.0.0.1")
    site.pages["/"] = Answer(
        status=302, headers={"Location": site.url("/secret", "interne.example")}
    )
    site.pages["/secret"] = Answer(PAGE)
    error = refused(site.url(host="presse.example"), Network(pause=0.0))
    assert "interne.example is this machine" in str(error)
    assert site.paths() == ["/"]


def test_where_one_address_does_not_answer_the_next_is_tried(site, monkeypatch):
    lets_loopback_pass_as(monkeypatch, "93.184.215.14")
    real = socket.getaddrinfo

    def lookup(host, port, *args, **kwargs):
        if host != "presse.example":
            return real(host, port, *args, **kwargs)
        return [(2, 1, 6, "", (address, port)) for address in ("192.0.0.9", "93.184.215.14")]

    connect = socket.socket.connect

    def refusing(sock, address):
        if address[0] == "192.0.0.9":
            raise ConnectionRefusedError
        return connect(sock, address)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    monkeypatch.setattr(socket.socket, "connect", refusing)
    monkeypatch.setattr("claims.reading.connections.is_public", lambda address: True)
    site.pages["/"] = Answer(PAGE)
    assert fetch(site.url(host="presse.example"), Network(pause=0.0)).data == PAGE


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj",
         "/CN=presse.example", "-addext", "subjectAltName=DNS:presse.example"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder


def test_the_certificate_must_be_that_of_the_host_by_name(monkeypatch, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    asked_for: list[str | None] = []
    context.set_servername_callback(lambda sock, name, context: asked_for.append(name))
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    lets_loopback_pass_as(monkeypatch, "93.184.215.14")
    names(monkeypatch, presse_example="93.184.215.14", autre_example="93.184.215.14")
    with Site(context) as site:
        site.pages["/"] = Answer(PAGE)
        public = Network(pause=0.0, timeout=5.0)
        page = fetch(f"https://presse.example:{site.port}/", public)
        assert (page.data, asked_for) == (PAGE, ["presse.example"])
        error = refused(f"https://autre.example:{site.port}/", public)
        assert "certificate" in str(error)
        monkeypatch.delenv("SSL_CERT_FILE")
        assert "certificate" in str(refused(f"https://presse.example:{site.port}/", public))


# Proxies


def test_the_proxy_of_the_environment_is_used_but_not_for_private_hosts(site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"anne:secret@127.0.0.1:{site.port}")
    site.pages["http://presse.example/a"] = Answer(PAGE)
    names(monkeypatch, interne_example="10.0.0.1")
    with closing(Fetcher(Network(pause=0.0), 1_000_000)) as fetcher:
        page = fetcher.fetch("http://presse.example/a")
        assert page is not None
        assert page.url == "http://presse.example/a"
        for url in ("http://interne.example/", "http://127.1/", "http://localhost/"):
            with pytest.raises(FetchError, match="private"):
                fetcher.fetch(url)
    paths = [path for path, _ in site.asked]
    assert paths == ["http://presse.example/robots.txt", "http://presse.example/a"]
    assert site.asked[-1][1]["Host"] == "presse.example"
    assert site.asked[-1][1]["Proxy-Authorization"] == "Basic YW5uZTpzZWNyZXQ="


def test_the_proxy_is_left_out_where_the_environment_says_so(site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    site.pages["/"] = Answer(PAGE)
    assert fetch(site.url()).data == PAGE


def test_a_proxy_that_cannot_be_used_is_told_so(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "socks5://127.0.0.1:9")
    assert "proxy" in str(refused("http://presse.example/", Network(pause=0.0)))


# Politeness


def test_requests_to_a_host_are_apart_and_other_hosts_need_not_wait(site, waits, monkeypatch):
    names(monkeypatch, un_example="127.0.0.1", deux_example="127.0.0.1")
    site.pages["/"] = Answer(PAGE)
    with closing(Fetcher(HERE._replace(pause=2.0), 1_000_000)) as fetcher:
        fetcher.fetch(site.url(host="un.example"))
        assert waits == [pytest.approx(2.0, abs=0.2)]
        fetcher.fetch(site.url(host="deux.example"))
        assert len(waits) == 2
        fetcher.fetch(site.url(host="un.example"))
        assert len(waits) == 3


def test_robots_txt_is_read_once_and_followed(site, waits):
    site.pages["/robots.txt"] = Answer(
        b"User-agent: claims\nDisallow: /prive\nCrawl-delay: 12\n\nUser-agent: *\nDisallow: /",
        "text/plain",
    )
    site.pages["/a"] = Answer(PAGE)
    site.pages["/vers"] = Answer(status=302, headers={"Location": "/prive/b"})
    with closing(Fetcher(HERE, 1_000_000)) as fetcher:
        fetcher.fetch(site.url("/a"))
        fetcher.fetch(site.url("/a"))
        for path in ("/prive/a", "/vers"):
            with pytest.raises(
                FetchError, match=r"robots.txt .*ask the publisher, or save"
            ) as caught:
                fetcher.fetch(site.url(path))
            assert not caught.value.again
    assert [path for path, _ in site.asked] == ["/robots.txt", "/a", "/a", "/vers"]
    assert waits == [pytest.approx(12.0, abs=0.2)] * 3


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_site_without_robots_txt_may_be_read(site, status):
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /", status=status)
    site.pages["/"] = Answer(PAGE)
    assert fetch(site.url()).data == PAGE


def test_a_site_whose_robots_txt_is_broken_is_not_read_now(site):
    site.pages["/robots.txt"] = Answer(status=500)
    site.pages["/"] = Answer(PAGE)
    error = refused(site.url())
    assert "robots.txt" in str(error)
    assert error.again
    assert site.paths() == []


def test_robots_txt_follows_redirects_and_is_read_as_far_as_its_limit(site):
    rules = b"User-agent: *\nDisallow: /a\n" + b"# " + b"x" * 2_000_000 + b"\nDisallow: /b\n"
    site.pages["/robots.txt"] = Answer(status=301, headers={"Location": "/regles.txt"})
    site.pages["/regles.txt"] = Answer(rules, "text/plain")
    site.pages["/a"] = site.pages["/b"] = Answer(PAGE)
    refused(site.url("/a"))
    assert fetch(site.url("/b"), largest=100_000).data == PAGE


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        (b"", True),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /", False),
        (b"User-Agent: Claims/1.0\nDisallow: /", False),
        (b"User-agent: autre\nUser-agent: CLAIMS\nDisallow: /", False),
        (b"User-agent claims\nDisallow: /", False),
        (b"User-agent: claims # nous\nDisallow: /", False),
        (b"User-agent: claims2\nUser-agent: newsclaims\nDisallow: /", True),
        (b"User-agent: autre\nDisallow: /", True),
        (b"User-agent: *\nDisallow: /\nUser-agent: claims\nAllow: /", True),
        (b"User-agent: *\nDisallow: /\nAllow: /a$", True),
        (b"<html>\xff\xfe", True),
        (b"User-agent: *\nDisallow: *.html", True),
    ],
)
def test_what_robots_txt_means(rules, allowed):
    assert Robots(rules).allows("https://presse.example/a") is allowed


def test_a_delay_that_asks_for_too_much_is_shortened():
    assert Robots(b"User-agent: *\nCrawl-delay: 9999").delay == 30
    assert Robots(b"User-agent: *\nCrawl-delay: -1").delay == 0
    assert Robots(b"User-agent: *\nCrawl-delay: vite").delay == 0


@pytest.mark.parametrize(
    "rules",
    [
        b"".join(b"User-agent: claims%d\n" % n for n in range(12_000)) + b"Disallow: /a\n" * 20_000,
        b"".join(b"User-agent %d\n" % n for n in range(12_000)) + b"Disallow: /a\n" * 20_000,
        b"User-agent: *\n" + b"Disallow: /*" + b"a*" * 240_000,
        b"User-agent: *\n" + b"Disallow: /a*b$\n" * 30_000,
    ],
)
def test_hostile_rules_take_no_long_time(rules):
    started = time.process_time()
    Robots(rules).allows("https://presse.example/" + "a" * 7_000)
    assert time.process_time() - started < 3


# A run over several inputs


def test_a_page_is_an_article_of_its_address(site):
    site.pages["/vers"] = Answer(status=301, headers={"Location": "/a"})
    site.pages["/a"] = Answer(PAGE, headers={"tdm-reservation": "1"})
    (reading,) = read([site.url("/vers")], Settings(network=HERE))
    assert (reading.source, reading.place, reading.mark) == (site.url("/vers"), "", None)
    assert isinstance(reading.found, Article)
    assert "a déclaré mardi" in reading.found.text
    assert reading.found.url == site.url("/a")
    assert reading.found.title == "Le budget"
    assert reading.found.tdm_reservation is True


def test_one_address_that_fails_does_not_stop_the_rest(site):
    site.pages["/a"] = Answer(PAGE)
    urls = [site.url("/rien"), "http://[", site.url("/a")]
    first, second, third = read(urls, Settings(network=HERE))
    assert first == Reading(site.url("/rien"), "", first.found)
    assert "404" in str(first.found)
    assert "no address" in str(second.found)
    assert isinstance(third.found, Article)


def test_all_inputs_of_a_run_share_the_pauses_of_a_host(site, waits):
    site.pages["/a"] = site.pages["/b"] = Answer(PAGE)
    settings = Settings(network=HERE._replace(pause=3.0))
    assert len(list(read([site.url("/a"), site.url("/b")], settings))) == 2
    assert [path for path, _ in site.asked] == ["/robots.txt", "/a", "/b"]
    assert waits == [pytest.approx(3.0, abs=0.3)] * 2


def test_a_reader_that_stops_early_leaves_no_connection(site, monkeypatch):
    made = connections(monkeypatch)
    site.pages["/"] = Answer(b'{"text": "Un."}\n{"text": "Deux."}\n', "text/plain")
    readings = read([site.url()], Settings(network=HERE))
    next(readings)
    readings.close()  # type: ignore[attr-defined]
    assert [sock.fileno() for sock in made] == [-1]


def test_too_large_a_page_is_a_problem_that_says_what_to_do(site):
    site.pages["/"] = Answer(PAGE)
    (reading,) = read([site.url()], Settings(network=HERE, pages=100))
    assert "--max-size" in str(reading.found)


def test_a_fetch_error_is_an_input_error():
    assert issubclass(FetchError, InputError)
    assert not FetchError("x").again
