"""A claim as a formatted reference, in French or in English."""

from collections.abc import Callable
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from claims.citations.csljson import item
from claims.citations.parts import NOTHING, Known, note
from claims.errors import ReferencesError
from claims.model import Article, Claim

_LOCALES = {"fr": "fr-FR", "en": "en-US"}


def reference(style: str, language: str) -> Callable[..., str]:
    """A format: the reference of the article in a style, and below it what is said, as plain text.

    Args:
        style: `iso690` or `apa`, a file of `styles/`.
        language: `fr` or `en`, of the date and the words around the claim's.

    Raises:
        ReferencesError: when a claim is cited, if citeproc-py is not installed.
    """

    def cite(article: Article, claim: Claim, known: Known = NOTHING) -> str:
        text = _formatted(item(article, claim, ""), style, language)
        return f"{text}\n    {note(article, claim, language)}\n"

    return cite


def _formatted(source: dict[str, Any], style: str, language: str) -> str:
    made = _style(style, language)
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    bibliography = CitationStylesBibliography(made, CiteProcJSON([source]), formatter.plain)
    bibliography.register(Citation([CitationItem(source["id"])]))
    (text,) = bibliography.bibliography()
    return str(text)


@cache
def _style(name: str, language: str) -> Any:  # noqa: ANN401
    try:
        from citeproc import CitationStylesStyle
    except ImportError as error:
        raise ReferencesError(
            "formatted references need citeproc-py; install it: pip install 'claims[references]'"
        ) from error
    with as_file(files("claims.citations") / "styles" / f"{name}.csl") as path:
        return CitationStylesStyle(str(path), locale=_LOCALES[language], validate=False)
