"""A worker: a process that runs the nodes it is given, one after the other.

It is started by `zenml.runtime.workers` and ends when its run does: when the
connection breaks, whatever became of the run.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from multiprocessing.connection import Connection
from typing import Any

from zenml.runtime.task import Outcome, Task
from zenml.runtime.wire import Setup, pack


class Worker:
    """Runs nodes in this process.

    Args:
        connection: To the run.
    """

    def __init__(self, connection: Connection) -> None:
        """Waits for the setup."""
        self._connection = connection
        self._setup: Setup = connection.recv()
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._is_busy = False
        self._tfx: Any = None
        sys.argv[:] = self._setup.argv

    def run(self) -> None:
        """Runs what comes, until the run is over."""
        threading.Thread(target=self._listen, name="zenml-worker", daemon=True).start()
        while (task := self._tasks.get()) is not None:
            outcome, cause = pack(self._perform(task))
            for stream in filter(None, (sys.stdout, sys.stderr)):
                stream.flush()
            self._is_busy = False
            self._connection.send((outcome, cause))

    def _listen(self) -> None:
        """Takes in tasks; without a run to work for, nothing is left running."""
        try:
            while True:
                task = self._connection.recv()
                self._is_busy = True
                self._tasks.put(task)
        except (EOFError, OSError):
            if self._is_busy:
                os.killpg(os.getpgrp(), signal.SIGKILL)
            self._tasks.put(None)

    def _perform(self, task: Task) -> Outcome:
        if not task.is_python:
            return self._tfx_nodes().perform(task)  # type: ignore[no-any-return]
        from zenml.runtime.python_step import run_python_step

        return run_python_step(self._setup.spec, task, elsewhere=True)

    def _tfx_nodes(self) -> Any:
        if self._tfx is None:
            from zenml.runtime.records import NodeRecords
            from zenml.runtime.tfx_nodes import TFXNodes
            from zenml.runtime.workspace import Workspace

            setup = self._setup
            workspace = Workspace.of(setup.spec)
            self._tfx = TFXNodes(setup.spec, setup.run, workspace, NodeRecords(setup.marks))
        return self._tfx


def main(descriptor: int) -> None:
    """Runs a worker; the connection to its run is an open file."""
    # A run that a shell keeps in the background ignores Ctrl-C, and so would all it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for stream in filter(None, (sys.stdout, sys.stderr)):  # there may be none
        stream.reconfigure(line_buffering=True)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # held back until here
        connection = Connection(descriptor)
        # Who holds it keeps the run waiting, also when this process was killed in mid-message.
        os.set_inheritable(descriptor, False)
        os.register_at_fork(after_in_child=connection.close)
        Worker(connection).run()
    except KeyboardInterrupt:  # the run was stopped, and says so itself
        os._exit(1)
