"""What beginners get wrong: one clear error each, as early as it can be known, nothing recorded.

Every script is a whole file that is run; what it raises is compared. Where a step runs first,
the run is recorded as failed.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from zenml.errors import StepRunError, ZenMLError
from zenml.repo.repository import Repository
from zenml.runtime.workspace import Workspace

BEGIN = """
import numpy as np
from typing import Annotated, Tuple
from zenml import pipeline, step
from zenml.pipelines import BasePipeline
from zenml.steps import BaseParameters, BaseStep, Output

class Params(BaseParameters):
    epochs: int

@step
def load() -> list:
    return [1, 2]

@step
def both() -> Tuple[int, int]:
    return 1, 2

@step
def train(data: list, epochs: int = 1) -> float:
    return 0.9

@step
def fit(params: Params, data: list) -> float:
    return 0.9

def plain(data):
    return data

@pipeline
def first(step_1, step_2):
    step_2(step_1())

@pipeline
def training(epochs: int = 1):
    train(load(), epochs=epochs)

"""


@pytest.fixture
def play(
    git_repo: Path, commit: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Any]:
    """Runs a script as `python script.py` does, in this process."""
    Repository.init_repo(str(git_repo))
    monkeypatch.syspath_prepend(str(git_repo))

    def run(code: str) -> Any:
        text = BEGIN + code
        commit({"script.py": text})
        spec = importlib.util.spec_from_file_location("script", git_repo / "script.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "script", module)
        exec(compile(text, str(git_repo / "script.py"), "exec"), module.__dict__)
        return module

    return run


def recorded() -> list[str]:
    workspace = Workspace.default()
    files = [path.name for path in workspace.pipelines.rglob("*.yaml")]
    store = workspace.store()
    return files + [context.name for context in store.get_contexts_by_type("pipeline_run")]


BEFORE_ANYTHING_RUNS = {
    # Decorators
    "@step on a class": ("step(Params)", "not the class Params: have it inherit from BaseStep"),
    "@step twice": ("step(load)", "<step 'load'.* is decorated already"),
    "@step with a name in place": ("step('load')", r"not 'load'. Options have names: @step\("),
    "a coroutine": ("@step\nasync def f(): ...", "`f`: it is a coroutine"),
    "a generator": ("@step\ndef f(): yield 1", "`f`: it is a generator"),
    "*args": ("@step\ndef f(*data): ...", r"Step `f` takes \*data.* a name of its own"),
    "an option misspelt": ("@step(enable_cash=False)\ndef f(): ...", "Did you mean 'enable_cache'"),
    "no type": ("@step\ndef f(x: any): ...", "the annotation of 'x' is <built-in function any>"),
    "two names alike": (
        "@step\ndef f() -> Tuple[Annotated[int, 'a'], Annotated[int, 'a']]: return 1, 2",
        "Step `f` has two outputs called 'a'",
    ),
    "more returned than declared": (
        "@step\ndef f() -> Tuple[int, int]: return 1, 2, 3",
        "Step `f` has a `return` of 3 values and declares 2 outputs",
    ),
    "a tuple of any length": (
        "@step\ndef f() -> Tuple[int, ...]: return 1, 2",
        "Step `f` .* does not say how many",
    ),
    # Calls of a pipeline
    "a wrong keyword": ("training(epoch=1)", "'training' .*'epoch'.* Did you mean 'epochs'"),
    "a wrong type": ("training(epochs='many')", "'epochs' of pipeline 'training' is 'many'"),
    "a parameter that is no JSON": ("training(epochs=np.zeros(3))", "must be of type int"),
    "a wrong option of run()": ("training.run(enable_cash=False)", "no option 'enable_cash'"),
    "run() with a parameter": ("training.run(epochs=3)", "no option 'epochs'"),
    "no steps": ("@pipeline\ndef p(): ...\np()", "Pipeline 'p' calls no step"),
    "a function for a step": ("first(plain, train())", "of type function, which is no step"),
    "@step forgotten": ("first(load(), plain)", "of type function, which is no step"),
    "brackets forgotten": ("first(load, train())", r"is the function load; .* step_1=load\(\)"),
    "a class for an instance": (
        "class S(BaseStep):\n    def entrypoint(self) -> int: return 1\nfirst(S, train())",
        r"is the class S; hand over an instance: step_1=S\(\)",
    ),
    "a step missing": ("first(step_1=load()).run()", "needs the step 'step_2'"),
    "a step too many": ("first(step_1=load(), step_2=train(), step_3=fit())", "no step 'step_3'"),
    "the same instance": (
        "same = train()\nfirst(step_1=same, step_2=same)",
        "'step_1' and 'step_2' are the same instance of the step `train`",
    ),
    "no steps handed over": ("first()", "'first' needs the argument 'step_1'"),
    "parameters forgotten": (
        "first(step_1=load(), step_2=fit()).run()",
        "Step `step_2` .*Params needs a value for epochs",
    ),
    # Within a pipeline
    "an input missing": ("@pipeline\ndef p(): train()\np()", "`train` is called without its input"),
    "an input misspelt": ("@pipeline\ndef p(): train(dat=load())\np()", "Did you mean 'data'"),
    "an array as a parameter": (
        "@step\ndef f(x: np.ndarray): ...\n@pipeline\ndef p(): f(np.zeros(3))\np()",
        "Parameter 'x' of step `f` is a numpy.ndarray, which .* has to come from another step",
    ),
    "a plain value in a list": (
        "@pipeline\ndef p(): train([load(), 3])\np()",
        "Step `train`: the input 'data' is a list with 3 among outputs",
    ),
    "an output compared": (
        "@pipeline\ndef p():\n    if train(load()) > 0.5: load()\np()",
        "<output 'output' of step 'train'> has no value while",
    ),
    "one output unpacked": ("@pipeline\ndef p():\n    a, b = load()\np()", "'load' has one output"),
    "two outputs unpacked into three": (
        "@pipeline\ndef p():\n    a, b, c = both()\np()",
        "Step 'both' has 2 outputs: output_0, output_1. Here they are unpacked into 3",
    ),
    "an output of another pipeline": (
        "kept = []\n@pipeline\ndef p(): kept.append(load())\np.to_config()\n"
        "@pipeline\ndef q(): train(kept[0])\nq()",
        "<output 'output' of step 'load'> of another pipeline",
    ),
    "a circle": (
        "@pipeline\ndef p():\n    load(id='a', after='b')\n    load(id='b', after='a')\np()",
        "wait for each other in a circle",
    ),
    "a step defined in a function": (
        "def make():\n    @step\n    def inner(): return 1\n    return inner\n"
        "@pipeline\ndef p(): make()()\np()",
        "inner is defined inside a function .*Define it at the top level",
    ),
    "a lambda": (
        "@pipeline\ndef p(): step(lambda: 1)()\np()",
        "lambda.*(top level|cannot be found)",
    ),
    "a hook that is a lambda": (
        "@pipeline\ndef p(): load.with_options(on_failure=lambda e: 0)()\np()",
        "Step `load`: on_failure is <function .*top level",
    ),
    "a hook that is not there": (
        "@pipeline(on_failure='nope.x')\ndef p(): load()\np()",
        "Pipeline 'p': on_failure is 'nope.x', which cannot be loaded: .*nope",
    ),
    "a hook that is not in its module": (
        "@pipeline\ndef p(): load.with_options(on_success='json.nope')()\np()",
        "Step `load`: on_success is 'json.nope', which cannot be loaded: There is no",
    ),
    "a hook that takes too much": (
        "def f(a, b): ...\n@pipeline\ndef p(): load.with_options(on_failure=f)()\np()",
        r"Step `load`: on_failure is .*\.f\(a, b\), which cannot be called: it is given the "
        "exception, or nothing",
    ),
    "a hook of a success that takes the exception": (
        "def f(error): ...\n@pipeline\ndef p(): load.with_options(on_success=f)()\np()",
        r"on_success is .*\.f\(error\), which cannot be called: it is given nothing\.",
    ),
    "a hook in a run's configuration": (
        "import pathlib\n@pipeline\ndef p(): load()\n"
        "pathlib.Path('run.yaml').write_text('steps: {load: {on_failure: nope.x}}')\n"
        "p.with_options(config_path='run.yaml')()",
        "Step `load`: on_failure is 'nope.x', which cannot be loaded",
    ),
    "an output of another type": (
        "@step\ndef f(x: str): ...\n@pipeline\ndef p(): f(load())\np()",
        "Step `f`: the input 'x' is <output 'output' of step 'load'>, which is of type list; it "
        "must be of type str",
    ),
    "a circle of pipelines": (
        "@pipeline\ndef p():\n    load()\n    p()\np()",
        "Pipeline 'p' calls itself",
    ),
    # Steps by themselves
    "a step called by itself, wrongly": ("train(dat=[1])", "`train` has no input 'dat'.* 'data'"),
    "a value that is no JSON": (
        "@step\ndef f(x: np.ndarray) -> int: return 1\nf(np.zeros(3))",
        "Parameter 'x' of step `f` is a numpy.ndarray, which .* has to come from another step",
    ),
    "a table by itself": (
        "import pandas as pd\n@step\ndef f(x: pd.DataFrame) -> int: return 1\nf(pd.DataFrame())",
        "'x' of step `f` is a pandas.DataFrame, which cannot be written as JSON. .*return it from "
        r"a step, .* For a plain call of the function, use .entrypoint\(",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "message"), list(BEFORE_ANYTHING_RUNS.values()), ids=list(BEFORE_ANYTHING_RUNS)
)
def test_told_before_anything_runs(code: str, message: str, play: Callable[[str], Any]) -> None:
    with pytest.raises(ZenMLError, match=message) as caught:
        play(code)
    assert not isinstance(caught.value, StepRunError)
    assert "\n" not in str(caught.value).strip()
    assert recorded() == []


WHILE_IT_RUNS = {
    "a wrong output": (
        "@step\ndef f() -> int: return 'a'\n@pipeline\ndef p(): f()\np()",
        "Step `f` failed: the output 'output' is of type str; it is declared to be of type int",
    ),
    "one value for two outputs": (
        "@step\ndef f() -> Output(a=int, b=int):\n    c = 1\n    return c\n"
        "@pipeline\ndef p(): f()\np()",
        "Step `f` failed: it returned one int and declares 2 outputs: a, b",
    ),
    "a wrong input": (
        "@step\ndef raw(): return [1]\n@step\ndef f(x: str): ...\n"
        "@pipeline\ndef p(): f(raw())\np()",
        "Step `f` failed: the input 'x' is of type list; it must be of type str",
    ),
    "something returned that is not declared": (
        "@step\ndef f() -> None: return 1\n@pipeline\ndef p(): f()\np()",
        "declares that it returns nothing. Annotate what it returns",
    ),
}


@pytest.mark.parametrize(("code", "message"), list(WHILE_IT_RUNS.values()), ids=list(WHILE_IT_RUNS))
def test_told_as_the_failure_of_the_step(
    code: str, message: str, play: Callable[[str], Any]
) -> None:
    with pytest.raises(StepRunError, match=message):
        play(code)
    assert len(recorded()) == 2  # the YAML file, and the failed run


def test_run_on_a_pipeline_of_today_runs_it(play: Callable[[str], ModuleType]) -> None:
    module = play("ran = training.run()")
    assert module.ran.steps["train"].output.load() == 0.9


def test_a_step_by_itself_gives_what_it_returned(play: Callable[[str], ModuleType]) -> None:
    module = play(
        "one, two, three = train([1]), both(), load()\n"
        "@step\ndef nothing(x: int): print(x)\nfour = nothing(3)\n"
        "@step\ndef maybe(x): return x or None\nfive = maybe(0)\n"
    )
    found = (module.one, module.two, module.three, module.four, module.five)
    assert found == (0.9, (1, 2), [1, 2], None, None)


def test_a_run_name_is_used_once(play: Callable[[str], ModuleType]) -> None:
    with pytest.raises(ZenMLError, match=r"'mine'|`mine`"):
        play("training.run(run_name='mine')\ntraining.run(run_name='mine')")


def test_another_graph_under_the_same_name(play: Callable[[str], ModuleType]) -> None:
    play("first(step_1=load(), step_2=train()).run()")
    with pytest.raises(ZenMLError, match=r"name=.*unlisted=True.*zenml pipeline delete '?first"):
        play("first(step_1=load(), step_2=fit(Params(epochs=1))).run()")
    play("first(step_1=load(), step_2=fit(Params(epochs=1))).run(unlisted=True)")
