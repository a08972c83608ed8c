"""Parameters: inputs of a step that are plain values, checked by pydantic and kept as JSON."""

from __future__ import annotations

import copy
import functools
import numbers
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zenml.errors import SpecError, StepArgumentError, ZenMLError
from zenml.hints import shown
from zenml.spec_values import canonical_json, check_json
from zenml.steps.fields import refuse_unknown_fields
from zenml.steps.signature import EMPTY, Input
from zenml.steps.types import type_name

if TYPE_CHECKING:
    from pydantic import TypeAdapter

# Packages whose objects are data, which nobody wants to see written out in an error.
_DATA = ("numpy", "pandas", "polars", "pyarrow", "scipy", "sklearn", "torch", "tensorflow", "keras")
_INSTEAD = (
    "What is no JSON has to come from another step, as its output: return it from a step, and hand "
    "over what that gives. For a plain call of the function, use .entrypoint(...)."
)
_PLAIN = (bool, int, float, str, type(None))


def to_json(
    value: Any, annotation: Any, where: str, error: type[ZenMLError] = StepArgumentError
) -> Any:
    """Checks a parameter against its annotation; gives it as the YAML of a pipeline holds it.

    What can be read as the type is taken as such, as pydantic does it: "1" for an int.

    Args:
        value: What the user handed over.
        annotation: Its declared type, or `Any`.
        where: Said in the error, e.g. "Parameter 'epochs' of step `train`".
        error: What is raised.

    Raises:
        ZenMLError: (`error`) says what was given and what would do.

    Example:
        >>> to_json("3", int, "Parameter 'epochs' of step `train`")
        3
        >>> to_json("many", int, "Parameter 'epochs' of step `train`")
        Traceback (most recent call last):
        zenml.errors.StepArgumentError: Parameter 'epochs' of step `train` is 'many'; it must be \
of type int. (Input should be a valid integer, unable to parse string as an integer)
    """
    if isinstance(value, numbers.Number) and hasattr(value, "item"):
        value = value.item()  # NumPy's numbers are Python's here
    plain = value
    if not _is_plain(value, annotation):
        plain = _dumped(value, annotation, where, error)
    try:
        return check_json(plain, where)
    except SpecError as exc:
        raise error(f"{exc} {_INSTEAD}") from None


def from_json(value: Any, annotation: Any) -> Any:
    """The inverse of `to_json`.

    Example:
        >>> from typing import Tuple
        >>> from_json([1, 2], Tuple[int, int])
        (1, 2)
    """
    if _is_plain(value, annotation):
        return copy.deepcopy(value)  # what a step does to it changes nothing of the pipeline
    return _adapter(annotation).validate_python(value)


def default_json(declared: Input) -> Any:
    """An input's default as JSON holds it; `EMPTY` where it has none, or none that JSON holds.

    Example:
        >>> default_json(Input("shape", tuple, (2, 3)))
        [2, 3]
    """
    try:
        return EMPTY if declared.is_required else check_json(declared.default, declared.name)
    except SpecError:
        return EMPTY


def argument(declared: Input, value: Any) -> Any:
    """What a function is called with for a parameter.

    The default is taken as it stands there, be it of the annotated type or not.

    Args:
        declared: The input.
        value: Its value as JSON holds it.

    Example:
        >>> argument(Input("depth", int, None), None), argument(Input("depth", int, None), 3)
        (None, 3)
    """
    default = default_json(declared)
    if default is not EMPTY and canonical_json(default) == canonical_json(value):
        return copy.deepcopy(declared.default)
    return from_json(value, declared.annotation)


def _is_plain(value: Any, annotation: Any) -> bool:
    """Whether pydantic, which takes a tenth of a second to import, has nothing to add."""
    if annotation is Any:
        return not hasattr(value, "model_dump")
    return annotation in _PLAIN and type(value) is annotation


def _dumped(value: Any, annotation: Any, where: str, error: type[ZenMLError]) -> Any:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import PydanticSerializationError

    if annotation is Any and isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    try:
        adapter = _adapter(annotation)
        validated = adapter.validate_python(value)
        dumped = adapter.dump_python(validated, mode="json")
        kept = _keys_are_kept(validated, adapter.validate_python(dumped))
    except ValidationError as exc:
        raise error(
            f"{where} is {_described(value)}; it must be of type {type_name(annotation)}. "
            f"({faults(exc)})"
        ) from None  # pydantic's own words are longer, and name pages of its own
    except ZenMLError as exc:  # of a BaseParameters
        raise type(exc)(f"{where}: {exc}") from None
    except PydanticSerializationError:
        raise error(
            f"{where} is {_described(value)}, which cannot be written as JSON. {_INSTEAD}"
        ) from None
    refuse_unknown_fields(value, validated, where, error)
    if not kept:
        raise error(
            f"{where} is {shown(value)}, whose keys would come back as strings. Say in the "
            "annotation what they are, as in dict[int, str]."
        )
    return dumped


def _described(value: Any) -> str:
    """A value in a few words; of a table or an array what it is."""
    name = type_name(type(value))
    if name.partition(".")[0] not in _DATA:
        return shown(value)
    return f"a {name}"


def _keys_are_kept(before: Any, after: Any) -> bool:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return before.keys() == after.keys() and all(
            _keys_are_kept(value, after[key]) for key, value in before.items()
        )
    if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
        return all(map(_keys_are_kept, before, after))
    return True


def faults(exc: Any) -> str:
    """What pydantic found wrong, in one line."""
    found = []
    for item in exc.errors():
        place = ".".join(str(part) for part in item["loc"])
        found.append(f"{place}: {item['msg']}" if place else str(item["msg"]))
    return "; ".join(found)


@functools.lru_cache(maxsize=1024)
def _cached_adapter(annotation: Any) -> TypeAdapter[Any]:
    from pydantic import ConfigDict, TypeAdapter
    from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

    try:
        return TypeAdapter(annotation)
    except PydanticSchemaGenerationError:  # a class that pydantic does not know: isinstance
        return TypeAdapter(annotation, config=ConfigDict(arbitrary_types_allowed=True))
    except PydanticUserError:  # a model or dataclass brings its own configuration
        return TypeAdapter(annotation)


def _adapter(annotation: Any) -> TypeAdapter[Any]:
    try:
        return _cached_adapter(annotation)
    except TypeError:  # an annotation that cannot be hashed
        from pydantic import TypeAdapter

        return TypeAdapter(annotation)
