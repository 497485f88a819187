"""Emotion outputs: files that grow batch by batch, and go on where a killed process stopped.

What is finished is told by one small file, replaced whole about every second. What was written
after it was last replaced is cut off and written again.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ressenti.errors import InvalidArgument
from ressenti.language import Text
from ressenti.library.emotion_audits import met_twice
from ressenti.library.emotion_batches import Finished, csv_lines
from ressenti.library.emotion_rows import COLUMNS
from ressenti.library.output_paths import writing
from ressenti.studies.net_emotions import RECORD

FACT: Final = "emotions"
KEPT_EVERY: Final = 1.0
"""Seconds between two moments when what is written is kept for good: a disk takes its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How far a reading is.

    Parameters
    ----------
    rows : int
        Texts read and written.
    size : int
        Bytes of the file of rows.
    undated : int
        Texts that gave no fact, having no date.
    audited : mapping of identifier to respondent and polarity
        The marked texts that were met.
    """

    rows: int = 0
    size: int = 0
    undated: int = 0
    audited: Mapping[str, tuple[int, float | None]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Where rows and facts are written; None for nowhere."""

    rows: Path | None = None
    facts: Path | None = None

    @property
    def journal(self) -> Path | None:
        """The folder that tells how far the reading is, gone when it is finished."""
        if self.rows is not None:
            return self.rows.with_name(f".{self.rows.name}.reading")
        return None if self.facts is None else self.facts / f".{FACT}.reading"

    @property
    def place(self) -> Path:
        """What an error calls the place that cannot be written."""
        return self.rows or self.facts or Path(tempfile.gettempdir())

    def there(self) -> list[Path]:
        facts = None if self.facts is None else self.facts / FACT
        return [path for path in (self.rows, facts) if path is not None and path.exists()]


class EmotionOutput:
    """The files of one reading and how far they are.

    Parameters
    ----------
    targets : Targets
    asked : mapping
        What the reading is of and how; a reading that was begun otherwise is not continued.
    records : binary stream
        Where to keep what is counted of each text when nothing is written to files.

    Raises
    ------
    InvalidArgument
        R102, when a file is there already, or was begun with something else.
    """

    def __init__(self, targets: Targets, asked: Mapping[str, Any], records: BinaryIO) -> None:
        self.targets = targets
        self.done = Done()
        self._journal = targets.journal
        self._records = records
        self._rows: BinaryIO | None = None
        self._keeps_at = monotonic()
        with writing(targets.place):
            self._open(dict(asked))

    def add(self, batch: Finished) -> None:
        """Write what was read in some texts."""
        with writing(self.targets.place):
            self._add(batch)

    def records(self) -> NDArray[np.void]:
        """Return what is kept of every text so far."""
        self._records.flush()
        if not self.done.rows:
            return np.zeros(0, dtype=RECORD)
        return np.memmap(self._records, dtype=RECORD, mode="r", shape=(self.done.rows,))

    def close(self, *, finished: bool) -> None:
        """Close the files; what is finished needs nothing to be continued."""
        if self._journal is not None and (self._rows is not None or not finished):
            with writing(self.targets.place):
                self._keep(self._journal)
        if self._rows is not None:
            self._rows.close()
        if self._journal is not None:
            self._records.close()
            if finished:
                shutil.rmtree(self._journal)

    def _open(self, asked: dict[str, Any]) -> None:
        if self._journal is not None:
            self._records = self._opened(self._journal, asked)
        if self.targets.facts is not None:
            (self.targets.facts / FACT).mkdir(parents=True, exist_ok=True)
        if self.targets.rows is not None:
            self._rows = _cut(self.targets.rows, self.done.size)
            if not self.done.rows:
                self._rows.write(csv_lines([COLUMNS]))

    def _add(self, batch: Finished) -> None:
        self._records.write(batch.records.tobytes())
        if self._rows is not None:
            self._rows.write(batch.rows)
        if self.targets.facts is not None:
            _write_facts(self.targets.facts / FACT / f"{batch.first:012d}.parquet", batch.facts)
        self.done = replace(
            self.done,
            rows=batch.end,
            size=0 if self._rows is None else self._rows.tell(),
            undated=self.done.undated + batch.undated * (self.targets.facts is not None),
            audited={**self.done.audited, **self._met(batch)},
        )
        if self._journal is not None and monotonic() >= self._keeps_at:
            self._keep(self._journal)

    def _met(self, batch: Finished) -> dict[str, tuple[int, float | None]]:
        """Return the marked texts of a batch with their writers and polarities."""
        met: dict[str, tuple[int, float | None]] = {}
        for name, respondent, polarity in batch.marked:
            if name in met or name in self.done.audited:
                raise met_twice(name)
            met[name] = (respondent, polarity)
        return met

    def _keep(self, journal: Path) -> None:
        """Keep all that was written so far, for good: it is not read again."""
        if self._rows is not None:
            _flush(self._rows)
        _flush(self._records)
        self._save(journal)
        self._keeps_at = monotonic() + KEPT_EVERY

    def _opened(self, journal: Path, asked: dict[str, Any]) -> BinaryIO:
        """Open a journal that is there, or begin one, and return the file of records."""
        self._asked = asked
        if not journal.exists() and self.targets.there():
            raise _already_there(self.targets.there()[0])
        journal.mkdir(parents=True, exist_ok=True)
        state = journal / "state.json"
        if state.exists():
            held = json.loads(state.read_text(encoding="utf-8"))
            if held["asked"] != json.loads(json.dumps(asked)):
                raise _begun_otherwise(journal, held["asked"], asked)
            self.done = Done(**held["done"])
        rows = self.targets.rows
        if rows is not None and self.done.size > (rows.stat().st_size if rows.exists() else 0):
            raise _cut_short(rows)
        return _cut(journal / "records", self.done.rows * RECORD.itemsize)

    def _save(self, journal: Path) -> None:
        unfinished = journal / "state.json.unfinished"
        with unfinished.open("w", encoding="utf-8") as stream:
            json.dump({"asked": self._asked, "done": asdict(self.done)}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(journal / "state.json")


def _write_facts(path: Path, facts: pa.Table | None) -> None:
    """Write the facts of a batch, all or none."""
    import pyarrow.parquet as pq

    unfinished = path.with_suffix(".unfinished")
    pq.write_table(facts, unfinished, compression="zstd")
    unfinished.replace(path)


def _cut(path: Path, size: int) -> BinaryIO:
    """Open a file for adding after its first bytes, and lose the others."""
    stream = path.open("r+b" if path.exists() else "w+b")
    stream.truncate(size)
    stream.seek(size)
    return stream


def _flush(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _already_there(path: Path) -> InvalidArgument:
    return InvalidArgument(
        Text(en="'{path}' is already there.", fr="« {path} » existe déjà.").format(path=path),
        hint=Text(
            en="Name another, or remove it first: only a reading that was stopped is continued.",
            fr="Donnez un autre nom ou supprimez-le d'abord : seule une lecture interrompue "
            "reprend.",
        ),
    )


def _cut_short(path: Path) -> InvalidArgument:
    return InvalidArgument(
        Text(
            en="'{path}' has less than was written to it: somebody else changed it.",
            fr="« {path} » contient moins que ce qui y a été écrit : on l'a modifié depuis.",
        ).format(path=path),
        hint=Text(en="Name another file.", fr="Donnez un autre nom de fichier."),
    )


def _begun_otherwise(
    journal: Path, before: Mapping[str, Any], asked: Mapping[str, Any]
) -> InvalidArgument:
    changed = ", ".join(name for name in asked if before.get(name) != asked[name])
    return InvalidArgument(
        Text(
            en="this output was begun otherwise; what changed: {changed}.",
            fr="cette sortie a été commencée autrement ; ce qui a changé : {changed}.",
        ).format(changed=changed),
        hint=Text(
            en="Ask as before, name another file, or remove '{journal}' and the output.",
            fr="Demandez comme avant, donnez un autre nom, ou supprimez « {journal} » et la "
            "sortie.",
        ).format(journal=journal),
    )
