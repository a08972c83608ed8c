"""A model is compared with one that knows other classes: by name, and only where that can be."""

from __future__ import annotations

import json
import os

import numpy as np
import pyarrow as pa
import pytest

from tests.components.evaluator.conftest import fit, lists, make_case, penguin_rows
from zenml.steps.evaluator import TFMAEvaluator

pytestmark = pytest.mark.tf

ALL = ["Adelie", "Chinstrap", "Gentoo"]
TWO = ["Adelie", "Gentoo"]


@pytest.fixture(scope="module")
def species():
    rows, features = penguin_rows()
    return features[:, :2], np.array([row["species"] for row in rows])


def made(root, species, names, outputs):
    """Rows of some species, numbered in this order, and a model that gives so many numbers."""
    features, kinds = species
    known = np.isin(kinds, names)
    features, kinds = features[known], kinds[known]
    label = np.array([names.index(kind) for kind in kinds])
    targets = np.eye(3)[label] if outputs == 3 else (label == 1)[:, None]
    columns = {"kind": lists([kind.encode() for kind in kinds], pa.large_binary())}
    weights = fit(features, targets * 4.0 - 2)
    activation = "softmax" if outputs == 3 else "sigmoid"
    column = lists(label, pa.int64())
    return make_case(root, features, "species", weights, activation, columns, column)


@pytest.fixture(scope="module")
def three(species, tmp_path_factory):
    return made(tmp_path_factory.mktemp("three"), species, ALL, 3)


@pytest.fixture(scope="module")
def two(species, tmp_path_factory):
    """Trained without Chinstraps: one number, the chance of Gentoo."""
    return made(tmp_path_factory.mktemp("two"), species, TWO, 1)


@pytest.fixture
def evaluated(run, monkeypatch):
    """Evaluates a case against the model of another, by the names of the classes of both."""
    from zenml.components.evaluator import evaluation, raw

    class Graph:
        """A transform graph; its folder is called as its classes are."""

        def __init__(self, folder, columns):
            self.classes = folder.split(",")

        def __call__(self, rows):
            from zenml.records.reader import Decoder

            kinds = Decoder(columns=["kind"]).decode(rows).column(0).flatten().to_pylist()
            places = {name.encode(): number for number, name in enumerate(self.classes)}
            return {"species_xl": np.array([[places.get(kind, -1)] for kind in kinds])}

    monkeypatch.setattr(raw, "_Graph", Graph)
    for module in (raw, evaluation):
        monkeypatch.setattr(module, "classes_of", lambda graph: {"species": graph.split(",")})

    def evaluated(metric, case, ours, baseline, theirs):
        more = {"raw_examples": case.examples, "baseline_model": baseline.model}
        more |= {"transform_graph": ",".join(ours), "baseline_graph": ",".join(theirs)}
        bounds = {"species": {metric: {"min_change": -1.0}}}
        step = TFMAEvaluator(metrics={"species": [metric]}, thresholds=bounds)
        folder, blessing = run(step, case, **more)
        with open(os.path.join(folder, "metrics.json"), encoding="utf-8") as file:
            return json.load(file), blessing.get_string_custom_property("reason")

    return evaluated


def test_a_class_that_the_other_does_not_know_is_wrong_there(evaluated, three, two, species):
    found, reason = evaluated("accuracy", three, ALL, two, TWO)
    assert not reason
    features, kinds = species
    known = np.isin(kinds, TWO)
    weights = fit(features[known], ((kinds[known] == "Gentoo") * 4.0 - 2)[:, None])
    is_gentoo = (np.c_[features, np.ones(len(features))] @ weights)[:, 0] > 0
    right = np.where(is_gentoo, kinds == "Gentoo", kinds == "Adelie").mean()
    assert found["baseline"]["overall"]["accuracy"] == pytest.approx(right)
    assert found["overall"]["accuracy"] > right


def test_a_class_that_only_the_other_knows(evaluated, three, two):
    found, reason = evaluated("accuracy", two, TWO, three, ALL)
    assert not reason
    assert found["baseline"]["overall"]["accuracy"] > 0.8


def test_metrics_that_cannot_be_compared_say_which_classes(evaluated, three, two):
    found, reason = evaluated("sparse_categorical_crossentropy", three, ALL, two, TWO)
    assert "'Adelie', 'Chinstrap', 'Gentoo' now, and had 'Adelie', 'Gentoo' for it" in reason
    assert "baseline" not in found
    found, reason = evaluated("binary_crossentropy", two, TWO, three, ALL)  # of one number
    assert "'species' has the classes 'Adelie', 'Gentoo' now, and had 'Adelie', 'Chi" in reason
    assert "baseline" not in found
