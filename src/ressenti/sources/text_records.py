"""Text records: the rows of a text file one by one, each with the line it starts on."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ressenti.errors import Place, UnknownColumn, known_names_hint
from ressenti.language import Text
from ressenti.sources.layouts import Layout, layout_of
from ressenti.sources.options import BLANKS, SourceOptions
from ressenti.sources.text_files import clean_text


@dataclass(frozen=True, slots=True)
class TextRecords:
    """A text file that is read as its layout says.

    Iterating yields the line a record starts on and its fields, as many as there are columns:
    records that have more or fewer are rejected elsewhere and left out here.
    """

    path: Path
    layout: Layout
    name: str

    def position(self, column: str) -> int:
        """Return where a column stands, its outer blanks and case set aside.

        Raises
        ------
        UnknownColumn
            R101, with the nearest names.
        """
        for names in (self.layout.columns, [name.strip() for name in self.layout.columns]):
            if column in names:
                return list(names).index(column)
        folded = [name.strip().casefold() for name in self.layout.columns]
        if column.strip().casefold() in folded:
            return folded.index(column.strip().casefold())
        raise UnknownColumn(
            Text(en=f"there is no column '{column}'.", fr=f"il n'y a pas de colonne « {column} »."),
            hint=known_names_hint(column, self.layout.columns),
            place=Place(file=self.name),
        )

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            for _ in range(self.layout.skipped):
                next(file, None)
            is_header = self.layout.has_header
            for line, record in self._split(file):
                if record and not is_header and len(record) == len(self.layout.columns):
                    yield line + self.layout.skipped, record
                is_header = is_header and not record

    def _split(self, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
        if self.layout.separator == BLANKS:
            yield from ((line, text.split()) for line, text in enumerate(lines, start=1))
            return
        reader = csv.reader(
            lines,
            delimiter=self.layout.separator,
            quotechar=self.layout.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.layout.quote else csv.QUOTE_NONE,
        )
        while True:
            line = reader.line_num + 1
            try:
                yield line, next(reader)
            except StopIteration:
                return
            except csv.Error:
                # A field beyond 128 KB is no answer to a closed question.
                yield line, []


@contextmanager
def text_records(path: Path, *, options: SourceOptions) -> Iterator[TextRecords]:
    """Yield the records of a text file; a temporary copy, if one is needed, is then removed."""
    with TemporaryDirectory(prefix="ressenti-") as scratch:
        text = clean_text(path, Path(scratch), encoding=options.encoding)
        layout = layout_of(text, name=path.name, options=options)
        yield TextRecords(text.path, layout, path.name)
