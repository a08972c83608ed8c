"""Places: nodes of today's code run in the process of the run, others in processes of their own."""

from __future__ import annotations

from collections.abc import Collection

from zenml.runtime.in_process import InProcess
from zenml.runtime.task import Outcome, Task
from zenml.runtime.workers import Workers


class Places:
    """Runs one node at a time, where it belongs.

    Args:
        here: For nodes of today's code.
        elsewhere: For the others.
        others: Names of those.

    Example:
        >>> from zenml.runtime.wire import Setup
        >>> from zenml.spec import NodeSpec, PipelineSpec
        >>> workers = Workers(Setup(PipelineSpec("p", "steps", "m.p", "v"), "p-1"), 1)
        >>> places = Places(InProcess(lambda task: Outcome(0.5)), workers, {"old"})
        >>> places.submit(Task(NodeSpec("new", "python_step"), "p-1", "new.log"))
        >>> places.is_free, [task.node.name for task, _ in places.wait()]
        (False, ['new'])
    """

    def __init__(self, here: InProcess, elsewhere: Workers, others: Collection[str]) -> None:
        """Stores the arguments."""
        self._here = here
        self._elsewhere = elsewhere
        self._others = others

    @property
    def is_free(self) -> bool:
        """Whether it takes a task now."""
        return not self.is_busy

    @property
    def is_busy(self) -> bool:
        """Whether there is a task to wait for."""
        return self._here.is_busy or self._elsewhere.is_busy

    def submit(self, task: Task) -> None:
        """Does a task, or has it done."""
        place = self._elsewhere if task.node.name in self._others else self._here
        place.submit(task)

    def wait(self) -> list[tuple[Task, Outcome]]:
        """The tasks that ended since, at least one."""
        return (self._here if self._here.is_busy else self._elsewhere).wait()

    def close(self) -> None:
        """Ends the processes."""
        self._elsewhere.close()
