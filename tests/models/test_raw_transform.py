"""The transform graph beside a model, of as many models as a server holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from zenml.models.columns import Column
from zenml.models.raw_transform import FOLDER, RawTransform

pytestmark = pytest.mark.tf


def save_graph(folder: Path) -> Path:
    import tensorflow as tf

    class Doubling(tf.Module):
        @tf.function(input_signature=[{"x": tf.TensorSpec([None, 1], tf.float32)}])
        def transform_fn(self, inputs):
            return {"x_xf": inputs["x"] * 2}

    tf.saved_model.save(Doubling(), str(folder / FOLDER))
    return folder


def test_many_models_are_no_reason_to_warn(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """TensorFlow counts functions that are traced when they are called, of all models together."""
    import tensorflow as tf
    from tensorflow.core.example.example_pb2 import Example

    folder = str(save_graph(tmp_path))
    example = Example()
    example.features.feature["x"].float_list.value.append(4.0)
    tf.get_logger().addHandler(caplog.handler)
    try:
        for _ in range(7):
            columns = [Column("x_xf", "float32", (1,))]
            transform = RawTransform(folder, {"x": {"dtype": "float32", "shape": [1]}}, columns)
            found = transform([example.SerializeToString()])
            assert found["x_xf"].tolist() == [[8.0]]
    finally:
        tf.get_logger().removeHandler(caplog.handler)
    assert "retracing" not in caplog.text


def test_the_end_of_a_program_takes_what_is_of_tensorflow_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tensorflow.core.example.example_pb2 import Example

    from zenml.models import raw_transform

    ends = []
    monkeypatch.setattr(raw_transform.weakref, "finalize", lambda _, *call: ends.append(call))
    example = Example()
    example.features.feature["x"].float_list.value.append(4.0)
    folder = str(save_graph(tmp_path))
    raw = {"x": {"dtype": "float32", "shape": [1]}}
    transform = RawTransform(folder, raw, [Column("x_xf", "float32", (1,))])
    transform([example.SerializeToString()])
    assert vars(transform).keys() > {"_function", "_graph"}
    for end, *given in ends:
        end(*given)
    assert vars(transform).keys() == {"path", "raw", "columns"}
