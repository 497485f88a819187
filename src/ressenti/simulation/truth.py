"""The truth that was planted, as numbers, for those who check what can be found again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class OutcomeTruth:
    """What an outcome does: ``latent_effect`` when missed, ``nps_lift`` in points when met."""

    outcome: str
    touchpoint: str
    latent_effect: float
    nps_lift: float


@dataclass(frozen=True, slots=True)
class LaggedOutcomeTruth:
    """An outcome that moves with its shop's satisfaction of another month, and of no other.

    ``months_before`` is by how many months the outcome precedes the latent satisfaction of the
    shop's customers, below 0 when it follows; ``log_odds_slope`` is what one unit of that
    satisfaction goes with in the log-odds of the outcome being met.
    """

    outcome: str
    touchpoint: str
    months_before: int
    log_odds_slope: float


@dataclass(frozen=True, slots=True)
class IncidentTruth:
    """Late parcels in one region, for parcels due from ``start`` to ``end`` (excluded).

    ``nps_drop`` is what the NPS of the region's deliveries loses, in points, below 0.
    """

    region: str
    start: datetime
    end: datetime
    late_share: float
    late_share_usual: float
    nps_drop: float


@dataclass(frozen=True, slots=True)
class ShortageTruth:
    """Too few advisers at the desk, for contacts from ``start`` to ``end`` (excluded).

    ``missed_share`` is the part of callers who waited longer than they accept.
    """

    start: datetime
    end: datetime
    wait_factor: float
    missed_share: float
    missed_share_usual: float


@dataclass(frozen=True, slots=True)
class ChurnTruth:
    """The hazard of leaving in a month, and what it is multiplied by ``lag_months`` later.

    ``hazard_ratio`` is for one unit of latent dissatisfaction more.
    """

    lag_months: int
    monthly_hazard: float
    hazard_ratio: float


@dataclass(frozen=True, slots=True)
class StaffTruth:
    """What a team's mood adds to its shop's latent customer satisfaction, months later."""

    lag_months: int
    latent_effect: float


@dataclass(frozen=True, slots=True)
class ChannelTruth:
    """A channel before and after the middle of the period: its share of the answers, its NPS."""

    channel: str
    share_before: float
    share_after: float
    nps_before: float
    nps_after: float


@dataclass(frozen=True, slots=True)
class MixTruth:
    """Simpson's paradox: the NPS rises on every channel and falls in total.

    The channels change their weight at ``split_at``, the middle of the period.
    """

    split_at: datetime
    channels: tuple[ChannelTruth, ...]
    nps_before: float
    nps_after: float


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything planted in a simulated company.

    Attributes
    ----------
    nps_by_shop_month : Table
        ``shop, region, month, asked, nps``: the NPS, in points, of everybody who could be asked
        by the customers' surveys answered in the month; a weighted NPS estimates it without bias.
    nps_by_shop : mapping of shop to points
        The same over the whole period.
    shop_levels : mapping of shop to latent level
        Mean 0; what the shop itself adds.
    outcomes, decoy
        The outcomes that matter to those who live them, and the one that does not.
    leading, following
        The outcome that precedes its shop's satisfaction, and the one that follows it: whoever
        forgets the direction of time takes the second for a cause.
    propensities : mapping of (channel, country) to probability
        The chance that a person asked answers; weights are its inverse, up to a factor.
    missing_share, invalid_share : float
        Marks withheld and marks off their scale, as shares of all marks.
    """

    seed: int
    nps: float
    nps_by_shop_month: pa.Table
    nps_by_shop: Mapping[str, float]
    shop_levels: Mapping[str, float]
    incident: IncidentTruth
    shortage: ShortageTruth
    outcomes: tuple[OutcomeTruth, ...]
    decoy: str
    leading: LaggedOutcomeTruth
    following: LaggedOutcomeTruth
    churn: ChurnTruth
    staff: StaffTruth
    mix: MixTruth
    propensities: Mapping[tuple[str, str], float]
    missing_share: float
    invalid_share: float
