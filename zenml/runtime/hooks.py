"""Hooks: functions of the user's that are called when a step ended."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from zenml.errors import PipelineInterfaceError, ZenMLError
from zenml.repo import loading
from zenml.runtime.failure import user_traceback_text
from zenml.spec import UNPINNED

ON_FAILURE, ON_SUCCESS = "on_failure", "on_success"


def check_hooks(settings: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """Loads every hook once, so that what cannot be called is said before anything runs.

    Args:
        settings: Who has them, e.g. "Step `train`", and the settings.

    Raises:
        PipelineInterfaceError: Names the hook, and why it cannot be called.
    """
    seen: set[tuple[str, str]] = set()
    for where, found in settings:
        for kind in (ON_FAILURE, ON_SUCCESS):
            source = found.get(kind)
            if source and (kind, source) not in seen:
                seen.add((kind, source))
                _check(source, kind, where)


def _check(source: str, kind: str, where: str) -> None:
    try:
        hook = loading.load_function(source, UNPINNED)
    except ZenMLError as exc:
        raise PipelineInterfaceError(
            f"{where}: {kind} is {source!r}, which cannot be loaded: {exc}"
        ) from exc
    if _takes(hook) or (kind == ON_FAILURE and _takes(hook, None)):
        return
    given = "the exception, or nothing" if kind == ON_FAILURE else "nothing"
    raise PipelineInterfaceError(
        f"{where}: {kind} is {source}{inspect.signature(hook)}, which cannot be called: it is "
        f"given {given}."
    )


def call_hook(settings: Mapping[str, Any], node: str, error: BaseException | None) -> None:
    """Calls the hook of a step that ended, once, if it has one.

    What a hook raises is said, and changes nothing: the step did what it did.

    Args:
        settings: Of the node.
        node: Its name.
        error: What the last attempt raised; None where it went well.
    """
    kind = ON_SUCCESS if error is None else ON_FAILURE
    source = settings.get(kind)
    if not source:
        return
    try:
        hook = loading.load_function(source, UNPINNED)
        if error is not None and _takes(hook, error):
            hook(error)
        else:
            hook()
    except Exception as exc:  # noqa: BLE001 - whatever the user's hook raises
        print(
            f"The hook {source} ({kind} of step `{node}`) failed, which changes nothing of the "
            f"step's result: {type(exc).__name__}: {exc}\n{user_traceback_text(exc)}",
            file=sys.stderr,
        )


def _takes(hook: Callable[..., Any], *arguments: Any) -> bool:
    try:
        inspect.signature(hook).bind(*arguments)
    except TypeError:
        return False
    except ValueError:  # of a builtin whose signature nobody knows
        return True
    return True
