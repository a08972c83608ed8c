"""Which steps of two runs differ, and in what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zenml.client.comparison.changes import MISSING, Change, changes
from zenml.client.comparison.code import CodeReader
from zenml.client.comparison.code_difference import (
    FileDifference,
    Place,
    changed_files,
    unknown_files,
)
from zenml.client.comparison.side import Side
from zenml.repo.git import Commit


@dataclass(frozen=True)
class StepDifference:
    """A step that differs.

    Attributes:
        name: Of the node.
        version: The version of its code in the first and in the second run.
        source: Where its code is, if that differs.
        files: Paths of its code that differ.
        commits: The newest commits between the two that touched its code.
        arguments: Those that differ.
        inputs: What it reads, and how, where that differs.
        unknown: Why its code cannot be compared, or "".

    Example:
        >>> StepDifference("fit", ("unpinned", "unpinned"), unknown="no difference kept").unknown
        'no difference kept'
    """

    name: str
    version: tuple[str, str]
    source: Change | None = None
    files: tuple[str, ...] = ()
    commits: tuple[Commit, ...] = ()
    arguments: tuple[Change, ...] = ()
    inputs: tuple[Change, ...] = ()
    unknown: str = ""

    @property
    def differs(self) -> bool:
        """Whether anything does, or may."""
        return bool(self.source or self.files or self.arguments or self.inputs or self.unknown)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "step": self.name,
            "version": list(self.version),
            "source": self.source.to_dict() if self.source else None,
            "files": list(self.files),
            "commits": [vars(commit) for commit in self.commits],
            "arguments": [one.to_dict() for one in self.arguments],
            "inputs": [one.to_dict() for one in self.inputs],
            **({"unknown": self.unknown} if self.unknown else {}),
        }


@dataclass(frozen=True)
class StepsDifference:
    """The steps of two runs.

    Attributes:
        changed: Those that differ.
        equal: Names of those that do not.
        only_a: Names of those that only the first run has.
        only_b: Names of those that only the second run has.
        code: The files that differ.

    Example:
        >>> StepsDifference(equal=("split",)).differs
        False
    """

    changed: tuple[StepDifference, ...] = ()
    equal: tuple[str, ...] = ()
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()
    code: tuple[FileDifference, ...] = field(default=(), repr=False)

    @property
    def differs(self) -> bool:
        """Whether anything does."""
        return bool(self.changed or self.only_a or self.only_b)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "changed": [one.to_dict() for one in self.changed],
            "equal": list(self.equal),
            "only_a": list(self.only_a),
            "only_b": list(self.only_b),
        }


def compare_steps(a: Side, b: Side, reader: CodeReader) -> StepsDifference:
    """The steps of two runs, node by node."""
    both = [name for name in a.names if name in b.names]
    files: dict[Place, list[str]] = {}
    found = [_compare(name, a, b, reader, files) for name in both]
    return StepsDifference(
        tuple(one for one in found if one.differs),
        tuple(one.name for one in found if not one.differs),
        tuple(name for name in a.names if name not in b.names),
        tuple(name for name in b.names if name not in a.names),
        reader.difference(files, a, b),
    )


def _compare(
    name: str,
    a: Side,
    b: Side,
    reader: CodeReader,
    files: dict[Place, list[str]],
) -> StepDifference:
    """One node; adds the files of it that differ."""
    version = a.version(name), b.version(name)
    code_a, code_b = reader.of_step(a, name), reader.of_step(b, name)
    unknown = ""
    changed: list[Place] = []
    if code_a is not None and code_b is not None:
        unknown = code_a.unknown or code_b.unknown
        changed = [] if unknown else changed_files(code_a, code_b)
        if not unknown and (missing := unknown_files(code_a, code_b)):
            unknown = f"only one of the runs tells of {', '.join(missing)}"
    elif version[0] != version[1]:
        unknown = _not_compared(version, (code_a is None, code_b is None))
    for place in changed:
        files.setdefault(place, []).append(name)
    paths = tuple(path for path, _, _ in changed)
    return StepDifference(
        name,
        version,
        _change("source", a.source(name), b.source(name)),
        paths,
        reader.commits(*version, paths) if paths else (),
        _changes(_arguments(a, name), _arguments(b, name)),
        _changes(_wiring(a, name), _wiring(b, name)),
        unknown if unknown and (version[0] != version[1] or "unpinned" in version) else "",
    )


def _not_compared(version: tuple[str, str], own: tuple[bool, bool]) -> str:
    """Why there is no code to compare of a step that is zenml's own in one run, or in both."""
    if all(own):
        return f"it is zenml's own: {version[0] or '-'} and {version[1] or '-'}"
    whose = [
        f"{side} is zenml's own ({text or '-'})" if is_own else f"{side} is yours ({text[:12]})"
        for side, text, is_own in zip("AB", version, own, strict=True)
    ]
    return "; ".join(whose)


def _change(name: str, a: str, b: str) -> Change | None:
    return Change(name, a or MISSING, b or MISSING) if a != b else None


def _changes(a: dict[str, Any] | None, b: dict[str, Any] | None) -> tuple[Change, ...]:
    """What differs, where it is known of both."""
    return () if a is None or b is None else changes(a, b)


def _arguments(side: Side, name: str) -> dict[str, Any] | None:
    """The arguments of the step; as they were recorded where the pipeline's file is gone."""
    node, recorded = side.nodes.get(name), side.parts(name)
    if node is not None:
        return node.step.args if node.step else {}
    return recorded.args if recorded is not None else None


def _wiring(side: Side, name: str) -> dict[str, Any] | None:
    """What the node reads, and the arguments of its component."""
    node = side.nodes.get(name)
    return None if node is None else {**node.inputs, **node.args}
