"""Reasons: what was other than before when a node ran, as plain data that is recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from zenml.metadata.executions import Execution

WHY = "zenml_why"

# Kinds, in the order in which they are told.
FIRST = "first run"
CACHE_OFF = "cache off"
FAILED = "failed before"
RESULT = "result gone"
CONTENT = "input content"
STEP = "step"
CODE = "code"
CLASS = "class"
MATERIALIZER = "materializer"
ARGUMENT = "argument"
OPTION = "option"
PACKAGE = "package"
INPUT = "input"
BASELINE = "baseline"
ZENML = "zenml"
DATA = "datasource"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reason:
    """One thing that was other than before.

    Attributes:
        kind: What kind of thing: one of the words above.
        about: Which one: the argument, the file, the package, the input.
        old: What it was before.
        new: What it is now.
        facts: More of it: "change" is "new" or "gone" where it was not there before or
            is not there now; the commit of a file, the node of an input.

    Example:
        >>> Reason(ARGUMENT, "n", 1, 2).to_dict()
        {'kind': 'argument', 'about': 'n', 'old': 1, 'new': 2}
    """

    kind: str
    about: str = ""
    old: Any = None
    new: Any = None
    facts: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As plain data; what is empty is left out."""
        about = self.about or None
        values = {"kind": self.kind, "about": about, "old": self.old, "new": self.new}
        return {key: value for key, value in {**values, **self.facts}.items() if value is not None}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Reason:
        """The inverse of `to_dict`."""
        own = {key: values[key] for key in ("kind", "about", "old", "new") if key in values}
        return cls(**own, facts={key: value for key, value in values.items() if key not in own})


@dataclass(frozen=True)
class Explanation:
    """Why a node ran.

    Attributes:
        reasons: What was other than before, the most telling first.
        since: Number of the execution that it was compared with; 0 for none.

    Example:
        >>> Explanation((Reason(FIRST),)).to_json()
        '{"since": 0, "reasons": [{"kind": "first run"}]}'
    """

    reasons: tuple[Reason, ...]
    since: int = 0

    def to_json(self) -> str:
        """As text."""
        reasons = [reason.to_dict() for reason in self.reasons]
        return json.dumps({"since": self.since, "reasons": reasons})

    @classmethod
    def from_json(cls, text: str) -> Explanation:
        """The inverse of `to_json`."""
        values = json.loads(text)
        return cls(tuple(map(Reason.from_dict, values["reasons"])), int(values["since"]))


def recorded(execution: Execution) -> Explanation | None:
    """Why an execution took place; None where that was not recorded."""
    text = execution.properties.get(WHY)
    return Explanation.from_json(str(text)) if text else None
