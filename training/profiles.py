"""Profiles of words, counted over articles that nobody has annotated.

`python -m training.profiles DATA OUT` parses the articles of DATA's `corpora/`, in a quarter of an
hour, and writes the files that `claims.components.profiles` reads to OUT.
"""

import argparse
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.progress import track

from claims.components import profiles
from claims.components.trees import Tree
from claims.extraction import Extractor
from claims.model import Article
from claims.reading import distinct, read

NOT_NEEDED = ("claims_attributions", "claims_decisions", "claims_mentions", "claims_outlets")
"""Components that a parse does without."""
LEAST = 8
"""How often a word occurs at least."""

Uses = defaultdict[str, Counter[str]]


def trees(data: Path) -> Iterator[Tree]:
    """The parsed articles of `data/corpora`, each once; what cannot be read is left out."""
    extractor = Extractor("fr")
    for name in NOT_NEEDED:
        extractor.nlp.remove_pipe(name)
    for reading in distinct(read([str(data / "corpora")])):
        if isinstance(reading.found, Article):
            yield Tree(extractor.nlp(extractor.doc(reading.found)), "fr")


def write(parsed: Iterable[Tree], out: Path) -> None:
    """Count the uses of words in parsed texts; write them to a folder, made if need be."""
    cues: Uses = defaultdict(Counter)
    subjects: Uses = defaultdict(Counter)
    for tree in parsed:
        for key, uses in profiles.cue_uses(tree):
            cues[key].update(["times", *uses])
        for key, uses in profiles.subject_uses(tree):
            subjects[key].update(["times", *uses])
    out.mkdir(parents=True, exist_ok=True)
    _write(cues, profiles.CUE_USES, out / profiles.CUES)
    _write(subjects, profiles.SUBJECT_USES, out / profiles.SUBJECTS)


def _write(counted: Uses, uses: Sequence[str], path: Path) -> None:
    names = ("times", *uses)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("word", *names))
        for key, row in sorted(counted.items()):
            if row["times"] >= LEAST and "\n" not in key:
                writer.writerow((key, *(row[name] for name in names)))


def main() -> None:
    """Count profiles from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with corpora/")
    parser.add_argument("out", type=Path, help="folder for the profiles")
    arguments = parser.parse_args()
    if not (arguments.data / "corpora").is_dir():
        sys.exit(f"Error: {arguments.data} has no folder corpora/; give the folder of the data")
    write(track(trees(arguments.data), "articles", total=None), arguments.out)


if __name__ == "__main__":
    main()
