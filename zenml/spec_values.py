"""The values that a spec can hold: plain data that YAML and JSON give back as it was."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from zenml.errors import SpecError

NAME_RULE = (
    "take letters, digits, '_', '-', '.' and spaces, at most 100 (and 150 bytes), beginning with a "
    "letter or digit"
)
TYPE_RULE = (
    "take a word such as 'training': letters, digits, '_' and '-', at most 40, and not 'datasource'"
)


def check_json(value: Any, where: str) -> Any:
    """Returns `value` as plain JSON data, or says where it is not.

    Tuples become lists. Floats that JSON cannot hold (nan, inf) are refused.

    Args:
        value: What the YAML has to hold.
        where: Said in the error, e.g. "argument `epochs` of step `MyTrainer`".

    Raises:
        SpecError: With the place inside the value, and its type.

    Example:
        >>> check_json({"a": (1, None)}, "argument")
        {'a': [1, None]}
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _check_text(value, where)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise SpecError(f"{where} is {value}, which a YAML file of a pipeline cannot hold.")
        return float(value)
    if isinstance(value, (list, tuple)):
        return [check_json(item, f"{where}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise SpecError(
                    f"{where} has the key {key!r}, a {type(key).__name__}; keys must be strings."
                )
        return {
            _check_text(key, f"A key of {where}"): check_json(item, f"{where}[{key!r}]")
            for key, item in value.items()
        }
    raise SpecError(
        f"{where} is a {type(value).__module__}.{type(value).__qualname__}, which a YAML file of a "
        "pipeline cannot hold; pass numbers, strings, booleans, None, lists or dicts of them."
    )


def _check_text(value: str, where: str) -> str:
    """A plain `str`, whatever subclass it came as, that UTF-8 can hold."""
    text = "".join(value)
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise SpecError(
            f"{where} is {text!r}, which is half a character and cannot be written."
        ) from exc
    return text


def is_name(value: Any) -> bool:
    """Whether a pipeline can be called so: folders and files bear its name."""
    return (
        isinstance(value, str)
        and re.fullmatch(r"\w[\w .-]{0,99}", value) is not None
        and len(value.encode()) <= 150
    )


def is_type(value: Any) -> bool:
    """Whether a kind of pipeline can be called so: its files' names begin with it.

    Those of datasources begin with "datasource_".
    """
    word = isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,40}", value) is not None
    return word and f"{value}_".partition("_")[0] != "datasource"


def digest_of(value: Any) -> str:
    """sha256 of plain data, in hex; the order of keys does not matter."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def canonical_json(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
