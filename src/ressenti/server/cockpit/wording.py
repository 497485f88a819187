"""Wording: a figure in the words and numbers of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ressenti.facts.periods import Grain, label_of
from ressenti.facts.scales import Scale
from ressenti.indicators import catalogue
from ressenti.language import Language, number_text
from ressenti.reports.changes import difference_text
from ressenti.reports.drawings.sparkline import sparkline_svg
from ressenti.reports.drawings.wording import dated_words, value_words
from ressenti.reports.goals import target_remarks
from ressenti.reports.terminal import interval_text
from ressenti.reports.words import FLAGS
from ressenti.scores.score import Direction, Flag, Score, Unit
from ressenti.server.cockpit.figures import Figure, State
from ressenti.server.cockpit.measured import smallest_group, studied
from ressenti.server.cockpit.scope import Scope
from ressenti.server.models import Measure
from ressenti.studies.comparing import Change

SHOWN_FLAGS = frozenset({Flag.SMALL_BASE, Flag.INDICATIVE, Flag.ABOVE_100, Flag.WEIGHTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a page writes of a figure.

    Parameters
    ----------
    name, full_name : str
        The abbreviation with its variant, and what it stands for.
    change, change_kind : str
        ``better``, ``worse`` or ``moved`` for a change that is established, ``none`` otherwise.
    state, explanation : str
        A word, and the sentence behind it where there is no value.
    """

    name: str
    full_name: str
    period: str
    value: str
    unit: str
    interval: str
    n: str
    change: str
    change_kind: str
    trend: SafeString
    target: str
    attainment: str
    state: str
    explanation: str
    remarks: str


def wording_of(figure: Figure, scope: Scope, language: Language) -> Wording:
    """Return what is written of a figure, in the language that is active."""
    score = figure.score
    change, kind = change_words(figure.change, language)
    if figure.change is None and figure.state is State.LIVE and figure.breaks:
        change = _("new question since: not compared")
    targets = [] if figure.target is None else [figure.target]
    return Wording(
        name=measure_name(figure.measure, language),
        full_name=full_name(figure.measure, language),
        period=period_words(score, language, is_running=figure.is_running),
        value=value_words(score.value, score.unit, language),
        unit=unit_words(figure.measure, score),
        interval="" if score.low is None else interval_text(score, language),
        n=number_text(score.n, language, decimals=0),
        change=change,
        change_kind=kind,
        trend=drawing(sparkline_svg(figure.trend, language)),
        target=target_remarks(score, targets, language) if score.value is not None else "",
        attainment=str(figure.attainment or ""),
        state=STATES[figure.state](),
        explanation=explanation_of(figure, scope, language),
        remarks=", ".join(FLAGS[flag].to(language) for flag in score.flags if flag in SHOWN_FLAGS),
    )


def drawing(svg: str) -> SafeString:
    """Return a picture of ours as markup: its texts were escaped where it was drawn."""
    return mark_safe(svg)  # noqa: S308 - built by ElementTree, never from markup


def measure_name(measure: Measure, language: Language) -> str:
    """Return how a measure is called, its own key when the catalogue does not know it."""
    indicator = catalogue().get(measure.indicator)
    if indicator is None:
        return str(measure)
    return indicator.abbreviation.to(language)


def full_name(measure: Measure, language: Language) -> str:
    """Return what a measure is: the name of its indicator, and its variant unless it is usual."""
    indicator = catalogue().get(measure.indicator)
    if indicator is None:
        return ""
    variants = {variant.key: variant.name.to(language) for variant in indicator.variants}
    name = indicator.name.to(language)
    if measure.variant == indicator.default.key:
        return name if name != indicator.abbreviation.to(language) else ""
    return variants.get(measure.variant, str(measure.variant))


def unit_words(measure: Measure, score: Score) -> str:
    """Return what a value is counted in, where its number does not say it already."""
    if score.value is None:
        return ""
    if score.unit is Unit.POINTS:
        return _("points")
    scale = studied(measure).scale
    if score.unit is Unit.SCALE and isinstance(scale, Scale) and scale.levels:
        return f"/ {scale.maximum:g}"
    return ""


def change_words(change: Change | None, language: Language) -> tuple[str, str]:
    """Return what may be said of a change, and whether it is good; no arrow without a test."""
    if change is None or change.difference is None:
        return _("nothing to compare with"), "none"
    if not change.is_established:
        return _("no established change"), "none"
    text = difference_text(change.difference, change.before.unit, language)
    is_up = change.difference > 0
    if change.after.direction is Direction.CONTEXT:
        kind = "moved"
    else:
        kind = "better" if is_up == (change.after.direction is Direction.HIGH) else "worse"
    arrow = "\N{BLACK UP-POINTING TRIANGLE}" if is_up else "\N{BLACK DOWN-POINTING TRIANGLE}"
    return f"{arrow}\N{NO-BREAK SPACE}{text}", kind


def period_words(score: Score, language: Language, *, is_running: bool) -> str:
    """Return what the period of a score is called, and that it goes on."""
    if score.period is None:
        return ""
    first_day = date.fromisoformat(score.period.start)
    name = label_of(first_day, Grain(score.period.grain), language)
    return _("%(period)s, so far") % {"period": name} if is_running else name


def explanation_of(figure: Figure, scope: Scope, language: Language) -> str:
    """Return the sentence that says why there is no value; empty where there is one."""
    if figure.state is State.FAILED:
        return "" if figure.failure is None else figure.failure.to(language)
    if figure.state is State.NONE_YET:
        nothing = _("Nothing was answered or recorded in this period.")
        return f"{nothing} {_last_known(figure, language)}".strip()
    if figure.state is State.LIVE:
        return ""
    if Flag.COMPLEMENT_SUPPRESSED in figure.score.flags:
        return _("Hidden, since it would give away a smaller group.")
    floor = smallest_group(scope.organisation, studied(figure.measure))
    if floor is None:
        return _("The formula has no result on these answers.")
    return _("Shown from %(floor)d answers on, so that nobody can be recognised.") % {
        "floor": floor
    }


def _last_known(figure: Figure, language: Language) -> str:
    """Return the last figure there was before, which is not the one of this period."""
    known = [score for score in figure.trend if score.value is not None]
    if not known:
        return ""
    return _("Before: %(figure)s.") % {"figure": dated_words(known[-1], language)}


STATES = {
    State.LIVE: lambda: _("live"),
    State.TOO_FEW: lambda: _("too few answers"),
    State.NONE_YET: lambda: _("none yet"),
    State.FAILED: lambda: _("failed"),
}


def span_words(periods: Sequence[Score], language: Language) -> str:
    """Return from which period to which some scores go."""
    if not periods:
        return ""
    first = period_words(periods[0], language, is_running=False)
    last = period_words(periods[-1], language, is_running=False)
    return first if first == last else f"{first} – {last}"
