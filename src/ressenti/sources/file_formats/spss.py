"""SPSS: ``.sav`` and ``.zsav`` files, with their value labels and their user-missing codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from ressenti.errors import EmptySource, Place, UnreadableSource
from ressenti.language import Text
from ressenti.sources.options import SourceOptions
from ressenti.sources.source_format import SourceFormat
from ressenti.warehouse.duckdb_engine import DuckDB
from ressenti.warehouse.relations import Relation


def opened(path: Path, warehouse: DuckDB, options: SourceOptions) -> Relation:
    """Return the relation of an SPSS file: codes stay codes, labels stand beside them.

    User-missing values stay in the data and are listed as the column's missing codes.

    Raises
    ------
    EmptySource
        R201, for a file without a variable.
    UnreadableSource
        R200, for a file that is damaged or cut short.
    """
    import pyreadstat

    try:
        arrays, metadata = pyreadstat.read_sav(
            str(path), user_missing=True, output_format="dict", encoding=options.encoding
        )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError) as error:
        raise damaged(path.name, str(error)) from error
    if not arrays:
        raise EmptySource(
            Text(en="the file has no variable.", fr="le fichier n'a aucune variable."),
            place=Place(file=path.name),
        )
    expected = metadata.number_rows
    rows = len(next(iter(arrays.values())))
    if expected is not None and 0 <= expected != rows:
        raise damaged(path.name, f"{rows} / {expected}")
    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in arrays.items()})
    return warehouse.relation(
        warehouse.registered(table),
        name=path.name,
        missing_codes=missing_codes(arrays, metadata.missing_ranges),
        labels=metadata.variable_value_labels,
    )


def missing_codes(
    arrays: Mapping[str, Any], ranges: Mapping[str, Any]
) -> dict[str, tuple[Any, ...]]:
    """Return the user-missing values of each column; of a range, those that occur.

    Examples
    --------
    >>> missing_codes({"q": [1.0, 9.0, None, 8.0]}, {"q": [{"lo": 8.0, "hi": 99.0}]})
    {'q': (8.0, 9.0)}
    """
    return {
        column: tuple(code for bound in bounds for code in codes_between(arrays[column], **bound))
        for column, bounds in ranges.items()
    }


def codes_between(values: Iterable[Any], *, lo: Any, hi: Any) -> list[Any]:
    if lo == hi:
        return [lo]
    return sorted({value for value in values if value is not None and lo <= value <= hi})


def damaged(name: str, reason: str) -> UnreadableSource:
    return UnreadableSource(
        Text(
            en=f"the SPSS file is damaged or cut short: {reason}.",
            fr=f"le fichier SPSS est abîmé ou tronqué : {reason}.",
        ),
        hint=Text(en="Fetch or export it again.", fr="Récupérez-le ou exportez-le de nouveau."),
        place=Place(file=name),
    )


FORMAT = SourceFormat(name=Text(en="SPSS", fr="SPSS"), suffixes=(".sav", ".zsav"), open=opened)
