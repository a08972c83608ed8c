"""Side: one of the two runs that are compared, and what is asked of it."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from zenml.client.comparison.patches import Patch, read_patches
from zenml.client.run import RunView
from zenml.client.step import StepView
from zenml.metadata import parts
from zenml.metadata.parts import Parts
from zenml.runtime.environment import Environment
from zenml.runtime.workspace import Workspace
from zenml.spec import NodeSpec

_DIFF = "unpinned.diff"


class Side:
    """A run, to be compared with another.

    Args:
        run: The run.

    Example:
        >>> from zenml.metadata.runs import Run
        >>> Side(RunView(None, Run(1, "p-1", "p", "failed", started=10.0))).summary["state"]
        'failed'
    """

    def __init__(self, run: RunView) -> None:
        """Asks nothing yet."""
        self.run = run

    @property
    def summary(self) -> dict[str, Any]:
        """Which run it is, as plain data."""
        run = self.run
        return {
            "run": run.name,
            "id": run.id,
            "pipeline": run.pipeline_name,
            "state": run.state,
            "started": run.start_time.isoformat() if run.start_time else None,
            "seconds": run.seconds,
            "error": run.error or None,
            "head": self.environment.head or None,
        }

    @functools.cached_property
    def environment(self) -> Environment:
        """What it ran with; empty where that was not recorded."""
        return Environment.from_properties(self.run.record.properties)

    @functools.cached_property
    def nodes(self) -> dict[str, NodeSpec]:
        """Name -> node as it was frozen; empty where the pipeline's file is gone."""
        spec = self.run.spec
        return {node.name: node for node in spec.nodes} if spec is not None else {}

    @functools.cached_property
    def steps(self) -> dict[str, StepView]:
        """Name -> what the node did, of those that began."""
        return dict(self.run.steps)

    @functools.cached_property
    def names(self) -> list[str]:
        """The nodes in their order."""
        return list(dict.fromkeys([*self.nodes, *self.steps]))

    def parts(self, name: str) -> Parts | None:
        """What the result of a node depends on, as it was recorded; None where it was not."""
        step = self.steps.get(name)
        return parts.of(step.record) if step is not None else None

    def source(self, name: str) -> str:
        """Where the code of a node is; "" for one without a step."""
        node, step = self.nodes.get(name), self.steps.get(name)
        if node is not None:
            return node.step.source if node.step else ""
        return step.source if step is not None else ""

    def version(self, name: str) -> str:
        """The version of the code of a node; "" for one without a step."""
        node, step = self.nodes.get(name), self.steps.get(name)
        if node is not None:
            return node.step.version if node.step else ""
        return step.version if step is not None else ""

    @functools.cached_property
    def patches(self) -> list[Patch]:
        """What was not committed of the code when it ran."""
        spec = self.run.spec
        workspace = Workspace.of(spec) if spec is not None else Workspace.default()
        folder = workspace.artifacts.run_folder(self.run.pipeline_name, self.run.name)
        try:
            return read_patches(Path(folder, _DIFF).read_bytes())
        except OSError:
            return []
