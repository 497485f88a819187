"""Wording: a figure in the words and numbers of its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ressenti.facts.periods import Grain, label_of
from ressenti.facts.scales import SCALES, Scale
from ressenti.indicators import catalogue
from ressenti.language import Language, number_text
from ressenti.reports.changes import difference_text
from ressenti.reports.drawings.sparkline import sparkline_svg
from ressenti.reports.drawings.wording import dated_words, value_words
from ressenti.reports.goals import target_remarks
from ressenti.reports.terminal import interval_text
from ressenti.reports.words import FLAGS
from ressenti.scores.definitions import Indicator
from ressenti.scores.score import Direction, Flag, Reason, Score, Unit
from ressenti.server.cockpit.emotion_words import beside_words
from ressenti.server.cockpit.figures import Figure, State
from ressenti.server.cockpit.measured import are_events, smallest_group, studied
from ressenti.server.cockpit.scope import Scope
from ressenti.server.models import Measure
from ressenti.studies.comparing import Change
from ressenti.tallies.suppression import FLOOR

SHOWN_FLAGS = frozenset(
    {
        Flag.SMALL_BASE, Flag.INDICATIVE, Flag.ABOVE_100, Flag.WEIGHTED, Flag.UNCORRECTED,
        Flag.MIXED_ENGINES,
    }
)  # fmt: skip


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
    beside : str
        What a net figure alone would hide; empty where nothing stands beside it.
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
    beside: str


def wording_of(figure: Figure, scope: Scope, language: Language) -> Wording:
    """Return what is written of a figure, in the language that is active."""
    score = figure.score
    change, kind = change_words(figure.change, language)
    if figure.change is None and figure.state is State.LIVE and figure.breaks:
        change = (
            _("new question since: not compared")
            if figure.emotions is None
            else _("another engine since: not compared")
        )
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
        remarks=", ".join(_remarks(figure, language)),
        beside=beside_words(score, language),
    )


def _remarks(figure: Figure, language: Language) -> Iterator[str]:
    score = figure.score
    yield from (FLAGS[flag].to(language) for flag in score.flags if flag in SHOWN_FLAGS)
    changed = None if figure.emotions is not None else changed_within(figure)
    if changed is not None and figure.state is State.LIVE:
        day = format_date(changed, format="medium", locale=language)
        yield _("old and new question together: it changed on %(day)s") % {"day": day}


def changed_within(figure: Figure) -> date | None:
    """Return the latest day on which the question changed within the period of a figure.

    A change on its first day divides nothing that a reader could tell apart.
    """
    period = figure.score.period
    if period is None:
        return None
    within = [day for day in figure.breaks if period.start < day.isoformat() < period.end]
    return max(within, default=None)


def drawing(svg: str) -> SafeString:
    """Return a picture of ours as markup: its texts were escaped where it was drawn."""
    return mark_safe(svg)  # noqa: S308 - built by ElementTree, never from markup


def measure_name(measure: Measure, language: Language) -> str:
    """Return how a measure is called, its own key when the catalogue does not know it.

    A line of a grid is told by its label after the abbreviation.
    """
    indicator = catalogue().get(measure.indicator)
    if indicator is None:
        return str(measure)
    label = measure.label.get(language) or next(iter(measure.label.values()), "")
    return " · ".join(filter(None, (indicator.abbreviation.to(language), label)))


def full_name(measure: Measure, language: Language) -> str:
    """Return what a measure is, so that no two of an organisation are called the same.

    The name of its indicator, and its variant unless it is usual; where customers are asked and
    events are counted for the same indicator, both variants are told. A scale that is not the
    variant's own is told too.
    """
    indicator = catalogue().get(measure.indicator)
    if indicator is None:
        return ""
    variants = {variant.key: variant for variant in indicator.variants}
    variant = variants.get(measure.variant)
    own = str(measure.variant) if variant is None else variant.name.to(language)
    name = indicator.name.to(language)
    if _is_asked_and_counted(indicator):
        told = [name, own]
    elif measure.variant != indicator.default.key:
        told = [own]
    else:
        is_said = name.casefold() == indicator.abbreviation.to(language).casefold()
        told = [] if is_said else [name]
    if variant is not None and variant.scale is not None and measure.scale != variant.scale.key:
        told.append(_scale_name(measure, language))
    return "\N{NO-BREAK SPACE}· ".join(filter(None, told))


def _is_asked_and_counted(indicator: Indicator) -> bool:
    """Tell whether variants of an indicator read answers, and others count events."""
    kinds = {
        are_events(variant.reads) for variant in indicator.variants if variant.form is not None
    }
    return len(kinds) > 1


def _scale_name(measure: Measure, language: Language) -> str:
    known = SCALES.get(measure.scale)
    return measure.scale if known is None else known.name.to(language)


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
    if figure.score.reason != Reason.SUPPRESSED:
        n = figure.score.n
        told = ngettext(
            "The formula has no result on %(n)s answer.",
            "The formula has no result on %(n)s answers.",
            n,
        )
        return told % {"n": number_text(n, language, decimals=0)}
    # How many they are is hidden with them: only how many are needed may be told.
    floor = smallest_group(scope.organisation, studied(figure.measure)) or FLOOR
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
