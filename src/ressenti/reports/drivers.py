"""Drivers for a terminal: what goes with an outcome, what to improve first, what to beware of."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text as Styled

from ressenti.language import (
    MISSING_NUMBER,
    Language,
    Text,
    colon,
    number_text,
    percent_text,
)
from ressenti.reports.driver_words import (
    CLASSES,
    bracketed,
    improvement_words,
    outcome_words,
    quadrant_words,
)
from ressenti.reports.plain_tables import plain_text
from ressenti.reports.tables import Heading
from ressenti.reports.tables import Table as PlainTable
from ressenti.statistics.intervals import Interval
from ressenti.studies.driver_findings import DriverFinding, DriverStudy

COLUMNS = (
    Text(en="driver", fr="levier"),
    Text(en="share of R²", fr="part du R²"),
    Text(en="interval {confidence}", fr="intervalle {confidence}"),
    Text(en="rank", fr="rang"),
    Text(en="r", fr="r"),
    Text(en="net effect (beta)", fr="effet net (bêta)"),
    Text(en="performance", fr="performance"),
    Text(en="kind", fr="type"),
    Text(en="map", fr="carte"),
    Text(en="n", fr="n"),
)
NUMBERS = frozenset({1, 2, 3, 4, 5, 6, 9})
TITLE = Text(
    en="Drivers of {target} · R² {r2} {limits} at {confidence} · n = {n}",
    fr="Leviers de {target} · R² {r2} {limits} à {confidence} · n = {n}",
)
EFFECTIVE = Text(en=", worth {n}", fr=", qui en valent {n}")
NOW = Text(en="{target} is at {value}.", fr="{target} est à {value}.")
DOUBT = Text(
    en="?: on the line; the bootstrap leaves it there less than 8 times in 10.",
    fr="? : à la limite ; le bootstrap l'y laisse moins de 8 fois sur 10.",
)
IMPROVE = Text(
    en="Improve first, if the association were causal:",
    fr="À améliorer d'abord, si l'association était causale :",
)
NOTHING = Text(en="Nothing to improve first: {reason}", fr="Rien à améliorer d'abord : {reason}")


def drivers_text(study: DriverStudy, language: Language) -> str:
    """Return the drivers of an outcome as a table, a list of what to improve, and remarks."""
    lines = [study_title(study, language)]
    value = outcome_words(study.outcome.mean.estimate, study.outcome, language)
    lines.append(NOW.format(target=study.outcome.name, value=value).to(language))
    lines.append(plain_text(_rich_table(drivers_table(study, language))))
    if any(one.quadrant is not None and one.sure_quadrant is None for one in study.drivers):
        lines.append(DOUBT.to(language))
    if study.improvements:
        lines.append(IMPROVE.to(language))
        lines += [
            f"{place}. {improvement_words(driver, study, language)}"
            for place, driver in enumerate(study.improvements, start=1)
        ]
    else:
        lines += [NOTHING.format(reason=one).to(language) for one in _reasons(study)]
    lines += [f"⚠ {remark.to(language)}" for remark in study.remarks]
    lines += [
        f"⚠ {driver.name}{colon(language)} {remark.to(language)}"
        for driver in study.drivers
        for remark in driver.remarks
    ]
    return "\n".join(lines)


def _reasons(study: DriverStudy) -> list[Text]:
    """Return why there is nothing to improve first, each reason once."""
    found = [one.improvement.reason for one in study.drivers if one.improvement is not None]
    return list(dict.fromkeys(reason for reason in found if reason is not None))


def study_title(study: DriverStudy, language: Language) -> str:
    """Return the outcome, its R² with limits, and what the study rests on."""
    n = number_text(study.n, language, decimals=0)
    if study.is_weighted:
        worth = number_text(study.n_effective, language, decimals=0)
        n += EFFECTIVE.format(n=worth).to(language)
    return TITLE.format(
        target=study.outcome.name,
        r2=number_text(study.r2.estimate, language, decimals=2),
        limits=_limits(study.r2, language),
        confidence=percent_text(100 * study.confidence, language, decimals=0),
        n=n,
    ).to(language)


def drivers_table(study: DriverStudy, language: Language) -> PlainTable:
    """Return the drivers as a table of texts, one row a driver."""
    confidence = percent_text(100 * study.confidence, language, decimals=0)
    return PlainTable(
        caption=study_title(study, language),
        headings=tuple(
            Heading(head.format(confidence=confidence).to(language), place in NUMBERS)
            for place, head in enumerate(COLUMNS)
        ),
        rows=tuple(_cells(driver, study, language) for driver in study.drivers),
    )


def _cells(driver: DriverFinding, study: DriverStudy, language: Language) -> tuple[str, ...]:
    limits, asymmetry = driver.limits, driver.asymmetry
    kind = None if asymmetry is None else asymmetry.attribute_class
    return (
        driver.name,
        _share(driver.part.share, language),
        MISSING_NUMBER
        if limits is None
        else bracketed(
            _share(limits.share_low, language), _share(limits.share_high, language), language
        ),
        "" if limits is None or not study.is_ranked else _ranks(limits.rank_low, limits.rank_high),
        number_text(driver.correlation.estimate, language, decimals=2),
        f"{number_text(driver.beta.estimate, language, decimals=2)} "
        f"{_limits(driver.beta, language)}".rstrip(f" {MISSING_NUMBER}")
        or MISSING_NUMBER,
        _performance(driver.performance, language),
        "" if kind is None else CLASSES[kind].to(language),
        quadrant_words(driver, language),
        number_text(driver.n, language, decimals=0),
    )


def _rich_table(table: PlainTable) -> Table:
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in table.headings:
        drawn.add_column(
            heading.text,
            justify="right" if heading.is_number else "left",
            no_wrap=heading.is_number,
        )
    for row in table.rows:
        drawn.add_row(*(Styled(cell) for cell in row))
    return drawn


def _share(share: float | None, language: Language) -> str:
    return percent_text(None if share is None else 100 * share, language, decimals=0)


def _ranks(best: int, worst: int) -> str:
    return str(best) if best == worst else f"{best}–{worst}"


def _limits(interval: Interval, language: Language) -> str:
    if interval.low is None or interval.high is None:
        return MISSING_NUMBER
    low, high = (
        number_text(limit, language, decimals=2) for limit in (interval.low, interval.high)
    )
    return bracketed(low, high, language)


def _performance(interval: Interval, language: Language) -> str:
    shown = number_text(interval.estimate, language, decimals=0)
    if interval.low is None or interval.high is None:
        return shown
    low, high = (
        number_text(limit, language, decimals=0) for limit in (interval.low, interval.high)
    )
    return f"{shown} {bracketed(low, high, language)}"
