"""Channels: one file a way to reach people, and what comes back by it."""

from __future__ import annotations
