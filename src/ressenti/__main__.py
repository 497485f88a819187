"""``python -m ressenti``."""

from __future__ import annotations

from ressenti.cli import main

main()
