"""Citations of single claims: one pure function a format, `(article, claim) -> str`."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from claims.citations.csljson import csljson
from claims.citations.ris import ris
from claims.model import Article, Claim


class Format(NamedTuple):
    """How one claim is cited, and how citations are put together to a file."""

    cite: Callable[[Article, Claim], str]
    before: str = ""
    between: str = ""
    after: str = ""

    def file(self, claims: Iterable[tuple[Article, Claim]]) -> str:
        """All citations as one text that a reference manager reads."""
        return self.before + self.between.join(self.cite(*pair) for pair in claims) + self.after


FORMATS: dict[str, Format] = {
    "ris": Format(ris),
    "csljson": Format(csljson, before="[\n", between=",\n", after="\n]\n"),
}
