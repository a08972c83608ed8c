"""Steps whose code is not committed: the run says so and keeps the difference."""

from __future__ import annotations

from pathlib import Path

from zenml.files import write_text
from zenml.repo import versions
from zenml.runtime.progress import Progress
from zenml.runtime.workspace import Workspace
from zenml.spec import UNPINNED, PipelineSpec


def report(spec: PipelineSpec, workspace: Workspace, run: str, progress: Progress) -> None:
    """Names the unpinned steps, and writes their differences beside the run's artifacts."""
    names = [node.name for node in spec.nodes if node.step and node.step.version == UNPINNED]
    if not names:
        return
    diffs = {}
    for node in spec.nodes:
        if node.name in names and node.step:
            diffs[node.name] = versions.version_of(node.step.source).diff
    text = "\n".join(f"# {name}\n{diff}" for name, diff in diffs.items() if diff)
    path = Path(workspace.artifacts.run_folder(spec.name, run), "unpinned.diff")
    write_text(path, text)
    progress.say(
        f"Not committed, so not pinned to a commit: {', '.join(names)} "
        f"(difference kept in {workspace.relative(path)})"
    )
