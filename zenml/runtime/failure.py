"""What a failed step says: the user's own lines first."""

from __future__ import annotations

import os
import sysconfig
import traceback
from pathlib import Path
from types import TracebackType

import zenml
from zenml.errors import StepRunError, ZenMLError

_OURS = os.path.join(Path(zenml.__file__).parent, "")
_TYPED = ("<ipython-input", "<stdin>", "<python-input")
_INSTALLED = tuple({sysconfig.get_paths()[key] for key in ("purelib", "platlib", "stdlib")})


def is_users(filename: str) -> bool:
    """Whether a file is the user's: not Python's, not a package's, not ours."""
    if filename.startswith("<"):
        return filename.startswith(_TYPED)
    if filename.startswith(_OURS) or "site-packages" in filename:
        return False
    return not filename.startswith(_INSTALLED)


def user_traceback(exc: BaseException) -> TracebackType | None:
    """The part of a traceback from the first line of the user's code on.

    Lines of the runtime below `run()` come before it; the last stretch of user
    code is what failed. None where no code of the user took part.
    """
    last: TracebackType | None = None
    inside = False
    node = exc.__traceback__
    while node is not None:
        users = is_users(node.tb_frame.f_code.co_filename)
        if users and not inside:
            last = node
        inside = users or (inside and not _is_runtime(node))
        node = node.tb_next
    return last


def _is_runtime(node: TracebackType) -> bool:
    name = node.tb_frame.f_code.co_filename
    return name.startswith(_OURS)


def step_failure(exc: Exception, *, node: str, run: str) -> StepRunError:
    """The error of a run in which a node failed, to be raised from `exc`.

    Its message begins with the traceback of the user's code, where there is one.
    """
    trace = user_traceback(exc)
    if trace is not None:
        exc.__traceback__ = trace
    what = str(exc) if isinstance(exc, ZenMLError) else f"{type(exc).__name__}: {exc}"
    message = (
        f"Step `{node}` failed: {what}\n"
        f"Run {run} is recorded as failed. Mend the step and run the pipeline again: what "
        "succeeded is reused."
    )
    error = StepRunError(message, step=node, run=run)
    if trace is not None:
        error.user_traceback = "".join(traceback.format_exception(type(exc), exc, trace))
    return error
