"""What was read from the pipelines' files, kept until they change; never the truth."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SCHEMA = 2
_TIMEOUT = 2.0  # seconds; another process writes for a few milliseconds
_CREATE = """
CREATE TABLE IF NOT EXISTS files (
    folder TEXT, file TEXT, stat TEXT, name TEXT, written TEXT, error TEXT, steps TEXT, spec TEXT,
    PRIMARY KEY (folder, file)
)
"""
_FAILURES = (sqlite3.Error, OSError, ValueError, TypeError)
_MANY = 200  # files, from which on it is quicker to take them all
_log = logging.getLogger("zenml")


@dataclass
class PipelineEntry:
    """What one file holds.

    Attributes:
        stat: Time, size and inode of the file as it was read.
        name: Of the pipeline; "" where the file is none.
        written: When the file was written, ISO 8601.
        error: Why it is left out; "" where it is not.
        steps: Source and version of its steps, each once.
        text: The spec as JSON.

    Example:
        >>> PipelineEntry("", "p", text='{"name": "p"}').spec
        {'name': 'p'}
    """

    stat: str
    name: str = ""
    written: str = ""
    error: str = ""
    steps: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""

    @property
    def spec(self) -> Any:
        """The spec as plain data."""
        return json.loads(self.text)


class PipelineIndex:
    """The entries of the files of a folder, in a SQLite file.

    Whatever goes wrong with it, the files are read instead.

    Args:
        path: The SQLite file; it need not exist.
        folder: The pipelines folder.

    Example:
        >>> import tempfile
        >>> index = PipelineIndex(Path(tempfile.mkdtemp(), "index.db"), Path("pipelines"))
        >>> index.save({"p.yaml": PipelineEntry("1", "p")}, [])
        >>> index.load(["p.yaml", "q.yaml"])["p.yaml"].name
        'p'
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self.folder = os.path.relpath(folder, path.parent)  # the same after both were moved

    def load(self, files: Collection[str] | None = None) -> dict[str, PipelineEntry]:
        """What is known of some files, or of all."""
        if not self.path.is_file():
            return {}
        query = "SELECT file, stat, name, written, error, steps, spec FROM files WHERE folder = ?"
        found: list[Any] = []
        try:
            with closing(self._connect()) as connection:
                if files is None or len(files) > _MANY:
                    found = connection.execute(query, [self.folder]).fetchall()
                else:
                    for file in files:
                        rows = connection.execute(f"{query} AND file = ?", [self.folder, file])
                        found += rows.fetchall()
            return {
                file: PipelineEntry(stat, name, written, error, _pairs(steps), text)
                for file, stat, name, written, error, steps, text in found
            }
        except _FAILURES as exc:
            self._do_without(exc)
            return {}

    def save(self, entries: Mapping[str, PipelineEntry], gone: Iterable[str]) -> None:
        """Keeps entries, and forgets those of files that are gone."""
        rows = [
            (self.folder, file, e.stat, e.name, e.written, e.error, json.dumps(e.steps), e.text)
            for file, e in entries.items()
        ]
        marks = ", ".join("?" * 8)
        keys = [(self.folder, file) for file in gone]
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._connect()) as connection, connection:
                connection.executemany("DELETE FROM files WHERE folder = ? AND file = ?", keys)
                connection.executemany(f"INSERT OR REPLACE INTO files VALUES ({marks})", rows)
        except _FAILURES as exc:
            self._do_without(exc)

    def _connect(self) -> sqlite3.Connection:
        """The database with its table; an empty one where another zenml made it otherwise."""
        connection = sqlite3.connect(self.path, timeout=_TIMEOUT)
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != _SCHEMA:
                connection.execute("DROP TABLE IF EXISTS files")
                connection.execute(_CREATE)
                connection.execute(f"PRAGMA user_version = {_SCHEMA}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _do_without(self, exc: Exception) -> None:
        _log.debug("%s is not used: %s", self.path, exc)
        if not isinstance(exc, (sqlite3.OperationalError, OSError)):  # not locked, but broken
            with suppress(OSError):
                self.path.unlink(missing_ok=True)


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(source, version) for source, version in json.loads(text)]
