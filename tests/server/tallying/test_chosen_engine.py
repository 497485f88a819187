"""The engine that an administrator chooses reads the comments; one that is away has them wait."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from ressenti.emotions.engines import AskedLanguage, engine_named
from ressenti.emotions.reading import Reading as EngineReading
from ressenti.errors import EngineUnavailable, InvalidArgument, RessentiError
from ressenti.language import Text
from ressenti.server.running.settings import server_settings
from tests.emotions.onnx_files import model_folder
from tests.server.tallying.conftest import Journal
from tests.server.tallying.test_readings import HAPPY, comment, read

WEIGHTS = {"rapide": [1.0, 0.0], "furieux": [0.0, 2.0]}
HOSTED = {
    "RESSENTI_HOSTED_URL": "https://models.example.com/v1/chat/completions",
    "RESSENTI_HOSTED_KEY": "k",
    "RESSENTI_HOSTED_MODEL": "m",
}
SECONDS = 60.0


@dataclass(slots=True)
class AbsentEngine:
    """An engine that cannot be asked until it is back."""

    error: RessentiError | None
    version: str = "absent/1"

    def read(
        self, texts: Sequence[str | None], *, language: AskedLanguage = "auto"
    ) -> list[EngineReading]:
        if self.error is not None:
            raise self.error
        return engine_named("embedded").read(texts, language=language)


def engine_of(folder: Path, **variables: str) -> str:
    return server_settings({"RESSENTI_DATA": str(folder)} | variables).emotion_engine


def waiting(journal: Journal) -> int:
    from ressenti.server.models import UnreadResponse

    return UnreadResponse.objects.filter(organisation_id=journal.tenant.organisation.pk).count()


def test_the_engine_is_the_embedded_one_unless_another_is_named(tmp_path: Path) -> None:
    assert engine_of(tmp_path) == "embedded"
    assert engine_of(tmp_path, RESSENTI_EMOTION_ENGINE="precise") == "precise"
    folder = model_folder(tmp_path / "two", WEIGHTS, ["joy", "anger"])
    assert engine_of(tmp_path, RESSENTI_EMOTION_ENGINE=f"onnx:{folder}") == f"onnx:{folder}"


@pytest.mark.parametrize(
    ("value", "reason"), [("gpt", "embedded, precise"), ("onnx:/nowhere", "no such folder")]
)
def test_an_engine_that_is_not_there_stops_the_server_at_its_start(
    tmp_path: Path, value: str, reason: str
) -> None:
    with pytest.raises(InvalidArgument, match=f"RESSENTI_EMOTION_ENGINE is '{value}'.*{reason}"):
        engine_of(tmp_path, RESSENTI_EMOTION_ENGINE=value)


def test_the_hosted_engine_is_off_until_it_is_named_and_its_variables_are_there(
    tmp_path: Path,
) -> None:
    assert engine_of(tmp_path, **HOSTED) == "embedded"
    with pytest.raises(InvalidArgument, match="RESSENTI_HOSTED_URL is not set"):
        engine_of(tmp_path, RESSENTI_EMOTION_ENGINE="hosted")
    assert engine_of(tmp_path, RESSENTI_EMOTION_ENGINE="hosted", **HOSTED) == "hosted"


def test_the_chosen_engine_reads_what_waits(journal: Journal, tmp_path: Path) -> None:
    from django.conf import settings

    from ressenti.server.models import Reading
    from ressenti.server.reading.reader import reading

    folder = model_folder(tmp_path / "two", WEIGHTS, ["joy", "anger"])
    response = comment(journal, "Livraison rapide")
    journal.tally()
    journal.tally_to_the_end()
    with reading(settings.DATABASE_URL, engine=f"onnx:{folder}"):
        end = time.monotonic() + SECONDS
        while waiting(journal) and time.monotonic() < end:
            time.sleep(0.1)
    journal.tally_to_the_end()
    own = Reading.objects.get(response_id=response)
    assert own.engine.startswith("onnx/")
    assert own.emotions == ["joy"]


@pytest.mark.parametrize("error", [EngineUnavailable, InvalidArgument])
def test_comments_wait_for_an_engine_that_cannot_be_asked(
    journal: Journal, error: type[RessentiError]
) -> None:
    from ressenti.server.models import Reading

    comment(journal, HAPPY)
    comment(journal, HAPPY)
    engine = AbsentEngine(error(Text(en="away.", fr="absent.")))
    with pytest.raises(error):
        read(journal, engine)
    assert waiting(journal) == 2
    engine.error = None
    read(journal, engine)
    assert waiting(journal) == 0
    tones = Reading.objects.filter(organisation=journal.tenant.organisation)
    assert {one.tone for one in tones} == {"positive"}
