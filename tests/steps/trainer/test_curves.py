"""The curves of a training, as any program reads them."""

from __future__ import annotations

import json

import numpy as np

from zenml.steps.trainer.curves import write_curves


def test_what_is_no_number_is_null(tmp_path):
    (tmp_path / "events.out.tfevents.1").touch()
    write_curves(str(tmp_path), {"auc": [np.float32(0.5), float("nan")], "loss": [float("inf"), 2]})

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    text = (tmp_path / "history.json").read_text()
    found = json.loads(text, parse_constant=refuse)
    assert found == {"auc": [0.5, None], "loss": [None, 2.0]}
