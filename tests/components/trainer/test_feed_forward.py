"""The feed-forward trainer on the penguins: it learns, each argument counts, the model serves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zenml.errors import DataError, StepArgumentError
from zenml.steps.trainer import TFFeedForwardTrainer

pytestmark = pytest.mark.tf

CLASSES = {
    "loss": "sparse_categorical_crossentropy",
    "last_activation": "softmax",
    "output_units": 3,
    "hidden_layers": [16],
}


class Spy(TFFeedForwardTrainer):
    """Keeps the model that it made, in memory alone."""

    def model_fn(self, train, eval):
        self.batches = [labels.shape[0] for _, labels in train]
        type(self).made = self
        self.model = super().model_fn(train, eval)
        return self.model

    def save(self, model):
        Path(self.serving_model_dir, "model").touch()


def test_it_learns_penguins_and_serves_them(run, rows, told, penguins_transformed):
    import tensorflow as tf

    from zenml.records import read_serialized, split_files

    out = run(TFFeedForwardTrainer(**CLASSES, epochs=20, lr=0.01, metrics=["accuracy"]))

    results = rows.read(out.results, "test")
    predicted = np.stack(results["species_o"])
    assert (predicted.argmax(1) == results["species_xl"]).mean() > 0.95
    assert {"species", "island", "sex"} < set(results)

    history = json.loads((out.logs / "history.json").read_text())
    assert set(history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert len(history["loss"]) == 20
    assert history["loss"][-1] < history["loss"][0]
    told(out, "epoch")
    events = [
        (path.parent.name, value.tag, event.step)
        for path in out.logs.rglob("events.out.tfevents*")
        for event in tf.compat.v1.train.summary_iterator(str(path))
        for value in event.summary.value
    ]
    assert ("validation", "epoch_accuracy", 19) in events
    assert ("train", "epoch_loss", 0) in events

    model = tf.saved_model.load(out.model)
    raw = next(read_serialized(split_files(penguins_transformed.raw, "test")))
    transformed = next(read_serialized(split_files(out.examples, "test")))
    served = model.signatures["serving_default"](examples=tf.constant(raw))
    evaluated = model.signatures["zen_eval"](examples=tf.constant(transformed))
    assert list(served) == ["species_o"]
    np.testing.assert_allclose(served["species_o"], predicted, atol=1e-6)
    np.testing.assert_allclose(evaluated["species_o"], predicted, atol=1e-6)


def test_serving_needs_neither_labels_nor_unused_columns(run):
    import tensorflow as tf

    out = run(TFFeedForwardTrainer(**CLASSES))
    example = tf.train.Example()
    example.features.feature["island"].bytes_list.value.append(b"Dream")
    for name in ("bill_length_mm", "bill_depth_mm"):
        example.features.feature[name].float_list.value.append(40.0)
    model = tf.saved_model.load(out.model)
    served = model.signatures["serving_default"](
        examples=tf.constant([example.SerializeToString()] * 2)
    )
    assert served["species_o"].shape == (2, 3)


def test_two_labels_give_two_outputs(run, rows):
    out = run(TFFeedForwardTrainer(last_activation="linear", epochs=2, metrics=["mae"]), labels=2)
    results = rows.read(out.results, "test")
    assert {"species_o", "body_mass_g_o", "species_xl", "body_mass_g_xl"} < set(results)
    history = json.loads((out.logs / "history.json").read_text())
    assert {"body_mass_g_o_loss", "species_o_loss", "loss"} < set(history)


def test_every_argument_is_honoured(run):
    import keras

    run(
        Spy(
            batch_size=50,
            lr=0.25,
            epochs=3,
            dropout_chance=0.4,
            loss="sparse_categorical_crossentropy",
            metrics=["sparse_top_k_categorical_accuracy"],
            hidden_layers=[7, 5],
            hidden_activation="tanh",
            last_activation="softmax",
            output_units=4,
        )
    )
    spy = Spy.made
    dense = [layer for layer in spy.model.layers if isinstance(layer, keras.layers.Dense)]
    dropout = [layer for layer in spy.model.layers if isinstance(layer, keras.layers.Dropout)]
    assert [layer.units for layer in dense] == [7, 5, 4]
    assert [layer.activation.__name__ for layer in dense] == ["tanh", "tanh", "softmax"]
    assert [layer.rate for layer in dropout] == [0.4, 0.4]
    assert float(spy.model.optimizer.learning_rate) == 0.25
    assert len(spy.model.history.history["loss"]) == 3
    assert any("top_k" in name for name in spy.model.history.history)
    assert set(spy.batches[:-1]) == {50}
    assert 0 < spy.batches[-1] < 50


def test_the_seed_decides(run):
    import keras

    def weights(seed):
        run(Spy(**CLASSES, seed=seed, epochs=2, batch_size=64))
        return np.concatenate(
            [np.ravel(keras.ops.convert_to_numpy(w)) for w in Spy.made.model.weights]
        )

    first = weights(3)
    np.testing.assert_array_equal(first, weights(3))
    assert not np.allclose(first, weights(4))


def test_it_stops_early_and_takes_the_best_epoch(run):
    import keras

    step = Spy(**CLASSES, lr=0.3, epochs=60, batch_size=64, patience=4, checkpoints=True)
    out = run(step)
    losses = json.loads((out.logs / "history.json").read_text())["val_loss"]
    best = int(np.argmin(losses))
    assert len(losses) == best + 1 + 4 < 60
    ended = f"stopped after epoch {len(losses)} of 60: "
    assert out.lines[-1] == f"{ended}val_loss was least in epoch {best + 1}"
    folder = out.logs / "checkpoints"
    assert {path.name for path in folder.iterdir()} == {"best.keras", "last.keras"}
    held = keras.models.load_model(folder / "best.keras")
    for saved, made in zip(held.get_weights(), Spy.made.model.get_weights(), strict=True):
        np.testing.assert_array_equal(saved, made)


def test_early_stopping_without_rows_to_stop_by(run):
    step = TFFeedForwardTrainer(**CLASSES, patience=2, split_mapping={"eval_splits": []})
    with pytest.raises(StepArgumentError, match="patience is 2, and the data has none of the"):
        run(step)


def test_class_weights_make_a_class_count_more(run, rows):
    def share(weights):
        arguments = {"epochs": 2, "lr": 0.01, "batch_size": 32, "class_weights": weights}
        out = run(Spy(**CLASSES, **arguments))
        return np.stack(rows.read(out.results, "test")["species_o"])[:, 1].mean()

    assert share({"Chinstrap": 50}) > share("balanced") > share({1: 0})


def test_class_weights_with_two_labels(run):
    with pytest.raises(StepArgumentError, match="a network with class_weights learns one"):
        run(TFFeedForwardTrainer(last_activation="linear", class_weights="balanced"), labels=2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "'species_xl', which is one of 3 classes"),
        ({**CLASSES, "output_units": 2}, "What would do: output_units=3"),
    ],
)
def test_head_that_does_not_fit_is_refused_before_training(run, arguments, said):
    with pytest.raises(StepArgumentError, match=said):
        run(TFFeedForwardTrainer(**arguments))


def test_split_that_is_not_there(run):
    with pytest.raises(DataError, match="names the split 'holdout'"):
        run(TFFeedForwardTrainer(**CLASSES, split_mapping={"test_splits": ["holdout"]}))


def test_without_test_splits_there_are_no_results(run):
    out = run(TFFeedForwardTrainer(**CLASSES, split_mapping={"test_splits": []}))
    assert not out.results.exists()


def test_columns_may_have_any_name(rows, tmp_path):
    import pandas as pd
    import tensorflow as tf

    from zenml.components.trainer.executor import train
    from zenml.components.transform.executor import transform
    from zenml.steps.preprocesser import StandardPreprocesser

    number = np.arange(40) % 7
    frame = pd.DataFrame(
        {"größe (cm) / m²": number * 1.5, "Farbe & co": ["x", "y"] * 20, "späte? ja": number % 2}
    )
    examples = rows.write(tmp_path / "raw", {"train": frame, "test": frame})
    schema, graph, made = rows.schema(frame), str(tmp_path / "graph"), str(tmp_path / "made")
    transform(StandardPreprocesser(labels=["späte? ja"]), examples, schema, graph, made)
    folders = {name: str(tmp_path / name) for name in ("model", "logs", "results")}
    train(TFFeedForwardTrainer(), examples=made, schema=schema, graph=graph, **folders)
    assert "späte? ja_o" in rows.read(folders["results"], "test")
    model = tf.saved_model.load(folders["model"] + "/Format-Serving")
    assert set(model.signatures["serving_default"].structured_outputs) == {"späte? ja_o"}


WHOLE = np.arange(40) % 3


@pytest.mark.parametrize(
    ("split", "values", "arguments", "said"),
    [
        ("train", WHOLE, {"loss": "bce"}, "which holds 2. What would do: a label of 0 and 1"),
        ("eval", WHOLE / 1.5, {"loss": "BinaryFocalCrossentropy"}, r"which holds 1\.3"),
        ("eval", WHOLE, {**CLASSES, "output_units": 2}, "2. What would do: output_units=3"),
        ("train", WHOLE - 1, CLASSES, "holds -1, which is no index of a class"),
    ],
)
def test_values_that_the_loss_does_not_take(learn, split, values, arguments, said):
    good = pd.DataFrame({"a": np.float32(WHOLE), "label": (WHOLE % 2).astype(values.dtype)})
    frames = dict.fromkeys(("train", "eval", "test"), good) | {split: good.assign(label=values)}
    with pytest.raises(StepArgumentError, match=said):
        learn(TFFeedForwardTrainer(**arguments), frames)


def test_classes_that_are_no_indices_are_to_be_declared_as_text(learn):
    frame = pd.DataFrame({"a": np.float32(WHOLE), "label": WHOLE + 2007})
    would_do = (
        r"have its 3 values numbered from 0, as those of a text are: schema=\{'label': 'STRING'\} "
        r"in the datasource, and output_units=3\."
    )
    with pytest.raises(StepArgumentError, match=would_do):
        learn(TFFeedForwardTrainer(**{**CLASSES, "output_units": 3}), frame)


def test_probabilities_are_a_label_for_binary_crossentropy(learn):
    frame = pd.DataFrame({"a": np.float32(WHOLE), "label": WHOLE / 2})
    out = learn(TFFeedForwardTrainer(loss="binary_crossentropy"), frame)
    assert "val_loss" in json.loads((out.logs / "history.json").read_text())


@pytest.mark.parametrize("split", ["train", "eval"])
def test_a_loss_that_is_no_number_ends_training(learn, split):
    good = pd.DataFrame({"a": np.float32(WHOLE), "label": WHOLE % 2})
    bad = good.assign(a=np.where(WHOLE == 1, np.inf, WHOLE).astype(np.float32))
    frames = dict.fromkeys(("train", "eval", "test"), good) | {split: bad}
    with pytest.raises(DataError, match="the loss is no number after epoch 1"):
        learn(Spy(loss="bce", epochs=3), frames)


@pytest.mark.parametrize("units", [1, 3])
def test_f1_is_one_number_and_that_of_scikit_learn(learn, units):
    from sklearn.metrics import f1_score

    numbers = np.float32(WHOLE) - 1
    label = (WHOLE > 0).astype(int) if units == 1 else list(np.eye(3, dtype=np.float32)[WHOLE])
    arguments = {"loss": "bce"}
    if units == 3:
        arguments = {"loss": "categorical_crossentropy", "last_activation": "softmax"}
    step = Spy(**arguments, output_units=units, metrics=["f1_score"], epochs=1, lr=0.05)
    out = learn(step, pd.DataFrame({"a": numbers, "label": label}))
    (found,) = json.loads((out.logs / "history.json").read_text())["val_f1_score"]
    predicted = np.stack([np.atleast_1d(value) for value in out.results["label_o"]])
    chosen = predicted[:, 0] > 0.5 if units == 1 else predicted.argmax(1)
    truth = WHOLE > 0 if units == 1 else WHOLE
    assert found == pytest.approx(
        f1_score(truth, chosen, average="binary" if units == 1 else "macro")
    )


def test_f1_of_a_label_that_is_several_classes_at_once(learn):
    from sklearn.metrics import f1_score

    truth = np.stack([WHOLE != 1, WHOLE < 2, WHOLE == 2], 1).astype(int)
    frame = pd.DataFrame({"a": np.float32(WHOLE) - 1, "label": list(np.float32(truth))})
    out = learn(Spy(loss="bce", output_units=3, metrics=["f1_score"], epochs=3, lr=0.05), frame)
    chosen = np.stack(out.results["label_o"]) > 0.5
    assert (chosen.sum(1) != 1).any()
    found = json.loads((out.logs / "history.json").read_text())["val_f1_score"]
    assert found[-1] == pytest.approx(f1_score(truth, chosen, average="macro", zero_division=0))


def test_wide_rows_are_shuffled_in_fewer(rows, tmp_path, monkeypatch):
    from zenml.records import split_files
    from zenml.steps.trainer import datasets

    frame = pd.DataFrame({"a": [b"x" * 1000] * 40})
    files = split_files(rows.write(tmp_path, {"train": frame}), "train")
    assert datasets.shuffled_rows(files) == datasets.SHUFFLED_ROWS
    monkeypatch.setattr(datasets, "SHUFFLED_BYTES", 10_300)
    assert datasets.shuffled_rows(files) in (9, 10)


def test_rows_are_kept_by_what_they_take_in_memory(rows, tmp_path, monkeypatch):
    from zenml.records import split_files
    from zenml.steps.trainer import datasets

    frame = pd.DataFrame({"a": [b"x" * 1000] * 40})
    files = split_files(rows.write(tmp_path, {"train": frame}, rows_per_shard=15), "train")
    assert sum(Path(file).stat().st_size for file in files) < 2_000
    for limit, is_kept in ((40_000, False), (45_000, True)):
        monkeypatch.setattr(datasets, "CACHED_BYTES", limit)
        assert datasets.is_kept(files) is is_kept


def test_a_split_without_rows(learn):
    frame = pd.DataFrame({"a": np.float32(WHOLE), "label": WHOLE / 2})
    frames = {"train": frame, "eval": frame[:0], "test": frame}
    out = learn(TFFeedForwardTrainer(last_activation="linear"), frames)
    assert set(json.loads((out.logs / "history.json").read_text())) == {"loss"}
    with pytest.raises(StepArgumentError, match="or no rows in them, by which training would be"):
        learn(TFFeedForwardTrainer(last_activation="linear", patience=1), frames)
    with pytest.raises(DataError, match=r"no rows to train on in the training splits \(eval\)"):
        learn(TFFeedForwardTrainer(split_mapping={"train_splits": ["eval"]}), frames)


def test_a_trainer_without_curves_writes_an_empty_history(learn):
    class Fixed(TFFeedForwardTrainer):
        def model_fn(self, train, eval):
            return self.build()

    frame = pd.DataFrame({"a": np.float32(WHOLE), "label": WHOLE / 2})
    assert (learn(Fixed(), frame).logs / "history.json").read_text() == "{}"
