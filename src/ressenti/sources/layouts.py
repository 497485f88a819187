"""Layouts: the separator, the header and the columns of a text table, found in its first lines."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, islice
from operator import itemgetter
from pathlib import Path

from ressenti.errors import InvalidArgument, Place, UnreadableSource
from ressenti.facts.raw_values import number_in
from ressenti.language import Text
from ressenti.sources.options import BLANKS, SourceOptions
from ressenti.sources.text_files import CleanText, empty_source

SEPARATORS = (",", ";", "\t", "|")
LOOKED_AT = 1 << 16
LONGEST_LINE = 2_000_000
MOST_COLUMNS = 10_000
RECORDS_LOOKED_AT = 500
# Excel writes and reads this first line to tell the separator.
SEPARATOR_LINE = re.compile(r'"?sep=(?P<separator>.)"?\s*', re.IGNORECASE)

ORDINARY_QUOTES = Text(
    en="Quotation marks enclose no field here; they are read as ordinary characters.",
    fr="Les guillemets n'encadrent aucun champ ici ; ils sont lus comme des caractères ordinaires.",
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text table is laid out.

    Parameters
    ----------
    separator : str
        One character; a blank stands for runs of blanks.
    quote : str
        One character, or empty.
    skipped : int
        Physical lines before the header, or before the first record without one.
    has_header : bool
    columns : tuple of str
        All different, even to an engine that does not tell case.
    notes : tuple of Text
    """

    separator: str
    quote: str
    skipped: int
    has_header: bool
    columns: tuple[str, ...]
    notes: tuple[Text, ...] = ()


def layout_of(text: CleanText, *, name: str, options: SourceOptions) -> Layout:
    """Return the layout of a text table, looking at its first 64 KB.

    Raises
    ------
    EmptySource
        R201, when there are only blank lines.
    UnreadableSource
        R200, for a first line that is too long or holds only numbers, or too many columns.
    InvalidArgument
        R102, for a separator or a quote of several characters.
    """
    lines = first_lines(text.path, name)
    skipped = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if skipped == len(lines):
        raise empty_source(name)
    told = SEPARATOR_LINE.fullmatch(lines[skipped])
    if told:
        skipped += 1
    body = lines[skipped:]
    quote = '"' if options.quote is None else one_character(options.quote)
    separator = (
        one_character(options.separator)
        or (told and told["separator"])
        or separator_of(body, quote, name=name)
    )
    notes: tuple[Text, ...] = ()
    if options.quote is None and has_ordinary_quotes(body, separator):
        quote, notes = "", (ORDINARY_QUOTES,)
    records = records_of(body, separator, quote)
    if not records:
        raise empty_source(name)
    if options.header is None and all(number_in(field) is not None for field in records[0]):
        raise no_names(name, records[0], line=skipped + 1)
    if len(records[0]) > MOST_COLUMNS:
        raise too_many_columns(name, len(records[0]))
    has_header = options.header is not False
    columns, renamed = column_names(records, has_header=has_header)
    return Layout(separator, quote, skipped, has_header, columns, (*notes, *renamed))


def one_character(text: str | None) -> str:
    if text and len(text) > 1:
        raise InvalidArgument(
            Text(
                en=f"'{text}' is more than one character; a separator or a quote is one.",
                fr=f"« {text} » a plus d'un caractère ; un séparateur ou un guillemet en a un.",
            )
        )
    return text or ""


def first_lines(path: Path, name: str) -> list[str]:
    """Return whole lines, from the first on, until they make 64 KB."""
    lines: list[str] = []
    size = 0
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        while size < LOOKED_AT and (line := file.readline(LONGEST_LINE)):
            if len(line) == LONGEST_LINE and not lines:
                raise long_first_line(name)
            lines.append(line)
            size += len(line)
    return lines


def separator_of(lines: Sequence[str], quote: str, *, name: str) -> str:
    """Return the separator under which most records have as many fields as the first line.

    A text of one column has none that divides its first line; a comma is as good as another.
    """
    best, most = ",", (0.0, 1)
    for separator in SEPARATORS:
        widths = [len(record) for record in records_of(lines, separator, quote)]
        if widths and widths[0] > 1:
            alike = sum(width == widths[0] for width in widths[1:]) / max(1, len(widths) - 1)
            best, most = max((best, most), (separator, (alike, widths[0])), key=itemgetter(1))
    is_plain = ".txt" in (suffix.casefold() for suffix in Path(name).suffixes[-2:])
    if most[1] == 1 and is_plain and is_in_fixed_columns(lines):
        return BLANKS
    return best


def has_ordinary_quotes(lines: Sequence[str], separator: str) -> bool:
    """Tell whether quotation marks enclose nothing here, as in many tab-separated files.

    Proven only when some are wrong as enclosures and every line is right without them.
    """
    if separator == BLANKS or is_well_quoted(lines, separator):
        return False
    return len({line.count(separator) for line in lines if line.strip()}) == 1


def is_well_quoted(lines: Sequence[str], separator: str) -> bool:
    """Tell whether every quote that opens a field also ends it; the last may be cut."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for _ in reader:
            pass
    except csv.Error:
        return reader.line_num >= len(lines)
    return True


def is_in_fixed_columns(lines: Sequence[str]) -> bool:
    widths = {len(line.split()) for line in lines if line.strip()}
    return len(lines) > 1 and len(widths) == 1 and widths != {1}


def records_of(lines: Iterable[str], separator: str, quote: str) -> list[list[str]]:
    """Return the first records of some lines; the end of the lines may cut the last."""
    if separator == BLANKS:
        return [line.split() for line in lines if line.strip()][:RECORDS_LOOKED_AT]
    reader = csv.reader(
        lines,
        delimiter=separator,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    records: list[list[str]] = []
    # A field of more than 128 KB ends the look, not the reading.
    with suppress(csv.Error):
        records.extend(record for record in islice(reader, RECORDS_LOOKED_AT) if record)
    return records


def column_names(
    records: Sequence[Sequence[str]], *, has_header: bool
) -> tuple[tuple[str, ...], tuple[Text, ...]]:
    """Return a name for every column, all different, and notes on those that were made.

    Blanks around a name are kept. A nameless column is called by its number; the second of two
    like names gets a number too.

    Examples
    --------
    >>> column_names([["mark ", "Why", "why", ""]], has_header=True)[0]
    ('mark ', 'Why', 'why_2', 'column_4')
    >>> column_names([["1", "2"]], has_header=False)[0]
    ('column_1', 'column_2')
    """
    first = records[0] if has_header else [""] * len(records[0])
    widths = {len(record) for record in (records[1:-1] or records[1:])}
    # Every record has more fields than the header: the nameless ones are columns, not errors.
    width = widths.pop() if len(widths) == 1 else 0
    missing = width - len(first) if len(first) < width <= MOST_COLUMNS else 0
    found = [*first, *[""] * missing]
    named: list[str] = []
    taken: set[str] = set()
    notes: list[Text] = []
    for number, header in enumerate(found, start=1):
        own = header if header.strip() else f"column_{number}"
        name = next(free for free in numbered_names(own) if free.casefold() not in taken)
        taken.add(name.casefold())
        named.append(name)
        if has_header and name != header:
            notes.append(renamed_note(number, header, name))
    return tuple(named), tuple(notes)


def numbered_names(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        yield f"{name}_{number}"


def renamed_note(number: int, header: str, name: str) -> Text:
    if not header.strip():
        return Text(
            en=f"Column {number} has no name; it is called '{name}'.",
            fr=f"La colonne {number} n'a pas de nom ; elle est appelée « {name} ».",
        )
    return Text(
        en=f"Column {number} is another '{header}'; it is called '{name}'.",
        fr=f"La colonne {number} est un autre « {header} » ; elle est appelée « {name} ».",
    )


def no_names(name: str, record: Sequence[str], *, line: int) -> UnreadableSource:
    shown = ", ".join(record[:5])
    return UnreadableSource(
        Text(
            en=f"the first line holds only numbers ({shown}): are they names or data?",
            fr=f"la première ligne ne contient que des nombres ({shown}) : sont-ce des noms ou "
            "des données ?",
        ),
        hint=Text(
            en="Say --no-header for data, or --header for names (header= in Python).",
            fr="Indiquez --no-header pour des données, ou --header pour des noms (header= en "
            "Python).",
        ),
        place=Place(file=name, line=line),
    )


def long_first_line(name: str) -> UnreadableSource:
    return UnreadableSource(
        Text(
            en=f"the first line has more than {LONGEST_LINE} characters.",
            fr=f"la première ligne a plus de {LONGEST_LINE} caractères.",
        ),
        place=Place(file=name, line=1),
    )


def too_many_columns(name: str, columns: int) -> UnreadableSource:
    return UnreadableSource(
        Text(
            en=f"there are {columns} columns; {MOST_COLUMNS} is the most.",
            fr=f"il y a {columns} colonnes ; le maximum est {MOST_COLUMNS}.",
        ),
        hint=Text(
            en="Is another character the separator? Say it: --separator (separator= in Python).",
            fr="Le séparateur est-il un autre caractère ? Indiquez-le : --separator (separator= en "
            "Python).",
        ),
        place=Place(file=name, line=1),
    )
