"""Backends: where something runs, and what cannot run there."""

from __future__ import annotations

import pytest

from zenml.backends import (
    BaseBackend,
    OrchestratorLocalBackend,
    ProcessingLocalBackend,
    TrainingLocalBackend,
)
from zenml.backends.base import check_backend
from zenml.errors import BackendError

LOCAL = [OrchestratorLocalBackend, ProcessingLocalBackend, TrainingLocalBackend]


class BigMachine(BaseBackend):
    """Somebody's own backend, with an argument."""

    KIND = "training"
    TYPE = "big"

    def __init__(self, machine: str = "n1", **kwargs: object) -> None:
        self.machine = machine


@pytest.mark.parametrize("backend", LOCAL)
def test_a_local_backend_is_called_local_in_the_yaml(backend: type[BaseBackend]) -> None:
    assert backend().to_config().to_dict() == {"type": "local", "args": {}}


def test_the_arguments_of_a_backend_are_in_the_yaml() -> None:
    assert BigMachine().to_config().to_dict() == {"type": "big", "args": {"machine": "n1"}}


@pytest.mark.parametrize("backend", [*LOCAL, BigMachine])
@pytest.mark.parametrize("kind", ["orchestrator", "processing", "training"])
def test_a_backend_of_another_kind_is_refused_by_name(
    backend: type[BaseBackend], kind: str
) -> None:
    if kind == backend.KIND:
        check_backend(backend(), (kind,), "Step X")
        return
    with pytest.raises(BackendError) as caught:
        check_backend(backend(), (kind,), "Step X")
    assert str(caught.value) == (
        f"Step X cannot run on {backend.__name__}, which is a backend for {backend.KIND}; "
        f"it takes one for {kind}."
    )


@pytest.mark.parametrize("given", ["local", TrainingLocalBackend, 3])
def test_what_is_no_backend_is_refused(given: object) -> None:
    with pytest.raises(BackendError, match=r"Step X: .* is no backend; give an instance of one"):
        check_backend(given, ("training",), "Step X")


def test_no_backend_is_always_right() -> None:
    check_backend(None, (), "Step X")
