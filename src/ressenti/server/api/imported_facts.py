"""Facts from a file: cells read as what their columns hold, then checked like any row."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ressenti.facts.raw_values import folded, is_missing, number_in
from ressenti.facts.schemas import ColumnKind, Fact
from ressenti.server.accounts.access import Viewer
from ressenti.server.api.fact_rows import BELONGS_TO, RowRules, fact_row
from ressenti.server.api.facts import rules_of
from ressenti.server.api.import_files import instant_of_cell, records_of, require_columns
from ressenti.server.api.import_reports import ImportReport
from ressenti.server.api.journal import digest_of, written_once
from ressenti.server.models import EntryKind
from ressenti.sources.rejects import Reject, shortened

ROWS_OF_ENTRY = 2_000
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


def imported_facts(
    viewer: Viewer, path: Path, fact: str, *, source: str, writes: bool
) -> ImportReport:
    """Import a file of facts, or only say what an import would do.

    Parameters
    ----------
    source : str
        Where rows come from that do not say.
    """
    rules = rules_of(viewer, fact)
    refused: list[Reject] = []
    rows: list[dict[str, Any]] = []
    for number, (line, record) in enumerate(records_of(path, refused)):
        if number == 0:
            _require_columns(record, rules)
        told = row_of_cells(record, rules.fact, ZoneInfo(viewer.organisation.time_zone))
        found = fact_row({"source": source, **told}, rules)
        if isinstance(found, dict):
            rows.append(found)
        else:
            refused += [
                Reject(line, error.field, shortened(record.get(error.field, "")), error.message)
                for error in found
            ]
    if writes:
        _write(viewer, fact, rows)
    return ImportReport(accepted=len(rows), unchanged=0, rejects=refused)


def _require_columns(record: Mapping[str, str], rules: RowRules) -> None:
    columns = [column.key for column in rules.fact.columns]
    required = [name for name in rules.fact.required_columns if name != "source"]
    require_columns(record, known={*columns, BELONGS_TO, *rules.segments}, required=required)


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


def _write(viewer: Viewer, fact: str, rows: list[dict[str, Any]]) -> None:
    waiting = iter(rows)
    while batch := list(islice(waiting, ROWS_OF_ENTRY)):
        payload = {"fact": fact, "rows": batch}
        written_once(
            viewer.organisation.pk, EntryKind.FACTS, payload, key="", request=digest_of(batch)
        )
