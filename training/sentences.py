"""Sentences that were written to be learned from: ways of telling that news has too rarely.

In `sentences.txt` a line is a paragraph, and an empty line starts another article. `<q>` marks
content and `<c>` the cue, numbered from the second claim of a line on.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from claims.evaluation.gold import GoldArticle, GoldClaim

FILE = Path(__file__).with_name("sentences.txt")
TAG = re.compile(r"<(/?)([qc])(\d?)>")


class Marked(NamedTuple):
    """A claim that is marked in a text; places are in characters of the text without marks."""

    content: list[tuple[int, int]]
    cue: tuple[int, int] | None


def marked(text: str) -> tuple[str, list[Marked]]:
    """A text without its marks, and the claims that they mark, in order of their numbers.

    Raises:
        ValueError: if a mark is not closed.
        KeyError: if one is closed that is not open.
    """
    plain, end = "", 0
    opened: dict[tuple[str, str], int] = {}
    contents: dict[str, list[tuple[int, int]]] = defaultdict(list)
    cues: dict[str, tuple[int, int]] = {}
    for tag in TAG.finditer(text):
        plain += text[end : tag.start()]
        end, (closing, kind, number) = tag.end(), tag.groups()
        if not closing:
            opened[kind, number] = len(plain)
        elif kind == "q":
            contents[number].append((opened.pop((kind, number)), len(plain)))
        else:
            cues[number] = (opened.pop((kind, number)), len(plain))
    if opened:
        raise ValueError(f"a mark is not closed: {text}")
    found = [Marked(contents[number], cues.get(number)) for number in sorted(contents)]
    return plain + text[end:], found


def read(path: Path = FILE) -> list[GoldArticle]:
    """The articles of a file of marked sentences; only content and cue of a claim are known."""
    articles = []
    for number, block in enumerate(path.read_text(encoding="utf-8").strip().split("\n\n")):
        text, claims = "", []
        for line in block.splitlines():
            plain, found = marked(line)
            claims += [_claim(plain, one, len(text)) for one in found]
            text += plain + "\n\n"
        articles.append(GoldArticle(id=f"sentences-{number}", text=text, claims=tuple(claims)))
    return articles


def _claim(line: str, found: Marked, offset: int) -> GoldClaim:
    return GoldClaim(
        content=tuple(line[start:end] for start, end in found.content),
        spans=tuple((offset + start, offset + end) for start, end in found.content),
        cue=line[slice(*found.cue)] if found.cue else None,
        cue_span=(offset + found.cue[0], offset + found.cue[1]) if found.cue else None,
        type="",
        speaker=None,
        speakers=(),
        outlets=(),
        stance="",
    )
