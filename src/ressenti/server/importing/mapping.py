"""Mappings: the columns of a file under the names, and in the writing, that an import expects.

Dates become ISO 8601, the words of a level or a choice its code, and a record that has no
identifier is known by its content.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from ressenti.errors import InvalidArgument
from ressenti.facts.raw_values import folded
from ressenti.server.importing.answer_records import SEVERAL
from ressenti.server.importing.batches import Record
from ressenti.server.importing.fields import SOURCE_ID, FileField
from ressenti.sources.date_reading import DateReading, Order, date_reading, instant_in

LOOKED_AT = 20_000
DIGEST_BYTES = 16
FIELD_MARK = "\x1f"
Writing = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which column each field is read from, and how what it says is written.

    Parameters
    ----------
    columns : mapping of field to column
    writings : mapping of field to callable
        From a cell as the file has it to one as the import expects it.
    """

    columns: Mapping[str, str]
    writings: Mapping[str, Writing]

    def applied(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield records under the names of the fields; what is mapped to nothing is left out."""
        alike: Counter[str] = Counter()
        for line, record in records:
            told = {
                name: self.writings.get(name, str)(record.get(column, ""))
                for name, column in self.columns.items()
            }
            if SOURCE_ID not in told:
                content = digest_of_cells(record)
                alike[content] += 1
                told[SOURCE_ID] = f"{content}-{alike[content]}"
            yield line, told

    def column_of(self, name: str | None) -> str | None:
        """Return what the file calls a field."""
        return None if name is None else self.columns.get(name, name)


def column_mapping(
    fields: Sequence[FileField],
    columns: Mapping[str, str],
    records: Iterable[Record],
    *,
    order: Order | None,
) -> ColumnMapping:
    """Return how a file is read.

    Parameters
    ----------
    records : iterable
        Of the file; the first twenty thousand show how its dates are written.
    order : {"ymd", "dmy", "mdy"} or None
        What the person said of them.

    Raises
    ------
    AmbiguousDates
        R203, when nothing tells whether the day or the month comes first.
    """
    mapped = [one for one in fields if one.name in columns]
    dated = [one for one in mapped if one.is_instant]
    sample = list(islice(records, LOOKED_AT)) if dated else []
    writings: dict[str, Writing] = {}
    for one in dated:
        reading = _date_reading(columns[one.name], sample, order)
        if reading is not None:
            writings[one.name] = _DateWriting(reading)
    for one in mapped:
        if one.codes:
            is_multiple = one.answer is not None and one.answer.is_multiple
            writings[one.name] = _CodeWriting(one.codes, is_multiple=is_multiple)
    return ColumnMapping(columns, writings)


def digest_of_cells(record: Mapping[str, str]) -> str:
    """Return what tells a record from others by all that it says."""
    content = FIELD_MARK.join(f"{name}={value}" for name, value in record.items())
    told = content.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=DIGEST_BYTES).hexdigest()


def _date_reading(column: str, sample: Sequence[Record], order: Order | None) -> DateReading | None:
    """Return how the dates of a column are written; None for one that holds something else."""
    # Each refused line is told by the import itself.
    with suppress(InvalidArgument):
        return date_reading(
            (record.get(column, "") for _, record in sample),
            column=column,
            order=order,
            lines=[line for line, _ in sample],
        )
    return None


@dataclass(frozen=True, slots=True)
class _DateWriting:
    """Writes a date as ISO 8601; what is none stays as it is."""

    reading: DateReading

    def __call__(self, text: str) -> str:
        instant = instant_in(text, self.reading)
        if instant is None:
            return text
        return f"{instant.isoformat()}+00:00" if self.reading.has_zone else instant.isoformat(" ")


@dataclass(frozen=True, slots=True)
class _CodeWriting:
    """Writes the words of a level or a choice as its code; other words stay as they are."""

    codes: Mapping[str, str]
    is_multiple: bool

    def __call__(self, text: str) -> str:
        if not self.is_multiple:
            return self.codes.get(folded(text), text)
        parts = (part.strip() for part in text.split(SEVERAL))
        return SEVERAL.join(self.codes.get(folded(part), part) for part in parts)
