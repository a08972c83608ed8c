"""What becomes of a run in which steps fail: modes, retries, hooks."""

from __future__ import annotations

from typing import Any

import pytest

from zenml.errors import PipelineError, StepRunError
from zenml.runtime.logs import read_log


def branches(pipelines: Any, **settings: Any) -> Any:
    return pipelines.spec(
        pipelines.node("a", "one"),
        pipelines.node("bad", "boom", "a"),
        pipelines.node("worse", "boom", "a"),
        pipelines.node("good", "add", "a"),
        pipelines.node("never", "both", "bad", "good"),
        settings=settings,
    )


def states(pipelines: Any) -> dict[str, str]:
    found = pipelines.executions(pipelines.last_run().name)
    return {name: execution.state for name, execution in found.items()}


@pytest.mark.parametrize("workers", [1, 2])
def test_by_default_the_first_failure_stops_the_run(pipelines: Any, workers: int) -> None:
    with pytest.raises(StepRunError) as failed:
        pipelines.run(branches(pipelines), max_workers=workers)
    found = states(pipelines)
    assert found["bad"] == "failed"
    assert "never" not in found
    if workers == 1:
        assert failed.value.step == "bad"
        assert set(found) == {"a", "bad"}


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("in_spec", [True, False])
def test_what_does_not_depend_on_a_failure_can_go_on(
    pipelines: Any, workers: int, in_spec: bool
) -> None:
    settings = {"execution_mode": "continue"} if in_spec else {}
    option = {} if in_spec else {"execution_mode": "continue"}
    with pytest.raises(StepRunError) as failed:
        pipelines.run(branches(pipelines, **settings), max_workers=workers, **option)
    assert states(pipelines) == {
        "a": "succeeded", "bad": "failed", "worse": "failed", "good": "succeeded",
    }  # fmt: skip
    message = str(failed.value)
    assert message.startswith("2 steps failed: `bad`, `worse`.")
    assert message.count("ValueError: no 1") == 2
    assert pipelines.last_run().error == message
    assert "Step `never` was not run: `bad`, which it needs, failed." in pipelines.lines


def test_options_that_cannot_be_are_said_before_anything_runs(pipelines: Any) -> None:
    spec = branches(pipelines)
    with pytest.raises(PipelineError, match="execution_mode of pipeline 'p' is 'never'; take one"):
        pipelines.run(spec, execution_mode="never")
    for workers in (0, -1, 1.5, True):
        with pytest.raises(PipelineError, match=r"max_workers is .*; take a whole number"):
            pipelines.run(spec, max_workers=workers)


def test_a_step_typed_into_a_session_has_one_process(pipelines: Any) -> None:
    import dataclasses

    node = pipelines.node("a", "one")
    typed = dataclasses.replace(
        node, step=dataclasses.replace(node.step, source="__main__.one", version="unpinned")
    )
    with pytest.raises(PipelineError, match="Step `a` was typed into a session"):
        pipelines.run(pipelines.spec(typed), max_workers=2)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_step_is_tried_again(pipelines: Any, workers: int) -> None:
    retry = {"max_retries": 2, "delay": 0.01, "backoff": 2}
    hooks = {"on_failure": "mine.failed", "on_success": "mine.succeeded"}
    spec = pipelines.spec(
        pipelines.node("a", "one"),
        pipelines.node("b", "at_last", "a", settings={"retry": retry, **hooks}),
    )
    result = pipelines.run(spec, max_workers=workers)
    b = pipelines.executions(result.name)["b"]
    assert (b.state, b.properties["zenml_attempts"]) == ("succeeded", 3)
    assert pipelines.notes == ["attempt"] * 3 + ["succeeded"]
    log = read_log(b.properties["zenml_log"])
    assert log.count("trying 1") == 3
    assert log.count("ValueError: not yet") >= 2
    assert "Step `b` failed at attempt 1 of 3 (ValueError: not yet) and is tried again" in log
    assert log.index("--- attempt 2 ---") < log.index("--- attempt 3 ---")


def test_a_step_that_never_works_fails_once(pipelines: Any) -> None:
    settings = {"retry": {"max_retries": 1, "delay": 0}, "on_failure": "mine.failed"}
    spec = pipelines.spec(
        pipelines.node("a", "one"), pipelines.node("b", "boom", "a"), settings=settings
    )
    with pytest.raises(StepRunError):
        pipelines.run(spec)
    b = pipelines.executions(pipelines.last_run().name)["b"]
    assert b.properties["zenml_attempts"] == 2
    assert pipelines.notes == ["failed: no 1"]


@pytest.mark.parametrize(
    ("step", "hook", "note"),
    [
        ("boom", {"on_failure": "mine.failed_plainly"}, "failed"),
        ("add", {"on_success": "mine.succeeded"}, "succeeded"),
    ],
)
def test_a_hook_needs_no_argument(pipelines: Any, step: str, hook: Any, note: str) -> None:
    spec = pipelines.spec(pipelines.node("a", "one"), pipelines.node("b", step, "a", settings=hook))
    if step == "boom":
        with pytest.raises(StepRunError):
            pipelines.run(spec)
    else:
        pipelines.run(spec)
    assert pipelines.notes == [note]


def test_a_hook_that_raises_changes_nothing(
    pipelines: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {"on_success": "mine.wrong"}
    spec = pipelines.spec(
        pipelines.node("a", "one", settings=settings),
        pipelines.node("b", "add", "a", settings={"on_success": "mine.nowhere"}),
    )
    result = pipelines.run(spec)
    assert result.executed == ["a", "b"]
    err = capsys.readouterr().err
    assert "The hook mine.wrong (on_success of step `a`) failed" in err
    assert "KeyError: 'the hook'" in err
    assert "The hook mine.nowhere (on_success of step `b`) failed" in err
