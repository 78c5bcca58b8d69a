import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import language
from claims.countries import GovernmentRow
from claims.errors import RegistryError
from claims.model import SpeakerKind, named_speaker_id, outlet_id
from claims.registry import Determiner, Registry, _without_determiner

BUNDLED = Registry.bundled()


def folder_of(path: Path, speakers: str = "", outlets: str = "") -> Path:
    path.mkdir(exist_ok=True)
    if speakers:
        (path / "speakers.csv").write_text(f"name,aliases,kind,metonym_of\n{speakers}", "utf-8")
    if outlets:
        (path / "outlets.csv").write_text(f"name,aliases,kind\n{outlets}", "utf-8")
    return path


def named(text: str) -> list[tuple[str, str]]:
    return [(text[start:end], o.name) for start, end, o in BUNDLED.outlet_mentions(text)]


@pytest.mark.parametrize(
    ("mention", "name"),
    [
        ("Vladimir Poutine", "Vladimir Poutine"),
        ("VLADIMIR POUTINE", "Vladimir Poutine"),
        ("Kim Jong Un", "Kim Jong-un"),
        ("Andrei Belousov", "Andreï Belooussov"),
        ("le Kremlin", "Kremlin"),
        ("La Maison-Blanche", "Maison Blanche"),
        ("les Etats-Unis", "États-Unis"),
        ("l’état-major sud-coréen", "état-major sud-coréen"),
        ("les Occidentaux", "Occidentaux"),
        ("l’AFP", "AFP"),
        ("Poutine", None),
        ("Kim", None),
        ("il", None),
        ("le", None),
        ("", None),
    ],
)
def test_a_full_name_is_one_speaker_and_a_surname_is_none(mention, name):
    entry = BUNDLED.speaker(mention)
    assert (entry.name if entry else None) == name


@pytest.mark.parametrize(
    ("mention", "name", "code", "metonym_of"),
    [
        ("l’Allemagne", "Allemagne", "DE", None),
        ("Berlin", "Berlin", "DE", "gouvernement allemand"),
        ("le gouvernement allemand", "gouvernement allemand", "DE", None),
        ("la Côte d’Ivoire", "Côte d'Ivoire", "CI", None),
        ("le Royaume-Uni", "Grande-Bretagne", "GB", None),
    ],
)
def test_a_country_its_government_and_its_capital_are_speakers(mention, name, code, metonym_of):
    entry = BUNDLED.speaker(mention)
    assert entry is not None
    assert (entry.name, entry.country, entry.metonym_of) == (name, code, metonym_of)
    assert entry.kind == SpeakerKind.GOVERNMENT


def test_a_surname_is_its_one_bearer_s():
    castaner = BUNDLED.bearer("Castaner")
    assert castaner is not None
    assert castaner.name == "Christophe Castaner"
    assert BUNDLED.bearer("Le Pen") is None
    assert BUNDLED.bearer("Christophe") is None


@pytest.mark.parametrize(
    "row", language.rows("fr", "governments", GovernmentRow), ids=lambda r: r.id
)
def test_a_government_is_called_by_its_country(row):
    def named(text):
        return BUNDLED.speaker(text.partition("a dit ")[2].rstrip("."))

    assert named(row.example) is not None
    assert named(row.counterexample) is None


def test_an_adjective_of_two_countries_is_no_government():
    assert BUNDLED.speaker("le gouvernement congolais") is None
    assert BUNDLED.country("gouvernement congolais") is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("ministère algérien de la Défense", "DZ"),
        ("autorités turques", "TR"),
        ("armée de Guinée équatoriale", "GQ"),
        ("ministère de l’Intérieur du Mali", "ML"),
        ("procureur de Nevers", None),
        ("banque centrale d’Israël", "IL"),
        ("armée de Côte d’Ivoire", "CI"),
        ("sommet de la Chine et du Japon", None),
        ("lycée Maurice Ravel", None),
    ],
)
def test_a_name_tells_the_one_country_that_is_in_it(name, code):
    assert BUNDLED.country(name) == code


def test_every_country_has_a_name_of_its_own_and_a_table_of_one_s_own_can_say_otherwise(tmp_path):
    codes = [entry.country for entry in BUNDLED.speakers if entry.name == "Kiev"]
    assert codes == ["UA"]
    table = "code,name,adjectives,capital,aliases\nUA,,ukrainien ukrainienne,Kyiv,\n"
    (tmp_path / "countries.csv").write_text(table, "utf-8")
    merged = BUNDLED.merged(Registry.load(tmp_path))
    assert merged.speaker("Kyiv") is not None
    assert merged.speaker("Kiev") is None


def test_a_country_gives_way_to_an_entry_of_its_name(tmp_path):
    (tmp_path / "countries.csv").write_text("code,capital\nFR,Paris\n", "utf-8")
    folder_of(tmp_path, speakers="Paris,,organisation,\n")
    entry = Registry.load(tmp_path).speaker("Paris")
    assert entry is not None
    assert entry.kind == SpeakerKind.ORGANISATION


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("code,capital\nQQ,Paris\n", "line 2: no country has the code QQ"),
        ("code,capital\nFR,Paris\nFR,Lyon\n", "line 3: the country FR stands there already"),
        ("code,adjectives\nFR,français\n", "line 2: adjectives"),
        ("capital\nParis\n", "line 2: code"),
    ],
)
def test_a_wrong_row_of_countries_is_refused(tmp_path, table, told):
    (tmp_path / "countries.csv").write_text(table, "utf-8")
    with pytest.raises(RegistryError, match=told):
        Registry.load(tmp_path)


def test_an_alias_that_an_entry_has_is_not_the_country_s(tmp_path):
    (tmp_path / "countries.csv").write_text("code,aliases\nFR,Hexagone|Gaule\n", "utf-8")
    found = Registry.load(folder_of(tmp_path, speakers="Le Mur,Hexagone,group,\n"))
    names = {mention: found.speaker(mention) for mention in ("France", "Gaule", "Hexagone")}
    assert [entry and entry.name for entry in names.values()] == ["France", "France", "Le Mur"]


def test_a_metonym_keeps_its_own_name_and_says_what_it_stands_for():
    entry = BUNDLED.speaker("Moscou")
    assert entry is not None
    assert (entry.name, entry.kind, entry.country) == ("Moscou", SpeakerKind.GOVERNMENT, "RU")
    assert BUNDLED.speaker(entry.metonym_of or "") is not None
    assert entry.id == named_speaker_id("Moscou")


def test_every_metonym_stands_for_an_entry():
    unknown = [
        e.name for e in BUNDLED.speakers if e.metonym_of and not BUNDLED.speaker(e.metonym_of)
    ]
    assert unknown == []


def test_a_medium_that_speaks_is_a_speaker():
    speaker, outlet = BUNDLED.speaker("KCNA"), BUNDLED.outlet("KCNA")
    assert speaker is not None
    assert outlet is not None
    assert speaker.kind is SpeakerKind.MEDIUM
    assert (speaker.name, outlet.id) == (outlet.name, outlet_id("KCNA"))
    assert outlet.state
    assert BUNDLED.outlet("Moscou") is None


@pytest.mark.parametrize(
    ("mention", "name"),
    [("Le Temps", "Le Temps"), ("le temps", None), ("au Figaro", "Le Figaro"), ("Temps", None)],
)
def test_the_capitals_of_a_medium_count(mention, name):
    entry = BUNDLED.outlet(mention)
    assert (entry.name if entry else None) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a indiqué à l’AFP Koh Yu-hwan", [("AFP", "AFP")]),
        ("cité par les agences de presse russes", [("agences de presse russes", "agences russes")]),
        ("Agences russes citées", [("Agences russes", "agences russes")]),
        ("dans Le Monde diplomatique", [("Le Monde diplomatique", "Le Monde diplomatique")]),
        ("dit-il au Monde et aux Echos", [("Monde", "Le Monde"), ("Echos", "Les Échos")]),
        ("la Croix-Rouge et la Croix", [("la Croix", "La Croix")]),
        (
            "Ouest\u00a0France, L’Express",
            [("Ouest\u00a0France", "Ouest-France"), ("L’Express", "L'Express")],
        ),
        ("tout le monde, le temps, 24 heures et les AFPistes", []),
        (
            "dans les médias d’Etat nord-coréens",
            [("médias d’Etat nord-coréens", "médias d'État nord-coréens")],
        ),
    ],
)
def test_outlets_named_in_a_text(text, expected):
    assert named(text) == expected


@given(st.text(alphabet="Le Mondau'’AFP-\u00a0x\n", max_size=60))
def test_mentions_are_disjoint_and_inside_the_text(text):
    at = 0
    for start, end, entry in BUNDLED.outlet_mentions(text):
        assert at <= start < end <= len(text)
        assert BUNDLED.outlet(text[start:end]) in (entry, None)
        at = end


def test_mentions_take_linear_time():
    started = time.perf_counter()
    assert len(BUNDLED.outlet_mentions("Le Mond, Le Monde, l'" * 50_000)) == 50_000
    assert time.perf_counter() - started < 3


def test_every_name_and_alias_finds_its_own_entry():
    for outlet in BUNDLED.outlets:
        for name in outlet.names:
            assert BUNDLED.outlet(name) == outlet
            assert outlet in [o for _, _, o in BUNDLED.outlet_mentions(f"selon {name}, hier")]
    for speaker in BUNDLED.speakers:
        for name in speaker.names:
            assert BUNDLED.speaker(name) == speaker


@pytest.mark.parametrize("row", language.rows("fr", "determiners", Determiner), ids=lambda r: r.id)
def test_determiner_rows(row):
    assert _without_determiner(row.example) != row.example
    assert _without_determiner(row.counterexample) == row.counterexample


def test_a_shared_alias_is_refused_with_file_and_line(tmp_path):
    folder = folder_of(tmp_path, "Jean Dupont,J. D.,person,\nJeanne Dupont,J. D.,person,\n")
    with pytest.raises(RegistryError, match=r"speakers\.csv, line 3: 'J. D.'.*line 2"):
        Registry.load(folder)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Jean Dupont,,robot,", r"line 2: kind: Input should be 'person'"),
        (",,person,", r"line 2: name: Field required"),
        ("Jean Dupont,,person,x,y", r"line 2: cells without a heading"),
        ("Jean Dupont,...,person,", r"line 2: the alias '...' has no letter"),
    ],
)
def test_a_wrong_row_is_refused_with_file_and_line(tmp_path, row, message):
    with pytest.raises(RegistryError, match=message):
        Registry.load(folder_of(tmp_path, row))


def test_a_folder_without_tables_and_a_table_in_another_encoding_are_refused(tmp_path):
    with pytest.raises(RegistryError, match=r"no speakers.csv, no outlets.csv and no"):
        Registry.load(tmp_path)
    (tmp_path / "outlets.csv").write_bytes("name,kind\nL'Écho,newspaper\n".encode("latin-1"))
    with pytest.raises(RegistryError, match="not UTF-8"):
        Registry.load(tmp_path)


def test_own_entries_are_added_and_replace_those_of_the_same_name(tmp_path):
    own = Registry.load(
        folder_of(tmp_path, "Jeanne Martin,,person,\nKoh Yu-hwan,Koh Yu Hwan,group,\n")
    )
    merged = BUNDLED.merged(own)
    assert merged.speaker("Jeanne Martin")
    replaced = merged.speaker("Koh Yu-hwan")
    assert replaced is not None
    assert replaced.kind is SpeakerKind.GROUP
    assert merged.outlet("AFP") == BUNDLED.outlet("AFP")
    with pytest.raises(RegistryError, match="'Kremlin' already stands for 'Kremlin'"):
        BUNDLED.merged(
            Registry.load(folder_of(tmp_path / "b", "Palais du Kremlin,Kremlin,group,\n"))
        )


def test_no_outside_identifier_stands_for_two_entries():
    found = [e.wikidata for e in (*BUNDLED.speakers, *BUNDLED.outlets) if e.wikidata]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("name", ["speakers.csv", "outlets.csv"])
def test_the_bundled_tables_have_no_name_twice(name):
    path = Path(__file__).parents[1] / "seeds" / name
    with path.open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert len(names) == len(set(names)) > 50


@pytest.mark.parametrize(
    "roles", ["…", "maire @ 2014-3..2020-06", "maire @ 2014-13..", "@ 2014-03.."]
)
def test_a_role_that_cannot_be_read_is_refused_with_file_and_line(tmp_path, roles):
    table = f"name,kind,roles\nJeanne Dupont,person,{roles}\n"
    (tmp_path / "speakers.csv").write_text(table, "utf-8")
    with pytest.raises(RegistryError, match=r"speakers\.csv, line 2: roles: .*is no role"):
        Registry.load(tmp_path)


def test_a_role_may_have_no_first_month(tmp_path):
    table = "name,kind,roles\nJeanne Dupont,person,maire @ ..2020-06 | sénatrice\n"
    (tmp_path / "speakers.csv").write_text(table, "utf-8")
    (entry,) = Registry.load(tmp_path).speakers
    assert [(r.text, r.since, r.until) for r in entry.roles] == [
        ("maire", None, "2020-06"),
        ("sénatrice", None, None),
    ]


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("www.lemonde.fr", "Le Monde"),
        ("LEMONDE.FR.", "Le Monde"),
        ("rmc.bfmtv.com", "RMC"),
        ("mobile.bfmtv.com", "BFM-TV"),
        ("notlemonde.fr", None),
        ("fr", None),
        ("", None),
    ],
)
def test_a_site_is_of_the_medium_that_has_its_host_or_one_above_it(host, name):
    found = BUNDLED.host(host)
    assert (found and found.name) == name


def test_two_media_with_one_host_are_refused_with_file_and_line(tmp_path):
    rows = "name,hosts\nLe Journal,journal.org | a.org\nLa Gazette,A.org\n"
    (tmp_path / "outlets.csv").write_text(rows)
    with pytest.raises(RegistryError, match=r"line 3: 'A.org' already is the host of 'Le Journal'"):
        Registry.load(tmp_path)
