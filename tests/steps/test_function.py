"""`@step`: what it makes of a function, and what it refuses."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

import zenml
from zenml.errors import StepArgumentError, StepInterfaceError
from zenml.spec import StepSpec
from zenml.steps import BaseParameters, BaseStep, Output, step
from zenml.steps.function import FunctionStep
from zenml.steps.handles import Handle


class Params(BaseParameters):
    epochs: int = 1


class Strict(BaseParameters):
    epochs: int


@step
def load() -> list:
    """Loads."""
    return [1, 2]


@step
def train(data: list, epochs: int = 1) -> int:
    return len(data) * epochs


@step
def fit(params: Params, data: list) -> int:
    return len(data) * params.epochs


def test_both_import_paths_give_the_same() -> None:
    assert zenml.step is step
    from zenml.pipelines import pipeline

    assert zenml.pipeline is pipeline


def test_a_step_is_a_base_step_that_bears_the_function_s_name() -> None:
    assert isinstance(load, BaseStep)
    assert (load.__name__, load.__doc__, load.title) == ("load", "Loads.", "load")
    assert load.definition is load
    assert repr(load) == "<step 'load': call it in a pipeline, or .entrypoint(...) by itself>"


def test_the_entrypoint_is_a_plain_call() -> None:
    assert load.entrypoint() == [1, 2]
    assert train.entrypoint([1], epochs=3) == 3
    assert fit.entrypoint(params=Params(epochs=2), data=[1, 2]) == 4
    assert fit(Params(epochs=2)).entrypoint(params=Params(), data=[1, 2]) == 2


def test_an_instance_is_made_by_calling_without_what_it_needs() -> None:
    made = train()
    assert isinstance(made, FunctionStep)
    assert made is not train
    assert made.definition is train


@pytest.mark.parametrize("given", [Params(epochs=3), {"epochs": 3}])
def test_an_instance_takes_its_parameters_by_name(given: Any) -> None:
    if isinstance(given, Params):
        assert fit(params=given).parameters == fit(given).parameters == {"params": {"epochs": 3}}
    assert fit.with_options(parameters={"params": given}).parameters == {"params": {"epochs": 3}}


def test_output_makes_an_instance_too() -> None:
    @step
    def both() -> Output(a=int, b=int):  # type: ignore[valid-type]
        return 1, 2

    assert both().definition is both


def test_the_spec_names_the_function_and_gives_the_same_step_back() -> None:
    made = train.with_options(parameters={"epochs": 3})
    spec = made.to_config("v")
    assert spec == StepSpec(f"{__name__}.train", "v", {"epochs": 3})
    assert train.from_config(spec).parameters == {"epochs": 3}
    assert StepSpec.from_json(spec.to_json()) == spec


async def coroutine() -> int:
    return 1


async def stream() -> AsyncIterator[int]:
    yield 1


def generator() -> Iterator[int]:
    yield 1


@functools.wraps(generator)
def wrapped() -> Any:
    return generator()


class Plain:
    def __call__(self) -> int:
        return 1

    def method(self, x: int) -> int:
        return x


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (Plain, "takes a function, not the class Plain: have it inherit from BaseStep"),
        (Plain(), "takes a function, not <.*Plain object"),
        (
            "train",
            r"takes a function, not 'train'. Options have names: @step\(",
        ),
        (load, "<step 'load'.* is decorated already: take @step away"),
        (functools.partial(train.function, epochs=2), "takes a function, not functools.partial"),
        (print, "takes a function, not <built-in function print>"),
        (coroutine, "on `coroutine`: it is a coroutine.* asyncio.run"),
        (stream, "on `stream`: it is a coroutine"),
        (generator, r"on `generator`: it is a generator.* list\("),
        (wrapped, "it is a generator"),
        (Plain.method, "@step on `method`: it is a method, .* at the top level of a module"),
    ],
)
def test_what_is_no_plain_function_is_refused(value: Any, message: str) -> None:
    with pytest.raises(StepInterfaceError, match=message):
        step(value)


def test_an_argument_that_is_no_parameters_class_is_told() -> None:
    with pytest.raises(StepArgumentError, match=r"'params' of step `Fit` is \[1\]; it must be"):
        Fit([1])


class Fit(BaseStep):
    """A free step as a class."""

    def __init__(self, scale: int = 1, **kwargs: Any) -> None:
        self.scale = scale
        super().__init__(**kwargs)

    def entrypoint(self, params: Params, data: list, bias: int = 0) -> int:
        return len(data) * params.epochs * self.scale + bias


def test_a_class_takes_parameters_where_it_is_made() -> None:
    made = Fit(Params(epochs=2), scale=3, bias=1)
    assert made.is_free
    assert (made.title, made.definition) == ("Fit", Fit)
    assert made.parameters == {"params": {"epochs": 2}, "bias": 1}
    assert made.invoke({"data": [1, 2]}) == {"output": 13}
    spec = made.to_config("v")
    assert spec.args == {"scale": 3, "params": {"epochs": 2}, "bias": 1}
    assert Fit.from_config(spec).invoke({"data": [1, 2]}) == {"output": 13}
    assert Fit(params=Params(epochs=2)).parameters == {"params": {"epochs": 2}}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Fit(scales=2), "Fit does not take the argument 'scales'. Did you mean 'scale'"),
        (
            lambda: Fit(params={"epochs": "many"}),
            "Parameter 'params' of step `Fit`: Params: epochs: ",
        ),
        (lambda: Fit(bias=[]), "Parameter 'bias' of step `Fit` is"),
        (lambda: Fit(Params(), Params()), "without a name where it takes one Params"),
        (
            lambda: Fit(Params(), params=Params()),
            "Step `Fit` is given its parameter 'params' twice",
        ),
        (lambda: Fit(data=Handle(0, "load", ("output",))), "'data' is <output .* where the step"),
    ],
)
def test_a_class_made_wrongly_names_the_argument(make: Any, message: str) -> None:
    with pytest.raises(StepArgumentError, match=message):
        make()


def test_a_wrong_entrypoint_is_told_where_the_class_stands() -> None:
    with pytest.raises(StepInterfaceError, match=r"Step `Wrong` takes \*data"):

        class Wrong(BaseStep):
            def entrypoint(self, *data: int) -> None: ...

    with pytest.raises(StepInterfaceError, match="it is a coroutine"):

        class Waits(BaseStep):
            async def entrypoint(self) -> None: ...


@pytest.mark.parametrize("name", ["options", "parameters", "title", "check"])
def test_an_argument_may_not_hide_what_every_step_has(name: str) -> None:
    space: dict[str, Any] = {}
    exec(f"def __init__(self, {name}=1, **kwargs): self.{name} = {name}", space)
    step_class = type("Mine", (BaseStep,), {"__init__": space["__init__"]})
    with pytest.raises(StepArgumentError, match=f"cannot have an argument called '{name}'"):
        step_class()


def test_a_subclass_inherits_its_entrypoint() -> None:
    class Scaled(Fit):
        pass

    assert Scaled(Params(epochs=3), scale=2).invoke({"data": [1]}) == {"output": 6}


def test_a_step_of_an_interface_has_no_signature() -> None:
    class Bare(BaseStep):
        pass

    assert not Bare().is_free
    with pytest.raises(StepInterfaceError, match="Bare has no entrypoint"):
        Bare().signature  # noqa: B018
