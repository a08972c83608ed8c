"""`@pipeline`: what is refused where steps are called, and where the pipeline is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.pipelines.functions import Mine, Sizes, Special, gather, load, parts, show, train
from zenml import pipeline
from zenml.client import ArtifactView
from zenml.errors import PipelineError, PipelineInterfaceError, StepArgumentError
from zenml.spec import NodeSpec

NodesOf = Callable[[Any], dict[str, NodeSpec]]


def wrong_keyword() -> None:
    train(load(), epoch=3)


def missing_input() -> None:
    train(epochs=3)


def too_many() -> None:
    load("a", "b")


def twice() -> None:
    load("a", name="b")


def wrong_parameter() -> None:
    train(load(), epochs="many")


def array_as_parameter() -> None:
    import numpy as np

    train(np.zeros(3))


def mixed_list() -> None:
    gather([load(), 3])


def dict_of_outputs() -> None:
    train({"data": load()})


def nested() -> None:
    gather([[load()], [load()]])


def not_called() -> None:
    train(load)


def of_an_earlier_run() -> None:
    train(ArtifactView.__new__(ArtifactView))


def no_output() -> None:
    train(show(data=load()))


def same_id() -> None:
    load(id="a")
    load(id="a")


def wrong_id() -> None:
    load(id="a b")


def after_nobody() -> None:
    load(after="nobody")


def after_a_function() -> None:
    load(after=train)


def circle() -> None:
    load(id="a", after="b")
    load(id="b", after="a")


def compares() -> None:
    if train(load()) > 0.5:
        show(data=load())


def unpacks_one() -> None:
    a, b = load()  # type: ignore[misc]
    train(a, b)


def unpacks_three() -> None:
    a, b, c = parts()  # type: ignore[misc]
    gather([a, b, c])


def multi_in_list() -> None:
    gather([parts(), load()])


def unknown_materializer() -> None:
    load.with_options(output_materializers={"data": Mine})()


def other_class() -> None:
    load.with_options(output_materializers=Special)()


def wrong_materializer() -> None:
    load.with_options(output_materializers=3)()


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (wrong_keyword, "Step `train` has no input 'epoch'. Did you mean 'epochs'"),
        (missing_input, "Step `train` is called without its input 'data': hand over the output"),
        (too_many, "Step `load` is called with 2 inputs and takes 1: name"),
        (twice, "Step `load` is given its input 'name' twice"),
        (wrong_parameter, "Parameter 'epochs' of step `train` is 'many'; it must be of type int"),
        (array_as_parameter, r"Parameter 'data' of step `train` is .*must be of type dict"),
        (mixed_list, "Step `gather`: the input 'models' is a list with 3 among outputs"),
        (dict_of_outputs, "Step `train`: the input 'data' is a dict with outputs of other steps"),
        (nested, "Step `gather`: the input 'models' is a list with outputs of other steps deep in"),
        (not_called, "Step `train`: 'data' is <step 'load'.* which was not called"),
        (of_an_earlier_run, r"Step `train`: 'data' is .* of an earlier run. Load it in a step"),
        (no_output, "Step `train`: the input 'data' is <outputs none of step 'show'>.*after="),
        (same_id, "Two steps of the pipeline are called 'a'; give one another id"),
        (wrong_id, "cannot be called 'a b'; take letters"),
        (after_nobody, "Step 'load' is to come after 'nobody', which is no step"),
        (after_a_function, "Step `load`: after is <step 'train'"),
        (circle, "a -> b -> a wait for each other in a circle|b -> a -> b"),
        (compares, "<output 'output' of step 'train'> has no value while"),
        (unpacks_one, "Step 'load' has one output, 'output', which cannot be unpacked"),
        (unpacks_three, "Step 'parts' has 2 outputs: first, output_1. .* into 3 names"),
        (multi_in_list, "every item must be one output of a step"),
        (unknown_materializer, "Step `load` has no output 'data' to be saved by a materializer"),
        (other_class, "the materializer of output 'output' is <class .* inherits from BaseMat"),
        (wrong_materializer, "the materializer of output 'output' is 3; it must be a class"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_step_called_wrongly_is_told(function: Any, message: str, nodes_of: NodesOf) -> None:
    with pytest.raises((PipelineInterfaceError, StepArgumentError), match=message):
        nodes_of(pipeline(function))


def test_an_output_of_another_pipeline_is_refused(nodes_of: NodesOf) -> None:
    kept: list[Any] = []

    @pipeline
    def first() -> None:
        kept.append(load())

    @pipeline
    def second() -> None:
        train(kept[0])

    @pipeline
    def third() -> None:
        load(after=kept[0])

    nodes_of(first)
    with pytest.raises(PipelineInterfaceError, match=r"of another pipeline. What another"):
        nodes_of(second)
    with pytest.raises(PipelineInterfaceError, match="of another pipeline, for which this one"):
        nodes_of(third)


async def waits() -> None: ...
def star(*names: str) -> None: ...


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (waits, "@pipeline on `waits`: it is a coroutine"),
        (star, r"Pipeline 'star' takes \*names"),
        (
            Sizes,
            "@pipeline takes a function, not the class Sizes: have it inherit",
        ),
        ("name", r"@pipeline takes a function, not 'name'. Options have names"),
        (load, "<step 'load'.*decorated already: take @pipeline away"),
        (pipeline(lambda: load()), "<pipeline 'lambda'.*decorated already"),
    ],
)
def test_what_is_no_plain_function_is_refused(value: Any, message: str) -> None:
    with pytest.raises(PipelineInterfaceError, match=message):
        pipeline(value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"enable_cash": 1}, "'p' has no option 'enable_cash'. Did you mean 'enable_cache'"),
        ({"enable_cache": 1}, "enable_cache is 1; it must be True or False"),
        ({"execution_mode": "stop"}, "execution_mode is 'stop'; .* fail_fast, continue"),
        ({"max_workers": 0}, "max_workers is 0; it must be 1 or more"),
        ({"max_workers": "2"}, "max_workers is '2'"),
        ({"tags": "best"}, "tags is 'best'; it must be a list of strings"),
        ({"tags": [1]}, r"tags is \[1\]"),
        ({"settings": 3}, "settings is 3; it must be a mapping"),
        ({"run_name": 3}, "run_name is 3; it must be a string"),
        ({"name": "a/b"}, "A pipeline cannot be called 'a/b'"),
        ({"parameters": {"lr": 1}}, "Pipeline 'p' cannot be called so|no parameter 'lr'"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_told_where_it_is_given(options: dict[str, Any], message: str) -> None:
    @pipeline
    def p() -> None:
        load()

    for give in (p.with_options, p.run, lambda **given: pipeline(**given)(p.function)):
        with pytest.raises(PipelineError, match=message):
            give(**options)


def test_a_pipeline_called_wrongly_is_told() -> None:
    @pipeline
    def p(dataset: str, lr: float = 0.1) -> None:
        load(name=dataset)

    with pytest.raises(PipelineInterfaceError, match=r"'datset'.* Did you mean 'dataset'"):
        p(datset="x")
    with pytest.raises(
        PipelineInterfaceError, match=r"too many positional arguments.* dataset, lr"
    ):
        p("a", 1, 2)
    with pytest.raises(PipelineInterfaceError, match="Parameter 'lr' of pipeline 'p' is 'quick'"):
        p("a", lr="quick")
    with pytest.raises(PipelineInterfaceError, match=r"'dataset' .* must be of type str"):
        p(object())
    with pytest.raises(PipelineInterfaceError, match=r"is the function <lambda>.* @step"):
        p(lambda: 1)
