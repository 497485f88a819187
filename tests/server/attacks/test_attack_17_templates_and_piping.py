"""Attack 17: expressions of every template language, and line ends, in names and texts.

Headers of campaigns are in `asking/test_sending.py`; here the expressions go through pages, the
widget, messages of members and the audit log.
"""

from __future__ import annotations

import html
from typing import Any

import httpx
import pytest

from ressenti.surveys.questionnaire import document_of, questionnaire_of
from tests.server.accounts.reading import mail_server
from tests.server.attacks.conftest import SignedIn
from tests.server.attacks.markup import is_page, walked
from tests.server.conftest import Tenant
from tests.server.intake.conftest import VISIT, asked_by, filled, invited

EXPRESSION = "{{7*191}}{% debug %}${7*191}#{7*191}<%=7*191%>{0.__class__}%(x)s{{answer:why}}"
EVALUATED = ("1337", "__main__", "&#x27;str&#x27;", "class &#x27;")


def piping(words: str) -> Any:
    """Return a questionnaire that says what the contact is called and what was answered."""
    label = {
        "fr": f"{{{{contact:first_name|vous}}}} {words}",
        "en": f"{{{{contact:name}}}} {words}",
    }
    first, second = VISIT["questions"]
    document = VISIT | {
        "pages": [{"id": "p1", "questions": ["why"]}, {"id": "p2", "questions": ["recommend"]}],
        "questions": [
            first | {"label": dict.fromkeys(("fr", "en"), "« {{answer:why}} » " + words)},
            second | {"label": label},
        ],
    }
    return document_of(questionnaire_of(document))


def test_what_people_write_is_piped_and_never_evaluated(web: httpx.Client, tenant: Tenant) -> None:
    asked = asked_by(tenant, piping(""))
    invitation, token = invited(asked)
    assert invitation.customer is not None
    invitation.customer.name = EXPRESSION
    invitation.customer.save()
    first = web.get(f"/i/{token}?lang=en").text
    assert EXPRESSION in html.unescape(first)
    sent = web.post(f"/i/{token}?lang=en", data=filled(first, why=EXPRESSION))
    second = web.get(sent.headers["location"]).text
    assert f"« {EXPRESSION} »" in html.unescape(second)
    for page in (first, second):
        assert not any(mark in page for mark in EVALUATED)


@pytest.mark.parametrize(
    "words", ["{{contact.__class__}}", "{{answer:}}", "{{contact:name|{{x}}}}"]
)
def test_what_an_author_writes_is_no_program(web: httpx.Client, tenant: Tenant, words: str) -> None:
    document = VISIT | {"title": {"fr": words + EXPRESSION, "en": words + EXPRESSION}}
    asked = asked_by(tenant, document)
    for address in (asked.page, f"/w/{asked.survey.public_key}.json"):
        reply = web.get(address)
        assert reply.status_code == 200
        assert not any(mark in reply.text for mark in EVALUATED)


def test_no_page_of_the_organisation_evaluates_a_name(tenant: Tenant, signed_in: SignedIn) -> None:
    for thing in (tenant.organisation, tenant.lyon, tenant.nice, tenant.owner):
        thing.name = EXPRESSION
        thing.save()
    asked = asked_by(tenant, piping(EXPRESSION.partition("{{answer")[0]))
    asked.survey.name = EXPRESSION
    asked.survey.save()
    invited(asked)
    home = f"/o/{tenant.organisation.key}/scorecard/"
    found = walked(signed_in(tenant.owner), home, language="fr")
    assert len(found) > 20
    for path, page in found.items():
        assert page.status_code < 500, path
        if is_page(page):
            assert not any(mark in page.content.decode() for mark in EVALUATED), path


def test_a_line_end_in_a_name_never_makes_a_header(tenant: Tenant, signed_in: SignedIn) -> None:
    """However the name came into the table: invitations of members say the organisation's."""
    from django.test import override_settings

    from ressenti.server.accounts.mailing import mail_settings

    tenant.organisation.name = f"Shop\r\nBcc: all@evil.example\r\n\r\n{EXPRESSION}"
    tenant.organisation.save()
    tenant.owner.name = "Alice\nBcc: all@evil.example"
    tenant.owner.save()
    owner = signed_in(tenant.owner)
    people = f"/o/{tenant.organisation.key}/people/"
    with mail_server() as (mailbox, port):
        changed = mail_settings(f"smtp://127.0.0.1:{port}", "us@shop.example")
        with override_settings(**changed):
            owner.post(people, {"email": "dora@new.example", "role": "consultant", "unit": ""})
            owner.post(
                people,
                {"email": "eve@new.example\r\nBcc: all@evil.example", "role": "consultant"},
            )
    (message,) = mailbox.messages
    assert message["Bcc"] is None
    assert message.get_all("To") == ["dora@new.example"]
    assert "1337" not in mailbox.body()


@pytest.mark.parametrize(
    "name", ["Shop\r\nBcc: x@evil.example", "Shop\nX: y", "Shop\x00", "a\u2028b"]
)
def test_a_form_takes_no_line_end_in_a_name(tenant: Tenant, signed_in: SignedIn, name: str) -> None:
    from tests.server.attacks.bodies import EVERYTHING

    owner = signed_in(tenant.owner)
    home = f"/o/{tenant.organisation.key}"
    owner.post(f"{home}/settings/", EVERYTHING | {"name": name})
    owner.post(f"{home}/units/", {"name": name, "kind": "shop", "parent": ""})
    owner.post(f"{home}/keys/", {"name": name, "scopes": "answers:read", "unit": ""})
    owner.post("/profile/", {"name": name, "language": "en", "theme": "auto"})
    tenant.organisation.refresh_from_db()
    tenant.owner.refresh_from_db()
    told = [tenant.organisation.name, tenant.owner.name]
    told += [unit.name for unit in tenant.organisation.units.all()]
    told += [key.name for key in tenant.organisation.api_keys.all()]
    assert not any(mark in one for one in told for mark in "\r\n\x00")
