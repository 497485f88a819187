from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.channels.signed_context import new_token, signed, token_digest, verified
from ressenti.errors import InvalidArgument, InvalidProof

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
KEY = b"k" * 32
OLD = b"o" * 32

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
CONTEXTS = st.dictionaries(st.text(max_size=20), VALUES, max_size=5).filter(
    lambda context: "Infinity" not in json.dumps(context)
)


def proof(context: dict[str, object] | None = None, purpose: str = "survey.prefill") -> str:
    return signed(context or {"survey": "k7"}, key=KEY, purpose=purpose, expires_at=LATER)


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def refusal(token: str, *, purpose: str = "survey.prefill", now: datetime = NOW) -> str:
    with pytest.raises(InvalidProof) as caught:
        verified(token, key=KEY, purpose=purpose, now=now)
    return str(caught.value)


@given(CONTEXTS)
def test_what_was_signed_comes_back(context: dict[str, object]) -> None:
    token = signed(context, key=KEY, purpose="p", expires_at=LATER)
    assert re.fullmatch(r"[\w-]+\.[\w-]+", token, flags=re.ASCII)
    assert verified(token, key=KEY, purpose="p", now=NOW) == context


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_proof_with_one_character_altered_is_refused(place: int, change: int) -> None:
    token = proof()
    place %= len(token)
    altered = token[:place] + chr(ord(token[place]) ^ change) + token[place + 1 :]
    refusal(altered)


@given(st.text())
def test_no_text_is_a_proof_by_chance(text: str) -> None:
    refusal(text)


def test_the_signature_is_the_hmac_sha256_of_the_payload() -> None:
    body, signature = proof().split(".")
    payload = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    assert unpadded(hmac.new(KEY, payload, hashlib.sha256).digest()) == signature
    assert json.loads(payload) == {
        "context": {"survey": "k7"},
        "expires": 1775044800,
        "purpose": "survey.prefill",
    }


def test_every_refusal_says_the_same() -> None:
    token = proof()
    body, signature = token.split(".")
    other_key = signed({"survey": "k7"}, key=OLD, purpose="survey.prefill", expires_at=LATER)
    refusals = {
        refusal(token, purpose="person.sign_in"),
        refusal(token, now=LATER),
        refusal(other_key),
        refusal(body),
        refusal(f"{body}."),
        refusal(f"{body}.{signature}."),
        refusal(f"{body}=.{signature}"),
        refusal(f"{body}.{unpadded(b'')}"),
        refusal("é.é"),
        refusal("\ud800"),
        refusal("a" * 100_000),
    }
    assert refusals == {"[R106] this link is not valid, or no longer. Ask for a new one."}


def test_a_proof_cannot_choose_how_it_is_checked() -> None:
    header = unpadded(b'{"alg":"none","typ":"JWT"}')
    claims = unpadded(b'{"context":{},"expires":9999999999,"purpose":"survey.prefill"}')
    for token in (f"{header}.{claims}.", f"{claims}.", f"{claims}.{header}", f"{header}.{claims}"):
        refusal(token)


def test_a_proof_is_good_until_its_last_second() -> None:
    token = proof()
    assert verified(token, key=KEY, purpose="survey.prefill", now=LATER - timedelta(seconds=1))
    refusal(token, now=LATER)


def test_keys_can_be_changed_without_breaking_the_links_that_are_out() -> None:
    sent_before = signed({"n": 1}, key=OLD, purpose="p", expires_at=LATER)
    sent_after = signed({"n": 2}, key=(KEY, OLD), purpose="p", expires_at=LATER)
    assert verified(sent_before, key=(KEY, OLD), purpose="p", now=NOW) == {"n": 1}
    assert verified(sent_after, key=KEY, purpose="p", now=NOW) == {"n": 2}
    with pytest.raises(InvalidProof):
        verified(sent_before, key=KEY, purpose="p", now=NOW)


def test_tokens_are_long_unlike_each_other_and_fit_for_urls() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22,}", token) for token in tokens)


def test_the_digest_of_a_token_is_its_sha256() -> None:
    # FIPS 180-2, appendix B.1.
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert token_digest("abc").hex() == expected


@pytest.mark.parametrize("key", [b"", b"short", (), (KEY, b"short")])
def test_a_key_that_can_be_guessed_is_refused(key: bytes | tuple[bytes, ...]) -> None:
    with pytest.raises(InvalidArgument, match="32 bytes"):
        signed({}, key=key, purpose="p", expires_at=LATER)


def test_an_instant_without_time_zone_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="no time zone"):
        signed({}, key=KEY, purpose="p", expires_at=LATER.replace(tzinfo=None))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"bytes"])
def test_what_json_cannot_hold_is_not_signed(value: object) -> None:
    with pytest.raises(InvalidArgument, match="cannot be signed"):
        signed({"value": value}, key=KEY, purpose="p", expires_at=LATER)
