"""Steps of old versions in a pipeline of today's: each sees the files of its own commit."""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

import pytest

from zenml import spec_yaml
from zenml.client import Client
from zenml.errors import StepRunError
from zenml.repo.repository import Repository
from zenml.runtime.entry import run_file

STEPS = """
import os
from dataclasses import dataclass
from pathlib import Path
from zenml.steps import step
from lib.helper import FACTOR

@dataclass
class Result:
    number: int
    told: str

@step
def load() -> int:
    return 1

@step
def scale(x: int) -> Result:
    from lib import late
    told = Path(__file__).with_name("data.txt").read_text()
    print(os.getcwd())
    return Result(x * FACTOR, f"{told} {late.NAME} {Path('lib/data.txt').read_text()}")

@step
def number(result: Result) -> int:
    return result.number

@step
def where(x: int) -> list:
    return [os.getcwd(), os.getpid()]
"""


TRAIN = """
from zenml.pipelines import pipeline
from lib import steps

old_scale = None

@pipeline
def compared():
    first = steps.load()
    steps.number.with_options(name="new_number")(steps.scale(first))
    steps.number.with_options(name="old_number")(old_scale.with_options(name="old_scale")(first))

@pipeline
def told():
    steps.number(steps.scale(steps.load()))
"""


@pytest.fixture
def project(git_repo, commit, monkeypatch):
    Repository.init_repo()
    monkeypatch.syspath_prepend(str(git_repo))
    files = {"lib/__init__.py": "", "lib/steps.py": STEPS, "lib/data.txt": "old data"}
    old = commit({**files, "lib/helper.py": "FACTOR = 2\n", "lib/late.py": "NAME = 'old'\n"})
    commit({"lib/helper.py": "FACTOR = 3\n", "lib/late.py": "NAME = 'new'\n"})
    commit({"lib/data.txt": "new data", "train.py": TRAIN})
    importlib.invalidate_caches()
    return old


def pipeline_of(old):
    import train

    train.old_scale = Repository.get_instance().get_step_by_version("lib.steps.scale", old)
    return train.compared


def forget(*packages):
    for name in [name for name in sys.modules if name.partition(".")[0] in packages]:
        del sys.modules[name]


def values(run):
    steps = Client().get_pipeline_run(run).steps
    return {name: steps[name].output.load() for name in ("new_number", "old_number")}


@pytest.mark.parametrize("max_workers", [1, 3])
def test_old_and_new_in_one_pipeline(project, git_repo, git, max_workers, monkeypatch):
    before = git("status", "--porcelain"), git("worktree", "list")
    result = pipeline_of(project).with_options(max_workers=max_workers)()
    assert values(result.name) == {"new_number": 3, "old_number": 2}
    run = Client().get_pipeline_run(result.name)
    spec = spec_yaml.read(git_repo / run.file)
    shas = {node.name: node.step.version for node in spec.nodes}
    assert shas["old_scale"] == project
    assert shas["scale"] != project
    old, new = run.steps["old_scale"], run.steps["scale"]
    assert old.output.load().told == "old data old old data"
    assert new.output.load().told == "new data new new data"
    assert new.logs.strip() == str(git_repo)
    tree = Path(old.logs.strip())
    assert not tree.is_relative_to(git_repo)
    assert not tree.exists()
    assert (git("status", "--porcelain").replace("?? pipelines/", "").strip(), before[1]) == (
        before[0],
        git("worktree", "list"),
    )
    again = pipeline_of(project)()
    assert again.executed == []


def test_the_file_of_an_old_pipeline_runs_its_old_code(project, commit, git_repo):
    import train

    first = train.told()
    commit({"lib/helper.py": "FACTOR = 100\n", "lib/late.py": "NAME = 'newest'\n"})
    forget("train", "lib")
    (git_repo / ".zenml/local_store/metadata.db").unlink()
    result = run_file(first.file)
    assert result.executed == ["load", "scale", "number"]
    assert Client().get_pipeline_run(result.name).steps["number"].output.load() == 3
    assert "train" not in sys.modules


def test_any_commit_will_do_not_only_the_one_that_touched_the_code(project, git, commit):
    commit({"unrelated.txt": "x"})
    sha = commit({"other.txt": "x"})
    commit({"lib/helper.py": "FACTOR = 5\n"})
    forget("train", "lib")
    result = pipeline_of(sha)()
    assert values(result.name) == {"new_number": 5, "old_number": 3}
    output = Client().get_pipeline_run(result.name).steps["old_scale"].output
    assert output.data_type == "lib.steps.Result"


def test_an_old_step_that_fails_says_so_and_leaves_no_tree(
    project, git, commit, monkeypatch, tmp_path
):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    git("rm", "--quiet", "lib/data.txt")
    without = commit({"lib/helper.py": "FACTOR = 7\n"})
    git("revert", "--no-edit", "HEAD")
    with pytest.raises(StepRunError, match=r"old_scale.*lib/data\.txt"):
        pipeline_of(without)()
    assert [path.name for path in folder.iterdir() if "checkout" in path.name] == []
