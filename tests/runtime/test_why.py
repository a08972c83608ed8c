"""Why a node ran: what was other than before, recorded, and said in a line."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.tried import CODE, Tried, only
from zenml.errors import StepRunError
from zenml.metadata.artifacts import mark_deleted
from zenml.runtime import deletion, reasons, walk
from zenml.runtime.reasons import Reason
from zenml.runtime.resume import resume
from zenml.runtime.workspace import Workspace


def test_a_first_run_says_nothing(tried: Tried) -> None:
    told = tried.run()
    assert [only(each).kind for each in told.values()] == [reasons.FIRST, reasons.FIRST]
    assert tried.lines == []


def test_what_is_reused_says_nothing(tried: Tried) -> None:
    tried.run()
    assert tried.run() == {}
    assert tried.lines == []


def test_an_argument_with_its_old_and_its_new_value(tried: Tried) -> None:
    tried.run()
    told = tried.run(hidden_layers=[32])
    assert list(told) == ["fit"]
    assert only(told["fit"]) == Reason(reasons.ARGUMENT, "hidden_layers", [10], [32])
    assert tried.lines == ["fit: ran because hidden_layers changed [10] -> [32]"]
    before = tried.pipelines.executions("r1")
    assert told["fit"].since == before["fit"].id


def test_a_model_that_was_there_is_given_and_did_not_run(
    tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "is_given", lambda node: node.name == "load")
    tried.run()
    told = tried.run(rows=4)  # as another model would be
    assert only(told["load"]).kind == reasons.ARGUMENT
    assert tried.lines == ["fit: ran because its input x, from load, changed"]
    assert "Step `load` gives the model that was there." in tried.pipelines.out.getvalue()


def test_arguments_that_are_new_or_gone(tried: Tried) -> None:
    tried.run()
    tried.run(momentum=0.9)
    assert tried.lines == ["fit: ran because momentum is new: 0.9"]
    tried.run(hidden_layers=[64])
    assert tried.lines == [
        "fit: ran because hidden_layers changed [10] -> [64]; momentum is gone, was 0.9"
    ]


def test_it_is_compared_with_the_newest_run_and_not_the_first(tried: Tried) -> None:
    tried.run(hidden_layers=[1])
    tried.run(hidden_layers=[2])
    tried.run(hidden_layers=[1])  # reused, and yet the newest
    tried.run(hidden_layers=[3])
    assert tried.lines == ["fit: ran because hidden_layers changed [1] -> [3]"]


def test_an_input_names_the_node_that_it_comes_from(tried: Tried) -> None:
    tried.run()
    told = tried.run(rows=4)
    (artifact,) = tried.pipelines.executions("r2")["load"].outputs["output"]
    facts = {"node": "load", "uri": artifact.uri}
    assert only(told["fit"]) == Reason(reasons.INPUT, "x", facts=facts)
    assert tried.lines == [
        "load: ran because rows changed 3 -> 4",
        "fit: ran because its input x, from load, changed",
    ]


def test_an_input_that_was_reused_says_what_is_other_about_it(tried: Tried) -> None:
    tried.run(rows=4)
    tried.run(rows=3)
    told = tried.run(rows=4, hidden_layers=[32])  # the step before it is known of old
    assert list(told) == ["fit"]
    assert tried.lines == [
        "fit: ran because hidden_layers changed [10] -> [32]; "
        "its input x, from load, changed (load: rows changed 3 -> 4)"
    ]
    assert told["fit"].reasons[1].facts["because"] == [
        {"kind": reasons.ARGUMENT, "about": "rows", "old": 3, "new": 4, "of": "load"}
    ]


def test_several_inputs_are_told_together(pipelines: Any) -> None:
    node = pipelines.node
    for name, by in (("r1", 1), ("r2", 2)):
        first, second = node("a", "one"), node("b", "add", "a", by=by)
        third = node("c", "add", "a", by=by + 5)
        pipelines.run(pipelines.spec(first, second, third, node("d", "both", "b", "c")), name=name)
    said = pipelines.out.getvalue().splitlines()
    assert "d: ran because its inputs from b and c changed" in said


def test_a_result_whose_files_are_gone(tried: Tried) -> None:
    tried.run()
    (artifact,) = tried.pipelines.executions("r1")["fit"].outputs["output"]
    shutil.rmtree(artifact.uri)
    told = tried.run()
    assert list(told) == ["fit"]
    facts = {"how": "gone", "output": "output", "uri": artifact.uri}
    assert only(told["fit"]) == Reason(reasons.RESULT, "r1", facts=facts)
    assert tried.lines == ["fit: ran because its output of run r1 is gone"]


def test_a_result_that_another_python_has_pickled(
    tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried.run()
    monkeypatch.setattr(
        "zenml.runtime.cache.is_readable", lambda artifact: "/r1/fit/" not in artifact.uri
    )
    assert list(tried.run()) == ["fit"]
    said = "fit: ran because its output of run r1 is a pickle of another version of Python"
    assert tried.lines == [said]


def test_an_artifact_that_was_deleted(tried: Tried) -> None:
    tried.run()
    (artifact,) = tried.pipelines.executions("r1")["fit"].outputs["output"]
    mark_deleted(Workspace.default().store(), [artifact.id])
    assert only(tried.run()["fit"]).kind == reasons.RESULT


def test_a_run_that_was_deleted(tried: Tried) -> None:
    tried.run()
    deletion.delete_run(Workspace.default().store(), tried.pipelines.last_run())
    tried.run()
    assert tried.lines == [
        "load: ran because run r1, which had its result, was deleted",
        "fit: ran because run r1, which had its result, was deleted",
    ]


def test_an_input_that_came_out_otherwise(tried: Tried, pipelines: Any) -> None:
    """A step without a cache gives something else, though nothing of it changed."""
    for name in ("r1", "r2"):
        sys.modules.pop("mine", None)
        tried.commit({"mine.py": PROCESS})
        load = pipelines.node("load", "load", settings={"enable_cache": False})
        pipelines.run(pipelines.spec(load, pipelines.node("fit", "fit", "load")), name=name)
    told = tried.why("r2")
    assert only(told["load"]) == Reason(reasons.CACHE_OFF, "step")
    reason = only(told["fit"])
    assert (reason.kind, reason.about, reason.facts["run"]) == (reasons.CONTENT, "x", "r1")
    assert tried.lines == [
        "load: ran because its cache is off",
        "fit: ran because its input x, from load, is not what it was in run r1",
    ]


PROCESS = """
import time
from zenml import step

@step
def load() -> float:
    return time.time()

@step
def fit(x: float) -> float:
    return x
"""


def test_a_pipeline_without_a_cache_is_silent_unless_something_changed(tried: Tried) -> None:
    tried.run(enable_cache=False)
    told = tried.run(enable_cache=False)
    assert only(told["fit"]) == Reason(reasons.CACHE_OFF, "pipeline")
    assert tried.lines == []
    tried.run(enable_cache=False, hidden_layers=[32])
    assert tried.lines == ["fit: ran because hidden_layers changed [10] -> [32]"]


def test_a_step_that_failed(tried: Tried) -> None:
    tried.commit({"helper.py": "raise_it = True\nSCALE = 2\n"})
    broken = CODE.replace("return x * SCALE", "raise ValueError('no')")
    tried.commit({"mine.py": broken}, "Break")
    with pytest.raises(StepRunError):
        tried.run()
    assert only(tried.why("r1")["fit"]).kind == reasons.FIRST
    with pytest.raises(StepRunError):
        tried.run()
    assert tried.lines == ["fit: ran because it failed in run r1"]
    sha = tried.commit({"mine.py": CODE}, "Mend")
    told = tried.run()
    assert [reason.kind for reason in told["fit"].reasons[:2]] == [reasons.FAILED, reasons.CODE]
    assert f"fit: ran because it failed in run r2; mine.py changed in {sha[:7]}" in tried.lines[1]


def test_a_resumed_step_failed_in_the_same_run(
    tried: Tried, capsys: pytest.CaptureFixture[str]
) -> None:
    guard = "if __import__('os').path.exists('broken'):\n        raise ValueError\n    return x"
    tried.commit({"mine.py": CODE.replace("return x", guard), ".gitignore": "broken\n"})
    Path("broken").touch()
    with pytest.raises(StepRunError):
        tried.run()
    Path("broken").unlink()
    resume("r1")
    assert "fit: ran because it failed in run r1" in capsys.readouterr().out


def test_other_pipelines_are_none_of_its_business(tried: Tried) -> None:
    tried.run()
    told = tried.run(name="q", hidden_layers=[32])
    assert only(told["fit"]).kind == reasons.FIRST


@pytest.mark.parametrize("workers", [2])
def test_workers(tried: Tried, workers: int) -> None:
    tried.run()
    tried.pipelines.run(tried.spec(hidden_layers=[32]), name="w", max_workers=workers)
    assert tried.lines == ["fit: ran because hidden_layers changed [10] -> [32]"]


def test_an_earlier_execution_of_another_zenml_says_too_little(
    tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("zenml.runtime.records.PARTS", "zenml_other")
        tried.run()
    told = tried.run(hidden_layers=[32])
    assert only(told["fit"]).kind == reasons.UNKNOWN
    assert tried.lines == []


def test_very_long_arguments_are_told_apart_and_shortened(tried: Tried) -> None:
    tried.run(hidden_layers=list(range(5000)))
    told = tried.run(hidden_layers=[*range(4999), 0])
    reason = only(told["fit"])
    assert reason.old["sha256"] != reason.new["sha256"]
    assert len(tried.lines[0]) < 250
