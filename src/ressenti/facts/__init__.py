"""The vocabulary everything shares: scales, measures, dimensions, periods, the seven facts."""

from __future__ import annotations
