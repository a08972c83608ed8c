from __future__ import annotations

import dataclasses
import importlib
import inspect
import pickle
import subprocess
import sys
import threading
import traceback

import pytest

from zenml.errors import SourceNotFoundError, StepInterfaceError, VersionNotFoundError, ZenMLError
from zenml.repo import loading
from zenml.repo.loading import is_loading, load_definition, load_definition_at, load_step
from zenml.repo.versions import version_of
from zenml.spec import StepSpec
from zenml.steps.base import BaseStep
from zenml.version import __version__

STEP = """\
from zenml.steps.base import BaseStep
from steps import helper

class MyStep(BaseStep):
    def __init__(self, times=2, **kwargs):
        self.times = times
        super().__init__(**kwargs)

    def now(self):
        return helper.VALUE * self.times

    def late(self):
        from steps.late import VALUE
        return VALUE

    def later(self):
        import importlib
        return importlib.import_module("steps.late").VALUE
"""


def files(value: int) -> dict[str, str]:
    return {
        "steps/__init__.py": "",
        "steps/mine.py": STEP,
        "steps/helper.py": f"VALUE = {value}\n",
        "steps/late.py": f"VALUE = {value}\n",
    }


def test_a_class_as_it_was_with_the_helpers_it_imported_then(git_repo, commit):
    first = commit(files(1))
    second = commit(files(20))
    old = load_definition_at("steps.mine.MyStep", first)(times=3)
    new = load_definition_at("steps.mine.MyStep", second)(times=3)
    assert (old.now(), old.late(), old.later()) == (3, 1, 1)
    assert (new.now(), new.late(), new.later()) == (60, 20, 20)
    assert (old.now(), old.late()) == (3, 1)
    assert type(old).__zenml_version__ == first
    assert isinstance(old, BaseStep)


def test_it_works_beside_the_modules_of_today(git_repo, commit, write):
    first = commit(files(1))
    write(files(300))
    sys.path.insert(0, str(git_repo))
    today = importlib.import_module("steps.mine").MyStep
    old = load_definition_at("steps.mine.MyStep", first)
    assert today(times=1).now() == 300
    assert old(times=1).now() == 1
    assert today(times=1).late() == 300
    assert old(times=1).late() == 1
    assert importlib.import_module("steps.mine").MyStep is today


def test_nothing_is_touched(git_repo, commit, write, state_of):
    first = commit(files(1))
    commit(files(2))
    write({"steps/helper.py": "VALUE = 'dirty'", "untracked.py": ""})
    load_definition_at("steps.mine.MyStep", first)  # whatever is imported once, is
    before, modules, path = state_of(git_repo), dict(sys.modules), list(sys.path)
    loading._commits.clear()
    load_definition_at("steps.mine.MyStep", first)().late()
    assert dict(sys.modules) == modules
    assert list(sys.modules) == list(modules)
    assert sys.path == path
    assert state_of(git_repo) == before


def test_loaded_again_it_is_the_same_class(git_repo, commit):
    sha = commit(files(1))
    first = load_definition_at("steps.mine.MyStep", sha)
    assert load_definition_at("steps.mine.MyStep", sha[:9]) is first


def test_what_came_later_is_not_found(git_repo, commit):
    old = "try:\n    import extra\nexcept ImportError:\n    extra = None\nclass A: X = extra\n"
    sha = commit({"step.py": old})
    commit({"extra.py": ""})
    sys.path.insert(0, str(git_repo))
    assert importlib.import_module("extra") is not None
    assert load_definition_at("step.A", sha).X is None


def test_what_was_removed_is_found(git_repo, git, commit):
    sha = commit(files(7))
    git("rm", "-r", "--quiet", "steps")
    commit()
    assert load_definition_at("steps.mine.MyStep", sha)(times=1).now() == 7


@pytest.mark.parametrize(
    "source",
    [
        "import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: int = 1\n",
        "from __future__ import annotations\nimport dataclasses\nimport typing\n"
        "@dataclasses.dataclass\nclass A:\n    x: int = 1\n    y: typing.ClassVar[int] = 2\n",
        "from __future__ import annotations\nfrom dataclasses import dataclass, InitVar\n"
        "from base import Base\n@dataclass\nclass A(Base):\n    z: InitVar[int] = 3\n",
    ],
)
def test_dataclasses(git_repo, commit, source):
    base = (
        "from __future__ import annotations\nimport dataclasses\n"
        "@dataclasses.dataclass\nclass Base:\n    x: int = 1\n"
    )
    sha = commit({"step.py": source, "base.py": base})
    cls = load_definition_at("step.A", sha)
    assert cls() == cls(x=1)
    assert [field.name for field in dataclasses.fields(cls)] == ["x"]


def test_packages_relative_imports_stars_and_cycles(git_repo, commit):
    sha = commit(
        {
            "src/app/__init__.py": "from .first import First\nfrom . import second\n",
            "src/app/first.py": "from __future__ import annotations\nimport app.second as s\n"
            "from app import second\nfrom .names import *\n"
            "class First:\n    value = (ONE, s.VALUE, second.VALUE)\n",
            "src/app/second.py": "import app\nVALUE = 2\ndef back():\n    return app.First\n",
            "src/app/names/__init__.py": "__all__ = ['ONE', 'sub']\nONE = 1\n",
            "src/app/names/sub.py": "",
        }
    )
    commit({"src/app/second.py": "VALUE = 'today'"})
    cls = load_definition_at("app.First", sha)
    assert cls.value == (1, 2, 2)
    assert load_definition_at("app.first.First", sha) is cls
    module = sys.modules.get("app")
    assert module is None


def test_namespace_package_shared_with_an_installed_one(git_repo, commit, tmp_path, monkeypatch):
    installed = tmp_path / "installed" / "company"
    installed.mkdir(parents=True)
    (installed / "common.py").write_text("VALUE = 'installed'")
    monkeypatch.syspath_prepend(str(installed.parent))
    sha = commit({"company/step.py": "from company.common import VALUE\nclass A: x = VALUE\n"})
    commit({"company/step.py": "", "company/common.py": "VALUE = 'today'"})
    assert load_definition_at("company.step.A", sha).x == "installed"
    sys.modules.pop("company", None)
    sys.modules.pop("company.common", None)


def test_the_source_that_is_shown_is_the_one_that_runs(git_repo, commit):
    sha = commit({"step.py": "class A:\n    def f(self):\n        raise ValueError('then')\n"})
    commit({"step.py": "# a line more\nclass A:\n    def f(self):\n        return 'today'\n"})
    cls = load_definition_at("step.A", sha)
    assert inspect.getsource(cls.f) == "    def f(self):\n        raise ValueError('then')\n"
    with pytest.raises(ValueError, match="then") as caught:
        cls().f()
    shown = "".join(traceback.format_exception(None, caught.value, caught.tb))
    assert "raise ValueError('then')" in shown
    assert f"step.py@{sha[:12]}" in shown
    assert cls.__module__ == f"at_{sha[:12]}.step"


def test_file_of_the_module_leads_to_its_folder(git_repo, commit):
    sha = commit(
        {"pkg/step.py": "from pathlib import Path\nclass A: folder = Path(__file__).parent\n"}
    )
    assert load_definition_at("pkg.step.A", sha).folder == git_repo / "pkg"


def test_instances_pickle_here_and_elsewhere(git_repo, commit):
    sha = commit(files(5))
    commit(files(6))
    step = load_definition_at("steps.mine.MyStep", sha)(times=2)
    data = pickle.dumps(step)
    again = pickle.loads(data)
    assert type(again) is type(step)
    assert (again.now(), again.late(), again.arguments) == (10, 5, {"times": 2})
    code = "import pickle, sys; s = pickle.loads(sys.stdin.buffer.read()); print(s.now(), s.late())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=data,
        cwd=git_repo.parent,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.split() == [b"10", b"5"]


def test_its_version_and_source_are_those_it_was_loaded_by(git_repo, commit):
    sha = commit(files(5))
    digest = version_of("steps.mine.MyStep").digest
    commit(files(6))
    found = version_of(load_definition_at("steps.mine.MyStep", sha))
    assert (found.source, found.version, found.digest) == ("steps.mine.MyStep", sha, digest)


def test_threads(git_repo, commit):
    shas = [commit(files(value)) for value in range(4)]
    results: list[tuple[int, int]] = []

    def load(value: int) -> None:
        step = load_definition_at("steps.mine.MyStep", shas[value])(times=1)
        results.extend((value, step.late()) for _ in range(20))

    threads = [threading.Thread(target=load, args=(i % 4,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 160
    assert all(value == got for value, got in results)


def test_unknown_commit_lists_what_there_is(git_repo, commit):
    commit(files(1), "The first helper")
    with pytest.raises(VersionNotFoundError, match=r"(?s)no commit 'f+'.*Ada: The first helper"):
        load_definition_at("steps.mine.MyStep", "f" * 40)


def test_module_that_was_not_there_yet(git_repo, git, commit):
    first = git("rev-parse", "HEAD")
    commit(files(1))
    with pytest.raises(VersionNotFoundError, match=r"no module 'steps\.mine' in commit.*none"):
        load_definition_at("steps.mine.MyStep", first)


def test_class_that_was_not_there_yet(git_repo, commit):
    sha = commit({"step.py": "class Other: pass\n"}, "Only other")
    commit({"step.py": "class MyStep: pass\n"})
    expected = r"(?s)no class or function 'MyStep'.*defines Other.*Only other"
    with pytest.raises(VersionNotFoundError, match=expected):
        load_definition_at("step.MyStep", sha)


def test_a_module_that_fails_says_where_and_keeps_the_cause(git_repo, commit):
    sha = commit({"step.py": "import no_such_package\nclass A: pass\n"})
    expected = r"step\.A: importing its module at commit .* ModuleNotFoundError: .*no_such_package"
    with pytest.raises(VersionNotFoundError, match=expected) as caught:
        load_definition_at("step.A", sha)
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)
    with pytest.raises(SourceNotFoundError, match="importing its module of"):
        load_definition("step.A", "unpinned")
    assert not is_loading()


def test_todays_version_is_imported_in_the_ordinary_way(git_repo, commit):
    sha = commit(files(1))
    cls = load_definition("steps.mine.MyStep", sha)
    assert cls is sys.modules["steps.mine"].MyStep
    assert load_definition("steps.mine.MyStep", "unpinned") is cls
    assert "__zenml_version__" not in vars(cls)


def test_a_change_after_the_version_leads_to_gits_objects(git_repo, commit, write):
    sha = commit(files(1))
    write(files(2))
    assert load_definition("steps.mine.MyStep", sha)(times=1).now() == 1
    assert load_definition("steps.mine.MyStep", "unpinned")(times=1).now() == 2


def test_a_run_keeps_the_class_it_began_with(git_repo, commit, write):
    sha = commit(files(1))
    sys.path.insert(0, str(git_repo))
    cls = importlib.import_module("steps.mine").MyStep
    assert version_of(cls).version == sha
    write(files(2))
    assert load_definition("steps.mine.MyStep", sha) is cls


def test_source_roots_are_found_without_being_on_the_path(git_repo, commit):
    commit({"src/deep/step.py": "import beside\nclass A: x = beside.x\n", "src/beside.py": "x = 1"})
    assert load_definition("deep.step.A", "unpinned").x == 1
    assert str(git_repo / "src") == sys.path[0]


def test_a_name_imported_from_elsewhere_is_refused(git_repo, commit, tmp_path):
    (tmp_path / "elsewhere_step.py").write_text("class A: pass\n")
    commit({"elsewhere_step.py": "class A: pass\n"})
    sys.path.insert(0, str(tmp_path))
    importlib.import_module("elsewhere_step")
    with pytest.raises(SourceNotFoundError, match=f"imported from {tmp_path}"):
        load_definition("elsewhere_step.A", "unpinned")
    del sys.modules["elsewhere_step"]


def test_own_classes(git_repo):
    source = "zenml.steps.base.BaseStep"
    assert load_definition(source, f"zenml_{__version__}") is BaseStep
    with pytest.raises(VersionNotFoundError, match=r"pip install zenml==0\.0\.1"):
        load_definition(source, "zenml_0.0.1")
    with pytest.raises(SourceNotFoundError, match="no class or function 'Nothing'"):
        load_definition("zenml.steps.base.Nothing", f"zenml_{__version__}")
    with pytest.raises(VersionNotFoundError, match="not zenml's"):
        load_definition("steps.mine.MyStep", f"zenml_{__version__}")


def test_a_class_of_an_installed_package(git_repo):
    import yaml

    assert load_definition("yaml.loader.SafeLoader", "unpinned") is yaml.SafeLoader


def test_load_step_makes_the_step_from_its_arguments(git_repo, commit):
    sha = commit(files(4))
    commit(files(5))
    step = load_step(StepSpec("steps.mine.MyStep", sha, {"times": 5}))
    assert step.now() == 20
    assert step.arguments == {"times": 5}
    commit({"plain.py": "class Plain: pass\n"})
    with pytest.raises(StepInterfaceError, match="no step"):
        load_step(StepSpec("plain.Plain", "unpinned"))


RUNS_AT_IMPORT = """\
from zenml.errors import ZenMLError
from zenml.repo import loading
from zenml.repo.loading import is_loading
def run():
    if is_loading():
        raise ZenMLError("refused")
run()
class A: pass
"""


def test_a_pipeline_is_not_run_by_an_import_for_loading(git_repo, commit):
    sha = commit({"step.py": RUNS_AT_IMPORT})
    for version in ("unpinned", sha):
        with pytest.raises(ZenMLError, match=r"^refused$"):
            load_definition("step.A", version)
    commit({"step.py": RUNS_AT_IMPORT + "\n"})
    with pytest.raises(ZenMLError, match=r"^refused$"):
        load_definition("step.A", sha)
    assert not is_loading()


def test_a_step_that_runs_is_found_by_name_and_keeps_its_imports(git_repo, commit):
    sha = commit(files(4))
    commit(files(5))
    sys.path.insert(0, str(git_repo))
    step = load_step(StepSpec("steps.mine.MyStep", sha, {"times": 1}))
    assert inspect.getsource(type(step)).startswith("class MyStep(BaseStep):")
    late = pickle.loads(pickle.dumps(type(step).late))
    assert late(step) == 4
    assert pickle.loads(pickle.dumps(step.late))() == 4
    assert importlib.import_module("steps.mine").MyStep(times=1).late() == 5
    for name in [name for name in sys.modules if name.startswith(f"at_{sha[:12]}")]:
        del sys.modules[name]


def test_two_source_roots_of_one_commit_do_not_mix(git_repo, commit):
    step = "import helper\nclass A: x = helper.x\n"
    sha = commit(
        {
            "one/step_one.py": step,
            "one/helper.py": "x = 1",
            "two/step_two.py": step,
            "two/helper.py": "x = 2",
        }
    )
    for _ in range(2):
        assert load_definition_at("step_one.A", sha, keep=True).x == 1
        assert load_definition_at("step_two.A", sha, keep=True).x == 2
