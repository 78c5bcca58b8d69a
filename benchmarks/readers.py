"""What is compared: each reads a file of articles, and tells the seconds of the processor that it took.

Each is done in a process of its own (`measuring.apart`), where it builds what it reads with once.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from importlib import import_module
from importlib.resources import as_file
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from benchmarks.measuring import seconds
from claims import parser
from claims.backend import one_core
from claims.extraction import Extractor, records
from claims.jobs import Settings
from claims.model import Article, Claim
from claims.reading import Reading, read
from claims.store import Store
from claims.store.loading import Extracted
from claims.zones import zones

NEURAL = "claims_syntax"
"""The component that parses; those after it are ours alone."""


class Stored:
    """An extractor that knows the claims of each article already."""

    def __init__(self, extractor: Extractor, found: Iterable[Extracted]) -> None:
        self.registry, self.configuration = extractor.registry, extractor.configuration
        self.found = {article.id: (article, claims) for article, claims in found}

    def extract(self, articles: Iterable[Article]) -> Iterator[Extracted]:
        """As an extractor does."""
        return (self.found[article.id] for article in articles)

    def readings(self) -> list[Reading]:
        """The articles, as they are read."""
        return [Reading("-", str(n), a) for n, (a, _) in enumerate(self.found.values())]


class Found(NamedTuple):
    """What a reader found of quotations and claims, and what it took."""

    seconds: float
    counts: dict[str, int]


def articles(path: Path) -> list[Article]:
    """The articles of a file."""
    return [r.found for r in read([str(path)]) if isinstance(r.found, Article)]


@cache
def ours() -> Extractor:
    """Our extractor, as a run builds it."""
    return Settings().build()


@cache
def bare() -> Language:
    """The bundled parser, with the backend that we give it."""
    return parser.load("fr")


@cache
def usual() -> Language:
    """The bundled parser as who knows spaCy alone would load it; it multiplies by blis."""
    with as_file(parser.bundled("fr")) as folder:
        return spacy.load(folder)


def to_records(sample: Path) -> float:
    """From the file to claims in a file."""

    def written(path: Path) -> None:
        with path.open("w", encoding="utf-8") as file:
            for _, found in ours().extract(articles(sample)):
                if isinstance(found, tuple):
                    file.writelines(claim.model_dump_json() + "\n" for claim in found)

    ours()
    with TemporaryDirectory() as folder:
        return seconds(partial(written, Path(folder) / "claims.jsonl"))


def to_database(sample: Path) -> float:
    """From the file to a new database."""

    def loaded(path: Path) -> None:
        with Store.open(path, write=True) as store:
            store.load(read([str(sample)]), ours())

    ours()
    with TemporaryDirectory() as folder:
        return seconds(partial(loaded, Path(folder) / "claims.db"))


def by_pipe(sample: Path) -> float:
    """The words and zones of the articles, and then our whole pipeline by `nlp.pipe`."""
    extractor = ours()
    docs = map(extractor.doc, articles(sample))
    with one_core():
        return seconds(lambda: _drain(extractor.nlp.pipe(docs)))


def parsed(load: Callable[[], Language], sample: Path) -> float:
    """Whole texts by `nlp.pipe` of a parser alone, `bare` or `usual`."""
    texts = [article.text for article in articles(sample)]
    nlp = load()
    with one_core():
        return seconds(lambda: _drain(nlp.pipe(texts)))


def steps(sample: Path) -> dict[str, float]:
    """Each step from the file to the database, in order."""
    extractor = ours()
    taken = {"reading": seconds(partial(articles, sample))}
    found: list[Extracted] = []

    def timed(name: str, work: Callable[[], Any]) -> Any:  # noqa: ANN401
        start = time.process_time()
        result = work()
        taken[name] = taken.get(name, 0.0) + time.process_time() - start
        return result

    with one_core():
        for article in articles(sample):
            timed(
                "zones", partial(zones, article.text, "fr", article.title)
            )  # once for all who ask
            doc = timed("words", partial(extractor.doc, article))
            for name, component in extractor.nlp.pipeline:
                doc = timed(name, partial(component, doc))
            found.append((article, timed("records", partial(records, doc, article))))
    with TemporaryDirectory() as folder:
        taken["storing"] = storing(Stored(extractor, found), Path(folder) / "claims.db")
    return taken


def storing(stored: Stored, path: Path) -> float:
    """Claims that are known into a new file, with the search and the groups."""
    path.unlink(missing_ok=True)
    with Store.open(path, write=True) as store:
        return seconds(lambda: store.load(stored.readings(), stored))


def claims(sample: Path, *, whole: bool) -> Found:
    """Our claims; the time from the words on, or after the parser alone."""
    given, nlp = articles(sample), ours().nlp
    at = nlp.pipe_names.index(NEURAL) + 1
    found: list[Claim] = []

    def before() -> list[Doc]:
        docs = [ours().doc(article) for article in given]
        for _, component in nlp.pipeline[:at]:
            docs = [component(doc) for doc in docs]
        return docs

    def after(docs: Iterable[Doc]) -> None:
        for doc, article in zip(docs, given, strict=True):
            done = doc
            for _, component in nlp.pipeline[at:]:
                done = component(done)
            found.extend(records(done, article))

    with one_core():
        taken = seconds(lambda: after(before())) if whole else seconds(partial(after, before()))
    direct = sum(claim.type == "direct" for claim in found)
    return Found(taken, {"claims": len(found), "direct": direct})


def quotations(sample: Path, *, whole: bool) -> Found:
    """What textacy finds over the same parser; the time with it, or after it alone.

    Raises:
        ImportError: if textacy is not there.
    """
    direct = import_module("textacy.extract").direct_quotations
    texts = [article.text for article in articles(sample)]
    counts = {"found": 0, "refused": 0}

    def after(docs: Iterable[Doc]) -> None:
        for doc in docs:
            try:
                counts["found"] += sum(1 for _ in direct(doc))
            except ValueError:  # an odd number of quotation marks
                counts["refused"] += 1

    with one_core():
        docs = bare().pipe(texts)
        taken = seconds(partial(after, docs if whole else list(docs)))
    return Found(taken, counts)


def _drain(docs: Iterable[Doc]) -> None:
    for _ in docs:
        pass
