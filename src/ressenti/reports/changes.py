"""Changes in words: what may be said of a difference, no more than its interval allows."""

from __future__ import annotations

from ressenti.language import Language, Text, colon, number_text
from ressenti.reports.terminal import interval_text, score_name
from ressenti.reports.words import REASONS
from ressenti.scores.score import Score, Unit, value_text
from ressenti.studies.comparing import Change, Comparison, Split, change_sentence


def comparison_text(comparison: Comparison, language: Language) -> str:
    """Return a comparison as lines: both scores, the change with its test, mix and rate."""
    total = comparison.total
    before, after = comparison.levels
    name = score_name(total.before, language)
    lines = [f"{name} · {before} → {after}"]
    for level, score in ((before, total.before), (after, total.after)):
        lines.append(f"  {score_line(level, score, language)}")
    lines.append(f"  {sentence(total, Text(en=before, fr=before), language)}")
    lines.append(f"  {test_text(total, language)}")
    for change in comparison.segments:
        segment = ", ".join(f"{key} = {value}" for key, value in change.segment.items())
        lines.append(f"  {segment}{colon(language)} {test_text(change, language)}")
    for split in comparison.splits:
        lines += [f"  {line}" for line in split_lines(split, total.before.unit, language)]
    return "\n".join(lines)


def score_line(name: str, score: Score, language: Language) -> str:
    """Return one score in a line: its name, value, interval and number of answers."""
    value = value_text(score.value, score.unit, language, finer=_finer(score.unit))
    n = number_text(score.n, language, decimals=0)
    return f"{name}{colon(language)} {value} {interval_text(score, language)}, n = {n}"


def sentence(change: Change, since: Text, language: Language) -> str:
    """Return the sentence of a change: up, down, or not distinguishable."""
    amount = abs(change.difference or 0.0)
    unit = change.before.unit
    text = difference_text(amount, unit, language).lstrip("+")
    return change_sentence(change, Text(en=text, fr=text), since=since).to(language)


def test_text(change: Change, language: Language) -> str:
    """Return the difference with its interval and p-value."""
    if change.difference is None:
        reason = REASONS.get(change.reason or "", change.reason)
        return (
            Text(en="no difference: {reason}", fr="pas d'écart : {reason}")
            .format(reason=reason)
            .to(language)
        )
    unit = change.before.unit
    low = difference_text(change.low, unit, language)
    high = difference_text(change.high, unit, language)
    between = "\N{NO-BREAK SPACE};" if language == "fr" else ","
    text = f"{difference_text(change.difference, unit, language)} [{low}{between} {high}]"
    p_value = change.p_value if change.adjusted_p_value is None else change.adjusted_p_value
    if p_value is None:
        return text
    adjusted = {"en": " (adjusted)", "fr": " (ajusté)"}[language]
    small = "p < 0,001" if language == "fr" else "p < 0.001"
    told = small if p_value < 0.001 else f"p = {number_text(p_value, language, decimals=3)}"
    return f"{text}, {told}{adjusted if change.adjusted_p_value is not None else ''}"


def split_lines(split: Split, unit: Unit, language: Language) -> list[str]:
    """Return the split of a change along one dimension, and the alert when the total misleads."""
    parts = split.decomposition
    mix = difference_text(parts.mix.value, unit, language)
    rate = difference_text(parts.rate.value, unit, language)
    lines = [
        Text(
            en="along {dimension}: {mix} from the mix of segments, {rate} within segments",
            fr="selon {dimension} : {mix} dus à la structure, {rate} à l'intérieur des segments",
        )
        .format(dimension=split.dimension, mix=mix, rate=rate)
        .to(language)
    ]
    if split.alert.is_raised:
        warning = Text(en="Simpson's paradox: ", fr="Paradoxe de Simpson : ").to(language)
        reasons = " ".join(reason.to(language) for reason in split.alert.reasons)
        lines.append(f"⚠ {warning}{reasons}")
    return lines


def difference_text(value: float | None, unit: Unit, language: Language) -> str:
    r"""Return a difference with its sign; the difference of two percentages is in points.

    Examples
    --------
    >>> difference_text(-4.25, Unit.PERCENT, "en")
    '−4.2\xa0pts'
    """
    if unit not in (Unit.PERCENT, Unit.POINTS):
        return value_text(value, unit, language, signed=True)
    return f"{number_text(value, language, signed=True)}\N{NO-BREAK SPACE}pts"


def _finer(unit: Unit) -> int:
    return 1 if unit is Unit.POINTS else 0
