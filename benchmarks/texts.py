"""Texts to measure with: of the press, of any length, and such as no press prints.

`python -m benchmarks.texts NAME LENGTH CORPORA LIMIT` reads one of them as an article, and prints the
seconds of the processor that it took, its claims and the memory at most; it ends after LIMIT seconds.
"""

import argparse
import json
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, cycle, islice
from pathlib import Path

from claims.extraction import Extractor
from claims.jobs import Settings
from claims.model import Article, Problem, ZoneKind
from claims.zones import zones

PRESS = "press"
"""The name of what is no hostile text."""
GRACE = 5
"""Seconds between what tells a process that its time is over and what ends it."""
NAMES = ("Claire Dubreuil", "Marc Vasseur", "l’Agence Horizon", "Lucie Ferrand", "Omar Benali")
SENTENCE = "Le maire de la ville a dit que le pont serait fermé lundi. "


def lines(corpora: Path) -> list[bytes]:
    """The articles of a JSON Lines file, or of all in a folder."""
    files = sorted(corpora.glob("*.jsonl")) if corpora.is_dir() else [corpora]
    return [line for path in files for line in path.read_bytes().splitlines() if line.strip()]


def drawn(of: Sequence[bytes], number: int) -> list[bytes]:
    """So many of some, evenly; all, where there are no more."""
    step = max(1.0, len(of) / number)
    return [of[int(at * step)] for at in range(min(number, len(of)))]


def press(of: Sequence[bytes], length: int) -> str:
    """A text of the paragraphs of articles drawn evenly; shorter where there are too few."""
    found: list[str] = []
    size = 0
    for line in drawn(of, max(1, length // 500)):
        article = json.loads(line)
        text = article["text"]
        body = [z for z in zones(text, "fr", article.get("title")) if z.kind is ZoneKind.BODY]
        found += (text[z.start : z.end] for z in body)
        size += sum(z.end - z.start + 1 for z in body)
        if size > length:
            break
    return "\n".join(found)[:length]


def pieces(text: str, size: int) -> list[str]:
    """A text in parts of at most `size` characters, cut at white space.

    >>> pieces("un deux trois", 8)
    ['un deux', 'trois']
    """
    return re.findall(rf"\S.{{0,{size - 1}}}(?!\S)", text, re.DOTALL)


def repeated(part: str) -> Callable[[int], str]:
    """What makes a text of one part, again and again."""
    return lambda length: (part * (length // len(part) + 1))[:length]


def unclosed(length: int) -> str:
    """Ten thousand quotations that nothing closes, or as many as there is room for."""
    marks = min(10_000, length // 10)
    return "".join(f"« {SENTENCE * 20}"[: length // marks] for _ in range(marks))


def nested(length: int) -> str:
    """Quotations in quotations, half of the text deep."""
    deep = length // 6
    return ("« a " * deep + "» " * deep)[:length]


HOSTILE: dict[str, Callable[[int], str]] = {
    "10,000 unclosed quotation marks": unclosed,
    "one line without spaces": repeated("Lemairedelavilleaditquelepontseraitfermé"),
    "only figures": repeated("1234567890 "),
    "only figures, no spaces": repeated("1234567890"),
    "only newlines": lambda length: "a" + "\n" * (length - 1),
    "one endless sentence": repeated("le maire de la ville a dit que le pont serait fermé et "),
    "commas": repeated("mot, " * 2),
    "only commas": repeated(","),
    "« » in turn": repeated("« » "),
    "» « in turn": repeated("» « "),
    "short quotations": repeated("« oui », dit-il, "),
    "quotations in quotations": nested,
    "only names": lambda length: " ".join(islice(cycle(NAMES), length // 10))[:length],
    "only names, each another": lambda length: " ".join(
        islice((f"Jean Du{chr(97 + i % 26)}{i}" for i in range(length)), length // 10)
    )[:length],
    "only cues": repeated("dit "),
    "one sentence again and again": repeated(SENTENCE),
    "a line for each word": repeated("dit\n"),
}
"""What no press prints, each for a length in characters."""


def text(name: str, length: int, corpora: Path) -> str:
    """The text of a name."""
    return press(lines(corpora), length) if name == PRESS else HOSTILE[name](length)


def peaks(counts: Sequence[int], corpora: Path, size: int | None) -> list[tuple[int, float]]:
    """Megabytes at most after so many articles, all read by this process, as a run reads them.

    Args:
        counts: how many.
        corpora: where they are.
        size: characters of a piece; pieces of articles are read then, each as an article.
    """
    extractor = Settings().build()
    articles: Iterator[Article] = chain.from_iterable(map(articles_of, cycle(lines(corpora))))
    if size is not None:
        articles = (
            Article.make(part) for article in articles for part in pieces(article.text, size)
        )
    done = enumerate(extractor.extract(islice(articles, max(counts))), start=1)
    return [(number, peak()) for number, _ in done if number in counts]


def articles_of(line: bytes) -> Iterator[Article]:
    """The article of a line as it is, without what reading finds out beside it."""
    known = {key: value for key, value in json.loads(line).items() if value is not None}
    yield Article(**{key: known[key] for key in Article.model_fields.keys() & known.keys()})


def peak() -> float:
    """The megabytes that this process held at most."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (1024**2 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Read one text, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=[PRESS, *HOSTILE])
    parser.add_argument("length", type=int)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("limit", type=int)
    options = parser.parse_args()
    extractor = Extractor()
    article = Article.make(text(options.name, options.length, options.corpora))
    list(extractor.extract([Article.make(SENTENCE)]))
    start = time.process_time()
    most = int(start) + options.limit
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + GRACE))
    [(_, found)] = extractor.extract([article])
    taken = time.process_time() - start
    if isinstance(found, Problem):
        raise SystemExit(found.reason)
    print(json.dumps({"seconds": taken, "claims": len(found), "megabytes": peak()}))


if __name__ == "__main__":
    main()
