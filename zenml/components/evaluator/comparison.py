"""The results of two models side by side, as TFMA has them."""

from __future__ import annotations

from typing import Any

from tensorflow_model_analysis.proto import config_pb2

from zenml.components.evaluator.results import Results, number


def compare(
    config: config_pb2.EvalConfig, candidate: Results, baseline: Results, uri: str
) -> Results:
    """The results of the candidate, those of the baseline, and what differs.

    Args:
        config: With a specification for either model.
        candidate: Of the model that is evaluated.
        baseline: Of the latest blessed model, on the same rows.
        uri: Where the latest blessed model lies.
    """
    names = {spec.is_baseline: spec.name for spec in config.model_specs}
    found = Results(config, candidate.rows)
    found.curves = candidate.curves
    found.baseline = uri
    found.merge(candidate.named(names[False]))
    found.merge(baseline.named(names[True]))
    before = dict(baseline.values())
    changes = Results(config)
    for key, values in candidate.values():
        changes.add(key, _changes(values, before.get(key, {}), names[False]))
    found.merge(changes)
    return found


def _changes(values: dict[Any, Any], before: dict[Any, Any], model: str) -> dict[Any, float]:
    """What differs, by TFMA's keys, for the metrics that are a number on both sides."""
    numbers = {name: (number(value), number(before.get(name))) for name, value in values.items()}
    return {
        name._replace(model_name=model, is_diff=True): new - old
        for name, (new, old) in numbers.items()
        if new is not None and old is not None
    }
