"""A company with known truth, for the demonstration and for tests that must find it again."""

from __future__ import annotations

from ressenti.simulation.company import Company, simulate_company, write_company
from ressenti.simulation.marks import expected_nps
from ressenti.simulation.truth import Truth
from ressenti.simulation.world import COMPANY_NAME

__all__ = ["COMPANY_NAME", "Company", "Truth", "expected_nps", "simulate_company", "write_company"]
