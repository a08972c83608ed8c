"""Parameters: inputs of a step that are plain values, checked by pydantic and kept as JSON."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from zenml.errors import SpecError, StepArgumentError, ZenMLError
from zenml.spec_values import check_json
from zenml.steps.types import type_name

if TYPE_CHECKING:
    from pydantic import TypeAdapter

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
    plain = value
    if not _is_plain(value, annotation):
        plain = _dumped(value, annotation, where, error)
    try:
        return check_json(plain, where)
    except SpecError as exc:
        raise error(f"{exc} What is no JSON has to come from another step, as its output.") from exc


def from_json(value: Any, annotation: Any) -> Any:
    """The inverse of `to_json`.

    Example:
        >>> from typing import Tuple
        >>> from_json([1, 2], Tuple[int, int])
        (1, 2)
    """
    return value if _is_plain(value, annotation) else _adapter(annotation).validate_python(value)


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
        return adapter.dump_python(adapter.validate_python(value), mode="json")
    except ValidationError as exc:
        raise error(
            f"{where} is {value!r}; it must be of type {type_name(annotation)}. ({faults(exc)})"
        ) from exc
    except PydanticSerializationError as exc:
        raise error(
            f"{where} is {value!r}, which cannot be written as JSON: {exc}. What is no JSON has to "
            "come from another step, as its output."
        ) from exc


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
