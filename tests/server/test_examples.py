"""The examples in the server's docstrings run, with Django and the database as they are in it."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
MODULES = sorted(
    ".".join(path.relative_to(SOURCE).with_suffix("").parts)
    for path in (SOURCE / "ressenti" / "server").rglob("*.py")
    if ">>> " in path.read_text() and "migrations" not in path.parts
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str, server_database: str) -> None:
    result = doctest.testmod(import_module(name))
    assert result.attempted
    assert not result.failed
