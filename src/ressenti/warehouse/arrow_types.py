"""Arrow types: what the columns of an engine's answer hold, and one plain type for each kind.

Engines sum whole numbers into decimals, send decimals as text and texts as dictionaries. What
leaves an engine holds whole numbers of 64 bits, doubles and texts, whichever engine it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.types as types

from ressenti.warehouse.relations import Kind

DIGITS_OF_INT64 = 18


def kind_of_arrow(field: pa.Field) -> Kind:
    """Return what a column holds.

    Examples
    --------
    >>> kind_of_arrow(pa.field("wait", pa.decimal128(9, 2)))
    <Kind.NUMBER: 'number'>
    >>> kind_of_arrow(pa.field("at", pa.timestamp("us", tz="UTC")))
    <Kind.INSTANT: 'instant'>
    """
    held = field.type
    if _is_opaque_number(held):
        return Kind.NUMBER
    if types.is_dictionary(held):
        held = held.value_type
    if types.is_timestamp(held):
        return Kind.WALL_TIME if held.tz is None else Kind.INSTANT
    tests = {
        Kind.TEXT: (types.is_string, types.is_large_string, types.is_string_view, _is_uuid),
        Kind.NUMBER: (types.is_integer, types.is_floating, types.is_decimal),
        Kind.BOOLEAN: (types.is_boolean,),
        Kind.DATE: (types.is_date,),
    }
    fitting = (kind for kind, own in tests.items() if any(test(held) for test in own))
    return next(fitting, Kind.OTHER)


def kinds_of_schema(schema: pa.Schema) -> Mapping[str, Kind]:
    """Return what every column of an answer holds, in order."""
    return {field.name: kind_of_arrow(field) for field in schema}


def plain_table(rows: pa.Table) -> pa.Table:
    """Return an answer whose numbers are int64 or float64 and whose texts are strings.

    A decimal without decimals that fits 64 bits is a whole number; another is a double.

    Examples
    --------
    >>> from decimal import Decimal
    >>> plain_table(pa.table({"n": [Decimal("12")], "w": [Decimal("0.25")]})).to_pylist()
    [{'n': 12, 'w': 0.25}]
    """
    columns = [_plain_column(rows.column(i), field) for i, field in enumerate(rows.schema)]
    return pa.table(columns, names=rows.schema.names)


def _plain_column(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
    held = field.type
    if types.is_dictionary(held):
        return column.cast(held.value_type)
    if types.is_decimal(held):
        whole = held.scale == 0 and held.precision <= DIGITS_OF_INT64
        # By way of text: the direct cast multiplies by a power of ten, and 6.3 loses its last bit.
        return column.cast(pa.int64()) if whole else column.cast(pa.string()).cast(pa.float64())
    if _is_opaque_number(held):
        stored = _stored(column)
        return stored.cast(pa.int64() if _has_no_decimals(field) else pa.float64())
    if _is_uuid(held):
        texts = [None if value is None else str(value) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, type=pa.string())])
    return _stored(column) if isinstance(held, pa.BaseExtensionType) else column


def _stored(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the column under an extension type."""
    chunks = [chunk.storage for chunk in column.chunks]
    return pa.chunked_array(chunks, type=column.type.storage_type)


def _is_uuid(held: pa.DataType) -> bool:
    return isinstance(held, pa.UuidType)


def _is_opaque_number(held: pa.DataType) -> bool:
    """Tell whether a column is PostgreSQL's NUMERIC, which its driver sends as text."""
    return isinstance(held, pa.OpaqueType) and held.type_name == "numeric"


def _has_no_decimals(field: pa.Field) -> bool:
    """Tell whether a NUMERIC was declared with a precision that fits 64 bits and with scale 0."""
    metadata: Mapping[bytes, Any] = field.metadata or {}
    modifier = int(metadata.get(b"POSTGRESQL:typmod", -1)) - 4
    if modifier < 0:
        return False
    precision, scale = divmod(modifier, 1 << 16)
    return scale == 0 and precision <= DIGITS_OF_INT64
