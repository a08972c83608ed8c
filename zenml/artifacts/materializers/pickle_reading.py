"""Reads pickles, from files whose hash has been found to be as recorded."""

from __future__ import annotations

import io
import logging
import pickle
import sys
from typing import Any

from zenml.artifacts.materializers import names, pickle_writing
from zenml.artifacts.materializers.reading import Reading
from zenml.errors import ArtifactStoreError, ZenMLError

# What cloudpickle names in a pickle that holds the code of a function or class. Python's bytecode
# means something else in every minor version.
_CODE = frozenset(("_make_function", "_make_skeleton_class", "_builtin_type"))

_SCRIPTS_CLASS = (pickle_writing.__name__, pickle_writing.found_or_copy.__name__)

_log = logging.getLogger("zenml")


def load_pickle(path: str, python: str, reading: Reading, **methods: Any) -> Any:
    """Loads a pickle.

    Args:
        path: The file.
        python: Version of the Python that wrote it; "" if nobody knows.
        reading: Has verified the files; tells which commit's classes are meant.
        **methods: Of the Unpickler, to be overridden.

    Raises:
        ArtifactStoreError: It cannot be loaded; names both versions of Python if they
            differ in more than the last number.
    """
    here = ".".join(str(part) for part in sys.version_info[:3])
    other = bool(python) and _minor(python) != _minor(here)
    versions = f"Python {python} wrote it and this is Python {here}"
    if other:
        _log.warning("The pickle %s may not load as it was saved: %s.", path, versions)

    def found_or_copy(source: str, copy: bytes) -> Any:
        found = names.in_memory(source, reading.world)
        return found if isinstance(found, type) else Unpickler(io.BytesIO(copy)).load()

    class Unpickler(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            if other and name in _CODE and module.startswith("cloudpickle"):
                raise ArtifactStoreError(
                    f"{path} holds the code of a function or class, and {versions}: code of one "
                    "cannot run in the other. Load it with the former, or run the step that made "
                    "it again."
                )
            if (module, name) == _SCRIPTS_CLASS:
                return found_or_copy
            found = reading.find_by(module, name)
            return super().find_class(module, name) if found is None else found

    with open(path, "rb") as file:
        try:
            return type("Unpickler", (Unpickler,), methods)(file).load()
        except ZenMLError:
            raise
        except Exception as exc:
            raise ArtifactStoreError(
                f"The pickle {path} cannot be loaded ({type(exc).__name__}: {exc})"
                + (f"; {versions}." if other else ".")
                + " It needs the modules and packages that were there when it was saved; or run "
                "the step that made it again."
            ) from exc


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]
