"""Live: what changed is pushed to the cockpits that show it."""

from __future__ import annotations
