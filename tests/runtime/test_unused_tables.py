"""Kept tables: pruned once nothing names them, and never before."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from zenml.cli.main import main
from zenml.client import Client
from zenml.datasources import PandasDatasource
from zenml.metadata import runs
from zenml.metadata.deletion import mark_run
from zenml.repo import Repository, kept_tables
from zenml.runtime import pruning, unused_tables


def keep(value: int, age: float = 7200.0) -> tuple[str, Path]:
    """The name and the file of a kept table that was written some seconds ago."""
    name = PandasDatasource(name="p", df=pd.DataFrame({"a": [value]})).kept()
    file = kept_tables.find(name)
    os.utime(file, (time.time() - age,) * 2)
    return name, file


def unused() -> list[str]:
    return [one.uri for one in pruning.find_unused()]


@pytest.mark.usefixtures("recorder")
def test_a_table_that_nothing_names_goes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)  # a process of several tests has it set
    _, file = keep(1)
    _, young = keep(2, age=60.0)
    half = file.with_name(".0123456789abcdef")
    half.write_bytes(b"cut short")
    os.utime(half, (0, 0))
    main(["artifact", "prune", "--dry-run"])
    assert file.name in capsys.readouterr().out
    main(["artifact", "prune", "--yes"])
    assert "Removed 2 kept tables, " in capsys.readouterr().out
    assert (file.exists(), half.exists(), young.exists()) == (False, False, True)


def test_a_table_that_a_file_of_any_work_tree_names_stays(
    recorder: Any, git: Any, tmp_path: Path
) -> None:
    name, _ = keep(1)
    other, _ = keep(2)
    git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    folder = Repository.get_instance().get_default_pipelines_dir()
    for place, table in ((folder, name), (tmp_path / "tree" / folder.name, other)):
        place.mkdir(exist_ok=True)
        (place / "data.yaml").write_text(f"args:\n  df: {table}\n")
    assert unused() == []
    shutil.rmtree(folder)
    assert unused() == [str(kept_tables.find(name))]


def test_a_table_that_a_commit_of_any_branch_names_stays(
    recorder: Any, git: Any, commit: Any
) -> None:
    name, file = keep(1)
    git("switch", "--quiet", "--create", "other")
    commit({"pipelines/data.yaml": f"df: {name}\n"})
    git("switch", "--quiet", "main")
    assert not Path("pipelines/data.yaml").exists()
    assert unused() == []
    git("branch", "--quiet", "-D", "other")
    assert unused() == [str(file)]


@pytest.mark.parametrize("attributes", ["*.yaml -diff", "*.yaml diff=none"])
def test_a_table_stays_whatever_git_is_told_of_differences(
    attributes: str, recorder: Any, git: Any, commit: Any
) -> None:
    name, _ = keep(1)
    git("config", "log.showRoot", "false")
    git("config", "diff.none.textconv", "true")
    git("config", "diff.none.command", "true")
    git("switch", "--quiet", "--orphan", "other")
    commit({"pipelines/data.yaml": f"df: {name}\n"})
    git("switch", "--quiet", "main")
    Path(".gitattributes").write_text(attributes)
    assert unused() == []


def test_a_file_that_goes_while_it_is_looked_at_is_none(
    recorder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, file = keep(1)
    gone = file.with_name(".0123456789abcdef")
    monkeypatch.setattr(Path, "glob", lambda *_: [gone, file])
    assert [found for found, _ in unused_tables._old_files(file.parent)] == [file]


def test_a_table_that_a_run_read_stays_until_the_run_is_deleted(recorder: Any) -> None:
    name, file = keep(1)
    recorder.begin("first")
    recorder.value("first", "data", output=[1], _step=f'{{"args": {{"table": "{name}"}}}}')
    recorder.end("first")
    assert unused() == []
    run = Client().get_pipeline_run("first").record
    mark_run(recorder.store, run, [node.id for node in runs.nodes(recorder.store, run)])
    assert str(file) in unused()


def test_in_a_store_that_others_may_use_all_tables_stay(recorder: Any, tmp_path: Path) -> None:
    Repository.init_repo(artifact_store_path=str(tmp_path / "everybodys"))
    _, file = keep(1)
    assert tmp_path / "everybodys" in file.parents
    assert unused() == []


@pytest.mark.usefixtures("recorder")
def test_a_repository_without_tables_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zenml.repo.git.GitRepository.ask", None)
    assert unused() == []
