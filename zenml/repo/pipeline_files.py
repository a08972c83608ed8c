"""The YAML files of the pipelines folder, and an index that saves reading them all again."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zenml.errors import SpecError
from zenml.repo.pipeline_index import PipelineEntry, PipelineIndex
from zenml.spec import UNLISTED, PipelineSpec
from zenml.spec_yaml import from_yaml, read_unedited, slug_of

_OWN = re.compile(r"(?!datasource_).+_[0-9a-f]{16}\.yaml")
_WRITTEN = re.compile(r"^written: *[\"']?([^\"'\n]*)", re.MULTILINE)
_log = logging.getLogger("zenml")


@dataclass(frozen=True)
class PipelineRecord:
    """A pipeline as one of its files holds it.

    Attributes:
        spec: The frozen pipeline.
        written: When the file was written, ISO 8601.
        file: Its path, from the repository's root where it lies inside.
        path: Its absolute path.

    Example:
        >>> spec = PipelineSpec("p", "training", "m.P", "unpinned")
        >>> PipelineRecord(spec, "", "pipelines/p.yaml", Path("/r/pipelines/p.yaml")).spec.name
        'p'
    """

    spec: PipelineSpec
    written: str
    file: str
    path: Path


class PipelineFiles:
    """The files of one pipelines folder.

    A file that is no pipeline, or was edited since it ran, is named in a warning
    and does not hide the others. The files are the truth: the index only
    remembers what was read from a file as long as it has not changed.

    Args:
        folder: The pipelines folder; it need not exist.
        root: The repository, that the records' `file` is relative to.
        index: Where to keep the index; None keeps none.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> PipelineFiles(folder / "pipelines", folder, None).records()
        []
    """

    def __init__(self, folder: Path, root: Path, index: Path | None) -> None:
        self.folder = folder
        self.root = root
        self.broken: dict[str, str] = {}
        self._index = PipelineIndex(index, folder) if index else None
        self._entries: dict[str, PipelineEntry] = {}
        self._specs: dict[str, tuple[str, PipelineSpec]] = {}

    def records(self, name: str | None = None) -> list[PipelineRecord]:
        """Every file, or those of one pipeline; the oldest first."""
        found = (self._record(file, entry) for file, entry in self._read(name))
        return [record for record in found if record is not None]

    def newest(self) -> list[PipelineRecord]:
        """The newest file of every pipeline, by name, without unlisted ones."""
        found: dict[str, PipelineRecord] = {}
        for file, entry in reversed(self._read(None)):
            if entry.name not in found:
                record = self._record(file, entry)
                if record is not None and record.spec.type != UNLISTED:
                    found[entry.name] = record
        return [found[name] for name in sorted(found)]

    def steps(self) -> Iterator[tuple[str, str]]:
        """Source and version of every step in any file."""
        for _, entry in self._read(None):
            yield from entry.steps

    def _record(self, file: str, entry: PipelineEntry) -> PipelineRecord | None:
        path = self.folder / file
        known = self._specs.get(file)
        if known is None or known[0] != entry.stat:
            try:
                known = entry.stat, PipelineSpec.from_dict(entry.spec, str(path))
            except SpecError as exc:  # of a later zenml
                entry.error = str(exc)
                self._warn({file: entry.error})
                return None
            self._specs[file] = known
        inside = path.is_relative_to(self.root)
        shown = path.relative_to(self.root).as_posix() if inside else str(path)
        return PipelineRecord(known[1], entry.written, shown, path)

    def _read(self, name: str | None) -> list[tuple[str, PipelineEntry]]:
        """File and entry of the pipelines, or of one; the oldest first."""
        entries = self._refresh(name)
        self._warn({file: entry.error for file, entry in entries.items() if entry.error})
        found = [
            (file, entry)
            for file, entry in entries.items()
            if not entry.error and name in (None, entry.name)
        ]
        found.sort(key=lambda item: (item[1].written, item[1].stat, item[0]))
        return found

    def _refresh(self, name: str | None) -> dict[str, PipelineEntry]:
        """What the files hold that can be of a pipeline, or all; reads those that changed."""
        stats = self._stats(name)
        unknown = [file for file in stats if file not in self._entries]
        if self._index and unknown:
            self._entries.update(self._index.load(unknown))
        read = {
            file: self._read_file(file, stat)
            for file, stat in stats.items()
            if file not in self._entries or self._entries[file].stat != stat
        }
        gone = [file for file in self._entries if name is None and file not in stats]
        if self._index and (read or gone):
            self._index.save(read, gone)
        self._entries.update(read)
        for file in gone:
            del self._entries[file]
        return {file: self._entries[file] for file in stats}

    def _stats(self, name: str | None) -> dict[str, str]:
        """The files, or those whose name is that of a pipeline's, and how they are to be known."""
        ending = re.compile(rf".*_{re.escape(slug_of(name))}_.{{16}}\.yaml") if name else _OWN
        try:
            with os.scandir(self.folder) as found:
                files = [
                    (item.name, item.stat())
                    for item in found
                    if _OWN.fullmatch(item.name) and ending.fullmatch(item.name)
                ]
        except (FileNotFoundError, NotADirectoryError):
            return {}
        return {
            name: f"{stat.st_mtime_ns:020} {stat.st_size} {stat.st_ino}"
            for name, stat in sorted(files)
        }

    def _read_file(self, file: str, stat: str) -> PipelineEntry:
        try:
            text = (self.folder / file).read_text(encoding="utf-8")
            unedited = read_unedited(text)
            if unedited is not None:
                return _entry(stat, unedited.body, unedited.written)
            spec, digest = from_yaml(text, file)
        except (SpecError, OSError, UnicodeDecodeError) as exc:
            return PipelineEntry(stat, error=str(exc))
        if not digest:
            return PipelineEntry(stat, error=f"{file} was edited since it ran")
        written = _WRITTEN.search(text)
        return _entry(stat, spec.to_dict(), written[1] if written else "")

    def _warn(self, broken: dict[str, str]) -> None:
        """Says once which files are left out, and why."""
        new = {file: error for file, error in broken.items() if self.broken.get(file) != error}
        if new:
            listed = "".join(f"\n  {error}" for error in new.values())
            _log.warning("Files in %s that are left out:%s", self.folder, listed)
        self.broken.update(new)


def _entry(stat: str, body: dict[str, Any], written: str) -> PipelineEntry:
    steps = [node["step"] for node in body.get("nodes", ()) if node.get("step")]
    pairs = dict.fromkeys((step["source"], step["version"]) for step in steps)
    text = json.dumps(body, separators=(",", ":"))
    return PipelineEntry(stat, body["name"], written, "", list(pairs), text)
