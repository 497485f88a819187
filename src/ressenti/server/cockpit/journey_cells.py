"""Journey cells: each one as markup that stands alone, in the page and down a live stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString

from ressenti.facts.plan import Target
from ressenti.language import Language
from ressenti.reports.drawings.axes import bounds_of
from ressenti.reports.drawings.journey import journey_cell_svg
from ressenti.server.cockpit.journey import TOUCHPOINT, Journey, JourneyRow
from ressenti.server.cockpit.journey_steps import step_label
from ressenti.server.cockpit.scope import Scope
from ressenti.server.cockpit.wording import drawing, full_name, measure_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row of the map.

    Parameters
    ----------
    cells : mapping of element to markup
        In the order of the steps.
    """

    name: str
    full_name: str
    address: str
    cells: Mapping[str, SafeString]


def shown_row(
    scope: Scope, journey: Journey, row: JourneyRow, at: str, language: Language
) -> ShownRow:
    """Return a row of the map in the words of its page.

    Parameters
    ----------
    at : str
        What the address asks the map to be about.
    """
    own = {"at": at} if at else {}
    address = reverse("indicator", args=[scope.organisation.key, row.measure.pk])
    return ShownRow(
        name=measure_name(row.measure, language),
        full_name=full_name(row.measure, language),
        address=f"{address}?{scope.filters.query(**own)}",
        cells={
            element_of_cell(row, step): _cell(scope, row, step, (address, own), language)
            for step in journey.steps
        },
    )


def element_of_cell(row: JourneyRow, step: str) -> str:
    """Return the id of the element that a cell fills in the page."""
    return f"cell-{row.measure.pk}-{quote(step, safe='')}"


def row_bounds(row: JourneyRow) -> tuple[float, float]:
    """Return the axis that the cells of a row share; it holds the target too."""
    low, high = bounds_of(row.cells.values())
    target = row.measure.target
    return (low, high) if target is None else (min(low, target), max(high, target))


def cell_svg(row: JourneyRow, step: str, language: Language) -> str | None:
    """Return the drawing of a cell; None where nobody was asked."""
    score = row.cells.get(step)
    if score is None:
        return None
    target = None if row.measure.target is None else Target(value=row.measure.target)
    label = step_label(step, language)
    return journey_cell_svg(score, label, language, bounds=row_bounds(row), target=target)


def _cell(
    scope: Scope,
    row: JourneyRow,
    step: str,
    link: tuple[str, Mapping[str, str]],
    language: Language,
) -> SafeString:
    address, own = link
    svg = cell_svg(row, step, language)
    context: dict[str, Any] = {
        "element": element_of_cell(row, step),
        "measure": measure_name(row.measure, language),
        "step": step_label(step, language),
        "svg": None if svg is None else drawing(svg),
        "address": f"{address}?{scope.filters.narrowed(TOUCHPOINT, step).query(**own)}",
    }
    with translation.override(language):
        return render_to_string("ressenti/cockpit/_journey_cell.html", context)
