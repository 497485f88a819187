"""The words of an audit: its figures, each with its interval, and the table of who says what."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ressenti.language import Language, number_text, percent_text
from ressenti.server.cockpit.emotion_samples import TONES, SampleFigures
from ressenti.server.cockpit.voice_readings import tone_word
from ressenti.statistics.intervals import Interval
from ressenti.studies.engine_comparisons import CLASS_OF_STATE


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure of an audit; ``remark`` is what to beware of, or why there is none."""

    name: str
    value: str
    interval: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ConfusionCell:
    """How many comments; the engine agrees with people in some cells."""

    n: int
    agrees: bool


@dataclass(frozen=True, slots=True)
class ConfusionRow:
    """What people say, and what the engine said of it."""

    name: str
    cells: tuple[ConfusionCell, ...]
    total: int


def figure_rows(figures: SampleFigures, language: Language) -> list[FigureRow]:
    """Return the figures of an audit: the NES before and after, and how far to trust the engine."""
    rows = [_points_row(_("NES as the engine reads it"), figures.read, language)]
    if figures.corrected is None:
        remark = _("too few comments are marked yet")
        rows.append(FigureRow(_("NES corrected by people"), "–", "", remark))
    else:
        told = figures.corrected.remark
        remark = "" if told is None else told.to(language)
        corrected = figures.corrected.interval
        rows.append(_points_row(_("NES corrected by people"), corrected, language, remark))
    rows.append(_agreement_row(figures.agreement, language))
    return rows


def confusion_rows(figures: SampleFigures) -> list[ConfusionRow]:
    """Return the table: what people say down, what the engine said across."""
    names = (_("negative"), _("neutral or mixed"), _("positive"))
    return [
        ConfusionRow(
            name,
            tuple(
                ConfusionCell(n, CLASS_OF_STATE[tone] == place)
                for n, tone in zip(counts, TONES, strict=True)
            ),
            sum(counts),
        )
        for place, (name, counts) in enumerate(zip(names, figures.confusion, strict=True))
    ]


def confusion_heads() -> list[str]:
    """Return what the columns of the table are called."""
    return [tone_word(tone.name.lower()) for tone in TONES]


def _points_row(name: str, found: Interval, language: Language, remark: str = "") -> FigureRow:
    limits = [
        "" if one is None else number_text(one, language, decimals=1, signed=True)
        for one in (found.estimate, found.low, found.high)
    ]
    return FigureRow(name, limits[0] or "–", _between(limits[1], limits[2]), remark)


def _agreement_row(found: Interval, language: Language) -> FigureRow:
    limits = [
        "" if one is None else percent_text(100 * one, language, decimals=0)
        for one in (found.estimate, found.low, found.high)
    ]
    return FigureRow(
        _("Comments of which the engine tells the tone as people do"),
        limits[0] or "–",
        _between(limits[1], limits[2]),
    )


def _between(low: str, high: str) -> str:
    return _("%(low)s to %(high)s") % {"low": low, "high": high} if low and high else ""
