"""Receipts: what an export delivered, so that who receives it can check that nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ressenti.language import Language
from ressenti.reports.exports.columns import Column, Value

FORMAT = "ressenti.export/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A file that was written to its end.

    Parameters
    ----------
    rows : int
        Without the headings.
    size : int
        Bytes.
    sha256 : str
        Of the whole file, in hexadecimal.
    cut_texts : int
        Texts longer than the format can hold, cut with a mark.
    """

    rows: int
    size: int
    sha256: str
    cut_texts: int = 0


def manifest_of(
    name: str,
    columns: Sequence[Column],
    receipt: Receipt | None,
    definition: Sequence[tuple[str, Value]],
    language: Language,
) -> Mapping[str, Any]:
    """Return the manifest of an exported file as one JSON object.

    Parameters
    ----------
    receipt : Receipt or None
        None while the file is not whole: the manifest then says that it is not.
    definition : sequence of pairs
        From ``definition_lines``.
    """
    return {
        "format": FORMAT,
        "file": name,
        "is_complete": receipt is not None,
        "rows": None if receipt is None else receipt.rows,
        "size": None if receipt is None else receipt.size,
        "sha256": None if receipt is None else receipt.sha256,
        "cut_texts": None if receipt is None else receipt.cut_texts,
        "columns": [
            {"key": column.key, "heading": column.heading.to(language)} for column in columns
        ],
        "definition": [
            {"label": label, "value": value if isinstance(value, int | float) else _told(value)}
            for label, value in definition
        ],
    }


def _told(value: Value) -> str | None:
    return None if value is None else str(value)
