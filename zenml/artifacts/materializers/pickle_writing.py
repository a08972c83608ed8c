"""Writes pickles that name classes so that they are found again."""

from __future__ import annotations

import pickle
from typing import Any, BinaryIO

from zenml.artifacts.materializers import names
from zenml.errors import MaterializerError

_DEPTH = 6


def dump_pickle(value: Any, path: str, **methods: Any) -> None:
    """Pickles a value into a file.

    Args:
        value: What to pickle.
        path: The file.
        **methods: Of the Pickler, to be overridden.

    Raises:
        MaterializerError: It cannot be pickled; names the attribute or item that is why.
    """
    with open(path, "wb") as file:
        try:
            _pickler(file, methods).dump(value)
        except Exception as exc:
            raise MaterializerError(_explanation(value, exc)) from exc


def _pickler(file: BinaryIO, methods: dict[str, Any]) -> Any:
    """A cloudpickle Pickler that writes classes of a script by name, and their code besides.

    A script's classes have another module when another script reads them, and are the same
    when a second process of the same script does. So the reader takes its own class of that
    name where it has one (`isinstance` then holds), and the copy elsewhere.
    """
    import cloudpickle

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
        def reducer_override(self, obj: Any) -> Any:
            if isinstance(obj, type) and obj.__module__ in names.MAINS and _is_named(obj):
                return found_or_copy, (names.name_of(obj), cloudpickle.dumps(obj))
            return super().reducer_override(obj)

    return type("Pickler", (Pickler,), methods)(file, protocol=pickle.HIGHEST_PROTOCOL)


def _is_named(cls: type) -> bool:
    return "<locals>" not in cls.__qualname__


def found_or_copy(name: str, copy: bytes) -> Any:
    """Unpickles a class of a script; what reads these pickles has its own way to."""
    return pickle.loads(copy)


def _explanation(value: Any, exc: Exception) -> str:
    where, culprit = _culprit(value)
    kind = names.name_of(type(value))
    if where:
        what = f"A {kind} cannot be pickled because of {where}, a {names.name_of(type(culprit))}"
    else:
        what = f"A {kind} cannot be pickled"
    return (
        f"{what} ({type(exc).__name__}: {exc}). Leave that out of what the step returns, or define "
        "a materializer for it: a subclass of zenml.materializers.BaseMaterializer with save() "
        "and load()."
    )


def _culprit(value: Any) -> tuple[str, Any]:
    """Where in a value lies the innermost thing that cannot be pickled; "" for the value itself."""
    where, found = "", value
    for _ in range(_DEPTH):
        inner = next(((n, v) for n, v in _inside(found) if not _can_be_pickled(v)), None)
        if inner is None:
            break
        where, found = f"{where}{inner[0]}", inner[1]
    return where, found


def _inside(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(f"[{key!r}]", item) for key, item in value.items()]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [(f"[{index}]", item) for index, item in enumerate(value)]
    if isinstance(value, type):
        return []
    cells = getattr(value, "__closure__", None)
    if cells:
        return [
            (f" variable {name!r}", cell.cell_contents)
            for name, cell in zip(value.__code__.co_freevars, cells, strict=True)
        ]
    return [(f".{key}", item) for key, item in getattr(value, "__dict__", {}).items()]


def _can_be_pickled(value: Any) -> bool:
    import cloudpickle

    try:
        cloudpickle.dumps(value)
    except Exception:  # noqa: BLE001 - whatever it raises, it is what was asked
        return False
    return True
