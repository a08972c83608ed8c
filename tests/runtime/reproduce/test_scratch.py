"""What a pipeline becomes before it is reproduced: nothing of it acts on the outside."""

from __future__ import annotations

from pathlib import Path

from zenml.runtime.reproduce.scratch import is_repeatable, scratch_spec
from zenml.spec import NodeSpec, PipelineSpec, StepSpec

OWN = StepSpec(
    "zenml.steps.inferrer.file_writer.FileWriterInferrer", "zenml_1", {"output_path": "out/p"}
)


def node(step: StepSpec) -> NodeSpec:
    return NodeSpec("inferrer", "inferrer", step)


def test_predictions_are_written_into_the_scratch_folder(tmp_path: Path) -> None:
    spec = PipelineSpec("p", "inference", "x.Y", "v", (node(OWN),))
    (made,) = scratch_spec(spec, tmp_path, ["inferrer"], []).nodes
    assert made.step is not None
    assert made.step.args == {"output_path": str(tmp_path / "written" / "inferrer")}


def test_an_inferrer_of_ones_own_may_write_anywhere() -> None:
    assert is_repeatable(node(OWN))
    assert not is_repeatable(node(StepSpec("steps.Mail", "v")))
