"""Signals: a run that is told to stop comes to an end in good order."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType


class Terminated(BaseException):
    """SIGTERM came. Like KeyboardInterrupt, it passes every `except Exception` of a step.

    Example:
        >>> issubclass(Terminated, Exception)
        False
    """


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Turns SIGTERM into an exception, so that a stopped run is recorded as failed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise Terminated("The run was stopped by signal SIGTERM")

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
