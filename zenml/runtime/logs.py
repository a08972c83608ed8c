"""Step logs: what a step prints is shown as ever, and kept in a file of its run.

Kept is what goes through `sys.stdout` and `sys.stderr`: prints, logging, warnings,
and the traceback of a step that fails. What C code or a child program writes is shown
and not kept. Lines carry no time of their own: to stamp each would cost more than all
the rest.
"""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path

from zenml.errors import ZenMLError
from zenml.live_lines import keeping
from zenml.runtime.failure import user_traceback
from zenml.runtime.step_log import StepLog
from zenml.runtime.streams import Diversion

_EVERY = 1.0  # seconds; what is lost at most when a process is killed outright
_OVERWRITTEN = re.compile(r"[^\n]*\r(?!\n)")


def log_path(run_folder: str | os.PathLike[str], node: str) -> str:
    """Where the log of a node lies.

    Args:
        run_folder: Of the artifact store: `<store>/<pipeline>/<run>`.
        node: Name of the node.

    Example:
        >>> log_path("/store/digits/digits-1", "trainer")
        '/store/digits/digits-1/logs/trainer.log'
    """
    return os.path.join(run_folder, "logs", f"{node}.log")


def read_log(path: str | os.PathLike[str]) -> str:
    """What a step printed, as a terminal would show it; "" where it printed nothing.

    Of a line that was written over and over (a progress bar) the last state is left.
    """
    try:
        text = Path(path).read_bytes().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return _OVERWRITTEN.sub("", text.replace("\r\n", "\n"))


@contextlib.contextmanager
def capture(path: str | os.PathLike[str], *, attempt: int = 1) -> Iterator[None]:
    r"""Keeps what is printed within it, beside showing it.

    The file is made with the first thing that is printed. An exception is noted at
    its end, with the user's own lines, and goes on.

    Args:
        path: Of the log; see `log_path`.
        attempt: From the second on, a line says so, and the log goes on.

    Example:
        >>> import tempfile
        >>> path = log_path(tempfile.mkdtemp(), "trainer")
        >>> with capture(path):
        ...     print("epoch 1")
        epoch 1
        >>> read_log(path)
        'epoch 1\n'
    """
    log = StepLog(path)
    if attempt > 1:
        log.add(f"--- attempt {attempt} ---\n".encode())
    try:
        with Diversion(log.add) as diversion, _ticking(diversion, log):

            def keep(line: str) -> None:
                with contextlib.suppress(OSError, ValueError):  # as in _tick
                    diversion.flush()  # what was printed before stands before it
                log.add(f"{line}\n".encode("utf-8", "backslashreplace"))

            with keeping(keep):
                yield
    except BaseException as exc:
        log.add(_traceback(exc).encode("utf-8", "backslashreplace"))
        raise
    finally:
        log.close()
        if log.error:
            warnings.warn(f"The log {log.path} could not be written: {log.error}", stacklevel=3)


def _traceback(exc: BaseException) -> str:
    own = None if isinstance(exc, ZenMLError) else exc.__traceback__
    lines = traceback.format_exception(type(exc), exc, user_traceback(exc) or own)
    return "".join(lines)


_open_captures: dict[int, tuple[Diversion, StepLog]] = {}
_clock: threading.Thread | None = None
_clock_lock = threading.Lock()


@contextlib.contextmanager
def _ticking(diversion: Diversion, log: StepLog) -> Iterator[None]:
    """Within it, one thread of the process writes once a second what waits."""
    global _clock
    _open_captures[id(log)] = (diversion, log)
    with _clock_lock:
        if _clock is None:
            _clock = threading.Thread(target=_tick, name="zenml-logs", daemon=True)
            _clock.start()
    try:
        yield
    finally:
        del _open_captures[id(log)]


def _tick() -> None:
    global _clock
    while True:
        time.sleep(_EVERY)
        for diversion, log in list(_open_captures.values()):
            with contextlib.suppress(OSError, ValueError):  # the step meets it where it prints
                diversion.flush()
            log.flush()
        with _clock_lock:
            if not _open_captures:
                _clock = None
                return


def _before_fork() -> None:
    """What was printed before a child process begins stands before what that prints."""
    for _, log in list(_open_captures.values()):
        log.flush()


def _after_fork() -> None:
    """A child process has no clock; what waits is its parent's to write."""
    global _clock, _clock_lock
    _clock, _clock_lock = None, threading.Lock()
    for _, log in list(_open_captures.values()):
        log.forked()


os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
