"""Mentions to sources: who a pronoun, a surname, a title or a role stands for.

Within the article first (surname to full name, role to holder, pronoun to a source before
it), then through the registry. Exactly one candidate, or the mention as it stands; a
pronoun without one stands for nobody.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from claims.components.chunks import DETERMINERS, JOINERS, Words, words
from claims.components.names import Cast, cast
from claims.components.quotations import marks
from claims.components.relations import FOLLOW_ON, Attribution, Place, Source
from claims.model import SpeakerKind, fold
from claims.registry import Registry

REACH = 8
"""How many attributions before a pronoun its antecedent may be the source of."""
WINDOW = 600
"""Characters before a pronoun in which one full name alone is its antecedent."""


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
        self.registry = registry
        self.words = words(code)
        styles = marks(code).closes
        apart = sorted({*styles, *styles.values()} - {"’"})
        self.marks = re.compile("|".join(map(re.escape, apart)))

    def __call__(self, doc: Doc) -> Doc:
        """Resolve the speakers of one document."""
        names = cast(doc, self.words)
        text = doc.text
        resolved: list[Attribution] = []
        for attribution in doc._.attributions:
            if attribution.rule == FOLLOW_ON:
                sources = resolved[-1].sources if resolved else ()
            else:
                sources = self._sources(text, attribution, resolved[-REACH:], names)
            resolved.append(replace(attribution, sources=sources))
        doc._.attributions = tuple(resolved)
        return doc

    def _sources(
        self, text: str, attribution: Attribution, before: Sequence[Attribution], names: Cast
    ) -> tuple[Source, ...]:
        found: dict[str, Source] = {}
        for start, end in _parts(text, attribution.mentions):
            for source in self._mention(text[start:end], start, before, names):
                found.setdefault(fold(source.name), source)
        return tuple(found.values())

    def _mention(
        self, text: str, at: int, before: Sequence[Attribution], names: Cast
    ) -> tuple[Source, ...]:
        named = names.last(at, at + len(text))
        if named:
            return (self._source(named, named, "", names),)
        spoken = " ".join(self.marks.sub(" ", text).split())
        features = self.words.pronoun(spoken)
        if features is not None:
            return self._antecedent(features, at, before, names)
        bare, determiner = self._bare(spoken)
        if all(self.words.single.get(w, "w") != "w" for w in bare.lower().split()):
            return ()  # certains, un autre: a pronoun of another sort
        definite = not determiner or self.words.feature(determiner, "Definite") == "Def"
        name = self._name(bare, names, definite=definite)
        return (self._source(name, bare, determiner, names),)

    def _antecedent(
        self, features: dict[str, str], at: int, before: Sequence[Attribution], names: Cast
    ) -> tuple[Source, ...]:
        """Whom a pronoun means: the last source with a name that agrees with it.

        Else the only name nearby that agrees, else the source just before it.
        """
        if "PronType" in features:  # on
            return ()
        plural, gender = features.get("Number") == "Plur", features.get("Gender", "")
        agreeing = [
            earlier.sources
            for earlier in reversed(before)
            if earlier.sources and _agree(earlier.sources, gender, plural)
        ]
        named = next((sources for sources in agreeing if all(s.named for s in sources)), ())
        told = {fold(s.name): s.gender for e in before for s in e.sources if s.gender}
        near = {
            name
            for name in names.between(at - WINDOW, at)
            if not gender or told.get(name, names.gender.get(name, gender)) == gender
        }
        if named or plural or len(near) != 1:
            return named or (agreeing[0] if agreeing else ())
        name = names.full[near.pop()]
        return (self._source(name, name, "", names),)

    def _source(self, name: str, bare: str, determiner: str, names: Cast) -> Source:
        """The registry's entry for a name, or the name as the article has it."""
        title = bare.partition(" ")[0].lower()
        gender = (
            self.words.feature(title, "Gender")
            or self.words.feature(determiner, "Gender")
            or names.gender.get(fold(name), "")
        )
        plural = self.words.feature(determiner, "Number") == "Plur"
        entry = self.registry.speaker(name) or self.registry.speaker(bare)
        if entry is not None:
            return Source(entry.name, entry.kind, named=True, gender=gender, plural=plural)
        person = self.words.single.get(title) == "T"
        return Source(
            name,
            SpeakerKind.PERSON if person else None,
            named=any(c.isupper() for c in name),
            gender=gender,
            plural=plural,
        )

    def _bare(self, text: str) -> tuple[str, str]:
        """A mention without its determiners, and the first of these in lower case."""
        first = ""
        while match := re.match(r"(\w+['’]|\w+)\s*(?=\S)", text):
            word = match.group(1).lower()
            if self.words.single.get(word) not in DETERMINERS:
                break
            first = first or word
            text = text[match.end() :]
        return text, first

    def _name(self, bare: str, names: Cast, *, definite: bool) -> str:
        """The fullest name that the article gives; a role only if it is one person's."""
        title, _, rest = bare.partition(" ")
        own = rest if rest and self.words.single.get(title.lower()) == "T" else bare
        tail = _trailing_name(own, self.words)
        holder = names.holder(own) if definite else None
        return names.fullest(tail or own) or tail or holder or own


def _agree(sources: tuple[Source, ...], gender: str, plural: bool) -> bool:
    """Whether a pronoun of this gender and number can mean these sources."""
    if plural or len(sources) > 1:
        return plural and (len(sources) > 1 or sources[0].plural)
    return not sources[0].plural and (not gender or sources[0].gender in ("", gender))


def _parts(text: str, mentions: tuple[Place, ...]) -> tuple[Place, ...]:
    """The mentions; of a role and a name in apposition (*le maire, Léa Roux*), the name."""
    if len(mentions) == 2:
        (_, end), name = mentions
        if text[end : name[0]].strip() == ",":
            return (name if text[name[0]].isupper() else mentions[0],)
    return mentions


def _trailing_name(text: str, known: Words) -> str | None:
    """The name after a role: *président russe Vladimir Poutine*; None where there is none."""
    parts = re.findall(r"\w+['’]|[^\s'’]+", text)
    begin = len(parts)
    while begin > 0:
        word = parts[begin - 1]
        joins = known.single.get(word.lower()) in JOINERS and begin < len(parts)
        if not (word[0].isupper() or (joins and begin > 1 and parts[begin - 2][0].isupper())):
            break
        begin -= 1
    if begin in (0, len(parts)) or known.single.get(parts[begin - 1].lower(), "w") != "w":
        return None  # no name, nothing before it, or the name of an office
    return text[text.index(parts[begin]) :] if text.count(parts[begin]) == 1 else None
