import hashlib
import io
import json
import os
import re
import time
from itertools import pairwise
from pathlib import Path

import pytest

from claims.model import Article, ZoneKind
from claims.reading import html, metadata
from claims.reading.parts import Document, Settings
from claims.zones import zones

FIRST = (
    "Le conseil municipal de Vernelles a adopté lundi soir, par dix-sept voix contre douze, "
    "le budget de la nouvelle passerelle."
)
SECOND = (
    "« Nous tiendrons les délais », a promis la maire, Hélène Trévidic, à l’issue d’une séance "
    "qui a duré plus de quatre heures."
)
THIRD = (
    "L’opposition dénonce un projet « hors de prix » et annonce qu’elle saisira le tribunal "
    "administratif avant la fin du mois."
)
LEAD = (
    "La passerelle de Vernelles coûtera neuf millions d’euros, deux de plus que prévu ; "
    "le chantier doit commencer au printemps."
)
PARAGRAPHS = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
TITLE = "Vernelles : le budget de la passerelle est voté"
URL = "https://www.lephare.example/politique/2024/06/20/passerelle-vernelles_123.html"


def page(body: str = "", head: str = "", article: str = PARAGRAPHS, attributes: str = "") -> str:
    return (
        f"<!DOCTYPE html><html {attributes}><head><title>{TITLE} - Le Phare</title>{head}</head>"
        f"<body><article><h1>{TITLE}</h1>{article}</article>{body}</body></html>"
    )


def ld(*values: object) -> str:
    blocks = (v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values)
    return "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)


def found(data: str | bytes, **fields) -> Article | str:
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    ((place, item),) = html.read(Document(stream=stream, name="a.html", **fields))
    assert place == ""
    return item


def article(data: str | bytes, **fields) -> Article:
    item = found(data, **fields)
    assert isinstance(item, Article), item
    return item


def said(head: str, url: str | None = URL, attributes: str = "") -> Article:
    return article(page(head=head, attributes=attributes), url=url)


NEWS = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2024-06-20T18:02:11+02:00",
    "dateModified": "2024-06-20T19:30:00+02:00",
    "author": [{"@type": "Person", "name": "Maud Kerverno"}, {"@type": "Person", "name": "AFP"}],
    "publisher": {"@type": "NewsMediaOrganization", "name": "Le Phare"},
    "inLanguage": "fr-FR",
    "license": "https://www.lephare.example/licence",
}

WHOLE = f"""<!DOCTYPE html>
<html lang="fr">
<head>
  <meta charset="utf-8">
  <title>{TITLE} - Le Phare</title>
  <meta property="og:type" content="article">
  <meta property="og:site_name" content="Le Phare">
  <meta property="og:title" content="{TITLE} | Le Phare">
  <meta property="og:url" content="{URL}?utm_source=rs">
  <meta property="og:description" content="{LEAD}">
  <meta name="tdm-reservation" content="1">
  <link rel="canonical" href="{URL}">
  {ld(NEWS)}
  <script>window.dataLayer = [{{"pageType": "article"}}];</script>
</head>
<body class="page page--article has-newsletter">
  <header class="site-header"><nav role="navigation"><ul><li><a href="/">Accueil</a></li>
    <li><a href="/politique">Politique</a></li><li><a href="/sport">Sport</a></li></ul></nav></header>
  <div class="cookie-banner" role="dialog"><p>Nous et nos 812 partenaires déposons des traceurs pour
    mesurer l’audience de ce site et vous proposer des publicités adaptées à vos goûts.</p></div>
  <main>
    <article class="article">
      <header><h1>{TITLE}</h1>
        <p class="article__chapo">{LEAD}</p>
        <p class="byline">Par Maud Kerverno avec AFP</p>
        <time datetime="2024-06-20T18:02">Publié le 20 juin 2024 à 18h02</time>
      </header>
      <figure><img src="a.jpg" alt="La rive"><figcaption>La rive droite de la Vernelle, où
        la passerelle doit être posée. <span class="credit">Jules Ardant / Le Phare</span>
      </figcaption></figure>
      <div class="article__body">
        <p>{FIRST}</p>
        <p>La maire l’a dit sans détour&nbsp;: <q>Ce pont est <q>vital</q> pour la rive droite</q>,
          avant de céder la parole à son adjoint.</p>
        <div class="newsletter-box"><p>Recevez chaque matin notre lettre d’information et ne manquez
          plus rien de l’actualité de votre commune, gratuitement.</p></div>
        <h2>Une opposition remontée</h2>
        <p>{THIRD}</p>
        <aside class="related"><h3>Sur le même sujet</h3><p><a href="/b">Le pont de Lormont fermé
          pour six mois, les commerçants demandent réparation à la région</a></p></aside>
        <blockquote><p>Nous avons été élus pour dépenser moins, pas pour bâtir des ponts dont personne
          ne veut, écrit-elle dans un communiqué.</p></blockquote>
        <ul><li>neuf millions d’euros pour la passerelle</li><li>deux millions pour les quais</li></ul>
        <p itemprop="caption">La maire, au centre, entourée de ses adjoints, lundi soir, dans la salle du
          conseil, avant le vote du budget.</p>
        <p class="bloc__legende legende">Le chantier des quais, interrompu depuis la crue de janvier, doit
          reprendre avant la fin de l’été.</p>
        <div class="photo-caption">Le quai des Brumes au petit matin, en janvier dernier. DR</div>
        <p>Le préfet, lui, n’a pas souhaité s’exprimer «&nbsp;à ce stade&nbsp;», a indiqué son cabinet
          à la rédaction.</p>
      </div>
    </article>
    <section class="comments" id="comments"><h2>Vos commentaires</h2>
      <div class="comment-body"><p>Encore une dépense inutile, comme toujours avec cette équipe qui ne
        nous écoute jamais et qui ne nous écoutera pas davantage demain.</p></div></section>
    <div class="bloc lire-aussi"><h2>À lire aussi</h2><p>La piscine de Vernelles rouvrira en septembre
      après deux ans de travaux, annonce la mairie dans un bulletin.</p></div>
  </main>
  <footer><p>© Le Phare 2024. Tous droits réservés. Conditions générales d’utilisation du site et
    politique de confidentialité.</p></footer>
</body></html>"""


def test_a_page_of_the_press_gives_its_text_line_by_line_and_nothing_around_it():
    assert article(WHOLE, url=URL).text.split("\n") == [
        LEAD,
        *(["Par Maud Kerverno avec AFP"] if "Par Maud" in article(WHOLE).text else []),
        FIRST,
        "La maire l’a dit sans détour : « Ce pont est “vital” pour la rive droite », avant de céder "
        "la parole à son adjoint.",
        "Une opposition remontée",
        THIRD,
        "Nous avons été élus pour dépenser moins, pas pour bâtir des ponts dont personne ne veut, "
        "écrit-elle dans un communiqué.",
        "- neuf millions d’euros pour la passerelle",
        "- deux millions pour les quais",
        "Le préfet, lui, n’a pas souhaité s’exprimer « à ce stade », a indiqué son cabinet à la "
        "rédaction.",
    ]


def test_a_page_of_the_press_gives_what_it_says_of_itself():
    read = article(WHOLE, url=URL + "?at_medium=x#ancre", charset="utf-8")
    assert read.model_dump(exclude={"id", "text"}) == {
        "url": URL,
        "title": TITLE,
        "published": "2024-06-20T18:02:11+02:00",
        "publisher": "Le Phare",
        "language": "fr",
        "author": "Maud Kerverno, AFP",
        "agency": None,
        "modified": "2024-06-20T19:30:00+02:00",
        "licence": "https://www.lephare.example/licence",
        "tdm_reservation": True,
        "page": hashlib.sha256(WHOLE.encode()).hexdigest(),
    }
    assert read.id == Article.make(read.text, url=URL).id


def test_the_lines_are_such_that_headings_and_paragraphs_are_told_apart():
    read = article(WHOLE)
    kinds = {read.text[z.start : z.end]: z.kind for z in zones(read.text, "fr", read.title)}
    assert kinds["Une opposition remontée"] is ZoneKind.HEADLINE
    assert {kinds[LEAD], kinds[FIRST], kinds[THIRD]} == {ZoneKind.BODY}


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("fr", "« non, “jamais” de la vie »"),
        ("fr-CA", "« non, “jamais” de la vie »"),
        ("de", "„non, “jamais” de la vie“"),
        ("en", "“non, “jamais” de la vie”"),
    ],
)
def test_the_marks_that_only_a_style_sheet_sets_are_in_the_text(language, marked):
    quoted = "Il a répondu <q>non, <q>jamais</q> de la vie</q> et il est parti sans un mot de plus."
    read = article(page(article=f"<p>{quoted}</p>{PARAGRAPHS}", attributes=f"lang={language}"))
    assert f"Il a répondu {marked} et il est parti" in read.text


def test_marks_that_are_there_are_not_set_twice():
    quoted = "Il a répondu <q>« non merci »</q> et il est parti aussitôt, sans un mot de plus ni de moins."
    read = article(page(article=f"<p>{quoted}</p>{PARAGRAPHS}"))
    assert "Il a répondu « non merci » et il" in read.text


def test_words_are_not_cut_where_markup_is():
    cut = (
        '<p><span class="lettrine">L</span>e pa<b>ss</b>age d’<em>Ivry</em>, fer&shy;mé depuis mai, '
        "rouvrira <a href='/x'>lundi</a>&#8239;; 12&#8239;000&nbsp;piétons l’empruntaient.</p>"
    )
    assert (
        "Le passage d’Ivry, fermé depuis mai, rouvrira lundi ; 12 000 piétons l’empruntaient."
        in article(page(article=cut + PARAGRAPHS)).text
    )


def test_tables_and_line_breaks_are_lines():
    table = (
        "<table><tr><th>Liste</th><th>Voix</th></tr><tr><td>Ensemble</td><td>17</td></tr></table>"
    )
    lines = article(page(article=f"{PARAGRAPHS}{table}<p>Un vers<br>puis un autre</p>")).text
    assert lines.split("\n")[3:] == [
        "| Liste | Voix |",
        "| Ensemble | 17 |",
        "Un vers",
        "puis un autre",
    ]


def test_a_lead_outside_the_text_comes_first_and_once():
    body = f'<div class="article-body">{PARAGRAPHS}</div>'
    apart = f"<div class='hat'><p>{LEAD}</p></div>"
    for description in (LEAD, LEAD[:100] + "…", f"<p>{LEAD}</p>".replace("<", "&lt;")):
        head = f'<meta name="description" content="{description}">'
        text = f"<html><head>{head}</head><body><header>{apart}</header>{body}</body></html>"
        assert article(text).text.split("\n") == [LEAD, FIRST, SECOND, THIRD]
    inside = page(article=f"<p>{LEAD}</p>{PARAGRAPHS}", head=head)
    assert article(inside).text.split("\n") == [LEAD, FIRST, SECOND, THIRD]


def test_the_headline_is_a_field_and_no_line():
    doubled = page(article=f"<h2>{TITLE}</h2>{PARAGRAPHS}")
    read = article(doubled)
    assert (read.title, read.text.split("\n")[0]) == (TITLE, FIRST)


def test_a_text_that_is_cut_into_parts_is_put_together():
    more = [f"{n}. {p}" for n in range(1, 9) for p in (SECOND, THIRD)]
    part = "<div class='grid'><div class='body article__body'><p>%s</p><p>%s</p></div></div>"
    parts = "<aside>pub</aside>".join(
        part % pair for pair in zip(more[::2], more[1::2], strict=True)
    )
    foot = f"<div class='foot'><p>{LEAD}</p></div>"
    text = f"<html><body><main><div>{parts}</div>{foot}</main></body></html>"
    assert article(text).text.split("\n") == more


def test_what_a_script_or_a_subscription_hides_stays_if_it_is_the_text():
    hidden = page(article=f"<p>{LEAD}</p><div style='display: none'>{PARAGRAPHS}</div>")
    assert THIRD in article(hidden).text
    beside = page(article=f"{PARAGRAPHS}<div hidden><p>{LEAD}</p></div>")
    assert LEAD not in article(beside).text


def test_a_name_that_holds_the_whole_text_takes_nothing_away():
    wrapped = f'<div class="single has-comments comments related">{PARAGRAPHS}</div>'
    assert article(page(article=wrapped)).text.split("\n") == [FIRST, SECOND, THIRD]
    opening = f'<div class="credits"><h1>{TITLE}</h1><p>{LEAD}</p></div>{PARAGRAPHS}'
    assert article(f"<html><body>{opening}</body></html>").text.split("\n")[0] == LEAD
    lines = "<br>".join((FIRST, SECOND, THIRD))
    bare = f'<html><body><div class="related">{lines}</div></body></html>'
    assert article(bare).text.split("\n") == [FIRST, SECOND, THIRD]


def test_captions_within_such_a_part_are_left_out():
    caption = "<p class=legende>La maire au conseil, lundi soir, avant le vote. Ph. Ardant</p>"
    wrapped = f'<div class="related">{caption}{PARAGRAPHS}</div>'
    assert "Ardant" not in article(page(article=wrapped)).text


def test_a_paywalled_page_gives_what_it_shows():
    stub = page(article=f"<p>{FIRST}</p>", head=ld({**NEWS, "isAccessibleForFree": False}))
    assert article(stub).text == FIRST


def test_a_page_that_scripts_fill_gives_the_text_of_its_json():
    body = f"{FIRST} {SECOND} {THIRD}"
    shell = f"<html><head>{ld({**NEWS, 'articleBody': body})}</head><body><div id=root></div></body></html>"
    assert article(shell).text == body


def test_a_live_page_has_the_moment_of_the_live_and_all_its_entries():
    live = {
        "@type": "LiveBlogPosting",
        "headline": TITLE,
        "datePublished": "2024-06-20T06:00:00+02:00",
        "liveBlogUpdate": [
            {
                "@type": "BlogPosting",
                "headline": "18 h 02",
                "datePublished": "2024-06-20T18:02:00+02:00",
            }
        ],
    }
    entries = "".join(
        f"<div class=entry><h2>{18 - n} h 0{n}</h2><p>{n} : {SECOND}</p></div>" for n in range(4)
    )
    read = article(page(head=ld(live), article=entries))
    assert read.published == "2024-06-20T06:00:00+02:00"
    assert [f"{n} : {SECOND}" in read.text for n in range(4)] == [True] * 4


def test_an_amp_page_has_the_address_of_the_article():
    amp = page(attributes="amp lang=fr", head=f'<link rel="canonical" href="{URL}">')
    assert article(amp, url=URL.replace(".html", ".amp.html")).url == URL


# --- Metadata


@pytest.mark.parametrize(
    "block",
    [
        [{"@type": "WebSite", "name": "Le Phare"}, NEWS],
        {
            "@graph": [
                {"@type": "BreadcrumbList"},
                {**NEWS, "@type": ["Article", "ReportageNewsArticle"]},
            ]
        },
        {
            "@type": "WebPage",
            "mainEntity": {**NEWS, "@type": "http://schema.org/OpinionNewsArticle"},
        },
        "<!-- " + json.dumps(NEWS) + " -->",
        json.dumps(NEWS).replace('"headline"', '"bad": "a\n\tb\x01", "headline"') + ";",
        json.dumps(NEWS)[:-1] + ",}",
        json.dumps(NEWS).replace('"', "&quot;"),
    ],
)
def test_json_in_any_of_its_shapes_is_read(block):
    read = said(ld("{broken", block, {"@type": "Organization", "name": "Autre"}))
    assert (read.title, read.published, read.author, read.publisher, read.modified) == (
        TITLE,
        NEWS["datePublished"],
        "Maud Kerverno, AFP",
        "Le Phare",
        NEWS["dateModified"],
    )


def test_entities_tags_and_control_characters_are_not_in_what_json_says():
    author = "Maud&nbsp;&amp;amp; <b>Jean\\u0002</b>\\ud83d Kerverno\\u200b"
    read = said(ld(json.dumps({**NEWS, "author": "-"}).replace('"-"', f'"{author}"')))
    assert read.author == "Maud & Jean Kerverno"
    read.model_dump_json()


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Maud Kerverno", "Maud Kerverno"),
        ({"@type": "Person", "name": "Maud Kerverno", "alternateName": "mk"}, "Maud Kerverno"),
        ([{"name": "Maud Kerverno"}, "AFP", {"name": ""}, 5, None], "Maud Kerverno, AFP"),
        ({"@id": "#maud"}, "Maud Kerverno"),
        ({"name": ["Maud Kerverno", "Jean Ardant"]}, "Maud Kerverno, Jean Ardant"),
        ("https://www.lephare.example/maud", None),
        ([], None),
    ],
)
def test_authors_in_any_of_their_shapes_are_read(author, expected):
    graph = [
        {**NEWS, "author": author},
        {"@type": "Person", "@id": "#maud", "name": "Maud Kerverno"},
    ]
    assert said(ld({"@graph": graph})).author == expected


def test_the_author_is_read_off_meta_elements_and_bylines_too():
    assert said('<meta name="author" content="Maud Kerverno">').author == "Maud Kerverno"
    byline = '<p class="author-name">Maud Kerverno</p>'
    assert article(page(article=byline + PARAGRAPHS)).author == "Maud Kerverno"


def test_an_agency_that_the_metadata_credit_stands_with_the_authors():
    credited = {**NEWS, "author": "Maud Kerverno", "sourceOrganization": {"name": "AFP"}}
    assert said(ld(credited)).author == "Maud Kerverno, AFP"
    own = {
        **NEWS,
        "author": "Maud Kerverno",
        "copyrightHolder": {"name": "Le Phare"},
        "creditText": "DR",
    }
    assert said(ld(own)).author == "Maud Kerverno"


def test_of_several_articles_the_one_of_the_page_is_taken():
    other = {**NEWS, "headline": "Un autre titre", "author": "Jean Ardant", "url": "/autre"}
    assert said(ld(other, NEWS)).author == "Maud Kerverno, AFP"
    by_url = {**NEWS, "headline": "Titre court", "mainEntityOfPage": {"@id": URL}}
    assert said(ld(other, by_url)).author == "Maud Kerverno, AFP"


@pytest.mark.parametrize(
    ("head", "published"),
    [
        (ld({**NEWS, "datePublished": "2024-06-20"}), "2024-06-20"),
        ('<meta property="article:published_time" content="2024-06-20T00:30:00+0200">', "2024-06-20T00:30:00+0200"),
        ('<meta itemprop="datePublished" content="2024-06-20T18:02:00.000Z">', "2024-06-20T18:02:00.000Z"),
        ('<meta name="date" content="Thu, 20 Jun 2024 18:02:00 +0200">', "2024-06-20T18:02:00+02:00"),
        (ld({"@type": "Article", "datePublished": "2024-06-31T10:00:00"}), None),
        (ld({"@type": "Article", "datePublished": "0001-01-01T00:00:00Z"}), None),
        (ld({"@type": "Article", "datePublished": ["20 juin", {"a": 1}]}), None),
    ],
)  # fmt: skip
def test_the_moment_of_publication_is_that_of_the_page(head, published):
    assert said(head, url=None).published == published


def test_of_two_ways_to_say_one_moment_the_fuller_and_local_one_is_taken():
    meta = '<meta property="article:published_time" content="2024-06-21T00:30:00+02:00">'
    assert said(ld({**NEWS, "datePublished": "2024-06-20T22:30:00Z"}) + meta).published == (
        "2024-06-21T00:30:00+02:00"
    )
    assert said(ld({**NEWS, "datePublished": "2024-06-21"}) + meta).published == (
        "2024-06-21T00:30:00+02:00"
    )
    assert said(ld({**NEWS, "datePublished": "2024-06-19"}) + meta).published == "2024-06-19"


def test_without_metadata_the_day_is_read_off_the_page():
    stamped = '<time datetime="2024-06-20T18:02:00+02:00">jeudi</time>'
    assert article(page(article=stamped + PARAGRAPHS)).published == "2024-06-20T18:02:00+02:00"
    dated = "https://www.lephare.example/2024/06/20/passerelle"
    assert article(page(), url=dated).published == "2024-06-20"
    assert article(page()).published is None


@pytest.mark.parametrize(
    ("modified", "kept"),
    [
        ("2024-06-20T18:02:11+02:00", False),
        ("2024-06-20T16:02:12Z", True),
        ("2024-06-20T17:00:00+02:00", False),
        ("2024-06-20", False),
        ("2024-06-21", True),
        ("bientôt", False),
    ],
)
def test_a_change_is_later_than_the_publication(modified, kept):
    assert said(ld({**NEWS, "dateModified": modified})).modified == (modified if kept else None)


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="/a/b?id=7&amp;utm_medium=x&amp;p=#c">', "https://www.lephare.example/a/b?id=7&p="),
        ('<meta property="og:url" content="//lephare.example/a">', "https://lephare.example/a"),
        ('<link rel="canonical" href="/">', URL),
        ('<link rel="canonical" href="https://autre.example">', URL),
        ('<link rel="canonical" href="javascript:alert(1)">', URL),
        ('<link rel="canonical" href="http://[bad">', URL),
        ('<link rel="canonical" href="ftp://www.lephare.example/a">', URL),
        ('<link rel="canonical">', URL),
        ('<link rel="canonical" href="/"><meta property="og:url" content="/a">', "https://www.lephare.example/a"),
        ("", URL),
    ],
)  # fmt: skip
def test_the_address_is_one_that_an_article_can_have(head, url):
    assert said(head, url=URL + "#haut").url == url


def test_without_any_address_there_is_none():
    assert said('<link rel="canonical" href="/a">', url=None).url is None


@pytest.mark.parametrize(
    ("attributes", "head", "language"),
    [
        ("lang=fr", "", "fr"),
        ("lang=fr_CA", "", "fr-CA"),
        ("lang=FR-be", "", "fr-be"),
        ("", ld(NEWS), "fr-FR"),
        ("", ld({**NEWS, "inLanguage": {"@type": "Language", "name": "Français", "alternateName": "fr-BE"}}), "fr-BE"),
        ("lang=français", '<meta property="og:locale" content="fr_FR">', "fr-FR"),
    ],
)  # fmt: skip
def test_the_language_is_a_tag_that_the_page_gives(attributes, head, language):
    assert said(head, attributes=attributes).language == language


def test_a_language_that_the_text_is_certainly_not_in_is_not_believed():
    assert said("", attributes="lang=en-US").language == "fr"


@pytest.mark.parametrize("attributes", ["", "lang=und", "lang=français", 'lang="fr, en"', "lang=f"])
def test_without_a_language_none_is_set(attributes):
    tree = html._parsed(page(attributes=attributes))
    assert "language" not in metadata.read(tree).fields


@pytest.mark.parametrize(
    ("head", "h1", "title"),
    [
        (ld({**NEWS, "headline": "Court"}), TITLE, TITLE),
        (ld({**NEWS, "headline": "Court"}) + '<meta property="og:title" content="Court">', TITLE, "Court"),
        ('<meta property="og:title" content="Le pont | Le Phare"><meta property="og:site_name" content="Le Phare">', "", "Le pont"),
        ('<meta property="og:site_name" content="Le Phare">', "Le Phare", TITLE),
        ("", "", TITLE + " - Le Phare"),
    ],
)  # fmt: skip
def test_the_title_is_the_headline_and_not_the_name_of_the_site(head, h1, title):
    data = page(head=head).replace(f"<h1>{TITLE}</h1>", f"<h1>{h1}</h1>" if h1 else "")
    assert article(data).title == title


def test_the_parts_of_a_headline_are_apart_and_its_marks_are_not():
    parts = "<h1><span>Budget</span>: <span>la <em>passe</em>relle</span><br>est <b>vo</b>tée</h1>"
    assert (
        article(page().replace(f"<h1>{TITLE}</h1>", parts)).title
        == "Budget: la passerelle est votée"
    )


def test_the_publisher_is_named_or_else_the_host():
    assert (
        said('<meta property="og:site_name" content="Le&nbsp;Phare.fr">').publisher == "Le Phare.fr"
    )
    assert said("").publisher == "lephare.example"
    assert said("", url=None).publisher is None


@pytest.mark.parametrize(
    ("head", "server", "reserved"),
    [
        ('<meta name="tdm-reservation" content="1">', False, True),
        ('<meta name="TDM-Reservation" content="0">', True, False),
        ('<meta name="tdm-reservation" content="non">', True, True),
        ("", False, False),
        ("", None, None),
    ],
)
def test_the_page_says_before_the_server_whether_mining_is_reserved(head, server, reserved):
    assert article(page(head=head), reserved=server).tdm_reservation is reserved


@pytest.mark.parametrize(
    ("head", "body", "licence"),
    [
        ('<link rel="license" href="/licence">', "", "https://www.lephare.example/licence"),
        (ld({**NEWS, "license": {"@type": "CreativeWork", "url": "https://l.example/"}}), "", "https://l.example/"),
        ("", '<a rel="license" href="https://creativecommons.org/licenses/by-sa/4.0/">x</a>', "CC BY-SA 4.0"),
        ('<link rel="license" href="http://[bad">', "", None),
        ("", "", None),
    ],
)  # fmt: skip
def test_the_licence_is_that_which_the_page_names(head, body, licence):
    assert article(page(body=body, head=head), url=URL).licence == licence


# --- Encodings

CHARSET = '<meta charset="{}">'
XHTML = '<?xml version="1.0" encoding="{}"?>'


@pytest.mark.parametrize(
    ("declared", "encoding", "charset"),
    [
        (CHARSET.format("utf-8"), "utf-8", None),
        (CHARSET.format("iso-8859-1"), "windows-1252", None),
        (CHARSET.format("iso-8859-1"), "utf-8", "iso-8859-1"),
        (CHARSET.format("utf-8"), "windows-1252", "utf-8"),
        (CHARSET.format("utf-8"), "iso-8859-15", "iso-8859-15"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-15">', "iso-8859-15", None),
        (XHTML.format("ISO-8859-15"), "iso-8859-15", None),
        (CHARSET.format("klingon"), "utf-8", "x-unknown"),
        (CHARSET.format("klingon"), "windows-1252", None),
        ("", "utf-8", None),
        ("", "windows-1252", None),
        ("", "utf-8-sig", "iso-8859-1"),
        ("", "utf-16", "iso-8859-1"),
        (CHARSET.format("utf-8"), "utf-16-le", None),
        (CHARSET.format("base64"), "windows-1252", "hex"),
        (CHARSET.format("punycode"), "windows-1252", "unicode_escape"),
    ],
)  # fmt: skip
def test_letters_are_right_whatever_is_declared(declared, encoding, charset):
    is_xml = declared.startswith("<?xml")
    text = declared + page() if is_xml else page(head=declared)
    text = text.replace("’", "'").replace("conseil", "chœur")
    read = article(text.encode(encoding), charset=charset)
    expected = "\n".join((FIRST, SECOND, THIRD)).replace("’", "'").replace("conseil", "chœur")
    assert (read.title, read.text) == (TITLE, expected)


def test_a_few_broken_bytes_spoil_no_letters():
    data = page(body="<p>pied</p>").encode() + b"<!-- \xff -->"
    assert article(data, charset="utf-8").text.split("\n") == [FIRST, SECOND, THIRD]


def test_letters_stay_composed_as_they_are():
    decomposed = "Le maire a e\u0301crit a\u0300 ses administrés pour leur annoncer la fin des travaux, hier soir."
    assert decomposed in article(page(article=f"<p>{decomposed}</p>{PARAGRAPHS}")).text


# --- What holds no article

TEASERS = "".join(
    f"<article><h2><a href='/{n}'>Un titre assez long pour une accroche, le {n}</a></h2>"
    f"<p>{n} : {(FIRST, SECOND, THIRD)[n % 3]}</p></article>"
    for n in range(12)
)
WEBSITE = '<meta property="og:type" content="website">'
FRONT = (
    f"<html><head>{WEBSITE}<title>Le Phare</title></head><body><main>{TEASERS}</main></body></html>"
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b" \n\t", "it is empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "not a web page but a PDF"),
        (b"PK\x03\x04abc", "not a web page but a zip archive"),
        (b"\x1f\x8b\x08abc", "not a web page but gzipped data"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not a web page but an image"),
        (bytes(range(256)).replace(b"<", b"") * 4, "no markup"),
        (b"Un texte sans balises.", "no markup"),
        (b"<!-- seul -->", "no element"),
        (b"\xff\xfe", "no markup"),
        (b"<html><head><title>x</title></head><body></body></html>", "no article text"),
        (b"<div id=root></div><noscript>Activez JavaScript.</noscript>", "no article text"),
        (b'<script>location="/accueil"</script>', "no article text"),
        (FRONT.encode(), "lists articles"),
    ],
)
def test_what_holds_no_article_is_reported_with_what_to_do(data, reason):
    item = found(data)
    assert isinstance(item, str)
    assert re.search(reason, item)
    assert "; " in item
    assert "\n" not in item


def test_the_page_that_a_site_opens_with_lists_articles_whatever_it_says_of_itself():
    front = FRONT.replace(WEBSITE, ld([NEWS, {**NEWS, "headline": "Autre"}]))
    assert "lists articles" in str(found(front, url="https://www.lephare.example/"))


def test_an_article_between_many_teasers_is_read():
    both = page(head=WEBSITE, body=f"<div>{TEASERS}</div>")
    assert FIRST in article(both, url=URL).text
    apart = "".join(f"<div class=block><p>{n} : {SECOND}</p></div>" for n in range(6))
    assert SECOND in article(page(head=WEBSITE, article=apart, body=f"<ul>{TEASERS}</ul>")).text


def test_a_page_that_says_that_it_is_an_article_is_one_though_its_headings_are_links():
    assert SECOND in article(FRONT.replace(WEBSITE, WEBSITE + ld(NEWS)), url=URL).text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<div>" * 5_000, "nested too deep"),
        (f"<div>{'<i>a</i>' * 2_000}</div>" * 26, "more than 50000 elements"),
        ("<i>a</i>" * 6_000, "5000 in one of them"),
    ],
)
def test_a_page_that_would_take_too_long_is_reported(body, reason):
    assert reason in str(found(page(article=body + PARAGRAPHS)))


def test_a_page_that_is_nested_deep_is_read():
    assert THIRD in article(page(article="<div>" * 400 + PARAGRAPHS + "</div>" * 400)).text


def test_a_page_that_is_too_large_is_reported():
    assert "larger than 0.0001 MB" in str(found(page(), settings=Settings(pages=100)))


# --- Hostile pages

P = f"<p>{FIRST}</p>"
HOSTILE = {
    "deep divs": "<html><body>" + "<div>" * 100_000 + PARAGRAPHS,
    "deep lists": "<html><body><article>" + "<ul><li>a " * 900 + PARAGRAPHS,
    "open inline elements": "<html><body>" + "<p><b><i><a href=x>" * 100_000 + PARAGRAPHS,
    "very many elements": page(body="<i>a</i> " * 300_000),
    "side by side": page(article="<q>a</q> " * 4_900 + PARAGRAPHS),
    "links side by side": page(article="<a href=x>a</a> b " * 4_900 + PARAGRAPHS),
    "nested asides": "<html><body>" + "<aside>" * 1_500 + P * 4_000,
    "forms": page(article="<form>a</form>" * 4_900 + PARAGRAPHS),
    "one long text": page(article=f"<p>{'mot ' * 2_000_000}</p>"),
    "long attributes": page(article=f"<div class='{'photo-' * 900_000}x' data-a='{'b' * 4_000_000}'>{PARAGRAPHS}</div>"),
    "long title": page(head=f"<meta property=og:title content='{' - a' * 2_000_000}'>"),
    "long date": page(head=f"<meta name=date content='{' ' * 2_000_000}2024'>"),
    "zero bytes": page().replace("Le conseil", "Le\0 con\0seil") + "\0" * 1_000_000,
    "broken tags": "<html <body <<p>>" + "<" * 500_000 + page(),
    "comment without end": page() + "<!-- " + "-" * 3_000_000,
    "deep json": page(head=ld("[" * 1_000_000, '{"a":' * 300_000, NEWS)),
    "much json": page(head=ld([NEWS] * 9_000)),
    "long json": page(head=ld({**NEWS, "articleBody": "mot " * 1_200_000})),
    "long number": page(head=ld('{"@type": "NewsArticle", "n": ' + "9" * 1_000_000 + "}")),
    "json of commas": page(head=ld('{"a":' + ",  " * 1_000_000)),
    "entities in json": page(head=ld('{"@type": "NewsArticle", "headline": "' + "&amp;" * 500_000 + '"}')),
    "json of other types": page(head=ld({**NEWS, "headline": 5, "author": {"name": {"a": []}}, "datePublished": True, "publisher": [[["x"]]], "@id": [1], "license": 3.5, "inLanguage": [None]})),
    "meta without end": "<meta " * 500_000 + page(),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_gives_an_article_or_a_reason_in_good_time(name):
    start = time.process_time()
    item = found(HOSTILE[name], url=URL)
    assert time.process_time() - start < 8
    if isinstance(item, Article):
        item.model_dump_json().encode()
    else:
        assert "; " in item


@pytest.mark.parametrize(
    "name", ["zero bytes", "deep json", "long title", "long date", "much json", "long attributes"]
)
def test_what_is_hostile_beside_an_article_costs_none_of_its_text(name):
    assert article(HOSTILE[name]).text.split("\n")[-3:] == [FIRST, SECOND, THIRD]


def test_entities_of_a_document_type_are_not_opened(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("mot de passe", "utf-8")
    bomb = "".join(
        f'<!ENTITY {later} "{f"&{earlier};" * 10}">' for earlier, later in pairwise("abcdefghij")
    )
    doctype = f'<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY x SYSTEM "{secret.as_uri()}">{bomb}]>'
    body = f"<p>&x; {FIRST} &j;</p><p>{SECOND}</p><p>{THIRD}</p>"
    for start in ('<?xml version="1.0"?>', ""):
        text = article(
            f"{start}{doctype}<html xmlns='http://www.w3.org/1999/xhtml'><body>{body}</body></html>"
        ).text
        assert THIRD in text
        assert "mot de passe" not in text
        assert "haha" not in text


def test_what_the_parsers_stumble_over_is_a_reason(monkeypatch):
    def stumble(*args: object, **options: object) -> None:
        raise RecursionError

    monkeypatch.setattr("trafilatura.bare_extraction", stumble)
    assert re.search(r"cannot be followed \(RecursionError\); save", str(found(page())))


def test_what_cannot_be_guessed_is_left_out(monkeypatch):
    def stumble(*args: object, **options: object) -> None:
        raise ValueError

    for name in ("find_date", "extract_author", "extract_license"):
        monkeypatch.setattr(metadata, name, stumble)
    read = article(page())
    assert (read.author, read.published, read.licence) == (None, None, None)


# --- The archive


def test_the_bytes_of_a_page_are_kept_once_under_their_hash(tmp_path):
    settings = Settings(archive=tmp_path / "pages")
    data = page().encode("windows-1252")
    read = article(data, settings=settings)
    name = hashlib.sha256(data).hexdigest()
    kept = tmp_path / "pages" / name[:2] / f"{name}.html"
    assert (read.page, kept.read_bytes()) == (name, data)
    os.utime(kept, (0, 0))
    article(data, settings=settings)
    assert kept.stat().st_mtime == 0
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [kept]


def test_what_holds_no_article_is_not_kept(tmp_path):
    found("<html></html>", settings=Settings(archive=tmp_path / "pages"))
    assert list(tmp_path.iterdir()) == []


def test_an_article_whose_page_cannot_be_kept_is_there_with_the_problem(tmp_path, monkeypatch):
    def both(archive: Path) -> list[Article | str]:
        document = Document(
            stream=io.BytesIO(page().encode()), name="a.html", settings=Settings(archive=archive)
        )
        return [item for _, item in html.read(document)]

    blocked = tmp_path / "file"
    blocked.write_text("x", "utf-8")
    reason, found_too = both(blocked)
    assert isinstance(found_too, Article)
    assert "file: the page cannot be kept (" in str(reason)

    def full(part: Path, path: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert "No space left" in str(both(tmp_path / "pages")[0])
    assert not [p for p in (tmp_path / "pages").rglob("*") if p.is_file()]
