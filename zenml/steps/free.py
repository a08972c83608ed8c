"""Free steps: what their entrypoint declares, and the parameters they are given."""

from __future__ import annotations

import inspect
import sys
from typing import Any

from zenml.errors import (
    MissingStepParameterError,
    StepArgumentError,
    StepInterfaceError,
    ZenMLError,
)
from zenml.hints import did_you_mean, shown
from zenml.steps.handles import Handle
from zenml.steps.parameters import default_json, to_json
from zenml.steps.signature import EMPTY, Signature, read_signature


def check_entrypoint(cls: type) -> None:
    """Reads the entrypoint that a class defines.

    Raises:
        StepInterfaceError: Says what is wrong with it.
    """
    if "entrypoint" in vars(cls):
        cls._signature = None  # type: ignore[attr-defined]
        try:
            signature = signature_of(cls)
        except NameError:  # it names what is defined further down: read again when it is used
            return
        if signature and signature.has_unknown:
            cls._signature = None  # type: ignore[attr-defined]


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


def with_inputs(cls: type, made_from: inspect.Signature) -> inspect.Signature:
    """What a class is shown to take: what its entrypoint takes may be given where it is made.

    The annotations are not followed: what they name may be defined further down.

    Args:
        cls: Class of a step.
        made_from: The arguments of its constructor.
    """
    entrypoint = getattr(cls, "entrypoint", None)
    if not inspect.isfunction(entrypoint):
        return made_from
    inputs = [
        declared.replace(kind=declared.KEYWORD_ONLY)
        for declared in list(inspect.signature(entrypoint).parameters.values())[1:]
        if declared.kind in (declared.POSITIONAL_OR_KEYWORD, declared.KEYWORD_ONLY)
        and declared.name not in made_from.parameters
        and _named(declared.annotation) != "StepContext"
    ]
    return made_from.replace(parameters=[*inputs, *made_from.parameters.values()])


def _named(annotation: Any) -> str:
    return str(getattr(annotation, "__name__", annotation)).rpartition(".")[2]


def check_function(
    value: Any, decorator: str, base: str, error: type[ZenMLError] = StepInterfaceError
) -> None:
    """Refuses to make a step or a pipeline out of what is no plain function.

    Args:
        value: What the decorator was put on.
        decorator: Its name.
        base: What a class inherits from instead.
        error: What is raised.

    Raises:
        ZenMLError: (`error`) says what it is and what would do.
    """
    if inspect.isclass(value):
        raise error(
            f"{decorator} takes a function, not the class {value.__name__}: have it inherit from "
            f"{base} instead."
        )
    if hasattr(value, "definition"):
        raise error(f"{value!r} is decorated already: take {decorator} away.")
    if inspect.isbuiltin(value) or not isinstance(getattr(value, "__name__", None), str):
        raise error(
            f"{decorator} takes a function, not {shown(value)}. Options have names: "
            f"{decorator}(enable_cache=False)."
        )
    where = f"{decorator} on `{value.__name__}`"
    refuse_coroutine(value, where, error)
    if next(iter(inspect.signature(value).parameters), "") in ("self", "cls"):
        raise error(
            f"{where}: it is a method, which cannot be found again by itself. Make it a function "
            f"at the top level of a module, or have its class inherit from {base}."
        )


def refuse_coroutine(
    function: Any, where: str, error: type[ZenMLError] = StepInterfaceError
) -> None:
    """Refuses `async def`, which nothing would wait for, and `yield`."""
    plain = inspect.unwrap(function)
    if inspect.iscoroutinefunction(plain) or inspect.isasyncgenfunction(plain):
        raise error(
            f"{where}: it is a coroutine, and nothing would wait for it. Make it a plain function "
            "that calls asyncio.run(...)."
        )
    if inspect.isgeneratorfunction(plain):
        raise error(
            f"{where}: it is a generator. Make it a plain function, one that returns list(...) of "
            "what it gives."
        )


def is_parameters(value: Any) -> bool:
    """Whether a value is an object of a class of parameters."""
    base = getattr(sys.modules.get("zenml.steps.base_parameters"), "BaseParameters", None)
    return base is not None and isinstance(value, base)


def take_parameters(
    cls: type, signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Parts what a class is called with into its constructor's keywords and its parameters.

    Raises:
        StepArgumentError: Names the argument that is not one.
    """
    where = f"Step `{cls.__name__}`"
    positional = positional_parameters(signature, args, where)
    twice = [name for name in positional if name in kwargs]
    if twice:
        raise StepArgumentError(f"{where} is given its parameter {twice[0]!r} twice.")
    given = {**kwargs, **positional}
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
            f"{where} was given {shown(args[-1])} without a name where it takes {takes}."
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
                f"{where} has no parameter {name!r}.{did_you_mean(name, signature.inputs)} It "
                f"takes {', '.join(signature.inputs) or 'nothing'}."
            )
        _refuse_artifact(name, given[name], where)
    return {
        name: to_json(
            value,
            signature.inputs[name].annotation,
            f"Parameter {name!r} of {where[0].lower()}{where[1:]}",
        )
        for name, value in given.items()
    }


def _refuse_artifact(name: str, value: Any, where: str) -> None:
    if isinstance(value, Handle):
        raise StepArgumentError(
            f"{where}: {name!r} is {value!r}, which is no parameter. Outputs of other steps are "
            "handed over where the step is called in a pipeline."
        )
    if hasattr(type(value), "definition"):
        raise StepArgumentError(
            f"{where}: {name!r} is {value!r}, which was not called. Hand over what its call gives."
        )
    if type(value).__module__.startswith("zenml.client"):
        raise StepArgumentError(
            f"{where}: {name!r} is {shown(value)} of an earlier run. Load it in a step: "
            "Client().get_artifact_version(name).load()."
        )


def complete(signature: Signature, given: dict[str, Any], where: str) -> dict[str, Any]:
    """Parameters with the defaults of those that were not given, as far as JSON holds them.

    Args:
        signature: Of the step.
        given: Parameter -> JSON value.
        where: Said in errors.

    Raises:
        MissingStepParameterError: A field of the parameters' class has no value.
    """
    defaults = {name: default_json(declared) for name, declared in signature.inputs.items()}
    found = {name: default for name, default in defaults.items() if default is not EMPTY}
    name = signature.parameters_input
    if name and name not in given:
        declared = signature.inputs[name]
        made = declared.default
        if declared.is_required:
            made = _made_of_defaults(declared.annotation, where)
        found[name] = to_json(made, declared.annotation, f"Parameter {name!r} of {where}")
    return {**found, **given}


def _made_of_defaults(parameters: Any, where: str) -> Any:
    try:
        return parameters()
    except MissingStepParameterError as exc:
        raise MissingStepParameterError(f"{where} was made without its parameters. {exc}") from exc
