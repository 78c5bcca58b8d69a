"""Where extraction runs: processes of this machine, or the workers of a Dask cluster.

An engine is given articles in pieces and gives back their claims as the lines that are written:
the same ones, whichever engine it is.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import count, islice
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from claims.errors import ClaimsError
from claims.model import Article, Claim, Problem

if TYPE_CHECKING:
    from claims.jobs import Jobs

Answer = tuple[str, ...] | Problem
"""The claims of one article as lines of JSON, or why there are none."""


class Piece(NamedTuple):
    """Articles that are read together, one at least."""

    number: int
    articles: tuple[Article, ...]


Done = tuple[Piece, list[Answer]]
"""A piece with one answer for each of its articles, in their order."""


class Engine(Protocol):
    """What reads articles."""

    @property
    def size(self) -> int:
        """The articles of a piece, where nothing else is asked for."""

    @property
    def configuration(self) -> dict[str, Any]:
        """What decides the result beside the text, as JSON values."""

    def read(self, pieces: Iterable[Piece], *, ordered: bool) -> Generator[Done, None, None]:
        """All pieces, `ordered` or as they are done; few are taken before others are given back."""


def pieces(articles: Iterable[Article], size: int) -> Iterator[Piece]:
    """The articles, in order, so many in a piece."""
    coming = iter(articles)
    for number in count():
        if not (some := tuple(islice(coming, size))):
            return
        yield Piece(number, some)


def answer(result: tuple[Claim, ...] | Problem) -> Answer:
    """What an extractor found, as the lines that are written."""
    if isinstance(result, Problem):
        return result
    return tuple(claim.model_dump_json() + "\n" for claim in result)


def on_dask(jobs: "Jobs", scheduler: str | None, tell: Callable[[str], None]) -> Engine:
    """The engine that hands pieces to a Dask cluster.

    Args:
        jobs: what the workers build their extractors with.
        scheduler: address of the scheduler; None for a cluster on this machine with as many processes
            as `jobs` has.
        tell: is called with a line where something is waited for.

    Raises:
        ClaimsError: if Dask is not installed.
    """
    try:
        from claims.engines.dask import Cluster
    except ImportError as error:
        reason = "extraction on a cluster needs Dask; install it: pip install 'claims[dask]'"
        raise ClaimsError(reason) from error
    return Cluster(jobs, scheduler, tell)
