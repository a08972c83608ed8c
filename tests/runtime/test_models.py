"""Given models that the metadata store knows: whether they are blessed, and who keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from zenml.errors import ModelError
from zenml.metadata import runs
from zenml.pipelines import DeploymentPipeline
from zenml.runtime.deletion import delete_run, plan
from zenml.runtime.models import blessing_of, check_models
from zenml.runtime.pruning import find_unused
from zenml.steps.deployer import FolderDeployer


@pytest.fixture
def trained(recorder: Any) -> str:
    """Folder of a model that a run recorded."""
    recorder.begin("p-1")
    trainer = recorder.typed("p-1", "trainer", "Model")
    (model,) = trainer.outputs["model"]
    Path(model.uri, "Format-Serving").mkdir()
    Path(model.uri, "Format-Serving", "saved_model.pb").write_text("weights")
    recorder.model = trainer.outputs["model"]
    return str(model.uri)


def judge(recorder: Any, node: str, **verdict: Any) -> None:
    """Records an evaluator's verdict on the model."""
    recorder.typed("p-1", node, "ModelBlessing", {"model": recorder.model}, **verdict)


def deployment(uri: str, **kwargs: Any) -> DeploymentPipeline:
    made = DeploymentPipeline(uri, name="deploy", **kwargs)
    made.add_deployment(FolderDeployer(path="deployed"))
    return made


def test_a_model_that_nobody_judged_is_deployed(recorder: Any, trained: str) -> None:
    spec = deployment(trained).to_config()
    check_models(spec, recorder.workspace)
    assert blessing_of(trained, recorder.store) is None


def test_a_model_that_is_not_blessed_is_refused_with_the_reason(
    recorder: Any, trained: str
) -> None:
    judge(recorder, "evaluator", blessed=0, reason="auc for all rows is 0.4")
    spec = deployment(trained).to_config()
    with pytest.raises(ModelError, match=r"is not deployed: auc for all rows is 0\.4.*unblessed"):
        check_models(spec, recorder.workspace)
    check_models(deployment(trained, deploy_unblessed=True).to_config(), recorder.workspace)


def test_the_newest_verdict_counts(recorder: Any, trained: str) -> None:
    judge(recorder, "evaluator", blessed=0, reason="no")
    judge(recorder, "second", blessed=1)
    check_models(deployment(trained).to_config(), recorder.workspace)


def test_a_model_that_was_there_before_is_nobodys_to_remove(recorder: Any) -> None:
    recorder.begin("p-1")
    made = recorder.typed("p-1", "model", "Model", is_external=1)
    recorder.end("p-1")
    (run,) = runs.list_runs(recorder.store, "p")
    assert plan(recorder.store, run).removed == []
    delete_run(recorder.store, run)
    (model,) = made.outputs["model"]
    assert Path(model.uri, "data").is_file()
    assert find_unused() == []
