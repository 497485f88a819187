"""The table by theme, step and emotion adds up to the score, and its intervals know respondents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ressenti.emotions.reading import Clause, Emotion, Reading, Unread, unread
from ressenti.emotions.themes.table import NO_THEME, theme_table
from ressenti.errors import InvalidArgument


def emotion(name: str, valence: float, intensity: float) -> Emotion:
    return Emotion(name, valence, intensity, 0, 1, 0)


def reading(*clauses: Clause) -> Reading:
    positive = sum(clause.positive for clause in clauses) / len(clauses)
    negative = sum(clause.negative for clause in clauses) / len(clauses)
    return Reading("en", positive, negative, 0.5, False, False, None, (), clauses, "test/1")


ANGRY = Clause(0, 5, 0.0, 0.8, (emotion("anger", -0.9, 0.8),))
GLAD = Clause(6, 9, 0.6, 0.0, (emotion("joy", 0.9, 0.6),))
FLAT = Clause(0, 9, 0.1, 0.1)


def test_shares_points_and_lifts_are_those_worked_out_by_hand() -> None:
    # Two verbatims: the first has an angry clause on price and a glad one on staff (s = -0.1), the
    # second a flat clause on nothing (s = 0). The score is 100 × (-0.1 + 0) / 2 = -5.
    cells = theme_table(
        [reading(ANGRY, GLAD), reading(FLAT)], [[("price",), ("staff",)], [()]], by=("theme",)
    )
    by_theme = {cell.theme: cell for cell in cells}
    assert by_theme["price"].share == 0.25
    assert by_theme["price"].polarity.estimate == pytest.approx(-0.8)
    assert by_theme["price"].points == pytest.approx(-20)
    assert by_theme["staff"].points == pytest.approx(15)
    assert by_theme[NO_THEME].points == 0
    # Without price: (0.6 × 0.25 + 0 × 0.5) / 0.75 = 0.2, so price takes -0.05 - 0.2 = -0.25.
    assert by_theme["price"].lift == pytest.approx(-25)
    assert by_theme["price"].polarity.low is None
    assert by_theme["price"].polarity.reason is not None


def test_a_clause_of_two_themes_is_shared_by_both() -> None:
    cells = theme_table([reading(ANGRY)], [[("price", "staff")]], by=("theme",))
    assert [cell.points for cell in cells] == pytest.approx([-40, -40])


def test_what_is_felt_goes_to_the_emotions_of_its_sign() -> None:
    mixed = Clause(0, 9, 0.5, 0.7, (emotion("joy", 0.9, 0.4), emotion("anger", -0.9, 0.6)))
    cells = theme_table([reading(mixed)], [[("price",)]], by=("emotion",))
    assert {cell.emotion: cell.points for cell in cells} == pytest.approx({"joy": 50, "anger": -70})


def test_unread_texts_are_left_out() -> None:
    none = unread(Unread.LANGUAGE, "test/1")
    (cell,) = theme_table([none, reading(GLAD)], [[], [("staff",)]], by=("theme",))
    assert (cell.verbatims, cell.share) == (1, 1.0)
    assert theme_table([none], [[]]) == ()


def test_ten_texts_of_one_person_are_not_ten_people() -> None:
    readings = [reading(ANGRY), reading(GLAD), reading(ANGRY), reading(FLAT)] * 5
    themes = [[("price",)]] * 20
    alone = theme_table(readings, themes, by=("theme",))[0].polarity
    owners = [place // 4 % 2 * 10 + place % 4 for place in range(20)]
    together = theme_table(readings, themes, respondents=owners, by=("theme",))[0].polarity
    assert alone.estimate == together.estimate
    assert alone.low is not None
    assert together.low is not None
    assert together.low < alone.low


def test_the_interval_of_everything_is_the_one_of_a_mean() -> None:
    from scipy import stats

    values = [-0.8, 0.6, 0.6, 0.0, -0.8, 0.6]
    readings = [reading({-0.8: ANGRY, 0.6: GLAD, 0.0: FLAT}[value]) for value in values]
    (cell,) = theme_table(readings, [[("price",)]] * 6, by=("theme",))
    low, high = stats.t.interval(0.95, 5, sum(values) / 6, stats.sem(values))
    assert (cell.polarity.low, cell.polarity.high) == pytest.approx((low, high))


def test_each_reading_needs_its_themes() -> None:
    with pytest.raises(InvalidArgument, match="1 values were given for 2 readings"):
        theme_table([reading(GLAD)] * 2, [[("price",)]])


@given(
    st.lists(
        st.tuples(
            st.sampled_from([ANGRY, GLAD, FLAT]),
            st.lists(st.sampled_from(["price", "staff", "delay"]), unique=True, max_size=3),
            st.sampled_from(["buy", "use", None]),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_points_add_up_to_the_score_however_the_table_is_split(
    rows: list[tuple[Clause, list[str], str | None]],
) -> None:
    readings = [reading(clause) for clause, _, _ in rows]
    score = 100 * sum(one.polarity or 0 for one in readings) / len(readings)
    themes = [[tuple(own)] for _, own, _ in rows]
    steps = [step for _, _, step in rows]
    for by in (("theme",), ("theme", "step"), ("theme", "step", "emotion"), ("emotion",)):
        cells = theme_table(readings, themes, steps=steps, by=by)
        assert sum(cell.points for cell in cells) == pytest.approx(score)
        assert sum(cell.share for cell in cells) == pytest.approx(1)
