"""Tallies: how often each level was met, mergeable by addition; and the queries that make them."""

from __future__ import annotations
