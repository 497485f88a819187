"""API keys: shown once, kept as digests, ended at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.server.accounts.reading import text_of

if TYPE_CHECKING:
    from ressenti.server.models import Person
    from tests.server.conftest import Tenant

SignedIn = Callable[["Person"], Any]
TOLD = {"name": "Till of Lyon", "scopes": ["answers:write", "facts:write"]}


def made(client: Any, tenant: Tenant, **more: str) -> str:
    """Make a key from the page; return its secret, which the page shows."""
    page = client.post(f"/o/{tenant.organisation.key}/keys/", {**TOLD, **more})
    found = re.search(r'readonly value="(rsk_[0-9a-f]{8}_[0-9a-f]{48})"', page.content.decode())
    assert found is not None
    return found[1]


def test_a_secret_is_shown_once_and_its_digest_kept(tenant: Tenant, signed_in: SignedIn) -> None:
    from ressenti.server.models import ApiKey

    client = signed_in(tenant.owner)
    secret = made(client, tenant, unit=str(tenant.lyon.pk))
    key = ApiKey.objects.get(organisation=tenant.organisation)
    assert bytes(key.digest) == hashlib.sha256(secret.encode()).digest()
    assert (key.scopes, key.unit) == (["answers:write", "facts:write"], tenant.lyon)
    assert key.prefix == secret.split("_")[1]
    page = client.get(f"/o/{tenant.organisation.key}/keys/")
    assert secret not in page.content.decode()
    assert f"rsk_{key.prefix}_" in page.content.decode()


def test_the_secret_is_in_no_table_and_no_cache(tenant: Tenant, signed_in: SignedIn) -> None:
    from django.db import connection

    client = signed_in(tenant.owner)
    tail = made(client, tenant).rpartition("_")[2]
    page = client.post(f"/o/{tenant.organisation.key}/keys/", TOLD)
    assert "no-store" in page["Cache-Control"]
    with connection.cursor() as cursor:
        for table in ("ressenti_apikey", "ressenti_auditentry", "django_session"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{tail}%"])
            assert cursor.fetchone() == (0,)


def test_two_keys_have_nothing_in_common(tenant: Tenant, signed_in: SignedIn) -> None:
    client = signed_in(tenant.owner)
    first, second = (made(client, tenant) for _ in range(2))
    assert first.split("_")[1:] != second.split("_")[1:]


def test_a_revoked_key_says_so_and_stays_revoked(tenant: Tenant, signed_in: SignedIn) -> None:
    from ressenti.server.models import ApiKey

    client = signed_in(tenant.owner)
    made(client, tenant)
    key = ApiKey.objects.get(organisation=tenant.organisation)
    home = f"/o/{tenant.organisation.key}"
    client.post(f"{home}/keys/{key.pk}/revoke/")
    key.refresh_from_db()
    ended = key.revoked_at
    assert ended is not None
    client.post(f"{home}/keys/{key.pk}/revoke/")
    key.refresh_from_db()
    assert key.revoked_at == ended
    log = text_of(client.get(f"{home}/audit/?lang=en&action=key.revoked"))
    assert log.count("revoked an API key") - 1 == 1  # the filter names the action once


def test_a_key_has_a_scope_and_only_known_ones(tenant: Tenant, signed_in: SignedIn) -> None:
    from ressenti.server.models import ApiKey

    client = signed_in(tenant.owner)
    for scopes in ([], ["everything"], ["answers:write", "people:write"]):
        told = {"name": "till", "scopes": scopes}
        assert client.post(f"/o/{tenant.organisation.key}/keys/", told).status_code == 200
    assert not ApiKey.objects.filter(organisation=tenant.organisation).exists()


def test_a_key_reaches_no_unit_of_another_organisation(
    tenant: Tenant, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    from ressenti.server.models import ApiKey

    told = {**TOLD, "unit": str(other_tenant.nice.pk)}
    signed_in(tenant.owner).post(f"/o/{tenant.organisation.key}/keys/", told)
    assert not ApiKey.objects.filter(organisation=tenant.organisation).exists()
