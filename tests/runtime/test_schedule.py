"""Which node may begin, as others end."""

from __future__ import annotations

import time

from zenml.runtime.schedule import CONTINUE, FAIL_FAST, Schedule
from zenml.spec import NodeSpec


def node(name: str, *reads: str, after: tuple[str, ...] = ()) -> NodeSpec:
    inputs = {str(number): f"{ref}.output" for number, ref in enumerate(reads)}
    return NodeSpec(name, "python_step", inputs=inputs, after=after)


def begun(schedule: Schedule) -> str:
    """All nodes that can begin now."""
    names = []
    while (found := schedule.next()) is not None:
        names.append(found.name)
    return "".join(names)


DIAMOND = [node("a"), node("b", "a"), node("c", "a"), node("d", "b", "c"), node("e", "a", "a")]


def test_a_node_waits_for_all_it_reads() -> None:
    schedule = Schedule(DIAMOND)
    assert begun(schedule) == "a"
    schedule.ended("a", ok=True)
    assert begun(schedule) == "bce"
    schedule.ended("c", ok=True)
    assert begun(schedule) == ""
    schedule.ended("b", ok=True)
    assert begun(schedule) == "d"


def test_the_order_is_the_pipeline_s() -> None:
    schedule = Schedule([node("a"), node("b"), node("c", "a"), node("d")])
    assert schedule.next() == node("a")
    schedule.ended("a", ok=True)
    assert begun(schedule) == "bcd"


def test_an_edge_without_data_is_an_edge() -> None:
    schedule = Schedule([node("a"), node("b"), node("c", after=("a", "b"))])
    assert begun(schedule) == "ab"
    schedule.ended("a", ok=True)
    assert begun(schedule) == ""
    schedule.ended("b", ok=True)
    assert begun(schedule) == "c"


def test_the_first_failure_stops_what_did_not_begin() -> None:
    schedule = Schedule([*DIAMOND, node("f")], FAIL_FAST)
    assert schedule.next() == node("a")
    schedule.ended("a", ok=False)
    assert begun(schedule) == ""


def test_or_only_what_comes_after_it() -> None:
    schedule = Schedule([*DIAMOND, node("f", "d"), node("g", "e")], CONTINUE)
    assert begun(schedule) == "a"
    schedule.ended("a", ok=True)
    assert begun(schedule) == "bce"
    schedule.ended("b", ok=False)
    schedule.ended("c", ok=True)
    schedule.ended("e", ok=True)
    assert begun(schedule) == "g"
    assert schedule.skipped == {"d": "b", "f": "b"}


def test_ten_times_the_nodes_take_about_ten_times_the_time() -> None:
    def seconds(count: int) -> float:
        nodes = [node("n0"), *(node(f"n{n}", f"n{n - 1}", "n0") for n in range(1, count))]
        schedule, done = Schedule(nodes), 0
        began = time.process_time()
        while (found := schedule.next()) is not None:
            schedule.ended(found.name, ok=True)
            done += 1
        assert done == count
        return time.process_time() - began

    few = min(seconds(1_000) for _ in range(3))
    assert min(seconds(10_000) for _ in range(3)) < 40 * few  # 100 if each node looked at all
