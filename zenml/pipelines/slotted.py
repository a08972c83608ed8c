"""SlottedPipeline: the pipelines whose order is already decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from zenml.datasources.base import BaseDatasource
from zenml.edges import edges
from zenml.errors import PipelineInterfaceError
from zenml.hints import did_you_mean
from zenml.pipelines.base import BasePipeline
from zenml.pipelines.slots import keywords_of
from zenml.steps.base import BaseStep, check_instance

_Pipeline = TypeVar("_Pipeline", bound="SlottedPipeline")


@dataclass(frozen=True)
class Slot:
    """A place for a step in a pipeline.

    Attributes:
        interface: The class that the step must be an instance of.
        adder: Name of the method that fills it.
        required: Whether the pipeline can run without it.

    Example:
        >>> Slot(BaseStep, "add_step").required
        True
    """

    interface: type[BaseStep]
    adder: str
    required: bool = True


@edges
class SlottedPipeline(BasePipeline):
    """A pipeline that has a slot for each of its steps, and mostly reads a datasource.

    Args:
        name: Letters, digits, "_", "-", "." and spaces; one is made up where
            none is given.
        steps_dict: Slot -> step, instead of the `add_...` methods.
        datasource: What the pipeline reads.
        datasource_commit_id: The commit of it; None is the latest.
        kwargs: See `BasePipeline`.

    Attributes:
        SLOTS: Slot -> what fills it.

    Example:
        >>> from zenml.pipelines import TrainingPipeline
        >>> list(TrainingPipeline.SLOTS)[:2]
        ['split', 'sequencer']
    """

    SLOTS: ClassVar[dict[str, Slot]] = {}

    def __init__(
        self,
        name: str | None = None,
        *,
        steps_dict: dict[str, BaseStep] | None = None,
        datasource: BaseDatasource | None = None,
        datasource_commit_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        for slot, step in (steps_dict or {}).items():
            self._add(slot, step)
        if datasource is not None:
            self.add_datasource(datasource, datasource_commit_id)

    def check(self) -> None:
        """Checks that the pipeline is whole.

        Raises:
            PipelineInterfaceError: Names what is missing and how to add it.
        """
        if self.READS_DATA and self.datasource is None:
            raise PipelineInterfaceError(
                f"Pipeline {self.name!r} has no datasource: call add_datasource(...) before run()."
            )
        for slot, rule in self.SLOTS.items():
            if rule.required and slot not in self._steps:
                raise PipelineInterfaceError(
                    f"Pipeline {self.name!r} has no {slot}: call {rule.adder}(...) before run()."
                )
        super().check()

    def copy(self: _Pipeline, new_name: str) -> _Pipeline:
        """The same pipeline under another name, ready to be changed and run."""
        if self._spec is None:
            return super().copy(new_name)
        other = type(self)(
            name=new_name, enable_cache=self._spec.enable_cache, steps_dict=self.steps_dict
        )
        other._restore(self._spec)
        return other

    def _take_steps(self, args: tuple[BaseStep, ...], kwargs: dict[str, BaseStep]) -> None:
        if kwargs:
            adders = ", ".join(f"{rule.adder}()" for rule in self.SLOTS.values())
            how = f"its steps are added with {adders}" if adders else "it takes no steps"
            name = next(iter(kwargs))
            hint = did_you_mean(name, keywords_of(type(self)))
            raise PipelineInterfaceError(
                f"Pipeline {self.name!r} does not take {name!r}; {how}.{hint}"
            )

    def _add(self, slot: str, step: BaseStep) -> None:
        if slot not in self.SLOTS:
            raise PipelineInterfaceError(
                f"{type(self).__name__} has no place for a step {slot!r}; it has "
                f"{', '.join(self.SLOTS) or 'none'}."
            )
        self._refuse_frozen()
        rule = self.SLOTS[slot]
        what = f"{rule.adder}() of pipeline {self.name!r}"
        self._steps[slot] = check_instance(step, rule.interface, what)
