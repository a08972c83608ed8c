"""What a running step can ask about itself, and log."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.waiting import PATIENCE
from zenml.errors import StepContextError, StepInterfaceError
from zenml.spec import NodeSpec, PipelineSpec, StepSpec
from zenml.steps.context import StepContext, get_step_context, log_metadata, running

SPEC = PipelineSpec(
    "digits",
    "steps",
    "pipelines.digits",
    "unpinned",
    parameters={"lr": 0.1},
    settings={"extra": {"team": "vision"}, "tags": ["nightly"]},
)
NODE = NodeSpec(
    "trainer",
    "python_step",
    step=StepSpec("steps.train", "unpinned", {"epochs": 3}),
    settings={"extra": {"gpu": 0}},
)


@pytest.fixture
def context() -> StepContext:
    context = StepContext.of(SPEC, NODE, "digits-1", attempt=2)
    context.begin({"model": "/store/model/1", "accuracy": "/store/accuracy/1"})
    return context


def test_a_step_asks_where_it_runs(context) -> None:
    with running(context):
        found = get_step_context()
    assert (found.pipeline_name, found.run_name, found.step_name) == (
        "digits",
        "digits-1",
        "trainer",
    )
    assert found.pipeline.name == "digits"
    assert found.pipeline_run.name == "digits-1"
    assert found.pipeline_run.parameters == {"lr": 0.1}
    assert found.pipeline_run.tags == ("nightly",)
    assert found.step_run.name == "trainer"
    assert found.step_run.parameters == {"epochs": 3}
    assert found.step_run.attempt == 2
    assert found.step_run.extra == {"team": "vision", "gpu": 0}


def test_outside_a_step_there_is_none(context) -> None:
    with running(context):
        pass
    with pytest.raises(StepContextError, match="outside a running step"):
        get_step_context()
    with pytest.raises(StepContextError, match=r"log_metadata\(\) was called outside"):
        log_metadata({"a": 1})


def test_threads_of_a_step_find_its_context(context) -> None:
    found = []
    with running(context):
        thread = threading.Thread(target=lambda: found.append(get_step_context()))
        thread.start()
        thread.join()
    assert found == [context]


def test_steps_in_two_threads_have_a_context_each() -> None:
    both = threading.Barrier(2)
    found = {}

    def work(name: str) -> None:
        with running(StepContext.of(SPEC, NodeSpec(name, "python_step"), "digits-1")):
            both.wait(PATIENCE)
            found[name] = get_step_context().step_name
            both.wait(PATIENCE)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"a": "a", "b": "b"}


def test_the_folder_of_an_output(context) -> None:
    assert context.output_names == ("model", "accuracy")
    assert context.get_output_artifact_uri("model") == "/store/model/1"
    context.begin({"output": "/store/output/1"})
    assert context.get_output_artifact_uri() == "/store/output/1"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("models", "has no output 'models'; its outputs: model, accuracy"),
        (None, r"has 2 outputs \(model, accuracy\): say which one"),
    ],
)
def test_an_output_that_is_not_there(context, name, said) -> None:
    with pytest.raises(StepContextError, match=f"Step `trainer` {said}"):
        context.get_output_artifact_uri(name)


def test_the_materializer_of_an_output(context, tmp_path: Path) -> None:
    class Text:
        def __init__(self, uri: str) -> None:
            self.uri = uri

    assert context.get_output_materializer("model", Text).uri == "/store/model/1"
    context.begin({"model": str(tmp_path)}, {"model": Text}.get)
    assert isinstance(context.get_output_materializer(), Text)
    context.begin({"model": str(tmp_path)}, lambda name: None)
    with pytest.raises(StepContextError, match="Output 'model' of step `trainer` says no type"):
        context.get_output_materializer()


def test_metadata_is_kept_as_json(context) -> None:
    with running(context):
        log_metadata({"accuracy": np.float32(0.5), "classes": np.int64(10), "file": Path("a/b")})
        log_metadata({"classes": 9, "scores": (1, 2.5, None, {"x": True})})
    assert context.metadata == {
        "accuracy": 0.5,
        "classes": 9,
        "file": "a/b",
        "scores": [1, 2.5, None, {"x": True}],
    }
    json.dumps(context.metadata)


def test_metadata_of_one_output(context) -> None:
    with running(context):
        log_metadata({"classes": 10})
        log_metadata({"layers": 3}, artifact_name="model")
        get_step_context().add_output_metadata({"layers": 4}, "model")
    assert context.metadata_of("model") == {"classes": 10, "layers": 4}
    assert context.metadata_of("accuracy") == {"classes": 10}


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"model": object()}, "Metadata 'model' of step `trainer` cannot be kept: .* type object"),
        ({"array": np.zeros(3)}, "Metadata 'array' of step `trainer` .* type ndarray"),
        ({1: 2}, "Metadata of step `trainer` has the key 1; keys are texts"),
        ([1], "Metadata of step `trainer` is a list; give a dictionary"),
    ],
)
def test_metadata_that_is_no_json(context, metadata, said) -> None:
    with running(context), pytest.raises(StepInterfaceError, match=said):
        log_metadata(metadata)
    assert context.metadata == {}
