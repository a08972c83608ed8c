"""StepView: what one node of a run did."""

from __future__ import annotations

import functools
import itertools
import json
import re
from typing import TYPE_CHECKING, Any

from zenml.client.arguments import refuse_shortened
from zenml.client.artifact import ArtifactView
from zenml.client.named import Named
from zenml.client.status import status_of
from zenml.edges import edges
from zenml.errors import ArtifactNotFoundError
from zenml.metadata import parts, producers
from zenml.metadata.executions import ERROR, Execution

if TYPE_CHECKING:
    from zenml.client.run import RunView
    from zenml.client.why import StepWhy

_ITEM = re.compile(r"(.*)\[(\d+)\]")


@edges
class StepView:
    """A step as a run executed it, or took it from the cache.

    Args:
        run: The run.
        execution: The record.

    Example:
        >>> StepView(None, Execution(1, "split", "cached")).is_cached
        True
    """

    def __init__(self, run: RunView | None, execution: Execution) -> None:
        """Asks nothing yet."""
        self._run = run
        self._execution = execution

    def __repr__(self) -> str:
        return f"StepView({self.name!r}, status={self.status!r})"

    @property
    def record(self) -> Execution:
        """The record."""
        return self._execution

    @property
    def id(self) -> int:
        """The number of its execution in the metadata store."""
        return self._execution.id

    @property
    def name(self) -> str:
        """The name of the node: of the function, or of the pipeline's argument."""
        return self._execution.node

    @property
    def run(self) -> RunView:
        """The run that it is part of."""
        assert self._run is not None
        return self._run

    @property
    def state(self) -> str:
        """Either "running", "succeeded", "cached" or "failed"."""
        return self._execution.state

    @property
    def status(self) -> str:
        """Either "running", "completed", "cached" or "failed"."""
        return status_of(self._execution.state)

    @property
    def is_cached(self) -> bool:
        """Whether the result of an earlier run was taken."""
        return self._execution.state == "cached"

    @property
    def seconds(self) -> float | None:
        """Wall time in this run."""
        return self._execution.seconds

    @property
    def error(self) -> str:
        """Why it failed, or ""."""
        return str(self._execution.properties.get(ERROR, ""))

    @property
    def blessed(self) -> bool | None:
        """Whether it blessed the model; None for a step that judges none."""
        found = self._execution.outputs.get("blessing")
        return found[0].properties.get("blessed") == 1 if found else None

    @property
    def reason(self) -> str:
        """Why it did not bless the model, or did not deploy it; "" where it did."""
        outputs = itertools.chain.from_iterable(self._execution.outputs.values())
        return next(
            (str(one.properties["reason"]) for one in outputs if "reason" in one.properties), ""
        )

    @property
    def source(self) -> str:
        """Where its code is, `module.name`; "" for a node without a step."""
        return str(self._execution.properties.get("zenml_source", ""))

    @property
    def version(self) -> str:
        """The version of its code: a commit, "unpinned" or "zenml_<version>"."""
        return str(self._execution.properties.get("zenml_version", ""))

    @property
    def parameters(self) -> dict[str, Any]:
        """Its parameters, as the run's file holds them, or as recorded where that is gone.

        Raises:
            ResultNotFoundError: The file is gone, and one was too long to be recorded.
        """
        spec = self.run.spec
        if spec is None:
            told = parts.of(self._execution)
            args = dict(told.args) if told is not None else {}
            refuse_shortened(args, f"step {self.name!r} of run {self.run.name}")
            return args
        found = [node.step.args for node in spec.nodes if node.name == self.name and node.step]
        return dict(found[0]) if found else {}

    @property
    def why(self) -> StepWhy:
        """Why it ran, as it was recorded when it began; of a cached step, whose result it took."""
        from zenml.client.why import why_of

        return why_of(self)

    @property
    def metadata(self) -> dict[str, Any]:
        """What the step logged of itself while it ran."""
        text = self._ran.properties.get("zenml_user_metadata")
        return dict(json.loads(text)) if text else {}

    @property
    def run_metadata(self) -> dict[str, Any]:
        """The same as `metadata`."""
        return self.metadata

    @property
    def logs(self) -> str:
        """What it printed; of a cached step, what it printed where it really ran."""
        from zenml.runtime.logs import read_log

        path = self._ran.properties.get("zenml_log")
        return read_log(str(path)) if path else ""

    @functools.cached_property
    def inputs(self) -> Named[Any]:
        """Input -> its `ArtifactView`, or a list of them for an input that takes a list."""
        found: dict[str, Any] = {}
        for key, artifacts in self._execution.inputs.items():
            views = [ArtifactView(self.run.store, artifact) for artifact in artifacts]
            item = _ITEM.fullmatch(key)
            if item:
                found.setdefault(item[1], []).append((int(item[2]), views[0]))
            else:
                found[key] = views[0] if len(views) == 1 else views
        for key, value in found.items():
            if isinstance(value, list) and isinstance(value[0], tuple):
                found[key] = [view for _, view in sorted(value, key=lambda pair: pair[0])]
        what = f"Step {self.name!r} of run {self.run.name} read no artifact as"
        return Named(found, what=what, error=ArtifactNotFoundError, called="step.inputs")

    @functools.cached_property
    def outputs(self) -> Named[ArtifactView]:
        """Output -> what the step made."""
        made = {
            key: ArtifactView(self.run.store, artifacts[0])
            for key, artifacts in self._execution.outputs.items()
        }
        what = f"Step {self.name!r} of run {self.run.name} has no output"
        return Named(made, what=what, error=ArtifactNotFoundError, called="step.outputs")

    @property
    def output(self) -> ArtifactView:
        """The output of a step that has one.

        Raises:
            ArtifactNotFoundError: It has none, or several; names them.
        """
        if len(self.outputs) == 1:
            return next(iter(self.outputs.values()))
        names = list(self.outputs)
        have = f"has {len(names)} outputs: {', '.join(names)}" if names else "has no outputs"
        hint = f" Take one of them by its name: .outputs[{names[0]!r}]" if names else ""
        raise ArtifactNotFoundError(f"Step {self.name!r} of run {self.run.name} {have}.{hint}")

    @functools.cached_property
    def _ran(self) -> Execution:
        """The execution in which the step's code ran."""
        return producers.original_of(self.run.store, self._execution)
