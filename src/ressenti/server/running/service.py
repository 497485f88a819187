"""The whole service: database, migrations, tallier, worker and web, started and kept alive."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace

from ressenti.server.running.children import Child
from ressenti.server.running.folder_lock import FolderLock
from ressenti.server.running.postgres import EmbeddedPostgres
from ressenti.server.running.settings import ServerSettings
from ressenti.server.running.supervision import Supervisor

SECONDS_TO_ANSWER = 2.0
SECONDS_TO_START = 60.0
# Connections of Django, of what web processes share, of the intake and of the live pages; and of
# the tallier, the worker, backups and whoever looks.
OF_A_WEB_PROCESS, OF_OTHERS = 30, 30


def serve(
    settings: ServerSettings,
    *,
    prepare: Sequence[str] = ("prepare",),
    further: Sequence[Child] = (),
    changed: Callable[[Child], Child] = lambda child: child,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Serve until told to stop.

    Parameters
    ----------
    settings : ServerSettings
    prepare : sequence of str
        What is run to its end before anything is served: the arguments of
        ``python -m ressenti.server``.
    further : sequence of Child
        Children started last.
    changed : callable, optional
        What each child is made into before it starts, such as one that writes to a file.
    announce : callable, optional
        Called with the address once everything serves.

    Raises
    ------
    EngineUnavailable
        When the folder is in use, the database does not start, or a child fails again and again.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(FolderLock(settings.data / "serve.lock"))
        supervisor = stack.enter_context(Supervisor())
        url = settings.database_url or _embedded_url(settings, supervisor)
        environment = child_environment(settings, url)
        supervisor.finish(changed(server_child(prepare[0], environment, *prepare[1:])))
        for child in (
            tallier_child(environment),
            server_child("worker", environment),
            web_child(settings, environment),
            *(replace(child, environment=environment) for child in further),
        ):
            supervisor.start(changed(child))
        if announce is not None and not supervisor.is_stopping:
            announce(settings.base_url)
        supervisor.watch()


def _embedded_url(settings: ServerSettings, supervisor: Supervisor) -> str:
    connections = OF_OTHERS + OF_A_WEB_PROCESS * settings.web_workers
    database = EmbeddedPostgres(settings.data, most_connections=connections)
    supervisor.start(database.prepare())
    return database.url()


def child_environment(settings: ServerSettings, url: str) -> dict[str, str]:
    """Return the environment of our own children: what was set, and where the database is."""
    told = {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "ressenti.server.django_settings",
        "RESSENTI_BASE_URL": settings.base_url,
        "RESSENTI_DATA": str(settings.data),
        "RESSENTI_DEMO": "yes" if settings.is_demo else "no",
        "RESSENTI_HOST": settings.host,
        "RESSENTI_PORT": str(settings.port),
    }
    # A variable given as a file would contradict the one we give.
    twins = {f"{name}_FILE" for name in told}
    inherited = {name: value for name, value in os.environ.items() if name not in twins}
    return {**inherited, **told}


def server_child(name: str, environment: Mapping[str, str], *arguments: str) -> Child:
    """Return the child that runs one command of ``python -m ressenti.server``."""
    command = (sys.executable, "-m", "ressenti.server", name, *arguments)
    return Child(name=name, command=command, environment=environment)


def tallier_child(environment: Mapping[str, str]) -> Child:
    """Return the tallier's child."""
    command = (sys.executable, "-m", "ressenti.server.tallying")
    return Child(name="tallier", command=command, environment=environment)


def web_child(settings: ServerSettings, environment: Mapping[str, str]) -> Child:
    """Return the child that serves pages and takes answers in; ready once it answers."""
    address = settings.host if ":" not in settings.host else f"[{settings.host}]"

    def answers(_process: int) -> bool:
        request = urllib.request.Request(
            f"http://{address}:{settings.port}/healthz",
            headers={"Host": settings.trusted_hosts[0]},
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER) as response:  # noqa: S310
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    proxies = ",".join(settings.trusted_proxies) or "127.0.0.1"
    command = (
        sys.executable, "-m", "uvicorn", "ressenti.server.asgi:application",
        "--host", settings.host, "--port", str(settings.port),
        "--workers", str(settings.web_workers),
        "--loop", "uvloop", "--http", "ressenti.server.intake.direct_protocol:DirectProtocol",
        "--no-access-log", "--no-server-header", "--log-level", "warning",
        "--timeout-keep-alive", "30", "--timeout-graceful-shutdown", "5",
        "--proxy-headers", "--forwarded-allow-ips", proxies,
    )  # fmt: skip
    return Child(
        name="web",
        command=command,
        environment=environment,
        is_ready=answers,
        ready_within=SECONDS_TO_START,
    )
