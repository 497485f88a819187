"""What a cockpit shows: the page, its filters, its language, and the part of it somebody may see.

Cockpits that show the same thing share one subject: it is computed and written once for them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from ressenti.language import Language


@dataclass(frozen=True, slots=True)
class Subject:
    """One page as somebody sees it.

    Parameters
    ----------
    unit : UUID or None
        The unit to which the viewer is limited; None sees the whole organisation.
    page : str
        ``scorecard``, ``indicator/12``, ``journey`` …
    query : str
        The filters, as the address of the page writes them.
    """

    organisation: UUID
    unit: UUID | None
    page: str
    query: str
    language: Language
