"""The spaCy pipeline of a language, with our components in the order they need."""

from typing import cast

import spacy
from spacy.lang.char_classes import HYPHENS
from spacy.language import Language
from spacy.pipeline import SpanRuler
from spacy.util import compile_infix_regex

from claims import language
from claims.components import cues, quotations
from claims.registry import Registry

COMPONENTS = (
    "claims_quotations",
    "claims_sentences",
    "claims_media",
    "claims_attributions",
    "claims_mentions",
    "claims_outlets",
)
NEUTRAL = frozenset({"claims_sentences"})
"""Components that no language's data go into."""
REGISTERED = frozenset({"claims_media", "claims_mentions"})
"""Components that ask the registry."""
MAX_LENGTH = 100_000_000
"""Characters of the longest text; the components need little memory, so spaCy's limit of a
million does not serve."""


def load(code: str = "fr", registry: Registry | None = None) -> Language:
    """The pipeline of the language `code`, resolving names by `registry` or the bundled one.

    Raises:
        LanguageError: if there is no data for the language, or it is not valid.
    """
    language.folder(code)
    nlp = spacy.blank(code)
    nlp.max_length = MAX_LENGTH
    _set_infixes(nlp, code)
    ruler = nlp.add_pipe(
        "span_ruler",
        name="claims_cues",
        config={"spans_key": cues.GROUP, "phrase_matcher_attr": "LOWER", "overwrite": True},
    )
    cast(SpanRuler, ruler).add_patterns(cues.patterns(code))  # type: ignore[arg-type]
    for name in COMPONENTS:
        component = nlp.add_pipe(name, config={} if name in NEUTRAL else {"language": code})
        if registry is not None and name in REGISTERED:
            component.registry = registry  # type: ignore[attr-defined]
    return nlp


def _set_infixes(nlp: Language, code: str) -> None:
    """Keep words with hyphens whole; make quotation marks tokens, even inside a word."""
    marks = quotations.marks(code).closes
    known = {*marks, *marks.values()} - {"’", "‘"}
    kept = [infix for infix in nlp.Defaults.infixes or () if HYPHENS not in str(infix)]
    infixes = [*kept, *sorted(known)]
    nlp.tokenizer.infix_finditer = compile_infix_regex(infixes).finditer  # type: ignore[union-attr]
