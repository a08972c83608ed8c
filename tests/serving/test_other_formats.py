"""Models that are not TensorFlow's: how they are loaded, and what is said of rows they refuse."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from zenml.errors import DataError, RequestError
from zenml.models.feature_model import FeatureModel
from zenml.serving.asking import Asker
from zenml.serving.loading import load
from zenml.serving.tensors import TensorInfo

pytestmark = pytest.mark.tf


class Lengths(FeatureModel):
    """Gives the length of each serialised row, and takes none that is called "bad"."""

    threads = 4

    @property
    def description(self) -> dict[str, Any]:
        return {"raw": {"name": {"dtype": "string", "shape": [1]}}}

    def use_one_thread(self) -> None:
        self.threads = 1

    def predict(self, examples: Sequence[bytes]) -> dict[str, np.ndarray[Any, Any]]:
        if any(b"bad" in example for example in examples):
            raise DataError(f"The model in {self.path} does not take the rows: one is bad")
        return {"n_o": np.array([[len(example)] for example in examples])}

    predict_features = predict

    def predict_transformed(self, examples: Sequence[bytes]) -> dict[str, np.ndarray[Any, Any]]:
        if b"" in examples:
            raise DataError("These are not the rows that the preprocesser transformed")
        return self.predict(examples)


@pytest.fixture
def lengths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lengths:
    reader = Lengths(str(tmp_path))
    monkeypatch.setattr("zenml.models.trained_model.open_reader", lambda folder: reader)
    return reader


def test_what_is_served_predicts_in_the_thread_that_asks(lengths: Lengths) -> None:
    load(lengths.path)
    assert lengths.threads == 1


def test_each_signature_tells_what_it_gives(lengths: Lengths) -> None:
    signatures = load(lengths.path).signatures
    assert set(signatures) == {"serving_default", "zen_eval"}
    for signature in signatures.values():
        assert signature.outputs == {"n_o": TensorInfo("int64", (None, 1))}


def test_who_asks_is_not_told_where_the_model_lies(lengths: Lengths) -> None:
    model, asker = load(lengths.path), Asker()

    def ask(name: str) -> bytes:
        body = json.dumps({"instances": [{"name": name}]}).encode()
        return asyncio.run(asker.ask(model, "predict", body))[1]

    assert json.loads(ask("good"))["predictions"]
    with pytest.raises(RequestError) as caught:
        ask("bad")
    assert str(caught.value) == "The model does not take the rows: one is bad"
    asker.close()
