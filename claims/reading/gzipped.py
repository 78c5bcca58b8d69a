"""What gzip packed: the reader for the name without `.gz` reads it as it is unpacked."""

import gzip
import io
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, BinaryIO

from claims.errors import InputError
from claims.reading import kinds
from claims.reading.parts import Document, Found

BLOCK = 1 << 16
DEEPEST = 3
"""How many archives may lie in each other."""
RATIO = 100
"""How many times its size an archive may unpack to; news packs to a tenth or so."""


class Budget:
    """How much may come out of an archive, and of those in it, all together."""

    def __init__(self, largest: int, packed: int = 0) -> None:
        """A budget of `RATIO` times the `packed` bytes, and never under two of the largest pages."""
        self.packed = packed
        self._free = 2 * largest
        self._spent = 0

    @property
    def exceeded(self) -> bool:
        """Whether more came out than may."""
        return self._spent > max(self._free, RATIO * self.packed)

    def spend(self, number: int) -> None:
        """Counts what came out.

        Raises:
            InputError: if it is too much.
        """
        self._spent += number
        if self.exceeded:
            raise InputError(
                f"it unpacks to over {RATIO} times its size; unpack it yourself if you trust it"
            )


class Unpacked(io.BufferedReader):
    """What comes out of an archive, as a stream; an error stands where it happens."""

    def __init__(self, blocks: Generator[bytes, None, None], budget: Budget) -> None:
        """A stream of the blocks; what is unpacked of it in turn is on the same budget."""
        super().__init__(_Blocks(blocks, budget), BLOCK)
        self.budget = budget


class _Blocks(io.RawIOBase):
    def __init__(self, blocks: Generator[bytes, None, None], budget: Budget | None) -> None:
        self._blocks = blocks
        self._budget = budget
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            if self._budget:
                self._budget.spend(len(block))
            self._rest = memoryview(block)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def close(self) -> None:
        self._blocks.close()
        super().close()


class _Counted:
    """A stream that counts what is read of it."""

    def __init__(self, stream: BinaryIO, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._budget.packed += len(data)
        return data


def stream_of(blocks: Generator[bytes, None, None]) -> BinaryIO:
    """The blocks as a stream, however many they are."""
    return io.BufferedReader(_Blocks(blocks, None), BLOCK)


def budget_of(document: Document) -> Budget | None:
    """The budget that what lies in an archive is on; None for what lies in none."""
    return document.stream.budget if isinstance(document.stream, Unpacked) else None


def too_deep(document: Document) -> str | None:
    """What is wrong with an archive that lies in too many others; None if it does not."""
    if document.depth < DEEPEST:
        return None
    return f"it lies in {document.depth} archives; unpack them, and give what is in them"


def read(document: Document) -> Iterator[Found]:
    """What the reader for the name without `.gz` finds; what is broken ends with a reason."""
    name = document.name[: -len(".gz")]
    if reason := too_deep(document):
        yield "", reason
        return
    if not kinds.is_known(name):
        known = ", ".join(kinds.READERS)
        yield "", f"its name does not say what gzip packed; name it X.gz, X one of {known}"
        return
    stream: Any = document.stream
    budget = budget_of(document)
    if budget is None:
        budget = Budget(document.settings.largest)
        stream = _Counted(document.stream, budget)
    with closing(Unpacked(_blocks(stream), budget)) as unpacked:
        inner = replace(document, stream=unpacked, name=name, path=None, depth=document.depth + 1)
        try:
            yield from kinds.read(inner)
        except InputError as error:
            yield "", str(error)


def _blocks(stream: Any) -> Generator[bytes, None, None]:  # noqa: ANN401
    try:
        with gzip.GzipFile(fileobj=stream, mode="rb") as packed:
            while block := packed.read1(BLOCK):
                yield block
    except EOFError as error:
        raise InputError("the gzip file is cut off; fetch it again") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"the gzip file is damaged ({error}); fetch it again") from error
