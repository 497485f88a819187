"""What the worker does for studies: each in a process of its own, which gives back its memory."""

from __future__ import annotations

import os
import subprocess
import sys

import structlog
from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from ressenti.language import Text
from ressenti.server.models import Study

LONGEST = 600.0
"""Seconds after which a study is given up."""
TOO_LONG = Text(
    en="the study took more than ten minutes: choose fewer days.",
    fr="l'étude a pris plus de dix minutes : choisissez moins de jours.",
)
STOPPED = Text(
    en="the study stopped for a reason that was not foreseen.",
    fr="l'étude s'est arrêtée pour une raison imprévue.",
)
log = structlog.get_logger("ressenti.studying")


@app.task(name="studying.run", queue="studies", lock="studies")
def run(study: int) -> None:
    """Work one study out; whatever happens, its page has something to say."""
    command = (sys.executable, "-m", "ressenti.server.studying", str(study))
    environment = {**os.environ, "DATABASE_URL": settings.DATABASE_URL}
    failure = STOPPED
    try:
        subprocess.run(command, env=environment, timeout=LONGEST, check=True)  # noqa: S603 - our own program
    except subprocess.TimeoutExpired:
        failure = TOO_LONG
    except subprocess.CalledProcessError as error:
        log.warning("study failed", study=study, status=error.returncode)
    unanswered = Study.objects.filter(pk=study, done_at=None)
    unanswered.update(done_at=timezone.now(), failure={"fr": failure.fr, "en": failure.en})
