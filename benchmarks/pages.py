"""How long pages take while several people read: `python -m benchmarks.pages DATABASE`.

Starts `claims serve`, or measures a server of the same database that runs already (`--at ADDRESS`). Each kind of page
is measured apart: every client asks for one page after another, each time another one where there are several of the kind.
Speakers are drawn as often as they are quoted, all else by chance. What is printed is the table of
`docs/scale.md`: milliseconds until a whole page is there, first for the one that is asked for first, alone.
"""

import argparse
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import repeat
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import urlopen

FREQUENT = 50
"""The most quoted, whose pages are the heaviest."""
SAMPLE = 2000
"""Claims and articles that are drawn from."""
WORDS = 20
"""Words of each kind that are searched."""
SETTLING = 60
"""Seconds in which what is counted at leisure has to be there."""
LATE = re.compile(r'role="status">[^<]*trop de temps|These facets timed out')
"""What a page says that lacks something because it took too long."""

Draw = Callable[[], str]
"""Gives an address of a kind of page."""


class Answer(NamedTuple):
    """One page as a client had it."""

    ms: float
    status: int
    whole: bool


class Material:
    """What addresses are made of."""

    def __init__(self, path: Path, seed: int = 1) -> None:
        self.random = random.Random(seed)
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            quoted = database.execute(
                "SELECT speaker_id, sum(claims) FROM speaker_names GROUP BY 1 ORDER BY 2 DESC"
            ).fetchall()
            self.outlets = [id for (id,) in database.execute("SELECT id FROM outlets")]
            claims = self._some(database, "claims", "id, text")
            self.articles = [id for (id,) in self._some(database, "articles", "id")]
        self.speakers: list[str] = [id for id, _ in quoted]
        self.weights: list[int] = [claims for _, claims in quoted]
        self.claims = [id for id, _ in claims]
        words = Counter(word for _, text in claims for word in set(re.findall(r"\w{5,}", text)))
        ranked = [word for word, _ in words.most_common()]
        self.common, self.rare = ranked[:WORDS], ranked[-WORDS:]

    def _some(
        self, database: sqlite3.Connection, table: str, columns: str
    ) -> list[tuple[str, ...]]:
        """Rows by chance, without going through all."""
        last = database.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0]
        drawn = (self.random.randint(1, last) for _ in range(SAMPLE))
        found = (
            database.execute(f"SELECT {columns} FROM {table} WHERE rowid = ?", [rowid]).fetchone()
            for rowid in drawn
        )
        return [row for row in found if row]

    def one(self, values: Sequence[str]) -> str:
        """One of some, by chance."""
        return self.random.choice(values)

    def speaker(self) -> str:
        """A speaker, as often as they are quoted."""
        return self.random.choices(self.speakers, self.weights)[0]

    def two(self, values: Sequence[str]) -> str:
        """The address that compares two of some."""
        ids = self.random.sample(values, 2)
        return f"/claims/-/compare?{urlencode({'id': ids}, doseq=True)}"


def kinds(of: Material) -> dict[str, Draw]:
    """Each kind of page with what gives its addresses."""

    def row(table: str, id: str) -> str:
        return f"/claims/{table}/{quote(id)}"

    def search(words: Sequence[str]) -> str:
        return f"/claims/who_said_what?{urlencode({'_search': of.one(words)})}"

    frequent = of.speakers[:FREQUENT]
    return {
        "front": lambda: "/",
        "`who_said_what` with facets": lambda: "/claims/who_said_what",
        "`claims` with facets": lambda: "/claims/claims",
        "a claim": lambda: row("claims", of.one(of.claims)),
        "an article": lambda: row("articles", of.one(of.articles)),
        "a speaker": lambda: row("speakers", of.speaker()),
        "the most quoted speaker": lambda: row("speakers", frequent[0]),
        "an outlet": lambda: row("outlets", of.one(of.outlets)),
        "two frequent speakers compared": lambda: of.two(frequent),
        "two speakers compared": lambda: of.two(of.speakers),
        "contested": lambda: "/claims/-/contested",
        "the same words": lambda: "/claims/-/same-words",
        "search, a common word": lambda: search(of.common),
        "search, a rare word": lambda: search(of.rare),
    }


def asked(address: str) -> Answer:
    """A page, and how long it took."""
    start = time.perf_counter()
    try:
        with urlopen(address, timeout=60) as response:
            status, text = response.status, response.read().decode()
    except HTTPError as error:
        status, text = error.code, ""
    taken = (time.perf_counter() - start) * 1000
    return Answer(taken, status, LATE.search(text) is None)


def settled(address: str) -> Answer:
    """The first answer; the next is waited for that lacks nothing."""
    first = answer = asked(address)
    end = time.monotonic() + SETTLING
    while not answer.whole and time.monotonic() < end:
        time.sleep(1)
        answer = asked(address)
    return first


def measured(addresses: Sequence[str], clients: int) -> list[Answer]:
    """All of some addresses, with as many at once as there are clients."""
    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(asked, addresses))


@contextmanager
def served(path: Path) -> Iterator[str]:
    """The address at which `claims serve` serves a database."""
    run = "from claims.cli import main; main()"
    command = [sys.executable, "-c", run, "serve", str(path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            told = re.search(r"http://\S+", server.stdout.readline() if server.stdout else "")
            if told is None:
                raise SystemExit("claims serve did not start")
            yield told[0].rstrip("/")
        finally:
            server.terminate()


def table(at: str, of: Material, clients: int, requests: int) -> Iterator[str]:
    """The lines of the table, each when it is measured."""
    yield "| page | first, ms | requests | median, ms | 95th percentile, ms | errors | not whole |"
    yield "|---|---|---|---|---|---|---|"
    for name, draw in kinds(of).items():
        first = settled(f"{at}{draw()}")
        answers = measured([f"{at}{draw()}" for _ in repeat(None, requests)], clients)
        cuts = quantiles((answer.ms for answer in answers), n=20)
        errors = sum(answer.status != 200 for answer in answers)
        part = sum(not answer.whole for answer in answers)
        yield (
            f"| {name} | {first.ms:,.0f} | {len(answers)} | {cuts[9]:,.0f} | {cuts[18]:,.0f}"
            f" | {errors} | {part} |"
        )


def main() -> None:
    """Measure, and print as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path, help="database of claims; it is only read")
    parser.add_argument("--clients", type=int, default=8, help="people who read at once")
    parser.add_argument("--requests", type=int, default=240, help="pages of each kind")
    parser.add_argument("--at", metavar="ADDRESS", help="measure the server that runs there")
    options = parser.parse_args()
    of = Material(options.database)
    if options.at:
        for line in table(options.at.rstrip("/"), of, options.clients, options.requests):
            print(line, flush=True)
        return
    with served(options.database) as at:
        for line in table(at, of, options.clients, options.requests):
            print(line, flush=True)


if __name__ == "__main__":
    main()
