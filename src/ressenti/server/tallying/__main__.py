"""``python -m ressenti.server.tallying``: the tallier, or one recount; neither needs Django."""

from __future__ import annotations

import os
import sys

from ressenti.server.running.logs import configure_logs
from ressenti.server.tallying.tallier import RECOUNT, run_recounts, run_tallier

if __name__ == "__main__":
    configure_logs()
    run = run_recounts if sys.argv[1:] == [RECOUNT] else run_tallier
    run(os.environ["DATABASE_URL"])
