"""Reading: what comments say, read as they come in, by the engine and the themes of each."""

from __future__ import annotations
