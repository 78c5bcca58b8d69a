"""What every citation format is made of: headline, date, deep link, note."""

import re
from urllib.parse import quote

from claims.model import Article, Claim, ClaimType, Stance

STANCES = {
    Stance.AFFIRMS: "affirme",
    Stance.DENIES: "nie",
    Stance.ACCUSES: "accuse",
    Stance.SUPPORTS: "soutient",
    Stance.OPPOSES: "s’oppose",
    Stance.WARNS: "met en garde",
    Stance.PROMISES: "promet",
    Stance.DEMANDS: "demande",
    Stance.QUESTIONS: "s’interroge",
    Stance.CONCEDES: "concède",
    Stance.JUDGES: "juge",
}
"""The stances as French readers of citations and pages see them."""

_HEADLINE_LENGTH = 100
_WORDS_KEPT_WHOLE = 12
_WORDS_AT_AN_END = 5


def headline(article: Article) -> str:
    r"""The article's title; where it has none, its first line, cut at a word if it is long.

    >>> headline(Article.make("Un mot.\nLa suite."))
    'Un mot.'
    """
    words = (article.title or "").split()
    if words:
        return " ".join(words)
    first = next((" ".join(line.split()) for line in article.text.splitlines() if line.strip()), "")
    if len(first) <= _HEADLINE_LENGTH:
        return first or article.id
    return first[:_HEADLINE_LENGTH].rsplit(" ", 1)[0] + " …"


def date_parts(article: Article) -> tuple[str, ...]:
    """Year, month and day of publication as digits, as many of them as are known.

    >>> date_parts(Article.make("a", published="2024-06"))
    ('2024', '06')
    """
    return tuple((article.published or "")[:10].split("-")) if article.published else ()


def deep_link(article: Article, claim: Claim) -> str | None:
    """The article's address with a text fragment that makes a browser show the claim's words.

    None where the article has no address on the web. Fragments of the content that are long,
    or that go over a line, are given by their first and last words.
    """
    if not article.url or not article.url.startswith(("http://", "https://")):
        return None
    joint = ":~:" if "#" in article.url else "#:~:"
    return article.url + joint + "&".join(f"text={_directive(s.text)}" for s in claim.content)


def _directive(text: str) -> str:
    words = list(re.finditer(r"\S+", text))
    if len(words) <= _WORDS_KEPT_WHOLE and "\n" not in text:
        return _encoded(text.strip())
    # Neither end may go over a line: a text fragment matches within one block of the page.
    end = max(1, min(_WORDS_AT_AN_END, len(words) // 2))
    first = text[words[0].start() : words[end - 1].end()].split("\n")[0]
    last = text[words[-end].start() : words[-1].end()].split("\n")[-1]
    return f"{_encoded(first.strip())},{_encoded(last.strip())}"


def _encoded(words: str) -> str:
    return quote(words, safe="").replace("-", "%2D")


def note(article: Article, claim: Claim) -> str:
    """Who says the words with what stance, the words, the media between, in one line of French.

    Indirect words stand with their sentence: *tuer* is no quotation of who denies to have
    killed.
    """
    who = ", ".join(s.name for s in claim.speakers) or (claim.speaker and claim.speaker.text)
    target = f" (visé : {claim.target.text})" if claim.target else ""
    words = f"« {claim.text} »" if claim.type is ClaimType.DIRECT else claim.text
    names = {speaker.name for speaker in claim.speakers}
    media = ", ".join(dict.fromkeys(o.name for o in claim.outlets if o.name not in names))
    parts = [
        f"{who or 'Sans auteur nommé'} — {STANCES[claim.stance]}{target} : {words}.",
        f"Média cité : {media}." if media else "",
        ""
        if claim.type is ClaimType.DIRECT
        else f"Dans l’article : {article.text[claim.context.start : claim.context.end]}",
        f"[{claim.id}]",
    ]
    return " ".join(" ".join(parts).split())
