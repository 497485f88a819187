"""Fragments: a figure as markup that stands alone, in a page and down a live stream alike."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from ressenti.language import Language
from ressenti.server.cockpit.choices import unlisted_choices
from ressenti.server.cockpit.figures import Figure, figure_among_shown, scorecard
from ressenti.server.cockpit.filters import filters_of_query
from ressenti.server.cockpit.journey import journey_of
from ressenti.server.cockpit.journey_cells import shown_row
from ressenti.server.cockpit.scope import Scope, scope_of
from ressenti.server.cockpit.voice_lists import PAGE, question_asked, voice_list
from ressenti.server.cockpit.wording import wording_of
from ressenti.server.models import Measure, Organisation, Unit

INDICATOR = "indicator/"
JOURNEY, VOICE = "journey", "voice"
NEWEST = "voice-newest"


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
        ``scorecard``, ``indicator/12``, ``journey`` or ``voice``.
    query : str
        The filters and what else the page asks, as its address writes them.

    Raises
    ------
    UsageError
        When the filters are none, as the page itself would have said.
    UndefinedResult
        R206, when the answers cannot be counted by these filters, as the page says too.
    """
    owner = Organisation.objects.get(pk=organisation)
    limit = None if unit is None else Unit.objects.get(organisation=owner, pk=unit)
    asked = QueryDict(query)
    filters = filters_of_query(asked, unlisted_choices(owner, limit))
    scope = scope_of(owner, limit, filters)
    if page == JOURNEY:
        return _cells(scope, asked.get("at", ""), language)
    if page == VOICE:
        return _newest_comments(scope, asked)
    return _figures(scope, page, language)


def _figures(scope: Scope, page: str, language: Language) -> dict[str, str]:
    if page.startswith(INDICATOR):
        asked = page.removeprefix(INDICATOR)
        own = Measure.objects.filter(organisation=scope.organisation)
        wanted = own.filter(pk=asked if asked.isdigit() else 0)
        figures = tuple(figure_among_shown(scope, measure) for measure in wanted)
    else:
        figures = scorecard(scope)
    return {element_of(figure): figure_fragment(figure, language, scope) for figure in figures}


def _cells(scope: Scope, at: str, language: Language) -> dict[str, str]:
    journey = journey_of(scope, scope.window(), at=at)
    rows = [shown_row(scope, journey, row, at, language) for row in journey.rows]
    return {element: markup for row in rows for element, markup in row.cells.items()}


def _newest_comments(scope: Scope, asked: QueryDict) -> dict[str, str]:
    """Return which comments stand at the top of a list; the page itself gives their words.

    A list of protected comments is never told of: nobody learns who wrote by watching one arrive.
    """
    question = question_asked(scope.organisation, asked)
    if question.is_protected:
        return {}
    listed = voice_list(scope, scope.window(), question)
    return {NEWEST: newest_fragment(listed.newest(PAGE), listed.read_among_newest(PAGE))}


def newest_fragment(newest: Sequence[str], read: int) -> SafeString:
    """Return the element that names the newest comments of a list, the newest first.

    Parameters
    ----------
    read : int
        How many of them an engine has read: a page changes when another one is.
    """
    context = {"element": NEWEST, "newest": newest, "read": read}
    return render_to_string("ressenti/cockpit/_voice_newest.html", context)
