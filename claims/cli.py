"""The command line: load, call one function, map errors. Nothing is computed here."""

import errno
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from claims.errors import ClaimsError

if TYPE_CHECKING:
    from claims.citations.parts import Cited
    from claims.extraction import Extractor
    from claims.jobs import Jobs
    from claims.model import Problem
    from claims.reading.parts import Settings
    from claims.registry import Registry
    from claims.store import Summary

DATABASE = click.argument("database", type=click.Path(path_type=Path))
INPUTS = click.argument("inputs", nargs=-1, required=True, metavar="INPUT…")
REGISTRY = click.option(
    "--registry",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with a speakers.csv, an outlets.csv or a countries.csv, beside ours.",
)
MODEL = click.option(
    "--model",
    metavar="NAME_OR_FOLDER",
    help="spaCy pipeline of the language that parses, such as fr_core_news_md, instead of ours.",
)
JOBS = click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1),
    help="Processes that read at once; by default one for each core.",
)
STANCES = (
    "affirms",
    "denies",
    "accuses",
    "supports",
    "opposes",
    "warns",
    "promises",
    "demands",
    "questions",
    "concedes",
    "judges",
)
"""Those of `claims.model.Stance`, which is not loaded for a help text."""
FORMATS = (
    "ris",
    "csljson",
    "bibtex",
    "jsonld",
    "annotation",
    "markdown",
    "csv",
    "iso690-fr",
    "iso690-en",
    "apa-fr",
    "apa-en",
)
"""Those of `claims.citations.FORMATS`, which is not loaded for a help text."""
FORMAT = click.option(
    "-f",
    "--format",
    "name",
    type=click.Choice(FORMATS),
    metavar="FORMAT",
    default="ris",
    show_default=True,
    help=f"One of: {', '.join(FORMATS)}. Zotero reads ris best; csv is safe in a spreadsheet; "
    "iso690 and apa are formatted references, and need claims[references].",
)
JSON = click.option("--json", "as_json", is_flag=True, help="JSON for programs.")


MEGABYTE = 1_000_000


def _mapped(
    context: click.Context, parameter: click.Parameter, value: tuple[str, ...]
) -> dict[str, str]:
    """`text=body,publisher=source`, once or several times; anything else is wrong usage."""
    pairs = [pair.partition("=") for given in value for pair in given.split(",")]
    columns = {field.strip(): name.strip() for field, _, name in pairs}
    for field, name in columns.items():
        if field not in FIELDS or not name:
            raise click.BadParameter(
                f"write FIELD=NAME, as in text=body,publisher=source; a FIELD is one of: "
                f"{', '.join(FIELDS)}"
            )
    return columns


FIELDS = (
    "id",
    "text",
    "url",
    "title",
    "published",
    "publisher",
    "language",
    "author",
    "agency",
    "modified",
    "licence",
    "tdm_reservation",
)
"""Those of `claims.reading.records.FIELDS`, which is not loaded for a help text."""


class _Duration(click.ParamType[float]):
    """A time such as 90s, 15m, 2h or 1d, in seconds."""

    name = "duration"

    def convert(
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """The seconds of what was given."""
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"([0-9]{1,6})([smhd])", str(value).strip())
        if match is None or int(match[1]) == 0:
            self.fail(f"{value!r} is no time; write 90s, 15m, 2h or 1d", param, ctx)
        return float(int(match[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[match[2]])


class _Number(click.FloatRange):
    """A number in a range; infinity and what is no number are in none."""

    def convert(
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """The number that was given."""
        number = float(super().convert(value, param, ctx))
        if number != number:
            self.fail(f"{value!r} is no number", param, ctx)
        return number


_ON_NETWORK = (
    click.option(
        "--archive",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        help="Keep the web pages that are read in DIR, each under its hash.",
    ),
    click.option(
        "--max-size",
        metavar="MB",
        type=_Number(0.001, 100_000),
        help="Megabytes that a page, a file or a line may have; by default 10 for pages and 100 for "
        "other files.",
    ),
    click.option(
        "--pause",
        metavar="SECONDS",
        type=_Number(0, 86_400),
        default=1.0,
        show_default=True,
        help="Seconds between two requests to one site, at least.",
    ),
    click.option(
        "--timeout",
        metavar="SECONDS",
        type=_Number(0.001, 86_400),
        default=30.0,
        show_default=True,
        help="Seconds that a site may be silent for.",
    ),
    click.option(
        "--contact",
        metavar="ADDRESS",
        envvar="CLAIMS_CONTACT",
        help="Your mail address or page, which sites are told; by default CLAIMS_CONTACT.",
    ),
    click.option(
        "--allow-private",
        is_flag=True,
        help="Read addresses of this machine and of private networks too.",
    ),
)
_OF_FILES = (
    click.option(
        "--map",
        "columns",
        metavar="FIELD=NAME,…",
        multiple=True,
        callback=_mapped,
        help="What columns and keys are called in CSV, JSON, SQLite and Parquet: "
        "text=body,publisher=source.",
    ),
    click.option("--table", metavar="NAME", help="The table of a database that has the articles."),
)


def _of_network(command: Any) -> Any:  # noqa: ANN401
    """A command with the options of what is read from the network."""
    for option in reversed(_ON_NETWORK):
        command = option(command)
    return command


def _of_files(command: Any) -> Any:  # noqa: ANN401
    """A command with the options of all that is read."""
    for option in reversed((*_OF_FILES, *_ON_NETWORK)):
        command = option(command)
    return command


def _settings(
    registry: "Registry",
    *,
    archive: Path | None,
    max_size: float | None,
    pause: float,
    timeout: float,
    contact: str | None,
    allow_private: bool,
    columns: dict[str, str] | None = None,
    table: str | None = None,
) -> "Settings":
    from claims.reading.parts import Meter, Network, Settings

    settings = Settings(
        columns=columns or {},
        table=table,
        archive=archive,
        network=Network(allow_private, timeout, pause, contact),
        meter=Meter(),
        registry=registry,
    )
    if max_size is None:
        return settings
    largest = int(max_size * MEGABYTE)
    return settings._replace(largest=largest, pages=largest)


def _example(*lines: str) -> str:
    """The end of a help text; the backspace keeps click from filling the lines."""
    return "\n".join(["\b", "Example:", *(f"  {line}" for line in lines)])


class Commands(click.Group):
    """A group whose commands end with one line for our errors, and quietly for an interrupt."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Run the command that the command line names."""
        try:
            return super().invoke(ctx)
        except ClaimsError as error:
            raise click.ClickException(" ".join(str(error).split())) from error
        except OSError as error:
            # A reader that goes away is no error; click ends for it.
            if error.errno == errno.EPIPE:
                raise
            # At the end of the process Python would write what is left, and fail again.
            sys.stdout = StringIO()
            what = error.filename or "the output cannot be written"
            raise click.ClickException(f"{what}: {error.strerror}; check the disk") from error
        except KeyboardInterrupt:
            ctx.exit(130)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="claims")
def main() -> None:
    """Who said what in the news, through whom, and who denies it.

    INPUT is a file (text, web page, JSON, JSON Lines, CSV, TSV, SQLite, Parquet, feed, WARC; in gzip
    or zip too), a folder, an address (http, https) of a page or feed, or - for JSON Lines on the
    standard input. The exit status is 0 if all went well, 1 if some input had a problem (the rest
    is done), 2 if the command was used wrongly.
    """


@main.command(epilog=_example("claims extract seeds/articles | head -n 3"))
@INPUTS
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to FILE, which is replaced once all is done.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Add to each claim what its source, stance and target were chosen among, and why.",
)
@click.option(
    "--shards",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write articles and claims into files of DIR; the same command again goes on where it was "
    "stopped. `claims load` reads DIR.",
)
@click.option(
    "--shard-size",
    metavar="N",
    type=click.IntRange(1),
    help="Articles of each file in DIR; by default 200.",
)
@click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["processes", "dask"]),
    default="processes",
    show_default=True,
    help="What reads: processes of this machine, or a Dask cluster, which needs claims[dask].",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="The cluster's scheduler, such as tcp://host:8786; without it --jobs processes of this "
    "machine are the cluster.",
)
@JOBS
@MODEL
@REGISTRY
@_of_files
def extract(
    inputs: tuple[str, ...],
    output: Path | None,
    explain: bool,
    folder: Path | None,
    shard_size: int | None,
    engine_name: str,
    scheduler: str | None,
    jobs: int | None,
    model: str | None,
    registry: Path | None,
    **how: Any,  # noqa: ANN401
) -> None:
    """Write the claims of articles as JSON Lines."""
    if folder and output:
        raise click.UsageError("--shards writes into its folder: leave out --output")
    if shard_size and not folder:
        raise click.UsageError("--shard-size is that of --shards DIR")
    if scheduler and engine_name != "dask":
        raise click.UsageError("--scheduler is that of --engine dask")
    from claims import engines, progress, shards
    from claims.engines.processes import Processes
    from claims.model import Article, Problem
    from claims.reading import Reading, distinct, read

    extractor = _jobs(registry, model, jobs, explain=explain)
    engine: engines.Engine = (
        engines.on_dask(extractor, scheduler, _announce)
        if engine_name == "dask"
        else Processes(extractor)
    )
    settings = _settings(extractor.registry, **how)
    places: dict[str, Reading] = {}
    problems = 0

    def report(reading: Reading, reason: str) -> None:
        nonlocal problems
        problems += 1
        _report(reading.problem(reason))

    def articles() -> Iterator[Article]:
        readings = distinct(read(inputs, settings))
        for reading in progress.shown(readings, inputs, settings.meter, _announce):
            if isinstance(reading.found, str):
                report(reading, reading.found)
            elif reading.found is not None:
                places[reading.found.id] = reading
                yield reading.found

    if folder:
        shards.refuse_within(folder, inputs)
        readings = progress.shown(read(inputs, settings), inputs, settings.meter, _announce)
        made = shards.Settings(folder, shard_size or shards.SIZE, explain)
        shards.extract(readings, engine, made, report)
        _exit(ok=not problems)
    with _output(output) as file:
        for piece, answers in engine.read(engines.pieces(articles(), engine.size), ordered=True):
            for article, found in zip(piece.articles, answers, strict=True):
                reading = places.pop(article.id)
                if isinstance(found, Problem):
                    report(reading, found.reason)
                else:
                    file.writelines(found)
    _exit(ok=not problems)


@main.command(
    epilog=_example(
        "claims load claims.db seeds/articles",
    )
)
@DATABASE
@INPUTS
@JOBS
@MODEL
@REGISTRY
@click.option(
    "--embeddings",
    metavar="MODEL",
    help="Compare claims by meaning too, from now on, with a model of model2vec: a folder or a name "
    "on the Hugging Face Hub; none turns it off. Needs claims[embeddings].",
)
@_of_files
def load(
    database: Path,
    inputs: tuple[str, ...],
    jobs: int | None,
    model: str | None,
    registry: Path | None,
    embeddings: str | None,
    **how: Any,  # noqa: ANN401
) -> None:
    """Extract the claims of articles and store them in DATABASE, made if need be.

    It can be repeated and interrupted: what is stored already is passed over. Of a feed, what is new
    since the last time is read. INPUT can be a folder of `claims extract --shards`, whose claims are
    stored as they are.
    """
    from claims import progress, shards
    from claims.reading import read
    from claims.store import Store
    from claims.store.loading import Extracts

    stored = shards.of(inputs, _registry(registry)) if shards.are_in(inputs) else None
    if stored and model:
        raise click.UsageError("nothing is extracted from a folder of shards: leave out --model")
    extractor: Extracts = stored or _jobs(registry, model, jobs)
    if embeddings == "none":
        embeddings = ""
    with Store.open(database, write=True, announce=_announce, embeddings=embeddings) as store:
        settings = _settings(extractor.registry, **how)._replace(memory=store.feeds)
        found = stored.readings() if stored else read(inputs, settings)
        readings = progress.shown(found, inputs, settings.meter, _announce)
        summary = store.load(readings, extractor, sources=inputs, report=_report)
    _print_summary(summary)
    _exit(ok=not summary.problems)


@main.command(
    epilog=_example("claims watch claims.db https://www.example.org/feed.xml --every 15m")
)
@DATABASE
@click.argument("feeds", nargs=-1, required=True, metavar="FEED…")
@click.option(
    "--every",
    type=_Duration(),
    default="15m",
    show_default=True,
    metavar="TIME",
    help="How often they are looked at: 90s, 15m, 2h, 1d.",
)
@JOBS
@MODEL
@REGISTRY
@_of_network
def watch(
    database: Path,
    feeds: tuple[str, ...],
    every: float,
    jobs: int | None,
    model: str | None,
    registry: Path | None,
    **how: Any,  # noqa: ANN401
) -> None:
    """Load what is new in FEEDs again and again, until it is stopped.

    Ctrl-C or a signal to end stops it between two articles; what is begun is stored.
    """
    from claims import watching
    from claims.store import Store, Summary

    extractor = _jobs(registry, model, jobs)
    settings = _settings(extractor.registry, **how)
    with Store.open(database, write=True, announce=_announce):
        pass

    def tell(summary: Summary) -> None:
        now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
        click.echo(
            f"{now}: {summary.new} new articles, {summary.updated} updated, {summary.problems} problems; "
            f"{summary.claims} claims in all"
        )

    with watching.stopped_by_signals() as stop:
        fine = watching.watch(
            database,
            feeds,
            extractor,
            settings,
            every=every,
            stop=stop,
            report=_report,
            tell=tell,
        )
    _exit(ok=fine)


@main.command(
    epilog=_example(
        "id=$(claims extract seeds/articles | head -n 1 | cut -d'\"' -f4)",
        "claims review claims.db $id --stance affirms --author Ada",
        "claims review claims.db --export reviews.csv",
    )
)
@DATABASE
@click.argument("ids", nargs=-1, metavar="[ID…]")
@click.option(
    "--speaker", "speakers", metavar="NAME", multiple=True, help="Who says it; again for several."
)
@click.option("--nobody", is_flag=True, help="It is not told who says it.")
@click.option(
    "--outlet",
    "outlets",
    metavar="NAME:ROLE",
    multiple=True,
    help="A medium of the chain, as the article names it: KCNA:relay.",
)
@click.option("--no-outlet", is_flag=True, help="No medium stands in between.")
@click.option(
    "--stance",
    type=click.Choice(STANCES),
    metavar="STANCE",
    help=f"What the speaker does: {', '.join(STANCES)}.",
)
@click.option(
    "--content",
    "contents",
    metavar="WORDS",
    multiple=True,
    help="The exact words; again for each fragment.",
)
@click.option("--reject", is_flag=True, help="It is no claim.")
@click.option("--verdict", metavar="TEXT", help="What a fact-check found; with --url and --date.")
@click.option("--url", help="Where the verdict is published.")
@click.option("--date", metavar="YYYY-MM-DD", help="The day of the verdict.")
@click.option("--same-words", is_flag=True, help="The claims are one quotation.")
@click.option(
    "--apart", is_flag=True, help="The claims are no other's words, whatever they are grouped with."
)
@click.option("--same-speaker", nargs=2, metavar="NAME OTHER", help="NAME is OTHER, and shown so.")
@click.option("--same-outlet", nargs=2, metavar="NAME OTHER", help="NAME is OTHER, and shown so.")
@click.option("--note", help="Why.")
@click.option(
    "--author",
    envvar="CLAIMS_AUTHOR",
    help="Who says so; by default CLAIMS_AUTHOR, or the user's name.",
)
@click.option("--undo", metavar="REVIEW", help="Take back the review of this id.")
@click.option(
    "--export",
    "target",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write all reviews as CSV; - for the standard output.",
)
@click.option(
    "--import",
    "source",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read reviews that --export wrote.",
)
@REGISTRY
def review(
    database: Path,
    ids: tuple[str, ...],
    target: Path | None,
    source: Path | None,
    undo: str | None,
    registry: Path | None,
    **said: Any,  # noqa: ANN401
) -> None:
    """Correct claims, reject them, merge names and groups, or give a verdict.

    What is said is kept, whatever a later run finds, and shown beside what the machine says (the
    view reviewed). To split a speaker, give some of the claims another --speaker. Without
    anything to say, the reviews are listed: those of the claims ID, or all.
    """
    from claims import corrections
    from claims.store import Store

    told = any(value for name, value in said.items() if name != "author")
    if (target or source) and (ids or undo is not None or told or (target and source)):
        raise click.UsageError("--export and --import stand alone")
    Store.open(database).close()
    with Store.open(database, write=True, announce=_announce) as store:
        if target is not None:
            with _output(None if str(target) == "-" else target) as file:
                file.write(corrections.exported(store))
            return
        if source is not None:
            new, wrong = corrections.imported(store, source, _registry(registry))
            for line in wrong:
                click.echo(f"Error: {line}", err=True)
            click.echo(f"{new} reviews are new")
            _exit(ok=not wrong)
            return
        wanted = corrections.wanted(store, ids, undo, said, _registry(registry))
        if wanted:
            for made in store.review(wanted, _registry(registry)):
                click.echo(
                    f"{made.id} {made.action.value} {made.subject}{' undone' * bool(made.undone)}"
                )
        else:
            click.echo("\n".join(corrections.listed(store, ids)) or "no reviews")


@main.command(epilog=_example("claims check claims.db"))
@DATABASE
@click.option("--mend", is_flag=True, help="Make counts, search and groups anew first.")
def check(database: Path, mend: bool) -> None:
    """Look whether DATABASE is sound, and say what to do where it is not."""
    from claims.store import Store
    from claims.store.checks import SHOWN

    sound = True
    with Store.open(database, write=True, as_is=True) as store:
        if mend:
            store.mend()
        for finding in store.check():
            sound = sound and not finding.wrong
            click.echo(f"{'wrong' if finding.wrong else 'ok'}: {finding.name}")
            for line in finding.wrong[:SHOWN]:
                click.echo(f"  {line}")
            if len(finding.wrong) > SHOWN:
                click.echo(f"  … and {len(finding.wrong) - SHOWN:,} more")
            if finding.wrong:
                click.echo(f"  {finding.advice.replace('DATABASE', str(database))}")
    _exit(ok=sound)


@main.command(epilog=_example("claims serve claims.db --open"))
@DATABASE
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="0: any free."
)
@click.option("--open", "open_browser", is_flag=True, help="Open a web browser.")
@click.option("--check", is_flag=True, help="Open every page once, say how it went, and end.")
@click.option("--sql", is_flag=True, help="Let visitors run SQL of their own, which only reads.")
@click.option(
    "--immutable",
    is_flag=True,
    help="Nothing writes into DATABASE while it is served: rows are counted once, nothing is locked.",
)
@click.option("--index", is_flag=True, help="Let search engines index the pages.")
def serve(
    database: Path,
    host: str,
    port: int,
    open_browser: bool,
    check: bool,
    **how: bool,
) -> None:
    """Browse DATABASE in a web browser: filter, search, follow the sources.

    Nothing that a visitor does can write. Before others see the pages, read docs/publish.md.
    """
    from claims.datasette import serving
    from claims.store import Store

    Store.open(database).close()
    options = serving.Options(**how)
    if check:
        pages = serving.check(database, options)
        for status, path in pages:
            click.echo(f"{status} {path}")
        _exit(ok=all(status == 200 for status, _ in pages))
    else:
        serving.serve(database, host, port, options, open_browser=open_browser, announce=click.echo)


@main.command(epilog=_example('claims compare claims.db "Vladimir Poutine" "Kim Jong-un"'))
@DATABASE
@click.argument("names", nargs=-1, required=True, metavar="NAME…")
@REGISTRY
@JSON
def compare(database: Path, names: tuple[str, ...], registry: Path | None, as_json: bool) -> None:
    """Print what the speakers called NAME said, side by side.

    First what they speak of both, with who asserts and who denies it, then all.
    """
    from rich.console import Console

    from claims import comparison
    from claims.store import Store

    with Store.open(database) as store:
        compared, unknown = comparison.compare(store, names, _registry(registry))
    for line in unknown:
        click.echo(f"Error: {line}", err=True)
    if as_json:
        _print_json(compared.model_dump(mode="json"))
    elif compared.sides:
        console = Console()
        console.print(comparison.table(compared, console.width))
    _exit(ok=not unknown)


@main.command(
    epilog=_example(
        "id=$(claims extract seeds/articles | head -n 1 | cut -d'\"' -f4)",
        "claims cite claims.db $id -f ris > claim.ris",
    )
)
@DATABASE
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@FORMAT
def cite(database: Path, ids: tuple[str, ...], name: str) -> None:
    """Print citations of single claims; the start of an ID is enough if no other has it."""
    from claims.citations import FORMATS as KNOWN
    from claims.store import Store

    found: list[str] = []
    wrong = 0
    with Store.open(database) as store:
        for id in ids:
            try:
                found.append(store.claim(id)[1].id)
            except ClaimsError as error:
                wrong += 1
                click.echo(f"Error: {error}", err=True)
        if found:
            with _output(None) as file:
                KNOWN[name].write(store.cited(dict.fromkeys(found)), file)
    _exit(ok=not wrong)


def _iso_date(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A day, month or year of ISO 8601; anything else is wrong usage."""
    if value is not None:
        wrong = click.BadParameter("give a day, a month or a year: 2024-06-20, 2024-06, 2024")
        if not re.fullmatch(r"\d{4}(-\d\d){0,2}", value, re.ASCII):
            raise wrong
        try:
            date.fromisoformat(value + "0000-01-01"[len(value) :])
        except ValueError:
            raise wrong from None
    return value


@main.command(
    epilog=_example(
        'claims export claims.db -f bibtex --speaker "Kim Jong-un" -o kim.bib',
        "claims export claims.db -f csv --search coree --since 2024-06 | head",
    )
)
@DATABASE
@FORMAT
@click.option(
    "--speaker",
    "speakers",
    metavar="NAME",
    multiple=True,
    help="Said by NAME, or one of them if given again; a country's means its government too.",
)
@click.option("--outlet", "outlets", metavar="NAME", multiple=True, help="Relayed by NAME.")
@click.option(
    "--publisher", "publishers", metavar="NAME", multiple=True, help="In an article of NAME."
)
@click.option(
    "--stance",
    "stances",
    type=click.Choice(STANCES),
    metavar="STANCE",
    multiple=True,
    help=f"One of: {', '.join(STANCES)}.",
)
@click.option("--since", metavar="DATE", callback=_iso_date, help="Published on DATE or later.")
@click.option("--until", metavar="DATE", callback=_iso_date, help="Published on DATE or earlier.")
@click.option("--search", metavar="WORDS", help="With all of WORDS, whatever their accents.")
@click.option("--contested", is_flag=True, help="In a matter that some assert and others deny.")
@click.option("--matter", "matters", metavar="ID", multiple=True, help="In this matter.")
@click.option("--group", "groups", metavar="ID", multiple=True, help="In this group of same words.")
@click.option("--versions", is_flag=True, help="In older versions of articles too.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to FILE, which is replaced once all is done.",
)
@REGISTRY
def export(
    database: Path,
    name: str,
    output: Path | None,
    registry: Path | None,
    **asked: Any,  # noqa: ANN401
) -> None:
    """Write citations of all claims that match, however many.

    Claims match that fit every option; without any, all do. DATE is a day, a month or a year.
    """
    from claims import filters
    from claims.citations import FORMATS as KNOWN
    from claims.store import Store

    problems = 0

    def report(id: str, reason: str) -> None:
        nonlocal problems
        problems += 1
        click.echo(f"{id}: {reason}; see: claims check {database}", err=True)

    with Store.open(database) as store:
        wanted = filters.wanted(store, asked, _registry(registry))
        total = store.number(wanted)
        if not total:
            click.echo("no claim matches", err=True)
        # What goes to the terminal shows itself that something happens.
        shows = sys.stderr.isatty() and (output is not None or not sys.stdout.isatty())
        with _output(output) as file:
            claims = store.cited(wanted, report)
            KNOWN[name].write(_counted(claims, total) if shows else claims, file)
    _exit(ok=not problems)


@main.command(epilog=_example("claims evaluate tests/gold/seeds.jsonl"))
@click.argument("gold", type=click.Path(path_type=Path))
@click.option(
    "--predicted",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Claims to judge, as `claims extract` writes them; by default GOLD's texts are read.",
)
@click.option(
    "--candidates",
    is_flag=True,
    help="Tell also how many gold claims are among what is decided on (parses every text twice).",
)
@click.option("--errors", is_flag=True, help="List what differs on the standard error.")
@click.option(
    "--against",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Earlier claims of all of GOLD, as `claims extract` writes them: list what was gained "
    "and lost since, after the figures (with --json on the standard error).",
)
@click.option(
    "--freeze",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write figures and judgements into a file; its next version's diff is the review.",
)
@MODEL
@REGISTRY
@JSON
def evaluate(
    gold: Path,
    predicted: Path | None,
    candidates: bool,
    errors: bool,
    against: Path | None,
    freeze: Path | None,
    model: str | None,
    registry: Path | None,
    as_json: bool,
) -> None:
    """Compare the claims that are found with those that people annotated."""
    from rich.console import Console

    from claims.evaluation import evaluate_files, reports

    if candidates and predicted:
        raise click.UsageError("--candidates needs texts that are read: leave out --predicted")
    before = evaluate_files(gold, against).judgements if against else []
    extractor = None if predicted else _extractor(registry, model)
    result, judgements = evaluate_files(gold, predicted, extractor, candidates=candidates)
    if errors:
        click.echo("\n".join(reports.differences(judgements)), err=True)
    if as_json:
        _print_json(result.model_dump(mode="json"))
    else:
        Console().print(reports.table(result))
    if against:
        click.echo(reports.changes(before, judgements).text(), err=as_json)
    if freeze:
        with _output(freeze) as file:
            file.write(reports.frozen(result, judgements))


@main.command(epilog=_example("claims schema schemas"))
@click.option("--check", is_flag=True, help="Write nothing; fail if a file is out of date.")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("schemas"))
def schema(check: bool, folder: Path) -> None:
    """Write the JSON Schemas of the records into FOLDER, by default schemas."""
    from claims import schema as schemas

    if check:
        stale = schemas.stale(folder)
        for path in stale:
            click.echo(f"{path} is out of date; run: claims schema {folder}", err=True)
        _exit(ok=not stale)
    else:
        for path in schemas.write(folder):
            click.echo(path)


def _announce(line: str) -> None:
    click.echo(line, err=True)


def _exit(*, ok: bool) -> None:
    click.get_current_context().exit(0 if ok else 1)


def _report(problem: "Problem") -> None:
    place = ", ".join(part for part in (problem.source, problem.place) if part)
    click.echo(" ".join(f"{place}: {problem.reason}".split()), err=True)


def _registry(folder: Path | None) -> "Registry":
    from claims.registry import Registry

    bundled = Registry.bundled()
    return bundled.merged(Registry.load(folder)) if folder else bundled


def _jobs(
    registry: Path | None, model: str | None, jobs: int | None, *, explain: bool = False
) -> "Jobs":
    from claims.jobs import Jobs, Settings, cores

    settings = Settings(registry=_registry(registry), model=model, explain=explain)
    return Jobs(settings, jobs or cores())


def _extractor(registry: Path | None, model: str | None, *, explain: bool = False) -> "Extractor":
    from claims.extraction import Extractor

    return Extractor(registry=_registry(registry), model=model, explain=explain)


def _counted(claims: "Iterable[Cited]", total: int) -> "Iterator[Cited]":
    """The claims, with a bar on the standard error that shows how many are done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(claims, total=total)


@contextmanager
def _output(path: Path | None) -> Iterator[IO[str]]:
    """The standard output, or a file that is replaced only if nothing goes wrong."""
    if path is None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        yield sys.stdout
        sys.stdout.flush()
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    # What is there and no plain file, such as /dev/stdout, is written to and not replaced.
    plain = path.is_file() or not path.exists()
    try:
        with (draft if plain else path).open("w", encoding="utf-8", newline="\n") as file:
            yield file
        if plain:
            draft.replace(path)
    except OSError as error:
        reason = f"{path} cannot be written ({error.strerror}); check the disk, or give another"
        raise ClaimsError(reason) from error
    finally:
        if plain:
            draft.unlink(missing_ok=True)


def _print_json(value: object) -> None:
    import json

    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _print_summary(summary: "Summary") -> None:
    click.echo(
        f"Articles: {summary.articles} ({summary.new} new, {summary.updated} updated, "
        f"{summary.unchanged} unchanged)"
    )
    older = f" (and {summary.superseded} of older versions)" if summary.superseded else ""
    click.echo(f"Claims: {summary.claims}{older}")
    for label, counts in (("type", summary.by_type), ("stance", summary.by_stance)):
        listed = ", ".join(f"{name} {count}" for name, count in counts.items())
        click.echo(f"  by {label}: {listed or 'none'}")
    click.echo(f"Speakers: {summary.speakers}")
    click.echo(f"Outlets: {summary.outlets}")
    click.echo(f"Problems: {summary.problems}")
