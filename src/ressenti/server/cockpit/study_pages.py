"""The pages of drivers and of links: what was worked out, when, and how to ask for it anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from babel.dates import format_date
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ressenti.errors import UndefinedResult, unknown_name
from ressenti.facts.periods import DAY
from ressenti.language import Text
from ressenti.reports.evidence import Evidence, evidence_of_document, table_of_document
from ressenti.reports.tables import Table
from ressenti.scores.score import Unit
from ressenti.server.accounts.access import seen_by
from ressenti.server.cockpit.figure_exports import SEEN_FROM
from ressenti.server.cockpit.journey import TOUCHPOINT
from ressenti.server.cockpit.pages import Look, Option, filtered, page_context
from ressenti.server.cockpit.panels import Panel
from ressenti.server.cockpit.what_if import answer_words, asked_value, levers_of_answer
from ressenti.server.cockpit.wording import drawing
from ressenti.server.models import Role, Study, StudyKind
from ressenti.server.studying.asking import (
    Asked,
    answer_of,
    ask_study,
    is_forgotten,
    latest_study,
    names_of,
    numbered_measures,
)

LEVEL_NAMES: Mapping[str, Callable[[], str]] = {
    "customers": lambda: _("Customer by customer"),
    "periods": lambda: _("Month by month, shop by shop"),
}


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A sentence of a study, and what it rests on."""

    subject: str
    words: str
    evidence: Evidence


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
def drivers_page(look: Look) -> HttpResponse:
    """Show what goes with a mark, and what to improve first."""
    options = _target_options(look)
    context = study_context(look, StudyKind.DRIVERS, options)
    answer = context.pop("answer", None)
    if answer is not None:
        told = studied_facts(look, context["study"])
        context |= {
            "title": answer["title"],
            "picture": _panel(answer, "map", table_of_document(answer["table"])),
            "findings": [_finding(one["driver"], one, told) for one in answer["findings"]],
            "improve": [_finding(one["driver"], one, told) for one in answer["improve"]],
            "remarks": answer["remarks"],
            **_what_if(look, answer),
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
        told = studied_facts(look, context["study"])
        context["levels"] = [
            _level(key, answer[key], LEVEL_NAMES[key](), told)
            for key in LEVEL_NAMES
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
    asked = asked_study(look, kind)
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
    asked = asked_study(look, kind)
    study = latest_study(look.viewer, asked)
    answer = None if study is None else answer_of(study, look.language)
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
        is_outdated=study is not None and bool(study.result) and answer is None,
        ask_query=look.filters.query(**({"target": asked.target} if asked.target else {})),
    )
    if study is not None and study.failure:
        context["failure"] = study.failure[look.language]
    elif answer is not None:
        context["answer"] = answer
    return context


def asked_study(look: Look, kind: str) -> Asked:
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


def studied_facts(look: Look, study: Study) -> list[tuple[str, str]]:
    """Return what a study was told to look at: its days, its step and its units."""
    asked = study.question
    first, end = (date.fromisoformat(asked[name]) for name in ("start", "end"))
    days = [format_date(day, format="long", locale=look.language) for day in (first, end - DAY)]
    told = [(_("Period"), " – ".join(days))]
    if asked.get("touchpoint"):
        told.append((_("Touchpoint"), look.choices.label(TOUCHPOINT, asked["touchpoint"])))
    if study.unit is not None:
        told.append((SEEN_FROM.to(look.language), study.unit.name))
    return told


def _what_if(look: Look, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form that moves one driver, and what it answers."""
    levers, language = levers_of_answer(answer), look.language
    name, text = (look.request.GET.get(key, "").strip() for key in ("driver", "then"))
    chosen = next((one for one in levers if one.driver == name), None)
    context: dict[str, Any] = {
        "levers": [
            {
                "option": Option(one.driver, one.words, one is chosen),
                "now": one.shown(one.now, language),
                "low": one.shown(one.low, language),
                "high": one.shown(one.high, language),
            }
            for one in levers
        ],
        "asked_then": text,
    }
    if chosen is None or not text:
        return context
    unit = Unit(answer["document"]["unit"])
    try:
        value = asked_value(chosen, text, language)
    except UndefinedResult as error:
        return context | {"what_if_fault": error.message.to(language)}
    return context | {"what_if": answer_words(chosen, value, answer["target"], unit, language)}


def _finding(
    subject: str, found: Mapping[str, Any], told: Sequence[tuple[str, str]]
) -> ShownFinding:
    evidence = evidence_of_document(found["evidence"])
    facts = (*told, *evidence.facts)
    return ShownFinding(subject, found["finding"], replace(evidence, facts=facts))


def _level(
    key: str, found: Mapping[str, Any], name: str, told: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return the links of one level: those established first, those that are not after."""
    if "reason" in found:
        return {"key": key, "name": name, "reason": found["reason"]}

    def told_of(links: Iterable[Mapping[str, Any]]) -> list[ShownFinding]:
        return [_finding(f"{one['outcome']}, {one['indicator']}", one, told) for one in links]

    links = found["links"]
    return {
        "key": key,
        "name": name,
        "picture": _panel(found, "matrix", None),
        "tried": found["tried"],
        "shown": told_of(one for one in links if one["is_claimed"]),
        "reversed": told_of(
            one for one in links if one["is_established"] and not one["is_claimed"]
        ),
        "unshown": told_of(one for one in links if not one["is_established"]),
        "notes": found["notes"],
    }


def _panel(found: Mapping[str, Any], name: str, table: Table | None) -> Panel:
    return Panel(
        wide=drawing(found[f"wide_{name}"]), narrow=drawing(found[f"narrow_{name}"]), table=table
    )
