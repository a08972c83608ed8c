"""Files outside of the store that a run would write over, though none of the runs wrote them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from zenml.errors import ArtifactStoreError
from zenml.metadata.artifacts import WRITTEN, Artifact, from_proto
from zenml.repo.loading import load_step
from zenml.spec import NodeSpec
from zenml.steps.inferrer.file_writer import FileWriterInferrer

_INFERRER = "inferrer"


def refuse_foreign_files(
    store: Any, node: NodeSpec, inputs: Mapping[str, Sequence[Artifact]]
) -> None:
    """Refuses a node that would write over, or remove, files that no run wrote.

    Such a file is somebody's work: rows of a datasource, notes, code.

    Args:
        store: The open metadata store, in which every file is recorded that a run wrote.
        node: That is about to run.
        inputs: What it reads.

    Raises:
        ArtifactStoreError: Names the file, and says what to do.

    Example:
        >>> refuse_foreign_files(None, NodeSpec("split", "split_gen"), {})
    """
    if node.component != _INFERRER or node.step is None:
        return
    step = load_step(node.step)
    if not isinstance(step, FileWriterInferrer):
        return
    there = [path for path in _touched(step, inputs) if os.path.lexists(path)]
    written = _written(store) if there else set()
    foreign = [path for path in there if os.path.realpath(path) not in written]
    if foreign:
        raise ArtifactStoreError(
            f"{type(step).__name__} would write over {foreign[0]}, which no run recorded here "
            "wrote. It was left as it is: give another output_path, or remove the file if nobody "
            "needs it."
        )


def _touched(step: FileWriterInferrer, inputs: Mapping[str, Sequence[Artifact]]) -> list[str]:
    """The files that it writes, and those of another number of shards that it removes."""
    examples = inputs["examples"][0].properties
    splits = json.loads(examples.get("split_names") or "[]")
    names = splits if len(splits) > 1 else [""]
    return [path for name in names for path in (*step.files(name), *step.outdated(name))]


def _written(store: Any) -> set[str]:
    """The files that runs wrote outside of the store."""
    found = map(from_proto, store.get_artifacts_by_type("Examples"))
    told = (str(artifact.properties.get(WRITTEN) or "{}") for artifact in found)
    return {os.path.realpath(path) for files in told for path in json.loads(files)}
