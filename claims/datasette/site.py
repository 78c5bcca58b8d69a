"""What every page has: addresses, names of values, dates as readers write them."""

import re
from datetime import date
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from babel.dates import format_date
from datasette.utils import tilde_encode
from markupsafe import Markup, escape

from claims.citations.parts import STANCES
from claims.datasette import charts, labels
from claims.datasette.renderers import EXTENSIONS
from claims.model import Stance

if TYPE_CHECKING:
    # Not at run time: it loads all plugins, and would find this module half read.
    from datasette.app import Datasette

LOCALE = "fr"
SHORT = 160
"""Characters of a headline or a quotation that stands in a list of links."""
_CHANGE = re.compile(r"(\[-.*?-\]|\{\+.*?\+\})", re.DOTALL)


class Site:
    """A database of claims as the templates see it."""

    labels = labels
    charts = charts
    extensions: ClassVar[dict[str, str]] = {form: ending for ending, form in EXTENSIONS.items()}
    """Of the address of a citation, by its format."""

    def __init__(self, datasette: "Datasette", database: str) -> None:
        self.datasette = datasette
        self.database = database

    def page(self, name: str, **query: object) -> str:
        """The address of a page of ours: `compare`, `contested`, `same-words`."""
        return _with(f"{self.datasette.urls.database(self.database)}/-/{name}", query)

    def table(self, name: str, **query: object) -> str:
        """The address of a table or view; a query key may have `__` (`stance__exact`)."""
        return _with(str(self.datasette.urls.table(self.database, name)), query)

    def row(self, table: str, id: str, **query: object) -> str:
        """The address of a row."""
        address = str(self.datasette.urls.row(self.database, table, tilde_encode(id)))
        return _with(address, query)

    def stance(self, value: str) -> Markup:
        """A stance as a badge."""
        return stance(value)

    def stance_name(self, value: str) -> str:
        """What a stance is called."""
        return stance_name(value)

    def day(self, value: str | None) -> str:
        """A day, month or year of ISO 8601 as it is written."""
        return day(value)

    def number(self, value: int) -> str:
        """A number with a narrow space between thousands, as in French."""
        return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")

    def short(self, text: str, most: int = SHORT) -> str:
        """A text, cut at a word where it is long."""
        words = " ".join(text.split())
        return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + " …"

    def reason(self, value: str) -> str:
        """Why claims are linked, in French as far as it is not in words of the articles."""
        bare = value.removeprefix(labels.DENIAL)
        told = labels.REASONS.get(bare, bare)
        return f"démenti : {told}" if bare != value else told

    def changes(self, value: str) -> Markup:
        """What changes in a wording, marked."""
        return changes(value)

    def is_web(self, address: str | None) -> bool:
        """Whether an address may be a link."""
        return (address or "").startswith(("http://", "https://"))


def stance_name(value: str) -> str:
    """What a stance is called; what is none, as it is."""
    return STANCES[Stance(value)] if value in set(Stance) else value


def stance(value: str) -> Markup:
    """A stance as a badge."""
    return Markup('<span class="stance stance-{0}" title="{0}">{1}</span>').format(
        value, stance_name(value)
    )


def day(value: str | None) -> str:
    """A day, month or year of ISO 8601 as it is written; what is none stays as it is.

    >>> day("2024-06-01T08:00"), day("2024-06"), day("2024"), day(None)
    ('1 juin 2024', 'juin 2024', '2024', 'sans date')
    """
    parts = (value or "")[:10].split("-")
    try:
        numbers = [int(part) for part in parts]
        if len(numbers) == 3:
            year, month, of_month = numbers
            return str(format_date(date(year, month, of_month), "d MMMM y", locale=LOCALE))
        if len(numbers) == 2:
            year, month = numbers
            return str(format_date(date(year, month, 1), "MMMM y", locale=LOCALE))
    except ValueError:
        pass
    return value or "sans date"


def changes(value: str) -> Markup:
    """What changes in a wording (*le [-grand-] {+nouveau+} pont*), marked."""
    parts = []
    for part in _CHANGE.split(value):
        if part.startswith("[-") and part.endswith("-]"):
            parts.append(Markup("<del>{}</del>").format(part[2:-2]))
        elif part.startswith("{+") and part.endswith("+}"):
            parts.append(Markup("<ins>{}</ins>").format(part[2:-2]))
        else:
            parts.append(escape(part))
    return Markup("").join(parts)


def _with(address: str, query: dict[str, object]) -> str:
    """An address with a query, less what is empty; a list gives a key several times."""
    told = {key: value for key, value in query.items() if value not in (None, "", [], ())}
    return f"{address}?{urlencode(told, doseq=True)}" if told else address
