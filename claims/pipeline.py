"""The spaCy pipeline of a language, with our components in the order they need."""

import re

import spacy
from spacy.lang.char_classes import HYPHENS
from spacy.language import Language
from spacy.util import compile_infix_regex, compile_suffix_regex

from claims import language
from claims.components import chunks, quotations
from claims.registry import Registry

COMPONENTS = (
    "claims_cues",
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


def load(code: str = "fr", registry: Registry | None = None) -> Language:
    """The pipeline of the language `code`, resolving names by `registry` or the bundled one.

    Raises:
        LanguageError: if there is no data for the language, or it is not valid.
    """
    language.folder(code)
    nlp = spacy.blank(code)
    _set_tokenizer(nlp, code)
    for name in COMPONENTS:
        component = nlp.add_pipe(name, config={} if name in NEUTRAL else {"language": code})
        if registry is not None and name in REGISTERED:
            component.registry = registry  # type: ignore[attr-defined]
    return nlp


def _set_tokenizer(nlp: Language, code: str) -> None:
    """Keep words with hyphens whole but for inverted pronouns; make every mark a token."""
    marks = quotations.marks(code).closes
    known = {*marks, *marks.values()} - {"’", "‘"}
    kept = [infix for infix in nlp.Defaults.infixes or () if HYPHENS not in str(infix)]
    infixes = compile_infix_regex([*kept, *sorted(known)])
    inverted = [rf"(?<=\w){re.escape(form)}" for form in chunks.inverted(code)]
    suffixes = compile_suffix_regex([*(nlp.Defaults.suffixes or ()), *inverted])
    nlp.tokenizer.infix_finditer = infixes.finditer  # type: ignore[union-attr]
    nlp.tokenizer.suffix_search = suffixes.search  # type: ignore[union-attr]
