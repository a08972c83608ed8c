"""Steps whose code is not committed: the run says so and keeps the difference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from zenml.files import write_text
from zenml.repo import versions
from zenml.repo.moment import one_moment
from zenml.runtime.progress import Progress
from zenml.runtime.workspace import Workspace
from zenml.spec import UNPINNED, PipelineSpec

_MANY = 10


UNPINNED_CODE = "zenml_unpinned"


def properties(codes: dict[str, str]) -> dict[str, Any]:
    """What a run records of code that is in no commit: source -> digest."""
    return {UNPINNED_CODE: json.dumps(codes)} if codes else {}


def report(spec: PipelineSpec, workspace: Workspace, run: str, progress: Progress) -> None:
    """Names the unpinned steps, and writes their differences beside the run's artifacts."""
    steps = {node.name: node.step for node in spec.nodes if node.step}
    names = [name for name, step in steps.items() if step.version == UNPINNED]
    if not names:
        return
    diffs: dict[str, list[str]] = {}
    with one_moment():
        for name in names:
            diff = versions.version_of(steps[name].source, UNPINNED).diff
            diffs.setdefault(diff, []).append(name)
    text = "\n".join(f"# {', '.join(nodes)}\n{diff}" for diff, nodes in diffs.items() if diff)
    path = Path(workspace.artifacts.run_folder(spec.name, run), "unpinned.diff")
    write_text(path, text)
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    progress.say(
        f"Not committed, so not pinned to a commit: {', '.join(names[:_MANY])}{more} "
        f"(difference kept in {workspace.relative(path)})"
    )
