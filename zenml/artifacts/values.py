"""Saving the values that free steps give, and loading them again."""

from __future__ import annotations

import json
import logging
import os
import sys
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin

from zenml.artifacts.materializers.base import BaseMaterializer, Unsuitable
from zenml.artifacts.materializers.metadata import plain_metadata
from zenml.artifacts.materializers.names import name_of, world_of
from zenml.artifacts.materializers.reading import Reading
from zenml.artifacts.materializers.registry import (
    FALLBACK,
    is_fallback,
    load_built_in,
    materializer_for,
)
from zenml.artifacts.store import remove
from zenml.errors import MaterializerError

PYTHON = ".".join(str(part) for part in sys.version_info[:3])

_log = logging.getLogger("zenml")
_warned: weakref.WeakSet[type] = weakref.WeakSet()


@dataclass(frozen=True)
class ValueRecord:
    """What is recorded of a saved value, besides the hash of its files.

    Attributes:
        materializer: Dotted name of the materializer's class.
        type: Dotted name of the value's class.
        python: Version of the Python that saved it.
        metadata: Statistics and a preview, as JSON can hold them.

    Example:
        >>> record = ValueRecord("zenml.X", "builtins.int", "3.10.14", {"value": 3})
        >>> record.to_properties()["zenml_metadata"]
        '{"value":3}'
        >>> ValueRecord.from_properties(record.to_properties()) == record
        True
    """

    materializer: str
    type: str
    python: str
    metadata: dict[str, Any] = field(default_factory=dict)

    def to_properties(self) -> dict[str, Any]:
        """The custom properties of its artifact in ML Metadata."""
        return {
            "zenml_materializer": self.materializer,
            "zenml_type": self.type,
            "zenml_python": self.python,
            "zenml_metadata": json.dumps(self.metadata, separators=(",", ":")),
        }

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> ValueRecord:
        """The inverse of `to_properties`; other properties are passed over."""
        return cls(
            str(properties.get("zenml_materializer", "")),
            str(properties.get("zenml_type", "")),
            str(properties.get("zenml_python", "")),
            json.loads(properties.get("zenml_metadata") or "{}"),
        )


def save_value(
    value: Any, uri: str, materializer: type[BaseMaterializer] | None = None
) -> ValueRecord:
    """Saves a value as the files of an artifact.

    An artifact counts from the moment that its record is published with the hash of these
    files. So they are written in place and not forced to the disk one by one: what a killed
    process or a power cut leaves has no record, or another hash.

    Args:
        value: What to save.
        uri: Its folder; it is made. Nothing stays there when saving fails, unless there was
            something before.
        materializer: The class that saves it; None finds one by the type of the value, and
            pickles what none is found for.

    Raises:
        MaterializerError: The value cannot be saved; says which part of it, and what would do.

    Example:
        >>> import os, tempfile
        >>> folder = os.path.join(tempfile.mkdtemp(), "artifact")
        >>> record = save_value({"a": (1, 2.5)}, folder)
        >>> load_value(folder, record)
        {'a': (1, 2.5)}
    """
    if materializer is None:
        return save_part(value, uri)
    return _save(value, uri, materializer, may_pickle=False)


def save_part(value: Any, uri: str, *, pickled: bool = False) -> ValueRecord:
    """Saves a value, or something inside one, with the materializer of its type.

    Args:
        value: What to save.
        uri: Its folder.
        pickled: Its own materializer is known to refuse it.
    """
    chosen = load_built_in(FALLBACK) if pickled else materializer_for(type(value))
    if is_fallback(chosen):
        _warn_of_pickle(type(value), "")
    return _save(value, uri, chosen, may_pickle=True)


def _save(
    value: Any, uri: str, materializer: type[BaseMaterializer], may_pickle: bool
) -> ValueRecord:
    existed = _make_folder(uri)
    try:
        made = materializer(uri)
        try:
            made.save(value)
        except Unsuitable as exc:
            if not may_pickle:
                raise MaterializerError(
                    f"{materializer.__name__} cannot save this {name_of(type(value))}: {exc}."
                ) from exc
            made = _pickle_instead(value, uri, str(exc), existed)
        metadata = plain_metadata(made.extract_metadata(value), materializer.__name__)
    except BaseException:
        if not existed:
            remove(uri)
        raise
    return ValueRecord(name_of(type(made)), name_of(type(value)), PYTHON, metadata)


def load_value(
    uri: str,
    record: ValueRecord,
    *,
    content_hash: str = "",
    data_type: Any = None,
    resolve: Callable[[str], type] | None = None,
) -> Any:
    """Loads a value that `save_value` saved.

    Args:
        uri: The folder of the artifact.
        record: What was recorded of the value.
        content_hash: Hash of the files, as it was recorded. A pickle, or whatever else could
            run code, is loaded only from files that have it.
        data_type: What the step that reads has annotated its input with. The value is not
            converted to it; it is handed to the materializer, and tells which commit's
            classes are meant.
        resolve: Loads a class by its dotted name; None imports it.

    Raises:
        ArtifactStoreError: Files are missing, cut short, or not those that were recorded.
    """
    reading = Reading(uri, content_hash, resolve, _world(data_type))
    return reading.load(uri, record, data_type)


def _world(data_type: Any) -> str:
    """The commit that an annotation belongs to, or the first of its parts that belongs to one."""
    parts = [get_origin(data_type) or data_type, *get_args(data_type)]
    for part in parts[:1]:
        module = getattr(part, "__module__", None)
        if isinstance(module, str) and world_of(module):
            return world_of(module)
    return next((found for part in parts[1:] if (found := _world(part))), "")


def _make_folder(uri: str) -> bool:
    """Makes the folder; says whether something is in it already."""
    try:
        os.makedirs(uri)
    except FileExistsError:
        if not os.path.isdir(uri):
            raise MaterializerError(
                f"{uri} is a file, where an artifact's folder should be."
            ) from None
        return any(os.scandir(uri))
    return False


def _pickle_instead(value: Any, uri: str, reason: str, existed: bool) -> BaseMaterializer:
    if not existed:
        remove(uri)
        os.makedirs(uri)
    made = load_built_in(FALLBACK)(uri)
    try:
        made.save(value)
    except MaterializerError as exc:
        raise MaterializerError(f"{exc} It would have to be pickled because {reason}.") from exc
    _warn_of_pickle(type(value), reason)
    return made


def _warn_of_pickle(cls: type, reason: str) -> None:
    """Says, once for each type, that its values are pickled."""
    if cls in _warned:
        return
    _warned.add(cls)
    because = f" ({reason})" if reason else ""
    _log.warning(
        "A value of type %s is saved as a pickle%s, which other versions of Python and of its "
        "packages may not read. For a lasting format, define a materializer for it: a subclass of "
        "zenml.materializers.BaseMaterializer.",
        name_of(cls),
        because,
    )
