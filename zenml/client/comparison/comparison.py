"""RunComparison: what differs between two runs."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from zenml.client.comparison.changes import Change
from zenml.client.comparison.datasets import Data
from zenml.client.comparison.metrics import MetricDifference
from zenml.client.comparison.steps import StepsDifference
from zenml.client.comparison.times import TimeDifference


@dataclass(frozen=True)
class RunComparison:
    """Two runs, side by side. `zenml.client.comparison.compare_runs` makes it.

    Attributes:
        a: Which the first run is: "run", "id", "pipeline", "state", "started", "seconds",
            "error", "head".
        b: Which the second run is.
        steps: The steps that differ, and the code of them.
        parameters: Of the pipeline's function, those that differ.
        packages: Packages whose versions differ.
        datasource: What differs of the datasource.
        data: The data that they worked on.
        schema: What differs of the schemas.
        metrics: All of them, equal ones too.
        times: Of all steps.
        notes: What could not be compared, and why.

    Example:
        >>> comparison = RunComparison({"run": "monday"}, {"run": "tuesday"})
        >>> comparison.differing, comparison.equal[:2]
        ([], ['steps', 'parameters'])
    """

    a: dict[str, Any]
    b: dict[str, Any]
    steps: StepsDifference = field(default_factory=StepsDifference)
    parameters: tuple[Change, ...] = ()
    packages: tuple[Change, ...] = ()
    datasource: tuple[Change, ...] = ()
    data: Data = field(default_factory=Data)
    schema: tuple[Change, ...] = ()
    metrics: tuple[MetricDifference, ...] = ()
    times: tuple[TimeDifference, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def differing(self) -> list[str]:
        """Names of the sections that differ; times always do, and are not among them."""
        return [name for name, differs in self._sections().items() if differs]

    @property
    def equal(self) -> list[str]:
        """Names of the sections that do not."""
        return [name for name, differs in self._sections().items() if not differs]

    def _sections(self) -> dict[str, bool]:
        return {
            "steps": self.steps.differs,
            "parameters": bool(self.parameters),
            "packages": bool(self.packages),
            "datasource": bool(self.datasource),
            "data": self.data.differs,
            "schema": bool(self.schema),
            "metrics": any(not one.is_equal for one in self.metrics),
        }

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON; the guide "Compare two runs" says what is in it."""
        return {
            "a": self.a,
            "b": self.b,
            "differing": self.differing,
            "equal": self.equal,
            "steps": self.steps.to_dict(),
            "code": [one.to_dict() for one in self.steps.code],
            "parameters": [one.to_dict() for one in self.parameters],
            "packages": [one.to_dict() for one in self.packages],
            "datasource": [one.to_dict() for one in self.datasource],
            "data": self.data.to_dict(),
            "schema": [one.to_dict() for one in self.schema],
            "metrics": [one.to_dict() for one in self.metrics],
            "times": [one.to_dict() for one in self.times],
            "notes": list(self.notes),
        }

    def to_html(self, file: str | os.PathLike[str]) -> None:
        """Writes a page that shows it with plots, and needs nothing else: no network, no server."""
        from zenml.client.comparison.page import page
        from zenml.client.html.writing import write_page

        write_page(file, page(self))
