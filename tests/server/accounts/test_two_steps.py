"""The second step of signing in: set up, asked for, and survived without the phone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.server.accounts.conftest import PASSWORD
from tests.server.accounts.reading import Marks, text_of
from tests.server.accounts.test_sign_in import sign_in

if TYPE_CHECKING:
    from tests.server.conftest import Tenant

Browser = Callable[..., Any]


def code_of(secret: str, at: float | None = None) -> str:
    """Return the code of RFC 6238: an HMAC of the number of half minutes, cut to six digits."""
    step = int((time.time() if at is None else at) // 30)
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1)
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def test_our_codes_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B, cut to six digits.
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert code_of(secret, at=59) == "287082"
    assert code_of(secret, at=1111111109) == "081804"


def activation_page(client: Any) -> str:
    """Return the page that turns the second step on, after the password was given again."""
    address = "/accounts/2fa/totp/activate/"
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page: bytes = client.get(address).content
    return page.decode()


def turned_on(client: Any) -> tuple[str, list[str]]:
    """Turn the second step on; return the secret and the recovery codes."""
    found = re.search(r'<code class="secret">(\w+)</code>', activation_page(client))
    assert found is not None
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(found[1])}, follow=True)
    codes = re.search(r'<pre class="secret">([\d\s]+)</pre>', answer.content.decode())
    assert codes is not None
    return found[1], codes[1].split()


def test_the_secret_is_drawn_in_the_page_and_kept_encrypted(
    tenant: Tenant, browser: Browser
) -> None:
    from allauth.mfa.models import Authenticator

    client = browser()
    sign_in(client, tenant.owner.email)
    marks = Marks(activation_page(client))
    assert not marks.inline_code()
    assert any(tag == "svg" for tag, _ in marks.tags)
    assert not any(tag == "img" for tag, _ in marks.tags)
    secret, codes = turned_on(client)
    assert len(codes) == 10
    kept = str(list(Authenticator.objects.filter(user=tenant.owner).values_list("data", flat=True)))
    assert secret not in kept


def test_the_drawing_says_what_an_app_reads() -> None:
    import segno

    from ressenti.server.accounts.adapters import TwoStepAdapter

    url = "otpauth://totp/alice%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Ressenti"
    drawn = TwoStepAdapter.build_totp_svg(None, url)
    # The path of the modules is the one of the same text drawn as a file.
    path = re.search(r' d="([^"]+)"', segno.make(url).svg_inline(scale=4, border=4))
    assert path is not None
    assert path[1] in drawn


def test_a_code_of_the_app_opens_the_account_once(tenant: Tenant, browser: Browser) -> None:
    client = browser()
    sign_in(client, tenant.owner.email)
    secret, _ = turned_on(client)
    client = browser()
    response = sign_in(client, tenant.owner.email)
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/profile/").status_code == 302
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert client.get("/profile/").status_code == 302
    from django.core.cache import cache

    cache.clear()  # the code that turned it on counts as used for half a minute
    code = code_of(secret)
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.get("/profile/").status_code == 200
    again = browser()
    sign_in(again, tenant.owner.email)
    again.post("/accounts/2fa/authenticate/", {"code": code})
    assert again.get("/profile/").status_code == 302


def test_a_recovery_code_opens_the_account_once(tenant: Tenant, browser: Browser) -> None:
    client = browser()
    sign_in(client, tenant.owner.email)
    _, codes = turned_on(client)
    for expected in (200, 302):
        client = browser()
        sign_in(client, tenant.owner.email)
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        assert client.get("/profile/").status_code == expected


def test_guessing_codes_ends(tenant: Tenant, browser: Browser) -> None:
    client = browser()
    sign_in(client, tenant.owner.email)
    turned_on(client)
    client = browser()
    sign_in(client, tenant.owner.email)
    answers = [
        client.post("/accounts/2fa/authenticate/?lang=en", {"code": f"{n:06d}"}) for n in range(7)
    ]
    assert "Too many" in text_of(answers[-1]) or "patient" in text_of(answers[-1])


def test_turning_it_off_asks_who_it_is_and_is_written_down(
    tenant: Tenant, browser: Browser, signed_in: Any
) -> None:
    client = browser()
    sign_in(client, tenant.owner.email)
    turned_on(client)
    # A session that was left open has not proven who sits there.
    stale = signed_in(tenant.owner)
    response = stale.post("/accounts/2fa/totp/deactivate/")
    assert "reauthenticate" in response["Location"]
    client.post("/accounts/2fa/totp/deactivate/")
    page = client.get(f"/o/{tenant.organisation.key}/audit/?lang=en")
    assert "turned two-step sign-in on" in text_of(page)
    assert "turned two-step sign-in off" in text_of(page)


def test_secrets_written_under_another_key_open_nothing(
    tenant: Tenant, browser: Browser, changed: Callable[..., None]
) -> None:
    client = browser()
    sign_in(client, tenant.owner.email)
    secret, codes = turned_on(client)
    changed(SECRET_KEY="another-key-" + "1" * 40)
    for code in (code_of(secret), codes[0]):
        client = browser()
        sign_in(client, tenant.owner.email)
        assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
