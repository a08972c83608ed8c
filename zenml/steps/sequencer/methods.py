"""The resamplings and fillings of StandardSequencer: what they take, what they give."""

from __future__ import annotations

import math
from typing import Any

from zenml.errors import StepArgumentError
from zenml.records.sequences.plan import ColumnPlan
from zenml.steps.preprocesser.fillings import ANY, NUMBER, Filling, Parameter
from zenml.steps.preprocesser.methods import Method
from zenml.steps.preprocesser.overwrite import Call

CONDITIONS = ("greater", "greater_or_equal", "equal", "less_or_equal", "less", "includes")
_OF_TEXT = ("equal", "includes")


def _is_finite(value: Any) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _can_be_stored(value: Any) -> bool:
    """Whether it is text, or a number that a column can hold."""
    return _is_finite(value) and (isinstance(value, str) or -(2**63) <= value < 2**63)


def _no_function(*_: Any) -> None:
    """The functions stand in `zenml.records.sequences`, which imports pandas."""


RESAMPLINGS: dict[str, Method] = {
    "mean": Method(NUMBER, "float", _no_function),
    "median": Method(NUMBER, "float", _no_function),
    "mode": Method(ANY, "same", _no_function),
    "threshold": Method(
        ANY,
        "set_value",
        _no_function,
        {
            "cond": Parameter(
                (str,), f"one of {', '.join(CONDITIONS)}", accepts=lambda v: v in CONDITIONS
            ),
            "c_value": Parameter(
                (int, float, str, bool, list, tuple),
                "what a value is compared with: a number, text, or for 'includes' a list of them",
                accepts=_is_finite,
            ),
            "threshold": Parameter(
                (int, float), "a number of values, 0 or above", accepts=lambda v: v >= 0
            ),
            "set_value": Parameter(
                (int, float, str, bool), "a number of 64 bits, or text", accepts=_can_be_stored
            ),
        },
    ),
}
FILLINGS: dict[str, Filling] = {
    "forward": Filling(ANY, _no_function),
    "backwards": Filling(ANY, _no_function),
    "min": Filling(NUMBER, _no_function),
    "max": Filling(NUMBER, _no_function),
    "mean": Filling(NUMBER, _no_function),
    "custom": Filling(
        ANY,
        _no_function,
        {
            "custom_value": Parameter(
                (int, float, str),
                "a number of 64 bits or a string, as the column is",
                accepts=_can_be_stored,
            )
        },
    ),
}
_MAX = Call("max", {})
_MEAN = Call("mean", {})
_ANY_TRUE = Call("threshold", {"cond": "greater", "c_value": 0, "threshold": 0, "set_value": 1})
RESAMPLING_BY_KIND = {
    "boolean": _ANY_TRUE,
    "integer": _MEAN,
    "float": _MEAN,
    "string": Call("mode", {}),
}
FILLING_BY_KIND = {
    "boolean": _MAX,
    "integer": _MAX,
    "float": _MAX,
    "string": Call("custom", {"custom_value": ""}),
}


def plan_column(where: str, kind: str, resampling: Call | None, filling: Call | None) -> ColumnPlan:
    """What is done to a column, checked against what it holds.

    Args:
        where: Step and column, said in errors.
        kind: "boolean", "integer", "float" or "string".
        resampling: As the user wrote it; None: the default of the kind.
        filling: The same; the default is that of what the resampling gives.

    Raises:
        StepArgumentError: A method that the column does not suit.
    """
    resampling = resampling or RESAMPLING_BY_KIND[kind]
    method = RESAMPLINGS[resampling.method]
    if kind not in method.takes:
        raise StepArgumentError(
            f"{where}: the resampling {resampling.method!r} is for numbers, and the column holds "
            f"{kind}s; 'mode' or 'threshold' would do."
        )
    if resampling.method == "threshold":
        _check_condition(where, kind, resampling.parameters)
    resampled = _kind_given(method.gives, kind, resampling)
    filling = filling or FILLING_BY_KIND[resampled]
    if resampled not in FILLINGS[filling.method].takes:
        raise StepArgumentError(
            f"{where}: the filling {filling.method!r} is for numbers, and what reaches it are "
            f"{resampled}s; 'forward', 'backwards' or 'custom' would do."
        )
    value = filling.parameters.get("custom_value")
    if filling.method == "custom" and isinstance(value, str) != (resampled == "string"):
        raise StepArgumentError(
            f"{where}: 'custom_value' is {value!r}, and what it fills are {resampled}s."
        )
    floats = filling.method == "mean" or isinstance(value, float)
    return ColumnPlan(
        (resampling.method, resampling.parameters),
        (filling.method, filling.parameters),
        resampled,
        "float" if floats else resampled,
    )


def _kind_given(gives: str, kind: str, call: Call) -> str:
    if gives == "same":
        return "integer" if kind == "boolean" else kind
    if gives == "set_value":
        value = call.parameters["set_value"]
        return "string" if isinstance(value, str) else _number_kind(value)
    return gives


def _number_kind(value: Any) -> str:
    return "float" if isinstance(value, float) else "integer"


def _check_condition(where: str, kind: str, parameters: Any) -> None:
    cond, c_value = parameters["cond"], parameters["c_value"]
    is_text, is_list = kind == "string", isinstance(c_value, (list, tuple))
    if is_text and cond not in _OF_TEXT:
        raise StepArgumentError(
            f"{where}: the condition {cond!r} compares numbers, and the column holds strings; "
            "'equal' or 'includes' would do."
        )
    if is_list and cond != "includes":
        raise StepArgumentError(
            f"{where}: 'c_value' is {c_value!r}; a list is for the condition 'includes' alone."
        )
    if cond == "includes" and not is_text and not is_list:
        raise StepArgumentError(
            f"{where}: 'c_value' is {c_value!r}; for numbers the condition 'includes' takes a list."
        )
    for value in c_value if is_list else [c_value]:
        if isinstance(value, str) != is_text:
            raise StepArgumentError(
                f"{where}: 'c_value' is {c_value!r}, and the column holds {kind}s."
            )
