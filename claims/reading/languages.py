"""Texts to the language that they are in, told from their letters."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

SURE = 0.8
"""The least probability that is believed: of 500 pieces of 50 characters of French press none was
taken for another language with more than 0.99, and whole articles reach 0.99."""
ENOUGH = 5_000
"""Characters that are looked at."""


def detected(text: str) -> str | None:
    """The ISO 639-1 code of the language of a text, or None where that is not certain.

    By py3langid (Lui and Baldwin 2012, langid.py), which knows 97 languages.

    >>> detected("The president said on Monday that the talks would go on.")
    'en'
    >>> detected("Ok.")
    """
    code, probability = _identifier().classify(text[:ENOUGH])
    return str(code) if probability >= SURE else None


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
