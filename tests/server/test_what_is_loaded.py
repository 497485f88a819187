"""What an idle process holds in memory: no engine, before there is something for one to do."""

from __future__ import annotations

import subprocess
import sys

import pytest

ENGINES = ("pyarrow", "duckdb", "pandas", "scipy")
WEB = """
import ressenti.server.asgi
from django.urls import get_resolver
get_resolver().url_patterns
"""
WORKER = """
import django
django.setup()
import ressenti.server.running.commands
import ressenti.server.reading.reader
from procrastinate.contrib.django import app
app.perform_import_paths()
"""
TALLIER = "import ressenti.server.tallying.tallier"
LOADED = f"import sys; print(*(name for name in {ENGINES!r} if name in sys.modules))"


@pytest.mark.parametrize("process", [WEB, WORKER, TALLIER], ids=["web", "worker", "tallier"])
def test_no_engine_is_loaded_before_it_is_needed(process: str, server_database: str) -> None:
    command = (sys.executable, "-c", f"{process}\n{LOADED}")
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    assert told.stdout.split() == []
