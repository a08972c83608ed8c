"""What a failed step says: the user's own lines first."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from zenml.errors import DataError, StepRunError
from zenml.runtime.failure import failure_of, run_error, user_traceback


@pytest.fixture
def users(git_repo: Path, write: Callable[[Mapping[str, str]], None]) -> Any:
    """A module of the user's with steps that fail in different places."""
    write(
        {
            "mine.py": (
                "import json\n"
                "def direct():\n    return helper()\n"
                "def helper():\n    return 1 / 0\n"
                "def in_library():\n    return json.loads('{')\n"
                "def called_back(call):\n    return call(helper)\n"
                "def ours():\n    from zenml.spec import check_json\n    check_json({1: 2}, 'it')\n"
            )
        }
    )
    sys.path.insert(0, str(git_repo))
    import mine  # type: ignore[import-not-found]

    return mine


def caught(call: Callable[..., Any], *args: Any) -> Exception:
    """The error of a call that came through a frame of zenml, as in a run."""
    code = compile("def run(call, *args):\n    return call(*args)\n", __file_of_ours__, "exec")
    namespace: dict[str, Any] = {}
    exec(code, namespace)
    with pytest.raises(Exception) as found:
        namespace["run"](call, *args)
    assert found.tb is not None
    error = found.value
    assert isinstance(error, Exception)
    return error.with_traceback(found.tb.tb_next)


__file_of_ours__ = str(Path(sys.modules["zenml"].__file__ or "").parent / "runtime" / "run.py")


def functions(exc: Exception) -> list[str]:
    names = []
    node = user_traceback(exc)
    while node is not None:
        names.append(node.tb_frame.f_code.co_name)
        node = node.tb_next
    return names


def test_it_begins_at_the_user_s_first_line(users: Any) -> None:
    assert functions(caught(users.direct)) == ["direct", "helper"]


def test_what_a_library_did_below_is_shown(users: Any) -> None:
    names = functions(caught(users.in_library))
    assert names[0] == "in_library"
    assert "raw_decode" in names


def test_it_ends_in_a_call_back_of_the_user(users: Any) -> None:
    assert functions(caught(users.called_back, lambda call: call()))[-1] == "helper"


def test_where_no_code_of_the_user_took_part_there_is_none() -> None:
    assert user_traceback(caught(json.loads, "{")) is None


def test_the_error_says_step_cause_run_and_what_to_do(users: Any) -> None:
    error = run_error({"trainer": failure_of(caught(users.direct), "trainer")}, run="p-1")
    assert isinstance(error, StepRunError)
    assert (error.step, error.run) == ("trainer", "p-1")
    assert str(error).startswith("Step `trainer` failed: ZeroDivisionError: division by zero\n")
    assert "Run p-1 is recorded as failed" in str(error)
    lines = error.user_traceback.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert "mine.py" in lines[1]
    assert "in direct" in lines[1]
    assert lines[-1] == "ZeroDivisionError: division by zero"


def test_an_error_of_ours_is_told_without_its_class(users: Any) -> None:
    error = run_error(
        {"data": failure_of(DataError("data.csv, line 3: no number"), "data")}, run="r"
    )
    assert str(error).startswith("Step `data` failed: data.csv, line 3: no number\n")
    assert error.user_traceback == ""
