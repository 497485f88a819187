"""``python -m ressenti.server.studying NUMBER``: one study, in a process that ends with it."""

from __future__ import annotations

import os
import sys

from ressenti.server.running.logs import configure_logs
from ressenti.server.studying.running import run_study

if __name__ == "__main__":
    configure_logs()
    run_study(os.environ["DATABASE_URL"], int(sys.argv[1]))
