"""The language of a page: the address asks first, then the person, then the browser."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from ressenti.language import LANGUAGES, Language
from ressenti.server.models import Person

COOKIE = "ressenti_language"


def language_of(request: HttpRequest) -> Language:
    """Return the language in which a request is answered."""
    asked = request.GET.get("lang") or request.COOKIES.get(COOKIE)
    if asked is None and isinstance(request.user, Person):
        asked = request.user.language
    if asked is None:
        asked = translation.get_language_from_request(request)[:2]
    return next((known for known in LANGUAGES if known == asked), "en")


class LanguageMiddleware:
    """Answers in the language asked for, and remembers what the address asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if request.GET.get("lang") == language:
            response.set_cookie(COOKIE, language, max_age=31_536_000, samesite="Lax", httponly=True)
        return response
