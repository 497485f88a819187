"""``python -m ressenti.server COMMAND``: what the service runs, each in a process of its own."""

from __future__ import annotations

import os
import sys


def main(arguments: list[str]) -> int:
    """Run one command of the server; the environment says which database and folder."""
    if not os.environ.get("DATABASE_URL"):
        print("DATABASE_URL must say where the database is.", file=sys.stderr)  # noqa: T201
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ressenti.server.django_settings")
    import django

    from ressenti.server.running.logs import configure_logs

    configure_logs()
    django.setup()
    from ressenti.server.running.commands import COMMANDS

    name, *rest = arguments or [""]
    if name not in COMMANDS:
        print(f"known commands: {', '.join(COMMANDS)}", file=sys.stderr)  # noqa: T201 - a face
        return 2
    return COMMANDS[name](rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
