"""The frozen spec: what it holds, and what it refuses to hold."""

from __future__ import annotations

import enum
import json
import math
from typing import Any

import pytest

from zenml.errors import SpecError
from zenml.spec import (
    BackendSpec,
    DatasourceSpec,
    NodeSpec,
    PipelineSpec,
    StepSpec,
)
from zenml.spec_values import canonical_json, check_json, is_name


def minimal(**changes: Any) -> dict[str, Any]:
    return {"name": "p", "type": "training", "source": "m.P", "version": "zenml_1", **changes}


def node(name: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "component": "split_gen", **changes}


class Colour(str, enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Name(str):
    pass


class Number(float):
    pass


@pytest.mark.parametrize(
    ("given", "held"),
    [
        ((1, (2, None)), [1, [2, None]]),
        (Colour.RED, "red"),
        (Level.HIGH, 3),
        (Name("n"), "n"),
        ({Name("k"): Number(0.5)}, {"k": 0.5}),
        (True, True),
        (10**30, 10**30),
        (-0.0, -0.0),
    ],
)
def test_a_value_is_held_as_plain_data(given: Any, held: Any) -> None:
    plain = check_json(given, "it")
    assert plain == held
    assert type(plain) is type(held)
    assert json.loads(json.dumps(plain)) == held


def test_keys_are_plain_strings() -> None:
    (key,) = check_json({Name("k"): 1}, "it")
    assert type(key) is str


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_float_that_json_does_not_know_is_refused(value: float) -> None:
    with pytest.raises(SpecError, match=r"it\['rate'\]\[1\] is -?(nan|inf)"):
        check_json({"rate": [0.1, value]}, "it")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({1: 2}, "it has the key 1, a int"),
        ({"a": {None: 2}}, r"it\['a'\] has the key None"),
        ([{"b": {1, 2}}], r"it\[0\]\['b'\] is a builtins.set"),
        (b"bytes", "it is a builtins.bytes"),
        (object(), "it is a builtins.object"),
        (print, "it is a builtins.builtin_function_or_method"),
        ("\ud800", r"it is '\\ud800', which is half a character"),
        ({"\udfff": 1}, "A key of it is"),
        (1j, "it is a builtins.complex"),
    ],
)
def test_what_cannot_be_held_is_named_with_its_place(value: Any, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        check_json(value, "it")


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical_json({"b": 1, "a": {"d": 1, "c": 2}}) == canonical_json(
        {"a": {"c": 2, "d": 1}, "b": 1}
    )


@pytest.mark.parametrize("name", ["p", "penguins 2", "a_b-c.d", "Πιγκουίνοι", "鱼" * 50, "p" * 100])
def test_a_name_that_can_be(name: str) -> None:
    assert is_name(name)
    assert PipelineSpec.from_dict(minimal(name=name), "f").name == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " p",
        "../p",
        "a/b",
        "p\n",
        "-p",
        ".p",
        "p" * 101,
        "鱼" * 60,
        "a\\b",
        "a:b",
        "a\0b",
        "p\u2028",
    ],
)
def test_a_name_that_cannot_be_a_folder_is_refused(name: str) -> None:
    assert not is_name(name)
    with pytest.raises(SpecError, match=r"f\.yaml: 'name' is"):
        PipelineSpec.from_dict(minimal(name=name), "f.yaml")


@pytest.mark.parametrize("key", ["name", "type", "source", "version"])
def test_a_missing_key_is_named(key: str) -> None:
    data = minimal()
    del data[key]
    with pytest.raises(SpecError, match=f"f.yaml: the key '{key}' is missing"):
        PipelineSpec.from_dict(data, "f.yaml")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("text", "f.yaml must be a mapping, not 'text'"),
        (None, "f.yaml must be a mapping, not None"),
        (minimal(nodez=[]), "f.yaml: unknown key 'nodez'; known are"),
        ({**minimal(), 1: 2, "a": 3}, "f.yaml: unknown key 1; known are"),
        (minimal(name=3), "f.yaml: 'name' must be a string, not 3"),
        (minimal(type="../x"), "f.yaml: 'type' is '../x'"),
        (minimal(enable_cache="yes"), "f.yaml: 'enable_cache' must be true or false"),
        (minimal(nodes={}), "f.yaml: 'nodes' must be a list"),
        (minimal(nodes=["x"]), r"f.yaml: nodes\[0\] must be a mapping, not 'x'"),
        (minimal(nodes=[node("a"), {"name": "b"}]), r"nodes\[1\]: the key 'component' is missing"),
        (minimal(nodes=[node("a", args=[])]), r"nodes\[0\]: 'args' must be a mapping, not \[\]"),
        (minimal(nodes=[node("a/b")]), r"nodes\[0\]: 'name' is 'a/b'"),
        (minimal(nodes=[node("a"), node("a")]), "two nodes are called 'a'"),
        (minimal(nodes=[node("a", inputs={"x": "b.y"})]), "input 'x' of node 'a' is 'b.y'"),
        (minimal(nodes=[node("a"), node("b", inputs={"x": "a"})]), "input 'x' of node 'b' is 'a'"),
        (minimal(nodes=[node("a"), node("b", inputs={"x": 1})]), "input 'x' of node 'b' is 1"),
        (minimal(nodes=[node("a", step={})]), r"nodes\[0\]: step: the key 'source' is missing"),
        (
            minimal(nodes=[node("a", step={"source": "m.C", "version": "v", "packages": "numpy"})]),
            r"nodes\[0\]: step: 'packages' must be a list of strings, not 'numpy'",
        ),
        (
            minimal(nodes=[node("a", step={"source": "m.C", "version": "v", "backend": []})]),
            r"nodes\[0\]: step: backend must be a mapping",
        ),
        (minimal(backend=None), "f.yaml: backend must be a mapping, not None"),
        (minimal(backend={"type": 1}), "f.yaml: backend: 'type' must be a string, not 1"),
        (minimal(datasource={"name": "d"}), "f.yaml: datasource: the key 'source' is missing"),
        (minimal(datasource={}), "f.yaml: datasource: the key 'name' is missing"),
        (minimal(metadata_store={"typ": "sqlite"}), "metadata_store: unknown key 'typ'"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(data: Any, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        PipelineSpec.from_dict(data, "f.yaml")


def test_a_node_knows_what_it_reads_from() -> None:
    spec = NodeSpec("c", "x", inputs={"one": "a.x", "two": "b.y", "three": "a.z"})
    assert spec.upstream == ("a", "b")


def test_a_node_that_is_not_there_is_named_with_those_that_are() -> None:
    spec = PipelineSpec("p", "training", "m.P", "v", nodes=(NodeSpec("a", "x"), NodeSpec("b", "x")))
    assert spec.node("b").name == "b"
    with pytest.raises(SpecError, match="no node 'c'; it has a, b"):
        spec.node("c")


def test_the_digest_covers_everything() -> None:
    step = StepSpec("m.S", "v", {"a": 1})
    spec = PipelineSpec(
        "p",
        "training",
        "m.P",
        "v",
        nodes=(NodeSpec("a", "x", step),),
        datasource=DatasourceSpec("d", "m.D", "v"),
    )
    changed = [
        PipelineSpec("q", "training", "m.P", "v", spec.nodes, spec.datasource),
        PipelineSpec("p", "training", "m.P", "w", spec.nodes, spec.datasource),
        PipelineSpec("p", "training", "m.P", "v", (), spec.datasource),
        PipelineSpec("p", "training", "m.P", "v", spec.nodes, None),
        PipelineSpec("p", "training", "m.P", "v", spec.nodes, spec.datasource, enable_cache=False),
        PipelineSpec(
            "p", "training", "m.P", "v", spec.nodes, DatasourceSpec("d", "m.D", "v", commit="a")
        ),
        PipelineSpec(
            "p", "training", "m.P", "v", (NodeSpec("a", "x", StepSpec("m.S", "v", {"a": 2})),),
            spec.datasource,
        ),
        PipelineSpec(
            "p", "training", "m.P", "v", spec.nodes, spec.datasource, backend=BackendSpec("gcp")
        ),
    ]  # fmt: skip
    digests = {other.digest for other in [spec, *changed]}
    assert len(digests) == len(changed) + 1


def test_a_step_survives_its_json() -> None:
    step = StepSpec(
        "m.S", "a" * 40, {"x": [1.5, None, {"é": "\n"}]}, BackendSpec("local"), ("numpy",)
    )
    assert StepSpec.from_json(step.to_json()) == step
