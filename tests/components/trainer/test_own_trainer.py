"""Trainers of a user's own: what they are given, and what is said when they go wrong."""

from __future__ import annotations

import glob
import json
import os
import shutil

import numpy as np
import pytest

from zenml.errors import StepInterfaceError
from zenml.steps.trainer import TFBaseTrainerStep, TrainerStep

pytestmark = pytest.mark.tf


class Embedding(TFBaseTrainerStep):
    """Embeds vocabularies; its one output has no name."""

    batch_size = 64

    def model_fn(self, train, eval):
        import keras

        inputs, parts = {}, []
        for feature in self.features:
            value = inputs[feature.name] = keras.Input((1,), dtype=feature.dtype)
            if feature.classes:
                size = self.tf_transform_output.vocabulary_size_by_name(feature.name[:-3])
                assert feature.classes == size + 1
                value = keras.layers.Flatten()(keras.layers.Embedding(feature.classes, 8)(value))
            parts.append(value)
        hidden = keras.layers.Dense(16, "relu")(keras.layers.Concatenate()(parts))
        model = keras.Model(inputs, keras.layers.Dense(3, "softmax")(hidden))
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(train, validation_data=eval, epochs=2, verbose=0)
        return model


class Twice(Embedding):
    """Overrides the helpers."""

    def input_fn(self, file_patterns):
        return super().input_fn(file_patterns).take(2)

    def test_fn(self, model, dataset):
        for predicted in super().test_fn(model, dataset):
            yield {**predicted, "best": predicted["species_o"].argmax(1)}


class WithoutTensorFlow(TrainerStep):
    def run_fn(self):
        with open(os.path.join(self.serving_model_dir, "model.json"), "w") as file:
            told = {"read": self.input_patterns, "write": self.output_patterns}
            json.dump({**told, "splits": self.split_mapping}, file)


class Nothing(TrainerStep):
    def run_fn(self):
        pass


class Raises(TFBaseTrainerStep):
    def model_fn(self, train, eval):
        raise ZeroDivisionError("in the user's code")


class ForgetsToReturn(TFBaseTrainerStep):
    def model_fn(self, train, eval):
        pass


class Fewer(Embedding):
    def test_fn(self, model, dataset):
        for predicted in super().test_fn(model, dataset):
            yield {name: values[1:] for name, values in predicted.items()}


def test_embeddings(run, rows):
    import tensorflow as tf

    out = run(Embedding())
    assert np.stack(rows.read(out.results, "test")["species_o"]).shape[1] == 3
    assert set(tf.saved_model.load(out.model).signatures) == {"serving_default", "zen_eval"}


def test_overridden_helpers(run, rows):
    results = rows.read(run(Twice()).results, "test")
    assert list(results["best"]) == list(np.stack(results["species_o"]).argmax(1))


def test_any_framework(run):
    out = run(WithoutTensorFlow())
    with open(os.path.join(out.model, "model.json")) as file:
        told = json.load(file)
    assert set(told["read"]) == {"train", "eval", "test"}
    assert set(told["write"]) == {"test"}
    splits = {"train_splits": ["train"], "eval_splits": ["eval"], "test_splits": ["test"]}
    assert told["splits"] == splits


def test_a_store_whose_name_reads_as_a_pattern(penguins_transformed, tmp_path):
    """As TensorFlow and as zenml read patterns."""
    import tensorflow as tf

    from zenml.components.trainer.executor import train

    examples = tmp_path / "a [b]" / "examples"
    shutil.copytree(penguins_transformed.root / "examples1", examples)
    step = WithoutTensorFlow()
    out = [str(tmp_path / name) for name in ("model", "logs", "results")]
    graph = str(penguins_transformed.root / "graph1")
    train(step, str(examples), penguins_transformed.schema, graph, *out)
    there = sorted(str(path) for path in (examples / "Split-train").glob("*.gz"))
    assert there
    assert sorted(glob.glob(step.input_patterns["train"])) == there
    assert sorted(tf.io.gfile.glob(step.input_patterns["train"])) == there


def test_no_model_is_an_error(run):
    with pytest.raises(StepInterfaceError, match=r"Nothing.run_fn left no model"):
        run(Nothing())
    with pytest.raises(StepInterfaceError, match="model_fn returned None"):
        run(ForgetsToReturn())


def test_errors_of_the_user_come_through(run):
    with pytest.raises(ZeroDivisionError, match="in the user's code"):
        run(Raises())


def test_predictions_for_other_rows_than_asked(run):
    with pytest.raises(StepInterfaceError, match="predictions for"):
        run(Fewer())


def test_training_rows_are_shuffled_and_test_rows_are_not(run):
    class Looks(Embedding):
        def model_fn(self, train, eval):
            seen = [np.ravel(labels) for _, labels in train]
            again = [np.ravel(labels) for _, labels in train]
            straight = self.input_fn(self.patterns("test_splits"))
            Looks.seen = (np.concatenate(seen), np.concatenate(again))
            Looks.same = [
                np.concatenate([np.ravel(labels) for _, labels in straight]) for _ in range(2)
            ]
            return super().model_fn(train, eval)

        def save(self, model):
            open(os.path.join(self.serving_model_dir, "model"), "w").close()

    run(Looks())
    first, second = Looks.seen
    assert sorted(first) == sorted(second)
    assert list(first) != list(second)
    assert list(Looks.same[0]) == list(Looks.same[1])
