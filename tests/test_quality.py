"""The least that extraction must reach on the gold, so that a loss is seen."""

from pathlib import Path

import pytest

from claims.evaluation import evaluate_files, reports
from claims.extraction import extractor

HERE = Path(__file__).parent
README = (HERE.parent / "README.md").read_text(encoding="utf-8")
FROZEN = HERE / "frozen" / "seeds.txt"
PRESS = HERE.parent.parent / "shared" / "gold" / "press.jsonl"


GOLD = [
    pytest.param(HERE / "gold" / "seeds.jsonl", "the five seeds", id="seeds"),
    pytest.param(
        PRESS,
        "22 press articles",
        id="press",
        marks=pytest.mark.skipif(not PRESS.is_file(), reason="needs the gold beside the checkout"),
    ),
]


@pytest.mark.parametrize(("gold", "row"), GOLD)
def test_extraction_reaches_what_the_readme_says(gold, row):
    result = evaluate_files(gold, None, extractor()).result
    (line,) = (line for line in README.splitlines() if line.startswith(f"| {row}"))
    said = [float(cell) for cell in line.strip("| ").split(" | ")[1:]]
    levels = (result.detect, result.strict, result.attributed, result.full)
    assert [level.f1 for level in levels] == pytest.approx(said, abs=0.0051)


def test_what_is_found_in_the_seeds_is_what_was_last_read():
    found = evaluate_files(HERE / "gold" / "seeds.jsonl", None, extractor())
    assert reports.frozen(*found) == FROZEN.read_text(encoding="utf-8"), (
        "read what changed: claims evaluate tests/gold/seeds.jsonl --freeze tests/frozen/seeds.txt"
    )
