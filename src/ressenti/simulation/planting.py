"""What was planted, averaged over everything that was lived: the truth of one company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from ressenti.simulation.answers import NPS_ASKED
from ressenti.simulation.asking import answer_propensity
from ressenti.simulation.contacts import (
    MISSED_WAIT_EFFECT,
    SHORTAGE_WAIT_FACTOR,
    Contacts,
)
from ressenti.simulation.experiences import Experiences
from ressenti.simulation.loyalty import (
    CHURN_LAG_MONTHS,
    HAZARD_SLOPE,
    LATE_EFFECT,
    LATE_SHARE,
    LATE_SHARE_IN_INCIDENT,
    MONTHLY_HAZARD,
)
from ressenti.simulation.marks import expected_nps
from ressenti.simulation.outcomes import (
    ADVISER_FREE,
    ADVISER_SLOPE,
    KNOWN_AFTER_MONTHS,
    KNOWN_AT_COUNTER,
    KNOWN_SLOPE,
    PARCEL_ON_TIME,
    RECEIPT_AT_ONCE,
    WAIT_ACCEPTED,
)
from ressenti.simulation.people import People
from ressenti.simulation.rows import Flags, Floats, Integers, chosen
from ressenti.simulation.truth import (
    ChannelTruth,
    ChurnTruth,
    IncidentTruth,
    LaggedOutcomeTruth,
    MixTruth,
    OutcomeTruth,
    ShortageTruth,
    StaffTruth,
    Truth,
)
from ressenti.simulation.world import (
    BUY,
    CHANNELS,
    COUNTRIES,
    DELIVER,
    INCIDENT_REGION,
    MOOD_EFFECT,
    MOOD_LAG_MONTHS,
    REGION_OF_SHOP,
    REGIONS,
    SHOP_NAMES,
    SUPPORT,
    TOUCHPOINTS,
    Window,
    World,
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The experiences that count in the NPS: how much each counts, its expected NPS, where."""

    part: Floats
    nps: Floats
    shop: Integers
    month: Integers
    channel: Integers
    later: Flags


def planted_truth(
    world: World,
    customers: People,
    experiences: Experiences,
    contacts: Contacts,
    *,
    missing_share: float,
    invalid_share: float,
) -> Truth:
    """Return the truth of a simulated company, averaged over all its experiences."""
    asked = _asked(world, customers, experiences)
    everywhere = np.ones(asked.nps.size, dtype=np.bool_)
    levels = dict(zip(SHOP_NAMES, world.shop_level.tolist(), strict=True))
    return Truth(
        seed=world.seed,
        nps=_mean_nps(asked, everywhere),
        nps_by_shop_month=_by_shop_month(world, asked),
        nps_by_shop=MappingProxyType(_by_shop(asked)),
        shop_levels=MappingProxyType(levels),
        incident=_incident(world, customers, experiences),
        shortage=_shortage(world, contacts),
        outcomes=_outcomes(customers, experiences),
        decoy=RECEIPT_AT_ONCE,
        leading=LaggedOutcomeTruth(
            ADVISER_FREE, TOUCHPOINTS[BUY], MOOD_LAG_MONTHS, ADVISER_SLOPE / MOOD_EFFECT
        ),
        following=LaggedOutcomeTruth(
            KNOWN_AT_COUNTER, TOUCHPOINTS[BUY], -KNOWN_AFTER_MONTHS, KNOWN_SLOPE
        ),
        churn=ChurnTruth(CHURN_LAG_MONTHS, MONTHLY_HAZARD, float(np.exp(-HAZARD_SLOPE))),
        staff=StaffTruth(MOOD_LAG_MONTHS, MOOD_EFFECT),
        mix=_mix(world, asked),
        propensities=MappingProxyType(_propensities(experiences)),
        missing_share=missing_share,
        invalid_share=invalid_share,
    )


def _incident(world: World, customers: People, experiences: Experiences) -> IncidentTruth:
    region = REGION_OF_SHOP[customers.shop[experiences.customer]]
    hit = (region == INCIDENT_REGION) & world.incident.holds(experiences.asked_at)
    delivered = experiences.touchpoint == DELIVER
    # A very small company may deliver nothing there in those weeks: then the lift is everyone's.
    among = delivered & hit if (delivered & hit).any() else delivered
    return IncidentTruth(
        region=REGIONS[INCIDENT_REGION].name,
        start=_moment(world.incident.start),
        end=_moment(world.incident.end),
        late_share=LATE_SHARE_IN_INCIDENT,
        late_share_usual=LATE_SHARE,
        nps_drop=(LATE_SHARE - LATE_SHARE_IN_INCIDENT) * _nps_lift(customers, experiences, among),
    )


def _shortage(world: World, contacts: Contacts) -> ShortageTruth:
    short = world.shortage.holds(contacts.offered_at)
    return ShortageTruth(
        start=_moment(world.shortage.start),
        end=_moment(world.shortage.end),
        wait_factor=SHORTAGE_WAIT_FACTOR,
        missed_share=float(contacts.missed[short].mean()),
        missed_share_usual=float(contacts.missed[~short].mean()),
    )


def _outcomes(customers: People, experiences: Experiences) -> tuple[OutcomeTruth, ...]:
    return tuple(
        OutcomeTruth(
            outcome,
            TOUCHPOINTS[touchpoint],
            effect,
            _nps_lift(customers, experiences, experiences.touchpoint == touchpoint),
        )
        for outcome, touchpoint, effect in (
            (PARCEL_ON_TIME, DELIVER, LATE_EFFECT),
            (WAIT_ACCEPTED, SUPPORT, MISSED_WAIT_EFFECT),
        )
    )


def _nps_lift(customers: People, experiences: Experiences, among: Flags) -> float:
    """Return the NPS if the outcome were always met, less the NPS if it were always missed."""
    lived = chosen(experiences, among)
    taste = customers.taste[lived.customer]
    met = lived.level - lived.outcome_effect * lived.missed
    missed = met + lived.outcome_effect
    return float((expected_nps(met, taste=taste) - expected_nps(missed, taste=taste)).mean())


def _asked(world: World, customers: People, experiences: Experiences) -> _Asked:
    part = NPS_ASKED[experiences.touchpoint]
    rows = np.flatnonzero((part > 0) & (experiences.answered_at < world.period.end))
    at = experiences.answered_at[rows]
    return _Asked(
        part=part[rows],
        # The displeased leave, so that the taste of those who stay is not the taste of all.
        nps=expected_nps(
            experiences.level[rows], taste=customers.taste[experiences.customer[rows]]
        ),
        shop=customers.shop[experiences.customer[rows]],
        month=world.month_of(at),
        channel=experiences.channel[rows],
        later=at >= _middle(world.period),
    )


def _by_shop_month(world: World, asked: _Asked) -> pa.Table:
    cells = len(SHOP_NAMES) * world.months
    cell = asked.shop * world.months + asked.month
    part = np.bincount(cell, weights=asked.part, minlength=cells)
    total = np.bincount(cell, weights=asked.part * asked.nps, minlength=cells)
    # A shop that nobody could rate in a month has no true NPS that month: it is left out.
    filled = np.flatnonzero(part)
    shop, month = np.divmod(filled, world.months)
    months = world.first_of_months()[month].astype("datetime64[us]").astype("datetime64[D]")
    return pa.table(
        {
            "shop": pa.array(SHOP_NAMES).take(pa.array(shop)),
            "region": pa.array([r.name for r in REGIONS]).take(pa.array(REGION_OF_SHOP[shop])),
            "month": pa.array(months),
            "asked": pa.array(part[filled]),
            "nps": pa.array(total[filled] / part[filled]),
        }
    )


def _by_shop(asked: _Asked) -> dict[str, float]:
    part = np.bincount(asked.shop, weights=asked.part, minlength=len(SHOP_NAMES))
    total = np.bincount(asked.shop, weights=asked.part * asked.nps, minlength=len(SHOP_NAMES))
    return {SHOP_NAMES[shop]: float(total[shop] / part[shop]) for shop in np.flatnonzero(part)}


def _mix(world: World, asked: _Asked) -> MixTruth:
    channels = []
    halves = (~asked.later, asked.later)
    for code in np.unique(asked.channel).tolist():
        on_channel = asked.channel == code
        shares = [asked.part[half & on_channel].sum() / asked.part[half].sum() for half in halves]
        scores = [_mean_nps(asked, half & on_channel) for half in halves]
        channels.append(ChannelTruth(CHANNELS[code], *map(float, shares), *scores))
    return MixTruth(
        split_at=_moment(_middle(world.period)),
        channels=tuple(channels),
        nps_before=_mean_nps(asked, ~asked.later),
        nps_after=_mean_nps(asked, asked.later),
    )


def _mean_nps(asked: _Asked, rows: Flags) -> float:
    return float(np.average(asked.nps[rows], weights=asked.part[rows]))


def _propensities(experiences: Experiences) -> dict[tuple[str, str], float]:
    return {
        (CHANNELS[channel], country.code): float(
            answer_propensity(np.array([channel]), np.array([place]))[0]
        )
        for channel in np.unique(experiences.channel).tolist()
        for place, country in enumerate(COUNTRIES)
    }


def _middle(period: Window) -> int:
    return (period.start + period.end) // 2


def _moment(instant: int) -> datetime:
    return datetime.fromtimestamp(instant / 1e6, tz=UTC)
