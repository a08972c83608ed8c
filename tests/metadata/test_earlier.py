"""What is recorded so that a run can be compared with those before: parts, code, earlier runs."""

from __future__ import annotations

from typing import Any

import pytest

from zenml.metadata import code, parts, runs
from zenml.metadata.code import Code
from zenml.metadata.earlier import Earlier, run_of
from zenml.metadata.parts import Parts

CODE = Code({"a.py": "1" * 40}, {"a.py": "f" * 64}, "+x = 1\n", "2" * 40)


def test_code_comes_back_as_it_was(recorder: Any) -> None:
    code.record(recorder.store, {"d" * 64: CODE, "e" * 64: Code({"b.py": "3" * 40})})
    assert code.read(recorder.store, "d" * 64) == CODE
    assert code.read(recorder.store, "0" * 64) is None
    assert code.read(recorder.store, "") is None


def test_a_long_difference_is_cut(recorder: Any) -> None:
    code.record(recorder.store, {"d" * 64: Code({"a.py": "1" * 40}, diff="x" * 200_000)})
    found = code.read(recorder.store, "d" * 64)
    assert found is not None
    assert len(found.diff) == 100_000


def test_two_runs_record_the_same_code(recorder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other run records it between the look and the write."""
    code.record(recorder.store, {"d" * 64: CODE})
    with monkeypatch.context() as patch:
        patch.setattr(code.contexts, "find", lambda *asked: None)
        code.record(recorder.store, {"c" * 64: CODE, "d" * 64: CODE})
    assert code.read(recorder.store, "c" * 64) == CODE


def test_parts_of_a_newer_zenml_are_read_as_far_as_they_are_known() -> None:
    made = Parts("python_step", "0.4", args={"n": None}, inputs={"x": ["f" * 64, "output", "a"]})
    assert Parts.from_json(made.to_json()) == made
    assert Parts.from_json('{"component": "trainer", "weather": "wet"}') == Parts("trainer")


@pytest.mark.parametrize("value", [1, None, 0.5, True, "text", [1, 2], {"a": [None]}])
def test_usual_arguments_are_recorded_as_they_are(value: Any) -> None:
    assert parts.shortened({"n": value}) == {"n": value}


def test_the_newest_executions_back_to_one_that_ended_well(recorder: Any) -> None:
    for name in ("r1", "r2", "r3", "r4"):
        recorder.begin(name)
        if name in ("r1", "r2"):
            recorder.value(name, "load", output=1)
        else:
            recorder.fail(name, "load", "no rows")
        recorder.end(name)
    earlier = Earlier(recorder.store, "p")
    found = earlier.of("load")
    assert [execution.state for execution in found] == ["failed", "failed", "succeeded"]
    assert run_of(recorder.store, found[-1].id) == "r2"
    assert list(earlier.beside(found[-1].id)) == ["load"]
    assert earlier.of("fit") == []


def test_a_node_that_the_newest_runs_do_not_have(recorder: Any) -> None:
    for number in range(9):
        recorder.begin(f"r{number}")
        recorder.value(f"r{number}", "load" if number else "fit", output=number)
    earlier = Earlier(recorder.store, "p")
    assert len(earlier.of("load")) == 1
    assert [run_of(recorder.store, execution.id) for execution in earlier.of("fit")] == ["r0"]


def test_what_still_runs_is_not_compared_with(recorder: Any) -> None:
    from zenml.metadata.publisher import Publisher

    run = runs.start(recorder.store, name="r", pipeline="p", file="")
    Publisher(recorder.store, "p", run).begin("python", "load", "f", {}, {"zenml_node": "load"})
    assert Earlier(recorder.store, "p").of("load") == []
