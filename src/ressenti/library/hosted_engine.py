"""The hosted engine: a model behind an address, off unless its address and key are given.

It speaks the chat completions that hosted and local servers of models share. Each text is asked
alone, so that no comment can change the reading of another.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from ressenti.emotions.engines import AskedLanguage
from ressenti.emotions.hosted_readings import (
    INSTRUCTION,
    SCHEMA,
    SentText,
    reading_in,
    request_document,
    sent_text,
)
from ressenti.emotions.reading import Reading, Unread, unread
from ressenti.errors import EngineUnavailable, InvalidArgument
from ressenti.language import Text
from ressenti.library.hosted_answers import KeptAnswers
from ressenti.library.hosted_settings import HostedSettings, hosted_settings

PASSING: Final = (429, 500, 502, 503, 504)
"""What a server says when the same request may succeed later."""
TRIES: Final = 5
LONGEST_WAIT: Final = 60.0
MOST_BYTES: Final = 1_000_000
AT_ONCE: Final = 4

TOO_MUCH = Text(
    en="reading on would send {texts} texts and {characters} characters to the hosted engine; the "
    "limits are {most_texts} and {most_characters}.",
    fr="continuer enverrait {texts} textes et {characters} caractères au moteur hébergé ; les "
    "limites sont {most_texts} et {most_characters}.",
)
TOO_MUCH_HINT = Text(
    en="Read fewer texts, or raise RESSENTI_HOSTED_TEXTS and RESSENTI_HOSTED_CHARACTERS.",
    fr="Lisez moins de textes, ou relevez RESSENTI_HOSTED_TEXTS et RESSENTI_HOSTED_CHARACTERS.",
)
REFUSED = Text(
    en="the hosted engine at {host} refused with status {status}, after {tries} tries.",
    fr="le moteur hébergé à {host} a refusé avec le statut {status}, après {tries} essais.",
)
SILENT = Text(
    en="the hosted engine at {host} did not answer, after {tries} tries: {reason}.",
    fr="le moteur hébergé à {host} n'a pas répondu, après {tries} essais : {reason}.",
)
RETRY_HINT = Text(
    en="Check the address, the key and the model; with RESSENTI_HOSTED_CACHE nothing answered is "
    "asked again.",
    fr="Vérifiez l'adresse, la clé et le modèle ; avec RESSENTI_HOSTED_CACHE, rien de ce qui a "
    "reçu une réponse n'est redemandé.",
)


def hosted_engine() -> HostedEngine:
    """Return the engine that the environment describes.

    Raises
    ------
    InvalidArgument
        R102, when it is off.
    """
    return HostedEngine(hosted_settings(os.environ))


class HostedEngine:
    """Reads texts by asking a hosted model; what it cannot use of its answers is unread.

    Raises
    ------
    InvalidArgument
        R102, while reading, before more is sent than the limits allow.
    EngineUnavailable
        R207, while reading, when the model refuses or stays silent.
    """

    def __init__(self, settings: HostedSettings) -> None:
        self._settings = settings
        self._host = urlsplit(settings.url).netloc.rpartition("@")[2]
        self._opener = _opener()
        self._kept = KeptAnswers(settings.cache)
        self._texts = self._characters = 0
        asked = json.dumps([settings.url, settings.model, INSTRUCTION, SCHEMA])
        self._version = f"hosted/{settings.model}/{_digest(asked)[:8]}"

    @property
    def version(self) -> str:
        return self._version

    def read(
        self, texts: Sequence[str | None], *, language: AskedLanguage = "auto"
    ) -> list[Reading]:
        """Return one reading a text, in their order."""
        blank = unread(Unread.EMPTY, self._version)
        sent = [sent_text(text) if text and not text.isspace() else None for text in texts]
        answers = self._answers({self._digest(one): one for one in sent if one is not None})
        return [
            blank
            if one is None
            else reading_in(
                answers[self._digest(one)], one, engine=self._version, language=language
            )
            for one in sent
        ]

    def _digest(self, sent: SentText) -> str:
        return _digest(f"{self._version}\n{sent.text}")

    def _answers(self, sent: Mapping[str, SentText]) -> dict[str, str]:
        """Return the answer to each text, asking for those that are not kept."""
        answers = {digest: self._kept[digest] for digest in sent if digest in self._kept}
        missing = [digest for digest in sent if digest not in answers]
        self._count([sent[digest] for digest in missing])
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            asked = pool.map(self._asked, (sent[digest] for digest in missing))
            return answers | dict(zip(missing, asked, strict=True))

    def _count(self, missing: Sequence[SentText]) -> None:
        """Count what is about to be sent, and stop before it goes beyond a limit."""
        texts = self._texts + len(missing)
        characters = self._characters + sum(len(one.text) for one in missing)
        settings = self._settings
        if texts > settings.texts or characters > settings.characters:
            message = TOO_MUCH.format(
                texts=texts,
                characters=characters,
                most_texts=settings.texts,
                most_characters=settings.characters,
            )
            raise InvalidArgument(message, hint=TOO_MUCH_HINT)
        self._texts, self._characters = texts, characters

    def _asked(self, sent: SentText) -> str:
        """Return what the model says of a text, kept at once when it can be used."""
        answer = _content(self._posted(request_document(sent, model=self._settings.model)))
        if reading_in(answer, sent, engine=self._version).reason is not Unread.ANSWER:
            self._kept.keep(self._digest(sent), answer)
        return answer

    def _posted(self, document: Mapping[str, Any]) -> bytes:
        # Only https, or http on this machine: the settings see to it.
        request = Request(  # noqa: S310
            self._settings.url,
            data=json.dumps(document).encode(),
            headers={
                "Authorization": f"Bearer {self._settings.key}",
                "Content-Type": "application/json",
            },
        )
        told = SILENT.format(host=self._host, tries=TRIES, reason="")
        for number, wait in enumerate(self._waits(), start=1):
            try:
                with self._opener.open(request, timeout=self._settings.timeout) as response:
                    body: bytes = response.read(MOST_BYTES)
                    return body
            except HTTPError as error:
                told = REFUSED.format(host=self._host, status=error.code, tries=number)
                asked = error.headers.get("Retry-After", "")
                error.close()
                if error.code not in PASSING:
                    break
                pause = float(asked) if asked.isascii() and asked.isdigit() else wait
            except (OSError, HTTPException) as error:
                reason = str(getattr(error, "reason", error)) or type(error).__name__
                told = SILENT.format(host=self._host, tries=number, reason=reason)
                pause = wait
            if number < TRIES:
                time.sleep(min(pause, LONGEST_WAIT))
        raise EngineUnavailable(told, hint=RETRY_HINT)

    def _waits(self) -> Iterator[float]:
        """Yield how long to wait after each try."""
        return (self._settings.first_wait * 2**number for number in range(TRIES))


def _opener() -> OpenerDirector:
    """Return what sends requests and follows no redirection: a key is for one address."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _content(body: bytes) -> str:
    """Return what the model says; nothing when its server says it in another form."""
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return content if isinstance(content, str) else ""


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
