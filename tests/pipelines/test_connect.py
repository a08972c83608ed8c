"""Pipelines that steps are handed over to: `connect()`, and functions whose arguments are steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zenml import pipeline, step
from zenml.errors import (
    MissingStepParameterError,
    PipelineError,
    PipelineInterfaceError,
    StepArgumentError,
    ZenMLError,
)
from zenml.pipelines import BasePipeline
from zenml.spec import NodeSpec
from zenml.steps import BaseParameters, BaseStep, Output

NodesOf = Callable[[Any], dict[str, NodeSpec]]


class Params(BaseParameters):
    epochs: int
    rate: float = 0.1


@step
def load() -> Output(data=list, labels=list):  # type: ignore[valid-type]
    return [1], [2]


@step
def train(params: Params, data: list) -> float:
    return params.rate


class Train(BaseStep):
    def entrypoint(self, data: list, params: Params) -> float:
        return params.rate


@step
def report(score: float) -> None:
    print(score)


@pipeline
def first(loader, trainer, reporter):  # type: ignore[no-untyped-def]
    data, _ = loader()
    reporter(trainer(data))


class First(BasePipeline):
    def connect(self, loader, trainer, reporter):  # type: ignore[no-untyped-def]
        data, _ = loader()
        reporter(trainer(data))


def given(**changed: Any) -> dict[str, Any]:
    steps = {"loader": load(), "trainer": train(Params(epochs=3)), "reporter": report()}
    return {name: made for name, made in {**steps, **changed}.items() if made is not None}


@pytest.mark.parametrize("make", [first, First])
def test_nodes_are_called_as_the_pipeline_calls_its_steps(make: Any, nodes_of: NodesOf) -> None:
    made = make(**given())
    assert isinstance(made, BasePipeline)
    nodes = nodes_of(made)
    assert {name: node.inputs for name, node in nodes.items()} == {
        "loader": {},
        "trainer": {"data": "loader.data"},
        "reporter": {"score": "trainer.output"},
    }
    assert nodes["trainer"].step.args == {"params": {"epochs": 3, "rate": 0.1}}
    assert nodes["trainer"].settings == {"title": "train"}
    assert made.name == ("first" if make is first else "First")
    assert made.has_fixed_graph
    assert made.parameters == {}


@pytest.mark.parametrize("make", [first, First])
def test_steps_can_stand_in_order_and_be_of_a_class(make: Any, nodes_of: NodesOf) -> None:
    made = make(load(), Train(Params(epochs=2)), reporter=report())
    assert nodes_of(made)["trainer"].step.source == f"{__name__}.Train"


shared = report()


@pytest.mark.parametrize("make", [first, First])
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"trainer": None}, r"needs the step 'trainer': trainer=some_step\(\)"),
        ({"loader": None, "trainer": None, "reporter": load()}, "needs the step 'loader'"),
        ({"evaluator": report()}, "takes no step 'evaluator'. It takes loader, trainer, reporter"),
        ({"trainr": report()}, "takes no step 'trainr'. Did you mean 'trainer'"),
        ({"trainer": Train}, r"'trainer' is the class Train; .* trainer=Train\(\)"),
        ({"trainer": train}, r"'trainer' is the function train; .* trainer=train\(\)"),
        ({"trainer": 3}, "the step 'trainer' is 3 of type int, which is no step. Decorate"),
        ({"trainer": train.function}, "of type function, which is no step"),
        ({"loader": shared, "reporter": shared}, "'loader' and 'reporter' are the same instance"),
    ],
)
def test_steps_handed_over_wrongly_are_told_at_once(
    make: Any, changed: dict[str, Any], message: str
) -> None:
    name = "first" if make is first else "First"
    with pytest.raises(PipelineInterfaceError, match=f"^Pipeline '{name}'.*{message}"):
        make(**given(**changed))


def test_too_many_steps_or_one_twice() -> None:
    with pytest.raises(PipelineInterfaceError, match=r"takes the steps loader, .* was given 4"):
        First(load(), load(), load(), load())
    with pytest.raises(PipelineInterfaceError, match="is given the step 'loader' twice"):
        First(load(), loader=load())


def test_a_pipeline_that_has_its_steps_is_not_called_again() -> None:
    with pytest.raises(PipelineInterfaceError, match=r"'first' has its steps: run it by .run\(\)"):
        first(**given())()


def test_a_pipeline_of_a_class_is_run_by_its_method() -> None:
    with pytest.raises(PipelineInterfaceError, match=r"'First' is run by its method: .run\(\)"):
        First(**given())()


def test_a_step_can_only_be_called_and_wait_in_the_body(nodes_of: NodesOf) -> None:
    @pipeline
    def p(loader):  # type: ignore[no-untyped-def]
        loader.configure(enable_cache=False)

    with pytest.raises(PipelineInterfaceError, match=r"<step 'loader' of .* has no 'configure'"):
        nodes_of(p(load()))


def test_parameters_of_another_class_are_told() -> None:
    class Others(BaseParameters):
        a: int = 1

    with pytest.raises(StepArgumentError, match=r"'params' of step `train` is .* of type .*Params"):
        train(Others())


def test_a_pipeline_of_steps_without_them_says_what_it_lacks() -> None:
    with pytest.raises(ZenMLError, match=r"'first' needs the argument 'loader'.* or a step"):
        first.connect_steps(None)  # type: ignore[arg-type]
    with pytest.raises(PipelineInterfaceError, match="Pipeline 'First' needs the step 'loader'"):
        First()


def test_a_class_that_does_not_connect_its_steps_takes_none() -> None:
    class Mine(BasePipeline):
        pass

    for steps in ({"loader": load()}, {}):
        with pytest.raises(PipelineInterfaceError, match=r"Mine does not say .*: define connect\("):
            Mine(name="mine", **steps).connect_steps(None)  # type: ignore[arg-type]


def test_a_connect_that_names_no_steps_is_told_where_it_is_written() -> None:
    with pytest.raises(
        PipelineInterfaceError, match=r"Mine: connect\(\) takes \*\*steps, and steps"
    ):

        class Mine(BasePipeline):
            def connect(self, **steps):  # type: ignore[no-untyped-def]
                pass

    with pytest.raises(PipelineInterfaceError, match=r"takes a step 'backend', and every pipeline"):

        class Other(BasePipeline):
            def connect(self, backend):  # type: ignore[no-untyped-def]
                pass


@pipeline
def maybe(loader, trainer=None):  # type: ignore[no-untyped-def]
    data, _ = loader()
    if trainer is not None:
        trainer(data)


class Maybe(BasePipeline):
    def connect(self, loader, trainer=None):  # type: ignore[no-untyped-def]
        maybe.function(loader, trainer)


@pytest.mark.parametrize("make", [maybe, Maybe])
def test_a_step_with_a_default_may_be_left_out(make: Any, nodes_of: NodesOf) -> None:
    assert list(nodes_of(make(loader=load()))) == ["loader"]
    assert list(nodes_of(make(load(), train(Params(epochs=1))))) == ["loader", "trainer"]
    with pytest.raises(PipelineInterfaceError, match="needs the step 'loader'"):
        make(trainer=train(Params(epochs=1)))


@pytest.mark.parametrize("make", [maybe, Maybe])
def test_none_is_no_step_where_that_is_the_default(make: Any, nodes_of: NodesOf) -> None:
    for made in (make(loader=load(), trainer=None), make(load(), None)):
        assert list(nodes_of(made)) == ["loader"]
    with pytest.raises(PipelineInterfaceError, match="the step 'loader' is None of type NoneType"):
        make(loader=None, trainer=train(Params(epochs=1)))


class Reads(BasePipeline):
    def connect(self, reader):  # type: ignore[no-untyped-def]
        reader(self.datasource())


class ReadsIfGiven(BasePipeline):
    def connect(self, loader):  # type: ignore[no-untyped-def]
        loader()
        if self.datasource is not None:
            self.datasource()


class CallsNone(BasePipeline):
    def connect(self, loader, trainer=None):  # type: ignore[no-untyped-def]
        trainer(loader())


def test_a_datasource_that_was_forgotten_is_told_in_check(nodes_of: NodesOf) -> None:
    made = Reads(reader=report())
    for act in (made.check, lambda: nodes_of(made)):
        with pytest.raises(
            PipelineInterfaceError, match=r"^Pipeline 'Reads' has no datasource, .* add_datasource"
        ):
            act()
    ReadsIfGiven(loader=load()).check()
    with pytest.raises(TypeError, match="NoneType"):  # has nothing to do with a datasource
        nodes_of(CallsNone(loader=load()))


def test_a_required_parameter_that_was_left_out(nodes_of: NodesOf) -> None:
    made = first(**given(trainer=train()))
    with pytest.raises(MissingStepParameterError, match=r"Step `trainer` .* value for epochs"):
        nodes_of(made)


def test_after_and_the_same_step_twice(nodes_of: NodesOf) -> None:
    @pipeline
    def waiting(a, b, c):  # type: ignore[no-untyped-def]
        a.after(b)
        a()
        b()
        b.after(c)
        b()
        c()

    nodes = nodes_of(waiting(a=load(), b=load(), c=load()))
    assert {name: node.after for name, node in nodes.items()} == {
        "c": (), "b": ("c",), "b_2": ("c",), "a": ("b",),
    }  # fmt: skip


def test_waiting_in_a_circle(nodes_of: NodesOf) -> None:
    @pipeline
    def waiting(a, b):  # type: ignore[no-untyped-def]
        a.after(b)
        b.after(a)
        a()
        b()

    with pytest.raises(PipelineInterfaceError, match=r"-> .* wait for each other in a circle"):
        nodes_of(waiting(a=load(), b=load()))


def test_waiting_for_a_step_that_is_never_called(nodes_of: NodesOf) -> None:
    @pipeline
    def waiting(a, b):  # type: ignore[no-untyped-def]
        a.after(b)
        a()

    with pytest.raises(PipelineInterfaceError, match="'a' is to come after 'b', which is no step"):
        nodes_of(waiting(a=load(), b=load()))


def test_configure_changes_the_step_and_materializers_can_be_set(nodes_of: NodesOf) -> None:
    trainer = train(Params(epochs=1)).with_return_materializers("mine.Materializer")
    assert trainer.configure(enable_cache=False) is trainer
    node = nodes_of(first(**given(trainer=trainer)))["trainer"]
    assert node.settings["enable_cache"] is False
    assert node.args["outputs"]["output"] == {"materializer": "mine.Materializer"}


def test_the_configuration_of_a_run_fills_in_what_the_code_leaves_open(nodes_of: NodesOf) -> None:
    made = first(**given(trainer=train(Params(epochs=3))))

    def trained(parameters: dict[str, Any], **steps: Any) -> Any:
        other = first(**given(**steps)) if steps else made
        configured = other.with_options()
        configured.configuration = configured.configuration.from_dict(
            {"steps": {"trainer": {"parameters": parameters}}}, "run.yaml"
        )
        return nodes_of(configured)["trainer"].step.args["params"]

    assert trained({"rate": 0.5}) == {"epochs": 3, "rate": 0.5}
    assert trained({"epochs": 7}) == {"epochs": 3, "rate": 0.1}  # code beats file
    assert trained({"epochs": 7}, trainer=train()) == {"epochs": 7, "rate": 0.1}
    with pytest.raises(StepArgumentError, match="no parameter 'epoch'"):
        trained({"epoch": 7})


def test_both_generations_in_one_file(nodes_of: NodesOf) -> None:
    @pipeline
    def today(epochs: int = 2) -> None:
        data, _ = load()
        train(data, params=Params(epochs=epochs))

    assert list(nodes_of(today)) == ["load", "train"]
    assert list(nodes_of(first(**given()))) == ["loader", "trainer", "reporter"]
    assert not today.has_fixed_graph
    with pytest.raises(PipelineError, match="takes no step 'epoch'"):
        today(epoch=train())
