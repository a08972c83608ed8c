"""Runs the executors of the data nodes on artifacts made by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from zenml.records import read_batches, split_files
from zenml.repo import loading
from zenml.steps.data import DataStep
from zenml.version import __version__


class Rows(DataStep):
    """Gives the dicts it was given."""

    def read(self) -> Iterable[Any]:
        return self.items


@pytest.fixture
def given() -> Callable[..., DataStep]:
    """A data step that gives these rows: `given([{"a": 1}])`."""

    def make(items: list[Any], schema: dict[str, str] | None = None) -> Rows:
        step = Rows(schema=schema)
        step.items = items
        return step

    return make


class Nodes:
    """Artifacts below one folder, made by the executors."""

    def __init__(self, folder: Path, monkeypatch: Any) -> None:
        self.folder, self._monkeypatch, self._count = folder, monkeypatch, 0

    def artifact(self, kind: str) -> Any:
        from tfx.types import standard_artifacts

        made = getattr(standard_artifacts, kind)()
        self._count += 1
        made.uri = str(self.folder / str(self._count))
        return made

    def _step(self, component: str, step: Any) -> str:
        own = type(step).__module__.startswith("zenml.")
        load = loading.load_step if own else lambda spec: step
        self._monkeypatch.setattr(f"zenml.components.{component}.executor.load_step", load)
        return step.to_config(f"zenml_{__version__}").to_json()

    def data(self, step: Any, commit: str = "") -> Any:
        from zenml.components.data_gen.executor import Executor

        examples = self.artifact("Examples")
        properties = {"step": self._step("data_gen", step), "commit": commit}
        Executor().Do({}, {"examples": [examples]}, properties)
        return examples

    def statistics(self, examples: Any) -> Any:
        from zenml.components.statistics_gen.executor import Executor

        made = self.artifact("ExampleStatistics")
        Executor().Do({"examples": [examples]}, {"statistics": [made]}, {})
        return made

    def schema(self, statistics: Any, declared: dict[str, str] | None = None) -> Any:
        from zenml.components.schema_gen.executor import Executor

        made = self.artifact("Schema")
        properties = {"declared": json.dumps(declared) if declared else ""}
        Executor().Do({"statistics": [statistics]}, {"schema": [made]}, properties)
        return made

    def split(self, examples: Any, step: Any) -> Any:
        from zenml.components.split_gen.executor import Executor

        statistics = self.statistics(examples)
        made = self.artifact("Examples")
        inputs = {
            "data": [examples],
            "statistics": [statistics],
            "schema": [self.schema(statistics)],
        }
        Executor().Do(inputs, {"examples": [made]}, {"step": self._step("split_gen", step)})
        return made

    def column(self, examples: Any, split: str, name: str) -> list[Any]:
        """The lists of one column of a split."""
        return [
            cell
            for batch in read_batches(split_files(examples.uri, split))
            for cell in batch.to_pydict()[name]
        ]


@pytest.fixture
def nodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nodes:
    return Nodes(tmp_path / "artifacts", monkeypatch)
