"""Why: tells, before a node runs, why it has to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from zenml.metadata import code, executions, parts
from zenml.metadata.earlier import Earlier, run_of
from zenml.metadata.executions import DELETED, Execution
from zenml.runtime import cache
from zenml.runtime.cache import Inputs
from zenml.runtime.changed_code import ChangedCode
from zenml.runtime.differences import differences
from zenml.runtime.reasons import (
    CACHE_OFF,
    CONTENT,
    DATA,
    FAILED,
    FIRST,
    INPUT,
    RESULT,
    UNKNOWN,
    Explanation,
    Reason,
)
from zenml.runtime.records import NodeRecords
from zenml.runtime.task import uses_cache
from zenml.spec import NodeSpec, PipelineSpec

GONE, DELETED_RUN, ELSEWHERE, UNDEPLOYED = "gone", "deleted", "elsewhere", "undeployed"
UNREADABLE = "unreadable"


class Why:
    """Compares the nodes of a run with what they did before.

    Args:
        store: The open metadata store.
        spec: The frozen pipeline.
        records: What is recorded of its nodes; the reasons of those that ran are there.
    """

    def __init__(self, store: Any, spec: PipelineSpec, records: NodeRecords) -> None:
        """Asks nothing yet."""
        self._store = store
        self._spec = spec
        self._records = records
        self._earlier = Earlier(store, spec.name)
        self._changed = ChangedCode(store, records.closures)

    def record_code(self) -> None:
        """Records the files of the code that runs, where they are not known yet."""
        code.record(self._store, self._records.closures)

    def of(self, node: NodeSpec, inputs: Inputs, folder: str) -> Explanation:
        """Why a node has to run.

        Args:
            node: The node, for which the cache has nothing.
            inputs: Input key -> artifacts that it is about to read.
            folder: Where the artifacts have to lie; "" is anywhere.
        """
        found = self._earlier.of(node.name)
        if not found:
            return Explanation((Reason(FIRST),))
        good = next((e for e in found if e.ok and DELETED not in e.properties), None)
        reasons = []
        if not uses_cache(self._spec, node):
            reasons.append(_cache_off(node))
        else:
            reasons += self._without_result(node, inputs, folder, found)
        since = good or found[0]
        if all(reason.kind in (CACHE_OFF, FAILED) for reason in reasons):
            reasons += self._differences(node, since)
        told = [_with_artifact(reason, inputs) for reason in reasons or [_unknown(node)]]
        return Explanation(tuple(told), since.id)

    def _without_result(
        self, node: NodeSpec, inputs: Inputs, folder: str, found: list[Execution]
    ) -> list[Reason]:
        """Why no execution with the same fingerprint can stand for a new one."""
        mark = self._records.marks[node.name]
        same = executions.candidates(self._store, mark)
        if same:
            own = next((each for each in same if each.node == node.name), same[0])
            return self._unusable(node, own, inputs, folder)
        for execution in found:
            if execution.properties.get("zenml_fingerprint") != mark:
                continue
            run = run_of(self._store, execution.id)
            if execution.state == "failed":
                return [Reason(FAILED, run)]
            if DELETED in execution.properties:
                return [Reason(RESULT, run, facts={"how": DELETED_RUN})]
        if not any(execution.ok for execution in found):
            return [Reason(FAILED, run_of(self._store, found[0].id))]
        return []

    def _unusable(
        self, node: NodeSpec, execution: Execution, inputs: Inputs, folder: str
    ) -> list[Reason]:
        run = run_of(self._store, execution.id)
        for output, values in execution.outputs.items():
            for artifact in values:
                how = (
                    GONE if not cache.is_whole(artifact)
                    else UNREADABLE if not cache.is_readable(artifact)
                    else UNDEPLOYED if not cache.is_deployed(artifact)
                    else ELSEWHERE if not cache.lies_in(artifact, folder)
                    else ""
                )  # fmt: skip
                if how:
                    facts = {"how": how, "output": output, "uri": artifact.uri}
                    return [Reason(RESULT, run, facts=facts)]
        return [
            Reason(CONTENT, key, facts={"node": node.inputs[key].partition(".")[0], "run": run})
            for key, values in inputs.items()
            if key in node.inputs  # what comes from elsewhere is in the fingerprint
            and not cache.same_artifacts(execution.inputs.get(key, []), values)
        ]

    def _differences(self, node: NodeSpec, since: Execution) -> list[Reason]:
        found = self._compared(node, since)
        if all(reason.kind != INPUT or reason.facts["node"] in self._ran for reason in found):
            return found
        before = self._earlier.beside(since.id)
        return [
            self._with_causes(reason, before) if reason.kind == INPUT else reason
            for reason in found
        ]

    def _compared(self, node: NodeSpec, since: Execution) -> list[Reason]:
        old, new = parts.of(since), self._records.parts.get(node.name)
        if old is None or new is None:
            return []
        return differences(old, new, self._changed, node.step.version if node.step else "")

    @property
    def _ran(self) -> Collection[str]:
        """The nodes that ran in this run: they say themselves why."""
        return self._records.reasons

    def _with_causes(self, reason: Reason, before: Mapping[str, Execution]) -> Reason:
        """An input of a node that was reused says what is other about it."""
        causes = self._causes(reason.facts["node"], before, set())
        told = [{**cause.to_dict(), "of": node} for node, cause in causes]
        return replace(reason, facts={**reason.facts, "because": told}) if told else reason

    def _causes(
        self, name: str, before: Mapping[str, Execution], seen: set[str]
    ) -> Iterator[tuple[str, Reason]]:
        """What is other about a node that was reused, or about those before it."""
        if name in self._ran or name in seen or name not in before:
            return
        seen.add(name)
        for reason in self._compared(self._spec.node(name), before[name]):
            if reason.kind == INPUT:
                yield from self._causes(reason.facts["node"], before, seen)
            else:
                yield name, reason


def _with_artifact(reason: Reason, inputs: Inputs) -> Reason:
    """An input says which artifact it is now."""
    found = inputs.get(reason.about) if reason.kind in (INPUT, CONTENT) else None
    return replace(reason, facts={**reason.facts, "uri": found[0].uri}) if found else reason


def _cache_off(node: NodeSpec) -> Reason:
    return Reason(CACHE_OFF, "step" if "enable_cache" in node.settings else "pipeline")


def _unknown(node: NodeSpec) -> Reason:
    """Nothing recorded differs: a source is read because it is in another state."""
    return Reason(DATA if node.component == "data_gen" else UNKNOWN)
