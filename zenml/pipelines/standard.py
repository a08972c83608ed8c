"""Standard steps that are called in a pipeline: each becomes a node, and those it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zenml.backends.base import check_backend
from zenml.datasources.base import BaseDatasource
from zenml.errors import DataError, PipelineInterfaceError
from zenml.hints import did_you_mean
from zenml.pipelines.overwriting import refuse_overwriting
from zenml.pipelines.pinned import pinned_files
from zenml.pipelines.standard_handles import RAW, ROWS, TRANSFORMED, Part, StandardHandle
from zenml.pipelines.standard_kinds import ROLES, TOKENIZER, Kind, TakenInput, kind_of
from zenml.pipelines.tables import WHOLE, free_prefix, rows_handle, rows_of_table
from zenml.steps.base import BaseStep
from zenml.steps.evaluator.base import EvaluatorStep
from zenml.steps.handles import Handle
from zenml.steps.preprocesser.base import PreprocessStep
from zenml.steps.split.base import SplitStep
from zenml.steps.split_mapping import splits_of
from zenml.steps.trainer.base import TrainerStep

if TYPE_CHECKING:
    from zenml.pipelines.build import Builder

Given = dict[str, StandardHandle]


def add_standard_step(
    builder: Builder,
    step: BaseStep,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    name: str = "",
) -> StandardHandle:
    """Adds the nodes of a standard step.

    Args:
        builder: Puts the pipeline together.
        step: The step that is called.
        args: What it reads, in order.
        kwargs: What it reads by name, and `id` and `after`.
        name: Of the node; "" takes `id`, or that of its interface.

    Returns:
        The handle of what it gives.

    Raises:
        PipelineInterfaceError: Names the step, the argument, and what would do.
        ZenMLError: The step was made with arguments that cannot be.
    """
    kind = kind_of(step)
    check_backend(step.backend, step.BACKENDS, f"Step {type(step).__name__}")
    step.check()
    if not name and not kwargs.get("id"):
        name = free_prefix(builder, step.options.name or kind.node)
    node, after, rest = builder.take_own(step, kwargs, name)
    where = f"Step `{node}`"
    _refuse_parameters(builder, step, node)
    given = {
        taken.name: _take(builder, kind, taken, value, where)
        for taken, value in _bind(kind, args, rest, where)
    }
    splits = _splits_after(step, given, where)
    refuse_overwriting(builder.graph, step, where, splits)
    builder.graph.splits[node] = splits
    builder.graph.add(
        node,
        kind.component,
        step=step,
        inputs={
            key: given[taken.name].parts[part].reference
            for taken in kind.inputs
            if taken.name in given
            for key, part in taken.keys.items()
            if part in given[taken.name].parts  # a model that was given has no test results
        },
        args=pinned_files(step),
        after=after,
        settings=builder.settings_of(step, node),
    )
    return _handle(builder, kind, node, given, splits)


def _bind(
    kind: Kind, args: tuple[Any, ...], kwargs: dict[str, Any], where: str
) -> list[tuple[TakenInput, Any]]:
    """What a call hands over: each input with its argument."""
    names = [taken.name for taken in kind.inputs]
    takes = f"It takes {_inputs_of(kind)}."
    if len(args) > len(names):
        raise PipelineInterfaceError(f"{where} is called with {len(args)} inputs. {takes}")
    given = dict(zip(names, args, strict=False))
    for name, value in kwargs.items():
        if name not in names:
            hint = did_you_mean(name, names)
            raise PipelineInterfaceError(f"{where} has no input {name!r}.{hint} {takes}")
        if name in given:
            raise PipelineInterfaceError(f"{where} is given its input {name!r} twice.")
        given[name] = value
    for taken in kind.inputs:
        if taken.is_required and taken.name not in given:
            raise PipelineInterfaceError(
                f"{where} is called without its input {taken.name!r}. {takes}"
            )
    return [(taken, given[taken.name]) for taken in kind.inputs if taken.name in given]


def _inputs_of(kind: Kind) -> str:
    """The inputs of a kind of step, in words."""
    return ", and ".join(
        f"{taken.name!r}: {ROLES[taken.role]}" + ("" if taken.is_required else ", if there is one")
        for taken in kind.inputs
    )


def _take(
    builder: Builder, kind: Kind, taken: TakenInput, value: Any, where: str
) -> StandardHandle:
    """The handle that an argument is; for a table, that of the rows made of it."""
    what = f"{where}: the input {taken.name!r}"
    if isinstance(value, Handle) and value.graph is not builder.graph:
        raise PipelineInterfaceError(f"{what} is {value!r} of another pipeline.")
    if isinstance(value, StandardHandle) and value.role == taken.role:
        return value
    if isinstance(value, Handle) and not isinstance(value, StandardHandle) and taken.role == ROWS:
        return rows_of_table(builder, value, what)
    raise PipelineInterfaceError(
        f"{what} is {_told(value)}. {_advice(value, taken)}It takes {_inputs_of(kind)}."
    )


def _told(value: Any) -> str:
    """A value as an error names it: a table would fill the screen."""
    text = repr(value)
    short = isinstance(value, (Handle, BaseDatasource)) or (len(text) < 60 and "\n" not in text)
    return text if short else f"a {type(value).__module__}.{type(value).__qualname__}"


def _advice(value: Any, taken: TakenInput) -> str:
    if isinstance(value, StandardHandle) and value.split:
        return f"Hand over all that step {value.node!r} gives, not one split of it. "
    if isinstance(value, Handle):
        return ""
    if isinstance(value, BaseDatasource):
        return "Call the datasource, and hand over what that gives. "
    if taken.role == ROWS:
        return "Return a table from a @step, and hand over what the call of that step gives. "
    return ""


def _refuse_parameters(builder: Builder, step: BaseStep, node: str) -> None:
    if (builder.configuration.steps.get(node) or {}).get("parameters"):
        raise PipelineInterfaceError(
            f"Step `{node}`: the run configuration sets parameters, and {type(step).__name__} is a "
            "standard step, whose arguments stand in the code. Make them parameters of the "
            "pipeline to set them from outside."
        )


def _splits_after(step: BaseStep, given: Given, where: str) -> tuple[str, ...] | None:
    """Names of the splits that a step gives; None where they are not known yet.

    Raises:
        PipelineInterfaceError: It uses a split that is not there.
    """
    if isinstance(step, SplitStep):
        return tuple(step.get_split_names())
    there = given["examples"].splits if "examples" in given else None
    if there is None:
        return None
    if isinstance(step, PreprocessStep) and there == WHOLE and step.split_mapping is None:
        raise PipelineInterfaceError(
            f"{where} is handed rows that are not split. Hand over what a split gives, e.g. that "
            "of RandomSplit(split_map={'train': 0.8, 'eval': 0.2})."
        )
    if isinstance(step, (PreprocessStep, TrainerStep)):
        try:
            splits_of(step, step.split_mapping, there)
        except DataError as exc:
            raise PipelineInterfaceError(f"{where}: {exc}") from exc
    if isinstance(step, EvaluatorStep):
        missing = [name for name in step.test_splits if name not in there]
        if missing:
            raise PipelineInterfaceError(
                f"{where} evaluates the split {missing[0]!r}, and the data has "
                f"{', '.join(there)}. Name it in the split, or say what to evaluate: "
                f"{type(step).__name__}(split_mapping={{'test_splits': [...]}}, ...)."
            )
    return there


def _handle(
    builder: Builder, kind: Kind, node: str, given: Given, splits: tuple[str, ...] | None
) -> StandardHandle:
    """The handle of a node that was added; what is needed to describe its rows is added too."""
    outputs = {name: Part(f"{node}.{name}", type_) for name, type_ in kind.outputs.items()}
    made_by = [read.parts[TOKENIZER] for read in given.values() if TOKENIZER in read.parts]
    passed = {TOKENIZER: made_by[0]} if made_by else {}
    if kind.role == ROWS:
        part = next(iter(outputs.values()))
        declared = next(iter(given.values())).declared
        builder.graph.add_examples(node, part.reference, declared)
        more = {name: made for name, made in outputs.items() if name != "examples"}
        more = {**passed, **more}
        return rows_handle(builder.graph, node, part.reference, splits, declared, more)
    if "examples" in given:
        outputs["schema"] = given["examples"].parts["schema"]
    if kind.role == TRANSFORMED:
        outputs.update(passed)
    if kind.role == TRANSFORMED:
        outputs[RAW] = given["examples"].parts["examples"]
    return StandardHandle(
        builder.graph, outputs, kind.role, splits=None if kind.component == "trainer" else splits
    )
