"""The description says what is true: it is whole, and a fuzzer finds nothing against it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.server.api.conftest import SCOPES, Program
from tests.server.conftest import Tenant
from tests.server.intake.conftest import asked_by, new_key

EXAMPLES = 24
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    allow_header_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PATHS = {
    ("get", "/api/v1/responses"),
    ("post", "/api/v1/responses"),
    ("post", "/api/v1/responses/batch"),
    ("delete", "/api/v1/responses/{response}"),
    ("get", "/api/v1/surveys"),
    ("get", "/api/v1/surveys/{survey}"),
    ("post", "/api/v1/surveys/{survey}/invitations"),
    ("post", "/api/v1/customers"),
    ("delete", "/api/v1/customers/{external_id}"),
    ("post", "/api/v1/facts/{fact}"),
    ("post", "/api/v1/imports"),
    ("get", "/api/v1/scores"),
    ("get", "/api/v1/indicators"),
    ("get", "/api/v1/measures"),
}


@pytest.fixture
def document(program: Program) -> dict[str, Any]:
    """Give the description as anybody reads it, without a key."""
    told: dict[str, Any] = json.loads(program.client.get("/api/v1/openapi.json").content)
    return told


def test_the_description_is_whole(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    found = {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert found == PATHS
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"]
            refusal = operation["responses"]["default"]["content"]
            assert list(refusal) == ["application/problem+json"]
            (security,) = operation["security"]
            assert set(security["BearerKey"]) <= set(SCOPES)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    references = {
        part.partition('"')[0]
        for part in json.dumps(document).split('"$ref": "#/components/schemas/')[1:]
    }
    assert references <= schemas.keys()
    assert {"Problem", "ResponseSent", "orders_row", "CustomerSent"} <= references


def test_what_the_intake_takes_is_described_key_by_key(document: dict[str, Any]) -> None:
    from ressenti.server.intake.sent_responses import KNOWN_KEYS

    sent = document["components"]["schemas"]["ResponseSent"]
    assert set(sent["properties"]) == KNOWN_KEYS
    assert sent["additionalProperties"] is False


def test_rows_are_described_by_the_columns_of_their_fact(document: dict[str, Any]) -> None:
    from ressenti.facts.schemas import FACTS

    row = document["components"]["schemas"]["outcomes_row"]
    columns = {column.key for column in FACTS["outcomes"].columns}
    assert set(row["properties"]) == columns | {"belongs_to"}
    assert set(row["required"]) == set(FACTS["outcomes"].required_columns)


def with_names_that_exist(case: schemathesis.Case, names: dict[str, str]) -> None:
    """Put names that exist into a request, so that it gets further than "not found"."""
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            part.update({name: value for name, value in names.items() if name in part})


@pytest.mark.slow
def test_a_fuzzer_finds_no_fault_and_nothing_that_is_not_described(
    tenant: Tenant, running_web: str
) -> None:
    from ressenti.server.models import Customer, Measure

    asked = asked_by(tenant)
    Customer.objects.create(organisation=tenant.organisation, external_id="C-1")
    Measure.objects.create(
        organisation=tenant.organisation,
        indicator="nps",
        variant="standard_0_10",
        scale="0-10",
        tally="nps@0-10",
    )
    names = {"survey": asked.survey.key, "external_id": "C-1", "measure": "nps"}
    headers = {"authorization": f"Bearer {new_key(tenant, *SCOPES)}"}
    schema = schemathesis.openapi.from_dict(httpx.get(f"{running_web}/api/v1/openapi.json").json())
    schema.config.update(base_url=running_web)
    met: set[int] = set()
    for result in schema.get_all_operations():
        operation = result.ok()
        modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        strategies = [operation.as_strategy(generation_mode=mode) for mode in modes]

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=st.one_of(strategies), is_named=st.booleans())
        def fuzzed(case: schemathesis.Case, is_named: bool) -> None:
            if is_named:
                with_names_that_exist(case, names)
            response = case.call_and_validate(headers=headers, checks=CHECKS)
            met.add(response.status_code)

        fuzzed()
    assert {200, 201, 404, 422} <= met
