from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ressenti.errors import UnknownName
from ressenti.facts.schemas import FACTS, SHARED_COLUMNS, ColumnKind, fact_called, schema_document
from ressenti.language import LANGUAGES
from ressenti.warehouse.relations import Kind

facts = pytest.mark.parametrize("fact", FACTS.values(), ids=list(FACTS))


def columns_of_the_design(design: str) -> dict[str, list[str]]:
    """Return the columns that the table of section 3 of the design lists, by fact."""
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", design, flags=re.MULTILINE)
    return {
        fact: [re.sub(r" ?\(.*", "", name) for name in re.split(r", (?![^(]*\))", columns.strip())]
        for fact, columns in rows
    }


@pytest.mark.shared
def test_every_column_of_the_design_is_there_in_its_order(shared: Path) -> None:
    designed = columns_of_the_design((shared / "DESIGN.md").read_text(encoding="utf-8"))
    assert list(designed) == list(FACTS)
    for key, columns in designed.items():
        own = [column.key for column in FACTS[key].own_columns]
        assert [column for column in own if column in columns] == columns


def test_column_kinds_are_those_of_the_engines() -> None:
    assert [kind.value for kind in ColumnKind] == [kind.value for kind in Kind]


@facts
def test_every_fact_carries_what_all_facts_share(fact: Any) -> None:
    keys = [column.key for column in fact.columns]
    assert {column.key for column in SHARED_COLUMNS} <= set(keys)
    assert len(keys) == len(set(keys))


@facts
def test_the_column_that_dates_a_fact_is_one_of_its_instants(fact: Any) -> None:
    kinds = {column.key: column.kind for column in fact.columns}
    assert kinds[fact.dated_by] is ColumnKind.INSTANT


@facts
def test_names_say_what_columns_hold(fact: Any) -> None:
    for column in fact.columns:
        assert re.fullmatch(r"[a-z][a-z_]*", column.key)
        assert (column.kind is ColumnKind.INSTANT) == column.key.endswith("_at")
        assert (column.unit == "s") == column.key.endswith("_s")
        assert column.kind is ColumnKind.TEXT or not column.key.endswith("_id")


@facts
def test_money_stands_beside_its_currency(fact: Any) -> None:
    has_money = any(column.unit == "money" for column in fact.columns)
    assert has_money == any(column.key == "currency" for column in fact.columns)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_published_schema_describes_every_column_in_the_language(language: Any) -> None:
    document = schema_document(language)
    for key, fact in FACTS.items():
        row = document["$defs"][key]
        assert row["required"] == [column.key for column in fact.columns if column.required]
        for column in fact.columns:
            assert row["properties"][column.key]["description"] == column.meaning.to(language)


def test_the_published_schema_bounds_what_has_few_values() -> None:
    mode = schema_document()["$defs"]["answers"]["properties"]["mode"]
    assert mode["enum"] == ["relational", "transactional", None]
    assert mode["type"] == ["string", "null"]


def test_an_unknown_fact_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(UnknownName, match="Did you mean: contacts"):
        fact_called("contact")
