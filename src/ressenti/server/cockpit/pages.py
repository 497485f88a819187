"""Pages: what every page of the cockpit shares: its filters, or the words for wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from ressenti.errors import UsageError
from ressenti.facts.periods import DAY, Grain
from ressenti.language import Language
from ressenti.server.accounts.access import Viewer
from ressenti.server.cockpit.choices import choices_of, dimension_label, indented_units
from ressenti.server.cockpit.filters import (
    UNIT,
    Choices,
    Filters,
    filters_of_query,
    name_in_address,
)
from ressenti.server.cockpit.scope import Scope, scope_of_viewer
from ressenti.server.cockpit.windows import Window

Arguments = ParamSpec("Arguments")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A request that was understood: who looks, at what, in which language."""

    request: HttpRequest
    viewer: Viewer
    scope: Scope
    choices: Choices
    window: Window
    language: Language

    @property
    def filters(self) -> Filters:
        return self.scope.filters

    def pinned(self) -> Filters:
        """Return the filters with their days written out: they give the same periods for ever."""
        return replace(self.filters, start=self.window.shown[0], end=self.window.end - DAY)


Page = Callable[Concatenate[Look, Arguments], HttpResponseBase]


def filtered(page: Page[Arguments]) -> Callable[..., HttpResponseBase]:
    """Return the view of a page that is filtered; wrong filters are told, never guessed."""

    @wraps(page)
    def understood(
        request: HttpRequest, viewer: Viewer, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponseBase:
        language: Language = request.LANGUAGE_CODE  # type: ignore[assignment] # one of ours
        try:
            choices = choices_of(viewer)
            scope = scope_of_viewer(viewer, filters_of_query(request.GET, choices))
            look = Look(
                request=request,
                viewer=viewer,
                scope=scope,
                choices=choices,
                window=scope.window(),
                language=language,
            )
            return page(look, *args, **kwargs)
        except UsageError as error:
            hint = "" if error.hint is None else error.hint.to(language)
            context = {"message": error.message.to(language), "hint": hint}
            return render(request, "ressenti/cockpit/wrong_filters.html", context, status=400)

    return understood


def page_context(
    look: Look, page: str, *, watched: Mapping[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """Return what the frame of a filtered page needs.

    Parameters
    ----------
    page : str
        As the live stream names it: ``scorecard``, ``indicator/12``.
    watched : mapping of str to str or None
        What else of the address decides what the stream shows.
    """
    live = urlencode({"lang": look.language})
    key = look.viewer.organisation.key
    return {
        "look": look,
        "filter_form": filter_form(look),
        "query": look.filters.query(),
        "permalink": look.request.build_absolute_uri(
            f"{look.request.path}?{look.pinned().query(**kept(look.request))}"
        ),
        "live_url": f"/live/{key}/{page}?{look.filters.query(**(watched or {}))}&{live}",
    } | more


def kept(request: HttpRequest) -> Mapping[str, str]:
    """Return the parameters of a page that are no filter, as they came."""
    own = ("at", "by", "compare", "a", "b", "across")
    return {name: request.GET[name] for name in own if request.GET.get(name)}


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a choice."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Select:
    """One choice of the form, as it is drawn; ``chosen`` is what the address asks."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: str = ""
    clear_query: str = ""


def filter_form(look: Look) -> dict[str, Any]:
    """Return the form of the filters: periods, and a select for each dimension that has values."""
    filters = look.filters
    grains = {
        Grain.DAY: _("by day"),
        Grain.WEEK: _("by week"),
        Grain.MONTH: _("by month"),
        Grain.QUARTER: _("by quarter"),
        Grain.YEAR: _("by year"),
    }
    selects = [
        _select(look, name, values) for name, values in look.choices.values.items() if values
    ]
    return {
        "grains": [Option(one.value, label, one is filters.grain) for one, label in grains.items()],
        "start": look.window.shown[0].isoformat(),
        "end": (look.window.end - DAY).isoformat(),
        "is_rolling": filters.start is None and filters.end is None,
        "selects": selects,
        "active": [select for select in selects if select.chosen],
    }


def form_keeping(form: dict[str, Any], kept: str) -> dict[str, Any]:
    """Return the form of the filters with links that keep what else was asked.

    Parameters
    ----------
    kept : str
        A part of a query string; empty for nothing.
    """
    selects = [
        replace(one, clear_query=f"{one.clear_query}&{kept}" if kept else one.clear_query)
        for one in form["selects"]
    ]
    return form | {"selects": selects, "active": [one for one in selects if one.chosen]}


def _select(look: Look, name: str, values: Mapping[str, str]) -> Select:
    chosen = look.filters.value(name)
    named = indented_units(look.viewer) if name == UNIT else list(values.items())
    return Select(
        name=name_in_address(name),
        label=dimension_label(name),
        options=tuple(Option(value, label, value == chosen) for value, label in named),
        chosen="" if chosen is None else look.choices.label(name, chosen),
        clear_query=look.filters.narrowed(name, None).query(**kept(look.request)),
    )
