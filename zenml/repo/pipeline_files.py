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
from zenml.files import write_text
from zenml.spec import PipelineSpec
from zenml.spec_yaml import from_yaml

_OWN = re.compile(r"^(?!datasource_).+_[0-9a-f]{16}\.yaml$")
_WRITTEN = re.compile(r"^written: *[\"']?([^\"'\n]*)", re.MULTILINE)
_INDEX_SCHEMA = 1
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
        self.index = index
        self.broken: dict[str, str] = {}
        self._entries: dict[str, dict[str, Any]] | None = None
        self._specs: dict[str, tuple[list[int], PipelineSpec]] = {}

    def records(self, name: str | None = None) -> list[PipelineRecord]:
        """Every file, or those of one pipeline; the oldest first."""
        return [self._record(file, entry) for file, entry in self._read(name)]

    def newest(self) -> list[PipelineRecord]:
        """The newest file of every pipeline, by name."""
        found = {entry["spec"]["name"]: (file, entry) for file, entry in self._read(None)}
        return [self._record(*found[name]) for name in sorted(found)]

    def steps(self) -> Iterator[tuple[str, str]]:
        """Source and version of every step in any file."""
        for _, entry in self._read(None):
            for node in entry["spec"]["nodes"]:
                if node["step"]:
                    yield node["step"]["source"], node["step"]["version"]

    def _record(self, file: str, entry: dict[str, Any]) -> PipelineRecord:
        path = self.folder / file
        known = self._specs.get(file)
        if known is None or known[0] != entry["stat"]:
            known = entry["stat"], PipelineSpec.from_dict(entry["spec"], str(path))
            self._specs[file] = known
        inside = path.is_relative_to(self.root)
        shown = path.relative_to(self.root).as_posix() if inside else str(path)
        return PipelineRecord(known[1], entry["written"], shown, path)

    def _read(self, name: str | None) -> list[tuple[str, dict[str, Any]]]:
        entries = self._refresh()
        found = [
            (file, entry)
            for file, entry in entries.items()
            if "spec" in entry and (name is None or entry["spec"]["name"] == name)
        ]
        found.sort(key=lambda item: (item[1]["written"], item[1]["stat"][0], item[0]))
        return found

    def _refresh(self) -> dict[str, dict[str, Any]]:
        """What every file holds; reads those that changed."""
        known = self._entries if self._entries is not None else self._load_index()
        entries: dict[str, dict[str, Any]] = {}
        for file, stat in self._stats():
            entry = known.get(file)
            fresh = entry is not None and entry["stat"] == stat
            entries[file] = entry if entry and fresh else self._read_file(file, stat)
        if entries != known:
            self._save_index(entries)
        self._entries = entries
        self._warn({f: str(entry["error"]) for f, entry in entries.items() if "error" in entry})
        return entries

    def _stats(self) -> list[tuple[str, list[int]]]:
        try:
            with os.scandir(self.folder) as found:
                files = sorted((item.name, item.stat()) for item in found if _OWN.match(item.name))
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [(name, [stat.st_mtime_ns, stat.st_size, stat.st_ino]) for name, stat in files]

    def _read_file(self, file: str, stat: list[int]) -> dict[str, Any]:
        path = self.folder / file
        try:
            text = path.read_text(encoding="utf-8")
            spec, digest = from_yaml(text, file)
        except (SpecError, OSError, UnicodeDecodeError) as exc:
            return {"stat": stat, "error": str(exc)}
        if not digest:
            return {"stat": stat, "error": f"{file} was edited since it ran"}
        written = _WRITTEN.search(text)
        return {"stat": stat, "written": written[1] if written else "", "spec": spec.to_dict()}

    def _warn(self, broken: dict[str, str]) -> None:
        if broken and broken != self.broken:
            listed = "".join(f"\n  {error}" for error in broken.values())
            _log.warning("Files in %s that are left out:%s", self.folder, listed)
        self.broken = broken

    def _load_index(self) -> dict[str, dict[str, Any]]:
        if self.index is None:
            return {}
        try:
            data = json.loads(self.index.read_text(encoding="utf-8"))
            if data["schema"] != _INDEX_SCHEMA or data["folder"] != str(self.folder):
                return {}
            entries: dict[str, dict[str, Any]] = data["files"]
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return entries

    def _save_index(self, entries: dict[str, dict[str, Any]]) -> None:
        if self.index is None:
            return
        data = {"schema": _INDEX_SCHEMA, "folder": str(self.folder), "files": entries}
        try:
            write_text(self.index, json.dumps(data, separators=(",", ":")))
        except OSError:
            _log.debug("Cannot write %s; the files are read again next time.", self.index)
