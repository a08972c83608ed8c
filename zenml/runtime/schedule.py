"""Schedule: which node may begin, as others end."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from zenml.spec import NodeSpec

FAIL_FAST, CONTINUE = "fail_fast", "continue"
MODES = (FAIL_FAST, CONTINUE)


class Schedule:
    """Gives the nodes of a graph in an order in which they can run.

    Of those that can begin, the one that stands first in the pipeline comes first.

    Args:
        nodes: In the pipeline's order.
        mode: What a failure stops: "fail_fast" every node that did not begin,
            "continue" only those that come after the one that failed.

    Attributes:
        skipped: Node -> the failed node that it comes after, by way of others too.

    Example:
        >>> one, two = NodeSpec("a", "x"), NodeSpec("b", "x", inputs={"y": "a.output"})
        >>> schedule = Schedule([one, two])
        >>> schedule.next().name, schedule.next()
        ('a', None)
        >>> schedule.ended("a", ok=True)
        >>> schedule.next().name
        'b'
    """

    def __init__(self, nodes: Sequence[NodeSpec], mode: str = FAIL_FAST) -> None:
        """Finds the nodes that wait for none."""
        self.mode = mode
        self.skipped: dict[str, str] = {}
        self._is_stopped = False
        self._nodes = list(nodes)
        self._position = {node.name: number for number, node in enumerate(self._nodes)}
        self._waits_for = {node.name: len(node.upstream) for node in self._nodes}
        self._followers: dict[str, list[str]] = {node.name: [] for node in self._nodes}
        for node in self._nodes:
            for name in node.upstream:
                self._followers[name].append(node.name)
        self._ready = [n for n, node in enumerate(self._nodes) if not node.upstream]

    def next(self) -> NodeSpec | None:
        """The next node that can begin; it is given once. None where none can now."""
        if self._is_stopped or not self._ready:
            return None
        return self._nodes[heapq.heappop(self._ready)]

    def ended(self, name: str, *, ok: bool) -> None:
        """A node ended: what waited for it can begin, or never will."""
        if not ok:
            self._skip_after(name)
            self._is_stopped = self.mode == FAIL_FAST
        for follower in self._followers[name]:
            self._waits_for[follower] -= 1
            if self._waits_for[follower] == 0 and follower not in self.skipped:
                heapq.heappush(self._ready, self._position[follower])

    def _skip_after(self, failed: str) -> None:
        after = [failed]
        while after:
            for follower in self._followers[after.pop()]:
                if follower not in self.skipped:
                    self.skipped[follower] = failed
                    after.append(follower)
