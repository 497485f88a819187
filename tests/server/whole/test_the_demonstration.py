"""The demonstration: it starts, lives, tells the truth of its tallies, is saved and comes back."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from ressenti.server.running.erasures import customer_digest, keep_erasure
from ressenti.server.running.postgres import EmbeddedPostgres
from ressenti.server.tallying.tallier import tally_batch
from tests.server.whole.conftest import Product, plain_environment, started_product

NEW_CUSTOMER = """
INSERT INTO ressenti_customer (id, organisation_id, external_id, email, phone, name, language,
    attributes, refuses, created_at, changed_at)
SELECT %s, id, 'c-77', 'ada@example.org', '', 'Ada', 'fr', '{}', '[]', now(), now()
FROM ressenti_organisation
"""
ANSWERED_BY = """
UPDATE ressenti_response SET customer_id = %s
WHERE id IN (SELECT id FROM ressenti_response ORDER BY answered_at LIMIT 3)
"""

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("product")]


def ressenti(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a person would."""
    return subprocess.run(
        [sys.executable, "-m", "ressenti", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=plain_environment(),
    )


def all_tallied(product: Product) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        done = ressenti("tallies", "status", "--data", str(product.data), "--format", "json")
        told = json.loads(done.stdout)
        if told["entries_behind"] <= 3:
            return
        time.sleep(0.5)
    pytest.fail(f"the tallier is behind: {told}")


def test_it_answers_health_readiness_and_metrics(product: Product) -> None:
    for page in ("healthz", "readyz", "metrics"):
        end = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{product.url}/{page}") as response:
                    assert response.status == 200
                    break
            except urllib.error.HTTPError:
                # Not ready while the tallier reads two years of history.
                assert page == "readyz"
                assert time.monotonic() < end
                time.sleep(0.5)


def test_customers_go_on_answering_until_they_are_paused(product: Product) -> None:
    count = "SELECT count(*) FROM ressenti_journalentry"
    before = product.rows(count)
    end = time.monotonic() + 30
    while product.rows(count) == before and time.monotonic() < end:
        time.sleep(0.5)
    assert product.rows(count) > before


def test_the_tallies_agree_with_the_record(product: Product) -> None:
    all_tallied(product)
    done = ressenti("tallies", "verify", "--data", str(product.data), "--format", "json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["verified"] == {"demo": 0}


def test_a_false_tally_is_found_and_made_anew(product: Product) -> None:
    all_tallied(product)
    with psycopg.connect(product.database) as connection:
        connection.execute(
            "UPDATE ressenti_tallycell SET n = n + 1 WHERE dimensions = '' AND grain = 'month' "
            "AND tally = 'nps@0-10' AND level = '9'"
        )
    told = ressenti("tallies", "verify", "--data", str(product.data))
    assert told.returncode == 1
    assert "nps@0-10" in told.stdout
    assert ressenti("tallies", "rebuild", "--data", str(product.data)).returncode == 0
    assert ressenti("tallies", "verify", "--data", str(product.data)).returncode == 0


def test_the_lake_gives_the_scores_of_the_cockpit(product: Product, tmp_path: Path) -> None:
    all_tallied(product)
    lake = tmp_path / "lake"
    assert ressenti("publish", "demo", str(lake), "--data", str(product.data)).returncode == 0
    before = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    done = ressenti(
        "score", str(lake), "-m", "nps", "--per", "year", "--format", "json", "--where",
        f"answered_at < '{before}'",
    )  # fmt: skip
    scores = [one for one in json.loads(done.stdout)["scores"] if one["n"]]
    tallied = product.rows(
        "SELECT sum(n)::float FROM ressenti_tallycell WHERE tally = 'nps@0-10' AND grain = 'day' "
        "AND dimensions = '' AND level NOT LIKE '?%' "
        f"AND period < '{before}'"
    )
    assert sum(one["n"] for one in scores) == pytest.approx(tallied[0][0], abs=3)
    again = ressenti("publish", "demo", str(lake), "--data", str(product.data), "--format", "json")
    # Answers go on arriving: only the running month may be written anew, for each fact.
    written = json.loads(again.stdout)["written"]
    assert len({one.rpartition("/")[2] for one in written}) <= 1


def test_a_backup_restored_elsewhere_forgets_whom_it_must(product: Product, tmp_path: Path) -> None:
    all_tallied(product)
    customer = uuid.uuid4()
    with psycopg.connect(product.database) as connection:
        connection.execute(NEW_CUSTOMER, [customer])
        changed = connection.execute(ANSWERED_BY, [customer]).rowcount
    assert changed == 3
    file = tmp_path / "saved.backup"
    assert ressenti("backup", str(file), "--data", str(product.data)).returncode == 0

    # Asked to be forgotten after the backup was taken: only the list beside the database knows.
    place = product.data.with_name(f"{product.data.name}-other")
    place.mkdir(mode=0o700)
    shutil.copy(product.data / "secret.key", place)
    digest = customer_digest(customer, key=(place / "secret.key").read_text().strip().encode())
    organisation = product.rows("SELECT id FROM ressenti_organisation")[0][0]
    keep_erasure(place, organisation, digest)

    done = ressenti("restore", str(file), "--data", str(place))
    assert done.returncode == 0, done.stderr
    with (
        EmbeddedPostgres(place) as restored,
        psycopg.connect(restored.url(), autocommit=True) as connection,
    ):
        while tally_batch(connection):
            pass
        left = connection.execute(
            "SELECT email, external_id, (SELECT count(*) FROM ressenti_response "
            "WHERE customer_id = c.id) FROM ressenti_customer AS c WHERE id = %s",
            [customer],
        ).fetchone()
        assert left == ("", str(customer), 0)
    told = ressenti("tallies", "verify", "--data", str(place), "--format", "json")
    assert json.loads(told.stdout)["verified"] == {"demo": 0}
    refused = ressenti("restore", str(file), "--data", str(place))
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    shutil.rmtree(place)


def test_it_stops_cleanly_and_opens_again_where_it_was(product: Product) -> None:
    all_tallied(product)
    assert product.stop() == 0
    before = (product.data / "tour.json").read_text()
    again = started_product(product.data, product.port)
    product.process = again.process
    told = json.loads(before)
    assert again.tour["password"] == told["password"]
    assert again.tour["url"] != told["url"]
