"""The JSON Schemas of the records, as the files of `schemas/`."""

import json
from pathlib import Path
from typing import Any, Literal

from claims.model import Article, Claim, Problem, Record

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Mode = Literal["validation", "serialization"]

# An article is what a user hands in, so what has a default may be left out;
# a claim is what a user gets, so that all keys are there.
_RECORDS: tuple[tuple[type[Record], Mode], ...] = (
    (Article, "validation"),
    (Claim, "serialization"),
    (Problem, "serialization"),
)


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema (draft 2020-12) of each record, by file name.

    A schema says what a record looks like; that a claim's words stand in its article is
    checked by `claims.model` alone.

    >>> sorted(schemas())
    ['article.schema.json', 'claim.schema.json', 'problem.schema.json']
    """
    return {
        name: {"$schema": DIALECT, "$id": name, **record.model_json_schema(mode=mode)}
        for record, mode in _RECORDS
        for name in [f"{record.__name__.lower()}.schema.json"]
    }


def write(folder: Path) -> list[Path]:
    """Write every schema into `folder`, which is made if need be.

    Returns:
        The files that there are now.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in _files(folder).items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(_files(folder))


def stale(folder: Path) -> list[Path]:
    """The files of `folder` that are missing or say something else than the models."""
    return [
        path
        for path, text in _files(folder).items()
        if not path.is_file() or path.read_bytes() != text.encode()
    ]


def _files(folder: Path) -> dict[Path, str]:
    """What each file should hold."""
    return {
        folder / name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in schemas().items()
    }
