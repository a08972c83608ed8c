"""Models by their weights, transform graphs by what they compute with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from zenml.runtime.reproduce.graphs import compare_transform_graphs
from zenml.runtime.reproduce.models import compare_models
from zenml.runtime.reproduce.tolerance import Tolerance
from zenml.runtime.reproduce.verdict import CLOSE, DIFFERENT, IDENTICAL

pytestmark = pytest.mark.tf


def saved_model(folder: Path, weight: float, vocabulary: str = "a\nb\n") -> str:
    import tensorflow as tf

    (folder.parent / "words").mkdir(exist_ok=True)
    words = folder.parent / "words" / "words.txt"
    words.write_text(vocabulary)
    module = tf.Module()
    module.weight = tf.Variable([1.0, weight])
    module.words = tf.saved_model.Asset(str(words))
    tf.saved_model.save(module, str(folder / "Format-Serving"))
    return str(folder)


def keras_model(folder: Path, weight: float) -> str:
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, name="out")])
    model.set_weights([np.array([[weight]]), np.zeros(1)])
    (folder / "Format-Serving").mkdir(parents=True)
    model.save(folder / "Format-Serving" / "model.keras")
    return str(folder)


@pytest.mark.parametrize("save", [saved_model, keras_model])
def test_weights(tmp_path: Path, save) -> None:
    recorded = save(tmp_path / "then", 2.0)
    assert compare_models(save(tmp_path / "a", 2.0), recorded, Tolerance()).verdict == IDENTICAL
    near = compare_models(save(tmp_path / "b", 2.00001), recorded, Tolerance())
    assert near.verdict == CLOSE
    assert near.told.startswith("weights ")
    assert "relative 0.0001" in near.told
    far = compare_models(save(tmp_path / "c", 2.5), recorded, Tolerance())
    assert far.verdict == DIFFERENT
    assert far.told.endswith("2.0 then, 2.5 now")


def test_vocabularies_of_a_model_count(tmp_path: Path) -> None:
    recorded = saved_model(tmp_path / "then", 2.0)
    new = saved_model(tmp_path / "now", 2.0, vocabulary="a\nc\n")
    found = compare_models(new, recorded, Tolerance())
    assert found.told == "file assets/words.txt differs from byte 2 on"


def graph(folder: Path, constant: float, names: tuple[str, str], place: str) -> str:
    """A transform graph whose nodes are called so, in that order, made in that place."""
    import tensorflow as tf
    from tensorflow.core.protobuf import saved_model_pb2

    model = saved_model_pb2.SavedModel()
    nodes = model.meta_graphs.add().graph_def.node
    for name, value in sorted(zip(names, (constant, 1.0), strict=True)):
        node = nodes.add(name=name, op="Const")
        node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(value))
    table = nodes.add(name="table", op="HashTableV2")
    table.attr["shared_name"].s = place.encode()
    (folder / "transform_fn").mkdir(parents=True)
    (folder / "transform_fn/saved_model.pb").write_bytes(model.SerializeToString())
    (folder / "metadata.txt").write_text("schema")
    return str(folder)


def test_transform_graphs(tmp_path: Path) -> None:
    recorded = graph(tmp_path / "then", 2.0, ("mean", "scale"), "/tmp/a")
    same = graph(tmp_path / "same", 2.0, ("z", "b"), "/tmp/b")
    assert compare_transform_graphs(same, recorded, Tolerance()).verdict == IDENTICAL
    other = graph(tmp_path / "other", 3.0, ("mean", "scale"), "/tmp/a")
    found = compare_transform_graphs(other, recorded, Tolerance())
    assert found.told == "graph, operations Const that the other lacks: 1 then, 1 now"
    Path(same, "metadata.txt").write_text("another")
    found = compare_transform_graphs(same, recorded, Tolerance())
    assert found.told == "file metadata.txt differs from byte 0 on"


def test_a_model_in_another_format_by_its_files_and_by_its_graph(tmp_path: Path) -> None:
    import shutil

    def model(name: str, weight: bytes, file: str) -> str:
        folder = tmp_path / name / "Format-Serving"
        saved = Path(saved_model(tmp_path / "graph" / file, 2.0)) / "Format-Serving"
        shutil.copytree(saved, folder / "transform_fn")
        (folder / "model.bin").write_bytes(weight)
        (folder / "zenml_model.json").write_text("{}")
        return str(tmp_path / name)

    (tmp_path / "graph").mkdir()
    known = model("known", b"1", "a")
    assert compare_models(model("same", b"1", "b"), known, Tolerance(0)).verdict == IDENTICAL
    other = compare_models(model("other", b"2", "c"), known, Tolerance(0))
    assert other.verdict == DIFFERENT
    assert "model.bin" in other.told
