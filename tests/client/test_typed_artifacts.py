"""What standard steps made, read by the client: a run of TFX for real."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from zenml.client import Client
from zenml.datasources import CSVDatasource
from zenml.pipelines import TrainingPipeline
from zenml.repo import Repository
from zenml.runtime import pruning
from zenml.steps.deployer import FolderDeployer
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit
from zenml.steps.trainer import ScikitLearnTrainer

pytestmark = [pytest.mark.tf, pytest.mark.slow]

MASS = {"filling": [{"method": "mean"}], "transform": [{"method": "scale_to_0_1"}]}
TREE = "sklearn.tree.DecisionTreeRegressor"


@pytest.fixture
def ran(git_repo: Path, commit: Callable[..., str], penguins: Path) -> Path:
    """A repository in which a training pipeline ran twice; the trainer was another one."""
    Repository.init_repo()
    commit({"data.csv": penguins.read_text()})
    for seed in (1, 2):
        pipeline = TrainingPipeline(name="mass")
        pipeline.add_datasource(CSVDatasource(name="penguins", path="data.csv"))
        pipeline.add_split(RandomSplit(split_map={"train": 0.7, "eval": 0.3}))
        pipeline.add_preprocesser(
            StandardPreprocesser(
                features=["bill_length_mm"], labels=["body_mass_g"], overwrite={"body_mass_g": MASS}
            )
        )
        pipeline.add_trainer(ScikitLearnTrainer(estimator=TREE, seed=seed))
        pipeline.add_deployment(FolderDeployer())
        pipeline.run()
    return git_repo


def test_runs_of_standard_steps(ran: Path) -> None:
    client = Client()
    data, first, last = reversed(client.list_pipeline_runs())
    assert (data.pipeline_name, last.pipeline_name) == ("datasource-penguins", "mass")
    assert [step.name for step in last.steps.values() if not step.is_cached] == [
        "trainer", "deployer",
    ]  # fmt: skip
    examples = last.steps["split"].outputs["examples"]
    assert (examples.name, examples.version) == ("mass::split::examples", "1")
    assert examples.run is not None
    assert examples.run.name == first.name
    rows = {split: len(examples.load(split=split)) for split in ("train", "eval")}
    assert sum(rows.values()) == 344
    assert client.get_artifact_version("mass::trainer::model").version == "2"

    served = [path.name for path in (ran / "serving").iterdir()]
    client.delete_pipeline_run(first.name)
    client.delete_pipeline_run(data.name)
    assert pruning.find_unused() == []
    assert len(client.get_artifact_version("mass::split::examples").load(split="eval"))
    assert [view.version for view in client.list_artifact_versions("mass::trainer::model")] == ["2"]
    client.delete_pipeline_run(last.name)
    left = {view.name.partition("::")[2] for view in client.list_artifacts()}
    assert left == {
        "data::examples", "data_statistics::statistics", "data_schema::schema", "trainer::model",
        "deployer::pushed_model",
    }  # fmt: skip
    assert [path.name for path in (ran / "serving").iterdir()] == served
    again = subprocess.run(
        [sys.executable, "-m", "zenml", "run", "list", "--output", "json"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert json.loads(again.stdout) == []
