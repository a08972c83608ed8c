"""What a script that ends in an error shows: the user's lines, and what is wrong."""

from __future__ import annotations

import functools
import inspect
import json
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import zenml
from zenml.client import Client
from zenml.client.named import Named
from zenml.client.pipeline import PipelineView
from zenml.client.step import StepView
from zenml.datasources import CSVDatasource
from zenml.edges import edge, edges, is_users
from zenml.errors import DataError, StepRunError, ZenMLError
from zenml.pipelines import DataPipeline, NLPPipeline, TrainingPipeline
from zenml.repo import Repository
from zenml.serving import ModelServer

OURS = str(Path(zenml.__file__).parent / "runtime" / "run.py")
USERS = "/home/ada/penguins/train.py"
PACKAGES = "/opt/venv/lib/python3.10/site-packages/pipes.py"
EDGE = 'raise exc.with_traceback(users_lines(exc, handled, unless="ZENML_DEBUG"))'


@pytest.fixture(autouse=True)
def _no_debugging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZENML_DEBUG", raising=False)


def function_of(file: str, text: str, **known: Any) -> Callable[..., Any]:
    """The function `text` defines, as if it stood in that file."""
    exec(compile(text, file, "exec"), known)
    found: Callable[..., Any] = known["function"]
    return found


def shown(call: Callable[[], Any]) -> list[str]:
    """The functions in the traceback of an error, from the edge on."""
    with pytest.raises(Exception) as found:
        call()
    frames = traceback.extract_tb(found.value.__traceback__)
    return [Path(frame.filename).name + ":" + frame.name for frame in frames][1:]


def lines(error: BaseException | None) -> list[str]:
    """The files in the traceback of an error that led to another one."""
    assert error is not None
    return [Path(frame.filename).name for frame in traceback.extract_tb(error.__traceback__)]


def raised(call: Callable[[], Any]) -> BaseException:
    with pytest.raises(Exception) as found:
        call()
    return found.value


REFUSE = "def function():\n    raise error\n"
CALL = "def function():\n    call()\n"
WRAP = """\
def function():
    try:
        call()
    except Exception as exc:
        raise error from exc
"""


def ours(error: BaseException) -> Callable[..., Any]:
    """A function of zenml, two deep, that raises."""
    return function_of(OURS, CALL, call=function_of(OURS, REFUSE, error=error))


def test_the_lines_of_zenml_are_taken_out() -> None:
    assert shown(edge(ours(DataError("no rows")))) == ["edges.py:called"]


def test_what_the_user_was_called_back_with_is_shown() -> None:
    theirs = function_of(USERS, CALL, call=ours(DataError("no rows")))
    assert shown(edge(function_of(OURS, CALL, call=theirs))) == [
        "edges.py:called",
        "train.py:function",
    ]


def test_an_error_of_the_user_s_own_keeps_his_lines_and_those_of_packages_he_called() -> None:
    theirs = function_of(USERS, CALL, call=lambda: json.loads("{"))
    names = shown(edge(function_of(OURS, CALL, call=theirs)))
    assert names[:2] == ["edges.py:called", "train.py:function"]
    assert names[-1] == "decoder.py:raw_decode"


def test_a_mistake_in_zenml_keeps_all_of_its_lines() -> None:
    assert shown(edge(ours(KeyError("a")))) == [
        "edges.py:called",
        "run.py:function",
        "run.py:function",
    ]


def test_a_call_with_a_wrong_argument_is_told_as_python_tells_it() -> None:
    error = raised(lambda: edge(ours(KeyError()))(1))
    assert "takes 0 positional arguments" in str(error)


def test_all_lines_are_shown_if_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENML_DEBUG", "1")
    error = DataError("no rows")
    assert shown(edge(ours(error)))[1:] == ["run.py:function", "run.py:function"]


def test_edges_within_edges_are_one() -> None:
    inner = edge(ours(DataError("no rows")))
    assert shown(edge(function_of(OURS, CALL, call=inner))) == ["edges.py:called"]


def test_a_cause_loses_the_same_lines_and_stays() -> None:
    cause = OSError("no such file")
    wraps = function_of(OURS, WRAP, call=ours(cause), error=DataError("no rows"))
    error = raised(edge(wraps))
    assert error.__cause__ is cause
    assert cause.__traceback__ is None


def test_a_cause_in_the_user_s_code_keeps_his_lines() -> None:
    theirs = function_of(USERS, REFUSE, error=ValueError("his"))
    wraps = function_of(OURS, WRAP, call=theirs, error=DataError("no rows"))
    cause = raised(edge(wraps)).__cause__
    assert cause is not None
    (frame,) = traceback.extract_tb(cause.__traceback__)
    assert frame.filename == USERS


def test_errors_that_led_to_each_other_come_to_an_end() -> None:
    error, other = DataError("a"), DataError("b")
    error.__cause__, other.__cause__ = other, error
    assert shown(edge(ours(error))) == ["edges.py:called"]


@pytest.mark.parametrize("file", [PACKAGES, "<string>", USERS])
def test_what_was_handled_before_is_still_told_with_its_lines(file: str) -> None:
    handle = "def function():\n    try:\n        deep()\n    except KeyError:\n        call()\n"
    before = KeyError("a")
    deep = function_of(PACKAGES, REFUSE, error=before)
    error = raised(function_of(file, handle, deep=deep, call=edge(ours(DataError("no rows")))))
    assert error.__context__ is before
    assert lines(before) == [Path(file).name, "pipes.py"]


def test_a_package_that_uses_zenml_is_shown_where_it_does() -> None:
    inner = edge(ours(DataError("no rows")))
    pipeline = function_of(PACKAGES, CALL, call=inner)
    assert shown(edge(function_of(OURS, CALL, call=pipeline))) == [
        "edges.py:called",
        "pipes.py:function",
    ]


def failed(mistake: Exception) -> StepRunError:
    """As a run raises it, of a step that failed with the error."""
    error = StepRunError("Step `split` failed", step="split", run="r-1")
    error.__cause__ = raised(ours(mistake))
    return error


def test_a_mistake_in_zenml_that_a_step_fails_with_keeps_all_of_its_lines() -> None:
    mistake = AttributeError("no such thing")
    raised(edge(ours(failed(mistake))))
    assert lines(mistake)[-2:] == ["run.py", "run.py"]


def test_so_does_one_below_another_error() -> None:
    mistake = AttributeError("no such thing")
    error = failed(mistake)
    wraps = function_of(OURS, WRAP, call=ours(error), error=DataError("no rows"))
    raised(edge(wraps))
    assert lines(mistake)[-2:] == ["run.py", "run.py"]
    assert lines(error) == []


def test_an_error_of_zenml_that_a_step_fails_with_loses_them() -> None:
    told = DataError("no rows")
    raised(edge(ours(failed(told))))
    assert "run.py" not in lines(told)


def test_every_public_method_is_an_edge_and_looks_as_before() -> None:
    def own(self: Any, number: int = 1) -> int:
        """Says what it does."""
        return number

    @edges
    class Thing:
        value = 1
        method = own
        _hidden = own
        of_class = classmethod(own)
        static = staticmethod(own)
        asked = property(own)
        found = functools.cached_property(own)

    thing: Any = Thing()
    assert (thing.method(), thing.of_class(), thing.static(thing, 3)) == (1, 1, 3)
    assert "__wrapped__" not in vars(Thing._hidden)
    for found in (thing.method, thing.of_class, thing.static):
        assert "__wrapped__" in vars(getattr(found, "__func__", found))
        assert found.__doc__ == "Says what it does."
        assert "number: 'int' = 1" in str(inspect.signature(found))
    assert (thing.asked, thing.found) == (1, 1)
    for getter in (vars(Thing)["asked"].fget, vars(Thing)["found"].func):
        assert "__wrapped__" in vars(getter)
    assert Thing.asked.__doc__ == "Says what it does."


@pytest.mark.parametrize(
    ("cls", "method"),
    [
        (TrainingPipeline, "add_trainer"),
        (TrainingPipeline, "add_datasource"),
        (TrainingPipeline, "evaluate"),
        (TrainingPipeline, "run"),
        (DataPipeline, "view_statistics"),
        (NLPPipeline, "predict_sentence"),
        (CSVDatasource, "commit"),
        (Client, "get_pipeline_run"),
        (Repository, "get_instance"),
        (ModelServer, "__init__"),
        (Named, "__missing__"),
        (PipelineView, "last_run"),
        (StepView, "output"),
        (StepView, "inputs"),
    ],
)
def test_what_users_call_is_an_edge(cls: type, method: str) -> None:
    found = getattr(cls, method)
    for behind in ("__func__", "fget", "func"):
        found = getattr(found, behind, found)
    assert "__wrapped__" in vars(found)


@pytest.mark.parametrize(
    ("file", "users_own"),
    [
        ("/home/me/project/steps/trainer.py", True),
        (json.__file__, False),
        (pytest.__file__, False),
        (OURS, False),
        ("<frozen importlib._bootstrap>", False),
        ("_pytest/python.py", False),  # as what a package in C says of its files
        ("sklearn/tree/_tree.pyx", False),
        ("steps/of_a_folder_that_was_left.py", True),
        ("/opt/venv/lib/python3.10/site-packages/keras/x.py", False),
    ],
)
def test_whose_a_file_is(file: str, users_own: bool) -> None:
    assert is_users(file) is users_own


def test_a_file_typed_into_a_notebook_is_the_user_s() -> None:
    assert is_users("/tmp/ipykernel_123/456.py")
    assert is_users("<ipython-input-3-abc>")


def test_so_is_a_file_that_is_named_from_the_current_folder(git_repo: Path) -> None:
    assert is_users("README.md")


SCRIPT = """\
from zenml.pipelines import pipeline
from zenml.steps import step


@step
def load() -> int:
    return 1


@pipeline
def count():
    load(3)


if __name__ == "__main__":
    count()
"""


def test_a_script_ends_with_its_own_lines_and_the_sentence(
    git_repo: Path, write: Callable[[Mapping[str, str]], None]
) -> None:
    Repository.init_repo()
    write({"count.py": SCRIPT})
    ended = subprocess.run([sys.executable, "count.py"], capture_output=True, text=True)
    file = git_repo / "count.py"
    frames = [line.strip() for line in ended.stderr.splitlines() if line.startswith("  File")]
    assert frames[0] == f'File "{file}", line 16, in <module>'
    assert [frame for frame in frames if "zenml/" in frame] == [frames[1]]
    assert EDGE in ended.stderr
    assert frames[2:] == [f'File "{file}", line 12, in count']
    assert ended.stderr.splitlines()[-1].startswith("zenml.errors.PipelineInterfaceError: Step")


def test_an_error_is_raised_as_it_is() -> None:
    error = ZenMLError("what")
    assert raised(edge(ours(error))) is error


def test_ctrl_c_shows_the_user_s_lines() -> None:
    stopped = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        edge(ours(stopped))()
    frames = traceback.extract_tb(stopped.__traceback__)
    assert [Path(frame.filename).name for frame in frames] == ["test_edges.py", "edges.py"]
