"""Problems of the interface: whatever goes wrong, a program reads why as RFC 9457 writes it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja.errors import HttpError, ValidationError

from ressenti.errors import RessentiError
from ressenti.language import Language, Text
from ressenti.server.accounts.audit import recorded
from ressenti.server.api.faults import field_errors
from ressenti.server.intake.exchange import accepted_language, too_large
from ressenti.server.intake.group_commit import refused_by_database, unreachable
from ressenti.server.intake.problems import PROBLEM_JSON, Problem, unprocessable

PREFIX = "/api/v1/"
MEDIA_TYPE = PROBLEM_JSON.decode()
WORDS: Mapping[int, Text] = {
    400: Text(en="The request cannot be read.", fr="La requête est illisible."),
    403: Text(en="This key may not do that.", fr="Cette clé ne le permet pas."),
    404: Text(en="There is nothing here.", fr="Il n'y a rien ici."),
    405: Text(
        en="This address does not take that method.", fr="Cette adresse n'admet pas cette méthode."
    ),
    500: Text(
        en="Something failed on our side; nothing of the request was kept.",
        fr="Une erreur est survenue de notre côté ; rien de la requête n'a été conservé.",
    ),
}


def language_of(request: HttpRequest) -> Language:
    """Return the language that a program asked for."""
    return accepted_language(request.headers.get("accept-language", "")) or "en"


def problem_of_status(status: int) -> Problem:
    """Return the problem of a status about which nothing more is known."""
    code = HTTPStatus(status).name.casefold()
    return Problem(status, code, WORDS.get(status, WORDS[500 if status >= 500 else 400]))


def simultaneous_change() -> Problem:
    """Return the refusal of what somebody else did at the same moment."""
    return Problem(
        409,
        "simultaneous_change",
        Text(
            en="Something else changed the same at this moment; send it again.",
            fr="Autre chose a modifié le même objet à l'instant ; renvoyez la requête.",
        ),
        retry_after=1,
    )


def problem_of(error: Exception, *, most_bytes: int) -> Problem:
    """Return the problem that an exception is for a program; what nobody foresaw is logged.

    Parameters
    ----------
    most_bytes : int
        How large a body may be.
    """
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestDataTooBig):
        return too_large(most_bytes)
    for kind, told in FORESEEN:
        if isinstance(error, kind):
            return told(error)
    logging.getLogger(__name__).error("a request failed", exc_info=error)
    return problem_of_status(500)


def problem_of_error(error: RessentiError) -> Problem:
    """Return the problem that an error of the engine is: its code, its words and what to do."""
    detail = error.message
    if error.hint is not None:
        detail = Text(en="{message} {hint}", fr="{message} {hint}").format(
            message=detail, hint=error.hint
        )
    return Problem(422, error.code, detail)


FORESEEN: tuple[tuple[type[Exception], Callable[[Any], Problem]], ...] = (
    (RessentiError, problem_of_error),
    (ValidationError, lambda error: unprocessable(field_errors(error.errors))),
    (Http404, lambda _: problem_of_status(404)),
    (PermissionDenied, lambda _: problem_of_status(403)),
    (HttpError, lambda error: problem_of_status(error.status_code)),
    (DataError, lambda _: refused_by_database()),
    (IntegrityError, lambda _: simultaneous_change()),
    (OperationalError, lambda _: unreachable()),
)


def write_problem(request: HttpRequest, response: HttpResponse, problem: Problem) -> None:
    """Make an answer say a problem, in the language of its request."""
    language = language_of(request)
    response.status_code = problem.status
    response.content = problem.body(language)
    response["content-type"] = MEDIA_TYPE
    response["content-length"] = str(len(response.content))
    for name, value in problem.headers(language):
        response[name.decode()] = value.decode()


def problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the answer that says a problem."""
    response = HttpResponse()
    write_problem(request, response, problem)
    return response


class ProblemMiddleware:
    """Answers programs by problems, whatever part of Django refused them, and logs refusals."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.path.startswith(PREFIX) or not isinstance(response, HttpResponse):
            return response
        if (
            response.status_code >= HTTPStatus.BAD_REQUEST
            and response["content-type"] != MEDIA_TYPE
        ):
            write_problem(request, response, problem_of_status(response.status_code))
        viewer = getattr(request, "viewer", None)
        if response.status_code == HTTPStatus.FORBIDDEN and viewer is not None:
            # After the transaction of the request, which keeps nothing of what was refused.
            recorded(viewer, "refused", subject_kind="address", subject=request.path)
        return response
