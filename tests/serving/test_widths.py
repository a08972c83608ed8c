"""Several values for a column that takes one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.serving.conftest import Web
from zenml.serving import ModelServer

pytestmark = pytest.mark.tf
ASK = "/v1/models/filled:predict"


def save_filled(folder: Path) -> Path:
    """Takes a sex, which is filled where it is missing, and any number of tags, which it counts."""
    import tensorflow as tf

    spec = {"sex": tf.io.VarLenFeature(tf.string), "tags": tf.io.VarLenFeature(tf.string)}

    class Filled(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
        def serve(self, examples):
            parsed = tf.io.parse_example(examples, spec)
            sex, tags = parsed["sex"], parsed["tags"]
            shape = tf.stack([sex.dense_shape[0], 1])
            one_wide = tf.SparseTensor(sex.indices, sex.values, shape)
            filled = tf.sparse.to_dense(one_wide, default_value="none")
            ones = tf.SparseTensor(
                tags.indices, tf.ones_like(tags.values, tf.int32), tags.dense_shape
            )
            return {"sex": filled, "tags": tf.sparse.reduce_sum(ones, 1, True)}

    module = Filled()
    tf.saved_model.save(module, str(folder), signatures={"serving_default": module.serve})
    return folder


def test_it_is_refused_with_row_and_column(tmp_path: Path, web: Callable[[str], Web]) -> None:
    save_filled(tmp_path / "filled" / "1")
    with ModelServer(tmp_path / "filled") as server:
        ask = web(server.url)
        row = {"sex": "a", "tags": ["x", "y"]}
        good = ask.post(ASK, {"instances": [row, {"sex": [], "tags": []}, {"sex": ["b"]}]})
        assert good == (
            200,
            {
                "predictions": [
                    {"sex": ["a"], "tags": [2]},
                    {"sex": ["none"], "tags": [0]},
                    {"sex": ["b"], "tags": [0]},
                ]
            },
        )
        said = "instances[1]: column 'sex' has 2 values; it takes 1, or none."
        bad = {"instances": [row, {"sex": ["a", "b"]}]}
        assert ask.post(ASK, bad) == (400, {"error": said})
        said = "inputs: column 'sex', row 0 has 2 values; it takes 1, or none."
        assert ask.post(ASK, {"inputs": {"sex": [["a", "b"]]}}) == (400, {"error": said})
