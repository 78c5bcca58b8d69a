"""First names and their gender: what tells that a name is a person's, and of which gender."""

from functools import cache

from pydantic import Field

from claims import language


class GivenNames(language.Row):
    """A row of `given_names.csv`: first names of one gender."""

    gender: str = Field(pattern="^(Masc|Fem)$", description="The gender.")
    names: str = Field(description="The names without accents, in lower case, apart by spaces.")


@cache
def given_names(code: str) -> dict[str, str]:
    """First name, folded, to its gender."""
    rows = language.rows(code, "given_names", GivenNames)
    return {name: row.gender for row in rows for name in row.names.split()}
