"""Attack 16: names of columns, filters, sorts and paths that carry a statement.

Values are parameters everywhere; here the attacker speaks where a program expects a name: in the
address of every page, in a questionnaire, in the header of a file, in a key of JSON.
"""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import httpx
import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.server.attacks.conftest import SignedIn, Target, state_of
from tests.server.attacks.routes import of_organisations
from tests.server.intake.conftest import VISIT, new_key

STATEMENTS = (
    "'; DROP TABLE ressenti_survey; --",
    '"; SELECT pg_sleep(9); --',
    "1) OR 1=1 --",
    "unit' UNION SELECT digest::text FROM ressenti_apikey --",
    "segments->>'x'",
    "$.*",
    "%s%(organisation)s{}",
    "__class__.__init__",
    "organisation__members__person__password__startswith",
    "a" * 3_000,
    "\u202e\ufeff",
)
NAMES = (
    "unit", "touchpoint", "channel", "survey", "language", "per", "from", "to", "by", "at", "q",
    "compare", "across", "a", "b", "after", "page", "sort", "order", "order_by", "of", "mood",
    "measure", "actor", "action", "before", "in", "lang", "part", "paper", "template", "filter",
)  # fmt: skip
SETTINGS = {"statement_timeout": "5s"}


def tables(url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
            "ORDER BY 1"
        ).fetchall()


def test_no_parameter_of_any_page_reaches_a_statement(
    target: Target, signed_in: SignedIn, server_database: str
) -> None:
    """All parameters at once, and then each statement as the name of one."""
    before, state = tables(server_database), state_of(target.tenant, "AuditEntry", "AuditHead")
    owner = signed_in(target.tenant.owner)
    for route in of_organisations():
        if "export" in route.name:
            continue
        for statement in STATEMENTS[1:4]:
            for told in (
                dict.fromkeys(NAMES, statement),
                {f"segment.{statement}": "x", statement: "x", "segment.": "x"},
            ):
                answer = owner.get(target.address(route), told)
                assert answer.status_code < 500, (route.name, statement)
    assert tables(server_database) == before
    assert state_of(target.tenant, "AuditEntry", "AuditHead") == state


def test_each_filter_says_what_is_wrong_instead_of_guessing(
    target: Target, signed_in: SignedIn
) -> None:
    owner = signed_in(target.tenant.owner)
    home = f"/o/{target.tenant.organisation.key}"
    for statement, name in product(STATEMENTS, ("unit", "channel", "survey", "per", "from")):
        for page in ("scorecard/", "voice/", "journey/", f"indicators/{target.things['measure']}/"):
            answer = owner.get(f"{home}/{page}", {name: statement})
            assert answer.status_code == 400, (page, name)


def test_programs_are_told_the_same(web: httpx.Client, target: Target) -> None:
    for statement in STATEMENTS:
        told_to_programs(web, target, statement)


def told_to_programs(web: httpx.Client, target: Target, statement: str) -> None:
    headers = {"authorization": f"Bearer {new_key(target.tenant, 'scores:read', 'answers:read')}"}
    asked = {"measure": "nps"}
    for told in (
        {"measure": statement},
        asked | {"by": statement},
        asked | {"by": f"segment.{statement}"},
        asked | {f"segment.{statement}": "x"},
        asked | {"unit": statement},
        asked | {"start": statement},
        asked | {statement: "x"},
    ):
        reply = web.get("/api/v1/scores", params=told, headers=headers)
        assert 400 <= reply.status_code < 500, told
    for name in ("cursor", "survey", "since", "sort", "fields"):
        reply = web.get("/api/v1/responses", params={name: statement}, headers=headers)
        assert 400 <= reply.status_code < 500, name


@pytest.mark.parametrize("statement", STATEMENTS[:3])
def test_a_questionnaire_cannot_name_its_parts_so(
    target: Target, signed_in: SignedIn, statement: str
) -> None:
    owner = signed_in(target.tenant.owner)
    address = f"/o/{target.tenant.organisation.key}/surveys/import/"
    before = state_of(target.tenant)["Survey"]
    first, second = VISIT["questions"]
    condition = {"question": "recommend", "is": statement, "value": 6}
    for document in (
        VISIT | {"questions": [first | {"id": statement}, second]},
        VISIT | {"questions": [first | {"type": statement}, second]},
        VISIT | {"questions": [first | {"measure": statement}, second]},
        VISIT | {"questions": [first, second | {"show_if": condition}]},
        VISIT | {"questions": [first, second | {"show_if": condition | {"question": statement}}]},
        VISIT | {statement: 1},
    ):
        file = SimpleUploadedFile("q.json", json.dumps(document).encode(), "application/json")
        answer = owner.post(address, {"file": file})
        assert answer.status_code in {200, 400, 422}
    assert state_of(target.tenant)["Survey"] == before


@pytest.mark.parametrize("statement", STATEMENTS[:3])
def test_a_file_cannot_name_its_columns_so(
    target: Target, signed_in: SignedIn, web: httpx.Client, statement: str, server_database: str
) -> None:
    from ressenti.server.models import Customer

    before = tables(server_database)
    quoted = statement.replace('"', '""')
    file = f'external_id,name,"{quoted}"\nX-1,Ada,1\n'.encode()
    owner = signed_in(target.tenant.owner)
    home = f"/o/{target.tenant.organisation.key}/customers/import"
    assert owner.post(f"{home}/", {"file": SimpleUploadedFile("c.csv", file)}).status_code < 500
    assert owner.post(f"{home}/confirm/").status_code < 500
    # The name of a column is a text like its values: it is shown, and does nothing.
    imported = Customer.objects.get(organisation=target.tenant.organisation, external_id="X-1")
    assert list(imported.attributes.values()) == ["1"]
    page = owner.get(f"/o/{target.tenant.organisation.key}/customers/{imported.pk}/")
    assert page.status_code == 200
    key = new_key(target.tenant, "facts:write", "answers:write")
    reply = web.post(
        "/api/v1/imports",
        data={"kind": "answers", "survey": target.asked.survey.key},
        files={"file": ("a.csv", f'source_id,recommend,"{quoted}"\n1,9,2\n'.encode())},
        headers={"authorization": f"Bearer {key}"},
    )
    assert reply.status_code < 500
    assert tables(server_database) == before


def test_declared_names_of_segments_and_tally_sets_are_names(
    target: Target, signed_in: SignedIn
) -> None:
    from tests.server.attacks.bodies import EVERYTHING

    owner = signed_in(target.tenant.owner)
    home = f"/o/{target.tenant.organisation.key}/settings/"
    for statement in STATEMENTS[:7]:
        for name in ("segments", "tally_sets"):
            owner.post(home, EVERYTHING | {name: statement})
    target.tenant.organisation.refresh_from_db()
    told = repr((target.tenant.organisation.segments, target.tenant.organisation.tally_sets))
    assert not any(mark in told for mark in ("DROP", "SELECT", "->>", "$", "%"))
