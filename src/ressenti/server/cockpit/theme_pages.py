"""The themes of an organisation: which plans it uses, and what its comments add to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ressenti.emotions.themes.plans import SECTORS, TRADES, theme_plan
from ressenti.errors import RessentiError
from ressenti.language import LANGUAGES, Language, Text
from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.audit import recorded
from ressenti.server.cockpit.pages import Option
from ressenti.server.cockpit.theme_topics import (
    NewTheme,
    plan_with_theme,
    plan_without_theme,
    proposed_topics,
    read_again,
)
from ressenti.server.cockpit.voice_parts import voice_parts
from ressenti.server.models import Organisation, Role
from ressenti.server.theme_plans import OWN, chosen_plans, own_themes

CHANGED = "themes.changed"
LONGEST_NAME, LONGEST_CUES, MOST_CUES = 80, 400, 20
MOST_THEMES = 60


@require_http_methods(["GET", "HEAD", "POST"])
@seen_by(Role.EXPERT)
def theme_page(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show and change which themes comments are read for."""
    if viewer.unit is not None:
        raise PermissionDenied
    if request.method == "POST":
        failure = _change(request, viewer)
        if not failure:
            messages.success(request, _("The comments are being read again by these themes."))
            return redirect("theme_plan", organisation=viewer.organisation.key)
        messages.error(request, failure)
    language: Language = request.LANGUAGE_CODE  # type: ignore[assignment] # one of ours
    is_looking = "look" in request.GET
    context = {
        "trades": _options(viewer.organisation, TRADES, language),
        "sectors": _options(viewer.organisation, SECTORS, language),
        "own": [
            {"key": theme.key, "name": theme.name.to(language), "cues": _cues(theme.cues)}
            for theme in own_themes(viewer.organisation)
        ],
        "is_looking": is_looking,
        "topics": proposed_topics(viewer.organisation, language) if is_looking else [],
        "parts": voice_parts(viewer, "theme_plan"),
    }
    return render(request, "ressenti/cockpit/themes.html", context)


def _change(request: HttpRequest, viewer: Viewer) -> str:
    """Change the themes as a form asks; return why it cannot be done."""
    # Two people who change them at once do so one after the other.
    organisation = Organisation.objects.select_for_update().get(pk=viewer.organisation.pk)
    told = dict(organisation.theme_plan)
    detail: dict[str, Any] = {}
    match request.POST.get("do"):
        case "plans":
            chosen = [key for key in (*TRADES, *SECTORS) if key in request.POST.getlist("plans")]
            if not chosen:
                return _("Choose at least one plan.")
            told["plans"] = detail["plans"] = chosen
        case "add":
            theme = _theme_of_form(request.POST)
            if theme is None:
                return _("Give the theme a name in both languages, and at least one word.")
            if len(own_themes(organisation)) >= MOST_THEMES:
                return _("There are too many themes of your own: remove one first.")
            try:
                told[OWN] = plan_with_theme(told.get(OWN, ""), theme)
            except RessentiError as error:
                return error.message.to("fr" if request.LANGUAGE_CODE == "fr" else "en")
            detail["theme"] = theme.name.en
        case "remove":
            key = request.POST.get("theme", "").removeprefix(f"{OWN}.")
            told[OWN] = plan_without_theme(told[OWN], key) if told.get(OWN) else ""
            detail["theme"] = key
        case _:
            return _("Nothing was asked for.")
    organisation.theme_plan = told
    organisation.save(update_fields=["theme_plan"])
    recorded(viewer, CHANGED, subject_kind="organisation", detail=detail)
    read_again(organisation)
    return ""


def _theme_of_form(posted: Mapping[str, str]) -> NewTheme | None:
    """Return the theme that a form describes; None when something is missing."""
    names = {
        language: " ".join(posted.get(f"name_{language}", "").split())[:LONGEST_NAME]
        for language in LANGUAGES
    }
    listed = posted.get("cues", "")[:LONGEST_CUES].split(",")
    cues = tuple(cue for cue in (" ".join(one.split()) for one in listed) if cue)[:MOST_CUES]
    language = posted.get("of", "")
    if not all(names.values()) or not cues or language not in LANGUAGES:
        return None
    return NewTheme(
        name=Text(en=names["en"], fr=names["fr"]),
        language="fr" if language == "fr" else "en",
        cues=cues,
    )


def _options(
    organisation: Organisation, plans: tuple[str, ...], language: Language
) -> list[Option]:
    chosen = chosen_plans(organisation)
    return [Option(key, theme_plan(key).name.to(language), key in chosen) for key in plans]


def _cues(cues: Mapping[Language, Any]) -> str:
    return ", ".join(one.written for expressions in cues.values() for one in expressions)
