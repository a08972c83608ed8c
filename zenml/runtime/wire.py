"""What goes between a run and its workers: tasks one way, outcomes the other."""

from __future__ import annotations

import dataclasses
import io
import pickle
import sys
from dataclasses import dataclass, field
from typing import Any

from zenml.runtime.task import Failure, Outcome
from zenml.spec import PipelineSpec


@dataclass(frozen=True)
class Setup:
    """What a worker learns first.

    Attributes:
        spec: The frozen pipeline.
        run: Name of the run.
        marks: Node -> fingerprint.
        argv: The command line of the run, for scripts that look at it when imported.

    Example:
        >>> Setup(PipelineSpec("p", "steps", "m.p", "v"), "p-1").marks
        {}
    """

    spec: PipelineSpec
    run: str
    marks: dict[str, str] = field(default_factory=dict)
    argv: tuple[str, ...] = ()


class RemoteTraceback(Exception):  # noqa: N818 - no error of its own: it shows one
    """The traceback of an error in another process, as text.

    Example:
        >>> str(RemoteTraceback("Traceback ...")).strip()
        'Traceback ...'
    """

    def __str__(self) -> str:
        """Begins on a line of its own."""
        return f"\n{self.args[0]}"


class _OfKnownModules(pickle.Unpickler):
    """Imports nothing: to tell an error, a run must not import a user's script once more."""

    def find_class(self, module: str, name: str) -> Any:
        if module not in sys.modules:
            raise pickle.UnpicklingError(f"{module} is not imported here")
        return super().find_class(module, name)


def pack(outcome: Outcome) -> tuple[Outcome, bytes]:
    """An outcome that can be sent, and the error in it, where that can be."""
    failure = outcome.failure
    if failure is None:
        return outcome, b""
    try:
        cause = pickle.dumps(failure.cause)
    except Exception:  # noqa: BLE001 - a user's error holds whatever it likes
        cause = b""
    return dataclasses.replace(outcome, failure=dataclasses.replace(failure, cause=None)), cause


def unpack(outcome: Outcome, cause: bytes) -> Outcome:
    """The inverse of `pack`; the error shows where it was raised."""
    failure = outcome.failure
    if failure is None:
        return outcome
    return dataclasses.replace(outcome, failure=_with_cause(failure, cause))


def _with_cause(failure: Failure, cause: bytes) -> Failure:
    trace = RemoteTraceback(failure.user_traceback) if failure.user_traceback else None
    error: BaseException | None = trace
    try:
        found = _OfKnownModules(io.BytesIO(cause)).load() if cause else None
    except Exception:  # noqa: BLE001 - a user's error can raise anything when it is made again
        found = None
    if isinstance(found, BaseException):
        found.__cause__ = trace
        error = found
    return dataclasses.replace(failure, cause=error)
