"""Why: tells, before a node runs, why it has to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml.metadata import code, executions, parts
from zenml.metadata.code import Code
from zenml.metadata.earlier import Earlier, run_of
from zenml.metadata.executions import DELETED, Execution
from zenml.metadata.parts import Parts
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
    RESULT,
    UNKNOWN,
    Explanation,
    Reason,
)
from zenml.runtime.task import uses_cache
from zenml.spec import NodeSpec, PipelineSpec

GONE, DELETED_RUN, ELSEWHERE, UNDEPLOYED = "gone", "deleted", "elsewhere", "undeployed"


class Why:
    """Compares the nodes of a run with what they did before.

    Args:
        store: The open metadata store.
        spec: The frozen pipeline.
        told: Node -> what its fingerprint is made of.
        codes: Digest -> code, of all that runs.

    Example:
        >>> Why.__name__
        'Why'
    """

    def __init__(
        self,
        store: Any,
        spec: PipelineSpec,
        told: Mapping[str, Parts],
        codes: Mapping[str, Code],
    ) -> None:
        """Asks nothing yet."""
        self._store = store
        self._spec = spec
        self._told = told
        self._codes = codes
        self._earlier = Earlier(store, spec.name)
        self._changed = ChangedCode(store, codes)

    def record_code(self) -> None:
        """Records the files of the code that runs, where they are not known yet."""
        code.record(self._store, self._codes)

    def of(self, node: NodeSpec, mark: str, inputs: Inputs, folder: str) -> Explanation:
        """Why a node has to run.

        Args:
            node: The node, for which the cache has nothing.
            mark: Its fingerprint.
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
            reasons += self._without_result(node, mark, inputs, folder, found)
        since = good or found[0]
        if all(reason.kind in (CACHE_OFF, FAILED) for reason in reasons):
            reasons += self._differences(node, since)
        return Explanation(tuple(reasons) or (_unknown(node),), since.id)

    def _without_result(
        self, node: NodeSpec, mark: str, inputs: Inputs, folder: str, found: list[Execution]
    ) -> list[Reason]:
        """Why no execution with the same fingerprint can stand for a new one."""
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
            if not cache.same_artifacts(execution.inputs.get(key, []), values)
        ]

    def _differences(self, node: NodeSpec, since: Execution) -> list[Reason]:
        old, new = parts.of(since), self._told.get(node.name)
        if old is None or new is None:
            return []
        return differences(old, new, self._changed, node.step.version if node.step else "")


def _cache_off(node: NodeSpec) -> Reason:
    return Reason(CACHE_OFF, "step" if "enable_cache" in node.settings else "pipeline")


def _unknown(node: NodeSpec) -> Reason:
    """Nothing recorded differs: a source is read because it is in another state."""
    return Reason(DATA if node.component == "data_gen" else UNKNOWN)
