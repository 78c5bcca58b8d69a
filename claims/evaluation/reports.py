"""Judgements and figures for people: tables, lines to read, what a change gained and lost."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

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
    return Group(summary, levels, types, fields, edges, rules, cues)


def _shown(rates: Rates) -> Iterator[str]:
    return (f"{value:.3f}" for value in (rates.p, rates.r, rates.f1))


def differences(judgements: Iterable[Judgement]) -> list[str]:
    """A line for each claim that differs, is missed, or is false."""
    return [f"{j.article.id}: {line(j)}" for j in judgements if verdict(j) != "right"]


def frozen(result: Result, judgements: Sequence[Judgement]) -> str:
    """All judgements as a text to keep: what differs from one version to the next is seen."""
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
        lines.append(line(judgement) + (f" [{rule}]" if rule else ""))
    return "\n".join([*lines, ""])


def changes(before: Iterable[Judgement], after: Iterable[Judgement]) -> Changes:
    """What `after` gained on `before` and lost: claims found, boundaries, false claims."""
    left, right = _standing(before), _standing(after)
    gained: list[str] = []
    lost: list[str] = []
    for key in sorted({*left, *right}):
        old, new = left.get(key), right.get(key)
        worth = _worth(new) - _worth(old)
        shown = new or old
        if worth and shown:
            text = f"{shown.article.id}: {_said(old)} → {_said(new)}"
            (gained if worth > 0 else lost).append(text)
    return Changes(gained, lost)


def _standing(judgements: Iterable[Judgement]) -> dict[tuple[str | int, ...], Judgement]:
    """Judgements by what they are about: a claim of the gold, or the place of a false one."""
    return {(j.article.id, j.number, *_span(j)): j for j in judgements}


def _span(judgement: Judgement) -> tuple[int, ...]:
    content = judgement.predicted.content if judgement.predicted else ()
    false = content and judgement.gold is None
    return (content[0].start, content[-1].end) if false else ()


def _worth(judgement: Judgement | None) -> int:
    """2 for a claim found word for word, 1 for one found, -1 for a false one."""
    if judgement is None or judgement.predicted is None:
        return 0
    return -1 if judgement.gold is None else 1 + judgement.strict


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


def line(judgement: Judgement) -> str:
    """A judgement in a line: the verdict, the gold, and what was got where that differs."""
    said = verdict(judgement)
    gold = _gold(judgement.gold) if judgement.gold else ""
    if said in ("right", "missed"):
        return f"{said}: {gold}"
    got = _predicted(judgement)
    return f"{said}: {got}" if said == "false" else f"{said}: gold {gold} | got {got}"


def _gold(claim: GoldClaim) -> str:
    return _line(claim.type, claim.speakers, claim.cue, claim.outlets, claim.stance, claim.content)


def _predicted(judgement: Judgement) -> str:
    claim, text = judgement.predicted, judgement.article.text
    if claim is None:
        return ""
    cue = text[claim.cue.start : claim.cue.end] if claim.cue else None
    content = [text[s.start : s.end] for s in claim.content]
    return _line(claim.type, claim.names, cue, claim.media, claim.stance, content)


def _line(
    kind: str | None,
    speakers: Sequence[str],
    cue: str | None,
    outlets: Sequence[str],
    stance: str | None,
    content: Sequence[str],
) -> str:
    words = " ".join(" … ".join(content).split())
    short = words if len(words) <= WIDTH else words[: WIDTH - 1] + "…"
    via = f" via {', '.join(outlets)}" if outlets else ""
    return f"{kind} {stance} {', '.join(speakers) or '?'}{via} ({cue}) « {short} »"
