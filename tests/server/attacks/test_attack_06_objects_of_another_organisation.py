"""Attack 6: objects of another organisation by their ids, under its name and under one's own.

Every address of the server's table is tried, whichever part it belongs to. The parts try further
bodies and filters: `accounts/test_refusals.py`, `asking/test_access.py`, `cockpit/test_pages.py`,
`intake/test_programs.py`.
"""

from __future__ import annotations

import re
import statistics
import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx

from tests.server.attacks.conftest import SignedIn, Target
from tests.server.attacks.routes import of_organisations
from tests.server.conftest import Tenant
from tests.server.intake.conftest import new_key

if TYPE_CHECKING:
    from django.test import Client

METHODS = ("get", "post", "delete")
SECONDS_OF_STREAM = 1.5
NAMES = {"question": "why", "kind": "csv", "chart": "trend"}
NUMBERS = frozenset({"measure", "number", "sample"})


def test_every_address_with_an_organisation_is_tried(target: Target) -> None:
    found = of_organisations()
    assert len(found) > 45
    assert len({target.address(route) for route in found}) == len(found)


def test_a_stranger_finds_nothing_under_the_name_of_another_organisation(
    target: Target, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    stranger = signed_in(other_tenant.owner)
    for route in of_organisations():
        told = set()
        for method in METHODS:
            answer = getattr(stranger, method)(target.address(route))
            told.add(answer.status_code)
        # A view that takes one method only may say so before it asks who calls.
        assert told in ({404}, {404, 405}), (route.name, told)


def test_what_is_not_yours_reads_like_what_does_not_exist(
    target: Target, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    """Under one's own name, by the ids of the other's things and by ids that nobody has."""
    own = signed_in(other_tenant.owner)
    tried = 0
    for route in of_organisations():
        if set(route.parameters) <= {"organisation", *NAMES}:
            continue
        theirs = target.address(route, other_tenant.organisation.key)
        nobodys = route.address(
            {name: 2**31 - 1 if name in NUMBERS else uuid.uuid4() for name in route.parameters}
            | {
                "organisation": other_tenant.organisation.key,
                "question": "why",
                "kind": "csv",
                "chart": "trend",
            }
        )
        for method in ("get", "post"):
            told, missing = (seen(own, method, address) for address in (theirs, nobodys))
            assert told == missing, (route.name, method)
            assert told[0] in {404, 405}, (route.name, method)
        tried += 1
    assert tried > 30


def seen(client: Client, method: str, address: str) -> tuple[int, str]:
    """Return what somebody is told at an address, but for the address itself."""
    answer = getattr(client, method)(address)
    text = answer.getvalue().decode(errors="replace").replace(address, "")
    return answer.status_code, re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


def test_an_organisation_is_not_told_from_one_that_does_not_exist(
    target: Target, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    stranger = signed_in(other_tenant.owner)
    there = seen(stranger, "get", f"/o/{target.tenant.organisation.key}/scorecard/")
    nowhere = seen(stranger, "get", "/o/nobody-at-all/scorecard/")
    assert there == nowhere
    assert there[0] == 404


def test_what_is_not_yours_takes_no_longer_than_what_does_not_exist(
    target: Target, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    """Medians of alternating requests, so that a busy machine slows both alike."""
    own = signed_in(other_tenant.owner)
    home = f"/o/{other_tenant.organisation.key}/surveys"
    taken: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(40):
        for is_theirs in (True, False):
            survey = target.asked.survey.pk if is_theirs else uuid.uuid4()
            start = time.perf_counter()
            assert own.get(f"{home}/{survey}/").status_code == 404
            taken[is_theirs].append(time.perf_counter() - start)
    theirs, nobodys = (statistics.median(taken[is_theirs]) for is_theirs in (True, False))
    assert abs(theirs - nobodys) < 0.5 * nobodys


def test_a_program_finds_nothing_of_another_organisation(
    web: httpx.Client, target: Target, other_tenant: Tenant
) -> None:
    """Refusals are the same, whether the thing is somebody else's or nobody's."""
    key = new_key(other_tenant, *all_scopes())
    headers = {"authorization": f"Bearer {key}"}
    survey, answers = target.asked.survey, {"recommend": 9}
    told = []
    for name in (
        survey.key,
        str(survey.pk),
        survey.public_key,
        "no-such-survey",
        str(uuid.uuid4()),
    ):
        reply = web.post(
            "/api/v1/responses", json={"survey": name, "answers": answers}, headers=headers
        )
        told.append((reply.status_code, reply.text.replace(name, "")))
    assert len(set(told)) == 1
    assert told[0][0] == 404
    assert target.asked.entries() == []


def all_scopes() -> list[str]:
    from ressenti.server.models import Scope

    return [scope.value for scope in Scope]


def test_streams_of_figures_are_those_of_members_only(
    web: httpx.Client, target: Target, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    stranger = signed_in(other_tenant.owner).cookies["ressenti_session"].value
    where = f"/live/{target.tenant.organisation.key}/scorecard"
    assert web.get(where).status_code in {403, 404}
    cookie = {"cookie": f"ressenti_session={stranger}"}
    assert web.get(where, headers=cookie).status_code == 404
    # Under one's own name the stream of a measure that is not one's own stays empty.
    own = f"/live/{other_tenant.organisation.key}/indicator/{target.things['measure']}"
    assert b"figure-" not in beginning_of_stream(web, own, cookie)


def beginning_of_stream(web: httpx.Client, where: str, headers: dict[str, str]) -> bytes:
    """Return what a stream says in its first second, in which it is painted whole."""
    said = b""
    with (
        suppress(httpx.ReadTimeout),
        web.stream("GET", where, headers=headers, timeout=SECONDS_OF_STREAM) as stream,
    ):
        for part in stream.iter_raw():
            said += part
    return said
