"""RunView: what a run did, and the steps of it."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from zenml.client.named import Named
from zenml.client.status import moment, status_of
from zenml.client.step import StepView
from zenml.edges import edges
from zenml.errors import PipelineEditedError, RunNotFoundError, SpecError
from zenml.metadata import runs
from zenml.metadata.contexts import get_values
from zenml.metadata.runs import Run
from zenml.steps.user_metadata import USER_METADATA, merged

if TYPE_CHECKING:
    from zenml.client.pipeline import PipelineView
    from zenml.spec import PipelineSpec


@edges
class RunView:
    """A run.

    Args:
        store: The open metadata store that it is recorded in.
        run: The record.

    Example:
        >>> RunView(None, Run(1, "p-1", "p", "succeeded", "p.yaml", 10.0, 12.5)).status
        'completed'
    """

    def __init__(self, store: Any, run: Run) -> None:
        """Asks nothing yet."""
        self.store = store
        self._run = run

    def __repr__(self) -> str:
        return f"RunView({self.name!r}, status={self.status!r})"

    @property
    def record(self) -> Run:
        """The record."""
        return self._run

    @property
    def id(self) -> int:
        """Its number in the metadata store."""
        return self._run.id

    @property
    def name(self) -> str:
        """Its name; no other run has it."""
        return self._run.name

    @property
    def pipeline_name(self) -> str:
        """The name of its pipeline."""
        return self._run.pipeline

    @property
    def pipeline(self) -> PipelineView:
        """Its pipeline."""
        from zenml.client.pipeline import PipelineView

        return PipelineView([self.store], self._run.pipeline)

    @property
    def state(self) -> str:
        """Either "running", "succeeded" or "failed"."""
        return self._run.state

    @property
    def status(self) -> str:
        """Either "running", "completed" or "failed"."""
        return status_of(self._run.state)

    @property
    def error(self) -> str:
        """Why it failed, or ""."""
        return self._run.error

    @property
    def file(self) -> str:
        """The pipeline's YAML file, relative to the repository; "" where it has none."""
        return self._run.file

    @property
    def start_time(self) -> datetime | None:
        """When it began, in UTC."""
        return moment(self._run.started)

    @property
    def end_time(self) -> datetime | None:
        """When it ended, in UTC; None while it runs."""
        return moment(self._run.ended)

    @property
    def seconds(self) -> float | None:
        """Wall time; None while it runs."""
        return self._run.seconds

    @property
    def unlisted(self) -> bool:
        """Whether it belongs to no pipeline that is listed."""
        return self._run.unlisted

    @property
    def tags(self) -> list[str]:
        """What it was tagged with."""
        return list(json.loads(self._run.properties.get(runs.TAGS) or "[]"))

    @property
    def metadata(self) -> dict[str, Any]:
        """What its steps logged while they ran, and what was logged for it later."""
        found: dict[str, Any] = {}
        for step in self.named_steps.values():
            found.update(step.metadata)
        found.update(json.loads(self._run.properties.get(USER_METADATA) or "{}"))
        return found

    def log_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Attaches metadata to the run; a key that is there already gets the new value."""
        (context,) = self.store.get_contexts_by_id([self.id])
        recorded = get_values(context.custom_properties).get(USER_METADATA)
        text = merged(recorded, metadata, f"run {self.name}")
        self._run.properties[USER_METADATA] = text
        runs.annotate(self.store, context, {USER_METADATA: text})

    @property
    def run_metadata(self) -> dict[str, Any]:
        """The same as `metadata`."""
        return self.metadata

    @property
    def steps(self) -> Named[StepView]:
        """Name -> step, in the order in which they began; those that never began are missing."""
        return self.named_steps

    @functools.cached_property
    def named_steps(self) -> Named[StepView]:
        """The same as `steps`."""
        found = {execution.node: execution for execution in runs.nodes(self.store, self._run)}
        steps = {name: StepView(self, execution) for name, execution in found.items()}
        what = f"Run {self.name} has no step"
        return Named(steps, what=what, error=RunNotFoundError, called="run.steps")

    def get_step(self, step: str) -> StepView:
        """The step of that name.

        Args:
            step: Its name in the pipeline; or that of its class or function, as a run prints
                it, where one step only is made of it.

        Raises:
            RunNotFoundError: There is none; names those there are.
        """
        steps = self.named_steps
        if step not in steps:
            nodes = self.spec.nodes if self.spec is not None else ()
            titles = {node.name: node.settings.get("title") for node in nodes}
            made = [
                one
                for name, one in steps.items()
                if step in (titles.get(name), one.source.rpartition(".")[2])
            ]
            if len(made) == 1:
                return made[0]
        return steps[step]

    @functools.cached_property
    def spec(self) -> PipelineSpec | None:
        """The frozen pipeline that ran; None where its file is gone or was edited."""
        from zenml import spec_yaml
        from zenml.repo import Repository

        if not self._run.file:
            return None
        try:
            return spec_yaml.read(Repository.get_instance().path / self._run.file)
        except (SpecError, PipelineEditedError):
            return None

    @property
    def parameters(self) -> dict[str, Any]:
        """What a pipeline that is a function was called with."""
        return dict(self.spec.parameters) if self.spec is not None else {}


def run_view(store: Any, name: str) -> RunView | None:
    """The run of a name, None where there is none or it was deleted."""
    run = runs.by_name(store, name)
    return None if run is None else RunView(store, run)
