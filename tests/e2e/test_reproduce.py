"""A training pipeline reproduced for real: after code and data have moved on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from zenml.client import Client
from zenml.repo import Repository

pytestmark = [pytest.mark.tf, pytest.mark.slow]

STEPS = """
import numpy as np
from zenml.steps.split import SplitStep

SHARE = 4


class Dealt(SplitStep):
    def __init__(self, *, offset: int = 0, **kwargs):
        self.offset = offset
        super().__init__(**kwargs)

    def assign(self, batch):
        return np.minimum((np.arange(batch.num_rows) + self.offset) % SHARE, 2)

    def get_split_names(self):
        return ["train", "eval", "test"]
"""

PIPELINE = """
from zenml.datasources import CSVDatasource
from zenml.pipelines import TrainingPipeline
from zenml.steps.deployer import FolderDeployer
from zenml.steps.evaluator import TFMAEvaluator
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.trainer import TFFeedForwardTrainer
from steps import Dealt

MASS = {"filling": [{"method": "mean"}], "transform": [{"method": "scale_to_0_1"}]}

if __name__ == "__main__":
    pipeline = TrainingPipeline(name="mass")
    pipeline.add_datasource(CSVDatasource(name="penguins", path="data.csv"))
    pipeline.add_split(Dealt())
    pipeline.add_preprocesser(
        StandardPreprocesser(
            features=["bill_length_mm", "island"],
            labels=["body_mass_g"],
            overwrite={"body_mass_g": MASS},
        )
    )
    pipeline.add_trainer(TFFeedForwardTrainer(loss="mse", last_activation="linear", epochs=3))
    pipeline.add_evaluator(
        TFMAEvaluator(metrics={"body_mass_g": ["mean_squared_error"]}, slices=[["island"]])
    )
    pipeline.add_deployment(FolderDeployer(path="deployed"))
    print(pipeline.run().name)
"""

DATA_PIPELINE = """
from zenml.datasources import CSVDatasource
from zenml.pipelines import DataPipeline

if __name__ == "__main__":
    pipeline = DataPipeline(name="rows")
    pipeline.add_datasource(CSVDatasource(name="penguins", path="data.csv"))
    print(pipeline.run().name)
"""

DEALING = """
from zenml.datasources import CSVDatasource
from zenml.pipelines import BasePipeline
from zenml.repo import Repository


class Dealing(BasePipeline):
    def connect(self, split):
        split(CSVDatasource(name="penguins", path="data.csv")())


if __name__ == "__main__":
    then = Repository.get_instance().get_step_by_version("steps.Dealt", "{sha}")
    print(Dealing(split=then(offset=1)).run().name)
"""


def run(*words: str, status: int = 0) -> str:
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def reproduced(name: str, status: int) -> dict[str, tuple[str, str]]:
    words = ("-m", "zenml", "run", "reproduce", name, "--output", "json")
    data = json.loads(run(*words, status=status))
    return {step["step"]: (step["verdict"], step["why"]) for step in data["steps"]}


def state(root: Path) -> dict[str, bytes]:
    """Every file of the repository but ML Metadata's, which every question opens."""
    files = [path for path in root.rglob("*") if path.is_file() and path.suffix != ".db"]
    return {str(path): path.read_bytes() for path in files if "__pycache__" not in path.parts}


def test_all_of_a_training_run_is_identical_however_things_moved_on(
    git_repo: Path, commit: Callable[..., str], penguins: Path
) -> None:
    Repository.init_repo()
    rows = penguins.read_text()
    commit({"pipeline.py": PIPELINE, "steps.py": STEPS, "data.csv": rows})
    name = run("pipeline.py").splitlines()[-1]
    changed = rows.replace("3750", "3751")
    commit({"steps.py": STEPS.replace("SHARE = 4", "SHARE = 5"), "data.csv": changed})
    before = state(git_repo)
    found = reproduced(name, status=0)
    assert {verdict for verdict, _ in found.values()} == {"identical"}, found
    assert {"data", "split", "preprocesser", "trainer", "evaluator", "deployer"} <= set(found)
    assert state(git_repo) == before

    # A pipeline of today with the split of then, which deals into four parts and not into five.
    sha = subprocess.run(
        ["git", "rev-parse", "HEAD~1"], check=True, capture_output=True, text=True
    ).stdout.strip()
    commit({"dealing.py": DEALING.format(sha=sha)})
    other = Client().get_pipeline_run(run("dealing.py").splitlines()[-1])
    assert other.steps["split"].version == sha
    assert other.steps["split"].status == "completed"
    rows = other.steps["split"].outputs["examples"].load(split="test")
    assert len(rows) == 344 // 2


def test_data_in_no_commit_is_read_where_it_lies_or_taken_as_recorded(
    git_repo: Path, commit: Callable[..., str], penguins: Path
) -> None:
    Repository.init_repo()
    commit({"pipeline.py": DATA_PIPELINE, ".gitignore": "data.csv\n.zenml/\n"})
    (git_repo / "data.csv").write_text(penguins.read_text())
    name = run("pipeline.py").splitlines()[-1]
    found = reproduced(name, status=0)
    assert {verdict for verdict, _ in found.values()} == {"identical"}, found
    (git_repo / "data.csv").write_text(penguins.read_text().replace("3750", "3751"))
    found = reproduced(name, status=3)
    verdict, why = found.pop("data")
    assert verdict == "not reproducible"
    assert why.startswith("data has changed: the source of datasource penguins no longer holds")
    assert why.endswith("so they are taken as recorded, from the snapshot")
    assert {verdict for verdict, _ in found.values()} == {"identical"}, found
