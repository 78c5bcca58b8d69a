"""The spaCy pipeline of a language, with our components in the order they need."""

from typing import Any

import spacy
from spacy.language import Language

from claims import language, parser
from claims.registry import Registry
from claims.tokenizer import ArticleTokenizer

COMPONENTS = (
    "claims_quotations",
    "claims_sentences",
    "claims_syntax",
    "claims_cues",
    "claims_media",
    "claims_attributions",
    "claims_decisions",
    "claims_sources",
    "claims_denials",
    "claims_mentions",
    "claims_outlets",
    "claims_stances",
    "claims_targets",
    "claims_dates",
    "claims_links",
)
NEUTRAL = frozenset({"claims_sentences"})
"""Components that no language's data go into."""
REGISTERED = frozenset({"claims_media", "claims_mentions"})
"""Components that ask the registry."""


def load(code: str = "fr", registry: Registry | None = None, model: str | None = None) -> Language:
    """The pipeline of the language `code`.

    Args:
        code: the language.
        registry: what names are resolved by; the bundled one by default.
        model: name or folder of the spaCy pipeline that parses; the bundled one by default.

    Raises:
        LanguageError: if there is no data for the language, or it is not valid.
        PipelineError: if the model cannot be used; the message says what to do.
    """
    language.folder(code)
    nlp = parser.plain_language(code)() if model is None else spacy.blank(code)
    for name in COMPONENTS:
        config: dict[str, str | None] = {} if name in NEUTRAL else {"language": code}
        if name == "claims_syntax":
            config["model"] = model
        component: Any = nlp.add_pipe(name, config=config)
        if name == "claims_syntax":
            # A parser knows the tokens of its own tokenizer.
            nlp.tokenizer = ArticleTokenizer(component.model.tokenizer, nlp.vocab, code)
        if registry is not None and name in REGISTERED:
            component.registry = registry
    return nlp
