"""Attempts: does what a task asks, again where it failed and may be tried again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from zenml.errors import StepInterfaceError
from zenml.runtime.failure import failure_of
from zenml.runtime.hooks import call_hook
from zenml.runtime.logs import capture
from zenml.runtime.retry import Retry
from zenml.runtime.signals import raise_stop
from zenml.runtime.task import Outcome, Saved, Task


@dataclass(frozen=True)
class Done:
    """What one attempt that went well gave; see `Outcome`."""

    saved: dict[str, Saved] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    execution: int = 0


def perform(task: Task, once: Callable[[int], Done]) -> Outcome:
    """Does a task, and calls its hook afterwards.

    Args:
        task: What to do.
        once: Does it once; takes the number of the attempt.
    """
    began = time.perf_counter()
    retry = Retry.of(task.settings)
    for attempt in range(1, retry.attempts + 1):
        done, error = _attempt(task, once, attempt)
        if error is None or attempt == retry.attempts:
            break
        _wait(task, retry, attempt, error)
    if task.settings.get("on_failure" if error else "on_success"):
        with capture(task.log):
            call_hook(task.settings, task.node.name, error)
    failure = failure_of(error, task.node.name) if error else None
    seconds = time.perf_counter() - began
    return Outcome(seconds, attempt, failure, done.saved, done.metadata, done.execution)


def _attempt(
    task: Task, once: Callable[[int], Done], attempt: int
) -> tuple[Done, Exception | None]:
    try:
        with capture(task.log, attempt=attempt):
            return once(attempt), None
    except (Exception, SystemExit) as exc:  # noqa: BLE001 - whatever the user's step raises
        raise_stop(exc)
        return Done(), _error_of(exc)


def _error_of(exc: Exception | SystemExit) -> Exception:
    if not isinstance(exc, SystemExit):
        return exc
    error = StepInterfaceError(
        f"it called sys.exit({'' if exc.code is None else repr(exc.code)}), which ends a "
        "program; a step returns or raises an error."
    )
    return error.with_traceback(exc.__traceback__)


def _wait(task: Task, retry: Retry, attempt: int, error: Exception) -> None:
    pause = retry.pause(attempt)
    with capture(task.log):
        print(
            f"Step `{task.node.name}` failed at attempt {attempt} of {retry.attempts} "
            f"({type(error).__name__}: {error}) and is tried again"
            + (f" in {pause:g} s." if pause else "."),
            flush=True,
        )
    time.sleep(pause)
