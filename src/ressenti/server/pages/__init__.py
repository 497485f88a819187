"""What every page of the server shares: its frame, its language, its content policy."""

from __future__ import annotations
