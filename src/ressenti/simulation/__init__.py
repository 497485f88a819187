"""A company with known truth, for the demonstration and for tests that must find it again."""

from __future__ import annotations

from ressenti.simulation.company import Company, simulate_company, write_company
from ressenti.simulation.marks import expected_nps
from ressenti.simulation.truth import Truth

__all__ = ["Company", "Truth", "expected_nps", "simulate_company", "write_company"]
