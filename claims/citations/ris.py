"""A claim as a RIS record, which Zotero imports as a newspaper article with a note."""

import html

from claims.citations.parts import (
    NOTHING,
    Known,
    date_parts,
    headline,
    note,
    shown,
    web_address,
)
from claims.model import Article, Claim


def ris(article: Article, claim: Claim, known: Known = NOTHING) -> str:
    """One RIS record, from `TY` to `ER`, its lines ended by CR LF as the format asks.

    The article is the reference; quotation, speaker and relaying media are its note, with
    `<`, `>` and `&` escaped because Zotero reads a note as HTML. Fields that the article
    lacks are left out; a date keeps the precision that it has.
    """
    date = date_parts(article)
    fields = [
        ("TY", "NEWS"),
        ("TI", headline(article)),
        ("T2", article.publisher),
        ("DA", "/".join((*date, "", "", "")[:3]) + "/" if date else None),
        ("UR", web_address(article.url)),
        ("LA", article.language),
        ("N1", html.escape(note(article, claim), quote=False)),
    ]
    lines = [f"{tag}  - {shown(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])
