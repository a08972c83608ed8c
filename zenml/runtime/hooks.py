"""Hooks: functions of the user's that are called when a step ended."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from typing import Any

from zenml.repo import loading
from zenml.runtime.failure import user_traceback_text
from zenml.spec import UNPINNED

ON_FAILURE, ON_SUCCESS = "on_failure", "on_success"


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
        if error is not None and _takes_argument(hook):
            hook(error)
        else:
            hook()
    except Exception as exc:  # noqa: BLE001 - whatever the user's hook raises
        print(
            f"The hook {source} ({kind} of step `{node}`) failed, which changes nothing of the "
            f"step's result: {type(exc).__name__}: {exc}\n{user_traceback_text(exc)}",
            file=sys.stderr,
        )


def _takes_argument(hook: Callable[..., Any]) -> bool:
    try:
        inspect.signature(hook).bind(None)
    except TypeError:
        return False
    except ValueError:  # of a builtin whose signature nobody knows
        return True
    return True
