"""What a training pipeline answers after it ran."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml.client import Client
from zenml.client.results import results_of
from zenml.client.results.predictions import read_predictions
from zenml.errors import (
    AlreadyExistsException,
    ArtifactStoreError,
    PipelineNotFoundError,
    ResultNotFoundError,
    RunNotFoundError,
)
from zenml.metadata import executions
from zenml.metadata.parts import PARTS, Parts, shortened
from zenml.pipelines import BasePipeline, DataPipeline, TrainingPipeline
from zenml.repo import Repository


def test_views_are_tables_with_pages(
    training: Any, pipeline: Callable[[], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    training.whole("monday")
    table = pipeline().view_statistics()
    assert list(table[table["column"] == "mass"]["split"]) == ["train", "eval", "test"]
    assert list(table[table["column"] == "island"]["missing"]) == [40, 10, 5]
    assert list(table[table["column"] == "island"]["present"]) == [40, 10, 5]
    page = Path(table.attrs["page"])
    assert page == Path.cwd() / ".zenml" / "pages" / "run-monday" / "statistics.html"
    assert page.read_text().startswith("<!doctype html>")
    assert capsys.readouterr().out == f"Page: {page}\n"
    schema = pipeline().view_schema()
    assert list(schema["type"]) == ["BYTES", "BYTES", "FLOAT"]
    assert list(schema["values"])[1] == ["Biscoe", "<i>Dream</i>"]
    metrics = pipeline().evaluate()
    assert list(metrics["slice"])[:2] == ["", "island=Biscoe"]
    assert list(metrics["accuracy"]) == [0.9, 0.8, 1.0]


def test_pipelines_from_wherever_they_come_answer_the_same(training: Any) -> None:
    training.whole("monday")
    (file,) = Repository.get_instance().get_default_pipelines_dir().glob("training_p_*.yaml")
    of_code = TrainingPipeline(name="p")
    for one in (of_code, BasePipeline.load_config(file)):
        assert isinstance(one, TrainingPipeline)
        assert one.get_hyperparameters() == {"epochs": 3, "lr": 0.01, "split_mapping": None}
        assert one.get_model_uri().endswith("/trainer/model/1/Format-Serving")
        assert one.get_status() == "Succeeded"
        assert len(one.view_statistics()) == 9


def test_the_newest_run_or_the_one_that_is_named(training: Any, pipeline: Any) -> None:
    training.whole("monday")
    training.begin("tuesday")
    training.evaluate("tuesday", {"rows": 1, "overall": {"accuracy": 0.5}, "slices": []}, None)
    training.recorder.end("tuesday")
    assert list(pipeline().evaluate()["accuracy"]) == [0.5]
    assert pipeline().evaluate(run="mon")["accuracy"][0] == 0.9
    training.recorder.begin("monday-of-another", pipeline="p-2")
    assert pipeline().evaluate(run="mond")["accuracy"][0] == 0.9
    with pytest.raises(
        RunNotFoundError, match=r"'p' has no run 'monday-of-another'\. There are: t"
    ):
        pipeline().evaluate(run="monday-of-another")


def test_why_there_is_nothing(training: Any, pipeline: Any) -> None:
    with pytest.raises(PipelineNotFoundError, match="no pipeline 'never'"):
        TrainingPipeline(name="never").evaluate()
    training.begin("monday", evaluator=False)
    training.train("monday")
    with pytest.raises(ResultNotFoundError, match="no statistics yet: it is still running"):
        pipeline().view_statistics()
    training.recorder.end("monday")
    with pytest.raises(ResultNotFoundError, match=r"no evaluator\. Add one, pipeline\.add_eval"):
        pipeline().evaluate()
    training.begin("tuesday")
    training.recorder.fail("tuesday", "trainer", "ValueError: no")
    training.recorder.end("tuesday", "failed", "no")
    with pytest.raises(ResultNotFoundError, match="has no model: it failed at trainer"):
        pipeline().get_model_uri()
    with pytest.raises(RunNotFoundError, match="no run 'friday'"):
        pipeline().get_model_uri(run="friday")


def test_a_pipeline_that_is_written_down_and_never_ran(training: Any, pipeline: Any) -> None:
    training.whole("monday")
    Client().delete_pipeline_run("monday")
    with pytest.raises(RunNotFoundError, match=r"'p' never ran here: run\(\) it first"):
        pipeline().view_schema()


def test_the_pages_of_a_run_go_with_it(training: Any, pipeline: Any) -> None:
    training.whole("monday")
    training.whole("monday-2")
    pages = [Path(pipeline().view_schema(run=run).attrs["page"]) for run in ("monday", "monday-2")]
    Client().delete_pipeline_run("monday")
    assert [page.exists() for page in pages] == [False, True]


@pytest.mark.parametrize("is_edited", [True, False], ids=["edited", "gone"])
def test_a_file_of_the_pipeline_that_is_edited_or_gone(
    training: Any, pipeline: Any, is_edited: bool
) -> None:
    training.whole("monday")
    trainer = Client().get_pipeline_run("monday").get_step("trainer")
    told = Parts("trainer", args={"lr": 0.5, "split_mapping": {"train_splits": ["eval"]}})
    executions.annotate(trainer.run.store, trainer.id, {PARTS: told.to_json()})
    (file,) = Repository.get_instance().get_default_pipelines_dir().glob("training_p_*.yaml")
    if is_edited:
        file.write_text(file.read_text().replace("0.01", "0.02"))
    else:
        file.unlink()
    found = results_of("p")
    assert found.hyperparameters == told.args
    assert found.run.get_step("trainer").parameters == told.args
    assert found.train_splits == ["eval"]
    assert found.evaluation().table()[0]["accuracy"] == 0.9


def test_an_argument_too_long_to_be_recorded_is_not_handed_out_in_part(
    training: Any, pipeline: Any
) -> None:
    training.whole("monday")
    trainer = Client().get_pipeline_run("monday").get_step("trainer")
    told = Parts("trainer", args=shortened({"lr": 0.5, "rows": list(range(5000))}))
    executions.annotate(trainer.run.store, trainer.id, {PARTS: told.to_json()})
    (file,) = Repository.get_instance().get_default_pipelines_dir().glob("training_p_*.yaml")
    file.unlink()
    found = results_of("p")
    with pytest.raises(ResultNotFoundError, match=r"trainer of run monday .* rows was too long"):
        _ = found.hyperparameters
    with pytest.raises(ResultNotFoundError, match=r"step 'trainer' of run monday .* rows was"):
        _ = found.run.get_step("trainer").parameters
    assert found.train_splits == ["train"]


def test_a_run_without_a_file_that_is_of_no_datasource_is_not_said_to_commit_one(
    training: Any,
) -> None:
    training.recorder.begin("monday", pipeline="of-another-runner", zenml_file="")
    training.recorder.end("monday")
    with pytest.raises(ResultNotFoundError, match=r"has no evaluation\.$"):
        results_of("of-another-runner").evaluation()


def test_predictions_whose_files_are_gone(training: Any) -> None:
    training.recorder.begin("monday")
    training.recorder.typed("monday", "inferrer", "Examples", output="predictions")
    training.recorder.end("monday")
    with pytest.raises(ArtifactStoreError, match="predictions of run monday are not in the art"):
        read_predictions(Client().get_pipeline_run("monday"))


def test_a_commit_of_a_datasource_has_no_more(training: Any) -> None:
    training.recorder.begin("monday", pipeline="datasource-penguins", zenml_file="")
    training.recorder.end("monday")
    with pytest.raises(ResultNotFoundError, match="no evaluation: it committed a datasource"):
        results_of("datasource-penguins").evaluation()


def test_files_that_are_gone(training: Any, pipeline: Any) -> None:
    training.whole("monday")
    shutil.rmtree(Path(pipeline().get_model_uri()).parent)
    with pytest.raises(ArtifactStoreError, match="not in the artifact store any more"):
        pipeline().get_model_uri()
    (evaluation,) = pipeline().get_artifacts_uri_by_component("evaluator")
    Path(evaluation, "metrics.json").write_text("{")
    with pytest.raises(ArtifactStoreError, match=r"metrics\.json cannot be read"):
        pipeline().evaluate()


def test_a_model_is_downloaded_whole_or_not_at_all(
    training: Any, pipeline: Any, tmp_path: Path
) -> None:
    training.whole("monday")
    out = pipeline().download_model(tmp_path / "models" / "one")
    assert [path.name for path in Path(out).iterdir()] == ["saved_model.pb"]
    with pytest.raises(AlreadyExistsException, match="name an empty or a new folder"):
        pipeline().download_model(out)
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(ArtifactStoreError, match="Nothing was written"):
        pipeline().download_model(file / "model")
    (tmp_path / "empty").mkdir()
    pipeline().download_model(tmp_path / "empty")
    assert {path.name for path in tmp_path.iterdir()} >= {"models", "file", "empty"}
    assert pipeline().download_model(tmp_path / "file" / ".." / "two") == str(tmp_path / "two")
    assert not list(tmp_path.glob(".*"))


def test_a_sample_of_no_rows(training: Any, pipeline: Any) -> None:
    training.whole("monday")
    for wrong in (0, -1, 1.5, True):
        with pytest.raises(ResultNotFoundError, match="give a whole number from 1"):
            pipeline().sample_transformed_data(sample_size=wrong)
    with pytest.raises(ResultNotFoundError, match=r"has no transformed rows\."):
        pipeline().sample_transformed_data()


def test_a_pipeline_that_trains_nothing(training: Any) -> None:
    pipeline = DataPipeline(name="look")
    assert not hasattr(pipeline, "evaluate")
    with pytest.raises(PipelineNotFoundError):
        pipeline.view_statistics()


def test_the_splits_come_before_the_rows_as_they_came(training: Any, pipeline: Any) -> None:
    training.begin("monday")
    training.describe("monday")
    folder = training.made("monday", "sequencer_statistics", "ExampleStatistics")
    (folder / "Split-train").mkdir()
    training.recorder.end("monday")
    assert set(pipeline().view_statistics()["split"]) == {"train", "eval", "test"}
