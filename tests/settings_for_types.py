"""Django's settings as the type checker loads them: no database is asked, no folder is kept."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1/none")
os.environ.setdefault("RESSENTI_DATA", tempfile.mkdtemp(prefix="ressenti-types-"))
os.environ.setdefault("RESSENTI_SECRET_KEY", "only-for-types-" + "0" * 40)

from ressenti.server.django_settings import *  # noqa: F403 - Django's settings are a module
