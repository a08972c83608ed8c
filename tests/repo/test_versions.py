from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from zenml.errors import RepositoryError, SourceNotFoundError, VersionNotFoundError
from zenml.repo.git import GitRepository
from zenml.repo.versions import source_name, version_of
from zenml.version import __version__

STEP = "class MyStep:\n    pass\n"
FILES = {"steps/__init__.py": "", "steps/mine.py": f"from steps import helper\n{STEP}"}
HELPER = "steps/helper.py"


def test_newest_commit_that_touched_the_closure(git_repo, commit):
    commit(FILES)
    sha = commit({HELPER: "x = 1"}, "The helper")
    commit({"other.py": "1"})
    found = version_of("steps.mine.MyStep")
    assert (found.source, found.version, found.diff) == ("steps.mine.MyStep", sha, "")
    assert found.is_pinned


def test_unrelated_change_leaves_it_pinned(git_repo, commit, write):
    sha = commit({**FILES, HELPER: ""})
    write({"other.py": "not committed"})
    assert version_of("steps.mine.MyStep").version == sha


@pytest.mark.parametrize("staged", [False, True])
def test_uncommitted_change_of_a_helper(git_repo, git, commit, write, staged):
    commit({**FILES, HELPER: "x = 1\n"})
    before = version_of("steps.mine.MyStep")
    write({HELPER: "x = 2\n"})
    if staged:
        git("add", HELPER)
    found = version_of("steps.mine.MyStep")
    assert found.version == "unpinned"
    assert not found.is_pinned
    assert "-x = 1\n+x = 2" in found.diff
    assert found.digest != before.digest
    write({HELPER: "x = 1\n"})
    assert version_of("steps.mine.MyStep") == before


def test_untracked_and_ignored_helper(git_repo, commit, write):
    commit({**FILES, ".gitignore": HELPER})
    write({HELPER: "x = 1"})
    found = version_of("steps.mine.MyStep")
    assert found.version == "unpinned"
    assert f"+++ b/{HELPER}" in found.diff


def test_a_removed_file_counts_until_it_is_committed(git_repo, commit):
    commit({**FILES, HELPER: "import maybe", "maybe.py": ""})
    (git_repo / "maybe.py").unlink()
    assert version_of("steps.mine.MyStep").version == "unpinned"
    sha = commit(message="Remove maybe")
    commit({"other.py": ""})
    assert version_of("steps.mine.MyStep").version == sha


def test_a_removed_file_that_hid_another_names_the_commit_that_removed_it(git_repo, commit):
    commit({"src/step.py": f"import util\n{STEP}", "src/util/__init__.py": "", "util.py": ""})
    (git_repo / "src/util/__init__.py").unlink()
    sha = commit(message="The other util from now on")
    commit({"other.py": "1"})
    assert version_of("step.MyStep").version == sha


def test_no_commit_yet(tmp_path, monkeypatch):
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "step.py").write_text(STEP)
    found = version_of("step.MyStep")
    assert found.version == "unpinned"
    assert "+class MyStep:" in found.diff


def test_detached_head_and_linked_work_tree(git_repo, git, commit, tmp_path, monkeypatch):
    first = commit({"step.py": STEP})
    second = commit({"step.py": STEP + "# 2\n"})
    assert version_of("step.MyStep").version == second
    git("checkout", "--quiet", "--detach", first)
    assert version_of("step.MyStep").version == first
    other = tmp_path / "other"
    git("worktree", "add", "--quiet", str(other), second)
    monkeypatch.chdir(other)
    assert version_of("step.MyStep").version == second


def test_merges(git_repo, git, commit):
    commit({"step.py": f"import one, two\n{STEP}", "one.py": "", "two.py": ""})
    git("checkout", "--quiet", "-b", "topic")
    commit({"one.py": "1"})
    git("checkout", "--quiet", "main")
    main = commit({"two.py": "2"})
    assert version_of("step.MyStep").version == main
    git("merge", "--quiet", "--no-edit", "topic")
    merge = git("rev-parse", "HEAD")
    assert version_of("step.MyStep").version == merge
    commit({"other.py": ""})
    assert version_of("step.MyStep").version == merge
    git("checkout", "--quiet", "-b", "far")
    commit({"far.py": ""})
    git("checkout", "--quiet", "main")
    commit({"near.py": ""})
    git("merge", "--quiet", "--no-edit", "far")
    assert version_of("step.MyStep").version == merge


def test_a_reverted_change_on_a_side_branch_is_not_taken_for_the_version(git_repo, git, commit):
    base = commit({"step.py": STEP})
    git("checkout", "--quiet", "-b", "topic")
    commit({"step.py": "# broken\n" + STEP})
    git("checkout", "--quiet", "main")
    commit({"other.py": ""})
    git("merge", "--quiet", "--strategy=ours", "--no-edit", "topic")
    assert version_of("step.MyStep").version == base


def test_renamed_file(git_repo, git, commit):
    commit({"old.py": STEP})
    git("mv", "old.py", "new.py")
    sha = commit()
    assert version_of("new.MyStep").version == sha


def test_shallow_clone(git_repo, git, commit, tmp_path, monkeypatch):
    commit({"step.py": STEP})
    tip = commit({"other.py": ""})
    clone = tmp_path / "clone"
    git("clone", "--quiet", "--depth=1", f"file://{git_repo}", str(clone))
    deep = version_of("step.MyStep")
    monkeypatch.chdir(clone)
    shallow = version_of("step.MyStep")
    assert shallow.version == tip
    assert shallow.digest == deep.digest


def test_a_class_is_as_good_as_its_name(git_repo, commit):
    sha = commit({"steps/__init__.py": "", "steps/mine.py": STEP + "    class Inner: pass\n"})
    sys.path.insert(0, str(git_repo))
    cls = importlib.import_module("steps.mine").MyStep
    assert version_of(cls) == version_of("steps.mine.MyStep")
    assert version_of(cls).version == sha
    assert version_of(cls.Inner).source == "steps.mine.MyStep.Inner"


def test_a_class_inside_a_function_is_refused(git_repo):
    class Local:
        pass

    with pytest.raises(SourceNotFoundError, match="Local is defined inside a function"):
        version_of(Local)


def test_a_class_of_another_repository_is_refused(git_repo, tmp_path, git):
    other = tmp_path / "other"
    git("clone", "--quiet", str(git_repo), str(other))
    (other / "foreign_step.py").write_text(STEP)
    sys.path.insert(0, str(other))
    cls = importlib.import_module("foreign_step").MyStep
    with pytest.raises(SourceNotFoundError, match=f"in another repository, {other}"):
        version_of(cls)
    del sys.modules["foreign_step"]


def test_a_class_of_an_installed_package_counts_by_its_version(git_repo):
    import yaml

    found = version_of(yaml.SafeLoader)
    assert found.version == "unpinned"
    assert found.packages == {"pyyaml": yaml.__version__}
    assert version_of("yaml.loader.SafeLoader") == found


def test_own_steps(git_repo):
    from zenml.steps.base import BaseStep

    found = version_of(BaseStep)
    assert found.version == f"zenml_{__version__}"
    assert found == version_of("zenml.steps.base.BaseStep")
    assert found.digest != version_of("zenml.steps.base.BaseStep", "zenml_0.0.0").digest


def test_as_of_a_version(git_repo, commit, write):
    first = commit({"step.py": STEP})
    old = version_of("step.MyStep")
    second = commit({"step.py": STEP + "# 2\n"})
    assert version_of("step.MyStep", first) == old
    assert version_of("step.MyStep", second) == version_of("step.MyStep")
    write({"step.py": STEP + "# 3\n"})
    assert version_of("step.MyStep", second).version == second
    assert version_of("step.MyStep", "unpinned") == version_of("step.MyStep")
    with pytest.raises(VersionNotFoundError, match="There is no commit"):
        version_of("step.MyStep", "f" * 40)


def test_asking_for_a_version_changes_nothing(state_of, git_repo, commit, write):
    commit({**FILES, HELPER: ""})
    write({HELPER: "changed", "new.py": ""})
    before = state_of(git_repo)
    version_of("steps.mine.MyStep")
    version_of("steps.mine.MyStep", GitRepository().head_sha())
    assert state_of(git_repo) == before


@pytest.mark.parametrize("name", ["MyStep", "", ".MyStep", "step."])
def test_what_is_no_class_is_said(git_repo, name):
    with pytest.raises(SourceNotFoundError, match=r"module\.Class"):
        version_of(name)


def test_a_file_of_a_submodule_cannot_be_pinned_and_that_is_said(git_repo, git, commit, tmp_path):
    inner = tmp_path / "inner"
    git("clone", "--quiet", str(git_repo), str(inner))
    (inner / "helper.py").write_text("x = 1")
    git("add", ".", folder=inner)
    git("commit", "--quiet", "--message=Helper", folder=inner)
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
    commit({"step.py": f"import sub.helper\n{STEP}"})
    found = version_of("step.MyStep")
    assert found.version == "unpinned"
    assert "The folder sub is a git repository (or submodule) of its own" in found.diff
    (git_repo / "sub" / "helper.py").write_text("x = 2")
    assert version_of("step.MyStep").digest != found.digest


def test_a_class_whose_files_were_edited_after_it_was_imported_is_refused(
    git_repo, commit, write, monkeypatch
):
    """Its results would be kept under the digest of code that never ran."""
    commit({"live/__init__.py": "", "live/mine.py": f"from live import aid\n{STEP}"})
    sha = commit({"live/aid.py": "x = 1\n"})
    monkeypatch.syspath_prepend(str(git_repo))
    importlib.invalidate_caches()
    module = importlib.import_module("live.mine")
    git = GitRepository()
    old, before = module.MyStep, version_of(module.MyStep)
    write({"live/aid.py": "x = 22\n"})
    with pytest.raises(RepositoryError, match=r"live/aid\.py.*Restart the process"):
        version_of(old)
    assert source_name(old, git) == "live.mine.MyStep"
    assert version_of("live.mine.MyStep", sha) == before  # the run that began with it goes on
    assert version_of("live.mine.MyStep").digest != before.digest
    importlib.reload(sys.modules["live.aid"])
    importlib.reload(module)
    assert version_of(module.MyStep) == version_of("live.mine.MyStep")
    with pytest.raises(RepositoryError):
        version_of(old)
    write({"live/aid.py": "x = 1\n"})
    assert version_of(old) == before
