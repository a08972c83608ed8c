"""Parts of messages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from zenml.hints import command_line

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def test_zenml_is_called_by_its_name_where_the_shell_knows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "zenml"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command_line() == "zenml"


def test_zenml_is_called_by_its_python_where_the_shell_does_not_know_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    call = f"{command_line()} version"
    done = subprocess.run(["/bin/sh", "-c", call], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert sys.executable in call


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/*.py")), ids=lambda f: f.parent.name)
def test_examples_end_in_a_command_that_the_shell_knows(file: Path) -> None:
    assert "&& zenml" not in file.read_text(encoding="utf-8")
