"""What a failed step says: the user's own lines first."""

from __future__ import annotations

import shlex
import traceback
from collections.abc import Mapping
from types import TracebackType

from zenml.edges import stretches
from zenml.errors import StepRunError, ZenMLError
from zenml.runtime.task import Failure


def user_traceback(exc: BaseException) -> TracebackType | None:
    """The part of a traceback from the first line of the user's code on.

    Lines of the runtime below `run()` come before it; the last stretch of user
    code is what failed. None where no code of the user took part.
    """
    last: TracebackType | None = None
    was_inside = False
    for line, is_inside in stretches(exc.__traceback__):
        if is_inside and not was_inside:
            last = line
        was_inside = is_inside
    return last


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


def run_error(
    failures: Mapping[str, Failure], *, run: str, can_resume: bool = False
) -> StepRunError:
    """The error of a run in which nodes failed, caused by what the first of them raised.

    Args:
        failures: Node -> why it failed.
        run: Name of the run.
        can_resume: Whether the run itself can go on.
    """
    (first, failure), *others = failures.items()
    names = ", ".join(f"`{name}`" for name in failures)
    heading = [f"{len(failures)} steps failed: {names}."] if others else []
    said = [each.message for each in failures.values()]
    again = f" To go on with the same code: zenml pipeline resume {shlex.quote(run)}"
    last = (
        f"Run {run} is recorded as failed. Mend the step and run the pipeline again: what "
        f"succeeded is reused.{again if can_resume else ''}"
    )
    error = StepRunError("\n".join([*heading, *said, last]), step=first, run=run)
    traces = [each.user_traceback for each in failures.values()]
    error.user_traceback = "\n".join(trace for trace in traces if trace)
    error.__cause__ = failure.cause
    return error
