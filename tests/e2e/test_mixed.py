"""The example in which functions and standard steps take turns, and what can be asked of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Folder

pytestmark = pytest.mark.tf

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "mixed" / "run.py"


def run(folder: Path) -> str:
    call = [sys.executable, str(SCRIPT), str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, cwd=folder.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Folder, str]:
    """The repository of the example, and what its first run printed."""
    path = tmp_path_factory.mktemp("mixed") / "repository"
    return Folder(path), run(path)


def test_the_steps_hand_over_to_each_other(first: tuple[Folder, str]) -> None:
    _, out = first
    order = [line.split("`")[1] for line in out.splitlines() if "has started" in line]
    assert order[0] == "load_penguins"
    assert order[1:7:3] == ["data", "split"]
    assert order[-3:] == ["trainer", "evaluator", "look_closer"]
    accuracy = float(out.partition("Accuracy: ")[2].split()[0])
    assert accuracy > 0.8


CACHED = """
import sys
from pipeline import mixed
result = mixed()
assert {step.state for step in result.steps.values()} == {"cached"}, result.steps
assert not {"tensorflow", "tfx", "apache_beam"} & set(sys.modules)
"""


def test_a_second_run_is_cached_and_needs_no_tensorflow(first: tuple[Folder, str]) -> None:
    folder, _ = first
    assert run(folder.path).count("Using cached version") == 11
    done = folder.python("-c", CACHED)
    assert done.status == 0, done.out + done.err


READ_AGAIN = """
import sys
from pipeline import load_penguins, mixed
load_penguins.configure(enable_cache=False)
states = {name: step.state for name, step in mixed().steps.items()}
assert states.pop("load_penguins") != "cached"
assert set(states.values()) == {"cached"}, states
assert "tensorflow" not in sys.modules
"""


def test_the_same_table_again_changes_nothing_behind_it(first: tuple[Folder, str]) -> None:
    done = first[0].python("-c", READ_AGAIN)
    assert done.status == 0, done.out + done.err


ASKED = """
import pandas as pd
from pathlib import Path
from zenml.client import Client
from zenml.steps.trainer import TrainedModel

steps = Client().get_pipeline("mixed").last_run.steps
doubtful = steps["look_closer"].outputs["doubtful"].load()
test = steps["split"].outputs["examples"].load(pd.DataFrame, split="test")
assert len(doubtful) == 5 and set(doubtful["species"]) <= set(test["species"])
assert set(steps["split"].outputs["examples"].load()) == {"train", "eval", "test"}
assert len(steps["data"].output.load()) == 342
assert steps["evaluator"].outputs["evaluation"].load()["rows"] == len(test)
assert steps["evaluator"].outputs["blessing"].load() is True
assert isinstance(steps["trainer"].outputs["model"].load(), TrainedModel)
assert steps["trainer"].outputs["model"].load(Path).is_dir()
assert "tensorflow" not in __import__("sys").modules
"""


def test_what_was_made_can_be_loaded(first: tuple[Folder, str]) -> None:
    done = first[0].python("-c", ASKED)
    assert done.status == 0, done.out + done.err


def test_the_yaml_runs_the_same_pipeline(first: tuple[Folder, str]) -> None:
    folder, _ = first
    oldest = folder.ask("run", "list")[-1]["run"]
    done = folder.zenml("pipeline", "run", folder.ask("run", "get", oldest)["file"])
    assert done.status == 0, done.err
    assert done.out.count("Using cached version") == 11


BY_TFX = """
from tfx.orchestration.local.local_dag_runner import LocalDagRunner
from pipeline import mixed
LocalDagRunner().run(mixed.to_tfx())
"""


def test_tfx_runs_it_too(first: tuple[Folder, str]) -> None:
    folder, _ = first
    done = folder.python("-c", BY_TFX)
    assert done.status == 0, done.err
    assert "Accuracy: " in done.out


def test_a_column_that_is_not_there_ends_the_run_before_the_split(
    first: tuple[Folder, str], tmp_path: Path
) -> None:
    folder = Folder(tmp_path / "repository")
    shutil.copytree(first[0].path, folder.path)
    folder.edit("pipeline.py", '[*NUMBERS, "island"]', '[*NUMBERS, "isle"]')
    done = folder.python("pipeline.py")
    assert done.status != 0
    assert "`data_schema` has finished" in done.out
    assert "`split` has finished" not in done.out
    assert "preprocesser" in done.err
    assert "'isle'" in done.err
