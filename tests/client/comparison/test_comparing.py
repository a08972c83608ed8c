"""What differs between two runs of free steps."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.client import Client, log_metadata
from zenml.client.comparison import compare_runs
from zenml.errors import RunNotFoundError, StepRunError
from zenml.repo import Repository

from .conftest import SHARES, STEPS

ARRAYS = """
import numpy as np

from zenml import pipeline, step


@step
def make(rows: int) -> np.ndarray:
    return np.arange(rows * 2).reshape(rows, 2)


@pipeline
def made(rows: int):
    make(rows)
"""
TWICE = SHARES.replace(".mean()", ".mean() * 2")
THRICE = SHARES.replace(".mean()", ".mean() * 3")


def test_a_run_that_is_the_same_again(weighing: Any) -> None:
    found = compare_runs(weighing.run(), weighing.run())
    assert found.differing == []
    assert found.steps.equal == ("load", "fit")
    assert found.data.equal == ("load.table",)
    assert [one.states for one in found.times] == [("succeeded", "cached")] * 2


def test_code_between_two_commits(weighing: Any, commit: Callable[..., str]) -> None:
    first = weighing.run()
    sha = commit({"shares.py": TWICE}, "Count twice")
    found = compare_runs(first, weighing.run())
    assert found.differing == ["steps", "metrics"]
    # Both steps stand in one module, which imports the file that was edited.
    assert [step.files for step in found.steps.changed] == [("shares.py",)] * 2
    assert [c.sha for c in found.steps.changed[0].commits] == [sha]
    (file,) = found.steps.code
    assert file.steps == ("load", "fit")
    assert file.counts == (1, 1)
    assert '+    return float((table["sex"] == sex).mean() * 2)' in file.diff


def test_code_that_was_not_committed_in_either(
    weighing: Any, write: Callable[..., None], commit: Callable[..., str]
) -> None:
    write({"shares.py": TWICE})
    first = weighing.run()
    write({"shares.py": THRICE, "new.py": "x = 1\n", "weighing.py": f"import new\n{STEPS}"})
    second = weighing.run()
    # What ran is known although no file holds it any more, and no commit ever did.
    commit({"shares.py": SHARES, "weighing.py": STEPS})
    found = compare_runs(first, second)
    assert {one.version for one in found.steps.changed} == {("unpinned", "unpinned")}
    diffs = {file.path: file.diff for file in found.steps.code}
    assert set(diffs) == {"shares.py", "new.py", "weighing.py"}
    assert "* 2)\n+" in diffs["shares.py"]
    assert "* 3)\n" in diffs["shares.py"]
    assert diffs["new.py"] == "--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+x = 1\n"


def test_where_only_the_difference_was_kept(
    weighing: Any,
    write: Callable[..., None],
    commit: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    committed = weighing.run()
    write({"shares.py": TWICE})
    first = weighing.run()
    write({"shares.py": THRICE, "new.py": "x = 1\n", "weighing.py": f"import new\n{STEPS}"})
    second = weighing.run()
    commit({"shares.py": SHARES, "weighing.py": STEPS})
    monkeypatch.setattr("zenml.metadata.code.read", lambda *_: None)
    (file,) = compare_runs(committed, first).steps.code
    assert file.counts == (1, 1)
    found = compare_runs(first, second)
    assert [file.path for file in found.steps.code] == ["shares.py"]
    assert found.steps.changed[0].unknown == "only one of the runs tells of new.py, weighing.py"
    Path(".zenml/local_store/artifacts/weigh", second.name, "unpinned.diff").unlink()
    gone = compare_runs(committed, Client().get_pipeline_run(second.name))
    assert "the difference is not beside the run any more" in gone.steps.changed[0].unknown


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_every_ending_of_a_line_is_kept(
    weighing: Any, write: Callable[..., None], ending: str
) -> None:
    Path("shares.py").write_bytes((TWICE + f"# end{ending}").encode())
    first = weighing.run()
    write({"shares.py": SHARES})
    (file,) = compare_runs(first, weighing.run()).steps.code
    assert file.unknown == ""
    assert "-# end" in file.diff


def test_arguments_metrics_and_data(weighing: Any) -> None:
    first = weighing.run()
    found = compare_runs(first, weighing.run(quantile=0.75, islands=["Biscoe", "Dream"]))
    assert found.differing == ["steps", "parameters", "data", "metrics"]
    arguments = {step.name: step.arguments for step in found.steps.changed}
    assert str(arguments["fit"][0]) == "quantile 0.5 -> 0.75"
    metrics = {one.metric: (one.a, one.b) for one in found.metrics}
    assert metrics["score"] == (4050.0, 4900.0)
    assert metrics["rows"] == (344.0, 292.0)
    assert set(metrics) == {"score", "rows", "by.male"}
    (data,) = found.data.compared
    assert data.rows == (344, 292)
    assert data.features[0].name == "island"
    assert data.features[0].value == "Torgersen"
    assert data.features[0].drift == pytest.approx(52 / 344)
    mass = next(one for one in data.features if one.name == "body_mass_g")
    assert mass.measure == "jensen_shannon"
    assert 0 < (mass.drift or 0) < 0.01
    assert (mass.a.rows, mass.a.missing) == (342, 2)


def test_what_was_logged_for_a_run_later(weighing: Any) -> None:
    first, second = weighing.run(), weighing.run()
    log_metadata({"review": 4, "by": "Ada"}, run=first.name)
    log_metadata({"review": 2}, run=second.name)
    found = compare_runs(first.name, second.name)
    (review,) = [one for one in found.metrics if not one.is_equal]
    assert (review.step, review.metric, review.a, review.b) == ("run", "review", 4.0, 2.0)


def test_runs_of_two_pipelines(weighing: Any) -> None:
    found = compare_runs(weighing.run("count"), weighing.run("weigh"))
    assert found.steps.only_b == ("fit",)
    assert [step.name for step in found.steps.changed] == ["load"]
    assert "two pipelines, count and weigh" in found.notes[-1]
    assert [one.a for one in found.metrics] == [None, None, None]


def test_a_package_of_another_version(weighing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = weighing.run()
    monkeypatch.setattr("platform.python_version", lambda: "3.99.0")
    told = weighing.run().record.properties
    environment = json.loads(told["zenml_environment"])
    environment["packages"]["pandas"] = "0.1"
    second = Client().get_pipeline_run(int(weighing.run().id))
    second.record.properties["zenml_environment"] = json.dumps(environment)
    found = compare_runs(first, second)
    assert found.differing == ["packages"]
    assert {one.name: one.b for one in found.packages} == {"Python": "3.99.0", "pandas": "0.1"}


def test_an_array(git_repo: Path, commit: Callable[..., str]) -> None:
    import importlib
    import sys

    Repository.init_repo()
    commit({"arrays.py": ARRAYS})
    sys.path.insert(0, str(git_repo))
    arrays = importlib.import_module("arrays")
    arrays.made(4)
    arrays.made(8)
    second, first = Client().list_pipeline_runs()
    (data,) = compare_runs(first, second).data.compared
    (values,) = data.features
    assert (data.name, data.rows) == ("make.output", (4, 8))
    assert (values.a.figures["max"], values.b.figures["max"]) == (7.0, 15.0)
    assert values.drift == pytest.approx(0.33, abs=0.1)


def test_a_run_that_failed(weighing: Any) -> None:
    first = weighing.run()
    with pytest.raises(StepRunError):
        weighing.run(quantile=3.0)
    found = compare_runs(first, Client().list_pipeline_runs()[0])
    assert found.b["state"] == "failed"
    assert found.times[-1].states == ("succeeded", "failed")
    assert {one.metric: one.b for one in found.metrics}["score"] is None


def test_what_is_gone_is_said(weighing: Any, commit: Callable[..., str]) -> None:
    first, second = weighing.run(), weighing.run(islands=["Dream"])
    shutil.rmtree(second.steps["load"].output.uri)
    for file in Path("pipelines").glob("*.yaml"):
        file.unlink()
    Repository._instances.clear()
    found = compare_runs(first.name, second.name)
    ((name, why),) = found.data.unread
    assert name == "load.table"
    assert "parquet" in why
    assert sum("is not there or was edited" in note for note in found.notes) == 2
    # The arguments are recorded with the steps too.
    assert [one.name for one in found.steps.changed[0].arguments] == ["islands"]


def test_no_such_run(weighing: Any) -> None:
    weighing.run()
    with pytest.raises(RunNotFoundError, match="There is no run 'wegh'"):
        compare_runs("wegh", "weigh")


def test_it_is_plain_data(weighing: Any) -> None:
    found = compare_runs(weighing.run(), weighing.run(islands=["Dream"])).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    (data,) = found["data"]["compared"]
    assert data["features"][0]["feature"] == "island"
    assert data["features"][0]["b"]["top"] == [["Dream", 124.0]]


def test_no_step_is_imported_and_nothing_heavy(weighing: Any) -> None:
    import subprocess
    import sys

    first, second = weighing.run(), weighing.run(quantile=0.75)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\nfrom zenml.client.comparison import compare_runs\n"
            f"compare_runs({first.name!r}, {second.name!r})\n"
            "heavy = {'tensorflow', 'tfx', 'apache_beam', 'pandas', 'weighing', 'shares'}\n"
            "print(sorted(heavy & set(sys.modules)))",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"
