"""Parts: what a fingerprint was made of, recorded so that two of them can be compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from zenml.metadata.executions import Execution
from zenml.spec_values import canonical_json

PARTS = "zenml_parts"

_LONG = 4000  # characters of JSON; beyond, an argument is told apart but not shown
_SHOWN = 60


@dataclass(frozen=True)
class Parts:
    """What the result of a node depends on, part by part.

    Attributes:
        component: The kind of node.
        zenml: The version of zenml.
        source: Of its step, `module.name`; "" for a node without one.
        code: Digest of the code that the step stands on; see `zenml.metadata.code`.
        args: The step's arguments; very long ones are shortened.
        options: What the pipeline says of its inputs and outputs.
        inputs: Input key -> fingerprint of the node it comes from, output, and the
            node's name.
        packages: Distribution -> installed version.
        materializers: Source -> digest of its code.
        classes: Argument that names a class -> digest of the class's code.
        commit: Of the datasource, for a node that reads one.
        baseline: Content of the model that an evaluator compares with.

    Example:
        >>> parts = Parts("python_step", args={"n": 1})
        >>> Parts.from_json(parts.to_json()) == parts
        True
    """

    component: str = ""
    zenml: str = ""
    source: str = ""
    code: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, list[str]] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)
    materializers: dict[str, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    commit: str = ""
    baseline: str = ""

    def to_json(self) -> str:
        """As text; what is empty is left out."""
        return canonical_json({key: value for key, value in asdict(self).items() if value})

    @classmethod
    def from_json(cls, text: str) -> Parts:
        """The inverse of `to_json`; keys that only another zenml knows are left out."""
        known = {each.name for each in fields(cls)}
        return cls(**{key: value for key, value in json.loads(text).items() if key in known})


def of(execution: Execution) -> Parts | None:
    """The recorded parts of an execution; None where there are none."""
    text = execution.properties.get(PARTS)
    return Parts.from_json(str(text)) if text else None


def shortened(args: dict[str, Any]) -> dict[str, Any]:
    """Arguments as they are recorded: a very long one as its beginning and its sha256.

    Example:
        >>> shortened({"n": 1, "rows": list(range(5000))})["rows"]["length"]
        23891
    """
    return {key: _short(value) for key, value in args.items()}


def shortened_names(args: Mapping[str, Any]) -> list[str]:
    """Names of the arguments that were too long to be recorded whole.

    Example:
        >>> shortened_names(shortened({"n": 1, "rows": list(range(5000))}))
        ['rows']
    """
    return [
        name
        for name, value in args.items()
        if isinstance(value, dict) and value.keys() == {"begins", "length", "sha256"}
    ]


def _short(value: Any) -> Any:
    if isinstance(value, (bool, int, float)) or value is None:
        return value
    text = canonical_json(value)
    if len(text) <= _LONG:
        return value
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {"begins": text[:_SHOWN], "length": len(text), "sha256": digest}
