"""Fragments: a figure as markup that stands alone, in a page and down a live stream alike."""

from __future__ import annotations

from uuid import UUID

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from ressenti.language import Language
from ressenti.server.cockpit.choices import unlisted_choices
from ressenti.server.cockpit.figures import Figure, figure_among_shown, scorecard
from ressenti.server.cockpit.filters import filters_of_query
from ressenti.server.cockpit.scope import Scope, scope_of
from ressenti.server.cockpit.wording import wording_of
from ressenti.server.models import Measure, Organisation, Unit

INDICATOR = "indicator/"


def element_of(figure: Figure) -> str:
    """Return the id of the element that a figure fills in a page."""
    return f"figure-{figure.measure.pk}"


def figure_fragment(figure: Figure, language: Language, scope: Scope) -> SafeString:
    """Return the section that shows a figure: its element is ``figure-<measure>``.

    The same figure in the same language and scope gives the same text, byte for byte.
    """
    with translation.override(language):
        context = {
            "figure": figure,
            "words": wording_of(figure, scope, language),
            "organisation": scope.organisation,
            "query": scope.filters.query(),
            "language": language,
        }
        return render_to_string("ressenti/cockpit/_figure.html", context)


def fragments_of_page(
    organisation: UUID, unit: UUID | None, page: str, query: str, language: Language
) -> dict[str, str]:
    """Return the fragments of an open page by the id of their elements, as they are now.

    Parameters
    ----------
    unit : UUID or None
        The unit to which the viewer is limited.
    page : str
        ``scorecard`` or ``indicator/12``.
    query : str
        The filters, as the address of the page writes them.

    Raises
    ------
    UsageError
        When the filters are none, as the page itself would have said.
    """
    owner = Organisation.objects.get(pk=organisation)
    limit = None if unit is None else Unit.objects.get(organisation=owner, pk=unit)
    filters = filters_of_query(QueryDict(query), unlisted_choices(owner, limit))
    scope = scope_of(owner, limit, filters)
    if page.startswith(INDICATOR):
        asked = page.removeprefix(INDICATOR)
        wanted = Measure.objects.filter(organisation=owner, pk=asked if asked.isdigit() else 0)
        figures = tuple(figure_among_shown(scope, measure) for measure in wanted)
    else:
        figures = scorecard(scope)
    return {element_of(figure): figure_fragment(figure, language, scope) for figure in figures}
