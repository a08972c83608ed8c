"""A history of thirty commits, which says for each what runs and what is taken from the cache.

The steps are those in `birds/`. What they read of each other::

    birds -> clean -> describe ------> report
                   -> train -> score ->
    names ---------------------------->
"""

from __future__ import annotations

import importlib
import multiprocessing
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.waiting import PATIENCE
from zenml.repo import Repository

HERE = Path(__file__).resolve().parent
ALL = "birds names clean describe train score report"


class Project:
    """The repository while it is edited."""

    def __init__(self, root: Path, git: Callable[..., str]) -> None:
        self.root = root
        self.git = git

    def write(self, file: str, text: str) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def append(self, file: str, text: str) -> None:
        with (self.root / file).open("a") as opened:
            opened.write(text)

    def edit(self, file: str, old: str, new: str) -> None:
        text = (self.root / file).read_text()
        assert text.count(old) == 1, (file, old)
        (self.root / file).write_text(text.replace(old, new))

    def move(self, old: str, new: str) -> None:
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        self.git("mv", old, new)

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}")

    def branch(self, edit: Callable[[Project], None]) -> None:
        """A commit on a branch beside main; HEAD is back on main afterwards."""
        self.git("checkout", "--quiet", "-b", "side")
        edit(self)
        self.commit("On a branch")
        self.git("checkout", "--quiet", "main")

    def merge(self) -> None:
        self.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
        self.git("branch", "--quiet", "--delete", "--force", "side")


class Commit(NamedTuple):
    """A commit: its message, the edit, and the nodes that must run after it, all others cached."""

    message: str
    edit: Callable[[Project], None]
    runs: str = ""


def nothing(project: Project) -> None:
    """No edit."""


def copy(project: Project) -> None:
    shutil.copytree(
        HERE / "birds",
        project.root,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("__pycache__"),
    )


def name_in_a_module_of_its_own(project: Project) -> None:
    text = (project.root / "flow/loading.py").read_text()
    start = text.index("\n\n@step\ndef names")
    project.write("flow/loading.py", text[:start])
    project.write("flow/naming.py", "from zenml import step\n" + text[start:])
    project.edit(
        "train.py", "import birds, names\n", "import birds\nfrom flow.naming import names\n"
    )


def merged(*, branch: Callable[[Project], None], main: Callable[[Project], None] = nothing):
    """A branch with one edit is merged into main, which has another since."""

    def merge(project: Project) -> None:
        project.branch(branch)
        main(project)
        project.commit("On main")
        project.merge()

    return merge


def words_become_text(project: Project) -> None:
    project.move("flow/words.py", "flow/text.py")
    project.edit("flow/reporting.py", "flow.words", "flow.text")


def models_move(project: Project) -> None:
    project.move("flow/models", "flow/learning/models")
    project.write("flow/learning/__init__.py", "")
    project.edit("flow/training.py", "flow.models", "flow.learning.models")


def reporting_moves(project: Project) -> None:
    project.move("flow/reporting.py", "flow/telling.py")
    project.edit("train.py", "flow.reporting", "flow.telling")


def numbers_become_a_package(project: Project) -> None:
    project.move("flow/numbers.py", "flow/numbers/__init__.py")
    project.edit("flow/numbers/__init__.py", "from .constants", "from ..constants")


def score_imports_late(project: Project) -> None:
    project.write("flow/late.py", "def absolute(x):\n    return abs(x)\n")
    project.edit("flow/scoring.py", "    return mean([abs(", "    return mean([absolute(")
    project.edit("flow/scoring.py", "-> float:\n", "-> float:\n    from .late import absolute\n\n")


COMMITS = [
    Commit("The birds", copy, ALL),
    Commit("Read me", lambda p: p.append("README.md", "Birds.\n")),
    Commit("A test", lambda p: p.write("tests/test_flow.py", "from flow.numbers import mean\n")),
    Commit(
        "A helper of several steps: they run, and what comes after them",
        lambda p: p.edit("flow/numbers.py", "sum(values) / len", "1.0 * sum(values) / len"),
        "clean describe train score report",
    ),
    Commit(
        "A helper of the last step",
        lambda p: p.edit("flow/words.py", '", "', '"; "'),
        "report",
    ),
    Commit(
        "A comment is code like any other",
        lambda p: p.append("flow/models/average.py", "\n# It could hardly be simpler.\n"),
        "train score report",
    ),
    Commit(
        "A comment in the step itself",
        lambda p: p.append("flow/describing.py", "# No median.\n"),
        "describe report",
    ),
    Commit(
        "A helper of a helper",
        lambda p: p.edit("flow/constants.py", "0.0", "0.5"),
        "clean describe train score report",
    ),
    Commit(
        "What stands in a decorator says how a step runs, not what it gives",
        lambda p: p.edit("flow/training.py", "@step\n", "@step(retry={'max_retries': 2})\n"),
    ),
    Commit("A helper gets another name", words_become_text, "report"),
    Commit("A module that nobody imports", lambda p: p.write("flow/spare.py", "X = 1\n")),
    Commit("Nobody notices its new name", lambda p: p.move("flow/spare.py", "flow/extra.py")),
    Commit(
        "A row more in the file whose text is an argument",
        lambda p: p.append("data/birds.csv", "robin,17.5\n"),
        "birds clean describe train score report",
    ),
    Commit("A file that no step is given", lambda p: p.append("data/notes.txt", "Sunny.\n")),
    Commit(
        "The row is taken back: all that is known",
        lambda p: p.edit("data/birds.csv", "robin,17.5\n", ""),
    ),
    Commit(
        "A merge of what concerns no step",
        merged(branch=lambda p: p.append("README.md", "Merged.\n")),
    ),
    Commit(
        "A merge of what concerns one",
        merged(branch=lambda p: p.edit("flow/describing.py", "No median", "No median yet")),
        "describe report",
    ),
    Commit(
        "A merge of two sides, each with its edit",
        merged(
            branch=lambda p: p.append("flow/scoring.py", "# In grams.\n"),
            main=lambda p: p.append("flow/text.py", "# In English.\n"),
        ),
        "score report",
    ),
    Commit("A package moves into another", models_move, "train score report"),
    Commit("A step moves out of its module", name_in_a_module_of_its_own, ALL),
    Commit("A step's module gets another name", reporting_moves, "report"),
    Commit(
        "A default of the pipeline is an argument of a step",
        lambda p: p.edit("train.py", "digits: int = 1", "digits: int = 2"),
        "clean describe train score report",
    ),
    Commit("A comment in the pipeline", lambda p: p.append("train.py", "# One pipeline.\n")),
    Commit(
        "The default as it was: all that is known",
        lambda p: p.edit("train.py", "digits: int = 2", "digits: int = 1"),
    ),
    Commit("A module that is imported late", score_imports_late, "score report"),
    Commit(
        "It belongs to the step as well",
        lambda p: p.edit("flow/late.py", "return abs(x)", "return x if x > 0 else -x"),
        "score report",
    ),
    Commit(
        "A module becomes a package",
        numbers_become_a_package,
        "clean describe train score report",
    ),
    Commit("A file may be executed", lambda p: (p.root / "flow/loading.py").chmod(0o755)),
    Commit(
        "A package's own file belongs to all that is in it",
        lambda p: p.edit("flow/__init__.py", "The steps.", "All steps."),
        ALL,
    ),
    Commit("Nothing at all", nothing),
]


def ran(root: Path, queue: Any) -> None:
    """In a process of its own: runs the pipeline of the files, and tells which nodes ran."""
    sys.path.insert(0, str(root))
    importlib.invalidate_caches()
    result = importlib.import_module("train").weights()
    queue.put((result.executed, [node.name for node in result.nodes.values() if node.cached]))


def run(root: Path) -> tuple[set[str], set[str]]:
    """The nodes that ran and those that were cached, with what the files hold now."""
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    process = context.Process(target=ran, args=(root, queue))
    process.start()
    process.join(timeout=PATIENCE)
    assert process.exitcode == 0
    executed, cached = queue.get(timeout=PATIENCE)
    return set(executed), set(cached)


@pytest.mark.slow
def test_each_commit_runs_what_it_touched_and_nothing_else(git_repo, git, write):
    assert len(COMMITS) == 30
    write({".gitignore": "/pipelines/\n"})
    Repository.init_repo()
    project = Project(git_repo, git)
    found = {}
    for commit in COMMITS:
        commit.edit(project)
        project.commit(commit.message)
        executed, cached = run(git_repo)
        assert executed | cached == set(ALL.split())
        found[commit.message] = executed
    assert found == {commit.message: set(commit.runs.split()) for commit in COMMITS}
    assert git("status", "--porcelain") == ""


STANDARD = [
    Commit("Notes", lambda p: p.write("NOTES.md", "Of no step.\n")),
    Commit("A module of no step gets another name", lambda p: p.move("slow.py", "slower.py")),
    Commit(
        "A helper of the preprocesser gets another name",
        lambda p: (
            p.move("ours/scaling.py", "ours/scales.py"),
            p.edit("ours/preparing.py", "ours.scaling", "ours.scales"),
        ),
        "preprocesser trainer evaluator deployer",
    ),
]


@pytest.mark.tf
def test_the_same_of_a_training_pipeline(folder, first, tmp_path):
    """In a linked work tree, which has the cache of the first run."""
    linked = type(folder)(tmp_path / "linked")
    folder.git("worktree", "add", "--quiet", "--detach", str(linked.path))
    project = Project(linked.path, linked.git)
    found = {}
    for commit in STANDARD:
        commit.edit(project)
        project.commit(commit.message)
        done = linked.python("pipeline.py")
        assert done.status == 0, done.err
        assert set(done.states) == set(first.states)
        found[commit.message] = set(done.executed)
    folder.git("worktree", "remove", "--force", str(linked.path))
    assert found == {commit.message: set(commit.runs.split()) for commit in STANDARD}
