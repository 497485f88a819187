"""The pages on the interface: what they tell to type is typed, and answered as they say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.server.api.conftest import SCOPES
from tests.server.conftest import Tenant
from tests.server.intake.conftest import asked_by, new_key

PAGES = [ROOT / "docs" / "howto" / "use-the-api.md", ROOT / "docs" / "fr" / "utiliser-l-api.md"]
EXAMPLE = re.compile(r"```shell\n(?P<typed>.*?)```\s+```json\n(?P<told>.*?)```", re.DOTALL)
ANYTHING = "…"


def agrees(found: Any, told: Any) -> bool:
    """Tell whether an answer is what a page says, ``…`` standing for anything."""
    if told == ANYTHING:
        return True
    if isinstance(told, dict):
        return found.keys() == told.keys() and all(agrees(found[key], told[key]) for key in told)
    if isinstance(told, list):
        return len(found) == len(told) and all(map(agrees, found, told))
    return bool(found == told)


@pytest.mark.skipif(shutil.which("curl") is None, reason="not here: curl")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_are_answered_as_it_says(
    page: Path, tenant: Tenant, running_web: str, tmp_path: Path
) -> None:
    from ressenti.server.models import Measure, Survey

    asked = asked_by(tenant)
    Survey.objects.filter(pk=asked.survey.pk).update(key="visit")
    Measure.objects.create(
        organisation=tenant.organisation,
        indicator="nps",
        variant="standard_0_10",
        scale="0-10",
        tally="nps@0-10",
    )
    environment = {**os.environ, "RESSENTI": running_web, "KEY": new_key(tenant, *SCOPES)}
    examples = list(EXAMPLE.finditer(page.read_text()))
    assert len(examples) == 7
    for example in examples:
        done = subprocess.run(
            ["sh", "-ec", example["typed"]],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert agrees(json.loads(done.stdout), json.loads(example["told"])), done.stdout
