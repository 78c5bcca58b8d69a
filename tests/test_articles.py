"""What is told of every article, whatever it was read from: language, publisher, agency."""

import json
from collections import deque
from pathlib import Path

import pytest

from claims import cli, progress
from claims.language import rows
from claims.model import Article
from claims.reading import read, records
from claims.reading.languages import detected
from claims.reading.parts import Meter, Settings
from claims.reading.publishers import LONGEST_SIGNATURE, WireRow, settled
from claims.registry import Registry

REGISTRY = Registry.bundled()
BODY = (
    "Le pont de Valmire est fermé depuis hier soir, a annoncé la mairie. Il rouvrira dans un mois."
)


def told(text: str = BODY, **fields: str) -> tuple[str | None, str | None]:
    article = settled(Article.make(text, **fields), REGISTRY)
    return article.publisher, article.agency


@pytest.mark.parametrize(
    ("fields", "publisher"),
    [
        ({"publisher": "LE MONDE"}, "Le Monde"),
        ({"publisher": "lemonde.fr"}, "Le Monde"),
        ({"publisher": "www.lefigaro.fr"}, "Le Figaro"),
        ({"publisher": "La Gazette de Valmire"}, "La Gazette de Valmire"),
        ({"url": "https://www.liberation.fr/politique/x"}, "Libération"),
        ({"url": "https://rmc.bfmtv.com/x"}, "RMC"),
        ({"url": "https://www.bfmtv.com/x"}, "BFM-TV"),
        ({"url": "https://notlemonde.fr/x"}, None),
        ({"url": "pas une adresse"}, None),
        ({"url": "https://www.lemonde.fr/x", "publisher": "La Gazette"}, "La Gazette"),
        ({}, None),
    ],
)
def test_the_publisher_has_its_name_in_the_registry(fields, publisher):
    assert told(**fields) == (publisher, None)


@pytest.mark.parametrize(
    ("text", "fields", "agency"),
    [
        (f"{BODY} (AFP)", {}, "AFP"),
        (f"{BODY} (afp/nxp)", {}, "AFP"),
        (f"{BODY}\n(Avec AFP)", {}, "AFP"),
        (f"{BODY}\nAPS", {}, "APS"),
        (f"{BODY} (afp/ats/nxp)", {}, "AFP, ATS"),
        (f"PARIS, 3 déc. 2018 (AFP) - {BODY}", {}, "AFP"),
        (BODY, {"author": "Le Monde avec AFP"}, "AFP"),
        (BODY, {"author": "Reuters"}, "Reuters"),
        (BODY, {"agency": "Belga", "author": "AFP"}, "Belga"),
        (f"{BODY} (à suivre)", {}, None),
        (f"PARIS (AFP) – {BODY}\n\n{BODY}", {}, "AFP"),
        (f"Le pont ferme\n\nBruxelles (Belga) - {BODY}\n\n{BODY}", {}, "Belga"),
        (f"{BODY}\n\n{BODY}\nLe Figaro (avec AFP)", {}, "AFP"),
        (f"{BODY}\n\n{BODY}\nLéa Roux (AFP)", {}, "AFP"),
        (f"{BODY}\n© AFP", {}, None),
        (f"Photo : Jean Petit/AFP\n{BODY}", {}, None),
        (f"{BODY} Selon l’AFP (Paris), il rouvrira.", {}, None),
        (f"{BODY} Il l’a dit à l’AFP.", {}, None),
        (f"{BODY} (AFP)", {"language": "en"}, None),
    ],
)
def test_the_agency_is_told_by_how_an_article_is_signed(text, fields, agency):
    assert told(text, **fields) == (None, agency)


def test_a_paper_that_prints_a_wire_keeps_both():
    given = {"url": "https://www.lemonde.fr/x", "publisher": "AFP"}
    assert told(**given) == ("Le Monde", "AFP")
    assert told(publisher="AFP") == ("AFP", None)


def test_wire_rows():
    for row in rows("fr", "wires", WireRow):
        find = row.pattern.match if row.scope == "start" else row.pattern.fullmatch
        match = find(row.example)
        assert match, row.id
        assert match["agency"], row.id
        found = find(row.counterexample)
        assert (
            not found or not settled(Article.make(f"{BODY}\n{row.counterexample}"), REGISTRY).agency
        ), row.id


def test_a_signature_is_looked_for_at_the_edges_only():
    text = f"{BODY} (AFP) " + "Le pont est vieux. " * LONGEST_SIGNATURE
    assert told(text) == (None, None)
    told("(" * 200_000 + "AFP)" * 200_000)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The mayor said on Monday that the old bridge would stay closed for a month.", "en"),
        ("Der Bürgermeister sagte am Montag, die Brücke bleibe einen Monat geschlossen.", "de"),
        ("La mairie a annoncé lundi que le vieux pont resterait fermé pendant un mois.", "fr"),
        ("Ok", None),
        ("…", None),
        ("", None),
        ("\ud800", None),
    ],
)
def test_a_language_is_told_where_it_is_certain(text, code):
    assert detected(text) == code


def test_a_language_that_is_given_is_believed_and_one_that_is_not_is_told_from_the_text(tmp_path):
    english = "The mayor said on Monday that the old bridge would stay closed for a month."
    lines = [{"text": english}, {"text": english, "language": "fr"}, {"text": "Ok"}, {"text": BODY}]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (tmp_path / "b.txt").write_text(english)
    found = [r.found for r in read([str(tmp_path)])]
    languages = [one.language for one in found if isinstance(one, Article)]
    assert languages == ["en", "fr", "fr", "fr", "en"]


def test_the_fields_of_records_are_those_that_can_be_mapped_and_those_of_an_article():
    assert cli.FIELDS == records.FIELDS
    assert {*records.FIELDS} == Article.model_fields.keys() - {"page"}


def test_a_meter_tells_how_much_is_read(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(BODY)
    (tmp_path / "in" / "b.jsonl").write_text('{"text": "un"}\n' * 10)
    meter = Meter()
    folder = str(tmp_path)
    (tmp_path / "in" / "c.jpg").write_bytes(bytes(999))
    (tmp_path / "in" / "d.txt").symlink_to("nowhere")
    progress.weigh(meter, [folder, "-", "https://exemple.org", "none", "\0"])
    sizes = [path.stat().st_size for path in Path(folder).rglob("[ab].*")]
    assert meter.total == sum(sizes)
    read_so_far = [meter.read for _ in read([folder], Settings(meter=meter))]
    assert read_so_far == sorted(read_so_far)
    assert meter.read == meter.total


def test_names_of_a_large_folder_are_not_held_in_memory(tmp_path):
    import tracemalloc

    for number in range(3000):
        (tmp_path / f"{number:05}.txt").write_text("Ok")
    settings = Settings(registry=REGISTRY)
    deque(read([str(tmp_path)], settings), 0)
    tracemalloc.start()
    names = deque((Path(reading.source).name for reading in read([str(tmp_path)], settings)), 2)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [*names] == ["02998.txt", "02999.txt"]
    assert most < 5_000_000
