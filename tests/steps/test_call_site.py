"""A step without inputs that is called: an instance for a pipeline, or a run of its own.

`load()` looks the same in both cases, so what stands around the call decides.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any

import pytest

from zenml.steps.function import FunctionStep

BEGIN = """
from zenml import pipeline, step
from zenml.pipelines import BasePipeline

@step
def load() -> int:
    return 1

@step
def train(data: int) -> int:
    return data

@pipeline
def first(step_1, step_2):
    step_2(step_1())

class First(BasePipeline):
    def connect(self, step_1, step_2):
        step_2(step_1())

class namespace:
    first = first
    load = load
"""


@pytest.fixture
def outcome(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """Executes code as a cell of a notebook; says what calls of steps made: runs or instances."""
    made: list[str] = []

    def note(name: str) -> Callable[..., Any]:
        def run(step: Any, *_: Any) -> int:
            made.append(f"ran {step.title}")
            return 1

        return run

    monkeypatch.setattr("zenml.pipelines.single.run_step", note("run"))
    monkeypatch.setattr(
        "zenml.pipelines.function.FunctionPipeline.run", lambda self, **_: made.append("piped")
    )

    def play(code: str, name: str = "<cell 1>") -> list[str]:
        text = BEGIN + code
        lines = text.splitlines(keepends=True)
        monkeypatch.setitem(linecache.cache, name, (len(text), None, lines, name))
        space: dict[str, Any] = {"__name__": "cell"}
        exec(compile(text, name, "exec"), space)
        for value in space.values():
            if isinstance(value, FunctionStep) and value is not value.definition:
                made.append(f"instance of {value.title}")
        return made

    return play


GIVEN = {
    "by name": "p = first(step_1=load(), step_2=train())",
    "in order": "p = first(load(), train())",
    "to a class": "p = First(step_1=load(), step_2=train())",
    "over lines": "p = first(\n    step_1=load(\n    ),\n    step_2=train(),\n)",
    "and run at once": "first(step_1=load(), step_2=train()).run()",
    "with options": "p = first.with_options(enable_cache=False)(step_1=load(), step_2=train())",
    "with options of the step": "p = first(step_1=load.with_options(name='x'), step_2=train())",
    "with options of the step, called": (
        "p = first(step_1=load.with_options(name='x')(), step_2=train())"
    ),
    "configured": "p = first(step_1=load().configure(enable_cache=False), step_2=train())",
    "by an attribute": "p = namespace.first(step_1=namespace.load(), step_2=train())",
    "as a mapping": "p = first(**{'step_1': load(), 'step_2': train()})",
    "as a list": "p = first(*[load(), train()])",
    "in a function": "def main():\n    return first(step_1=load(), step_2=train())\nmain()",
}


@pytest.mark.parametrize("code", list(GIVEN.values()), ids=list(GIVEN))
def test_among_the_arguments_of_a_pipeline_it_is_an_instance(
    code: str, outcome: Callable[[str], list[str]]
) -> None:
    assert "ran load" not in outcome(code)


def test_a_name_that_goes_to_a_pipeline_later_counts(
    outcome: Callable[[str], list[str]],
) -> None:
    assert outcome("loader = load()\np = first(step_1=loader, step_2=train())") == [
        "instance of load"
    ]


ALONE = {
    "by itself": "load()",
    "under a name": "found = load()\nprint(found)",
    "printed": "print(load())",
    "beside a pipeline": "p = first(load.with_options(), train())\nfound = load()",
    "for a step": "train(load())",
    "inside another call": "first(step_1=int(load()), step_2=train()) if False else load()",
}


@pytest.mark.parametrize("code", list(ALONE.values()), ids=list(ALONE))
def test_anywhere_else_it_runs(code: str, outcome: Callable[[str], list[str]]) -> None:
    assert "ran load" in outcome(code)


def test_with_inputs_a_step_runs(outcome: Callable[[str], list[str]]) -> None:
    assert outcome("train(3)\ntrain(data=3)") == ["ran train", "ran train"]


TYPED = ("by name", "in order", "to a class", "over lines", "and run at once", "in a function")


@pytest.mark.parametrize("code", [GIVEN[key] for key in TYPED], ids=TYPED)
def test_where_there_is_no_source_the_bytecode_tells(
    code: str, outcome: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zenml.steps.call_site.linecache.getlines", lambda name: [])
    assert "ran load" not in outcome(code)
    indented = code.replace("\n", "\n    ")
    assert "ran load" not in outcome(f"print(1)\nfor i in range(2):\n    {indented}")


@pytest.mark.parametrize("code", list(ALONE.values()), ids=list(ALONE))
def test_where_there_is_no_source_it_runs(
    code: str, outcome: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zenml.steps.call_site.linecache.getlines", lambda name: [])
    assert "ran load" in outcome(code)


def test_a_cell_in_another_language_is_no_hindrance(
    outcome: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zenml.steps.call_site.linecache.getlines", lambda name: ["%time load()\n"])
    assert outcome("load()") == ["ran load"]
