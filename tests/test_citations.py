"""A citation keeps item type, date, quotation, speaker and relay in a reference manager."""

import csv
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import citeproc
import feedparser
import jsonschema
import pytest
import rispy
from bibtexparser.entrypoint import parse_string as read_bibtex
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt
from pybtex.database import parse_string
from pylatexenc import latex2text
from pyld import jsonld

from claims import cli, extract
from claims.citations import FORMATS, references
from claims.citations.atom import Feed, atom
from claims.citations.parts import (
    Appearance,
    Cited,
    Known,
    deep_link,
    headline,
    shown,
    web_address,
)
from claims.model import Article, Claim, Range, Span, Speaker, SpeakerKind, Stance
from claims.reviews import Action, Review
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
    for name in FORMATS.keys() - {"csv"}:
        citation = FORMATS[name].cite(article, claim)
        said = "denies: avoir" if name.endswith("-en") else "nie : avoir"
        assert f"Russie — {said} tué Paul Durand." in citation
        assert text in citation
    (row,) = rows(FORMATS["csv"].file([(article, claim)]))
    assert (row["speaker"], row["stance"], row["context"]) == ("Russie", "denies", text)


HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "[un lien](javascript:alert(1)) ![x](http://e.fr/x.png) <javascript:alert(1)> http://e.fr www.e.fr",
    '=HYPERLINK("http://e.fr")',
    "+1",
    "-1+1",
    "@SUM(1)",
    "＝1",
    "\u00a0=1",
    "\u200b\ufeff=1",
    "'=1",
    "\\input{/etc/passwd} \\\\ \\end{document}",
    "} @misc{x, title = {",
    "{ { } \\} \\{",
    "100 % de 5 $ & #1_a ~b",
    "-- --- `` '' \"mot\" 'mot'",
    "« un “mot” ‘deux’ ‹trois› »",
    "deux\nlignes\r\nER  - \r\nTY  - JOUR\ttab",
    "a\u2028b\u2029c\x85d",
    "😀 é ﬁ œ שלום مرحبا",
    "# titre\n- liste\n1. un\n> cité\n```\ncode",
    "a\n---\n| a | b |\n|---|---|",
    "*gras* _it_ **x** ~~y~~ `z` &amp; &lt; :smile: $x$",
    "]]> <!-- --> &#0; <?xml?>",
]
"""What somebody could put into any field, and that every format shows as it is."""
UNSHOWABLE = "a\x00b\x1b[31mc\x08\ufffe"
"""What no format but JSON can hold."""
TURNING = "\u202egniht\u2066"
"""What would turn all that follows it."""


def claim_of(
    words: str, *, url: str | None = None, all_of_it: bool = True
) -> tuple[Article, Claim]:
    """A claim of an article that has these words in each of its fields."""
    more: dict[str, Any] = {"title": words, "publisher": words} if all_of_it else {}
    article = Article.make(f"{words} a dit : « {words} ».", id="a", url=url or words, **more)
    start = len(f"{words} a dit : « ")
    claim = Claim.of(
        article,
        [Span(start=start, end=start + len(words), text=words)],
        type="direct",
        cue=None,
        speaker=Span(start=0, end=len(words), text=words),
        speakers=[Speaker(id="s", name=words, kind=SpeakerKind.PERSON)],
        outlets=[{"id": "o", "name": f"{words} média", "role": "relay", "start": 0, "end": 1}],
        target={"start": 0, "end": len(words), "text": words},
        stance="affirms",
        rule="test",
        context=Range(start=0, end=len(article.text)),
    )
    return article, claim


def plain(text: str) -> str:
    """A text as formats of one line have it."""
    return re.sub(r"[^\S\u00a0\u202f]+", " ", text).strip()


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


MACROS = latex2text.get_default_latex_context_db()
MACROS.add_context_category(
    "characters",
    prepend=True,
    macros=[
        latex2text.MacroTextSpec(name, simplify_repl=character)
        for name, character in (
            ("textbraceleft", "{"),
            ("textbraceright", "}"),
            ("textless", "<"),
            ("textgreater", ">"),
            ("textasciigrave", "`"),
            ("textasciicircum", "^"),
        )
    ],
)
"""The names of characters in LaTeX, with those that the reader lacks."""


def entries(text: str) -> list[dict[str, Any]]:
    """BibTeX as two readers have it; what LaTeX prints for the fields, but for the address."""
    library = read_bibtex(text)
    assert library.failed_blocks == []
    other = parse_string(text, "bibtex").entries
    assert [*other] == [entry.key for entry in library.entries]
    printed = latex2text.LatexNodes2Text(latex_context=MACROS)
    found = []
    for entry in library.entries:
        fields = {field.key: field.value for field in entry.fields}
        assert {*other[entry.key].fields} == {*fields}
        told = {key: printed.latex_to_text(value) for key, value in fields.items() if key != "url"}
        found.append({**fields, **told, "": entry.entry_type})
    return found


class Quoting:
    """Markdown as a reader of it shows it: the words, and where its links lead."""

    def __init__(self, text: str) -> None:
        self.words = ""
        self.links: list[str] = []
        self.tags: set[str] = set()
        reader = MarkdownIt("gfm-like", {"linkify": False, "html": True})
        for block in reader.parse(text):
            self.tags |= {block.type, *(child.type for child in block.children or ())}
            for child in block.children or ():
                self.words += child.content
                if child.type == "link_open":
                    self.links.append(str(child.attrs["href"]))
            self.words += "\n" * (block.type == "inline")


@pytest.mark.parametrize("words", HOSTILE)
def test_ris_shows_hostile_text_as_text(words):
    record, *others = rispy.loads(FORMATS["ris"].file([claim_of(words)] * 2))
    assert len(others) == 1
    assert record["title"] == record["secondary_title"] == plain(words)
    assert "urls" not in record
    (note,) = record["notes"]
    assert "<" not in note
    # As Zotero reads it.
    assert plain(words) in "".join(ET.fromstring(f"<p>{note}</p>").itertext())


@pytest.mark.parametrize("words", HOSTILE)
def test_csl_json_shows_hostile_text_as_text(words):
    (item,) = json.loads(FORMATS["csljson"].file([claim_of(words)]))
    assert item["title"] == item["container-title"] == plain(words)
    assert f"« {plain(words)} »" in item["note"]
    assert "URL" not in item


CSL_ITEM = {
    "type": "object",
    "required": ["id", "type"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": ["string", "number"]},
        "type": {"const": "article-newspaper"},
        **{
            key: {"type": "string"}
            for key in ("title", "container-title", "URL", "language", "note")
        },
        "issued": {
            "type": "object",
            "additionalProperties": False,
            "required": ["date-parts"],
            "properties": {
                "date-parts": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 2,
                    "items": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 3,
                        "items": {"type": ["string", "number"]},
                    },
                }
            },
        },
    },
}
"""What CSL-JSON 1.0 asks of the fields that we write."""


@pytest.mark.parametrize("published", [None, "2024", "2024-06", "2024-06-20T10:00:00Z"])
def test_csl_json_is_as_its_schema_asks(published):
    text = cited("csljson", published=published, publisher="J", url="https://e.fr")
    jsonschema.validate(json.loads(text), {"type": "array", "items": CSL_ITEM})


@pytest.mark.parametrize("words", HOSTILE)
def test_bibtex_shows_hostile_text_as_text(words):
    text = FORMATS["bibtex"].file([claim_of(words)])
    (entry,) = entries(text)
    assert entry[""] == "article"
    assert entry["journal"] == plain(words)
    assert entry["title"] == plain(words)
    assert f"« {plain(words)} »" in entry["note"]
    assert "url" not in entry


def test_bibtex_leaves_no_command_and_keeps_letters():
    text = FORMATS["bibtex"].file([claim_of("\\input{/etc/passwd} 50 % é œ « ’ 😀 מ")])
    assert not re.search(r"\\(input|etc)", text)
    assert "50 \\% é œ « ’ 😀 מ" in text
    assert text.count("{") == text.count("}")


def test_bibtex_has_date_address_and_the_words_of_a_claim():
    (first, second) = entries(
        cited(
            "bibtex",
            title="Titre",
            url="https://exemple.fr/é_a?b=1&c=%20#x",
            published="2024-06-20T08:00:00+02:00",
        )
    )
    assert (first[""], first["date"], first["year"], first["month"]) == (
        "misc",
        "2024-06-20",
        "2024",
        "jun",
    )
    assert first["url"] == "https://exemple.fr/%C3%A9_a?b=1&c=%20#x"
    assert "Élise Roy" in first["note"]
    assert "KCNA" in first["note"]
    assert "Ali" in second["note"]


@pytest.mark.parametrize("words", HOSTILE)
def test_markdown_shows_hostile_text_as_text(words):
    shown_as = Quoting(FORMATS["markdown"].file([claim_of(words, url="https://e.fr/a(b)<c>")] * 2))
    assert shown_as.words.count(f"« {plain(words)} »") == 2
    assert {link.partition("#")[0] for link in shown_as.links} == {"https://e.fr/a(b)%3Cc%3E"}
    assert len(shown_as.links) == 2
    allowed = {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}
    allowed |= {"blockquote_open", "blockquote_close", "link_open", "link_close"}
    assert shown_as.tags <= allowed


def test_markdown_without_an_address_has_no_link():
    assert Quoting(FORMATS["markdown"].file([claim_of("javascript:alert(1)")])).links == []


@pytest.mark.parametrize("words", HOSTILE)
def test_no_cell_of_csv_is_computed(words):
    (row,) = rows(FORMATS["csv"].file([claim_of(words)]))
    for cell in row.values():
        assert not re.match(r"[\s\u200e\u202a-\u202e]*[=+\-@＝＋－＠]", cell), cell
    defused = plain(words)[0] in "=+-@＝'" or words[-2:] == "=1"
    assert row["claim"] == "'" * defused + plain(words)
    assert row["link"] == ""


def test_csv_has_names_and_one_row_a_claim():
    first, second = rows(cited("csv", publisher="Le Journal", published="2024-06-20"))
    assert first["speaker"] == "Élise Roy"
    assert first["outlet_chain"] == "KCNA (told_to)"
    assert first["claim"] == "Une <école>, à “Moscou” - & vite"
    assert (first["date"], first["publisher"]) == ("2024-06-20", "Le Journal")
    assert re.fullmatch("'?[0-9a-f]{16}", second["claim_id"])


SCHEMA_ORG: dict[str, Any] = {
    "@vocab": "http://schema.org/",
    **{key: {"@type": "@id"} for key in ("url",)},
}
"""What we need of the context of schema.org."""


def graph(text: str) -> list[dict[str, Any]]:
    """The nodes of JSON-LD as a reader of it has them."""
    document = json.loads(text)
    assert document["@context"] == "https://schema.org"
    found: list[dict[str, Any]] = jsonld.flatten({**document, "@context": SCHEMA_ORG})
    return found


def of_type(nodes: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [node for node in nodes if f"http://schema.org/{name}" in node.get("@type", [])]


def value(node: dict[str, Any], name: str) -> Any:
    (found,) = node[f"http://schema.org/{name}"]
    return found.get("@value", found.get("@id"))


@pytest.mark.parametrize("words", HOSTILE)
def test_json_ld_shows_hostile_text_as_text_also_in_a_script(words):
    text = FORMATS["jsonld"].file([claim_of(words)])
    assert not re.search("[<>&\u2028\u2029]", text)
    nodes = graph(text)
    (claim,) = of_type(nodes, "Quotation")
    assert value(claim, "text") == words
    (article,) = of_type(nodes, "NewsArticle")
    assert "http://schema.org/url" not in article
    assert value(article, "headline") == plain(words)
    assert article["@id"].startswith("urn:uuid:")


def test_json_ld_has_who_says_it_and_where_it_stands():
    nodes = graph(cited("jsonld", url="https://e.fr/a", publisher="Le Journal", title="Titre"))
    quotations = of_type(nodes, "Quotation")
    assert of_type(nodes, "Claim") == quotations
    (first,) = [node for node in quotations if "école" in value(node, "text")]
    (person,) = [node for node in of_type(nodes, "Person") if value(node, "name") == "Élise Roy"]
    (article,) = of_type(nodes, "NewsArticle")
    assert value(first, "author") == person["@id"]
    assert value(first, "appearance") == value(first, "isBasedOn") == article["@id"]
    assert article["@id"] == value(article, "url") == "https://e.fr/a"
    assert "http://schema.org/firstAppearance" not in first
    assert of_type(nodes, "ClaimReview") == of_type(nodes, "Rating") == []


def test_json_ld_has_the_first_article_where_it_is_known():
    article, claim = claim_of("Oui", url="https://e.fr/b")
    known = Known(first=Appearance("z", "Avant", url="https://e.fr/first"))
    nodes = graph(FORMATS["jsonld"].file([Cited(article, claim, known)]))
    (quotation,) = of_type(nodes, "Quotation")
    assert value(quotation, "firstAppearance") == "https://e.fr/first"
    assert value(quotation, "appearance") == "https://e.fr/b"


def verdict(**more: str) -> Review:
    told: dict[str, Any] = {"url": "https://f.fr/1", "date": "2024-07-01", **more}
    return Review.make("Ada", Action.VERDICT, "0" * 16, "C’est faux <b>", **told)


def test_a_review_of_a_claim_is_only_what_a_person_found():
    article, claim = claim_of("Oui")
    nodes = graph(FORMATS["jsonld"].file([Cited(article, claim, Known(verdicts=(verdict(),)))]))
    (review,) = of_type(nodes, "ClaimReview")
    (rating,) = of_type(nodes, "Rating")
    (quotation,) = of_type(nodes, "Quotation")
    assert value(review, "itemReviewed") == quotation["@id"]
    assert value(review, "url") == "https://f.fr/1"
    assert value(review, "datePublished") == "2024-07-01"
    assert value(rating, "alternateName") == "C’est faux <b>"
    assert {key.rsplit("/", 1)[-1] for key in rating} == {"@id", "@type", "alternateName"}
    assert "C’est faux" in FORMATS["markdown"].cite(article, claim, Known(verdicts=(verdict(),)))


def test_words_that_somebody_denies_are_no_quotation_of_who_denies_them():
    article = Article.make("Ali dit : « Kim a tué Paul »")
    claims = Quotes(stance=Stance.DENIES).claims(article)
    nodes = graph(FORMATS["jsonld"].file((article, claim) for claim in claims))
    assert of_type(nodes, "Quotation") == []
    (found,) = of_type(nodes, "Claim")
    assert value(found, "text") == "nie : Kim a tué Paul"


def one_of(*options: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "prefixItems": [*options], "items": False, "minItems": len(options)}


def typed(name: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["type", *properties],
        "properties": {"type": {"const": name}, **properties},
    }


TEXT_OF = {"type": "string"}
PLACE = {"type": "integer", "minimum": 0}
ANNOTATION = typed(
    "Annotation",
    **{"@context": {"const": "http://www.w3.org/ns/anno.jsonld"}},
    id={"type": "string", "format": "uri"},
    motivation={"const": "describing"},
    body=typed("TextualBody", value=TEXT_OF, format=TEXT_OF, language=TEXT_OF),
    target={
        "type": "array",
        "minItems": 1,
        "items": typed(
            "SpecificResource",
            source={"type": "string", "format": "uri"},
            selector=one_of(
                typed("TextQuoteSelector", exact=TEXT_OF, prefix=TEXT_OF, suffix=TEXT_OF),
                typed("TextPositionSelector", start=PLACE, end=PLACE),
            ),
        ),
    },
)
"""What the Web Annotation Data Model asks of the fields that we write."""


@pytest.mark.parametrize("words", HOSTILE)
def test_an_annotation_finds_the_words_by_both_of_its_selectors(words):
    article, claim = claim_of(words)
    (found,) = json.loads(FORMATS["annotation"].file([(article, claim)]))
    jsonschema.validate(found, ANNOTATION)
    (target,) = found["target"]
    quote, place = target["selector"]
    assert article.text[place["start"] : place["end"]] == quote["exact"] == words
    around = quote["prefix"] + quote["exact"] + quote["suffix"]
    assert (
        quote["prefix"]
        == article.text[max(0, claim.content[0].start - 32) :][: min(32, claim.content[0].start)]
    )
    assert article.text.count(around) == 1
    assert article.text.index(around) + len(quote["prefix"]) == place["start"]
    assert target["source"].startswith("urn:uuid:")


def test_an_annotation_has_a_target_for_each_fragment():
    article = Article.make("« Oui », dit Ali, « non »", url="https://e.fr/a")
    spans = [Span(start=2, end=5, text="Oui"), Span(start=20, end=23, text="non")]
    more: dict[str, Any] = {"cue": None, "speaker": None, "speakers": [], "outlets": []}
    claim = Claim.of(
        article,
        spans,
        type="direct",
        stance="affirms",
        rule="test",
        context=Range(start=0, end=25),
        **more,
    )
    (found,) = json.loads(FORMATS["annotation"].file([(article, claim)]))
    exact = [target["selector"][0]["exact"] for target in found["target"]]
    assert exact == ["Oui", "non"]
    assert {target["source"] for target in found["target"]} == {"https://e.fr/a"}


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("name", ["iso690-fr", "iso690-en", "apa-fr", "apa-en"])
def test_a_reference_shows_hostile_text_as_text(name, words):
    text = FORMATS[name].file([claim_of(words)])
    reference, note, *rest = text.splitlines()
    assert rest == []
    assert reference.startswith(plain(words))
    assert plain(words) in note
    assert "https:" not in reference.replace(plain(words), "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("iso690-fr", "Titre. Le Journal. En ligne. 20 juin 2024. https://e.fr/a."),
        ("iso690-en", "Titre. Le Journal. Online. June 20, 2024. https://e.fr/a."),
        ("apa-fr", "Titre (20 juin 2024). Le Journal. https://e.fr/a"),
        ("apa-en", "Titre (2024, June 20). Le Journal. https://e.fr/a"),
    ],
)
def test_a_reference_is_in_its_style_and_language(name, expected):
    fields = {"title": "Titre", "publisher": "Le Journal", "published": "2024-06-20"}
    text = cited(name, url="https://e.fr/a", **fields)
    assert text.splitlines()[0] == expected
    assert ("Medium cited: KCNA." if name.endswith("en") else "Média cité : KCNA.") in text


@pytest.mark.parametrize("name", ["iso690", "apa"])
def test_a_style_is_as_the_schema_of_csl_asks(name):
    schema = Path(citeproc.__file__).parent / "data/schema/schemas/styles/csl.rng"
    style = Path(references.__file__).parent / "styles" / f"{name}.csl"
    etree.RelaxNG(etree.parse(schema)).assertValid(etree.parse(style))


def test_a_reference_without_the_library_says_what_to_install():
    script = (
        "import sys; sys.modules['citeproc'] = None\n"
        "from tests.quotes import Quotes\n"
        "from claims.model import Article\n"
        "from claims.citations import FORMATS\n"
        "from claims.errors import ReferencesError\n"
        "article = Article.make('Ali dit : « Non »')\n"
        "(claim,) = Quotes().claims(article)\n"
        "FORMATS['ris'].cite(article, claim)\n"
        "try: FORMATS['apa-fr'].cite(article, claim)\n"
        "except ReferencesError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "pip install 'claims[references]'" in done.stdout


FEED = Feed("Titre <b>", "https://site.fr/a.atom?b=1&c=2", "https://site.fr/a?b=1&c=2")


def feed(*claims: Cited | tuple[Article, Claim], **more: str) -> Any:
    text = atom(
        FEED._replace(**more), [Cited(*c) for c in claims], lambda id: f"https://site.fr/{id}"
    )
    found = feedparser.parse(text.encode(), sanitize_html=False)
    assert not found.bozo, found.get("bozo_exception")
    return found


@pytest.mark.parametrize("words", HOSTILE)
def test_a_feed_shows_hostile_text_as_text(words):
    article, claim = claim_of(words)
    (entry,) = feed((article, claim)).entries
    assert [link.rel for link in entry.links] == ["alternate"]
    (content,) = entry.content
    assert content.type == "text/plain"
    assert f"« {plain(words)} »" in content.value
    assert entry.author == plain(words)


def test_a_feed_has_the_newest_first_under_ids_that_stay():
    articles = [
        Article.make("Ali dit : « Non »", id=id, published=published, url=f"https://e.fr/{id}")
        for id, published in (("a", None), ("b", "2024-06"), ("c", "2024-06-20T10:00+02:00"))
    ]
    claims = [(article, claim) for article in articles for claim in Quotes().claims(article)]
    found = feed(*claims, next="https://site.fr/a.atom?_next=2")
    assert [entry.updated for entry in found.entries] == [
        "2024-06-20T08:00:00Z",
        "2024-06-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
    ]
    assert found.feed.updated == "2024-06-20T08:00:00Z"
    assert [e.id for e in found.entries] == [e.id for e in feed(*reversed(claims)).entries]
    links = {link.rel: link.href for link in found.feed.links}
    assert links["self"] == FEED.self
    assert links["next"] == "https://site.fr/a.atom?_next=2"
    entry = {link.rel: link.href for link in found.entries[0].links}
    assert entry["via"].startswith("https://e.fr/c#:~:text=Non")
    assert entry["alternate"] == f"https://site.fr/{claims[2][1].id}"
    assert [tag.term for tag in found.entries[0].tags] == ["affirms"]


def test_a_verdict_makes_an_entry_of_a_feed_new():
    article, claim = claim_of("Oui")
    review = verdict(made="2025-01-02T03:04:05.678901+00:00")
    (entry,) = feed(Cited(article, claim, Known(verdicts=(review,)))).entries
    assert entry.updated == "2025-01-02T03:04:05Z"
    assert "C’est faux" in entry.content[0].value


def test_an_empty_feed_is_one():
    assert feed().entries == []


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_no_format_has_characters_that_end_or_turn_what_follows(name):
    text = FORMATS[name].file([claim_of(UNSHOWABLE), claim_of(TURNING)])
    text += atom(FEED, [Cited(*claim_of(UNSHOWABLE)), Cited(*claim_of(TURNING))], str)
    text = re.sub('"(exact|prefix|suffix|text|name)": ".*"', "", text)
    assert not re.search("[\x00-\x08\x0e-\x1f\ufffe]", text)
    for line in text.splitlines():
        assert line.count("\u202e") == line.count("\u202c")
        assert line.count("\u2066") == line.count("\u2069")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_what_is_shown_is_one_line_that_closes_what_it_opens(text):
    line = shown(text)
    assert len(line.splitlines()) <= 1
    assert line.startswith(line.rstrip("\u202c\u2069"))
    assert shown(line) == line
    for opening, closing in (
        ("\u202a\u202b\u202d\u202e", "\u202c"),
        ("\u2066\u2067\u2068", "\u2069"),
    ):
        assert sum(line.count(c) for c in opening) <= line.count(closing)


SHOWABLE = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Cn"]), min_size=1, max_size=60
).filter(lambda text: text.strip())


@given(SHOWABLE)
@settings(deadline=None)
def test_any_words_come_back_from_every_format(words):
    article, claim = claim_of(words, url="https://e.fr")
    pair = [(article, claim)]
    line = shown(words)
    notes = rispy.loads(FORMATS["ris"].file(pair))[0]["notes"]
    assert line in "".join(ET.fromstring(f"<p>{notes[0]}</p>").itertext())
    assert line in json.loads(FORMATS["csljson"].file(pair))[0]["note"]
    (entry,) = feed(*pair).entries
    assert line in entry.content[0].value
    (row,) = rows(FORMATS["csv"].file(pair))
    assert row["claim"] in (line, f"'{line}")
    assert f"« {line} »" in Quoting(FORMATS["markdown"].file(pair)).words
    (found,) = json.loads(FORMATS["annotation"].file(pair))
    assert found["target"][0]["selector"][0]["exact"] == words
    assert value(of_type(graph(FORMATS["jsonld"].file(pair)), "Quotation")[0], "text") == words
    parse_string(FORMATS["bibtex"].file(pair), "bibtex")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.fr/a b", "https://e.fr/a%20b"),
        ("HTTP://e.fr/%20?q=é&r=[1]#:~:text=x%2Dy", "HTTP://e.fr/%20?q=%C3%A9&r=[1]#:~:text=x%2Dy"),
        ('https://e.fr/"><script>', "https://e.fr/%22%3E%3Cscript%3E"),
        ("https://e.fr/\n\x00", "https://e.fr/%0A%00"),
        (" javascript:alert(1)", None),
        ("JavaScript:alert(1)//https://e.fr", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("//e.fr", None),
        ("", None),
        (None, None),
    ],
)
def test_only_addresses_of_the_web_are_links(url, expected):
    assert web_address(url) == expected


def test_a_file_is_written_while_claims_come():
    taken = []

    def claims():
        for number in range(3):
            taken.append(number)
            yield claim_of("Oui")

    for form in FORMATS.values():
        taken.clear()
        pieces = form.pieces(claims())
        next(pieces)
        assert taken == []
        next(pieces)
        assert taken == [0]


def test_the_command_line_offers_all_formats():
    assert tuple(FORMATS) == cli.FORMATS
