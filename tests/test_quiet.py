"""Notices of C++ libraries are held back, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import types
import warnings

import absl.logging
import pytest

from zenml.quiet import load_tensorflow

CODE = """
import os, sys
from zenml.quiet import without_notices
print("before", file=sys.stderr)
with without_notices():
    os.write(2, b"WARNING: All log messages before absl::InitializeLog() is called are\\n")
    os.write(2, b"I0000 00:00:1795252667.9 port.cc:153] oneDNN custom operations are on\\n")
    os.write(2, b"E0000 00:00:1795252667.9 cuda.cc:1] something is wrong\\n")
    print("a warning of Python's", file=sys.stderr)
print("after", file=sys.stderr)
with without_notices():
    raise ValueError("an error in between")
"""


def errors(debug: str = "") -> list[str]:
    env = {**os.environ, "ZENML_DEBUG": debug}
    call = [sys.executable, "-c", CODE]
    return subprocess.run(call, capture_output=True, text=True, env=env).stderr.splitlines()


def test_only_notices_are_held_back() -> None:
    lines = errors()
    assert lines[0] == "before"
    assert lines[1].startswith("E0000")
    assert lines[2:4] == ["a warning of Python's", "after"]
    assert lines[-1] == "ValueError: an error in between"
    assert not [line for line in lines if line.startswith(("I0000", "WARNING: All log"))]


def test_debugging_holds_nothing_back() -> None:
    assert len([line for line in errors("1") if line.startswith(("I0000", "WARNING"))]) == 2


def test_without_standard_error_it_goes_on() -> None:
    code = "from zenml.quiet import without_notices\nwith without_notices(): print('done')"
    call = ["sh", "-c", f'exec {sys.executable} -c "$0" 2>&-', code]
    done = subprocess.run(call, stdout=subprocess.PIPE, text=True)
    assert (done.returncode, done.stdout) == (0, "done\n")


def test_what_a_script_sets_itself_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "1")
    monkeypatch.setitem(sys.modules, "tensorflow", types.ModuleType("tensorflow"))
    before, filters = absl.logging.get_verbosity(), list(warnings.filters)
    absl.logging.set_verbosity(absl.logging.INFO)
    try:
        load_tensorflow()
        assert absl.logging.get_verbosity() == absl.logging.INFO
    finally:
        absl.logging.set_verbosity(before)
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "1"
    assert warnings.filters == filters
