import json
from pathlib import Path

import jsonschema
import pytest

from claims import schema
from claims.extraction import Extractor
from claims.model import Article, Claim, ClaimType, Problem, Range, Span, Stance

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "schemas"
SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.json"))
}
VALIDATORS = {name: jsonschema.Draft202012Validator(content) for name, content in SCHEMAS.items()}


@pytest.fixture(scope="module")
def claims() -> list[Claim]:
    """What is found in the seeds and in one sentence of which nothing can be missed."""
    texts = [p.read_text(encoding="utf-8") for p in sorted(ROOT.glob("seeds/articles/*.txt"))]
    texts.append("« Nous apprécions votre soutien », a déclaré M. Poutine.")
    results = [found for _, found in Extractor().extract(map(Article.make, texts))]
    assert not [found for found in results if isinstance(found, Problem)]
    return [claim for found in results if not isinstance(found, Problem) for claim in found]


def test_the_files_say_what_the_models_say():
    stale = [path.name for path in schema.stale(FOLDER)]
    assert not stale, f"{stale} differ from claims/model.py: run `claims schema` and read the diff"
    assert {path.name for path in FOLDER.iterdir()} == set(schema.schemas())


def test_writing_twice_changes_nothing(tmp_path):
    folder = tmp_path / "new" / "schemas"
    assert len(schema.stale(folder)) == len(schema.schemas())
    written = schema.write(folder)
    before = [path.read_bytes() for path in written]
    assert schema.write(folder) == written
    assert [path.read_bytes() for path in written] == before
    assert all(data.endswith(b"}\n") for data in before)
    assert schema.stale(folder) == []
    written[0].write_text("{}\n", encoding="utf-8")
    assert schema.stale(folder) == written[:1]


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_file_is_a_schema_of_the_draft_that_it_names(name):
    content = SCHEMAS[name]
    jsonschema.Draft202012Validator.check_schema(content)
    assert content["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
    assert content["title"].lower() == name


def test_what_is_extracted_is_valid(claims):
    assert claims
    for claim in claims:
        VALIDATORS["claim"].validate(json.loads(claim.model_dump_json()))


def test_articles_and_problems_are_valid():
    article = Article.make("Il pleut.", published="2024-06-20", title="Météo")
    VALIDATORS["article"].validate(article.model_dump(mode="json"))
    VALIDATORS["article"].validate({"id": "a", "text": "Il pleut."})
    VALIDATORS["problem"].validate(
        Problem(source="x.txt", reason="it is empty").model_dump(mode="json")
    )


BREAKS = {
    "a key is missing": lambda record: record.pop("stance"),
    "a key is missing that has a default": lambda record: record.pop("hedged"),
    "a key is unknown": lambda record: record.update(surprise=1),
    "a value is unknown": lambda record: record.update(stance="sings"),
    "nothing is claimed": lambda record: record.update(content=[]),
    "a place is not a number": lambda record: record["content"][0].update(start="0"),
    "a place lacks its words": lambda record: record["content"][0].pop("text"),
    "the id is not ours": lambda record: record.update(id="42"),
    "a date is none": lambda record: record.update(said_on="mardi"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_record_is_not_valid(name):
    article = Article.make("Il pleut.")
    record = Claim.of(
        article,
        [Span(start=0, end=8, text="Il pleut")],
        type=ClaimType.INDIRECT,
        cue=None,
        speaker=None,
        speakers=(),
        outlets=(),
        stance=Stance.AFFIRMS,
        rule="test",
        context=Range(start=0, end=9),
    ).model_dump(mode="json")
    assert VALIDATORS["claim"].is_valid(record)
    BREAKS[name](record)
    assert not VALIDATORS["claim"].is_valid(record)
