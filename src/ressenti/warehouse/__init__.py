"""Connections: one SQL written as sqlglot trees, run by each engine's own driver."""

from __future__ import annotations
