"""The page of a change: which answers moved, where, when, and how sure each reason is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ressenti.errors import RessentiError, unknown_name
from ressenti.language import Text
from ressenti.reports.changes import test_text
from ressenti.reports.exports.columns import Column, Value
from ressenti.server.accounts.access import seen_by
from ressenti.server.cockpit.choices import dimension_label
from ressenti.server.cockpit.deliveries import Export, delivered
from ressenti.server.cockpit.explaining import explained_figure, study_of_figure
from ressenti.server.cockpit.export_pages import in_moderation, known_kind
from ressenti.server.cockpit.figure_exports import filters_told, told_of
from ressenti.server.cockpit.figures import Figure, State, figure_among_shown
from ressenti.server.cockpit.pages import Look, Option, filtered, page_context
from ressenti.server.cockpit.why_findings import (
    answer_tables,
    series_lines,
    told_change,
    told_series,
)
from ressenti.server.cockpit.wording import full_name, measure_name, period_words
from ressenti.server.models import Measure, Role
from ressenti.studies.explaining import Explanation

COLUMNS = (
    Column("dimension", Text(en="dimension", fr="dimension")),
    Column("segment", Text(en="segment", fr="segment")),
    Column("mix", Text(en="brought by its share", fr="apporté par sa part")),
    Column("rate", Text(en="brought by its own figure", fr="apporté par son propre chiffre")),
    Column("rate_low", Text(en="low limit", fr="limite basse")),
    Column("rate_high", Text(en="high limit", fr="limite haute")),
    Column("difference", Text(en="own change", fr="écart propre")),
    Column("p_value", Text(en="p-value, adjusted", fr="valeur p, ajustée")),
    Column("n_before", Text(en="answers before", fr="réponses avant")),
    Column("n_after", Text(en="answers after", fr="réponses après")),
)


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
def why_page(look: Look, measure: int) -> HttpResponse:
    """Show why one indicator moved between two periods."""
    own = look.viewer.own(Measure.objects.all(), pk=measure)
    figure = figure_among_shown(look.scope, own)
    context = page_context(
        look,
        f"indicator/{own.pk}",
        measure=own,
        name=measure_name(own, look.language),
        full_name=full_name(own, look.language),
        is_failed=figure.state is State.FAILED,
    )
    if figure.state is not State.FAILED:
        context |= _explained(look, figure)
    return render(look.request, "ressenti/cockpit/why.html", context)


@require_safe
@seen_by(Role.CONSULTANT)
@filtered
@in_moderation
def why_file(look: Look, measure: int, kind: str) -> HttpResponseBase:
    """Give what each segment brings to a change."""
    own = look.viewer.own(Measure.objects.all(), pk=measure)
    figure = figure_among_shown(look.scope, own)
    levels = asked_periods(look, figure)
    found = explained_figure(look, figure, levels, dimensions_of(look)).explanation
    names = _names(look, figure, levels)
    export = Export(
        name=f"{look.viewer.organisation.name} {measure_name(own, look.language)} "
        f"{' – '.join(names)}",
        subject=f"{own}, why",
        columns=COLUMNS,
        rows=_rows(look, found),
        definition=[
            *((label.to(look.language), told) for label, told in told_of(look).items()),
            *filters_told(look).items(),
            (_("Difference"), test_text(found.comparison.total, look.language)),
            *series_lines(study_of_figure(look, figure), look.language),
        ],
        language=look.language,
    )
    return delivered(look.viewer, export, known_kind(kind))


def asked_periods(look: Look, figure: Figure) -> tuple[str, str]:
    """Return the two periods an address asks about: by default the last two complete ones.

    Raises
    ------
    UnknownName
        R100, for a period that the page does not show.
    """
    days = [day.isoformat() for day in look.window.shown]
    shown = [
        day
        for day, score in zip(days, figure.trend, strict=True)
        if score.value is not None and not (figure.is_running and day == days[-1])
    ]
    last = shown[-2:] if len(shown) > 1 else (days[-2:] if len(days) > 1 else days * 2)
    asked = look.request.GET.get("a") or last[0], look.request.GET.get("b") or last[1]
    for day in asked:
        if day not in days:
            raise unknown_name(Text(en="period", fr="période"), day[:80], days)
    return asked


def dimensions_of(look: Look) -> list[str]:
    """Return the dimensions that have something to tell apart."""
    return [name for name, values in look.choices.values.items() if len(values) > 1]


def _explained(look: Look, figure: Figure) -> dict[str, Any]:
    levels = asked_periods(look, figure)
    names = _names(look, figure, levels)
    study = study_of_figure(look, figure)
    context = {
        "before_options": _options(look, figure, levels[0]),
        "after_options": _options(look, figure, levels[1]),
        "names": names,
        **told_series(look, figure, study),
    }
    if levels[0] == levels[1]:
        return context
    try:
        found = explained_figure(look, figure, levels, dimensions_of(look))
    except RessentiError as error:
        return context | {"failure": error.message.to(look.language)}
    answers = answer_tables(look, figure, levels, names)
    return context | told_change(look, found, names, levels, answers)


def _rows(look: Look, explanation: Explanation) -> Iterator[Sequence[Value]]:
    for part in explanation.dimensions:
        labels = look.choices.values[part.dimension]
        for own in part.parts:
            yield (
                dimension_label(part.dimension),
                labels.get(own.segment, own.segment) if own.segment else None,
                own.mix,
                own.rate,
                own.rate_interval.low,
                own.rate_interval.high,
                own.change.difference,
                own.change.adjusted_p_value,
                own.change.before.n,
                own.change.after.n,
            )


def _names(look: Look, figure: Figure, levels: tuple[str, str]) -> tuple[str, str]:
    labels = dict(_period_labels(look, figure))
    return labels[levels[0]], labels[levels[1]]


def _options(look: Look, figure: Figure, chosen: str) -> list[Option]:
    return [Option(day, label, day == chosen) for day, label in _period_labels(look, figure)]


def _period_labels(look: Look, figure: Figure) -> Iterator[tuple[str, str]]:
    for day, score in zip(look.window.shown, figure.trend, strict=True):
        is_running = look.window.is_running(day)
        yield day.isoformat(), period_words(score, look.language, is_running=is_running)
