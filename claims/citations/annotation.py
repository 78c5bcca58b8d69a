"""A claim as a W3C Web Annotation, which finds the words again in the article."""

import json
from typing import Any

from claims.citations.parts import NOTHING, Known, note, urn, web_address
from claims.model import Article, Claim, Span

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32
"""Characters before and after the words that tell which of several places is meant."""


def annotation(article: Article, claim: Claim, known: Known = NOTHING) -> str:
    """One annotation, as JSON, with a target for each fragment of the content.

    A target is selected by its words with what stands around them, and by its place, which counts
    characters (Unicode code points) of the text as it was read, not of the page. The source is the
    article's address; where it has none, a name that its id gives.
    """
    source = web_address(article.url) or urn("article", article.id)
    found = {
        "@context": CONTEXT,
        "id": urn("claim", claim.id),
        "type": "Annotation",
        "motivation": "describing",
        "body": {
            "type": "TextualBody",
            "value": note(article, claim),
            "format": "text/plain",
            "language": article.language,
        },
        "target": [_target(source, article.text, span) for span in claim.content],
    }
    return json.dumps(found, ensure_ascii=False, indent=2)


def _target(source: str, text: str, span: Span) -> dict[str, Any]:
    return {
        "type": "SpecificResource",
        "source": source,
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": span.text,
                "prefix": text[max(0, span.start - AROUND) : span.start],
                "suffix": text[span.end : span.end + AROUND],
            },
            {"type": "TextPositionSelector", "start": span.start, "end": span.end},
        ],
    }
