"""Hosted settings: where a hosted model is, its key, and the most that may be sent to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from ressenti.errors import InvalidArgument
from ressenti.language import Text

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")

OFF = Text(
    en="the hosted engine is off: {name} is not set.",
    fr="le moteur hébergé est désactivé : {name} n'est pas défini.",
)
OFF_HINT = Text(
    en="It sends comments elsewhere, personal data masked: set RESSENTI_HOSTED_URL, "
    "RESSENTI_HOSTED_KEY and RESSENTI_HOSTED_MODEL if you may.",
    fr="Il envoie les verbatims ailleurs, données personnelles masquées : définissez "
    "RESSENTI_HOSTED_URL, RESSENTI_HOSTED_KEY et RESSENTI_HOSTED_MODEL si vous en avez le droit.",
)
NOT_SAFE = Text(
    en="the address '{url}' of the hosted engine is not https.",
    fr="l'adresse « {url} » du moteur hébergé n'est pas en https.",
)
NOT_A_KEY = Text(
    en="the key of the hosted engine has signs that no key has.",
    fr="la clé du moteur hébergé contient des signes qu'aucune clé ne contient.",
)
NOT_A_NUMBER = Text(
    en="{name} is '{value}', which is not a whole number above 0.",
    fr="{name} vaut « {value} », qui n'est pas un nombre entier supérieur à 0.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedSettings:
    """Where the model is, and how much may be sent to it.

    Parameters
    ----------
    url : str
        Of chat completions: https, or http on this machine.
    key : str
        Sent as ``Authorization: Bearer``.
    model : str
    cache : Path or None
        Where answers are kept; None keeps none after the process.
    texts, characters : int
        The most that one reading sends; a text sent again after a failure counts once.
    timeout : float
        Seconds that the server may stay silent.
    first_wait : float
        Seconds before the second try; each next wait is twice as long.

    Raises
    ------
    InvalidArgument
        R102, for an address where the key could be read on its way, or a key that is none.
    """

    url: str
    key: str = field(repr=False)
    model: str
    cache: Path | None = None
    texts: int = 1_000
    characters: int = 1_000_000
    timeout: float = 30.0
    first_wait: float = 1.0

    def __post_init__(self) -> None:
        if not _is_safe(self.url):
            raise InvalidArgument(NOT_SAFE.format(url=self.url))
        if not (self.key.isascii() and self.key.isprintable()):
            raise InvalidArgument(NOT_A_KEY)


def hosted_settings(environment: Mapping[str, str]) -> HostedSettings:
    """Return the settings that environment variables give.

    Raises
    ------
    InvalidArgument
        R102, when the address, the key or the model is missing, or a limit is not a number.
    """
    cache = environment.get("RESSENTI_HOSTED_CACHE", "").strip()
    return HostedSettings(
        url=_required(environment, "RESSENTI_HOSTED_URL"),
        key=_required(environment, "RESSENTI_HOSTED_KEY"),
        model=_required(environment, "RESSENTI_HOSTED_MODEL"),
        cache=Path(cache) if cache else None,
        texts=_whole_number(environment, "RESSENTI_HOSTED_TEXTS", 1_000),
        characters=_whole_number(environment, "RESSENTI_HOSTED_CHARACTERS", 1_000_000),
        timeout=_whole_number(environment, "RESSENTI_HOSTED_TIMEOUT", 30),
    )


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise InvalidArgument(OFF.format(name=name), hint=OFF_HINT)
    return value


def _is_safe(url: str) -> bool:
    """Tell whether nobody on the way can read what goes to an address."""
    try:
        parts = urlsplit(url)
        is_here = parts.scheme == "http" and parts.hostname in LOOPBACK
        return bool(parts.hostname) and (parts.scheme == "https" or is_here)
    except ValueError:
        return False


def _whole_number(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise InvalidArgument(NOT_A_NUMBER.format(name=name, value=value))
    return int(value)
