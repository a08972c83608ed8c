"""The latest blessed model, as runs record it."""

from __future__ import annotations

from typing import Any

import pytest

from zenml.metadata import artifacts, blessed


class History:
    """Runs of a pipeline whose evaluator blesses or refuses models."""

    def __init__(self, recorder: Any) -> None:
        self.recorder = recorder
        self.runs = 0

    def evaluated(
        self, verdict: int, model: Any = None, node: str = "evaluator", **more: Any
    ) -> Any:
        """A run that trains a model, unless one is given, and evaluates it; gives the model."""
        self.runs += 1
        run = f"p-{self.runs}"
        self.recorder.begin(run)
        if model is None:
            trained = self.recorder.typed(run, f"trainer_{run}", "Model", content_hash=run)
            model = trained.outputs["model"][0]
        told = {"inputs": {"model": [model]}, "output": "blessing", "blessed": verdict, **more}
        self.recorder.typed(run, node, "ModelBlessing", **told)
        self.recorder.end(run)
        return model

    def latest(self, other_than: Any, labels: Any = None, node: str = "evaluator") -> Any:
        found = blessed.latest(self.recorder.store, "p", node, other_than, labels)
        return None if found is None else found.model.id


@pytest.fixture
def history(recorder: Any) -> History:
    return History(recorder)


def test_the_latest_that_was_blessed_and_is_another_one(history: History) -> None:
    candidate = artifacts.Artifact(10_000, "Model", "/nowhere")
    assert history.latest(candidate) is None
    first = history.evaluated(1)
    history.evaluated(0)
    assert history.latest(candidate) == first.id
    assert history.latest(first) is None
    second = history.evaluated(1)
    assert history.latest(candidate) == second.id
    assert history.latest(second) == first.id
    same = artifacts.Artifact(10_001, "Model", "/x", True, {"content_hash": second.content_hash})
    assert history.latest(same) == first.id
    history.evaluated(1, first)  # the code went back, and the first one is served again
    assert history.latest(candidate) == first.id


def test_only_of_the_same_evaluator_and_labels(history: History) -> None:
    candidate = artifacts.Artifact(10_000, "Model", "/nowhere")
    late = history.evaluated(1, labels='["late_xl"]')
    history.evaluated(1, node="evaluator_2")
    assert history.latest(candidate) == late.id
    assert history.latest(candidate, ["late_xl"]) == late.id
    assert history.latest(candidate, ["delay_xl"]) is None
    assert history.latest(candidate, node="unheard") is None


def test_a_model_that_was_deleted_is_none_to_compare_with(history: History) -> None:
    candidate = artifacts.Artifact(10_000, "Model", "/nowhere")
    first = history.evaluated(1)
    second = history.evaluated(1)
    artifacts.mark_deleted(history.recorder.store, [second.id])
    assert history.latest(candidate) == first.id


def test_of_many_evaluations_none_is_loaded_alone(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same model, evaluated again by each run that repeats one."""
    first = history.evaluated(1)
    candidate = history.evaluated(1)
    for _ in range(12):
        history.evaluated(1, candidate)
    loaded = []
    load = blessed.executions.load
    monkeypatch.setattr(
        blessed.executions,
        "load",
        lambda store, protos: loaded.append(len(protos)) or load(store, protos),
    )
    assert history.latest(candidate) == first.id
    assert loaded == [1, 2, 4, 7]
