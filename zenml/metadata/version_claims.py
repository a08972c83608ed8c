"""Claims of versions: of all that make a given version at once, one may."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterator
from typing import Any

from ml_metadata.proto import metadata_store_pb2

from zenml.errors import AlreadyExistsException
from zenml.metadata import artifact_versions, contexts, process, runs

CLAIM = "zenml_artifact_version"
_RUN, _ENDED = "zenml_run", "zenml_ended"


def claim(store: Any, name: str, version: str, *, run: str = "", where: str = "") -> Any:
    """Takes a version of an artifact before it is made.

    A claim counts while the run that made it, or else its process, goes on: what ended
    has made the version, or never will.

    Args:
        store: The open metadata store.
        name: Of the artifact.
        version: That is to be made.
        run: The run that will make it; "" is this process outside of any.
        where: Said first in the error.

    Returns:
        The context of the claim.

    Raises:
        AlreadyExistsException: The version exists, or is being made.
    """
    from ml_metadata import errors

    kind = contexts.type_id(store, CLAIM)
    for number in itertools.count(1):  # names are unique: one of those who take over gets the next
        context = metadata_store_pb2.Context(type_id=kind, name=f"{name}@{version}#{number}")
        contexts.set_values(context.custom_properties, {**process.mine(), _RUN: run or None})
        try:
            (context.id,) = store.put_contexts([context])
            break
        except errors.AlreadyExistsError:
            other = contexts.find(store, CLAIM, context.name)
            _refuse_held(store, other, run, f"{where}Version {version!r} of artifact {name!r}")
    try:
        artifact_versions.require_free(store, name, version, where=where)
    except BaseException:
        _end(store, context)
        raise
    return context


@contextlib.contextmanager
def held(store: Any, name: str, version: str | None) -> Iterator[None]:
    """Claims a version, where one is given, for as long as it takes to make it."""
    if version is None:
        yield
        return
    context = claim(store, name, version)
    try:
        yield
    finally:
        _end(store, context)


def _end(store: Any, context: Any) -> None:
    contexts.set_properties(store, context, {_ENDED: time.time()})


def _refuse_held(store: Any, other: Any, run: str, what: str) -> None:
    values = contexts.get_values(other.custom_properties)
    holder = str(values.get(_RUN, ""))
    if _ENDED in values or (run and holder == run):  # its own, from before it was resumed
        return
    if holder:
        found = runs.by_name(store, holder)
        goes_on = found is not None and found.state == runs.RUNNING
    else:
        goes_on = not process.is_gone(values)
    if goes_on:
        who = (
            f"run {holder}" if holder else "process {zenml_pid} on {zenml_host}".format_map(values)
        )
        raise AlreadyExistsException(
            f"{what} is being made by {who} now. Wait for that, or give another version."
        )
