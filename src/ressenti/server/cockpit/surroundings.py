"""Surroundings: what stands around the trend of a figure: target, breaks, what happened."""

from __future__ import annotations

from ressenti.language import Text
from ressenti.reports.drawings.moments import Moment
from ressenti.reports.drawings.trend import Surroundings
from ressenti.server.cockpit.figures import Figure
from ressenti.server.cockpit.pages import Look
from ressenti.server.models import KnownEvent

NEW_QUESTION = Text(en="new question", fr="nouvelle question")
NEW_ENGINE = Text(en="another engine", fr="autre moteur")


def surroundings_of(look: Look, figure: Figure) -> Surroundings:
    """Return what stands around the trend of a figure in the days that are shown."""
    known = KnownEvent.objects.filter(
        organisation=look.viewer.organisation,
        day__gte=look.window.shown[0],
        day__lt=look.window.end,
    )
    broken = NEW_QUESTION if figure.emotions is None else NEW_ENGINE
    return Surroundings(
        targets=[] if figure.target is None else [figure.target],
        breaks=[Moment(day, broken.to(look.language)) for day in figure.breaks],
        events=[Moment(event.day, event.label) for event in known],
    )
