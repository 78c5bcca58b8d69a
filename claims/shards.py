"""Extraction in shards: a folder of files that a run that was stopped goes on with.

A shard has three files, which are there once all of it is done: `000001.articles.jsonl`, each article once;
`000001.claims.jsonl`, their claims, as `claims extract` writes them; and `000001.readings.jsonl`, which tells
of all that was read where it stood and what was wrong with it. `manifest.json` tells which are done.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple

from pydantic import Field, ValidationError

from claims.engines import Answer, Engine, Piece
from claims.errors import ClaimsError
from claims.jobs import ENDED
from claims.model import (
    Article,
    Claim,
    Problem,
    Record,
    claim_id,
    digest,
    unnamed_speaker_id,
)
from claims.reading import Reading, told_apart
from claims.registry import Registry

SIZE = 200
"""Articles of a shard, by default."""
CROWD = 5
"""How many times as many things may be read for one shard: problems, and articles that come again."""
CHARACTERS = 2_000_000
"""Characters of the articles of one shard after which no other is added: a shard is held in memory."""
MANIFEST = "manifest.json"
ARTICLES, CLAIMS, READINGS = KINDS = ("articles", "claims", "readings")
_OURS = re.compile(r"\d{6,}\.(articles|claims|readings)\.jsonl")
_DRAFT = re.compile(r"\.(manifest\.json|\d{6,}\.(articles|claims|readings)\.jsonl)\.part")
_FORMAT = b'"format": "claims shards'
_AGAIN = "run the same claims extract again"


class Shard(Record):
    """What the manifest tells of a shard."""

    name: str = Field(pattern=r"^\d{6,}$", description="How its files are called.")
    input: str = Field(description="SHA-256 of all that was read for it.")
    state: Literal["waiting", "done"] = Field(description="Whether its files are there.")
    readings: int = Field(ge=0, description="Lines of its readings.")
    articles: int = Field(default=0, ge=0, description="Lines of its articles.")
    claims: int = Field(default=0, ge=0, description="Lines of its claims.")
    problems: int = Field(default=0, ge=0, description="Readings that have a reason.")
    ended: int = Field(default=0, ge=0, description="Articles whose process died.")
    files: dict[str, str] = Field(default={}, description="SHA-256 of each file.")


class Manifest(Record):
    """What a folder of shards holds, and what it was extracted with."""

    format: Literal["claims shards 1"] = "claims shards 1"
    complete: bool = Field(description="Whether the whole input was read.")
    configuration: dict[str, Any] = Field(description="What decides the result beside the text.")
    explain: bool = Field(description="Whether claims tell what was chosen among.")
    articles: int = Field(ge=0, description="Those of the shards that are done.")
    claims: int = Field(ge=0, description="Those of the shards that are done.")
    problems: int = Field(ge=0, description="Those of the shards that are done.")
    shards: tuple[Shard, ...] = Field(description="In the order of the input.")


class Row(Record):
    """A line of a shard's readings: what stood at a place of the input.

    A new article, whose `id` is the next one of the shard's articles; an article that was read before; or
    only a reason.
    """

    source: str
    place: str
    id: str | None = None
    claims: int = 0
    """How many of the next claims of the shard are those of the article."""
    reason: str | None = None
    """What is wrong."""
    again: dict[str, Any] | None = None
    """An article whose id was read before, with the same text or, then with a reason, with another."""
    lines: tuple[str, ...] = ()
    """The claims of such an article with another text."""
    failed: str | None = None
    """Why there are none."""


class Settings(NamedTuple):
    """How shards are made."""

    folder: Path
    size: int = SIZE
    explain: bool = False


class _Read(NamedTuple):
    """What was read, and whether it is new."""

    reading: Reading
    article: Article | None
    reason: str | None
    is_new: bool

    @property
    def is_asked(self) -> bool:
        """Whether claims are looked for: in new articles, and in others whose id was read before."""
        return self.article is not None and (self.is_new or self.reason is not None)


class _Cut(NamedTuple):
    """All that was read for one shard."""

    name: str
    read: list[_Read]

    def input(self) -> str:
        """The hash of all of it."""
        found = hashlib.sha256()
        for one in self.read:
            article = _plain(one.article) if one.article else None
            told = [one.reading.source, one.reading.place, article, one.reason, one.is_new]
            found.update(_line(told).encode())
        return found.hexdigest()


def extract(
    readings: Iterable[Reading],
    engine: Engine,
    settings: Settings,
    report: Callable[[Reading, str], None],
) -> None:
    """Extract what is not yet done of the input, and leave no file of other input in the folder.

    Args:
        readings: the input, as `claims.reading.read` gives it.
        engine: what reads the articles.
        settings: the folder, and how shards are cut.
        report: is called with every problem, those of shards that were done before too.

    Raises:
        ClaimsError: if the folder is used for something else or by another process.
    """
    settings.folder.mkdir(parents=True, exist_ok=True)
    with _alone_in(settings.folder):
        run = _Run(engine.configuration, settings, report)
        with closing(engine.read(run.pieces(readings), ordered=False)) as done:
            for piece, answers in done:
                run.settle(piece.number, answers)
        run.end()


class _Run:
    """One run: what is cut, what is done, what the manifest says of it."""

    def __init__(
        self,
        configuration: dict[str, Any],
        settings: Settings,
        report: Callable[[Reading, str], None],
    ) -> None:
        self.folder, self.size, self.explain = settings
        self.configuration = json.loads(json.dumps(configuration))
        self.report = report
        self.cuts: dict[int, _Cut] = {}
        self.number = 0
        _remove(p for p in self.folder.iterdir() if _DRAFT.fullmatch(p.name))
        self.shards = self._known()
        self._note(complete=False)

    def _known(self) -> dict[str, Shard]:
        """The shards of earlier runs of the same configuration, by name."""
        if not (self.folder / MANIFEST).exists():
            if others := [p.name for p in self.folder.iterdir() if not _OURS.fullmatch(p.name)]:
                raise ClaimsError(
                    f"{self.folder} has no {MANIFEST}, and holds other files ({min(others)}); "
                    "give a new folder"
                )
            return {}
        before = manifest(self.folder)
        same = (before.configuration, before.explain) == (self.configuration, self.explain)
        return {shard.name: shard for shard in before.shards} if same else {}

    def pieces(self, readings: Iterable[Reading]) -> Iterator[Piece]:
        """What is to be read by the engine; what is done, or has no article, is settled at once."""
        for number, cut in enumerate(self._cuts(readings), start=1):
            self.number = number
            input = cut.input()
            if self._is_done(cut.name, input):
                self._report_again(cut)
                continue
            self.shards[cut.name] = Shard(
                name=cut.name, input=input, state="waiting", readings=len(cut.read)
            )
            self._note(complete=False)
            self.cuts[number] = cut
            articles = tuple(one.article for one in cut.read if one.article and one.is_asked)
            if articles:
                yield Piece(number, articles)
            else:
                self.settle(number, [])

    def _cuts(self, readings: Iterable[Reading]) -> Iterator[_Cut]:
        read: list[_Read] = []
        articles = characters = number = 0
        for one in _told_apart(readings):
            if one.reason:
                self.report(one.reading, one.reason)
            read.append(one)
            articles += one.is_new
            characters += len(one.article.text) if one.article else 0
            if articles == self.size or len(read) == CROWD * self.size or characters >= CHARACTERS:
                number += 1
                yield _Cut(f"{number:06}", read)
                read, articles, characters = [], 0, 0
        if read:
            yield _Cut(f"{number + 1:06}", read)

    def _is_done(self, name: str, input: str) -> bool:
        shard = self.shards.get(name)
        return (
            shard is not None
            and shard.state == "done"
            and shard.input == input
            and not shard.ended
            and all(shard.files.get(k) == _hash(_path(self.folder, name, k)) for k in KINDS)
        )

    def _report_again(self, cut: _Cut) -> None:
        with _path(self.folder, cut.name, READINGS).open(encoding="utf-8") as file:
            for one, line in zip(cut.read, file, strict=False):
                row = Row.model_validate(json.loads(line))
                if one.is_new and row.reason:
                    self.report(one.reading, row.reason)

    def settle(self, number: int, answers: Sequence[Answer]) -> None:
        """Write the files of a shard, whose articles have these answers."""
        cut = self.cuts.pop(number)
        coming = iter(answers)
        found = [(one, next(coming) if one.is_asked else None) for one in cut.read]
        for one, given in found:
            if one.is_new and isinstance(given, Problem):
                self.report(one.reading, given.reason)
        rows = [_row(one, given) for one, given in found]
        articles = [_line(_plain(one.article)) for one, _ in found if one.is_new and one.article]
        claims = [line for one, given in found if one.is_new for line in _lines(given)]
        files = {
            ARTICLES: self._write(cut.name, ARTICLES, articles),
            CLAIMS: self._write(cut.name, CLAIMS, claims),
            READINGS: self._write(
                cut.name, READINGS, (_line(row.model_dump(exclude_defaults=True)) for row in rows)
            ),
        }
        self.shards[cut.name] = self.shards[cut.name].model_copy(
            update={
                "state": "done",
                "articles": len(articles),
                "claims": len(claims),
                "problems": sum(row.reason is not None for row in rows),
                "ended": sum(
                    isinstance(a, Problem) and a.reason.startswith(ENDED) for a in answers
                ),
                "files": files,
            }
        )
        self._note(complete=False)

    def end(self) -> None:
        """Note that the whole input was read, and remove what is left of other input."""
        self.shards = {
            name: shard for name, shard in self.shards.items() if int(name) <= self.number
        }
        self._note(complete=True)
        _remove(
            path
            for path in self.folder.iterdir()
            if _OURS.fullmatch(path.name) and path.name.partition(".")[0] not in self.shards
        )

    def _write(self, name: str, kind: str, lines: Iterable[str]) -> str:
        """Write a file of a shard, and give its hash."""
        path = _path(self.folder, name, kind)
        with _replacing(path) as file:
            file.writelines(lines)
        return _hash(path) or ""

    def _note(self, *, complete: bool) -> None:
        shards = [self.shards[name] for name in sorted(self.shards, key=int)]
        done = [shard for shard in shards if shard.state == "done"]
        noted = Manifest(
            complete=complete,
            configuration=self.configuration,
            explain=self.explain,
            articles=sum(shard.articles for shard in done),
            claims=sum(shard.claims for shard in done),
            problems=sum(shard.problems for shard in done),
            shards=(),
        )
        told = noted.model_dump(exclude={"shards"})
        with _replacing(self.folder / MANIFEST) as file:
            file.write(json.dumps(told, ensure_ascii=False, indent=1).removesuffix("\n}"))
            file.write(',\n "shards": [\n')
            file.write(",\n".join(shard.model_dump_json() for shard in shards))
            file.write("\n ]\n}\n")


def _row(one: _Read, found: Answer | None) -> Row:
    row = Row(source=one.reading.source, place=one.reading.place, reason=one.reason)
    if one.article is None:
        return row
    if one.is_new:
        told = (
            {"reason": found.reason}
            if isinstance(found, Problem)
            else {"claims": len(_lines(found))}
        )
        return row.model_copy(update={"id": one.article.id, **told})
    failed = found.reason if isinstance(found, Problem) else None
    return row.model_copy(
        update={"again": _plain(one.article), "lines": _lines(found), "failed": failed}
    )


def _lines(found: Answer | None) -> tuple[str, ...]:
    return () if found is None or isinstance(found, Problem) else found


def _told_apart(readings: Iterable[Reading]) -> Iterator[_Read]:
    """The readings, each article as what `claims.reading.distinct` makes of it, but none left out."""
    for reading, is_new, reason in told_apart(readings):
        if isinstance(reading.found, str):
            yield _Read(reading, None, reading.found, is_new=False)
        elif reading.found is not None:
            yield _Read(reading, reading.found, reason, is_new)


def are_in(inputs: Iterable[str]) -> bool:
    """Whether one of the inputs is a folder that `extract` made."""
    return any(_is_of_shards(Path(given)) for given in inputs)


def _is_of_shards(folder: Path) -> bool:
    path = folder / MANIFEST
    if not path.is_file():
        return False
    with path.open("rb") as file:
        begins = file.read(1000)
    # Of one that is broken the files tell.
    return _FORMAT in begins or any(_OURS.fullmatch(p.name) for p in folder.iterdir())


def of(inputs: Sequence[str], registry: Registry) -> "Stored":
    """The only input, which is a folder of shards.

    Raises:
        ClaimsError: if there are others, or as `Stored` does.
    """
    if len(inputs) > 1:
        raise ClaimsError("a folder of shards is loaded alone; load the other inputs after it")
    return Stored(Path(inputs[0]), registry)


def manifest(folder: Path) -> Manifest:
    """What a folder of shards tells of itself.

    Raises:
        ClaimsError: if it is broken, or not ours.
    """
    path = folder / MANIFEST
    try:
        found = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ClaimsError(
            f"{path} is broken, or not of this version; extract into a new folder"
        ) from error
    except OSError as error:
        raise ClaimsError(f"{path} cannot be read ({error.strerror}); check the file") from error
    return found


def refuse_within(folder: Path, inputs: Iterable[str]) -> None:
    """Refuse a folder that lies in an input, which would be read with it.

    Raises:
        ClaimsError: if it does.
    """
    for given in inputs:
        if Path(given).is_dir() and folder.resolve().is_relative_to(Path(given).resolve()):
            raise ClaimsError(f"{folder} lies in the input {given}; give a folder outside of it")


class Stored:
    """What a folder of shards holds: readings as they were, and an extractor that has read them."""

    def __init__(self, folder: Path, registry: Registry) -> None:
        """Read the manifest.

        Args:
            folder: the folder.
            registry: that which the shards were extracted with.

        Raises:
            ClaimsError: if the manifest is broken, or the registry another one.
        """
        self.folder = folder
        self.registry = registry
        self.manifest = manifest(folder)
        self.latest: tuple[Article, Sequence[str], str | None] | None = None
        """The article that was given last, its claims, and why there are none."""
        entries = (e.model_dump(mode="json") for e in (*registry.speakers, *registry.outlets))
        if self.configuration.get("registry") != digest(*entries):
            raise ClaimsError(
                f"{folder} was extracted with another registry; "
                f"give it with --registry, or extract again with this one"
            )

    @property
    def configuration(self) -> dict[str, Any]:
        """What decided the result beside the text."""
        return self.manifest.configuration

    def readings(self) -> Iterator[Reading]:
        """All that was read, in order; what is not done, or broken, is a problem of the folder."""
        for shard in self.manifest.shards:
            try:
                if shard.state == "done":
                    yield from self._of(shard)
                else:
                    yield self._wrong(f"shard {shard.name}", f"it is not done; {_AGAIN}")
            except OSError as error:
                path = error.filename or shard.name
                yield self._wrong(f"shard {shard.name}", f"{path}: {error.strerror}; {_AGAIN}")
        if not self.manifest.complete:
            yield self._wrong("", f"its extraction did not end; {_AGAIN}")

    def extract(
        self, articles: Iterable[Article]
    ) -> Iterator[tuple[Article, tuple[Claim, ...] | Problem]]:
        """Each article, the one that was given last, with its claims or why there are none."""
        for article in articles:
            yield article, self._claims(article)

    def _wrong(self, place: str, reason: str) -> Reading:
        return Reading(str(self.folder), place, reason)

    def _of(self, shard: Shard) -> Iterator[Reading]:
        paths = [_path(self.folder, shard.name, kind) for kind in KINDS]
        with (
            paths[0].open("rb") as articles,
            paths[1].open("rb") as claims,
            paths[2].open("rb") as rows,
        ):
            number = 0
            for number, line in enumerate(rows, start=1):
                try:
                    row = Row.model_validate(json.loads(line))
                except ValueError:
                    yield self._wrong(f"{paths[2].name}, line {number}", f"it is broken; {_AGAIN}")
                    return
                yield self._reading(row, articles, claims)
        if number != shard.readings:
            yield self._wrong(paths[2].name, f"lines are missing; {_AGAIN}")

    def _reading(self, row: Row, articles: IO[bytes], claims: IO[bytes]) -> Reading:
        lines: Sequence[str] = row.lines
        failed = row.failed
        if row.id is not None:
            line = articles.readline()
            lines = [claims.readline().decode("utf-8", "replace") for _ in range(row.claims)]
            failed = row.reason
        elif row.again is not None:
            line = json.dumps(row.again).encode()
        else:
            return Reading(row.source, row.place, row.reason)
        try:
            article = Article.model_validate(json.loads(line))
        except ValueError:
            article = None
        if article is None or row.id not in (None, article.id):
            return Reading(
                row.source, row.place, f"its line among the shard's articles is broken; {_AGAIN}"
            )
        self.latest = article, lines, failed
        return Reading(row.source, row.place, article)

    def _claims(self, article: Article) -> tuple[Claim, ...] | Problem:
        assert self.latest is not None
        known, lines, failed = self.latest
        if failed is None:
            try:
                claims = [
                    Claim.model_validate_json(line, context={"article": known}) for line in lines
                ]
                return claims_of(article, known, claims)
            except ValidationError as error:
                reason = " ".join(error.errors()[0]["msg"].split())
                failed = f"one of its claims in {self.folder} is broken ({reason}); {_AGAIN}"
        return Problem(source=article.id, reason=failed)


def claims_of(article: Article, known: Article, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """The claims of an article as those of another with the same text.

    Raises:
        ValidationError: if they are not of its text.
    """
    if article.id == known.id:
        return tuple(claims)
    claims = tuple(claims)
    ids = {claim.id: _id_in(article, claim) for claim in claims}
    return tuple(
        Claim.model_validate(
            claim.model_dump()
            | {
                "id": ids[claim.id],
                "article_id": article.id,
                "speakers": [
                    speaker.model_copy(update={"id": unnamed_speaker_id(article.id, speaker.name)})
                    if speaker.id == unnamed_speaker_id(known.id, speaker.name)
                    else speaker
                    for speaker in claim.speakers
                ],
                "links": [
                    link.model_copy(update={"claim_id": ids[link.claim_id]}) for link in claim.links
                ],
            },
            context={"article": article},
        )
        for claim in claims
    )


def _id_in(article: Article, claim: Claim) -> str:
    is_shared = claim.id != claim_id(claim.article_id, claim.content)
    cue = claim.cue.start if claim.cue and is_shared else None
    return claim_id(article.id, claim.content, cue)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep other processes from writing into a folder, where the system can."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(opened)
        raise ClaimsError(
            f"{folder} is being written to by another process; wait for it, or give another folder"
        ) from error
    except OSError:  # a file system without locks
        pass
    try:
        yield
    finally:
        os.close(opened)


@contextmanager
def _replacing(path: Path) -> Iterator[IO[str]]:
    """A file that takes the place of another once it is written."""
    draft = path.with_name(f".{path.name}.part")
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        yield file
    draft.replace(path)


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        path.unlink(missing_ok=True)


def _path(folder: Path, name: str, kind: str) -> Path:
    return folder / f"{name}.{kind}.jsonl"


def _hash(path: Path) -> str | None:
    """The SHA-256 of a file; None where there is none that can be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _plain(article: Article) -> dict[str, Any]:
    """What is known of an article, as JSON values."""
    return article.model_dump(exclude_unset=True)


def _line(value: object) -> str:
    """A value as a line of JSON, which half a character does not keep from being UTF-8."""
    line = json.dumps(value, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        line = json.dumps(value)
    return line + "\n"
