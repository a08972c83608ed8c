"""A pipeline of the user's own steps, run again and again: what runs, what is reused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

pytestmark = pytest.mark.tf

ALL = [
    "data", "data_statistics", "data_schema", "split", "split_statistics", "split_schema",
    "preprocesser", "trainer", "evaluator", "deployer",
]  # fmt: skip
ONWARD = ALL[ALL.index("preprocesser") :]


@pytest.fixture(autouse=True)
def _as_committed(folder) -> Iterator[None]:
    yield
    folder.git("checkout", "--quiet", "--", ".")


def test_every_step_of_the_user_s_own_runs(folder, first) -> None:
    assert first.status == 0, first.out + first.err
    assert list(first.states) == ALL
    assert first.executed == ALL[3:]
    assert first.why == {}
    assert "Run ours-" in first.out
    assert "7 steps ran, 3 cached" in first.out
    assert "Traceback" not in first.err
    pushed = min((folder.path / "shelf").iterdir())
    assert (pushed / "saved_model.pb").is_file()


def test_the_steps_are_pinned_to_the_commit(folder, first) -> None:
    head = folder.git("rev-list", "--max-parents=0", "HEAD")
    answer = folder.ask("pipeline", "get", "ours")
    steps = {step["step"]: step for step in answer["steps"]}
    assert steps["trainer"]["source"] == "ours.training.Small"
    assert {step["version"] for step in steps.values()} == {head}
    assert steps["trainer"]["arguments"]["epochs"] == 2
    assert answer["runs"][-1]["state"] == "succeeded"
    versions = folder.ask("step", "list")
    assert {"step": "ours.preparing.Prepare", "version": head} in versions


def test_the_rows_went_where_the_user_s_split_sent_them(first) -> None:
    from zenml.records import read_batches, split_files

    uri = first.outputs["split"]["examples"]
    for split, digits in {"train": range(5, 10), "eval": (3, 4), "test": range(3)}.items():
        rows = 0
        for batch in read_batches(split_files(uri, split)):
            flippers = [values[0] for values in batch.column("flipper").to_pylist()]
            assert {flipper % 10 for flipper in flippers} <= set(digits)
            rows += len(flippers)
        assert rows > 30


def test_the_model_was_judged_on_the_test_split(first) -> None:
    metrics = json.loads(Path(first.outputs["evaluator"]["evaluation"], "metrics.json").read_text())
    assert 0.5 < metrics["overall"]["sparse_categorical_accuracy"] <= 1
    by_island = [found["metrics"]["example_count"] for found in metrics["slices"]]
    assert len(by_island) == 3
    assert sum(by_island) == metrics["overall"]["example_count"] == metrics["rows"]


def test_where_nothing_changed_nothing_runs(run: Callable, first) -> None:
    again = run()
    assert again.executed == []
    assert list(again.states) == ALL
    assert "0 steps ran, 10 cached" in again.out
    assert again.outputs == first.outputs


def test_a_cached_run_does_without_tensorflow(folder, first) -> None:
    code = (
        "import runpy, sys; runpy.run_path('pipeline.py', run_name='__main__')\n"
        "print(sorted({'tensorflow', 'tfx', 'apache_beam', 'pandas', 'pyarrow', 'numpy'}"
        " & set(sys.modules)))"
    )
    again = folder.python("-c", code)
    assert again.status == 0, again.err
    assert again.executed == []
    assert again.out.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "words", [["pipeline", "list"], ["step", "list"], ["status"], ["datasource", "list"]]
)
def test_a_question_does_without_tensorflow(folder, first, words: list[str]) -> None:
    code = (
        f"import sys; from zenml.cli.main import main\ntry: main({words!r})\n"
        "except SystemExit as exc: assert not exc.code\n"
        "print(sorted({'tensorflow', 'tfx', 'apache_beam', 'pandas', 'pyarrow', 'numpy'}"
        " & set(sys.modules)))"
    )
    answer = folder.python("-c", code)
    assert answer.status == 0, answer.err
    assert answer.out.splitlines()[-1] == "[]"


def test_a_commit_elsewhere_changes_nothing(folder, run: Callable) -> None:
    before = folder.ask("step", "list")
    (folder.path / "NOTES.md").write_text("Nothing to do with any step.\n")
    (folder.path / "other.py").write_text("print('nor this')\n")
    folder.git("add", ".")
    folder.git("commit", "--quiet", "--message=Notes")
    again = run()
    assert again.executed == []
    assert folder.ask("step", "list") == before


def test_the_yaml_file_runs_again(folder, first) -> None:
    (row,) = [row for row in folder.ask("pipeline", "list") if row["name"] == "ours"]
    again = folder.zenml("pipeline", "run", row["file"])
    assert again.status == 0, again.err
    assert again.executed == []
    assert list(again.states) == ALL


def test_an_edited_yaml_file_is_refused(folder, first) -> None:
    (row,) = [row for row in folder.ask("pipeline", "list") if row["name"] == "ours"]
    path = folder.path / row["file"]
    before = path.read_text()
    path.write_text(before.replace("epochs: 2", "epochs: 50"))
    try:
        refused = folder.zenml("pipeline", "run", row["file"])
    finally:
        path.write_text(before)
    assert refused.status == 1
    assert refused.states == {}
    assert "was edited since it ran" in refused.err
    assert "Traceback" not in refused.err


def test_unchanged_data_is_the_commit_that_there_is(folder, first) -> None:
    (before,) = folder.ask("datasource", "get", "rows")["commits"]
    again = folder.zenml("datasource", "commit", "rows")
    assert again.status == 0, again.err
    assert again.out == f"Datasource rows is at commit {before['commit']} (unchanged).\n"
    (after,) = folder.ask("datasource", "get", "rows")["commits"]
    assert after["commit"] == before["commit"]


def test_a_source_that_changed_is_said_and_the_commit_used(folder, run: Callable) -> None:
    lines = (folder.path / "data.csv").read_text().splitlines()
    (folder.path / "data.csv").write_text("\n".join([*lines, lines[1]]) + "\n")
    again = run()
    assert again.executed == []
    assert "has changed since its commit" in again.out
    assert "zenml datasource commit rows" in again.out


def test_a_trainer_argument_runs_what_comes_after(run: Callable) -> None:
    longer = run("3")
    assert longer.executed == ["trainer", "evaluator", "deployer"]
    assert longer.why["trainer"] == "epochs changed 2 -> 3"
    assert longer.why["evaluator"] == "its inputs from trainer changed"
    shorter = run("2")
    assert shorter.executed == ["deployer"]  # the model is known, but the other one is served
    assert shorter.why["deployer"].endswith("is not what is served now")
    assert run("2").executed == []


def test_runs_at_the_same_time_do_not_disturb_each_other(folder, first) -> None:
    before = len(folder.ask("pipeline", "get", "ours")["runs"])
    processes = [folder.start("pipeline.py") for _ in range(4)]
    for process in processes:
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
        assert "0 steps ran, 10 cached" in out
    found = folder.ask("pipeline", "get", "ours")["runs"]
    assert len(found) == before + 4
    assert {run["state"] for run in found[:4]} == {"succeeded"}


def test_an_edited_helper_runs_from_its_step_on(folder, run: Callable) -> None:
    folder.edit("ours/scaling.py", "FACTOR = 1.0", "FACTOR = 0.5")
    again = run()
    assert again.executed == ONWARD
    assert again.why["preprocesser"] == "ours/scaling.py changed (not committed)"
    assert "Not committed, so not pinned to a commit: preprocesser" in again.out
    steps = {step["step"]: step for step in folder.ask("pipeline", "get", "ours")["steps"]}
    assert steps["preprocesser"]["version"] == "unpinned"
    assert len(steps["trainer"]["version"]) == 40
    (diff,) = folder.path.glob(".zenml/local_store/artifacts/ours/*/unpinned.diff")
    assert "+FACTOR = 0.5" in diff.read_text()
    assert run().executed == []
    folder.edit("ours/scaling.py", "FACTOR = 0.5", "FACTOR = 1.0")
    assert run().executed == ["deployer"]  # all is known, but the other model is served


def test_an_artifact_deleted_by_hand_is_made_again(folder, run: Callable) -> None:
    outputs = run().outputs
    shutil.rmtree(outputs["evaluator"]["evaluation"])
    again = run()
    assert again.executed in (["evaluator"], ["evaluator", "deployer"])
    assert again.why["evaluator"].startswith("its evaluation of run ours-")
    assert Path(again.outputs["evaluator"]["evaluation"], "metrics.json").is_file()
    assert run().executed == []
