"""`@pipeline`: the graph that calling steps in a function makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pipelines.functions import Mine, Sizes, gather, load, parts, show, train
from zenml import ArtifactConfig, pipeline, step
from zenml.errors import PipelineInterfaceError
from zenml.pipelines.graph import Graph
from zenml.spec import NodeSpec

NodesOf = Callable[[Any], dict[str, NodeSpec]]


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
        parts.with_options(output_materializers={"first": "tests.pipelines.functions.Mine"})()

    total.entrypoint.__annotations__["return"] = Annotated[int, config]
    nodes = nodes_of(p)
    mine = "tests.pipelines.functions.Mine"
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
