"""The name of a table is a name on every engine: quoted or refused, never executed."""

from __future__ import annotations

import pytest

from tests.warehouse.asking import Engine
from tests.warehouse.nasty_tables import HOSTILE_NAME

ATTACKS = (
    "survey; DROP TABLE survey",
    'survey"; DROP TABLE survey; --',
    'survey" UNION SELECT * FROM "orders',
    "survey`; DROP TABLE survey; --",
    "survey' OR '1'='1",
    "survey AS s, orders",
    "survey WHERE 1=1",
    "(SELECT 1 AS mark)",
    "(DELETE FROM survey)",
    "read_csv('README.md')",
    "range(10)",
    "survey TABLESAMPLE (1 ROWS)",
    "survey -- ",
)


def test_a_table_that_bears_a_hostile_name_is_read_like_any_other(engine: Engine) -> None:
    score = engine.score(HOSTILE_NAME, "aht/standard", facts="contacts")
    assert (score["n"], score["value"]) == (3, pytest.approx(80 / 3, rel=1e-9))
    assert engine.score("survey", "nps=mark:0-10")["n"] > 500


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_name_with_more_than_a_name_in_it_reaches_no_table(engine: Engine, attack: str) -> None:
    said = engine.refusal(attack, "nps=mark:0-10")
    assert said.startswith(("InvalidArgument", "UnreadableSource")), said
    assert engine.score("survey", "nps=mark:0-10")["n"] > 500


def test_a_table_that_is_not_there_is_named(engine: Engine) -> None:
    said = engine.refusal("surveyy", "nps=mark:0-10")
    assert said.startswith("UnreadableSource")
    assert "surveyy" in said
