"""Countries: their names, what their governments and capitals stand for, and their adjectives.

Names are those that the press uses, as the Unicode CLDR has them (through Babel); a table of the
registry adds the adjectives, which CLDR lacks, the capitals, and other names.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Annotated, Self

from babel import Locale
from pydantic import BeforeValidator, Field, model_validator

from claims.language import Row, rows
from claims.model import Record

SEPARATOR = "|"
"""What stands between the aliases of a cell."""


def _split(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    return tuple(alias for part in cell.split(SEPARATOR) if (alias := part.strip()))


Aliases = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Other names, in a table separated by ` | `."""


class CountryEntry(Record):
    """A row of `countries.csv`."""

    code: str = Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2 code, or XK.")
    name: str = Field(default="", description="The name to show; empty for that of CLDR.")
    adjectives: str = Field(
        default="",
        pattern=r"^$|^[^\s,]+(?: [^\s,]+)+$",
        description="The forms of the adjective apart by spaces, the masculine singular first.",
    )
    capital: str = Field(default="", description="The seat of government, where it stands for it.")
    aliases: Aliases = Field(default=(), description="Other names.")

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if not self.name and self.code not in _territories("en"):
            raise ValueError(f"no country has the code {self.code}; give it a name, or mend it")
        return self

    def shown(self, language: str) -> str:
        """The name to show, that of CLDR in a language where the row has none."""
        return self.name or _territories(language)[self.code].replace("’", "'")

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of its adjective, the masculine singular first."""
        return tuple(self.adjectives.split())


class GovernmentRow(Row):
    """How a government is called by its country's adjective."""

    form: str = Field(description="The words, `{}` where the adjective stands.")


Named = tuple[str, tuple[str, ...], str, str | None]
"""A name with its aliases, the country's code, and what it is a metonym of."""


def speakers(countries: Iterable[CountryEntry], language: str) -> Iterator[Named]:
    """Each country, its government and its capital, as they speak.

    There is no government where two countries share an adjective (*le gouvernement congolais*).
    """
    known = list(countries)
    shared = Counter(form for each in known for form in each.forms)
    (called,) = rows(language, "governments", GovernmentRow)
    for each in known:
        yield each.shown(language), each.aliases, each.code, None
        government = None
        for masculine in each.forms[:1]:
            if shared[masculine] == 1:
                government = called.form.format(masculine)
                yield government, (), each.code, None
        if each.capital:
            yield each.capital, (), each.code, government


@cache
def _territories(language: str) -> dict[str, str]:
    """Code of a country to its name in a language."""
    return dict(Locale(language).territories)
