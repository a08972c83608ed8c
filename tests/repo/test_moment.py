"""What is asked within one moment is read once, and nothing is remembered beyond it."""

from __future__ import annotations

import importlib

import pytest

from zenml.errors import RepositoryError
from zenml.repo import versions
from zenml.repo.git import GitRepository
from zenml.repo.moment import one_moment
from zenml.repo.versions import version_of

MANY = 1000
FUNCTIONS = "".join(f"def f{number}(x):\n    return x + {number}\n" for number in range(MANY))


@pytest.fixture
def many(git_repo, commit, monkeypatch):
    """A module of many functions."""
    commit({"many.py": f"import aid\n{FUNCTIONS}", "aid.py": "x = 1\n"})
    monkeypatch.syspath_prepend(str(git_repo))
    importlib.invalidate_caches()
    return importlib.import_module("many")


@pytest.fixture
def read(monkeypatch):
    """A list that grows whenever the files of a closure are read."""
    found = []
    closure_of = versions.closure_of

    def reading(*args, **kwargs):
        found.append(args)
        return closure_of(*args, **kwargs)

    monkeypatch.setattr(versions, "closure_of", reading)
    return found


@pytest.mark.parametrize("different", [1, MANY])
def test_the_versions_of_many_nodes_read_the_files_once(many, read, different):
    functions = [getattr(many, f"f{number % different}") for number in range(MANY)]
    with one_moment():
        found = [version_of(function) for function in functions]
    assert len({version.source for version in found}) == different
    assert len(read) == 1


def test_files_are_read_once_in_a_moment_and_anew_in_the_next(many, write, read):
    with one_moment():
        before = [version_of(many.f1), version_of("many.f2")]
        write({"aid.py": "x = 22\n"})
        with one_moment():  # belongs to the one around it
            assert version_of(many.f3).digest == before[0].digest
        assert version_of("many.f4").version == before[1].version
    assert len(read) == 1
    for _ in range(2):
        with one_moment():
            assert version_of("many.f2").version == "unpinned"
            with pytest.raises(RepositoryError, match=r"aid\.py"):
                version_of(many.f1)


def test_an_edit_within_the_second_is_seen(many, write):
    digests = set()
    for number in range(5):
        write({"aid.py": f"x = {number + 2}\n"})
        with one_moment():
            digests.add(version_of("many.f1").digest)
    assert len(digests) == 5


@pytest.mark.parametrize("edited", [False, True])
def test_git_is_asked_twice_for_a_version_and_then_no_more(many, write, monkeypatch, edited):
    asked = []
    start = GitRepository._open

    def noting(git, *command):
        asked.append(command[0])
        return start(git, *command)

    monkeypatch.setattr(GitRepository, "_open", noting)
    if edited:
        write({"aid.py": "x = 2\n"})
    assert version_of(many.f1).is_pinned is not edited
    assert asked == ["cat-file", "diff-index" if edited else "log"]
    assert [version_of(many.f2).source, version_of("many.f3").source] == ["many.f2", "many.f3"]
    assert len(asked) == 2
