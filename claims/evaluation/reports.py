"""Judgements and figures for people: tables, lines to read, what a change gained and lost."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from rich.console import Group
from rich.table import Table

from claims.evaluation.figures import Rates, Result
from claims.evaluation.gold import GoldClaim
from claims.evaluation.judgements import Judgement

CUES = 25
"""Cues that the table shows: those with most errors."""
WIDTH = 90
"""Characters of a content that a line shows."""
NO_CUE = "(none)"


class Changes(NamedTuple):
    """What one run has of another, a line each."""

    gained: list[str]
    lost: list[str]

    def text(self) -> str:
        """The lines under their counts."""
        parts = (("gained", self.gained), ("lost", self.lost))
        return "\n".join(
            line for name, lines in parts for line in (f"{name}: {len(lines)}", *lines)
        )


def table(result: Result) -> Group:
    """The figures for people, to print with `rich`."""
    levels = Table("", "precision", "recall", "F1")
    for level in ("detect", "strict", "attributed", "full"):
        levels.add_row(level, *_shown(getattr(result, level)))
    types = Table("type", "found", "precision", "recall", "F1")
    for kind, rates in result.by_type.items():
        types.add_row(kind, result.recall_by_type.get(kind, ""), *_shown(rates))
    fields = Table("field", "right where found")
    for field, share in result.of_matched.items():
        fields.add_row(field, f"{share:.1%}")
    edges = Table("boundary", "matches")
    for edge, number in result.edges.items():
        edges.add_row(edge, str(number))
    rules = Table("rule", "claims", "right", "word for word")
    for rule, made in result.by_rule.items():
        rules.add_row(rule, *map(str, (made.predicted, made.matched, made.strict)))
    cues = Table("cue", "gold", "found", "claims", "right")
    for cue, counts in list(result.by_cue.items())[:CUES]:
        numbers = (counts.gold, counts.found, counts.predicted, counts.matched)
        cues.add_row(cue or NO_CUE, *map(str, numbers))
    summary = f"{result.articles} articles, {result.gold} gold claims, {result.predicted} predicted"
    if result.candidates:
        among = result.candidates
        summary += f"; among the candidates: {among.matched:.1%}, strictly {among.strict:.1%}"
    return Group(summary, levels, types, fields, edges, rules, cues)


def _shown(rates: Rates) -> Iterator[str]:
    return (f"{value:.3f}" for value in (rates.p, rates.r, rates.f1))


def differences(judgements: Iterable[Judgement]) -> list[str]:
    """A line for each claim that differs, is missed, or is false."""
    return [f"{j.article.id}: {line(j)}" for j in judgements if verdict(j) != "right"]


def frozen(result: Result, judgements: Sequence[Judgement]) -> str:
    """All judgements in full, as a text to keep: its diff is what changed between two runs."""
    lines = [
        f"{level}: {' '.join(_shown(getattr(result, level)))}"
        for level in ("detect", "strict", "attributed", "full")
    ]
    article = None
    for judgement in judgements:
        if judgement.article.id != article:
            article = judgement.article.id
            lines += ["", article]
        rule = judgement.predicted.rule if judgement.predicted else None
        lines.append(line(judgement, width=None) + (f" [{rule}]" if rule else ""))
    return "\n".join([*lines, ""])


def changes(before: Iterable[Judgement], after: Iterable[Judgement]) -> Changes:
    """What `after` gained on `before` and lost: claims, boundaries, speakers, other fields."""
    left, right = _standing(before), _standing(after)
    gained: list[str] = []
    lost: list[str] = []
    for key in sorted({*left, *right}):
        old, new = left.get(key), right.get(key)
        shown = new or old
        if shown and _worth(new) != _worth(old):
            text = f"{shown.article.id}: {_said(old)} → {_said(new)}"
            (gained if _worth(new) > _worth(old) else lost).append(text)
    return Changes(gained, lost)


def _standing(judgements: Iterable[Judgement]) -> dict[tuple[Any, ...], Judgement]:
    """Judgements by what they are about: a claim of the gold, or the place of a false one."""
    found: dict[tuple[Any, ...], Judgement] = {}
    times: Counter[tuple[Any, ...]] = Counter()
    for judgement in judgements:
        claim = judgement.predicted if judgement.gold is None else None
        places = tuple((place.start, place.end) for place in claim.content) if claim else ()
        about = (judgement.article.id, judgement.number, places)
        times[about] += 1
        found[*about, times[about]] = judgement
    return found


def _worth(judgement: Judgement | None) -> tuple[int, ...]:
    """A false claim is worth less than none; of those found the better one is worth more."""
    if judgement is None or judgement.predicted is None:
        return (0,)
    if judgement.gold is None:
        return (-1,)
    wrong = set(judgement.wrong)
    attributed = "speaker" not in wrong
    full = not wrong & {"speaker", "outlets", "stance"}
    return (1, judgement.strict, attributed, full, -len(wrong))


def _said(judgement: Judgement | None) -> str:
    return "no claim" if judgement is None else line(judgement)


def verdict(judgement: Judgement) -> str:
    """`missed`, `false`, `right`, or what is wrong of a pair."""
    if judgement.gold is None:
        return "false"
    if judgement.predicted is None:
        return "missed"
    boundary = [] if judgement.strict else [f"boundary ({', '.join(judgement.edges)})"]
    return ", ".join([*judgement.wrong, *boundary]) or "right"


def line(judgement: Judgement, width: int | None = WIDTH) -> str:
    """A judgement in a line: the verdict, the gold, and what was got where that differs.

    Args:
        judgement: what is told.
        width: characters of a content that are shown; None for all.
    """
    said = verdict(judgement)
    gold = _gold(judgement.gold, width) if judgement.gold else ""
    got = _predicted(judgement, width)
    if said == "false":
        return f"{said}: {got}"
    if said == "missed" or (said == "right" and judgement.overlap == 1):
        return f"{said}: {gold}"
    return f"{said}: gold {gold} | got {got}"


def _gold(claim: GoldClaim, width: int | None) -> str:
    return _line(
        claim.type, claim.speakers, claim.cue, claim.outlets, claim.stance, claim.content, width
    )


def _predicted(judgement: Judgement, width: int | None) -> str:
    claim, text = judgement.predicted, judgement.article.text
    if claim is None:
        return ""
    cue = text[claim.cue.start : claim.cue.end] if claim.cue else None
    content = [text[s.start : s.end] for s in claim.content]
    return _line(claim.type, claim.names, cue, claim.media, claim.stance, content, width)


def _line(
    kind: str | None,
    speakers: Sequence[str],
    cue: str | None,
    outlets: Sequence[str],
    stance: str | None,
    content: Sequence[str],
    width: int | None,
) -> str:
    words = " ".join(" … ".join(content).split())
    short = words if width is None or len(words) <= width else words[: width - 1] + "…"
    via = f" via {', '.join(outlets)}" if outlets else ""
    return f"{kind} {stance} {', '.join(speakers) or '?'}{via} ({cue}) « {short} »"
