"""The pages of the cockpit: what they show, to whom, and what they never show."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine

import ressenti
from tests.server.cockpit.conftest import NOW, OCTOBER, Record
from tests.server.conftest import Tenant

if TYPE_CHECKING:
    from django.test import Client

    from ressenti.server.models import Measure, Person

SignedIn = Callable[..., "Client"]
MARKS = [10.0] * 25 + [8.0] * 6 + [3.0] * 9
UNHAPPY = [0.0] * 20 + [8.0] * 9 + [10.0] * 3
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


class Markup(HTMLParser):
    """What a browser would make of a page: its elements and what runs by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.inline: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        told = dict(attrs)
        self.inline += [name for name in told if name.startswith("on") or name == "style"]
        self.inline += ["script"] * (tag == "script" and "src" not in told)
        self.links += [told["href"] or ""] if "href" in told else []


@pytest.fixture
def page(signed_in: SignedIn, tenant: Tenant) -> Callable[..., Any]:
    """Give what a person of the tenant sees at an address."""

    def seen(path: str, person: Person | None = None, language: str = "fr", **query: str) -> Any:
        client = signed_in(person or tenant.owner)
        with time_machine.travel(NOW, tick=False):
            return client.get(f"/o/{tenant.organisation.key}/{path}", query | {"lang": language})

    return seen


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_every_figure_says_its_value_its_interval_its_base_and_its_target(
    record: Record, page: Any
) -> None:
    measure = record.follow(target=10)
    record.answer(MARKS)
    text = text_of(page("scorecard/"))
    section = text[text.index(f'id="figure-{measure.pk}"') :]
    # 100 · (25 − 9) / 40.
    assert ">40,0</data>" in section
    assert re.search(r"\[\d+,\d ; \d+,\d\]", section)
    assert "objectif 10 atteint" in section
    assert '<polygon class="band"' in section or "<svg" in section


def test_numbers_are_written_as_french_writes_them(record: Record, page: Any) -> None:
    record.follow("csat", "1-5")
    record.follow("nps")
    record.answer([5.0] * 5 + [1.0] * 35, tally="csat@1-5")
    record.answer([0.0] * 25 + [10.0] * 15)
    text = text_of(page("scorecard/"))
    assert "12,5\N{NARROW NO-BREAK SPACE}%" in text
    assert ">\N{MINUS SIGN}25,0<" in text
    english = text_of(page("scorecard/", language="en"))
    assert "12.5%" in english


def test_four_states_are_told_in_four_different_words(record: Record, page: Any) -> None:
    record.follow()
    record.follow("csat", "1-5")
    record.follow("ces", "1-7")
    record.follow("churn", "", tally="churn", failed_at=NOW)
    record.answer(MARKS)
    record.answer([5.0] * 4, tally="csat@1-5")
    text = text_of(page("scorecard/", language="en"))
    assert re.findall(r'data-state="(\w+)"', text) == ["live", "too_few", "none_yet", "failed"]
    for word in ("too few answers", "none yet", "failed"):
        assert word in text
    assert 'data-n="4"' not in text


@pytest.mark.parametrize("path", ["scorecard/", "indicators/{pk}/"])
def test_a_page_of_another_organisation_is_not_found(
    record: Record, other_tenant: Tenant, signed_in: SignedIn, path: str
) -> None:
    measure = record.follow()
    address = f"/o/{record.tenant.organisation.key}/{path.format(pk=measure.pk)}"
    assert signed_in(other_tenant.owner).get(address).status_code == 404


def test_an_indicator_of_another_organisation_is_not_found_under_the_own_address(
    record: Record, other_tenant: Tenant, signed_in: SignedIn
) -> None:
    measure = record.follow()
    address = f"/o/{other_tenant.organisation.key}/indicators/{measure.pk}/"
    assert signed_in(other_tenant.owner).get(address).status_code == 404


def test_a_unit_or_a_survey_of_another_organisation_is_no_filter(
    record: Record, other_tenant: Tenant, page: Any
) -> None:
    from ressenti.server.models import Survey, Unit

    record.follow()
    Unit.objects.create(organisation=other_tenant.organisation, key="bordeaux", name="Bordeaux")
    survey = Survey.objects.create(
        organisation=other_tenant.organisation, key="secret", name="Secret", draft={}
    )
    for query in ({"unit": "bordeaux"}, {"survey": str(survey.pk)}):
        response = page("scorecard/", **query)
        assert response.status_code == 400
        assert "Bordeaux" not in text_of(response)
        assert "Secret" not in text_of(response)


def test_who_only_reads_cannot_choose_the_indicators(record: Record, signed_in: SignedIn) -> None:
    record.follow()
    address = f"/o/{record.tenant.organisation.key}/scorecard/shown/"
    assert signed_in(record.tenant.reader).post(address).status_code == 403
    assert signed_in(record.tenant.owner).get(address).status_code == 405


def test_the_chosen_indicators_are_shown_in_the_chosen_order_and_written_down(
    record: Record, signed_in: SignedIn, page: Any
) -> None:
    from ressenti.server.models import AuditEntry

    first, second, third = (
        record.follow(*own) for own in (("nps", "0-10"), ("csat", "1-5"), ("ces", "1-7"))
    )
    signed_in(record.tenant.owner).post(
        f"/o/{record.tenant.organisation.key}/scorecard/shown/",
        {f"place-{first.pk}": "2", f"place-{third.pk}": "1", f"place-{second.pk}": "x",
         f"shown-{first.pk}": "on", f"shown-{third.pk}": "on"},
    )  # fmt: skip
    shown = re.findall(r'<section id="figure-(\d+)"', text_of(page("scorecard/")))
    assert shown == [str(third.pk), str(first.pk)]
    entry = AuditEntry.objects.get(
        organisation=record.tenant.organisation, action="scorecard.changed"
    )
    assert entry.detail == {"shown": [str(third), str(first)]}


def test_a_reader_of_one_shop_finds_nothing_of_the_others(record: Record, page: Any) -> None:
    measure = record.follow()
    record.answer(MARKS, unit="lyon")
    record.answer(UNHAPPY, unit="nice")
    reader = record.tenant.reader
    scorecard = text_of(page("scorecard/", reader))
    assert 'data-n="40"' in scorecard
    assert "nice" not in scorecard.lower()
    assert page("scorecard/", reader, unit="nice").status_code == 400
    assert page("scorecard/", reader, unit="south").status_code == 400
    indicator = text_of(page(f"indicators/{measure.pk}/", reader))
    assert "Nice" not in indicator


def test_a_small_shop_is_on_no_page_and_in_no_link(record: Record, page: Any) -> None:
    measure = record.follow()
    record.answer(MARKS, unit="lyon")
    record.answer([0.0, 0.0, 3.0], unit="nice")
    path = f"indicators/{measure.pk}/"
    ranked = text_of(page(path, by="unit", at="all", language="en"))
    assert "2 segments are hidden" in ranked
    assert "Nothing to show by segment" in ranked
    for query in ({"unit": "nice"}, {"unit": "lyon"}):
        text = text_of(page(path, **query))
        assert 'data-state="too_few"' in text
        assert 'data-n="0"' in text
        assert "<data value" not in text
    compared = text_of(page(path, compare="unit", a="lyon", b="nice", language="en"))
    assert "One of the two is hidden" in compared


def test_a_period_without_answers_tells_what_was_known_before(record: Record, page: Any) -> None:
    record.follow()
    record.answer(MARKS, day=OCTOBER)
    text = text_of(page("scorecard/", language="en"))
    assert 'data-state="none_yet"' in text
    assert "Before: Oct 2026 – 40.0 [" in text


def test_names_written_by_others_stay_text(record: Record, page: Any) -> None:
    from ressenti.server.models import KnownEvent, Unit

    measure = record.follow()
    Unit.objects.filter(pk=record.tenant.nice.pk).update(name=HOSTILE)
    type(record.survey).objects.filter(pk=record.survey.pk).update(name=HOSTILE)
    KnownEvent.objects.create(organisation=record.tenant.organisation, day=OCTOBER, label=HOSTILE)
    record.answer(MARKS, unit="lyon", touchpoint=HOSTILE)
    record.answer(UNHAPPY, unit="nice")
    pages = [
        page("scorecard/"),
        page("scorecard/", touchpoint=HOSTILE),
        page(f"indicators/{measure.pk}/", by="touchpoint"),
        page(f"indicators/{measure.pk}/", by="unit", compare="unit", a="lyon", b="nice",
             across="touchpoint"),
        page("scorecard/", unit=HOSTILE),
        page("scorecard/", **{f"segment.{HOSTILE}": "x"}),
    ]  # fmt: skip
    assert [response.status_code for response in pages] == [200, 200, 200, 200, 400, 400]
    for response in pages:
        found = Markup(text_of(response))
        assert not found.inline
        assert "img" not in found.tags
        assert not [link for link in found.links if link.lower().startswith("javascript:")]


def test_a_link_gives_the_same_figure_when_time_has_passed(
    record: Record, page: Any, signed_in: SignedIn
) -> None:
    measure = record.follow()
    record.answer(MARKS, day=OCTOBER)
    first = text_of(page(f"indicators/{measure.pk}/", at="2026-10-01", unit="lyon"))
    link = next(link for link in Markup(first).links if link.startswith("http://"))
    with time_machine.travel("2027-06-01"):
        later = text_of(signed_in(record.tenant.owner).get(link))
    told = 'class="figures">40,0'
    assert told in first
    assert told in later


def test_an_indicator_tells_how_it_was_computed_from_which_counts(
    record: Record, page: Any
) -> None:
    measure = record.follow()
    record.answer([*MARKS, "?missing", "?invalid"])
    text = text_of(page(f"indicators/{measure.pk}/", language="en"))
    for told in ("promoters 9–10", "Answers counted", "<dd>40</dd>", "<dd>1</dd>", "score"):
        assert told in text


def test_two_periods_are_compared_with_a_test_and_split_into_mix_and_rate(
    record: Record, page: Any
) -> None:
    measure = record.follow()
    for unit, before, after in (("lyon", MARKS, MARKS), ("nice", UNHAPPY, MARKS)):
        record.answer(before, unit=unit, day=OCTOBER)
        record.answer(after, unit=unit)
    text = text_of(
        page(f"indicators/{measure.pk}/", language="en", compare="periods", a="2026-10-01",
             b="2026-11-01", across="unit")
    )  # fmt: skip
    # 100 · 32 / 80 after, 100 · (28 − 29) / 72 before.
    assert "+41.4\N{NO-BREAK SPACE}pts" in text
    assert re.search(r"p (=|&lt;) 0\.00", text)
    assert "mix" in text


@pytest.mark.parametrize(
    "query",
    [{"by": "password"}, {"compare": "x"}, {"a": "2026-13-01"}, {"across": "unit;--", "a": ""}],
)
def test_what_an_indicator_page_is_not_asked_for_is_refused_in_words(
    record: Record, page: Any, query: dict[str, str]
) -> None:
    measure = record.follow()
    record.answer(MARKS, unit="lyon")
    record.answer(MARKS, unit="nice")
    response = page(f"indicators/{measure.pk}/", **query)
    assert response.status_code == 400
    assert "inconnu" in text_of(response)


def test_a_fragment_pushed_live_is_the_one_of_the_page(record: Record, page: Any) -> None:
    from ressenti.server.cockpit.fragments import fragments_of_page

    measure = record.follow()
    record.answer(MARKS, unit="lyon")
    text = text_of(page("scorecard/", unit="lyon"))
    with time_machine.travel(NOW, tick=False):
        pushed = fragments_of_page(
            record.tenant.organisation.pk, None, "scorecard", "per=month&unit=lyon", "fr"
        )
    assert list(pushed) == [f"figure-{measure.pk}"]
    assert pushed[f"figure-{measure.pk}"] in text


def test_the_live_script_is_small_and_pages_are_not_cached(record: Record, page: Any) -> None:
    script = Path(ressenti.__file__).parent / "server" / "static" / "ressenti" / "live.js"
    assert script.stat().st_size < 3_000
    record.follow()
    assert page("scorecard/").headers["Cache-Control"] == "no-store, private"


def test_an_organisation_without_indicators_is_told_what_to_do(tenant: Tenant, page: Any) -> None:
    assert "No indicator is shown yet" in text_of(page("scorecard/", language="en"))


def test_every_grain_and_split_has_a_page(record: Record, page: Any) -> None:
    measure: Measure = record.follow()
    record.answer(MARKS, unit="lyon", channel="qr")
    record.answer(UNHAPPY, unit="nice", touchpoint="web", language="en")
    for grain in ("day", "week", "month", "quarter", "year"):
        for by in ("unit", "touchpoint", "channel", "language"):
            response = page(f"indicators/{measure.pk}/", per=grain, by=by)
            assert response.status_code == 200
            assert 'data-state="live"' in text_of(page("scorecard/", per=grain, to="2026-11-18"))


def test_two_measures_of_one_indicator_are_told_apart(record: Record, page: Any) -> None:
    record.follow("fcr", "yes-no", "survey_yes_share")
    record.follow("fcr", "", "repeat_window", tally="fcr/repeat_window")
    record.follow("csat", "1-5")
    record.follow("csat", "1-5", tally="csat@1-5#visit.q.a", label={"fr": HOSTILE, "en": "Price"})
    text = text_of(page("scorecard/", language="en"))
    name = "First contact resolution\N{NO-BREAK SPACE}· "
    for told in (f"{name}According to the customer", f"{name}No repeat within a window",
                 ">CSAT · Price</a>", ">CSAT</a>"):  # fmt: skip
        assert told.lower() in text.lower()
    assert "<script>alert" not in text_of(page("scorecard/"))


def test_a_line_of_a_grid_is_counted_from_its_own_answers(record: Record, page: Any) -> None:
    line = "csat@1-5#visit.quality.price"
    record.follow("csat", "1-5", tally=line, label={"fr": "Prix"})
    record.answer([5.0] * 6 + [1.0] * 4, tally=line)
    text = text_of(page("scorecard/"))
    assert "CSAT · Prix" in text
    assert re.search(r'data-state="live" data-n="10"', text)
    assert "60,0" in text


def test_too_few_answers_say_how_many_are_needed_and_never_how_many_there_are(
    record: Record, page: Any
) -> None:
    record.follow()
    record.answer([9.0, 10.0, 2.0])
    text = text_of(page("scorecard/", language="en"))
    assert "Shown from 5 answers on, so that nobody can be recognised." in text
    assert 'data-n="0"' in text
    assert "3 answers" not in text


def test_what_has_no_result_says_on_how_many_answers(record: Record) -> None:
    from django.utils import translation

    from ressenti.scores.score import Reason
    from ressenti.server.cockpit.figures import State, scorecard
    from ressenti.server.cockpit.filters import Filters
    from ressenti.server.cockpit.scope import scope_of
    from ressenti.server.cockpit.wording import explanation_of

    record.follow()
    record.answer(MARKS)
    scope = scope_of(record.tenant.organisation, None, Filters())
    (figure,) = scorecard(scope, now=NOW)
    score = replace(figure.score, value=None, reason=Reason.UNDEFINED, n=1)
    undefined = replace(figure, score=score, state=State.TOO_FEW)
    with translation.override("en"):
        told = explanation_of(undefined, scope, "en")
    assert told == "The formula has no result on 1 answer."


def test_a_question_changed_within_a_period_is_told_beside_its_figure(
    record: Record, page: Any
) -> None:
    from ressenti.server.models import SeriesBreak

    record.follow()
    record.answer(MARKS)
    SeriesBreak.objects.create(
        organisation=record.tenant.organisation, tally="nps@0-10", survey=record.survey,
        question="recommend", series=2, at=datetime(2026, 11, 10, 9, tzinfo=UTC),
    )  # fmt: skip
    told = "old and new question together: it changed on Nov 10, 2026"
    assert told in text_of(page("scorecard/", language="en"))
    # By day, none of the days shown last holds both.
    assert told not in text_of(page("scorecard/", language="en", per="day"))
