"""A database of very many claims: `python -m benchmarks.million FILE [CLAIMS]`.

Loads made-up claims, adds a thousand articles when it holds ten thousand claims and again at the
end, and opens each view; what it prints is the table of `docs/scale.md`. The claims are made of a
vocabulary whose words are as frequent as in the press, and forty thousand rare ones; a fifth are another's words, cut or
with a word changed, of an article of the same days; one in fifty denies another's. A million take
about a quarter of an hour and three gigabytes.
"""

import argparse
import random
import resource
import sqlite3
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

from claims.grouping.terms import counts
from claims.model import (
    Article,
    Claim,
    Cue,
    Outlet,
    OutletRole,
    Range,
    Span,
    Speaker,
    SpeakerKind,
    Stance,
    named_speaker_id,
    outlet_id,
)
from claims.reading import Reading
from claims.registry import Registry
from claims.store import Store
from claims.store.loading import Extracted

CLAIMS_AN_ARTICLE = 10
ARTICLES_A_DAY = 200
OUTLETS = ["AFP", "KCNA", "RIA Novosti", "Reuters", "TASS", "Xinhua", "ANSA", "EFE"]
STANCES = [Stance.AFFIRMS] * 12 + [Stance.JUDGES, Stance.DEMANDS, Stance.OPPOSES, Stance.ACCUSES]
SYLLABLES = [c + v for c in "bcdfglmnprstv" for v in ("a", "e", "i", "o", "u", "ou", "an")]
RARE, RECENT = 40_000, 2_000
PAGES = (
    "SELECT * FROM who_said_what ORDER BY date DESC LIMIT 51",
    "SELECT * FROM who_relays_whom LIMIT 51",
    "SELECT * FROM who_carries_what LIMIT 51",
    "SELECT * FROM who_says_how LIMIT 51",
    "SELECT * FROM same_words LIMIT 51",
    "SELECT * FROM first_to_report LIMIT 51",
    "SELECT * FROM contested LIMIT 51",
    "SELECT * FROM for_and_against LIMIT 51",
    "SELECT * FROM claims ORDER BY published DESC LIMIT 51",
    "SELECT * FROM groups ORDER BY articles DESC LIMIT 51",
    "SELECT * FROM matters WHERE contested = 1 ORDER BY articles DESC LIMIT 51",
    "SELECT c.* FROM claims c JOIN claim_speakers s ON s.claim_id = c.id"
    " WHERE s.speaker_id = (SELECT id FROM speakers ORDER BY name LIMIT 1) LIMIT 51",
)
"""What the first page of each view asks, and of the tables that people begin with."""


class Made:
    """Articles with claims that nobody made."""

    registry = Registry.bundled()

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        common = counts("fr").counts
        self.words, frequencies = [*common], [*common.values()]
        self.words += (self._word() for _ in range(RARE))
        self.cumulative = list(accumulate([*frequencies, *[1] * RARE]))
        self.names = [f"{self._word().title()} {self._word().title()}" for _ in range(20_000)]
        self.recent: list[tuple[str, str, Stance]] = []
        self.claims: dict[str, tuple[Claim, ...]] = {}

    @property
    def configuration(self) -> dict[str, Any]:
        """As an extractor's."""
        return {"version": "benchmark", "model": None}

    def extract(self, articles: Iterable[Article]) -> Iterator[Extracted]:
        """As an extractor does."""
        for article in articles:
            yield article, self.claims.pop(article.id)

    def readings(self, first: int, count: int) -> Iterator[Reading]:
        """Articles number `first` to `first + count`, each made when it is asked for."""
        for number in range(first, first + count):
            article, claims = self._article(number)
            self.claims[article.id] = claims
            yield Reading("benchmark.jsonl", f"line {number}", article)

    def _word(self) -> str:
        return "".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 4)))

    def _rank(self, size: int) -> int:
        """A rank whose frequency falls as Zipf has it."""
        return min(size - 1, int(size ** self.random.random()) - 1)

    def _telling(self) -> str:
        return self.random.choices(self.words, cum_weights=self.cumulative)[0]

    def _sentence(self) -> str:
        size = self.random.randint(6, 30)
        parts = [
            self.random.choice(("de", "la", "le", "et", "que"))
            if self.random.random() < 0.4
            else self._telling()
            for _ in range(size)
        ]
        return " ".join(parts)

    def _said(self) -> tuple[str, str, Stance]:
        """Speaker, words and stance: new ones, or those of an article before."""
        lot = self.random.random()
        if self.recent and lot < 0.22:
            name, words, stance = self.random.choice(self.recent)
            if lot < 0.02:
                return self.names[self._rank(len(self.names))], words, Stance.DENIES
            parts = words.split()
            if lot < 0.12:
                parts = parts[: max(6, len(parts) * 2 // 3)]
            else:
                parts[self.random.randrange(len(parts))] = self._word()
            return name, " ".join(parts), stance
        said = (
            self.names[self._rank(len(self.names))],
            self._sentence(),
            self.random.choice(STANCES),
        )
        self.recent.append(said)
        del self.recent[:-RECENT]
        return said

    def _article(self, number: int) -> tuple[Article, tuple[Claim, ...]]:
        said = [self._said() for _ in range(CLAIMS_AN_ARTICLE)]
        lines = [
            f"{name} dit : « {words} » à {OUTLETS[i % 8]}."
            for i, (name, words, _) in enumerate(said)
        ]
        day = date(2015, 1, 1) + timedelta(days=number // ARTICLES_A_DAY)
        article = Article.make(
            "\n".join(lines),
            id=f"a{number}",
            title=self._sentence().capitalize(),
            published=day.isoformat(),
            publisher=f"Journal {number % 60}",
            url=f"https://example.org/{number}",
        )
        claims, at = [], 0
        for i, ((name, words, stance), line) in enumerate(zip(said, lines, strict=True)):
            start = at + line.index("«") + 2
            cue = at + len(name) + 1
            outlet = at + len(line) - 1 - len(OUTLETS[i % 8])
            claims.append(
                Claim.of(
                    article,
                    [Span(start=start, end=start + len(words), text=words)],
                    type="direct",
                    cue=Cue(
                        start=cue,
                        end=cue + 3,
                        text="dit",
                        lemma="nier" if stance is Stance.DENIES else "dire",
                    ),
                    speaker=Span(start=at, end=at + len(name), text=name),
                    speakers=[
                        Speaker(id=named_speaker_id(name), name=name, kind=SpeakerKind.PERSON)
                    ],
                    outlets=[
                        Outlet(
                            id=outlet_id(OUTLETS[i % 8]),
                            name=OUTLETS[i % 8],
                            role=OutletRole.TOLD_TO,
                            start=outlet,
                            end=outlet + len(OUTLETS[i % 8]),
                        )
                    ],
                    stance=stance,
                    rule="benchmark",
                    context=Range(start=at, end=at + len(line)),
                )
            )
            at += len(line) + 1
        return article, tuple(claims)


def loaded(path: Path, made: Made, first: int, count: int) -> float:
    """Seconds of the processor that it takes to add articles, without making them up."""
    ready = list(made.readings(first, count))
    start = time.process_time()
    with Store.open(path, write=True) as store:
        store.load(ready, made)
    return time.process_time() - start


def views(path: Path) -> Iterator[tuple[str, float, str]]:
    """Each page's statement, the milliseconds it takes, and what it scans whole."""
    connection = sqlite3.connect(path)
    for page in PAGES:
        start = time.perf_counter()
        connection.execute(page).fetchall()
        taken = (time.perf_counter() - start) * 1000
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {page}")]
        yield (
            page,
            taken,
            "; ".join(
                step for step in plan if step.startswith("SCAN") or "TEMP B-TREE FOR ORDER" in step
            ),
        )


def main() -> None:
    """Measure, and print as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="database to make; it must not be there yet")
    parser.add_argument("claims", type=int, nargs="?", default=1_000_000)
    options = parser.parse_args()
    if options.file.exists():
        parser.error(f"{options.file} is there already; give another file, or remove it")
    made, added = Made(), 1000
    small = 10_000 // CLAIMS_AN_ARTICLE
    loaded(options.file, made, 0, small)
    first = loaded(options.file, made, small, added)
    print(f"| claims | adding {added:,} articles, seconds | claims a second |\n|---|---|---|")
    print(
        f"| {small * CLAIMS_AN_ARTICLE:,} | {first:.1f} | {added * CLAIMS_AN_ARTICLE / first:,.0f} |",
        flush=True,
    )
    at, total, taken = small + added, options.claims // CLAIMS_AN_ARTICLE, 0.0
    while at < total:
        step = min(2000, total - at)
        taken += loaded(options.file, made, at, step)
        at += step
        if at % 10_000 == 0:
            print(f"  {at * CLAIMS_AN_ARTICLE:,} claims after {taken:,.0f} s", flush=True)
    last = loaded(options.file, made, at, added)
    print(
        f"| {total * CLAIMS_AN_ARTICLE:,} | {last:.1f} | {added * CLAIMS_AN_ARTICLE / last:,.0f} |"
    )
    print(f"\nThe last takes {last / first:.2f} times the first.")
    size = options.file.stat().st_size
    print(
        f"File: {size / 1e9:.2f} GB, {size / (total + added) / CLAIMS_AN_ARTICLE:,.0f} bytes a claim."
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Memory at most: {peak:,.0f} MB, with the claims that are made up.\n")
    print("| page | ms | scans or sorts |\n|---|---|---|")
    for page, ms, scans in views(options.file):
        print(f"| `{page}` | {ms:,.0f} | {scans} |")


if __name__ == "__main__":
    main()
