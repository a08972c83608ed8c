"""Parameters of a step in a pipeline: from its code, from a run's configuration, by default."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from zenml.errors import PipelineInterfaceError, ZenMLError
from zenml.hints import shown
from zenml.steps import free
from zenml.steps.base import BaseStep
from zenml.steps.parameters import default_json, to_json
from zenml.steps.signature import EMPTY, Input, Signature


def parameters_of(
    step: BaseStep,
    called: Mapping[str, Any],
    configured: Mapping[str, Any],
    wired: Collection[str],
    where: str,
    *,
    code_first: bool,
) -> dict[str, Any]:
    """Every parameter of a step as the YAML holds it.

    Args:
        step: With the parameters that it was made with.
        called: Those of its call.
        configured: Those that the run's configuration sets. A field of a class of
            parameters stands there by its own name.
        wired: Inputs that come from other steps.
        where: Said in errors, e.g. "Step `train`".
        code_first: Whether the code's value is taken where both set one; otherwise it
            is an error.

    Raises:
        PipelineInterfaceError: Code and configuration contradict each other.
        StepArgumentError: Names the parameter that does not exist, or cannot be.
        MissingStepParameterError: A field of the class of parameters has no value.
    """
    signature = step.signature
    code = {**step.parameters, **free.as_parameters(signature, dict(called), where)}
    for name in configured:
        if name in wired:
            raise PipelineInterfaceError(
                f"{where}: the run configuration sets {name!r}, which is the output of another "
                "step here."
            )
    fields = _fields(signature, configured)
    own = {name: value for name, value in configured.items() if name not in fields}
    of_run = free.as_parameters(signature, own, where)
    if fields:
        of_run[signature.parameters_input] = {
            **of_run.get(signature.parameters_input, {}),
            **_with_fields(signature, code, fields, where, code_first),
        }
        code.pop(signature.parameters_input, None)
    if not code_first:
        refuse_contradiction(code, of_run, where)
    complete = free.complete(signature, {**of_run, **code}, where)
    return {name: value for name, value in complete.items() if name not in wired}


def refuse_contradiction(code: Mapping[str, Any], of_run: Mapping[str, Any], where: str) -> None:
    """Refuses a parameter that code and configuration set to different values.

    Raises:
        PipelineInterfaceError: Names it, and both values.
    """
    for name, value in of_run.items():
        if name in code and code[name] != value:
            raise PipelineInterfaceError(
                f"{where}: the parameter {name!r} is {shown(code[name])} in the code and "
                f"{shown(value)} in the run configuration. Take one of them away."
            )


def _fields(signature: Signature, configured: Mapping[str, Any]) -> dict[str, Any]:
    """What is configured of the fields of the class of parameters."""
    if not signature.parameters_input:
        return {}
    known = signature.inputs[signature.parameters_input].annotation.model_fields
    return {
        name: value
        for name, value in configured.items()
        if name in known and name not in signature.inputs
    }


def _with_fields(
    signature: Signature,
    code: Mapping[str, Any],
    fields: Mapping[str, Any],
    where: str,
    code_first: bool,
) -> dict[str, Any]:
    """The object of the class of parameters; a field that the code left at its default is free."""
    parameters = signature.inputs[signature.parameters_input].annotation
    defaults = {
        name: default_json(Input(name, default=field.get_default()))
        for name, field in parameters.model_fields.items()
        if not field.is_required()
    }
    given = {
        name: value
        for name, value in code.get(signature.parameters_input, {}).items()
        if defaults.get(name, EMPTY) != value
    }
    if not code_first:
        refuse_contradiction(given, fields, where)
    made = {**fields, **given}
    checked: dict[str, Any] = to_json(made, parameters, where, ZenMLError)
    return checked
