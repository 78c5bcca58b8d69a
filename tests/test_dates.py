"""When the words were said: the day or month that the text gives."""

from datetime import date

import pytest

import claims
from claims.components.dates import MomentRow, moments
from claims.language import rows
from claims.model import Article

PUBLISHED = date(2018, 12, 6)
"""A Thursday."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mardi", ["2018-12-04"]),
        ("jeudi", ["2018-12-06"]),
        ("vendredi dernier", ["2018-11-30"]),
        ("hier soir", ["2018-12-05"]),
        ("avant-hier", ["2018-12-04"]),
        ("ce matin", ["2018-12-06"]),
        ("le 19 novembre", ["2018-11-19"]),
        ("le 19 décembre", ["2017-12-19"]),
        ("le 1er mai 2016", ["2016-05-01"]),
        ("en mars", ["2018-03"]),
        ("en mars 2016", ["2016-03"]),
        ("la semaine dernière", [None]),
        ("il y a trois jours", ["2018-12-03"]),
        ("il y a 10 jours", ["2018-11-26"]),
        ("il y a une semaine", ["2018-11-29"]),
        ("Mardi, il pleuvait. La veille, non.", ["2018-12-04", "2018-12-03"]),
        ("le 31 février", [None]),
        ("mardi prochain", []),
        ("jeudi dernier", ["2018-11-29"]),
        ("en décembre dernier", ["2017-12"]),
        ("le 30 décembre prochain", []),
    ],
)
def test_a_moment_is_told_from_the_article(text, expected):
    assert [moment.date for moment in moments(text, "fr", PUBLISHED)] == expected


def test_without_a_date_of_the_article_only_full_dates_are_told():
    found = moments("mardi, le 19 novembre, le 1er mai 2016", "fr", None)
    assert [moment.date for moment in found] == [None, None, "2016-05-01"]


@pytest.mark.parametrize("row", rows("fr", "moments", MomentRow), ids=lambda row: row.id)
def test_a_row_tells_its_example_only(row):
    assert row.pattern.search(row.example)
    assert not row.pattern.search(row.counterexample)
    assert row.needs in row.pattern.pattern
    assert moments(row.example.upper(), "fr", PUBLISHED)


@pytest.mark.parametrize(
    ("text", "said_on"),
    [
        ("« Le pont est fermé », a dit mardi la ministre.", "2018-12-04"),
        ("La ministre a affirmé lundi soir que le pont rouvrirait le 3 mai.", "2018-12-03"),
        ("Selon un rapport publié le 19 novembre, le pont est fermé.", "2018-11-19"),
        ("La ministre affirme que le pont a fermé mardi.", None),
    ],
)
def test_a_claim_has_the_day_of_its_cue(text, said_on):
    (claim,) = claims.extract(Article.make(text, published="2018-12-06T10:00:00"))
    assert claim.said_on == said_on


def test_a_day_before_all_days_is_none():
    assert [moment.date for moment in moments("hier", "fr", date.min)] == [None]
