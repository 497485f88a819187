"""Customers from programs: made and changed one by one or many at once, and forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import BaseModel, Field

from ressenti.language import Text
from ressenti.server.accounts.access import Viewer
from ressenti.server.api.documents import Name, Sent, ShortText, document_of, json_body, read
from ressenti.server.api.facts import one_to
from ressenti.server.api.keys import viewer_of
from ressenti.server.api.problems import language_of
from ressenti.server.asking.customer_files import (
    LONGEST_ATTRIBUTE,
    MOST_ATTRIBUTES,
    TWICE,
    CustomerRow,
    fault_of,
)
from ressenti.server.asking.customer_import import FIELDS, batched_rows, taken_over
from ressenti.server.asking.erasure import erase
from ressenti.server.asking.visibility import customers_of, units_of
from ressenti.server.intake.problems import FieldError, Problem, not_found, unprocessable
from ressenti.server.intake.sent_responses import wrong_field
from ressenti.server.models import Scope, Unit
from ressenti.surveys.words import is_storable

MOST_CUSTOMERS = 5_000
CUSTOMER = Text(en="customer", fr="client")
COLUMNS = {name: name for name in ("external_id", *FIELDS, "unit")}

router = Router(tags=["customers"])

AttributeName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,60}$")]
AttributeValue = Annotated[Name, Field(max_length=LONGEST_ATTRIBUTE)]


class CustomerSent(Sent):
    """A customer, by the organisation's own identifier; what is left out stays as it is."""

    external_id: Name
    email: Annotated[ShortText, Field(max_length=254)] = ""
    phone: ShortText = ""
    name: ShortText = ""
    language: Literal["", "fr", "en"] = ""
    unit: ShortText = ""
    attributes: dict[AttributeName, AttributeValue] = Field({}, max_length=MOST_ATTRIBUTES)


class CustomersSent(Sent):
    """Many customers; each is read on its own."""

    customers: list[Any]


class CustomerResult(BaseModel):
    """What became of one customer."""

    status: Literal["created", "changed", "unchanged", "refused"]
    external_id: str | None = None
    problem: dict[str, Any] | None = None


class CustomerResults(BaseModel):
    """What became of each customer of a batch, in the order they were sent."""

    created: int
    changed: int
    unchanged: int
    refused: int
    results: list[CustomerResult]


class Erased(BaseModel):
    """A customer who is being forgotten: at once here, in the record within seconds."""

    customer: UUID
    status: Literal["erasing"]


def body_schema() -> dict[str, Any]:
    """Return the description of a body: one customer, or a list of them."""
    one = {"$ref": "#/components/schemas/CustomerSent"}
    many = {
        "type": "object",
        "required": ["customers"],
        "additionalProperties": False,
        "properties": {
            "customers": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_CUSTOMERS,
                "items": one,
            }
        },
    }
    return {"oneOf": [one, many]}


@router.post(
    "/customers",
    response={200: CustomerResults | CustomerResult, 201: CustomerResult},
    operation_id="send_customers",
    summary="Make or change a customer, or many",
    openapi_extra={
        "x-scope": Scope.FACTS_WRITE.value,
        **json_body(body_schema()),
    },
)
def send_customers(request: HttpRequest) -> Status[Any]:
    """Take one customer, or a batch under `customers` in which each has a result of its own.

    A customer is known by `external_id`; texts left out or empty change nothing, and attributes
    are added to those there are.
    """
    viewer = viewer_of(request, Scope.FACTS_WRITE)
    document = document_of(request)
    if "customers" in document:
        return Status(200, _many(request, viewer, read(CustomersSent, document).customers))
    (result,) = saved(viewer, [document])
    if isinstance(result, Problem):
        raise result
    return Status(201 if result["status"] == "created" else 200, result)


def _many(request: HttpRequest, viewer: Viewer, documents: Sequence[object]) -> dict[str, Any]:
    if not 0 < len(documents) <= MOST_CUSTOMERS:
        raise wrong_field("customers", one_to(MOST_CUSTOMERS))
    language = language_of(request)
    results = [
        {"status": "refused", "problem": result.document(language)}
        if isinstance(result, Problem)
        else result
        for result in saved(viewer, documents)
    ]
    counts = {
        status: sum(1 for result in results if result["status"] == status)
        for status in ("created", "changed", "unchanged", "refused")
    }
    return {**counts, "results": results}


def saved(viewer: Viewer, documents: Sequence[object]) -> list[dict[str, Any] | Problem]:
    """Return what became of each document: a customer that was saved, or why it is refused."""
    units = {unit.key: unit for unit in units_of(viewer)}
    seen: dict[str, int] = {}
    results: dict[int, dict[str, Any] | Problem] = {}
    rows: list[CustomerRow] = []
    for line, document in enumerate(documents, start=1):
        try:
            row = _row(line, document, units)
        except Problem as problem:
            results[line] = problem
            continue
        first = seen.setdefault(row.external_id, line)
        if first == line:
            rows.append(row)
        else:
            results[line] = wrong_field("external_id", TWICE.format(line=first))
    for batch in batched_rows(rows):
        results |= _taken_over(viewer, batch, units)
    return [results[line] for line in sorted(results)]


def _row(line: int, document: object, units: Mapping[str, Unit]) -> CustomerRow:
    sent = read(CustomerSent, document)
    row = CustomerRow(line=line, **sent.model_dump())
    reject = fault_of(row, COLUMNS, units)
    if reject is not None:
        raise unprocessable([FieldError(reject.column or "external_id", reject.reason)])
    return row


def _taken_over(
    viewer: Viewer, rows: Sequence[CustomerRow], units: Mapping[str, Unit]
) -> dict[int, dict[str, Any] | Problem]:
    found = taken_over(viewer, rows, units, writes=True)
    statuses = {
        customer.external_id: status
        for status, customers in (
            ("created", found.new),
            ("changed", found.differing),
            ("unchanged", found.same),
        )
        for customer in customers
    }
    refused = {one.line: wrong_field("external_id", one.reason) for one in found.rejects}
    return refused | {
        row.line: {"status": statuses[row.external_id], "external_id": row.external_id}
        for row in rows
        if row.line not in refused
    }


@router.delete(
    "/customers/{path:external_id}",
    response={202: Erased},
    operation_id="erase_customer",
    summary="Forget a customer",
    openapi_extra={"x-scope": Scope.FACTS_WRITE.value},
)
def erase_customer(request: HttpRequest, external_id: str) -> Status[Any]:
    """Erase a person: the customer, their answers, their facts, and what backups hold of them."""
    viewer = viewer_of(request, Scope.FACTS_WRITE)
    customers = customers_of(viewer).filter(erased_at=None).select_for_update(of=("self",))
    if not is_storable(external_id):
        raise not_found(CUSTOMER)
    customer = customers.filter(external_id=external_id).first()
    if customer is None:
        raise not_found(CUSTOMER)
    erase(viewer, customer)
    return Status(202, {"customer": customer.pk, "status": "erasing"})
