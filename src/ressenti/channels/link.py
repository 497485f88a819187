"""Links: the address of a survey with what it already knows, and where a respondent may be sent.

Every link is built from the configured base URL, never from what a request says of its host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urlsplit, urlunsplit

from ressenti.channels.signed_context import Keys, invalid_proof, signed, verified
from ressenti.errors import InvalidArgument
from ressenti.language import Text

PREFILL_PURPOSE = "survey.prefill"
SURVEY_PATH = "s"
PROOF_PARAMETER = "p"
LANGUAGE_PARAMETER = "lang"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1"})

# A browser drops tabs and line ends inside a URL and reads \ as /: neither is ours to guess.
UNFIT_FOR_URLS = re.compile(r"[\x00-\x20\x7f-\x9f\\\u2028\u2029]")
HOST = re.compile(r"(?!-)[a-z0-9-]+(?:\.[a-z0-9-]+)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What a link knows before the page opens; the page shows it, only a person's POST votes.

    ``answers`` are values by question id, ``attributes`` texts by declared name; ``invitation``
    is None when the link is for anybody.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    invitation: str | None = None


def survey_link(
    base_url: str, survey: str, *, language: str | None = None, proof: str | None = None
) -> str:
    """Return the link to a survey's first page.

    Parameters
    ----------
    base_url : str
        The configured one, ``https://host[:port][/folder]``; http on loopback only.
    survey : str
        The survey's public key, or an invitation's token.
    language : str, optional
        Language the page opens in; None leaves it to the browser.
    proof : str, optional
        A signed context, made by `prefill_proof`.

    Raises
    ------
    InvalidArgument
        R102, when the base URL is none.

    Examples
    --------
    >>> survey_link("https://avis.example/", "k7", language="fr")
    'https://avis.example/s/k7?lang=fr'
    """
    parameters = {LANGUAGE_PARAMETER: language, PROOF_PARAMETER: proof}
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    base = checked_base_url(base_url)
    return f"{base}/{SURVEY_PATH}/{quote(survey, safe='')}" + (f"?{query}" if query else "")


def prefill_proof(survey: str, prefilled: Prefilled, *, key: Keys, expires_at: datetime) -> str:
    """Return the proof that a link carries what is already known, for one survey alone.

    Raises
    ------
    InvalidArgument
        R102, for a short key, a naive instant or a value that JSON cannot hold.
    """
    context = {
        "survey": survey,
        "answers": dict(prefilled.answers),
        "attributes": dict(prefilled.attributes),
        "invitation": prefilled.invitation,
    }
    return signed(context, key=key, purpose=PREFILL_PURPOSE, expires_at=expires_at)


def prefilled_by(proof: str, survey: str, *, key: Keys, now: datetime) -> Prefilled:
    """Return what a proof made by `prefill_proof` for this survey knows.

    Raises
    ------
    InvalidProof
        R106, for a proof that is altered, expired or of another survey.
    """
    context = verified(proof, key=key, purpose=PREFILL_PURPOSE, now=now)
    if context["survey"] != survey:
        raise invalid_proof()
    return Prefilled(context["answers"], context["attributes"], context["invitation"])


def checked_base_url(base_url: str) -> str:
    """Return the configured base URL without its last slash.

    Raises
    ------
    InvalidArgument
        R102, unless it is https (http on loopback), with a host and no query.

    Examples
    --------
    >>> checked_base_url("https://avis.example/client/")
    'https://avis.example/client'
    >>> checked_base_url("http://avis.example")
    Traceback (most recent call last):
    ressenti.errors.InvalidArgument: [R102] 'http://avis.example' is no base URL. \
Write https://host, or http://localhost to try it at home.
    """
    parts = _parts(base_url)
    is_plain = parts is not None and not parts.query and not parts.fragment
    if parts is None or not is_plain or not _is_confidential(parts):
        raise InvalidArgument(
            Text(
                en=f"'{base_url}' is no base URL.", fr=f"« {base_url} » n'est pas une URL de base."
            ),
            hint=Text(
                en="Write https://host, or http://localhost to try it at home.",
                fr="Écrivez https://hôte, ou http://localhost pour un essai chez vous.",
            ),
        )
    return base_url.rstrip("/")


def own_url(url: str, base_url: str) -> str:
    """Return the URL when it lies under the configured base URL.

    Raises
    ------
    InvalidArgument
        R102, when it leads elsewhere.

    Examples
    --------
    >>> own_url("https://avis.example/s/k7", "https://avis.example")
    'https://avis.example/s/k7'
    """
    base = _parts(checked_base_url(base_url))
    parts = _parts(url)
    is_ours = (
        base is not None
        and parts is not None
        and (parts.scheme, parts.netloc.lower()) == (base.scheme, base.netloc.lower())
        and parts.path.startswith(f"{base.path}/")
        and not {"..", "."} & set(parts.path.split("/"))
    )
    if not is_ours:
        raise InvalidArgument(
            Text(
                en=f"the link '{url}' is not under {base_url}.",
                fr=f"le lien « {url} » n'est pas sous {base_url}.",
            )
        )
    return url


def safe_end_url(url: str, allowed_hosts: Iterable[str]) -> str:
    """Return the URL a respondent may be sent to after the last page.

    Parameters
    ----------
    url : str
        As an author wrote it, or as a request asks.
    allowed_hosts : iterable of str
        Hosts the organisation has declared, ``host`` or ``host:port``; subdomains are not meant.

    Raises
    ------
    InvalidArgument
        R102, unless it is https, without user or password, to a declared host.

    Examples
    --------
    >>> safe_end_url("https://shop.example/merci?from=survey", ["shop.example"])
    'https://shop.example/merci?from=survey'
    >>> safe_end_url("https://shop.example@evil.example/", ["shop.example"])
    Traceback (most recent call last):
    ressenti.errors.InvalidArgument: [R102] 'https://shop.example@evil.example/' is no page that a \
respondent may be sent to. Declared hosts, over https: shop.example.
    """
    hosts = [host.lower() for host in allowed_hosts]
    parts = _parts(url)
    if parts is None or parts.scheme != "https" or parts.netloc.lower() not in hosts:
        listed = ", ".join(sorted(hosts)) or "–"
        raise InvalidArgument(
            Text(
                en=f"'{url}' is no page that a respondent may be sent to.",
                fr=f"« {url} » n'est pas une page où envoyer un répondant.",
            ),
            hint=Text(
                en=f"Declared hosts, over https: {listed}.",
                fr=f"Hôtes déclarés, en https : {listed}.",
            ),
        )
    path, query, fragment = (
        quote(part, safe="/?#[]!$&'()*+,;=:@%~")
        for part in (parts.path, parts.query, parts.fragment)
    )
    return urlunsplit((parts.scheme, parts.netloc, path, query, fragment))


def _parts(url: str) -> SplitResult | None:
    """Return the parts of an absolute URL that every reader splits alike, or None."""
    if UNFIT_FOR_URLS.search(url):
        return None
    try:
        parts = urlsplit(url)
        # Reading the port is what finds a port that is no number.
        has_clear_host = parts.port != 0 and HOST.fullmatch(parts.hostname or "") is not None
    except ValueError:
        return None
    expected = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    if not has_clear_host or parts.netloc.lower() != expected:
        return None
    return parts if url.lower().startswith(f"{parts.scheme}://") else None


def _is_confidential(parts: SplitResult) -> bool:
    return parts.scheme == "https" or (
        parts.scheme == "http" and (parts.hostname or "") in LOOPBACK_HOSTS
    )
