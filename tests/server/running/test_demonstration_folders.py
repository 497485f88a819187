"""A demonstration that an older version loaded is kept, and whoever opens it is told so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ressenti.server.running.demonstrating import EDITION, TOUR_FILE, entrance
from ressenti.server.running.secret_files import write_secret

OLD_TOUR = {"url": "http://x/tour/a", "address": "a@b.example", "password": "p", "digest": ""}


@pytest.fixture
def folder(server_database: str) -> Iterator[Path]:
    """Give the data folder of a server that has a demonstration."""
    from django.conf import settings

    from ressenti.server.models import Organisation

    organisation = Organisation.objects.create(key="demo", name="Demo", is_demo=True)
    data: Path = settings.SERVER.data
    yield data
    (data / TOUR_FILE).unlink()
    organisation.delete()


def written(folder: Path, **more: Any) -> None:
    write_secret(folder / TOUR_FILE, json.dumps(OLD_TOUR | more))


@pytest.mark.parametrize("edition", [{}, {"edition": EDITION - 1}])
def test_an_older_one_is_opened_as_it_is_and_said_to_be_older(
    folder: Path, edition: dict[str, int]
) -> None:
    from ressenti.server.demonstration.loading import load_demonstration

    written(folder, **edition)
    assert load_demonstration().name == "Demo"
    told = entrance(folder)
    assert told["password"] == "p"
    assert told["url"] != OLD_TOUR["url"]
    assert told["older"] == str(folder)


def test_one_of_this_version_is_opened_without_a_word(folder: Path) -> None:
    from ressenti.server.demonstration.loading import load_demonstration

    written(folder, edition=EDITION)
    load_demonstration()
    assert entrance(folder)["older"] == ""
