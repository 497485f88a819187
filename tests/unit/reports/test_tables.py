from __future__ import annotations

import pytest

from ressenti.facts.scales import YES_NO
from ressenti.language import Language
from ressenti.reports.tables import distribution_table, scores_table, split_table
from ressenti.scores.score import Reason
from ressenti.studies.comparing import Change
from ressenti.tallies.tally import Tally
from tests.unit.reports.conftest import MakeScore
from tests.unit.reports.test_drawing_geometry import fall


@pytest.mark.parametrize(
    ("language", "headings", "row"),
    [
        (
            "en",
            ["period", "value", "interval 95%", "n", "no answer", "off the scale", "remarks"],
            ["Jan 2026", "31.2", "[27.2, 35.2]", "1,400", "3", "0", ""],
        ),
        (
            "fr",
            [
                "période",
                "valeur",
                "intervalle 95\N{NARROW NO-BREAK SPACE}%",
                "n",
                "sans réponse",
                "hors échelle",
                "remarques",
            ],
            [
                "janvier 2026",
                "31,2",
                "[27,2 ; 35,2]",
                "1\N{NARROW NO-BREAK SPACE}400",
                "3",
                "0",
                "",
            ],
        ),
    ],
)
def test_a_trend_is_a_table_of_its_periods(
    nps: MakeScore, language: Language, headings: list[str], row: list[str]
) -> None:
    table = scores_table([nps(31.24, n=1400, number=0, n_missing=3)], language)
    assert table.caption == "NPS"
    assert [heading.text for heading in table.headings] == headings
    assert [list(one) for one in table.rows] == [row]
    assert [heading.is_number for heading in table.headings] == [False, *[True] * 5, False]


def test_a_hidden_group_tells_no_count(nps: MakeScore) -> None:
    hidden = nps(None, n=0, segment={"shop": "Nice"}, reason=Reason.SUPPRESSED)
    table = scores_table([nps(10.0, segment={"shop": "Lyon"}), hidden], "en")
    assert table.rows[1] == ("Nice", "–", "–", "–", "–", "–", "hidden: small group")


def test_periods_and_segments_stand_in_two_columns(nps: MakeScore) -> None:
    table = scores_table([nps(10.0, number=0, segment={"shop": None}), nps(3.0, number=1)], "en")
    assert [row[:2] for row in table.rows] == [("Jan 2026", "(not told)"), ("Feb 2026", "all")]


def test_every_row_is_as_long_as_the_headings(nps: MakeScore) -> None:
    change = Change(before=nps(50.0), after=nps(29.4), segment={})
    tables = [
        scores_table([], "fr"),
        scores_table([nps(1.0)], "fr"),
        distribution_table(Tally(), YES_NO, "fr"),
        split_table(change, fall(), ("2025", "2026"), "fr"),
    ]
    for table in tables:
        assert {len(row) for row in table.rows} <= {len(table.headings)}


def test_the_distribution_lists_its_levels_and_what_was_left_out() -> None:
    table = distribution_table(Tally.of_counts({1.0: 3, 0.0: 1}, missing=2), YES_NO, "en")
    assert table.caption == "4 answers · 2 without an answer"
    assert table.rows == (
        ("1 · yes", "positive", "75.0%", "3"),
        ("0 · no", "negative", "25.0%", "1"),
    )


def test_the_steps_of_a_change_lead_to_its_end(nps: MakeScore) -> None:
    change = Change(before=nps(50.0), after=nps(29.4), difference=-20.6, segment={})
    table = split_table(change, fall(), ("2025", "2026"), "en")
    assert [row[0] for row in table.rows] == ["2025", "mix", "shop", "web", "2026"]
    assert [row[2] for row in table.rows] == ["50.0", "25.5", "27.8", "29.4", "29.4"]
