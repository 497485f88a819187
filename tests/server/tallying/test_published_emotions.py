"""The published lake tells what was read in comments: its NES is the cockpit's."""

from __future__ import annotations

import uuid
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import ressenti
from ressenti.facts.schemas import FACTS
from tests.server.tallying.conftest import Journal
from tests.server.tallying.test_net_emotion import TEXTS, figure, follow
from tests.server.tallying.test_readings import ANGRY, HAPPY, comment, read


def published(journal: Journal, folder: Path) -> Path:
    from django.conf import settings

    from ressenti.server.tallying.publication import publish

    publish(settings.DATABASE_URL, journal.tenant.organisation.key, folder)
    return folder


def emotions_in(folder: Path) -> pa.Table:
    return pq.read_table(folder / "emotions")


def test_the_nes_of_the_lake_is_that_of_the_cockpit(journal: Journal, tmp_path: Path) -> None:
    follow(journal)
    for text in TEXTS:
        comment(journal, text)
    # One person, one observation, however many questions were answered in words.
    comment(journal, HAPPY, more=ANGRY)
    comment(journal, ANGRY, more="Great service, thank you so much")
    read(journal)
    own = figure(journal).score
    lake = published(journal, tmp_path / "lake")
    (told,) = ressenti.score(str(lake), ["nes"])
    assert own.value is not None
    # Polarities are tallied to the millionth.
    assert told.value == pytest.approx(own.value, abs=1e-3)
    assert (told.low, told.high) == pytest.approx((own.low, own.high), abs=1e-3)
    assert told.n == own.n == 10


def test_the_lake_is_cut_by_the_dimensions_of_the_responses(
    journal: Journal, tmp_path: Path
) -> None:
    follow(journal)
    for text in TEXTS[:6]:
        comment(journal, text)
        comment(journal, f"{text} Bravo !", unit="nice")
    read(journal)
    lake = published(journal, tmp_path / "lake")
    by_unit = {
        one.segment["unit"]: one.value for one in ressenti.score(str(lake), ["nes"], by=["unit"])
    }
    for unit in ("lyon", "nice"):
        own = figure(journal, unit=unit).score
        assert by_unit[unit] == pytest.approx(own.value, abs=1e-3)


def test_rows_are_facts_with_their_theme_and_where_they_stand(
    journal: Journal, tmp_path: Path
) -> None:
    text = "Livraison en retard, je suis furieux."
    response = comment(journal, text)
    read(journal)
    table = emotions_in(published(journal, tmp_path / "lake"))
    assert {column.key for column in FACTS["emotions"].columns} <= set(table.column_names)
    rows = table.to_pylist()
    assert {row["text_id"] for row in rows} == {str(response)}
    # What no emotion carries belongs to no clause.
    angry = [row for row in rows if row["emotion"] == "anger"]
    assert all(row["valence"] < 0 for row in angry)
    places = [tuple(map(int, row["span"].split("-"))) for row in angry]
    assert "je suis furieux." in {text[start:end] for start, end in places}
    assert any((row["theme"] or "").startswith("delivery.") for row in rows)
    keys = [row["source_id"] for row in rows]
    assert len(set(keys)) == len(keys)


def test_readings_made_before_clauses_told_their_parts_have_the_same_nes(
    journal: Journal, tmp_path: Path
) -> None:
    follow(journal)
    for text in TEXTS:
        comment(journal, text)
    read(journal)
    (before,) = ressenti.score(str(published(journal, tmp_path / "lake")), ["nes"])
    journal.connection.execute(
        "UPDATE ressenti_reading SET clauses = (SELECT coalesce(jsonb_agg(one - 'parts'), '[]') "
        "FROM jsonb_array_elements(clauses) AS one) WHERE organisation_id = %s",
        [journal.tenant.organisation.pk],
    )
    (after,) = ressenti.score(str(published(journal, tmp_path / "lake")), ["nes"])
    assert after.value == pytest.approx(before.value)
    assert after.n == before.n
    assert set(emotions_in(tmp_path / "lake")["span"].to_pylist()) == {None}


def test_what_is_not_counted_or_not_read_is_not_published(journal: Journal, tmp_path: Path) -> None:
    unfinished = comment(journal, HAPPY, is_final=False)
    unread = comment(journal, "非常满意 谢谢")
    counted = comment(journal, ANGRY)
    read(journal)
    texts = emotions_in(published(journal, tmp_path / "lake"))["text_id"].to_pylist()
    assert set(texts) == {str(counted)}
    assert str(unfinished) not in texts
    assert str(unread) not in texts


def test_what_an_erased_customer_felt_leaves_the_lake(journal: Journal, tmp_path: Path) -> None:
    from ressenti.server.models import Customer

    customer = Customer.objects.create(organisation=journal.tenant.organisation, external_id="c1")
    gone = comment(journal, HAPPY, customer=str(customer.pk))
    stays = comment(journal, ANGRY)
    read(journal)
    lake = published(journal, tmp_path / "lake")
    assert set(emotions_in(lake)["text_id"].to_pylist()) == {str(gone), str(stays)}
    journal.write(3, {"customer": str(customer.pk)}, uuid.uuid4())
    journal.tally_to_the_end()
    published(journal, lake)
    assert set(emotions_in(lake)["text_id"].to_pylist()) == {str(stays)}
