"""What is read in comments counts once: whatever is corrected, erased, killed or read anew."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from ressenti.emotions.engines import AskedLanguage, Engine, engine_named
from ressenti.emotions.reading import Reading as EngineReading
from tests.server.tallying.conftest import NOON, Journal

HAPPY = "Livraison rapide, équipe adorable, merci !"
ANGRY = "Personnel odieux, je suis furieux."
READ = ("nes/mean_polarity", "nes@tone", "nes@intensity")


@dataclass(frozen=True, slots=True)
class NextEngine:
    """The embedded engine as a later release of it."""

    version: str = "embedded/next"

    def read(
        self, texts: Sequence[str | None], *, language: AskedLanguage = "auto"
    ) -> list[EngineReading]:
        return engine_named("embedded").read(texts, language=language)


@dataclass(frozen=True, slots=True)
class FragileEngine:
    """The embedded engine, unless a text makes it fail."""

    version: str = "fragile/1"

    def read(
        self, texts: Sequence[str | None], *, language: AskedLanguage = "auto"
    ) -> list[EngineReading]:
        if any("boum" in (text or "") for text in texts):
            raise ZeroDivisionError
        return engine_named("embedded").read(texts, language=language)


def comment(
    journal: Journal, text: str, *, more: str = "", response: uuid.UUID | None = None, **told: Any
) -> uuid.UUID:
    """Write a response with a comment, or with two."""
    answers = [{"q": "why", "x": text}, {"q": "more", "x": more}]
    page = {"covers": ["why", "more"], "answers": answers}
    return journal.answer(9, response=response, **page, **told)


def read(journal: Journal, engine: Engine | None = None) -> None:
    """Have everything that waits read and tallied."""
    from ressenti.server.reading.batches import read_batch

    # A batch stops below what another transaction still holds back, such as the database's own.
    journal.tally()
    journal.tally_to_the_end()
    while read_batch(journal.connection, engine or engine_named("embedded"), most=3):
        pass
    journal.tally()
    journal.tally_to_the_end()


def levels(journal: Journal, tally: str, *, series: int = 1) -> dict[str, int]:
    """Return n by level over everything."""
    rows = journal.connection.execute(
        "SELECT level, n FROM ressenti_tallycell WHERE organisation_id = %s AND dimensions = '' "
        "AND grain = 'month' AND n <> 0 AND tally = %s AND series = %s",
        [journal.tenant.organisation.pk, tally, series],
    )
    return {str(level): int(n) for level, n in rows}


def sums(journal: Journal) -> list[tuple[Any, ...]]:
    """Return every cell of readings that says something."""
    return journal.connection.execute(
        "SELECT tally, dimensions, grain, period, series, place, level, n, w, w2, wx, wx2 "
        "FROM ressenti_tallycell WHERE organisation_id = %s AND tally = ANY(%s) AND "
        "(n, w, w2, coalesce(wx, 0), coalesce(wx2, 0)) <> (0, 0, 0, 0, 0) ORDER BY 1,2,3,4,5,6,7",
        [journal.tenant.organisation.pk, list(READ)],
    ).fetchall()


def count(journal: Journal, table: str) -> int:
    row = journal.connection.execute(
        f"SELECT count(*) FROM ressenti_{table} WHERE organisation_id = %s",
        [journal.tenant.organisation.pk],
    ).fetchone()
    return 0 if row is None else int(row[0])


def test_a_comment_is_read_and_counted_with_all_that_stands_beside_it(journal: Journal) -> None:
    from ressenti.server.models import Reading, ReadResponse

    response = comment(journal, HAPPY)
    comment(journal, ANGRY, unit="nice")
    read(journal)
    reading = Reading.objects.get(response=response)
    own = engine_named("embedded").read([HAPPY])[0]
    assert (reading.question, reading.language, reading.tone) == ("why", "fr", "positive")
    assert reading.polarity == pytest.approx(own.polarity, abs=1e-12)
    assert sum(reading.parts.values()) == pytest.approx(reading.polarity, abs=1e-12)
    assert reading.emotions
    assert reading.is_counted
    assert reading.engine == own.engine
    spoken = [
        HAPPY[word["start"] : word["end"]] for one in reading.clauses for word in one["words"]
    ]
    assert "adorable" in spoken
    assert levels(journal, "nes@tone") == {"positive": 1, "negative": 1}
    whole = ReadResponse.objects.get(response=response)
    assert float(whole.polarity or 0) == pytest.approx(own.polarity, abs=1e-6)
    assert count(journal, "unreadresponse") == 0
    assert journal.differences() == []


def test_nobody_waits_for_a_reader_that_has_nothing_to_read(journal: Journal) -> None:
    journal.answer(9)
    journal.tally()
    assert count(journal, "unreadresponse") == 0


def test_whoever_watches_is_told_of_the_figure_and_of_the_comment(
    journal: Journal, server_database: str
) -> None:
    with psycopg.connect(server_database, autocommit=True) as watcher:
        comment(journal, HAPPY)
        journal.tally()
        watcher.execute("LISTEN ressenti_live")
        read(journal)
        told = [notice.payload for notice in watcher.notifies(timeout=1, stop_after=1)]
    assert len(told) == 1
    assert all(name in told[0] for name in (*READ, "comments"))
    assert "nps@0-10" not in told[0]


def test_two_comments_of_one_person_are_one_observation(journal: Journal) -> None:
    comment(journal, HAPPY, more=ANGRY)
    read(journal)
    both = [one.polarity for one in engine_named("embedded").read([HAPPY, ANGRY])]
    mean = sum(one for one in both if one is not None) / 2
    assert levels(journal, "nes@tone") == {"mixed": 1}
    (cell,) = [row for row in sums(journal) if row[:3] == (READ[0], "", "month")]
    assert cell[7] == 1
    assert float(cell[10]) == pytest.approx(mean, abs=1e-6)
    assert float(cell[11]) == pytest.approx(mean**2, abs=2e-6)
    assert journal.differences() == []


def test_what_cannot_be_read_is_missing_never_neutral(journal: Journal) -> None:
    from ressenti.server.models import Reading

    response = comment(journal, "非常满意 谢谢")
    read(journal)
    assert Reading.objects.get(response=response).reason == "language"
    for tally in READ:
        assert levels(journal, tally) == {"?missing": 1}
    assert journal.differences() == []


def test_a_corrected_comment_is_uncounted_and_read_again(journal: Journal) -> None:
    from ressenti.server.models import Reading

    response = comment(journal, HAPPY)
    read(journal)
    comment(journal, ANGRY, response=response)
    journal.tally()
    assert levels(journal, "nes@tone") == {}
    assert not Reading.objects.filter(response=response).exists()
    assert journal.differences() == []
    read(journal)
    assert levels(journal, "nes@tone") == {"negative": 1}
    assert journal.differences() == []


def test_a_mark_stays_with_its_words_and_goes_with_them(journal: Journal) -> None:
    from ressenti.server.models import EmotionMark

    response = comment(journal, HAPPY, more=ANGRY)
    read(journal)
    for question in ("why", "more"):
        EmotionMark.objects.create(
            organisation=journal.tenant.organisation, response_id=response, question=question,
            polarity=-0.5, marked_at=NOON,
        )  # fmt: skip
    comment(journal, HAPPY, more="Tout va bien", response=response)
    read(journal)
    assert [one.question for one in EmotionMark.objects.filter(response=response)] == ["why"]


def test_a_page_about_something_else_leaves_the_reading_alone(journal: Journal) -> None:
    from ressenti.server.models import Reading

    response = comment(journal, HAPPY)
    read(journal)
    before = Reading.objects.get(response=response).pk
    journal.answer(3, response=response)
    journal.tally()
    assert count(journal, "unreadresponse") == 0
    assert Reading.objects.get(response=response).pk == before
    assert levels(journal, "nes@tone") == {"positive": 1}
    assert journal.differences() == []


def test_a_reading_of_words_that_changed_meanwhile_is_not_counted(journal: Journal) -> None:
    from ressenti.server.tallying.readings import text_digest

    response = comment(journal, HAPPY)
    comment(journal, ANGRY, response=response)
    stale = {
        "q": "why", "p": "", "digest": text_digest(HAPPY), "tone": "positive",
        "polarity": 0.9, "intensity": 0.9,
    }  # fmt: skip
    journal.write(5, {"engine": "embedded/old", "readings": [stale]}, response)
    journal.tally()
    assert levels(journal, "nes@tone") == {}
    read(journal)
    assert levels(journal, "nes@tone", series=2) == {"negative": 1}
    assert journal.differences() == []


def test_what_is_corrected_while_it_is_read_is_read_again(journal: Journal) -> None:
    from ressenti.server.reading.batches import read_batch

    class Interrupted(NextEngine):
        def read(
            self, texts: Sequence[str | None], *, language: AskedLanguage = "auto"
        ) -> list[EngineReading]:
            comment(journal, ANGRY, response=response)
            journal.tally()
            return NextEngine.read(self, texts, language=language)

    response = comment(journal, HAPPY)
    journal.tally()
    read_batch(journal.connection, Interrupted(), most=3)
    journal.tally()
    assert count(journal, "unreadresponse") == 1
    assert count(journal, "reading") == 0
    read(journal)
    assert levels(journal, "nes@tone") == {"negative": 1}


def test_an_erased_person_leaves_no_trace_of_what_was_read(journal: Journal) -> None:
    from ressenti.server.models import Customer, EmotionMark, EmotionSample, SampledComment

    organisation = journal.tenant.organisation
    customer = Customer.objects.create(organisation=organisation, external_id="c-1")
    response = comment(journal, HAPPY, customer=str(customer.pk))
    read(journal)
    sample = EmotionSample.objects.create(
        organisation=organisation, start=NOON.date(), end=NOON.date(), size=1, drawn_at=NOON
    )
    SampledComment.objects.create(sample=sample, place=1, response_id=response, question="why")
    EmotionMark.objects.create(
        organisation=organisation, response_id=response, question="why", polarity=1.0,
        sample=sample, marked_at=NOON,
    )  # fmt: skip
    waiting = comment(journal, ANGRY, customer=str(customer.pk))
    journal.tally()
    journal.write(3, {"customer": str(customer.pk), "external_id": "c-1"})
    read(journal)
    assert sums(journal) == []
    for table in ("response", "reading", "readresponse", "emotionmark", "unreadresponse"):
        assert count(journal, table) == 0, table
    assert not SampledComment.objects.filter(sample=sample).exists()
    said = journal.connection.execute(
        "SELECT payload FROM ressenti_journalentry WHERE response_id = ANY(%s)",
        [[response, waiting]],
    ).fetchall()
    assert len(said) == 3
    assert all(payload == {"erased": True} for (payload,) in said)


def test_what_is_erased_while_it_is_read_is_never_written(journal: Journal) -> None:
    from ressenti.server.reading.batches import read_batch

    class Interrupted(NextEngine):
        def read(
            self, texts: Sequence[str | None], *, language: AskedLanguage = "auto"
        ) -> list[EngineReading]:
            journal.write(4, {"response": str(response), "reason": "test"})
            journal.tally()
            return NextEngine.read(self, texts, language=language)

    response = comment(journal, HAPPY)
    journal.tally()
    read_batch(journal.connection, Interrupted(), most=3)
    journal.tally()
    said = journal.connection.execute(
        "SELECT kind FROM ressenti_journalentry WHERE organisation_id = %s ORDER BY id",
        [journal.tenant.organisation.pk],
    ).fetchall()
    assert said == [(1,), (4,)]


def test_a_response_that_is_not_finished_is_read_and_counted_once_it_is(journal: Journal) -> None:
    from ressenti.server.models import Reading

    response = comment(journal, HAPPY, is_final=False)
    read(journal)
    reading = Reading.objects.get(response=response)
    assert not reading.is_counted
    assert sums(journal) == []
    journal.answer(9, response=response)
    journal.tally()
    reading.refresh_from_db()
    assert reading.is_counted
    assert levels(journal, "nes@tone") == {"positive": 1}
    assert journal.differences() == []


def test_what_employees_write_is_read_and_counted_nowhere(journal: Journal) -> None:
    from ressenti.server.models import Survey

    Survey.objects.filter(pk=journal.survey).update(audience="employee")
    comment(journal, ANGRY)
    read(journal)
    assert count(journal, "reading") == 1
    assert sums(journal) == []
    assert journal.differences() == []


def test_when_an_anonymous_comment_was_read_says_no_more_than_its_day(journal: Journal) -> None:
    from ressenti.server.models import JournalEntry, Reading, Survey

    Survey.objects.filter(pk=journal.survey).update(is_anonymous=True)
    response = comment(journal, ANGRY)
    read(journal)
    told = Reading.objects.get(response=response).read_at
    assert told == JournalEntry.objects.get(response_id=response, kind=5).received_at
    here = told.astimezone(ZoneInfo("Europe/Paris"))
    assert (here.hour, here.minute, here.second, here.microsecond) == (0, 0, 0, 0)


def test_another_engine_begins_another_series(journal: Journal) -> None:
    from ressenti.server.models import EmotionEngine, SeriesBreak

    comment(journal, HAPPY)
    read(journal)
    comment(journal, HAPPY)
    comment(journal, ANGRY)
    read(journal, NextEngine())
    organisation = journal.tenant.organisation
    engines = EmotionEngine.objects.filter(organisation=organisation)
    assert [(one.engine, one.series) for one in engines] == [
        (engine_named("embedded").version, 1),
        ("embedded/next", 2),
    ]
    breaks = SeriesBreak.objects.filter(organisation=organisation)
    assert {(one.tally, one.engine, one.series) for one in breaks} == {
        (tally, "embedded/next", 2) for tally in READ
    }
    assert levels(journal, "nes@tone") == {"positive": 1}
    assert levels(journal, "nes@tone", series=2) == {"positive": 1, "negative": 1}
    assert journal.differences() == []


def test_a_comment_that_an_engine_fails_on_holds_up_no_other(journal: Journal) -> None:
    from ressenti.server.models import Reading

    broken = comment(journal, "boum")
    comment(journal, HAPPY)
    comment(journal, ANGRY)
    read(journal, FragileEngine())
    assert Reading.objects.get(response=broken).reason == "answer"
    assert levels(journal, "nes@tone") == {"positive": 1, "negative": 1, "?missing": 1}


def test_themes_are_those_of_the_organisation(journal: Journal) -> None:
    from ressenti.server.models import Reading

    organisation = journal.tenant.organisation
    response = comment(journal, "Deux jours de retard et carton écrasé")
    read(journal)
    assert "delivery.delay" in Reading.objects.get(response=response).themes
    organisation.theme_plan = {"plans": ["bank"]}
    organisation.save()
    response = comment(journal, "Deux jours de retard et carton écrasé")
    read(journal)
    assert "delivery.delay" not in Reading.objects.get(response=response).themes


def test_a_signal_is_told_with_the_words_that_say_it(journal: Journal) -> None:
    from ressenti.server.models import Reading

    text = "Service lent. Je résilie demain."
    response = comment(journal, text)
    read(journal)
    reading = Reading.objects.get(response=response)
    assert reading.signals == ["leaving"]
    (span,) = reading.signal_spans
    assert text[span["start"] : span["end"]] == "Je résilie"


def test_weights_count_and_are_taken_away_exactly(journal: Journal) -> None:
    one = comment(journal, HAPPY, weight="0.3")
    two = comment(journal, ANGRY, weight="1.7")
    read(journal)
    (tone,) = [
        row for row in sums(journal) if row[:3] == (READ[1], "", "day") and row[6] == "positive"
    ]
    assert tone[8] == Decimal("0.3")
    assert journal.differences() == []
    for response in (one, two):
        journal.write(4, {"response": str(response), "reason": "test"})
    journal.tally()
    assert sums(journal) == []


def test_a_rebuild_gives_the_same_cells_to_the_last_digit(journal: Journal) -> None:
    from ressenti.server.tallying.verification import rebuild

    for text in (HAPPY, ANGRY, "RAS", "Prix attractif mais attente interminable", "非常满意"):
        comment(journal, text, weight="0.7")
    read(journal)
    before = sums(journal)
    assert len(before) > 100
    journal.connection.execute(
        "UPDATE ressenti_tallycell SET wx = wx + 0.000001 WHERE organisation_id = %s "
        "AND tally = 'nes/mean_polarity'",
        [journal.tenant.organisation.pk],
    )
    assert journal.differences()
    rebuild(journal.connection, journal.tenant.organisation.pk)
    assert sums(journal) == before
    assert journal.differences() == []


def test_counting_everything_anew_leaves_the_same_cells(
    journal: Journal, server_database: str
) -> None:
    """Events are counted again by the engine: what was read in comments is none."""
    from ressenti.server.models import Measure
    from ressenti.server.tallying.rebuilding import rebuild_asked
    from ressenti.server.tallying.recounting import recount_due

    organisation = journal.tenant.organisation
    measure = Measure.objects.create(
        organisation=organisation, indicator="nes", variant="mean_polarity", tally=READ[0]
    )
    for text in (HAPPY, ANGRY):
        comment(journal, text)
    read(journal)
    before = sums(journal)
    rebuild_asked(organisation)
    while recount_due(journal.connection, server_database):
        pass
    assert sums(journal) == before
    measure.refresh_from_db()
    assert measure.failed_at is None


def test_any_history_gives_the_tallies_of_its_end(journal: Journal) -> None:
    """Random comments, corrections, removals and readings against a plain recount."""
    draw = random.Random(20261122)
    texts = [HAPPY, ANGRY, "RAS", "Prix attractif mais attente interminable", "非常满意", ""]
    tones = ["positive", "negative", "neutral", "mixed", "?missing", None]
    alive: dict[uuid.UUID, str] = {}
    for _ in range(80):
        what = draw.random()
        if what < 0.5 or not alive:
            text = draw.choice(texts)
            alive[comment(journal, text)] = text
        elif what < 0.75:
            response = draw.choice(list(alive))
            alive[response] = draw.choice(texts)
            comment(journal, alive[response], response=response)
        else:
            response = draw.choice(list(alive))
            del alive[response]
            journal.write(4, {"response": str(response), "reason": "test"})
        if draw.random() < 0.3:
            read(journal)
        elif draw.random() < 0.3:
            journal.tally()
    read(journal)
    tone_of = dict(zip(texts, tones, strict=True))
    expected: dict[str, int] = {}
    for text in alive.values():
        if (tone := tone_of[text]) is not None:
            expected[tone] = expected.get(tone, 0) + 1
    assert levels(journal, "nes@tone") == expected
    assert journal.differences() == []


def test_a_second_reader_waits_until_the_first_is_gone(server_database: str) -> None:
    from ressenti.server.reading.reader import is_alone

    with psycopg.connect(server_database, autocommit=True) as second:
        with psycopg.connect(server_database, autocommit=True) as first:
            assert is_alone(first)
            assert not is_alone(second)
        end = time.monotonic() + 30
        while not is_alone(second):
            assert time.monotonic() < end, "the lock outlived its session"
            time.sleep(0.05)


@pytest.mark.slow
def test_a_reader_and_a_tallier_killed_again_and_again_count_each_comment_once(
    journal: Journal, server_database: str
) -> None:
    """Kill both processes at random moments while comments come in; at the end each counts once."""
    draw = random.Random(11)
    environment = {**os.environ, "DATABASE_URL": server_database}
    sent = 0
    for victim in ("worker", "tallier", "worker", "worker", "tallier"):
        commands = {
            "worker": [sys.executable, "-m", "ressenti.server", "worker"],
            "tallier": [sys.executable, "-m", "ressenti.server.tallying"],
        }
        running = {name: subprocess.Popen(told, env=environment) for name, told in commands.items()}
        read_before = count(journal, "reading")
        end = time.monotonic() + 30
        while count(journal, "reading") == read_before and time.monotonic() < end:
            comment(journal, draw.choice((HAPPY, ANGRY)))
            sent += 1
            time.sleep(0.01)
        # They are both at work now: they are killed in the middle of it.
        for _ in range(draw.randint(1, 40)):
            comment(journal, draw.choice((HAPPY, ANGRY)))
            sent += 1
        running[victim].send_signal(signal.SIGKILL)
        time.sleep(0.3)
        for process in running.values():
            process.send_signal(signal.SIGKILL)
            process.wait()
    journal.tally_to_the_end()
    assert count(journal, "reading") > 0, "nothing was read before the last was killed"
    end = time.monotonic() + 60
    while count(journal, "reading") < sent and time.monotonic() < end:
        read(journal)
        journal.tally_to_the_end()
    assert count(journal, "unreadresponse") == 0
    assert sum(levels(journal, "nes@tone").values()) == sent
    entries = journal.connection.execute(
        "SELECT count(*) FROM ressenti_journalentry WHERE organisation_id = %s AND kind = 5",
        [journal.tenant.organisation.pk],
    ).fetchone()
    assert entries == (sent,)
    assert journal.differences() == []
