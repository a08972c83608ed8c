"""ServedModel: the versions of a model, loaded, switched and unloaded as their folders change."""

from __future__ import annotations

import gc
import logging
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from zenml.errors import RequestError, ServingError
from zenml.models.classes import told_classes
from zenml.serving.folders import Stamp, stamp_of, versions_in
from zenml.serving.loading import LoadedModel, load
from zenml.serving.policy import LATEST, VersionPolicy
from zenml.serving.version_state import AVAILABLE, END, LOADING, VersionState

_LOG = logging.getLogger("zenml.serving")
_REMEMBERED = 20  # versions that are gone and whose state is still told


class ServedModel:
    """A model of a server, in one or several versions.

    `refresh` looks at the folder; everything else may be called by other threads meanwhile.
    A version is switched to by one assignment, when it is loaded and warm; who asked for
    the version before holds on to it until its answer is given. A version whose files change
    is loaded again, and goes on as it was where that fails.

    Args:
        name: By which it is asked for.
        base: Folder of the versions, or of the model itself.
        policy: Which versions to serve.
        labels: Label -> version.
        loader: What loads a folder; another one in tests.

    Example:
        >>> ServedModel("penguins", "deployed/penguins").ready
        False
    """

    def __init__(
        self,
        name: str,
        base: str | Path,
        policy: VersionPolicy | None = None,
        labels: Mapping[str, int] | None = None,
        loader: Callable[[str], LoadedModel] = load,
    ) -> None:
        """Loads nothing yet."""
        self.name = name
        self.base = Path(base)
        self.policy = policy or VersionPolicy()
        self.labels = dict(labels or {})
        self._load = loader
        self._available: dict[int, LoadedModel] = {}
        self._states: dict[int, VersionState] = {}
        self._seen: dict[int, Stamp] = {}
        self._tried: dict[int, Stamp] = {}  # how the files were that were loaded, or did not load
        self._leaving: list[weakref.ref[LoadedModel]] = []  # that no new request is given
        self._refreshing = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether a version answers."""
        return bool(self._available)

    @property
    def versions(self) -> list[int]:
        """The versions that answer, oldest first."""
        return sorted(self._available)

    def find(self, version: int | None = None, label: str | None = None) -> tuple[int, LoadedModel]:
        """The version to ask, the newest where none is named.

        Raises:
            RequestError: It is not served; says which are.
        """
        available = self._available
        if label is not None:
            version = self._labelled(label)
        if version is None and available:
            version = max(available)
        if version in available:
            return version, available[version]
        asked = "" if version is None else f" {version}"
        there = ", ".join(map(str, sorted(available))) or "none"
        raise RequestError(
            f"No version{asked} of model {self.name!r} is served; there is: {there}.", 404
        )

    def status(self, version: int | None = None, label: str | None = None) -> list[dict[str, Any]]:
        """The states of all versions, the newest first, or that of one.

        Raises:
            RequestError: There is no such version.
        """
        states = dict(self._states)
        if label is not None:
            version = self._labelled(label)
        if version is None:
            return [states[number].to_json(number) for number in sorted(states, reverse=True)]
        if version not in states:
            raise RequestError(f"Model {self.name!r} has no version {version}.", 404)
        return [states[version].to_json(version)]

    def refresh(self, settled: bool = True) -> None:
        """Looks at the folder: loads what is new, switches, and unloads what is gone.

        Args:
            settled: Load a new version only once its files stay as they are from one look to
                the next, for somebody may be writing them.
        """
        with self._refreshing:
            try:
                there = versions_in(self.base)
            except OSError as exc:
                _LOG.warning("%s: %s cannot be read: %s", self.name, self.base, exc)
                return
            wanted: set[int] = set()
            for group in self.policy.groups(sorted(there)):
                up = next((n for n in group if self._is_up(n, there[n], settled)), None)
                # Of those of which one answers, the old one stays until another is up.
                wanted |= {up} if up is not None else self._standing_in()
            self._keep(wanted, there)
            self._free()

    def _labelled(self, label: str) -> int:
        if label not in self.labels:
            told = ", ".join(sorted(self.labels)) or "none"
            raise RequestError(f"Model {self.name!r} has no label {label!r}; there is: {told}.")
        return self.labels[label]

    def _standing_in(self) -> set[int]:
        return set(self._available) if self.policy.kind == LATEST else set()

    def _is_up(self, number: int, folder: Path, settled: bool) -> bool:
        """Whether a version answers, after it was loaded where that is possible now.

        One whose files changed since is loaded again: what was there may have been a part of it.
        """
        stamp = stamp_of(folder)
        before, self._seen[number] = self._seen.get(number), stamp
        if self._tried.get(number) == stamp or (settled and before != stamp):
            return number in self._available
        self._tried[number] = stamp
        return self._loaded(number, folder) or number in self._available

    def _loaded(self, number: int, folder: Path) -> bool:
        """Loads a version, which answers from then on; False where that fails."""
        again = number in self._available
        if not again:
            self._states[number] = VersionState(LOADING)
        began = time.monotonic()
        try:
            model = self._load(str(folder))
        except ServingError as exc:
            if again:
                _LOG.error("%s: version %s goes on as it was: %s", self.name, number, exc)
            else:
                self._states[number] = VersionState(END, str(exc))
                _LOG.error("%s: version %s is not served: %s", self.name, number, exc)
            return False
        if self._available:
            self._warn_of_classes(number, model)
        if again:
            self._leaving.append(weakref.ref(self._available[number]))
        self._available = {**self._available, number: model}
        self._states[number] = VersionState(AVAILABLE)
        seconds = time.monotonic() - began
        what = "changed, and is loaded again" if again else "is served; loaded"
        _LOG.info("%s: version %s %s in %.1f s", self.name, number, what, seconds)
        return True

    def _warn_of_classes(self, number: int, model: LoadedModel) -> None:
        """Says where the numbers of a version stand for other classes than those before it."""
        before, served = self.find()
        for output, names in model.classes.items():
            known = served.classes.get(output)
            if known is not None and known != names:
                _LOG.warning(
                    "%s: the numbers of version %s stand for other classes than those of version "
                    "%s. Now %s. Before %s",
                    self.name,
                    number,
                    before,
                    told_classes(output, names),
                    told_classes(output, known),
                )

    def _keep(self, wanted: set[int], there: Mapping[int, Path]) -> None:
        """Unloads what is not wanted; of "latest" the old one stays until another answers."""
        for number in self._available.keys() - wanted:
            self._leaving.append(weakref.ref(self._available[number]))
            self._available = {n: model for n, model in self._available.items() if n != number}
            self._states[number] = replace(self._states[number], state=END)
            self._tried.pop(number, None)
            _LOG.info("%s: version %s is no longer served", self.name, number)
        gone = sorted(n for n in self._states if n not in there and n not in self._available)
        for number in gone:
            self._seen.pop(number, None)
            self._tried.pop(number, None)
        for number in gone[:-_REMEMBERED]:
            del self._states[number]

    def _free(self) -> None:
        """Frees the memory of versions whose last request is answered.

        TensorFlow's functions hold each other in cycles, which Python alone would find late: the
        memory of several versions would be taken by then, and is not given back.
        """
        left = [model for model in self._leaving if model() is not None]
        if len(left) < len(self._leaving):
            self._leaving = left
            gc.collect()
