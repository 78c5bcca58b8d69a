"""Every way of telling who said what, a sentence each; and what is no claim.

`gold/constructions.csv` marks content with `<q>` and the cue with `<c>`, numbered from the second
claim on; `⏎` is a new line. Where `fails` says why, the sentence is known to fail, and a test that
passes is an error: then the reason goes.
"""

import csv
from pathlib import Path

import pytest

import claims
from training.sentences import FILE, marked

TABLE = Path(__file__).parent / "gold" / "constructions.csv"


def constructions():
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            fails = pytest.mark.xfail(reason=row["fails"], strict=True) if row["fails"] else ()
            text = row["text"].replace("⏎", "\n")
            yield pytest.param(text, row["types"], id=row["name"], marks=fails)


@pytest.mark.parametrize(("text", "types"), list(constructions()))
def test_a_construction_is_found_with_content_cue_and_type(text, types):
    plain, claimed = marked(text)
    wanted = [
        (kind, [plain[slice(*place)] for place in content], cue and plain[slice(*cue)])
        for kind, (content, cue) in zip(types.split(), claimed, strict=True)
    ]
    found = [
        (claim.type.value, [span.text for span in claim.content], claim.cue and claim.cue.text)
        for claim in claims.extract(plain)
    ]
    assert found == wanted


def test_the_marks_of_a_construction_are_read():
    text = "Elle <c>dit</c> que <q>A</q>, <c2>selon</c2> lui, <q2>B</q2>, et <q>C</q>."
    plain, found = marked(text)
    assert plain == "Elle dit que A, selon lui, B, et C."
    read = [([plain[slice(*p)] for p in c], cue and plain[slice(*cue)]) for c, cue in found]
    assert read == [(["A", "C"], "dit"), (["B"], "selon")]
    with pytest.raises(ValueError, match="not closed"):
        marked("Elle <c>dit que <q>A</q>.")


def test_no_construction_is_learned_from():
    written = {marked(line)[0] for line in FILE.read_text(encoding="utf-8").splitlines()}
    tested = {line for row in constructions() for line in marked(row.values[0])[0].splitlines()}
    assert written.isdisjoint(tested)
