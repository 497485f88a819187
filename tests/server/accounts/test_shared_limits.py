"""Attempts are counted, and codes used up, for all the web processes together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.accounts.conftest import PASSWORD
from tests.server.accounts.test_sign_in import sign_in
from tests.server.accounts.test_two_steps import code_of, turned_on

if TYPE_CHECKING:
    from tests.server.conftest import Tenant

Browser = Callable[..., Any]
ROOT = Path(__file__).parents[3]
# Another web process on the same database; it signs in at the moment it is told.
ELSEWHERE = """
import django, json, sys, time
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS.append("testserver")
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
from django.test import Client
email, password, address, code, moment = json.loads(sys.argv[1])
client = Client(REMOTE_ADDR=address)
client.post("/accounts/login/", {"login": email, "password": password})
if code:
    time.sleep(max(0.0, moment - time.time()))
    client.post("/accounts/2fa/authenticate/", {"code": code})
print(json.dumps(client.get("/profile/").status_code == 200))
"""


def started(email: str, address: str, *, code: str = "", at: float = 0.0) -> subprocess.Popen[str]:
    """Start another process in which somebody signs in."""
    told = json.dumps([email, PASSWORD, address, code, at])
    return subprocess.Popen(
        [sys.executable, "-c", ELSEWHERE, told],
        cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def is_let_in(process: subprocess.Popen[str]) -> bool:
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors[-2000:]
    let_in: bool = json.loads(out)
    return let_in


def test_wrong_passwords_in_one_process_keep_the_account_closed_in_another(
    tenant: Tenant, browser: Browser
) -> None:
    assert is_let_in(started(tenant.owner.email, "10.9.8.1"))
    for number in range(5):
        sign_in(browser(), tenant.owner.email, f"wrong {number}")
    assert not is_let_in(started(tenant.owner.email, "10.9.8.2"))
    # Somebody else is not concerned.
    assert is_let_in(started(tenant.reader.email, "10.9.8.3"))


def test_of_two_processes_that_are_given_one_code_at_once_one_lets_in(
    tenant: Tenant, browser: Browser
) -> None:
    from django.core.cache import cache

    client = browser()
    sign_in(client, tenant.owner.email)
    secret, _ = turned_on(client)
    cache.clear()  # the code that turned it on counts as used for half a minute
    # Both are ready by then, and neither ends in another half minute.
    moment = time.time() + 5
    moment += 8 if moment % 30 > 22 else 0
    code = code_of(secret, moment)
    both = [started(tenant.owner.email, f"10.9.7.{n}", code=code, at=moment) for n in range(2)]
    assert sorted(map(is_let_in, both)) == [False, True]


def test_what_is_counted_stays_counted_when_the_request_comes_to_nothing(
    server_database: str,
) -> None:
    from django.core.cache import cache
    from django.db import transaction

    class Nothing(Exception):  # noqa: N818 - it is none
        pass

    def counted() -> None:
        cache.set("attempts", [1.5])
        raise Nothing

    with pytest.raises(Nothing), transaction.atomic():
        counted()
    assert cache.get("attempts") == [1.5]


def test_an_entry_is_added_once_until_it_expires_and_names_nobody(server_database: str) -> None:
    from django.core.cache import cache

    from ressenti.server.accounts.shared_cache import expired_entries_forgotten
    from ressenti.server.models import SharedEntry

    key = "login:ann@example.com"
    assert cache.add(key, "y", timeout=0.2)
    assert not cache.add(key, "z", timeout=60)
    time.sleep(0.25)
    assert cache.get(key, "nothing") == "nothing"
    assert expired_entries_forgotten() >= 1
    assert cache.add(key, "z", timeout=60)
    assert not any(b"ann" in bytes(one.key_digest) for one in SharedEntry.objects.all())
    assert cache.touch(key, 60)
    assert cache.delete(key)
    assert not cache.touch(key, 60)
