from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.channels.link import (
    Prefilled,
    checked_base_url,
    own_url,
    prefill_proof,
    prefilled_by,
    safe_end_url,
    survey_link,
)
from ressenti.errors import InvalidArgument, InvalidProof

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
KEY = b"k" * 32
BASE = "https://avis.example"
KNOWN = Prefilled({"recommend": 9}, {"shop": "Lyon & fils"}, invitation="i-42")


def test_a_link_carries_what_is_known_and_only_its_survey_reads_it() -> None:
    proof = prefill_proof("k7", KNOWN, key=KEY, expires_at=LATER)
    link = survey_link(BASE, "k7", language="fr", proof=proof)
    query = parse_qs(urlsplit(link).query)
    assert query["lang"] == ["fr"]
    assert prefilled_by(query["p"][0], "k7", key=KEY, now=NOW) == KNOWN
    with pytest.raises(InvalidProof):
        prefilled_by(query["p"][0], "k8", key=KEY, now=NOW)
    with pytest.raises(InvalidProof):
        prefilled_by(query["p"][0], "k7", key=KEY, now=LATER)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_whatever_the_key_is_the_link_stays_under_the_base_url(key: str) -> None:
    parts = urlsplit(survey_link(BASE, key, proof="a.b"))
    assert parts.netloc == "avis.example"
    assert parts.path.count("/") == 2
    assert parts.query == "p=a.b"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "avis.example",
        "//avis.example",
        "http://avis.example",
        "ftp://avis.example",
        "javascript:alert(1)",
        "https://",
        "https://avis.example?x=1",
        "https://avis.example/#x",
        "https://me:secret@avis.example",
        "https://avis.example:port",
        "https://avis.example\r\nX: 1",
        "https://avis.exam\tple",
        "https://avis。example",
        "https:avis.example",
    ],
)
def test_what_is_no_base_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidArgument, match="no base URL"):
        checked_base_url(url)


@pytest.mark.parametrize(
    "url",
    ["https://avis.example", "https://avis.example:8443/client", "http://localhost:8000"],
)
def test_base_urls_that_serve(url: str) -> None:
    assert checked_base_url(url + "/") == url


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/s/k7",
        "https://avis.example.evil.example/s/k7",
        "https://avis.example@evil.example/s/k7",
        "https://avis.example/client",
        "https://avis.example/clients/s/k7",
        "https://avis.example/client/../s/k7",
        "https://avis.example:444/client/s/k7",
        "http://avis.example/client/s/k7",
        "https://avis.example/client/s/k7\n",
        "https://avis.example\\@evil.example/client/",
        "javascript:alert(1)",
    ],
)
def test_a_link_that_leads_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(InvalidArgument, match="is not under"):
        own_url(url, "https://avis.example/client")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/merci",
        "//shop.example/merci",
        "///shop.example",
        "https:///shop.example",
        "https:shop.example",
        "http://shop.example/merci",
        "javascript:alert(1)//shop.example",
        "JaVaScRiPt:alert(document.domain)",
        "data:text/html,<script>alert(1)</script>",
        "java\tscript:alert(1)",
        "https://evil.example/",
        "https://evil.example/?https://shop.example",
        "https://evil.example#https://shop.example/",
        "https://shop.example.evil.example/",
        "https://evil-shop.example/",
        "https://shop.example@evil.example/",
        "https://shop.example:x@evil.example/",
        "https://shop.example\\@evil.example/",
        "https://evil.example\\.shop.example/",
        "https://evil.example%2f@shop.example/",
        "https://shop.example%00.evil.example/",
        "https://shop.example\r\nLocation: https://evil.example",
        " https://shop.example/",
        "https://shop\u3002example/",
        "https://ſhop.example/",
        "https://shop.example:8443/",
        "https://shop.example:443443/",
        "https://[::1]/",
        "https://sub.shop.example/",
        "https://shop.example./",
    ],
)
def test_no_respondent_is_sent_elsewhere(url: str) -> None:
    with pytest.raises(InvalidArgument, match="no page that a respondent may be sent to"):
        safe_end_url(url, ["shop.example"])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://shop.example", "https://shop.example"),
        ("https://SHOP.example/a?b=c#d", "https://SHOP.example/a?b=c#d"),
        ("https://shop.example/café", "https://shop.example/caf%C3%A9"),
        ("https://shop.example/%C3%A9?q='\"<", "https://shop.example/%C3%A9?q='%22%3C"),
        ("https://pay.example:8443/ok", "https://pay.example:8443/ok"),
    ],
)
def test_declared_hosts_are_where_a_respondent_may_be_sent(url: str, expected: str) -> None:
    assert safe_end_url(url, ["shop.example", "pay.example:8443"]) == expected


def test_without_a_declared_host_nobody_is_sent_anywhere() -> None:
    with pytest.raises(InvalidArgument, match="over https: –"):
        safe_end_url("https://shop.example/", [])
