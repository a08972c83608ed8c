"""Fields of a parameter: whether a model or dataclass knows all that a mapping sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml.errors import ZenMLError
from zenml.hints import did_you_mean


def refuse_unknown_fields(given: Any, made: Any, where: str, error: type[ZenMLError]) -> None:
    """Refuses what a mapping sets and the object that was made of it has no field for.

    pydantic leaves such keys out, unless the model says otherwise, and a misspelt name
    would go unnoticed.

    Args:
        given: What the user handed over.
        made: What pydantic made of it.
        where: Said in the error, e.g. "Parameter 'size' of step `fit`".
        error: What is raised.

    Raises:
        ZenMLError: (`error`) names the field, and those that there are.
    """
    if isinstance(given, (list, tuple)):
        if isinstance(made, (list, tuple)) and len(given) == len(made):
            for i, (item, own) in enumerate(zip(given, made, strict=True)):
                refuse_unknown_fields(item, own, f"{where}[{i}]", error)
    elif isinstance(given, Mapping) and isinstance(made, Mapping):
        for key in given.keys() & made.keys():
            refuse_unknown_fields(given[key], made[key], f"{where}[{key!r}]", error)
    elif isinstance(given, Mapping):
        known = _known(type(made))
        for key, value in given.items():
            if known and key not in known:
                raise error(
                    f"{where} has no field {key!r}.{did_you_mean(key, known)} The fields of "
                    f"{type(made).__name__} are {', '.join(known)}."
                )
            refuse_unknown_fields(value, getattr(made, str(key), None), f"{where}.{key}", error)


def _known(kind: type) -> list[str]:
    """What may be set of a model or dataclass; nothing where anything may, or where it is none."""
    config = getattr(kind, "model_config", None) or getattr(kind, "__pydantic_config__", None)
    decorators = getattr(kind, "__pydantic_decorators__", None)
    validators = getattr(decorators, "model_validators", {}).values()
    if (config or {}).get("extra") == "allow" or any(v.info.mode != "after" for v in validators):
        return []  # a validator of the model's own may read what is no field
    fields = getattr(kind, "__pydantic_fields__", None) or getattr(kind, "model_fields", {})
    names = [*getattr(kind, "__dataclass_fields__", {}), *fields]
    for field in fields.values():
        names += _aliases(field.alias) + _aliases(field.validation_alias)
    names += getattr(decorators, "computed_fields", {})  # which JSON holds as well
    return list(dict.fromkeys(names))


def _aliases(alias: Any) -> list[str]:
    """The keys at the top that an alias stands for."""
    if hasattr(alias, "choices"):
        return [name for choice in alias.choices for name in _aliases(choice)]
    found = alias.path[0] if hasattr(alias, "path") else alias
    return [found] if isinstance(found, str) else []
