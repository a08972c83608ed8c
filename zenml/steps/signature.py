"""The signature of a free step: its inputs, parameters and outputs, as it declares them."""

from __future__ import annotations

import contextlib
import inspect
import os
import sys
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin

from zenml.errors import StepInterfaceError
from zenml.hints import shown
from zenml.steps.outputs import Output, OutputDeclaration, read_outputs

EMPTY: Any = inspect.Parameter.empty
ENFORCE = "ZENML_ENFORCE_TYPE_ANNOTATIONS"
# What stands in annotations by mistake, beside functions such as `any` and `np.array`.
_VALUES = (int, float, complex, bytes, list, tuple, dict, set)
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


@dataclass(frozen=True)
class Input:
    """One argument of a step's function.

    Attributes:
        name: Of the argument.
        annotation: Its type; `Any` where none is declared.
        default: Its default, or `EMPTY`.

    Example:
        >>> Input("epochs", int, 10).is_required
        False
    """

    name: str
    annotation: Any = Any
    default: Any = EMPTY

    @property
    def is_required(self) -> bool:
        """Whether it has to be given."""
        return self.default is EMPTY


@dataclass(frozen=True)
class Signature:
    """What a step takes and gives.

    Attributes:
        inputs: Name -> input: what other steps hand over, and parameters.
        outputs: Name -> output.
        parameters_input: Name of the input that is a `BaseParameters`, or "".
        context_input: Name of the input that takes the `StepContext`, or "".
        by_output: Whether `Output(...)` names the outputs.
        has_unknown: Whether an annotation names what is not defined, or not yet.

    Example:
        >>> def double(number: int) -> int:
        ...     return 2 * number
        >>> found = read_signature(double, "Step `double`")
        >>> list(found.inputs), list(found.outputs)
        (['number'], ['output'])
    """

    inputs: dict[str, Input] = field(default_factory=dict)
    outputs: dict[str, OutputDeclaration] = field(default_factory=dict)
    parameters_input: str = ""
    context_input: str = ""
    by_output: bool = False
    has_unknown: bool = False

    @property
    def required(self) -> list[str]:
        """Inputs that a caller has to give."""
        own = (self.parameters_input, self.context_input)
        return [i.name for i in self.inputs.values() if i.is_required and i.name not in own]


def read_signature(
    function: Callable[..., Any], where: str, *, is_method: bool = False
) -> Signature:
    """Reads the signature of a step's function.

    Args:
        function: The function, or the `entrypoint` of a class.
        where: Said in errors, e.g. "Step `train`".
        is_method: Whether its first argument is `self`.

    Raises:
        StepInterfaceError: Names the argument or output that cannot be.
        NameError: An annotation names what is not defined yet.
    """
    resolve = _Resolver(function, where)
    inputs = _read_inputs(function, resolve, is_method)
    returned = inspect.signature(function).return_annotation
    _enforce(function, list(inputs), returned, where)
    result = ... if returned is EMPTY else resolve(returned, "what it returns", strict=True)
    return Signature(
        inputs,
        read_outputs(function, result, where),
        _only(inputs, "zenml.steps.base_parameters", "BaseParameters", where),
        _only(inputs, "zenml.steps.context", "StepContext", where),
        isinstance(result, Output),
        resolve.met_unknown,
    )


def read_inputs(function: Callable[..., Any], where: str) -> dict[str, Input]:
    """Reads the arguments of a function, which need not be a step's.

    Args:
        function: The function.
        where: Said in errors, e.g. "Pipeline 'training'".

    Raises:
        StepInterfaceError: Names the argument that cannot be.
    """
    return _read_inputs(function, _Resolver(function, where), is_method=False)


def _read_inputs(
    function: Callable[..., Any], resolve: _Resolver, is_method: bool
) -> dict[str, Input]:
    declared = list(inspect.signature(function).parameters.values())[int(is_method) :]
    inputs = {}
    for parameter in declared:
        if parameter.kind in _VARIADIC or parameter.kind is parameter.POSITIONAL_ONLY:
            raise StepInterfaceError(
                f"{resolve.where} takes {parameter}, and its arguments are handed over by name: "
                "give each a name of its own."
            )
        annotation = resolve(parameter.annotation, repr(parameter.name))
        inputs[parameter.name] = Input(parameter.name, annotation, parameter.default)
    return inputs


def _enforce(function: Callable[..., Any], inputs: list[str], returned: Any, where: str) -> None:
    if os.environ.get(ENFORCE, "").lower() not in ("1", "true", "yes", "y", "on"):
        return
    declared = inspect.signature(function).parameters
    bare = [name for name in inputs if declared[name].annotation is EMPTY]
    if bare:
        raise StepInterfaceError(
            f"{where}: the argument {bare[0]!r} has no type annotation, and {ENFORCE} is set. "
            f"Write {bare[0]}: <type>."
        )
    if returned is EMPTY:
        raise StepInterfaceError(
            f"{where} has no return annotation, and {ENFORCE} is set. Write `-> None`, or the type "
            "of what it returns."
        )


def _only(inputs: dict[str, Input], module: str, name: str, where: str) -> str:
    """The one input whose annotation is a class or a subclass of it, "" where there is none."""
    base = getattr(sys.modules.get(module), name, None)
    if base is None:  # nobody imported it, so nobody has annotated with it
        return ""
    found = [i.name for i in inputs.values() if _is_class(i.annotation, base)]
    if len(found) > 1:
        raise StepInterfaceError(
            f"{where} takes {', '.join(found)}, each a {name}; a step can take one."
        )
    return found[0] if found else ""


def _is_class(annotation: Any, base: type) -> bool:
    if get_origin(annotation) in (typing.Union, types.UnionType):
        return any(_is_class(part, base) for part in get_args(annotation))
    return isinstance(annotation, type) and issubclass(annotation, base)


class _Resolver:
    """Turns annotations that are written as strings into what they name."""

    def __init__(self, function: Callable[..., Any], where: str) -> None:
        self.where = where
        self.met_unknown = False
        plain = inspect.unwrap(function)
        self.names: dict[str, Any] = dict(getattr(plain, "__globals__", {}))
        code, cells = getattr(plain, "__code__", None), getattr(plain, "__closure__", None)
        if code is not None and cells:
            for name, cell in zip(code.co_freevars, cells, strict=True):
                with contextlib.suppress(ValueError):  # defined further down
                    self.names[name] = cell.cell_contents

    def __call__(self, annotation: Any, what: str, strict: bool = False) -> Any:
        if annotation is EMPTY:
            return Any
        if annotation is None:
            return None
        try:
            if isinstance(annotation, str):
                annotation = eval(annotation, self.names)
            holder: Any = type("holder", (), {"__annotations__": {"it": annotation}})
            found = typing.get_type_hints(holder, self.names, {}, include_extras=True)["it"]
        except NameError:
            if strict:
                raise
            self.met_unknown = True
            return Any  # what is imported for the type checker alone
        except (SyntaxError, AttributeError, TypeError) as exc:
            if isinstance(annotation, Output):
                return annotation
            raise self._no_type(annotation, what) from exc
        if inspect.isroutine(found) or isinstance(found, _VALUES):
            raise self._no_type(found, what)
        return found

    def _no_type(self, annotation: Any, what: str) -> StepInterfaceError:
        return StepInterfaceError(
            f"{self.where}: the annotation of {what} is {shown(annotation)}, which is no type. "
            "Write the type, or leave the annotation out; typing.Any stands for every type."
        )
