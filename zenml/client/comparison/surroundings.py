"""What two runs had around their steps: packages, and the commit of the datasource."""

from __future__ import annotations

from typing import Any

from zenml.client.comparison.changes import Change, changes
from zenml.client.comparison.side import Side
from zenml.metadata import commits


def compare_packages(a: Side, b: Side) -> tuple[Change, ...]:
    """The packages whose versions differ, of those that both runs recorded them for."""
    old, new = packages_of(a), packages_of(b)
    return changes(old, new) if old and new else ()


def packages_of(side: Side) -> dict[str, str]:
    """Package -> version, of Python and of what the steps depended on; empty if not recorded."""
    environment = side.environment
    own = {"Python": environment.python, "machine": environment.machine, "zenml": environment.zenml}
    found = {name: value for name, value in own.items() if value}
    for name in side.steps:
        recorded = side.parts(name)
        if recorded is not None:
            found.update(recorded.packages)
    return {**found, **environment.packages}


def compare_datasource(a: Side, b: Side) -> tuple[Change, ...]:
    """What differs of the datasource: name, class, arguments, commit, rows."""
    known = a.run.spec is not None and b.run.spec is not None
    return changes(_datasource(a), _datasource(b)) if known else ()


def _datasource(side: Side) -> dict[str, Any]:
    spec = side.run.spec
    if spec is None or spec.datasource is None:
        return {}
    source = spec.datasource
    found = {"name": source.name, "source": source.source, **source.args, "commit": source.commit}
    for commit in commits.list_commits(side.run.store, source.name):
        if commit.id == source.commit:
            found["rows"] = commit.rows
    return found
