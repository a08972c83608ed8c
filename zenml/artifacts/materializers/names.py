"""Names of classes as they are recorded, and the classes that they mean where they are read.

A class is recorded under the name that it can be imported by later: that of a script as its
file is called, and that of a commit's module (`at_1a2b3c4d5e6f.steps.trainer`, see
`zenml.repo.at_commit`) as the module is called in the repository. The modules of a commit are
a *world* of their own. A step of that commit means the classes of its own world, whichever
world the value comes from; otherwise `isinstance` would deny what it gets.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from zenml.errors import MaterializerError

MAINS = ("__main__", "__mp_main__")
_WORLD = re.compile(r"(at_[0-9a-f]{12}\w*)\.")


def world_of(module: str | None) -> str:
    """The commit's prefix of a module's name; "" for a module of today.

    Example:
        >>> world_of("at_1a2b3c4d5e6f.steps.trainer"), world_of("steps.trainer")
        ('at_1a2b3c4d5e6f', '')
    """
    if module is None or not module.startswith("at_"):
        return ""
    match = _WORLD.match(module)
    return match[1] if match else ""


def without_world(module: str) -> str:
    """The name of a module in the repository."""
    world = world_of(module)
    return module[len(world) + 1 :] if world else module


def name_of(cls: Any) -> str:
    """Dotted name under which a class, or a function, is recorded.

    Example:
        >>> name_of(ModuleType), name_of(int)
        ('builtins.module', 'builtins.int')
    """
    module = str(cls.__module__)
    if module in MAINS:
        module = main_name()
    elif module.startswith("at_"):
        module = without_world(module)
    return f"{module}.{cls.__qualname__}"


def main_name() -> str:
    """The name that the module which Python was started with would be imported under."""
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    file = getattr(main, "__file__", None)
    if spec is not None:
        return str(spec.name)
    return os.path.splitext(os.path.basename(file))[0] if file else "__main__"


def find(source: str, world: str = "", resolve: Callable[[str], Any] | None = None) -> Any:
    """What a recorded name means here.

    Args:
        source: `module.Class`.
        world: The commit whose classes are meant; "" are those of today.
        resolve: Loads what is not in memory; None imports it.

    Raises:
        MaterializerError: Nothing has that name any more.
    """
    found = in_memory(source, world)
    if found is not None:
        return found
    if resolve is not None:
        return resolve(source)
    for module, _ in _parts(source):
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as exc:
            if not f"{module}.".startswith(f"{exc.name}."):
                raise
        found = in_memory(source, world)
        if found is not None:
            return found
    raise MaterializerError(
        f"{source} is needed to make the value again, and cannot be found: it has been renamed or "
        "moved since the value was saved, or its folder is not on sys.path."
    )


def in_memory(source: str, world: str = "") -> Any:
    """What a recorded name means among the modules that are imported; None if nothing."""
    found = in_world(source, world) if world else None
    if found is not None:
        return found
    main = main_name()
    for module, names in _parts(source):
        for place in ("__main__", module) if module == main else (module,):
            found = _attribute(sys.modules.get(place), names)
            if found is not None:
                return found
    return None


def in_world(source: str, world: str) -> Any:
    """What a recorded name means among the modules of a commit; None if nothing."""
    for module, names in _parts(source):
        found = _attribute(sys.modules.get(f"{world}.{module}"), names)
        if found is not None:
            return found
    return None


def _parts(source: str) -> Iterator[tuple[str, list[str]]]:
    """Ways to take a dotted name apart into a module and names in it, the longest module first."""
    parts = source.split(".")
    for end in range(len(parts) - 1, 0, -1):
        yield ".".join(parts[:end]), parts[end:]


def _attribute(module: ModuleType | None, names: list[str]) -> Any:
    found: Any = module
    for name in names:
        if found is None:
            return None
        found = getattr(found, name, None)
    return found
