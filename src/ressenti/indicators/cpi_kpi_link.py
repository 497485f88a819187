"""The link between a customer outcome and a company indicator: how far they move together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ressenti.facts.scales import ZERO_TO_TEN
from ressenti.indicators.nps import CLASSES, RECOMMENDATION
from ressenti.language import Text
from ressenti.scores.definitions import Family, Indicator, Outcome, Variant, Worked
from ressenti.scores.inputs import Inputs, tally_of_answers
from ressenti.scores.rows import rows_of
from ressenti.scores.score import CONFIDENCE, Direction, Reason, Unit
from ressenti.scores.worked import CONTRADICTION, NO_DATA, base_flags, outcome_of
from ressenti.statistics.association import Association, pearson_correlation
from ressenti.statistics.comparisons import mover_difference
from ressenti.statistics.intervals import Interval
from ressenti.statistics.joint_correlations import ranked_association
from ressenti.tallies.tally import Tally

Series = Sequence[float | None]
Pairs = list[tuple[float, float]]


def pearson(inputs: Inputs) -> Outcome:
    return _correlation(inputs, pearson_correlation, name="r")


def spearman(inputs: Inputs) -> Outcome:
    return _correlation(inputs, ranked_association, name="rho")


def lagged_pearson(inputs: Inputs) -> Outcome:
    return _correlation(
        inputs, pearson_correlation, name="r", lag=int(inputs.count("lag_periods", 1))
    )


def _correlation(
    inputs: Inputs, correlation: Callable[..., Association], *, name: str, lag: int = 0
) -> Outcome:
    cpi, kpi = series(inputs)
    if len(cpi) != len(kpi):
        return CONTRADICTION
    later = kpi[lag:]
    earlier = cpi[: len(later)]
    pairs = complete_pairs(earlier, later)
    n, missing = len(pairs), len(earlier) - len(pairs)
    if n == 0:
        return Outcome(reason=NO_DATA.reason, n_missing=missing)
    first, second = zip(*pairs, strict=True)
    found = correlation(first, second, confidence=inputs.number("confidence", CONFIDENCE))
    interval = found.correlation
    if interval.estimate is None:
        return Outcome(reason=Reason.UNDEFINED, n=n, n_missing=missing)
    return Outcome(
        value=interval.estimate,
        n=n,
        n_missing=missing,
        low=interval.low,
        high=interval.high,
        method=interval.method,
        parts={name: interval.estimate, "n": n},
        flags=base_flags(n),
    )


def series(inputs: Inputs) -> tuple[Series, Series]:
    """Return the two series, from ``cpi`` and ``kpi`` or from ``rows`` of both."""
    if inputs.has("rows"):
        rows = rows_of(inputs, "rows", {"cpi": (), "kpi": ()})
        return series(Inputs({name: [row[name] for row in rows] for name in ("cpi", "kpi")}))
    return inputs.numbers("cpi"), inputs.numbers("kpi")


def complete_pairs(first: Series, second: Series) -> Pairs:
    """Return the pairs of which neither value is missing."""
    return [(x, y) for x, y in zip(first, second, strict=True) if x is not None and y is not None]


def lift(inputs: Inputs) -> Outcome:
    groups = [outcome_of(tally, RECOMMENDATION, inputs) for tally in groups_of(inputs)]
    met, missed = groups
    missing = met.n_missing + missed.n_missing
    if met.value is None or missed.value is None:
        return Outcome(reason=NO_DATA.reason, n=met.n + missed.n, n_missing=missing)
    parts = {
        "nps_met": met.value,
        "nps_missed": missed.value,
        "lift_points": met.value - missed.value,
    }
    confidence = inputs.number("confidence", CONFIDENCE)
    limits = mover_difference(
        *(Interval(one.value, one.low, one.high, confidence, "score") for one in groups)
    )
    return Outcome(
        value=parts["lift_points"],
        n=met.n + missed.n,
        n_missing=missing,
        low=limits.low,
        high=limits.high,
        method=limits.method,
        parts=parts,
        flags=base_flags(min(met.n, missed.n)),
    )


def groups_of(inputs: Inputs) -> tuple[Tally, Tally]:
    """Return the answers of the customers whose outcome was met, and of the others.

    From ``met`` and ``missed``, or from ``customers``, rows of ``{met, score}``.
    """
    if not inputs.has("customers"):
        met, missed = (
            tally_of_answers(inputs.object(name), ZERO_TO_TEN, CLASSES)
            for name in ("met", "missed")
        )
        return met, missed
    rows = rows_of(inputs, "customers", {"met": ("cpi_met",), "score": ()})
    met, missed = (
        Tally.of_values((row["score"] for row in rows if row["met"] is kept), ZERO_TO_TEN)
        for kept in (True, False)
    )
    return met, missed


INDICATOR = Indicator(
    key="cpi_kpi_link",
    name=Text(en="CPI–KPI link", fr="Lien CPI–KPI"),
    abbreviation=Text(en="CPI–KPI link", fr="lien CPI–KPI"),
    family=Family.OUTCOME,
    definition=Text(
        en="How far an indicator of the company moves with an outcome customers want.",
        fr="Dans quelle mesure un indicateur de l'entreprise évolue avec un résultat que les "
        "clients attendent.",
    ),
    dated_by=Text(
        en="date of the company indicator, and the lag",
        fr="date de l'indicateur de l'entreprise, et le décalage",
    ),
    variants=(
        Variant(
            key="pearson",
            name=Text(en="Linear correlation", fr="Corrélation linéaire"),
            formula=Text(
                en="r = cov(CPI, KPI) / (σ CPI · σ KPI), limits by Fisher's z",
                fr="r = cov(CPI, KPI) / (σ CPI · σ KPI), bornes par le z de Fisher",
            ),
            unit=Unit.COEFFICIENT,
            direction=Direction.CONTEXT,
            low=-1,
            high=1,
            reads=Worked(needs=("cpi", "kpi")),
            example=pearson,
            compound=True,
        ),
        Variant(
            key="spearman_with_ties",
            name=Text(en="Rank correlation", fr="Corrélation des rangs"),
            formula=Text(
                en="r of the ranks, ties at their mean rank, limits of Bonett and Wright",
                fr="r des rangs, les ex æquo à leur rang moyen, bornes de Bonett et Wright",
            ),
            unit=Unit.COEFFICIENT,
            direction=Direction.CONTEXT,
            low=-1,
            high=1,
            reads=Worked(needs=("cpi", "kpi")),
            example=spearman,
            compound=True,
        ),
        Variant(
            key="lagged_pearson",
            name=Text(en="Correlation with a lag", fr="Corrélation décalée"),
            formula=Text(en="r of CPI(t) and KPI(t + lag)", fr="r de CPI(t) et KPI(t + décalage)"),
            unit=Unit.COEFFICIENT,
            direction=Direction.CONTEXT,
            low=-1,
            high=1,
            reads=Worked(needs=("cpi", "kpi", "lag_periods")),
            example=lagged_pearson,
            compound=True,
            note=Text(
                en="Tells whether the outcome comes first; try lags of 0 to 6 periods and say how "
                "many were tried.",
                fr="Dit si le résultat précède ; essayez des décalages de 0 à 6 périodes et dites "
                "combien vous en avez essayé.",
            ),
        ),
        Variant(
            key="kpi_lift_met_vs_missed",
            name=Text(en="Lift where the outcome is met", fr="Écart selon le résultat obtenu"),
            formula=Text(
                en="NPS of the customers whose outcome was met − NPS of the others",
                fr="NPS des clients ayant obtenu le résultat − NPS des autres",
            ),
            unit=Unit.POINTS,
            direction=Direction.CONTEXT,
            low=-200,
            high=200,
            reads=Worked(needs=("met", "missed")),
            example=lift,
            compound=True,
        ),
    ),
    use_when=Text(
        en="Choosing which outcomes to work on: customer by customer if possible, else site by "
        "site, or over at least 12 periods without their trend.",
        fr="Choisir les résultats à travailler : client par client si possible, sinon site par "
        "site, ou sur au moins 12 périodes sans leur tendance.",
    ),
    pitfalls=(
        Text(
            en="Moving with is not causing: prove it by an experiment, before and after or A/B.",
            fr="Évoluer avec n'est pas causer : prouvez-le par une expérience, avant et après ou "
            "A/B.",
        ),
        Text(
            en="Two series that both grow correlate by themselves.",
            fr="Deux séries qui montent toutes deux sont corrélées d'elles-mêmes.",
        ),
        Text(
            en="Undefined when a series is constant or under 3 pairs; under 30 customers or 12 "
            "periods, be wary.",
            fr="Non défini si une série est constante ou sous 3 paires ; sous 30 clients ou "
            "12 périodes, méfiance.",
        ),
        Text(
            en="Screening many pairs finds chance ones: adjust for their number.",
            fr="En criblant beaucoup de paires on en trouve par hasard : corrigez selon leur "
            "nombre.",
        ),
    ),
    sources=(
        "Cornfield, G. (2020). The Most Important Metrics You're Not Tracking (Yet). HBR.",
        "Fisher, R. A. (1921). On the probable error of a coefficient of correlation. Metron 1.",
        "Bonett, D. and Wright, T. (2000). Sample size for correlations. Psychometrika 65.",
        "Benjamini, Y. and Hochberg, Y. (1995). Controlling the False Discovery Rate. JRSS B 57.",
    ),
    objectives=("customer_outcomes",),
    steps=("whole",),
)
