"""The pages of drivers and of links: what was worked out, when, and how to ask for it anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ressenti.errors import UndefinedResult, unknown_name
from ressenti.language import Text
from ressenti.reports.tables import Heading, Table
from ressenti.server.accounts.access import seen_by
from ressenti.server.cockpit.journey import TOUCHPOINT
from ressenti.server.cockpit.pages import Look, Option, filtered, page_context
from ressenti.server.cockpit.panels import Panel
from ressenti.server.cockpit.wording import drawing
from ressenti.server.models import Role, StudyKind
from ressenti.server.studying.asking import (
    Asked,
    ask_study,
    is_forgotten,
    latest_study,
    names_of,
    numbered_measures,
)


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
def drivers_page(look: Look) -> HttpResponse:
    """Show what goes with a mark, and what to improve first."""
    options = _target_options(look)
    context = study_context(look, StudyKind.DRIVERS, options)
    answer = context.pop("answer", None)
    if answer is not None:
        context |= {
            "title": answer["title"],
            "picture": _panel(answer, "map", _table(answer["table"])),
            "improve": answer["improve"],
            "remarks": answer["remarks"],
        }
    return render(look.request, "ressenti/cockpit/drivers.html", context)


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
def links_page(look: Look) -> HttpResponse:
    """Show which outcomes go with which indicators, and which do not."""
    context = study_context(look, StudyKind.LINKS, [])
    answer = context.pop("answer", None)
    if answer is not None:
        context["levels"] = [
            _level(answer[key], name)
            for key, name in (
                ("customers", _("Customer by customer")),
                ("periods", _("Month by month, shop by shop")),
            )
            if key in answer
        ]
    return render(look.request, "ressenti/cockpit/links.html", context)


@require_POST
@seen_by(Role.MANAGER)
@filtered
def ask_for_study(look: Look, kind: str) -> HttpResponse:
    """Have a study worked out, then show its page."""
    if kind not in StudyKind.values:
        raise Http404
    asked = _asked(look, kind)
    address = reverse(kind, args=[look.viewer.organisation.key])
    query = look.filters.query(**({"target": asked.target} if asked.target else {}))
    try:
        ask_study(look.viewer, asked)
    except UndefinedResult as error:
        hint = "" if error.hint is None else error.hint.to(look.language)
        context = {"message": error.message.to(look.language), "hint": hint}
        return render(look.request, "ressenti/cockpit/wrong_filters.html", context, status=409)
    return redirect(f"{address}?{query}")


def study_context(look: Look, kind: StudyKind, options: list[Option]) -> dict[str, Any]:
    """Return what the page of a study needs; ``answer`` is there once it is worked out.

    Parameters
    ----------
    options : list of Option
        The marks that may be explained; empty where none is asked for.
    """
    asked = _asked(look, kind)
    study = latest_study(look.viewer, asked)
    context = page_context(
        look,
        "scorecard",
        kind=kind.value,
        target_options=options,
        touchpoint_options=[
            Option(key, name, key == asked.touchpoint)
            for key, name in look.choices.values.get(TOUCHPOINT, {}).items()
        ],
        may_ask=look.viewer.may_act_as(Role.MANAGER),
        study=study,
        is_waiting=study is not None and study.done_at is None and not is_forgotten(study),
        is_forgotten=study is not None and is_forgotten(study),
        ask_query=look.filters.query(**({"target": asked.target} if asked.target else {})),
    )
    if study is not None and study.failure:
        context["failure"] = study.failure[look.language]
    elif study is not None and study.result:
        context["answer"] = study.result[look.language]
    return context


def _asked(look: Look, kind: str) -> Asked:
    """Return the question of an address.

    Raises
    ------
    UnknownName
        R100, for a mark that is not followed.
    """
    target = ""
    if kind == StudyKind.DRIVERS:
        known = numbered_measures(look.viewer.organisation)
        target = look.request.GET.get("target", "") or next(iter(known), "")
        if target and target not in known:
            raise unknown_name(Text(en="mark", fr="note"), target[:80], known)
    return Asked(
        kind=kind,
        target=target,
        touchpoint=look.filters.value(TOUCHPOINT) or "",
        window=look.window,
    )


def _target_options(look: Look) -> list[Option]:
    measures = numbered_measures(look.viewer.organisation)
    names = names_of(look.viewer.organisation, measures, look.language)["marks"]
    chosen = look.request.GET.get("target", "") or next(iter(measures), "")
    return [Option(tally, names[tally], tally == chosen) for tally in measures]


def _level(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the links of one level: those established first, those that are not after."""
    if "reason" in found:
        return {"name": name, "reason": found["reason"]}
    links = found["links"]
    return {
        "name": name,
        "picture": _panel(found, "matrix", None),
        "tried": found["tried"],
        "shown": [one["finding"] for one in links if one["is_claimed"]],
        "reversed": [
            one["finding"] for one in links if one["is_established"] and not one["is_claimed"]
        ],
        "unshown": [one["finding"] for one in links if not one["is_established"]],
        "notes": found["notes"],
    }


def _panel(found: Mapping[str, Any], name: str, table: Table | None) -> Panel:
    return Panel(
        wide=drawing(found[f"wide_{name}"]), narrow=drawing(found[f"narrow_{name}"]), table=table
    )


def _table(document: Mapping[str, Any]) -> Table:
    return Table(
        caption=document["caption"],
        headings=tuple(Heading(text, is_number=number) for text, number in document["headings"]),
        rows=tuple(tuple(row) for row in document["rows"]),
    )
