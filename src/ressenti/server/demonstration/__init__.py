"""The demonstration: a simulated company on a real server, with customers who go on answering."""

from __future__ import annotations
