"""Models that are not TensorFlow's, asked over HTTP by raw rows."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.components.trainer.test_feature_models import saved  # noqa: F401 - a fixture
from tests.serving.conftest import Web
from zenml.models import TrainedModel
from zenml.serving import ModelServer

pytestmark = pytest.mark.tf


def test_a_forest_answers_as_a_saved_model_does(saved, penguin_frames):  # noqa: F811
    frame = penguin_frames["test"].head(20)
    rows = json.loads(frame.to_json(orient="records"))
    with ModelServer({"penguins": saved.folder}) as server:
        ask = Web(server.url)
        status, told = ask.post("/v1/models/penguins:predict", {"instances": rows})
        assert status == 200, told
        expected = TrainedModel(saved.folder)(frame)["species_o"]
        np.testing.assert_allclose(told["predictions"], expected, atol=1e-6)
        wrong = {**rows[0], "bill_lenght_mm": 1}
        status, told = ask.post("/v1/models/penguins:predict", {"instances": [wrong]})
        assert (status, "Did you mean 'bill_length_mm'?" in told["error"]) == (400, True)
        metadata = ask.get("/v1/models/penguins/metadata")[1]["metadata"]
        outputs = metadata["signature_def"]["signature_def"]["serving_default"]["outputs"]
        assert [d["size"] for d in outputs["species_o"]["tensor_shape"]["dim"]] == ["-1", "3"]
