"""``python -m benchmarks.driver_coverage``: how often intervals of drivers hold the truth."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ressenti.statistics.importance import lmg
from ressenti.statistics.importance_intervals import r2_interval, replicated_importance
from ressenti.statistics.moment_regression import slopes_of_moments
from ressenti.statistics.moments import bucketed_moments, correlation_matrix, resampled_moments
from ressenti.statistics.what_if import moved_answers_change

Floats = NDArray[np.float64]

EFFECTS = (0.5, 0.3, 0.2, 0.1, 0.0, 0.0)
LEVELS = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
CUTS = (-1.2, -0.6, 0.3, 1.0)
PENALTY, REWARD = -1.0, 0.4
TRUTH_ROWS = 500_000
BUCKETS = 256
MOVED = 0.05


@dataclass(frozen=True, slots=True)
class World:
    """A population whose drivers are known.

    Parameters
    ----------
    correlation : float
        Of the normal variables behind any two drivers.
    cluster_share : float
        Part of a customer's noise that all their answers share; 5 answers a customer when above 0.
    """

    correlation: float
    cluster_share: float = 0.0

    def sample(self, n: int, random: np.random.Generator) -> tuple[Floats, NDArray[np.intp]]:
        """Return n rows, the outcome first, and the customer of each."""
        size = 5 if self.cluster_share else 1
        customers = np.arange(n) // size
        people = int(customers[-1]) + 1
        share, k = self.cluster_share, len(EFFECTS)

        def noise(width: int) -> Floats:
            own = random.normal(size=(n, width))
            theirs = random.normal(size=(people, width))[customers]
            both: Floats = np.sqrt(share) * theirs + np.sqrt(1 - share) * own
            return both

        common = np.sqrt(self.correlation) * noise(1)
        x = LEVELS[np.digitize(common + np.sqrt(1 - self.correlation) * noise(k), CUTS)]
        first = PENALTY * (x[:, :1] <= 2) + REWARD * (x[:, :1] == 5)
        outcome = first + x[:, 1:] @ np.array(EFFECTS[1:])[:, None] + noise(1)
        rows: Floats = np.column_stack([outcome, x])
        return rows, customers


def figures(moments: Floats, effects: Floats) -> Floats:
    """Return importances, the change of a scenario and R², of one or many samples."""
    parts = replicated_importance(correlation_matrix(moments))
    slopes = slopes_of_moments(effects)
    means = effects[:, 0, 2:] / effects[:, :1, 0]
    change = moved_answers_change(
        slopes[:, 0], slopes[:, 1], means[:, 0], means[:, 1], moved=MOVED, bad_end="low"
    )
    found: Floats = np.column_stack([parts, change, parts.sum(axis=1)])
    return found


def moments_of(rows: Floats, customers: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return the moments of the drivers, and of the low and high answers, by bucket."""
    buckets = customers % BUCKETS
    x = rows[:, 1:]
    ends = np.column_stack(
        [column for driver in x.T for column in (driver <= 2, driver == LEVELS[-1])]
    )
    return (
        bucketed_moments(rows, buckets=buckets, n_buckets=BUCKETS),
        bucketed_moments(np.column_stack([rows[:, :1], ends]), buckets=buckets, n_buckets=BUCKETS),
    )


def coverage(world: World, n: int, *, simulations: int, replicates: int, seed: int) -> Floats:
    """Return the share of simulations whose 95 % intervals hold the truth, for each figure."""
    random = np.random.default_rng(seed)
    whole = [part.sum(axis=0)[None] for part in moments_of(*world.sample(TRUTH_ROWS, random))]
    truth = figures(whole[0], whole[1])[0]
    hits = np.zeros(truth.size)
    for number in range(simulations):
        moments, effects = moments_of(*world.sample(n, random))
        there = moments[:, 0, 0] > 0
        found = figures(
            resampled_moments(moments[there], replicates=replicates, seed=number),
            resampled_moments(effects[there], replicates=replicates, seed=number),
        )
        low, high = np.quantile(found, [0.025, 0.975], axis=0)
        own = figures(moments.sum(axis=0)[None], effects.sum(axis=0)[None])[0, -1]
        _, low[-1], high[-1] = r2_interval(float(own), found[:, -1]).bounds()
        hits += (low <= truth) & (truth <= high)
    shares: Floats = hits / simulations
    return shares


def true_importances(world: World, *, seed: int = 0) -> Floats:
    """Return the importances in the population."""
    rows, _ = world.sample(TRUTH_ROWS, np.random.default_rng(seed))
    parts: Floats = lmg(correlation_matrix(bucketed_moments(rows))[0])
    return parts


WORLDS = {
    "r = 0.3": World(0.3),
    "r = 0.7": World(0.7),
    "r = 0.3, 5 answers a customer": World(0.3, cluster_share=0.5),
}


def lines(sizes: Sequence[int], *, simulations: int, replicates: int) -> Iterator[str]:
    """Give the coverage of each figure as the lines of a Markdown table."""
    names = [f"driver {place}" for place in range(1, len(EFFECTS) + 1)]
    heads = ["drivers", "n", *names, "what-if", "R²"]
    yield f"| {' | '.join(heads)} |"
    yield "| --- |" + " ---: |" * (len(heads) - 1)
    for name, world in WORLDS.items():
        for n in sizes:
            shares = coverage(world, n, simulations=simulations, replicates=replicates, seed=n)
            figures_of = " | ".join(f"{100 * share:.1f}" for share in shares)
            yield f"| {name} | {n:,} | {figures_of} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.driver_coverage")
    parser.add_argument("--simulations", type=int, default=500)
    parser.add_argument("--replicates", type=int, default=400)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 2000])
    asked = parser.parse_args()
    for line in lines(asked.sizes, simulations=asked.simulations, replicates=asked.replicates):
        print(line, flush=True)
