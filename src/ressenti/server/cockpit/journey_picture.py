"""The journey as a picture: its map as the page shows it, with what it shows written around it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ressenti.facts.plan import Target
from ressenti.reports.drawings.journey_map import MapRow, journey_map_svg
from ressenti.reports.exports.definition import FORMULA
from ressenti.server.cockpit.figure_exports import picture_caption
from ressenti.server.cockpit.journey import JourneyRow, journey_of
from ressenti.server.cockpit.journey_cells import row_bounds
from ressenti.server.cockpit.journey_page import period_name
from ressenti.server.cockpit.journey_steps import step_label
from ressenti.server.cockpit.measured import studied
from ressenti.server.cockpit.pages import Look
from ressenti.server.cockpit.pictures import captioned
from ressenti.server.cockpit.wording import full_name, measure_name


def journey_picture(look: Look) -> str | None:
    """Return the map of the journey; None where nobody answered at a step.

    Raises
    ------
    UndefinedResult
        R206, when the answers by step cannot be counted with these filters.
    """
    at, language = look.request.GET.get("at", ""), look.language
    journey = journey_of(look.scope, look.window, at=at)
    if not journey.rows:
        return None
    steps = {step: step_label(step, language) for step in journey.steps}
    drawn = journey_map_svg([_map_row(look, row) for row in journey.rows], steps, language)
    formulas = [
        (
            f"{measure_name(row.measure, language)} – {FORMULA.to(language)}",
            studied(row.measure).variant.formula.to(language),
        )
        for row in journey.rows
    ]
    caption = picture_caption(look, _("Journey"), period_name(look, at), formulas)
    return captioned(drawn, caption)


def _map_row(look: Look, row: JourneyRow) -> MapRow:
    return MapRow(
        name=measure_name(row.measure, look.language),
        detail=full_name(row.measure, look.language),
        scores=row.cells,
        bounds=row_bounds(row),
        target=None if row.measure.target is None else Target(value=row.measure.target),
    )
