"""Articles of DATA's corpora that were annotated: places only, their words stay where they are.

A line of `annotations.jsonl` is an article: its `id`, the `sha256` of its text, its `series` (who
annotates later may decide otherwise), its `claims`, and in `ignore` what is neither surely a claim nor
surely none. A claim has the `spans` of its content,
`[start, end)` in characters, those of `cue` and `speaker`, and the values of the other fields.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from claims.errors import InputError
from claims.evaluation.gold import GoldArticle, GoldClaim, read_gold
from claims.model import Article

FILE = Path(__file__).with_name("annotations.jsonl")


def read(data: Path, path: Path = FILE) -> Iterator[tuple[GoldArticle, Article, str]]:
    """The annotated articles, each with what is read for it and its series.

    Raises:
        InputError: if the articles are not among those of `data/corpora`, or not as they were.
    """
    records = {record["id"]: record for record in read_gold(path)}
    for file in sorted((data / "corpora").glob("*.jsonl")):
        for row in read_gold(file):
            if record := records.pop(row["id"], None):
                if digest(row["text"]) != record["sha256"]:
                    raise InputError(f"{file}: article {row['id']!r} is not the one annotated")
                told = {key: row.get(key) for key in ("title", "published")}
                read = Article.make(row["text"], **told)
                yield _article(record, row["text"]), read, str(record["series"])
    if records:
        raise InputError(f"{data}/corpora lacks the article {next(iter(records))!r}")


def digest(text: str) -> str:
    """What tells that a text is the one annotated."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _article(record: dict[str, Any], text: str) -> GoldArticle:
    claims = tuple(_claim(claim, text) for claim in record["claims"])
    ignore = tuple(text[slice(*span)] for span in record["ignore"])
    return GoldArticle(id=record["id"], text=text, claims=claims, ignore=ignore)


def _claim(record: dict[str, Any], text: str) -> GoldClaim:
    cue, speaker, target = (
        text[slice(*s)] if (s := record[k]) else None for k in ("cue", "speaker", "target")
    )
    return GoldClaim(
        content=tuple(text[slice(*span)] for span in record["spans"]),
        spans=tuple(map(tuple, record["spans"])),
        type="",
        cue=cue,
        cue_span=record["cue"],
        speaker=speaker,
        speaker_span=record["speaker"],
        speakers=record["speakers"],
        outlets=record["outlets"],
        stance=record["stance"],
        target=target,
        target_span=record["target"],
    )
