"""Train the French pipeline: `python -m training DATA WORK OUT`, or `make train`.

Each step writes into WORK what the next one reads, and is passed over where its result is
there already: an interrupted run goes on where it was, `rm -r WORK` starts anew. It takes
about an hour on two cores.
"""

import argparse
import hashlib
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from spacy.cli.train import train as spacy_train

from training import assemble, callbacks, card, entities, evaluate, raw, treebanks, vectors

CONFIG = Path(callbacks.__file__).with_name("pipeline.cfg")
SYNTAX = ("train", "questions")
"""Treebanks that syntax is learned from; with those of speech it was no better."""

FOLDERS = ("treebanks", "ner", "corpora")
"""Folders of the data that are read."""

Overrides = Mapping[str, Any]


def recipe(
    data: Path,
    work: Path,
    out: Path,
    *,
    overrides: Overrides | None = None,
    neighbours: Mapping[str, int] | None = None,
) -> None:
    """All steps, from the data to the pipeline that is shipped.

    Args:
        data: folder with `treebanks/`, `ner/` and `corpora/`.
        work: folder for what stands between; made if need be.
        out: folder for the pipeline; what is there is replaced.
        overrides: settings of `pipeline.cfg`, such as `{"training.max_steps": 10}`.
        neighbours: settings of the word vectors.

    Raises:
        FileNotFoundError: if the data lack a file.
        FileExistsError: if `work` holds what was made from other data.
    """
    work.mkdir(parents=True, exist_ok=True)
    _same_data(data, work)
    _step(work / "treebanks", lambda to: treebanks.write(data / "treebanks", to))
    _step(work / "entities", lambda to: entities.write(data / "ner" / "winer-fr.jsonl", to))
    texts = [work / "treebanks" / f"{name}.spacy" for name in SYNTAX]
    _step(work / "raw", lambda to: raw.write(data, texts, to / "raw.txt"))
    _step(
        work / "vectors",
        lambda to: vectors.train(work / "raw" / "raw.txt", to, **(neighbours or {})),
    )
    names = work / "entities" / "entities.spacy"
    _step(work / "learn", lambda to: _copies({names: 1, **dict.fromkeys(texts, 2)}, to))
    chosen_on = [work / "treebanks" / "dev.spacy", work / "entities" / "entities-dev.spacy"]
    _step(work / "dev", lambda to: _copies(dict.fromkeys(chosen_on, 1), to))
    paths = {
        "paths.train": str(work / "learn"),
        "paths.dev": str(work / "dev"),
        "paths.vectors": str(work / "vectors"),
    }
    _step(
        work / "model",
        lambda to: spacy_train(CONFIG, to, overrides={**paths, **(overrides or {})}),
    )
    nlp = assemble.assemble(work / "model" / "model-best", texts, work / "raw" / "raw.txt")
    nlp.meta["performance"] = evaluate.performance(nlp, work)
    assemble.write(nlp, out)
    card.write(out)


def _same_data(data: Path, work: Path) -> None:
    """Note which data `work` is made from, or see that they are the same still."""
    digest = hashlib.sha256()
    for path in sorted(data.glob("*/*.*")):
        if path.parent.name in FOLDERS:
            digest.update(path.name.encode() + path.read_bytes())
    note = work / "data.sha256"
    noted = note.read_text() if note.exists() else ""
    if noted != digest.hexdigest() and any(path.is_dir() for path in work.iterdir()):
        raise FileExistsError(f"{work} was made from other data than {data}: remove it, run again")
    note.write_text(digest.hexdigest())


def _step(target: Path, make: Callable[[Path], object]) -> None:
    """Make a folder in one go: it is there once all of it is."""
    if target.exists():
        return
    print(f"{target.name} …", flush=True)
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    make(unfinished)
    unfinished.rename(target)


def _copies(files: Mapping[Path, int], to: Path) -> None:
    """Put files into a folder, each so many times: what is there twice is seen twice as often."""
    for file, times in files.items():
        for number in range(times):
            shutil.copy(file, to / f"{file.stem}-{number}{file.suffix}")


def main() -> None:
    """Run the recipe from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with treebanks/, ner/ and corpora/")
    parser.add_argument("work", type=Path, help="folder for what stands between")
    parser.add_argument("out", type=Path, help="folder for the pipeline")
    arguments = parser.parse_args()
    try:
        recipe(arguments.data, arguments.work, arguments.out)
    except (FileNotFoundError, FileExistsError) as error:
        sys.exit(f"Error: {error}")
    print((arguments.out / "README.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
