"""Mentions to sources: who a pronoun, a surname, a title or a role stands for.

Within the article first (surname to full name, role to holder, pronoun to the last
source), then through the registry. Exactly one candidate, or the mention as it stands.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from claims.components.attributions import FOLLOW_ON, Attribution, Place, Source
from claims.components.chunks import DETERMINERS, words
from claims.model import SpeakerKind, fold
from claims.registry import Registry

HYPHENS = frozenset("-‑")
IMPERSONAL = frozenset({"on"})
DOMINANT = 3
"""How many times as often as any other a full name must occur to own a shared surname."""


class Cast(NamedTuple):
    """The names that an article uses, for resolving its mentions."""

    full: dict[str, str]
    """Folded full name to the name as it stands first."""
    by_word: dict[str, Counter[str]]
    """Folded word of a full name to the folded full names that have it, with counts."""
    by_role: dict[str, set[str]]
    """Folded role (*président russe*) to the folded full names it stands beside."""
    places: list[tuple[int, str]]
    """Where each full name ends, in characters, and the folded name, in text order."""


@Language.factory(
    "claims_mentions",
    requires=["doc._.attributions"],
    assigns=["doc._.attributions"],
    default_config={"language": "fr"},
)
def make_mentions(nlp: Language, name: str, language: str) -> "Mentions":
    """The component that resolves the speakers of `doc._.attributions`.

    It asks the bundled registry; for another, set the component's `registry`.
    """
    return Mentions(language, Registry.bundled())


class Mentions:
    """Gives each attribution its sources."""

    def __init__(self, code: str, registry: Registry) -> None:
        self.code = code
        self.registry = registry
        self.words = words(code).single

    def __call__(self, doc: Doc) -> Doc:
        """Resolve the speakers of one document."""
        cast = _cast(doc, self.words)
        resolved: list[Attribution] = []
        for attribution in doc._.attributions:
            before = resolved[-1] if resolved else None
            resolved.append(
                replace(attribution, sources=self._sources(doc, attribution, before, cast))
            )
        doc._.attributions = tuple(resolved)
        return doc

    def _sources(
        self, doc: Doc, attribution: Attribution, before: Attribution | None, cast: Cast
    ) -> tuple[Source, ...]:
        if attribution.rule == FOLLOW_ON:
            return before.sources if before else ()
        mentions = attribution.mentions
        if not mentions:
            return ()
        if len(mentions) == 2 and _apposed(doc.text, mentions):
            mentions = (_name_of_two(doc.text, mentions),)
        found: dict[str, Source] = {}
        for start, end in mentions:
            for source in self._mention(doc.text[start:end], start, before, cast):
                found.setdefault(fold(source.name), source)
        return tuple(found.values())

    def _mention(
        self, text: str, at: int, before: Attribution | None, cast: Cast
    ) -> tuple[Source, ...]:
        bare = self._bare(text)
        if self._is_pronoun(bare):
            return () if fold(bare) in IMPERSONAL else self._antecedent(at, before, cast)
        return (self._source(self._name(bare, cast), bare),)

    def _antecedent(self, at: int, before: Attribution | None, cast: Cast) -> tuple[Source, ...]:
        """Whom a pronoun means: the last source if it has a name, else the last full name."""
        sources = before.sources if before else ()
        if any(source.named for source in sources) or len(sources) > 1:
            return sources
        last = _last_name(cast, at)
        return (self._source(last, last),) if last else sources

    def _source(self, name: str, bare: str) -> Source:
        entry = self.registry.speaker(name) or self.registry.speaker(bare)
        if entry is not None:
            return Source(entry.name, entry.kind, named=True)
        titled = bare != _without_title(bare, self.words)
        kind = SpeakerKind.PERSON if titled else None
        return Source(name, kind, named=any(c.isupper() for c in name))

    def _is_pronoun(self, text: str) -> bool:
        folded = text.lower()
        return (
            self.words.get(folded) == "p"
            or self.words.get("-" + folded) == "i"
            or folded in (form for form in _pronouns(self.code))
        )

    def _bare(self, text: str) -> str:
        """A mention without its determiners, on one line."""
        bare = " ".join(text.split())
        while True:
            match = re.match(r"(\w+['’]|\w+)\s*(?=\S)", bare)
            if not match or self.words.get(match.group(1).lower()) not in DETERMINERS:
                return bare.lstrip("-‑")
            if match.group(1)[0].isupper() and match.group(1).lower() == match.group(1):
                return bare
            bare = bare[match.end() :]

    def _name(self, bare: str, cast: Cast) -> str:
        """The fullest name that the article gives for a mention."""
        own = _without_title(bare, self.words)
        tail = _trailing_name(own)
        candidates = [own] if tail is None else [tail]
        for candidate in candidates:
            full = _fullest(candidate, cast)
            if full:
                return full
        if tail is not None:
            return tail
        holders = cast.by_role.get(fold(own)) or _holders(fold(own).split(), cast)
        if len(holders) == 1:
            return cast.full[next(iter(holders))]
        return own


def _holders(role: list[str], cast: Cast) -> set[str]:
    """Those beside whom a longer role of the same head stands: *ministre* for *la ministre*."""
    return {
        name
        for longer, names in cast.by_role.items()
        if longer.split()[:1] == role[:1] and set(role) <= set(longer.split())
        for name in names
    }


@cache
def _pronouns(code: str) -> frozenset[str]:
    """The subject pronouns of several words (*ce dernier*), less their determiner."""
    several = [f for forms in words(code).several.values() for f in forms]
    return frozenset(
        " ".join(form[i:]) for form, symbol in several if symbol == "p" for i in (0, 1)
    )


def _apposed(text: str, mentions: tuple[Place, ...]) -> bool:
    return text[mentions[0][1] : mentions[1][0]].strip() == ","


def _name_of_two(text: str, mentions: tuple[Place, ...]) -> Place:
    """Of a role and a name in apposition, the name."""
    return next(
        (m for m in reversed(mentions) if text[m[0]].isupper() and m != mentions[0]), mentions[0]
    )


def _without_title(text: str, known: dict[str, str]) -> str:
    first, _, rest = text.partition(" ")
    return rest if rest and known.get(first.lower()) == "T" else text


def _trailing_name(text: str) -> str | None:
    """The name after a role: *président russe Vladimir Poutine*; None where there is none."""
    match = re.search(
        r"(?:^|\s)([^\W\d_a-zà-ÿ]\S*(?:\s+(?:de |du |van |ben |al-)?[^\W\d_a-zà-ÿ]\S*)*)$", text
    )
    if not match or match.start() == 0:
        return None
    before = text[: match.start()].split()[-1].lower()
    if before in ("de", "du", "des", "d'", "d’", "la", "le", "les", "l'", "l’", "et", "à", "en"):
        return None
    return match.group(1)


def _fullest(name: str, cast: Cast) -> str | None:
    """The one full name that has all words of `name`, or owns most of its mentions."""
    folded = fold(name)
    if not folded or not any(c.isupper() for c in name):
        return None
    if folded in cast.full and len(folded.split()) > 1:
        return cast.full[folded]
    counts: Counter[str] | None = None
    for word in folded.split():
        having = cast.by_word.get(word, Counter())
        counts = (
            having if counts is None else Counter({k: v for k, v in counts.items() if k in having})
        )
    ranked = (counts or Counter()).most_common(2)
    if not ranked:
        return None
    if len(ranked) == 1 or ranked[0][1] >= DOMINANT * ranked[1][1]:
        return cast.full[ranked[0][0]]
    return None


def _last_name(cast: Cast, at: int) -> str | None:
    """The full name that stands last before a place."""
    before = bisect_left(cast.places, (at, ""))
    return cast.full[cast.places[before - 1][1]] if before else None


def _cast(doc: Doc, known: dict[str, str]) -> Cast:
    cast = Cast({}, {}, {}, [])
    for start, end in _full_names(doc, known):
        name = " ".join(doc[start:end].text.split())
        folded = fold(name)
        cast.full.setdefault(folded, name)
        cast.places.append((doc[end - 1].idx + len(doc[end - 1]), folded))
        for word in set(folded.split()):
            cast.by_word.setdefault(word, Counter())[folded] += 1
        for role in (_role_before(doc, start, end, known), _role_after(doc, end, known)):
            if role:
                cast.by_role.setdefault(role, set()).add(folded)
    return cast


def _full_names(doc: Doc, known: dict[str, str]) -> Iterator[Place]:
    """Token ranges of two to five capitalised words that are no function words."""
    start = None
    for token in doc:
        word = token.text
        if start is not None and word[0] in HYPHENS and not doc[token.i - 1].whitespace_:
            continue  # An Chan-il
        capital = word[:1].isupper() and known.get(token.lower_, "T") == "T"
        name = capital and known.get(token.lower_) != "T" and word.replace("-", "").isalpha()
        if name:
            start = token.i if start is None else start
            continue
        if start is not None and 2 <= token.i - start <= 5:
            yield start, token.i
        start = None
    if start is not None and 2 <= len(doc) - start <= 5:
        yield start, len(doc)


def _role_after(doc: Doc, at: int, known: dict[str, str]) -> str:
    """The apposition after a name, folded and without determiner; else empty."""
    begin = at + 1
    if begin >= len(doc) or doc[at].text != ",":
        return ""
    if known.get(doc[begin].lower_) in DETERMINERS:
        begin += 1
    end = begin
    while end < len(doc) and end - begin < 12:
        token = doc[end]
        symbol = known.get(token.lower_, "")
        if token.is_space or token.is_punct or (symbol and symbol not in "DlBew"):
            break
        end += 1
    return fold(doc[begin:end].text) if end > begin and doc[begin].is_lower else ""


def _role_before(doc: Doc, at: int, after: int, known: dict[str, str]) -> str:
    """The words in lower case between a determiner and a name, folded; else empty.

    A name in apposition stands between two commas (*le maire, Paul Durand, …*).
    """
    begin = at
    if begin > 0 and doc[begin - 1].text == ",":
        if after >= len(doc) or doc[after].text != ",":
            return ""
        begin -= 1
    end = begin
    while begin > 0 and at - begin < 12:
        token = doc[begin - 1]
        symbol = known.get(token.lower_, "")
        if (
            symbol in DETERMINERS
            and known.get(doc[begin - 2].lower_ if begin > 1 else "", "") != "D"
        ):
            return fold(doc[begin:end].text)
        if token.is_punct or token.is_space or (symbol and symbol not in "DlBw"):
            return ""
        begin -= 1
    return ""
