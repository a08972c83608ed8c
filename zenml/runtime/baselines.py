"""Baselines: the models that evaluators compare with, found before their fingerprints are."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, cast

from zenml.metadata import blessed, executions
from zenml.metadata.artifacts import Artifact
from zenml.models.columns import LABEL
from zenml.repo.loading import load_step
from zenml.runtime import cache
from zenml.runtime.records import NodeRecords
from zenml.runtime.task import uses_cache
from zenml.spec import NodeSpec, PipelineSpec
from zenml.spec_values import canonical_json
from zenml.steps.evaluator.base import EvaluatorStep

MODEL, GRAPH = "baseline_model", "baseline_graph"  # inputs of the node; the first is TFX's name

Inputs = Mapping[str, Sequence[Artifact]]


class Baselines:
    """Finds what the evaluators of a run compare with: the latest blessed model of each.

    It is part of the fingerprint by its content, so an evaluation is repeated when another
    model was blessed meanwhile. The candidate is never its own baseline, so a run that is
    repeated unchanged is reused as a whole.

    Args:
        store: The open metadata store.
        spec: The frozen pipeline.
        records: What is recorded of its nodes; the fingerprint of a node that has a baseline
            is changed there. Those of the nodes after it stay: what they read is compared by
            its content anyway.
    """

    def __init__(self, store: Any, spec: PipelineSpec, records: NodeRecords) -> None:
        """Looks for nothing yet."""
        self._store = store
        self._spec = spec
        self._records = records

    def of(self, node: NodeSpec, inputs: Inputs, folder: str = "") -> dict[str, list[Artifact]]:
        """What a node reads besides `inputs`; nothing but for evaluators that compare.

        Args:
            node: A node that is about to begin.
            inputs: Input key -> artifacts of the nodes before it.
            folder: Where a reused result has to lie; "" is anywhere.
        """
        if node.component != "evaluator" or node.step is None or not inputs.get("model"):
            return {}
        found = self._find(node, inputs, folder)
        if found:
            self._mark(node, found)
        return found

    def _find(self, node: NodeSpec, inputs: Inputs, folder: str) -> dict[str, list[Artifact]]:
        assert node.step is not None
        step: EvaluatorStep | None = None
        if node.step.source.startswith("zenml."):
            step = cast(EvaluatorStep, load_step(node.step))
            if step.compares_models is False:
                return {}
        elif self._compared_never(node, inputs):
            return {}
        names = step.label_names if step is not None else None
        labels = None if names is None else sorted(f"{name}{LABEL}" for name in names)
        last = blessed.latest(self._store, self._spec.name, node.name, inputs["model"][0], labels)
        if last is None:
            return {}
        found = {MODEL: [last.model], **({GRAPH: [last.graph]} if last.graph else {})}
        known = self._is_known(node, {**inputs, **found}, folder, found)
        return found if step is not None or known or _compares(node) else {}

    def _compared_never(self, node: NodeSpec, inputs: Inputs) -> bool:
        """Whether what a step of the user's own asked for, run as it is now, was no baseline."""
        mark = self._records.marks[node.name]
        return any(
            blessed.compared_never(execution)
            for execution in executions.candidates(self._store, mark)
        )

    def _is_known(
        self, node: NodeSpec, inputs: Inputs, folder: str, found: dict[str, list[Artifact]]
    ) -> bool:
        if not uses_cache(self._spec, node):
            return False
        mark = _with(self._records.marks[node.name], found)
        return cache.find(self._store, mark, inputs, folder, node.name) is not None

    def _mark(self, node: NodeSpec, found: dict[str, list[Artifact]]) -> None:
        records = self._records
        records.marks[node.name] = _with(records.marks[node.name], found)
        if node.name in records.parts:
            content = _content(found[MODEL][0])
            parts = dataclasses.replace(records.parts[node.name], baseline=content)
            records.parts[node.name] = parts


def with_baseline_of(inputs: Inputs, like: Inputs) -> Inputs:
    """Inputs of a node before its baseline is found, with that of an earlier execution."""
    return {**inputs, **{key: like[key] for key in (MODEL, GRAPH) if key in like}}


def _compares(node: NodeSpec) -> bool:
    """Asks an evaluator of the user's own for its configuration, which takes TFMA.

    It is about to run, so TFMA is needed anyway. A configuration that cannot be made is what
    the node will fail with.
    """
    from zenml.components.evaluator import configs
    from zenml.quiet import quiet_imports

    quiet_imports()
    assert node.step is not None
    step = cast(EvaluatorStep, load_step(node.step))
    if step.compares_models is not None:
        return step.compares_models
    try:
        return configs.compares(configs.config_of(step))
    except Exception:  # noqa: BLE001 - whatever a user's configuration raises: the node tells
        return False


def _with(mark: str, found: dict[str, list[Artifact]]) -> str:
    contents = {key: [_content(one) for one in artifacts] for key, artifacts in found.items()}
    return hashlib.sha256(canonical_json([mark, contents]).encode()).hexdigest()


def _content(artifact: Artifact) -> str:
    return artifact.content_hash or artifact.uri
