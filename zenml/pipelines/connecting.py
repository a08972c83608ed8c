"""ConnectsSteps: a pipeline whose `connect` says how its steps are connected."""

from __future__ import annotations

from typing import Any

from zenml.edges import edges
from zenml.errors import PipelineInterfaceError
from zenml.pipelines.build import Builder
from zenml.pipelines.configuration import RunConfiguration
from zenml.pipelines.graph import Graph
from zenml.pipelines.reading import ReadsDatasource
from zenml.pipelines.slots import StepSlot, step_parameters, take_steps
from zenml.steps.base import BaseStep
from zenml.steps.invocation import building


@edges
class ConnectsSteps(ReadsDatasource):
    """A pipeline that is given steps, and makes nodes of them in `connect`.

    Attributes:
        configuration: What a run configuration sets for the run and its steps.

    Example:
        >>> from zenml.pipelines import BasePipeline
        >>> BasePipeline(name="empty").connect()
        Traceback (most recent call last):
        zenml.errors.PipelineInterfaceError: BasePipeline does not say how its steps are \
connected: define connect(self, ...) with an argument for each step.
    """

    configuration = RunConfiguration()
    _steps: dict[str, BaseStep]

    @classmethod
    def _takes_named_steps(cls) -> bool:
        return cls.connect is not ConnectsSteps.connect

    def _take_steps(self, args: tuple[BaseStep, ...], kwargs: dict[str, BaseStep]) -> None:
        if self._takes_named_steps():
            where = f"Pipeline {self.name!r}"
            known = step_parameters(type(self).connect, where, is_method=True)
            self._steps = take_steps(known, args, kwargs, where)
        elif args or kwargs:
            raise self._without_connect()

    def _without_connect(self) -> PipelineInterfaceError:
        return PipelineInterfaceError(
            f"{type(self).__name__} does not say how its steps are connected: define "
            "connect(self, ...) with an argument for each step."
        )

    def connect(self, **steps: Any) -> None:
        """Calls the steps and hands their outputs on; a subclass of a user's own defines it.

        Its arguments are the steps by name: `def connect(self, loader, trainer)`, for
        `MyPipeline(loader=load(), trainer=train())`.
        """
        raise self._without_connect()

    def connect_steps(self, graph: Graph) -> None:
        """Adds the nodes of the pipeline to the graph: those that `connect` calls."""
        builder = Builder(graph, self.configuration, code_first=True)
        slots = {name: StepSlot(builder, step, name) for name, step in self._steps.items()}
        with building(builder), self._reading():
            self.connect(**slots)
        if self.datasource is not None and graph.datasource is None:
            raise PipelineInterfaceError(
                f"Pipeline {self.name!r} was given the datasource {self.datasource.name!r}, and "
                "connect() does not read it: call self.datasource()."
            )

    @property
    def definition(self) -> Any:
        """What the source of the pipeline names: its class, or its function."""
        return type(self)

    @property
    def has_fixed_graph(self) -> bool:
        """Whether another graph under the same name is refused: so it is with `connect`."""
        return self._takes_named_steps()
