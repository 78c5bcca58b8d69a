"""A claim as Markdown: a block quotation and a line that tells where it is from."""

import re

from claims.citations.parts import (
    NOTHING,
    Known,
    deep_link,
    headline,
    note,
    shown,
    web_address,
)
from claims.model import Article, Claim

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>&|~#$^@]|(?<=:)/(?=/)|(?<=www)\.", re.IGNORECASE)
"""What means something anywhere, and what some readers make links of."""
_FIRST = re.compile(r"^(?:(?=[-+=:])|(\d+)(?=[.)]))")
"""What means something at the start of a line."""


def markdown(article: Article, claim: Claim, known: Known = NOTHING) -> str:
    """A block quotation with speaker, stance, words and media, and the article that has them.

    What Markdown would act on is escaped, and no address but the article's is a link. A verdict
    of a person stands below, with its address.
    """
    lines = [escaped(note(article, claim)), "", _source(article, claim)]
    for verdict in known.verdicts:
        by = escaped(", ".join((shown(verdict.author), verdict.date or "")))
        lines += ["", f"{_link(escaped(shown(verdict.value or '')), verdict.url)} — {by}"]
    return "".join(f"> {line}".rstrip() + "\n" for line in lines)


def escaped(text: str) -> str:
    r"""A line of text as Markdown that shows it.

    >>> print(escaped("- *a* <b>"), escaped("1. un"), escaped("2024-06-20"))
    \- \*a\* \<b\> 1\. un 2024-06-20
    """
    return _FIRST.sub(r"\1\\", _SPECIAL.sub(r"\\\g<0>", text))


def _source(article: Article, claim: Claim) -> str:
    title = _link(escaped(shown(headline(article))), deep_link(article, claim))
    rest = [escaped(shown(part)) for part in (article.publisher, article.published) if part]
    return ", ".join([f"— {title}", *rest])


def _link(words: str, url: str | None) -> str:
    address = web_address(url)
    if address is None:
        return words
    return f"[{words}](<{address}>)"
