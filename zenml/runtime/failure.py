"""What a failed step says: the user's own lines first."""

from __future__ import annotations

import os
import sysconfig
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import zenml
from zenml.errors import StepRunError, ZenMLError
from zenml.runtime.task import Failure

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


def user_traceback_text(exc: BaseException) -> str:
    """What a traceback says from the first line of the user's code on; "" without any."""
    trace = user_traceback(exc)
    if trace is None:
        return ""
    return "".join(traceback.format_exception(type(exc), exc, trace))


def failure_of(exc: Exception, node: str) -> Failure:
    """What is said of a node that raised an error.

    Args:
        exc: The error; its traceback is cut to the user's lines, where there are any.
        node: Name of the node.
    """
    trace = user_traceback(exc)
    if trace is not None:
        exc.__traceback__ = trace
    what = str(exc) if isinstance(exc, ZenMLError) else f"{type(exc).__name__}: {exc}"
    return Failure(f"Step `{node}` failed: {what}", user_traceback_text(exc), exc)


def step_error(failure: Failure, *, node: str, run: str) -> StepRunError:
    """The error of a run in which a node failed, caused by what the node raised."""
    error = StepRunError(f"{failure.message}\n{_next_steps(run)}", step=node, run=run)
    error.user_traceback = failure.user_traceback
    error.__cause__ = failure.cause
    return error


def run_error(errors: Sequence[StepRunError]) -> StepRunError:
    """The error of a run in which some nodes failed: of one its own, else one that names all."""
    first = errors[0]
    if len(errors) == 1:
        return first
    names = ", ".join(f"`{error.step}`" for error in errors)
    said = "\n".join(str(error).removesuffix(f"\n{_next_steps(first.run)}") for error in errors)
    error = StepRunError(
        f"{len(errors)} steps failed: {names}.\n{said}\n{_next_steps(first.run)}",
        step=first.step,
        run=first.run,
    )
    error.user_traceback = "\n".join(one.user_traceback for one in errors if one.user_traceback)
    error.__cause__ = first.__cause__
    return error


def _next_steps(run: str) -> str:
    return (
        f"Run {run} is recorded as failed. Mend the step and run the pipeline again: what "
        "succeeded is reused."
    )
