"""A claim in the words of schema.org, for web pages, search engines and linked data."""

import json
from typing import Any

from claims.citations.parts import (
    NOTHING,
    STANCES,
    Appearance,
    Known,
    media,
    note,
    own_words,
    saying,
    shown,
    urn,
    web_address,
)
from claims.model import Article, Claim, Speaker, SpeakerKind, Stance
from claims.reviews import Review

_TYPES = {
    SpeakerKind.PERSON: "Person",
    SpeakerKind.GOVERNMENT: "Organization",
    SpeakerKind.ORGANISATION: "Organization",
    SpeakerKind.MEDIUM: "NewsMediaOrganization",
}
"""Of a group, or of whoever is of no known kind, no type is told."""
_IN_SCRIPTS = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}
"""What would end a script element, or a line of it; each means the same in JSON."""


def jsonld(article: Article, claim: Claim, known: Known = NOTHING) -> str:
    """A `Claim`, and a `ClaimReview` for each verdict of a person, as members of a graph.

    What the speaker said word for word is a `Quotation` too. `text` has the words as they stand;
    of what is not affirmed in words of the article's own, the stance before them: *nie : avoir
    tué*. `firstAppearance` is left out where it is not known. There is no rating but in the words of
    the person who judged. It is safe within a script element.
    """
    nodes = [_claim(article, claim, known), *(_review(claim, r) for r in known.verdicts)]
    texts = [json.dumps(node, ensure_ascii=False, indent=2) for node in nodes]
    return ",\n".join(texts).translate(_IN_SCRIPTS)


def _claim(article: Article, claim: Claim, known: Known) -> dict[str, Any]:
    here = _article(Appearance.of(article))
    plain = own_words(claim) or claim.stance is Stance.AFFIRMS
    return _filled(
        {
            "@type": ["Quotation", "Claim"] if own_words(claim) else "Claim",
            "@id": urn("claim", claim.id),
            "identifier": claim.id,
            "name": saying(claim),
            "text": claim.text if plain else f"{STANCES[claim.stance]} : {claim.text}",
            "description": note(article, claim),
            "author": [_speaker(speaker) for speaker in claim.speakers],
            "creditText": media(claim),
            "about": {"name": shown(claim.target.text)} if claim.target else None,
            "dateCreated": claim.said_on,
            "inLanguage": article.language,
            "isBasedOn": {"@id": here["@id"]},
            "appearance": here,
            "firstAppearance": _article(known.first) if known.first else None,
        }
    )


def _speaker(speaker: Speaker) -> dict[str, Any]:
    kind = _TYPES.get(speaker.kind) if speaker.kind else None
    return _filled({"@type": kind, "@id": urn("speaker", speaker.id), "name": speaker.name})


def _article(appearance: Appearance) -> dict[str, Any]:
    url = web_address(appearance.url)
    publisher = {"@type": "Organization", "name": appearance.publisher}
    return _filled(
        {
            "@type": "NewsArticle",
            "@id": url or urn("article", appearance.id),
            "headline": shown(appearance.headline),
            "url": url,
            "datePublished": appearance.published,
            "publisher": publisher if appearance.publisher else None,
            "inLanguage": appearance.language,
        }
    )


def _review(claim: Claim, verdict: Review) -> dict[str, Any]:
    return _filled(
        {
            "@type": "ClaimReview",
            "@id": urn("review", verdict.id),
            "url": web_address(verdict.url),
            "datePublished": verdict.date,
            "author": {"@type": "Person", "name": verdict.author},
            "claimReviewed": saying(claim),
            "itemReviewed": {"@id": urn("claim", claim.id)},
            "reviewRating": {"@type": "Rating", "alternateName": verdict.value},
            "reviewBody": verdict.note,
        }
    )


def _filled(node: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node.items() if value}
