"""The example of models that are not TensorFlow's, and what is asked of them afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.conftest import PROJECT, Folder

pytestmark = [pytest.mark.tf, pytest.mark.slow]

SCRIPT = PROJECT / "examples" / "scikit_learn" / "run.py"

AFTERWARDS = """
import sys
import pandas as pd
from zenml import pipeline, step
from zenml.datasources import CSVDatasource
from zenml.pipelines import BatchInferencePipeline
from zenml.repo import Repository
from zenml.steps.inferrer import FileWriterInferrer
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit
from zenml.steps.trainer import TrainedModel, XGBoostTrainer

kept = Repository.get_instance().get_pipeline_by_name("boosted")
assert {node.state for node in kept.run().nodes.values()} == {"cached"}
assert not {"tensorflow", "tfx", "apache_beam"} & set(sys.modules)

inference = BatchInferencePipeline("deployed/boosted", name="species")
inference.add_datasource(CSVDatasource(name="again", path="data/penguins.csv"))
inference.add_infer_step(FileWriterInferrer(output_path="out/species"))
inference.run()

@step
def load() -> pd.DataFrame:
    return pd.read_csv("data/penguins.csv").dropna()

@step
def ask(test: pd.DataFrame, model: TrainedModel) -> float:
    return float((model(test)["species_o"].max(axis=1) > 0.5).mean())

@pipeline
def mixed():
    split = RandomSplit(split_map={"train": 0.6, "eval": 0.2, "test": 0.2})(load())
    features = ["bill_length_mm", "bill_depth_mm"]
    transformed = StandardPreprocesser(features=features, labels=["species"])(split)
    ask(split["test"], XGBoostTrainer(rounds=5)(transformed))

assert mixed().steps["ask"].output.load() > 0.9
"""


def test_two_models_are_trained_evaluated_and_deployed(tmp_path: Path) -> None:
    repository = Folder(tmp_path / "repository")
    call = [sys.executable, str(SCRIPT), str(repository.path)]
    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("A penguin of Dream, by species:") == 2
    for name, file in (("logistic", "model.skops"), ("boosted", "model.ubj")):
        (version,) = (repository.path / "deployed" / name).iterdir()
        assert {file, "transform_fn", "zenml_model.json"} <= {p.name for p in version.iterdir()}

    (repository.path / "after.py").write_text(AFTERWARDS)
    repository.git("add", ".")
    repository.git("commit", "--quiet", "--message=What comes after")
    after = repository.python("after.py")
    assert after.status == 0, after.out + after.err
    table = pd.read_csv(repository.path / "out" / "species.csv")
    assert len(table) == 344
    assert (table["species_class"] == table["species"]).mean() > 0.9
