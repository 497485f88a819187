"""What an idle process holds in memory: no engine, before there is something for one to do."""

from __future__ import annotations

import subprocess
import sys

import psycopg
import pytest

ENGINES = ("pyarrow", "duckdb", "pandas", "scipy", "ressenti.emotions.embedded")
WEB = """
import ressenti.server.asgi
from django.urls import get_resolver
get_resolver().url_patterns
"""
WORKER = """
import django
django.setup()
import ressenti.server.running.commands
from procrastinate.contrib.django import app
app.perform_import_paths()
"""
READER = """
import django, os, time
django.setup()
from ressenti.server.reading.reader import reading
with reading(os.environ["DATABASE_URL"]):
    time.sleep(1.5)
"""
TALLIER = "import ressenti.server.tallying.tallier"
LOADED = f"import sys; print(*(name for name in {ENGINES!r} if name in sys.modules))"


PROCESSES = {"web": WEB, "worker": WORKER, "reader": READER, "tallier": TALLIER}


@pytest.mark.parametrize("name", PROCESSES)
def test_no_engine_is_loaded_before_it_is_needed(name: str, server_database: str) -> None:
    with psycopg.connect(server_database) as connection:
        # Comments of other tests wait, perhaps, for whoever reads.
        connection.execute("DELETE FROM ressenti_unreadresponse")
    process = PROCESSES[name]
    command = (sys.executable, "-c", f"{process}\n{LOADED}")
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    assert told.stdout.split() == []
