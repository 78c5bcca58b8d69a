"""Records to rows, and back."""

import json
import re
from functools import lru_cache
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

from claims.citations.parts import deep_link, headline
from claims.model import Article, Claim, Problem, Reason, Span, address, digest
from claims.store.tables import SPANS, Row

_SURROGATE = re.compile("[\ud800-\udfff]")
KEPT = 1 << 12
_ENCODER = json.JSONEncoder(ensure_ascii=False)


def unstorable(article: Article) -> str | None:
    """Why SQLite could not hold the article, or not count in its text as we do."""
    values = [value for value in article.model_dump().values() if isinstance(value, str)]
    if any("\0" in value for value in values):
        return "it has a NUL character, at which SQLite stops to count; remove it"
    if any(_SURROGATE.search(value) for value in values):
        return "it has half a character (a surrogate); write it anew in UTF-8"
    return None


def article_row(article: Article, run_id: str | None) -> Row:
    """An article as a row."""
    return {
        "id": article.id,
        "label": headline(article),
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published,
        "url": article.url,
        "language": article.language,
        "text": article.text,
        "run_id": run_id,
        "author": article.author,
        "agency": article.agency,
        "modified": article.modified,
        "licence": article.licence,
        "page": article.page,
        "text_hash": digest(article.text),
        "address": address(article.url),
        "tdm_reservation": None
        if article.tdm_reservation is None
        else int(article.tdm_reservation),
    }


def claim_row(
    article: Article, claim: Claim, names: dict[str, str], *, superseded: bool = False
) -> Row:
    """A claim as a row.

    Args:
        article: the article.
        claim: a claim of it.
        names: those that are shown, by id.
        superseded: whether there is a newer version of the article.
    """
    row: Row = {
        "id": claim.id,
        "published": article.published[:10] if article.published else None,
        "speakers": _listed(*(names[s.id] for s in claim.speakers)),
        "stance": claim.stance.value,
        "text": claim.text,
        "outlets": _listed(*(names[o.id] for o in claim.outlets)),
        "article_id": article.id,
        "type": claim.type.value,
        "context": article.text[claim.context.start : claim.context.end],
        "cue_lemma": claim.cue.lemma if claim.cue else None,
        "hedged": int(claim.hedged),
        "said_on": claim.said_on,
        "rule": claim.rule,
        "score": claim.score,
        "reasons": f"[{', '.join(map(_reason_json, claim.reasons))}]",
        "link": deep_link(article, claim),
        "content": f"[{', '.join(map(_span_json, claim.content))}]",
        "context_start": claim.context.start,
        "context_end": claim.context.end,
        "superseded": int(superseded),
    }
    for name in SPANS:
        span = getattr(claim, name)
        row[name] = span.text if span else None
        row[f"{name}_start"] = span.start if span else None
        row[f"{name}_end"] = span.end if span else None
    return row


def to_json(value: Any) -> str:  # noqa: ANN401
    """A value as JSON, for a column."""
    return _ENCODER.encode(value)


@lru_cache(KEPT)
def _listed(*names: str) -> str:
    """Names as JSON, for a column: many claims have the same, or none."""
    return to_json(names)


def _span_json(span: Span) -> str:
    """A span as JSON; by hand, for each claim has one, and most of it are words."""
    return f'{{"start": {span.start}, "end": {span.end}, "text": {encode_basestring(span.text)}}}'


def _reason_json(reason: Reason) -> str:
    """A reason as JSON; by hand too."""
    feature, value = encode_basestring(reason.feature), reason.value
    told = encode_basestring(value) if isinstance(value, str) else _number_json(value)
    return f'{{"feature": {feature}, "value": {told}, "weight": {_number_json(reason.weight)}}}'


def _number_json(number: float) -> str:
    return repr(number) if isfinite(number) else to_json(number)


def speaker_rows(claim: Claim) -> list[Row]:
    """Who said a claim, a row each."""
    return [
        {
            "claim_id": claim.id,
            "position": n,
            "speaker_id": s.id,
            "name": s.name,
            "kind": s.kind.value if s.kind else None,
        }
        for n, s in enumerate(claim.speakers)
    ]


def outlet_rows(claim: Claim) -> list[Row]:
    """Who relayed a claim, a row each."""
    return [
        {
            "claim_id": claim.id,
            "position": n,
            "outlet_id": o.id,
            "name": o.name,
            "role": o.role.value,
            "start": o.start,
            "end": o.end,
        }
        for n, o in enumerate(claim.outlets)
    ]


def link_rows(claim: Claim) -> list[Row]:
    """What a claim refers to, a row each."""
    return [
        {
            "claim_id": claim.id,
            "position": n,
            "linked_id": link.claim_id,
            "kind": link.kind.value,
            "reason": link.reason,
        }
        for n, link in enumerate(claim.links)
    ]


def problem_row(problem: Problem, origin: str) -> Row:
    """A problem as a row; `origin` is what it is a problem of."""
    values = {**problem.model_dump(), "origin": origin}
    return {"id": digest("problem", *values.values()), **values}


def records(
    article: Row, claim: Row, speakers: list[Row], outlets: list[Row], links: list[Row]
) -> tuple[Article, Claim]:
    """The records that the rows of one claim were made of."""
    made = Article.model_validate({key: article[key] for key in Article.model_fields})
    names = [
        [{**row, "name": name} for row, name in zip(rows, json.loads(given), strict=True)]
        for rows, given in ((speakers, claim["speakers"]), (outlets, claim["outlets"]))
    ]
    fields = {
        **{key: claim[key] for key in Claim.model_fields if key in claim},
        **{name: _span(claim, name) for name in SPANS},
        "content": json.loads(claim["content"]),
        "reasons": json.loads(claim["reasons"] or "[]"),
        "speakers": names[0],
        "outlets": names[1],
        "links": links,
        "hedged": bool(claim["hedged"]),
        "context": {"start": claim["context_start"], "end": claim["context_end"]},
    }
    if fields["cue"]:
        fields["cue"]["lemma"] = claim["cue_lemma"]
    return made, Claim.model_validate(fields, context={"article": made})


def _span(row: Row, name: str) -> Row | None:
    if row[name] is None:
        return None
    return {"start": row[f"{name}_start"], "end": row[f"{name}_end"], "text": row[name]}
