"""Studies: questions asked of tallies: score, compare, plan, choose."""

from __future__ import annotations
