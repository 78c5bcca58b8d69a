"""The people, governments and media that are known by name: mention to entry, or to none.

A registry is a folder with `speakers.csv`, `outlets.csv` and `countries.csv`. In all, `aliases` are
separated by ` | `; a name or alias stands for one entry only, or the folder is refused. What a
country's row makes known, a row of the other tables can say otherwise.
"""

import csv
import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache, cached_property
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from claims import countries, language
from claims.countries import SEPARATOR, Aliases, CountryEntry
from claims.errors import RegistryError
from claims.model import MediumKind, Record, SpeakerKind, fold, named_speaker_id, outlet_id

LANGUAGE = "fr"
"""The language of the registry's names."""
LONGEST_COUNTRY = 6
"""Words of the longest name of a country that is looked for."""
NAME_WORD = re.compile(r"\w+'|[\w-]+")
"""A word of a name; what is elided before it is one of its own."""
R = TypeVar("R", bound=Record)

# Character for character, so that offsets stay: accents away, variants of a mark to one mark.
_PLAIN = str.maketrans(
    {
        **{
            chr(code): decomposed[0]
            for code in range(0xC0, 0x250)
            if len(decomposed := unicodedata.normalize("NFD", chr(code))) > 1
        },
        **dict.fromkeys("’ʼ‘", "'"),
        **dict.fromkeys("‐‑–", "-"),
        **dict.fromkeys("\u00a0\u202f\u2009", " "),
    }
)


class Determiner(language.Row):
    """A word that may stand before a name without being part of it."""

    form: str = Field(description="The determiner in lower case, an apostrophe as `'`.")
    contractions: str = Field(
        default="", description="What it becomes with a preposition, separated by spaces."
    )


class Role(Record):
    """What somebody is called by office, and when."""

    text: str = Field(min_length=1, description="The words, such as `ministre de l'Intérieur`.")
    since: str | None = Field(default=None, description="The first month, `2018-10`.")
    until: str | None = Field(default=None, description="The last month.")

    def at(self, date: str | None) -> bool:
        """Whether somebody had the role on a day or in a month; true where that is not known."""
        month = date[:7] if date else ""
        return not month or (self.since or "") <= month <= (self.until or "9999")


_MONTH = r"\d{4}-(?:0[1-9]|1[0-2])"
_ROLE = re.compile(
    rf"(?P<text>[^@]*?\w[^@]*?)\s*(?:@\s*(?P<since>{_MONTH})?\.\.(?P<until>{_MONTH})?)?"
)


def _role(cell: str) -> dict[str, str | None]:
    if match := _ROLE.fullmatch(cell):
        return match.groupdict()
    raise ValueError(f"{cell!r} is no role; write it as `maire de Lyon @ 2014-03..2020-06`")


def _roles(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    return tuple(_role(part.strip()) for part in cell.split(SEPARATOR) if part.strip())


class Entry(Record):
    """What speakers and outlets have in common."""

    name: str = Field(min_length=1, description="The name that is shown.")
    aliases: Aliases = Field(
        default=(), description="Other ways to write the full name; never a surname alone."
    )
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = Field(
        default=None, description="ISO 3166-1 alpha-2 code."
    )
    wikidata: Annotated[str, StringConstraints(pattern=r"^Q[1-9]\d*$")] | None = Field(
        default=None, description="Wikidata item, where somebody looked it up."
    )

    @property
    def names(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)


class SpeakerEntry(Entry):
    """A speaker known by name. `Moscou` is an entry of its own, with what it stands for."""

    kind: SpeakerKind = Field(description="What sort of source it is.")
    roles: Annotated[tuple[Role, ...], BeforeValidator(_roles)] = Field(
        default=(), description="Offices, each with its months: `maire de Lyon @ 2014-03..2020-06`."
    )
    metonym_of: str | None = Field(
        default=None, description="Whom the name of a place stands for, such as `Moscou`."
    )

    @property
    def id(self) -> str:
        """The same as that of a `Speaker` record of this name."""
        return named_speaker_id(self.name)


class OutletEntry(Entry):
    """A medium known by name, or a class of media that articles name as one."""

    kind: MediumKind | None = Field(default=None, description="Empty where it is of several.")
    state: bool = Field(default=False, description="Whether a government runs it.")
    hosts: Aliases = Field(
        default=(), description="Hosts of its site, without `www.`: `lemonde.fr`."
    )

    @property
    def id(self) -> str:
        """The same as that of an `Outlet` record of this name."""
        return outlet_id(self.name)

    @property
    def as_speaker(self) -> SpeakerEntry:
        """The medium as one that speaks."""
        return SpeakerEntry(
            name=self.name,
            aliases=self.aliases,
            kind=SpeakerKind.MEDIUM,
            country=self.country,
            wikidata=self.wikidata,
        )


Placed = tuple[Entry, str]
"""An entry, and the file and line that it was read from."""
Country = tuple[CountryEntry, str]
"""A country, and the file and line that it was read from."""


class Registry:
    """Entries by name. Two entries never share a name or an alias.

    Args:
        placed: the entries, each with where it is written, which error messages repeat.
        nations: the countries, each with where it is written; a name of an entry is not theirs.

    Raises:
        RegistryError: if two entries share a name, an alias or a host.
    """

    def __init__(self, placed: Iterable[Placed], nations: Iterable[Country] = ()) -> None:
        self._written, self._nations = tuple(placed), tuple(nations)
        self._by_name = _index(self._written)
        own = tuple(_of_countries(self._nations, frozenset(self._by_name)))
        self._placed: tuple[Placed, ...] = (*self._written, *own)
        self._by_name = _index(own) | self._by_name
        self._hosts = _hosts(self._written)

    @classmethod
    @cache
    def bundled(cls) -> Self:
        """The registry that comes with the package, read once."""
        package = Path(__file__).parent
        inside = package / "seeds"
        return cls.load(inside if inside.is_dir() else package.parent / "seeds")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The registry of `folder`: what it has of `speakers.csv`, `outlets.csv`, `countries.csv`.

        Raises:
            RegistryError: if none is there, or a row is wrong; it names file and line.
        """
        tables: dict[Path, type[Entry]] = {
            folder / "speakers.csv": SpeakerEntry,
            folder / "outlets.csv": OutletEntry,
        }
        found = {path: kind for path, kind in tables.items() if path.is_file()}
        nations = folder / "countries.csv"
        if not found and not nations.is_file():
            raise RegistryError(
                f"{folder}: no speakers.csv, no outlets.csv and no countries.csv; add one of them"
            )
        return cls(
            (pair for path, kind in found.items() for pair in _read(path, kind)),
            _read(nations, CountryEntry) if nations.is_file() else (),
        )

    def merged(self, other: Self) -> Self:
        """This registry and `other`, whose entries replace those of the same name.

        Raises:
            RegistryError: if a name then stands for two entries.
        """
        replaced = {(type(entry), fold(entry.name)) for entry, _ in other._written}
        kept = [
            (entry, place)
            for entry, place in self._written
            if (type(entry), fold(entry.name)) not in replaced
        ]
        codes = {nation.code for nation, _ in other._nations}
        nations = [pair for pair in self._nations if pair[0].code not in codes]
        return type(self)([*kept, *other._written], [*nations, *other._nations])

    @property
    def speakers(self) -> tuple[SpeakerEntry, ...]:
        """All of `speakers.csv`, in its order, then countries; media are not among them."""
        return tuple(entry for entry, _ in self._placed if isinstance(entry, SpeakerEntry))

    @property
    def outlets(self) -> tuple[OutletEntry, ...]:
        """All of `outlets.csv`, in its order."""
        return tuple(entry for entry, _ in self._placed if isinstance(entry, OutletEntry))

    @cached_property
    def offices(self) -> frozenset[str]:
        """The first words of all offices, in lower case (*ministre*, *ex-maire*)."""
        roles = (role for entry in self.speakers for role in entry.roles)
        return frozenset(role.text.split()[0].lower() for role in roles)

    def speaker(self, mention: str) -> SpeakerEntry | None:
        """Whom a full name stands for, whatever its case, accents and determiner.

        A medium is a speaker too. Surnames and titles are the article's to resolve: `Kim`
        is None here.
        """
        entry = self._find(mention)
        return entry.as_speaker if isinstance(entry, OutletEntry) else entry

    def bearer(self, surname: str) -> SpeakerEntry | None:
        """The one person of the registry who bears a surname; None if there are several."""
        found = self._bearers.get(fold(surname), [])
        return found[0] if len(found) == 1 else None

    @cached_property
    def _bearers(self) -> dict[str, list[SpeakerEntry]]:
        """Surname, folded, to those who bear it: *le pen* and *pen* of *Marine Le Pen*."""
        found: dict[str, list[SpeakerEntry]] = {}
        for entry in self.speakers:
            words = fold(entry.name).split() if entry.kind is SpeakerKind.PERSON else []
            for start in range(1, len(words)):
                found.setdefault(" ".join(words[start:]), []).append(entry)
        return found

    def nation_of(self, name: str) -> str | None:
        """The code of the country whose government a name stands for (*Moscou*, *la Russie*)."""
        entry = self.speaker(name)
        return entry.country if entry and entry.kind is SpeakerKind.GOVERNMENT else None

    def outlet(self, mention: str) -> OutletEntry | None:
        """Which medium a name stands for; its capitals count: `le temps` is not *Le Temps*."""
        entry = self._find(mention)
        return entry if isinstance(entry, OutletEntry) else None

    def host(self, host: str) -> OutletEntry | None:
        """Which medium a site is of, told from its host or one above it.

        `www.lemonde.fr` is *Le Monde*, for it has `lemonde.fr`.
        """
        parts = host.strip().lower().rstrip(".").split(".")
        above = (".".join(parts[start:]) for start in range(len(parts) - 1))
        return next((self._hosts[name] for name in above if name in self._hosts), None)

    def outlet_mentions(self, text: str) -> list[tuple[int, int, OutletEntry]]:
        """Every medium named in `text`: start, end and entry, in text order, disjoint.

        Whole words with the capitals of the registry, the longest name first. Apostrophes,
        hyphens, accents and no-break spaces may differ. In *au Figaro* the span is *Figaro*.
        """
        pattern, written = self._automaton
        found = []
        for match in pattern.finditer(text.translate(_PLAIN)):
            entry, skipped = written[match[0]]
            found.append((match.start() + skipped, match.end(), entry))
        return found

    def country(self, name: str) -> str | None:
        """The code of the one country that a name tells (*le ministère algérien de la Santé*).

        A country's or capital's own name has its capital, and none stands beside it, or it is
        somebody's (*le lycée Maurice Ravel*).
        """
        words = NAME_WORD.findall(name.translate(_PLAIN))
        codes: set[str] = set()
        start = 0
        while start < len(words):
            ends = range(min(len(words), start + LONGEST_COUNTRY), start, -1)
            runs = ((end, " ".join(words[start:end])) for end in ends)
            end, run = next((pair for pair in runs if pair[1].lower() in self._countries), (0, ""))
            beside = [*words[max(0, start - 1) : start], *words[end : end + 1]]
            if run.islower() or (run and not any(word[0].isupper() for word in beside)):
                codes |= self._countries[run.lower()]
            start = end or start + 1
        return codes.pop() if len(codes) == 1 else None

    @cached_property
    def nation_words(self) -> dict[str, tuple[str, bool]]:
        """Names, capitals and adjectives of countries, folded: the code, and whether it is a name.

        What tells several countries is left out.
        """
        found: dict[str, set[tuple[str, bool]]] = {}
        for words, codes in self._countries.items():
            is_name = fold(words) not in self._adjectives
            found.setdefault(fold(words), set()).update((code, is_name) for code in codes)
        return {words: codes.pop() for words, codes in found.items() if len(codes) == 1}

    @cached_property
    def _adjectives(self) -> frozenset[str]:
        return frozenset(fold(form) for nation, _ in self._nations for form in nation.forms)

    @cached_property
    def _countries(self) -> dict[str, frozenset[str]]:
        """Adjective, name or capital of countries, in lower case, to their codes."""
        found: dict[str, set[str]] = {}
        for nation, _ in self._nations:
            names = (nation.shown(LANGUAGE), *nation.aliases, nation.capital, *nation.forms)
            for name in filter(None, names):
                plain = name.translate(_PLAIN).lower()
                for form in (plain, _without_determiner(plain)):
                    found.setdefault(" ".join(NAME_WORD.findall(form)), set()).add(nation.code)
        return {form: frozenset(codes) for form, codes in found.items()}

    def _find(self, mention: str) -> SpeakerEntry | OutletEntry | None:
        bare = mention.translate(_PLAIN).strip()
        for candidate in (bare, _without_determiner(bare)):
            entry, forms = self._by_name.get(fold(candidate), (None, []))
            if isinstance(entry, SpeakerEntry) or any(_has_capitals(candidate, f) for f in forms):
                return entry
        return None

    @cached_property
    def _automaton(self) -> tuple[re.Pattern[str], dict[str, tuple[OutletEntry, int]]]:
        """A pattern of all written forms, and by form the entry and how much is no name."""
        written: dict[str, tuple[OutletEntry, int]] = {}
        for outlet in self.outlets:
            for name in outlet.names:
                for form, skipped in _forms(name.translate(_PLAIN)):
                    for variant in (form, form.replace("-", " ")):
                        written[variant] = (outlet, skipped)
                        written[variant[0].upper() + variant[1:]] = (outlet, skipped)
        choice = _choice(sorted(written)) if written else r"(?!)"
        return re.compile(rf"(?<!\w)(?<!\w-)(?:{choice})(?!-?\w)"), written


def _choice(forms: Sequence[str]) -> str:
    """A pattern of sorted forms, the longest first, that reads what they share once."""
    branches = [
        re.escape(first) + _choice([form[1:] for form in alike])
        for first, alike in groupby(filter(None, forms), key=itemgetter(0))
    ]
    if "" in forms:
        return f"(?:{'|'.join(branches)})?" if branches else ""
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


@cache
def _determiners(code: str = "fr") -> dict[str, tuple[str, ...]]:
    """Each determiner with its contractions."""
    rows = language.rows(code, "determiners", Determiner)
    return {row.form: tuple(row.contractions.split()) for row in rows}


def _split_determiner(name: str) -> tuple[str, str]:
    """The determiner that a name starts with, its space included, and the rest."""
    match = re.match(r"(\w+)(\s+|')(?=\S)", name)
    if match and match[0].strip().lower() in _determiners():
        return match[0], name[match.end() :]
    return "", name


def _without_determiner(name: str) -> str:
    return _split_determiner(name)[1]


def _forms(name: str) -> Iterator[tuple[str, int]]:
    """The ways a name is written in a text, each with how many characters are not its own."""
    determiner, rest = _split_determiner(name)
    yield name, 0
    if determiner:
        yield determiner.lower() + rest, 0
        for contraction in _determiners()[determiner.strip().lower()]:
            yield f"{contraction} {rest}", len(contraction) + 1


def _has_capitals(mention: str, form: str) -> bool:
    """Whether each word of `mention` has the capital that it has in the registered form."""
    words = re.findall(r"\w+", _without_determiner(form))
    said = re.findall(r"\w+", mention)[-len(words) :]
    return all(s[0].isupper() for s, w in zip(said, words, strict=False) if w[0].isupper())


def _index(placed: Iterable[Placed]) -> dict[str, tuple[SpeakerEntry | OutletEntry, list[str]]]:
    """Entry and written forms by folded form."""
    index: dict[str, tuple[Any, list[str]]] = {}
    places: dict[str, str] = {}
    for entry, place in placed:
        for name in entry.names:
            for form, _ in _forms(name.translate(_PLAIN)):
                key = fold(form)
                if not key:
                    raise RegistryError(f"{place}: the alias {name!r} has no letter; remove it")
                if index.setdefault(key, (entry, []))[0] is not entry:
                    raise RegistryError(
                        f"{place}: {name!r} already stands for {index[key][0].name!r} "
                        f"({places[key]}); one of the two must do without it"
                    )
                index[key][1].append(form)
                places.setdefault(key, place)
    return index


def _of_countries(
    nations: Sequence[tuple[CountryEntry, str]], taken: Container[str]
) -> Iterator[tuple[SpeakerEntry, str]]:
    """The countries that speak, under the names that are not taken by an entry.

    Raises:
        RegistryError: if two rows have one code.
    """
    places: dict[str, str] = {}
    for nation, place in nations:
        if nation.code in places:
            raise RegistryError(
                f"{place}: the country {nation.code} stands there already ({places[nation.code]}); "
                "remove one of the two"
            )
        places[nation.code] = place
    rows = [nation for nation, _ in nations]
    for name, aliases, code, metonym_of in countries.speakers(rows, LANGUAGE):
        if fold(name) not in taken:
            entry = SpeakerEntry(
                name=name,
                aliases=tuple(alias for alias in aliases if fold(alias) not in taken),
                kind=SpeakerKind.GOVERNMENT,
                country=code,
                metonym_of=metonym_of,
            )
            yield entry, places[code]


def _hosts(placed: Iterable[Placed]) -> dict[str, OutletEntry]:
    """Outlet by host.

    Raises:
        RegistryError: if two outlets have one.
    """
    found: dict[str, OutletEntry] = {}
    for entry, place in placed:
        if not isinstance(entry, OutletEntry):
            continue
        for host in entry.hosts:
            if found.setdefault(host.lower(), entry) is not entry:
                raise RegistryError(
                    f"{place}: {host!r} already is the host of {found[host.lower()].name!r}; "
                    "one of the two must do without it"
                )
    return found


def _told(error: ErrorDetails) -> str:
    """What is wrong with a row."""
    where = ".".join(map(str, error["loc"]))
    return f"{where}: " * bool(where) + error["msg"].removeprefix("Value error, ")


def _read(path: Path, kind: type[R]) -> Iterator[tuple[R, str]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise RegistryError(f"{path}: not UTF-8; save it as CSV in UTF-8") from error
    table = csv.DictReader(lines, restkey="cells without a heading")
    for cells in table:
        place = f"{path}, line {table.line_num}"
        try:
            yield kind.model_validate({k: v for k, v in cells.items() if v}), place
        except ValidationError as error:
            wrong = "; ".join(map(_told, error.errors()))
            raise RegistryError(f"{place}: {wrong}") from error
