"""``ressenti outcomes``: declared, tested, scored and looked for, as a person types it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faces.conftest import Call

PLAN = """# Our plan, with a remark that must stay.
[organisation]
name = "Comptoir"
time_zone = "Europe/Paris"

[sources.parcels]
path = "parcels.csv"

[measures.happy]
indicator = "csat"
source = "parcels"
column = "mark"
scale = "1-5"
"""
PARCELS = """client,received_on,days,promised,mark
a,2026-01-05,3,3,5
b,2026-01-06,4,3,2
c,2026-01-07,1,3,5
"""
COLUMNS = (
    *("--source", "parcels", "--actual", "days", "--expected", "promised"),
    *("--at", "received_on", "--customer", "client", "--into", "ressenti.toml"),
)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    (tmp_path / "parcels.csv").write_text(PARCELS)
    path = tmp_path / "ressenti.toml"
    path.write_text(PLAN)
    return path


def test_an_outcome_goes_from_a_template_to_its_scores(call: Call, plan: Path) -> None:
    added = call("outcomes", "propose", "in_hand_in_time", "--name", "in_time", *COLUMNS)
    assert added.status == 0, added.err
    assert "ressenti outcomes ask in_time --config ressenti.toml" in added.out
    (declared,) = call("outcomes", "list", "--format", "json").document()["outcomes"]
    assert declared["words"] == "My parcel in hand on the day I was told"
    assert (declared["admission"], declared["moves"]) == ("untested", ["happy"])
    document = call("outcomes", "score", "--config", "ressenti.toml", "--format", "json").document()
    assert [one["outcome"] for one in document["outcomes"]] == ["in_time"]
    first = document["scores"][0]
    assert (first["variant"], first["n"]) == ("attainment_vs_own_expectation", 3)
    assert first["value"] == pytest.approx(200 / 3)
    levels = document["distributions"][0]["levels"]
    assert [one["n"] for one in levels] == [1, 0, 1, 1, 0, 0]


def test_the_two_tests_are_asked_and_their_answers_kept_with_who_gave_them(
    call: Call, plan: Path
) -> None:
    call("outcomes", "propose", "in_hand_in_time", *COLUMNS)
    asked = call("outcomes", "ask", "in_hand_in_time", stdin="y\nn\nAna\n")
    assert "Would customers themselves call this outcome important?" in asked.err
    assert asked.out == "in_hand_in_time: failed a test\n"
    again = call(
        *("outcomes", "ask", "in_hand_in_time", "--increments", "yes", "--by", "Luc"),
        *("--evidence", "12 interviews out of 15"),
    )
    assert again.out == "in_hand_in_time: passed both tests\n"
    (declared,) = call("outcomes", "list", "--format", "json").document()["outcomes"]
    kept = [(one["test"], one["passed"], one["by"]) for one in declared["tests"]]
    assert kept == [
        ("important", True, "Ana"),
        ("increments", False, "Ana"),
        ("increments", True, "Luc"),
    ]
    assert declared["tests"][2]["evidence"] == "12 interviews out of 15"
    assert declared["tests"][2]["on"] >= datetime.now(UTC).date().replace(month=1).isoformat()
    assert plan.read_text().startswith("# Our plan, with a remark that must stay.")


def test_the_nps_is_refused_with_the_reason(call: Call, plan: Path) -> None:
    refused = call("outcomes", "propose", "NPS")
    assert (refused.status, refused.out) == (2, "")
    assert "NPS is no outcome of the customer" in refused.err
    french = call("outcomes", "propose", "chiffre d'affaires", LANG="fr_FR.UTF-8")
    assert "n'est pas un résultat pour le client" in french.err


def test_a_declaration_that_the_plan_cannot_hold_changes_nothing(call: Call, plan: Path) -> None:
    wrong = call(
        *("outcomes", "propose", "in_hand_in_time", "--source", "letters"),
        *("--into", "ressenti.toml"),
    )
    assert wrong.status == 2
    assert "'source' cannot be 'letters'" in wrong.err
    assert plan.read_text() == PLAN
    call("outcomes", "propose", "in_hand_in_time", *COLUMNS)
    once = plan.read_text()
    twice = call("outcomes", "propose", "in_hand_in_time", *COLUMNS)
    assert twice.status == 2
    assert "already has an outcome called 'in_hand_in_time'" in twice.err
    assert plan.read_text() == once


def test_templates_and_pairs_are_listed_with_who_says_so(call: Call) -> None:
    templates = call("outcomes", "templates", "trust", "--format", "json").document()["templates"]
    assert {one["kind"] for one in templates} == {"trust"}
    assert "promise_kept" in {one["template"] for one in templates}
    pairs = call("outcomes", "pairs", "--format", "json").document()["pairs"]
    assert [one["number"] for one in pairs] == list(range(1, 23))
    assert {one["status"] for one in pairs} == {"stated", "outcome_stated", "proposed"}
    of_nps = call("outcomes", "pairs", "--kpi", "nps", "--format", "json").document()["pairs"]
    assert [one["number"] for one in of_nps] == [11, 12, 21]
    assert "souplesse" in call("outcomes", "templates", LANG="fr_FR.UTF-8").out.casefold()
    assert call("outcomes", "templates", "trsut").status == 2


def test_comments_propose_candidates_and_hide_what_few_speak_of(call: Call, tmp_path: Path) -> None:
    said = [
        *["Parcel three weeks late, a disgrace"] * 6,
        *["Quick delivery, thank you"] * 4,
        *["Awful, the box was crushed"] * 2,
    ]
    rows = "".join(f'c{i},"{text}"\n' for i, text in enumerate(said))
    (tmp_path / "comments.csv").write_text("client,comment\n" + rows)
    command = (
        *("outcomes", "discover", "comments.csv", "--text", "comment"),
        *("--themes", "delivery", "--respondent", "client"),
    )
    found = call(*command, "--format", "json").document()
    assert found["respondents"] == 12
    assert found["hidden"] >= 1
    (delay,) = found["candidates"]
    assert (delay["theme"], delay["respondents"]) == ("delay", 10)
    assert delay["unmet"]["value"] == 0.6
    assert delay["templates"] == ["in_hand_in_time"]
    assert found["least_attained"] == ["delay"]
    table = call(*command, LANG="fr_FR.UTF-8")
    assert "De simples candidats" in table.out


def test_the_exact_sql_is_printed_and_nothing_is_scored(call: Call, plan: Path) -> None:
    call("outcomes", "propose", "in_hand_in_time", *COLUMNS)
    explained = call("outcomes", "score", "--config", "ressenti.toml", "--explain")
    assert explained.status == 0
    assert "SELECT" in explained.out
    assert "in_hand_in_time" in explained.out


def test_outcomes_add_up_to_an_index_by_their_importances(call: Call, plan: Path) -> None:
    call("outcomes", "propose", "in_hand_in_time", "--name", "in_time", *COLUMNS)
    both = (
        plan.read_text()
        + """
[outcomes.next_day]
words = { en = "My parcel the next day", fr = "Mon colis le lendemain" }
source = "parcels"
actual = "days"
expected = 1
unit = "day"
direction = "low"
expectation_source = "standard"
customer = "client"
at = "received_on"
importance = 3
"""
    )
    plan.write_text(both)
    command = ("outcomes", "score", "--config", "ressenti.toml")
    scores = call(*command, "--format", "json").document()["scores"]
    (index,) = (one for one in scores if one["variant"] == "importance_weighted_index")
    # Two parcels of three in time, which matters 1; one of three the next day, which matters 3.
    assert index["value"] == pytest.approx((200 / 3 + 3 * 100 / 3) / 4)
    assert index["segment"] == {}
    assert "Index of a step or" in call(*command).out
    assert call(*command, "--explain").out.count("AS set_against") == 1
