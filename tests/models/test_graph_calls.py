"""A signature of one input is called without what TensorFlow does around it, to the same end."""

from __future__ import annotations

import gc
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from zenml.models.graph_calls import graph_call
from zenml.serving.loading import load

pytestmark = pytest.mark.tf


def save_weighted(folder: Path) -> Path:
    """Two outputs of one input, and one of two; with a variable and a vocabulary."""
    import tensorflow as tf

    def spec(name: str, kind: Any = tf.float32) -> Any:
        return tf.TensorSpec([None], kind, name=name)

    class Weighted(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = tf.Variable(3.0)
            known = tf.lookup.KeyValueTensorInitializer(["a", "b"], [10.0, 20.0])
            self.table = tf.lookup.StaticHashTable(known, -1.0)

        @tf.function(input_signature=[spec("text", tf.string)])
        def one(self, text):
            found = self.table.lookup(text)
            return {"weighted": found * self.weight, "found": found}

        @tf.function(input_signature=[spec("y"), spec("x")])
        def two(self, y, x):
            return {"less": y - x * self.weight}

    module = Weighted()
    signatures = {"serving_default": module.one, "two": module.two}
    tf.saved_model.save(module, str(folder), signatures=signatures)
    return folder


def test_one_input_goes_to_the_graph_and_two_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tensorflow as tf

    signatures = load(str(save_weighted(tmp_path / "m"))).signatures
    bound: list[Any] = []
    concrete = type(tf.saved_model.load(str(tmp_path / "m")).signatures["two"])
    usual = concrete.__call__
    monkeypatch.setattr(
        concrete, "__call__", lambda self, **words: bound.append(words) or usual(self, **words)
    )
    told = signatures["serving_default"].function({"text": ["a", "b", "c"]})
    assert bound == []
    assert {name: values.tolist() for name, values in told.items()} == {
        "weighted": [30.0, 60.0, -3.0],
        "found": [10.0, 20.0, -1.0],
    }
    told = signatures["two"].function({"x": np.float32([1, 2]), "y": np.float32([10, 20])})
    assert (told["less"].tolist(), len(bound)) == ([7.0, 14.0], 1)


def test_what_was_loaded_may_be_let_go(tmp_path: Path) -> None:
    import tensorflow as tf

    loaded = tf.saved_model.load(str(save_weighted(tmp_path / "m")))
    call = graph_call(loaded.signatures["serving_default"])
    assert call is not None
    del loaded
    gc.collect()
    assert call(tf.constant(["b"]))["weighted"].numpy().tolist() == [60.0]


def test_a_function_that_hands_out_no_graph() -> None:
    assert graph_call(SimpleNamespace(captured_inputs=(), inputs=(None,))) is None


def test_a_model_of_tensorflow_1(tmp_path: Path) -> None:
    import tensorflow as tf

    tf1 = tf.compat.v1
    with tf1.Graph().as_default(), tf1.Session() as session:
        x = tf1.placeholder(tf.float32, [None], "x")
        weight = tf1.get_variable("weight", [], tf.float32, tf1.ones_initializer())
        session.run(tf1.global_variables_initializer())
        outputs = {"b": x + weight, "a": x * 2}
        tf1.saved_model.simple_save(session, str(tmp_path / "m"), {"x": x}, outputs)
    told = load(str(tmp_path / "m")).signatures["serving_default"].function({"x": [1.0, 2.0]})
    assert {name: values.tolist() for name, values in told.items()} == {
        "a": [2.0, 4.0],
        "b": [2.0, 3.0],
    }
