"""The parts of the voice: its pages, each a step from the others."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from ressenti.server.accounts.access import Viewer
from ressenti.server.models import Role


@dataclass(frozen=True, slots=True)
class Part:
    """A page of the voice, as a link to it says."""

    address: str
    label: str
    is_here: bool


def voice_parts(viewer: Viewer, here: str) -> list[Part]:
    """Return the pages of the voice that a viewer may open.

    Parameters
    ----------
    here : str
        The name of the page that is open.
    """
    labels = {
        "voice": _("Comments"),
        "emotion_map": _("Map of emotions"),
        "corrections": _("Corrections"),
    }
    if viewer.unit is None:
        labels["samples"] = _("Audit of the engine")
    if viewer.unit is None and viewer.may_act_as(Role.EXPERT):
        labels["theme_plan"] = _("Themes")
    return [
        Part(reverse(name, args=[viewer.organisation.key]), label, name == here)
        for name, label in labels.items()
    ]
