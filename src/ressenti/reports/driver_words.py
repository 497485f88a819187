"""Driver words: findings on drivers as sentences, each with its n and its interval."""

from __future__ import annotations

from collections.abc import Mapping

from ressenti.language import MISSING_NUMBER, Language, Text, number_text, percent_text
from ressenti.reports.changes import difference_text
from ressenti.scores.score import Unit, value_text
from ressenti.statistics.asymmetry import AttributeClass
from ressenti.statistics.intervals import Interval
from ressenti.statistics.quadrants import Quadrant
from ressenti.studies.driver_findings import (
    DriverFinding,
    DriverStudy,
    Improvement,
    Outcome,
    Source,
)

QUADRANTS: Mapping[Quadrant, Text] = {
    "concentrate": Text(en="improve", fr="améliorer"),
    "keep up": Text(en="keep", fr="maintenir"),
    "low priority": Text(en="watch", fr="surveiller"),
    "possible overkill": Text(en="ignore", fr="laisser"),
}
ON_THE_LINE = Text(en="{likeliest}?", fr="{likeliest} ?")
CLASSES: Mapping[AttributeClass, Text] = {
    "must-be": Text(en="must-be", fr="obligatoire"),
    "performance": Text(en="performance", fr="proportionnel"),
    "delighter": Text(en="delighter", fr="attractif"),
    "no effect shown": Text(en="no effect shown", fr="sans effet montré"),
}
SOURCES: Mapping[Source, Text] = {
    "units": Text(en="what the best quarter of units do", fr="ce que fait le meilleur quart"),
    "third": Text(en="one in three fewer", fr="une sur trois de moins"),
    "asked": Text(en="as asked", fr="comme demandé"),
}
LOW = Text(en="{level} or less", fr="{level} ou moins")
HIGH = Text(en="{level} or more", fr="{level} ou plus")
NO = Text(en="no", fr="non")
YES = Text(en="yes", fr="oui")
SHARE_MOVES = Text(
    en="{driver}: from {now} to {then} of answers at “{answers}” ({source})",
    fr="{driver} : de {now} à {then} de réponses à « {answers} » ({source})",
)
MEAN_MOVES = Text(
    en="{driver}: from a mean of {now} to {then} ({source})",
    fr="{driver} : d'une moyenne de {now} à {then} ({source})",
)
SHARE_OF = Text(
    en="{driver}: share of answers at “{answers}”",
    fr="{driver} : part des réponses à « {answers} »",
)
MEAN_OF = Text(en="{driver}: mean", fr="{driver} : moyenne")
WOULD_MOVE = Text(
    en="{target} would move by {change} {limits}{doubt}; a coming period would read {after} "
    "{after_limits}; n = {n}",
    fr="{target} bougerait de {change} {limits}{doubt} ; une période à venir donnerait {after} "
    "{after_limits} ; n = {n}",
)
UNSURE = Text(en=" (possibly nothing)", fr=" (peut-être rien)")
ALREADY = Text(
    en="{units} units are already there: {value} {limits}",
    fr="{units} unités y sont déjà : {value} {limits}",
)


def improvement_words(driver: DriverFinding, study: DriverStudy, language: Language) -> str:
    """Return what would move if a driver improved, in a sentence; why not, where it cannot."""
    improvement = driver.improvement
    if improvement is None or improvement.reason is not None:
        reason = "" if improvement is None or improvement.reason is None else improvement.reason
        return str(reason) if not isinstance(reason, Text) else reason.to(language)
    outcome, change = study.outcome, improvement.change
    sentences = [
        _movement(driver, improvement, language),
        WOULD_MOVE.format(
            target=outcome.name,
            change=outcome_words(change.estimate, outcome, language, signed=True),
            limits=limits_words(change, outcome, language, signed=True),
            doubt="" if improvement.is_sure or change.low is None else UNSURE,
            after=outcome_words(improvement.after.estimate, outcome, language),
            after_limits=limits_words(improvement.after, outcome, language),
            n=number_text(driver.n, language, decimals=0),
        ).to(language),
    ]
    if improvement.observed is not None:
        sentences.append(
            ALREADY.format(
                units=improvement.observed.units,
                value=outcome_words(improvement.observed.outcome.estimate, outcome, language),
                limits=limits_words(improvement.observed.outcome, outcome, language),
            ).to(language)
        )
    return ". ".join(sentences) + "."


def moved_words(driver: DriverFinding, improvement: Improvement, language: Language) -> str:
    """Return what a scenario moves: which answers to a driver, or its mean."""
    if improvement.moved == "mean":
        return MEAN_OF.format(driver=driver.name).to(language)
    answers = _answers(driver, improvement)
    return SHARE_OF.format(driver=driver.name, answers=answers).to(language)


def outcome_words(
    value: float | None, outcome: Outcome, language: Language, *, signed: bool = False
) -> str:
    """Return a value of the outcome in its unit, with decimals enough to see it move."""
    if outcome.unit is None:
        span = (outcome.coverage.greatest or 0.0) - (outcome.coverage.least or 0.0)
        return number_text(value, language, decimals=2 if span > 1 else 3, signed=signed)
    if signed:
        return difference_text(value, outcome.unit, language)
    return value_text(value, outcome.unit, language, finer=int(outcome.unit is Unit.POINTS))


def limits_words(
    interval: Interval, outcome: Outcome, language: Language, *, signed: bool = False
) -> str:
    """Return the limits of an interval of the outcome, a dash where there are none."""
    if interval.low is None or interval.high is None:
        return MISSING_NUMBER
    low, high = (
        outcome_words(limit, outcome, language, signed=signed)
        for limit in (interval.low, interval.high)
    )
    return bracketed(low, high, language)


def bracketed(low: str, high: str, language: Language) -> str:
    """Return two limits as the language writes an interval.

    Examples
    --------
    >>> bracketed("1", "2", "en"), bracketed("1", "2", "fr")
    ('[1, 2]', '[1 ; 2]')
    """
    return f"[{low} ; {high}]" if language == "fr" else f"[{low}, {high}]"


def quadrant_words(driver: DriverFinding, language: Language) -> str:
    """Return where a driver stands on the map, and that it is on a line where it is unsure."""
    if driver.quadrant is None:
        return ""
    likeliest = QUADRANTS[driver.quadrant]
    if driver.sure_quadrant is None:
        return ON_THE_LINE.format(likeliest=likeliest).to(language)
    return QUADRANTS[driver.sure_quadrant].to(language)


def _movement(driver: DriverFinding, improvement: Improvement, language: Language) -> str:
    source = SOURCES[improvement.source]
    if improvement.moved == "mean":
        now, then = (
            number_text(value, language, decimals=2)
            for value in (improvement.now, improvement.then)
        )
        told = MEAN_MOVES.format(driver=driver.name, now=now, then=then, source=source)
        return told.to(language)
    now, then = (
        percent_text(None if share is None else 100 * share, language)
        for share in (improvement.now, improvement.then)
    )
    return SHARE_MOVES.format(
        driver=driver.name, now=now, then=then, answers=_answers(driver, improvement), source=source
    ).to(language)


def _answers(driver: DriverFinding, improvement: Improvement) -> Text:
    if improvement.moved == "low":
        return LOW.format(level=f"{driver.scale.low_to:g}")
    if improvement.moved == "high":
        return HIGH.format(level=f"{driver.scale.high_from:g}")
    if (driver.scale.least, driver.scale.greatest) == (0.0, 1.0):
        return NO if improvement.moved == "no" else YES
    level = driver.scale.least if improvement.moved == "no" else driver.scale.greatest
    return Text(en=f"{level:g}", fr=f"{level:g}")
