"""Every way of telling who said what, a sentence each; and what is no claim.

`gold/constructions.csv` marks content with `<q>` and the cue with `<c>`, numbered from the second
claim on; `⏎` is a new line. Where `fails` says why, the sentence is known to fail, and a test that
passes is an error: then the reason goes.
"""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest

import claims

TABLE = Path(__file__).parent / "gold" / "constructions.csv"
TAG = re.compile(r"<(/?)([qc])(\d?)>")

Marked = tuple[str, list[str], str | None]
"""The type of a claim, the fragments of its content, and its cue."""


def marked(text: str, types: str) -> tuple[str, list[Marked]]:
    """A text without its marks, and the claims that they mark, in text order."""
    plain, end, opened = "", 0, 0
    fragments: dict[str, list[str]] = defaultdict(list)
    cues: dict[str, str] = {}
    for tag in TAG.finditer(text):
        plain += text[end : tag.start()]
        end, (closing, kind, number) = tag.end(), tag.groups()
        if not closing:
            opened = len(plain)
        elif kind == "q":
            fragments[number].append(plain[opened:])
        else:
            cues[number] = plain[opened:]
    found = [
        (kind, fragments[number], cues.get(number))
        for kind, number in zip(types.split(), sorted(fragments), strict=True)
    ]
    return plain + text[end:], found


def constructions():
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            fails = pytest.mark.xfail(reason=row["fails"], strict=True) if row["fails"] else ()
            text = row["text"].replace("⏎", "\n")
            yield pytest.param(text, row["types"], id=row["name"], marks=fails)


@pytest.mark.parametrize(("text", "types"), list(constructions()))
def test_a_construction_is_found_with_content_cue_and_type(text, types):
    plain, wanted = marked(text, types)
    found = [
        (claim.type.value, [span.text for span in claim.content], claim.cue and claim.cue.text)
        for claim in claims.extract(plain)
    ]
    assert found == wanted


def test_the_marks_of_a_construction_are_read():
    text = "Elle <c>dit</c> que <q>A</q>, <c2>selon</c2> lui, <q2>B</q2>, et <q>C</q>."
    plain, found = marked(text, "indirect mixed")
    assert plain == "Elle dit que A, selon lui, B, et C."
    assert found == [("indirect", ["A", "C"], "dit"), ("mixed", ["B"], "selon")]
