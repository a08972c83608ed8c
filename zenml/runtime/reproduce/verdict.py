"""What comes of a reproduction: a verdict a node, and one of all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

IDENTICAL = "identical"
CLOSE = "equal within tolerance"
DIFFERENT = "different"
NOT_REPRODUCIBLE = "not reproducible"
LEFT_OUT = "left out"

_ORDER = (LEFT_OUT, IDENTICAL, CLOSE, NOT_REPRODUCIBLE, DIFFERENT)
_STATUS = {DIFFERENT: 1, NOT_REPRODUCIBLE: 3}


@dataclass(frozen=True)
class Comparison:
    """How two artifacts compare.

    Attributes:
        verdict: IDENTICAL, CLOSE or DIFFERENT.
        told: What was compared how; or the first difference.

    Example:
        >>> Comparison(DIFFERENT, "row 3 of split train").is_equal
        False
    """

    verdict: str
    told: str = ""

    @property
    def is_equal(self) -> bool:
        """Whether one can stand for the other."""
        return self.verdict != DIFFERENT

    @staticmethod
    def worst(found: list[Comparison]) -> Comparison:
        """The one that says most: the first of those that are worst."""
        return max(found, key=lambda one: _ORDER.index(one.verdict), default=Comparison(IDENTICAL))


@dataclass(frozen=True)
class NodeVerdict:
    """What came of one node.

    Attributes:
        node: Its name.
        verdict: One of the five words of this module.
        why: The tolerance; the first difference; what stands in the way.
        outputs: Output -> verdict of its artifact, where there were any to compare.

    Example:
        >>> NodeVerdict("trainer", CLOSE, "weights differ by 1e-9 at most").to_dict()["verdict"]
        'equal within tolerance'
    """

    node: str
    verdict: str
    why: str = ""
    outputs: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "step": self.node,
            "verdict": self.verdict,
            "why": self.why,
            "outputs": dict(self.outputs),
        }


@dataclass(frozen=True)
class Reproduction:
    """What came of reproducing a run.

    Attributes:
        run: Name of the run that was reproduced.
        nodes: A verdict a node, in the pipeline's order.
        changes: What is another version than in the run, as `name old -> new`.
        seconds: How long it took.
        kept: Folder of what was made; "" where it was removed.

    Example:
        >>> split, trainer = NodeVerdict("split", IDENTICAL), NodeVerdict("trainer", DIFFERENT)
        >>> found = Reproduction("p-1", [split, trainer])
        >>> found.verdict, found.exit_status
        ('different', 1)
    """

    run: str
    nodes: list[NodeVerdict]
    changes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    kept: str = ""

    @property
    def verdict(self) -> str:
        """The worst of the nodes'."""
        found = [node.verdict for node in self.nodes]
        return max(found, key=_ORDER.index, default=IDENTICAL)

    @property
    def exit_status(self) -> int:
        """0 where all is identical or within the tolerance, 1 different, 3 not reproducible."""
        return _STATUS.get(self.verdict, 0)

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "run": self.run,
            "verdict": self.verdict,
            "exit_status": self.exit_status,
            "seconds": round(self.seconds, 3),
            "changed_versions": list(self.changes),
            "kept": self.kept,
            "steps": [node.to_dict() for node in self.nodes],
        }
