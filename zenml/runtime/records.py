"""What is recorded of every node, whoever runs it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from zenml.metadata import executions, runs
from zenml.metadata.code import Code
from zenml.metadata.parts import PARTS, Parts
from zenml.runtime import fingerprint
from zenml.runtime.reasons import WHY, Explanation
from zenml.runtime.task import Outcome
from zenml.spec import UNLISTED, NodeSpec, PipelineSpec
from zenml.steps.user_metadata import USER_METADATA

LOG = "zenml_log"
ATTEMPTS = "zenml_attempts"


def of_run(spec: PipelineSpec) -> dict[str, Any]:
    """What a run records of its pipeline besides the name."""
    tags = spec.settings.get("tags")
    return {
        runs.UNLISTED: 1 if spec.type == UNLISTED else None,
        runs.TAGS: json.dumps(tags) if tags else None,
    }


@dataclass(frozen=True)
class NodeRecords:
    """Makes the properties of executions.

    Attributes:
        marks: Node -> fingerprint.
        codes: Source of a step that is in no commit -> digest of its code.
        parts: Node -> what its fingerprint was made of.
        closures: Digest -> files, of all code that the fingerprints cover.
        reasons: Node -> why it ran; known when it begins.

    Example:
        >>> records = NodeRecords({"split": "f" * 64})
        >>> sorted(records.begun(NodeSpec("split", "split_gen"), "split.log"))[:2]
        ['zenml_fingerprint', 'zenml_log']
    """

    marks: dict[str, str]
    codes: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Parts] = field(default_factory=dict)
    closures: dict[str, Code] = field(default_factory=dict)
    reasons: dict[str, Explanation] = field(default_factory=dict)

    @classmethod
    def of(cls, spec: PipelineSpec, known: dict[str, str] | None = None) -> NodeRecords:
        """Computes the fingerprints of a pipeline.

        Args:
            spec: The frozen pipeline.
            known: Fingerprints that nodes have for another reason.
        """
        marks, parts = fingerprint.fingerprints_with_parts(spec, known)
        return cls(marks, fingerprint.codes(spec), parts, fingerprint.closures(spec))

    def begun(self, node: NodeSpec, log: str) -> dict[str, Any]:
        """Of a node that begins."""
        why = self.reasons.get(node.name)
        return {**self._of(node), LOG: log, WHY: why.to_json() if why else None}

    def reused(self, node: NodeSpec) -> dict[str, Any]:
        """Of a node whose result was there."""
        return {**self._of(node), executions.SECONDS: 0.0}

    def ended(self, outcome: Outcome) -> dict[str, Any]:
        """Of a node that ended, well or not."""
        return {
            executions.SECONDS: outcome.seconds,
            ATTEMPTS: outcome.attempts,
            USER_METADATA: json.dumps(outcome.metadata) if outcome.metadata else None,
        }

    def _of(self, node: NodeSpec) -> dict[str, Any]:
        parts = self.parts.get(node.name)
        return {
            PARTS: parts.to_json() if parts else None,
            executions.NODE: node.name,
            "zenml_source": node.step.source if node.step else None,
            "zenml_version": node.step.version if node.step else None,
            "zenml_fingerprint": self.marks[node.name],
        }
