"""Name tables: packages whose members are imported when first asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any


def lazy_names(
    package: str, table: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Makes the module functions of a package whose names load on first use.

    Args:
        package: `__name__` of the package.
        table: Public name -> module that defines it; `module:other` where the
            name there is another one.

    Returns:
        `__getattr__`, `__dir__` and `__all__` for the package.

    Example:
        >>> getattr_, dir_, all_ = lazy_names("json", {"dumps": "json"})
        >>> getattr_("dumps")([1])
        '[1]'
    """

    def load(name: str) -> Any:
        if name not in table:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, _, other = table[name].partition(":")
        value = getattr(importlib.import_module(module), other or name)
        setattr(sys.modules[package], name, value)
        return value

    return load, lambda: sorted(table), sorted(table)
