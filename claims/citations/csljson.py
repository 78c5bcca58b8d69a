"""A claim as an item of CSL-JSON, for Zotero, pandoc and every citation processor."""

import json
from typing import Any

from claims.citations.parts import date_parts, headline, note
from claims.model import Article, Claim


def csljson(article: Article, claim: Claim) -> str:
    """One CSL-JSON item of type `article-newspaper`, as JSON.

    Quotation, speaker and relaying media stand in `note`, which Zotero keeps as *Extra*: of
    the variables of CSL that hold a remark it reads no other (`csl.fields` of Zotero's schema,
    version 41). Some styles print it in the reference; RIS gives a note beside the item
    instead. What the article lacks is left out; a date keeps the precision that it has.
    """
    date = [int(part) for part in date_parts(article)]
    item: dict[str, Any] = {
        "id": claim.id,
        "type": "article-newspaper",
        "title": headline(article),
        "container-title": article.publisher,
        "issued": {"date-parts": [date]} if date else None,
        "URL": article.url,
        "language": article.language,
        "note": note(article, claim),
    }
    return json.dumps({k: v for k, v in item.items() if v}, ensure_ascii=False, indent=2)
