"""Finding: the artifacts of a run by what they are, or why there is none."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from zenml.client.artifact import ArtifactView
from zenml.client.run import RunView
from zenml.errors import ArtifactStoreError, ResultNotFoundError
from zenml.metadata import runs
from zenml.metadata.commits import COMMITTING
from zenml.records.folders import list_splits


@dataclass(frozen=True)
class Kind:
    """What is looked for.

    Attributes:
        type: Of the artifact in ML Metadata.
        what: It is called so in errors.
        component: What makes it.
        remedy: What to do about a pipeline without that component.
        key: Name of the output, where the component has several of the type.

    Example:
        >>> Kind("Model", "model", "trainer", "add_trainer(...)").key
        ''
    """

    type: str
    what: str
    component: str
    remedy: str
    key: str = ""


_ADD = "Add one, pipeline.add_{}(...), and run it."
_STATISTICS = Kind("ExampleStatistics", "statistics", "statistics_gen", "Read a datasource in it.")
_SCHEMA = Kind("Schema", "schema", "schema_gen", "Read a datasource in it.")
_EVALUATION = Kind("ModelEvaluation", "evaluation", "evaluator", _ADD.format("evaluator"))
_MODEL = Kind("Model", "model", "trainer", _ADD.format("trainer"))
_TRANSFORMED = Kind(
    "Examples",
    "transformed rows",
    "transform",
    _ADD.format("preprocesser"),
    "transformed_examples",
)
_PREDICTIONS = Kind("Examples", "predictions", "inferrer", _ADD.format("infer_step"), "predictions")
_LOGS, _BLESSING = "ModelRun", "ModelBlessing"
_NAMES = {"transform": "preprocesser", "statistics_gen": "statistics", "schema_gen": "schema"}


class Finding:
    """Looks for artifacts of a run.

    Args:
        run: The run.
    """

    def __init__(self, run: RunView) -> None:
        self.run = run

    def statistics(self) -> ArtifactView:
        """Those of the splits; of the rows as they came where nothing was split."""
        return self._one(
            _STATISTICS, lambda name, view: (name == "split_statistics", _splits(view))
        )

    def schema(self) -> ArtifactView:
        """That of the splits, or of the rows as they came."""
        return self._one(_SCHEMA, lambda name, view: name == "split_schema")

    def evaluation(self) -> ArtifactView:
        """What the evaluator found."""
        return self._one(_EVALUATION)

    def model(self) -> ArtifactView:
        """What the trainer saved."""
        return self._one(_MODEL)

    def transformed(self) -> ArtifactView:
        """The rows as the preprocesser left them."""
        return self._one(_TRANSFORMED)

    def predictions(self) -> ArtifactView:
        """The rows with what the inferrer predicted."""
        return self._one(_PREDICTIONS)

    def training_logs(self) -> ArtifactView | None:
        """What the trainer wrote while it trained; None where it is not there."""
        found = self._last(_LOGS)
        return found if found is not None and os.path.isdir(found.uri) else None

    def blessing(self) -> ArtifactView | None:
        """Whether the model may be deployed; None where nobody decided."""
        return self._last(_BLESSING)

    def declared_types(self) -> dict[str, str]:
        """The types of columns that the datasource was declared with."""
        spec = self.run.spec
        source = spec.datasource if spec is not None else None
        return dict((source.args.get("schema") if source is not None else None) or {})

    def _one(
        self, kind: Kind, rank: Callable[[str, ArtifactView], Any] | None = None
    ) -> ArtifactView:
        found = [
            (name, view)
            for name, key, view in self._outputs()
            if view.type == kind.type and key == (kind.key or key)
        ]
        if not found:
            raise ResultNotFoundError(self._why_not(kind))
        _, view = max(found, key=lambda pair: rank(*pair)) if rank else found[-1]
        if not os.path.isdir(view.uri):
            raise ArtifactStoreError(
                f"The {kind.what} of run {self.run.name} are not in the artifact store any more "
                f"({view.uri}). Run its pipeline again to make them anew."
            )
        return view

    def _last(self, kind: str) -> ArtifactView | None:
        found = [view for _, _, view in self._outputs() if view.type == kind]
        return found[-1] if found else None

    def _outputs(self) -> Iterator[tuple[str, str, ArtifactView]]:
        for name, step in self.run.steps.items():
            for key, view in step.outputs.items():
                yield name, key, view

    def _why_not(self, kind: Kind) -> str:
        """The sentence about a run that has not what is asked for."""
        run = self.run
        head = f"Run {run.name} of pipeline {run.pipeline_name!r} has no {kind.what}"
        spec = run.spec
        if not run.file and run.pipeline_name.startswith(COMMITTING):
            return f"{head}: it committed a datasource, and nothing else."
        has_node = spec is None or any(node.component == kind.component for node in spec.nodes)
        if not has_node:
            name = _NAMES.get(kind.component, kind.component)
            return f"{head}: the pipeline has no {name}. {kind.remedy}"
        if run.state == runs.FAILED:
            failed = [step.name for step in run.steps.values() if step.state == runs.FAILED]
            where = f" at {failed[0]}" if failed else ""
            return f"{head}: it failed{where}. Run it again, or name an earlier run of it."
        if run.state == runs.RUNNING:
            return f"{head} yet: it is still running."
        return f"{head}."


def _splits(view: ArtifactView) -> int:
    told = json.loads(view.properties.get("split_names") or "[]")
    return len(told or (list_splits(view.uri) if os.path.isdir(view.uri) else ()))
