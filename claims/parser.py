"""The parser of a language: the spaCy pipeline in the package, or one that the user names."""

import copyreg
import re
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.util import load_config, load_meta
from spacy.vocab import Vocab

from claims import language
from claims.backend import backend
from claims.errors import PipelineError

NEEDED = {
    "parts of speech": "POS",
    "lemmas": "LEMMA",
    "dependencies": "DEP",
    "entities": "ENT_IOB",
}
"""What a parser must give, and the attribute of tokens that shows it."""
RELATIONS = frozenset({"nsubj", "obj", "ccomp", "xcomp", "conj"})
"""Relations that every treebank of Universal Dependencies has, and other schemes do not."""
PERSON = "PER"
"""The label of persons in WikiNER, which the entities of spaCy's European languages follow."""
ORGANIZATION = "ORG"
"""That of organizations, media among them."""
PLACE = "LOC"
"""That of places."""
SAMPLE = "Paris, 1936."
"""Words of no language, to see what a pipeline gives."""
OURS = "leave --model out to use ours"


def bundled(code: str) -> Traversable:
    """The folder of the parser of the language `code` that comes with the package.

    Raises:
        PipelineError: if there is none.
    """
    folder = language.folder(code) / "model"
    if not (folder / "meta.json").is_file():
        raise PipelineError(
            f"no parser comes with the package for {code!r}: name a spaCy pipeline of the "
            "language, as in --model NAME_OR_FOLDER"
        )
    return folder


def load(code: str, name: str | None = None, vocab: Vocab | None = None) -> Language:
    """The parser `name` of the language `code`, checked.

    One that gives all but entities is given ours. One with word vectors cannot be: our
    entities need the place that it keeps them in.

    Args:
        code: the language.
        name: name of an installed spaCy pipeline, or its folder; None for the bundled one.
        vocab: the vocabulary of the pipeline that it is to serve, if there is one.

    Raises:
        PipelineError: if there is no such pipeline, or it is not of the language, of another
            version of spaCy, or without a part that is needed. The message says what to do.
    """
    shared: Vocab | bool = True if vocab is None else vocab  # True asks for a new one
    if name is None:
        return _ours(code, shared)
    with _quiet() as heard:
        try:
            with backend():
                nlp = spacy.load(name, vocab=shared)
        except Exception as error:  # a pipeline may run any code
            raise PipelineError(_why_not(name, error, _outdated(heard))) from error
        if _outdated(heard):
            raise PipelineError(_other_version(name))
        if nlp.lang != code:
            raise PipelineError(_other_language(name, str(nlp.lang), code))
        missing = _missing(name, nlp)
        if missing == ["entities"] and _lend_entities(code, nlp):
            missing = []
    if missing:
        raise PipelineError(
            f"the spaCy pipeline {name!r} gives no {', no '.join(missing)}: name one that does, "
            f"such as spaCy's own (https://spacy.io/models), or {OURS}"
        )
    return nlp


class _ByCode(type):
    """The type of the classes that `plain_language` makes; they are pickled as its calls."""


@cache
def plain_language(code: str) -> type[Language]:
    """A spaCy language class of the language `code` that brings no rules.

    Our parser has its own tokenizer. spaCy's class of French makes a table of sixteen thousand
    words with hyphens on import, which takes longer than all else before the first article.
    Its Docs have no `noun_chunks`, and its tokens no `is_stop` and `like_num`.
    """
    return _ByCode(code, (Language,), {"lang": code})  # type: ignore[return-value]


def _by_code(made: Any) -> tuple[Any, tuple[str]]:  # noqa: ANN401
    return plain_language, (made.lang,)


copyreg.pickle(_ByCode, _by_code)


def _ours(code: str, vocab: Vocab | bool = True) -> Language:
    """The bundled parser, read as `spacy.load` does, but for the language class."""
    with as_file(bundled(code)) as folder, backend():
        config = load_config(folder / "config.cfg")
        meta = load_meta(folder / "meta.json")
        return plain_language(code).from_config(config, vocab=vocab, meta=meta).from_disk(folder)


@contextmanager
def _quiet() -> Iterator[list[warnings.WarningMessage]]:
    """Collects the warnings, which would stand above the one line of an error."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        yield heard


def _outdated(heard: list[warnings.WarningMessage]) -> bool:
    return any("[W095]" in str(warning.message) for warning in heard)


def _missing(name: str, nlp: Language) -> list[str]:
    """What a pipeline does not give, in plain words.

    What its parts say they assign is not enough: one may be disabled, have no tables, or
    say nothing.

    Raises:
        PipelineError: if it does not run.
    """
    try:
        doc = nlp(SAMPLE)
    except Exception as error:
        raise PipelineError(
            f"the spaCy pipeline {name!r} does not run ({_short(error)}): train it to the end, "
            f"or {OURS}"
        ) from error
    missing = [what for what, attribute in NEEDED.items() if not doc.has_annotation(attribute)]
    labels = {label for pipe in nlp.pipe_labels.values() for label in pipe}
    if "dependencies" not in missing and not labels >= RELATIONS:
        missing.append("dependencies of Universal Dependencies (nsubj, obj …)")
    if "entities" not in missing and PERSON not in labels:
        missing.append(f"entities that are called {PERSON}")
    return missing


def _lend_entities(code: str, nlp: Language) -> bool:
    """Add our entities to a pipeline without any, if that harms none of its parts.

    They are read by word vectors, and a vocabulary has room for one table of these.
    """
    if len(nlp.vocab.vectors) or "ner" in nlp.component_names:
        return False
    try:
        ours = _ours(code)
    except PipelineError:
        return False
    # With a reader of its own, which no part of `nlp` can come to listen to.
    ours.replace_listeners("tok2vec", "ner", ["model.tok2vec"])
    nlp.vocab.vectors = ours.vocab.vectors
    nlp.add_pipe("ner", source=ours, first=True)
    return True


def _why_not(name: str, error: Exception, outdated: bool) -> str:
    """Why spaCy could not load a pipeline, and what to do."""
    said = str(error)
    if outdated:
        return _other_version(name)
    if "[E050]" in said or "[E941]" in said:
        if re.fullmatch(r"[a-z]{2,3}_\w+", name):
            what = f"install it (python -m spacy download {name}), or {OURS}"
            return f"no spaCy pipeline {name!r} is installed: {what}"
        what = f"name an installed pipeline or its folder, or {OURS}"
        return f"there is no spaCy pipeline {name!r}, installed or as a folder: {what}"
    if "[E053]" in said or Path(name).is_file():
        inner = next((path.parent for path in sorted(Path(name).glob("*/config.cfg"))), None)
        what = f"name {str(inner)!r}" if inner else "name the folder that holds its config.cfg"
        return f"{name!r} is no folder of a spaCy pipeline: {what}, or {OURS}"
    if languages := re.search(r"\[E150\].*'(\w+)' and '(\w+)'", said):
        return _other_language(name, *languages.groups())
    if factory := re.search(r"\[E002\].*? factory for '(.*?)'", said):
        extra = "for transformers: pip install spacy-curated-transformers spacy-transformers"
        return (
            f"the spaCy pipeline {name!r} needs {factory[1]!r}, which is not installed: install "
            f"the package that has it ({extra}), or {OURS}"
        )
    return (
        f"the spaCy pipeline {name!r} cannot be loaded ({_short(error)}): install or train it "
        f"again, or {OURS}"
    )


def _other_version(name: str) -> str:
    return (
        f"the spaCy pipeline {name!r} was made for another version of spaCy than "
        f"{version('spacy')}, which is installed: download it again "
        f"(python -m spacy download NAME) or train it again, or {OURS}"
    )


def _other_language(name: str, found: str, needed: str) -> str:
    return (
        f"the spaCy pipeline {name!r} is of the language {found!r}, and {needed!r} is needed: "
        f"name one of that language, or {OURS}"
    )


def _short(error: Exception) -> str:
    return textwrap.shorten(str(error) or type(error).__name__, 200, placeholder=" …")
