"""``python -m benchmarks.link_truth [--replicates N]``: what links say, against a truth made here.

Each row draws data of which the answer is known, many times over, and counts how often the
interval holds it, or how often a link is claimed where there is none.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ressenti.facts.scales import ZERO_TO_TEN
from ressenti.indicators import variant_called
from ressenti.statistics.intervals import Interval
from ressenti.studies.customer_links import customer_links
from ressenti.studies.linked_columns import LinkedColumn, column_of_levels, column_of_numbers
from ressenti.studies.links import LinkStudy, Seeking
from ressenti.studies.period_links import PeriodSeries, period_links
from ressenti.studies.questions import Measure
from ressenti.studies.rollouts import Claim, RolloutFigures, rollout_of_figures
from ressenti.tallies.joint_columns import FoundColumn
from ressenti.warehouse.relations import Kind

Floats = NDArray[np.float64]
REPLICATES = 500
MANY = 2_000_000
CUSTOMERS, SHOPS, MONTHS = 400, 20, 24


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was checked: how often it came out, and how often it should."""

    name: str
    share: float
    promise: str
    replicates: int


def marks_of(latent: Floats) -> Floats:
    """Return marks of 0 to 10 of a latent satisfaction."""
    return np.clip(np.round(7.5 + 2 * latent), 0, 10)


def nps_column(marks: Floats) -> LinkedColumn:
    """Return marks as the NPS reads them."""
    from sqlglot import exp

    indicator, variant = variant_called("nps")
    measure = Measure(
        key="nps",
        indicator=indicator,
        variant=variant,
        value=exp.column("mark"),
        kind=Kind.NUMBER,
        scale=ZERO_TO_TEN,
    )
    levels = column_of_levels("nps", marks).found
    found = FoundColumn(levels=levels.levels, coded=levels.coded)
    return LinkedColumn(key="nps", found=found, measure=measure)


def customers(chance: Generator, n: int, *, effect: float = 0.5) -> tuple[Floats, Floats]:
    """Return who got the outcome, and marks that it moves."""
    met = (chance.random(n) < 0.7).astype(np.float64)
    return met, marks_of(effect * met + chance.normal(size=n))


def nps_of(marks: Floats) -> float:
    return 100 * float((marks >= 9).mean() - (marks <= 6).mean())


def holds(interval: Interval, truth: float) -> bool:
    return (
        interval.low is not None
        and interval.high is not None
        and (interval.low <= truth <= interval.high)
    )


def lift_holds(chance: Generator, truth: Mapping[str, float]) -> bool:
    met, marks = customers(chance, CUSTOMERS)
    link = customer_links([column_of_levels("met", met)], [nps_column(marks)]).links[0]
    return link.lift is not None and holds(link.lift.difference, truth["lift"])


def rank_correlation_holds(chance: Generator, truth: Mapping[str, float]) -> bool:
    met, marks = customers(chance, CUSTOMERS)
    link = customer_links([column_of_levels("met", met)], [nps_column(marks)]).links[0]
    return holds(link.correlation, truth["spearman"])


def phi_holds(chance: Generator, truth: Mapping[str, float]) -> bool:
    met, marks = customers(chance, CUSTOMERS)
    promoters = column_of_levels("promoter", (marks >= 9).astype(np.float64))
    link = customer_links([column_of_levels("met", met)], [promoters]).links[0]
    return holds(link.correlation, truth["phi"])


def biserial_holds(chance: Generator, _truth: Mapping[str, float]) -> bool:
    latent = chance.normal(size=CUSTOMERS)
    met = (latent > -0.5).astype(np.float64)
    marks = 0.4 * latent + np.sqrt(1 - 0.16) * chance.normal(size=CUSTOMERS)
    scaled = np.clip(np.round(5 + 1.5 * marks), 0, 10)
    link = customer_links(
        [column_of_levels("met", met)],
        [column_of_levels("mark", scaled)],
        seeking=Seeking(correlation="polychoric"),
    ).links[0]
    return holds(link.correlation, 0.4)


def pearson_holds(chance: Generator, _truth: Mapping[str, float]) -> bool:
    first = chance.normal(size=100)
    second = 0.3 * first + np.sqrt(0.91) * chance.normal(size=100)
    sides = [column_of_numbers("first", first)], [column_of_numbers("second", second)]
    return holds(customer_links(*sides).links[0].correlation, 0.3)


def within_holds(chance: Generator, _truth: Mapping[str, float]) -> bool:
    units = np.repeat(np.arange(30), 20)
    own = chance.normal(size=30)
    waits = -2 * own[units] + chance.normal(size=units.size)
    spent = 3 * own[units] - 0.5 * waits + chance.normal(size=units.size)
    link = customer_links(
        [column_of_numbers("wait", waits)], [column_of_numbers("spent", spent)], units=units
    ).links[0]
    return link.units is not None and holds(link.units.within, -0.5)


def autoregressive(chance: Generator, units: int, periods: int, memory: float) -> Floats:
    """Return series that remember their past, each around its unit's own level."""
    shocks = chance.normal(size=(units, periods + 50))
    for period in range(1, periods + 50):
        shocks[:, period] += memory * shocks[:, period - 1]
    return shocks[:, 50:] + 2 * chance.normal(size=(units, 1))


def led(chance: Generator, units: int, periods: int, *, by: int) -> tuple[Floats, Floats]:
    """Return an outcome, and an indicator that follows it by some periods."""
    outcome = autoregressive(chance, units, periods + by, 0.6)
    noise = autoregressive(chance, units, periods, 0.4)
    return outcome[:, by:], 0.5 * outcome[:, :periods] + noise


def links_of(outcome: Floats, indicator: Floats, lag: int) -> LinkStudy:
    return period_links(
        [PeriodSeries(key="outcome", values=outcome)],
        [PeriodSeries(key="kpi", values=indicator)],
        seeking=Seeking(lag=lag, season=12),
    )


def lag_holds(chance: Generator, _truth: Mapping[str, float]) -> bool:
    outcome, indicator = led(chance, SHOPS, MONTHS, by=1)
    link = links_of(outcome, indicator, 1).links[0]
    return holds(link.lags[2].effect.slope, 0.5)


def lag_is_found(chance: Generator, _truth: Mapping[str, float]) -> bool:
    outcome, indicator = led(chance, SHOPS, MONTHS, by=2)
    link = links_of(outcome, indicator, 3).links[0]
    return bool(link.is_claimed and link.lag == 2)


def reversed_is_claimed(chance: Generator, _truth: Mapping[str, float]) -> bool:
    outcome, indicator = led(chance, SHOPS, MONTHS, by=1)
    return bool(links_of(indicator, outcome, 2).links[0].is_claimed)


def drift_is_claimed(chance: Generator, _truth: Mapping[str, float]) -> bool:
    first, second = (np.cumsum(chance.normal(size=(1, 36)), axis=1) for _ in range(2))
    return bool(links_of(first, second, 3).links[0].is_claimed)


def prediction_is_claimed(chance: Generator, _truth: Mapping[str, float]) -> bool:
    first, second = (autoregressive(chance, SHOPS, MONTHS, 0.6) for _ in range(2))
    return str(links_of(first, second, 3).links[0].wording) == "predicts"


def decoy_is_claimed(chance: Generator, _truth: Mapping[str, float]) -> bool:
    decoys = [
        column_of_levels(f"decoy {k}", (chance.random(300) < 0.5).astype(np.float64))
        for k in range(20)
    ]
    marks = [nps_column(marks_of(chance.normal(size=300))) for _ in range(5)]
    return any(link.is_claimed for link in customer_links(decoys, marks).links)


def false_share(chance: Generator, _truth: Mapping[str, float]) -> float:
    """Return the share of false links among those claimed, half of all outcomes being true."""
    latent = chance.normal(size=600)
    true = [(latent + 2 * chance.normal(size=600) > 0).astype(np.float64) for _ in range(10)]
    false = [(chance.random(600) < 0.5).astype(np.float64) for _ in range(10)]
    columns = [column_of_levels(str(k), one) for k, one in enumerate([*true, *false])]
    links = customer_links(columns, [nps_column(marks_of(latent))]).links
    claimed = [int(link.outcome) >= 10 for link in links if link.is_claimed]
    return sum(claimed) / len(claimed) if claimed else 0.0


def rolled_out(chance: Generator, *, effect: float, drift: float = 0.0) -> RolloutFigures:
    """Return shops of which half got a change, months hanging together."""
    values = 40 + autoregressive(chance, SHOPS, 12, 0.7) * 3 + chance.normal(size=12)
    is_treated = np.arange(SHOPS) < SHOPS // 2
    values[:10, 8:] += effect
    values[:10] += drift * np.arange(12)
    return RolloutFigures(
        indicator="nps", values=values, sizes=np.ones(values.shape), start=8, is_treated=is_treated
    )


def differences_hold(chance: Generator, _truth: Mapping[str, float]) -> bool:
    found = rollout_of_figures(rolled_out(chance, effect=5), is_randomised=False)
    return holds(found.effect.effect, 5.0)


def draw_holds(chance: Generator, _truth: Mapping[str, float]) -> bool:
    found = rollout_of_figures(rolled_out(chance, effect=5), is_randomised=True)
    return holds(found.effect.effect, 5.0)


def nothing_caused(chance: Generator, _truth: Mapping[str, float]) -> bool:
    found = rollout_of_figures(rolled_out(chance, effect=0), is_randomised=False)
    return found.claim is Claim.CAUSED


def drift_caused(chance: Generator, _truth: Mapping[str, float]) -> bool:
    found = rollout_of_figures(rolled_out(chance, effect=0, drift=1.5), is_randomised=False)
    return found.claim is Claim.CAUSED


Check = Callable[[Generator, Mapping[str, float]], float]
CHECKS: tuple[tuple[str, str, Check], ...] = (
    ("met − missed NPS, 400 customers: interval holds the truth", "95 %", lift_holds),
    ("Spearman's ρ, 400 customers: interval holds the truth", "95 %", rank_correlation_holds),
    ("phi, 400 customers: interval holds the truth", "95 %", phi_holds),
    ("polychoric r, 400 customers: interval holds the truth", "95 %", biserial_holds),
    ("Pearson's r, 100 customers: interval holds the truth", "95 %", pearson_holds),
    ("slope inside 30 shops that confound it: interval holds", "95 %", within_holds),
    ("slope one month later, 20 shops × 24 months: interval holds", "95 %", lag_holds),
    ("a lag of 2 months is found, and is said to be 2", "most", lag_is_found),
    ("100 pairs of decoys: any link is claimed", "≤ 5 %", decoy_is_claimed),
    ("10 true and 10 false outcomes: false among those claimed", "≤ 5 %", false_share),
    ("two series that drift by themselves, 7 lags: a link is claimed", "≤ 5 %", drift_is_claimed),
    ("the indicator leads: the outcome is claimed to move it", "≤ 5 %", reversed_is_claimed),
    ("unrelated panels: “predicts” is said", "≤ 5 %", prediction_is_claimed),
    ("difference in differences: interval holds the effect", "95 %", differences_hold),
    ("random draw of shops: interval holds the effect", "95 %", draw_holds),
    ("no effect: “caused” is said", "≤ 5 %", nothing_caused),
    ("groups that already drifted apart: “caused” is said", "≤ 5 %", drift_caused),
)


def truths() -> dict[str, float]:
    """Return what is true of all customers, from very many of them."""
    from scipy.stats import spearmanr

    met, marks = customers(np.random.default_rng(0), MANY)
    return {
        "lift": nps_of(marks[met == 1]) - nps_of(marks[met == 0]),
        "spearman": float(spearmanr(met, marks).statistic),
        "phi": float(np.corrcoef(met, marks >= 9)[0, 1]),
    }


def checked(replicates: int, *, seed: int = 7) -> list[Row]:
    """Return how often each check came out."""
    truth = truths()
    rows = []
    for place, (name, promise, check) in enumerate(CHECKS):
        chances = np.random.default_rng([seed, place]).spawn(replicates)
        share = float(np.mean([check(chance, truth) for chance in chances]))
        rows.append(Row(name, share, promise, replicates))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.link_truth", description=__doc__)
    parser.add_argument("--replicates", type=int, default=REPLICATES)
    replicates = parser.parse_args().replicates
    print(f"| what is checked, {replicates} simulations | came out | promised |")
    print("| --- | ---: | ---: |")
    for row in checked(replicates):
        print(f"| {row.name} | {100 * row.share:.1f} % | {row.promise} |", flush=True)


if __name__ == "__main__":
    main()
