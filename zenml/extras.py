"""Packages that come with an extra, and what is said where they are missing."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

from zenml.errors import ZenMLError


def load_extra(module: str, extra: str, what: str, error: type[ZenMLError] = ZenMLError) -> Any:
    """Imports a module of a package that not every installation has.

    Args:
        module: Its dotted name.
        extra: The extra that the package comes with.
        what: What needs it; said in the error.
        error: What is raised.

    Raises:
        ZenMLError: (or `error`) names the extra.

    Example:
        >>> load_extra("no_such_package.io", "models", "A forest")
        Traceback (most recent call last):
        zenml.errors.ZenMLError: A forest needs no_such_package, which is not installed: \
pip install 'zenml[models]'
    """
    package = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as exc:
        if (exc.name or "").partition(".")[0] != package:
            raise
        raise _missing(module, extra, what, error) from exc


def need_extra(module: str, extra: str, what: str, error: type[ZenMLError] = ZenMLError) -> None:
    """Looks whether a package is there, without importing it; see `load_extra`.

    Raises:
        ZenMLError: (or `error`) names the extra.

    Example:
        >>> need_extra("no_such_package", "models", "A forest")
        Traceback (most recent call last):
        zenml.errors.ZenMLError: A forest needs no_such_package, which is not installed: \
pip install 'zenml[models]'
    """
    if importlib.util.find_spec(module.partition(".")[0]) is None:
        raise _missing(module, extra, what, error)


def _missing(module: str, extra: str, what: str, error: type[ZenMLError]) -> ZenMLError:
    package = module.partition(".")[0]
    # Google's packages share one name, and are told apart by the rest of it.
    wanted = module.replace(".", "-") if package == "google" else package
    return error(f"{what} needs {wanted}, which is not installed: pip install 'zenml[{extra}]'")
