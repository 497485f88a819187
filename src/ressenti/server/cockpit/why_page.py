"""The page of a change: which answers moved, where, when, and how sure each reason is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ressenti.errors import RessentiError, unknown_name
from ressenti.language import Language, Text, percent_text
from ressenti.reports.changes import difference_text, sentence, test_text
from ressenti.reports.drawings.wording import figure_words
from ressenti.reports.explanations import MAY_BE_CHANCE
from ressenti.reports.exports.columns import Column, Value
from ressenti.reports.level_changes import change_line
from ressenti.reports.series import alarm_lines, forecast_lines
from ressenti.reports.tables import Heading, Table
from ressenti.reports.words import PARTS
from ressenti.scores.score import Unit
from ressenti.server.accounts.access import seen_by
from ressenti.server.cockpit.choices import dimension_label
from ressenti.server.cockpit.deliveries import Export, delivered
from ressenti.server.cockpit.explaining import explained_figure, study_of_figure
from ressenti.server.cockpit.export_pages import in_moderation, known_kind
from ressenti.server.cockpit.figure_exports import filters_told, told_of
from ressenti.server.cockpit.figures import Figure, State, figure_among_shown
from ressenti.server.cockpit.pages import Look, Option, filtered, page_context
from ressenti.server.cockpit.panels import Panel, split_panel
from ressenti.server.cockpit.wording import full_name, measure_name, period_words
from ressenti.server.models import Measure, Role
from ressenti.studies.comparing import Split
from ressenti.studies.explaining import ClassShift, DimensionPart, Explanation
from ressenti.studies.series import SeriesStudy

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
NOT_TOLD = Text(en="(not told)", fr="(non renseigné)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDimension:
    """One dimension of an explanation, as the page writes it."""

    label: str
    summary: str
    verdict: str
    is_established: bool
    alerts: tuple[str, ...]
    picture: Panel
    table: Table


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
        **_over_time(study, look.language),
    }
    if levels[0] == levels[1]:
        return context
    try:
        found = explained_figure(look, figure, levels, dimensions_of(look))
    except RessentiError as error:
        return context | {"failure": error.message.to(look.language)}
    return context | _told(look, found.explanation, found.untold, names)


def _told(
    look: Look, explanation: Explanation, untold: Sequence[str], names: tuple[str, str]
) -> dict[str, Any]:
    language, total = look.language, explanation.comparison.total
    unit = total.before.unit
    is_known = total.difference is not None
    return {
        "total": {
            "before": figure_words(total.before, language),
            "after": figure_words(total.after, language),
            "sentence": sentence(total, Text(en=names[0], fr=names[0]), language),
            "test": test_text(total, language),
            "is_established": bool(total.is_established),
        },
        "chance": "" if not is_known or total.is_established else MAY_BE_CHANCE.to(language),
        "classes": _class_table(explanation.classes, names, unit, language),
        "dimensions": [
            _shown_dimension(look, explanation, part, names) for part in explanation.dimensions
        ],
        "untold": [dimension_label(name) for name in untold],
    }


def _class_table(
    classes: Sequence[ClassShift], names: tuple[str, str], unit: Unit, language: Language
) -> Table | None:
    if not classes:
        return None
    heads = (*names, _("brings"))
    return Table(
        caption=_("Which answers changed"),
        headings=(
            Heading(_("class of answers")),
            *(Heading(name, is_number=True) for name in heads),
        ),
        rows=tuple(
            (
                PARTS[one.name].to(language) if one.name in PARTS else one.name,
                percent_text(100 * one.before, language),
                percent_text(100 * one.after, language),
                difference_text(one.brings, unit, language),
            )
            for one in classes
        ),
    )


def _shown_dimension(
    look: Look, explanation: Explanation, part: DimensionPart, names: tuple[str, str]
) -> ShownDimension:
    language, total = look.language, explanation.comparison.total
    found, unit = part.split.decomposition, total.before.unit
    labels = look.choices.values[part.dimension]
    label = dimension_label(part.dimension)
    summary = _("%(mix)s because there are more of some than before, %(rate)s within.") % {
        "mix": difference_text(found.mix.value, unit, language),
        "rate": difference_text(found.rate.value, unit, language),
    }
    return ShownDimension(
        label=label,
        summary=summary,
        verdict=_("They did not all move alike.")
        if part.is_established
        else _("Nothing shows that they moved differently."),
        is_established=part.is_established,
        alerts=tuple(reason.to(language) for reason in part.split.alert.reasons),
        picture=split_panel(total, _named(part, labels), names, language),
        table=_segment_table(part, label, labels, unit, language),
    )


def _named(part: DimensionPart, labels: Mapping[str, str]) -> Split:
    segments = tuple(
        None if not value else labels.get(value, value) for value in part.split.segments
    )
    return replace(part.split, dimension=dimension_label(part.dimension), segments=segments)


def _segment_table(
    part: DimensionPart, label: str, labels: Mapping[str, str], unit: Unit, language: Language
) -> Table:
    heads = (_("own change"), _("brings by its share"), _("brings by its own figure"))
    return Table(
        caption=label,
        headings=(Heading(label), *(Heading(head, is_number=True) for head in heads)),
        rows=tuple(
            (
                labels.get(own.segment, own.segment) if own.segment else NOT_TOLD.to(language),
                test_text(own.change, language),
                difference_text(own.mix, unit, language),
                difference_text(own.rate, unit, language),
            )
            for own in part.parts
        ),
    )


def _over_time(study: SeriesStudy, language: Language) -> dict[str, Any]:
    unit = study.scores[-1].unit if study.scores else Unit.POINTS
    return {
        "level_changes": [change_line(change, unit, language) for change in study.changes],
        "alarms": list(alarm_lines(study, language)),
        "has_alarms": bool(study.alarms),
        "forecast": list(forecast_lines(study, unit, language)),
    }


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
