"""Packages from outside the repository: which distribution an import belongs to."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from zenml.repo.roots import inside
from zenml.version import __version__

# Imports whose distribution has another name. The first one installed is it.
_OTHER_NAMES = {
    "attr": ("attrs",),
    "bs4": ("beautifulsoup4",),
    "Crypto": ("pycryptodome",),
    "cv2": ("opencv-python", "opencv-python-headless", "opencv-contrib-python"),
    "dateutil": ("python-dateutil",),
    "docx": ("python-docx",),
    "dotenv": ("python-dotenv",),
    "faiss": ("faiss-cpu", "faiss-gpu"),
    "git": ("gitpython",),
    "google.protobuf": ("protobuf",),
    "jose": ("python-jose",),
    "jwt": ("pyjwt",),
    "PIL": ("pillow",),
    "pkg_resources": ("setuptools",),
    "psycopg2": ("psycopg2", "psycopg2-binary"),
    "pymysql": ("pymysql",),
    "serial": ("pyserial",),
    "skimage": ("scikit-image",),
    "sklearn": ("scikit-learn",),
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-macos", "tf-nightly"),
    "tfx": ("tfx", "ml-pipelines-sdk"),
    "xgboost": ("xgboost", "xgboost-cpu"),
    "yaml": ("pyyaml",),
    "zmq": ("pyzmq",),
}


def distributions(imports: Iterable[str]) -> dict[str, str]:
    """Installed distributions that the imports belong to.

    Args:
        imports: Dotted names, as imported: "numpy", "google.cloud.storage".

    Returns:
        Distribution, in its normal form (`scikit-learn`) -> version. The standard
        library and what is not installed are left out.

    Example:
        >>> distributions(["os.path", "no_such_package"])
        {}
    """
    found: dict[str, str] = {}
    for name in sorted({_trim(name) for name in imports}):
        if not is_standard(name.partition(".")[0]):
            found.update(_distributions_of(name))
    return dict(sorted(found.items()))


def is_standard(name: str) -> bool:
    """Whether a top-level name is the standard library's."""
    return name in sys.stdlib_module_names or name in sys.builtin_module_names


@cache
def version(distribution: str) -> str | None:
    """Installed version of a distribution; None where it is not installed."""
    if distribution == "zenml":  # a checkout on PYTHONPATH counts as well
        return __version__
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def installed_name(distribution: str) -> str:
    """The distribution itself, or the one that is installed in its place.

    Example:
        >>> installed_name("no-such-package")
        'no-such-package'
    """
    if version(distribution) is None:
        for names in _OTHER_NAMES.values():
            if distribution in names:
                return next((name for name in names if version(name)), distribution)
    return distribution


def normal(distribution: str) -> str:
    """The one spelling of a distribution's name.

    Example:
        >>> normal("Ruamel.Yaml_Clib")
        'ruamel-yaml-clib'
    """
    return re.sub(r"[-_.]+", "-", distribution).lower()


def external_spec(name: str, root: Path) -> ModuleSpec | None:
    """How Python would import a module if the user's own folders were not in `sys.path`.

    Args:
        name: Dotted name.
        root: The repository.
    """
    path = list(_external_path(tuple(sys.path), root))
    spec: ModuleSpec | None = None
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        try:
            spec = PathFinder.find_spec(".".join(parts[:end]), path)
        except (ImportError, ValueError):
            return None
        if spec is None:
            return None
        path = list(spec.submodule_search_locations or ())
    return spec


@lru_cache(maxsize=8)
def _external_path(path: tuple[str, ...], root: Path) -> tuple[str, ...]:
    return tuple(entry for entry in path if entry and inside(root, entry) is None)


def _trim(name: str) -> str:
    """The part that decides: deeper names only matter where distributions share a folder."""
    return ".".join(name.split(".")[:3])


@cache
def _distributions_of(name: str) -> dict[str, str]:
    parts = name.split(".")
    found: dict[str, str] = {}
    for end in range(len(parts), 0, -1):
        part = ".".join(parts[:end])
        for candidate in _OTHER_NAMES.get(part, (normal(part),)):
            installed = version(candidate)
            if installed is not None:
                found[candidate] = installed
                break
    if found:
        return found
    owners = (normal(owner) for owner in _owners().get(parts[0], ()))
    return {owner: installed for owner in owners if (installed := version(owner)) is not None}


@cache
def _owners() -> dict[str, list[str]]:
    """Top-level name -> distributions. Reads every installed package: the last resort."""
    found = importlib.metadata.packages_distributions()
    return {name: list(owners) for name, owners in found.items()}
