"""InProcess: runs one node at a time, in the process of the run."""

from __future__ import annotations

from collections.abc import Callable

from zenml.runtime.task import Outcome, Task


class InProcess:
    """Does each task when it is given.

    Args:
        run: Does a task.

    Example:
        >>> from zenml.spec import NodeSpec
        >>> place = InProcess(lambda task: Outcome(0.5))
        >>> place.submit(Task(NodeSpec("a", "python_step"), "p-1", "a.log"))
        >>> [(task.node.name, outcome.seconds) for task, outcome in place.wait()]
        [('a', 0.5)]
    """

    def __init__(self, run: Callable[[Task], Outcome]) -> None:
        """Nothing is done yet."""
        self._run = run
        self._done: list[tuple[Task, Outcome]] = []

    @property
    def is_free(self) -> bool:
        """Whether it takes a task now."""
        return not self._done

    @property
    def is_busy(self) -> bool:
        """Whether there is a task to wait for."""
        return bool(self._done)

    def submit(self, task: Task) -> None:
        """Does a task."""
        self._done.append((task, self._run(task)))

    def wait(self) -> list[tuple[Task, Outcome]]:
        """The tasks that ended since, at least one."""
        done, self._done = self._done, []
        return done

    def close(self) -> None:
        """There is nothing to stop."""
