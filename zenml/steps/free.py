"""Free steps: what their entrypoint declares, and the parameters they are given."""

from __future__ import annotations

import inspect
from typing import Any

from zenml.errors import StepArgumentError, StepInterfaceError
from zenml.steps.parameters import to_json
from zenml.steps.signature import Signature, read_signature

_OWN = ("id", "after")  # what the call of a step in a pipeline takes besides its inputs


def check_entrypoint(cls: type) -> None:
    """Reads the entrypoint that a class defines.

    Raises:
        StepInterfaceError: Says what is wrong with it.
    """
    if "entrypoint" in vars(cls):
        cls._signature = None  # type: ignore[attr-defined]
        try:
            signature_of(cls)
        except NameError:  # it names what is defined further down: read again when it is used
            return


def signature_of(cls: type) -> Signature | None:
    """The signature of a class's entrypoint; None where it has none."""
    entrypoint = getattr(cls, "entrypoint", None)
    if not inspect.isfunction(entrypoint):
        return None
    known: Signature | None = vars(cls).get("_signature")
    if known is None:
        where = f"Step `{cls.__name__}`"
        known = read_signature(entrypoint, where, is_method=True)
        refuse_coroutine(entrypoint, where)
        cls._signature = known  # type: ignore[attr-defined]
    return known


def refuse_coroutine(function: Any, where: str) -> None:
    """Refuses `async def`, which nothing would wait for."""
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        raise StepInterfaceError(
            f"{where} is a coroutine or a generator; a step is a plain function that returns its "
            "outputs. Call asyncio.run(...), or list(...), inside it."
        )


def take_parameters(
    cls: type, signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parts what a class is called with into its constructor's keywords and its parameters.

    Raises:
        StepArgumentError: Names the argument that is not one.
    """
    where = f"Step `{cls.__name__}`"
    given = {**kwargs, **positional_parameters(signature, args, where)}
    parameters = {name: value for name, value in given.items() if name in signature.inputs}
    own = {name: value for name, value in given.items() if name not in parameters}
    return own, as_parameters(signature, parameters, where)


def positional_parameters(
    signature: Signature, args: tuple[Any, ...], where: str
) -> dict[str, Any]:
    """What stands without a name where a step is made: the object of its parameters' class."""
    if not args:
        return {}
    name = signature.parameters_input
    if len(args) > 1 or not name:
        takes = f"one {signature.inputs[name].annotation.__name__}" if name else "keywords alone"
        raise StepArgumentError(
            f"{where} was given {args[-1]!r} without a name where it takes {takes}."
        )
    return {name: args[0]}


def as_parameters(signature: Signature, given: dict[str, Any], where: str) -> dict[str, Any]:
    """Parameters as the YAML holds them.

    Raises:
        StepArgumentError: Names the parameter that does not exist, or cannot be.
    """
    for name in given:
        if name not in signature.inputs:
            raise StepArgumentError(
                f"{where} has no parameter {name!r}; it takes "
                f"{', '.join(signature.inputs) or 'nothing'}."
            )
    return {
        name: to_json(
            value,
            signature.inputs[name].annotation,
            f"Parameter {name!r} of {where[0].lower()}{where[1:]}",
        )
        for name, value in given.items()
    }


def complete(signature: Signature, given: dict[str, Any], where: str) -> dict[str, Any]:
    """Parameters with the defaults of those that were not given, as far as JSON holds them.

    Args:
        signature: Of the step.
        given: Parameter -> JSON value.
        where: Said in errors.

    Raises:
        MissingStepParameterError: A field of the parameters' class has no value.
    """
    found = {
        name: declared.default
        for name, declared in signature.inputs.items()
        if not declared.is_required and _is_json(declared.default)
    }
    name = signature.parameters_input
    if name and name not in given:
        declared = signature.inputs[name]
        made = declared.annotation() if declared.is_required else declared.default
        found[name] = to_json(made, declared.annotation, f"Parameter {name!r} of {where}")
    return {**found, **given}


def _is_json(value: Any) -> bool:
    from zenml.errors import SpecError
    from zenml.spec_values import check_json

    try:
        check_json(value, "")
    except SpecError:
        return False
    return True
