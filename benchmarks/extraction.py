"""What extraction costs: `python -m benchmarks.extraction CORPORA [--articles N] [--only TABLE]`.

CORPORA is a JSON Lines file of articles, or a folder of such files; articles are drawn evenly from it.
What is printed are the tables of `docs/performance.md`. What is compared is done in turn, again and
again, and a ratio is its median with the least and the most. Seconds are those of the processor,
unless it says otherwise: other work on the machine disturbs them less.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from json import loads
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, CalledProcessError, run
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from benchmarks import readers, texts
from benchmarks.measuring import alternating, apart, machine, ran, ratio, table
from claims import engines
from claims.engines.processes import Processes
from claims.extraction import Extractor
from claims.jobs import Jobs, Settings
from claims.model import Article, Claim
from claims.store.loading import Extracted

PARSERS = {
    "`nlp.pipe` of the bundled parser alone, over whole texts": readers.bare,
    "that as `spacy.load` gives it, which multiplies by blis": readers.usual,
}
LENGTHS = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
USUAL = 3_000
"""The length of an article that others are compared with."""
LEAST, MOST = 30_000, 100_000
"""Characters that are read of each length at least, and of the usual one beside it at most."""
MUCH = 5
"""Times the seconds of the press from which on a hostile text is marked."""
JOBS = 600
"""Articles that one process and two are compared on, at least."""
CLUSTER = 400
"""Articles that one process and two workers are compared on, at least."""
PIECE = 150
"""Characters of very many articles."""
STARTS = 7
PROGRAM = (sys.executable, "-c", "from claims.cli import main; main()")
SEED = next(iter(sorted((Path(__file__).parent.parent / "seeds" / "articles").glob("*.txt"))))

Lines = Iterator[str]


class Bench(NamedTuple):
    """What is measured with."""

    options: argparse.Namespace
    extractor: Extractor
    folder: Path
    """Where files may be made."""
    sample: Path
    """The file of the articles that are read."""
    articles: list[Article]

    @property
    def words(self) -> int:
        """The words of the articles."""
        return sum(len(article.text.split()) for article in self.articles)

    @property
    def repetitions(self) -> int:
        """How often what is compared is done."""
        return int(self.options.repetitions)


def opened(options: argparse.Namespace, folder: Path) -> Bench:
    """The articles and an extractor that has read some, so that nothing is read for the first time."""
    sample = folder / "sample.jsonl"
    sample.write_bytes(b"\n".join(texts.drawn(texts.lines(options.corpora), options.articles)))
    extractor = Settings().build()
    articles = readers.articles(sample)
    list(extractor.extract(articles[:5]))
    return Bench(options, extractor, folder, sample, articles)


def components(bench: Bench) -> Lines:
    """Where the time goes; and what is ours against what is the parser's."""
    works: list[Callable[[], Any]] = [
        partial(readers.steps, bench.sample),
        *(partial(readers.parsed, load, bench.sample) for load in PARSERS.values()),
    ]
    rounds, *parsed = apart(works, bench.repetitions)
    shares = {
        name: ratio((taken[name] for taken in rounds), (sum(taken.values()) for taken in rounds))
        for name in rounds[0]
    }
    ranked = sorted(shares.items(), key=lambda pair: -pair[1].middle)
    yield from table(
        ("step", "share of the time, %"),
        ((f"`{name}`", " to ".join(f"{100 * s:.1f}" for s in share)) for name, share in ranked),
    )
    mine = [name for name, _ in bench.extractor.nlp.pipeline if name != readers.NEURAL]
    own = [sum(taken[name] for name in [*mine, "records"]) for taken in rounds]
    as_we_run_it = [taken[readers.NEURAL] for taken in rounds]
    yield ""
    yield from table(
        ("our own components, against", "times"),
        (
            (name, ratio(own, taken))
            for name, taken in zip(
                ("the parser as we run it", *PARSERS), (as_we_run_it, *parsed), strict=True
            )
        ),
    )


def whole(bench: Bench) -> Lines:
    """From a file to records and to a database, against the pipeline and the parser alone."""
    ends = (readers.to_records, readers.to_database, readers.by_pipe)
    works = [
        *(partial(work, bench.sample) for work in ends),
        *(partial(readers.parsed, load, bench.sample) for load in PARSERS.values()),
    ]
    ours, way, *others = apart(works, bench.repetitions)
    for taken, end in ((ours, "records in a file"), (way, "a new database")):
        second = median(taken)
        yield (
            f"{len(bench.articles) / second:.1f} articles and {bench.words / second:,.0f} words a "
            f"second of one core, from a file to {end}.\n"
        )
    names = ("`nlp.pipe` of the same pipeline, words and zones too", *PARSERS)
    yield from table(
        ("from a file to records, against", "times"),
        ((name, ratio(ours, taken)) for name, taken in zip(names, others, strict=True)),
    )


def others(bench: Bench) -> Lines:
    """Against textacy's direct quotations, over what the same parser says."""
    if find_spec("textacy") is None:
        yield "Not measured: textacy is not there; pip install --group benchmarks"
        return
    works = [
        partial(work, bench.sample, whole=whole)
        for whole in (False, True)
        for work in (readers.claims, readers.quotations)
    ]
    after, theirs_after, mine, theirs = apart(works, bench.repetitions)
    yield from table(
        ("ours against textacy's", "times"),
        (
            (name, ratio((found.seconds for found in one), (found.seconds for found in other)))
            for name, one, other in (
                ("what follows the parser", after, theirs_after),
                ("with the parser", mine, theirs),
            )
        ),
    )
    found, of_theirs = after[0].counts, theirs_after[0].counts
    yield (
        f"\nOurs finds {found['claims']:,} claims, {found['direct']:,} of them direct; textacy "
        f"{of_theirs['found']:,} direct quotations with a speaker, and refuses {of_theirs['refused']} of "
        f"{len(bench.articles)} articles."
    )


def lengths(bench: Bench) -> Lines:
    """What a thousand words cost in articles of some length, against the same words in usual ones."""
    material = texts.press(texts.lines(bench.options.corpora), max(LENGTHS))
    longest = min(bench.options.longest, bench.extractor.nlp.max_length)

    def words(parts: Sequence[str]) -> int:
        return sum(len(part.split()) for part in parts)

    def rows() -> Iterator[tuple[object, ...]]:
        for length in (length for length in LENGTHS if length <= longest):
            text = material[: max(length, LEAST)]
            long, usual = texts.pieces(text, length), texts.pieces(text, USUAL)
            usual = usual[:: max(1, len(usual) * USUAL // MOST)]
            taken = alternating(
                [partial(extract, bench, parts) for parts in (usual, long)],
                2 if length > MOST else bench.repetitions,
            )
            base, cost = (
                [s / words(p) for s in t] for t, p in zip(taken, (usual, long), strict=True)
            )
            yield f"{length:,}", f"{1000 * median(cost):.2f}", ratio(cost, base)

    yield from table(
        ("characters", "seconds for 1,000 words", f"times those of {USUAL:,} characters"), rows()
    )


def extract(bench: Bench, parts: Iterable[str]) -> None:
    """Read texts as articles."""
    for _ in bench.extractor.extract(Article.make(part) for part in parts):
        pass


def hostile(bench: Bench) -> Lines:
    """What no press prints, against as much of the press; each in a process of its own."""
    options = bench.options
    length, limit = str(options.longest), str(options.limit)

    def read_alone(name: str) -> dict[str, float] | None:
        told = ran("benchmarks.texts", name, length, str(options.corpora), limit)
        found: dict[str, float] | None = loads(told) if told else None
        return found

    usual = [one for _ in range(options.usual) if (one := read_alone(texts.PRESS))]
    if not usual:
        yield f"Not measured: {int(length):,} characters of the press took over {limit} s."
        return
    base = median(one["seconds"] for one in usual)

    def rows() -> Iterator[tuple[object, ...]]:
        memory = median(one["megabytes"] for one in usual)
        yield "of the press", f"{base:.1f}", "1", f"{memory:,.0f}"
        for name in texts.HOSTILE:
            try:
                one = read_alone(name)
            except CalledProcessError as error:  # its memory was not enough, or it has a bug
                yield name, "", f"**ended with {error.returncode}**", ""
                continue
            if one is None:
                yield name, f"over {limit}", f"**over {options.limit / base:.1f}**", ""
                continue
            times = one["seconds"] / base
            shown = f"**{times:.2f}**" if times > MUCH else f"{times:.2f}"
            yield name, f"{one['seconds']:.1f}", shown, f"{one['megabytes']:,.0f}"

    yield from table((f"{int(length):,} characters", "seconds", "times", "MB at most"), rows())


def jobs(bench: Bench) -> Lines:
    """Two processes against one, by the clock."""
    of = texts.lines(bench.options.corpora)
    path = bench.folder / "jobs.jsonl"
    path.write_bytes(b"\n".join(texts.drawn(of, max(JOBS, len(bench.articles)))))
    articles = readers.articles(path)
    extractors = [Jobs(Settings(), number) for number in (1, 2)]

    def done(extractor: Jobs) -> None:
        for _ in extractor.extract(articles):
            pass

    one, two = alternating(
        [partial(done, extractor) for extractor in extractors], bench.repetitions, time.perf_counter
    )
    yield f"{len(articles)} articles with two processes: {ratio(one, two)} times as fast as with one."


def cluster(bench: Bench) -> Lines:
    """Two workers of a Dask cluster against one process, by the clock, from articles to lines."""
    try:
        local = import_module("distributed").LocalCluster
    except ImportError:
        yield "Not measured: Dask is not there; pip install -e '.[dask]'"
        return
    path = bench.folder / "cluster.jsonl"
    of = texts.lines(bench.options.corpora)
    path.write_bytes(b"\n".join(texts.drawn(of, max(CLUSTER, len(bench.articles)))))
    articles = readers.articles(path)
    alone = Jobs(Settings(), 1)

    def lines(engine: engines.Engine) -> list[engines.Answer]:
        pieces = engines.pieces(articles, engine.size)
        return [answer for _, found in engine.read(pieces, ordered=True) for answer in found]

    with local(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as workers:
        together = engines.on_dask(alone, workers.scheduler_address, print)
        same = lines(Processes(alone)) == lines(together)
        one, two = alternating(
            [partial(lines, engine) for engine in (Processes(alone), together)],
            bench.repetitions,
            time.perf_counter,
        )
    yield (
        f"{len(articles)} articles with two workers that have read some: {ratio(one, two)} times as "
        f"fast as with one process; {'the same lines' if same else '**other lines**'}."
    )


def starting(bench: Bench) -> Lines:
    """How long a command takes that has little to do, by the clock."""
    works = {
        "`python -c pass`": (sys.executable, "-c", "pass"),
        "`claims --help`": (*PROGRAM, "--help"),
        "`claims extract` of one article": (*PROGRAM, "extract", str(SEED), "--jobs", "1"),
    }
    taken = alternating(
        [partial(run, command, check=True, stdout=DEVNULL) for command in works.values()],
        STARTS,
        time.perf_counter,
    )
    yield from table(
        ("command", "seconds: least, median, most"),
        (
            (name, f"{min(one):.2f}, {median(one):.2f}, {max(one):.2f}")
            for name, one in zip(works, taken, strict=True)
        ),
    )


def memory(bench: Bench) -> Lines:
    """What a process holds at most that reads more and more articles."""
    wanted: list[tuple[list[int], int | None]] = [([100, 1_000], None)]
    if bench.options.long:
        wanted.append(([1_000, 10_000, 100_000], PIECE))
    for counts, size in wanted:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            found = pool.submit(texts.peaks, counts, bench.options.corpora, size).result()
        what = "articles" if size is None else f"articles of {size} characters at most"
        yield from table((what, "MB at most"), ((f"{n:,}", f"{held:,.0f}") for n, held in found))
        yield ""


def storing(bench: Bench) -> Lines:
    """Claims a second into a new file."""
    stored = readers.Stored(bench.extractor, known(bench))
    claims = sum(len(found) for _, found in stored.found.values() if isinstance(found, tuple))
    path = bench.folder / "storing.db"
    taken = [readers.storing(stored, path) for _ in range(bench.repetitions)]
    rates = sorted(claims / one for one in taken)
    yield (
        f"{claims:,} claims of {len(stored.found):,} articles, with the search and the groups: "
        f"{median(rates):,.0f} claims a second ({rates[0]:,.0f} to {rates[-1]:,.0f})."
    )


def known(bench: Bench) -> Iterable[Extracted]:
    """The claims of a file that `claims extract` wrote of the corpora; else those of the articles."""
    if bench.options.claims is None:
        return bench.extractor.extract(bench.articles)
    articles = {
        a.id: a for line in texts.lines(bench.options.corpora) for a in texts.articles_of(line)
    }
    with bench.options.claims.open(encoding="utf-8") as file:
        by_article = groupby(file, key=lambda line: loads(line)["article_id"])
        return [
            (
                articles[id],
                tuple(
                    Claim.model_validate_json(line, context={"article": articles[id]})
                    for line in of
                ),
            )
            for id, of in by_article
        ]


TABLES: dict[str, Callable[[Bench], Lines]] = {
    "components": components,
    "whole": whole,
    "others": others,
    "lengths": lengths,
    "hostile": hostile,
    "jobs": jobs,
    "cluster": cluster,
    "starting": starting,
    "memory": memory,
    "storing": storing,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, help="JSON Lines of articles, or a folder of them")
    parser.add_argument("--articles", type=int, default=60, help="how many are read")
    parser.add_argument("--only", action="append", choices=[*TABLES], help="print this table")
    parser.add_argument("--repetitions", type=int, default=5, help="of what is compared")
    parser.add_argument("--longest", type=int, default=max(LENGTHS), help="characters of a text")
    parser.add_argument("--limit", type=int, default=3600, help="seconds for a hostile text")
    parser.add_argument(
        "--usual", type=int, default=3, help="times that the press is read for them"
    )
    parser.add_argument("--claims", type=Path, help="file that `claims extract` wrote of CORPORA")
    parser.add_argument("--long", action="store_true", help="memory of 100,000 articles too")
    options = parser.parse_args(arguments)
    for line in table(("", ""), machine()):
        print(line)
    with TemporaryDirectory() as folder:
        bench = opened(options, Path(folder))
        print(f"\n{len(bench.articles)} articles of {bench.words:,} words", flush=True)
        for name in options.only or TABLES:
            print(f"\n## {(TABLES[name].__doc__ or name).rstrip('.')}\n", flush=True)
            for line in TABLES[name](bench):
                print(line, flush=True)


if __name__ == "__main__":
    main()
