"""From a pipeline to its file and back, in a repository, without running anything."""

from __future__ import annotations

import dataclasses
import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from zenml import spec_yaml
from zenml.artifacts import ArtifactStore
from zenml.backends import OrchestratorLocalBackend, TrainingLocalBackend
from zenml.datasources import CSVDatasource
from zenml.errors import (
    AlreadyExistsException,
    BackendError,
    DatasourceNotFoundError,
    PipelineError,
    PipelineNotFoundError,
    RepositoryError,
    SpecError,
)
from zenml.metadata import SQLiteMetadataStore, commits, runs
from zenml.pipelines import DataPipeline, TrainingPipeline
from zenml.pipelines.restore import pipeline_from_spec
from zenml.repo import Repository
from zenml.repo.datasources import register_datasource
from zenml.runtime import datasources
from zenml.runtime.entry import run_spec
from zenml.runtime.freeze import _workspace_of, datasource_spec, with_stores
from zenml.runtime.queries import nodes_named
from zenml.runtime.workspace import Workspace
from zenml.spec import BackendSpec
from zenml.steps.preprocesser import StandardPreprocesser
from zenml.steps.split import RandomSplit
from zenml.steps.trainer import TFFeedForwardTrainer
from zenml.version import __version__

OLD, NEW = "aaaa" + "0" * 36, "aabb" + "0" * 36


@pytest.fixture
def repo(git_repo: Path) -> Repository:
    """A repository with a datasource `d` that was committed twice."""
    repo = Repository.init_repo()
    (git_repo / "d.csv").write_text("a,b\n1,x\n2,y\n")
    store = repo.get_default_metadata_store().open()
    for commit in (OLD, NEW):
        commits.record(store, datasource="d", commit=commit, rows=2, source_mark="m", made_by=[])
    return repo


def training(name: str = "p", epochs: int = 1, source: Any = None, **kwargs: Any) -> Any:
    pipeline = TrainingPipeline(name, **kwargs)
    pipeline.add_datasource(source or CSVDatasource(name="d", path="d.csv"))
    pipeline.add_split(RandomSplit(split_map={"train": 0.5, "eval": 0.5}))
    pipeline.add_preprocesser(StandardPreprocesser(features=["a"], labels=["b"]))
    pipeline.add_trainer(TFFeedForwardTrainer(epochs=epochs))
    return pipeline


def test_a_frozen_pipeline_names_versions_commit_and_stores(repo: Repository) -> None:
    spec = training().to_config()
    assert (spec.name, spec.type) == ("p", "training")
    assert spec.source == "zenml.pipelines.training.TrainingPipeline"
    assert spec.version == f"zenml_{__version__}"
    assert spec.datasource is not None
    assert (spec.datasource.name, spec.datasource.commit) == ("d", NEW)
    assert spec.datasource.args == {"path": "d.csv", "schema": None}
    assert spec.artifact_store == ".zenml/local_store/artifacts"
    assert spec.metadata_store.args == {"uri": ".zenml/local_store/metadata.db"}
    trainer = spec.node("trainer").step
    assert trainer is not None
    assert trainer.args["epochs"] == 1
    assert trainer.args["hidden_layers"] == [10]
    assert "tensorflow" in trainer.packages


def test_it_is_rebuilt_from_its_yaml_alone(repo: Repository, monkeypatch: Any) -> None:
    pipeline = training(epochs=3)
    path = Path(pipeline.register_pipeline())
    assert path.parent == repo.get_default_pipelines_dir()
    again = repo.get_pipeline_by_name("p")
    assert isinstance(again, TrainingPipeline)
    assert again.to_config() == pipeline.to_config() == spec_yaml.read(path)
    assert again.steps_dict["trainer"].arguments["epochs"] == 3
    assert list(again.steps_dict) == ["split", "preprocesser", "trainer"]
    assert again.get_status() == "NotStarted"


def test_the_same_pipeline_is_one_file_and_a_changed_one_another(repo: Repository) -> None:
    files = {training(epochs=epochs).register_pipeline() for epochs in (1, 1, 2)}
    assert len(files) == 2
    assert repo.get_pipeline_names() == ["p"]


def test_a_copy_of_a_pipeline_from_yaml_is_whole(repo: Repository) -> None:
    training(epochs=3).register_pipeline()
    copy = repo.get_pipeline_by_name("p").copy("q")
    spec = copy.to_config()
    assert spec.name == "q"
    assert spec.nodes == training(epochs=3).to_config().nodes
    assert spec.datasource == training().to_config().datasource


def test_a_copy_of_a_pipeline_from_yaml_runs_where_that_ran(repo: Repository) -> None:
    pipeline = training(
        backend=OrchestratorLocalBackend(),
        artifact_store=ArtifactStore("other", root=repo.path),
        metadata_store=repo.get_default_metadata_store(),
    )
    pipeline.steps_dict["trainer"].with_backend(TrainingLocalBackend())
    spec = dataclasses.replace(
        pipeline.to_config(), metadata_store=BackendSpec("sqlite", {"uri": "other/metadata.db"})
    )
    copy = TrainingPipeline.from_config(spec).copy("q")
    assert isinstance(copy.backend, OrchestratorLocalBackend)
    assert isinstance(copy.steps_dict["trainer"].backend, TrainingLocalBackend)
    assert copy.artifact_store is not None
    assert copy.artifact_store.uri == str(repo.path / "other")
    store = copy.metadata_store
    assert isinstance(store, SQLiteMetadataStore)
    assert store.at(repo.path / "sub").open().get_contexts() == []  # wherever it is taken from
    assert (repo.path / "other" / "metadata.db").is_file()
    plain = TrainingPipeline.from_config(training().to_config()).copy("q")
    assert (plain.artifact_store, plain.metadata_store) == (None, None)


def test_a_store_in_a_work_tree_below_the_repository_has_one_home(
    repo: Repository, git: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    git("worktree", "add", "--quiet", ".worktrees/x")
    monkeypatch.chdir(repo.path / ".worktrees" / "x")
    source = CSVDatasource(name="d", path=str(repo.path / "d.csv"))
    pipeline = training(source=source, metadata_store=SQLiteMetadataStore(uri="meta.db"))
    places = _workspace_of(pipeline)
    assert places.metadata_config().args == {"uri": ".worktrees/x/meta.db"}
    own, named = places.metadata, Workspace.of(places.stores()).metadata
    assert isinstance(own, SQLiteMetadataStore)
    assert isinstance(named, SQLiteMetadataStore)
    assert (own.path, own.home) == (named.path, named.home)


def test_a_copy_of_a_users_own_class_from_yaml_is_its_spec_renamed(repo: Repository) -> None:
    spec = dataclasses.replace(training().to_config(), type="mine", source="gone.Mine")
    copy = pipeline_from_spec(spec).copy("q")
    assert copy.name == "q"
    assert copy.to_config() == dataclasses.replace(spec, name="q")


def test_a_commit_may_be_given_by_its_first_digits(repo: Repository) -> None:
    pipeline = training()
    pipeline.add_datasource(CSVDatasource(name="d", path="d.csv"), commit_id="aaaa")
    assert pipeline.to_config().datasource.commit == OLD


@pytest.mark.parametrize(
    ("commit", "says"),
    [
        ("aa", "More than one commit of datasource 'd' begins with 'aa'; it has: aaaa"),
        ("ffff", "No commit of datasource 'd' begins with 'ffff'"),
    ],
)
def test_a_commit_that_is_not_there_or_not_one_is_named(
    repo: Repository, commit: str, says: str
) -> None:
    pipeline = training()
    pipeline.add_datasource(CSVDatasource(name="d", path="d.csv"), commit_id=commit)
    with pytest.raises(DatasourceNotFoundError, match=says):
        pipeline.to_config()


def test_a_source_that_changed_is_said_with_what_to_do(
    repo: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    training().to_config()
    out = capsys.readouterr().out
    assert f"datasource d has changed since its commit {NEW[:12]}" in out
    assert "zenml datasource commit d\n" in out


def test_a_datasource_of_another_path_is_committed_anew(
    git_repo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []
    monkeypatch.setattr(datasources, "commit", lambda source: asked.append(source.path) or NEW)
    repo = Repository.init_repo()
    store = repo.get_default_metadata_store().open()
    commits.record(store, datasource="d", commit=OLD, rows=2, source_mark="m", made_by=[])
    register_datasource(datasource_spec(CSVDatasource(name="d", path="d.csv"), ""))
    (git_repo / "d.csv").write_text("a,b\n1,x\n2,y\n")
    assert training().to_config().datasource.commit == OLD
    assert asked == []
    moved = CSVDatasource(name="d", path="july.csv")
    assert training(source=moved).to_config().datasource.commit == NEW
    assert asked == ["july.csv"]
    assert "another than at its last commit (path 'd.csv' -> 'july.csv')" in capsys.readouterr().out


def test_a_name_belongs_to_one_kind_and_one_datasource(repo: Repository) -> None:
    store = repo.get_default_metadata_store().open()
    commits.record(store, datasource="e", commit=OLD, rows=2, source_mark="m", made_by=[])
    training().register_pipeline()
    other = training(source=CSVDatasource(name="e", path="d.csv"))
    with pytest.raises(
        AlreadyExistsException,
        match=r"a pipeline 'p' .* on datasource 'd' .*: zenml pipeline delete p$",
    ):
        other.register_pipeline()
    looking = DataPipeline("p", datasource=CSVDatasource(name="d", path="d.csv"))
    with pytest.raises(AlreadyExistsException, match=r"a pipeline 'p' .* of type training"):
        looking.register_pipeline()


def test_a_taken_name_is_said_before_the_data_are_committed(repo: Repository) -> None:
    training().register_pipeline()
    new = CSVDatasource(name="new", path="d.csv")
    with pytest.raises(AlreadyExistsException, match="Give this one another name, or delete"):
        training(source=new).run()
    assert new.get_commits() == []


def test_stores_inside_the_repository_are_relative_and_others_absolute(
    repo: Repository, tmp_path: Path
) -> None:
    inside = training(
        artifact_store=ArtifactStore("mine"), metadata_store=SQLiteMetadataStore(uri="mine.db")
    )
    spec = inside.to_config()
    assert spec.artifact_store == "mine"
    assert spec.metadata_store.args == {"uri": "mine.db"}
    moved = with_stores(
        spec,
        None,
        SQLiteMetadataStore(uri=str(tmp_path / "m.db")),
        ArtifactStore(str(tmp_path / "a")),
    )
    assert moved.artifact_store == str(tmp_path / "a")
    assert moved.metadata_store.args == {"uri": str(tmp_path / "m.db")}
    assert moved.nodes == spec.nodes


def test_a_backend_that_does_not_exist_is_named_before_a_run_is_recorded(
    repo: Repository,
) -> None:
    import dataclasses

    from zenml.spec import BackendSpec

    spec = dataclasses.replace(training().to_config(), backend=BackendSpec("cloud"))
    with pytest.raises(BackendError, match="no orchestrator 'cloud'"):
        run_spec(spec)
    assert runs.list_runs(repo.get_default_metadata_store().open()) == []


def test_status_is_that_of_the_last_run(repo: Repository) -> None:
    pipeline = training()
    store = repo.get_default_metadata_store().open()
    assert pipeline.get_status() == "NotStarted"
    for state, says in (("failed", "Failed"), ("succeeded", "Succeeded")):
        context = runs.start(store, name=f"r-{state}", pipeline="p", file="")
        assert pipeline.get_status() == "Running"
        runs.finish(store, context, state)
        assert pipeline.get_status() == says


def test_nodes_are_found_by_their_name_and_by_their_component(repo: Repository) -> None:
    spec = training().to_config()
    nodes = [node.name for node in spec.nodes]
    statistics = ["data_statistics", "split_statistics"]
    assert nodes_named("StatisticsGen", nodes, spec) == statistics
    assert nodes_named("Transform", nodes, spec) == nodes_named("preprocesser", nodes)
    assert nodes_named("splitstatistics", nodes, spec) == ["split_statistics"]
    assert nodes_named("Mine", ["mine", "Mine"]) == ["Mine"]
    assert nodes_named("nothing", nodes, spec) == []


def test_results_of_a_pipeline_that_never_ran_are_asked_for_in_vain(repo: Repository) -> None:
    with pytest.raises(PipelineError, match="no results of 'trainer'; it never ran"):
        training().get_artifacts_uri_by_component("trainer")
    with pytest.raises(PipelineNotFoundError, match="none yet"):
        repo.get_pipeline_by_name("nothing")


USERS = {
    "mine.py": (
        "from zenml.steps.split import SplitStep\n"
        "from helper import NAMES\n"
        "class Mine(SplitStep):\n"
        "    def get_split_names(self):\n        return NAMES\n"
        "    def assign(self, batch):\n        return batch\n"
    ),
    "helper.py": "NAMES = ['train', 'eval']\n",
}


def test_a_user_s_step_is_pinned_to_the_commit_of_its_code(
    repo: Repository, commit: Callable[..., str], write: Callable[[Mapping[str, str]], None]
) -> None:
    sha = commit(USERS)
    sys.path.insert(0, str(repo.path))
    import mine  # type: ignore[import-not-found]

    def version() -> str:
        pipeline = training()
        pipeline.add_split(mine.Mine())
        return str(pipeline.to_config().node("split").step.version)

    assert version() == sha
    commit({"elsewhere.txt": "x"})
    assert version() == sha
    write({"helper.py": "NAMES = ['train', 'eval', 'test']\n"})
    with pytest.raises(RepositoryError, match=r"helper\.py .*Restart the process"):
        version()  # which would run what the helper was
    importlib.reload(sys.modules["helper"])
    importlib.reload(mine)
    assert version() == "unpinned"
    assert version() == "unpinned"
    assert version() != commit()
    assert len(version()) == 40


def test_an_edited_file_is_not_run(repo: Repository) -> None:
    path = Path(training().register_pipeline())
    path.write_text(path.read_text().replace("epochs: 1", "epochs: 100"))
    with pytest.raises(PipelineError, match="was edited since it ran"):
        TrainingPipeline.load_config(path)
    copy = repo.path / "copy.yaml"
    copy.write_text(path.read_text())
    assert TrainingPipeline.load_config(copy).steps_dict["trainer"].arguments["epochs"] == 100
    with pytest.raises(SpecError, match=r"Cannot read .*nothing\.yaml"):
        TrainingPipeline.load_config("nothing.yaml")
