"""What an evaluator compares with is found, and part of its fingerprint, before it runs."""

from __future__ import annotations

from typing import Any

import pytest

from zenml.metadata import artifacts
from zenml.metadata.parts import Parts
from zenml.runtime.baselines import Baselines, with_baseline_of
from zenml.runtime.records import NodeRecords
from zenml.spec import NodeSpec, PipelineSpec
from zenml.steps.evaluator import TFMAEvaluator
from zenml.version import __version__

CANDIDATE = artifacts.Artifact(10_000, "Model", "/nowhere", True, {"content_hash": "c"})


@pytest.fixture
def blessed(recorder: Any) -> Any:
    """A model that the evaluator of pipeline p blessed."""
    recorder.begin("p-1")
    model = recorder.typed("p-1", "trainer", "Model", content_hash="m").outputs["model"]
    graph = recorder.typed("p-1", "preprocesser", "TransformGraph", content_hash="g")
    inputs = {"model": model, "transform_graph": graph.outputs["transformgraph"]}
    told = {"output": "blessing", "blessed": 1, "labels": '["late_xl"]'}
    recorder.typed("p-1", "evaluator", "ModelBlessing", inputs=inputs, **told)
    recorder.end("p-1")
    return inputs


def found(recorder: Any, **arguments: Any) -> tuple[dict[str, Any], NodeRecords]:
    step = TFMAEvaluator(metrics={"late": ["auc"]}, **arguments).to_config(f"zenml_{__version__}")
    node = NodeSpec("evaluator", "evaluator", step, {"model": "trainer.model"})
    spec = PipelineSpec("p", "training", "x.Y", "v", (NodeSpec("trainer", "trainer"), node))
    records = NodeRecords({"evaluator": "f" * 64}, parts={"evaluator": Parts("evaluator")})
    baselines = Baselines(recorder.store, spec, records)
    return baselines.of(node, {"model": [CANDIDATE]}), records


def test_only_an_evaluator_that_compares_has_one(recorder: Any, blessed: Any) -> None:
    inputs, records = found(recorder, thresholds={"late": {"auc": {"min": 0.5}}})
    assert inputs == {}
    assert records.marks["evaluator"] == "f" * 64


def test_it_is_part_of_the_fingerprint(recorder: Any, blessed: Any) -> None:
    bounds = {"late": {"auc": {"min_change": -0.1}}}
    inputs, records = found(recorder, thresholds=bounds)
    assert [one.id for one in inputs["baseline_model"]] == [blessed["model"][0].id]
    assert [one.id for one in inputs["baseline_graph"]] == [blessed["transform_graph"][0].id]
    assert records.marks["evaluator"] != "f" * 64
    assert records.parts["evaluator"].baseline == "m"
    _, again = found(recorder, thresholds=bounds)
    assert again.marks == records.marks


def test_a_resumed_run_keeps_the_one_that_it_had(blessed: Any) -> None:
    before = {"model": [CANDIDATE], "baseline_model": blessed["model"]}
    assert with_baseline_of({"model": [CANDIDATE]}, before) == before
    assert with_baseline_of({"model": [CANDIDATE]}, {"model": []}) == {"model": [CANDIDATE]}
