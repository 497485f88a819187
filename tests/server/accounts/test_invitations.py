"""Invitations: a link that works once, for one address, and is kept nowhere."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.accounts.conftest import Member
from tests.server.accounts.reading import Mailbox, text_of
from tests.server.accounts.test_password_reset import mailbox
from tests.server.accounts.test_sign_in import sign_in

if TYPE_CHECKING:
    from ressenti.server.models import Person
    from tests.server.conftest import Tenant

__all__ = ["mailbox"]

Browser = Callable[..., Any]
SignedIn = Callable[["Person"], Any]
TOLD = {"name": "Dora", "password": "a slow and wide river", "language": "en"}


def invited(client: Any, tenant: Tenant, role: str = "manager", **more: str) -> tuple[str, str]:
    """Invite somebody from the page; return the address and the link that the page shows."""
    email = more.pop("email", f"dora@{tenant.organisation.key}.example")
    page = client.post(
        f"/o/{tenant.organisation.key}/people/", {"email": email, "role": role, **more}
    )
    found = re.search(r'value="http://testserver(/join/[\w-]+)"', page.content.decode())
    assert found is not None
    return email, found[1]


def joined(client: Any, link: str, told: dict[str, str] | None = None) -> Any:
    response = client.get(link)
    if response.status_code != 302:
        return response
    return client.post("/join/", TOLD if told is None else told)


def test_somebody_new_joins_by_the_link_as_what_they_were_invited_for(
    tenant: Tenant, signed_in: SignedIn, browser: Browser
) -> None:
    from ressenti.server.models import Membership

    email, link = invited(signed_in(tenant.owner), tenant, unit=str(tenant.lyon.pk))
    client = browser()
    first = client.get(link)
    # The token leaves the address before a page is shown.
    assert (first.status_code, first["Location"]) == (302, "/join/")
    page = client.get("/join/?lang=en")
    assert "You will see Lyon" in text_of(page)
    forged = {**TOLD, "email": "mallory@evil.example", "role": "owner"}
    assert client.post("/join/", forged).status_code == 302
    membership = Membership.objects.get(person__email=email)
    assert (membership.role, membership.unit) == ("manager", tenant.lyon)
    assert client.get("/profile/").status_code == 200


def test_a_link_works_once(tenant: Tenant, signed_in: SignedIn, browser: Browser) -> None:
    _, link = invited(signed_in(tenant.owner), tenant)
    waiting = browser()
    waiting.get(link)
    assert joined(browser(), link).status_code == 302
    assert joined(browser(), link).status_code == 404
    assert waiting.post("/join/", TOLD).status_code == 404


def test_a_link_ends_when_it_is_late_taken_back_or_replaced(
    tenant: Tenant, signed_in: SignedIn, browser: Browser
) -> None:
    from django.utils import timezone

    from ressenti.server.models import MemberInvitation, Person

    client = signed_in(tenant.owner)
    email, replaced = invited(client, tenant)
    _, taken_back = invited(client, tenant)
    invitation = MemberInvitation.objects.get(
        organisation=tenant.organisation, revoked_at=None, accepted_at=None
    )
    client.post(f"/o/{tenant.organisation.key}/invitations/{invitation.pk}/revoke/")
    _, late = invited(client, tenant)
    MemberInvitation.objects.filter(organisation=tenant.organisation, revoked_at=None).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )
    for link in (replaced, taken_back, late, "/join/guessed", f"/join/{'a' * 32}"):
        answer = joined(browser(), link)
        assert answer.status_code == 404
        assert "no longer works" in text_of(answer)
    assert not Person.objects.filter(email=email).exists()


def test_only_a_digest_of_the_token_is_kept(tenant: Tenant, signed_in: SignedIn) -> None:
    from django.db import connection

    _, link = invited(signed_in(tenant.owner), tenant)
    token = link.rpartition("/")[2]
    assert len(token) >= 32  # 6 random bits a character
    with connection.cursor() as cursor:
        for table in ("memberinvitation", "auditentry"):
            cursor.execute(
                f"SELECT count(*) FROM ressenti_{table} t WHERE t::text LIKE %s", [f"%{token}%"]
            )
            assert cursor.fetchone() == (0,)


def test_somebody_with_an_account_signs_in_and_joins(
    tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn, browser: Browser
) -> None:
    from ressenti.server.models import Membership

    email, link = invited(signed_in(tenant.owner), tenant, email=other_tenant.reader.email)
    client = browser()
    client.get(link)
    page = client.get("/join/")
    assert "/accounts/login/?next=/join/" in page.content.decode()
    # Without signing in, a new password for the address changes nothing.
    client.post("/join/", TOLD)
    assert not Membership.objects.filter(
        organisation=tenant.organisation, person=other_tenant.reader
    ).exists()
    assert sign_in(client, email, next="/join/")["Location"] == "/join/"
    assert client.post("/join/").status_code == 302
    membership = Membership.objects.get(
        organisation=tenant.organisation, person=other_tenant.reader
    )
    assert membership.role == "manager"


def test_a_link_gives_nothing_to_another_account(
    tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.models import Membership

    _, link = invited(signed_in(tenant.owner), tenant)
    mallory = signed_in(other_tenant.reader)
    assert "You are signed in as" in text_of(joined(mallory, f"{link}?lang=en"))
    assert not Membership.objects.filter(
        organisation=tenant.organisation, person=other_tenant.reader
    ).exists()


def test_of_many_who_follow_one_link_at_once_one_joins(
    tenant: Tenant, signed_in: SignedIn, browser: Browser
) -> None:
    from django.db import connections

    from ressenti.server.models import Membership, Person

    email, link = invited(signed_in(tenant.owner), tenant)
    clients = [browser() for _ in range(8)]
    for client in clients:
        client.get(link)
    statuses: list[int] = []

    def join(client: Any) -> None:
        statuses.append(client.post("/join/", TOLD).status_code)
        connections.close_all()

    threads = [threading.Thread(target=join, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(302) == 1
    assert Person.objects.filter(email=email).count() == 1
    assert Membership.objects.filter(person__email=email).count() == 1


def test_somebody_who_no_longer_decides_takes_their_invitations_along(
    tenant: Tenant, signed_in: SignedIn, browser: Browser, member: Member
) -> None:
    from ressenti.server.models import Membership

    second = member(tenant, "owner")
    _, link = invited(signed_in(second), tenant, "owner")
    number = Membership.objects.get(organisation=tenant.organisation, person=second).pk
    signed_in(tenant.owner).post(
        f"/o/{tenant.organisation.key}/people/{number}/", {"role": "expert"}
    )
    assert joined(browser(), link).status_code == 404


def test_a_member_is_not_invited_again(tenant: Tenant, signed_in: SignedIn) -> None:
    page = signed_in(tenant.owner).post(
        f"/o/{tenant.organisation.key}/people/?lang=en",
        {"email": tenant.reader.email.upper(), "role": "owner"},
    )
    assert "a member already" in text_of(page)


def test_with_a_mail_server_only_the_mailbox_is_given_the_link(
    tenant: Tenant, signed_in: SignedIn, browser: Browser, mailbox: Mailbox
) -> None:
    from allauth.account.models import EmailAddress

    tenant.organisation.name = "Boutique\r\nBcc: everybody@evil.example"
    tenant.organisation.save()
    email = f"dora@{tenant.organisation.key}.example"
    page = signed_in(tenant.owner).post(
        f"/o/{tenant.organisation.key}/people/",
        {"email": email, "role": "manager"},
        headers={"X-Forwarded-Host": "evil.example"},
        follow=True,
    )
    assert "/join/" not in page.content.decode()
    message = mailbox.messages[-1]
    assert (message["To"], message["Bcc"]) == (email, None)
    link = mailbox.link()
    assert link.startswith("http://testserver/join/")
    assert joined(browser(), link.removeprefix("http://testserver")).status_code == 302
    assert EmailAddress.objects.get(email=email).verified


def test_a_link_that_somebody_else_saw_proves_no_address(
    tenant: Tenant, signed_in: SignedIn, browser: Browser
) -> None:
    from allauth.account.models import EmailAddress

    email, link = invited(signed_in(tenant.owner), tenant)
    joined(browser(), link)
    assert not EmailAddress.objects.get(email=email).verified


def test_when_the_mail_server_refuses_the_link_is_shown(
    tenant: Tenant,
    signed_in: SignedIn,
    browser: Browser,
    mailbox: Mailbox,
    changed: Callable[..., None],
) -> None:
    changed(EMAIL_PORT=9)
    _, link = invited(signed_in(tenant.owner), tenant)
    assert joined(browser(), link).status_code == 302


@pytest.mark.parametrize("password", ["short", "0123456789", "password123", "Dora Dora"])
def test_a_weak_password_joins_nobody(
    password: str, tenant: Tenant, signed_in: SignedIn, browser: Browser
) -> None:
    from ressenti.server.models import Person

    email, link = invited(signed_in(tenant.owner), tenant)
    page = joined(browser(), link, {**TOLD, "password": password})
    assert page.status_code == 200
    assert not Person.objects.filter(email=email).exists()
