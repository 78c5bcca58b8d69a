"""A claim as an item of CSL-JSON, for Zotero, pandoc and every citation processor."""

import json
from typing import Any

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


def item(article: Article, claim: Claim, remark: str) -> dict[str, Any]:
    """One CSL-JSON item of type `article-newspaper`, with a remark as its `note`."""
    date = [int(part) for part in date_parts(article)]
    found: dict[str, Any] = {
        "id": claim.id,
        "type": "article-newspaper",
        "title": shown(headline(article)),
        "container-title": shown(article.publisher or ""),
        "issued": {"date-parts": [date]} if date else None,
        "URL": web_address(article.url),
        "language": article.language,
        "note": remark,
    }
    return {key: value for key, value in found.items() if value}


def csljson(article: Article, claim: Claim, known: Known = NOTHING) -> str:
    """One CSL-JSON item of type `article-newspaper`, as JSON.

    Quotation, speaker and relaying media stand in `note`, which Zotero keeps as *Extra*: of
    the variables of CSL that hold a remark it reads no other (`csl.fields` of Zotero's schema,
    version 41). Some styles print it in the reference; RIS gives a note beside the item
    instead. What the article lacks is left out; a date keeps the precision that it has.
    """
    return json.dumps(item(article, claim, note(article, claim)), ensure_ascii=False, indent=2)
