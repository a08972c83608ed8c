"""What is done to one column: read from the user's `overwrite`, checked by name and by type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zenml.errors import StepArgumentError
from zenml.hints import did_you_mean
from zenml.steps.preprocesser.fillings import FILLINGS, Filling
from zenml.steps.preprocesser.methods import METHODS, Method

KEYS = ("transform", "filling")


@dataclass(frozen=True)
class Call:
    """One method by name, with all its parameters."""

    method: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Treatment:
    """What is done to a column: its filling (None: there is none), then its transforms."""

    filling: Call | None
    transform: tuple[Call, ...]


def read_calls(
    step: str,
    column: str,
    kind: str,
    given: Any,
    known: Mapping[str, Method | Filling] | None = None,
) -> tuple[Call, ...]:
    """Reads `[{"method": ..., "parameters": {...}}, ...]`, the value of one key of a column.

    Args:
        step: Name of the step, for the error.
        column: Name of the column, for the error.
        kind: "transform", or another word ("filling") for what a column has once.
        given: What the user wrote; one mapping stands for a list of it.
        known: The methods that there are; None takes those of the preprocesser.

    Raises:
        StepArgumentError: Names the step, the column, the method and what would do.
    """
    where = f"{step}: overwrite[{column!r}][{kind!r}]"
    entries = [given] if isinstance(given, Mapping) else given
    if not isinstance(entries, (list, tuple)) or not entries:
        raise StepArgumentError(
            f"{where} is {given!r}; it must be a list like "
            "[{'method': ..., 'parameters': {...}}]."
        )
    if kind != "transform" and len(entries) > 1:
        raise StepArgumentError(f"{where} has {len(entries)} entries; a column has one {kind}.")
    if known is None:
        known = METHODS if kind == "transform" else FILLINGS
    return tuple(_read_call(where, kind, entry, known) for entry in entries)


def _read_call(where: str, kind: str, entry: Any, known: Mapping[str, Method | Filling]) -> Call:
    if not isinstance(entry, Mapping) or "method" not in entry:
        raise StepArgumentError(
            f"{where} has the entry {entry!r}; it must be "
            "{'method': <name>, 'parameters': {...}}."
        )
    for key in entry:
        if key not in ("method", "parameters"):
            raise StepArgumentError(
                f"{where} has the unknown key {key!r}; an entry has 'method' and 'parameters'."
            )
    name = entry["method"]
    if name not in known:
        raise StepArgumentError(
            f"{where}: there is no {kind} called {name!r}.{did_you_mean(name, known)} "
            f"There are {', '.join(sorted(known))}."
        )
    given = entry.get("parameters")
    given = {} if given is None else given
    if not isinstance(given, Mapping):
        raise StepArgumentError(
            f"{where}: the parameters of {name!r} are {given!r}; they must be a mapping by name."
        )
    return Call(name, _read_parameters(f"{where}: {name!r}", given, known[name]))


def _read_parameters(
    where: str, given: Mapping[str, Any], method: Method | Filling
) -> dict[str, Any]:
    takes = ", ".join(method.parameters) or "none"
    for key in given:
        if key not in method.parameters:
            raise StepArgumentError(
                f"{where} does not take the parameter {key!r}."
                f"{did_you_mean(key, method.parameters)} It takes {takes}."
            )
    values = {}
    for key, parameter in method.parameters.items():
        if key not in given and parameter.default is ...:
            raise StepArgumentError(f"{where} needs the parameter {key!r}: {parameter.would_do}.")
        values[key] = given.get(key, parameter.default)
        optional = parameter.default is None and values[key] is None
        if not optional and not parameter.fits(values[key]):
            raise StepArgumentError(
                f"{where}: the parameter {key!r} is {values[key]!r}; "
                f"it must be {parameter.would_do}."
            )
    if {"min", "max"} <= values.keys() and values["min"] >= values["max"]:
        raise StepArgumentError(
            f"{where}: 'min' is {values['min']!r} and 'max' {values['max']!r}; "
            "max must be above min."
        )
    return values


def check_chain(where: str, treatment: Treatment, kind: str) -> None:
    """Checks that each method of a column can take what the one before it gives.

    Args:
        where: Step and column, said in the error.
        treatment: What is done to the column.
        kind: "integer", "float", "string" or "boolean".

    Raises:
        StepArgumentError: Names the method and what it takes.
    """
    if treatment.filling:
        filling = treatment.filling
        if kind not in FILLINGS[filling.method].takes:
            raise StepArgumentError(
                f"{where}: the filling {filling.method!r} is for numbers, and the column holds "
                f"{kind}s; 'custom' with a 'custom_value' would do."
            )
        kind = _kind_filled(where, filling, kind)
    for call in treatment.transform:
        method = METHODS[call.method]
        if kind not in method.takes:
            raise StepArgumentError(
                f"{where}: the transform {call.method!r} takes {' or '.join(method.takes)}, and "
                f"what reaches it is {kind}. {_advice(kind, call.method)}".rstrip()
            )
        kind = kind if method.gives == "same" else method.gives
    if kind == "image":
        raise StepArgumentError(
            f"{where}: images have sizes of their own after 'load_binary_image'; let "
            "'image_reshape' follow it."
        )


def _kind_filled(where: str, filling: Call, kind: str) -> str:
    value = filling.parameters.get("custom_value")
    if filling.method == "mean":
        return "float"
    if filling.method == "custom" and isinstance(value, str) != (kind == "string"):
        raise StepArgumentError(
            f"{where}: 'custom_value' is {value!r}, and the column holds {kind}s."
        )
    return "float" if isinstance(value, float) and kind != "string" else kind


def _advice(kind: str, method: str) -> str:
    if kind == "string":
        return "Put 'compute_and_apply_vocabulary' before it."
    if kind == "float" and method in ("one_hot_encode", "compute_and_apply_vocabulary"):
        return "Put 'bucketize' before it."
    return ""
