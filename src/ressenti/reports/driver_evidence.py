"""Driver evidence: what a driver and its scenario rest on, and what is said of it in a sentence."""

from __future__ import annotations

from collections.abc import Iterator

from ressenti.language import Language, Text, number_text, percent_text
from ressenti.reports.driver_words import (
    CLASSES,
    SOURCES,
    bracketed,
    limits_words,
    outcome_words,
    quadrant_words,
)
from ressenti.reports.evidence import (
    INTERVALS,
    TEST,
    Evidence,
    N,
    number_interval_text,
    p_words,
)
from ressenti.reports.tables import Heading, Table
from ressenti.statistics.asymmetry import PenaltyReward
from ressenti.studies.driver_findings import DriverFinding, DriverStudy, Improvement

SENTENCE = Text(
    en="{driver} accounts for {share} {limits} of what the drivers explain of {target}; beside "
    "the others, its standardised effect is {beta}; n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{n}.",
    fr="{driver} porte {share} {limits} de ce que les leviers expliquent de {target} ; à côté des "
    "autres, son effet standardisé est de {beta} ; n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{n}.",
)
ROWS = Text(
    en="{n} responses; without an answer here: {blank} blank, {coded} no opinion, {unreadable} "
    "unreadable",
    fr="{n} réponses ; sans réponse ici : {blank} vides, {coded} sans avis, {unreadable} "
    "illisibles",
)
IMPORTANCE = Text(en="Importance", fr="Importance")
PART = Text(
    en="{part} {limits} of variance, out of R² = {whole}",
    fr="{part} {limits} de la variance, sur R² = {whole}",
)
RANK = Text(en="Rank", fr="Rang")
RANKED = Text(
    en="{ranks}; first in {share} of the replicates",
    fr="{ranks} ; premier dans {share} des tirages",
)
ALONE = Text(en="Alone, then added last", fr="Seul, puis ajouté en dernier")
CORRELATION = Text(en="Correlation", fr="Corrélation")
NET = Text(en="Beside the others", fr="À côté des autres")
BETA = Text(
    en="standardised coefficient {beta}; {slope} of {target} for one more of it",
    fr="coefficient standardisé {beta} ; {slope} de {target} pour un de plus",
)
COLLINEARITY = Text(en="Collinearity", fr="Colinéarité")
INFLATION = Text(en="inflation factor {factor}", fr="facteur d'inflation {factor}")
TWIN = Text(en="; goes most with {name} (r = {r})", fr=" ; va surtout avec {name} (r = {r})")
PERFORMANCE = Text(en="Performance, 0 to 100", fr="Performance, de 0 à 100")
ADJUSTED = Text(en="Adjusted for", fr="Ajusté de")
OTHERS = Text(en="the other drivers: {names}", fr="les autres leviers : {names}")
NO_OTHER = Text(en="nothing: it stands alone", fr="rien : il est seul")
METHODS = {
    "lmg": Text(
        en="exact shares over every order of entry (LMG)",
        fr="parts exactes sur tous les ordres d'entrée (LMG)",
    ),
    "johnson": Text(en="Johnson's relative weights", fr="poids relatifs de Johnson"),
}
BOOTSTRAP = Text(
    en="{method}; {share} confidence, bootstrap of {replicates} replicates over {groups} groups",
    fr="{method} ; confiance de {share}, bootstrap de {replicates} tirages sur {groups} groupes",
)
SYMMETRY = Text(
    en="low and high answers weigh alike: {p}", fr="réponses basses et hautes pèsent pareil : {p}"
)

ENDS = Text(
    en="Low and high answers against the middle ones",
    fr="Réponses basses et hautes contre les intermédiaires",
)
END = Text(en="answers", fr="réponses")
LOW = Text(en="low", fr="basses")
HIGH = Text(en="high", fr="hautes")
EFFECT = Text(en="effect", fr="effet")
ERROR = Text(en="standard error", fr="erreur type")
KIND = Text(en="Kind", fr="Type")

SCENARIO = Text(en="Scenario", fr="Scénario")
NOW_THEN = Text(en="now → then", fr="aujourd'hui → demain")
REACH = Text(en="units seen", fr="unités observées")
CHANGE = Text(en="change of {target}", fr="évolution de {target}")
AFTER = Text(en="coming period", fr="période à venir")
THERE = Text(en="units already there", fr="unités qui y sont déjà")
BETWEEN = Text(
    en="{low} to {high} (5th to 95th percentile)", fr="{low} à {high} (5e au 95e centile)"
)
COUNTED = Text(en="{n}: {value} {limits}", fr="{n} : {value} {limits}")
WHAT = Text(en="what", fr="quoi")
FIGURE = Text(en="figure", fr="chiffre")
IF_CAUSAL = Text(
    en="Reads as a change only if the association is causal; never beyond what units already do.",
    fr="Ne se lit comme une évolution que si l'association est causale ; jamais au-delà de ce que "
    "font déjà des unités.",
)


def driver_sentence(driver: DriverFinding, study: DriverStudy, language: Language) -> str:
    """Return what is found of a driver, with its intervals and n."""
    limits = driver.limits
    between = (
        ""
        if limits is None
        else bracketed(
            _share(limits.share_low, language), _share(limits.share_high, language), language
        )
    )
    told = SENTENCE.format(
        driver=driver.name,
        share=_share(driver.part.share, language),
        limits=between,
        target=study.outcome.name,
        beta=number_interval_text(driver.beta, language),
        n=number_text(driver.n, language, decimals=0),
    ).to(language)
    return told.replace("  ", " ")


def driver_evidence(driver: DriverFinding, study: DriverStudy, language: Language) -> Evidence:
    """Return what a driver rests on: its shares, its net effect, its neighbours and its answers."""
    asymmetry = driver.asymmetry
    has_ends = asymmetry is not None and None not in (asymmetry.penalty, asymmetry.reward)
    return Evidence(
        facts=tuple((label.to(language), told) for label, told in _facts(driver, study, language)),
        tables=(_ends_table(asymmetry, study, language),) if asymmetry and has_ends else (),
        cautions=tuple(remark.to(language) for remark in driver.remarks),
    )


def improvement_evidence(
    driver: DriverFinding, improvement: Improvement, study: DriverStudy, language: Language
) -> Evidence:
    """Return what a scenario rests on: how far it goes, what units do, and how sure it is."""
    share = percent_text(100 * study.confidence, language, decimals=0)
    table = Table(
        caption=driver.name,
        headings=(Heading(WHAT.to(language)), Heading(FIGURE.to(language), is_number=True)),
        rows=tuple(_scenario_rows(improvement, study, language)),
    )
    facts = (
        (N, number_text(driver.n, language, decimals=0)),
        (SCENARIO, SOURCES[improvement.source].to(language)),
        (ADJUSTED, _others(driver, study).to(language)),
        (INTERVALS, _bootstrap(study, share, language)),
    )
    return Evidence(
        facts=tuple((label.to(language), told) for label, told in facts),
        tables=(table,),
        cautions=(IF_CAUSAL.to(language),),
    )


def _facts(
    driver: DriverFinding, study: DriverStudy, language: Language
) -> Iterator[tuple[Text, str]]:
    part, limits, coverage = driver.part, driver.limits, driver.coverage
    counts = {
        name: number_text(n, language, decimals=0)
        for name, n in (
            ("n", driver.n),
            ("blank", coverage.n_blank),
            ("coded", coverage.n_coded),
            ("unreadable", coverage.n_unreadable),
        )
    }
    yield N, ROWS.format(**counts).to(language)
    yield IMPORTANCE, _importance(driver, study, language)
    if limits is not None and study.is_ranked:
        ranks = _ranks(limits.rank_low, limits.rank_high)
        first = _share(limits.probability_first, language)
        yield RANK, RANKED.format(ranks=ranks, share=first).to(language)
    alone = (number_text(value, language, decimals=3) for value in (part.first_in, part.last_in))
    yield ALONE, f"R² {' · +'.join(alone)}"
    yield CORRELATION, number_interval_text(driver.correlation, language)
    yield (
        NET,
        BETA.format(
            beta=number_interval_text(driver.beta, language),
            slope=outcome_words(driver.slope, study.outcome, language, signed=True),
            target=study.outcome.name,
        ).to(language),
    )
    yield ADJUSTED, _others(driver, study).to(language)
    yield COLLINEARITY, _collinearity(driver, language)
    if driver.performance.estimate is not None:
        place = quadrant_words(driver, language)
        shown = number_interval_text(driver.performance, language, decimals=0).replace("+", "")
        yield PERFORMANCE, f"{shown} · {place}" if place else shown
    yield from _kind(driver.asymmetry, language)
    share = percent_text(100 * study.confidence, language, decimals=0)
    yield INTERVALS, _bootstrap(study, share, language)


def _importance(driver: DriverFinding, study: DriverStudy, language: Language) -> str:
    limits = driver.limits
    between = (
        ""
        if limits is None
        else bracketed(
            percent_text(100 * limits.low, language),
            percent_text(100 * limits.high, language),
            language,
        )
    )
    told = PART.format(
        part=percent_text(100 * driver.part.importance, language),
        limits=between,
        whole=number_text(study.r2.estimate, language, decimals=2),
    ).to(language)
    return told.replace("  ", " ")


def _others(driver: DriverFinding, study: DriverStudy) -> Text:
    names = [one.name for one in study.drivers if one.name != driver.name]
    return OTHERS.format(names=", ".join(names)) if names else NO_OTHER


def _collinearity(driver: DriverFinding, language: Language) -> str:
    factor = number_text(driver.part.inflation_factor, language)
    told = INFLATION.format(factor=factor).to(language)
    if driver.twin is None:
        return told
    r = number_text(driver.twin.correlation, language, decimals=2)
    return told + TWIN.format(name=driver.twin.name, r=r).to(language)


def _kind(found: PenaltyReward | None, language: Language) -> Iterator[tuple[Text, str]]:
    if found is None:
        return
    if found.attribute_class is not None:
        yield KIND, CLASSES[found.attribute_class].to(language)
    elif found.reason is not None:
        yield KIND, found.reason.to(language)
    if found.p_value is not None:
        yield TEST, SYMMETRY.format(p=p_words(found.p_value, language)).to(language)


def _bootstrap(study: DriverStudy, share: str, language: Language) -> str:
    return BOOTSTRAP.format(
        method=METHODS[study.method],
        share=share,
        replicates=number_text(study.replicates, language, decimals=0),
        groups=number_text(study.groups, language, decimals=0),
    ).to(language)


def _ends_table(found: PenaltyReward, study: DriverStudy, language: Language) -> Table:
    heads = ((END, False), (EFFECT, True), (ERROR, True), (N, True))
    rows = (
        (LOW, found.penalty, found.penalty_error, found.n_low),
        (HIGH, found.reward, found.reward_error, found.n_high),
    )
    return Table(
        caption=ENDS.to(language),
        headings=tuple(Heading(text.to(language), is_number) for text, is_number in heads),
        rows=tuple(
            (
                name.to(language),
                outcome_words(effect, study.outcome, language, signed=True),
                outcome_words(error, study.outcome, language),
                number_text(n, language, decimals=0),
            )
            for name, effect, error, n in rows
        ),
    )


def _scenario_rows(
    improvement: Improvement, study: DriverStudy, language: Language
) -> Iterator[tuple[str, str]]:
    def moved(value: float | None) -> str:
        if improvement.moved == "mean":
            return number_text(value, language, decimals=2)
        return percent_text(None if value is None else 100 * value, language)

    outcome = study.outcome
    ends = (moved(improvement.now), moved(improvement.then))
    yield NOW_THEN.to(language), " → ".join(ends)
    if improvement.reach is not None:
        low, high = map(moved, improvement.reach)
        yield REACH.to(language), BETWEEN.format(low=low, high=high).to(language)
    change = outcome_words(improvement.change.estimate, outcome, language, signed=True)
    limits = limits_words(improvement.change, outcome, language, signed=True)
    yield CHANGE.format(target=outcome.name).to(language), f"{change} {limits}"
    after = outcome_words(improvement.after.estimate, outcome, language)
    yield AFTER.to(language), f"{after} {limits_words(improvement.after, outcome, language)}"
    observed = improvement.observed
    if observed is not None:
        told = COUNTED.format(
            n=number_text(observed.units, language, decimals=0),
            value=outcome_words(observed.outcome.estimate, outcome, language),
            limits=limits_words(observed.outcome, outcome, language),
        )
        yield THERE.to(language), told.to(language)


def _share(share: float | None, language: Language) -> str:
    return percent_text(None if share is None else 100 * share, language, decimals=0)


def _ranks(best: int, worst: int) -> str:
    return str(best) if best == worst else f"{best}–{worst}"
