"""The embedded PostgreSQL: one cluster in the data folder, served on loopback only.

::

    data/postgres/           the cluster
    data/postgres.password   the password of the database account, for us alone to read
    data/postgres.port       the loopback port, kept from one start to the next
    data/postgres.lock       held by the process that serves the cluster
"""

from __future__ import annotations

import pwd
import random
import secrets
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import Self

from ressenti.errors import EngineUnavailable
from ressenti.language import Text
from ressenti.server.running.children import Child, became_ready, started, stop
from ressenti.server.running.folder_lock import FolderLock
from ressenti.server.running.leftovers import end_leftovers
from ressenti.server.running.programs import (
    check_entry,
    database_account,
    program_version,
    runnable_programs,
)
from ressenti.server.running.secret_files import read_secret, write_secret

ROLE = "ressenti"
HOST = "127.0.0.1"
# Below the ports that systems lend to outgoing connections: a client that tries again and again
# while the server restarts could be lent the server's own port, and keep it.
PORTS = range(20_000, 30_000)
START_SECONDS = 60.0
STOP_SECONDS = 30.0
LOG_LINES_SHOWN = 12

SETTINGS = {
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_filename": "%a.log",
    "log_truncate_on_rotation": "on",
    "log_checkpoints": "off",
    # A failing statement and the details of its error quote what customers wrote.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
# The superuser cannot be reached over the network at all: the application's role is not one.
ACCESS = f"host all {ROLE} {HOST}/32 scram-sha-256\n"


class EmbeddedPostgres:
    """The PostgreSQL cluster of a data folder.

    As root, the cluster is served by an unprivileged account, which owns it. Whatever was killed
    before, a start recovers every committed transaction, and two servers never run on one cluster.

    Parameters
    ----------
    data
        The data folder; it is made when it is absent.
    most_connections
        At once, of all clients together.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory(prefix="ressenti-") as folder:
    ...     with EmbeddedPostgres(Path(folder)) as database:
    ...         print(database.url().split("@")[1].split(":")[0])
    127.0.0.1
    """

    def __init__(self, data: Path, *, most_connections: int = 60) -> None:
        self.data = data.resolve()
        self.most_connections = most_connections
        self.cluster = self.data / "postgres"
        self.port_file = self.data / "postgres.port"
        self.password_file = self.data / "postgres.password"
        self._lock = FolderLock(self.data / "postgres.lock")
        self._child: Child | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def url(self) -> str:
        """Return the address of the database, with its password; it exists once prepared."""
        password, port = read_secret(self.password_file), self.port_file.read_text().strip()
        return f"postgresql://{ROLE}:{password}@{HOST}:{port}/{ROLE}"

    def prepare(self) -> Child:
        """Take the folder, make the cluster at the first start, and return the process to run.

        Raises
        ------
        EngineUnavailable
            When another process serves the cluster, another major version made it, or the
            account that must serve it may not enter the folder.
        """
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            return self._prepared()
        except BaseException:
            self._lock.release()
            raise

    def start(self) -> str:
        """Serve the cluster and return its address.

        Raises
        ------
        EngineUnavailable
            As `prepare`, and when the server does not start; the message quotes its log.
        """
        child = self.prepare()
        process = started(child)
        self._child, self._process = child, process
        if not became_ready(child, process):
            self.stop()
            raise _not_started(self.last_words())
        return self.url()

    def stop(self) -> None:
        """Stop the server, if it runs, and give the folder back."""
        if self._child and self._process:
            stop(self._child, self._process)
        self._child = self._process = None
        self._lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def last_words(self) -> str:
        """Return the last lines that the server wrote to its newest log."""
        logs = [self.data / "postgres.output", *self.cluster.glob("log/*.log")]
        written = [log for log in logs if log.exists() and log.stat().st_size]
        if not written:
            return ""
        newest = max(written, key=lambda log: log.stat().st_mtime_ns)
        lines = newest.read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_LINES_SHOWN:])

    def _prepared(self) -> Child:
        account = database_account(self.cluster)
        if account:
            # Whoever serves the cluster may pass through the folder, and list nothing in it.
            self.data.chmod(self.data.stat().st_mode | 0o011)
            check_entry(self.data, account)
        programs = runnable_programs(self.data, account)
        self._check_version(programs)
        if not self.cluster.exists():
            self._make_cluster(programs, account)
        end_leftovers(self.cluster)
        port = self._free_port()
        options = {"port": port, "listen_addresses": HOST, "unix_socket_directories": ""}
        return Child(
            name="postgres",
            command=(
                str(programs / "postgres"),
                "-c",
                f"max_connections={self.most_connections}",
                "-D",
                str(self.cluster),
                *(f"--{name}={value}" for name, value in options.items()),
            ),
            account=account,
            folder=Path("/"),
            output=self.data / "postgres.output",
            before=lambda: end_leftovers(self.cluster),
            is_ready=lambda process: _serves(self.cluster, process),
            ready_within=START_SECONDS,
            # A fast shutdown: sessions are ended, what they committed is written.
            stop_signal=signal.SIGINT,
            grace=STOP_SECONDS,
            last_words=self.last_words,
        )

    def _check_version(self, programs: Path) -> None:
        file = self.cluster / "PG_VERSION"
        if not file.exists():
            return
        cluster = file.read_text().strip()
        ours = program_version(programs / "postgres").split(".")[0]
        if cluster != ours:
            raise EngineUnavailable(
                Text(
                    en="PostgreSQL {cluster} made the database in '{folder}'; this release of "
                    "Ressenti carries PostgreSQL {ours}.",
                    fr="la base de données dans « {folder} » vient de PostgreSQL {cluster} ; cette "
                    "version de Ressenti embarque PostgreSQL {ours}.",
                ).format(cluster=cluster, ours=ours, folder=self.cluster),
                hint=Text(
                    en="Run 'ressenti backup' with the former release, then 'ressenti restore' "
                    "into a new data folder with this one.",
                    fr="Lancez « ressenti backup » avec la version précédente, puis « ressenti "
                    "restore » dans un nouveau dossier de données avec celle-ci.",
                ),
            )

    def _make_cluster(self, programs: Path, account: str | None) -> None:
        """Make the cluster beside its place and move it there whole."""
        unfinished = self.data / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if account:
            shutil.chown(unfinished, account)
        settings = (f"--set={name}={value}" for name, value in SETTINGS.items())
        collation = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        initdb = (str(programs / "initdb"), f"--pgdata={unfinished}", "--auth=reject")
        _run((*initdb, "--encoding=UTF8", *collation, *settings), account)
        password = secrets.token_urlsafe(32)
        single = (str(programs / "postgres"), "--single", "-D", str(unfinished), "postgres")
        statements = (
            f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'\n"
            f"CREATE DATABASE {ROLE} OWNER {ROLE}\n"
        )
        _run(single, account, statements)
        (unfinished / "pg_hba.conf").write_text(ACCESS)
        write_secret(self.password_file, password)
        unfinished.rename(self.cluster)

    def _free_port(self) -> int:
        """Return the port of the last start, or another one when somebody has taken it since."""
        kept = [int(self.port_file.read_text())] if self.port_file.exists() else []
        port = next(port for port in (*kept, *random.sample(PORTS, len(PORTS))) if _is_free(port))
        self.port_file.write_text(f"{port}\n")
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _serves(cluster: Path, process: int) -> bool:
    """Return whether PostgreSQL wrote that this very process accepts connections."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(process) and lines[7].strip() == "ready"


def _run(command: tuple[str, ...], account: str | None, text: str = "") -> None:
    entry = pwd.getpwnam(account) if account else None
    done = subprocess.run(  # noqa: S603 - our own programs
        command,
        check=False,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        user=entry.pw_uid if entry else None,
        group=entry.pw_gid if entry else None,
        extra_groups=() if entry else None,
    )
    if done.returncode:
        raise _not_started(done.stdout)


def _not_started(output: str) -> EngineUnavailable:
    return EngineUnavailable(
        Text(
            en="PostgreSQL did not start; its log ends:\n{output}",
            fr="PostgreSQL n'a pas démarré ; son journal finit ainsi :\n{output}",
        ).format(output=output.strip() or "–")
    )
