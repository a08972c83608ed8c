from __future__ import annotations

import dataclasses
import logging
import os
import re
from pathlib import Path

import pytest

from zenml import spec_yaml
from zenml.errors import (
    AlreadyExistsException,
    DatasourceNotFoundError,
    PipelineNotFoundError,
    VersionNotFoundError,
)
from zenml.repo import Repository, datasources
from zenml.repo.settings import FILE, write_settings
from zenml.spec import DatasourceSpec, NodeSpec, PipelineSpec, StepSpec

TRAINING = "zenml.pipelines.training.TrainingPipeline"


@pytest.fixture
def repo(git_repo) -> Repository:
    return Repository.init_repo()


@pytest.fixture
def pipeline(repo):
    """Writes the file of a pipeline, as a run would."""
    folder = repo.get_default_pipelines_dir()

    def write(name: str, kind: str = "training", source: str = "penguins", **steps: str) -> str:
        nodes = tuple(
            NodeSpec(node, node, StepSpec(f"steps.{node}.Step", version))
            for node, version in steps.items()
        )
        data = DatasourceSpec(source, "zenml.datasources.csv.CSVDatasource", "zenml_1")
        spec = PipelineSpec(name, kind, TRAINING, "zenml_1", nodes, data)
        return str(spec_yaml.write(spec, folder))

    return write


def test_nothing_yet(repo):
    assert repo.get_pipelines() == []
    assert repo.get_pipeline_names() == []
    assert repo.get_step_versions() == {}
    assert repo.get_step_versions_by_type("steps.split.Step") == set()
    assert repo.get_datasource_names() == []
    with pytest.raises(PipelineNotFoundError, match="none yet"):
        repo.get_pipeline_by_name("penguins")


def test_settings_of_the_same_time_are_read_anew(repo):
    """The clock of a file system stands still for some milliseconds."""
    file, settings = repo.home / FILE, repo.settings
    before = file.stat()
    write_settings(repo.home, dataclasses.replace(settings, pipelines_dir="flows"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert repo.get_default_pipelines_dir() == repo.path / "flows"


def test_the_newest_file_of_a_name_counts(repo, pipeline):
    pipeline("one", split="a" * 40)
    pipeline("two", split="c" * 40)
    pipeline("one", split="b" * 40)
    assert repo.get_pipeline_names() == ["one", "two"]
    assert repo.pipeline_record("one").spec.node("split").step.version == "b" * 40
    versions = [spec.node("split").step.version for _, spec in repo.pipeline_specs("one")]
    assert versions == ["a" * 40, "b" * 40]
    assert len(repo.pipeline_specs()) == 3
    assert repo.pipeline_record("one").file.startswith("pipelines/training_one_")
    assert repo.pipeline_record("one").written[:2] == "20"


def test_pipelines_come_back_as_objects(repo, pipeline):
    pytest.importorskip("zenml.datasources.base")
    pipeline("one", source="penguins", split="a" * 40)
    pipeline("two", source="flights", split="a" * 40)
    pipeline("three", kind="data", source="flights")
    assert [found.name for found in repo.get_pipelines()] == ["one", "three", "two"]
    assert repo.get_pipeline_by_name("two").name == "two"
    by_type = repo.get_pipelines_by_type(["training"])
    assert [found.name for found in by_type] == ["one", "two"]
    assert [found.name for found in repo.get_pipelines_by_type("data")] == ["three"]
    by_datasource = repo.get_pipelines_by_datasource("flights")
    assert [found.name for found in by_datasource] == ["three", "two"]


def test_an_unknown_name_is_answered_with_the_nearest(repo, pipeline):
    pipeline("penguins", split="a" * 40)
    with pytest.raises(PipelineNotFoundError, match=r"Did you mean 'penguins'\? .*: penguins\."):
        repo.get_pipeline_by_name("pengins")


def test_step_versions(repo, pipeline):
    pipeline("one", split="a" * 40, trainer="unpinned")
    pipeline("one", split="b" * 40, trainer="unpinned")
    assert repo.get_step_versions() == {
        "steps.split.Step": {"a" * 40, "b" * 40},
        "steps.trainer.Step": {"unpinned"},
    }
    assert repo.get_step_versions_by_type("steps.split.Step") == {"a" * 40, "b" * 40}


def test_step_by_version_is_read_from_git(repo, commit):
    first = commit({"steps/split.py": "class Step:\n    value = 1\n"})
    second = commit({"steps/split.py": "class Step:\n    value = 2\n"})
    assert repo.get_step_by_version("steps.split.Step", first).value == 1
    cls = repo.get_step_by_version("steps.split.Step", second)
    assert cls.value == 2
    assert cls.__zenml_version__ == second
    assert repo.get_step_by_version(cls, first).value == 1
    with pytest.raises(VersionNotFoundError, match="There is no commit"):
        repo.get_step_by_version("steps.split.Step", "0" * 40)


def test_broken_files_are_named_once_and_hide_nothing(repo, pipeline, caplog):
    pipeline("good", split="a" * 40)
    edited = pipeline("edited", split="a" * 40)
    Path(edited).write_text(Path(edited).read_text() + "\nenable_cache: false\n")
    changed = pipeline("changed", split="a" * 40)
    text = Path(changed).read_text()
    Path(changed).write_text(text.replace("a" * 40, "b" * 40))
    folder = repo.get_default_pipelines_dir()
    (folder / "training_broken_0123456789abcdef.yaml").write_text("name: [")
    (folder / "notes.yaml").write_text("mine")
    (folder / "copy_of_good.yaml").write_text("mine too")
    with caplog.at_level(logging.WARNING, logger="zenml"):
        assert repo.get_pipeline_names() == ["good"]
        assert repo.get_pipeline_names() == ["good"]
    assert len(caplog.records) == 1
    said = caplog.text
    assert "training_broken_0123456789abcdef.yaml is no YAML" in said
    assert "training_edited_" in said
    assert "edited since it ran" in said
    assert "notes" not in said


def test_the_index_is_never_the_truth(repo, pipeline):
    path = pipeline("one", split="a" * 40)
    pipeline("two", split="b" * 40)
    assert repo.get_pipeline_names() == ["one", "two"]
    index = repo.path / ".zenml" / "cache" / "pipelines.db"
    whole = index.read_bytes()
    for content in (b"", b"{}", whole[:5000], whole[:-9], b"x" * len(whole), whole):
        index.write_bytes(content)
        repo._files = None
        assert repo.get_pipeline_names() == ["one", "two"]
    os.unlink(path)
    assert repo.get_pipeline_names() == ["two"]
    repo._files = None
    assert repo.get_pipeline_names() == ["two"]


def test_files_are_read_once(repo, pipeline, monkeypatch):
    pipeline("one", split="a" * 40)
    assert repo.get_pipeline_names() == ["one"]
    repo._files = None
    monkeypatch.setattr("zenml.repo.pipeline_files.from_yaml", None)
    assert repo.get_pipeline_names() == ["one"]
    assert repo.get_step_versions() == {"steps.split.Step": {"a" * 40}}


PENGUINS = DatasourceSpec(
    "penguins", "zenml.datasources.csv.CSVDatasource", "zenml_1", {"path": "a"}
)


def test_datasources_are_known_once_registered(repo):
    path = datasources.register_datasource(PENGUINS)
    assert path.parent == repo.get_default_pipelines_dir()
    assert path.name.startswith("datasource_penguins_")
    datasources.register_datasource(dataclasses.replace(PENGUINS, commit="a" * 40))
    assert [spec.args for spec in datasources.datasource_specs()] == [{"path": "a"}]
    assert repo.get_datasource_names() == ["penguins"]
    found = datasources.datasource_spec("penguins")
    assert (found.version, found.commit) == ("unpinned", "")


def test_a_datasource_declared_anew_counts_as_it_is_now(repo):
    first = datasources.register_datasource(PENGUINS)
    datasources.register_datasource(dataclasses.replace(PENGUINS, args={"path": "b"}))
    assert datasources.datasource_spec("penguins").args == {"path": "b"}
    os.utime(first, (1, 1))
    second = datasources.register_datasource(PENGUINS)
    assert datasources.datasource_spec("penguins").args == {"path": "a"}
    os.utime(second, (1, 1))  # a clone's times say nothing
    assert datasources.datasource_spec("penguins").args == {"path": "a"}
    text = re.sub("^written:.*\n", "", second.read_text(), flags=re.MULTILINE)
    second.write_text(text)  # of a zenml that did not write it
    assert datasources.datasource_spec("penguins").args == {"path": "b"}


def test_of_one_datasource_no_file_of_another_is_read(repo, monkeypatch):
    other = dataclasses.replace(PENGUINS, name="some penguins")
    alike = dataclasses.replace(PENGUINS, name="some-penguins", args={"path": "c"})
    for spec in (PENGUINS, other, alike):
        datasources.register_datasource(spec)
    seen, read = [], datasources._read

    def noted(path):
        seen.append(path.name[:-22])
        return read(path)

    monkeypatch.setattr(datasources, "_read", noted)
    assert datasources.known_spec("penguins").args == {"path": "a"}
    assert datasources.datasource_spec("penguins").version == "unpinned"
    datasources.register_datasource(PENGUINS)
    assert seen == ["datasource_penguins"] * 3
    seen.clear()
    assert datasources.known_spec("some penguins").args == {"path": "a"}  # one file name for both
    assert datasources.known_spec("some-penguins").args == {"path": "c"}
    assert seen == ["datasource_some-penguins"] * 4
    assert datasources.known_spec("gulls") is None


def test_a_datasource_whose_file_was_given_another_name(repo):
    path = datasources.register_datasource(PENGUINS)
    path.rename(path.with_name("datasource_of-birds.yaml"))
    assert datasources.known_spec("penguins").args == {"path": "a"}


def test_a_name_taken_by_another_kind_of_datasource(repo):
    datasources.register_datasource(PENGUINS)
    other = dataclasses.replace(PENGUINS, source="mine.Source", version="unpinned")
    with pytest.raises(AlreadyExistsException, match="another name"):
        datasources.register_datasource(other)


def test_an_unknown_datasource(repo, caplog):
    with pytest.raises(DatasourceNotFoundError, match="none yet"):
        repo.get_datasource_by_name("penguins")
    datasources.register_datasource(PENGUINS)
    broken = repo.get_default_pipelines_dir() / "datasource_broken_0.yaml"
    broken.write_text("schema: other")
    with pytest.raises(DatasourceNotFoundError, match=r"Did you mean 'penguins'\?"):
        datasources.datasource_spec("penguin")
    assert "datasource_broken_0.yaml" in caplog.text
    assert repo.get_pipeline_names() == []


def test_datasources_come_back_as_objects(repo):
    pytest.importorskip("zenml.datasources.csv")
    datasources.register_datasource(PENGUINS)
    assert repo.get_datasource_by_name("penguins").name == "penguins"
    assert [found.name for found in repo.get_datasources()] == ["penguins"]
