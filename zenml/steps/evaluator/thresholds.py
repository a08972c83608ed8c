"""Thresholds: what a metric has to reach for a model to be blessed, as users write it.

    {"auc": {"min": 0.7, "min_change": -0.01, "slices": {"min": 0.6}}}

A metric has bounds on its value and on its change against the latest blessed model. Under
`slices` are those of slices: of every one (`{"min": 0.6}`), of those by some columns
(`{"by": ["carrier"], ...}`), or of one alone (`{"where": {"carrier": "UA"}, ...}`); several
go into a list. They become TensorFlow Model Analysis's own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zenml.hints import did_you_mean
from zenml.keywords import KeywordObject

if TYPE_CHECKING:
    from tensorflow_model_analysis.proto import config_pb2

VALUES = ("min", "max")
RISES = ("min_change", "min_relative_change")
FALLS = ("max_change", "max_relative_change")
BOUNDS = (*VALUES, *RISES, *FALLS)
_SLICES, _BY, _WHERE = "slices", "by", "where"
_EXAMPLE = "{'min': 0.7}"


def check_bounds(
    step: KeywordObject, where: str, given: Any, slices: Sequence[Sequence[str]]
) -> None:
    """Checks the thresholds of one metric; needs no TensorFlow.

    Args:
        step: Raises the error.
        where: Said in it, e.g. "thresholds['late']['auc']".
        given: The thresholds.
        slices: Of the step.

    Raises:
        StepArgumentError: Names the key, what was given and what would do.
    """
    _check_mapping(step, where, given, (*BOUNDS, _SLICES))
    if _SLICES not in given:
        _check_numbers(step, where, given)
        return
    if any(key in given for key in BOUNDS):
        _check_numbers(step, where, given)
    inside = f"{where}['slices']"
    entries = given[_SLICES]
    if not isinstance(entries, (Mapping, list, tuple)) or not entries:
        raise step.fail(inside, entries, f"a mapping, e.g. {_EXAMPLE}, or a list of such")
    for entry in _listed(entries):
        _check_slice(step, inside, entry, slices)


def _check_slice(
    step: KeywordObject, where: str, entry: Any, slices: Sequence[Sequence[str]]
) -> None:
    _check_mapping(step, where, entry, (*BOUNDS, _BY, _WHERE))
    _check_numbers(step, where, entry)
    if _BY in entry and _WHERE in entry:
        raise step.fail(where, entry, "about slices 'by' columns, or one slice 'where', not both")
    if _WHERE in entry:
        value = entry[_WHERE]
        if not isinstance(value, Mapping) or not value:
            raise step.fail(f"{where}['where']", value, "column -> value, e.g. {'carrier': 'UA'}")
        for column, wanted in value.items():
            if not isinstance(column, str):
                raise step.fail(f"{where}['where']", value, "column -> value, by name")
            if not isinstance(wanted, (str, int, float)):
                raise step.fail(f"{where}['where'][{column!r}]", wanted, "a text or a number")
    elif _BY in entry:
        columns = entry[_BY]
        names = columns if isinstance(columns, (list, tuple)) else [columns]
        if not names or not all(isinstance(name, str) and name for name in names):
            raise step.fail(f"{where}['by']", columns, "a list of columns, e.g. ['carrier']")
    elif not any(slices):
        raise step.fail(
            where, entry, "about columns, e.g. {'by': ['carrier'], 'min': 0.6}: there are no slices"
        )


def _check_mapping(step: KeywordObject, where: str, given: Any, keys: tuple[str, ...]) -> None:
    if not isinstance(given, Mapping) or not given:
        raise step.fail(where, given, f"a mapping, e.g. {_EXAMPLE}")
    for key in given:
        if key not in keys:
            would_do = f"a mapping with {', '.join(keys)}.{did_you_mean(str(key), keys)}"
            raise step.fail(where, dict(given), would_do.rstrip("."))


def _check_numbers(step: KeywordObject, where: str, given: Mapping[str, Any]) -> None:
    bounds = {key: given[key] for key in BOUNDS if key in given}
    if not bounds:
        raise step.fail(where, dict(given), f"a mapping with one of {', '.join(BOUNDS)}")
    for key, value in bounds.items():
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not math.isfinite(value):
            raise step.fail(f"{where}[{key!r}]", value, "a number")
    if bounds.get("min", -math.inf) > bounds.get("max", math.inf):
        raise step.fail(where, dict(given), "a mapping whose 'min' is not above its 'max'")
    if any(key in bounds for key in RISES) and any(key in bounds for key in FALLS):
        raise step.fail(
            where,
            dict(given),
            "a bound for a metric that should rise ('min_change'), or for one that should fall "
            "('max_change'), not both",
        )


def compares(given: Mapping[str, Any]) -> bool:
    """Whether the thresholds of a metric ask for the latest blessed model.

    Example:
        >>> compares({"min": 0.7}), compares({"slices": {"min_change": 0}})
        (False, True)
    """
    changes = (*RISES, *FALLS)
    entries = [given, *_listed(given.get(_SLICES) or [])]
    return any(key in entry for entry in entries for key in changes)


def slices_asked(given: Mapping[str, Any]) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """The slices that the thresholds of a metric name: columns, or column -> value."""
    for entry in _listed(given.get(_SLICES) or []):
        if _WHERE in entry:
            yield [], dict(entry[_WHERE])
        elif _BY in entry:
            yield _columns(entry[_BY]), {}


def texts_of(where: Mapping[str, Any]) -> dict[str, str]:
    """The values of a slice as TFMA's configuration has them; a column of booleans is 0 and 1.

    Example:
        >>> texts_of({"carrier": "UA", "late": True, "hour": 7})
        {'carrier': 'UA', 'late': '1', 'hour': '7'}
    """
    plain = {name: int(v) if isinstance(v, bool) else v for name, v in where.items()}
    return {name: str(value) for name, value in plain.items()}


def apply_bounds(
    metric: config_pb2.MetricConfig, given: Mapping[str, Any], slices: Sequence[Sequence[str]]
) -> None:
    """Puts the thresholds of a metric into its configuration for TFMA.

    Args:
        metric: Is changed.
        given: The thresholds.
        slices: Of the step: what an entry without `by` and `where` is about.
    """
    if any(key in given for key in BOUNDS):
        # TFMA applies the threshold of a metric to every slice; that of the whole has a slice.
        whole = metric.per_slice_thresholds.add()
        _fill(whole.threshold, given)
        whole.slicing_specs.add()
    for entry in _listed(given.get(_SLICES) or []):
        of_slice = metric.per_slice_thresholds.add()
        _fill(of_slice.threshold, entry)
        if _WHERE in entry:
            of_slice.slicing_specs.add(feature_values=texts_of(entry[_WHERE]))
        else:
            groups = [_columns(entry[_BY])] if _BY in entry else [list(g) for g in slices if g]
            for columns in groups:
                of_slice.slicing_specs.add(feature_keys=columns)


def _fill(threshold: config_pb2.MetricThreshold, given: Mapping[str, Any]) -> None:
    if "min" in given:
        threshold.value_threshold.lower_bound.value = given["min"]
    if "max" in given:
        threshold.value_threshold.upper_bound.value = given["max"]
    change = threshold.change_threshold
    for keys, direction in ((RISES, "HIGHER_IS_BETTER"), (FALLS, "LOWER_IS_BETTER")):
        for key, kind in zip(keys, ("absolute", "relative"), strict=True):
            if key in given:
                getattr(change, kind).value = given[key]
                values = type(change).DESCRIPTOR.fields_by_name["direction"].enum_type
                change.direction = values.values_by_name[direction].number


def _listed(entries: Any) -> list[Any]:
    return [entries] if isinstance(entries, Mapping) else list(entries)


def _columns(by: Any) -> list[str]:
    return [by] if isinstance(by, str) else list(by)
