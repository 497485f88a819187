"""Without a mail server, whoever runs the server hands out the link to a new password."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.server.accounts.conftest import PASSWORD
from tests.server.accounts.reading import text_of
from tests.server.accounts.test_sign_in import sign_in

if TYPE_CHECKING:
    from tests.server.conftest import Tenant

Browser = Callable[..., Any]
NEW = "another quiet harbour"


def ressenti(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command on the server of the tests."""
    return subprocess.run(
        [sys.executable, "-m", "ressenti", *arguments],
        env=os.environ | {"LANG": "C"}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_link_that_the_command_prints_sets_a_new_password_once(
    tenant: Tenant, browser: Browser
) -> None:
    done = ressenti("password", tenant.owner.email.upper())
    assert done.returncode == 0, done.stderr
    link = done.stdout.strip()
    assert link.startswith("http://testserver/accounts/password/reset/key/")
    client = browser()
    form = client.get(link, follow=True)
    told = {"password1": NEW, "password2": NEW}
    assert client.post(form.request["PATH_INFO"], told).status_code == 302
    assert sign_in(browser(), tenant.owner.email, PASSWORD).status_code == 200
    client = browser()
    assert sign_in(client, tenant.owner.email, NEW).status_code == 302
    again = browser().get(link, follow=True)
    assert "used already" in text_of(again) or "déjà" in text_of(again)
    log = text_of(client.get(f"/o/{tenant.organisation.key}/audit/?lang=en"))
    assert "made a link for a new password of" in log
    assert "reset their password" in log


def test_for_an_address_of_nobody_there_is_none_and_nothing_is_written(tenant: Tenant) -> None:
    from ressenti.server.models import AuditEntry

    before = AuditEntry.objects.count()
    done = ressenti("--lang", "fr", "password", "nobody@nowhere.example")
    assert (done.returncode, done.stdout) == (1, "")
    assert "Personne ne se connecte avec l'adresse «\xa0nobody@nowhere.example\xa0»" in done.stderr
    tenant.owner.is_active = False
    tenant.owner.save()
    assert ressenti("password", tenant.owner.email).returncode == 1
    assert AuditEntry.objects.count() == before
