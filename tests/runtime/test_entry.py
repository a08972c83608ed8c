"""What is said before and after a run, and what is checked before anything is written."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from zenml.client import Client
from zenml.errors import AlreadyExistsException, PipelineError, StepRunError
from zenml.repo import Repository
from zenml.runtime.resume import resume

FLOWS = """
from pathlib import Path
from zenml import pipeline, step

@step
def load() -> int:
    if Path("broken").exists():
        raise ValueError("broken")
    if Path("stopped").exists():
        raise KeyboardInterrupt
    return 1

@pipeline
def flow():
    load()
"""


@pytest.fixture
def flows(git_repo: Path, commit: Callable[..., str]) -> Any:
    """A module with a pipeline, in a repository of its own."""
    Repository.init_repo()
    commit({"flows.py": FLOWS, ".gitignore": "broken\nstopped\n"})
    sys.path.insert(0, str(git_repo))
    return importlib.import_module("flows")


def files() -> list[Path]:
    return list(Path(Repository.get_instance().get_default_pipelines_dir()).glob("*.yaml"))


def test_a_run_without_a_pipeline_registers_none(
    flows: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    flows.flow.run(unlisted=True)
    assert "Registered" not in capsys.readouterr().out
    flows.flow.run()
    assert "Registered new pipeline with name `flow`." in capsys.readouterr().out


def test_a_name_that_cannot_be_is_told_before_anything_is_written(
    flows: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(PipelineError, match="A run cannot be called 'a/b'"):
        flows.flow.run(run_name="a/b")
    assert (capsys.readouterr().out, files()) == ("", [])
    flows.flow.run(run_name="mine")
    capsys.readouterr()
    other = flows.flow.with_options(name="other")
    with pytest.raises(AlreadyExistsException, match="A run called 'mine' exists already"):
        other.run(run_name="mine")
    assert (capsys.readouterr().out, len(files())) == ("", 1)


def test_hints_can_be_pasted_into_a_shell(flows: Any, capsys: pytest.CaptureFixture[str]) -> None:
    Path("broken").touch()
    with pytest.raises(StepRunError, match="zenml pipeline resume 'Lauf 1'"):
        flows.flow.run(run_name="Lauf 1")
    Path("broken").unlink()
    resume("Lauf 1")
    assert "`zenml run get 'Lauf 1'`" in capsys.readouterr().out


def test_a_stopped_run_says_how_to_go_on(flows: Any, capsys: pytest.CaptureFixture[str]) -> None:
    Path("stopped").touch()
    with pytest.raises(KeyboardInterrupt):
        flows.flow.run(run_name="mine")
    assert capsys.readouterr().out.splitlines()[-1] == (
        "Run mine is recorded as failed. To go on from there: zenml pipeline resume mine"
    )
    Path("stopped").unlink()
    assert resume("mine").executed == ["load"]


def test_a_file_says_how_a_run_goes(flows: Any, write: Any) -> None:
    write({"run.yaml": "max_workers: 2\nexecution_mode: continue\nextra: {a: 1, b: 1}\nretry: 1\n"})
    configured = flows.flow.with_options(config_path="run.yaml", extra={"c": 3})
    result = configured.run()
    spec = Client().get_pipeline_run(result.name).spec
    assert spec.settings["extra"] == {"a": 1, "b": 1, "c": 3}
    assert (spec.settings["execution_mode"], spec.settings["retry"]["max_retries"]) == (
        "continue",
        1,
    )


def test_what_a_call_says_counts_before_its_file(flows: Any, write: Any) -> None:
    write({"run.yaml": "execution_mode: continue\nextra: {a: 1, b: 1}\nretry: 1\nmax_workers: 2\n"})
    result = flows.flow.run(
        config_path="run.yaml",
        extra={"a": 2},
        retry={"max_retries": 3},
        execution_mode="fail_fast",
        max_workers=1,
    )
    spec = Client().get_pipeline_run(result.name).spec
    assert spec.settings["extra"] == {"a": 2, "b": 1}
    assert spec.settings["execution_mode"] == "fail_fast"
    assert spec.settings["retry"]["max_retries"] == 3


def test_of_steps_that_were_typed_nothing_is_resumed(
    flows: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    session = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", session)
    exec(compile(FLOWS, "<stdin>", "exec"), vars(session))
    Path("broken").touch()
    with pytest.raises(StepRunError) as failed:
        session.flow.run()
    assert "resume" not in str(failed.value)
    Path("broken").unlink()
    Path("stopped").touch()
    with pytest.raises(KeyboardInterrupt):
        session.flow.run()
    said = capsys.readouterr().out
    assert "recorded as failed" in said
    assert "resume" not in said
