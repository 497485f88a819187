"""One comment: what was read in it and why, and where a person says how it really feels."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ressenti.language import Language
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.cockpit.choices import choices_of
from ressenti.server.cockpit.comments import Comment, protected_surveys
from ressenti.server.cockpit.emotion_marks import last_mark, mark_form, mark_of_form, marked
from ressenti.server.cockpit.filters import Filters
from ressenti.server.cockpit.scope import scope_of_viewer
from ressenti.server.cockpit.voice_lists import comment_at
from ressenti.server.cockpit.voice_wording import Voices
from ressenti.server.models import Role
from ressenti.server.theme_plans import theme_names

LONGEST_NAME = 40
UNPROCESSABLE = 422


@require_safe
@seen_by(Role.CONSULTANT)
def voice_comment(
    request: HttpRequest, viewer: Viewer, response: UUID, question: str
) -> HttpResponse:
    """Show one comment, where its link leads."""
    comment = seen_comment(viewer, response, question, request.GET.get("part", ""))
    return comment_page(request, viewer, comment)


@require_POST
@seen_by(Role.MANAGER)
def emotion_mark(
    request: HttpRequest, viewer: Viewer, response: UUID, question: str
) -> HttpResponse:
    """Keep how a person says that a comment feels."""
    part = request.POST.get("part", "")
    comment = seen_comment(viewer, response, question, part)
    given = mark_of_form(request.POST)
    if given is None:
        page = comment_page(request, viewer, comment, request.POST)
        page.status_code = UNPROCESSABLE
        return page
    marked(viewer, comment, given)
    messages.success(request, _("Your reading is kept beside the engine’s."))
    address = reverse("voice_comment", args=[viewer.organisation.key, response, question])
    return redirect(f"{address}?{urlencode({'part': part})}" if part else address)


def seen_comment(viewer: Viewer, response: UUID, question: str, part: str) -> Comment:
    """Return a comment that a viewer may read.

    Raises
    ------
    Http404
        When there is none, or it must not be shown.
    """
    scope = scope_of_viewer(viewer, Filters())
    comment = comment_at(scope, response, question, part[:LONGEST_NAME])
    if comment is None:
        raise Http404
    return comment


def comment_page(
    request: HttpRequest,
    viewer: Viewer,
    comment: Comment,
    posted: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return the page of a comment.

    Parameters
    ----------
    posted : mapping of str to str or None
        What was sent and cannot be kept.
    """
    language: Language = request.LANGUAGE_CODE  # type: ignore[assignment] # one of ours
    voices = voices_of_viewer(viewer, language)
    context = {
        "shown": voices.shown([comment])[0],
        "mark_form": mark_form(viewer, language, mark=last_mark(comment), posted=posted),
    }
    return render(request, "ressenti/cockpit/voice_comment.html", context)


def voices_of_viewer(viewer: Viewer, language: Language) -> Voices:
    """Return what words comments outside of a filtered list."""
    return Voices(
        organisation=viewer.organisation,
        choices=choices_of(viewer),
        language=language,
        protected=protected_surveys(viewer.organisation),
        themes=theme_names(viewer.organisation),
    )
