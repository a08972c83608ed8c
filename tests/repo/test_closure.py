from __future__ import annotations

import importlib.metadata
import sys

import pytest

from zenml.errors import SourceNotFoundError
from zenml.repo.closure import Closure, closure_of
from zenml.repo.git import GitRepository
from zenml.repo.tree import CommitTree


@pytest.fixture
def files_of(git_repo, commit):
    """Files of the closure of a module: the same in the working tree and in a commit of it."""

    def files(module: str, files: dict[str, str]) -> list[str]:
        sha = commit(files)
        git = GitRepository()
        today = closure_of(module, git)
        then = closure_of(module, git, CommitTree(git, sha))
        assert then == today
        assert then.digest == today.digest
        return list(today.files)

    return files


def test_own_file_and_what_it_imports_directly_and_through_others(files_of):
    found = files_of(
        "step",
        {"step.py": "import one", "one.py": "from two import x", "two.py": "x = 1", "not.py": ""},
    )
    assert found == ["one.py", "step.py", "two.py"]


def test_packages_on_the_way(files_of):
    found = files_of(
        "steps.deep.step",
        {
            "steps/__init__.py": "import noted",
            "steps/deep/__init__.py": "",
            "steps/deep/step.py": "import other.a.b",
            "other/__init__.py": "",
            "other/a/__init__.py": "",
            "other/a/b.py": "",
            "other/a/c.py": "",
            "noted.py": "",
        },
    )
    assert found == [
        "noted.py",
        "other/__init__.py",
        "other/a/__init__.py",
        "other/a/b.py",
        "steps/__init__.py",
        "steps/deep/__init__.py",
        "steps/deep/step.py",
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "import pkg.mod",
        "import pkg.mod as m",
        "from pkg import mod",
        "from pkg import other_name, mod",
        "from pkg.mod import x",
        "from pkg.mod import *",
        "from . import mod",
        "from .mod import x",
        "from .mod import *",
        "def f():\n    from pkg import mod",
        "try:\n    import nothing_of_the_kind\nexcept ImportError:\n    import pkg.mod",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pkg.mod",
        "import importlib\nmod = importlib.import_module('pkg.mod')",
        "from importlib import import_module\nmod = import_module('.mod', __package__)",
        "mod = __import__('pkg.mod')",
    ],
)
def test_every_way_to_import(files_of, statement):
    found = files_of(
        "pkg.step",
        {"pkg/__init__.py": "", "pkg/step.py": statement, "pkg/mod.py": "x = 1", "pkg/no.py": ""},
    )
    assert found == ["pkg/__init__.py", "pkg/mod.py", "pkg/step.py"]


def test_relative_imports_over_several_levels(files_of):
    found = files_of(
        "a.b.c.step",
        {
            "a/__init__.py": "",
            "a/b/__init__.py": "from .c import here",
            "a/b/c/__init__.py": "from . import here",
            "a/b/c/here.py": "",
            "a/b/c/step.py": "from ...x import y\nfrom ..near import z\nfrom ..... import toofar",
            "a/b/near.py": "",
            "a/x.py": "",
            "a/y.py": "",
        },
    )
    assert set(found) == {
        "a/__init__.py",
        "a/b/__init__.py",
        "a/b/c/__init__.py",
        "a/b/c/here.py",
        "a/b/c/step.py",
        "a/b/near.py",
        "a/x.py",
    }


def test_a_star_import_of_a_package_takes_the_modules_it_exports(files_of):
    found = files_of(
        "step",
        {
            "step.py": "from pkg import *",
            "pkg/__init__.py": "__all__ = ['one', 'VALUE']\nVALUE = 1",
            "pkg/one.py": "",
            "pkg/two.py": "",
        },
    )
    assert found == ["pkg/__init__.py", "pkg/one.py", "step.py"]


def test_cycles_end(files_of):
    assert files_of("a", {"a.py": "import b", "b.py": "import a"}) == ["a.py", "b.py"]


def test_source_root_src(files_of):
    found = files_of(
        "app.step", {"src/app/__init__.py": "", "src/app/step.py": "import util", "src/util.py": ""}
    )
    assert found == ["src/app/__init__.py", "src/app/step.py", "src/util.py"]


@pytest.mark.parametrize(
    ("path", "util"),
    [(["lib", "."], "lib/util.py"), ([".", "lib"], "util.py"), (["lib"], "util.py")],
)
def test_source_roots_in_the_order_of_sys_path(files_of, git_repo, path, util):
    sys.path[:0] = [str(git_repo / entry) for entry in path]
    found = files_of("step", {"step.py": "import util", "lib/util.py": "", "util.py": ""})
    assert found == sorted(["step.py", util])


def test_the_folder_of_the_first_module_comes_first(files_of):
    found = files_of(
        "step", {"src/step.py": "import util", "src/util.py": "", "util.py": "another"}
    )
    assert found == ["src/step.py", "src/util.py"]


def test_a_folder_that_nobody_named_is_found(files_of):
    found = files_of(
        "penguin_step",
        {"examples/one/penguin_step.py": "import beside", "examples/one/beside.py": ""},
    )
    assert found == ["examples/one/beside.py", "examples/one/penguin_step.py"]


def test_a_module_in_several_folders_is_refused_by_name(git_repo, write):
    write({"examples/one/step.py": "", "examples/two/step.py": ""})
    with pytest.raises(SourceNotFoundError, match=r"examples/one/step\.py, examples/two/step\.py"):
        closure_of("step", GitRepository())


def test_namespace_packages(files_of):
    found = files_of(
        "company.project.step",
        {
            "company/project/step.py": "from company.shared import tool, more",
            "src/company/shared/tool.py": "",
            "company/shared/more.py": "",
        },
    )
    assert found == [
        "company/project/step.py",
        "company/shared/more.py",
        "src/company/shared/tool.py",
    ]


def test_packages_from_outside_count_by_version(files_of, git_repo):
    files_of("step", {"step.py": "import yaml, json, os.path\nfrom pytest import fixture"})
    found = closure_of("step", GitRepository())
    assert found.packages == {
        "pytest": importlib.metadata.version("pytest"),
        "pyyaml": importlib.metadata.version("pyyaml"),
    }


def test_a_folder_named_like_an_installed_package_is_not_it(files_of, git_repo):
    assert files_of("step", {"step.py": "import yaml", "yaml/data.txt": "", "yaml/mod.py": ""}) == [
        "step.py"
    ]
    assert "pyyaml" in closure_of("step", GitRepository()).packages


def test_the_standard_library_is_only_hidden_beside_the_step(files_of):
    assert files_of(
        "app.step",
        {"src/app/__init__.py": "", "src/app/step.py": "import statistics", "statistics.py": "x"},
    ) == ["src/app/__init__.py", "src/app/step.py"]
    assert files_of("step", {"step.py": "import statistics", "app/x.txt": ""}) == [
        "statistics.py",
        "step.py",
    ]


def test_virtual_environments_are_not_entered(files_of, git_repo, write, monkeypatch):
    packages = git_repo / "venv" / "lib" / "python3" / "site-packages"
    write(
        {
            ".gitignore": "venv/\n.venv/\n",
            "venv/pyvenv.cfg": "",
            "venv/lib/python3/site-packages/inside.py": "",
            "venv/bin/beside.py": "",
            ".venv/hidden.py": "",
        }
    )
    for folder in (packages, git_repo / "venv" / "bin", git_repo / ".venv"):
        monkeypatch.syspath_prepend(str(folder))
    assert files_of("step", {"step.py": "import inside, beside, hidden"}) == ["step.py"]


def test_symbolic_links(files_of, git_repo, write):
    write({"shared/tool.py": "", "shared/pkg/mod.py": "", "pkg_step.py": ""})
    (git_repo / "tool.py").symlink_to("shared/tool.py")
    (git_repo / "linked").symlink_to("shared/pkg")
    found = files_of("step", {"step.py": "import tool, linked.mod"})
    assert found == ["shared/pkg/mod.py", "shared/tool.py", "step.py"]


def test_a_helper_that_does_not_parse_still_counts(files_of):
    assert files_of("step", {"step.py": "import old", "old.py": "print 'python 2'"}) == [
        "old.py",
        "step.py",
    ]


def test_own_code_named_like_this_package_is_never_the_users(files_of):
    found = files_of("step", {"step.py": "import zenml.steps", "zenml/__init__.py": "x"})
    assert found == ["step.py"]


def test_digest_follows_contents_alone(git_repo, commit, write):
    git = GitRepository()
    commit({"step.py": "import helper", "helper.py": "x = 1"})
    first = closure_of("step", git)
    commit({"unrelated.py": "1"})
    assert closure_of("step", git).digest == first.digest
    write({"helper.py": "x = 2"})
    edited = closure_of("step", git)
    assert edited.digest != first.digest
    write({"helper.py": "x = 3"})
    assert closure_of("step", git).digest not in (first.digest, edited.digest)
    write({"helper.py": "x = 1"})
    assert closure_of("step", git).digest == first.digest


def test_digest_follows_versions_of_packages():
    one = Closure("m", {"m.py": "1"}, {"numpy": "1"})
    assert one.digest != Closure("m", {"m.py": "1"}, {"numpy": "2"}).digest
    assert one.digest == Closure("m", {"m.py": "1"}, {"numpy": "1"}, frozenset({"x"})).digest


def test_no_such_module(git_repo):
    with pytest.raises(SourceNotFoundError, match=r"no module 'nothing'"):
        closure_of("nothing", GitRepository())


def test_reading_a_closure_imports_nothing(git_repo, commit):
    commit({"step.py": "import helper\nraise SystemExit", "helper.py": "raise SystemExit"})
    before = dict(sys.modules)
    closure_of("step", GitRepository())
    assert {name for name in set(sys.modules) - set(before) if "zenml" not in name} == set()


def test_a_helper_from_a_folder_that_code_puts_on_the_path(files_of):
    found = files_of(
        "step",
        {
            "step.py": "import sys\nsys.path.append('tools')\nimport hammer",
            "tools/hammer.py": "import nail",
            "tools/nail.py": "",
        },
    )
    assert found == ["step.py", "tools/hammer.py", "tools/nail.py"]


def test_a_namespace_that_an_installed_package_shares(files_of, tmp_path, git_repo):
    (tmp_path / "installed" / "company").mkdir(parents=True)
    (tmp_path / "installed" / "company" / "common.py").write_text("")
    sys.path.append(str(tmp_path / "installed"))
    found = files_of(
        "step", {"step.py": "import company.common, company.own", "company/own.py": ""}
    )
    assert found == ["company/own.py", "step.py"]


def test_an_evaluator_s_custom_module_is_part_of_it(files_of):
    step = "class E:\n    CUSTOM_MODULE = 'own.metrics'\n"
    found = files_of("step", {"step.py": step, "own/__init__.py": "", "own/metrics.py": "x = 1"})
    assert found == ["own/__init__.py", "own/metrics.py", "step.py"]
