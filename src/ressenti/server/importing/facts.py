"""Facts from a file: cells read as what their columns hold, then checked like any row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from ressenti.facts.raw_values import folded, is_missing, number_in
from ressenti.facts.schemas import ColumnKind, Fact
from ressenti.server.accounts.access import Viewer
from ressenti.server.importing.batches import Record, SortedOut
from ressenti.server.importing.fact_rows import BELONGS_TO, RowRules, fact_row, rules_of
from ressenti.server.importing.facts_there import FactRow, origin_of, rows_there, said_of
from ressenti.server.importing.journal import digest_of, written_once
from ressenti.server.importing.records import instant_of_cell, require_columns
from ressenti.server.models import EntryKind
from ressenti.sources.rejects import Reject, shortened

TRUTHS: Mapping[str, bool] = {
    "true": True,
    "false": False,
    "yes": True,
    "no": False,
    "oui": True,
    "non": False,
    "vrai": True,
    "faux": False,
    "1": True,
    "0": False,
}


@dataclass(frozen=True, slots=True)
class FactImport:
    """The import of the rows of one fact.

    Parameters
    ----------
    source : str
        Where rows come from that do not say.
    """

    viewer: Viewer
    rules: RowRules
    source: str

    @classmethod
    def of(cls, viewer: Viewer, fact: str, *, source: str) -> FactImport:
        """Return the import of rows of a fact."""
        return cls(viewer, rules_of(viewer, fact), source)

    @property
    def name(self) -> str:
        return self.rules.fact.key

    def require_columns(self, record: Mapping[str, str]) -> None:
        columns = [column.key for column in self.rules.fact.columns]
        required = [name for name in self.rules.fact.required_columns if name != "source"]
        known = {*columns, BELONGS_TO, *self.rules.segments}
        require_columns(record, known=known, required=required)

    def sorted_out(self, records: Sequence[Record]) -> SortedOut[FactRow]:
        zone = ZoneInfo(self.viewer.organisation.time_zone)
        kept: list[FactRow] = []
        refused: list[Reject] = []
        for line, record in records:
            told = row_of_cells(record, self.rules.fact, zone)
            found = fact_row({"source": self.source, **told}, self.rules)
            if isinstance(found, dict):
                kept.append(found)
            else:
                refused += [
                    Reject(line, error.field, shortened(record.get(error.field, "")), error.message)
                    for error in found
                ]
        return SortedOut(kept, refused)

    def new_ones(self, kept: Sequence[FactRow]) -> Sequence[FactRow]:
        there = rows_there(self.viewer.organisation.pk, self.rules.fact, kept)
        new = []
        for row in kept:
            said = said_of(row, self.rules.fact)
            # What a file tells twice, it tells the second time anew.
            if there.get(origin_of(row)) != said:
                there[origin_of(row)] = said
                new.append(row)
        return new

    def write(self, new: Sequence[FactRow]) -> None:
        payload = {"fact": self.rules.fact.key, "rows": list(new)}
        organisation = self.viewer.organisation.pk
        written_once(organisation, EntryKind.FACTS, payload, key="", request=digest_of(new))

    def cells_of(self, kept: FactRow) -> Mapping[str, str]:
        own = {name: str(value) for name, value in kept.items() if name != "segments"}
        return own | dict(kept["segments"])


def row_of_cells(record: Mapping[str, str], fact: Fact, zone: ZoneInfo) -> dict[str, Any]:
    """Return a record as a program would send it; a cell that is nothing of the kind stays as is.

    Examples
    --------
    >>> from ressenti.facts.schemas import FACTS
    >>> cells = {"ordered_at": "2026-03-01", "amount": "12,50", "status": ""}
    >>> row_of_cells(cells, FACTS["orders"], ZoneInfo("UTC"))
    {'ordered_at': '2026-03-01T00:00:00+00:00', 'amount': 12.5}
    """
    kinds = {column.key: column.kind for column in fact.columns}
    row: dict[str, Any] = {}
    for name, text in record.items():
        kind = kinds.get(name, ColumnKind.TEXT)
        if not text.strip() or (kind is not ColumnKind.TEXT and is_missing(text)):
            continue
        row[name] = _value_of_cell(text, kind, zone)
    return row


def _value_of_cell(text: str, kind: ColumnKind, zone: ZoneInfo) -> object:
    if kind is ColumnKind.NUMBER:
        number = number_in(text)
        return text if number is None else number
    if kind is ColumnKind.BOOLEAN:
        return TRUTHS.get(folded(text), text)
    if kind is ColumnKind.INSTANT:
        instant = instant_of_cell(text, zone)
        return text if instant is None else instant.isoformat()
    return text
