"""Articles to claims: the only module that knows both spaCy's spans and our records."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache, cached_property
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from pydantic import ValidationError
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from claims import columns, language, pipeline
from claims.backend import one_core
from claims.components import decisions
from claims.components.models import TABLES
from claims.components.relations import DENIAL, ZONES, Attribution, Place, Source
from claims.model import (
    Article,
    Claim,
    Cue,
    Link,
    Outlet,
    Problem,
    Range,
    Span,
    Speaker,
    claim_id,
    digest,
    named_speaker_id,
    outlet_id,
    unnamed_speaker_id,
)
from claims.registry import Registry
from claims.zones import zones

HELD = 500_000
"""Characters of texts whose words are kept together."""


class Extractor:
    """Reads claims out of articles with one pipeline and one registry."""

    def __init__(
        self,
        language: str = "fr",
        registry: Registry | None = None,
        model: str | None = None,
        *,
        explain: bool = False,
        forget: bool = False,
    ) -> None:
        """Build the pipeline of a language; the bundled registry and parser serve by default.

        With `explain` each claim tells what its source, stance and target were chosen among. With
        `forget` the words of articles leave the bundled parser's vocabulary some articles later: for
        very many articles, and one thread.

        Raises:
            LanguageError: if there is no data for the language, or it is not valid.
            PipelineError: if the model cannot be used.
        """
        self.language = language
        self.explain = explain
        self.registry = registry or Registry.bundled()
        self.nlp = pipeline.load(language, self.registry, model)
        # What another's pipeline remembers of words may not outlive them.
        self._zone = _Zone(self.nlp) if forget and model is None else None

    @cached_property
    def configuration(self) -> dict[str, Any]:
        """What decides the result beside the text, as JSON values."""
        entries = [*self.registry.speakers, *self.registry.outlets]
        return {
            "version": version("claims"),
            "model": self._model(),
            "rules": language.fingerprint(*self._rules()),
            "registry": digest(*(entry.model_dump(mode="json") for entry in entries)),
        }

    def _rules(self) -> tuple[Traversable, ...]:
        """The folders of code and data that decide on claims."""
        data = language.folder(self.language)
        learned = (part for part in data.iterdir() if (part / TABLES).is_file())
        return (files("claims") / "components", data, *sorted(learned, key=lambda part: part.name))

    def _model(self) -> str:
        """The parser's name, version and, where it has a folder, the hash of its files."""
        parser: Language = self.nlp.get_pipe("claims_syntax").model  # type: ignore[attr-defined]
        name = f"{parser.meta['lang']}_{parser.meta['name']}-{parser.meta['version']}"
        if parser.path is None:
            return name
        within = sorted(path for path in parser.path.rglob("*") if path.is_dir())
        folders = (parser.path, *within)
        return f"{name}:{language.fingerprint(*folders)}"

    def extract(
        self, articles: Iterable[Article]
    ) -> Iterator[tuple[Article, tuple[Claim, ...] | Problem]]:
        """Each article, in order, with its claims, or with why it could not be done."""
        for article in articles:
            reason = self._refusal(article)
            if reason:
                yield article, Problem(source=article.id, reason=reason)
                continue
            yield article, self._read(article)

    def _read(self, article: Article) -> tuple[Claim, ...] | Problem:
        if self._zone is not None:
            self._zone.hold(len(article.text))
        try:
            return self.claims(article)
        except ValidationError as error:
            reason = f"a rule broke the record: {error.errors()[0]['msg']}; please report it"
            return Problem(source=article.id, reason=reason)

    def _refusal(self, article: Article) -> str | None:
        """Why an article is not read at all; None where it is."""
        if article.language.partition("-")[0] != self.language:
            return f"its language is {article.language!r}; there are rules for: {self.language}"
        if len(article.text) > self.nlp.max_length:
            return (
                f"its text has {len(article.text):,} characters, and one article may have "
                f"{self.nlp.max_length:,}; split it into its articles"
            )
        return None

    def claims(self, article: Article) -> tuple[Claim, ...]:
        """The claims of one article, in text order; only a denial shares a content with another."""
        with one_core():
            return records(self.nlp(self.doc(article)), article)

    def candidates(self, article: Article) -> list[tuple[Place, ...]]:
        """The contents that are decided on in one article; none where frames alone decide."""
        doc = self.doc(article)
        with one_core():
            for _, component in self.nlp.pipeline:
                if isinstance(component, decisions.Decisions):
                    return component.candidates(doc)
                doc = component(doc)
        return []

    def doc(self, article: Article) -> Doc:
        """The words and the zones of an article, which the components go on from."""
        doc = self.nlp.make_doc(article.text)
        doc._.published = article.published
        doc._.explain = self.explain
        parts = zones(article.text, self.language, article.title)
        _split(doc, [edge for z in parts for edge in (z.start, z.end)])
        found = (
            doc.char_span(z.start, z.end, label=z.kind.value, alignment_mode="contract")
            for z in parts
        )
        doc.spans[ZONES] = SpanGroup(doc, name=ZONES, spans=[z for z in found if z is not None])
        return doc


class _Zone:
    """What texts leave in a vocabulary, kept for a while: most words of the next text are there."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self.open = ExitStack()
        self.left = 0

    def hold(self, characters: int) -> None:
        """Keep what a text of so many characters is going to leave; forget first if that is much."""
        if self.left < characters:
            self.open.close()
            self.open.enter_context(self.nlp.memory_zone())
            self.left = HELD
        self.left -= characters


@cache
def extractor(language: str = "fr") -> Extractor:
    """The extractor of a language with the bundled registry, built once."""
    return Extractor(language)


def _split(doc: Doc, places: Sequence[int]) -> None:
    """Cut the tokens that reach over a zone's edge: *FranceLes*, where a line break was lost."""
    starts = columns.starts(doc)
    cuts: dict[int, list[int]] = defaultdict(list)
    for place in places:
        at = bisect_right(starts, place) - 1
        if starts and starts[at] < place < starts[at] + len(doc[at]):
            cuts[at].append(place - starts[at])
    with doc.retokenize() as retokenizer:
        for at, inside in cuts.items():
            edges = sorted({0, *inside, len(doc[at])})
            words = [doc[at].text[a:b] for a, b in pairwise(edges)]
            retokenizer.split(doc[at], words, heads=[(doc[at], i) for i in range(len(words))])


def records(doc: Doc, article: Article) -> tuple[Claim, ...]:
    """The attributions of a processed Doc as claims of its article."""
    found: tuple[Attribution, ...] = doc._.attributions
    ids = [
        claim_id(article.id, _content(article, a), a.cue[0] if a.cue and a.rule == DENIAL else None)
        for a in found
    ]
    return tuple(_claim(article, attribution, ids) for attribution in found)


def _content(article: Article, found: Attribution) -> list[Span]:
    return [_span(article, place) for place in found.content]


def _claim(article: Article, found: Attribution, ids: Sequence[str]) -> Claim:
    """An attribution as a claim; `ids` are those of all claims of its article."""
    return Claim.of(
        article,
        _content(article, found),
        shared=found.rule == DENIAL,
        type=found.type,
        cue=_cue(article, found),
        speaker=_span(article, found.speaker) if found.speaker else None,
        speakers=tuple(_speaker(article, source) for source in found.sources),
        outlets=tuple(
            Outlet(id=outlet_id(r.name), name=r.name, role=r.role, start=r.place[0], end=r.place[1])
            for r in found.outlets
        ),
        stance=found.stance,
        target=_span(article, found.target) if found.target else None,
        hedged=found.hedged,
        said_on=found.said_on,
        links=tuple(Link(kind=k.kind, claim_id=ids[k.to], reason=k.reason) for k in found.links),
        rule=found.rule,
        score=found.score,
        reasons=found.reasons,
        explanation=found.explanation,
        context=Range(start=found.context[0], end=found.context[1]),
    )


def _span(article: Article, place: Place) -> Span:
    return Span(start=place[0], end=place[1], text=article.text[place[0] : place[1]])


def _cue(article: Article, found: Attribution) -> Cue | None:
    if found.cue is None:
        return None
    start, end = found.cue
    return Cue(start=start, end=end, text=article.text[start:end], lemma=found.lemma)


def _speaker(article: Article, source: Source) -> Speaker:
    identifier = (
        named_speaker_id(source.name)
        if source.named
        else unnamed_speaker_id(article.id, source.name)
    )
    return Speaker(id=identifier, name=source.name, kind=source.kind)
