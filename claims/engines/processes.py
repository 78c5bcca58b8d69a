"""Extraction by processes of this machine."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from typing import Any, Protocol

from claims.engines import Answer, Done, Piece, answer
from claims.model import Article, Claim, Problem


class Extracts(Protocol):
    """What is needed of `claims.jobs.Jobs`."""

    @property
    def configuration(self) -> dict[str, Any]:
        """What decides the result beside the text."""

    def extract(
        self, articles: Iterable[Article]
    ) -> Iterator[tuple[Article, tuple[Claim, ...] | Problem]]:
        """Each article, in order, with its claims, or with why there are none."""


class Processes:
    """The engine whose articles are read by an extractor, in order."""

    size = 1

    def __init__(self, extractor: Extracts) -> None:
        self.extractor = extractor

    @property
    def configuration(self) -> dict[str, Any]:
        """What decides the result beside the text, as JSON values."""
        return self.extractor.configuration

    def read(self, pieces: Iterable[Piece], *, ordered: bool) -> Generator[Done, None, None]:
        """All pieces in their order."""
        open_: deque[Piece] = deque()

        def articles() -> Iterator[Article]:
            for piece in pieces:
                open_.append(piece)
                yield from piece.articles

        answers: list[Answer] = []
        for _, result in self.extractor.extract(articles()):
            answers.append(answer(result))
            if len(answers) == len(open_[0].articles):
                yield open_.popleft(), answers
                answers = []
