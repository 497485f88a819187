"""Value rejects: values of a text file that are no answers, found by a second pass.

Engines count such values and do not say where they stand. This pass runs when a person asks; it
streams, and reads the file as the first pass did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from ressenti.facts.raw_values import Absence, is_missing, number_in
from ressenti.facts.scales import Quantity, Scale
from ressenti.language import Text
from ressenti.sources.date_reading import DateReading, instant_in
from ressenti.sources.options import AS_FOUND, SourceOptions
from ressenti.sources.rejects import Reject, shortened
from ressenti.sources.text_records import text_records

OFF_SCALE = Text(en="not on the scale {scale}", fr="pas sur l'échelle {scale}")
NOT_A_NUMBER = Text(en="not a number", fr="pas un nombre")
OTHER_DIGITS = Text(en="digits of another script", fr="des chiffres d'une autre écriture")
TOO_LOW = Text(en="less than {minimum}", fr="inférieur à {minimum}")
AGAIN = Text(en="already on line {line}", fr="déjà à la ligne {line}")
NO_DATE = Text(en="not a date", fr="pas une date")
BACKWARDS = Text(en="earlier than '{other}', {value}", fr="antérieur à « {other} », {value}")


def value_rejects(
    path: Path,
    column: str,
    scale: Scale | Quantity,
    *,
    missing_codes: Iterable[object] = (),
    options: SourceOptions = AS_FOUND,
) -> Iterator[Reject]:
    """Yield the values of a column that are neither missing nor on the scale.

    Parameters
    ----------
    missing_codes : iterable
        The source's own codes for "no answer".

    Raises
    ------
    UnknownColumn
        R101, with the nearest names.
    """
    codes = tuple(missing_codes)
    with text_records(path, options=options) as records:
        position = records.position(column)
        for line, record in records:
            value = record[position]
            if scale.read(value, missing_codes=codes) is Absence.INVALID:
                yield Reject(line, column, shortened(value), why_invalid(value, scale))


def why_invalid(value: str, scale: Scale | Quantity) -> Text:
    """Return why a value is not on a scale.

    Examples
    --------
    >>> from ressenti.facts.scales import DURATION, ZERO_TO_TEN
    >>> [why_invalid(value, ZERO_TO_TEN).en for value in ("11", "١٠", "good")]
    ['not on the scale 0 to 10', 'digits of another script', 'not on the scale 0 to 10']
    >>> why_invalid("-3", DURATION).fr
    'inférieur à 0'
    """
    if number_in(value) is None and any(sign.isdigit() for sign in value if not sign.isascii()):
        return OTHER_DIGITS
    if isinstance(scale, Scale):
        return OFF_SCALE.format(scale=scale.name)
    if number_in(value) is None:
        return NOT_A_NUMBER
    return TOO_LOW.format(minimum=f"{scale.minimum:g}")


def duplicate_rejects(
    path: Path, column: str, *, options: SourceOptions = AS_FOUND
) -> Iterator[Reject]:
    """Yield the second and later occurrences of every identifier; blanks are no identifiers."""
    first_lines: dict[str, int] = {}
    with text_records(path, options=options) as records:
        position = records.position(column)
        for line, record in records:
            value = record[position].strip()
            if is_missing(value):
                continue
            first = first_lines.setdefault(value, line)
            if first != line:
                yield Reject(line, column, shortened(value), AGAIN.format(line=first))


def order_rejects(
    path: Path,
    *,
    earlier: tuple[str, DateReading],
    later: tuple[str, DateReading],
    options: SourceOptions = AS_FOUND,
) -> Iterator[Reject]:
    """Yield the records whose later instant comes before the earlier one: answered before offered.

    Parameters
    ----------
    earlier, later : tuple of str and DateReading
        A column and how its dates are written. Values that are no dates are yielded too; where
        one of the two is blank, nothing is.
    """
    with text_records(path, options=options) as records:
        columns = [(name, records.position(name), reading) for name, reading in (earlier, later)]
        for line, record in records:
            instants: list[datetime | None] = []
            for name, position, reading in columns:
                instants.append(instant_in(record[position], reading))
                if instants[-1] is None and not is_missing(record[position]):
                    yield Reject(line, name, shortened(record[position]), NO_DATE)
            before, after = instants
            if before is not None and after is not None and after < before:
                (other, other_place, _), (name, place, _) = columns
                reason = BACKWARDS.format(other=other, value=record[other_place])
                yield Reject(line, name, shortened(record[place]), reason)
