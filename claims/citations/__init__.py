"""Claims as citations: one pure function a format, `(article, claim, known) -> str`."""

from collections.abc import Callable, Iterable, Iterator
from typing import IO, NamedTuple, Protocol

from claims.citations import annotation as annotations
from claims.citations import markdown as quoting
from claims.citations import spreadsheet as tables
from claims.citations.annotation import annotation
from claims.citations.bibtex import bibtex
from claims.citations.csljson import csljson
from claims.citations.jsonld import jsonld
from claims.citations.markdown import markdown
from claims.citations.parts import NOTHING, Cited, Known
from claims.citations.references import reference
from claims.citations.ris import ris
from claims.citations.spreadsheet import spreadsheet
from claims.model import Article, Claim


class Cite(Protocol):
    """What makes the citation of one claim."""

    def __call__(self, article: Article, claim: Claim, known: Known = NOTHING) -> str:
        """The citation."""


class Format(NamedTuple):
    """How one claim is cited, and how citations are put together to a file."""

    cite: Cite
    name: str
    """What people call it."""
    extension: str
    """Of the name of a file, without its dot."""
    media_type: str
    before: str = ""
    between: str = ""
    after: str = ""
    remark: Callable[[str], str] | None = None
    """A line of text as a remark between citations; None where the format has none."""

    def pieces(self, claims: Iterable[Cited | tuple[Article, Claim]]) -> Iterator[str]:
        """The file in pieces, one a claim and one at each end: of any number it keeps one."""
        yield self.before
        for number, cited in enumerate(claims):
            yield (self.between if number else "") + self.cite(*cited)
        yield self.after

    def write(self, claims: Iterable[Cited | tuple[Article, Claim]], file: IO[str]) -> None:
        """Write all citations as they come, as one text that a program of the format reads."""
        file.writelines(self.pieces(claims))

    def file(self, claims: Iterable[Cited | tuple[Article, Claim]]) -> str:
        """All citations as one text that a program of the format reads."""
        return "".join(self.pieces(claims))


_LIST = ("[\n", ",\n", "\n]\n")
"""What stands before, between and after the members of a list in JSON."""

FORMATS: dict[str, Format] = {
    "ris": Format(ris, "RIS", "ris", "application/x-research-info-systems; charset=utf-8"),
    "csljson": Format(
        csljson, "CSL-JSON", "json", "application/vnd.citationstyles.csl+json", *_LIST
    ),
    "bibtex": Format(
        bibtex,
        "BibTeX",
        "bib",
        "application/x-bibtex; charset=utf-8",
        between="\n",
        remark=lambda line: f"\n@comment{{{line}}}\n",
    ),
    "jsonld": Format(
        jsonld,
        "JSON-LD",
        "jsonld",
        "application/ld+json",
        before='{\n"@context": "https://schema.org",\n"@graph": [\n',
        between=",\n",
        after="\n]\n}\n",
    ),
    "annotation": Format(
        annotation,
        "Web Annotation",
        "json",
        f'application/ld+json; profile="{annotations.CONTEXT}"',
        *_LIST,
    ),
    "markdown": Format(
        markdown,
        "Markdown",
        "md",
        "text/markdown; charset=utf-8",
        between="\n",
        remark=lambda line: f"\n{quoting.escaped(line)}\n",
    ),
    "csv": Format(
        spreadsheet, "CSV", "csv", "text/csv; charset=utf-8; header=present", tables.header()
    ),
    **{
        f"{style}-{language}": Format(
            reference(style, language),
            f"{name}, {spoken}",
            "txt",
            "text/plain; charset=utf-8",
            between="\n",
            remark="\n{}\n".format,
        )
        for style, name in (("iso690", "ISO 690"), ("apa", "APA"))
        for language, spoken in (("fr", "français"), ("en", "English"))
    },
}
