"""Runs a free step where it stands: in the process of the run, or in a worker."""

from __future__ import annotations

import functools
import json

from zenml.artifacts import store as artifact_files
from zenml.artifacts.values import ValueRecord
from zenml.components.python_step.calling import call
from zenml.errors import RepositoryError
from zenml.repo import loading, versions
from zenml.runtime.attempts import Done, perform
from zenml.runtime.task import Outcome, Saved, Task
from zenml.spec import PipelineSpec
from zenml.steps.context import StepContext
from zenml.steps.user_metadata import USER_METADATA


def run_python_step(spec: PipelineSpec, task: Task, *, elsewhere: bool = False) -> Outcome:
    """Loads the step of a node, calls it on what it reads, and saves what it gives.

    Args:
        spec: The frozen pipeline.
        task: The node.
        elsewhere: In another process than the run's, where its code is loaded anew.
    """

    def once(attempt: int) -> Done:
        context = StepContext.of(spec, task.node, task.run, attempt)
        assert task.node.step is not None
        if elsewhere and task.code:
            _refuse_edited(task.node.step.source, task.code)
        step = loading.load_step(task.node.step)
        try:
            records = call(task.node, step, task.inputs, task.outputs, context)
            saved = {name: _seal(task, name, record, context) for name, record in records.items()}
        except BaseException:
            for uri in task.outputs.values():
                artifact_files.remove(uri)
            raise
        return Done(saved, context.metadata)

    return perform(task, once)


@functools.cache
def _refuse_edited(source: str, code: str) -> None:
    """Refuses code that is in no commit and was changed since the run began.

    It is looked at once in a process, before it is imported: later edits do not reach it.
    """
    if versions.version_of(source).digest != code:
        raise RepositoryError(
            f"the code of {source}, which is in no commit, was changed after the run began. Run "
            "the pipeline again."
        )


def _seal(task: Task, name: str, record: ValueRecord, context: StepContext) -> Saved:
    """What is recorded of an output: the digest is of what lies there before it is published."""
    properties = record.to_properties()
    metadata = context.metadata_of(name)
    if metadata:
        properties[USER_METADATA] = json.dumps(metadata)
    return Saved(artifact_files.digest(task.outputs[name]), properties)
