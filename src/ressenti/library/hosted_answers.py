"""Hosted answers: those of a hosted model, kept in a file so that none is paid for twice."""

from __future__ import annotations

import json
import os
from pathlib import Path


class KeptAnswers:
    """Answers by the digest of what was asked; in a file of one JSON object a line, or in memory.

    Parameters
    ----------
    path : Path or None
        The file, made when there is none; it is only ever added to. None keeps nothing after the
        process.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._answers: dict[str, str] = {}
        if path is not None and path.exists():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                self._answers |= _answer_in(line)

    def __contains__(self, digest: str) -> bool:
        return digest in self._answers

    def __getitem__(self, digest: str) -> str:
        return self._answers[digest]

    def keep(self, digest: str, answer: str) -> None:
        """Keep an answer, on disk before this returns when there is a file."""
        self._answers[digest] = answer
        if self._path is None:
            return
        line = json.dumps({"digest": digest, "answer": answer}, ensure_ascii=True)
        # The last line may be torn by a stop: a new one begins by ending it.
        added = f"\n{line}".encode()
        # Answers quote what customers wrote: only the file's owner reads it.
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, added)
        finally:
            os.close(descriptor)


def _answer_in(line: str) -> dict[str, str]:
    """Return the answer of a line by its digest; nothing for a line that is blank or torn."""
    try:
        told = json.loads(line)
        return {str(told["digest"]): str(told["answer"])}
    except (ValueError, TypeError, KeyError):
        return {}
