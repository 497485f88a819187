"""Charts: Vega-Lite specifications made once, drawn in a notebook, a browser or on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ressenti.errors import MissingExtra
from ressenti.language import Language, Text, percent_text
from ressenti.reports.terminal import period_text, score_name
from ressenti.reports.words import EVERYTHING, HEADS, NOT_TOLD
from ressenti.scores.score import Score
from ressenti.tallies.tally import Tally

VEGA_LITE = "https://vega.github.io/schema/vega-lite/v5.json"
INK = "#1b3a4b"
ACCENT = "#0b6e99"
BAND = "#8ecae6"
HEIGHT_OF_A_ROW = 26


def vega_lite_specification(scores: Sequence[Score], language: Language) -> dict[str, Any] | None:
    """Return a trend with its band, or points with their intervals; None for no scores.

    Each definition has its own panel and axis: two definitions are never drawn on one scale.
    """
    drawn = [score for score in scores if score.value is not None]
    if not drawn:
        return None
    panels = [
        _panel([score for score in scores if _definition(score) == definition], language)
        for definition in dict.fromkeys(_definition(score) for score in drawn)
    ]
    body = panels[0] if len(panels) == 1 else {"vconcat": panels}
    return {"$schema": VEGA_LITE, "config": _config(), **body}


def altair_chart(scores: Sequence[Score], language: Language) -> Any:
    """Return the specification of scores as an Altair chart."""
    return altair_of(vega_lite_specification(scores, language) or {})


def altair_of(specification: dict[str, Any]) -> Any:
    """Return a specification as an Altair chart, which draws itself in a notebook.

    Raises
    ------
    MissingExtra
        R208, when Altair is not installed.
    """
    try:
        import altair
    except ImportError as error:
        raise MissingExtra(
            Text(
                en="charts in a notebook need Altair: pip install 'ressenti[notebook]'.",
                fr="les graphiques en carnet demandent Altair : pip install 'ressenti[notebook]'.",
            )
        ) from error
    return altair.Chart.from_dict(specification)


def distribution_specification(
    tally: Tally, language: Language, *, title: str = ""
) -> dict[str, Any]:
    """Return the distribution of levels that stands beside a score: shares, with their counts."""
    total = sum(cell.w for cell in tally.levels.values()) or 1.0
    rows = [
        {"level": str(level), "share": cell.w / total, "n": cell.n}
        for level, cell in tally.levels.items()
    ]
    return {
        "$schema": VEGA_LITE,
        "config": _config(),
        "title": title,
        "data": {"values": rows},
        "mark": {"type": "bar", "color": ACCENT, "tooltip": True},
        "encoding": {
            "x": {"field": "level", "type": "ordinal", "sort": None, "axis": {"title": None}},
            "y": {"field": "share", "type": "quantitative", "axis": _share_axis(language)},
        },
    }


def _panel(scores: Sequence[Score], language: Language) -> dict[str, Any]:
    confidence = percent_text(100 * scores[0].confidence, language, decimals=0)
    interval = HEADS["interval"].format(confidence=confidence).to(language)
    rows = [_row(score, language) for score in scores]
    head = {"title": {"text": score_name(scores[0], language), "subtitle": interval}}
    values = {"data": {"values": rows}, **head}
    if len({score.period for score in scores if score.period is not None}) > 1:
        return values | _trend(several=len({row["segment"] for row in rows}) > 1)
    return values | _points(len(rows))


def _points(count: int) -> dict[str, Any]:
    place = {"field": "label", "type": "nominal", "sort": None, "axis": {"title": None}}
    return {
        "height": max(2, count) * HEIGHT_OF_A_ROW,
        "encoding": {"y": place},
        "layer": [
            {
                "mark": {"type": "rule", "color": INK, "strokeWidth": 2},
                "encoding": {"x": _quantity("low"), "x2": {"field": "high"}},
            },
            {
                "mark": {
                    "type": "point",
                    "filled": True,
                    "opacity": 1,
                    "size": 70,
                    "color": ACCENT,
                },
                "encoding": {"x": _quantity("value"), "tooltip": _tooltip()},
            },
        ],
    }


def _trend(*, several: bool) -> dict[str, Any]:
    time = {"field": "period", "type": "temporal", "axis": {"title": None}}
    legend = {"title": None} if several else None
    colour = {"field": "segment", "type": "nominal", "legend": legend}
    return {
        "width": 520,
        "encoding": {"x": time, "color": colour},
        "layer": [
            {
                "mark": {"type": "area", "opacity": 0.22},
                "encoding": {"y": _quantity("low"), "y2": {"field": "high"}},
            },
            {
                "mark": {"type": "line", "point": True},
                "encoding": {"y": _quantity("value"), "tooltip": _tooltip()},
            },
        ],
    }


def _row(score: Score, language: Language) -> dict[str, Any]:
    told = [value or NOT_TOLD.to(language) for value in score.segment.values()]
    segment = " · ".join(told) or EVERYTHING.to(language)
    parts = told + ([period_text(score, language)] if score.period is not None else [])
    return {
        "label": " · ".join(parts) or EVERYTHING.to(language),
        "segment": segment,
        "period": None if score.period is None else score.period.start,
        "value": score.value,
        "low": score.low,
        "high": score.high,
        "n": score.n,
    }


def _definition(score: Score) -> str:
    return f"{score.indicator}/{score.variant}"


def _quantity(field: str) -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"zero": False},
        "axis": {"title": None, "grid": True},
    }


def _tooltip() -> list[dict[str, str]]:
    return [
        {"field": name, "type": "nominal" if name == "label" else "quantitative"}
        for name in ("label", "value", "low", "high", "n")
    ]


def _share_axis(language: Language) -> dict[str, Any]:
    return {"title": None, "format": ".0%", "labelExpr": _french_percent(language)}


def _french_percent(language: Language) -> str:
    space = "'\N{NARROW NO-BREAK SPACE}%'" if language == "fr" else "'%'"
    return f"format(datum.value * 100, '.0f') + {space}"


def _config() -> dict[str, Any]:
    return {
        "view": {"stroke": None},
        "axis": {"gridColor": "#e6e6e6", "domain": False, "ticks": False},
        "range": {"category": [ACCENT, "#e07a5f", "#3d405b", "#81b29a", "#b5838d", "#6d6875"]},
        "area": {"color": BAND},
        "title": {"anchor": "start", "color": INK, "subtitleColor": "#5c6b73"},
    }
