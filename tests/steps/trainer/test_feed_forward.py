"""What the feed-forward trainer refuses before it imports Keras."""

from __future__ import annotations

import numpy as np
import pytest

from zenml.errors import StepArgumentError
from zenml.steps.trainer import (
    BaseTrainerStep,
    TFBaseTrainerStep,
    TFFeedForwardTrainer,
    TorchFeedForwardTrainer,
    TrainerStep,
    fit,
)
from zenml.steps.trainer.columns import Column
from zenml.steps.trainer.fit import check_label


def refused(**arguments):
    with pytest.raises(StepArgumentError) as raised:
        TFFeedForwardTrainer(**arguments).check()
    return str(raised.value)


def test_old_names_and_defaults():
    assert BaseTrainerStep is TrainerStep
    assert issubclass(TFFeedForwardTrainer, TFBaseTrainerStep)
    step = TFFeedForwardTrainer()
    step.check()
    assert step.to_config().args == {
        "batch_size": 8,
        "lr": 0.001,
        "epochs": 1,
        "dropout_chance": 0.2,
        "loss": "mse",
        "metrics": [],
        "hidden_layers": [10],
        "hidden_activation": "relu",
        "last_activation": "sigmoid",
        "output_units": 1,
        "patience": None,
        "restore_best": True,
        "checkpoints": False,
        "class_weights": None,
        "seed": 0,
        "split_mapping": None,
    }


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("batch_size", 0),
        ("batch_size", 8.0),
        ("batch_size", True),
        ("epochs", "3"),
        ("output_units", -1),
        ("lr", 0),
        ("lr", "0.1"),
        ("lr", float("nan")),
        ("lr", float("inf")),
        ("dropout_chance", 1),
        ("dropout_chance", -0.1),
        ("hidden_layers", 10),
        ("hidden_layers", [10, 0]),
        ("seed", -1),
        ("patience", 0),
        ("patience", 1.5),
        ("restore_best", 1),
        ("checkpoints", "best"),
        ("class_weights", "equal"),
        ("class_weights", {}),
        ("class_weights", {1: 1.0, "1": 2.0}),
        ("metrics", "accuracy"),
    ],
)
def test_value_that_cannot_be(argument, value):
    assert f"{argument} is {value!r}; it must be" in refused(**{argument: value})


@pytest.mark.parametrize(
    ("argument", "value", "near"),
    [
        ("loss", "binary_crossentropi", "binary_crossentropy"),
        ("hidden_activation", "rellu", "relu"),
        ("last_activation", "softmaxx", "softmax"),
        ("metrics", ["accuracy", "prescision"], "precision"),
    ],
)
def test_unknown_name(argument, value, near):
    text = refused(**{argument: value})
    assert argument in text
    assert repr(near) in text


def test_heads_that_never_learn():
    assert "output_units is 1" in refused(last_activation="softmax")
    assert "output_units is 1" in refused(last_activation="sparsemax")
    assert "output_units is 1" in refused(loss="sparse_categorical_crossentropy")


CLASSES = {"last_activation": "softmax", "loss": "sparse_categorical_crossentropy"}


@pytest.mark.parametrize(
    ("arguments", "label", "would_do"),
    [
        ({}, Column("a_xl", "int64", (1,), 3), "output_units=3"),
        ({"loss": "binary_crossentropy"}, Column("a_xl", "int64", (1,), 3), "output_units=3"),
        ({**CLASSES, "output_units": 2}, Column("a_xl", "int64", (1,), 3), "output_units=3"),
        ({**CLASSES, "output_units": 3}, Column("a_xl", "float32", (1,)), "class index"),
        ({"output_units": 3}, Column("a_xl", "float32", (1,)), "output_units=1"),
        ({}, Column("a_xl", "float32", (4,)), "output_units=4"),
        ({**CLASSES, "output_units": 3}, Column("a_xl", "float32", (3,)), "holds values of type"),
        ({}, Column("a_xl", "string", (1,)), "compute_and_apply_vocabulary"),
    ],
)
def test_label_that_loss_and_head_do_not_fit(arguments, label, would_do):
    step = TFFeedForwardTrainer(**arguments)
    step.check()
    with pytest.raises(StepArgumentError) as raised:
        check_label(step, label)
    assert "'a_xl'" in str(raised.value)
    assert would_do in str(raised.value)


@pytest.mark.parametrize("trainer", [TFFeedForwardTrainer, TorchFeedForwardTrainer])
def test_metrics_that_take_an_index_for_a_number(trainer):
    index, number = Column("a_xl", "int64", (1,), 3), Column("a_xl", "float32", (1,))
    for metrics in ([], ["accuracy"], ["sparse_categorical_accuracy"]):
        check_label(trainer(**CLASSES, output_units=3, metrics=metrics), index)
    with pytest.raises(
        StepArgumentError, match=r"metrics\[1\] is 'mae'; it must be 'accuracy', or"
    ):
        check_label(trainer(**CLASSES, output_units=3, metrics=["acc", "mae"]), index)
    with pytest.raises(StepArgumentError, match="'a_xl', which is no index of a class"):
        check_label(trainer(metrics=["sparse_categorical_accuracy"]), number)


@pytest.mark.parametrize(
    ("arguments", "label"),
    [
        ({}, Column("a_xl", "float32", (1,))),
        ({}, Column("a_xl", "int64", (1,), 2)),
        ({"last_activation": "linear"}, Column("a_xl", "int64", (1,), 9)),
        ({**CLASSES, "output_units": 3}, Column("a_xl", "int64", (1,), 3)),
        ({**CLASSES, "output_units": 3}, Column("a_xl", "int64", (1,))),
        (
            {"loss": "categorical_crossentropy", "last_activation": "softmax", "output_units": 3},
            Column("a_xl", "float32", (3,)),
        ),
    ],
)
def test_label_that_fits(arguments, label):
    check_label(TFFeedForwardTrainer(**arguments), label)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({}, -3.0),
        ({"last_activation": "tanh", "loss": "MAE"}, -3.0),
        ({"last_activation": "softsign", "loss": "huber"}, -3.0),
        ({"loss": "MAPE"}, -3.0),
        ({"loss": "msle"}, -3.0),
        ({"last_activation": "linear"}, None),
        ({"loss": "hinge"}, None),
    ],
)
def test_numbers_that_no_head_can_give(monkeypatch, caplog, arguments, found):
    batches = [np.array([[0.5], [2.0]]), np.array([[-3.0], [np.nan]]), np.array([[1.5]])]
    monkeypatch.setattr(fit, "label_values", lambda step, label: iter(batches))
    step = TFFeedForwardTrainer(**arguments)
    step.columns = {
        c.name: c for c in (Column("a_xl", "float32", (1,)), Column("a_xf", "int64", (1,)))
    }
    fit.check_labels(step)
    told = "the label 'a_xl' holds -3.0, and last_activation=" in caplog.text
    assert told is (found is not None)
    assert ("What would do: last_activation='linear'" in caplog.text) is told


@pytest.mark.tf
@pytest.mark.parametrize("kind", ["losses", "metrics", "activations"])
def test_keras_knows_the_names(kind):
    import keras

    from zenml.steps.trainer import names

    for name in getattr(names, kind.upper()):
        if name not in ("accuracy", "acc"):
            assert getattr(keras, kind).get(name) is not None, name
