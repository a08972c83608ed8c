"""The process that finds out what a commit gives; the current folder is in a checkout of it."""

from __future__ import annotations

import dataclasses
import os
import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from zenml import spec_yaml, temporary
from zenml.errors import StepRunError, ZenMLError
from zenml.metadata import executions
from zenml.repo.root import origin_root, require_root
from zenml.runtime.bisect import metric
from zenml.runtime.bisect.given import only_given
from zenml.runtime.bisect.refreeze import as_search, files_of, refreeze
from zenml.runtime.bisect.template import Template
from zenml.runtime.bisect.wire import Answer, Question
from zenml.runtime.fingerprint import fingerprints
from zenml.runtime.names import run_name
from zenml.runtime.progress import Progress
from zenml.runtime.run import Runner
from zenml.runtime.task import uses_cache
from zenml.runtime.workspace import Workspace
from zenml.spec import PipelineSpec

_GRACE = 5.0  # seconds in which a run that is stopped records it


def main(descriptor: int) -> None:
    """Answers what is asked through an open file: a question, or a template."""
    connection = Connection(descriptor)
    asked = connection.recv()
    threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
    connection.send(only_given(asked) if isinstance(asked, Template) else answer(asked))


def _end_with(connection: Connection) -> None:
    """Ends this process, and what it started, when nobody waits for the answer any more."""
    try:
        connection.recv()
    except (EOFError, OSError):
        root = require_root()
        if origin_root(root) is not None:  # whoever made the checkout was killed
            temporary.remove(root.parent)
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(_GRACE)
        os.killpg(os.getpgrp(), signal.SIGKILL)


def answer(question: Question) -> Answer:
    """What this commit gives; what is wrong with it is part of the answer."""
    found = Answer()
    try:
        found = Answer(files=frozenset(files_of(question.template, question.template.spec)))
        spec = refreeze(question.template)
        marks = fingerprints(spec)
        node = question.template.node
        found = Answer(marks[node], files=frozenset(files_of(question.template, spec)))
        if found.mark in question.known:
            return found
        value = _recorded(question, spec, found.mark)
        if value is not None:
            return dataclasses.replace(found, value=value)
        return dataclasses.replace(found, **_run(question, spec, marks))
    except StepRunError as exc:
        return dataclasses.replace(found, error=_line(exc))
    except Exception as exc:  # noqa: BLE001 - whatever the code of that commit raises
        name = "" if isinstance(exc, ZenMLError) else f"{type(exc).__name__}: "
        return dataclasses.replace(found, error=f"{name}{_line(exc)}")
    except SystemExit as exc:
        return dataclasses.replace(found, error=f"its code ends the process: exit({exc.code})")


def _line(exc: BaseException) -> str:
    return str(exc).partition("\n")[0]


def _recorded(question: Question, spec: PipelineSpec, mark: str) -> float | None:
    """The metric, if an earlier run computed it from the same."""
    if not all(uses_cache(spec, node) for node in spec.nodes):
        return None
    store = Workspace.of(spec).store()
    for candidate in executions.candidates(store, mark):
        if candidate.node == question.template.node:
            value = metric.value_of(question.metric, store, candidate)
            if value is not None:
                return value
    return None


def _run(question: Question, spec: PipelineSpec, marks: dict[str, str]) -> dict[str, Any]:
    """Runs the pipeline, and reads the metric: value, run and executed of the answer."""
    search = as_search(spec)
    workspace = Workspace.of(search)
    name = run_name(search.name)
    file = spec_yaml.write(search, Path(workspace.artifacts.run_folder(search.name, name)))
    runner = Runner(search, workspace, file=str(file), progress=Progress(), marks=marks, name=name)
    result = runner.run()
    told = {"run": name, "executed": tuple(result.executed)}
    value = metric.value_of(question.metric, runner.store, runner.done[question.template.node])
    if value is None:
        node = question.template.node
        return {**told, "error": f"step `{node}` ran and gave no {question.metric}"}
    return {**told, "value": value}
