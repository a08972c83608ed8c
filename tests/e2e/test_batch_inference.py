"""The example that predicts penguins into files, and what is asked of it afterwards."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.e2e.conftest import PROJECT, Folder

pytestmark = [pytest.mark.tf, pytest.mark.slow]

SCRIPT = PROJECT / "examples" / "batch_inference" / "run.py"

AGAIN = """
import os, sys
import pandas as pd
from pathlib import Path
from zenml.pipelines import BatchInferencePipeline, DeploymentPipeline
from zenml.repo import Repository
from zenml.steps.deployer import FolderDeployer
from zenml.client import Client
from zenml.errors import ModelError, PipelineError, ResultNotFoundError, StepRunError
from pipeline import training, predict
from zenml.steps.inferrer import FileWriterInferrer

to_csv = FileWriterInferrer(labels=["species"], output_path="out/species")
states = lambda result: {name: node.state for name, node in result.nodes.items()}
kept = Repository.get_instance().get_pipeline_by_name("species to csv")
assert type(kept) is BatchInferencePipeline
again = states(kept.run())
assert again.pop("model") == "given", again
assert set(again.values()) == {"cached"}, again
assert not {"tensorflow", "tfx", "apache_beam"} & set(sys.modules)
assert list(kept.get_predictions(2)) == list(pd.read_csv("out/species.csv", nrows=1))
first = [run.name for run in Client().list_pipeline_runs("species to csv")][-1]
assert len(kept.get_predictions(run=first)) == len(kept.get_predictions())
for wrong in (-1, True, 1.5):
    try:
        kept.get_predictions(wrong)
    except PipelineError as exc:
        assert "it must be a whole number, or None" in str(exc)
    else:
        raise SystemExit(f"{wrong} rows were given")

os.remove("out/species.csv")
assert states(kept.run())["inferrer"] == "succeeded"
assert Path("out/species.csv").stat().st_size > 1000

over = kept.copy("over notes")
over.add_infer_step(FileWriterInferrer(labels=["species"], output_path="notes.csv"))
Path("notes.csv").write_text("mine")
try:
    over.run()
except StepRunError as exc:
    assert "notes.csv, which no run recorded here wrote" in str(exc), exc
else:
    raise SystemExit("a file of the user was written over")
assert Path("notes.csv").read_text() == "mine"
os.remove("notes.csv")
assert states(over.run())["inferrer"] == "succeeded"
Path("notes.csv").write_text("changed")
assert states(over.run())["inferrer"] == "succeeded"

deployment = DeploymentPipeline(training.get_model_uri(), name="deploy")
deployment.add_deployment(FolderDeployer(path="deployed"))
pushed = Path(deployment.run().nodes["deployer"].outputs["pushed_model"])
(version,) = Path("deployed").iterdir()
assert (version / "saved_model.pb").read_bytes() == (pushed / "saved_model.pb").read_bytes()

of_pushed = BatchInferencePipeline("deployed", name="of deployed")
of_pushed.add_datasource(kept.copy("x").datasource)
of_pushed.add_infer_step(FileWriterInferrer(output_path="out/pushed"))
of_pushed.run()
assert Path("out/pushed.csv").read_text() == Path("out/species.csv").read_text()
tfx = of_pushed.to_tfx()
assert [c.id for c in tfx.components][-1] == "inferrer", tfx.components

failing = kept.copy("species to nowhere")
failing.add_infer_step(FileWriterInferrer(labels=["sex"], output_path="out/never"))
try:
    failing.run()
except StepRunError:
    try:
        failing.get_predictions()
    except ResultNotFoundError as exc:
        assert "has no predictions: it failed at inferrer" in str(exc), exc
    else:
        raise SystemExit("a failed run has predictions")
else:
    raise SystemExit("a label that no model predicts was predicted")

(version / "saved_model.pb").write_bytes(b"")
try:
    Repository.get_instance().get_pipeline_by_name("of deployed").run()
except ModelError as exc:
    raise SystemExit(0)
raise SystemExit("a changed model was not refused")
"""


def test_penguins_are_predicted_into_files(tmp_path: Path) -> None:
    repository = Folder(tmp_path / "repository")
    call = [sys.executable, str(SCRIPT), str(repository.path)]
    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "species_class" in done.stdout

    table = pd.read_csv(repository.path / "out" / "species.csv")
    unknown = pd.read_csv(repository.path / "data" / "unknown.csv")
    assert "species" not in table
    assert list(table) == [*unknown, "species_o", "species_class"]
    pd.testing.assert_frame_equal(table[list(unknown)], unknown, check_dtype=False)
    known = pd.read_csv(repository.path / "data" / "penguins.csv")["species"]
    assert (table["species_class"] == known).mean() > 0.9
    shares = table["species_o"].map(json.loads).map(sum)
    assert shares.between(0.999, 1.001).all()
    shards = sorted((repository.path / "out").glob("*.parquet"))
    assert [shard.name for shard in shards] == [
        "species-00000-of-00002.parquet",
        "species-00001-of-00002.parquet",
    ]
    both = pd.concat(map(pd.read_parquet, shards), ignore_index=True)
    assert list(both) == list(table)
    assert both["species_class"].tolist() == table["species_class"].tolist()

    (lineage,) = _readers_of_model(repository)
    assert lineage == ["inferrer", "trainer"]

    again = repository.python("-c", AGAIN)
    assert again.status == 0, again.out + again.err


LINEAGE = """
import json
from zenml.metadata import producers
from zenml.pipelines import BasePipeline
from zenml.repo import Repository
from zenml.runtime.workspace import Workspace
from zenml.metadata import executions, runs

store = Workspace.default().store()
(run,) = runs.list_runs(store, "species to csv")
(node,) = [node for node in runs.nodes(store, run) if node.node == "inferrer"]
(model,) = node.inputs["model"]
print(json.dumps([node.node, producers.producer_of(store, model).node]))
"""


def _readers_of_model(repository: Folder) -> list[list[str]]:
    """Who read the model of the second pipeline, and who made it."""
    told = repository.python("-c", LINEAGE)
    assert told.status == 0, told.err
    return [json.loads(told.out)]
