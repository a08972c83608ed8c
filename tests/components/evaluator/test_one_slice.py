"""Thresholds for one slice alone: values of text, of numbers and of booleans."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from zenml.errors import StepArgumentError
from zenml.steps.evaluator import TFMAEvaluator

pytestmark = pytest.mark.tf


def step(*slices):
    # More rows than there are, so that each slice is named with those that it has.
    entries = [{"where": where, "min": 10_000} for where in slices]
    made = TFMAEvaluator(
        metrics={"sex": ["example_count"]},
        thresholds={"sex": {"example_count": {"slices": entries}}},
    )
    made.check()
    return made


WHERE = {
    "code=007": ({"code": "007"}, 3, 0),
    "code=7": ({"code": 7}, 3, 1),
    "code=1e3": ({"code": "1e3"}, 3, 2),
    "heavy=1": ({"heavy": True}, 4, 0),
    "share=0.1": ({"share": 0.1}, 2, 0),
    "share=0.5": ({"share": 0.5}, 2, 1),
    "island=Dream": ({"island": "Dream"}, 0, 0),
}


def test_the_rows_of_a_value(run, binary_case):
    folder, blessing = run(step(*(where for where, _, _ in WHERE.values())), binary_case)
    reason = blessing.get_string_custom_property("reason")
    with open(os.path.join(folder, "metrics.json"), encoding="utf-8") as file:
        found = json.load(file)
    assert {"share": 0.1} in [entry["slice"] for entry in found["slices"]]
    rows = np.arange(found["rows"])
    for name, (_, every, first) in WHERE.items():
        wanted = int((rows % every == first).sum()) if every else 123
        assert f"example_count for {name} is {wanted}, and must be at least 10000" in reason


def test_values_of_a_slice_that_are_neither_text_nor_number_are_refused():
    with pytest.raises(
        StepArgumentError, match=r"\['where'\]\['island'\] is None; .* text or a number"
    ):
        step({"island": None})
