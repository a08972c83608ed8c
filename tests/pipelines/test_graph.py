"""The order that nodes run in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml.errors import PipelineInterfaceError
from zenml.pipelines.graph import Graph


def graph_of(waits: dict[str, list[str]]) -> Graph:
    graph = Graph(lambda step: step.to_config("v"))
    for name, others in waits.items():
        graph.add(name, "python_step", after=tuple(others))
    return graph


def names(graph: Graph) -> list[str]:
    return [node.name for node in graph.nodes]


@st.composite
def waiting(draw: Any) -> dict[str, list[str]]:
    """Nodes that wait for each other without a circle, added in any order."""
    order = [f"n{i}" for i in range(draw(st.integers(1, 12)))]
    waits = {
        name: draw(st.lists(st.sampled_from(order[:i]), unique=True)) if i else []
        for i, name in enumerate(order)
    }
    return {name: waits[name] for name in draw(st.permutations(order))}


@given(waiting())
def test_a_node_comes_after_all_that_it_waits_for(waits: dict[str, list[str]]) -> None:
    found = names(graph_of(waits))
    assert sorted(found) == sorted(waits)
    for name, others in waits.items():
        assert all(found.index(other) < found.index(name) for other in others)


@given(waiting())
def test_an_order_that_does_stays_as_it_is(waits: dict[str, list[str]]) -> None:
    found = names(graph_of(waits))
    again = graph_of({name: waits[name] for name in found})
    assert names(again) == found


@given(st.integers(1, 12), waiting())
def test_a_circle_is_told_with_its_nodes(size: int, waits: dict[str, list[str]]) -> None:
    circle = {f"c{i}": [f"c{(i + 1) % size}"] for i in range(size)}
    with pytest.raises(PipelineInterfaceError, match="wait for each other in a circle") as caught:
        graph_of({**waits, **circle}).nodes  # noqa: B018
    assert all(name in str(caught.value) for name in circle)


def test_a_long_chain_the_wrong_way_round() -> None:
    waits = {f"n{i}": [f"n{i + 1}"] for i in range(3000)} | {"n3000": []}
    assert names(graph_of(waits)) == [f"n{i}" for i in range(3000, -1, -1)]


def test_waiting_can_be_said_afterwards() -> None:
    graph = graph_of({"a": [], "b": []})
    graph.put_after("a", ("b",))
    graph.put_after("a", ("b",))
    assert [(node.name, node.after) for node in graph.nodes] == [("b", ()), ("a", ("b",))]


def test_one_that_is_not_there_is_told() -> None:
    with pytest.raises(PipelineInterfaceError, match="'a' is to come after 'z', which is no step"):
        graph_of({"a": ["z"]}).nodes  # noqa: B018
