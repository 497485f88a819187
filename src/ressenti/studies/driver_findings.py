"""Driver findings: what is known of each driver of an outcome, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from ressenti.language import Text
from ressenti.scores.score import CONFIDENCE, Unit
from ressenti.statistics.asymmetry import PenaltyReward
from ressenti.statistics.importance import Driver, Method
from ressenti.statistics.importance_intervals import ImportanceInterval
from ressenti.statistics.intervals import Interval
from ressenti.statistics.quadrants import Quadrant
from ressenti.studies.driver_scales import DriverScale
from ressenti.tallies.coverage import Coverage

Rows = Literal["complete", "pairwise"]
Model = Literal["linear", "ordinal", "logistic"]
Source = Literal["units", "third", "asked"]
Moved = Literal["low", "high", "no", "yes", "mean"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessing:
    """How findings are judged.

    Parameters
    ----------
    confidence : float in (0, 1)
    replicates, seed : int
        Of the bootstrap.
    period_size : int or None
        Answers of the coming period whose outcome is predicted; as many as there are by default.
    """

    confidence: float = CONFIDENCE
    replicates: int = 1000
    seed: int = 0
    period_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Units that are already where a scenario leads, and their own outcome.

    Parameters
    ----------
    units : int
    outcome : Interval
        The mean of the units' outcomes, by Student's law.
    """

    units: int
    outcome: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """What the outcome would become if a driver improved, were the association causal.

    Parameters
    ----------
    moved : ``"low"``, ``"high"``, ``"no"``, ``"yes"`` or ``"mean"``
        Which answers become fewer; the mean of a quantity moves.
    now, then : float or None
        Share of these answers, 0..1, or mean of the quantity.
    source : ``"units"``, ``"third"`` or ``"asked"``
        What the best quarter of units do, one answer in three fewer, or what was asked.
    reach : pair of float or None
        The 5th and the 95th percentile of units.
    change : Interval
        Of the mean outcome.
    after : Interval
        The outcome of a coming period, its own chance included.
    observed : Observed or None
    reason : Text or None
        Why there is no scenario.
    """

    moved: Moved
    now: float | None
    then: float | None
    source: Source
    reach: tuple[float, float] | None
    change: Interval
    after: Interval
    observed: Observed | None = None
    reason: Text | None = None

    @property
    def is_sure(self) -> bool:
        """Whether the interval of the change leaves out no change at all."""
        low, high = self.change.low, self.change.high
        return low is not None and high is not None and (low > 0 or high < 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """The other driver that a driver goes with most, and their correlation.

    ``is_alike`` tells that the two cannot be told apart.
    """

    name: str
    correlation: float
    is_alike: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverFinding:
    """What is known of one driver.

    Parameters
    ----------
    part : Driver
        Its importance, what it adds first and last, and its inflation factor.
    limits : ImportanceInterval or None
        How sure its importance and rank are.
    correlation, beta : Interval
        With the outcome; its standardised coefficient beside all other drivers.
    slope : float or None
        Outcome units a unit of the driver.
    mean : Interval
        In its own units.
    performance : Interval
        0..100 of its scale, 100 being the end that goes with a better outcome.
    quadrant, sure_quadrant : Quadrant or None
        On the map; where the bootstrap puts it at least 80 times in 100.
    twin : Twin or None
        Told where the driver cannot be told apart from another.
    """

    name: str
    scale: DriverScale
    coverage: Coverage
    n: int
    part: Driver
    limits: ImportanceInterval | None
    correlation: Interval
    beta: Interval
    slope: float | None
    mean: Interval
    performance: Interval
    quadrant: Quadrant | None
    sure_quadrant: Quadrant | None
    asymmetry: PenaltyReward | None
    improvement: Improvement | None
    twin: Twin | None = None
    remarks: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the drivers are to explain.

    Parameters
    ----------
    unit : Unit or None
        Of an indicator; None for the numbers of a column.
    mean : Interval
    lower_is_better : bool
    """

    name: str
    unit: Unit | None
    coverage: Coverage
    mean: Interval
    lower_is_better: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverStudy:
    """The drivers of an outcome, the most important first where they can be ranked.

    Parameters
    ----------
    n : int
        Rows that count: complete ones, or those with the outcome and one driver at least.
    n_effective : float
        What they are worth, given their weights.
    groups : int
        Buckets of clusters, or of rows, that the bootstrap draws from.
    r2 : Interval
        Share of the outcome's variance that goes with all drivers together.
    importance_cut, performance_cut : float or None
        Where the lines of the map stand.
    is_ranked : bool
        Whether there are enough rows to say which driver comes first.
    """

    outcome: Outcome
    drivers: tuple[DriverFinding, ...]
    model: Model
    rows: Rows
    method: Method
    n: int
    n_effective: float
    r2: Interval
    confidence: float
    replicates: int
    groups: int
    is_weighted: bool
    is_clustered: bool
    is_ranked: bool
    importance_cut: float | None
    performance_cut: float | None
    remarks: tuple[Text, ...] = ()
    queries: tuple[exp.Select, ...] = ()

    @property
    def improvements(self) -> tuple[DriverFinding, ...]:
        """The drivers to improve first: the surest and then the greatest gains."""
        sign = -1 if self.outcome.lower_is_better else 1

        def merit(driver: DriverFinding) -> tuple[bool, float]:
            improvement = driver.improvement
            assert improvement is not None  # noqa: S101 - chosen below
            return improvement.is_sure, sign * (improvement.change.estimate or 0.0)

        able = [
            driver
            for driver in self.drivers
            if driver.improvement is not None
            and sign * (driver.improvement.change.estimate or 0.0) > 0
        ]
        return tuple(sorted(able, key=merit, reverse=True))
