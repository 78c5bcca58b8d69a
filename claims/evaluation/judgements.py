"""Each claim of gold and prediction, judged: found, missed or false, and what is wrong with it.

A predicted claim matches a gold claim where their words overlap enough (Jaccard index of
at least `MATCH`; strict: `STRICT`). Pairs are taken one to one, best first.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from pydantic import Field

from claims.errors import InputError
from claims.evaluation.gold import GoldArticle, GoldClaim, Place, PredictedClaim
from claims.language import Row, codes, rows
from claims.model import fold

MATCH, STRICT, IGNORE = 0.5, 0.9, 0.5
FIELDS = ("speaker", "mention", "cue", "outlets", "stance", "type")
"""What a pair can agree in."""


Places = Sequence[tuple[int, int]]


class EmptyWord(Row):
    """A row of `empty_words.csv`: a word of names that does not tell whom they mean."""

    word: str = Field(pattern=r"^[a-z]+$", description="The word, without case and accents.")


class Judgement(NamedTuple):
    """A pair of claims, or one that has no partner; `gold` or `predicted` is there."""

    article: GoldArticle
    number: int = -1
    """Of the gold claim among those of its article; -1 of a false claim."""
    gold: GoldClaim | None = None
    predicted: PredictedClaim | None = None
    overlap: float = 0.0
    wrong: tuple[str, ...] = ()
    """Of a pair: the fields that differ."""
    edges: tuple[str, ...] = ()
    """Of a pair that is not strict: where its content is too long or too short."""

    @property
    def strict(self) -> bool:
        """Whether the contents are the same, or nearly so."""
        return self.overlap >= STRICT


def judge(article: GoldArticle, predicted: Sequence[PredictedClaim]) -> list[Judgement]:
    """The pairs in the order of the gold, what was missed, and what is false.

    Predictions in passages that the gold ignores are left out.

    Raises:
        InputError: if a passage of the gold is not in the article's text.
    """
    ignored = _words(article.text, _found(article, article.ignore or ()))
    wanted = [_words(article.text, places) for places in gold_places(article)]
    given = [
        (claim, words)
        for claim in predicted
        for words in [_words(article.text, [(s.start, s.end) for s in claim.content])]
        if not words or len(words & ignored) / len(words) <= IGNORE
    ]
    pairs = {pair.gold: pair for pair in _matched(wanted, [words for _, words in given])}
    used = {pair.predicted for pair in pairs.values()}
    return [
        *(
            _pair(article, pair, given[pair.predicted], wanted[number])
            for number, pair in sorted(pairs.items())
        ),
        *(Judgement(article, n, c) for n, c in enumerate(article.claims) if n not in pairs),
        *(Judgement(article, predicted=c) for n, (c, _) in enumerate(given) if n not in used),
    ]


def nearest(article: GoldArticle, contents: Iterable[Places]) -> list[float]:
    """How much each gold claim overlaps with the nearest of some contents.

    Raises:
        InputError: if a passage of the gold is not in the article's text.
    """
    given = [_words(article.text, places) for places in contents]
    wanted = (_words(article.text, places) for places in gold_places(article))
    return [max((_jaccard(words, other) for other in given), default=0.0) for words in wanted]


class _Pair(NamedTuple):
    overlap: float
    gold: int
    predicted: int


def _pair(
    article: GoldArticle,
    pair: _Pair,
    given: tuple[PredictedClaim, frozenset[int]],
    wanted: frozenset[int],
) -> Judgement:
    gold, (claim, words) = article.claims[pair.gold], given
    agree = _agreement(article.text, gold, claim)
    wrong = tuple(field for field in FIELDS if not agree[field])
    edges = () if pair.overlap >= STRICT else tuple(_edges(wanted, words))
    return Judgement(article, pair.gold, gold, claim, pair.overlap, wrong, edges)


def _edges(wanted: frozenset[int], given: frozenset[int]) -> Iterator[str]:
    """Where the given words are more or fewer than those wanted."""
    if min(given) != min(wanted):
        yield "start too early" if min(given) < min(wanted) else "start too late"
    if max(given) != max(wanted):
        yield "end too late" if max(given) > max(wanted) else "end too early"
    first, last = max(min(given), min(wanted)), min(max(given), max(wanted))
    inside = {word for word in wanted ^ given if first <= word <= last}
    if inside & given:
        yield "words inside too many"
    if inside & wanted:
        yield "words inside too few"


def _matched(wanted: Sequence[frozenset[int]], given: Sequence[frozenset[int]]) -> list[_Pair]:
    """The one-to-one pairs, best first; among equals the later claims first."""
    pairs = (
        _Pair(_jaccard(left, right), number, other)
        for number, left in enumerate(wanted)
        for other, right in enumerate(given)
    )
    matched: list[_Pair] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for pair in sorted((p for p in pairs if p.overlap >= MATCH), reverse=True):
        if pair.gold not in taken[0] and pair.predicted not in taken[1]:
            matched.append(pair)
            taken[0].add(pair.gold)
            taken[1].add(pair.predicted)
    return matched


def _agreement(text: str, gold: GoldClaim, predicted: PredictedClaim) -> dict[str, bool]:
    return {
        "speaker": same_names(gold.speakers, predicted.names),
        "mention": _same_mention(text, gold.speaker, predicted.speaker),
        "cue": _same_mention(text, gold.cue, predicted.cue),
        "outlets": same_names(gold.outlets, predicted.media),
        "stance": gold.stance == predicted.stance,
        "type": gold.type == predicted.type,
    }


# ── words, places and names ──

Name = frozenset[str]


def _words(text: str, places: Places) -> frozenset[int]:
    """Where the words that lie in `places` start."""
    word = re.compile(r"\w+")
    return frozenset(
        match.start() for start, end in places for match in word.finditer(text, start, end)
    )


def _jaccard(left: Collection[int], right: Collection[int]) -> float:
    both = len(set(left) & set(right))
    return both / (len(left) + len(right) - both) if both else 0.0


def _found(article: GoldArticle, passages: Sequence[str], start: int = 0) -> Places:
    """Where the passages stand: each after the last, or else at its first place."""
    places: list[tuple[int, int]] = []
    for passage in passages:
        place = article.text.find(passage, places[-1][1] if places else start)
        if place < 0:
            place = article.text.find(passage)
        if place < 0:
            raise InputError(
                f"gold article {article.id!r}: {passage[:60]!r} is not in its text;"
                " copy the passage from the text as it stands there"
            )
        places.append((place, place + len(passage)))
    return places


def gold_places(article: GoldArticle) -> list[Places]:
    """Where each claim's content stands; words claimed again stand in the next place."""
    times: Counter[tuple[str, ...]] = Counter()
    found: list[Places] = []
    for claim in article.claims:
        start = 0
        for _ in range(times[claim.content]):
            start = article.text.find(claim.content[0], start) + 1
        times[claim.content] += 1
        found.append(_found(article, claim.content, start) if claim.spans is None else claim.spans)
    return found


def folded_name(name: str) -> Name:
    """The words of a name without case, accents and, if others are left, empty words."""
    words = frozenset(fold(name).split())
    return words - _empty_words() or words


@cache
def _empty_words() -> Name:
    return frozenset(row.word for code in codes() for row in rows(code, "empty_words", EmptyWord))


def same_names(gold: Sequence[str], predicted: Sequence[str]) -> bool:
    """Whether each name has a partner: its equal, else one that holds or is held by its words."""
    left = list(map(folded_name, gold))
    right = list(map(folded_name, predicted))
    tests: tuple[Callable[[Name, Name], bool], ...] = (
        lambda a, b: a == b,
        lambda a, b: bool(a and b) and (a <= b or b <= a),
    )
    for name in left:
        partner = next((other for same in tests for other in right if same(name, other)), None)
        if partner is None:
            return False
        right.remove(partner)
    return not right


def _same_mention(text: str, gold: str | None, predicted: Place | None) -> bool:
    """Whether both are blank, or share a word that tells."""
    if gold is None or predicted is None:
        return gold is None and predicted is None
    return bool(folded_name(text[predicted.start : predicted.end]) & folded_name(gold))
