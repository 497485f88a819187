"""The journey: steps across, indicators down, each cell a score with its interval."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ressenti.errors import UndefinedResult
from ressenti.facts.periods import label_of
from ressenti.server.accounts.access import seen_by
from ressenti.server.cockpit.focus import WHOLE
from ressenti.server.cockpit.fragments import JOURNEY
from ressenti.server.cockpit.indicator_page import Tab
from ressenti.server.cockpit.journey import journey_of
from ressenti.server.cockpit.journey_cells import shown_row
from ressenti.server.cockpit.journey_steps import step_label
from ressenti.server.cockpit.pages import Look, filtered, page_context
from ressenti.server.models import Role

LATEST_TABS = 4


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
def journey_page(look: Look) -> HttpResponse:
    """Show the map of the journey."""
    at = look.request.GET.get("at", "")
    own = {"at": at} if at else {}
    context = page_context(
        look,
        JOURNEY,
        watched=own,
        focus_tabs=focus_tabs(look, at),
        kept=own,
        export_query=look.filters.query(**own),
    )
    try:
        journey = journey_of(look.scope, look.window, at=at)
    except UndefinedResult as error:
        hint = "" if error.hint is None else error.hint.to(look.language)
        failure = f"{error.message.to(look.language)} {hint}"
        return render(look.request, "ressenti/cockpit/journey.html", context | {"failure": failure})
    context |= {
        "steps": [step_label(step, look.language) for step in journey.steps],
        "rows": [shown_row(look.scope, journey, row, at, look.language) for row in journey.rows],
    }
    return render(look.request, "ressenti/cockpit/journey.html", context)


def focus_tabs(look: Look, at: str) -> list[Tab]:
    """Return the latest periods and all of them together: what the map may be about."""
    shown, query = look.window.shown, look.filters.query
    chosen = at if at == WHOLE or at in {day.isoformat() for day in shown} else ""
    latest = [
        Tab(
            query() if day == look.window.latest else query(at=day.isoformat()),
            period_name(look, day.isoformat()),
            chosen == day.isoformat() or (not chosen and day == look.window.latest),
        )
        for day in reversed(shown[-LATEST_TABS:])
    ]
    if chosen not in ("", WHOLE) and not any(tab.is_chosen for tab in latest):
        latest.append(Tab(query(at=chosen), period_name(look, chosen), True))
    return [*latest, Tab(query(at=WHOLE), period_name(look, WHOLE), chosen == WHOLE)]


def period_name(look: Look, at: str) -> str:
    """Return what a period of the page is called, or the stretch of all of them."""
    window, language = look.window, look.language
    if at == WHOLE:
        first, last = (
            label_of(day, window.grain, language) for day in (window.shown[0], window.latest)
        )
        return first if first == last else f"{first} – {last}"
    days = {day.isoformat(): day for day in window.shown}
    day = days.get(at, window.latest)
    name = label_of(day, window.grain, language)
    return _("%(period)s, so far") % {"period": name} if window.is_running(day) else name
