"""What the trainers of PyTorch refuse, whether PyTorch is there or not."""

from __future__ import annotations

import sys

import pytest

from zenml.errors import StepArgumentError
from zenml.steps.trainer import (
    PyTorchBaseTrainer,
    PyTorchFeedForwardTrainer,
    TorchBaseTrainerStep,
    TorchFeedForwardTrainer,
)
from zenml.steps.trainer.pytorch_names import LOSS_NAMES, LOSSES, loss_named


def test_old_names_and_defaults():
    assert PyTorchBaseTrainer is TorchBaseTrainerStep
    assert PyTorchFeedForwardTrainer is TorchFeedForwardTrainer
    args = TorchFeedForwardTrainer().to_config().args
    assert (args["batch_size"], args["lr"], args["epochs"]) == (32, 0.0001, 10)
    assert (args["hidden_layers"], args["input_units"]) == ([64, 32, 16], 8)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("batch_size", 0),
        ("epochs", "3"),
        ("input_units", 0),
        ("lr", 0),
        ("dropout_chance", 1),
        ("hidden_layers", 10),
        ("metrics", "accuracy"),
        ("patience", 0),
        ("restore_best", "yes"),
        ("checkpoints", 1),
        ("class_weights", []),
        ("device", "gpuu"),
        ("device", "gpu:0"),
        ("seed", -1),
        ("device", 0),
    ],
)
def test_value_that_cannot_be(argument, value):
    with pytest.raises(StepArgumentError) as raised:
        TorchFeedForwardTrainer(**{argument: value}).check()
    assert f"{argument} is {value!r}; it must be" in str(raised.value)


@pytest.mark.parametrize(
    ("argument", "value", "near"),
    [
        ("loss", "binary_crossentropi", "binary_crossentropy"),
        ("loss", "circle", "huber"),
        ("loss", None, "huber"),
        ("hidden_activation", "rellu", "relu"),
        ("last_activation", "softmaxx", "softmax"),
        ("metrics", ["accuracy", "prescision"], "mae"),
    ],
)
def test_unknown_name(argument, value, near):
    with pytest.raises(StepArgumentError) as raised:
        TorchFeedForwardTrainer(**{argument: value}).check()
    assert argument in str(raised.value)
    assert near in str(raised.value)


def test_a_head_that_never_learns():
    with pytest.raises(StepArgumentError, match="output_units is 1"):
        TorchFeedForwardTrainer(last_activation="softmax").check()


def test_losses_may_be_written_as_keras_writes_them():
    assert loss_named("MSE") == loss_named("MeanSquaredError") == "mean_squared_error"
    assert loss_named("MAE") == "mean_absolute_error"
    for name in LOSS_NAMES:
        assert loss_named(name) in LOSSES.values()
    assert {"mse", "MAE", "BCE", "Huber", "LogCosh", "SparseCategoricalCrossentropy"} < LOSS_NAMES
    assert loss_named("BinaryCrossentropy") == "binary_crossentropy"


def test_the_extra_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(StepArgumentError, match=r"needs torch, .* pip install 'zenml\[torch\]'"):
        TorchFeedForwardTrainer().check()
