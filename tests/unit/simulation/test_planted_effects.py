"""What was planted is found again in the facts, within the error of the facts themselves.

Tolerances are standard errors: four or five of them, so that an unlucky seed does not fail.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from scipy import stats

from ressenti.simulation import Company
from tests.unit.simulation.conftest import Query

SIGN = "CASE WHEN value >= 9 THEN 100 WHEN value <= 6 THEN -100 ELSE 0 END"
NPS = (
    f"sum(weight * {SIGN}) / sum(weight), "
    f"sqrt(var_pop({SIGN}) * sum(weight * weight)) / sum(weight)"
)
MONTH = "datediff('month', DATE '2024-01-01', {} AT TIME ZONE 'UTC')"
RATED = "measure = 'nps' AND value IS NOT NULL"


def us(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)


def nps(rows: Query, where: str) -> tuple[float, float]:
    """Return the weighted NPS and its standard error where a condition holds."""
    ((value, error),) = rows(f"SELECT {NPS} FROM answers WHERE {RATED} AND {where}")
    return value, error


def test_the_weighted_nps_is_the_true_one_and_the_raw_one_is_not(
    company: Company, rows: Query
) -> None:
    value, error = nps(rows, "true")
    assert abs(value - company.truth.nps) < 4 * error
    ((raw,),) = rows(f"SELECT avg({SIGN}) FROM answers WHERE {RATED}")
    assert abs(raw - company.truth.nps) > 4 * error


def test_shops_are_as_good_as_they_truly_are(company: Company, rows: Query) -> None:
    # A customer who answers twice answers alike: the variance is that of sums by customer.
    found = rows(f"""
        WITH signs AS (
            SELECT shop, coalesce(respondent_id, response_id) AS who, weight AS w, {SIGN} AS s
            FROM answers WHERE {RATED}),
        level AS (SELECT shop, sum(w * s) / sum(w) AS nps, sum(w) AS total
            FROM signs GROUP BY shop),
        sums AS (SELECT shop, who, sum(w * (s - nps)) AS d FROM signs JOIN level USING (shop)
            GROUP BY shop, who)
        SELECT shop, any_value(nps), sqrt(sum(d * d)) / any_value(total)
        FROM sums JOIN level USING (shop) GROUP BY shop
    """)
    assert len(found) == 40
    truth = company.truth.nps_by_shop
    chi_square = sum(((value - truth[shop]) / error) ** 2 for shop, value, error in found)
    assert stats.chi2.sf(chi_square, df=40) > 1e-4
    assert stats.chi2.cdf(chi_square, df=40) > 1e-4
    assert np.std(list(truth.values())) > 5.0


def test_shop_months_are_as_good_as_they_truly_are(company: Company, rows: Query) -> None:
    truth = {
        (row["shop"], row["month"]): row["nps"]
        for row in company.truth.nps_by_shop_month.to_pylist()
    }
    assert len(truth) == 40 * 24
    found = rows(
        f"SELECT shop, CAST(date_trunc('month', answered_at AT TIME ZONE 'UTC') AS DATE), "
        f"sum(weight * {SIGN}) / sum(weight), sqrt(sum(weight * weight)) / sum(weight) * (SELECT "
        f"stddev({SIGN}) FROM answers WHERE {RATED}) FROM answers WHERE {RATED} "
        f"GROUP BY 1, 2 HAVING count(*) >= 30"
    )
    assert len(found) > 500
    gaps = [(value - truth[shop, month]) / error for shop, month, value, error in found]
    assert abs(float(np.mean(gaps))) < 4 / len(gaps) ** 0.5
    assert 0.85 < float(np.std(gaps)) < 1.2


def test_late_parcels_lower_the_nps_of_one_region_for_some_weeks(
    company: Company, rows: Query
) -> None:
    incident = company.truth.incident
    # Parcels due on the last days come late, and answers later: look when all were due within.
    during = (
        f"us(answered_at) BETWEEN {us(incident.start + timedelta(days=5))} AND {us(incident.end)}"
    )
    outside = (
        f"us(answered_at) NOT BETWEEN {us(incident.start)} AND {us(incident.end + timedelta(14))}"
    )
    there = f"touchpoint = 'deliver' AND region = '{incident.region}'"
    elsewhere = f"touchpoint = 'deliver' AND region <> '{incident.region}'"
    cells = [
        nps(rows, f"{place} AND {when}")
        for place in (there, elsewhere)
        for when in (during, outside)
    ]
    drop = (cells[0][0] - cells[1][0]) - (cells[2][0] - cells[3][0])
    error = float(np.hypot.reduce([cell[1] for cell in cells]))
    assert incident.nps_drop < -20
    assert drop + 4 * error < 0
    assert abs(drop - incident.nps_drop) < 4 * error


def test_late_parcels_bring_contacts_and_complaints(company: Company, rows: Query) -> None:
    incident = company.truth.incident
    weekly = rows(
        f"SELECT us(offered_at) BETWEEN {us(incident.start)} AND {us(incident.end)} AS during, "
        f"count(*) / (count(DISTINCT date_trunc('week', offered_at))), avg(complaint::INT) "
        f"FROM contacts WHERE region = '{incident.region}' AND reason = 'delivery' "
        f"GROUP BY 1 ORDER BY 1"
    )
    (_, usual_contacts, usual_complaints), (_, contacts, complaints) = weekly
    assert contacts > 2 * usual_contacts
    assert complaints > 1.3 * usual_complaints


def test_waits_are_longer_while_staff_is_short(company: Company, rows: Query) -> None:
    shortage = company.truth.shortage
    during = f"us(offered_at) >= {us(shortage.start)} AND us(offered_at) < {us(shortage.end)}"
    (usual, short) = rows(
        f"SELECT {during} AS d, median(epoch_us(answered_at) - epoch_us(offered_at)) / 1e6, "
        "avg((abandoned_at IS NOT NULL)::INT) FROM contacts WHERE channel = 'phone' "
        "GROUP BY 1 ORDER BY 1"
    )
    # Those who hang up had the longest waits, so that the ratio seen is below the true one.
    assert 3.5 < short[1] / usual[1] < shortage.wait_factor
    assert short[2] > 4 * usual[2]
    missed: dict[bool, float] = dict(
        rows(
            f"SELECT {during.replace('offered_at', 'occurred_at')}, avg((actual > expected)::INT) "
            "FROM outcomes WHERE outcome = 'wait_accepted' GROUP BY 1"
        )
    )
    assert missed[True] == pytest.approx(shortage.missed_share, abs=0.02)
    assert missed[False] == pytest.approx(shortage.missed_share_usual, abs=0.02)


def lift(rows: Query, *, outcome: str, survey: str, outside: str = "true") -> tuple[float, float]:
    """Return NPS(met) - NPS(missed) and its error, for those with one outcome and one answer."""
    (missed, met) = rows(
        f"WITH result AS (SELECT customer_id, any_value(actual <= expected) AS met FROM outcomes "
        f"WHERE outcome = '{outcome}' GROUP BY 1 HAVING count(*) = 1 AND bool_and({outside})), "
        f"rated AS (SELECT respondent_id, any_value(value) AS value, any_value(weight) AS weight "
        f"FROM answers WHERE {RATED} AND survey = '{survey}' GROUP BY 1 HAVING count(*) = 1) "
        f"SELECT met, {NPS} FROM result JOIN rated ON customer_id = respondent_id "
        f"GROUP BY met ORDER BY met"
    )
    return met[1] - missed[1], float(np.hypot(met[2], missed[2]))


def test_outcomes_lift_the_nps_as_much_as_was_planted(company: Company, rows: Query) -> None:
    parcel, wait = company.truth.outcomes
    value, error = lift(rows, outcome=parcel.outcome, survey="delivery")
    assert value - 4 * error > 0
    assert abs(value - parcel.nps_lift) < 4 * error
    # While staff is short more is left unresolved too, which would be laid to the wait.
    shortage = company.truth.shortage
    value, error = lift(
        rows,
        outcome=wait.outcome,
        survey="desk",
        outside=f"us(occurred_at) NOT BETWEEN {us(shortage.start)} AND {us(shortage.end)}",
    )
    assert value - 4 * error > 0
    assert abs(value - wait.nps_lift) < 4 * error


def test_the_decoy_lifts_nothing(company: Company, rows: Query) -> None:
    value, error = lift(rows, outcome=company.truth.decoy, survey="purchase")
    assert error < 3.0
    assert abs(value) < 4 * error


def test_the_nps_rises_on_every_channel_and_falls_in_total(company: Company, rows: Query) -> None:
    mix = company.truth.mix
    assert all(channel.nps_after > channel.nps_before for channel in mix.channels)
    assert mix.nps_after < mix.nps_before - 3
    before = f"us(answered_at) < {us(mix.split_at)}"
    cells = [(before, "nps_before", "share_before"), (f"NOT {before}", "nps_after", "share_after")]
    for where, score, share in cells:
        value, error = nps(rows, where)
        assert abs(value - getattr(mix, score)) < 4 * error
        ((total,),) = rows(f"SELECT sum(weight) FROM answers WHERE {RATED} AND {where}")
        for channel in mix.channels:
            on_channel = f"{where} AND channel = '{channel.channel}'"
            value, error = nps(rows, on_channel)
            assert abs(value - getattr(channel, score)) < 4.5 * error
            ((part,),) = rows(f"SELECT sum(weight) FROM answers WHERE {RATED} AND {on_channel}")
            assert part / total == pytest.approx(getattr(channel, share), abs=0.02)


def test_late_parcels_are_followed_by_departures_two_months_later(
    company: Company, rows: Query
) -> None:
    found = rows(f"""
        WITH late AS (
            SELECT customer_id, {MONTH.format("occurred_at")} AS hit FROM outcomes
            WHERE outcome = 'parcel_on_time' AND actual > expected),
        lag AS (SELECT unnest([1, 2, 3, 4]) AS months),
        spell AS (
            SELECT customer_id, {MONTH.format("started_at")} AS started,
                coalesce({MONTH.format("ended_at")}, 99) AS ended FROM subscriptions)
        SELECT months, count(*), avg((ended = hit + months)::INT)
        FROM late JOIN spell USING (customer_id) CROSS JOIN lag
        WHERE hit + months < 24 AND ended >= hit + months AND started < hit
        GROUP BY months ORDER BY months
    """)
    rates = {months: rate for months, _, rate in found}
    lag = company.truth.churn.lag_months
    assert max(rates, key=lambda months: rates[months]) == lag
    usual = float(np.mean([rate for months, rate in rates.items() if months != lag]))
    size = next(size for months, size, _ in found if months == lag)
    # A late parcel takes .75 from the mood: the hazard ratio to that power.
    expected = company.truth.churn.hazard_ratio ** -company.truth.outcomes[0].latent_effect * usual
    assert abs(rates[lag] - expected) < 5 * (expected / size) ** 0.5


def test_the_mood_of_the_staff_precedes_that_of_customers_by_a_month(
    company: Company, rows: Query
) -> None:
    mood = np.full((40, 24), np.nan)
    customers = np.full((40, 24), np.nan)
    shops = sorted(company.truth.shop_levels)
    for shop, month, value in rows(
        f"SELECT shop, {MONTH.format('answered_at')}, "
        "avg(value) FROM answers WHERE measure = 'employee_satisfaction' AND shop IS NOT NULL "
        "GROUP BY 1, 2"
    ):
        mood[shops.index(shop), month] = value
    for row in company.truth.nps_by_shop_month.to_pylist():
        month = (row["month"].year - 2024) * 12 + row["month"].month - 1
        customers[shops.index(row["shop"]), month] = row["nps"]
    mood, customers = np.diff(mood, axis=1), np.diff(customers, axis=1)

    def correlation(lag: int) -> float:
        earlier, later = mood[:, : 23 - lag].ravel(), customers[:, lag:].ravel()
        both = np.isfinite(earlier) & np.isfinite(later)
        return float(np.corrcoef(earlier[both], later[both])[0, 1])

    lag = company.truth.staff.lag_months
    assert correlation(lag) > 0.25
    # Differences of neighbouring months go against each other, so the other lags are not above 0.
    assert max(correlation(other) for other in (0, 2, 3)) < 0.1


@pytest.mark.parametrize("which", ["leading", "following"])
def test_an_outcome_moves_with_the_satisfaction_of_one_other_month_only(
    company: Company, rows: Query, which: str
) -> None:
    planted = getattr(company.truth, which)
    shops = sorted(company.truth.shop_levels)
    met = np.full((40, 24), np.nan)
    for shop, month, share in rows(
        f"SELECT shop, {MONTH.format('occurred_at')}, avg((actual <= expected)::INT) "
        f"FROM outcomes WHERE outcome = '{planted.outcome}' GROUP BY 1, 2"
    ):
        met[shops.index(shop), month] = share
    satisfied = np.full((40, 24), np.nan)
    for row in company.truth.nps_by_shop_month.to_pylist():
        month = (row["month"].year - 2024) * 12 + row["month"].month - 1
        satisfied[shops.index(row["shop"]), month] = row["nps"]
    # What every shop shares in a month, and what a shop always is, say nothing of the lag.
    met, satisfied = (
        of - np.nanmean(of, axis=1, keepdims=True) - np.nanmean(of, axis=0)
        for of in (met, satisfied)
    )

    def correlation(months_before: int) -> float:
        first = max(0, -months_before)
        last = 24 - max(0, months_before)
        earlier = met[:, first:last].ravel()
        other = satisfied[:, first + months_before : last + months_before].ravel()
        both = np.isfinite(earlier) & np.isfinite(other)
        return float(np.corrcoef(earlier[both], other[both])[0, 1])

    found = {months: correlation(months) for months in range(-3, 4)}
    assert found.pop(planted.months_before) > 0.4
    # Four standard errors of a correlation that is 0, over forty shops and twenty-two months.
    assert max(map(abs, found.values())) < 4 / (40 * 22) ** 0.5


def test_being_known_says_nothing_of_what_the_same_customer_thinks(
    company: Company, rows: Query
) -> None:
    value, error = lift(rows, outcome=company.truth.following.outcome, survey="purchase")
    assert error < 4.0
    assert abs(value) < 4 * error


def test_the_shares_who_answer_are_those_of_the_truth(company: Company, rows: Query) -> None:
    for channel, country, sent, finished in rows(
        "SELECT channel, country, count(sent_at), count(finished_at) FROM invitations "
        "WHERE us(sent_at) < (SELECT max(us(sent_at)) FROM invitations) - 15 * 86400000000 "
        "GROUP BY ALL"
    ):
        share = company.truth.propensities[channel, country]
        assert abs(finished / sent - share) < 4.5 * (share * (1 - share) / sent) ** 0.5
