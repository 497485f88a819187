from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from ressenti.errors import InvalidExpression, RessentiError, UnknownColumn
from ressenti.warehouse.expressions import LONGEST_TEXT, column_expression, predicate
from ressenti.warehouse.grammar import DEEPEST_TREE
from ressenti.warehouse.relations import Kind, Relation

WORDS = "score country 'FR' 1 ( ) , + = IN AND NOT CASE WHEN THEN END SELECT FROM answers lower("
SIGNS = "count( ; -- /* */ :: ::text INTERVAL IS NULL . [ ] DROP TABLE EXISTS OVER * DISTINCT"
COLUMNS = {
    "Q14FIND ": Kind.NUMBER,
    "Q8-1": Kind.NUMBER,
    "answered by": Kind.TEXT,
    "country": Kind.TEXT,
    "Score": Kind.NUMBER,
    "wait": Kind.NUMBER,
    "is_late": Kind.BOOLEAN,
    "offered_at": Kind.WALL_TIME,
    "resolved_at": Kind.WALL_TIME,
    'odd"name': Kind.TEXT,
}
ROWS = """
    SELECT * FROM (VALUES
        (1, 9, 'Zoé', 'FR', 10, 0.5, true,
         TIMESTAMP '2024-03-01 23:30:00', TIMESTAMP '2024-03-02 00:30:00', 'a'),
        (2, 7, NULL, 'ca', 6, 0.0, false,
         TIMESTAMP '2024-03-31 12:00:00', TIMESTAMP '2024-04-01 13:00:01', 'b')
    ) AS rows ("Q14FIND ", "Q8-1", "answered by", country, "Score", wait, is_late,
               offered_at, resolved_at, "odd""name")
"""


class Embedded:
    """A DuckDB in memory with the two rows of this module."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute(f"CREATE TABLE answers AS {ROWS}")

    def fetch(self, query: exp.Query) -> pa.Table:
        return self.connection.sql(query.sql("duckdb")).to_arrow_table()

    def kinds(self, query: exp.Query) -> Mapping[str, Kind]:
        raise NotImplementedError

    def close(self) -> None:
        self.connection.close()


@pytest.fixture(scope="module")
def answers() -> Relation:
    return Relation(Embedded(), exp.to_table("answers"), COLUMNS, "answers.csv")


def values(text: str, relation: Relation) -> list[object]:
    tree = column_expression(text, relation)
    query = relation.select(tree.as_("value")).order_by('"Q14FIND "')
    return relation.warehouse.fetch(query).column("value").to_pylist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q14FIND ", [1, 2]),
        ("q14find", [1, 2]),
        ("Q8-1", [9, 7]),
        ("answered by", ["Zoé", None]),
        ('odd"name', ["a", "b"]),
        ("SCORE", [10, 6]),
    ],
)
def test_a_header_with_odd_characters_is_the_column_it_names(
    text: str, expected: list[object], answers: Relation
) -> None:
    assert values(text, answers) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"Q8-1" - 1', [8, 6]),
        ("upper(country) || '-' || coalesce(\"answered by\", 'nobody')", ["FR-Zoé", "CA-nobody"]),
        ("CASE WHEN score >= 9 THEN 1 WHEN score <= 6 THEN -1 ELSE 0 END", [1, -1]),
        ("CAST(score AS varchar)", ["10", "6"]),
        ("country ILIKE 'f%'", [True, False]),
        ("score BETWEEN 7 AND 10 AND NOT country IN ('CA', 'ca')", [True, False]),
        ('"answered by" IS NULL', [False, True]),
        ("nullif(score, 6)", [10, None]),
        ('greatest(score, "Q8-1") - least(score, "Q8-1")', [1, 1]),
        ("substring(country, 1, 1)", ["F", "c"]),
        ("replace(trim(lower(country)), 'c', 'k')", ["fr", "ka"]),
        ("round(abs(-score) / 4.0, 1)", [2.5, 1.5]),
        ("length(country) = 2", [True, True]),
        ("extract(month FROM offered_at)", [3, 3]),
        ("round(round(score / wait, 3), 1)", [20.0, None]),
        ("round(score / 4)", [3.0, 2.0]),
        ("extract(epoch FROM offered_at) - extract(epoch FROM resolved_at)", [-3600.0, -90001.0]),
        ("score /* a remark */ + 1 -- and another", [11, 7]),
    ],
)
def test_the_listed_syntax_gives_what_sql_says(
    text: str, expected: list[object], answers: Relation
) -> None:
    assert values(text, answers) == expected


def test_days_between_moments_are_midnights_passed_on_every_engine(answers: Relation) -> None:
    assert values("date_diff('day', offered_at, resolved_at)", answers) == [1, 1]


def test_seconds_between_moments_are_exact(answers: Relation) -> None:
    assert values("date_diff('second', offered_at, resolved_at)", answers) == [3600.0, 90001.0]


@pytest.mark.parametrize("text", ["score / wait", "score % wait", "score / 0"])
def test_a_division_by_zero_gives_no_value(text: str, answers: Relation) -> None:
    assert values(text, answers)[1] is None


def test_comments_do_not_reach_the_engine(answers: Relation) -> None:
    tree = column_expression("score /* secret */ + 1 -- other", answers)
    assert tree.sql("duckdb") == '"Score" + 1'


def test_a_quotation_mark_in_a_text_stays_in_the_text(answers: Relation) -> None:
    tree = predicate("country = 'x'' OR ''1''=''1'", answers)
    assert isinstance(tree, exp.EQ)
    assert tree.expression.name == "x' OR '1'='1"
    assert tree.sql("spark") == r"`country` = 'x\' OR \'1\'=\'1'"


@pytest.mark.parametrize(
    "text",
    [
        "1; DROP TABLE answers",
        "score >= 9; DROP TABLE answers; --",
        "score) FROM answers; DELETE FROM answers; --",
        "(SELECT max(score) FROM answers)",
        "score IN (SELECT score FROM answers)",
        "EXISTS (SELECT 1)",
        "score = ANY (SELECT 1)",
        "score = 1 UNION SELECT 2",
        "read_csv('/etc/passwd')",
        "read_text('/etc/passwd')",
        "pg_read_file('/etc/passwd')",
        "pg_sleep(10)",
        "getenv('HOME')",
        "nextval('answers_seq')",
        "set_config('search_path', 'x', false)",
        "java_method('java.lang.Runtime', 'getRuntime')",
        "query('SELECT 1')",
        "PRAGMA database_list",
        "COPY answers TO 'x.csv'",
        "ATTACH 'x.db'",
        "INSTALL httpfs",
        "SET threads = 1",
        "score AS other",
        "score, country",
        "score LIMIT 1",
        "answers.score",
        "main.answers.score",
        "information_schema.tables.table_name",
        "*",
        "columns(*)",
        "count(*)",
        "sum(score)",
        "max(score) OVER ()",
        "row_number() OVER (ORDER BY score)",
        "unnest([1, 2])",
        "[x FOR x IN country]",
        "{'a': 1}",
        "score[1]",
        "country.upper()",
        "country::answers",
        "CAST(country AS integer[])",
        "CAST(country AS STRUCT(a integer))",
        "TRY_CAST(country AS integer)",
        "CAST('pg_authid' AS regclass)",
        "country COLLATE nocase",
        "?",
        "$1",
        ":name",
        "score IN country",
        "score IN UNNEST(country)",
        "current_user",
        "now()",
        "random() < 0.5",
        "extract(timezone FROM offered_at)",
        "INTERVAL (score) DAY",
        "1e309",
        "country SIMILAR TO 'x'",
        "x'00'",
        "$$text$$",
        "country = 'a\0b'",
        "'unterminated",
        "/* unterminated",
        "(score",
        "score +",
        "",
        "   ",
        "-- only a remark",
    ],
)
def test_what_is_not_on_the_list_is_refused(text: str, answers: Relation) -> None:
    with pytest.raises(InvalidExpression) as caught:
        column_expression(text, answers)
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "score" + ")" * 5_000,
        "NOT " * 2_000 + "is_late",
        "- " * 4_000 + "score",
        "CASE WHEN " * 900,
        "lower(" * 1_500,
        " OR ".join(["score = 1"] * (DEEPEST_TREE + 1)),
        "score + " * DEEPEST_TREE + "score",
        "1" * (LONGEST_TEXT + 1),
    ],
)
def test_nesting_and_length_are_bounded(text: str, answers: Relation) -> None:
    with pytest.raises(InvalidExpression):
        column_expression(text, answers)


def test_a_long_list_of_alternatives_fits(answers: Relation) -> None:
    listed = ", ".join(str(number) for number in range(1_000))
    assert values(f"score IN ({listed})", answers) == [True, True]


@pytest.mark.parametrize("text", ["country", "score + 1", "lower(country)", "'FR'", "1"])
def test_a_value_is_no_condition(text: str, answers: Relation) -> None:
    with pytest.raises(InvalidExpression, match="not a condition"):
        predicate(text, answers)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("is_late", 1),
        ("true", 2),
        ("NOT (is_late)", 1),
        ("coalesce(is_late, false)", 1),
        ("CASE WHEN score > 9 THEN is_late ELSE false END", 1),
        ("score > 9 OR wait IS NULL", 1),
        ("country LIKE '%!_%' ESCAPE '!'", 0),
    ],
)
def test_a_condition_keeps_the_rows_where_it_is_true(
    text: str, kept: int, answers: Relation
) -> None:
    query = answers.select(answers.column("score")).where(predicate(text, answers))
    assert answers.warehouse.fetch(query).num_rows == kept


def test_an_unknown_column_is_answered_with_the_nearest_names(answers: Relation) -> None:
    with pytest.raises(UnknownColumn, match="Did you mean: country"):
        predicate("contry = 'FR'", answers)


def test_a_text_between_double_quotes_is_told_apart_from_a_column(answers: Relation) -> None:
    with pytest.raises(UnknownColumn, match="single quotes: 'FR'"):
        predicate('country = "FR"', answers)


def test_a_refusal_says_what_where_and_which_function_was_near(answers: Relation) -> None:
    with pytest.raises(InvalidExpression) as caught:
        column_expression("score + lowr(country)", answers)
    assert str(caught.value) == (
        "[R103] 'LOWR(country)' (character 9) is not allowed in the expression: "
        "score + lowr(country) Did you mean: lower, floor?"
    )
    assert "n'est pas permis" in caught.value.to("fr")


def test_a_syntax_error_says_where(answers: Relation) -> None:
    with pytest.raises(InvalidExpression, match=r"at 'by' \(character 10\)"):
        predicate("answered by = 'Zoé'", answers)


def tree_or_none(text: str, relation: Relation) -> exp.Expr | None:
    try:
        return column_expression(text, relation)
    except RessentiError:
        return None


def is_harmless(tree: exp.Expr) -> bool:
    columns = {column.name for column in tree.find_all(exp.Column)}
    outside = tree.find(exp.Query, exp.Table, exp.Anonymous, exp.Command, exp.AggFunc)
    return outside is None and columns <= set(COLUMNS)


@given(text=st.text(max_size=60))
def test_any_text_is_a_harmless_tree_or_a_clear_error(text: str, answers: Relation) -> None:
    tree = tree_or_none(text, answers)
    assert tree is None or is_harmless(tree)


@given(text=st.lists(st.sampled_from(f"{WORDS} {SIGNS}".split()), max_size=12).map(" ".join))
def test_no_order_of_sql_words_reaches_a_table(text: str, answers: Relation) -> None:
    tree = tree_or_none(text, answers)
    assert tree is None or is_harmless(tree)
