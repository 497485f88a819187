"""``python -m ressenti.server.tallying URL``: the tallier's process, which needs no Django."""

from __future__ import annotations

import os
import sys

from ressenti.server.tallying.tallier import run_tallier

if __name__ == "__main__":
    run_tallier(sys.argv[1] if len(sys.argv) > 1 else os.environ["DATABASE_URL"])
