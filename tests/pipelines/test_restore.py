"""Pipelines that come back from their specs."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from zenml.errors import PipelineError
from zenml.pipelines import BasePipeline, TrainingPipeline, pipeline_from_spec
from zenml.spec import DatasourceSpec, NodeSpec, PipelineSpec

DATASOURCE = DatasourceSpec("rows", "mine.Rows", "zenml_1", {"path": "a.csv"}, "1" * 40)
SPEC = PipelineSpec(
    "p", "mine", "mine.MyPipeline", "zenml_1", (NodeSpec("data", "data_gen"),), DATASOURCE
)


def test_one_of_a_class_that_is_not_there_is_a_base_pipeline() -> None:
    found = pipeline_from_spec(SPEC)
    assert type(found) is BasePipeline
    assert found.to_config() is SPEC
    assert found.to_config().datasource == DATASOURCE


def test_it_can_be_copied_to_another_name() -> None:
    other = pipeline_from_spec(SPEC).copy("q")
    assert other.to_config() == dataclasses.replace(SPEC, name="q")
    with pytest.raises(PipelineError, match="A pipeline cannot be called 'a/b'"):
        other.copy("a/b")


@pytest.mark.parametrize("kind", ["steps", "unlisted"])
def test_one_of_functions_comes_back_with_its_parameters(kind: str) -> None:
    spec = dataclasses.replace(SPEC, type=kind, datasource=None, parameters={"lr": 0.1})
    assert pipeline_from_spec(spec).to_config().parameters == {"lr": 0.1}


@pytest.mark.parametrize("option", [{"name": "q"}, {"tags": ["a"]}, {"unlisted": True}])
def test_what_its_file_fixes_is_not_changed(option: dict[str, Any]) -> None:
    (name,) = option
    with pytest.raises(PipelineError, match=rf"which fixes its {name}\. Run it from its code"):
        pipeline_from_spec(SPEC).with_options(**option)
    made = pipeline_from_spec(SPEC).with_options(enable_cache=False, max_workers=2, run_name="r")
    assert made.options.max_workers == 2


def test_a_training_pipeline_comes_back_as_one() -> None:
    found = pipeline_from_spec(dataclasses.replace(SPEC, type="training"))
    assert type(found) is TrainingPipeline
    with pytest.raises(PipelineError, match="was read from its YAML file and cannot be changed"):
        found.add_split(None)  # type: ignore[arg-type]
