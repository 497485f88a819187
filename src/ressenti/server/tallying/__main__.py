"""``python -m ressenti.server.tallying URL``: the tallier's process, which needs no Django."""

from __future__ import annotations

import os
import sys

from ressenti.server.running.logs import configure_logs
from ressenti.server.tallying.tallier import run_tallier

if __name__ == "__main__":
    configure_logs()
    run_tallier(sys.argv[1] if len(sys.argv) > 1 else os.environ["DATABASE_URL"])
