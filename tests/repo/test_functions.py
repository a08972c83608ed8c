"""Steps out of functions, pipelines out of functions, hooks: versions, loading."""

from __future__ import annotations

import importlib
import sys
from types import FunctionType

import pytest

from zenml.errors import RepositoryError, SourceNotFoundError, StepInterfaceError
from zenml.repo.git import GitRepository
from zenml.repo.loading import load_class, load_definition, load_function, load_step
from zenml.repo.repository import Repository
from zenml.repo.versions import source_name, version_of
from zenml.spec import StepSpec
from zenml.steps import BaseStep, step
from zenml.steps.function import FunctionStep

STEPS = """\
import functools
from zenml.steps import step
from steps import helper

@step
def add(number: int, more: int = 2) -> int:
    return number + more + helper.VALUE

def times(number: int) -> int:
    from steps.late import FACTOR
    return number * FACTOR

multiplier = step(times)

def make(more):
    def made(number: int) -> int:
        return number + more
    return made

add_three = step(make(3))
halve = step(lambda number: number / 2)

class Group:
    @step
    def inner(number: int) -> int:
        return -number

    @staticmethod
    def hook(exception):
        return "told"

@functools.lru_cache
def remembered(number: int) -> int:
    return number

remember = step(remembered)

def hook(exception):
    return f"told {helper.VALUE}"
"""


def files(value: int) -> dict[str, str]:
    return {
        "steps/__init__.py": "",
        "steps/mine.py": STEPS,
        "steps/helper.py": f"VALUE = {value}\n",
        "steps/late.py": f"FACTOR = {value}\n",
    }


@pytest.fixture
def mine(git_repo, commit, monkeypatch):
    """The module of today, committed."""
    commit(files(1))
    monkeypatch.syspath_prepend(str(git_repo))
    importlib.invalidate_caches()
    return importlib.import_module("steps.mine")


SOURCES = {
    "add": "steps.mine.add",
    "multiplier": "steps.mine.times",
    "add_three": "steps.mine.add_three",
    "halve": "steps.mine.halve",
    "Group.inner": "steps.mine.Group.inner",
    "remember": "steps.mine.remembered",
    "hook": "steps.mine.hook",
}


@pytest.mark.parametrize(("name", "source"), SOURCES.items())
def test_the_version_is_that_of_the_module(mine, git, name, source):
    definition = mine
    for part in name.split("."):
        definition = getattr(definition, part)
    found = version_of(definition)
    assert (found.source, found.version) == (source, git("rev-parse", "HEAD"))
    assert found == version_of(source)
    assert source_name(definition, GitRepository()) == source


RESULTS = {"add": 13, "times": 50, "add_three": 13, "halve": 5, "Group.inner": -10}


@pytest.mark.parametrize("when", ["today", "then"])
def test_a_step_comes_back_at_its_version(git_repo, commit, when):
    sha = commit(files(5))
    if when == "then":
        commit(files(700))
    for name, result in {**RESULTS, "add": 17, "remembered": 10}.items():
        found = load_step(StepSpec(f"steps.mine.{name}", sha))
        assert isinstance(found, FunctionStep)
        assert found.entrypoint(10) == result


def test_it_comes_back_with_its_parameters(git_repo, commit):
    sha = commit(files(1))
    first = load_step(StepSpec("steps.mine.add", sha, {"more": 5}))
    assert first.parameters == {"more": 5}
    assert load_step(StepSpec("steps.mine.add", sha)).parameters == {}
    assert load_step(StepSpec("steps.mine.times", sha, {"number": 4})).parameters == {"number": 4}


def test_a_class_with_an_entrypoint(git_repo, commit):
    text = "from zenml.steps import BaseStep\nclass Add(BaseStep):\n"
    text += "    def entrypoint(self, number: int, more: int = 1) -> int:\n"
    sha = commit({"step.py": f"{text}        return number + more\n"})
    commit({"step.py": f"{text}        return 0\n"})
    found = load_step(StepSpec("step.Add", sha, {"more": 4}))
    assert isinstance(found, BaseStep)
    assert found.parameters == {"more": 4}
    assert found.entrypoint(1, 4) == 5


def test_an_edited_helper_unpins_the_step_and_changes_its_digest(mine, write):
    before = version_of("steps.mine.add")
    write({"steps/helper.py": "VALUE = 22\n"})
    assert version_of("steps.mine.add").version == "unpinned"
    assert version_of("steps.mine.add").digest != before.digest


def test_a_function_whose_files_were_edited_after_it_was_imported_is_refused(mine, write):
    version_of(mine.add)
    version_of(mine.hook)
    write({"steps/helper.py": "VALUE = 22\n"})
    for definition in (mine.add, mine.add.with_options(enable_cache=False), mine.hook):
        with pytest.raises(RepositoryError, match=r"steps/helper\.py.*Restart the process"):
            version_of(definition)
    importlib.reload(sys.modules["steps.helper"])
    importlib.reload(mine)
    assert version_of(mine.add).version == "unpinned"


def test_a_run_keeps_the_function_that_it_began_with(mine, write):
    sha = version_of(mine.add).version
    write({"steps/mine.py": "broken"})
    assert load_definition("steps.mine.add", sha) is mine.add


def test_copies_with_other_options_are_one_definition(mine):
    one = version_of(mine.add)
    assert version_of(mine.add.with_options(name="other", enable_cache=False)) == one
    assert version_of(step(mine.add.function)) == one
    assert load_definition(one.source, one.version) is mine.add


def test_hooks(git_repo, commit, write):
    sha = commit(files(1))
    commit(files(2))
    assert load_function("steps.mine.hook")(None) == "told 2"
    assert load_function("steps.mine.hook", sha)(None) == "told 1"
    assert load_function("steps.mine.Group.hook")(None) == "told"
    assert isinstance(load_function("steps.mine.add"), FunctionType)
    with pytest.raises(SourceNotFoundError, match=r"steps\.mine\.Group is a class"):
        load_function("steps.mine.Group")
    with pytest.raises(SourceNotFoundError, match=r"steps\.mine\.hook is no class"):
        load_class("steps.mine.hook")
    with pytest.raises(SourceNotFoundError, match=r"no class or function 'nothing'.*hook, make"):
        load_function("steps.mine.nothing")


def test_what_is_no_step_is_said(git_repo, commit):
    sha = commit({"plain.py": "from zenml.pipelines import pipeline\n@pipeline\ndef p(): ...\n"})
    with pytest.raises(StepInterfaceError, match=r"plain\.p is no step"):
        load_step(StepSpec("plain.p", sha))


def test_a_step_inside_a_function_is_refused(git_repo):
    @step
    def local() -> int:
        return 1

    def hook(exception):
        pass

    for definition, what in ((local, "step local"), (local.function, "function local")):
        with pytest.raises(SourceNotFoundError, match=f"The {what} is defined inside a function"):
            version_of(definition)
    with pytest.raises(SourceNotFoundError, match=r"function hook .*top level of a module"):
        version_of(hook)


def test_a_name_that_means_another_function_by_now_is_refused(git_repo, commit, monkeypatch):
    text = "from zenml.steps import step\ndef f(): return 1\none = [step(f)]\ndef f(): return 2\n"
    commit({"twice.py": text + "two = step(f)\n"})
    monkeypatch.syspath_prepend(str(git_repo))
    importlib.invalidate_caches()
    module = importlib.import_module("twice")
    assert version_of(module.two).source == "twice.f"
    with pytest.raises(SourceNotFoundError, match=r"step f of twice is not what stands there"):
        version_of(module.one[0])


def test_a_pipeline_may_be_defined_anywhere(mine, git, git_repo, commit):
    commit(
        {
            "flows.py": "from zenml.pipelines import BasePipeline, pipeline\n"
            "@pipeline\ndef top(): ...\n"
            "def outer():\n    @pipeline\n    def inner(): ...\n"
            "    class Inner(BasePipeline): ...\n    return inner, Inner\n"
        }
    )
    flows = importlib.import_module("flows")
    sha = git("rev-parse", "HEAD")
    inner, cls = flows.outer()
    for definition, source in (
        (flows.top, "flows.top"),
        (flows.top.with_options(enable_cache=False), "flows.top"),
        (inner, "flows.outer.<locals>.inner"),
        (cls, "flows.outer.<locals>.Inner"),
    ):
        found = version_of(definition)
        assert (found.source, found.version) == (source, sha)


def test_a_function_of_an_installed_package(git_repo):
    import yaml

    found = version_of(step(yaml.safe_load))
    assert (found.source, found.version) == ("yaml.safe_load", "unpinned")
    assert found.packages == {"pyyaml": yaml.__version__}
    assert load_step(StepSpec("yaml.safe_load", "unpinned")).entrypoint("a: 1") == {"a": 1}


def test_a_function_of_the_standard_library_says_that_its_version_cannot_be_told(git_repo):
    import textwrap

    with pytest.raises(SourceNotFoundError, match=r"step textwrap\.dedent is in .*cannot be told"):
        version_of(step(textwrap.dedent))


def test_the_repository_gives_steps_of_earlier_versions(git_repo, commit):
    repo = Repository.init_repo()
    sha = commit(files(4))
    commit(files(6))
    assert repo.get_step_by_version("steps.mine.add", sha).entrypoint(1, 1) == 6
    assert repo.get_step_by_version("steps.mine.add", "unpinned").entrypoint(1, 1) == 8
    old = repo.get_step_by_version("steps.mine.times", sha)
    assert isinstance(old, FunctionStep)
    assert old.entrypoint(2) == 8
    assert (version_of(old).source, version_of(old).version) == ("steps.mine.times", sha)
    again = repo.get_step_by_version(load_definition("steps.mine.add", "unpinned"), sha)
    assert again.entrypoint(1, 1) == 6
    assert repo.get_step_versions_by_type(again) == set()
