"""Exports: what a page shows, as files; the same filters, the same limits, the same hiding."""

from __future__ import annotations

from functools import wraps

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ressenti.errors import UndefinedResult
from ressenti.reports.exports.names import file_name
from ressenti.server.accounts.access import seen_by
from ressenti.server.cockpit.chart_exports import CHARTS, chart_of
from ressenti.server.cockpit.deliveries import (
    KINDS,
    TOO_MANY,
    as_download,
    delivered,
    is_too_much,
    noted,
    streamed,
)
from ressenti.server.cockpit.emotion_map_exports import emotion_map_export, emotion_map_picture
from ressenti.server.cockpit.figure_exports import (
    indicator_export,
    journey_export,
    scorecard_export,
)
from ressenti.server.cockpit.journey_picture import journey_picture
from ressenti.server.cockpit.pages import Arguments, Look, Page, filtered
from ressenti.server.cockpit.pictures import BUSY, picture_file
from ressenti.server.cockpit.voice_exports import voice_export
from ressenti.server.cockpit.voice_lists import question_asked
from ressenti.server.cockpit.wording import measure_name
from ressenti.server.models import Measure, Role

PICTURES = {"svg": "image/svg+xml", "png": "image/png"}
TOO_MANY_REQUESTS, UNAVAILABLE = 429, 503


def in_moderation(page: Page[Arguments]) -> Page[Arguments]:
    """Return an export that says so when it is asked for too often, or cannot be made."""

    @wraps(page)
    def moderate(
        look: Look, /, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponseBase:
        if is_too_much(look.viewer):
            return _refused(look, TOO_MANY, TOO_MANY_REQUESTS)
        try:
            return page(look, *args, **kwargs)
        except UndefinedResult as error:
            return _refused(look, error, UNAVAILABLE if error is BUSY else 400)

    return moderate


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def scorecard_file(look: Look, kind: str) -> HttpResponseBase:
    """Give the figures of a scorecard."""
    return delivered(look.viewer, scorecard_export(look), known_kind(kind))


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def indicator_file(look: Look, measure: int, kind: str) -> HttpResponseBase:
    """Give the figures of one indicator."""
    own = look.viewer.own(Measure.objects.all(), pk=measure)
    return delivered(look.viewer, indicator_export(look, own), known_kind(kind))


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def chart_file(look: Look, measure: int, chart: str, kind: str) -> HttpResponseBase:
    """Give one chart of an indicator as a picture."""
    own = look.viewer.own(Measure.objects.all(), pk=measure)
    if chart not in CHARTS or kind not in PICTURES:
        raise Http404
    name = f"{measure_name(own, look.language)} {chart}"
    return drawn_file(look, chart_of(look, own, chart), (f"{own}, {chart}", name), kind)


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def journey_map(look: Look, kind: str) -> HttpResponseBase:
    """Give the map of the journey as a picture."""
    if kind not in PICTURES:
        raise Http404
    return drawn_file(look, journey_picture(look), ("journey, map", _("Journey")), kind)


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def journey_file(look: Look, kind: str) -> HttpResponseBase:
    """Give the cells of the journey."""
    return delivered(look.viewer, journey_export(look), known_kind(kind))


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def voice_file(look: Look, kind: str) -> HttpResponseBase:
    """Give the comments, however many there are."""
    question = question_asked(look.viewer.organisation, look.request.GET)
    export = voice_export(look, question, known_kind(kind))
    return streamed(look.viewer, export, kind)


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def emotion_map_file(look: Look, kind: str) -> HttpResponseBase:
    """Give the cells of the map of emotions."""
    return delivered(look.viewer, emotion_map_export(look), known_kind(kind))


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def emotion_map_drawing(look: Look, kind: str) -> HttpResponseBase:
    """Give the map of emotions as a picture."""
    if kind not in PICTURES:
        raise Http404
    names = ("voice, map", _("Map of emotions"))
    return drawn_file(look, emotion_map_picture(look), names, kind)


def drawn_file(look: Look, svg: str | None, names: tuple[str, str], kind: str) -> HttpResponse:
    """Give a drawing as a picture to be kept.

    Parameters
    ----------
    svg : str or None
        None where the page has no such drawing.
    names : pair of str
        What the log calls it, and what its file is called.

    Raises
    ------
    Http404
        Without a drawing, or for another kind than a picture's.
    """
    if svg is None or kind not in PICTURES:
        raise Http404
    content = picture_file(svg, kind)
    noted(look.viewer, names[0], kind)
    response = HttpResponse(content, content_type=PICTURES[kind])
    name = f"{look.viewer.organisation.name} {names[1]}"
    return as_download(response, file_name(name, f".{kind}"))


def known_kind(kind: str) -> str:
    """Return a kind of file that there is.

    Raises
    ------
    Http404
        For any other.
    """
    if kind not in KINDS:
        raise Http404
    return kind


def _refused(look: Look, error: UndefinedResult, status: int) -> HttpResponse:
    hint = "" if error.hint is None else error.hint.to(look.language)
    context = {"message": error.message.to(look.language), "hint": hint}
    response = render(look.request, "ressenti/cockpit/wrong_filters.html", context, status=status)
    if status in (TOO_MANY_REQUESTS, UNAVAILABLE):
        response["Retry-After"] = "60" if status == TOO_MANY_REQUESTS else "2"
    return response
