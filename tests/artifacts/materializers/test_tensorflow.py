"""Models of Keras, datasets and saved models of TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zenml.errors import ArtifactStoreError, MaterializerError

pytestmark = pytest.mark.tf
X = np.random.default_rng(0).random((8, 4)).astype("f4")


@pytest.fixture(scope="module")
def keras() -> Any:
    import keras

    return keras


def test_a_model_of_keras_predicts_the_same(
    save: Callable[..., Any], keras: Any, pickled: Any
) -> None:
    layers = [
        keras.Input((4,)),
        keras.layers.Dense(3, "relu"),
        keras.layers.Lambda(lambda x: x * 2),
    ]
    model = keras.Sequential([*layers, keras.layers.Dense(1)])
    model.compile("adam", "mse")
    model.fit(X, X[:, :1], verbose=0)
    saved = save(model)
    loaded = saved.load()
    assert (loaded.predict(X, verbose=0) == model.predict(X, verbose=0)).all()
    assert loaded.optimizer.name == "adam"
    assert saved.files == ["classes.json", "model.keras"]
    assert saved.record.metadata["weights"] == model.count_params()
    assert pickled() == []
    (saved.uri / "classes.json").write_text("{} ")
    with pytest.raises(ArtifactStoreError, match="are not those that were recorded"):
        saved.load()


def test_a_model_of_a_class_of_ones_own_is_of_that_class(
    save: Callable[..., Any], keras: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Own(keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.dense = keras.layers.Dense(2)

        def call(self, x: Any) -> Any:
            return self.dense(x)

    Own.__qualname__ = "Own"
    monkeypatch.setitem(globals(), "Own", Own)
    model = Own()
    model(X)
    loaded = save(model).load()
    assert type(loaded) is Own
    assert (loaded.predict(X, verbose=0) == model.predict(X, verbose=0)).all()


def test_a_dataset_yields_the_same(save: Callable[..., Any]) -> None:
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices({"a": np.arange(5), "b": np.ones(5)}).batch(2)
    saved = save(dataset)
    loaded = saved.load()
    assert loaded.element_spec == dataset.element_spec
    assert [batch["a"].numpy().tolist() for batch in loaded] == [[0, 1], [2, 3], [4]]
    assert saved.record.metadata["elements"] == 3
    with pytest.raises(MaterializerError, match=r"take\(n\)"):
        save(dataset.repeat())


def test_the_folder_of_a_saved_model_is_kept(save: Callable[..., Any], tmp_path: Path) -> None:
    import tensorflow as tf

    class Doubling(tf.Module):  # type: ignore[misc, name-defined]
        @tf.function(input_signature=[tf.TensorSpec((), tf.float32)])
        def __call__(self, x: Any) -> Any:
            return x * 2

    tf.saved_model.save(Doubling(), str(tmp_path / "model"))
    loaded = tf.saved_model.load(str(save(tmp_path / "model").load()))
    assert loaded(tf.constant(3.0)).numpy() == 6


def test_a_tensor_comes_back(save: Callable[..., Any]) -> None:
    import tensorflow as tf

    assert save(tf.constant([1, 2])).load().numpy().tolist() == [1, 2]
