"""Archives: gzip, zip and WARC files to the articles in them."""

import gzip
import io
import stat
import struct
import sys
import time
import tracemalloc
import types
import warnings
import zipfile
import zlib
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from claims.model import Article
from claims.reading import gzipped, kinds, warc, zipped
from claims.reading.parts import MEGABYTE, Document, Settings
from tests.mutations import fuzzed, mutated

LINES = b'{"text": "Un."}\n{"text": "Deux."}\n'


class Unseekable(io.RawIOBase):
    """A stream as a server gives it."""

    def __init__(self, data):
        self._data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._data.readinto(buffer)


def found(data, name, *, seekable=True, depth=0, **said):
    stream = io.BytesIO(data) if seekable else io.BufferedReader(Unseekable(data))
    return list(
        kinds.read(Document(stream=stream, name=name, depth=depth, settings=Settings(**said)))
    )


def texts(results):
    return [(place, item.text) for place, item in results if isinstance(item, Article)]


def reasons(results):
    return [(place, item) for place, item in results if isinstance(item, str)]


def fuzz(data, name, random):
    """An article, a reason or nothing: no other thing."""
    for place, item in found(mutated(data, random), name, largest=20_000):
        assert isinstance(place, str)
        assert isinstance(item, Article | str)
        assert isinstance(item, Article) or item


def gz(data):
    """What gzip makes of it, without the time of day."""
    return gzip.compress(data, mtime=0)


def peak(function):
    """The most memory that Python holds while something is read, in megabytes."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1] / MEGABYTE
    finally:
        tracemalloc.stop()


# gzip


@pytest.mark.parametrize("seekable", [True, False])
def test_what_gzip_packed_is_read_by_the_reader_for_its_kind(seekable):
    for name, data, places in (
        ("a.jsonl.gz", LINES, ["line 1", "line 2"]),
        ("a.JSON.GZ", b"[" + LINES.strip().replace(b"\n", b",") + b"]", ["item 1", "item 2"]),
        ("b/a.csv.gz", b"text\nUn.\nDeux.\n", ["line 2", "line 3"]),
    ):
        results = found(gz(data), name, seekable=seekable)
        assert texts(results) == list(zip(places, ["Un.", "Deux."], strict=True))
        assert reasons(results) == []
    assert texts(found(gz(b"Un texte."), "a.txt.gz")) == [("", "Un texte.")]


def test_several_members_are_one_file():
    first, second = LINES[:20], LINES[20:]
    data = gz(first) + gz(b"") + gz(second) + b"\0" * 99
    assert texts(found(data, "a.jsonl.gz")) == [("line 1", "Un."), ("line 2", "Deux.")]


def lines(number):
    return b"".join(b'{"text": "Texte %d, %d."}\n' % (n, n * n * 7919) for n in range(number))


@pytest.mark.parametrize(
    ("name", "around"),
    [("a.jsonl.gz", (b"", b"")), ("a.json.gz", (b"[1", b"]")), ("a.csv.gz", (b"id,text\n", b""))],
)
def test_a_cut_or_damaged_gzip_file_is_read_as_far_as_it_goes(name, around):
    inner = lines(20_000)
    if name == "a.json.gz":
        inner = inner.replace(b"{", b",{")
    if name == "a.csv.gz":
        inner = b"".join(b"%d,Texte %d\n" % (n, n * n * 7919) for n in range(20_000))
    data = gz(around[0] + inner + around[1])
    damaged = bytearray(data)
    damaged[len(data) // 2 : len(data) // 2 + 200] = b"\xff" * 200
    crc = data[:-8] + b"\0\0\0\0" + data[-4:]
    for broken, least in (
        (
            data[: len(data) // 2],
            zlib.decompressobj(31).decompress(data[: len(data) // 2]).count(b"\n") - 3,
        ),
        (bytes(damaged), 5000),
        (crc, 15_000),
        (data + b"reste", 15_000),
    ):
        results = found(broken, name)
        assert len(texts(results)) > least
        assert reasons(results)
        if broken != bytes(damaged):
            assert len(reasons(results)) <= 2
            assert "the gzip file is" in reasons(results)[-1][1]


def test_half_a_page_is_no_article():
    data = gz(lines(2000))
    ((place, reason),) = found(data[: len(data) // 2], "a.txt.gz")
    assert (place, reason) == ("", "the gzip file is cut off; fetch it again")


@pytest.mark.parametrize(
    ("data", "name", "wanted"),
    [
        (b"", "a.txt.gz", "empty"),
        (b"Un texte.", "a.txt.gz", "damaged"),
        (gz(b"Un."), "a.gz", "its name does not say what gzip packed"),
        (gz(b"Un."), "a.tar.gz", "its name does not say what gzip packed"),
        (gz(b"x"), "a.txt.gz.gz.gz.gz.gz", "it lies in 3 archives"),
    ],
)
def test_a_gzip_file_that_cannot_be_read_says_why(data, name, wanted):
    if name.count(".gz") > 3:
        for _ in range(4):
            data = gz(data)
    ((_, reason),) = found(data, name)
    assert wanted in reason


@pytest.mark.parametrize("name", ["a.txt.gz", "a.jsonl.gz", "a.csv.gz", "a.json.gz", "a.db.gz"])
def test_a_gzip_bomb_is_not_unpacked(name):
    engine = zlib.compressobj(9, wbits=31)
    block = b" " * MEGABYTE
    bomb = b"".join(engine.compress(block) for _ in range(300)) + engine.flush()
    results = []
    assert peak(lambda: results.extend(found(bomb, name, largest=MEGABYTE))) < 8
    assert texts(results) == []
    assert any("larger than" in reason or "unpacks to over" in reason for _, reason in results)


def test_packing_twice_gives_no_more_room():
    data = gz(gz(b'{"text":"a"}\n' * 2_000_000))
    results = found(data, "a.jsonl.gz.gz", largest=100_000)
    assert len(texts(results)) < 20_000
    assert "unpacks to over 100 times its size" in reasons(results)[0][1]


def test_news_packs_well_and_is_no_bomb():
    results = found(gz(lines(20_000)), "a.jsonl.gz", largest=10_000)
    assert len(texts(results)) == 20_000


# zip


def zip_of(members, **said):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, **said) as archive:
        for name, data in members.items() if isinstance(members, dict) else members:
            # Of no time of day, for what is parametrized is named by its bytes.
            entry = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return file.getvalue()


@pytest.mark.parametrize("seekable", [True, False])
def test_the_members_of_a_zip_archive_are_read_in_order(seekable):
    data = zip_of(
        {
            "b.txt": "Le texte b.",
            "articles/b.jsonl": LINES,
            "articles/a.csv": "text\nUn.\n",
            "a.jsonl.gz": gz(LINES),
            "é.zip": zip_of({"x.txt": "Dedans."}),
            "articles/": b"",
            "articles/.caché.txt": "non",
            ".git/c.txt": "non",
            "__MACOSX/b.txt": "non",
            "image.png": b"non",
        }
    )
    results = found(data, "a.zip", seekable=seekable)
    assert reasons(results) == []
    assert texts(results) == [
        ("a.jsonl.gz, line 1", "Un."),
        ("a.jsonl.gz, line 2", "Deux."),
        ("articles/a.csv, line 2", "Un."),
        ("articles/b.jsonl, line 1", "Un."),
        ("articles/b.jsonl, line 2", "Deux."),
        ("b.txt", "Le texte b."),
        ("é.zip, x.txt", "Dedans."),
    ]


def test_members_whose_names_lead_elsewhere_are_refused():
    names = ["../a.txt", "a/../../b.txt", "/etc/a.txt", "C:a.txt", "c:/a.txt", "..\\b.txt", "\\b.txt",
             "a\nb.txt", "\x1b[2J.txt", "a/..", "../../etc/passwd"]  # fmt: skip
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    members = [
        *((name, "non") for name in names),
        (link, "/etc/passwd"),
        ("bon..txt", "Oui."),
        ("d\\e.txt", "Oui."),
    ]
    results = found(zip_of(members), "a.zip")
    assert texts(results) == [("bon..txt", "Oui."), ("d\\e.txt", "Oui.")]
    assert len(reasons(results)) == len(names) + 1
    assert all(place.isprintable() and place.isascii() for place, _ in reasons(results))
    assert {reason for _, reason in reasons(results)} == {
        "its name leads out of the archive; rename it in the archive",
        "it is a link; put the file itself into the archive",
    }


def test_what_is_wrong_with_one_member_does_not_stop_the_others():
    data = zip_of({"a.txt": "Avant. " * 99, "b.jsonl": LINES, "c.txt": "Après.", "d.txt": "Fin."})
    bad = bytearray(data)
    directory = data.index(b"PK\x01\x02")
    start = data.index(b"a.txt") + 5
    bad[start : start + 4] = b"\xff" * 4
    at = data.index(b"b.jsonl", directory) - 46 + 16
    bad[at : at + 4] = b"\0\0\0\0"  # the CRC
    at = data.index(b"c.txt", directory) - 46 + 8
    bad[at] |= 1  # encrypted
    results = found(bytes(bad), "a.zip")
    assert texts(results)[-1] == ("d.txt", "Fin.")
    assert [place for place, _ in reasons(results)] == ["a.txt", "b.jsonl", "c.txt"]
    assert "damaged" in reasons(results)[0][1]
    assert "CRC" in reasons(results)[1][1]
    assert "it is encrypted" in reasons(results)[2][1]


def test_a_wrong_checksum_makes_no_article_of_a_page():
    data = zip_of({"a.txt": "Un texte."})
    at = data.index(b"PK\x01\x02") + 16
    ((place, reason),) = found(data[:at] + b"\0\0\0\0" + data[at + 4 :], "a.zip")
    assert place == "a.txt"
    assert "CRC" in reason


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_pack_are_refused(method):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("a.txt", "Un texte.")
    assert "unusual" in found(file.getvalue(), "a.zip")[0][1]


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "zip archive is damaged"),
        (b"Pas une archive.", "zip archive is damaged"),
        (zip_of({}), "no file in it can be read"),
        (zip_of({"a.png": b"x", ".b.txt": b"y"}), "no file in it can be read"),
        (zip_of({"a.txt": b"x"})[:-30], "zip archive is damaged"),
        (zip_of({"a.zip": zip_of({"a.zip": zip_of({"a.zip": zip_of({})})})}), "it lies in 3 archives"),
    ],
)  # fmt: skip
def test_a_zip_archive_that_cannot_be_read_says_why(data, wanted):
    ((_, reason),) = found(data, "a.zip")
    assert wanted in reason


def test_a_zip_bomb_is_not_unpacked():
    bomb = zip_of(
        {f"{n:02}.jsonl": (b" " * 999 + b"\n") * 20_000 for n in range(20)} | {"99.txt": "Fin."}
    )
    results = []
    start = time.process_time()
    assert peak(lambda: results.extend(found(bomb, "a.zip", largest=200_000))) < 5
    assert time.process_time() - start < 20
    assert texts(results) == []
    assert [reason.split(";")[0] for _, reason in reasons(results)[-2:]] == [
        "it unpacks to over 100 times its size",
        "what follows in the archive is not read",
    ]


def by_hand(name, body, entries):
    """An archive whose entries are all the one member."""
    packed = raw_deflate(body)
    common = struct.pack(
        "<HHHHHLLLHH", 20, 0, 8, 0, 33, zlib.crc32(body), len(packed), len(body), len(name), 0
    )
    local = b"PK\x03\x04" + common + name + packed
    entry = b"PK\x01\x02" + struct.pack("<H", 20) + common + bytes(14) + name
    end = struct.pack("<HHHHLLH", 0, 0, entries, entries, len(entry) * entries, len(local), 0)
    return local + entry * entries + b"PK\x05\x06" + end


def test_members_that_overlap_share_the_room():
    start = time.process_time()
    results = found(by_hand(b"a.jsonl", b"\n" * 3 * MEGABYTE, 1000), "a.zip", largest=100_000)
    assert time.process_time() - start < 10
    assert texts(results) == []
    assert len(results) < 10


def test_a_member_without_a_name_is_passed_over():
    ((_, reason),) = found(by_hand(b"", b"Un texte.", 1), "a.zip")
    assert "no file in it can be read" in reason


def test_sizes_that_lie_do_no_harm():
    data = zip_of({"a.txt": "Un texte. " * 500})
    at = data.index(b"PK\x01\x02")
    less, more = (
        data[: at + 24] + struct.pack("<L", size) + data[at + 28 :] for size in (10, 10**9)
    )
    ((place, reason),) = found(less, "a.zip")
    assert place == "a.txt"
    assert "damaged" in reason
    assert peak(lambda: found(more, "a.zip", largest=MEGABYTE)) < 4


def test_a_list_of_a_million_members_is_not_held():
    entry = (
        b"PK\x01\x02"
        + struct.pack("<H", 20)
        + bytes(22)
        + struct.pack("<H", 5)
        + bytes(16)
        + b"a.txt"
    )
    directory = entry * 500_000
    end = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 9, 9, len(directory), 0, 0)
    results = []
    assert peak(lambda: results.extend(found(directory + end, "a.zip"))) < 60
    assert "too many members" in results[0][1]


def test_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = zip_of({"a.txt": "Un.", "../b.txt": "Deux.", "c.zip": zip_of({"d.txt": "Trois."})})
    found(data, "a.zip")
    found(data, "a.zip", seekable=False)
    assert list(tmp_path.iterdir()) == []


# WARC

PAGE = "<html><body><p>Il l'a dit à la radio.</p></body></html>"


@pytest.fixture
def pages(monkeypatch):
    """The pages that a stand-in for the reader of pages was given."""
    seen = []

    def read(document):
        try:
            data = document.data()
        except Exception as error:
            if type(error).__name__ != "InputError":
                raise
            yield "", str(error)
            return
        seen.append((document.url, data, document.charset, document.reserved, document.name))
        yield "", Article.make(data.decode(document.charset or "utf-8"), url=document.url)

    module = types.ModuleType("html")
    module.read = read  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "claims.reading.html", module)
    return seen


@contextmanager
def quiet():
    """The writer leaves the closing of its temporary files to chance."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield


class Warc:
    """A WARC file as crawlers write it."""

    def __init__(self, *, gzip=False):
        self.file = io.BytesIO()
        self.writer = WARCWriter(self.file, gzip=gzip)

    def add(self, kind, url, body=b"", *, status="200 OK", http=(), content_type=None, **headers):
        head = None
        if kind in ("response", "request"):
            first = ("GET", "/ HTTP/1.1") if kind == "request" else ("HTTP/1.1", status)
            head = StatusAndHeaders(first[1], list(http), protocol=first[0])
        with quiet():
            self._add(kind, url, body, head, content_type, headers)
        return self

    def _add(self, kind, url, body, head, content_type, headers):
        record = self.writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), http_headers=head,
            warc_content_type=content_type or "",
            warc_headers_dict={k.replace("_", "-"): v for k, v in headers.items()},
        )  # fmt: skip
        self.writer.write_record(record)

    def page(self, url, body=None, *http, **said):
        body = PAGE.encode() if body is None else body
        http = http or (("Content-Type", "text/html; charset=utf-8"),)
        return self.add("response", url, body, http=http, **said)

    def data(self):
        return self.file.getvalue()


def crawl(*, gzip=False):
    """The layout of CC-NEWS: warcinfo, then request, response and metadata for each page."""
    made = Warc(gzip=gzip)
    with quiet():
        info = made.writer.create_warcinfo_record("a.warc", {"software": "essai"})
        made.writer.write_record(info)
    for n in (1, 2):
        url = f"https://journal.example/{n}"
        made.add("request", url).page(url, PAGE.replace("Il", f"Il {n}").encode())
        made.add("metadata", url, b"fetchTimeMs: 1", content_type="application/warc-fields")
    return made


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("seekable", [False, True])
def test_the_pages_of_a_crawl_are_read(pages, packed, seekable):
    name = "CC-NEWS-1.warc" + ".gz" * packed
    results = found(crawl(gzip=packed).data(), name, seekable=seekable)
    assert [place for place, _ in texts(results)] == [
        "https://journal.example/1",
        "https://journal.example/2",
    ]
    assert reasons(results) == []
    assert pages[0] == (
        "https://journal.example/1", PAGE.replace("Il", "Il 1").encode(), "utf-8", None, "page.html",
    )  # fmt: skip


def test_what_is_no_page_is_passed_over(pages):
    made = Warc().page("https://x.example/404", status="404 Not Found")
    made.page("https://x.example/i", b"x", ("Content-Type", "image/png"))
    made.page("https://x.example/n", b"x", ("Server", "x"))
    made.add("resource", "dns:x.example", b"1.2.3.4", content_type="text/dns")
    made.page("https://x.example/x", PAGE.encode(), ("content-type", "Application/XHTML+XML"))
    made.add("resource", "file:///a.html", PAGE.encode(), content_type="text/html;charset=UTF-8")
    results = found(made.data(), "a.warc")
    assert [place for place, _ in results] == ["https://x.example/x", "file:///a.html"]
    assert [page[2] for page in pages] == [None, "utf-8"]
    assert reasons(results) == []


def test_the_charset_and_the_reservation_are_handed_on(pages):
    made = Warc()
    for url, value in (("1", "1"), ("0", "0"), ("odd", "yes")):
        made.page(f"http://x.example/{url}", "été".encode("latin-1"),
                  ("Content-Type", 'text/html; charset="ISO-8859-1"'), ("TDM-Reservation", value))  # fmt: skip
    assert len(texts(found(made.data(), "a.warc"))) == 3
    assert [(page[2], page[3]) for page in pages] == [
        ("cp1252", True), ("cp1252", False), ("cp1252", None),
    ]  # fmt: skip


def chunked(data, size=7):
    parts = [data[n : n + size] for n in range(0, len(data), size)]
    return b"".join(b"%x;x=1\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def raw_deflate(data):
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


@pytest.mark.parametrize(
    ("body", "http"),
    [
        (chunked(PAGE.encode()), {"Transfer-Encoding": "chunked"}),
        (gz(PAGE.encode()), {"Content-Encoding": "gzip"}),
        (zlib.compress(PAGE.encode()), {"Content-Encoding": "deflate"}),
        (raw_deflate(PAGE.encode()), {"Content-Encoding": "Deflate"}),
        (chunked(gz(PAGE.encode())), {"Transfer-Encoding": "chunked", "Content-Encoding": "x-gzip"}),
        (gz(zlib.compress(PAGE.encode())), {"Content-Encoding": "deflate, gzip"}),
        (PAGE.encode(), {"Content-Encoding": "identity", "Transfer-Encoding": "chunked"}),
        (PAGE.encode(), {"Content-Encoding": "gzip"}),
    ],
    ids=str,
)  # fmt: skip
def test_bodies_are_unpacked_as_the_server_packed_them(pages, body, http):
    made = Warc().page("http://x.example/", body, ("Content-Type", "text/html"), *http.items())
    assert texts(found(made.data(), "a.warc")) == [("http://x.example/", PAGE)]


@pytest.mark.parametrize(
    ("body", "http", "wanted"),
    [
        (chunked(PAGE.encode())[:-20], {"Transfer-Encoding": "chunked"}, "fetch it again"),
        (chunked(PAGE.encode()).replace(b"7;x=1", b"zz", 3).replace(b"zz", b"7", 1), {"Transfer-Encoding": "chunked"}, "one is broken"),
        (gz(PAGE.encode())[:-20], {"Content-Encoding": "gzip"}, "cut off"),
        (gz(PAGE.encode())[:-6] + b"xxxxxx", {"Content-Encoding": "gzip"}, "damaged"),
        (b"x" * 300_000, {}, "larger than 0.1 MB"),
        (gz(b" " * 20 * MEGABYTE), {"Content-Encoding": "gzip"}, "larger than 0.1 MB"),
        (b"x", {"Content-Encoding": "zstd"}, "packed with 'zstd'"),
        (b"x", {"Content-Encoding": "br"}, "pip install"),
        (b"x", {"Content-Encoding": "gzip, gzip, gzip, gzip"}, "more than three times"),
    ],
    ids=str,
)  # fmt: skip
def test_one_bad_page_is_reported_and_the_next_is_read(pages, monkeypatch, body, http, wanted):
    monkeypatch.setattr(warc, "find_spec", lambda name: None)
    made = Warc().page("http://x.example/1", body, ("Content-Type", "text/html"), *http.items())
    made.page("http://x.example/2")
    results = []
    assert peak(lambda: results.extend(found(made.data(), "a.warc", largest=100_000))) < 5
    assert texts(results) == [("http://x.example/2", PAGE)]
    ((place, reason),) = reasons(results)
    assert place == "http://x.example/1"
    assert wanted in reason


def test_brotli_is_unpacked_where_its_library_is(pages):
    brotli = pytest.importorskip("brotli")
    http = {"Content-Type": "text/html", "Content-Encoding": "br"}
    bodies = [PAGE.encode(), b" " * 50 * MEGABYTE]
    made = Warc()
    for n, body in enumerate(map(brotli.compress, bodies)):
        made.page(f"http://x.example/{n}", body, *http.items())
        made.page(f"http://x.example/{n}/cut", body[:-3], *http.items())
    results = []
    assert peak(lambda: results.extend(found(made.data(), "a.warc", largest=MEGABYTE))) < 8
    assert texts(results) == [("http://x.example/0", PAGE)]
    assert [reason.split(";")[0] for _, reason in reasons(results)] == [
        "the page is cut off",
        "it is larger than 1 MB",
        "it is larger than 1 MB",
    ]


def test_a_page_without_an_article_is_a_reason_at_its_address():
    made = Warc().page("http://x.example/1", b"<html><title>x</title></html>")
    ((place, reason),) = found(made.data(), "a.warc")
    assert place == "http://x.example/1"
    assert isinstance(reason, str)


def test_a_page_that_the_crawler_cut_is_said_to_be():
    made = Warc()
    made.page("http://x.example/1", WARC_Truncated="length")
    assert reasons(found(made.data(), "a.warc"))[-1] == (
        "http://x.example/1",
        "the crawler kept only its beginning; fetch the page again",
    )


@pytest.mark.parametrize("packed", [False, True])
def test_a_cut_warc_file_is_read_as_far_as_it_goes(pages, packed):
    made = crawl(gzip=packed)
    start = len(made.data())
    made.page("http://x.example/last", (PAGE * 500).encode())
    name = "a.warc" + ".gz" * packed
    for cut in range(start + 1, len(made.data()) - 4, 1 + (len(made.data()) - start) // 40):
        results = found(made.data()[:cut], name)
        assert len(texts(results)) in ((2, 3) if packed and cut > len(made.data()) - 30 else (2,))
        assert reasons(results)
    assert len(texts(found(made.data(), name))) == 3


def test_odd_records_are_reported_and_the_others_are_read(pages, capsys):
    made = crawl().data()
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://x.example/odd page\r\n"
    for odd, wanted in (
        (head + b"Content-Length: 12\r\n\r\nNot HTTP at \r\n\r\n", "does not begin as HTTP"),
        (head + b"Content-Length: 0\r\n\r\n\r\n\r\n", "does not begin as HTTP"),
        (head + b"Content-Length: 4\r\n\r\n12345678\r\n\r\n", "longer than it says"),
    ):
        results = found(odd + made, "a.warc")
        assert len(texts(results)) == 2
        assert any(wanted in reason for _, reason in reasons(results))
    for odd in (
        head + b"\r\nx\r\n\r\n",
        head + b"Content-Length: x\r\n\r\n\r\n\r\n12",
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 3\r\n\r\nabc\r\n\r\nrien",
    ):
        results = found(made + odd, "a.warc")
        assert len(texts(results)) == 2
        assert reasons(results) or b"rien" in odd
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"", "not a WARC file"),
        (b"Pas un WARC.", "not a WARC file"),
        (crawl(gzip=True).data(), "name it .warc.gz"),
        (b"WARC/1.0\r\n" + b"x" * 3 * MEGABYTE, "a header in it has no end"),
        (b"WARC/1.0\r\n" + b"x: y\r\n" * 300_000, "a header in it has no end"),
        (crawl().data() + b"\r\n" * MEGABYTE, "a header in it has no end"),
    ],
)
def test_a_warc_file_that_cannot_be_read_says_why(pages, data, wanted):
    start = time.process_time()
    assert wanted in reasons(found(data, "a.warc"))[-1][1]
    assert time.process_time() - start < 5


def test_a_large_record_is_passed_over_in_pieces(pages):
    made = Warc()
    made.page("http://x.example/video", b"x" * 30 * MEGABYTE, ("Content-Type", "video/mp4"))
    data = made.page("http://x.example/1").data()
    results = []
    assert peak(lambda: results.extend(found(data, "a.warc", largest=MEGABYTE))) < 5
    assert [place for place, _ in texts(results)] == ["http://x.example/1"]


# Whatever the bytes are


@fuzzed
@given(st.randoms(use_true_random=False), st.sampled_from(["txt", "jsonl", "json", "csv"]))
def test_any_gzip_file(random, kind):
    fuzz(gz(mutated(lines(50), random)), f"a.{kind}.gz", random)


@fuzzed
@given(st.randoms(use_true_random=False))
def test_any_zip_archive(random):
    data = zip_of({"a.txt": "Un été.", "b/c.jsonl": LINES, "d.zip": zip_of({"e.csv": "text\nUn."})})
    fuzz(data, "a.zip", random)


CRAWL: list[bytes] = []


@fuzzed
@given(st.randoms(use_true_random=False), st.booleans())
def test_any_warc_file(random, packed):
    if not CRAWL:
        http = {
            "Content-Type": "text/html",
            "Transfer-Encoding": "chunked",
            "Content-Encoding": "gzip",
        }
        made = crawl().page("http://x.example/c", chunked(gz(PAGE.encode())), *http.items())
        CRAWL.append(made.data())
    data = mutated(CRAWL[0], random)
    fuzz(gz(data) if packed else data, "a.warc" + ".gz" * packed, random)


def test_the_bounds_are_what_the_documentation_says():
    assert (gzipped.RATIO, gzipped.DEEPEST) == (100, 3)
    assert zipped.LARGEST_DIRECTORY == 20 * MEGABYTE
