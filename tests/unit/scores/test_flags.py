from __future__ import annotations

import pytest

from ressenti.indicators import variant_called
from ressenti.scores.judgement import scores_of_tallies
from ressenti.scores.score import Score
from ressenti.tallies.tally import Tally, TallyTable


def scored(name: str, **tallies: Tally) -> dict[str, Score]:
    indicator, variant = variant_called(name)
    table = TallyTable.of(tallies)
    return dict(zip(tallies, scores_of_tallies(indicator, variant, table), strict=True))


def weighted(*weights: float) -> Tally:
    _, variant = variant_called("nps")
    assert variant.scale is not None
    marks = [10, 3] * (len(weights) // 2)
    return Tally.of_values(marks, variant.scale, weights=weights)


def test_a_rate_above_100_is_flagged_where_it_is_and_nowhere_else() -> None:
    scores = scored(
        "global_resolution/flow_ratio",
        january=Tally.of_counts({"resolved": 120, "created": 100}),
        february=Tally.of_counts({"resolved": 90, "created": 100}),
    )
    assert scores["january"].value == pytest.approx(120)
    assert scores["january"].flags == ("above_100",)
    assert "above_100" not in scores["february"].flags


def test_weights_are_told_only_where_they_differ() -> None:
    scores = scored("nps", equal=weighted(*[2.0] * 40), unequal=weighted(*[1.0, 3.0] * 20))
    assert "weighted" not in scores["equal"].flags
    assert scores["equal"].n_effective == 40
    assert "weighted" in scores["unequal"].flags
    # Kish: n Σw² / (Σw)² = 40 · (20 + 180) / 80².
    assert scores["unequal"].parts["kish_deff"] == pytest.approx(40 * 200 / 6400)
    assert "deff" not in scores["equal"].parts


def test_answers_worth_fewer_than_thirty_are_indicative_however_many_they_are() -> None:
    few = scored("nps", few=weighted(*[1.0] * 20))["few"]
    heavy = scored("nps", heavy=weighted(*[1.0] * 30, *[30.0] * 10))["heavy"]
    enough = scored("nps", enough=weighted(*[1.0] * 40))["enough"]
    assert (few.flags, few.is_indicative) == (("small_base",), True)
    assert heavy.n == 40
    assert heavy.n_effective is not None
    assert heavy.n_effective < 30
    assert ("indicative" in heavy.flags, heavy.is_indicative) == (True, True)
    assert not enough.is_indicative


@pytest.mark.parametrize(
    ("satisfied", "dissatisfied", "is_published"),
    # Clopper-Pearson widths: 45/60 0.231, 1/60 0.089 for a share of 0.017, 18/36 0.342.
    [(45, 15, True), (1, 59, False), (18, 18, False), (4, 96, False), (500, 500, True)],
)
def test_a_percentage_is_published_by_the_rule_of_the_health_statistics(
    satisfied: int, dissatisfied: int, *, is_published: bool
) -> None:
    tally = Tally.of_counts({4.0: satisfied, 1.0: dissatisfied})
    assert scored("csat", own=tally)["own"].is_indicative is not is_published


def test_a_suppressed_or_undefined_score_has_no_flag_of_its_value() -> None:
    assert scored("nps", none=Tally.of_counts({}))["none"].flags == ()
