"""What every citation format is made of: headline, date, addresses, note, what else is known."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID, uuid5

from claims.model import Article, Claim, ClaimType, Stance
from claims.reviews import Review

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


class Appearance(NamedTuple):
    """An article as a claim appears in it, without its text."""

    id: str
    headline: str
    url: str | None = None
    publisher: str | None = None
    published: str | None = None
    language: str = "fr"

    @classmethod
    def of(cls, article: Article) -> "Appearance":
        """How a claim appears in an article."""
        return cls(
            article.id,
            headline(article),
            article.url,
            article.publisher,
            article.published,
            article.language,
        )


class Known(NamedTuple):
    """What is known of a claim beside its record and its article."""

    first: Appearance | None = None
    """The article that had its words first; None where its words are in no group, or undated."""
    verdicts: tuple[Review, ...] = ()
    """What people found, the oldest first; no verdict that was taken back."""


NOTHING = Known()


class Cited(NamedTuple):
    """A claim with all that a format may tell of it."""

    article: Article
    claim: Claim
    known: Known = NOTHING


class _Words(NamedTuple):
    """The words of a note in one language."""

    stances: Mapping[Stance, str]
    nobody: str
    target: str
    says: str
    quoted: str
    media: str
    sentence: str


_WORDS = {
    "fr": _Words(
        stances=STANCES,
        nobody="Sans auteur nommé",
        target=" (visé : {})",
        says="{who} — {stance}{target} : {words}.",
        quoted="« {} »",
        media="Média cité : {}.",
        sentence="Dans l’article : {}",
    ),
    "en": _Words(
        stances={stance: stance.value for stance in Stance},
        nobody="No named source",
        target=" (about: {})",
        says="{who} — {stance}{target}: {words}.",
        quoted="“{}”",
        media="Medium cited: {}.",
        sentence="In the article: {}",
    ),
}
_IDENTITIES = UUID("a1f6f0b2-5c0e-5d0c-9a0e-3b1d5c2f7e64")
_SAFE_IN_ADDRESS = "%/:=&?~#+!$,;'@()*[]-._"
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_OPENING = {
    **dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"),
    **dict.fromkeys("\u2066\u2067\u2068", "\u2069"),
}
"""What opens another direction of writing, and what closes it."""
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


def web_address(url: str | None) -> str | None:
    """An address on the web in ASCII, or None where it is none, such as `javascript:` ones.

    >>> web_address("https://exemple.fr/été <b>"), web_address("javascript:alert(1)")
    ('https://exemple.fr/%C3%A9t%C3%A9%20%3Cb%3E', None)
    """
    if not url or not re.match("https?://", url, re.IGNORECASE):
        return None
    return quote(url, safe=_SAFE_IN_ADDRESS, errors="replace")


def urn(*parts: str) -> str:
    """A name for something of ours that never changes: a UUID that its kind and id give.

    >>> urn("claim", "0123456789abcdef")
    'urn:uuid:ab0e00c7-f010-569f-aa6c-a43f6f5707f8'
    """
    return uuid5(_IDENTITIES, "/".join(parts)).urn


def shown(text: str) -> str:
    r"""A text on one line, without what would change how the text after it is shown.

    No-break spaces stay. Characters that no reader can show become �. Where the text turns the
    direction of writing and does not turn it back, it is turned back at its end.

    >>> shown("Un\n mot\x00")
    'Un mot�'
    """
    line = _UNSHOWABLE.sub("\ufffd", _SPACES.sub(" ", text)).strip()
    opened: list[str] = []
    for character in line:
        if character in _OPENING:
            opened.append(_OPENING[character])
        elif character in opened:
            del opened[len(opened) - 1 - opened[::-1].index(character) :]
    return line + "".join(reversed(opened))


def who(claim: Claim, language: str = "fr") -> str:
    """Who says it, by name; as the article has it where nobody is known by name."""
    names = [shown(s.name) for s in claim.speakers]
    mention = shown(claim.speaker.text) if claim.speaker else _WORDS[language].nobody
    return ", ".join(names) or mention


def own_words(claim: Claim) -> bool:
    """Whether the content is what the speaker said, word for word.

    Of a denial it may be what somebody else said.
    """
    return claim.type is ClaimType.DIRECT and claim.stance is not Stance.DENIES


def saying(claim: Claim, language: str = "fr") -> str:
    """Who says the words with what stance, and the words, in one line."""
    words = _WORDS[language]
    text = shown(claim.text)
    return words.says.format(
        who=who(claim, language),
        stance=words.stances[claim.stance],
        target=words.target.format(shown(claim.target.text)) if claim.target else "",
        words=words.quoted.format(text) if claim.type is ClaimType.DIRECT else text,
    )


def media(claim: Claim) -> str:
    """The media between speaker and article, by name; empty where there is none."""
    names = {speaker.name for speaker in claim.speakers}
    others = dict.fromkeys(o.name for o in claim.outlets if o.name not in names)
    return ", ".join(map(shown, others))


def sentence(article: Article, claim: Claim) -> str:
    """The sentence or sentences that the claim stands in, in one line."""
    return shown(article.text[claim.context.start : claim.context.end])


def note(article: Article, claim: Claim, language: str = "fr") -> str:
    """Who says the words with what stance, the words, the media between, in one line.

    Indirect words stand with their sentence: *tuer* is no quotation of who denies to have
    killed. The words around the claim's are French, or English.
    """
    words = _WORDS[language]
    between = media(claim)
    indirect = claim.type is not ClaimType.DIRECT
    parts = [
        saying(claim, language),
        words.media.format(between) if between else "",
        words.sentence.format(sentence(article, claim)) if indirect else "",
        f"[{claim.id}]",
    ]
    return " ".join(part for part in parts if part)
