"""Problems: why a request is refused, for programs (RFC 9457) and in the words of people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from ressenti.language import Language, Text

PROBLEM_JSON = b"application/problem+json"
# A page of faults mends a client; ten thousand of them only fill a log.
MOST_ERRORS = 50


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a request."""

    field: str
    message: Text


class Problem(Exception):  # noqa: N818 - what RFC 9457 calls it
    """A refusal of a request.

    Parameters
    ----------
    status : int
        Of HTTP.
    code : str
        What a program tells it by; it never changes.
    detail : Text
        What is wrong and what to do.
    errors : iterable of FieldError
        What is wrong with single fields.
    retry_after : int or None
        Seconds after which another attempt makes sense.
    closes : bool
        The connection is closed, for what the client still sends is not read.
    added_headers : tuple of pairs
        What else the answer says, its caching included.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: Text,
        *,
        errors: Iterable[FieldError] = (),
        retry_after: int | None = None,
        closes: bool = False,
        added_headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.closes = closes
        self.added_headers = added_headers
        super().__init__(f"{status} {code}: {detail.en}")

    def document(self, language: Language) -> dict[str, object]:
        """Return the problem as RFC 9457 writes it, in one language."""
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail.to(language),
            "errors": [
                {"field": error.field, "message": error.message.to(language)}
                for error in self.errors[:MOST_ERRORS]
            ],
        }

    def body(self, language: Language) -> bytes:
        return json.dumps(self.document(language), ensure_ascii=False).encode()

    def headers(self, language: Language) -> tuple[tuple[bytes, bytes], ...]:
        """Return the headers that go with the problem."""
        headers = [(b"content-language", language.encode())]
        if not self.added_headers:
            headers.append((b"cache-control", b"no-store"))
        if self.retry_after is not None:
            headers.append((b"retry-after", b"%d" % self.retry_after))
        if self.closes:
            headers.append((b"connection", b"close"))
        return (*headers, *self.added_headers)


def not_found(what: Text) -> Problem:
    """Return the refusal of something that is not there, or not to be known of."""
    return Problem(
        404,
        "not_found",
        Text(en="There is no such {what}.", fr="Il n'existe rien de tel : {what}.").format(
            what=what
        ),
    )


def unprocessable(errors: Iterable[FieldError]) -> Problem:
    """Return the refusal of a request that is readable and wrong."""
    return Problem(
        422,
        "invalid",
        Text(en="Some fields are refused.", fr="Certains champs sont refusés."),
        errors=errors,
    )
