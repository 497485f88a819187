"""What the page of a change finds: where it moved, when, and what each finding rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from ressenti.facts.scales import Scale
from ressenti.language import Language, Text, percent_text
from ressenti.reports.change_evidence import change_evidence, dimension_evidence
from ressenti.reports.changes import difference_text, sentence, test_text
from ressenti.reports.drawings.outlook import forecast_words, key_words, outlook_of
from ressenti.reports.drawings.wording import figure_words
from ressenti.reports.evidence import Evidence
from ressenti.reports.explanations import MAY_BE_CHANCE
from ressenti.reports.level_changes import change_line
from ressenti.reports.series import alarm_lines
from ressenti.reports.series_evidence import (
    alarms_evidence,
    forecast_evidence,
    level_evidence,
)
from ressenti.reports.tables import Heading, Table, distribution_table
from ressenti.reports.words import PARTS
from ressenti.scores.score import Unit
from ressenti.server.cockpit.choices import dimension_label
from ressenti.server.cockpit.comparison import PERIODS
from ressenti.server.cockpit.explaining import ExplainedFigure
from ressenti.server.cockpit.figures import Figure
from ressenti.server.cockpit.measured import studied
from ressenti.server.cockpit.pages import Look
from ressenti.server.cockpit.panels import Panel, series_panel, split_panel
from ressenti.server.cockpit.surroundings import surroundings_of
from ressenti.studies.comparing import Change, Split
from ressenti.studies.explaining import ClassShift, DimensionPart
from ressenti.studies.series import SeriesStudy


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDimension:
    """One dimension of an explanation, as the page writes it."""

    label: str
    summary: str
    verdict: str
    is_established: bool
    alerts: tuple[str, ...]
    picture: Panel
    picture_query: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A finding on a series, and what it rests on."""

    words: str
    evidence: Evidence


def told_change(
    look: Look,
    found: ExplainedFigure,
    names: tuple[str, str],
    levels: tuple[str, str],
    answers: Sequence[Table],
) -> dict[str, Any]:
    """Return what the page says of a change: whole, by class of answers, and where."""
    explanation, language = found.explanation, look.language
    total = explanation.comparison.total
    unit = total.before.unit
    is_known = total.difference is not None
    return {
        "total": {
            "before": figure_words(total.before, language),
            "after": figure_words(total.after, language),
            "sentence": sentence(total, Text(en=names[0], fr=names[0]), language),
            "test": test_text(total, language),
            "is_established": bool(total.is_established),
            "evidence": change_evidence(total, answers, language),
        },
        "chance": "" if not is_known or total.is_established else MAY_BE_CHANCE.to(language),
        "classes": _class_table(explanation.classes, names, unit, language),
        "dimensions": [
            _shown_dimension(look, total, part, names, levels) for part in explanation.dimensions
        ],
        "untold": [dimension_label(name) for name in found.untold],
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


def answer_tables(
    look: Look, figure: Figure, levels: tuple[str, str], names: tuple[str, str]
) -> list[Table]:
    """Return the answers behind either period by level; none for what has no levels."""
    scale = studied(figure.measure).scale
    if figure.table is None or not isinstance(scale, Scale) or not scale.levels:
        return []
    tables = []
    for level, name in zip(levels, names, strict=True):
        key = (date.fromisoformat(level),)
        if key in figure.table.keys:
            found = distribution_table(figure.table.tally(key), scale, look.language)
            tables.append(replace(found, caption=f"{name} · {found.caption}".rstrip(" ·")))
    return tables


def _shown_dimension(
    look: Look,
    total: Change,
    part: DimensionPart,
    names: tuple[str, str],
    levels: tuple[str, str],
) -> ShownDimension:
    language, unit = look.language, total.before.unit
    found = part.split.decomposition
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
        picture_query=look.filters.query(
            compare=PERIODS, a=levels[0], b=levels[1], across=part.dimension
        ),
        evidence=dimension_evidence(
            part, total, name=label, labels=labels, heads=names, language=language
        ),
    )


def _named(part: DimensionPart, labels: Mapping[str, str]) -> Split:
    segments = tuple(
        None if not value else labels.get(value, value) for value in part.split.segments
    )
    return replace(part.split, dimension=dimension_label(part.dimension), segments=segments)


def told_series(look: Look, figure: Figure, study: SeriesStudy) -> dict[str, Any]:
    """Return what the page says of the series of a figure: when, alarms, what may come."""
    language = look.language
    unit = study.scores[-1].unit if study.scores else Unit.POINTS
    return {
        "series": series_panel(study, surroundings_of(look, figure), language),
        "series_key": key_words(outlook_of(study), language),
        "level_changes": [
            ShownLine(change_line(one, unit, language), level_evidence(one, study, language))
            for one in study.changes
        ],
        "alarms": list(alarm_lines(study, language)),
        "has_alarms": bool(study.alarms),
        "alarms_evidence": None
        if study.alarms_reason is not None
        else alarms_evidence(study, language),
        "forecast": [
            forecast_words(period, found, unit, language) for period, found in study.forecast
        ],
        "forecast_reason": ""
        if study.forecast_reason is None
        else study.forecast_reason.to(language),
        "forecast_evidence": forecast_evidence(study, language) if study.forecast else None,
    }


def series_lines(study: SeriesStudy, language: Language) -> Iterator[tuple[str, str]]:
    """Give what is said of the series of a change, for the definition of an export."""
    unit = study.scores[-1].unit if study.scores else Unit.POINTS
    for change in study.changes:
        yield _("Change of level"), change_line(change, unit, language)
    for line in alarm_lines(study, language):
        yield _("Alarm"), line
    for period, found in study.forecast:
        yield _("What may come next"), forecast_words(period, found, unit, language)
