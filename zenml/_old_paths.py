"""Old import paths: modules that are made when they are imported, out of a table of names.

Python asks the finder last, for a module of zenml that no file holds. So it costs nothing to
those who import the paths of today.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_ROOT = "zenml."
_CORE = "zenml.core."


def follow_old_paths() -> None:
    """Has Python ask for old paths, once."""
    if not any(isinstance(finder, OldPaths) for finder in sys.meta_path):
        sys.meta_path.append(OldPaths())


class OldPaths:
    """Finds and makes the modules of old paths.

    Example:
        >>> OldPaths().find_spec("zenml.steps.split.random_split").name
        'zenml.steps.split.random_split'
        >>> OldPaths().find_spec("zenml.steps.split.nothing")
        >>> OldPaths().find_spec("zenml.core.steps.split.random_spilt")
        Traceback (most recent call last):
        ModuleNotFoundError: Nothing of zenml is called zenml.core.steps.split.random_spilt. Did \
you mean 'zenml.core.steps.split.random_split'?
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module of zenml that is no file.

        Raises:
            ModuleNotFoundError: Below an old path, of what never was there or has no successor.
        """
        if not fullname.startswith(_ROOT) or fullname == _CORE[:-1]:
            return None
        if _is_old(fullname):
            loader: Any = self
            return ModuleSpec(fullname, loader, is_package=True)
        parent = fullname.rpartition(".")[0]
        is_below = fullname.startswith(_CORE) or isinstance(
            getattr(sys.modules.get(parent), "__loader__", None), OldPaths
        )
        if not is_below and not _why_gone(_path(fullname)):
            return None
        # With a name Python would take it for "not there" and say less.
        raise ModuleNotFoundError(_unknown(fullname))

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Python's own kind of module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Fills the module: names are looked up when they are asked for."""
        names = _names(module.__name__)
        today = _today(module.__name__)
        module.__doc__ = "Names of an old import path."
        module.__dict__["__getattr__"] = lambda name: _look_up(module, name, names, today)
        offered = sorted({*names, *getattr(today, "__all__", ())})
        module.__dict__["__all__"] = offered
        module.__dict__["__dir__"] = lambda: offered


def _look_up(module: ModuleType, name: str, names: Mapping[str, str], today: Any) -> Any:
    if name in names:
        place, _, other = names[name].partition(":")
        value = getattr(importlib.import_module(place), other)
    elif today is not None and not name.startswith("__"):
        value = getattr(today, name)
    else:
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
    setattr(module, name, value)
    return value


def _path(fullname: str) -> str:
    """What follows `zenml.core.` or `zenml.`."""
    return fullname.removeprefix(_CORE).removeprefix(_ROOT)


def _names(fullname: str) -> Mapping[str, str]:
    """What a module of old offers; a package that is no more offers what its modules do."""
    from zenml.core.names import MODULES

    path = _path(fullname)
    if path in MODULES or _is_file(path):
        return MODULES.get(path, {})
    below = [names for known, names in MODULES.items() if known.startswith(f"{path}.")]
    return {name: place for names in below for name, place in names.items()}


def _is_old(fullname: str) -> bool:
    from zenml.core.names import MODULES

    path = _path(fullname)
    is_known = path in MODULES or any(known.startswith(f"{path}.") for known in MODULES)
    return is_known or (fullname.startswith(_CORE) and _is_file(path))


def _is_file(path: str) -> bool:
    """Whether a module of today is called so."""
    from importlib.util import find_spec

    try:
        spec = find_spec(f"{_ROOT}{path}")
    except ModuleNotFoundError:
        return False
    return spec is not None and not isinstance(spec.loader, OldPaths)


def _today(fullname: str) -> ModuleType | None:
    """The module of today that is called as the old one."""
    path = _path(fullname)
    return importlib.import_module(f"{_ROOT}{path}") if _is_file(path) else None


def _why_gone(path: str) -> str:
    """Why nothing of today stands for a path; "" where that is not known."""
    from zenml.core.names import GONE

    found = (
        why
        for gone, why in GONE.items()
        if f"{path}.".startswith(f"{gone}.") or path.startswith(f"{gone}_")
    )
    return next(found, "")


def _unknown(fullname: str) -> str:
    from zenml.core.names import MODULES
    from zenml.hints import did_you_mean

    path = _path(fullname)
    if why := _why_gone(path):
        return f"{fullname} has no successor: {why}."
    start = _CORE if fullname.startswith(_CORE) else _ROOT
    known = [f"{start}{path}" for path in MODULES]
    known += [f"{start}{path}.{name}" for path, names in MODULES.items() for name in names]
    return f"Nothing of zenml is called {fullname}.{did_you_mean(fullname, known)}"
