"""The pipelines' files and their index."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

import pytest
import yaml

from benchmarks.git import repositories
from zenml import spec_yaml
from zenml.repo import pipeline_files, pipeline_index
from zenml.repo.pipeline_files import PipelineFiles
from zenml.spec import NodeSpec, PipelineSpec, StepSpec
from zenml.spec_values import digest_of


def spec(name: str, version: str = "a" * 40, nodes: int = 1) -> PipelineSpec:
    made = [NodeSpec(f"n{n}", "split_gen", StepSpec(f"steps.S{n}", version)) for n in range(nodes)]
    return PipelineSpec(name, "training", "steps.P", version, tuple(made))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pipelines"


@pytest.fixture
def anew(tmp_path: Path, folder: Path):
    """The files as another process sees them."""
    return lambda: PipelineFiles(folder, tmp_path, tmp_path / ".zenml" / "cache" / "index.db")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files whose text was read."""
    found: list[str] = []
    read_text = Path.read_text

    def noting(path: Path, *args: object, **kwargs: object) -> str:
        found.append(path.name)
        return read_text(path, *args, **kwargs)

    monkeypatch.setattr(Path, "read_text", noting)
    return found


def test_of_one_pipeline_only_its_own_files_are_read(folder, anew, read):
    for name in ("one", "two", "new one", "new_one"):
        spec_yaml.write(spec(name), folder)
    spec_yaml.write(spec("one", "b" * 40), folder)
    read.clear()
    assert [record.spec.name for record in anew().records("one")] == ["one", "one"]
    assert len(read) == 3  # and one that is called like it: training_new_one_...
    read.clear()
    assert [record.spec.name for record in anew().records("new one")] == ["new one"]
    assert len(read) == 1
    read.clear()
    assert len(anew().records()) == 5
    assert read == ["training_two_" + spec("two").digest[:16] + ".yaml"]
    read.clear()
    assert [record.spec.name for record in anew().newest()] == ["new one", "new_one", "one", "two"]
    assert read == []


def test_what_changes_is_read_again(folder, anew, read):
    path = spec_yaml.write(spec("one"), folder)
    files = anew()
    assert len(files.records()) == 1
    text = path.read_text()
    # Of another size: the clock of a file system may stand still from one write to the next.
    path.write_text(text.replace("split_gen", "another_gen"))
    assert files.records("one") == anew().records("one") == []
    path.write_text(text)
    assert len(files.records("one")) == len(anew().records("one")) == 1
    path.unlink()
    assert files.records() == anew().records() == []


def test_a_file_of_a_later_zenml_does_not_hide_an_earlier_one(folder, anew, caplog):
    spec_yaml.write(spec("one"), folder)
    later = spec("one", "b" * 40)
    body = {**later.to_dict(), "colour": "blue"}
    text = spec_yaml.to_yaml(later).replace(later.digest, digest_of(body))
    (folder / f"training_one_{digest_of(body)[:16]}.yaml").write_text(text + "colour: blue\n")
    with caplog.at_level(logging.WARNING, logger="zenml"):
        (newest,) = anew().newest()
        assert newest.spec == spec("one")
        assert [record.spec for record in anew().records("one")] == [spec("one")]
    assert "unknown key 'colour'" in caplog.text


def test_after_a_move_no_file_is_read_again(folder, anew, tmp_path, read):
    spec_yaml.write(spec("one"), folder)
    anew().records()
    moved = tmp_path.rename(tmp_path.with_name(f"{tmp_path.name}-moved"))
    read.clear()
    files = PipelineFiles(moved / "pipelines", moved, moved / ".zenml" / "cache" / "index.db")
    (record,) = files.records()
    assert (record.spec.name, record.path.parent) == ("one", moved / "pipelines")
    assert read == []


def test_without_its_index_it_works(folder, anew, tmp_path, monkeypatch):
    spec_yaml.write(spec("one"), folder)
    (tmp_path / ".zenml").write_text("where the index cannot be")
    assert len(anew().records()) == 1
    (tmp_path / ".zenml").unlink()
    assert len(anew().records()) == 1
    monkeypatch.setattr(pipeline_index, "_TIMEOUT", 0.01)
    other = sqlite3.connect(tmp_path / ".zenml" / "cache" / "index.db")
    other.execute("BEGIN EXCLUSIVE")
    assert len(anew().records()) == 1
    other.rollback()
    other.execute("PRAGMA user_version = 99")
    other.execute("ALTER TABLE files ADD COLUMN colour")
    other.close()
    spec_yaml.write(spec("two"), folder)
    assert len(anew().records()) == 2
    monkeypatch.setattr(pipeline_files, "read_unedited", None)
    assert len(anew().records()) == 2


def _look(folder: Path, barrier, results) -> None:
    barrier.wait()
    files = PipelineFiles(folder / "pipelines", folder, folder / "index.db")
    results.put([len(files.records()), len(files.records("p7"))])


def test_processes_that_look_at_once_agree(folder, tmp_path, race):
    for number in range(20):
        spec_yaml.write(spec(f"p{number}"), folder)
    assert race(_look, [(tmp_path,)] * 4) == [[20, 1]] * 4


def test_each_of_many_files_is_read_once_and_without_a_yaml_parser(folder, anew, read, monkeypatch):
    repositories.make_pipelines(folder.parent, 200)
    monkeypatch.setattr(yaml, "load", None)
    read.clear()
    first = list(anew().steps())
    assert len(read) == len(set(read)) == 200
    read.clear()
    assert list(anew().steps()) == first
    assert read == []
