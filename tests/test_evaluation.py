import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from claims import evaluation
from claims.errors import InputError
from claims.evaluation import evaluate_files, reports
from claims.evaluation.gold import predict, read_gold, read_predictions
from claims.evaluation.judgements import EmptyWord
from claims.extraction import Extractor
from claims.language import rows
from claims.model import Article, Problem, fold

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "tests" / "gold" / "seeds.jsonl"
SCORER = ROOT.parent / "shared" / "gold" / "score.py"

TEXT = (
    "Il pleut encore beaucoup, a dit le président Paul Dupont à RIA Novosti. "
    "Il pleut encore beaucoup, a dit Marie Petit. Tout va bien."
)


def claim(*content, **fields):
    return {
        "content": list(content or ["Il pleut encore beaucoup"]),
        "type": "indirect",
        "speaker": "le président Paul Dupont",
        "speakers": ["Paul Dupont"],
        "cue": "dit",
        "outlets": ["RIA Novosti"],
        "stance": "affirms",
        "target": None,
        **fields,
    }


def gold(*claims, **fields):
    return {"id": "a", "text": TEXT, "claims": list(claims), **fields}


def place(words, start=0):
    at = TEXT.index(words, start)
    return {"start": at, "end": at + len(words)}


def found(*content, start=0, **fields):
    return {
        "article_id": "a",
        "content": [place(words, start) for words in content or ["Il pleut encore beaucoup"]],
        "type": "indirect",
        "speaker": place("Paul Dupont"),
        "speakers": [{"name": "Paul Dupont"}],
        "cue": place("dit"),
        "outlets": [{"name": "RIA Novosti"}],
        "stance": "affirms",
        **fields,
    }


def evaluate(articles, claims):
    return evaluation.evaluate(articles, claims).result


def differences(articles, claims):
    return reports.differences(evaluation.evaluate(articles, claims).judgements)


def rates(level):
    return level.p, level.r, level.f1


def test_a_perfect_prediction_has_only_full_marks():
    result = evaluate([gold(claim())], [found()])
    assert differences([gold(claim())], [found()]) == []
    assert (result.articles, result.gold, result.predicted) == (1, 1, 1)
    for level in (result.detect, result.strict, result.attributed, result.full):
        assert rates(level) == (1, 1, 1)
    assert set(result.of_matched.values()) == {1}
    assert result.recall_by_type == {"indirect": "1/1"}


def test_nothing_predicted_is_a_recall_of_nothing():
    result = evaluate([gold(claim())], [])
    assert rates(result.detect) == (0, 0, 0)
    assert set(result.of_matched.values()) == {0}
    assert result.recall_by_type == {"indirect": "0/1"}
    assert [line.split(": ")[1] for line in differences([gold(claim())], [])] == ["missed"]


def test_a_false_claim_costs_precision_alone():
    both = [found(), found("Tout va bien")]
    assert rates(evaluate([gold(claim())], both).detect) == (0.5, 1, 0.6667)
    assert [line.split(": ")[1] for line in differences([gold(claim())], both)] == ["false"]


@pytest.mark.parametrize(
    ("content", "detect", "strict"),
    [
        ("Il pleut encore beaucoup", 1, 1),
        ("Il pleut encore beaucoup,", 1, 1),  # punctuation is not a word
        ("Il pleut encore", 1, 0),
        ("Il pleut", 1, 0),  # 2 of 4 words
        ("pleut encore beaucoup, a dit le président", 0, 0),  # 3 of 8
        ("Il", 0, 0),
    ],
)
def test_half_of_the_words_are_a_match_and_nine_tenths_a_strict_one(content, detect, strict):
    result = evaluate([gold(claim())], [found(content)])
    assert (result.detect.f1, result.strict.f1) == (detect, strict)
    lines = differences([gold(claim())], [found(content)])
    assert any("boundary" in line for line in lines) == (detect > strict)


@pytest.mark.parametrize(
    ("fields", "wrong", "attributed", "full"),
    [
        ({"speakers": [{"name": "Marie Petit"}]}, "speaker", 0, 0),
        ({"speakers": []}, "speaker", 0, 0),
        ({"speakers": None}, "speaker", 0, 0),
        ({"outlets": []}, "outlets", 1, 0),
        ({"stance": "denies"}, "stance", 1, 0),
        ({"speaker": None}, "mention", 1, 1),
        ({"speaker": place("Marie Petit")}, "mention", 1, 1),
        ({"cue": None}, "cue", 1, 1),
        ({"cue": place("encore")}, "cue", 1, 1),
        ({"type": "direct"}, "type", 1, 1),
    ],
)
def test_each_field_is_judged_for_itself(fields, wrong, attributed, full):
    result = evaluate([gold(claim())], [found(**fields)])
    assert {field for field, share in result.of_matched.items() if share < 1} == {wrong}
    assert (result.detect.f1, result.attributed.f1, result.full.f1) == (1, attributed, full)
    assert differences([gold(claim())], [found(**fields)])[0].startswith(f"a: {wrong}: ")


@pytest.mark.parametrize(
    ("wanted", "given", "same"),
    [
        (["Élysée"], ["l’ELYSEE"], True),
        (["Vladimir Poutine"], ["Poutine"], True),
        (["le président"], ["Président"], True),
        (["Kim Jong-un"], ["Kim Jong Un"], True),
        (["Poutine", "Kim Jong-un"], ["Kim", "Poutine"], True),
        (["Poutine", "Vladimir Poutine"], ["Vladimir Poutine", "Poutine"], True),
        (["Poutine", "Vladimir Poutine"], ["Igor Poutine", "Poutine"], False),  # equals first
        (["Poutine"], ["Poutine", "Kim"], False),
        (["Poutine", "Kim"], ["Poutine"], False),
        (["Poutine", "Poutine"], ["Poutine", "Kim"], False),
        (["l’agence"], ["la presse"], False),
        ([], [], True),
        (["!"], ["Poutine"], False),  # a name of no words is not a part of every name
    ],
)
def test_names_agree_where_one_holds_all_words_of_the_other(wanted, given, same):
    speakers = [{"name": name} for name in given]
    result = evaluate([gold(claim(speakers=wanted))], [found(speakers=speakers)])
    assert result.of_matched["speaker"] == same


@pytest.mark.parametrize("row", rows("fr", "empty_words", EmptyWord), ids=lambda row: row.id)
def test_empty_words_of_a_name_do_not_count(row):
    def agree(left, right):
        result = evaluate([gold(claim(speakers=[left]))], [found(speakers=[{"name": right}])])
        return result.of_matched["speaker"] == 1

    assert row.word in fold(row.example).split()
    assert row.word not in fold(row.counterexample).split()
    # A name that shares the empty word alone is another; one that lacks it is the same.
    assert not agree(row.example, f"{row.word} Zorglub")
    rest = [word for word in fold(row.example).split() if word != row.word]
    assert agree(f"Zorglub {row.example}", f"Zorglub {' '.join(rest)}")
    assert agree(row.word, row.word)


def test_words_claimed_twice_stand_in_two_places():
    second = claim(speaker="Marie Petit", speakers=["Marie Petit"], outlets=[])
    again = found(
        start=30,
        speaker=place("Marie Petit"),
        speakers=[{"name": "Marie Petit"}],
        outlets=[],
    )
    result = evaluate([gold(claim(), second)], [again, found()])
    assert rates(result.full) == (1, 1, 1)


def test_a_fragment_stands_after_the_one_before():
    twice = claim("Il pleut", "Il pleut")
    result = evaluate([gold(twice)], [found(content=[place("Il pleut"), place("Il pleut", 30)])])
    assert result.strict.f1 == 1


def test_spans_say_where_the_words_stand():
    at = place("Il pleut encore beaucoup", 30)
    result = evaluate([gold(claim(spans=[[at["start"], at["end"]]]))], [found(start=30)])
    assert result.detect.f1 == 1
    assert evaluate([gold(claim())], [found(start=30)]).detect.f1 == 0


def test_a_claim_is_matched_once_and_best_first():
    result = evaluate([gold(claim())], [found("Il pleut encore"), found()])
    assert rates(result.detect) == (0.5, 1, 0.6667)
    assert result.strict.f1 == result.detect.f1


def test_what_lies_in_ignored_passages_is_not_counted():
    result = evaluate(
        [gold(claim(), ignore=["Tout va"])], [found(), found("Tout va bien"), found("bien")]
    )
    assert result.predicted == 2  # « bien » is outside; two of the three words are not


def test_recall_is_told_by_type():
    both = gold(claim(), claim("Tout va bien", type="direct"))
    result = evaluate([both], [found()])
    assert list(result.recall_by_type.items()) == [("direct", "0/1"), ("indirect", "1/1")]


def test_precision_and_recall_are_told_by_type():
    both = gold(claim(), claim("Tout va bien", type="direct"))
    given = [found(type="mixed"), found("Tout va bien", type="mixed"), found("a dit", type="mixed")]
    by_type = evaluate([both], given).by_type
    assert {kind: rates(level) for kind, level in by_type.items()} == {
        "direct": (0, 1, 0),
        "indirect": (0, 1, 0),
        "mixed": (0.6667, 0, 0),
    }


def test_each_rule_and_each_cue_is_told_by_what_it_found_and_missed():
    both = gold(claim(), claim("Tout va bien", cue="Dit"), claim("Marie Petit", cue="va"))
    said = {"cue": {**place("dit"), "lemma": "dire"}, "rule": "clause-que"}
    result = evaluate([both], [found("Il pleut encore", **said), found("a dit", **said)])
    assert {k: v.model_dump() for k, v in result.by_rule.items()} == {
        "clause-que": {"predicted": 2, "matched": 1, "strict": 0}
    }
    assert [(k, *v.model_dump().values()) for k, v in result.by_cue.items()] == [
        ("dire", 2, 1, 2, 1),
        ("va", 1, 0, 0, 0),
    ]


@pytest.mark.parametrize(
    ("content", "edges"),
    [
        (["Il pleut encore beaucoup, a dit"], ["end too late"]),
        (["pleut encore beaucoup"], ["start too late"]),
        (["Il pleut", "beaucoup"], ["words inside too few"]),
        (["pleut encore beaucoup, a"], ["start too late", "end too late"]),
        (["Il pleut encore beaucoup"], []),
    ],
)
def test_a_boundary_is_told_by_where_it_is_wrong(content, edges):
    assert list(evaluate([gold(claim())], [found(*content)]).edges) == edges


def test_words_too_many_before_and_inside_are_told():
    wanted = claim("pleut", "beaucoup")
    assert list(evaluate([gold(wanted)], [found("Il pleut encore beaucoup")]).edges) == [
        "start too early",
        "words inside too many",
    ]


def test_a_better_speaker_is_a_gain_and_a_second_false_claim_a_loss():
    articles = [gold(claim())]
    wrong = found(speakers=[{"name": "Marie Petit"}])
    before, after = (
        evaluation.evaluate(articles, claims).judgements
        for claims in ([wrong, found("Tout")], [found(), found("Tout"), found("Tout")])
    )
    gained, lost = reports.changes(before, after)
    assert [line.split(":")[1].strip() for line in gained] == ["speaker"]
    assert [line.split(" → ")[1].split(":")[0] for line in lost] == ["false"]


def test_what_a_change_gained_and_lost_is_listed():
    articles = [gold(claim(), claim("Tout va bien"))]
    before, after = (
        evaluation.evaluate(articles, claims).judgements
        for claims in ([found(), found("RIA Novosti")], [found("Il pleut"), found("Tout va bien")])
    )
    gained, lost = reports.changes(before, after)
    assert [line.split(":")[1].strip() for line in gained] == ["false", "missed"]
    assert [line.split(" → ")[1].split(":")[0] for line in lost] == ["boundary (end too early)"]
    assert reports.changes(after, after) == ([], [])
    back = reports.changes(after, before)
    assert (len(back.gained), len(back.lost)) == (len(lost), len(gained))


@pytest.mark.parametrize(
    ("articles", "claims", "words"),
    [
        ([gold(claim("Il neige"))], [], ["'a'", "Il neige", "not in its text"]),
        ([gold(claim(), ignore=["Il neige"])], [], ["'a'", "Il neige"]),
        ([gold(claim())], [found(article_id="b")], ["b", "gold lacks"]),
        ([gold(claim()), gold(claim())], [], ["'a'", "two gold articles"]),
        ([{"id": "a", "text": TEXT}], [], ["'a'", "claims"]),
        ([gold(claim())], [{"article_id": "a"}], ["'a'", "content"]),
        ([{"text": TEXT, "claims": []}], [], ["without an id", "id"]),
    ],
)
def test_a_record_that_cannot_be_compared_is_named(articles, claims, words):
    with pytest.raises(InputError) as error:
        evaluate(articles, claims)
    assert all(word in str(error.value) for word in words)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "No such file"),
        (b"", "no article"),
        (b'{"id": "a"\n', "line 1: not JSON"),
        (b"\n[]\n", "line 2: not a JSON object"),
        ("é".encode("latin-1"), "not UTF-8"),
    ],
)
def test_a_gold_file_that_cannot_be_read_is_named(tmp_path, data, words):
    path = tmp_path / "gold.jsonl"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError, match=words) as error:
        read_gold(path)
    assert str(path) in str(error.value)


def test_an_article_that_cannot_be_read_stops_the_evaluation():
    def broken(articles):
        return ((article, Problem(source="x", reason="too long")) for article in articles)

    with pytest.raises(InputError, match=r"'a': too long"):
        list(predict([gold()], broken))


def test_the_extractor_gets_the_articles_as_the_gold_has_them():
    seen = []

    def blank(articles):
        for article in articles:
            seen.append(article)
            yield article, ()

    assert list(predict([gold(published="2024-06-20")], blank)) == []
    assert seen == [Article(id="a", text=TEXT, published="2024-06-20")]


def test_people_read_all_figures():
    console = Console(width=80)
    with console.capture() as capture:
        console.print(reports.table(evaluate([gold(claim())], [found(), found("Tout va bien")])))
    shown = capture.get()
    for words in ("1 articles", "detect", "0.667", "strict", "indirect", "1/1", "stance", "100.0%"):
        assert words in shown


# ── the same figures as the scorer that the gold came with ──


def perfect(articles):
    """Predictions that say what the gold says, at the first place of its words."""

    def at(text, words, start=0):
        place = text.find(words, start)
        return {"start": place, "end": place + len(words)}

    for article in articles:
        text = article["text"]
        for claim in article["claims"]:
            first = at(text, claim["content"][0])["start"]
            yield {
                "article_id": article["id"],
                "content": [at(text, words, first) for words in claim["content"]],
                "type": claim["type"],
                "speaker": claim["speaker"] and at(text, claim["speaker"]),
                "speakers": [{"name": name} for name in claim["speakers"]],
                "cue": claim["cue"] and at(text, claim["cue"]),
                "outlets": [{"name": name} for name in claim["outlets"]],
                "stance": claim["stance"],
            }


def perturbed(articles, seed):
    """Predictions that are wrong in every way that one can be, some of them twice."""
    luck = random.Random(seed)

    def shifted(place):
        start = max(0, place["start"] + luck.randint(-25, 25))
        return {"start": start, "end": max(start + 1, place["end"] + luck.randint(-25, 25))}

    records = list(perfect(articles))
    names = [s for record in records for s in record["speakers"]]
    for record in records * 2:
        if luck.random() < 0.3:
            continue
        changes = {
            "content": [shifted(place) for place in record["content"]],
            "type": luck.choice(["direct", "mixed", None]),
            "speaker": luck.choice([None, record["content"][0]]),
            "speakers": luck.sample(names, luck.randint(0, 2)),
            "cue": luck.choice([None, record["content"][0]]),
            "outlets": luck.sample(names, luck.randint(0, 2)),
            "stance": luck.choice(["denies", "judges"]),
        }
        kept = {k: v for k, v in changes.items() if luck.random() < 0.3}
        changed = {**record, **kept}
        if luck.random() < 0.1:
            changed.pop(luck.choice(["type", "speaker", "speakers", "cue", "outlets", "stance"]))
        yield changed


PREDICTIONS: dict[str, Callable[..., Iterable[dict[str, Any]]]] = {
    "none": lambda articles: [],
    "perfect": perfect,
    "extracted": lambda articles: predict(articles, Extractor().extract),
    **{f"perturbed-{n}": partial(perturbed, seed=n) for n in range(4)},
}


@pytest.mark.skipif(not SCORER.exists(), reason="the scorer is not there")
@pytest.mark.parametrize("name", PREDICTIONS)
def test_figures_are_those_of_the_scorer(tmp_path, name):
    path = tmp_path / "predicted.jsonl"
    predictions = PREDICTIONS[name](read_gold(GOLD))
    path.write_text("".join(f"{json.dumps(p)}\n" for p in predictions), encoding="utf-8")
    command = [sys.executable, "-B", SCORER, GOLD, path, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result = evaluate_files(GOLD, path).result
    ours, theirs = json.loads(result.model_dump_json()), json.loads(done.stdout)
    assert {key: ours[key] for key in theirs} == theirs
    assert read_predictions(path) or result.predicted == 0


def test_the_gold_of_the_seeds_is_found_by_itself():
    articles = read_gold(GOLD)
    result = evaluate(articles, perfect(articles))
    assert (result.articles, result.gold) == (5, 106)
    assert result.attributed.f1 > 0.95


def test_how_many_gold_claims_are_among_the_candidates_is_told(tmp_path):
    path = tmp_path / "gold.jsonl"
    text = "La maire affirme que le pont est fermé. Le ciel est bleu au-dessus du port."
    contents = ("le pont est fermé", "bleu au-dessus du port")
    claims = [{**claim(content), "type": "indirect"} for content in contents]
    path.write_text(json.dumps({"id": "a", "text": text, "claims": claims}), encoding="utf-8")
    result, _ = evaluate_files(path, candidates=True)
    assert result.candidates is not None
    assert (result.candidates.matched, result.candidates.strict) == (0.5, 0.5)
    assert evaluate_files(path).result.candidates is None
