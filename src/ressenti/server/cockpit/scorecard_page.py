"""The scorecard: the chosen indicators under each other, and which ones are chosen."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from ressenti.server.accounts.access import Viewer, seen_by
from ressenti.server.accounts.audit import recorded
from ressenti.server.cockpit.figures import scorecard
from ressenti.server.cockpit.fragments import figure_fragment
from ressenti.server.cockpit.pages import Look, filtered, page_context
from ressenti.server.cockpit.wording import full_name, measure_name, period_words
from ressenti.server.models import Measure, Role

LAST_PLACE = 999


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
def scorecard_page(look: Look) -> HttpResponse:
    """Show the chosen indicators, each by its latest period."""
    figures = scorecard(look.scope)
    dated = [figure for figure in figures if figure.score.period is not None]
    period = (
        period_words(dated[0].score, look.language, is_running=dated[0].is_running) if dated else ""
    )
    context = page_context(
        look,
        "scorecard",
        fragments=[figure_fragment(figure, look.language, look.scope) for figure in figures],
        period=period,
        n_periods=len(look.window.shown),
        measures=_measures(look.viewer, look) if look.viewer.may_act_as(Role.EXPERT) else [],
    )
    return render(look.request, "ressenti/cockpit/scorecard.html", context)


def _measures(viewer: Viewer, look: Look) -> list[dict[str, object]]:
    return [
        {
            "pk": measure.pk,
            "name": measure_name(measure, look.language),
            "full_name": full_name(measure, look.language),
            "is_shown": measure.is_shown,
            "target": measure.target,
        }
        for measure in Measure.objects.filter(organisation=viewer.organisation)
    ]


@require_POST
@seen_by(Role.EXPERT)
def shown_measures(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Change which indicators are shown, and in which order."""
    with transaction.atomic():
        measures = list(
            Measure.objects.select_for_update().filter(organisation=viewer.organisation)
        )
        wanted = sorted(measures, key=lambda measure: _place(request, measure))
        for place, measure in enumerate(wanted):
            measure.place = place
            measure.is_shown = f"shown-{measure.pk}" in request.POST
        Measure.objects.bulk_update(wanted, ["place", "is_shown"])
        shown = [str(measure) for measure in wanted if measure.is_shown]
        recorded(viewer, "scorecard.changed", subject_kind="scorecard", detail={"shown": shown})
    return redirect("scorecard", organisation=viewer.organisation.key)


def _place(request: HttpRequest, measure: Measure) -> tuple[int, int]:
    told = request.POST.get(f"place-{measure.pk}", "")
    is_number = told.isascii() and told.isdigit() and len(told) <= len(str(LAST_PLACE))
    return int(told) if is_number else LAST_PLACE, measure.place
