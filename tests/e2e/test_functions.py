"""Pipelines of functions and free classes as they run: values, names, caching, settings."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from zenml.errors import AlreadyExistsException, PipelineError, StepRunError, ZenMLError
from zenml.repo.repository import Repository

STEPS = """
from __future__ import annotations

import pathlib
from dataclasses import dataclass
from typing import Annotated, Optional, Tuple

from pydantic import BaseModel
from zenml import ArtifactConfig, get_step_context, log_metadata, pipeline, step
from zenml.pipelines import BasePipeline
from zenml.steps import BaseParameters, BaseStep, BaseStepConfig, Output
from zenml.steps import StepContext, StepRetryConfig

NOTES = pathlib.Path(__file__).with_name("notes.txt")

def note(text):
    with NOTES.open("a") as file:
        file.write(f"{text}\\n")

def failed(exception):
    note(f"failed: {exception}")

def succeeded():
    note("succeeded")

class Sizes(BaseModel):
    width: int
    names: Tuple[str, ...] = ()

@dataclass
class Point:
    x: int
    y: int = 0

class Params(BaseStepConfig):
    by: int = 2

@step
def load(start: int = 1) -> Tuple[Annotated[int, "first"], int]:
    note("load")
    return start, start + 1

@step
def add(x: int, y: int = 10) -> int:
    note("add")
    return x + y

@step
def total(numbers: list[int]) -> Annotated[int, ArtifactConfig(name="grand total", tags=["sum"])]:
    return sum(numbers)

@step
def shape(sizes: Sizes, point: Point, scale: Optional[float] = None) -> Tuple[int, str]:
    return (sizes.width * point.x, f"{sizes.names} {scale} {type(point).__name__}")

@step
def tell(context: StepContext, x: int) -> str:
    log_metadata({"seen": x})
    return f"{context.pipeline.name} {get_step_context().step_name}"

@step
def attempt(times: int = 2) -> int:
    note("attempt")
    if NOTES.read_text().count("attempt") <= times:
        raise ValueError("not yet")
    return times

@step
def multiply(params: Params, x: int) -> int:
    return x * params.by

class Subtract(BaseStep):
    def entrypoint(self, x: int, params: Params) -> Output(difference=int):
        return x - params.by

@pipeline
def sums(start: int = 1):
    first, second = load(start)
    a = add(first)
    b = add(second, y=20, id="by_twenty")
    total([a, b, add(a, b)])

@pipeline
def inner(x, y: int = 5):
    return add(x, y=y)

@pipeline
def outer():
    total([inner(load()["first"]), inner(3, y=4)])

@pipeline
def values(sizes: Sizes):
    shape(sizes=sizes, point={"x": "4"})

@pipeline
def telling():
    tell(x=3)

@pipeline
def trying(times: int = 2):
    attempt(times)

@pipeline
def handed(source, by, last):
    first, _ = source()
    last(by(first))

class Handed(BasePipeline):
    def connect(self, source, by, last):
        first, _ = source()
        last(by(first))
"""


@pytest.fixture
def mine(git_repo: Path, commit: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The steps and pipelines above, as a committed module."""
    Repository.init_repo(str(git_repo))
    commit({"mine.py": STEPS})
    monkeypatch.syspath_prepend(str(git_repo))
    importlib.invalidate_caches()
    return importlib.import_module("mine")


def notes(mine: Any) -> list[str]:
    return mine.NOTES.read_text().splitlines() if mine.NOTES.exists() else []


def test_outputs_go_where_they_are_handed(mine: Any) -> None:
    run = mine.sums(start="3")
    assert list(run.steps) == ["load", "add", "by_twenty", "add_2", "total"]
    assert run.steps["load"].outputs["output_1"].load() == 4
    assert [run.steps[n].output.load() for n in ("add", "by_twenty", "add_2")] == [13, 24, 37]
    assert run.steps["total"].outputs["grand total"].load() == 74
    assert run.steps["by_twenty"].parameters == {"y": 20}


def test_a_pipeline_in_a_pipeline(mine: Any) -> None:
    run = mine.outer()
    assert [run.steps[n].output.load() for n in ("add", "add_2")] == [6, 7]
    assert run.steps["total"].outputs["grand total"].load() == 13


def test_models_and_dataclasses_are_parameters(mine: Any) -> None:
    run = mine.values({"width": 3, "names": ["a"]})
    outputs = run.steps["shape"].outputs
    assert outputs["output_0"].load() == 12
    assert outputs["output_1"].load() == "('a',) None Point"


def test_a_step_knows_its_context(mine: Any) -> None:
    run = mine.telling()
    assert run.steps["tell"].output.load() == "telling tell"


def test_what_was_done_is_not_done_again(mine: Any) -> None:
    mine.sums()
    assert notes(mine) == ["load", "add", "add", "add"]
    again = mine.sums()
    assert again.executed == []
    other = mine.sums(start=2)
    assert other.executed == ["load", "add", "by_twenty", "add_2", "total"]


@pytest.mark.parametrize(
    ("of_step", "of_pipeline", "of_run", "runs"),
    [
        (None, None, None, False),
        (False, None, None, True),
        (None, False, None, True),
        (True, False, None, False),
        (False, True, None, True),
        (False, None, True, False),
        (True, True, False, True),
    ],
)
def test_the_run_beats_the_step_and_the_step_the_pipeline(
    mine: Any, of_step: Any, of_pipeline: Any, of_run: Any, runs: bool
) -> None:
    mine.telling()
    mine.tell.configure(enable_cache=of_step)
    again = mine.telling.with_options(enable_cache=of_pipeline).run(enable_cache=of_run)
    assert again.executed == (["tell"] if runs else [])


def test_the_options_of_a_run_stand_in_a_file(mine: Any, git_repo: Path) -> None:
    (git_repo / "run.yaml").write_text(
        "run_name: night-{date}\n"
        "enable_cache: false\n"
        "parameters: {times: 1}\n"
        "steps: {attempt: {retry: {max_retries: 1}}}\n"
        "tags: [night]\n"
    )
    run = mine.trying.with_options(config_path="run.yaml", on_success=mine.succeeded)()
    assert re.fullmatch(r"night-\d{4}_\d\d_\d\d", run.name)
    assert run.steps["attempt"].output.load() == 1
    assert notes(mine) == ["attempt", "attempt", "succeeded"]
    named = mine.telling.run(run_name="mine", config_path=None)
    assert named.name == "mine"
    with pytest.raises(PipelineError, match="the parameter 'times' is 3 in the code and 1 in"):
        mine.trying.with_options(config_path="run.yaml")(times=3)
    assert len(notes(mine)) == 3


def test_a_hook_is_called_once_after_the_last_attempt(mine: Any) -> None:
    retry = mine.StepRetryConfig(max_retries=1, delay=0)
    failing = mine.trying.with_options(retry=retry, on_failure=mine.failed)
    with pytest.raises(StepRunError, match="Step `attempt` failed: ValueError: not yet"):
        failing(times=5)
    assert notes(mine) == ["attempt", "attempt", "failed: not yet"]


@pytest.mark.parametrize("name", ["handed", "Handed"])
def test_steps_that_are_handed_over(mine: Any, name: str) -> None:
    made = getattr(mine, name)(
        source=mine.load.with_options(parameters={"start": 7}),
        by=mine.multiply(mine.Params(by=3)),
        last=mine.Subtract(params=mine.Params()),
    )
    run = made.run()
    assert re.fullmatch(rf"{name}-\d{{4}}_\d\d_\d\d-\d\d_\d\d_\d\d_\d{{6}}", run.name)
    assert list(run.steps) == ["source", "by", "last"]
    assert run.steps["last"].outputs["difference"].load() == 19
    assert made.run().executed == []


def test_code_beats_the_file_where_steps_are_handed_over(mine: Any, git_repo: Path) -> None:
    (git_repo / "run.yaml").write_text("steps: {by: {parameters: {by: 100}}}\n")
    steps = {"source": mine.load.with_options(), "last": mine.Subtract()}
    made = mine.handed(by=mine.multiply(mine.Params(by=3)), **steps)
    assert made.run(config_path="run.yaml").steps["by"].output.load() == 3
    open_one = mine.handed(by=mine.multiply(), **steps)
    assert open_one.run(config_path="run.yaml").steps["by"].output.load() == 100
    said = {"by": {"enable_cache": False}}
    assert made.run(step_configurations=said).executed == ["by"]


def test_a_step_that_is_not_there_is_told(mine: Any) -> None:
    with pytest.raises(ZenMLError, match=r"the step 'tel', .* Did you mean 'tell'"):
        mine.telling.run(step_configurations={"tel": {"enable_cache": False}})


def test_unlisted_runs_belong_to_no_pipeline(mine: Any) -> None:
    from zenml.post_execution import get_unlisted_runs

    run = mine.telling.run(unlisted=True)
    assert [each.name for each in get_unlisted_runs()] == [run.name]


def test_a_run_s_name_is_used_once(mine: Any) -> None:
    mine.telling.run(run_name="mine")
    with pytest.raises(AlreadyExistsException, match="mine"):
        mine.telling.run(run_name="mine")


def test_the_pipeline_comes_back_from_its_yaml(mine: Any) -> None:
    run = mine.sums()
    again = mine.BasePipeline.load_config(run.file)
    assert again.run().executed == []
    assert again.to_config() == mine.sums.to_config()
    with pytest.raises(PipelineError, match="was read from its YAML file, which fixes"):
        again.run(step_configurations={"add": {"parameters": {"y": 3}}})
