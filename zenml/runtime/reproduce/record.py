"""What is recorded of the run that is to be reproduced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zenml import spec_yaml
from zenml.errors import RunError, RunNotFoundError, SpecError
from zenml.metadata import runs
from zenml.metadata.executions import Execution
from zenml.runtime import cache
from zenml.runtime.environment import Environment
from zenml.runtime.workspace import Workspace
from zenml.runtime.workspaces import open_stores
from zenml.spec import PipelineSpec


@dataclass(frozen=True)
class Record:
    """A recorded run.

    Attributes:
        store: The open metadata store that has it.
        run: The run.
        spec: The frozen pipeline that ran.
        executions: Node -> its execution, of the nodes that ended well.

    Example:
        >>> run = runs.Run(1, "p-1", "p", "succeeded")
        >>> Record(None, run, PipelineSpec("p", "steps", "m.p", "v"), {}).environment.head
        ''
    """

    store: Any
    run: runs.Run
    spec: PipelineSpec
    executions: dict[str, Execution]

    @classmethod
    def find(cls, name: str) -> Record:
        """The run of a name.

        Raises:
            RunNotFoundError: There is none.
            RunError: It runs now, or what it ran is not known any more.
        """
        for store in open_stores():
            run = runs.by_name(store, name)
            if run is not None:
                found = {execution.node: execution for execution in runs.nodes(store, run)}
                ended = {node: execution for node, execution in found.items() if execution.ok}
                return cls(store, run, _spec_of(run), ended)
        raise RunNotFoundError(
            f"There is no run {name!r} here; `zenml run list` names those there are."
        )

    @property
    def environment(self) -> Environment:
        """What it ran with."""
        return Environment.from_properties(self.run.properties)

    def is_whole(self, node: str) -> bool:
        """Whether all that a node made is in the artifact store as it was published."""
        outputs = self.executions[node].outputs.values()
        return all(cache.is_whole(artifact) for found in outputs for artifact in found)


def _spec_of(run: runs.Run) -> PipelineSpec:
    if run.state == runs.RUNNING:
        raise RunError(f"Run {run.name} is running now: reproduce it when it has ended.")
    if not run.file:
        raise RunError(
            f"Run {run.name} read a datasource, and has no pipeline of its own. Reproduce a run of "
            "a pipeline that uses the datasource: it reads it again too."
        )
    try:
        return spec_yaml.read(Workspace.default().root / run.file)
    except SpecError as exc:
        raise RunError(
            f"Run {run.name} cannot be rebuilt without the file of its pipeline, {run.file}: {exc} "
            "If it was committed, `git log --all -- "
            f"{run.file}` finds it."
        ) from exc
