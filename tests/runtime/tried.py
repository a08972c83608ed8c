"""A pipeline of two steps that is run again and again with something changed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from zenml.runtime import reasons
from zenml.runtime.reasons import Explanation, Reason
from zenml.spec import PipelineSpec

CODE = """
from zenml import step
from helper import SCALE

@step
def load(rows: int = 3) -> int:
    return rows

@step
def fit(x: int, hidden_layers: list = [10], momentum: float = 0.0) -> int:
    return x * SCALE
"""


class Tried:
    """A pipeline of two steps, run again and again with something changed."""

    def __init__(self, pipelines: Any, commit: Callable[..., str]) -> None:
        self.pipelines = pipelines
        self.commit = commit
        self.number = 0
        commit({"mine.py": CODE, "helper.py": "SCALE = 2\n"}, "Begin")

    def spec(self, load: str = "load", fit_settings: Any = None, **args: Any) -> PipelineSpec:
        for name in ("mine", "helper"):  # as in a process of its own
            sys.modules.pop(name, None)
        args.setdefault("hidden_layers", [10])
        rows = {"rows": args.pop("rows", 3)} if load == "load" else {}
        more = {key: args.pop(key) for key in ("enable_cache", "name") if key in args}
        node = self.pipelines.node
        return self.pipelines.spec(  # type: ignore[no-any-return]
            node("load", load, **rows),
            node("fit", "fit", "load", settings=fit_settings, **args),
            **more,
        )

    def run(self, **options: Any) -> dict[str, Explanation]:
        """Runs it; why the nodes that ran did."""
        self.number += 1
        name = f"r{self.number}"
        self.pipelines.run(self.spec(**options), name=name)
        return self.why(name)

    def why(self, run: str) -> dict[str, Explanation]:
        found = self.pipelines.executions(run)
        told = {name: reasons.recorded(execution) for name, execution in found.items()}
        return {name: explanation for name, explanation in told.items() if explanation}

    @property
    def lines(self) -> list[str]:
        said = self.pipelines.out.getvalue().splitlines()
        return [line for line in said if "ran because" in line]


def only(explanation: Explanation) -> Reason:
    """The one reason that an explanation has."""
    (reason,) = explanation.reasons
    return reason
