"""Link findings: what may be said of a link in one sentence, and the evidence beside it."""

from __future__ import annotations

from collections.abc import Callable

from ressenti.language import Language, Text, colon, number_text, percent_text, semicolon
from ressenti.reports.changes import difference_text
from ressenti.scores.score import Unit, value_text
from ressenti.statistics.intervals import Interval
from ressenti.studies.links import Lag, Level, Lift, Link, LinkStudy, Wording

LEVELS = {
    Level.CUSTOMER: Text(en="customers", fr="clients"),
    Level.GROUP: Text(en="units", fr="unités"),
    Level.PERIOD: Text(en="points in time", fr="points dans le temps"),
}
METHODS = {
    "phi": Text(en="phi", fr="phi"),
    "pearson": Text(en="Pearson's r", fr="r de Pearson"),
    "point_biserial": Text(en="point-biserial r", fr="r bisérial de point"),
    "biserial": Text(en="biserial r", fr="r bisérial"),
    "spearman": Text(en="Spearman's ρ", fr="ρ de Spearman"),
    "polychoric": Text(en="polychoric r", fr="r polychorique"),
    "partial": Text(en="partial r", fr="r partiel"),
}
VERBS = {
    Wording.MOVES_WITH: Text(
        en="{indicator} moves with {outcome}: {evidence}.",
        fr="{indicator} évolue avec {outcome} : {evidence}.",
    ),
    Wording.PREDICTS: Text(
        en="{outcome} predicts {indicator}: {evidence}.",
        fr="{outcome} prédit {indicator} : {evidence}.",
    ),
    Wording.NOTHING_SHOWN: Text(
        en="No link is shown between {outcome} and {indicator}: {evidence}.",
        fr="Aucun lien n'est montré entre {outcome} et {indicator} : {evidence}.",
    ),
    Wording.INDICATOR_FIRST: Text(
        en="{indicator} moves before {outcome}; the other way round nothing is shown: {evidence}.",
        fr="{indicator} bouge avant {outcome} ; dans l'autre sens rien n'est montré : {evidence}.",
    ),
    Wording.BOTH_WAYS: Text(
        en="{outcome} and {indicator} each move before the other; no direction can be told: "
        "{evidence}.",
        fr="{outcome} et {indicator} bougent chacun avant l'autre ; aucun sens ne se dégage : "
        "{evidence}.",
    ),
    Wording.REFUSED: Text(
        en="{outcome} and {indicator} are not linked: {evidence}",
        fr="{outcome} et {indicator} ne sont pas liés : {evidence}",
    ),
}
AHEAD = Text(en="{lag} periods later", fr="{lag} périodes plus tard")
ONE_AHEAD = Text(en="one period later", fr="une période plus tard")
BEHIND = Text(en="{lag} periods before", fr="{lag} périodes plus tôt")
ONE_BEHIND = Text(en="one period before", fr="une période plus tôt")
GAIN = Text(
    en="forecast errors {share} smaller with it {limits} over {n} periods",
    fr="erreurs de prévision réduites de {share} grâce à lui {limits} sur {n} périodes",
)
NO_GAIN = Text(
    en="forecasts not shown to be better with it (errors smaller by {share} {limits} over {n} "
    "periods)",
    fr="prévisions non améliorées de façon avérée (erreurs réduites de {share} {limits} sur {n} "
    "périodes)",
)
WORTH = Text(en=", worth {n}", fr=", qui en valent {n}")
TOGETHER = Text(en="in the same period", fr="dans la même période")


def finding(link: Link, study: LinkStudy, language: Language) -> str:
    """Return what may be said of a link, no more, with its interval and number of points.

    Examples
    --------
    >>> from ressenti.studies.links import refused_link
    >>> reason = Text(en="8 periods: at least 12 are needed.", fr="8 périodes : il en faut 12.")
    >>> link = refused_link("on time", "nps", Level.PERIOD, reason)
    >>> finding(link, LinkStudy(links=(link,), level=Level.PERIOD, tried=0), "en")
    '“on time” and nps are not linked: 8 periods: at least 12 are needed.'
    """
    if link.reason is not None and not link.is_established:
        refused = VERBS[Wording.REFUSED]
        evidence = link.reason.to(language)
        return refused.format(
            outcome=quoted(link.outcome, language),
            indicator=quoted(link.indicator, language),
            evidence=evidence,
        ).to(language)
    sentence = VERBS[link.wording].format(
        outcome=quoted(link.outcome, language),
        indicator=quoted(link.indicator, language),
        evidence=evidence_text(link, study, language),
    )
    return sentence.to(language)


def evidence_text(link: Link, study: LinkStudy, language: Language) -> str:
    """Return the evidence of a link: lift, correlation, lag, gain, points and tests made."""
    parts = []
    if link.lift is not None and link.lift.difference.estimate is not None:
        parts.append(lift_text(link.lift, link.unit, language))
    parts.append(correlation_text(link.correlation, language))
    if link.lag is not None:
        parts.append(lag_text(link.lag, language))
    gain = None if link.gain is None else gain_text(link, language)
    if gain is not None:
        parts.append(gain)
    n = number_text(link.n, language, decimals=0)
    points = f"n = {n} {LEVELS[link.level].to(language)}"
    if link.n_effective is not None:
        worth = number_text(link.n_effective, language, decimals=0)
        points += WORTH.format(n=worth).to(language)
    parts.append(points)
    if study.tried > 1 and link.adjusted_p_value is not None:
        parts.append(sureness_text(link.adjusted_p_value, study.tried, language))
    return f"{semicolon(language)} ".join(parts)


def lift_text(lift: Lift, unit: Unit, language: Language) -> str:
    """Return a lift: met, missed and the difference with its interval."""
    text = Text(
        en="{met} where met, {missed} where missed, {difference}",
        fr="{met} si obtenu, {missed} si manqué, {difference}",
    )
    return text.format(
        met=value_text(lift.met.value, unit, language),
        missed=value_text(lift.missed.value, unit, language),
        difference=interval_words(lift.difference, unit, language),
    ).to(language)


def correlation_text(correlation: Interval, language: Language) -> str:
    """Return a correlation with the name of its kind and its interval."""
    name = METHODS[correlation.method].to(language) if correlation.method in METHODS else "r"

    value = number_text(correlation.estimate, language, decimals=2, signed=True)
    return f"{name} = {value} {limits_text(correlation, language)}".strip()


def limits_text(correlation: Interval, language: Language) -> str:
    """Return the limits of a correlation between brackets, nothing where there are none."""
    return _limits(
        correlation,
        lambda value: number_text(value, language, decimals=2, signed=True),
        language,
    )


def lag_text(lag: int, language: Language) -> str:
    """Return when the indicator moves, counted from the outcome.

    Examples
    --------
    >>> lag_text(1, "en"), lag_text(0, "fr"), lag_text(-2, "en")
    ('one period later', 'dans la même période', '2 periods before')
    """
    text = {0: TOGETHER, 1: ONE_AHEAD, -1: ONE_BEHIND}.get(lag)
    if text is None:
        text = AHEAD if lag > 0 else BEHIND
    return text.format(lag=abs(lag)).to(language)


def gain_text(link: Link, language: Language) -> str | None:
    """Return how much smaller errors of forecast get, None where nothing could be forecast."""
    gain = link.gain
    if gain is None or not gain.baseline_error or gain.gain.estimate is None:
        return None
    base = gain.baseline_error

    def shown(value: float | None) -> str:
        return percent_text(None if value is None else 100 * value / base, language, decimals=0)

    helps = gain.gain.low is not None and gain.gain.low > 0
    return (
        (GAIN if helps else NO_GAIN)
        .format(
            share=shown(gain.gain.estimate),
            limits=_limits(gain.gain, shown, language),
            n=number_text(gain.n, language, decimals=0),
        )
        .to(language)
    )


def sureness_text(adjusted: float, tried: int, language: Language) -> str:
    """Return the p-value that accounts for everything tried."""
    small = {"en": "p < 0.001", "fr": "p < 0,001"}[language]
    told = small if adjusted < 0.001 else f"p = {number_text(adjusted, language, decimals=3)}"
    text = Text(
        en="{p} after {tried} tests were made", fr="{p} compte tenu des {tried} tests faits"
    )
    return text.format(p=told, tried=number_text(tried, language, decimals=0)).to(language)


def lags_text(lags: tuple[Lag, ...], language: Language) -> str:
    """Return every lag tried, both ways, the established ones starred."""

    def one(lag: Lag) -> str:
        r = number_text(lag.effect.correlation.estimate, language, decimals=2, signed=True)
        star = "*" if lag.is_established else ""
        place = number_text(lag.lag, language, decimals=0, signed=True)
        return f"{place}{colon(language)} {r}{star}"

    return "  ".join(one(lag) for lag in lags)


def quoted(name: str, language: Language) -> str:
    """Return a name as a sentence names it: indicators and columns are not words of a language.

    Examples
    --------
    >>> quoted("nps=mark", "en"), quoted("on time", "en")
    ('nps=mark', '“on time”')
    """
    if language == "fr":
        return f"«\N{NO-BREAK SPACE}{name}\N{NO-BREAK SPACE}»"
    return f"“{name}”" if " " in name else name


def interval_words(interval: Interval, unit: Unit, language: Language) -> str:
    """Return a difference with its limits, the unit said once."""
    value = difference_text(interval.estimate, unit, language)
    if interval.low is None or interval.high is None:
        return value
    limits = [
        difference_text(limit, unit, language).removesuffix("\N{NO-BREAK SPACE}pts")
        for limit in (interval.low, interval.high)
    ]
    between = "\N{NO-BREAK SPACE}; " if language == "fr" else ", "
    return f"{value} [{between.join(limits)}]"


def _limits(interval: Interval, shown: Callable[[float | None], str], language: Language) -> str:
    if interval.low is None or interval.high is None:
        return ""
    between = "\N{NO-BREAK SPACE};" if language == "fr" else ","
    return f"[{shown(interval.low)}{between} {shown(interval.high)}]"
