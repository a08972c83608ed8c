"""Change: a named value that is another in the second run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MISSING: Any = ...


@dataclass(frozen=True)
class Change:
    """One value in two runs.

    Attributes:
        name: What it is a value of.
        a: In the first run; `...` where that has none.
        b: In the second run; `...` where that has none.

    Example:
        >>> str(Change("epochs", 20, 5)), str(Change("seed", ..., 1))
        ('epochs 20 -> 5', 'seed (none) -> 1')
    """

    name: str
    a: Any = MISSING
    b: Any = MISSING

    def __str__(self) -> str:
        return f"{self.name} {_shown(self.a)} -> {_shown(self.b)}"

    def to_dict(self) -> dict[str, Any]:
        """As plain data: a side that has no value is left out."""
        sides = {"a": self.a, "b": self.b}
        return {"name": self.name, **{k: v for k, v in sides.items() if v is not MISSING}}


def _shown(value: Any) -> str:
    return "(none)" if value is MISSING else str(value)


def changes(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[Change, ...]:
    """The values that differ, in the order of the first mapping.

    A mapping within is looked into: what is named is the key in which it differs.

    Example:
        >>> [str(one) for one in changes({"x": {"y": 1, "z": 2}}, {"x": {"y": 1, "z": 3}, "w": 0})]
        ['x.z 2 -> 3', 'w (none) -> 0']
    """
    found: list[Change] = []
    for key in dict.fromkeys([*a, *b]):
        old, new = a.get(key, MISSING), b.get(key, MISSING)
        if isinstance(old, Mapping) and isinstance(new, Mapping) and old and new:
            found += (Change(f"{key}.{one.name}", one.a, one.b) for one in changes(old, new))
        elif type(old) is not type(new) or old != new:
            found.append(Change(key, old, new))
    return tuple(found)
