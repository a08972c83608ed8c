"""StepContext: what a running step can ask about itself, and where it leaves metadata."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from zenml.errors import StepContextError
from zenml.spec import NodeSpec, PipelineSpec
from zenml.steps.user_metadata import checked

MaterializerOf = Callable[[str], type | None]
_current: ContextVar[StepContext | None] = ContextVar("zenml_step_context", default=None)
_running: list[StepContext] = []  # of this process, for threads that a step starts


@dataclass(frozen=True)
class PipelineInfo:
    """The pipeline that a running step belongs to.

    Attributes:
        name: Of the pipeline.

    Example:
        >>> PipelineInfo("digits").name
        'digits'
    """

    name: str


@dataclass(frozen=True)
class RunInfo:
    """The run that a running step belongs to.

    Attributes:
        name: Of the run.
        parameters: What the pipeline was called with.
        tags: Of the run.
        extra: What its configuration says besides.

    Example:
        >>> RunInfo("digits-1").tags
        ()
    """

    name: str
    parameters: dict[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StepInfo:
    """The running step.

    Attributes:
        name: Of its node.
        parameters: Its parameters, as JSON values.
        attempt: 1, or more where it is tried again.
        extra: What its configuration says besides.

    Example:
        >>> StepInfo("trainer").attempt
        1
    """

    name: str
    parameters: dict[str, Any] = field(default_factory=dict)
    attempt: int = 1
    extra: dict[str, Any] = field(default_factory=dict)


class StepContext:
    """What a running step knows of itself.

    A step gets it from `get_step_context()`, or as an input annotated with this
    class. Whatever runs the step makes it, and reads afterwards what was logged.

    Args:
        pipeline: Its pipeline.
        run: The run.
        step: The step itself.

    Attributes:
        pipeline: Its pipeline.
        pipeline_run: The run.
        step_run: The step itself.
        metadata: What the step logged for itself, its run and all its outputs.
        output_metadata: Output name -> what it logged for that output alone.

    Example:
        >>> context = StepContext(PipelineInfo("digits"), RunInfo("digits-1"), StepInfo("train"))
        >>> with running(context):
        ...     print(get_step_context().step_name)
        ...     log_metadata({"accuracy": 0.97})
        train
        >>> context.metadata
        {'accuracy': 0.97}
    """

    def __init__(
        self,
        pipeline: PipelineInfo,
        run: RunInfo,
        step: StepInfo,
    ) -> None:
        """Nothing is logged yet."""
        self.pipeline = pipeline
        self.pipeline_run = run
        self.step_run = step
        self._outputs: dict[str, str] = {}
        self._materializer_of: MaterializerOf | None = None
        self.metadata: dict[str, Any] = {}
        self.output_metadata: dict[str, dict[str, Any]] = {}

    @classmethod
    def of(cls, spec: PipelineSpec, node: NodeSpec, run: str, attempt: int = 1) -> StepContext:
        """The context of a node of a frozen pipeline.

        Args:
            spec: The pipeline.
            node: The node that is about to run.
            run: Name of the run.
            attempt: How often it has been tried, this time included.
        """
        extra = spec.settings.get("extra") or {}
        tags = tuple(spec.settings.get("tags") or ())
        return cls(
            PipelineInfo(spec.name),
            RunInfo(run, spec.parameters, tags, extra),
            StepInfo(
                node.name,
                node.step.args if node.step else {},
                attempt,
                {**extra, **(node.settings.get("extra") or {})},
            ),
        )

    def begin(
        self, outputs: Mapping[str, str], materializer_of: MaterializerOf | None = None
    ) -> None:
        """Says where the step's outputs go; called before it runs.

        Args:
            outputs: Output name -> folder it will be saved in.
            materializer_of: Gives the class that will save an output, or None.
        """
        self._outputs = dict(outputs)
        self._materializer_of = materializer_of

    @property
    def pipeline_name(self) -> str:
        """Name of the pipeline."""
        return self.pipeline.name

    @property
    def run_name(self) -> str:
        """Name of the run."""
        return self.pipeline_run.name

    @property
    def step_name(self) -> str:
        """Name of the step's node."""
        return self.step_run.name

    @property
    def output_names(self) -> tuple[str, ...]:
        """Names of the step's outputs."""
        return tuple(self._outputs)

    def get_output_artifact_uri(self, output_name: str | None = None) -> str:
        """The folder that an output will be saved in.

        Args:
            output_name: May be left out where the step has one output.

        Raises:
            StepContextError: No such output, or several and no name.
        """
        return self._outputs[self._output(output_name)]

    def get_output_materializer(
        self,
        output_name: str | None = None,
        custom_materializer_class: type | None = None,
    ) -> Any:
        """An instance of what saves an output, for the folder it will be saved in.

        Args:
            output_name: May be left out where the step has one output.
            custom_materializer_class: Another class than the one for its type.

        Raises:
            StepContextError: No such output, or the type of its value is not known yet.
        """
        name = self._output(output_name)
        materializer = custom_materializer_class
        if materializer is None and self._materializer_of is not None:
            materializer = self._materializer_of(name)
        if materializer is None:
            raise StepContextError(
                f"Output {name!r} of step `{self.step_name}` says no type, so what saves it is "
                "only known when it is returned: annotate the output, or name a materializer."
            )
        return materializer(self._outputs[name])

    def add_output_metadata(
        self, metadata: Mapping[str, Any], output_name: str | None = None
    ) -> None:
        """Attaches metadata to one output.

        Args:
            metadata: Text -> JSON value.
            output_name: May be left out where the step has one output.

        Raises:
            StepContextError: No such output, or several and no name.
            StepInterfaceError: Something that JSON cannot hold.
        """
        name = self._output(output_name)
        values = checked(metadata, f"step `{self.step_name}`")
        self.output_metadata.setdefault(name, {}).update(values)

    def metadata_of(self, output_name: str) -> dict[str, Any]:
        """All metadata of an output: the step's, and what was logged for it alone."""
        return {**self.metadata, **self.output_metadata.get(output_name, {})}

    def _output(self, name: str | None) -> str:
        has = ", ".join(self._outputs) or "none"
        if name is None:
            if len(self._outputs) != 1:
                raise StepContextError(
                    f"Step `{self.step_name}` has {len(self._outputs)} outputs ({has}): "
                    "say which one with output_name=..."
                )
            return next(iter(self._outputs))
        if name not in self._outputs:
            raise StepContextError(
                f"Step `{self.step_name}` has no output {name!r}; its outputs: {has}."
            )
        return name


def get_step_context() -> StepContext:
    """What the running step can ask about itself.

    Raises:
        StepContextError: No step is running.
    """
    context = _find()
    if context is None:
        raise StepContextError(
            "get_step_context() was called outside a running step; call it in a step that a "
            "pipeline runs."
        )
    return context


def is_running() -> bool:
    """Whether a step is running here."""
    return _find() is not None


def log_metadata(metadata: Mapping[str, Any], *, artifact_name: str | None = None) -> None:
    """Attaches metadata to the running step, its run and its outputs.

    Args:
        metadata: Text -> JSON value; a key logged again gets the new value.
        artifact_name: An output of the step, to attach it to that one alone.

    Raises:
        StepContextError: No step is running, or it has no such output.
        StepInterfaceError: Something that JSON cannot hold.
    """
    context = _find()
    if context is None:
        raise StepContextError(
            "log_metadata() was called outside a running step, so there is nothing to attach to: "
            "call it in a step, or say which run or artifact is meant, with "
            "zenml.log_metadata(..., run=...) or (..., artifact_name=...)."
        )
    if artifact_name is not None:
        context.add_output_metadata(metadata, artifact_name)
    else:
        context.metadata.update(checked(metadata, f"step `{context.step_name}`"))


def _find() -> StepContext | None:
    context = _current.get()
    # A thread that a step starts has none of its own; with several steps at once, whose is it?
    return _running[0] if context is None and len(_running) == 1 else context


@contextlib.contextmanager
def running(context: StepContext) -> Iterator[StepContext]:
    """While a step runs: its context is the one that `get_step_context()` gives."""
    token = _current.set(context)
    _running.append(context)
    try:
        yield context
    finally:
        _running.remove(context)
        _current.reset(token)
