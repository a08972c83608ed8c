"""`@pipeline`: the graph that calling steps in a function makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from zenml import ArtifactConfig, pipeline, step
from zenml.client import ArtifactView
from zenml.errors import PipelineError, PipelineInterfaceError, StepArgumentError
from zenml.materializers import BaseMaterializer
from zenml.pipelines.graph import Graph
from zenml.spec import NodeSpec

NodesOf = Callable[[Any], dict[str, NodeSpec]]


class Sizes(BaseModel):
    width: int = 1


class Special:
    pass


class Mine(BaseMaterializer):
    ASSOCIATED_TYPES = (Special,)

    def load(self, data_type: Any) -> Any: ...

    def save(self, value: Any) -> None: ...


@step
def load(name: str = "iris") -> dict:
    return {"name": name}


@step
def parts() -> tuple[Annotated[int, "first"], int]:
    return 1, 2


@step
def train(data: dict, epochs: int = 1, sizes: Sizes = Sizes()) -> float:  # noqa: B008
    return 1.0 * epochs


@step
def show(*, data: dict) -> None:
    print(data)


@step
def gather(models: list) -> int:
    return len(models)


def test_outputs_are_handed_on_and_values_are_parameters(nodes_of: NodesOf) -> None:
    @pipeline
    def training(lr: float = 0.1) -> None:
        data = load(name="wine")
        train(data, epochs="3")

    nodes = nodes_of(training)
    assert list(nodes) == ["load", "train"]
    assert nodes["load"].step.args == {"name": "wine"}
    assert nodes["train"].inputs == {"data": "load.output"}
    assert nodes["train"].step.args == {"epochs": 3}
    assert nodes["train"].args == {"outputs": {"output": {}}}
    assert nodes["load"].component == "python_step"


def test_outputs_unpack_index_and_fan_in(nodes_of: NodesOf) -> None:
    @pipeline
    def p() -> None:
        a, b = parts()
        again = parts()
        gather([a, b, again["first"], again[1]])
        gather(again)

    nodes = nodes_of(p)
    assert nodes["gather"].inputs == {
        "models[0]": "parts.first",
        "models[1]": "parts.output_1",
        "models[2]": "parts_2.first",
        "models[3]": "parts_2.output_1",
    }
    assert nodes["gather_2"].inputs == {
        "models[0]": "parts_2.first",
        "models[1]": "parts_2.output_1",
    }


def test_calls_are_numbered_or_named(nodes_of: NodesOf) -> None:
    @pipeline
    def p() -> None:
        load()
        load(id="load_3")
        load()
        load()
        load(id="mine")
        load.with_options(name="other name")()

    assert list(nodes_of(p)) == ["load", "load_3", "load_2", "load_4", "mine", "other_name"]


@given(st.integers(1, 30))
def test_numbers_go_up_without_gaps(count: int) -> None:
    @pipeline
    def p() -> None:
        for _ in range(count):
            load()

    graph = Graph(lambda step: step.to_config("v"))
    p.connect_steps(graph)
    expected = ["load", *(f"load_{n}" for n in range(2, count + 1))]
    assert [node.name for node in graph.nodes] == expected


def test_after_takes_names_handles_and_lists(nodes_of: NodesOf) -> None:
    @pipeline
    def p() -> None:
        data = load()
        shown = show(data=data)
        load(id="second", after=shown)
        load(id="third", after=["second", data, shown])
        load(id="fourth", after="fifth")
        load(id="fifth")

    nodes = nodes_of(p)
    assert nodes["second"].after == ("show",)
    assert nodes["third"].after == ("second", "load", "show")
    assert list(nodes).index("fifth") < list(nodes).index("fourth")
    assert nodes["show"].args == {"outputs": {}}


def test_a_pipeline_in_a_pipeline_is_inlined(nodes_of: NodesOf) -> None:
    @pipeline
    def inner(data: dict, epochs: int = 2) -> Any:
        return train(data, epochs=epochs)

    @pipeline
    def outer(epochs: int = 5) -> None:
        data = load()
        gather([inner(data), inner(data, epochs=epochs), train(data)])

    nodes = nodes_of(outer)
    assert list(nodes) == ["load", "train", "train_2", "train_3", "gather"]
    assert [nodes[n].step.args["epochs"] for n in ("train", "train_2", "train_3")] == [2, 5, 1]
    assert nodes["gather"].inputs["models[2]"] == "train_3.output"


def test_what_is_said_of_artifacts_and_materializers_stands_in_the_node(nodes_of: NodesOf) -> None:
    config = ArtifactConfig(name="total", version=3, tags=["best"])

    @step(output_materializers=Mine)
    def total() -> Annotated[int, config]:
        return 1

    @pipeline
    def p() -> None:
        total()
        parts.with_options(output_materializers={"first": f"{__name__}.Mine"})()

    total.entrypoint.__annotations__["return"] = Annotated[int, config]
    nodes = nodes_of(p)
    mine = f"{__name__}.Mine"
    assert nodes["parts"].args["outputs"]["first"] == {"artifact": "first", "materializer": mine}
    assert nodes["total"].args["outputs"] == {
        "total": {"artifact": "total", "version": "3", "tags": ["best"], "materializer": mine}
    }


def test_settings_of_steps_stand_in_the_node(nodes_of: NodesOf) -> None:
    @pipeline
    def p() -> None:
        load.with_options(enable_cache=False, retry={"max_retries": 2}, extra={"a": 1})()

    assert nodes_of(p)["load"].settings == {
        "enable_cache": False,
        "retry": {"max_retries": 2, "delay": 0, "backoff": 1},
        "extra": {"a": 1},
    }


def test_parameters_are_checked_converted_and_told(nodes_of: NodesOf) -> None:
    seen: list[Any] = []

    @pipeline
    def p(name: str, sizes: Sizes, shape: tuple = (1, 2), depth: int = None) -> None:  # type: ignore[assignment] # noqa: RUF013
        seen.append((name, sizes, shape, depth))
        load(name=name)

    given = p.with_arguments("wine", sizes={"width": "3"})
    assert given.parameters == {
        "name": "wine", "sizes": {"width": 3}, "shape": [1, 2], "depth": None,
    }  # fmt: skip
    nodes_of(given)
    assert seen == [("wine", Sizes(width=3), (1, 2), None)]
    assert (
        p.with_options(parameters={"name": "x"}).with_arguments(sizes={}).parameters["name"] == "x"
    )


def test_a_copy_with_options_leaves_the_pipeline_alone() -> None:
    @pipeline(name="My training", enable_cache=False, tags=["a"], execution_mode="continue")
    def p() -> None:
        load()

    other = p.with_options(enable_cache=True, name="other", tags=["b"])
    assert (p.name, p.options.enable_cache, p.options.tags) == ("My training", False, ["a"])
    assert (other.name, other.options.enable_cache, other.options.tags) == ("other", True, ["b"])
    assert other.options.execution_mode == "continue"
    assert p.configure(run_name="x") is p
    assert p.options.run_name == "x"


def test_a_wired_input_needs_no_parameter(nodes_of: NodesOf) -> None:
    @pipeline
    def p() -> None:
        train(load(), epochs=gather([load()]))

    node = nodes_of(p)["train"]
    assert "epochs" not in node.step.args
    assert node.inputs["epochs"] == "gather.output"


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


@dataclass
class Place:
    path: str


@step
def version() -> int:
    return 3


@step
def path_of(path: Any = "", places: Any = None, place: Place = Place("")) -> str:  # noqa: B008
    return str(path)


@pytest.mark.parametrize(
    "given",
    [
        lambda it: {"path": f"models/{it}.pkl"},
        lambda it: {"path": str(it)},
        lambda it: {"places": [{"name": ("a", f"{it}")}]},
        lambda it: {"places": {f"{it}": 1}},
        lambda it: {"place": Place(f"{it}")},
    ],
)
def test_an_output_written_into_text_is_refused(nodes_of: NodesOf, given: Any) -> None:
    @pipeline
    def naming() -> None:
        path_of(**given(version()))

    with pytest.raises(
        PipelineInterfaceError,
        match=r"is text with <output 'output' of step 'version'> written into it.*Hand the output",
    ):
        nodes_of(naming)

    @pipeline
    def configured() -> None:
        path_of.with_options(parameters=given(version()))()

    with pytest.raises(PipelineInterfaceError, match="<output 'output' of step 'version'> written"):
        nodes_of(configured)


def test_text_that_only_looks_like_an_output_is_a_parameter(nodes_of: NodesOf) -> None:
    text = "<output 'output' of step 'elsewhere'>"

    @pipeline
    def naming() -> None:
        print(f"{version()}")
        path_of(path=text)

    assert nodes_of(naming)["path_of"].step.args["path"] == text


@step
def slow() -> list:
    return []


@step
def want(x: int) -> None: ...


@step
def whole(pair: tuple) -> None: ...


def test_types_that_cannot_fit_are_told_where_the_step_is_called(nodes_of: NodesOf) -> None:
    @pipeline
    def wrong() -> None:
        want(slow())

    with pytest.raises(
        PipelineInterfaceError,
        match=r"Step `want`: the input 'x' is <output 'output' of step 'slow'>, which is of type "
        "list; it must be of type int",
    ):
        nodes_of(wrong)

    @pipeline
    def picked() -> None:
        gather(parts()["first"])

    with pytest.raises(PipelineInterfaceError, match="of type int; it must be of type list"):
        nodes_of(picked)


def test_several_outputs_go_where_a_list_or_tuple_is_asked_for(nodes_of: NodesOf) -> None:
    @pipeline
    def right() -> None:
        gather(parts())
        whole(parts())
        whole([version(), version()])

    assert nodes_of(right)["whole"].inputs == {
        "pair[0]": "parts_2.first",
        "pair[1]": "parts_2.output_1",
    }

    @pipeline
    def wrong() -> None:
        want(parts())

    with pytest.raises(
        PipelineInterfaceError,
        match=r"'x' is all 2 outputs of step 'parts': first, output_1. It must be one of type int; "
        "pick it by name",
    ):
        nodes_of(wrong)

    @pipeline
    def listed() -> None:
        want([version(), version()])

    with pytest.raises(PipelineInterfaceError, match=r"'x' is \[<output .*must be one of type int"):
        nodes_of(listed)


def test_a_materializer_may_read_another_type(nodes_of: NodesOf) -> None:
    @pipeline
    def converted() -> None:
        want(slow.with_options(output_materializers=Mine)())

    nodes_of(converted)
