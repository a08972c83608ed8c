"""Steps defined in the script that runs, in an interpreter, in a notebook."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from zenml.errors import SourceNotFoundError
from zenml.repo.loading import load_function
from zenml.repo.versions import version_of

PROJECT = Path(__file__).resolve().parents[2]
ASK = """
import json
from zenml.repo.loading import load_definition
from zenml.repo.versions import version_of
def ask(cls):
    found = version_of(cls)
    again = load_definition(found.source, found.version)
    print(json.dumps([found.source, found.version, found.digest, again is cls, found.diff]))
"""
SCRIPT = f"""{ASK}
import helper
print("executed")
class MyStep:
    x = helper.x
if __name__ == "__main__":
    ask(MyStep)
"""


@pytest.fixture
def run(git_repo):
    def run_python(*words: str, folder: Path = git_repo, text: str = "") -> list[str]:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=folder,
            input=text,
            env={
                "PYTHONPATH": str(PROJECT),
                "PATH": "/usr/bin:/bin",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run_python


@pytest.mark.parametrize("folder", ["", "src", "examples/one"])
def test_a_step_in_the_script_is_named_by_its_file_and_not_executed_again(
    run, commit, git_repo, folder
):
    at = f"{folder}/" if folder else ""
    sha = commit({f"{at}run_it.py": SCRIPT, f"{at}helper.py": "x = 1"})
    commit({"other.py": ""})
    for place, script in ((git_repo, f"{at}run_it.py"), (git_repo / folder, "run_it.py")):
        executed, answer = run(script, folder=place)
        assert executed == "executed"
        assert json.loads(answer)[:2] == ["run_it.MyStep", sha]
        assert json.loads(answer)[3] is True


def test_a_script_run_as_a_module_of_a_package(run, commit):
    sha = commit({"app/__init__.py": "", "app/go.py": SCRIPT, "helper.py": "x = 1"})
    assert json.loads(run("-m", "app.go")[1])[:4:3] == ["app.go.MyStep", True]
    assert json.loads(run("-m", "app.go")[1])[1] == sha


def test_the_script_run_and_asked_about_later_have_one_version(run, commit):
    commit({"examples/one/run_it.py": SCRIPT, "examples/one/helper.py": "x = 1"})
    one = json.loads(run("examples/one/run_it.py")[1])
    code = "from zenml.repo.versions import version_of\nf = version_of('run_it.MyStep')\n"
    code += "print(f.version, f.digest)"
    assert run("-c", code)[0].split() == one[1:3]
    code = "from zenml.repo.loading import load_definition\n"
    code += "print(load_definition('run_it.MyStep', 'unpinned').x)"
    assert run("-c", code) == ["executed", "1"]


def test_a_script_whose_name_is_no_module(run, commit):
    commit({"01-train.py": SCRIPT, "helper.py": "x = 1"})
    answer = json.loads(run("01-train.py")[1])
    assert (answer[0], answer[3]) == ("01-train.MyStep", True)


def test_a_class_typed_into_an_interpreter_is_unpinned(run, commit):
    commit({"helper.py": "x = 1"})
    text = ASK + "\n\nLIMIT = 3\ndef double(y):\n    return 2 * y + {0}\n\nimport helper\n"
    text += "class MyStep:\n    def f(self):\n        return double(LIMIT) + helper.x\n\n"
    one, same, other = (
        json.loads(run("-", text=text.replace("{0}", extra) + "ask(MyStep)\n")[-1])
        for extra in ("0", "0", "1")
    )
    assert one[:2] == ["__main__.MyStep", "unpinned"]
    assert one[3] is True
    assert "typed" in one[4]
    assert one == same
    assert other[2] != one[2]
    commit({"helper.py": "x = 2"})
    changed = json.loads(run("-", text=text.replace("{0}", "0") + "ask(MyStep)\n")[-1])
    assert changed[2] != one[2]


def test_asking_imports_neither_gitpython_nor_anything_heavy(run, commit):
    commit({"step.py": "import numpy\nclass A: pass\n"})
    code = (
        "import sys; from zenml.repo.versions import version_of; version_of('step.A');"
        "print(sorted(set(sys.modules) & {'git', 'numpy', 'tensorflow', 'tfx', 'pandas', 'step'}))"
    )
    assert run("-c", code) == ["[]"]


FUNCTIONS = f"""{ASK}
from zenml.pipelines import pipeline
from zenml.steps import step
import helper

@step
def first(number: int = 1) -> int:
    return number + helper.x

def second(number: int) -> int:
    return number

twice = step(second)

@pipeline
def both():
    twice(first())

if __name__ == "__main__":
    for definition in (first, second, twice, both):
        ask(definition)
"""


def test_functions_in_the_script_are_named_by_its_file(run, commit):
    sha = commit({"run_it.py": FUNCTIONS, "helper.py": "x = 1"})
    commit({"other.py": ""})
    answers = [json.loads(line) for line in run("run_it.py")]
    assert [answer[0] for answer in answers] == [
        "run_it.first",
        "run_it.second",
        "run_it.second",
        "run_it.both",
    ]
    assert {answer[1] for answer in answers} == {sha}
    assert [answer[3] for answer in answers] == [True, True, False, True]
    code = "from zenml.repo.loading import load_step\nfrom zenml.spec import StepSpec\n"
    code += "for name in ('first', 'second'):\n"
    code += f"    print(load_step(StepSpec('run_it.' + name, '{sha}')).entrypoint(3))\n"
    assert run("-c", code) == ["4", "3"]


TYPED = f"""{ASK}
from typing import Annotated
from zenml.steps import BaseParameters, step
import helper
LIMIT = 3
class Config(BaseParameters):
    gamma: float = 1.0
def double(number):
    return 2 * number
@step(OPTIONS)
def inner(number: int) -> int:
    return double(number) + LIMIT

@step
def outer(number: int, config: Config) -> Annotated[int, "total"]:
    return inner(number) + helper.x

def make(more):
    def made(number: int) -> int:
        return number + more
    return made

added = step(make(7))
def one(number: int) -> int: return 1

kept = step(one)
def one(number: int) -> int: return 2

def ask_all():
    for definition in (outer, added, kept):
        ask(definition)

ask_all()
"""


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("", "", [False, False, False]),
        ("OPTIONS", "enable_cache=False", [False, False, False]),
        ("2 * number", "3 * number", [True, False, False]),
        ("LIMIT = 3", "LIMIT = 4", [True, False, False]),
        ("gamma: float", "gamma: int", [True, False, False]),
        ("gamma: float = 1.0", "gamma: float = 2.0", [True, False, False]),
        ('"total"', '"sum"', [True, False, False]),
        ("make(7)", "make(8)", [False, True, False]),
        ("return 1", "return 3", [False, False, True]),
        ("return 2\n", "return 3\n", [False, False, False]),
    ],
)
def test_typed_steps_count_by_all_that_they_mention(run, commit, old, new, changed):
    commit({"helper.py": "x = 1"})

    def answers(text: str) -> list[list[object]]:
        text = "".join(f"{line}\n" for line in text.replace("OPTIONS", "").splitlines())
        return [json.loads(line) for line in run("-", text=text)]

    before, after = answers(TYPED), answers(TYPED.replace(old, new) if old else TYPED)
    assert [one[2] != two[2] for one, two in zip(before, after, strict=True)] == changed
    assert [one[0] for one in before] == ["__main__.outer", "__main__.added", "__main__.kept"]
    assert all(one[1] == "unpinned" and one[3] for one in before)
    assert before[0][4] == "The step outer was typed into a session and is in no file.\n"


def test_what_another_session_typed_is_said(git_repo):
    for ask in (load_function, version_of):
        with pytest.raises(SourceNotFoundError, match=r"typed into a session .*this one does not"):
            ask("__main__.typed_in_another_session")
