"""Workers: runs nodes in processes of their own, several at a time."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from pathlib import Path

from zenml.errors import RunError
from zenml.repo.root import require_root
from zenml.runtime.failure import failure_of
from zenml.runtime.hooks import call_hook
from zenml.runtime.logs import capture
from zenml.runtime.task import Outcome, Task
from zenml.runtime.trees import Trees, current_folder, moved
from zenml.runtime.wire import Setup, unpack

_GLANCE = 0.2  # seconds between two looks at who is still alive
_GRACE = 3.0  # seconds that a step has to clean up when the run is stopped


@dataclass
class _Process:
    """One worker, and what it works on."""

    popen: subprocess.Popen[bytes]
    connection: Connection
    tree: Path | None = None
    task: Task | None = None
    began: float = 0.0


class Workers:
    """A pool of processes; one is started when there is work and none is idle.

    So there are never more than the pipeline has branches.

    Args:
        setup: What each worker learns first.
        limit: How many there may be.
        trees: Where the nodes run that are not to see the files of today.

    Example:
        >>> from zenml.spec import PipelineSpec
        >>> workers = Workers(Setup(PipelineSpec("p", "steps", "m.p", "v"), "p-1"), 2)
        >>> workers.is_free, workers.is_busy
        (True, False)
    """

    def __init__(self, setup: Setup, limit: int, trees: Trees | None = None) -> None:
        """Starts none yet."""
        self._setup = setup
        self._limit = limit
        self._trees = trees or Trees({})
        self._processes: list[_Process] = []

    @property
    def is_free(self) -> bool:
        """Whether one more task can be taken."""
        return len(self._busy()) < self._limit

    @property
    def is_busy(self) -> bool:
        """Whether there is a task to wait for."""
        return bool(self._busy())

    def submit(self, task: Task) -> None:
        """Has an idle worker, or a new one, do a task."""
        tree = self._trees.folder(task.node.name)
        for process in [each for each in self._processes if each.task is None]:
            if process.tree != tree:
                continue
            if self._send(process, task):
                return
            self._forget(process)  # it died while it had nothing to do
        process = _start(self._setup, tree)
        self._processes.append(process)
        self._send(process, task)  # of a failure `wait` tells

    def wait(self) -> list[tuple[Task, Outcome]]:
        """The tasks that ended since, at least one."""
        done: list[tuple[Task, Outcome]] = []
        while not done:
            busy = self._busy()
            heard = wait([process.connection for process in busy], timeout=_GLANCE)
            for process in busy:
                if process.connection in heard or process.popen.poll() is not None:
                    done.append(self._take(process))
        return done

    def close(self) -> None:
        """Ends the workers: the idle ones by themselves, the others are stopped."""
        for process in self._processes:
            if process.task is not None:
                _signal(process, signal.SIGINT)
            process.connection.close() if process.task is None else None
        deadline = time.monotonic() + _GRACE
        try:
            for process in self._processes:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.popen.wait(max(0.0, deadline - time.monotonic()))
        finally:  # also when Ctrl-C comes once more
            while self._processes:
                self._forget(self._processes[-1])
            self._trees.close()

    def _busy(self) -> list[_Process]:
        return [process for process in self._processes if process.task is not None]

    def _send(self, process: _Process, task: Task) -> bool:
        process.task, process.began = task, time.perf_counter()
        if process.popen.poll() is not None:  # what it left running may still hold the pipe
            return False
        try:
            process.connection.send(task)
        except OSError:
            return False
        return True

    def _take(self, process: _Process) -> tuple[Task, Outcome]:
        task = process.task
        assert task is not None
        if process.popen.poll() is not None:
            # What it forked may hold the pipe open: no more is waited for than has arrived.
            os.set_blocking(process.connection.fileno(), False)
        try:
            outcome = unpack(*process.connection.recv())
        except (EOFError, OSError):
            outcome = self._died(process, task)
        process.task = None
        return task, outcome

    def _died(self, process: _Process, task: Task) -> Outcome:
        self._forget(process)
        error = RunError(
            f"its process {_cause_of_death(process.popen.returncode)}. Other steps were not "
            "touched by it."
        )
        with capture(task.log):
            call_hook(task.settings, task.node.name, error)
        seconds = time.perf_counter() - process.began
        return Outcome(seconds, failure=failure_of(error, task.node.name))

    def _forget(self, process: _Process) -> None:
        """Leaves nothing of a worker running, nor of what it started."""
        self._processes.remove(process)
        _signal(process, signal.SIGKILL)
        process.popen.wait()
        process.connection.close()


def _start(setup: Setup, tree: Path | None) -> _Process:
    ours, theirs = Pipe()
    path, folder = _surroundings(tree)
    code = (
        f"import sys; sys.path[:] = {path!r}\n"  # so that all names mean what they mean here
        f"from zenml.runtime.worker import main; main({theirs.fileno()})"
    )
    flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    with _held_back(signal.SIGINT):  # the worker lets it through once it can end in good order
        popen = subprocess.Popen(
            [sys.executable, *flags, "-c", code],
            stdin=subprocess.DEVNULL,
            cwd=folder,
            pass_fds=[theirs.fileno()],
            start_new_session=True,  # Ctrl-C is for the run, which then stops its workers
        )
    theirs.close()
    with contextlib.suppress(OSError):  # of a worker that died at once `wait` tells
        ours.send(setup)
    return _Process(popen, ours, tree)


@contextlib.contextmanager
def _held_back(number: signal.Signals) -> Iterator[None]:
    """A signal waits until the end, and in what is started meanwhile until that asks for it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _surroundings(tree: Path | None) -> tuple[list[str], Path | None]:
    """`sys.path` and the current folder: those of here, or the same ones in another tree."""
    if tree is None:
        return sys.path, None
    root = require_root()
    return [moved(entry, root, tree) for entry in sys.path], current_folder(root, tree)


def _signal(process: _Process, number: int) -> None:
    """Sends a signal to a worker and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.popen.pid, number)


def _cause_of_death(status: int) -> str:
    if status >= 0:
        return f"ended with exit status {status} in the middle of it"
    name = signal.Signals(-status).name
    hint = ", as happens where memory runs out" if -status == signal.SIGKILL else ""
    return f"was ended by signal {name}{hint}"
