"""Repositories of every shape: a pipeline runs, says why and gets at old versions, or says why not.

In each, `play.py` runs at a first commit, in which the factor is 2, and at a second, where it is 3.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.guards.shape import Shape, begin, files, plain, run_of
from tests.guards.shapes import SHAPES, move, sha256, sub_folder, submodule_itself
from zenml.repo import Repository


@pytest.fixture
def shape(tmp_path: Path) -> Shape:
    return Shape(tmp_path.resolve() / "repository")


@pytest.mark.parametrize("make", SHAPES, ids=lambda make: make.__name__)
def test_it_works(shape: Shape, make: Callable[[Shape], str]) -> None:
    sha = make(shape)
    before = shape.git("status", "--porcelain", "--branch")
    said = shape.play(sha)
    assert "value 3" in said
    assert "old 2 new 3" in said
    assert "factor True" in said
    assert shape.why in why(said)
    assert shape.git("status", "--porcelain", "--branch") == before


@pytest.mark.parametrize(
    "make", [sub_folder, sha256, submodule_itself], ids=lambda make: make.__name__
)
def test_runs_are_reproduced_searched_and_released(
    shape: Shape, make: Callable[[Shape], str]
) -> None:
    sha = make(shape)
    run = run_of(shape.play())
    before = shape.git("status", "--porcelain", "--branch")
    metric = ("--metric", "scale.output", "--lower-is-better")
    said = shape.zenml(
        ("run", "reproduce", run),
        ("bisect", "told", *metric, "--good", sha, "--bad", "HEAD"),
        ("release", "create", "one", run),
        ("release", "verify", "one"),
    )
    assert [line for line in said if " status " in line] == [
        f"{run} status 0", "HEAD status 0", f"{run} status 0", "one status 0"
    ]  # fmt: skip
    assert f"Run {run}: identical" in " ".join(said)
    assert "from 2 to 3" in " ".join(said)
    assert shape.git("status", "--porcelain", "--branch") == before


def test_what_ran_before_a_move_counts_after_it(shape: Shape) -> None:
    sha = plain(shape)
    run = run_of(shape.play())
    shape.zenml(("release", "create", "one", run))
    move(shape)
    assert "value 3" in (said := shape.play(sha))
    assert f"was not run: its result of run {run} is as good" in why(said)
    metric = ("--metric", "scale.output", "--lower-is-better")
    said = shape.zenml(
        ("release", "verify", "one"),
        ("run", "reproduce", run),
        ("bisect", "told", *metric, "--good", sha, "--bad", "HEAD"),
    )
    assert [line for line in said if " status " in line] == [
        "one status 0", f"{run} status 0", "HEAD status 0"
    ]  # fmt: skip
    assert f"Run {run}: identical" in " ".join(said)


def why(said: list[str]) -> str:
    """What `zenml run why` says of the step."""
    after = said[said.index("why:") :]
    return " ".join(after).partition("scale")[2]


def refused(said: list[str]) -> str:
    """The one line in which it is said why not."""
    (line,) = [line for line in said if line.startswith("refused")]
    return line


def test_a_shallow_clone_says_how_to_get_the_rest(shape: Shape, tmp_path: Path) -> None:
    sha = plain(shape)
    clone = Shape(tmp_path / "clone", file="helper.py")
    shape.git("clone", "--quiet", "--depth=1", shape.root.as_uri(), str(clone.root))
    Repository.init_repo(str(clone.root))
    said = clone.play(sha)
    assert "value 3" in said
    assert "There is no commit" in refused(said)
    assert any("git fetch --unshallow" in line for line in said)
    shape.root = clone.root
    clone.git("fetch", "--quiet", "--unshallow")
    assert "old 2 new 3" in clone.play(sha)


def test_code_in_a_submodule_is_not_pinned_and_that_is_said(shape: Shape, tmp_path: Path) -> None:
    shared = Shape(tmp_path / "shared")
    shared.init()
    shared.commit({"factors.py": "FACTOR = 2\n", "__init__.py": ""})
    shape.init()
    shape.file = "shared/factors.py"
    add = ("submodule", "--quiet", "add", str(shared.root), "shared")
    shape.git("-c", "protocol.file.allow=always", *add)
    found = files(imports="from shared.factors import FACTOR")
    sha = shape.commit(found)
    begin(shape)
    shape.write(shape.factor(3))
    said = shape.play(sha)
    assert "value 3" in said
    assert "shared" in refused(said)
    assert "shared/factors.py changed" in why(said)


def test_before_the_first_commit_it_runs_and_there_is_no_old_version(shape: Shape) -> None:
    shape.init()
    shape.file = "helper.py"
    shape.write(files())
    begin(shape)
    shape.write(shape.factor(3))
    said = shape.play("HEAD")
    assert "value 3" in said
    assert "There is no commit 'HEAD'" in refused(said)
    assert "helper.py changed (not committed)" in why(said)


def test_a_checkout_lacks_what_its_commit_does_not_hold(shape: Shape) -> None:
    sha = plain(shape)
    shape.source = "steps.nothing"
    assert "nothing" in refused(shape.play(sha))


def test_where_the_commits_of_an_earlier_run_are_gone(shape: Shape, tmp_path: Path) -> None:
    """As where a build keeps `.zenml` from one shallow clone to the next."""
    shape.init()
    shape.file = "helper.py"
    old = shape.commit(files())
    clone = Shape(tmp_path / "clone", file="helper.py")
    shape.git("clone", "--quiet", "--depth=1", shape.root.as_uri(), str(clone.root))
    first = begin(clone)
    shape.commit(shape.factor(3))
    clone.git("fetch", "--quiet", "--depth=1")
    clone.git("reset", "--quiet", "--hard", "origin/main")
    clone.git("reflog", "expire", "--expire=now", "--all")
    clone.git("gc", "--quiet", "--prune=now")
    said = clone.play(old)
    assert "value 3" in said
    assert f"There is no commit '{old}'" in refused(said)
    assert "helper.py changed" in why(said)
    second = run_of(said)
    told = clone.zenml(("run", "diff", first, second), ("run", "reproduce", first))
    assert f"{second} status 0" in told
    assert "helper.py: git does not have what the first run used" in told
    assert f"{first} status 3" in told
    assert any("source gone" in line for line in told)
