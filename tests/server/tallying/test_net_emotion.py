"""The NES of a cockpit is that of the library on the same comments, with what stands beside it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import time_machine

from ressenti.emotions.engines import engine_named
from ressenti.statistics.classification import prediction_powered_mean
from ressenti.studies.net_emotions import NetEmotion, net_emotion, records_of
from tests.server.intake.conftest import new_key
from tests.server.tallying.conftest import NOON, Journal
from tests.server.tallying.test_readings import NextEngine, comment, read

if TYPE_CHECKING:
    from django.test import Client

    from ressenti.server.cockpit.figures import Figure
    from ressenti.server.cockpit.scope import Scope
    from ressenti.server.models import EmotionSample, Measure

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TEXTS = (
    "Livraison rapide, équipe adorable, merci !",
    "Personnel odieux, je suis furieux.",
    "RAS",
    "Livraison rapide mais personnel odieux",
    "Très déçu, deux semaines de retard et aucune réponse.",
    "Great service, thank you so much",
    "The app keeps crashing, I am fed up",
    "Parfait",
    "非常满意 谢谢",
)


def follow(journal: Journal) -> Measure:
    from ressenti.server.models import Measure

    return Measure.objects.create(
        organisation=journal.tenant.organisation, indicator="nes", variant="mean_polarity",
        tally="nes/mean_polarity",
    )  # fmt: skip


def scope_of(journal: Journal, **where: str) -> Scope:
    from ressenti.server.cockpit import scope
    from ressenti.server.cockpit.filters import Filters

    organisation = journal.tenant.organisation
    organisation.refresh_from_db()
    return scope.scope_of(organisation, None, Filters(where=tuple(sorted(where.items()))))


def figure(journal: Journal, **where: str) -> Figure:
    from ressenti.server.cockpit.figures import scorecard

    (found,) = scorecard(scope_of(journal, **where), now=NOW)
    return found


def of_the_library(texts: Sequence[str]) -> NetEmotion:
    """Return the NES of texts of one person each, as the library gives it."""
    engine = engine_named("embedded")
    records = records_of(engine.read(texts), range(len(texts)))
    return net_emotion(records, engine=engine.version)


def test_the_figure_and_its_interval_are_those_of_the_library(journal: Journal) -> None:
    follow(journal)
    for text in TEXTS:
        comment(journal, text)
    read(journal)
    own, told = figure(journal).score, of_the_library(TEXTS).score
    # Polarities are kept to the millionth: a NES to the ten-thousandth of a point.
    assert (own.value, own.low, own.high) == pytest.approx(
        (told.value, told.low, told.high), abs=1e-3
    )
    assert (own.n, own.n_missing) == (told.n, told.n_missing) == (8, 1)
    for name in ("positive", "negative", "neutral", "mixed", "net_share", "mean_intensity"):
        assert own.parts[name] == pytest.approx(told.parts[name], abs=1e-4), name
    assert (own.parts["unread"], own.parts["engine"]) == (1, told.parts["engine"])
    assert "uncorrected" in own.flags


@pytest.mark.parametrize(
    "where", [{"unit": "nice"}, {"channel": "qr"}, {"channel": "qr", "language": "en"}]
)
def test_filters_leave_the_comments_that_they_say(journal: Journal, where: dict[str, str]) -> None:
    follow(journal)
    for text in TEXTS * 2:
        comment(journal, text)
        comment(journal, f"{text} Bravo !", unit="nice", channel="qr", language="en")
    read(journal)
    # No tally set holds a channel with a language: the responses themselves are counted then.
    own = figure(journal, **where).score
    told = of_the_library([f"{text} Bravo !" for text in TEXTS * 2]).score
    assert own.value == pytest.approx(told.value, abs=1e-3)
    assert own.parts["mean_intensity"] == pytest.approx(told.parts["mean_intensity"], abs=1e-4)


def test_small_groups_are_hidden_with_all_that_stands_beside(journal: Journal) -> None:
    follow(journal)
    for text in TEXTS:
        comment(journal, text)
    for text in TEXTS[:4]:
        comment(journal, text, unit="nice")
    read(journal)
    own = figure(journal, unit="nice")
    assert own.score.value is None
    assert own.score.reason == "suppressed"
    assert own.score.parts == {}
    assert own.emotions is not None
    assert own.emotions.tones.n.sum() == 0


def test_nothing_is_compared_across_engines(journal: Journal) -> None:
    follow(journal)
    for text in TEXTS:
        comment(journal, text, answered_at=(NOON - timedelta(days=30)).isoformat())
    read(journal)
    for text in TEXTS:
        comment(journal, text)
    read(journal)
    assert figure(journal).change is not None
    comment(journal, TEXTS[0])
    read(journal, NextEngine())
    with time_machine.travel(NOW, tick=False):
        from ressenti.server.models import SeriesBreak

        own = SeriesBreak.objects.filter(organisation=journal.tenant.organisation)
        own.update(at=NOON)
    mixed = figure(journal)
    assert mixed.change is None
    assert "mixed_engines" in mixed.score.flags
    assert mixed.score.parts["engine"] == f"{engine_named('embedded').version}, embedded/next"
    before = mixed.trend[-2]
    assert "mixed_engines" not in before.flags
    assert before.parts["engine"] == engine_named("embedded").version


def marked(journal: Journal, marks: Sequence[tuple[uuid.UUID, float]]) -> EmotionSample:
    """Return a sample of comments of November, each marked by a person."""
    from ressenti.server.models import EmotionMark, EmotionSample, SampledComment

    organisation = journal.tenant.organisation
    sample = EmotionSample.objects.create(
        organisation=organisation, start=date(2026, 11, 1), end=date(2026, 11, 30),
        size=len(marks), drawn_at=NOW,
    )  # fmt: skip
    for place, (response, polarity) in enumerate(marks):
        named: dict[str, Any] = {"response_id": response, "question": "why"}
        SampledComment.objects.create(sample=sample, place=place, **named)
        # Somebody else had thought otherwise before: the newest mark counts.
        for one in (0.0, polarity):
            EmotionMark.objects.create(
                organisation=organisation, sample=sample, polarity=one, marked_at=NOW, **named
            )
    return sample


def test_the_corrected_figure_is_the_one_of_prediction_powered_inference(journal: Journal) -> None:
    follow(journal)
    draw = np.random.default_rng(20261122)
    texts = [TEXTS[place] for place in draw.integers(0, len(TEXTS) - 1, 120)]
    responses = [comment(journal, text) for text in texts]
    read(journal)
    polarities = np.array([one.polarity or 0.0 for one in engine_named("embedded").read(texts)])
    chosen = draw.permutation(120)[:40]
    truth = np.clip(np.sign(polarities[chosen]) * 0.5 - 0.1, -1, 1)
    marked(journal, [(responses[at], one) for at, one in zip(chosen, truth, strict=True)])
    # A mark outside the sample must not move the figure: nobody drew that comment.
    from ressenti.server.models import EmotionMark

    outside = next(at for at in range(120) if at not in chosen)
    EmotionMark.objects.create(
        organisation=journal.tenant.organisation, response_id=responses[outside],
        question="why", polarity=-1.0, marked_at=NOW,
    )  # fmt: skip
    expected, _error = prediction_powered_mean(
        polarities, polarities[chosen], truth, are_among=True
    )
    score = figure(journal).score
    assert "uncorrected" not in score.flags
    own = score.parts["corrected"]
    assert (own["value"], own["low"], own["high"]) == pytest.approx(
        tuple(100 * one for one in expected.bounds()), abs=1e-3
    )
    assert own["n_audited"] == 40
    assert score.value == pytest.approx(100 * polarities.mean(), abs=1e-3)


def test_a_few_marks_correct_nothing(journal: Journal) -> None:
    follow(journal)
    responses = [comment(journal, text) for text in TEXTS]
    read(journal)
    marked(journal, [(response, 1.0) for response in responses])
    score = figure(journal).score
    assert "corrected" not in score.parts
    assert "uncorrected" in score.flags


def test_the_pages_show_what_stands_beside(
    journal: Journal, signed_in: Callable[..., Client]
) -> None:
    from django.utils.html import escape

    own = follow(journal)
    for text in TEXTS:
        comment(journal, text)
    read(journal)
    client = signed_in(journal.tenant.owner)
    base = f"/o/{journal.tenant.organisation.key}"
    with time_machine.travel(NOW, tick=False):
        card = client.get(f"{base}/scorecard/", {"lang": "fr"}).content.decode()
        page = client.get(f"{base}/indicators/{own.pk}/", {"lang": "fr"}).content.decode()
        whole = client.get(f"{base}/indicators/{own.pk}/", {"at": "all"}).content.decode()
        drawn = client.get(f"{base}/indicators/{own.pk}/distribution.svg").content.decode()
        sheet = client.get(f"{base}/indicators/{own.pk}/export.csv")
    told = figure(journal).score.parts
    for markup in (card, page):
        assert "38\N{NARROW NO-BREAK SPACE}% positif" in markup
        assert "1 non lu" in markup
        assert "non corrigé" in markup
    assert round(told["positive"]) == 38
    assert escape(told["engine"]) in page
    assert "Corrigé par des personnes" in page
    assert escape(told["engine"]) in whole
    assert "mixte" in drawn or "mixed" in drawn
    assert sheet.status_code == 200


def test_programs_read_what_stands_beside(journal: Journal) -> None:
    from django.test import Client

    follow(journal)
    for text in TEXTS:
        comment(journal, text)
    read(journal)
    secret = new_key(journal.tenant, "scores:read")
    answer = Client().get(
        "/api/v1/scores",
        {"measure": "nes", "start": "2026-11-01", "end": "2026-12-01"},
        headers={"authorization": f"Bearer {secret}"},
    )
    (score,) = answer.json()["scores"]
    told = of_the_library(TEXTS).score
    assert score["value"] == pytest.approx(told.value, abs=1e-3)
    assert score["parts"]["net_share"] == pytest.approx(told.parts["net_share"], abs=1e-4)
    assert score["parts"]["engine"] == told.parts["engine"]
