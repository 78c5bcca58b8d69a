"""Claims as they are compared, and what two of them have in common."""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from math import fsum
from typing import Any

from claims import language
from claims.backend import one_core
from claims.components.models import Model, bundled
from claims.components.relations import DENIAL
from claims.components.sheets import Features
from claims.errors import LanguageError
from claims.grouping.likeness import Likeness, likeness
from claims.grouping.meaning import NEAR, Meaning, vectors
from claims.grouping.pairs import DAYS, Pairs, pairs
from claims.grouping.terms import NATION, Terms, Weights, Wording
from claims.model import Stance, fold
from claims.registry import Registry

SHARED_NAME, NOBODY_NAMED, OTHERS = "same speaker", "no name", "other speakers"
COLUMNS = (
    "id",
    "article_id",
    "stance",
    "cue_lemma",
    "rule",
    "speakers",
    "text",
    "target",
    "published",
)
"""Of a claim, what is compared."""
WORDINGS, MATTERS = "wordings", "matters"
LEAST_NEAR, LEAST_WEIGHT, LEAST_UNNAMED, LEAST_WHOLE = 10.0, 20.0, 32.0, 24.0
"""Weight of the terms that two claims of one speaker share, at least: within these days, else, and
where the speaker is not named, in part and as a whole."""
WHOLE = 0.9
"""Share of the longer content from which two are alike as a whole."""
LIKELY, SURE = 0.45, 0.8
"""Least score of the same words within these days, and else."""
ONE_MATTER = 0.9
"""Least score of one matter: a wrong one misleads more than one that is missed."""
OPEN = 0.5
"""Score from which it is open whether claims are of one matter."""
BUT_FOR, LONG = 0.75, 60.0
"""Share of words that two contents share in one stretch from which a number or a negation that differs
makes them another statement; and weight from which it is a slip."""
DAY = "2024-06-19"
MOST, MOST_SHARED, APART = 60.0, 10, 3.0
"""What features are at most, and what is replaced where nothing is alike."""
WORDINGS_KEPT = 1 << 16
LEAST_OVERLAP = 0.4
"""Share of the weight of the shorter that two contents have in common, in whatever order, at least."""


@dataclass(frozen=True, eq=False)
class Compared:
    """A claim as it is compared with others; its words are read when they are asked for."""

    id: str
    code: str
    """The language."""
    article_id: str
    stance: Stance
    lemma: str
    rule: str
    speakers: tuple[str, ...]
    text: str
    target: str
    nations: frozenset[str]
    """The countries whose governments the speakers are, or stand for."""
    known_by: tuple[str, ...]
    """What each speaker with a name of its own is looked up by: the country, or the surname."""
    published: str | None
    read: Callable[[str], Wording]
    """What reads its words."""

    @cached_property
    def wording(self) -> Wording:
        """Its content."""
        return self.read(self.text)

    @cached_property
    def about(self) -> Wording:
        """Whom or what the speaker does it to: the target."""
        return self.read(self.target)

    @cached_property
    def spoken(self) -> Wording:
        """The speakers' names."""
        return self.read(", ".join(self.speakers))

    @cached_property
    def whole(self) -> Weights:
        """All that it says, with target and speakers."""
        return Weights(self.wording.weights | self.about.weights | self.spoken.weights)

    @cached_property
    def plain(self) -> Weights:
        """Of its content, what is no name."""
        return Weights({t.stem: t.weight for t in self.wording.terms if not t.is_name})

    @cached_property
    def names(self) -> frozenset[str]:
        """Of its content, the names."""
        return frozenset(term.stem for term in self.wording.terms if term.is_name)

    @cached_property
    def pairs(self) -> tuple[Pairs, ...]:
        """By what claims that are like it are looked up."""
        return pairs(self.wording, self.known_by)

    @cached_property
    def named(self) -> list[frozenset[str]]:
        """The words of each speaker that has a name of its own, folded."""
        return [frozenset(fold(s).split()) for s in self.speakers if s[:1].isupper()]

    @cached_property
    def day(self) -> int:
        """The day of its article, counted from the first of the calendar; 0 if it is not known."""
        try:
            return date.fromisoformat((self.published or "")[: len(DAY)]).toordinal()
        except ValueError:  # a month, a year, or the 31st of February
            return 0

    def weight(self, stems: Iterable[str]) -> float:
        """How much some of its stems tell together."""
        weights = self.wording.weights
        return fsum(weights[stem] for stem in stems)

    def is_near(self, other: "Compared") -> bool:
        """Whether it is compared with another, where no others are nearer."""
        is_far = _days_apart(self, other) > DAYS and bool(self.day and other.day)
        for own, others in zip(self.pairs, other.pairs, strict=True):
            both = own.stems.keys() & others.stems.keys()
            if is_far:
                both &= own.far
            shared = {stem for pair in both for stem in own.stems[pair]}
            if own.is_enough(self.weight(shared), others.weight, is_far=is_far):
                return True
        return False


class Comparer:
    """Compares claims of one language."""

    def __init__(self, code: str, registry: Registry, meaning: Meaning | None = None) -> None:
        self.code = code
        self.meaning = meaning
        self.terms = Terms(code, registry)
        self.wording = lru_cache(WORDINGS_KEPT)(self.terms.wording)
        self.nation_of = lru_cache(WORDINGS_KEPT)(registry.nation_of)
        self._compared = lru_cache(WORDINGS_KEPT)(self._made)

    @cached_property
    def wordings(self) -> Model:
        """What tells the same words."""
        return _model(self.code, WORDINGS)

    @cached_property
    def matters(self) -> Model:
        """What tells one matter."""
        return _model(self.code, MATTERS)

    def compared(self, row: Mapping[str, Any]) -> Compared:
        """A row of the table `claims`, with when its article was `published`, as it is compared."""
        return self._compared(*(row[column] for column in COLUMNS))

    def _made(
        self,
        id: str,
        article: str,
        stance: str,
        lemma: str | None,
        rule: str,
        speakers: str,
        text: str,
        target: str | None,
        published: str | None,
    ) -> Compared:
        names = tuple(json.loads(speakers))
        nations = {name: self.nation_of(name) for name in names}
        known_by = (
            NATION + nation if (nation := nations[name]) else fold(name).rpartition(" ")[2]
            for name in names
            if name[:1].isupper()
        )
        return Compared(
            id,
            self.code,
            article,
            Stance(stance),
            lemma or "",
            rule,
            names,
            text,
            target or "",
            frozenset(filter(None, nations.values())),
            tuple(dict.fromkeys(known_by)),
            published,
            self.wording,
        )

    def same_words(self, pairs: Sequence[tuple[Compared, Compared]]) -> list[float]:
        """How sure it is that two claims are the same words, from 0 to 1.

        Where nobody is named, or somebody else may have said so, only long stretches that are very
        much alike are: a phrase that many use is nobody's quotation.
        """
        found = [
            likeness(one.wording, other.wording, _least_weight(one, other)) for one, other in pairs
        ]
        # A row for each pair: how many there are decides the last digits of all scores.
        rows: list[tuple[Features]] = [(like.features if like else {},) for like in found]
        scores = _scores(self.wordings, rows)
        return [
            0.0 if like is None else _sure(score, like, pair)
            for score, like, pair in zip(scores, found, pairs, strict=True)
        ]

    def same_matter(self, pairs: Sequence[tuple[Compared, Compared]]) -> list[float]:
        """How sure it is that two claims are of one matter, from 0 to 1.

        Where that is open, and there are embeddings, those whose contents are near in meaning are.
        """
        rows = [(in_common(one, other),) for one, other in pairs]
        scores = _scores(self.matters, rows)
        if self.meaning is not None:
            is_open = [n for n, score in enumerate(scores) if OPEN <= score < ONE_MATTER]
            near = self.meaning.nearness([(pairs[n][0].text, pairs[n][1].text) for n in is_open])
            for n, cosine in zip(is_open, near, strict=True):
                if cosine >= NEAR:
                    scores[n] = ONE_MATTER
        return scores


def _scores(model: Model, rows: Sequence[tuple[Features]]) -> list[float]:
    """What a model finds; on one core, for sums that several share differ in their last digits."""
    with one_core():
        scores: list[float] = model.scores(rows)[:, 0].tolist()
    return scores


def _model(code: str, folder: str) -> Model:
    """A learned model of a language.

    Raises:
        LanguageError: if there is none.
    """
    model = bundled(code, folder)
    if model is None:
        raise LanguageError(f"{code}/{folder}/ has no model; run: make train")
    return model


@cache
def comparer(code: str, embeddings: str = "") -> Comparer | None:
    """The comparer of a language, with the bundled registry; None where there is no data for it.

    Raises:
        EmbeddingsError: if there are to be embeddings, and they cannot be read.
    """
    known = code.partition("-")[0]
    if known not in language.codes():
        return None
    return Comparer(known, Registry.bundled(), vectors(embeddings) if embeddings else None)


def together(one: Compared, other: Compared) -> str:
    """Whether two claims are of one speaker, of several, or of somebody who is not named.

    A surname alone can be its bearer (*Castaner*, *Christophe Castaner*), and a place whoever
    governs it (*Moscou*, *la Russie*).
    """
    if not one.named or not other.named:
        return NOBODY_NAMED
    if any(a <= b or b <= a for a in one.named for b in other.named):
        return SHARED_NAME
    return SHARED_NAME if one.nations & other.nations else OTHERS


def can_be_one(one: Compared, other: Compared) -> bool:
    """Whether two claims can be one utterance: of one speaker, and not a charge and its denial."""
    denials = (one.rule == DENIAL, other.rule == DENIAL)
    return together(one, other) != OTHERS and denials[0] == denials[1]


def _least_weight(one: Compared, other: Compared) -> float:
    """Weight of the terms that two claims share, at least, to be the same words."""
    if together(one, other) == NOBODY_NAMED:
        return min(LEAST_WHOLE, LEAST_UNNAMED)
    return LEAST_NEAR if _days_apart(one, other) <= DAYS else LEAST_WEIGHT


def _sure(score: float, like: Likeness, pair: tuple[Compared, Compared]) -> float:
    """The score, or 0 where more is asked for: see `Comparer.same_words`."""
    contrary = like.negations + like.numbers + like.opposed and like.tight_words >= BUT_FOR
    if contrary and like.weight < LONG:
        return 0.0
    if together(*pair) == NOBODY_NAMED:
        least = LEAST_WHOLE if like.longer >= WHOLE else LEAST_UNNAMED
        enough = score >= SURE and like.weight >= least
    else:
        enough = score >= (LIKELY if _days_apart(*pair) <= DAYS else SURE)
    return score if enough else 0.0


def _days_apart(one: Compared, other: Compared) -> float:
    """Days between the articles of two claims; infinite where a day is not known."""
    return abs(one.day - other.day) if one.day and other.day else math.inf


def in_common(one: Compared, other: Compared) -> Features:
    """What two claims have in common that can be of one matter, as a model reads it.

    The same whichever comes first. Shares are of weights, from 0 to 1.
    """
    a, b = one.wording.weights, other.wording.weights
    plain, names = (one.plain, other.plain), (one.names, other.names)
    both = a.keys() & b.keys()
    weight = fsum(a[stem] for stem in both)
    like = likeness(one.wording, other.wording)
    told = like.features if like else dict.fromkeys(_OF_LIKENESS, 0.0) | {"replaced": APART}
    stances = [each.stance is Stance.DENIES for each in (one, other)]
    return {
        "cosine": _cosine(a, b),
        "cosine_with_others": _cosine(one.whole, other.whole),
        "cosine_plain": _cosine(*plain),
        "shared": float(min(len(both), MOST_SHARED)),
        "shared_plain": float(len(plain[0].keys() & plain[1].keys())),
        "shared_names": float(len(names[0] & names[1])),
        "names_apart": float(bool(names[0] - names[1]) and bool(names[1] - names[0])),
        "weight": min(weight, MOST),
        "in_shorter": _share(weight, a, b),
        "in_longer": weight / max(one.wording.weight, other.wording.weight, 1.0),
        "plain_in_shorter": _share(
            fsum(plain[0][stem] for stem in plain[0].keys() & plain[1].keys()), *plain
        ),
        "shorter": float(min(len(a), len(b))),
        "shorter_plain": float(min(map(len, plain))),
        "rarest": max((a[stem] for stem in both), default=0.0),
        "of_the_other": float(_tells_of(one, other) or _tells_of(other, one)),
        "same_stance": float(one.stance is other.stance),
        "one_denies": float(stances[0] is not stances[1]),
        "unnamed": float(not one.named or not other.named),
        **{name: told[name] for name in _OF_LIKENESS},
    }


_OF_LIKENESS = (
    "covered",
    "tight",
    "replaced",
    "numbers",
    "names",
    "opposed",
    "negations",
    "words",
    "run",
    "unordered",
)


def _tells_of(one: Compared, other: Compared) -> bool:
    """Whether a claim tells of whoever says another, or is against them."""
    told = one.wording.weights.keys() | one.about.weights.keys()
    return not told.isdisjoint(other.spoken.weights)


def _share(weight: float, one: Mapping[str, float], other: Mapping[str, float]) -> float:
    shorter = min(fsum(one.values()), fsum(other.values()))
    return weight / shorter if shorter else 0.0


def _cosine(one: Weights, other: Weights) -> float:
    """The cosine of two texts in the weights of their stems (TF-IDF; a stem counts once)."""
    norm = math.sqrt(one.squares * other.squares)
    both = fsum(one[stem] * other[stem] for stem in one.keys() & other.keys())
    return both / norm if norm else 0.0
