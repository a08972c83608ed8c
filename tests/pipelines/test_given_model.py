"""Pipelines that begin with a model which is there already: their graphs, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zenml import pipeline
from zenml.artifacts.store import digest
from zenml.datasources import CSVDatasource, TFRecordsDatasource
from zenml.errors import (
    ModelError,
    PipelineInterfaceError,
    PipelineNotFoundError,
    StepArgumentError,
)
from zenml.pipelines import (
    BasePipeline,
    BatchInferencePipeline,
    DeploymentPipeline,
    model_at,
    pipeline_from_spec,
)
from zenml.pipelines.graph import Graph
from zenml.repo import Repository
from zenml.spec import PipelineSpec
from zenml.steps.deployer import FolderDeployer
from zenml.steps.inferrer import FileWriterInferrer
from zenml.steps.split import RandomSplit


@pytest.fixture
def model(git_repo: Path, commit: Callable[..., str]) -> Path:
    """A folder that looks like a model, in a repository with a datasource's file."""
    Repository.init_repo()
    commit({"data.csv": "a,b\n1,x\n2,y\n", "models/1/saved_model.pb": "weights"})
    return git_repo / "models" / "1"


def test_an_argument_that_is_misspelt_or_of_another_kind() -> None:
    with pytest.raises(PipelineInterfaceError, match=r"take 'model_urii'; .* mean 'model_uri'"):
        BatchInferencePipeline(model_urii="models/1")  # type: ignore[arg-type]
    with pytest.raises(StepArgumentError, match="takes an InferrerStep, not FolderDeployer"):
        BatchInferencePipeline("models/1").add_infer_step(FolderDeployer(path="p"))  # type: ignore[arg-type]


def inference(uri: Any, **kwargs: Any) -> BatchInferencePipeline:
    made = BatchInferencePipeline(uri, name="predict", **kwargs)
    made.add_datasource(CSVDatasource(name="d", path="data.csv"))
    made.add_infer_step(FileWriterInferrer(output_path="out/p"))
    return made


def deployment(uri: Any, **kwargs: Any) -> DeploymentPipeline:
    made = DeploymentPipeline(uri, name="deploy", **kwargs)
    made.add_deployment(FolderDeployer(path="deployed"))
    return made


def test_a_deployment_has_a_model_pinned_by_its_content(model: Path) -> None:
    spec = deployment(str(model)).to_config()
    assert [(node.name, node.component) for node in spec.nodes] == [
        ("model", "importer"),
        ("deployer", "pusher"),
    ]
    assert spec.node("model").args == {"uri": "models/1", "digest": digest(str(model)).digest}
    assert spec.node("deployer").inputs == {"model": "model.model"}
    assert PipelineSpec.from_dict(spec.to_dict(), "x") == spec


@pytest.mark.parametrize("uri", ["models/1", "models", "models/1/", "./models"])
def test_a_model_is_found_by_its_folder_or_that_of_its_versions(model: Path, uri: str) -> None:
    assert deployment(uri).to_config().node("model").args["uri"] == "models/1"


def test_the_newest_version_is_taken(model: Path, write: Callable[..., None]) -> None:
    write({"models/12/zenml_model.json": '{"format": "scikit_learn"}', "models/notes/x": ""})
    assert deployment("models").to_config().node("model").args["uri"] == "models/12"


def test_the_folder_inside_of_an_artifact_stands_for_the_artifact(
    model: Path, write: Callable[..., None]
) -> None:
    write({"store/7/Format-Serving/saved_model.pb": "weights"})
    for uri in ("store/7", "store/7/Format-Serving"):
        assert deployment(uri).to_config().node("model").args["uri"] == "store/7"


def test_a_model_outside_of_the_repository_keeps_its_whole_path(
    model: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "elsewhere"
    model.rename(outside)
    assert deployment(outside).to_config().node("model").args["uri"] == str(outside)


def test_a_pipeline_comes_back_from_its_file(model: Path) -> None:
    spec = deployment("models", deploy_unblessed=True).to_config()
    back = pipeline_from_spec(spec)
    assert isinstance(back, DeploymentPipeline)
    assert (back.model_uri, back.deploy_unblessed) == ("models/1", True)
    copied = back.copy("other").to_config()
    assert copied.nodes == spec.nodes
    (model / "saved_model.pb").write_text("other weights")
    with pytest.raises(ModelError, match="is not the one that the pipeline was given"):
        back.copy("third").to_config()


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("nowhere", "There is no model in .*nowhere: there is no such folder"),
        ("data.csv", "There is no model in"),
        (".git", "holds neither a SavedModel nor a zenml_model.json"),
        ("", "it must be a folder"),
        (7, "is 7; it must be a folder"),
    ],
)
def test_where_no_model_is_it_is_said(model: Path, uri: Any, why: str) -> None:
    with pytest.raises(ModelError, match=why):
        deployment(uri).to_config()


def test_a_changed_or_removed_model_ends_the_run_before_it_begins(model: Path) -> None:
    made = deployment("models/1")
    path = made.register_pipeline()
    (model / "saved_model.pb").write_text("other weights")
    frozen = BasePipeline.load_config(path)
    with pytest.raises(ModelError, match=r"had the digest \w{12}, and have \w{12}"):
        frozen.run()
    (model / "saved_model.pb").unlink()
    with pytest.raises(ModelError, match="was given the model that lay there"):
        frozen.run()


def test_what_is_missing_is_named(model: Path) -> None:
    with pytest.raises(PipelineInterfaceError, match=r"has no model: .*model_uri="):
        DeploymentPipeline(name="p").run()
    with pytest.raises(PipelineInterfaceError, match=r"has no deployer: call add_deployment"):
        DeploymentPipeline("models", name="p").run()
    with pytest.raises(PipelineInterfaceError, match=r"has no datasource: call add_datasource"):
        BatchInferencePipeline("models", name="p").run()
    with pytest.raises(PipelineInterfaceError, match="a DeploymentPipeline reads no datasource"):
        deployment("models").add_datasource(CSVDatasource(name="d", path="data.csv"))
    with pytest.raises(PipelineNotFoundError, match=f"no pipeline '{inference('models').name}'"):
        inference("models").get_predictions()


def test_a_model_by_its_folder_in_a_function(model: Path) -> None:
    @pipeline
    def both() -> None:
        found = model_at("models")
        parts = RandomSplit(split_map={"a": 0.5, "b": 0.5})(
            CSVDatasource(name="d", path="data.csv")(commit="0" * 40)
        )
        FileWriterInferrer(output_path="out/p")(parts, found)
        FolderDeployer(path="deployed")(found)

    graph = Graph(lambda step: step.to_config("v"))
    both.connect_steps(graph)
    nodes = {node.name: node for node in graph.nodes}
    assert nodes["inferrer"].inputs == {
        "examples": "split.examples",
        "schema": "split_schema.schema",
        "model": "model.model",
    }
    assert nodes["deployer"].inputs == {"model": "model.model"}
    assert nodes["model"].args["uri"] == "models"


def test_two_inferrers_into_one_file_are_refused(model: Path) -> None:
    def connected(*inferrers: FileWriterInferrer) -> None:
        @pipeline
        def both() -> None:
            found, rows = model_at("models"), CSVDatasource(name="d", path="data.csv")()
            for inferrer in inferrers:
                inferrer(rows, found)

        both.connect_steps(Graph(lambda step: step.to_config("v")))

    csv = FileWriterInferrer(output_path="out/p")
    connected(csv, FileWriterInferrer(output_path="out/p", output_ext=".parquet"))
    with pytest.raises(
        PipelineInterfaceError, match=r"`inferrer_2` writes .*p.csv, and so does .*'i"
    ):
        connected(csv, FileWriterInferrer(output_path="out/p.csv"))
    shards = [FileWriterInferrer(output_path="out/p", num_shards=number) for number in (2, 4)]
    with pytest.raises(
        PipelineInterfaceError, match=r"p-00000-of-00004\.csv, which step 'i.*' would take for outd"
    ):
        connected(*shards)
    with pytest.raises(PipelineInterfaceError, match=r"00002\.csv, which step 'i.*' would take"):
        connected(csv, shards[0])
    with pytest.raises(PipelineInterfaceError, match=r"take .*p-00000-of-00002\.csv of step 'i"):
        connected(shards[0], csv)


def test_an_inferrer_into_the_file_of_a_split_of_another_is_refused(model: Path) -> None:
    def connected(path: str) -> None:
        @pipeline
        def both() -> None:
            found, rows = model_at("models"), CSVDatasource(name="d", path="data.csv")()
            parts = RandomSplit(split_map={"train": 0.5, "eval": 0.5})(rows)
            FileWriterInferrer(output_path="out/p")(parts, found)
            FileWriterInferrer(output_path=path)(rows, found)

        both.connect_steps(Graph(lambda step: step.to_config("v")))

    connected("out/p")  # p-train.csv and p-eval.csv, and p.csv
    connected("out/p-test")
    with pytest.raises(PipelineInterfaceError, match=r"p-train\.csv, and so does step 'inferrer'"):
        connected("out/p-train")


@pytest.mark.parametrize(
    ("source", "arguments", "file"),
    [
        (CSVDatasource(name="d", path="data.csv"), {"output_path": "data"}, "data.csv"),
        (CSVDatasource(name="d", path="link.csv"), {"output_path": "./data.csv"}, "data.csv"),
        (CSVDatasource(name="d", path="rows"), {"output_path": "rows/"}, "rows/predictions.csv"),
        (
            CSVDatasource(name="d", path="rows"),
            {"output_path": "rows/out/p", "num_shards": 2},
            "rows/out/p-00000-of-00002.csv",
        ),
        (
            TFRecordsDatasource(name="d", path="rows/*.gz"),
            {"output_path": "rows/p", "output_ext": ".tfrecord.gz"},
            "rows/p.tfrecord.gz",
        ),
        (
            TFRecordsDatasource(name="d", path="lrows/*.gz"),
            {"output_path": "rows/p", "output_ext": ".tfrecord.gz"},
            "rows/p.tfrecord.gz",
        ),
        (
            TFRecordsDatasource(name="d", path="gone/*.gz"),
            {"output_path": "gone/p", "output_ext": ".tfrecord.gz"},
            "gone/p.tfrecord.gz",
        ),
        (CSVDatasource(name="d", path="gone"), {"output_path": "gone/p"}, "gone/p.csv"),
        (CSVDatasource(name="d", path="n[1].csv"), {"output_path": "n[1]"}, "n[1].csv"),
    ],
)
def test_an_inferrer_over_the_files_of_its_source_is_refused(
    git_repo: Path, model: Path, source: Any, arguments: dict[str, Any], file: str
) -> None:
    (git_repo / "rows").mkdir()
    (git_repo / "rows" / "a.csv").write_text("a,b\n1,x\n")
    (git_repo / "rows" / "a.gz").write_bytes(b"")
    (git_repo / "link.csv").symlink_to("data.csv")
    (git_repo / "lrows").symlink_to("rows")
    step = FileWriterInferrer(**arguments)
    given = BatchInferencePipeline("models", name="over")
    given.add_datasource(source)
    given.add_infer_step(step)

    @pipeline
    def called() -> None:
        step(source(), model_at("models"))

    for made in (given, called):
        why = rf"nferrer.* writes {re.escape(str(git_repo / file))}, which the datasource reads"
        with pytest.raises(PipelineInterfaceError, match=why):
            made.connect_steps(Graph(lambda step: step.to_config("v")))


@pytest.mark.parametrize(
    "path", ["rows/_out/p.csv", "rows/p.parquet", "data.parquet", "data-test.csv", "rows2/p.csv"]
)
def test_an_inferrer_beside_the_files_of_its_source_will_do(
    git_repo: Path, model: Path, path: str
) -> None:
    (git_repo / "rows").mkdir()
    (git_repo / "rows" / "a.csv").write_text("a,b\n1,x\n")
    for source in ("rows", "data.csv"):
        given = BatchInferencePipeline("models", name="beside")
        given.add_datasource(CSVDatasource(name="d", path=source))
        ext = Path(path).suffix
        given.add_infer_step(FileWriterInferrer(output_path=path, output_ext=ext))
        given.connect_steps(Graph(lambda step: step.to_config("v")))


@pytest.mark.parametrize(
    ("source", "path"),
    [
        (TFRecordsDatasource(name="d", path="rows/*.gz"), "rows/sub/p"),
        (TFRecordsDatasource(name="d", path="rows/*"), "rows/.hidden"),
        (CSVDatasource(name="d", path="rows/*.csv"), "rows/p.csv"),
    ],
)
def test_an_inferrer_beside_the_files_of_a_pattern_will_do(
    git_repo: Path, model: Path, source: Any, path: str
) -> None:
    given = BatchInferencePipeline("models", name="beside")
    given.add_datasource(source)
    ext = Path(path).suffix if path.endswith(".csv") else ".tfrecord.gz"
    given.add_infer_step(FileWriterInferrer(output_path=path, output_ext=ext))
    given.connect_steps(Graph(lambda step: step.to_config("v")))


def test_an_inferrer_takes_rows_and_a_model(model: Path) -> None:
    @pipeline
    def wrong() -> None:
        FileWriterInferrer(output_path="out/p")(model_at("models"), model_at("models"))

    with pytest.raises(PipelineInterfaceError, match="It takes 'examples': rows"):
        wrong.to_config()
