"""Publishing asks what edits mean, breaks series where they break, and follows what is measured."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import psycopg

from tests.server.asking.conftest import VISIT, Desk, answered, live_survey, survey_of

if TYPE_CHECKING:
    from ressenti.server.models import Survey


def publish(desk: Desk, survey: Survey, **decisions: str) -> Any:
    page = f"surveys/{survey.pk}/publish/"
    told = {f"decision-{name}": value for name, value in decisions.items()}
    return desk.post(page, seal=desk.seal(page), **told)


def reworded(survey: Survey) -> None:
    survey.refresh_from_db()
    draft = copy.deepcopy(survey.draft)
    draft["questions"][0]["label"]["fr"] = "Parleriez-vous de nous ?"
    survey.draft = draft
    survey.save()


def test_the_first_publication_makes_the_survey_live_and_follows_its_measure(
    desk: Desk, server_database: str
) -> None:
    from ressenti.server.models import SurveyVersion

    survey = survey_of(desk.tenant)
    with psycopg.connect(server_database, autocommit=True) as listener:
        listener.execute("LISTEN ressenti_surveys")
        assert publish(desk, survey).status_code == 302
        told = [notice.payload for notice in listener.notifies(timeout=5, stop_after=1)]
    assert told == [str(survey.pk)]
    survey.refresh_from_db()
    assert survey.state == "live"
    version = SurveyVersion.objects.get(survey=survey)
    assert (version.number, version.published_by) == (1, desk.tenant.owner)
    # What is said in its comment is followed too.
    assert measures_of(desk) == [
        ("standard_0_10", "nps@0-10", {}, True),
        ("mean_polarity", "nes/mean_polarity", {}, True),
    ]


def test_what_employees_write_is_followed_by_no_measure(desk: Desk) -> None:
    survey = survey_of(desk.tenant, audience="employee")
    publish(desk, survey)
    assert [tally for _variant, tally, *_told in measures_of(desk)] == ["nps@0-10"]


def test_a_reworded_question_waits_for_a_decision(desk: Desk) -> None:
    from ressenti.server.models import SeriesBreak, SurveyVersion

    survey = live_survey(desk.tenant)
    reworded(survey)
    page = desk.get(f"surveys/{survey.pk}/publish/").content.decode()
    assert "Do old and new answers mean the same?" in page
    refused = publish(desk, survey)
    assert refused.status_code == 422
    assert SurveyVersion.objects.filter(survey=survey).count() == 1
    assert publish(desk, survey, recommend="same_meaning").status_code == 302
    latest = SurveyVersion.objects.get(survey=survey, number=2)
    assert latest.questionnaire["questions"][0]["series"] == 1
    assert not SeriesBreak.objects.filter(survey=survey).exists()


def test_a_new_question_breaks_the_series_of_its_tally(desk: Desk) -> None:
    from ressenti.server.models import AuditEntry, SeriesBreak, SurveyVersion

    survey = live_survey(desk.tenant)
    reworded(survey)
    publish(desk, survey, recommend="new_question")
    latest = SurveyVersion.objects.get(survey=survey, number=2)
    assert latest.questionnaire["questions"][0]["series"] == 2
    found = SeriesBreak.objects.get(survey=survey)
    assert (found.tally, found.question, found.series) == ("nps@0-10", "recommend", 2)
    assert found.at == latest.published_at
    entry = AuditEntry.objects.filter(
        organisation=desk.tenant.organisation, action="survey.published"
    ).latest("id")
    assert entry.detail == {
        "version": 2,
        "decisions": {"recommend": "new_question"},
        "breaks": 1,
        "subject_name": survey.name,
    }


def grid_of(*lines: str, **changed: Any) -> dict[str, Any]:
    """Return a questionnaire of one question that asks about several things."""
    document = copy.deepcopy(VISIT)
    criteria = [{"id": key, "label": {"fr": key.title()}} for key in lines]
    document["questions"][0] |= {
        "id": "quality",
        "type": "satisfaction",
        "measure": "csat/mean",
        "options": {"criteria": criteria},
    } | changed
    document["pages"][0]["questions"] = ["quality"]
    document["questions"] = document["questions"][:1]
    return document


def test_each_line_of_a_grid_is_a_measure_of_its_own_with_its_label(desk: Desk) -> None:
    survey = survey_of(desk.tenant, grid_of("speed", "price"))
    publish(desk, survey)
    tallies = f"csat@1-5#{survey.key}.quality"
    assert measures_of(desk) == [
        ("mean", f"{tallies}.speed", {"fr": "Speed"}, True),
        ("mean", f"{tallies}.price", {"fr": "Price"}, True),
    ]


def test_the_lines_of_a_long_grid_wait_to_be_chosen(desk: Desk) -> None:
    survey = survey_of(desk.tenant, grid_of(*(f"line{number}" for number in range(9))))
    publish(desk, survey)
    assert [is_shown for *_told, is_shown in measures_of(desk)] == [False] * 9


def test_what_is_worked_out_from_a_whole_grid_is_one_measure_and_breaks_no_page(
    desk: Desk,
) -> None:
    survey = survey_of(desk.tenant, grid_of("one", "two", measure="employee_engagement"))
    publish(desk, survey)
    ((variant, tally, label, _is_shown),) = measures_of(desk)
    assert (variant, tally, label) == ("grand_mean", "employee_engagement@1-5", {})
    page = desk.get("scorecard/").content.decode()
    assert "worked out from several inputs" in page


def measures_of(desk: Desk) -> list[tuple[str, str, dict[str, str], bool]]:
    from ressenti.server.models import Measure

    own = Measure.objects.filter(organisation=desk.tenant.organisation)
    return list(own.values_list("variant", "tally", "label", "is_shown"))


def test_who_publishes_what_somebody_else_changed_is_told(desk: Desk) -> None:
    from ressenti.server.models import SurveyVersion

    survey = survey_of(desk.tenant)
    page = f"surveys/{survey.pk}/publish/"
    seal = desk.seal(page)
    reworded(survey)
    assert desk.post(page, seal=seal).status_code == 409
    assert not SurveyVersion.objects.filter(survey=survey).exists()


def test_a_draft_with_faults_is_not_published(desk: Desk) -> None:
    survey = survey_of(desk.tenant, VISIT | {"questions": [], "pages": []})
    page = desk.get(f"surveys/{survey.pk}/publish/").content.decode()
    assert "Correct this first" in page
    from ressenti.server.asking.seals import seal
    from ressenti.server.asking.stored_drafts import draft_of

    sent = desk.post(f"surveys/{survey.pk}/publish/", seal=seal([draft_of(survey.draft), 0]))
    assert sent.status_code == 422
    survey.refresh_from_db()
    assert survey.state == "draft"


def test_a_survey_is_closed_and_opened_again(desk: Desk) -> None:
    survey = live_survey(desk.tenant)
    for path, state in (("close/", "closed"), ("reopen/", "live")):
        desk.post(f"surveys/{survey.pk}/{path}")
        survey.refresh_from_db()
        assert survey.state == state
    draft = survey_of(desk.tenant)
    desk.post(f"surveys/{draft.pk}/reopen/")
    draft.refresh_from_db()
    assert draft.state == "draft"


def settings_sent(survey: Survey, **changed: str) -> dict[str, str]:
    usual = {"unit": "", "mode": "relational", "audience": "customer", "is_public": "on"}
    return usual | changed


def save_settings(desk: Desk, survey: Survey, **changed: str) -> Any:
    page = f"surveys/{survey.pk}/settings/"
    return desk.post(page, seal=desk.seal(page), **settings_sent(survey, **changed))


def test_settings_are_kept_in_the_clocks_of_the_organisation(desk: Desk) -> None:
    survey = survey_of(desk.tenant)
    saved = save_settings(
        desk, survey, closes_at="2026-12-31T18:00", attributes="plan, country", unit="lyon"
    )
    assert saved.status_code == 302
    survey.refresh_from_db()
    assert survey.closes_at.isoformat() == "2026-12-31T17:00:00+00:00"
    assert (survey.attributes, survey.unit, survey.mode) == (
        ["plan", "country"],
        desk.tenant.lyon,
        "relational",
    )
    assert 'value="2026-12-31T18:00"' in desk.get(f"surveys/{survey.pk}/settings/").content.decode()


def test_the_end_page_is_on_a_declared_host_over_https(desk: Desk) -> None:
    organisation = desk.tenant.organisation
    organisation.allowed_hosts = ["shop.example"]
    organisation.save()
    survey = survey_of(desk.tenant)
    for wrong in (
        "http://shop.example/",
        "https://evil.example/",
        "https://shop.example@evil.example/",
        "javascript:alert(1)",
        "//shop.example/",
        "https://shop.example\\@evil.example/",
    ):
        assert save_settings(desk, survey, end_url=wrong).status_code == 422, wrong
    assert save_settings(desk, survey, end_url="https://shop.example/merci").status_code == 302
    survey.refresh_from_db()
    assert survey.end_url == "https://shop.example/merci"


def test_anonymity_is_chosen_before_the_first_answer_and_then_fixed(desk: Desk) -> None:
    survey = live_survey(desk.tenant)
    save_settings(desk, survey, is_anonymous="on")
    survey.refresh_from_db()
    assert survey.is_anonymous
    answered(survey)
    page = desk.get(f"surveys/{survey.pk}/settings/").content.decode()
    assert "it cannot be taken back" in page
    # The box is sent unticked, and other settings change with it.
    save_settings(desk, survey, touchpoint="store")
    survey.refresh_from_db()
    assert (survey.is_anonymous, survey.touchpoint) == (True, "store")
    linked = live_survey(desk.tenant)
    answered(linked)
    save_settings(desk, linked, is_anonymous="on")
    linked.refresh_from_db()
    assert not linked.is_anonymous


def test_a_quota_counts_those_who_answered_so_and_never_shrinks_below_what_is_taken(
    desk: Desk,
) -> None:
    from ressenti.server.asking.quota_forms import quotas_of

    survey = live_survey(desk.tenant)
    prefix = "quota-1-rule-0-"
    rule = {f"{prefix}question": "recommend", f"{prefix}is": "at_least", f"{prefix}value": "9"}
    save_settings(desk, survey, **{"quota-1-key": "", "quota-1-places": "100"}, **rule)
    quota = quotas_of(survey).get()
    assert (quota.places, quota.condition) == (
        100,
        {"question": "recommend", "is": "at_least", "value": 9.0},
    )
    quota.taken = 40
    quota.save()
    smaller = {"quota-1-key": quota.key, "quota-1-places": "30"}
    assert save_settings(desk, survey, **smaller, **rule).status_code == 422
    quota.refresh_from_db()
    assert quota.places == 100
    save_settings(desk, survey, **smaller, **{"quota-1-remove": "1"})
    assert not quotas_of(survey).exists()
