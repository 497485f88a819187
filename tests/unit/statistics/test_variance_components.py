"""The variance between units agrees with metafor and lme4 and is never negative."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ressenti.errors import InvalidArgument
from ressenti.statistics.moments import Moments
from ressenti.statistics.variance_components import heterogeneity, random_intercept

ESTIMATES = [60, 20, 35, 41, 12, 55, 33]
VARIANCES = [25, 225, 64, 40, 100, 81, 30]
GROUPS = [[9, 10, 8], [3, 5], [7, 7, 6, 9], [2], [10, 9]]


def grouped_moments(groups: list[list[float]]) -> tuple[list[float], list[float], list[float]]:
    blocks = [Moments.of(group) for group in groups]
    return (
        [block.n for block in blocks],
        [np.nan if block.mean is None else block.mean for block in blocks],
        [block.m2 for block in blocks],
    )


# R 4.2.2, metafor 3.8.1: rma(yi, vi, method).
@pytest.mark.parametrize(
    ("method", "tau2", "mu"),
    [
        ("paule-mandel", 217.103733674104, 38.2440148643536),
        ("dersimonian-laird", 208.785286360606, 38.2860609642643),
        ("reml", 212.611912655037, 38.2664481287744),
    ],
)
def test_each_estimator_agrees_with_metafor(method: str, tau2: float, mu: float):
    found = heterogeneity(ESTIMATES, VARIANCES, method=method)
    assert found.tau2 == pytest.approx(tau2, rel=1e-6)
    assert found.mu == pytest.approx(mu, rel=1e-7)
    assert found.q == pytest.approx(29.6715527901126)


@pytest.mark.parametrize("method", ["paule-mandel", "dersimonian-laird", "reml"])
def test_units_closer_than_chance_have_no_variance_between_them(method: str):
    found = heterogeneity([30, 31, 29, 30.5], [25, 30, 20, 10], method=method)
    assert found.tau2 == 0
    assert found.mu == pytest.approx(30.1492537313433)


# The first example pays for importing scipy.
@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-100, 100), st.floats(0.1, 1000)), min_size=2, max_size=12),
    st.sampled_from(["paule-mandel", "dersimonian-laird", "reml"]),
)
def test_the_variance_between_units_is_never_negative(units: list[tuple[float, float]], method):
    found = heterogeneity(*zip(*units, strict=True), method=method)
    assert found.tau2 >= 0
    assert min(y for y, _ in units) - 1e-9 <= found.mu <= max(y for y, _ in units) + 1e-9


def test_a_unit_without_answers_is_left_out():
    with_empty = heterogeneity([*ESTIMATES, np.nan], [*VARIANCES, np.inf])
    assert with_empty == heterogeneity(ESTIMATES, VARIANCES)


@pytest.mark.parametrize(
    ("estimates", "variances"), [([], []), ([3.0], [1.0]), ([3.0, 4.0], [0.0, 0.0])]
)
def test_undefined_variance_between_units_has_a_reason(estimates: list, variances: list):
    found = heterogeneity(estimates, variances)
    assert found.tau2 is None
    assert found.reason is not None


def test_an_unknown_estimator_is_refused_with_the_known_ones():
    with pytest.raises(InvalidArgument, match="paule-mandel"):
        heterogeneity(ESTIMATES, VARIANCES, method="hedges")


def test_figures_and_variances_must_go_together():
    with pytest.raises(InvalidArgument, match="2 figures and 1 variances"):
        heterogeneity([1, 2], [1])


def test_the_random_intercept_agrees_with_lme4():
    # R 4.2.2, lme4 1.1.31: lmer(s ~ 1 + (1 | g)).
    fit = random_intercept(*grouped_moments(GROUPS))
    assert fit.mu == pytest.approx(6.42251740379159, rel=1e-6)
    assert fit.standard_error == pytest.approx(1.41972865194118, rel=1e-6)
    assert fit.between == pytest.approx(9.39811443213088, rel=1e-6)
    assert fit.within == pytest.approx(1.33873703655558, rel=1e-6)
    assert fit.effects == pytest.approx(
        (2.460645091494, -2.261448654724, 0.799027738726, -3.871090585554, 2.872866410058), rel=1e-6
    )
    assert fit.intraclass_correlation == pytest.approx(9.39811443 / (9.39811443 + 1.33873704))


def test_maximum_likelihood_agrees_with_lme4():
    fit = random_intercept(*grouped_moments(GROUPS), restricted=False)
    assert fit.mu == pytest.approx(6.4415363603667, rel=1e-6)
    assert fit.between == pytest.approx(7.27738062839417, rel=1e-6)
    assert fit.within == pytest.approx(1.34949676814782, rel=1e-6)


def test_groups_alike_have_no_variance_between_and_no_effects():
    fit = random_intercept(*grouped_moments([[1, 5, 9], [2, 5, 8], [0, 5, 10]]))
    assert fit.between == 0
    assert fit.within == pytest.approx(100 / 8)
    assert fit.effects == (0.0, 0.0, 0.0)


def test_a_unit_without_answers_has_no_effect_of_its_own():
    fit = random_intercept(*grouped_moments([*GROUPS, []]))
    assert fit.effects[-1] == 0
    assert fit.between == pytest.approx(9.39811443213088, rel=1e-6)


@pytest.mark.parametrize("groups", [[[1, 2, 3]], [[1], [2], [3]], [[4, 4], [4, 4]]])
def test_an_undefined_random_intercept_has_a_reason(groups: list[list[float]]):
    fit = random_intercept(*grouped_moments(groups))
    assert (fit.between, fit.intraclass_correlation) == (None, None)
    assert fit.reason is not None
