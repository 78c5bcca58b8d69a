"""A claim as a row of CSV that no spreadsheet computes."""

import csv
import io
import re

from claims.citations.parts import (
    NOTHING,
    Known,
    deep_link,
    headline,
    sentence,
    shown,
    web_address,
)
from claims.model import Article, Claim

COLUMNS = (
    "date",
    "speaker",
    "stance",
    "claim",
    "target",
    "outlet_chain",
    "publisher",
    "article",
    "type",
    "hedged",
    "said_on",
    "context",
    "verdict",
    "link",
    "claim_id",
)
_COMPUTED = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@＝＋－＠']")
_NUMBER = re.compile("[0-9]+(e[0-9]+)?")


def header() -> str:
    """The first row, after the mark by which Excel knows UTF-8."""
    return "\ufeff" + _row(COLUMNS)


def spreadsheet(article: Article, claim: Claim, known: Known = NOTHING) -> str:
    """One row, its line ended by CR LF: names and not ids, but for the claim's own.

    Cells are on one line. One that begins with what a spreadsheet computes (`=`, `+`, `-`, `@`,
    their wide forms, also behind spaces) has an apostrophe before it, and so has one that begins
    with an apostrophe: who takes one away from each cell that has one has the text again.
    """
    chain = [f"{outlet.name} ({outlet.role.value})" for outlet in claim.outlets]
    verdicts = [
        " ".join(part for part in (r.value, f"({r.author}, {r.date})", web_address(r.url)) if part)
        for r in known.verdicts
    ]
    cells = (
        (article.published or "")[:10],
        ", ".join(speaker.name for speaker in claim.speakers),
        claim.stance.value,
        claim.text,
        claim.target.text if claim.target else "",
        " → ".join(chain),
        article.publisher or "",
        headline(article),
        claim.type.value,
        "yes" if claim.hedged else "no",
        claim.said_on or "",
        sentence(article, claim),
        "; ".join(verdicts),
        web_address(deep_link(article, claim)) or "",
        claim.id,
    )
    return _row(tuple(defused(shown(cell)) for cell in cells))


def defused(cell: str) -> str:
    """A cell as text, whatever it begins with; a number of 16 digits would be rounded.

    >>> print(defused("=1+1"), defused("2024-06-20"), defused("1234567890123456"))
    '=1+1 2024-06-20 '1234567890123456
    """
    long = len(cell) > 15 and _NUMBER.fullmatch(cell)
    return f"'{cell}" if long or _COMPUTED.match(cell) else cell


def _row(cells: tuple[str, ...]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerow(cells)
    return file.getvalue()
