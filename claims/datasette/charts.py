"""Small charts, drawn as SVG: bars of claims by month."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from markupsafe import Markup

from claims.citations.parts import STANCES
from claims.model import Stance

WIDTH, HEIGHT, GAP, FOOT = 720, 140, 2, 18
"""Of a chart, and between two bars; and of the line below with the years, in pixels."""
MOST = 240
"""Months that are drawn, the latest."""


def months_between(first: str, last: str) -> list[str]:
    """All months from one to another, both `YYYY-MM`; a year alone begins with its first month.

    >>> months_between("2018-11", "2019-02")
    ['2018-11', '2018-12', '2019-01', '2019-02']
    """
    year, month = int(first[:4]), int(first[5:7] or 1)
    end = (int(last[:4]), int(last[5:7] or 12))
    found = []
    while (year, month) <= end:
        found.append(f"{year:04}-{month:02}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return found


def by_month(
    months: Mapping[str, Mapping[str, int]],
    kinds: Sequence[tuple[str, str]],
    address: str,
    title: str,
    *,
    chosen: str = "",
) -> Markup:
    """Bars of claims by month, a part for each kind, each bar a link.

    Args:
        months: `YYYY-MM` to the claims of each kind; months between without any stay empty, those of no
            date are left out.
        kinds: each kind with its name; how it is drawn stands in the stylesheet (`.bar-KIND`).
        address: where a bar leads, with `{}` for the month; empty for nowhere.
        title: what the chart shows, for those who do not see it.
        chosen: the month that is shown now.

    Returns:
        The SVG, escaped; nothing where no month is known.
    """
    known = sorted(month for month in months if month)
    if not known:
        return Markup("")
    all_months = months_between(known[0], known[-1])[-MOST:]
    # A year alone stands before its months.
    sums = {month: sum(months[month].values()) for month in known}
    most = max(sums.values())
    step = WIDTH / max(len(all_months), 12)
    bars = [
        _bar(number * step, step, month, months[month], kinds, most, address, chosen)
        for number, month in enumerate(all_months)
        if sums.get(month)
    ]
    years = [
        Markup('<text x="{:.0f}" y="{}">{}</text>').format(
            number * step, HEIGHT + FOOT - 4, month[:4]
        )
        for number, month in enumerate(all_months)
        if number == 0 or month.endswith("-01")
    ]
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="{}" aria-label="{}">{}{}</svg>'
    ).format(
        WIDTH,
        HEIGHT + FOOT,
        "group" if address else "img",
        title,
        Markup("").join(bars),
        Markup("").join(_apart(years, step, all_months)),
    )


def _bar(
    left: float,
    step: float,
    month: str,
    counts: Mapping[str, int],
    kinds: Sequence[tuple[str, str]],
    most: int,
    address: str,
    chosen: str,
) -> Markup:
    told = [(kind, name, counts[kind]) for kind, name in kinds if counts.get(kind)]
    words = f"{month} : " + ", ".join(f"{name} {number}" for _, name, number in told)
    bottom = float(HEIGHT)
    rects = []
    for kind, _, number in told:
        height = max(1.0, number / most * (HEIGHT - 4))
        bottom -= height
        rects.append(
            Markup(
                '<rect class="bar-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>'
            ).format(kind, left, bottom, max(1.0, step - GAP), height)
        )
    drawn = Markup("<title>{}</title>{}").format(words, Markup("").join(rects))
    current = Markup(' class="chosen"') if month == chosen else ""
    if not address:
        return Markup("<g{}>{}</g>").format(current, drawn)
    return Markup('<a href="{}" aria-label="{}"{}>{}</a>').format(
        address.format(month), words, current, drawn
    )


def _apart(years: list[Markup], step: float, months: Sequence[str]) -> list[Markup]:
    """The years that have room; a first one that another follows at once has none."""
    starts = [n for n, month in enumerate(months) if n == 0 or month.endswith("-01")]
    crowded = {a for a, b in pairwise(starts) if (b - a) * step < 34}
    return [text for start, text in zip(starts, years, strict=True) if start not in crowded]


ALIKE = (
    (Stance.AFFIRMS, Stance.JUDGES, Stance.CONCEDES),
    (Stance.DENIES, Stance.OPPOSES),
    (Stance.ACCUSES, Stance.WARNS),
    (Stance.SUPPORTS, Stance.PROMISES),
    (Stance.DEMANDS, Stance.QUESTIONS),
)
"""The stances that have one colour, as in the stylesheet."""


def legend() -> list[tuple[str, str]]:
    """What each colour means: a stance that has it, and the names of all that do."""
    return [(group[0].value, ", ".join(STANCES[stance] for stance in group)) for group in ALIKE]


def stance_kinds() -> list[tuple[str, str]]:
    """The stances in the order in which they are drawn, from the bottom."""
    return [(stance.value, STANCES[stance]) for group in ALIKE for stance in group]
