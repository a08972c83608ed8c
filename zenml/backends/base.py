"""BaseBackend: where something runs."""

from __future__ import annotations

import importlib
from typing import ClassVar

from zenml.errors import BackendError
from zenml.keywords import KeywordObject, restore_arguments
from zenml.spec import BackendSpec

_IMPLEMENTATIONS = {
    ("orchestrator", "local"): "zenml.backends.orchestrator.local:OrchestratorLocalBackend",
    ("processing", "local"): "zenml.backends.processing.local:ProcessingLocalBackend",
    ("training", "local"): "zenml.backends.training.local:TrainingLocalBackend",
}


class BaseBackend(KeywordObject):
    """Where a pipeline or a step runs.

    Attributes:
        KIND: "orchestrator" for a pipeline, "processing" or "training" for a step.
        TYPE: Its name in the YAML.

    Example:
        >>> from zenml.backends import OrchestratorLocalBackend
        >>> OrchestratorLocalBackend.KIND
        'orchestrator'
    """

    ARGUMENT_ERROR = BackendError
    KIND: ClassVar[str]
    TYPE: ClassVar[str]

    def to_config(self) -> BackendSpec:
        """The backend as it stands in the YAML."""
        return BackendSpec(self.TYPE, self.plain_arguments())


def check_backend(backend: object, kinds: tuple[str, ...], what: str) -> None:
    """Refuses a backend that cannot run something.

    Args:
        backend: What the user gave; None is always right.
        kinds: The kinds that can run it.
        what: Said in the error, e.g. "Step RandomSplit".

    Raises:
        BackendError: Names the backend and the kinds that would do.
    """
    if backend is None:
        return
    if isinstance(backend, type) or not isinstance(backend, BaseBackend):
        raise BackendError(f"{what}: {backend!r} is no backend; give an instance of one.")
    if backend.KIND not in kinds:
        raise BackendError(
            f"{what} cannot run on {type(backend).__name__}, which is a backend for "
            f"{backend.KIND}; it takes one for {' or '.join(kinds)}."
        )


def backend_from_config(spec: BackendSpec, kind: str) -> BaseBackend:
    """The inverse of `BaseBackend.to_config`.

    Args:
        spec: The backend as it stands in the YAML.
        kind: What it is for: "orchestrator", "processing" or "training".

    Raises:
        BackendError: There is no such backend.
    """
    if (kind, spec.type) not in _IMPLEMENTATIONS:
        raise BackendError(f"There is no {kind} backend {spec.type!r} in this zenml.")
    module, _, name = _IMPLEMENTATIONS[kind, spec.type].partition(":")
    backend = getattr(importlib.import_module(module), name)(**restore_arguments(spec.args))
    assert isinstance(backend, BaseBackend)
    return backend
