"""Reading the parts of a spec from plain data, with errors that name the place."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from zenml.errors import SpecError
from zenml.spec_values import check_json


def require_keys(data: Mapping[str, Any], known: type, where: str) -> None:
    """Refuses a mapping that has a key too many or lacks one."""
    fields = dataclasses.fields(known)
    names = {f.name for f in fields}
    unknown = sorted(set(data) - names, key=str)
    if unknown:
        raise SpecError(
            f"{where}: unknown key {unknown[0]!r}; known are {', '.join(sorted(names))}."
        )
    for f in fields:
        needed = f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
        if needed and f.name not in data:
            raise SpecError(f"{where}: the key {f.name!r} is missing.")


def require_text(data: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    """Refuses a value of these keys that is no string."""
    for key in keys:
        if not isinstance(data.get(key, ""), str):
            raise SpecError(f"{where}: {key!r} must be a string, not {data[key]!r}.")


def as_mapping(data: Any, where: str) -> Mapping[str, Any]:
    """The data, if it is a mapping."""
    if not isinstance(data, Mapping):
        raise SpecError(f"{where} must be a mapping, not {data!r}.")
    return data


def as_strings(data: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    """The strings under a key, () where there is none."""
    value = data.get(key, ())
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise SpecError(f"{where}: {key!r} must be a list of strings, not {value!r}.")
    return tuple(value)


def as_arguments(data: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
    """Plain data under a key; YAML knows dates, sets and more, which a spec does not."""
    plain = check_json(as_mapping(data.get(key, {}), f"{where}: {key!r}"), f"{where}: {key!r}")
    return dict(plain)
