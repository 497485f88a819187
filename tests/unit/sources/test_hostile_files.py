"""Files that are made to hurt end in bounded time and memory, with an error that says why."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from ressenti.errors import UnreadableSource
from ressenti.sources import text_files
from ressenti.sources.rejects import rejects


def test_a_million_columns_are_refused(opened, tmp_path: Path):
    file = tmp_path / "wide.csv"
    names = [f"c{n}" for n in range(1_000_000)]
    file.write_text(",".join(names) + "\n" + ",".join(names) + "\n")
    with pytest.raises(UnreadableSource, match="first line has more than"):
        opened(file)
    file.write_text(",".join("c" * 3 for _ in range(50_000)) + "\n")
    with pytest.raises(UnreadableSource, match="50000 columns; 10000 is the most"):
        opened(file)


def test_a_gzip_bomb_is_refused(opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "bomb.csv.gz"
    file.write_bytes(gzip.compress(b"a,b\n" + b"0" * 50_000_000))
    monkeypatch.setattr(text_files, "LEAST_LIMIT", 1_000_000)
    with pytest.raises(UnreadableSource, match="more than 200 times"):
        opened(file)


@pytest.mark.parametrize("damage", [b"", b"not gzip at all"])
def test_a_damaged_gzip_file_is_refused(opened, tmp_path: Path, damage: bytes):
    file = tmp_path / "cut.csv.gz"
    whole = gzip.compress(b"a,b\n" + b"1,2\n" * 10_000)
    file.write_bytes(damage or whole[: len(whole) // 2])
    with pytest.raises(UnreadableSource, match="gzip file is damaged"):
        opened(file)


def test_zero_bytes_later_in_the_file_are_only_bad_values(opened, rows, tmp_path: Path):
    file = tmp_path / "zero.csv"
    file.write_bytes(b"a,b\n" + b"1,2\n" * 50_000 + b"\0,3\n")
    relation = opened(file)
    assert rows(relation)[-1] == {"a": "\0", "b": "3"}
    assert rejects(relation).count == 0


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_cell_of_half_a_gigabyte_is_refused_in_little_memory(tmp_path: Path, encoding: str):
    file = tmp_path / "huge.csv"
    with file.open("wb") as target:
        target.write("a,b\n1,".encode(encoding))
        block = ("x" * 1_000_000).encode(encoding)
        for _ in range(500_000_000 // len(block)):
            target.write(block)
        target.write("\n2,fine\n".encode(encoding))
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ressenti.sources import open_source\n"
        "try:\n    open_source(sys.argv[1])\n"
        "except ValueError as error:\n    print(error)\n"
        # What getrusage tells of a child starts at what its parent held when it was born.
        "status = Path('/proc/self/status').read_text().split()\n"
        "print(status[status.index('VmHWM:') + 1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True
    )
    answer, peak = done.stdout.splitlines()
    assert "huge.csv, line 2: the line has more than 16 million bytes" in answer
    assert int(peak) * 1024 < 600_000_000
