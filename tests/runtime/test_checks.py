"""Steps are asked about columns once these are known, whatever the nodes are called."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.errors import StepArgumentError
from zenml.metadata.artifacts import Artifact
from zenml.metadata.executions import Execution
from zenml.pipelines.graph import Graph
from zenml.runtime.checks import SchemaChecks
from zenml.spec import PipelineSpec
from zenml.steps.evaluator import TFMAEvaluator
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit
from zenml.version import __version__

Done = Callable[..., dict[str, Execution]]


@pytest.fixture
def done(tmp_path: Path) -> Done:
    """What is done: `done(rows_schema=["a"])`, each node with a schema of these columns."""

    def make(**columns: list[str]) -> dict[str, Execution]:
        found = {}
        for number, (node, names) in enumerate(columns.items()):
            output = "schema" if node.endswith("schema") else "transform_graph"
            folder = tmp_path / node / ("" if output == "schema" else "transformed_metadata")
            folder.mkdir(parents=True, exist_ok=True)
            text = "".join(f'feature {{ name: "{name}" type: FLOAT }}\n' for name in names)
            (folder / "schema.pbtxt").write_text(text)
            artifact = Artifact(number, "Schema", str(tmp_path / node))
            found[node] = Execution(number, node, "succeeded", outputs={output: [artifact]})
        return found

    return make


def graph() -> Graph:
    return Graph(lambda step: step.to_config(f"zenml_{__version__}"))


def checks_of(made: Graph) -> SchemaChecks:
    return SchemaChecks(PipelineSpec("p", "steps", "x.y", "v", tuple(made.nodes)))


def preprocesser(label: str = "b") -> StandardPreprocesser:
    return StandardPreprocesser(features=["a"], labels=[label])


def with_split(made: Graph, rows: str, split: str) -> dict[str, str]:
    """Adds rows of a table and a split of them; gives what comes out of it."""
    made.add(rows, "examples_gen", args={"source": "load"})
    statistics, schema = made.add_examples(rows, f"{rows}.examples")
    inputs = {"data": f"{rows}.examples", "statistics": statistics, "schema": schema}
    made.add(split, "split_gen", step=RandomSplit(split_map={"a": 1.0}), inputs=inputs)
    _, schema = made.add_examples(split, f"{split}.examples")
    return {"examples": f"{split}.examples", "schema": schema}


def test_a_step_is_asked_as_soon_as_the_columns_are_known(done: Done) -> None:
    made = graph()
    made.add("prepare", "transform", step=preprocesser(), inputs=with_split(made, "rows", "parts"))
    checks = checks_of(made)
    checks.before({})
    with pytest.raises(StepArgumentError, match="'b'"):
        checks.before(done(rows_schema=["a"]))
    assert checks.asked == "prepare"


def test_a_step_is_asked_once_and_not_when_it_is_done(done: Done) -> None:
    made = graph()
    made.add("prepare", "transform", step=preprocesser(), inputs=with_split(made, "rows", "parts"))
    checks = checks_of(made)
    checks.before(done(rows_schema=["a", "b"]))
    checks.before(done(rows_schema=["a"], parts_schema=["a"]))
    assert checks.asked == ""
    checks = checks_of(made)
    checks.before(done(rows_schema=["a"], prepare=["a_xf"]))


def test_each_step_is_asked_about_its_own_rows(done: Done) -> None:
    made = graph()
    one, two = with_split(made, "one", "split_one"), with_split(made, "two", "split_two")
    made.add("first", "transform", step=preprocesser("b"), inputs=one)
    made.add("second", "transform", step=preprocesser("c"), inputs=two)
    checks = checks_of(made)
    checks.before(done(one_schema=["a", "b"]))
    with pytest.raises(StepArgumentError, match="'c'"):
        checks.before(done(one_schema=["a", "b"], two_schema=["a", "b"]))
    assert checks.asked == "second"


def test_behind_sequences_steps_are_asked_about_these(done: Done) -> None:
    made = graph()
    made.add("sequences", "sequencer", inputs=with_split(made, "rows", "parts"))
    _, schema = made.add_examples("sequences", "sequences.sequences")
    inputs = {"examples": "sequences.sequences", "schema": schema}
    made.add("prepare", "transform", step=preprocesser(), inputs=inputs)
    checks = checks_of(made)
    checks.before(done(rows_schema=["other"], parts_schema=["other"]))
    with pytest.raises(StepArgumentError, match="'b'"):
        checks.before(done(sequences_schema=["a"]))


def test_an_evaluator_is_asked_about_the_labels_that_were_made(done: Done) -> None:
    made = graph()
    inputs = with_split(made, "rows", "parts")
    made.add("prepare", "transform", step=preprocesser(), inputs=inputs)
    evaluator: Any = TFMAEvaluator(metrics={"z": ["binary_accuracy"]})
    inputs = {"examples": "prepare.transformed_examples", "schema": inputs["schema"]}
    made.add("judge", "evaluator", step=evaluator, inputs=inputs)
    checks = checks_of(made)
    with pytest.raises(StepArgumentError, match="'z'"):
        checks.before(done(prepare=["a_xf", "b_xl"]))
    assert checks.asked == "judge"


def test_a_free_step_is_not_asked(done: Done) -> None:
    made = graph()
    inputs = with_split(made, "rows", "parts")
    made.add("look", "python_step", step=preprocesser("no column"), inputs=inputs)
    checks_of(made).before(done(rows_schema=["a"]))
