"""Rows that are large are tested some at a time, whatever their number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from zenml.steps.trainer import ScikitLearnTrainer, TFFeedForwardTrainer

ROWS = 200
ESTIMATOR = {"estimator": "sklearn.linear_model.Ridge"}
NETWORK = {"loss": "mse", "last_activation": "linear", "epochs": 1, "batch_size": 64}


@pytest.fixture
def frame():
    chance = np.random.default_rng(0)
    pixels = list(chance.random((ROWS, 100), np.float32))
    return pd.DataFrame({"pixels": pixels, "label": chance.random(ROWS, np.float32)})


@pytest.mark.tf
@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (ScikitLearnTrainer, ESTIMATOR),
        (TFFeedForwardTrainer, NETWORK),
    ],
)
def test_batches_of_the_test_are_bounded_in_bytes(learn, frame, monkeypatch, kind, arguments):
    monkeypatch.setattr("zenml.records.framing._CHUNK", 2_000)
    monkeypatch.setattr("zenml.records.reader.BATCH_BYTES", 20_000)
    sizes = []

    class Counting(kind):
        def test_fn(self, model, dataset):
            for predicted in super().test_fn(model, dataset):
                sizes.append(len(predicted["label_o"]))
                yield predicted

    results = learn(Counting(**arguments), frame).results
    assert sum(sizes) == len(results) == ROWS
    assert max(sizes) <= 60
    np.testing.assert_allclose(np.stack(results["pixels_xf"]), np.stack(frame["pixels"]))
