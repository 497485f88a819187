"""Customer import: a file looked at without consequence, then taken over as it was shown."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ressenti.language import Language, Text
from ressenti.server.accounts.access import Viewer
from ressenti.server.asking.customer_files import CustomerFile, CustomerRow, customer_file
from ressenti.server.asking.visibility import units_of
from ressenti.server.importing.batches import locked
from ressenti.server.models import Customer, Unit
from ressenti.sources.rejects import Reject, write_rejects

BATCH = 1000
FIELDS = ("email", "phone", "name", "language")
NOT_YOURS = Text(
    en="this identifier cannot be used here", fr="cet identifiant ne peut pas servir ici"
)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do: customers made, changed and left as they are, and refused lines."""

    file: CustomerFile
    made: int
    changed: int
    unchanged: int
    rejects: tuple[Reject, ...]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What became of rows: customers made, changed and left as they are, and refused rows."""

    new: list[Customer]
    differing: list[Customer]
    same: list[Customer]
    rejects: list[Reject]


def import_plan(viewer: Viewer, path: Path) -> ImportPlan:
    """Return what the import of a file would do; nothing is written.

    Raises
    ------
    RessentiError
        When the file cannot be read at all.
    """
    return _carried_out(viewer, path, writes=False)


def imported(viewer: Viewer, path: Path) -> ImportPlan:
    """Import a file and return what was done; the caller's transaction keeps all of it or none."""
    return _carried_out(viewer, path, writes=True)


def _carried_out(viewer: Viewer, path: Path, *, writes: bool) -> ImportPlan:
    units = {unit.key: unit for unit in units_of(viewer)}
    file = customer_file(path, units=units)
    made = changed = unchanged = 0
    refused = list(file.rejects)
    for batch in batched_rows(file.rows):
        found = taken_over(viewer, batch, units, writes=writes)
        made, changed = made + len(found.new), changed + len(found.differing)
        unchanged += len(found.same)
        refused += found.rejects
    ordered = tuple(sorted(refused, key=lambda one: one.line))
    return ImportPlan(file, made, changed, unchanged, ordered)


def taken_over(
    viewer: Viewer, rows: Sequence[CustomerRow], units: Mapping[str, Unit], *, writes: bool
) -> TakenOver:
    """Return what becomes of some rows, no two of which are of the same customer.

    Parameters
    ----------
    units : mapping of key to unit
        Those that a row may name.
    writes : bool
        Whether it is done, or only said.
    """
    if writes:
        # Two files with the same new customer: the second finds what the first has made.
        locked(viewer.organisation.pk, "customers")
    found = _sorted_out(viewer, rows, units, writes=writes)
    if writes:
        Customer.objects.bulk_create(found.new)
        Customer.objects.bulk_update(found.differing, [*FIELDS, "unit", "attributes", "bounced_at"])
    return found


def batched_rows(rows: Sequence[CustomerRow]) -> Iterator[Sequence[CustomerRow]]:
    """Yield the rows in batches."""
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _sorted_out(
    viewer: Viewer, rows: Sequence[CustomerRow], units: Mapping[str, Unit], *, writes: bool
) -> TakenOver:
    stored = Customer.objects.filter(
        organisation=viewer.organisation, external_id__in=[row.external_id for row in rows]
    ).select_related("unit")
    if writes:
        stored = stored.select_for_update(of=("self",))
    known = {customer.external_id: customer for customer in stored}
    found = TakenOver([], [], [], [])
    for row in rows:
        customer = known.get(row.external_id)
        if customer is None:
            found.new.append(_new_customer(viewer, row, units))
        elif not _is_in_reach(viewer, customer, units):
            # Whoever sees one unit learns nothing of the customers of another.
            found.rejects.append(Reject(row.line, None, row.external_id, NOT_YOURS))
        elif _is_changed(customer, row, units):
            found.differing.append(customer)
        else:
            found.same.append(customer)
    return found


def _new_customer(viewer: Viewer, row: CustomerRow, units: Mapping[str, Unit]) -> Customer:
    return Customer(
        organisation=viewer.organisation,
        external_id=row.external_id,
        email=row.email,
        phone=row.phone,
        name=row.name,
        language=row.language,
        unit=units.get(row.unit) or viewer.unit,
        attributes=dict(row.attributes),
    )


def _is_in_reach(viewer: Viewer, customer: Customer, units: Mapping[str, Unit]) -> bool:
    if customer.erased_at is not None:
        return False
    if viewer.unit is None:
        return True
    return customer.unit is not None and customer.unit.key in units


def _is_changed(customer: Customer, row: CustomerRow, units: Mapping[str, Unit]) -> bool:
    """Put what a row says into a customer; tell whether that changed anything."""
    before = _told_of(customer)
    for name in FIELDS:
        if value := getattr(row, name):
            setattr(customer, name, value)
    if row.unit:
        customer.unit = units[row.unit]
    customer.attributes = customer.attributes | dict(row.attributes)
    after = _told_of(customer)
    if after[0] != before[0]:
        # Another address deserves another try.
        customer.bounced_at = None
    return after != before


def _told_of(customer: Customer) -> tuple[object, ...]:
    return (*(getattr(customer, name) for name in FIELDS), customer.unit_id, customer.attributes)


def rejects_file(rejects: Iterable[Reject], language: Language) -> str:
    """Return refused lines as CSV, which no spreadsheet takes for formulas."""
    target = io.StringIO()
    write_rejects(rejects, target, language=language)
    return target.getvalue()
