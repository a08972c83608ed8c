"""Runs: the contexts of type pipeline_run, with what happened to them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.errors import AlreadyExistsException
from zenml.metadata import contexts, executions, process

RUNNING, SUCCEEDED, FAILED = "running", "succeeded", "failed"
DELETED = executions.DELETED
UNLISTED = "zenml_unlisted"
TAGS = "zenml_tags"
RESUMED = "zenml_resumed"


@dataclass(frozen=True)
class Run:
    """One recorded run.

    Attributes:
        id: Number of its context in the metadata store.
        name: Unique in the metadata store.
        pipeline: Name of its pipeline.
        state: "running", "succeeded" or "failed".
        file: The pipeline's YAML file, relative to the repository.
        started: Unix seconds.
        ended: Unix seconds, or None.
        error: Why it failed, or "".
        properties: All that is recorded of it.

    Example:
        >>> Run(1, "p-1", "p", "succeeded", "p.yaml", 10.0, 12.5).seconds
        2.5
    """

    id: int
    name: str
    pipeline: str
    state: str
    file: str = ""
    started: float = 0.0
    ended: float | None = None
    error: str = ""
    properties: dict[str, Any] = field(default_factory=dict)

    @property
    def seconds(self) -> float | None:
        """Wall time of the whole run."""
        return None if self.ended is None else self.ended - self.started

    @property
    def deleted(self) -> bool:
        """Whether it was deleted: ML Metadata keeps every record, and the run its name."""
        return bool(self.properties.get(DELETED))

    @property
    def unlisted(self) -> bool:
        """Whether it belongs to no pipeline that is listed."""
        return bool(self.properties.get(UNLISTED))


def start(
    store: Any, *, name: str, pipeline: str, file: str, more: dict[str, Any] | None = None
) -> Any:
    """Records that a run begins.

    Args:
        store: The open metadata store.
        name: Of the run.
        pipeline: Name of its pipeline.
        file: The pipeline's YAML file.
        more: Further properties of its context.

    Returns:
        Its context.

    Raises:
        AlreadyExistsException: For a name used before.
    """
    from ml_metadata import errors

    refuse_used(store, name)
    kind = contexts.type_id(store, contexts.PIPELINE_RUN)
    context = metadata_store_pb2.Context(type_id=kind, name=name)
    values = {"zenml_pipeline": pipeline, "zenml_file": file, "zenml_started": time.time()}
    contexts.set_values(context.custom_properties, {**values, **_running(), **(more or {})})
    try:  # name and all in one transaction: of two processes, one gets the name
        (context.id,) = store.put_contexts([context])
    except errors.AlreadyExistsError:
        refuse_used(store, name)
        raise
    return context


def _running() -> dict[str, Any]:
    """Says that this process runs it."""
    return {"zenml_state": RUNNING, **process.mine()}


def refuse_used(store: Any, name: str) -> None:
    """Checks that no run has a name, and that none that was deleted had it.

    Raises:
        AlreadyExistsException: For a name used before.
    """
    context = contexts.find(store, contexts.PIPELINE_RUN, name)
    if context is None:
        return
    gone = contexts.get_values(context.custom_properties).get(DELETED)
    why = "was deleted, and names are never used again" if gone else "exists already"
    raise AlreadyExistsException(f"A run called {name!r} {why}; take another name.")


def finish(store: Any, context: Any, state: str, error: str = "") -> None:
    """Records how a run ended; a node still running is marked failed."""
    if state == FAILED:
        running = [e.id for e in executions.of_context(store, context) if e.state == "running"]
        executions.fail(store, running, error)
    values = {"zenml_state": state, "zenml_ended": time.time(), "zenml_error": error or None}
    annotate(store, context, values)


def reopen(store: Any, context: Any) -> None:
    """Records that a run goes on, in this process."""
    values = {**_running(), "zenml_ended": None, "zenml_error": None, RESUMED: time.time()}
    annotate(store, context, values)


def annotate(store: Any, context: Any, values: dict[str, Any]) -> None:
    """Sets properties of a run, or takes away those that are None; others stay as recorded.

    The context that is given is then as it is recorded.
    """
    (recorded,) = store.get_contexts_by_id([context.id])
    for key, value in values.items():
        if value is None and key in recorded.custom_properties:
            del recorded.custom_properties[key]
    contexts.set_properties(store, recorded, values)
    context.CopyFrom(recorded)


def _from_context(context: Any) -> Run:
    values = contexts.get_values(context.custom_properties)
    return Run(
        id=context.id,
        name=context.name,
        pipeline=str(values.get("zenml_pipeline", "")),
        state=str(values.get("zenml_state", "unknown")),
        file=str(values.get("zenml_file", "")),
        started=float(values.get("zenml_started", context.create_time_since_epoch / 1000)),
        ended=values.get("zenml_ended"),
        error=str(values.get("zenml_error", "")),
        properties=values,
    )


def list_runs(store: Any, pipeline: str | None = None) -> list[Run]:
    """Recorded runs that were not deleted, newest first.

    A run whose process is gone without a word is marked failed here.

    Args:
        store: The open metadata store.
        pipeline: Only runs of the pipeline of that name.
    """
    found = [read(store, c) for c in store.get_contexts_by_type(contexts.PIPELINE_RUN)]
    kept = [run for run in found if not run.deleted and pipeline in (None, run.pipeline)]
    return sorted(kept, key=lambda run: run.id, reverse=True)


def read(store: Any, context: Any) -> Run:
    """The run of a context; one whose process is gone without a word is marked failed."""
    told = _running_process(context)
    if told is not None and process.is_gone(told):
        (context,) = store.get_contexts_by_id([context.id])  # it may have ended since it was read
        if _running_process(context) == told:
            finish(store, context, FAILED, "the process that ran it is gone")
    return _from_context(context)


def _running_process(context: Any) -> dict[str, Any] | None:
    """What is recorded of the process that runs it; None where it ended."""
    values = contexts.get_values(context.custom_properties)
    return process.recorded(values) if values.get("zenml_state") == RUNNING else None


def by_name(store: Any, name: str) -> Run | None:
    """The run of that name, None where there is none or it was deleted."""
    context = contexts.find(store, contexts.PIPELINE_RUN, name)
    run = read(store, context) if context is not None else None
    return None if run is None or run.deleted else run


def nodes(store: Any, run: Run) -> list[executions.Execution]:
    """The executions of a run, in the order they happened."""
    (context,) = store.get_contexts_by_id([run.id])
    return executions.of_context(store, context)
