"""Parquet files to articles: one a row. It needs `pyarrow`, which is an extra."""

import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError:
    pq = None

from claims.errors import InputError
from claims.reading import tables
from claims.reading.encoding import decoded
from claims.reading.gzipped import Budget
from claims.reading.parts import MEGABYTE, Document, Found, Settings
from claims.reading.records import at

_BATCH = 64
_DEEPEST = 5


def read(document: Document) -> Iterator[Found]:
    """Place and article, or place and what is wrong, row by row."""
    if pq is None:
        yield "", "reading Parquet needs pyarrow; install it: pip install 'claims[parquet]'"
        return
    place = ""
    try:
        for place, found in _read(document):
            yield place, found
    except InputError as error:
        yield "", str(error)
    except Exception as error:  # noqa: BLE001
        # Arrow raises OSError, ValueError, NotImplementedError and more for what is damaged.
        what = ascii(str(error).split("\n")[0])[1:101]
        where = f"after {place}" if place else ""
        yield where, f"not Parquet, or damaged ({what}); write the file anew"


def _read(document: Document) -> Iterator[Found]:
    settings = document.settings
    source: Any = document.stream
    if document.path is not None:
        source = str(document.path)
    elif not source.seekable():
        source = io.BytesIO(document.data())
    with pq.ParquetFile(source, pre_buffer=False, buffer_size=1 << 16) as file:
        size = document.path.stat().st_size if document.path else source.seek(0, io.SEEK_END)
        budget = Budget(settings.largest, size)
        names = list(_names(file.schema_arrow))
        chosen = {key: names[i] for key, i in tables.matched(names, settings.columns).items()}
        if file.metadata.num_rows > MEGABYTE + size:
            raise InputError("it says that it has more rows than it can hold; write it anew")
        number = 0
        for batch in file.iter_batches(
            batch_size=_BATCH, columns=sorted(set(chosen.values())), use_threads=False
        ):
            columns = {name: _plain(batch.column(name)) for name in batch.schema.names}
            for row in range(batch.num_rows):
                number += 1
                for found in _row(columns, row, chosen, settings, budget):
                    yield f"row {number}", found
        if not number:
            raise InputError("it has no row; give it a row an article")


def _names(schema: Any, above: str = "", depth: int = 1) -> Iterator[str]:  # noqa: ANN401
    """The columns; those within a column with a dot."""
    for field in schema:
        yield above + field.name
        if pa.types.is_struct(field.type) and depth < _DEEPEST:
            yield from _names(field.type, f"{above}{field.name}.", depth + 1)


def _plain(column: Any) -> Any:  # noqa: ANN401
    """A column without nanoseconds, which Python's dates cannot hold."""
    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        return column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return column


def _row(
    columns: Mapping[str, Any],
    row: int,
    chosen: Mapping[str, str],
    settings: Settings,
    budget: Budget,
) -> Iterator[Any]:
    try:
        values = {name: column[row].as_py() for name, column in columns.items()}
        record = {
            settings.columns.get(key, key): _value(key, at(values, name))
            for key, name in chosen.items()
        }
    except (ValueError, OverflowError, LookupError, InputError) as error:
        what = str(error) if isinstance(error, InputError) else ascii(str(error))[1:101]
        yield f"a value cannot be read ({what}); write the row anew"
        return
    budget.spend(sum(len(value) for value in record.values() if isinstance(value, str)))
    yield from tables.articles(record, settings.columns, settings.largest)


def _value(key: str, value: object) -> object:
    if key == "text" and isinstance(value, bytes):
        return decoded(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return value
