"""Recognition: what the beginning of a file shows before anybody says anything about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ressenti.errors import EmptySource
from ressenti.facts.scales import SCALES
from ressenti.language import Text
from ressenti.library.portraits import Portrait, fitting_scales, portrait
from ressenti.server.importing.batches import Record
from ressenti.server.importing.records import TEXT_SUFFIXES, records_of
from ressenti.server.importing.stored_texts import text_in, words_of
from ressenti.server.intake.problems import Problem
from ressenti.sources import formats
from ressenti.sources.encodings import encoding_of_text
from ressenti.sources.options import AS_FOUND
from ressenti.sources.text_files import inspected
from ressenti.sources.text_records import text_records
from ressenti.surveys.words import shortened
from ressenti.warehouse.relations import Kind

LOOKED_AT = 2_000
MOST_COLUMNS = 300
EXAMPLES = 3
LONGEST_EXAMPLE = 40
LONGEST_CONTENT = 120
SEPARATORS: Mapping[str, Text] = {
    ",": Text(en="comma", fr="virgule"),
    ";": Text(en="semicolon", fr="point-virgule"),
    "\t": Text(en="tab", fr="tabulation"),
    "|": Text(en="vertical bar", fr="barre verticale"),
    " ": Text(en="blanks", fr="espaces"),
}
NO_RECORD = Text(
    en="the file names columns and holds no record.",
    fr="le fichier nomme des colonnes et ne contient aucun enregistrement.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundColumn:
    """What the first records show of a column.

    Parameters
    ----------
    scales : tuple of str
        Keys of the scales that its values are on and fill.
    """

    name: str
    content: Text
    examples: tuple[str, ...]
    scales: tuple[str, ...] = ()
    is_date: bool = False
    is_ambiguous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """How a file is read.

    Parameters
    ----------
    encoding, separator : str
        Empty where the format leaves no choice.
    """

    format: Text
    columns: tuple[FoundColumn, ...]
    encoding: str = ""
    separator: str = ""
    notes: tuple[Text, ...] = ()

    @property
    def separator_words(self) -> Text | None:
        if not self.separator:
            return None
        return SEPARATORS.get(self.separator, Text(en=self.separator, fr=self.separator))


def recognised(path: Path) -> Recognised:
    """Return how a file is read, and what its columns show.

    Raises
    ------
    RessentiError
        When it cannot be read, or holds nothing.
    Problem
        422, when it has more columns than a page can show.
    """
    sample = list(islice(records_of(path, []), LOOKED_AT))
    if not sample:
        raise EmptySource(NO_RECORD)
    names = list(sample[0][1])
    if len(names) > MOST_COLUMNS:
        raise _too_wide(len(names))
    columns = tuple(_found_column(name, sample) for name in names)
    name = formats()[path.suffix].name
    if path.suffix not in TEXT_SUFFIXES:
        return Recognised(format=name, columns=columns)
    encoding, notes = encoding_of_text(path.name, inspected(path))
    with text_records(path, options=AS_FOUND) as records:
        layout = records.layout
    return Recognised(
        format=name,
        columns=columns,
        encoding=encoding,
        separator=layout.separator,
        notes=(*notes, *layout.notes),
    )


def document_of(found: Recognised) -> dict[str, Any]:
    """Return what was recognised as JSON."""
    return {
        "format": words_of(found.format),
        "encoding": found.encoding,
        "separator": found.separator,
        "notes": [words_of(note) for note in found.notes],
        "columns": [
            {
                "name": column.name,
                "content": words_of(column.content),
                "examples": list(column.examples),
                "scales": list(column.scales),
                "is_date": column.is_date,
                "is_ambiguous": column.is_ambiguous,
            }
            for column in found.columns
        ],
    }


def recognised_in(document: Mapping[str, Any]) -> Recognised:
    """Return what a document says was recognised."""
    return Recognised(
        format=text_in(document["format"]),
        encoding=document["encoding"],
        separator=document["separator"],
        notes=tuple(map(text_in, document["notes"])),
        columns=tuple(
            FoundColumn(
                name=column["name"],
                content=text_in(column["content"]),
                examples=tuple(column["examples"]),
                scales=tuple(column["scales"]),
                is_date=column["is_date"],
                is_ambiguous=column["is_ambiguous"],
            )
            for column in document["columns"]
        ),
    )


def scale_name(key: str) -> Text:
    """Return what people call a scale."""
    known = SCALES.get(key)
    return Text(en=key, fr=key) if known is None else known.name


def _found_column(name: str, sample: Sequence[Record]) -> FoundColumn:
    found = portrait(name, Kind.TEXT, (record.get(name, "") for _, record in sample))
    content = found.text()
    return FoundColumn(
        name=name,
        content=Text(
            en=shortened(content.en, LONGEST_CONTENT), fr=shortened(content.fr, LONGEST_CONTENT)
        ),
        examples=tuple(_examples(found)),
        scales=tuple(scale.key for scale in fitting_scales(found)),
        is_date=found.is_date,
        is_ambiguous=found.is_ambiguous,
    )


def _examples(found: Portrait) -> Iterator[str]:
    for value in islice(found.counts, EXAMPLES):
        yield shortened(value, LONGEST_EXAMPLE)


def _too_wide(columns: int) -> Problem:
    return Problem(
        422,
        "too_many_columns",
        Text(
            en="The file has {columns} columns; on screen {most} can be mapped. Leave out those "
            "you do not need, or import it by the API.",
            fr="Le fichier a {columns} colonnes ; à l'écran, {most} peuvent être associées. "
            "Retirez celles dont vous n'avez pas besoin, ou importez-le par l'API.",
        ).format(columns=columns, most=MOST_COLUMNS),
    )
