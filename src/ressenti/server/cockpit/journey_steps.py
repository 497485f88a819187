"""Steps of the journey: in the order in which a customer meets them, with their names."""

from __future__ import annotations

from collections.abc import Iterable

from ressenti.language import Language
from ressenti.studies.objectives import STEPS

ORDER = {key: place for place, key in enumerate(STEPS)}


def ordered_steps(touchpoints: Iterable[str]) -> tuple[str, ...]:
    """Return touchpoints in the order of the journey, those it does not know last.

    Examples
    --------
    >>> ordered_steps(["support", "kiosk", "buy", ""])
    ('buy', 'support', 'kiosk')
    """
    known = {touchpoint for touchpoint in touchpoints if touchpoint}
    return tuple(sorted(known, key=lambda one: (ORDER.get(one, len(ORDER)), one)))


def step_label(touchpoint: str, language: Language) -> str:
    """Return what a step is called; an own one as it is written.

    Examples
    --------
    >>> step_label("buy", "fr"), step_label("kiosk", "fr")
    ('Achat', 'kiosk')
    """
    if touchpoint not in STEPS:
        return touchpoint
    name = STEPS[touchpoint].to(language)
    return name[:1].upper() + name[1:]
