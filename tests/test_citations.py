"""A citation keeps item type, date, quotation, speaker and relay in a reference manager."""

import json

import pytest
import rispy

from claims import extract
from claims.citations import FORMATS
from claims.citations.parts import deep_link, headline
from claims.model import Article
from tests.quotes import Quotes

TEXT = "L’été. Élise Roy dit : « Une <école>,\nà “Moscou” - & vite » à KCNA. Ali dit : « Non »"

ZOTERO_READS = {"id", "type", "title", "container-title", "issued", "URL", "language", "note"}


def cited(form: str, text: str = TEXT, **fields: str) -> str:
    article = Article.make(text, **fields)
    return FORMATS[form].file((article, claim) for claim in Quotes().claims(article))


@pytest.fixture
def ris():
    return cited(
        "ris",
        title="Un titre\nsur deux lignes",
        url="https://exemple.fr/a?b=1",
        published="2024-06-20T08:00:00+02:00",
        publisher="Le Journal",
    )


def test_ris_is_read_as_newspaper_articles(ris):
    first, second = rispy.loads(ris)
    assert first["type_of_reference"] == second["type_of_reference"] == "NEWS"
    assert first["title"] == "Un titre sur deux lignes"
    assert first["secondary_title"] == "Le Journal"
    assert first["date"] == "2024/06/20/"
    assert first["urls"] == ["https://exemple.fr/a?b=1"]
    assert first["language"] == "fr"


def test_ris_has_quotation_speaker_and_relay_in_a_note_that_is_no_html(ris):
    first, second = rispy.loads(ris)
    (note,) = first["notes"]
    assert "Élise Roy" in note
    assert "« Une &lt;école&gt;, à “Moscou” - &amp; vite »" in note
    assert "KCNA" in note
    assert "Ali" in second["notes"][0]
    assert "Média" not in second["notes"][0]


def test_ris_has_a_tag_on_every_line_and_the_lines_end_as_the_format_asks(ris):
    lines = ris.split("\r\n")
    assert lines.pop() == ""
    assert not any("\n" in line or "\r" in line for line in lines)
    assert all(line[2:6] == "  - " for line in lines)
    assert [line for line in lines if line.startswith("ER")] == ["ER  - "] * 2


@pytest.mark.parametrize(
    ("published", "in_ris", "in_csl"),
    [
        ("2024-06-20", "2024/06/20/", [2024, 6, 20]),
        ("2024-06", "2024/06//", [2024, 6]),
        ("2024", "2024///", [2024]),
    ],
)
def test_a_date_keeps_its_precision(published, in_ris, in_csl):
    assert rispy.loads(cited("ris", published=published))[0]["date"] == in_ris
    item = json.loads(cited("csljson", published=published))[0]
    assert item["issued"] == {"date-parts": [in_csl]}


def test_csl_json_is_a_list_of_newspaper_articles():
    items = json.loads(
        cited("csljson", url="https://exemple.fr", publisher="Le Journal", published="2024-06-20")
    )
    assert [item["type"] for item in items] == ["article-newspaper"] * 2
    assert items[0]["container-title"] == "Le Journal"
    assert items[0]["URL"] == "https://exemple.fr"
    assert items[0]["language"] == "fr"
    for words in ("Élise Roy", "« Une <école>, à “Moscou” - & vite »", "KCNA"):
        assert words in items[0]["note"]
    # Zotero reads no variable but those of its schema; of remarks these are abstract and note.
    assert items[0].keys() <= ZOTERO_READS


def test_what_the_article_lacks_is_left_out():
    (record, _) = rispy.loads(cited("ris"))
    assert not {"secondary_title", "date", "urls"} & record.keys()
    (item, _) = json.loads(cited("csljson"))
    assert not {"container-title", "issued", "URL"} & item.keys()


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("Corps", "  Un\n titre ", "Un titre"),
        ("\n \n  Premier mot.\nSuite", None, "Premier mot."),
        ("mot " * 50, None, ("mot " * 25).strip()[:99].rsplit(" ", 1)[0]),
        ("\n", None, "id"),
    ],
)
def test_an_article_without_title_is_called_by_its_first_words(text, title, expected):
    found = headline(Article.make(text, title=title, id="id"))
    assert found.startswith(expected)
    assert len(found) <= 102


@pytest.mark.parametrize(
    ("url", "words", "expected"),
    [
        ("https://e.fr/a", "Oui, non-dit", "https://e.fr/a#:~:text=Oui%2C%20non%2Ddit"),
        ("https://e.fr/a#x", "Oui", "https://e.fr/a#x:~:text=Oui"),
        ("https://e.fr", "a b\nc d", "https://e.fr#:~:text=a%20b,c%20d"),
        (
            "https://e.fr",
            "un " * 20 + "fin",
            "https://e.fr#:~:text="
            + "%20".join(["un"] * 5)
            + ","
            + "%20".join([*["un"] * 4, "fin"]),
        ),
        ("https://e.fr", "un\ndeux", "https://e.fr#:~:text=un,deux"),
        ("javascript:alert(1)", "Oui", None),
        (None, "Oui", None),
    ],
)
def test_a_link_leads_to_the_words(url, words, expected):
    article = Article.make(f"Ali dit : « {words} »", url=url)
    (claim,) = Quotes().claims(article)
    assert deep_link(article, claim) == expected


def test_a_denial_reads_as_one_in_a_citation():
    text = "La Russie nie avoir tué Paul Durand."
    article = Article.make(text)
    (claim,) = extract(article)
    for name in FORMATS:
        citation = FORMATS[name].cite(article, claim)
        assert "Russie — nie : avoir tué Paul Durand." in citation
        assert text in citation
